/* Each operation alone, at points where a mistake shows. */
#include "verify/mutant_cases.h"

#include <math.h>
#include <stdlib.h>

/* Of the sign that bit `bit` of k says, where [lo, hi] has one like it. */
static double sample(random_source *r, size_t k, unsigned bit, double lo, double hi)
{
    for (int attempt = 0;; attempt++) {
        const double size = random_uniform(r, 0.2, 2.5);
        const bool negative = attempt < 50 ? (k >> bit & 1) != 0 : attempt % 2 != 0;
        const double x = (negative ? -size : size) + (attempt < 100 ? 0 : lo);
        if (lo < x && x < hi) return x;
    }
}

/* x y + ... needs two ranges, a sum and a custom one. */
static size_t leaves_of(ad_op op)
{
    if (op == AD_OP_dot) return 4;
    return op >= AD_OP_sum ? 3 : (size_t)ad_ops[op].operands;
}

static void make(op_case *c, size_t k, random_source *r)
{
    static const size_t operand[] = {0, 1, 2, 3};
    const ad_op_info *row = &ad_ops[c->op];
    double partial[MOST_LEAVES];
    dag_clear(&c->d);
    for (size_t i = 0; i < c->leaves; i++) {
        const bool first = i == 0 && row->operands > 0;
        dag_leaf(&c->d, AD_OP_var,
                 sample(r, k, (unsigned)i, first ? row->lo : -HUGE_VAL,
                        first ? row->hi : HUGE_VAL));
        partial[i] = sample(r, k, 0, -HUGE_VAL, HUGE_VAL);
    }
    const double constant = sample(r, k, 1, -HUGE_VAL, HUGE_VAL);
    c->d.output = c->op == AD_OP_custom
                      ? dag_custom(&c->d, c->leaves, operand, partial, 1)
                      : dag_apply(&c->d, c->op, c->leaves, operand, constant);
    c->d.seed = 3;
}

static dag_resolution derive(op_case *c, dag_witness *witness)
{
    dag_tangent tangent[MOST_LEAVES + 1];
    for (size_t i = 0; i < c->leaves; i++) {
        double direction[MOST_LEAVES + 1] = {0};
        size_t at;
        direction[i] = 1;
        c->partial[i] = dag_partials(&c->d, c->d.output)[i];
        c->bound[i] = 0;
        if (witness == NULL) continue;
        const dag_resolution how =
            dag_witness_tangents(witness, &c->d, direction, tangent, &at);
        if (how == DAG_UNRESOLVED || how == DAG_OUT_OF_MEMORY) return how;
        if (how == DAG_WRONG_VALUE) continue; /* `gradyno check` says so */
        c->partial[i] = tangent[c->d.output].value;
        c->bound[i] = tangent[c->d.output].bound;
    }
    return DAG_RESOLVED;
}

/* A point with a value and a derivative; other signs where there is none, as for c^x.
 */
static bool make_case(op_case *c, size_t k, dag_witness *witness, random_source *r)
{
    for (size_t attempt = 0; attempt < 100; attempt++) {
        make(c, attempt < 20 ? k : attempt, r);
        if (c->d.out_of_memory) return false;
        if (c->d.item[c->d.output].dead) continue;
        const dag_resolution how = derive(c, witness);
        if (how == DAG_OUT_OF_MEMORY) return false;
        if (how == DAG_RESOLVED) break;
    }
    return true;
}

op_case *op_cases_new(dag_witness *witness, uint64_t seed, size_t *n)
{
    random_source random = {seed};
    *n = (size_t)(AD_OP_count - AD_FIRST_ROW) * CASES;
    op_case *cases = calloc(*n, sizeof *cases);
    bool made = cases != NULL;
    for (size_t i = 0; i < *n && made; i++) {
        cases[i].op = (ad_op)(AD_FIRST_ROW + (int)(i / CASES));
        cases[i].leaves = leaves_of(cases[i].op);
        made = make_case(&cases[i], i % CASES, witness, &random);
    }
    if (made) return cases;
    op_cases_free(cases, *n);
    return NULL;
}

void op_cases_free(op_case *cases, size_t n)
{
    for (size_t i = 0; i < n && cases != NULL; i++) dag_free(&cases[i].d);
    free(cases);
}
