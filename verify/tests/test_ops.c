/*
 * Every operation: its value and its partials, in the table and on both engines.
 *
 * Four witnesses, none of which knows the formulas of ops.def:
 *
 *   conventions   each row of verify/edges.def, exactly; and where it has none, its rules
 *   engines       graph and tape give what the table gives, for any operands
 *   references    published or independently computed numbers, to a bound in ulps
 *   laws          identities between operations, and inverse functions undone
 *
 * Not seen: a formula that is wrong only where no point of them falls. `gradyno check`
 * looks there, at sampled points, with differences.
 */
#include <float.h>
#include <stdio.h>
#include <string.h>

#include "engine/graph.h"
#include "engine/tape.h"
#include "verify/edge_check.h"
#include "verify/random.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

#define ENGINE graph
#include "verify/programs/row.inc"
#define ENGINE tape
#include "verify/programs/row.inc"

/* A row at a point, and what came out. */
typedef struct point {
    ad_op op;
    double x[AD_MAX_OPERANDS], c;
} point;

typedef struct outcome {
    double value, partial[AD_MAX_OPERANDS];
} outcome;

/* "pow at x = 0, y = -1" */
typedef struct text {
    char at[160];
} text;

static text name_of(const point *p)
{
    static const char letters[] = "xyw";
    text name;
    size_t n = (size_t)snprintf(name.at, sizeof name.at, "%s at", ad_ops[p->op].name);
    for (int i = 0; i < ad_ops[p->op].operands; i++)
        n += (size_t)snprintf(name.at + n, sizeof name.at - n, "%s %c = %.17g",
                              i > 0 ? "," : "", letters[i], p->x[i]);
    if (ad_ops[p->op].constants > 0)
        snprintf(name.at + n, sizeof name.at - n, ", c = %.17g", p->c);
    return name;
}

static outcome by_table(const point *p)
{
    outcome o = {.value = ad_ops[p->op].value(p->x, p->c)};
    ad_ops[p->op].partials(p->x, p->c, o.value, o.partial);
    return o;
}

/* Gradients for an incoming one of `seed`, 3 to show a rule that forgets it. */
static outcome by_graph(ad_graph *g, const point *p, double seed)
{
    outcome o = {0};
    ck_assert(row_gradient_graph(g, p->op, p->x, p->c, seed, &o.value, o.partial));
    return o;
}

static outcome by_tape(ad_tape *t, const point *p, double seed)
{
    outcome o = {0};
    ck_assert(row_gradient_tape(t, p->op, p->x, p->c, seed, &o.value, o.partial));
    return o;
}

/* Fails unless `actual` is within `ulps` of `expected`, its partials times the seed. */
static void compare(const char *witness, const point *p, outcome actual,
                    outcome expected, double seed, double ulps)
{
    const double off = ulps_apart(actual.value, expected.value);
    if (!(off <= ulps))
        ck_abort_msg("%s: %s: value is %.17g, expected %.17g, off by %.4g ulps",
                     witness, name_of(p).at, actual.value, expected.value, off);
    for (int i = 0; i < ad_ops[p->op].operands; i++) {
        const double is = actual.partial[i], should = seed * expected.partial[i];
        const double error = ulps_apart(is, should);
        if (!(error <= ulps))
            ck_abort_msg("%s: %s: the gradient of %c for an incoming %g is %.17g, "
                         "expected %.17g, off by %.4g ulps",
                         witness, name_of(p).at, "xyw"[i], seed, is, should, error);
    }
}

static ad_graph *graph;
static ad_tape *tape;

static void open_engines(void)
{
    graph = ad_graph_new(NULL);
    tape = ad_tape_new(NULL);
}

static void close_engines(void)
{
    ad_graph_free(graph);
    ad_tape_free(tape);
}

/* The table and both engines against `expected`. */
static void compare_all(const point *p, outcome expected, double ulps)
{
    compare("table", p, by_table(p), expected, 1, ulps);
    compare("graph", p, by_graph(graph, p, 1), expected, 1, ulps);
    compare("tape", p, by_tape(tape, p, 1), expected, 1, ulps);
    compare("graph", p, by_graph(graph, p, 3), expected, 3, ulps);
    compare("tape", p, by_tape(tape, p, 3), expected, 3, ulps);
}

/* ---- Conventions ----------------------------------------------------------------- */

/* The macros say which rows they are for; a row of the wrong kind would go untested. */
START_TEST(every_convention_is_of_its_kind)
{
    for (size_t k = 0; k < edge_convention_count; k++) {
        const edge_convention *e = &edge_conventions[k];
        const ad_op_info *row = &ad_ops[e->op];
        const int kind = row->constants > 0 ? -row->operands : row->operands;
        ck_assert_msg(kind == e->kind, "row %zu, of %s: the macro is of another kind",
                      k, row->name);
        ck_assert_msg(e->reason[0] != '\0', "row %zu, of %s: without a reason", k,
                      row->name);
    }
}
END_TEST

START_TEST(conventions_hold)
{
    const edge_convention *e = &edge_conventions[_i];
    point p = {.op = e->op, .c = grade_constant(&ad_ops[e->op], e->at)};
    outcome is = {.value = e->value};
    memcpy(p.x, e->at, (size_t)ad_ops[e->op].operands * sizeof *p.x);
    memcpy(is.partial, e->partial, sizeof is.partial);
    compare_all(&p, is, 0);
}
END_TEST

/* The grid of edge_check.h, for whatever rows there are. test_edges.c shows that it can
 * fail. */
