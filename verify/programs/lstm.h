/* The long short-term memory: what lstm.c, which opens it, and lstm_gradient.c
 * share. */
#ifndef GRADYNO_LSTM_H
#define GRADYNO_LSTM_H

#include "verify/programs/program.h"

/* Layers, characters, bits of one. */
struct lstm {
    size_t l, c, b;
};

/* -1 / (b (c-1)) */
static inline double lstm_scale(const struct lstm *m)
{
    return -1 / ((double)m->b * (double)(m->c - 1));
}

/* program_kind.gradient */
bool lstm_gradient(const program *p, double *value, double *value_bound, double *g,
                   double *bound);

#endif
