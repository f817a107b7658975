/*
 * A ride: what a child process does with an engine, and the sheet on which it writes
 * what it saw, and how far it got when it does not come back.
 *
 *     static void ride_chain(ride *r)
 *     {
 *         ad_engine_node x = ride_input(r, 3), y = x;
 *         for (size_t i = 0; i < r->size; i++) y = ride_binary(r, AD_OP_add, y, x);
 *         ride_backward(r, y);
 *         ride_claim(r, "dx", ride_grad(r, x), 1 + r->size, 4);
 *     }
 *
 * Whether a claim holds is judged outside.
 */
#ifndef GRADYNO_RIDE_H
#define GRADYNO_RIDE_H

#include <stddef.h>
#include <stdint.h>

#include "verify/kit/engine_file.h"
#include "verify/kit/isolate.h"
#include "verify/kit/op_points.h"
#include "verify/kit/script.h"
#include "verify/kit/signature.h"

enum {
    SHEET_CLAIMS = 2048,
    SHEET_NUMBERS = 64,
    SHEET_ITEMS = 128,
    SHEET_SENTENCE = 320
};

/* A number that the engine gave, and what it should be. */
typedef struct claim {
    char label[40]; /* "dx" */
    double got, expected, bound;
} claim;

typedef enum ride_phase {
    RIDE_LOADING,
    RIDE_CREATING,
    RIDE_RECORDING,
    RIDE_BACKWARD,
    RIDE_READING,
    RIDE_ZEROING,
    RIDE_DESTROYING,
    RIDE_OVER
} ride_phase;

/* Shared with the child. */
typedef struct sheet {
    volatile ride_phase phase;
    bool spoken;              /* to a process, which is asked when all is recorded */
    volatile bool ready;      /* it is loaded: from here on its time is counted */
    volatile size_t recorded; /* nodes, of the record that is open */
    size_t claims, numbers;
    claim claim[SHEET_CLAIMS];
    double number[SHEET_NUMBERS]; /* measured; what they mean, the work says */
    size_t refused; /* nodes on the record whose error() is the sentence */
    char sentence[SHEET_SENTENCE]; /* why it could not be ridden; the engine's error */
    char name[64];                 /* the engine's */
    script_result result;          /* of ride_script */
    outcome answer;                /* of a signature program */
    op_points points;              /* of an operation */
    double value[SHEET_ITEMS], grad[SHEET_ITEMS]; /* of a random program's items */
    mount mounted; /* its pointers mean something in the child only */
} sheet;

typedef struct ride ride;
typedef void ride_work(ride *r);

struct ride {
    engine_file *file;
    ride_work *work;
    size_t size;      /* of the shape */
    bool is_plain;    /* a shape alone: its output is not weighed */
    const void *what; /* the work's */
    sheet *sheet;
    const mount *m; /* from here on in the child */
    void *record;   /* an open one, when work begins; ended after it */
    bool once;      /* one backward a record, whatever the engine says of it */
    bool no_zero;   /* its zero_grad is wrong: as if it had none */
    bool lasting;   /* apply keeps the array of operands (mount.h) */
    bool renewed;   /* it has ended well, and only in a new process; for the caller */
    unsigned shake; /* not 0: memory is laid out otherwise, in so many ways */
    unsigned char fill; /* and what was freed, or was never set, is full of these */
    bool forgives; /* an engine's error() is none, or the work has seen it itself */
};

/* Runs r->work in a child process on a fresh record. Its numbers are on the sheet. */
isolation_end ride_run(ride *r, const isolation_limits *limits,
                       isolation_report *report);

/* "in backward, with 131072 nodes". Returns out. */
char *ride_where(const sheet *s, char *out, size_t room);

/* r->what is a script: the sheet has its result. */
ride_work ride_script;

/* ---- What a ride is made of ------------------------------------------------------ */

ad_engine_node ride_input(ride *r, double value);
ad_engine_node ride_constant(ride *r, double value);
ad_engine_node ride_apply(ride *r, ad_op op, const ad_engine_node *operand, double c);
void ride_backward(ride *r, ad_engine_node output);
double ride_value(ride *r, ad_engine_node node);
double ride_grad(ride *r, ad_engine_node node);

/* Destroys the record and creates another. */
void ride_fresh(ride *r);

/* Destroys the record, before work that makes its own: an engine may have one at a time. */
void ride_end(ride *r);

/* For the sheet: got should be within so many ulps, of the engine's precision, of
 * expected. Those after the last place are lost. */
void ride_claim(ride *r, const char *label, double got, double expected, double ulps);
void ride_note(ride *r, double number);

static inline bool claim_holds(const claim *c)
{
    return c->got == c->expected || fabs(c->got - c->expected) <= c->bound ||
           (isnan(c->got) && isnan(c->expected));
}

static inline ad_engine_node ride_unary(ride *r, ad_op op, ad_engine_node x)
{
    return ride_apply(r, op, &x, 0);
}

static inline ad_engine_node ride_scaled(ride *r, ad_op op, ad_engine_node x, double c)
{
    return ride_apply(r, op, &x, c);
}

static inline ad_engine_node ride_binary(ride *r, ad_op op, ad_engine_node x,
                                         ad_engine_node y)
{
    const ad_engine_node both[2] = {x, y};
    return ride_apply(r, op, both, 0);
}

#endif