START_TEST(edges_hold)
{
    edge_report r;
    edge_check_run((ad_op)_i, NULL, &r);
    ck_assert_msg(r.why_not == NULL, "%s: %s", ad_ops[_i].name, r.why_not);
    ck_assert_msg(r.disagreements == 0, "%zu of %zu edges: %s", r.disagreements,
                  r.cells, r.failure[0]);
    ck_assert_uint_eq(r.by_convention + r.by_witness + r.by_rule + r.unjudged, r.cells);
}
END_TEST

/* ---- Engines --------------------------------------------------------------------- */

/* Anything that a double can be, and ordinary numbers half of the time. */
static double any_double(random_source *r)
{
    static const double special[] = {0.0,      -0.0,     1,         -1,         2,
                                     0.5,      DBL_MIN,  -DBL_MIN,  0x1p-1074,  DBL_MAX,
                                     -DBL_MAX, HUGE_VAL, -HUGE_VAL, (double)NAN};
    switch (random_below(r, 4)) {
    case 0: return special[random_below(r, sizeof special / sizeof *special)];
    case 1: return random_magnitude(r, -320, 308);
    default: return random_uniform(r, -4, 4);
    }
}

static point any_point(ad_op op, random_source *r)
{
    point p = {.op = op, .c = any_double(r)};
    for (int i = 0; i < AD_MAX_OPERANDS; i++) p.x[i] = any_double(r);
    return p;
}

START_TEST(engines_give_what_the_table_gives)
{
    random_source random = {test_seed() + (uint64_t)_i};
    for (size_t k = soaked(1000); k-- > 0;) {
        const point p = any_point((ad_op)_i, &random);
        const outcome table = by_table(&p);
        compare("graph", &p, by_graph(graph, &p, 1), table, 1, 0);
        compare("tape", &p, by_tape(tape, &p, 1), table, 1, 0);
        compare("graph", &p, by_graph(graph, &p, -3), table, -3, 0);
        compare("tape", &p, by_tape(tape, &p, -3), table, -3, 0);
    }
}
END_TEST

/*
 * op(x, x, x) + op(x, x, x): one leaf in every place of two nodes. Its gradient is
 * twice the sum of all partials, added one by one.
 */
#define DEFINE_ALIASED(engine)                                                         \
    static double aliased_##engine(ad_##engine *r, const point *p, double seed)        \
    {                                                                                  \
        const ad_##engine##_position start = ad_##engine##_mark(r);                    \
        const ad_##engine##_handle x = ad_##engine##_var(r, p->x[0]);                  \
        const ad_##engine##_handle all[] = {x, x, x};                                  \
        const ad_##engine##_handle one = ad_##engine##_apply(r, p->op, all, p->c);     \
        const ad_##engine##_handle two = ad_##engine##_apply(r, p->op, all, p->c);     \
        ad_##engine##_seed(r, seed);                                                   \
        ck_assert_int_eq(ad_##engine##_backward(r, ad_##engine##_add(r, one, two)),    \
                         AD_OK);                                                       \
        const double gradient = ad_##engine##_grad(r, x);                              \
        ad_##engine##_rewind(r, start);                                                \
        return gradient;                                                               \
    }
DEFINE_ALIASED(graph)
DEFINE_ALIASED(tape)

START_TEST(one_operand_in_every_place_has_the_sum)
{
    random_source random = {test_seed() + (uint64_t)_i};
    for (size_t k = soaked(1000); k-- > 0;) {
        point p = any_point((ad_op)_i, &random);
        p.x[1] = p.x[2] = p.x[0];
        const outcome table = by_table(&p);
        double sum = 0;
        for (int i = 0; i < 2 * ad_ops[p.op].operands; i++)
            sum += 3 * table.partial[i % ad_ops[p.op].operands];
        const double graph_sum = aliased_graph(graph, &p, 3);
        const double tape_sum = aliased_tape(tape, &p, 3);
        ck_assert_msg(
            is_within(graph_sum, sum, 0) && is_within(tape_sum, sum, 0),
            "aliasing: %s: one leaf in every place of two nodes, incoming 3: its "
            "gradient is %.17g on the graph, %.17g on the tape, expected %.17g, "
            "the sum of its partials",
            name_of(&p).at, graph_sum, tape_sum, sum);
    }
}
END_TEST

/* ---- References ------------------------------------------------------------------ */

/*
 * From mpmath 1.3 at 120 digits: the function by its name there (logistic function and
 * the units built on it by their definitions), and its partial as a central difference,
 * (f(x + h) - f(x - h))/2h with h = 1e-35 |x|, at 900 digits: no calculus in it.
 * Operands are the doubles nearest to what is written. Among them Euler's constant
 * (lgamma at 1), the normal distribution at 1, and points where the textbook's
 * derivative has lost every digit.
 */
