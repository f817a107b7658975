/* Between the files that make a message. */
#ifndef GRADYNO_KIT_MESSAGE_PARTS_H
#define GRADYNO_KIT_MESSAGE_PARTS_H

#include "verify/kit/message.h"

/* Appends to text, as far as there is room. */
void message_add(char *text, size_t room, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define ADD(to, ...) message_add(to, sizeof(to), __VA_ARGS__)

/* In which answers the first wrong number is. */
typedef enum pass { IN_VALUE, IN_ONCE, IN_AFTER, IN_TWICE, IN_ZEROED } pass;
pass pass_wrong(const evidence *e, size_t program, const outcome *right);
const double *pass_numbers(const outcome *o, pass which);

/* "dx = 5, dy = 2": the gradients; the value that is wrong, where it is one. */
void pass_list(char *text, size_t room, const evidence *e, size_t program, pass which,
               const outcome *shown, const outcome *right);

/* The input whose gradient is wrong first. */
int pass_input(const evidence *e, size_t program, pass which, const outcome *right);

/* What the rule of the suspected operation gives, where no formula for it is known:
 * sentence, why and hints. False when that cannot be said. */
bool message_measure(message *m, const evidence *e, const cause *c);

/* Whether it is seen that a rule is wrong, and not only in what it is a part of. */
bool message_is_seen(const evidence *e, const cause *c);

/* What is said where nothing else can be. */
void message_unknown(message *m, const evidence *e, const diagnosis *d, const cause *c,
                     pass which);

/* The mistake in a place where it is easily seen: in `op`, where it can be there. */
flaw message_example(const mistake_row *row, ad_op op);

/* Whether any of n numbers differ. */
bool message_differ(const double *a, const double *b, int n);

/* m->run and m->title, and m->by_hand for input i. */
void message_run(message *m, const signature *s, const outcome *right, pass which);
void message_by_hand(message *m, const signature *s, int i, pass which);

/* Where numbers have been through float: values, gradients, or both. */
void message_float(message *m, const evidence *e, const flaw *f);

/* More on a rule: the function whose derivative it has; that it is 0, of one operand. */
void message_sister(message *m, const flaw *f, const bool *supported);
void message_crossed(message *m, const evidence *e, const cause *c);
void message_cleared(message *m, const flaw *f);
void message_none(message *m, const flaw *f);
void message_turns(message *m, const flaw *f);
void message_over_result(message *m, const flaw *f);
void message_over_constant(message *m, const flaw *f);
void message_no_derivative(message *m, const flaw *f);

#endif
