/* Programs in which an operation is made of others, as many engines have it. */
#include "verify/kit/signature.h"

typedef struct builder {
    signature *s;
    const bool *supported;
    bool lacks;
} builder;

static int put(builder *b, ad_op op, int i, int j, double c)
{
    if (op != AD_OP_constant && !b->supported[op]) b->lacks = true;
    if (b->s->steps == SIGNATURE_STEPS) b->lacks = true;
    if (b->lacks) return 0;
    b->s->step[b->s->steps] = (signature_step){op, {i, j, 0}, c};
    return b->s->inputs + b->s->steps++;
}

static int constant(builder *b, double c) { return put(b, AD_OP_constant, 0, 0, c); }

static int times_constant(builder *b, int x, double c)
{
    return put(b, AD_OP_mul, x, constant(b, c), 0);
}

/* One operation by others; -1: there is no such way. */
static int make(builder *b, const signature_step *step, const int *at, int way)
{
    const double c = step->c;
    const int x = at[0], y = at[1];
#define WAY(n, op_) if (way == (n) && step->op == AD_OP_##op_)
    WAY(0, neg) return times_constant(b, x, -1);
    WAY(1, neg) return put(b, AD_OP_sub, constant(b, 0), x, 0);
    WAY(0, sub) return put(b, AD_OP_add, x, times_constant(b, y, -1), 0);
    WAY(1, sub) return put(b, AD_OP_add, x, put(b, AD_OP_neg, y, 0, 0), 0);
    WAY(2, sub) return put(b, AD_OP_add, x, put(b, AD_OP_mul_c, y, 0, -1), 0);
    WAY(0, div) return put(b, AD_OP_mul, x, put(b, AD_OP_pow_c, y, 0, -1), 0);
    WAY(1, div) return put(b, AD_OP_mul, x, put(b, AD_OP_recip, y, 0, 0), 0);
    WAY(2, div)
    return put(b, AD_OP_mul, x, put(b, AD_OP_pow, y, constant(b, -1), 0), 0);
    WAY(0, recip) return put(b, AD_OP_pow_c, x, 0, -1);
    WAY(1, recip) return put(b, AD_OP_div, constant(b, 1), x, 0);
    WAY(2, recip) return put(b, AD_OP_pow, x, constant(b, -1), 0);
    WAY(0, square) return put(b, AD_OP_mul, x, x, 0);
    WAY(1, square) return put(b, AD_OP_pow_c, x, 0, 2);
    WAY(0, add_c) return put(b, AD_OP_add, x, constant(b, c), 0);
    WAY(1, add_c) return put(b, AD_OP_add, constant(b, c), x, 0);
    WAY(0, mul_c) return times_constant(b, x, c);
    WAY(1, mul_c) return put(b, AD_OP_mul, constant(b, c), x, 0);
    WAY(0, c_sub) return put(b, AD_OP_sub, constant(b, c), x, 0);
    WAY(1, c_sub)
    return put(b, AD_OP_add, constant(b, c), times_constant(b, x, -1), 0);
    WAY(2, c_sub) return put(b, AD_OP_add, times_constant(b, x, -1), constant(b, c), 0);
    WAY(3, c_sub)
    return put(b, AD_OP_add, put(b, AD_OP_neg, x, 0, 0), constant(b, c), 0);
    WAY(0, c_div) return put(b, AD_OP_div, constant(b, c), x, 0);
    WAY(1, c_div)
    return put(b, AD_OP_mul, constant(b, c), put(b, AD_OP_pow_c, x, 0, -1), 0);
    WAY(2, c_div)
    return put(b, AD_OP_mul, put(b, AD_OP_pow_c, x, 0, -1), constant(b, c), 0);
    WAY(0, pow_c) return put(b, AD_OP_pow, x, constant(b, c), 0);
    WAY(0, c_pow) return put(b, AD_OP_pow, constant(b, c), x, 0);
#undef WAY
    return -1;
}

bool signature_made_of(const signature *s, ad_op op, int way, const bool *supported,
                       signature *made, int *map)
{
    builder b = {made, supported, false};
    *made = *s;
    made->steps = 0;
    for (int i = 0; i < s->inputs; i++) map[i] = i;
    for (int k = 0; k < s->steps; k++) {
        const signature_step *step = &s->step[k];
        int at[AD_MAX_OPERANDS] = {0}, node;
        for (int i = 0; i < ad_ops[step->op].operands; i++)
            at[i] = map[step->operand[i]];
        if (step->op == op) {
            node = make(&b, step, at, way);
        } else {
            node = put(&b, step->op, at[0], at[1], step->c);
            if (!b.lacks) made->step[made->steps - 1].operand[2] = at[2];
        }
        if (node < 0 || b.lacks) return false;
        map[s->inputs + k] = node;
    }
    made->root = map[s->root];
    made->second = map[s->second];
    return true;
}