static const struct reference {
    ad_op op;
    double x[AD_MAX_OPERANDS], c, value, partial[AD_MAX_OPERANDS];
} references[] = {
    /* clang-format off */
    {AD_OP_neg, {1.5}, 0, -1.5, {-1}},
    {AD_OP_abs, {-2.5}, 0, 2.5, {-1}},
    {AD_OP_abs, {0.75}, 0, 0.75, {1}},
    {AD_OP_square, {-3}, 0, 9, {-6}},
    {AD_OP_recip, {3}, 0, 0.33333333333333333, {-0.11111111111111111}},
    {AD_OP_recip, {-1e-150}, 0, -9.9999999999999999e149, {-9.9999999999999999e299}},
    {AD_OP_sqrt, {2}, 0, 1.414213562373095, {0.35355339059327376}},
    {AD_OP_sqrt, {1e-300}, 0, 1e-150, {4.9999999999999999e149}},
    {AD_OP_cbrt, {-10}, 0, -2.1544346900318837, {0.071814489667729457}},
    {AD_OP_cbrt, {841.359}, 0, 9.4404735889475171, {0.0037401686196370066}},
    {AD_OP_cbrt, {1.7e308}, 0, 5.5396582567544641e102, {1.0862075013244048e-206}},
    {AD_OP_exp, {1}, 0, 2.7182818284590452, {2.7182818284590452}},
    {AD_OP_exp, {-700}, 0, 9.8596765437597709e-305, {9.8596765437597709e-305}},
    {AD_OP_exp2, {0.5}, 0, 1.414213562373095, {0.98025814346854719}},
    {AD_OP_exp2, {-1000.3}, 0, 7.5804561056135502e-302, {5.2543717769644553e-302}},
    {AD_OP_expm1, {1e-10}, 0, 1.00000000005e-10, {1.0000000001}},
    {AD_OP_expm1, {-40}, 0, -1, {4.248354255291589e-18}},
    {AD_OP_log, {10}, 0, 2.3025850929940457, {0.1}},
    {AD_OP_log, {1e-308}, 0, -709.19620864216607, {1.0000000000000001e308}},
    {AD_OP_log2, {10}, 0, 3.3219280948873623, {0.14426950408889634}},
    {AD_OP_log10, {2}, 0, 0.3010299956639812, {0.21714724095162591}},
    {AD_OP_log1p, {1e-10}, 0, 9.9999999995000004e-11, {0.9999999999}},
    {AD_OP_log1p, {-0.75}, 0, -1.3862943611198906, {4}},
    {AD_OP_sin, {1}, 0, 0.84147098480789651, {0.54030230586813972}},
    {AD_OP_sin, {1e22}, 0, -0.8522008497671888, {0.52321478539513895}},
    {AD_OP_cos, {1}, 0, 0.54030230586813972, {-0.84147098480789651}},
    {AD_OP_cos, {-3}, 0, -0.98999249660044546, {0.14112000805986722}},
    {AD_OP_tan, {1}, 0, 1.5574077246549022, {3.4255188208147598}},
    {AD_OP_tan, {1.57}, 0, 1255.7655915007896, {1576948.2207973281}},
    {AD_OP_asin, {0.5}, 0, 0.52359877559829887, {1.1547005383792515}},
    {AD_OP_asin, {0x1.fffffffffep-1}, 0, 1.5707949780957443, {741455.20018963384}},
    {AD_OP_acos, {0.5}, 0, 1.0471975511965977, {-1.1547005383792515}},
    {AD_OP_acos, {-0x1.fffffffffep-1}, 0, 3.1415913048906409, {-741455.20018963384}},
    {AD_OP_atan, {1}, 0, 0.78539816339744831, {0.5}},
    {AD_OP_atan, {-1e20}, 0, -1.5707963267948966, {1e-40}},
    {AD_OP_sinh, {1}, 0, 1.1752011936438015, {1.5430806348152438}},
    {AD_OP_sinh, {-700}, 0, -5.0711602736750225e303, {5.0711602736750225e303}},
    {AD_OP_cosh, {1}, 0, 1.5430806348152438, {1.1752011936438015}},
    {AD_OP_cosh, {1e-05}, 0, 1.00000000005, {1.0000000000166667e-5}},
    {AD_OP_tanh, {1}, 0, 0.76159415595576489, {0.41997434161402607}},
    {AD_OP_tanh, {10}, 0, 0.99999999587769276, {8.2446144557673974e-9}},
    {AD_OP_tanh, {-20}, 0, -0.99999999999999999, {1.6993417021166356e-17}},
    {AD_OP_tanh, {300}, 0, 1, {1.0601586212017243e-260}},
    {AD_OP_asinh, {1}, 0, 0.88137358701954303, {0.70710678118654752}},
    {AD_OP_asinh, {-1e200}, 0, -461.21016577936908, {1e-200}},
    {AD_OP_acosh, {2}, 0, 1.3169578969248167, {0.57735026918962576}},
    {AD_OP_acosh, {0x1.0000000001p0}, 0, 1.3486991523485068e-6, {741455.20018929667}},
    {AD_OP_acosh, {1e200}, 0, 461.21016577936908, {1e-200}},
    {AD_OP_atanh, {0.5}, 0, 0.54930614433405485, {1.3333333333333333}},
    {AD_OP_atanh, {-0x1.fffffffffep-1}, 0, -14.209517201478651, {549755813888.25}},
    {AD_OP_erf, {0.5}, 0, 0.52049987781304654, {0.87878257893544479}},
    {AD_OP_erf, {-5}, 0, -0.99999999999846254, {1.5670866531017335e-11}},
    {AD_OP_erfc, {1}, 0, 0.15729920705028513, {-0.4151074974205947}},
    {AD_OP_erfc, {26}, 0, 5.6631924088561428e-296, {-2.9470349932662695e-294}},
    {AD_OP_lgamma, {0.5}, 0, 0.57236494292470009, {-1.9635100260214235}},
    {AD_OP_lgamma, {1}, 0, 0, {-0.57721566490153286}},
    {AD_OP_lgamma, {0x1.762d86356be3fp0}, 0, -0.12148629053584961, {-9.2412655217294275e-17}},
    {AD_OP_lgamma, {100}, 0, 359.1342053695754, {4.6001618527380874}},
    {AD_OP_lgamma, {-2.25}, 0, 0.55550154502064747, {4.1585835646579723}},
    {AD_OP_lgamma, {1e-200}, 0, 460.51701859880914, {-1e200}},
    {AD_OP_tgamma, {0.5}, 0, 1.772453850905516, {-3.480230906913262}},
    {AD_OP_tgamma, {5}, 0, 24, {36.146824042363211}},
    {AD_OP_tgamma, {0x1.762d86356be4p0}, 0, 0.8856031944108887, {1.0844542882004832e-16}},
    {AD_OP_tgamma, {170}, 0, 4.2690680090047053e304, {2.1912504416086121e305}},
    {AD_OP_tgamma, {-1.5}, 0, 2.3632718012073547, {1.6617502606685965}},
    {AD_OP_sigmoid, {1}, 0, 0.73105857863000488, {0.19661193324148185}},
    {AD_OP_sigmoid, {40}, 0, 1, {4.248354255291589e-18}},
    {AD_OP_sigmoid, {-700}, 0, 9.8596765437597709e-305, {9.8596765437597709e-305}},
    {AD_OP_softplus, {1}, 0, 1.3132616875182228, {0.73105857863000488}},
    {AD_OP_softplus, {-30}, 0, 9.3576229688397368e-14, {9.357622968839299e-14}},
    {AD_OP_softplus, {40}, 0, 40, {1}},
    {AD_OP_relu, {2}, 0, 2, {1}},
    {AD_OP_relu, {-2}, 0, 0, {0}},
    {AD_OP_leaky_relu, {3}, 0, 3, {1}},
    {AD_OP_leaky_relu, {-3}, 0, -0.030000000000000001, {0.01}},
    {AD_OP_elu, {-1}, 0, -0.63212055882855768, {0.36787944117144232}},
    {AD_OP_elu, {-700}, 0, -1, {9.8596765437597709e-305}},
    {AD_OP_elu, {0.5}, 0, 0.5, {1}},
    {AD_OP_gelu, {1}, 0, 0.84134474606854295, {1.0833154705876863}},
    {AD_OP_gelu, {-1}, 0, -0.15865525393145705, {-0.083315470587686298}},
    {AD_OP_gelu, {-0x1.80ead197f00b3p-1}, 0, -0.16997120747990366, {4.1451704796080772e-17}},
    {AD_OP_gelu, {-0.7}, 0, -0.16937455655615111, {0.023385898866340156}},
    {AD_OP_silu, {1}, 0, 0.73105857863000488, {0.92767051187148673}},
    {AD_OP_silu, {-0x1.474973c84120cp0}, 0, -0.2784645427610738, {-2.452007938935708e-17}},
    {AD_OP_silu, {-3}, 0, -0.14227761953270034, {-0.088104106015169617}},
    {AD_OP_silu, {-712}, 0, -4.313292185103229e-307, {-4.3072341904612301e-307}},
    {AD_OP_add, {1, 2}, 0, 3, {1, 1}},
    {AD_OP_sub, {1, 2}, 0, -1, {1, -1}},
    {AD_OP_mul, {2, -3}, 0, -6, {-3, 2}},
    {AD_OP_div, {1, 3}, 0, 0.33333333333333333, {0.33333333333333333, -0.11111111111111111}},
    {AD_OP_div, {1e-200, 1e-170}, 0, 1e-30, {1e170, -1e140}},
    {AD_OP_div, {1.5e-323, 1e-10}, 0, 1.4821969375237396e-313, {9999999999.9999996, -1.4821969375237395e-303}},
    {AD_OP_pow, {2, 0.5}, 0, 1.414213562373095, {0.35355339059327376, 0.98025814346854719}},
    {AD_OP_pow, {10, -300.7}, 0, 1.9952623149689318e-301, {-5.9997537811115778e-300, 4.5942612630602528e-301}},
    {AD_OP_pow, {1.0001, 6000000}, 0, 3.661518021262915e260, {2.1966911436433847e267, 3.6613349575655934e256}},
    {AD_OP_pow, {1e-160, 2.03}, 0, 0, {3.2173331806962916e-165, -5.8389623023183449e-323}},
    {AD_OP_pow, {1e200, 1.6}, 0, HUGE_VAL, {1.6000000000000655e120, HUGE_VAL}},
    {AD_OP_atan2, {1, 2}, 0, 0.46364760900080612, {0.4, -0.2}},
    {AD_OP_atan2, {-1, -2}, 0, -2.6779450445889871, {-0.4, 0.2}},
    {AD_OP_atan2, {1e-200, 3e-200}, 0, 0.32175055439664219, {3.0000000000000001e199, -1e199}},
    {AD_OP_atan2, {2e250, 1e249}, 0, 1.5208379310729539, {2.4937655860349129e-252, -4.9875311720698258e-251}},
    {AD_OP_hypot, {3, 4}, 0, 5, {0.6, 0.8}},
    {AD_OP_hypot, {1e-320, 2e-320}, 0, 2.2360430837634878e-320, {0.44721359549995794, 0.89442719099991588}},
    {AD_OP_hypot, {1.5e308, 1e308}, 0, HUGE_VAL, {0.83205029433784368, 0.55470019622522912}},
    {AD_OP_min, {1, 2}, 0, 1, {1, 0}},
    {AD_OP_min, {2, 1}, 0, 1, {0, 1}},
    {AD_OP_max, {1, 2}, 0, 2, {0, 1}},
    {AD_OP_max, {2, 1}, 0, 2, {1, 0}},
    {AD_OP_logaddexp, {1, 2}, 0, 2.3132616875182228, {0.26894142136999512, 0.73105857863000488}},
    {AD_OP_logaddexp, {-1000.25, -1040.125}, 0, -1000.25, {1, 4.814016052463533e-18}},
    {AD_OP_logaddexp, {700.1, 0.3}, 0, 700.10000000000002, {1, 1.2042636125115041e-304}},
    {AD_OP_fma, {2, 3, 4}, 0, 10, {3, 2, 1}},
    {AD_OP_add_c, {1}, 2, 3, {1}},
    {AD_OP_mul_c, {3}, 2, 6, {2}},
    {AD_OP_pow_c, {2}, 0.5, 1.414213562373095, {0.35355339059327376}},
    {AD_OP_pow_c, {1.5}, 3, 3.375, {6.75}},
    {AD_OP_c_sub, {1}, 2, 1, {-1}},
    {AD_OP_c_div, {3}, 2, 0.66666666666666667, {-0.22222222222222222}},
    {AD_OP_c_div, {1e-10}, 1e-323, 9.8813129168249305e-314, {-9.8813129168249302e-304}},
    {AD_OP_c_pow, {0.5}, 2, 1.414213562373095, {0.98025814346854719}},
    {AD_OP_c_pow, {-700.5}, 1.5, 4.4470604349803653e-124, {1.8031278400328543e-124}},
    /* clang-format on */
};
enum { REFERENCES = sizeof references / sizeof *references };

