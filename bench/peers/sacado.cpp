// Sacado (Trilinos): Rad, its reverse mode for scalars. Every gradient makes its
// variables anew, as Rad asks for.
#include <Sacado_trad.hpp>

#include "mlp.hpp"
#include "peer.h"

namespace
{

typedef Sacado::Rad::ADvar<double> real;

double gradient(void *ctx, double *g)
{
    context<real> &c = *static_cast<context<real> *>(ctx);
    const std::size_t n = c.net.parameters();
    for (std::size_t i = 0; i < n; i++) c.w[i] = c.net.w[i];
    real result;
    mlp_loss(c.net, c.w.data(), c.out.data(), result);
    real::Gradcomp();
    for (std::size_t i = 0; i < n; i++) g[i] = c.w[i].adj();
    return result.val();
}

const peer sacado = {"sacado", PEER_VERSION, context<real>::open, gradient,
                     context<real>::close};

} // namespace

const peer *gradyno_peer(void) { return &sacado; }
