/*
 * Which program is the smallest that shows a flaw? All programs are tried, by size: one
 * operation, two, three; of sums, products and the flaw's operation; over one input, or
 * two, or one and a constant; the gradient of any node.
 */
#include <math.h>
#include <string.h>

#include "verify/kit/mistake.h"

typedef struct hunt {
    const flaw *f;
    ad_op op[3];
    int ops;
    signature s;
    int steps; /* wanted */
    size_t tried;
} hunt;

static bool same(const double *a, const double *b, int n)
{
    for (int i = 0; i < n; i++)
        if (!mistake_close(a[i], b[i], 1e-9, 1e-12)) return false;
    return true;
}

bool mistake_shows(const signature *s, const flaw *f, mistake_conduct conduct)
{
    outcome right, wrong;
    mistake_run(s, NULL, 0, conduct, &right);
    mistake_run(s, f, 1, conduct, &wrong);
    const int nodes = signature_nodes(s);
    return !same(wrong.value, right.value, nodes) ||
           !same(wrong.after, right.after, nodes) ||
           !same(wrong.once, right.once, s->inputs) ||
           !same(wrong.twice, right.twice, s->inputs) ||
           !same(wrong.zeroed, right.zeroed, s->inputs);
}

/* At every root, at points that make numbers recognisable, or equal, or negative. */
static bool shows_somewhere(hunt *h)
{
    static const double at[][2] = {{3, 5},       {3, 1},     {-2, 3},
                                   {0.5, -0.75}, {0.3, 2.5}, {3, 3}};
    signature *s = &h->s;
    const bool to_another = h->f->kind == MISTAKE_OF_first_order_kept;
    for (int root = signature_nodes(s) - 1; root >= s->inputs; root--)
        for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
            s->root = root;
            s->second = to_another ? signature_nodes(s) - 1 : root;
            memcpy(s->x, at[i], sizeof at[i]);
            h->tried++;
            if (mistake_shows(s, h->f, CONDUCT_STALE) ||
                mistake_shows(s, h->f, CONDUCT_ZEROES))
                return true;
        }
    return false;
}

static bool extend(hunt *h);

static bool extend_by(hunt *h, ad_op op)
{
    signature *s = &h->s;
    const double constant = ad_ops[op].constants == 0              ? 0
                            : h->f->kind == MISTAKE_OF_value_falsy ? 0
                                                                   : 2.5;
    const int nodes = signature_nodes(s), n = ad_ops[op].operands;
    signature_step *step = &s->step[s->steps++];
    int combinations = 1;
    for (int i = 0; i < n; i++) combinations *= nodes;
    for (int k = 0; k < combinations; k++) {
        *step = (signature_step){
            op, {k % nodes, k / nodes % nodes, k / nodes / nodes}, constant};
        if (extend(h)) return true;
    }
    s->steps--;
    return false;
}

static bool extend(hunt *h)
{
    if (h->s.steps == h->steps) return shows_somewhere(h);
    for (int i = 0; i < h->ops; i++)
        if (extend_by(h, h->op[i])) return true;
    return false;
}

bool mistake_smallest(const flaw *f, signature *smallest)
{
    hunt h = {.f = f, .op = {AD_OP_add, AD_OP_mul, f->op}, .ops = 2};
    /* A walk's mistake is in no operation; one of constants, in those that have one. */
    if (f->kind == MISTAKE_OF_integer_constants) h.op[2] = AD_OP_add_c;
    if (f->kind == MISTAKE_OF_keyed_by_operand) h.op[2] = AD_OP_sub;
    if (f->kind == MISTAKE_OF_waits_for_zero) h.op[2] = AD_OP_max;
    const bool has_op = h.op[2] != AD_OP_count;
    const int operands = has_op ? ad_ops[h.op[2]].operands : 0;
    h.ops += has_op && h.op[2] != AD_OP_add && h.op[2] != AD_OP_mul;
    for (h.steps = 1; h.steps <= 3; h.steps++)
        for (int inputs = 1; inputs <= 3; inputs++) {
            h.s = (signature){.name = "smallest", .inputs = inputs < 3 ? inputs : 2};
            h.s.constants = inputs == 3;
            if (operands > h.s.inputs + 1 || !extend(&h)) continue;
            *smallest = h.s;
            return true;
        }
    return false;
}
