/*
 * What `gradyno expr` finds out about an expression at a point: its value, its gradient
 * by both engines and by differences, the verdicts, and what was claimed.
 */
#ifndef GRADYNO_EXPR_SHEET_H
#define GRADYNO_EXPR_SHEET_H

#include "verify/check.h"
#include "verify/expr.h"

/* A partial derivative that the user claims: `--claim 'w = x * (1 - z * z)'`. */
typedef struct expr_claim {
    size_t input;        /* with respect to which */
    const char *text;    /* as it was given */
    double value;        /* what it comes to at the point */
    double exact;        /* the same without its own rounding; NaN: not known */
    double slack;        /* how far the rounding of its constants may have moved it */
    bool is_approximate; /* a bare number, or a polynomial where a series may stand */
    bool judged;
    ad_check_partial row; /* how it was judged */
} expr_claim;

typedef struct expr_sheet {
    const expr *e;
    const double *x; /* the point: x[e->inputs] */
    struct expr_step *step;
    double *graph, *tape; /* [e->inputs]: d output / d input by each engine */
    double *rounding;     /* [e->inputs]: how far rounding may set the two apart */
    double *grad;         /* [e->nodes]: d output / d node by the graph, 0 if skipped */
    ad_check_report report;              /* the graph's gradient, judged */
    size_t passed, failed, inconclusive; /* inputs; claims, once they are judged */
    char remark[160];                    /* on the claims together, or "" */
} expr_sheet;

/*
 * Fills the sheet, which borrows e and x. False with the reason when there is no record
 * of it: a function that no engine records, or no memory. Free it in either case.
 */
bool expr_sheet_make(expr_sheet *sheet, const expr *e, const double *x,
                     expr_error *error);
void expr_sheet_free(expr_sheet *sheet);

/* Whether both engines have the same gradient of input i, to rounding. */
bool expr_sheet_engines_agree(const expr_sheet *sheet, size_t i);

/* The verdict on input i: the checker's; fail when the engines differ. */
ad_check_verdict expr_sheet_verdict(const expr_sheet *sheet, size_t i);

/*
 * Judges each claim's value as the derivative by its input, and those of different
 * inputs together: that one is the other's is then seen. False when memory is out.
 */
bool expr_sheet_judge(expr_sheet *sheet, expr_claim *claim, size_t claims);

/* Whether a node is a number that stands for another, as 0.1 and M_PI do, 0.5 not. */
bool expr_is_rounded(const struct expr_node *node);

/*
 * Evaluates a claim on a derivative of `of`, read into `formula`, at the values x of
 * its own inputs: value, exact, slack and whether it may be approximate.
 */
void expr_claim_evaluate(expr_claim *claim, const expr *of, const expr *formula,
                         const double *x);

/* What is printed: a table, or one JSON object a line (false without jansson). */
void expr_sheet_print(const expr_sheet *sheet, const expr_claim *claim, size_t claims);
bool expr_sheet_print_json(const expr_sheet *sheet, const expr_claim *claim,
                           size_t claims);

/*
 * Draws the recorded graph into a file, whose name says how: .dot, or .svg, .png, .pdf
 * by Graphviz. The file appears when it is whole. False, with one sentence, when it
 * cannot.
 */
bool expr_sheet_draw(const expr_sheet *sheet, const char *path, char sentence[256]);

#endif
