/*
 * Programs from ADBench's files: the figures that ADBench's own tests publish, for the
 * instances that they were made for; every form of a file, and every shape.
 *
 * Source: github.com/microsoft/ADBench, test/cpp/modules/common/GmmTests.cpp,
 * BaTests.cpp and test/python/modules/common/ba_tests.py. Those instances,
 * data/gmm/test.txt and data/ba/test.txt, are the first point of its gmm1.txt and an
 * observation of its ba.txt. The tests of its LSTM have theirs from 36 kB of text.
 */
#include "verify/programs/ba.h"
#include "verify/random.h"
#include "verify/tests/instance_file.h"
#include "verify/tests/program_answer.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

/* ---- Published figures -------------------------------------------------------------- */

START_TEST(gmm_is_the_published_one)
{
    static const double gradient[18] = {
        1.08662855508652456e-01, -7.41270039523898472e-01, 6.32607184015246071e-01,
        1.11692576532787013e+00, 1.63333013551455269e-01,  -2.19989824071193142e-02,
        2.27778292254236098e-01, 1.20963025612832187e+00,  -6.06375920733956339e-02,
        2.58529994051162237e+00, 1.12632694524213789e-01,  3.85744309849611777e-01,
        7.35180573182305508e-02, 5.41836362715595232e+00,  -3.21494409677446469e-01,
        1.71892309775004937e+00, 8.60091090790866875e-01,  -9.94640930466322848e-01};
    program p = opened("gmm", gmm_test);
    struct witness w = witness_new(&p);
    ck_assert_uint_eq(p.inputs, 18);
    judge_engines(&p, &w);
    assert_within(w.value, 8.07380408004975791e+00, 1e-13);
    for (size_t i = 0; i < 18; i++) assert_within(w.gradient[i], gradient[i], 1e-13);
    witness_free(&w);
    p.kind->close(&p);
}
END_TEST

/* Row by row, by the weights: relative to the largest of a row, whose terms are such. */
START_TEST(ba_is_the_published_one)
{
    static const double error[3] = {-2.69048849235189402e-01, 2.59944792677901881e-01,
                                    8.26092651515999976e-01};
    static const double row[2][15] = {
        {2.28877202208246757e+02, 6.34574811495545418e+02, -7.82222866259340549e+02,
         2.42892615607159668e+00, -1.17828079628011313e+01, 2.54169312487743460e+00,
         -1.03657084958518086e+00, 4.17022e-01, 0.0, -3.50739521096005205e+02,
         -9.12107773668008576e+02, -2.42892615607159668e+00, 1.17828079628011313e+01,
         -2.54169312487743460e+00, -6.45167039712987389e-01},
        {-1.20542435994996879e+02, -3.85673240766460424e+02, 9.75476291403326456e+01,
         -1.78372108529576567e+00, 4.15466799433126077e+00, 2.04025718029898906e+00,
         3.49176397433145880e-01, 0.0, 4.17022e-01, 1.18149147704414503e+02,
         3.07250108960343255e+02, 1.78372108529576567e+00, -4.15466799433126077e+00,
         -2.04025718029898906e+00, 6.23335921553064054e-01}};
    program p = opened("ba", ba_test);
    ck_assert_uint_eq(p.inputs, 62);
    for (size_t r = 0; r < 30; r++) {
        const size_t i = r < 20 ? r / 2 : r - 20, k = r < 20 ? r % 2 : 2;
        double expected[62] = {0};
        for (size_t j = 0; j < 15 && k < 2; j++) {
            const size_t at = j < 11   ? 11 * (i % 2) + j
                              : j < 14 ? 22 + 3 * (i % 10) + j - 11
                                       : 52 + i;
            expected[at] = row[k][j];
        }
        if (k == 2) expected[52 + i] = -8.34044000000000008e-01;
        ba_weigh(&p, r);
        struct witness w = witness_new(&p);
        judge_engines(&p, &w);
        assert_within(w.value, error[k], 1e-13 * 525);
        for (size_t j = 0; j < 62; j++)
            assert_within(w.gradient[j], expected[j], 1e-13 * (k < 2 ? 912 : 1));
        witness_free(&w);
    }
    p.kind->close(&p);
}
END_TEST

/* ---- Forms of a file ----------------------------------------------------------------- */

static void assert_same_program(program *a, program *b)
{
    ck_assert_uint_eq(a->inputs, b->inputs);
    ck_assert_uint_eq(a->operations, b->operations);
    struct witness of_a = witness_new(a), of_b = witness_new(b);
    judge_engines(b, &of_a);
    assert_same(of_a.value, of_b.value);
    for (size_t i = 0; i < a->inputs; i++) {
        assert_same(a->x[i], b->x[i]);
        assert_same(of_a.gradient[i], of_b.gradient[i]);
    }
    witness_free(&of_a);
    witness_free(&of_b);
    a->kind->close(a);
    b->kind->close(b);
}

/* One point that stands for three. */
START_TEST(gmm_may_repeat_its_point)
{
    program one = opened("gmm", "1 2 3\n.1 .2\n.3\n.4\n.5\n.6\n.7\n2 1\n");
    program all = opened("gmm", "1 2 3 .1 .2 .3 .4 .5 .6 .7\t.7\r\n.7 2 1");
    assert_same_program(&one, &all);
}
END_TEST

