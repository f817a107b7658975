/* What is wrong with a text, and where: for the files of the expression parser. */
#ifndef GRADYNO_EXPR_ERROR_H
#define GRADYNO_EXPR_ERROR_H

#include "verify/expr.h"

/* Fills *error: the sentence, as printf makes it, and the line around position. */
void expr_error_set(expr_error *error, const char *text, size_t position,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The name that a call of the unknown `name` may have meant, or NULL. */
const char *expr_nearest_name(const char *name);

#endif
