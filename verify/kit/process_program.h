/*
 * A program as the protocol writes it (PROTOCOL.md): the text of the line that asks for
 * it, which grows by a step at a time.
 *
 *     process_program p;
 *     process_program_begin(&p);
 *     size_t x = process_program_leaf(&p, "input", 3);
 *     size_t z = process_program_apply(&p, "add", 2, (ad_engine_node[]){x, x}, NULL);
 *     const char *line = process_program_line(&p, id);
 *     process_program_end(&p);
 *
 * Text, and not a tree of JSON: a graph of a million nodes is a hundred bytes a node
 * then, instead of a thousand. Ours must not be the side that takes the time.
 */
#ifndef GRADYNO_PROCESS_PROGRAM_H
#define GRADYNO_PROCESS_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "verify/engine.h"

typedef struct process_program {
    char *text;
    size_t n, room; /* of text */
    size_t steps;
    unsigned char *constant; /* [steps]: whether it is a leaf without a gradient */
    size_t constant_room;
    bool out_of_memory; /* then no line is to be had */
} process_program;

void process_program_begin(process_program *p);
void process_program_end(process_program *p);

/* Each returns the step's number. `c` is NULL where the operation has no constant. */
size_t process_program_leaf(process_program *p, const char *op, double value);
size_t process_program_apply(process_program *p, const char *op, size_t operands,
                             const ad_engine_node *operand, const double *c);
size_t process_program_backward(process_program *p, ad_engine_node output);
size_t process_program_zero(process_program *p);

static inline bool process_program_is_constant(const process_program *p, size_t step)
{
    return p->constant[step] != 0;
}

/* The whole request, without its end of line; NULL: no memory. It is p's, and valid
 * until the next call. */
const char *process_program_line(process_program *p, size_t id);

#endif
