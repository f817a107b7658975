"""An autograd engine in Python on the dyno:  gradyno engine 'proc:python3 engine.py'
Put your own in the place of Value and OPERATIONS; the rest speaks the protocol."""
import json, math, sys


class Value:
    def __init__(self, data, operands=(), partials=()):
        self.data, self.grad = data, 0.0
        self.operands, self.partials = operands, partials  # d self / d operand

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:  # without recursion: a graph may be deep
            v, finished = stack.pop()
            if finished:
                order.append(v)
            elif v not in seen:
                seen.add(v)
                stack.append((v, True))
                stack.extend((operand, False) for operand in v.operands)
        self.grad = 1.0
        for v in reversed(order):
            for operand, partial in zip(v.operands, v.partials):
                operand.grad += partial * v.grad


OPERATIONS = {  # the names are those of `gradyno ops`
    "add": lambda a, b: Value(a.data + b.data, (a, b), (1.0, 1.0)),
    "mul": lambda a, b: Value(a.data * b.data, (a, b), (b.data, a.data)),
    "exp": lambda a: Value(math.exp(a.data), (a,), (math.exp(a.data),)),
}


def run(steps):
    nodes = []  # one a step
    for step in steps:
        of = [nodes[i] for i in step.get("of", ())]
        node = Value(float(step.get("value", 0)))
        if step["op"] in ("zero", "backward"):
            for v in nodes:
                v.grad = 0.0
        if step["op"] == "backward":
            of[0].backward()
        elif step["op"] in OPERATIONS:
            node = OPERATIONS[step["op"]](*of, *([step["c"]] if "c" in step else ()))
        nodes.append(node)
    plain = lambda v: v if math.isfinite(v) else str(v)  # JSON has neither inf nor nan
    return {k: [plain(getattr(v, k)) for v in nodes] for k in ("data", "grad")}


for line in sys.stdin:
    request, answer = json.loads(line), {"success": True}
    try:
        if request["kind"] == "define":
            answer["operations"] = list(OPERATIONS)
        elif request["kind"] == "evaluate":
            answer["output"] = run(request["input"]["steps"])
    except Exception as problem:
        answer = {"success": False, "error": repr(problem)}
    print(json.dumps({"id": request["id"], "tool": "engine.py", **answer}), flush=True)
