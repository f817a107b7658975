/* Bundle adjustment: what ba.c, which opens it, and ba_gradient.c share. */
#ifndef GRADYNO_BA_H
#define GRADYNO_BA_H

#include "verify/programs/program.h"

enum { BA_CAMERA = 11 };

/* n cameras, m points, p observations, and which sees which. */
struct ba {
    size_t n, m, p;
    struct {
        uint32_t camera, point;
    } seen[];
};

/*
 * The weights of the 3p residuals, in the order of ADBench's Jacobian: row 2i and 2i+1
 * are observation i's, row 2p + i is 1 - w_i^2. All are 0 but that of `row`, which is
 * 1: from then on the program's gradient is that row.
 */
void ba_weigh(program *p, size_t row);

/* program_kind.gradient */
bool ba_gradient(const program *p, double *value, double *value_bound, double *g,
                 double *bound);

#endif