START_TEST(references_are_met)
{
    const struct reference *r = &references[_i];
    const point p = {r->op, {r->x[0], r->x[1], r->x[2]}, r->c};
    const outcome expected = {r->value, {r->partial[0], r->partial[1], r->partial[2]}};
    compare_all(&p, expected, 4);
}
END_TEST

/* ---- Laws ------------------------------------------------------------------------ */

static double value_at(ad_op op, double x, double y)
{
    const point p = {op, {x, y, 0}, y};
    return by_table(&p).value;
}

static double partial_at(ad_op op, int i, double x, double y)
{
    const point p = {op, {x, y, 0}, y};
    return by_table(&p).partial[i];
}

/* f(x), f'(x), and for two operands (or one and a constant) f(x, y) and its partials.
 */
#define F(name, x) value_at(AD_OP_##name, x, 0)
#define D(name, x) partial_at(AD_OP_##name, 0, x, 0)
#define F2(name, x, y) value_at(AD_OP_##name, x, y)
#define DX(name, x, y) partial_at(AD_OP_##name, 0, x, y)
#define DY(name, x, y) partial_at(AD_OP_##name, 1, x, y)

/* left == right to `ulps` units in the last place of `size`, the largest term in sight.
 */
#define LAW(left, right, size, ulps)                                                   \
    do {                                                                               \
        const double l = (left), r = (right), unit = ulp_of(size);                     \
        if (!(fabs(l - r) <= (ulps)*unit))                                             \
            ck_abort_msg("law: " #left " = " #right ": at x = %.17g, y = %.17g, "      \
                         "p = %.17g: %.17g and %.17g, %.4g ulps of %.3g apart, "       \
                         "allowed %.4g (GRADYNO_SEED=%llu)",                           \
                         x, y, p, l, r, fabs(l - r) / unit, (double)(size),            \
                         (double)(ulps), (unsigned long long)test_seed());             \
    } while (0)

