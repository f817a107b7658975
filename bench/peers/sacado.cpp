// Sacado (Trilinos): Rad, its reverse mode for scalars. Every gradient makes its
// variables anew, as Rad asks for.
#include <Sacado_trad.hpp>

#include <new>
#include <vector>

#include "mlp.hpp"
#include "peer.h"

namespace
{

typedef Sacado::Rad::ADvar<double> real;

struct context {
    mlp net;
    std::vector<real> w, out;
};

void *open(std::size_t width, const double *w, const double *x, double y)
{
    try {
        context *c = new context{{width, w, x, y}, {}, {}};
        c->w.resize(c->net.parameters());
        c->out.resize(2 * width);
        return c;
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

double gradient(void *ctx, double *g)
{
    context &c = *static_cast<context *>(ctx);
    const std::size_t n = c.net.parameters();
    for (std::size_t i = 0; i < n; i++) c.w[i] = c.net.w[i];
    real result;
    mlp_loss(c.net, c.w.data(), c.out.data(), result);
    real::Gradcomp();
    for (std::size_t i = 0; i < n; i++) g[i] = c.w[i].adj();
    return result.val();
}

void close(void *ctx) { delete static_cast<context *>(ctx); }

const peer sacado = {"sacado", PEER_VERSION, open, gradient, close};

} // namespace

const peer *gradyno_peer(void) { return &sacado; }
