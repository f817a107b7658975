/*
 * The test cases of expr_suite, one for each file that has some, and what they share.
 */
#ifndef GRADYNO_EXPR_CASES_H
#define GRADYNO_EXPR_CASES_H

#include <check.h>

#include "verify/expr.h"

TCase *expr_mistake_cases(void);
TCase *expr_value_cases(void);
TCase *expr_record_cases(void);

/* The expression, or a failed test that says why not. */
static inline expr *parsed(const char *text)
{
    expr_error error;
    expr *e = expr_parse(text, &error);
    ck_assert_msg(e != NULL, "%s: %s at %zu", text, error.sentence, error.position);
    return e;
}

/* The value of an expression that must have so many inputs. */
static inline double value_of(const char *text, size_t inputs, const double *x)
{
    expr *e = parsed(text);
    ck_assert_msg(e->inputs == inputs, "%s has %zu inputs", text, e->inputs);
    const double value = expr_value(e, x);
    expr_free(e);
    return value;
}

#endif
