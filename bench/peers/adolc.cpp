// ADOL-C: trace, then one reverse sweep. The forward pass keeps what reverse needs
// (keep = 1), and the buffers are large enough to stay in memory: the tool at its best.
#include <adolc/adolc.h>

#include "mlp.hpp"
#include "peer.h"

namespace
{

double gradient(void *ctx, double *g)
{
    context<adouble> &c = *static_cast<context<adouble> *>(ctx);
    const std::size_t n = c.net.parameters();
    const uint buffer = 1u << 26;
    double loss;
    trace_on(1, 1, buffer, buffer, buffer, buffer, 1);
    for (std::size_t i = 0; i < n; i++) c.w[i] <<= c.net.w[i];
    adouble result;
    mlp_loss(c.net, c.w.data(), c.out.data(), result);
    result >>= loss;
    trace_off();
    double one = 1;
    reverse(1, 1, static_cast<int>(n), 0, &one, g);
    return loss;
}

const peer adolc = {"adolc", PEER_VERSION, context<adouble>::open, gradient,
                    context<adouble>::close};

} // namespace

const peer *gradyno_peer(void) { return &adolc; }
