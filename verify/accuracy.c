/* The lines of accuracy.def. */
#include "verify/accuracy.h"

#include <string.h>

#include "verify/grade_points.h"

static const accuracy lines[] = {
#define ACCURACY(op, of, ulps, where, why) {#op, #of, ulps, #where, why},
#include "verify/accuracy.def"
    {0} /* so that the table may be empty */
};

const accuracy *accuracy_next(const ad_op_info *row, int of, const accuracy *previous)
{
    static const char *const names[] = {"value", "x", "y", "w"};
    for (const accuracy *a = previous == NULL ? lines : previous + 1; a->op != NULL;
         a++)
        if (strcmp(a->op, row->name) == 0 && strcmp(a->of, names[of + 1]) == 0)
            return a;
    return NULL;
}

bool accuracy_holds(const expr *where, const ad_op_info *row, const double *at)
{
    static const char letters[] = "xyw";
    double inputs[GRADE_INPUTS] = {0};
    for (size_t k = 0; k < where->inputs && k < GRADE_INPUTS; k++) {
        const char *found = strchr(letters, where->input[k][0]);
        inputs[k] = found != NULL ? at[found - letters] : grade_constant(row, at);
    }
    return expr_value(where, inputs) != 0;
}

double accuracy_allowed(const ad_op_info *row, int of, const double *at)
{
    const accuracy *a = NULL;
    while ((a = accuracy_next(row, of, a)) != NULL) {
        expr_error error;
        expr *where = expr_parse(a->where, &error);
        const bool holds = where != NULL && accuracy_holds(where, row, at);
        expr_free(where);
        if (holds) return a->ulps;
    }
    return ACCURACY_GOAL;
}
