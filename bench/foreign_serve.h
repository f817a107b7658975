/*
 * What a foreign engine's own process does: records, goes backward, and reads the
 * clock. It was forked with the problem open, so a problem's address means the same on
 * both sides.
 */
#ifndef GRADYNO_FOREIGN_SERVE_H
#define GRADYNO_FOREIGN_SERVE_H

#include "bench/engines.h"
#include "verify/kit/engine_file.h"
#include "verify/kit/isolate.h"

typedef enum foreign_task {
    FOREIGN_OPEN,  /* a new record, behind a pad of `count` bytes, its leaves on it */
    FOREIGN_CLOSE, /* its end */
    FOREIGN_GRADIENT, /* one gradient, onto the sheet */
    FOREIGN_WHOLE,    /* `count` gradients: ns[0] */
    FOREIGN_PHASES,   /* the same by phases: ns[phase] */
    FOREIGN_TRAIN     /* `count` trainings: ns[0]; the losses are in number[] */
} foreign_task;

typedef struct foreign_question {
    foreign_task task;
    const problem *problem; /* of OPEN */
    void *run;              /* of the others: what OPEN answered */
    size_t count;
    stopwatch clock;
} foreign_question;

typedef struct foreign_answer {
    bool done; /* if not, sheet->says has why */
    void *run;
    double ns[ENGINE_PHASES];
} foreign_answer;

/* What the engine is doing, for him who is told of a crash. */
typedef enum foreign_stage {
    FOREIGN_LOADING,
    FOREIGN_CREATING,
    FOREIGN_RECORDING,
    FOREIGN_BACKWARD,
    FOREIGN_READING,
    FOREIGN_RESETTING,
    FOREIGN_TIMED
} foreign_stage;
extern const char *const foreign_stages[]; /* "in backward" */

/* Shared by both processes. */
typedef struct foreign_sheet {
    isolation_will will;
    const engine_file *file;
    volatile foreign_stage stage;
    char says[120];
    ad_op lacks; /* an operation that the program needs; AD_OP_constant: none */
    bool is_float, too_small; /* the right value is below what a float can be */
    double value, value_right, value_bound; /* as the engine's numbers allow them */
    double bytes_per_op, peak_bytes, own_bytes;
    size_t inputs;
    double number[]; /* gradient, right, bound: [inputs] each */
} foreign_sheet;

/* For foreign_child_start; sheet is a foreign_sheet. Returns when the socket ends. */
void foreign_serve(int socket, void *sheet);

#endif
