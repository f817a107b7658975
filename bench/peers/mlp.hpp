// The growing perceptron, strictly scalar, over any type that overloads * + - and tanh.
#ifndef GRADYNO_PEERS_MLP_HPP
#define GRADYNO_PEERS_MLP_HPP

#include <cstddef>
#include <new>
#include <vector>

struct mlp {
    std::size_t width;
    const double *w, *x;
    double y;

    std::size_t parameters() const { return 3 * width * (width + 1) + width + 1; }
};

// act = ((b + w0 x0) + w1 x1) + ..., each product and each sum a statement.
template <class Real, class In>
static void neuron(std::size_t n, const Real *w, const In *in, Real &act)
{
    Real product;
    act = w[n];
    for (std::size_t i = 0; i < n; i++) {
        product = w[i] * in[i];
        act = act + product;
    }
}

// loss = (score - y)^2; out has room for 2 rows of `width`.
template <class Real>
static void mlp_loss(const mlp &m, const Real *w, Real *out, Real &loss)
{
    const std::size_t n = m.width;
    Real act;
    for (std::size_t layer = 0; layer < 3; layer++) {
        const Real *in = out + (layer + 1) % 2 * n;
        Real *next = out + layer % 2 * n;
        for (std::size_t j = 0; j < n; j++, w += n + 1) {
            if (layer == 0)
                neuron(n, w, m.x, act);
            else
                neuron(n, w, in, act);
            next[j] = tanh(act);
        }
    }
    neuron(n, w, static_cast<const Real *>(out), act);
    act = act - m.y;
    loss = act * act;
}

// What a peer keeps between gradients: the network, and room for its numbers.
template <class Real> struct context {
    mlp net;
    std::vector<Real> w, out;

    static void *open(std::size_t width, const double *w, const double *x, double y)
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

    static void close(void *ctx) { delete static_cast<context *>(ctx); }
};

#endif