/* A bound counts the roundings on both sides, an operation of the table being good for
 * up to 4 ulps; an argument's own rounding counts as often as the function magnifies
 * it. */
START_TEST(values_obey_their_laws)
{
    random_source random = {test_seed()};
    for (size_t k = soaked(2000); k-- > 0;) {
        const double x = random_uniform(&random, -20, 20),
                     y = random_uniform(&random, -20, 20);
        const double p = random_uniform(&random, 0.05, 20),
                     q = random_uniform(&random, -1, 1);
        LAW(F(neg, x), 0 - x, x, 0);
        LAW(F(abs, x), F(sqrt, F(square, x)), x, 1);
        LAW(F(recip, x), F2(div, 1, x), 1 / x, 0);
        LAW(F2(add, x, y), F2(sub, x, -y), x + y, 0);
        LAW(F2(mul, x, y), F2(div, x, F(recip, y)), x * y, 2);
        LAW(F(cbrt, x) * F(cbrt, x) * F(cbrt, x), x, x, 14);
        LAW(F2(pow, p, y), F(exp, y * F(log, p)), F2(pow, p, y),
            3 + 2 * fabs(y * log(p)));
        LAW(F2(hypot, x, y), F(sqrt, x * x + y * y), F2(hypot, x, y), 3);
        LAW(F(exp, F(log, p)), p, p, 2 + fabs(log(p)));
        LAW(F(exp, x) * F(exp, -x), 1, 1, 4);
        LAW(F(exp2, x), F(exp, x * log(2)), F(exp2, x), 3 + 2 * fabs(x));
        LAW(F(expm1, x) + 1, F(exp, x), F(exp, x) + 1, 4);
        LAW(F(log2, p) * log(2), F(log, p), log(p), 6);
        LAW(F(log10, p) * log(10), F(log, p), log(p), 6);
        LAW(F(log1p, p), F(log, 1 + p), 1 + log(1 + p), 4);
        LAW(F2(logaddexp, x, y), F(log, F(exp, x) + F(exp, y)), fabs(x) + fabs(y) + 1,
            4);
        LAW(F(sin, x) * F(sin, x) + F(cos, x) * F(cos, x), 1, 1, 4);
        LAW(F(tan, x), F(sin, x) / F(cos, x), F(tan, x), 6);
        LAW(F(asin, q) + F(acos, q), F(acos, 0), 2, 2);
        LAW(F(atan, p) + F(atan, 1 / p), F(acos, 0), 2, 2);
        LAW(F2(atan2, x, p), F(atan, x / p), F(atan, x / p), 4);
        LAW(F(cosh, x) + F(sinh, x), F(exp, x), F(cosh, x), 6);
        LAW(F(tanh, x), F(sinh, x) / F(cosh, x), F(tanh, x), 9);
        LAW(F(asinh, x), F(log, x + F(sqrt, x * x + 1)), 1 + x * x, 4);
        LAW(F(acosh, 1 + p), F(log, 1 + p + F(sqrt, p * (p + 2))), 4, 4);
        LAW(F(atanh, q), (F(log1p, q) - F(log1p, -q)) / 2, 1 + fabs(atanh(q)), 4);
        LAW(F(erf, x) + F(erfc, x), 1, 2, 2);
        LAW(F(lgamma, p + 1) - F(lgamma, p), F(log, p),
            1 + fabs(F(lgamma, p + 1)) + fabs(F(lgamma, p)), 6);
        LAW(F(tgamma, p + 1), p * F(tgamma, p), F(tgamma, p + 1), 12 + 4 * p);
        LAW(F(tgamma, p), F(exp, F(lgamma, p)), F(tgamma, p),
            10 + 6 * fabs(F(lgamma, p)));
        LAW(F2(min, x, y) + F2(max, x, y), x + y, x + y, 0);
        LAW(F2(max, x, y) - F2(min, x, y), F(abs, x - y), x - y, 0);
        LAW(F(relu, x) - F(relu, -x), x, x, 0);
        LAW(F(leaky_relu, x), F(relu, x) - 0.01 * F(relu, -x), x, 0);
        LAW(F(elu, x), F(relu, x) + F(expm1, -F(relu, -x)), 1 + fabs(x), 1);
        LAW(F(sigmoid, x) + F(sigmoid, -x), 1, 1, 2);
        LAW(F(tanh, x), 2 * F(sigmoid, 2 * x) - 1, 2, 4);
        LAW(F(softplus, x) - F(softplus, -x), x, 1 + fabs(x), 3);
        LAW(F(softplus, x), F2(logaddexp, x, 0), F(softplus, x), 2);
        LAW(F(silu, x), x * F(sigmoid, x), F(silu, x), 8);
        LAW(F(gelu, x) - F(gelu, -x), x, x, 4);
    }
}
END_TEST

