/* A program as a command for the shell. */
#include <stdio.h>
#include <stdlib.h>

#include "verify/dag.h"

/* A name for item k: x2 is the third var, v7 an operation; a constant is its number. */
static void write_name(FILE *out, const dag *d, const size_t *var, size_t k)
{
    if (d->item[k].op == AD_OP_var)
        fprintf(out, "x%zu", var[k]);
    else if (d->item[k].op != AD_OP_constant)
        fprintf(out, "v%zu", k);
    else if (d->item[k].value < 0)
        fprintf(out, "(%.17g)", d->item[k].value);
    else
        fprintf(out, "%.17g", d->item[k].value);
}

/* c + p0 * x + p1 * y, or with `c` NULL x + y, or x * y + ... */
static void write_terms(FILE *out, const dag *d, const size_t *var, size_t k)
{
    const dag_item *v = &d->item[k];
    const size_t *x = dag_operands(d, k);
    const size_t terms = v->op == AD_OP_dot ? v->n / 2 : v->n;
    if (v->op == AD_OP_custom || terms == 0)
        fprintf(out, "%.17g", v->op == AD_OP_custom ? v->c : 0);
    for (size_t i = 0; i < terms; i++) {
        if (i > 0 || v->op == AD_OP_custom) fputs(" + ", out);
        if (v->op == AD_OP_custom) fprintf(out, "(%.17g) * ", dag_partials(d, k)[i]);
        write_name(out, d, var, x[i]);
        if (v->op != AD_OP_dot) continue;
        fputs(" * ", out);
        write_name(out, d, var, x[terms + i]);
    }
}

static const char *operator_of(ad_op op)
{
    switch (op) {
    case AD_OP_add: return " + ";
    case AD_OP_sub: return " - ";
    case AD_OP_mul: return " * ";
    case AD_OP_div: return " / ";
    default: return NULL;
    }
}

static void write_item(FILE *out, const dag *d, const size_t *var, size_t k)
{
    const dag_item *v = &d->item[k];
    const char *between = operator_of(v->op);
    if (v->op >= AD_OP_sum) {
        write_terms(out, d, var, k);
        return;
    }
    if (dag_is_leaf(d, k)) {
        write_name(out, d, var, k);
        return;
    }
    if (between == NULL) fprintf(out, "%s(", ad_ops[v->op].name);
    for (size_t i = 0; i < v->n; i++) {
        if (i > 0) fputs(between != NULL ? between : ", ", out);
        write_name(out, d, var, dag_operands(d, k)[i]);
    }
    if (ad_ops[v->op].constants > 0) fprintf(out, ", %.17g", v->c);
    if (between == NULL) fputc(')', out);
}

static void mark_needed(const dag *d, bool *needed)
{
    needed[d->output] = true;
    for (size_t k = d->output + 1; k-- > 0;)
        for (size_t i = 0; needed[k] && i < d->item[k].n; i++)
            needed[dag_operands(d, k)[i]] = true;
}

/* Which var it is, of those that the output depends on. */
static void number_vars(const dag *d, const bool *needed, size_t *var)
{
    size_t vars = 0;
    for (size_t k = 0; k < d->n; k++)
        if (d->item[k].op == AD_OP_var && needed[k]) var[k] = vars++;
}

static void write_command(FILE *out, const dag *d, const bool *needed,
                          const size_t *var)
{
    fputs("gradyno expr '", out);
    for (size_t k = 0; k < d->output; k++) {
        if (!needed[k] || dag_is_leaf(d, k)) continue;
        fprintf(out, "v%zu = ", k);
        write_item(out, d, var, k);
        fputs("; ", out);
    }
    if (d->seed != 1) fprintf(out, "(%.17g) * (", d->seed);
    write_item(out, d, var, d->output);
    fputs(d->seed != 1 ? ")'" : "'", out);
    for (size_t k = 0; k < d->n; k++)
        if (d->item[k].op == AD_OP_var && needed[k])
            fprintf(out, " x%zu=%.17g", var[k], d->item[k].value);
}

/* The command, or (item < n) one name in it. */
static char *write_text(const dag *d, size_t item)
{
    char *text = NULL;
    size_t length = 0;
    bool *needed = calloc(d->n + 1, sizeof *needed);
    size_t *var = calloc(d->n + 1, sizeof *var);
    FILE *out = needed != NULL && var != NULL ? open_memstream(&text, &length) : NULL;
    if (out != NULL) {
        mark_needed(d, needed);
        number_vars(d, needed, var);
        if (item < d->n)
            write_name(out, d, var, item);
        else
            write_command(out, d, needed, var);
        const bool failed = ferror(out) != 0;
        if (fclose(out) != 0 || failed) {
            free(text);
            text = NULL;
        }
    }
    free(needed);
    free(var);
    return text;
}

char *dag_command(const dag *d) { return write_text(d, d->n); }

char *dag_name(const dag *d, size_t item) { return write_text(d, item); }