/* All cameras and points, as the first instances had it: the same when all are alike. */
START_TEST(ba_may_list_everything)
{
    program one =
        opened("ba", "1 2 3\n" BA_CAMERA_TEXT BA_POINT_TEXT "0.5\n" BA_FEATURE_TEXT);
    program all = opened(
        "ba",
        "1 2 3\n" BA_CAMERA_TEXT BA_POINT_TEXT BA_POINT_TEXT
        "0.5 0.5 0.5\n0 0\n0 1\n0 0\n" BA_FEATURE_TEXT BA_FEATURE_TEXT BA_FEATURE_TEXT);
    assert_same_program(&one, &all);
}
END_TEST

/* Where the rotation is 0 another formula holds, of fewer operations. */
START_TEST(ba_may_not_rotate)
{
    program p = opened("ba", "1 1 2\n0 0 0 .1 .2 .3 2 .1 .1 .01 .02\n1 2 5\n.5\n1 1\n");
    ck_assert_uint_eq(p.operations, 2 * (74 - 26) - 1);
    struct witness w = witness_new(&p);
    judge_engines(&p, &w);
    witness_free(&w);
    p.kind->close(&p);
}
END_TEST

static void print(FILE *out, size_t n, const double *x)
{
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%.17g%c", x[i], i % 7 < 6 ? ' ' : '\n');
}

/* What is drawn, printed in the format: the same program. */
START_TEST(what_is_printed_is_read)
{
    static const struct {
        const char *kind, *head, *tail;
        size_t size, numbers;
    } cases[] = {{"gmm", "4 5 6\n", "1.5 2\n", 6, 24}, {"lstm", "2 5 8\n", "", 5, 72}};
    const program_kind *kind = program_named(cases[_i].kind);
    program drawn;
    ck_assert(kind->open(&drawn, kind, cases[_i].size, 1));
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    fputs(cases[_i].head, out);
    print(out, drawn.inputs, drawn.x);
    print(out, cases[_i].numbers, drawn.numbers);
    fputs(cases[_i].tail, out);
    fclose(out);
    program read = opened(cases[_i].kind, text);
    free(text);
    assert_same_program(&drawn, &read);
}
END_TEST

static void print_drawn(FILE *out, random_source *r, size_t n, double lo, double hi)
{
    for (size_t i = 0; i < n; i++) fprintf(out, "%.17g\n", random_uniform(r, lo, hi));
}

/* A file of a shape of three numbers, as "d k n", "n m p" or "l c b". */
static char *drawn_file(const char *kind, size_t a, size_t b, size_t c,
                        random_source *r)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    fprintf(out, "%zu %zu %zu\n", a, b, c);
    if (strcmp(kind, "gmm") == 0) {
        print_drawn(out, r, b + b * a + b * (a * (a + 1) / 2) + a * c, -1, 1);
        fprintf(out, "%.17g %zu\n", random_uniform(r, 0.5, 2), random_below(r, 4));
    } else if (strcmp(kind, "lstm") == 0) {
        print_drawn(out, r, (10 * a + 3 + b) * c, 0, 1);
    } else {
        print_drawn(out, r, 11 * a, 0.01, 0.1); /* what is seen is in front */
        print_drawn(out, r, 3 * b, 5, 10);
        print_drawn(out, r, c, 0.5, 1);
        for (size_t i = 0; i < c; i++)
            fprintf(out, "%zu %zu\n", random_below(r, a), random_below(r, b));
        print_drawn(out, r, 2 * c, -1, 1);
    }
    fclose(out);
    return text;
}

/* The formulas of operations, the gradients and their bounds hold at every shape. */
START_TEST(every_shape_is_right)
{
    static const char *const kinds[] = {"gmm", "ba", "lstm"};
    random_source random = {test_seed()};
    for (size_t n = soaked(60); n-- > 0;) {
        const char *kind = kinds[n % 3];
        const size_t a = 1 + random_below(&random, 4), c = 1 + random_below(&random, 6);
        const size_t b = random_below(&random, 5) + (n % 3 == 2 ? 2 : 1);
        char *text = drawn_file(kind, a, b, c, &random);
        program p = opened(kind, text);
        free(text);
        struct witness w = witness_new(&p);
        judge_engines(&p, &w);
        double largest = 0;
        for (size_t i = 0; i < p.inputs; i++)
            largest = fmax(largest, fabs(w.gradient[i]));
        for (size_t i = 0; i < p.inputs; i++)
            ck_assert_msg(w.bound[i] <= 1e-9 * largest,
                          "%s %zu %zu %zu: bound[%zu] = %.3g of %.3g, seed %llu", kind,
                          a, b, c, i, w.bound[i], largest,
                          (unsigned long long)test_seed());
        witness_free(&w);
        p.kind->close(&p);
    }
}
END_TEST

Suite *instances_suite(void)
{
    Suite *suite = suite_create("instances");
    TCase *tests = tcase_create("instances");
    tcase_add_test(tests, gmm_is_the_published_one);
    tcase_add_test(tests, ba_is_the_published_one);
    tcase_add_test(tests, gmm_may_repeat_its_point);
    tcase_add_test(tests, ba_may_list_everything);
    tcase_add_test(tests, ba_may_not_rotate);
    tcase_add_loop_test(tests, what_is_printed_is_read, 0, 2);
    tcase_add_test(tests, every_shape_is_right);
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, bad_instance_tests());
    return suite;
}