START_TEST(partials_obey_their_laws)
{
    random_source random = {test_seed()};
    for (size_t k = soaked(2000); k-- > 0;) {
        const double x = random_uniform(&random, -20, 20),
                     y = random_uniform(&random, -20, 20);
        const double p = random_uniform(&random, 0.05, 20),
                     q = random_uniform(&random, -1, 1);
        /* Homogeneous functions: Euler's theorem. */
        LAW(x * DX(add, x, y) + y * DY(add, x, y), F2(add, x, y), x + y, 0);
        LAW(x * DX(sub, x, y) + y * DY(sub, x, y), F2(sub, x, y), x - y, 0);
        LAW(x * DX(mul, x, y) + y * DY(mul, x, y), 2 * F2(mul, x, y), 2 * x * y, 0);
        LAW(x * DX(div, x, y) + y * DY(div, x, y), 0, x / y, 4);
        LAW(x * DX(hypot, x, y) + y * DY(hypot, x, y), F2(hypot, x, y), F2(hypot, x, y),
            6);
        LAW(x * DX(atan2, x, y) + y * DY(atan2, x, y), 0, 1, 6);
        LAW(x * DX(min, x, y) + y * DY(min, x, y), F2(min, x, y), x, 0);
        LAW(x * DX(max, x, y) + y * DY(max, x, y), F2(max, x, y), x, 0);
        LAW(x * D(neg, x), F(neg, x), x, 0);
        LAW(x * D(abs, x), F(abs, x), x, 0);
        LAW(x * D(square, x), 2 * F(square, x), 2 * x * x, 1);
        LAW(x * D(recip, x), -F(recip, x), 1 / x, 4);
        LAW(2 * p * D(sqrt, p), F(sqrt, p), F(sqrt, p), 4);
        LAW(3 * x * D(cbrt, x), F(cbrt, x), F(cbrt, x), 12);
        LAW(p * DX(pow, p, y), y * F2(pow, p, y), y * F2(pow, p, y), 6);
        LAW(x * D(relu, x), F(relu, x), x, 0);
        LAW(x * D(leaky_relu, x), F(leaky_relu, x), x, 0);
        /* A constant is an operand without a partial. */
        LAW(DX(add_c, x, y), DX(add, x, y), 1, 0);
        LAW(DX(mul_c, x, y), DX(mul, x, y), y, 0);
        LAW(DX(c_sub, x, y), DY(sub, y, x), 1, 0);
        LAW(DX(c_div, x, y), DY(div, y, x), DY(div, y, x), 0);
        LAW(DX(pow_c, p, y), DX(pow, p, y), DX(pow, p, y), 0);
        LAW(DX(c_pow, y, p), DY(pow, p, y), DY(pow, p, y), 0);
        /* Differential equations. */
        LAW(D(exp, x), F(exp, x), F(exp, x), 0);
        LAW(D(exp2, x), F(exp2, x) * F(log, 2), F(exp2, x), 2);
        LAW(D(expm1, x), F(expm1, x) + 1, F(exp, x) + 1, 4);
        LAW(DY(pow, p, y), F2(pow, p, y) * F(log, p), DY(pow, p, y), 4);
        LAW(D(log, p) * p, 1, 1, 2);
        LAW(D(log2, p) * p * F(log, 2), 1, 1, 4);
        LAW(D(log10, p) * p * F(log, 10), 1, 1, 4);
        LAW(D(log1p, p), D(log, 1 + p), 1 / (1 + p), 2);
        LAW(D(sin, x), F(cos, x), 1, 1);
        LAW(D(cos, x), -F(sin, x), 1, 1);
        LAW(D(tan, x) * F(cos, x) * F(cos, x), 1, 1, 8);
        LAW(D(asin, q) * F(cos, F(asin, q)), 1, 1, 6 + 4 / (1 - q * q));
        LAW(D(acos, q), -D(asin, q), D(asin, q), 0);
        LAW(D(atan, x) * (1 + x * x), 1, 1, 4);
        LAW(DX(atan2, x, p), D(atan, x / p) / p, DX(atan2, x, p), 9);
        LAW(D(sinh, x), F(cosh, x), F(cosh, x), 0);
        LAW(D(cosh, x), F(sinh, x), F(cosh, x), 0);
        LAW(D(tanh, x), 1 - F(tanh, x) * F(tanh, x), 1, 5);
        LAW(D(asinh, x) * D(asinh, x) * (1 + x * x), 1, 1, 8);
        LAW(D(acosh, 1 + p) * F(sinh, F(acosh, 1 + p)), 1, 1, 40);
        LAW(D(atanh, q) * (1 - q * q), 1, 1, 6 + 2 / (1 - q * q));
        LAW(D(erf, x), F(exp, -x * x) * 2 / F(sqrt, F(acos, -1)), D(erf, x), 8 + x * x);
        LAW(D(erfc, x), -D(erf, x), D(erf, x), 0);
        LAW(D(lgamma, p + 1) - D(lgamma, p), F(recip, p), 2 + 1 / p, 8);
        LAW(D(lgamma, 2 * p), (D(lgamma, p) + D(lgamma, p + 0.5)) / 2 + F(log, 2),
            4 + 1 / p, 8);
        LAW(D(tgamma, p), F(tgamma, p) * D(lgamma, p), D(tgamma, p), 14);
        LAW(D(elu, -p), F(elu, -p) + 1, 1, 2);
        LAW(D(sigmoid, x), F(sigmoid, x) * F(sigmoid, -x), D(sigmoid, x), 9);
        LAW(D(softplus, x), F(sigmoid, x), F(sigmoid, x), 5);
        LAW(D(silu, x) + D(silu, -x), 1, 2, 4);
        LAW(D(gelu, x) + D(gelu, -x), 1, 2, 4);
        LAW(D(silu, x), F(sigmoid, x) + x * D(sigmoid, x), 1 + fabs(x * D(sigmoid, x)),
            8);
        LAW(D(gelu, x) - x * D(erf, x / sqrt(2)) / sqrt(8), F(erfc, -x / sqrt(2)) / 2,
            2, 4);
        LAW(DX(logaddexp, x, y) + DY(logaddexp, x, y), 1, 1, 2);
        LAW(DX(logaddexp, x, y), D(softplus, x - y), DX(logaddexp, x, y),
            8 + 2 * fabs(x - y));
    }
}
END_TEST

