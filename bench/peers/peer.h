/*
 * A peer: another tool's gradient of the growing perceptron (mlp_growing), behind two
 * calls, so that it can stand in the same race. `make peers` builds one shared object a
 * tool, where its package is; each exports `gradyno_peer`.
 *
 *     score: H-H-H-H-1, tanh but for the output; loss = (score - y)^2
 *
 * Strictly scalar: every multiplication and every addition is a statement of its own,
 * as in the programs that our engines run. The parameters are laid out as mlp.h says.
 */
#ifndef GRADYNO_PEER_H
#define GRADYNO_PEER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct peer {
    const char *name, *version;
    /* NULL when memory is out. The numbers are borrowed until close. */
    void *(*open)(size_t width, const double *w, const double *x, double y);
    /* Records, goes backward, and sets gradient[i] = d loss / d w[i]; returns the
     * loss. */
    double (*gradient)(void *ctx, double *gradient);
    void (*close)(void *ctx);
} peer;

const peer *gradyno_peer(void);

#ifdef __cplusplus
}
#endif

#endif
