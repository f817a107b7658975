#!/usr/bin/env node
// An autograd engine in JavaScript on the dyno:  gradyno engine 'proc:node engine.js'
// Put your own in the place of Value and operations; the rest speaks the protocol.

class Value {
    constructor(data, operands = [], partials = []) {
        Object.assign(this, { data, grad: 0, operands, partials }); // d this / d operand
    }

    backward() {
        const order = [], seen = new Set(), stack = [[this, false]];
        while (stack.length > 0) { // without recursion: a graph may be deep
            const [v, finished] = stack.pop();
            if (finished) {
                order.push(v);
            } else if (!seen.has(v)) {
                seen.add(v);
                stack.push([v, true]);
                for (const operand of v.operands) stack.push([operand, false]);
            }
        }
        this.grad = 1;
        for (const v of order.reverse())
            v.operands.forEach((operand, i) => { operand.grad += v.partials[i] * v.grad; });
    }
}

const operations = { // the names are those of `gradyno ops`
    add: (a, b) => new Value(a.data + b.data, [a, b], [1, 1]),
    mul: (a, b) => new Value(a.data * b.data, [a, b], [b.data, a.data]),
    exp: (a) => new Value(Math.exp(a.data), [a], [Math.exp(a.data)]),
};

function run(steps) {
    const nodes = []; // one a step
    for (const step of steps) {
        const of = (step.of ?? []).map((i) => nodes[i]);
        if (step.op === "zero" || step.op === "backward")
            for (const v of nodes) v.grad = 0;
        if (step.op === "backward") of[0].backward();
        nodes.push(step.op in operations ? operations[step.op](...of, step.c)
                                         : new Value(Number(step.value ?? 0)));
    }
    const plain = (k) => nodes.map((v) => (Number.isFinite(v[k]) ? v[k] : String(v[k])));
    return { data: plain("data"), grad: plain("grad") }; // JSON has neither inf nor nan
}

require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const request = JSON.parse(line);
    const answer = { id: request.id, tool: "engine.js", success: true };
    try {
        if (request.kind === "define") answer.operations = Object.keys(operations);
        if (request.kind === "evaluate") answer.output = run(request.input.steps);
    } catch (problem) {
        Object.assign(answer, { success: false, error: String(problem) });
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
});
