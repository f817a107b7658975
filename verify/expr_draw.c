/*
 * The recorded graph in Graphviz' language, operands on the left. A value that is used
 * twice gets two arrows, each with its own contribution: a drawing that merges them
 * hides the mistake that everybody makes first, to set a gradient where it must be
 * added to.
 */
#include "verify/expr.h"

#include <float.h>

/* The names of all statements whose value is this node. */
static void write_names(FILE *out, const expr *e, const struct expr_step *step,
                        uint32_t node)
{
    if (e->node[node].kind == EXPR_INPUT)
        fprintf(out, "%s | ", e->input[e->node[node].which]);
    for (size_t i = 0; i < e->statements; i++)
        if (step[e->statement[i].node].role != EXPR_SKIPPED &&
            expr_resolve(step, e->statement[i].node) == node)
            fprintf(out, "%s | ", e->statement[i].name);
}

/* In a record label, < > { } | are Graphviz' own. */
static void write_escaped(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '<' || *text == '>' || *text == '|' || *text == '{' ||
            *text == '}')
            fputc('\\', out);
        fputc(*text, out);
    }
}

static void write_node(FILE *out, const expr *e, const struct expr_step *step,
                       uint32_t i, const double *grad)
{
    const struct expr_node *v = &e->node[i];
    const bool is_constant = step[i].role == EXPR_CONSTANT;
    fprintf(out, "  n%u [shape=record%s, label=\"{ ", i,
            is_constant ? ", color=gray50, fontcolor=gray30" : "");
    write_names(out, e, step, i);
    if (v->kind == EXPR_FUNCTION || v->kind == EXPR_ROW) {
        write_escaped(out, v->kind == EXPR_ROW ? ad_ops[v->op].name
                                               : expr_functions[v->which].name);
        if (v->kind == EXPR_ROW && ad_ops[v->op].constants > 0)
            fprintf(out, "  c = %.6g", step[v->operand[ad_ops[v->op].operands]].value);
        fputs(" | ", out);
    }
    fprintf(out, "data %.6g", step[i].value);
    if (is_constant)
        fputs(" | constant", out);
    else if (grad == NULL)
        fputs(" | grad not computed yet", out);
    else
        fprintf(out, " | grad %.6g", grad[i]);
    fputs(" }\"];\n", out);
}

static void write_arrows(FILE *out, const expr *e, const struct expr_step *step,
                         uint32_t i, const double *grad)
{
    if (step[i].role != EXPR_APPLIED) return;
    const struct expr_node *v = &e->node[i];
    double partial[EXPR_MAX_OPERANDS];
    expr_partials(e, step, i, partial);
    for (int k = 0; k < ad_ops[v->op].operands; k++) {
        const uint32_t from = expr_resolve(step, v->operand[k]);
        fprintf(out, "  n%u -> n%u", from, i);
        /* What backward adds to the operand: nothing passes where a gradient is 0. */
        if (grad != NULL && step[from].role != EXPR_CONSTANT)
            fprintf(out, " [label=\"%+.6g\"]", grad[i] == 0 ? 0 : grad[i] * partial[k]);
        fputs(";\n", out);
    }
}

bool expr_draw(FILE *out, const expr *e, const struct expr_step *step,
               const double *grad)
{
    fputs("digraph expression {\n"
          "  rankdir=LR;\n"
          "  node [fontname=\"Helvetica\", fontsize=11];\n"
          "  edge [fontname=\"Helvetica\", fontsize=9];\n"
          "  label=\"an arrow's label is what backward adds along it: "
          "grad times the local partial\";\n"
          "  fontname=\"Helvetica\"; fontsize=10;\n",
          out);
    for (uint32_t i = 0; i < e->nodes; i++)
        if (step[i].role != EXPR_SKIPPED && step[i].role != EXPR_SAME_AS)
            write_node(out, e, step, i, grad);
    for (uint32_t i = 0; i < e->nodes; i++)
        if (step[i].role != EXPR_SKIPPED) write_arrows(out, e, step, i, grad);
    fputs("}\n", out);
    return ferror(out) == 0;
}