/* f(g(x)) = x: on both engines the gradient of x through f and g is the incoming one.
 */
static const struct inverse {
    ad_op f, g;
    double lo, hi;
} inverses[] = {
    {AD_OP_neg, AD_OP_neg, -9, 9},        {AD_OP_recip, AD_OP_recip, 0.1, 9},
    {AD_OP_square, AD_OP_sqrt, 0.1, 9},   {AD_OP_sqrt, AD_OP_square, 0.1, 9},
    {AD_OP_exp, AD_OP_log, 0.1, 9},       {AD_OP_log, AD_OP_exp, 0.5, 9},
    {AD_OP_expm1, AD_OP_log1p, -0.5, 9},  {AD_OP_log1p, AD_OP_expm1, -0.5, 9},
    {AD_OP_sin, AD_OP_asin, -0.9, 0.9},   {AD_OP_asin, AD_OP_sin, -1.2, 1.2},
    {AD_OP_cos, AD_OP_acos, -0.9, 0.9},   {AD_OP_acos, AD_OP_cos, 0.4, 2.7},
    {AD_OP_tan, AD_OP_atan, -9, 9},       {AD_OP_atan, AD_OP_tan, -1.4, 1.4},
    {AD_OP_sinh, AD_OP_asinh, -9, 9},     {AD_OP_asinh, AD_OP_sinh, -9, 9},
    {AD_OP_cosh, AD_OP_acosh, 1.1, 9},    {AD_OP_acosh, AD_OP_cosh, 0.5, 9},
    {AD_OP_tanh, AD_OP_atanh, -0.9, 0.9}, {AD_OP_atanh, AD_OP_tanh, -1.5, 1.5},
};
enum { INVERSES = sizeof inverses / sizeof *inverses };

