// An engine in C++ to start from: nodes, each with the rule that goes back through it.
// `gradyno engine engine.cpp`
#include <gradyno/engine.h>
#include <cmath>
#include <cstring>
#include <deque>
#include <functional>

namespace {
struct Node {
    double value, grad;
    std::function<void(double)> rule; // given its gradient, adds to its operands'
};
using Record = std::deque<Node>; // in the order in which they were made; none moves
Record &nodes(void *record) { return *static_cast<Record *>(record); }
Node &node(ad_engine_node n) { return *reinterpret_cast<Node *>(n); }

void *create() { return new Record; }
void destroy(void *record) { delete static_cast<Record *>(record); }
int resolve(const char *name) // -1: no such operation, which is then skipped
{
    const char *const names[] = {"add", "mul", "tanh"};
    for (int op = 0; op < 3; op++)
        if (std::strcmp(name, names[op]) == 0) return op;
    return -1;
}
ad_engine_node append(void *record, double value, std::function<void(double)> rule)
{
    nodes(record).push_back({value, 0, rule});
    return reinterpret_cast<ad_engine_node>(&nodes(record).back());
}
ad_engine_node input(void *record, double v) { return append(record, v, nullptr); }
ad_engine_node apply(void *r, int op, size_t n, const ad_engine_node *operand, double)
{
    Node &x = node(operand[0]), &y = node(operand[n - 1]); // += : they may be the same
    const double z = std::tanh(x.value);
    if (op == 0)
        return append(r, x.value + y.value, [&x, &y](double g) {
            x.grad += g, y.grad += g;
        });
    if (op == 1)
        return append(r, x.value * y.value, [&x, &y](double g) {
            x.grad += y.value * g, y.grad += x.value * g;
        });
    return append(r, z, [&x, z](double g) { x.grad += (1 - z * z) * g; });
}
double value(void *, ad_engine_node n) { return node(n).value; }
double grad(void *, ad_engine_node n) { return node(n).grad; }
void backward(void *r, ad_engine_node output)
{
    for (Node &n : nodes(r)) n.grad = 0;
    node(output).grad = 1;
    for (auto n = nodes(r).rbegin(); n != nodes(r).rend(); ++n) // users come first
        if (n->rule) n->rule(n->grad);
}
const ad_engine engine = {
    AD_ENGINE_ABI, sizeof(ad_engine), "engine.cpp", create, destroy, resolve,
    input, apply, value, backward, grad};
} // namespace
AD_ENGINE_EXPORT(engine)