#define DEFINE_UNDONE(engine)                                                          \
    static double undone_##engine(ad_##engine *r, const struct inverse *i, double at,  \
                                  double *value)                                       \
    {                                                                                  \
        const ad_##engine##_position start = ad_##engine##_mark(r);                    \
        const ad_##engine##_handle x = ad_##engine##_var(r, at);                       \
        const ad_##engine##_handle g = ad_##engine##_apply(r, i->g, &x, 0);            \
        const ad_##engine##_handle f = ad_##engine##_apply(r, i->f, &g, 0);            \
        ad_##engine##_seed(r, 3);                                                      \
        ck_assert_int_eq(ad_##engine##_backward(r, f), AD_OK);                         \
        const double gradient = ad_##engine##_grad(r, x);                              \
        *value = ad_##engine##_value(r, f);                                            \
        ad_##engine##_rewind(r, start);                                                \
        return gradient;                                                               \
    }
DEFINE_UNDONE(graph)
DEFINE_UNDONE(tape)

/* The worst conditioned pair on its range is acos(cos(x)), which magnifies g's rounding
 * error by 1/(x tan(x)) in the value and 1/sin(x)^2 in the gradient: less than 8. */
START_TEST(a_function_and_its_inverse_undo_each_other)
{
    const struct inverse *i = &inverses[_i];
    random_source random = {test_seed() + (uint64_t)_i};
    for (size_t k = soaked(500); k-- > 0;) {
        const double x = random_uniform(&random, i->lo, i->hi);
        double graph_value, tape_value;
        const double graph_grad = undone_graph(graph, i, x, &graph_value);
        const double tape_grad = undone_tape(tape, i, x, &tape_value);
        const char *f = ad_ops[i->f].name, *g = ad_ops[i->g].name;
        ck_assert_msg(
            ulps_apart(graph_grad, 3) <= 40 && graph_grad == tape_grad,
            "inverse: %s(%s(x)) at x = %.17g, incoming 3: the gradient is %.17g "
            "on the graph, %.17g on the tape, expected 3, off by %.4g ulps",
            f, g, x, graph_grad, tape_grad, ulps_apart(graph_grad, 3));
        ck_assert_msg(
            fabs(graph_value - x) <= 40 * ulp_of(1 + fabs(x)) &&
                graph_value == tape_value,
            "inverse: %s(%s(x)) at x = %.17g is %.17g on the graph, %.17g on the "
            "tape, expected x",
            f, g, x, graph_value, tape_value);
    }
}
END_TEST

/* ---- The array ------------------------------------------------------------------- */

START_TEST(the_array_is_the_table)
{
    const ad_op_info *row = &ad_ops[_i];
    ck_assert_int_eq(ad_op_find(row->name), _i);
    ck_assert_msg(row->operands >= 1 && row->operands <= AD_MAX_OPERANDS, "%s",
                  row->name);
    ck_assert_msg(row->value_text[0] != '\0', "%s", row->name);
    for (int i = 0; i < AD_MAX_OPERANDS; i++)
        ck_assert_msg((row->partial_text[i] != NULL) == (i < row->operands), "%s",
                      row->name);
    ck_assert_msg(row->lo < row->hi, "%s: an empty domain", row->name);
}
END_TEST

START_TEST(what_is_no_row_has_no_functions)
{
    static const ad_op others[] = {AD_OP_constant, AD_OP_var, AD_OP_sum, AD_OP_dot,
                                   AD_OP_custom};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        const ad_op_info *info = &ad_ops[others[k]];
        ck_assert_ptr_nonnull(info->name);
        ck_assert_msg(info->value == NULL && info->partials == NULL &&
                          info->operands == 0,
                      "%s", info->name);
        ck_assert_int_eq(ad_op_find(info->name), AD_OP_count);
    }
    ck_assert_int_eq(ad_op_find("tan h"), AD_OP_count);
    ck_assert_int_eq(ad_op_find(""), AD_OP_count);
}
END_TEST

static TCase *add_case(Suite *suite, const char *name)
{
    TCase *tests = tcase_create(name);
    tcase_add_checked_fixture(tests, open_engines, close_engines);
    tcase_set_timeout(tests, 60);
    suite_add_tcase(suite, tests);
    return tests;
}

Suite *ops_suite(void)
{
    Suite *suite = suite_create("operations");
    TCase *array = add_case(suite, "array");
    tcase_add_loop_test(array, the_array_is_the_table, AD_FIRST_ROW, AD_LAST_ROW + 1);
    tcase_add_test(array, what_is_no_row_has_no_functions);

    TCase *conventions = add_case(suite, "conventions");
    tcase_add_test(conventions, every_convention_is_of_its_kind);
    tcase_add_loop_test(conventions, conventions_hold, 0, (int)edge_convention_count);
    tcase_add_loop_test(conventions, edges_hold, AD_FIRST_ROW, AD_LAST_ROW + 1);

    TCase *engines = add_case(suite, "engines");
    tcase_add_loop_test(engines, engines_give_what_the_table_gives, AD_FIRST_ROW,
                        AD_LAST_ROW + 1);
    tcase_add_loop_test(engines, one_operand_in_every_place_has_the_sum, AD_FIRST_ROW,
                        AD_LAST_ROW + 1);

    tcase_add_loop_test(add_case(suite, "references"), references_are_met, 0,
                        REFERENCES);

    TCase *laws = add_case(suite, "laws");
    tcase_add_test(laws, values_obey_their_laws);
    tcase_add_test(laws, partials_obey_their_laws);
    tcase_add_loop_test(laws, a_function_and_its_inverse_undo_each_other, 0, INVERSES);
    return suite;
}
