/*
 * Both engines learn the two moons as micrograd did: the loss before every step is the
 * published one to 1e-12, the accuracy the same, and at the end all points are right.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verify/programs/moons.h"
#include "verify/tests/allocator.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"

typedef ad_status moons_train(const ad_allocator *memory, struct moons_run *run);

static moons_train *const trainers[] = {moons_train_graph, moons_train_tape};

START_TEST(every_loss_is_the_published_one)
{
    struct moons_run run;
    ck_assert_int_eq(trainers[_i](NULL, &run), AD_OK);
    for (int k = 0; k < MOONS_STEPS; k++) {
        const double published = moons_published_loss[k];
        assert_within(run.loss[k], published, 1e-12 * published);
        assert_same(run.accuracy[k], moons_published_accuracy[k]);
    }
    assert_same(run.accuracy[MOONS_STEPS - 1], 100);
}
END_TEST

/* Twice what the published run allows each: both are within 1e-12 of it. */
START_TEST(the_engines_agree)
{
    struct moons_run graph, tape;
    ck_assert_int_eq(moons_train_graph(NULL, &graph), AD_OK);
    ck_assert_int_eq(moons_train_tape(NULL, &tape), AD_OK);
    for (int k = 0; k < MOONS_STEPS; k++)
        assert_within(tape.loss[k], graph.loss[k], 2e-12 * graph.loss[k]);
    for (int i = 0; i < MOONS_PARAMETERS; i++)
        assert_within(tape.w[i], graph.w[i], 2e-12 * fmax(1, fabs(graph.w[i])));
}
END_TEST

START_TEST(the_first_gradient_is_the_hand_written)
{
    const struct mlp_shape shape = moons_shape();
    const struct mlp_samples all = moons_samples();
    double hand[MOONS_PARAMETERS], bound[MOONS_PARAMETERS], g[MOONS_PARAMETERS];
    double loss, loss_bound;
    double *scratch = calloc(mlp_scratch(&shape), sizeof *scratch);
    ck_assert_ptr_nonnull(scratch);
    ck_assert_uint_eq(mlp_parameters(&shape), MOONS_PARAMETERS);
    const double loss_by_hand = mlp_gradient(&shape, all, moons_w0, hand, scratch);
    ck_assert(mlp_gradient_bound(&shape, all, moons_w0, &loss_bound, bound));
    ad_tape *t = ad_tape_new(NULL);
    struct mlp_tape *m = mlp_new_tape(t, &shape, all, moons_w0);
    ck_assert_int_eq(mlp_gradient_tape(m, 0, MOONS_POINTS, &loss, g), AD_OK);
    assert_within(loss, loss_by_hand, loss_bound);
    for (int i = 0; i < MOONS_PARAMETERS; i++) assert_within(g[i], hand[i], bound[i]);
    mlp_free_tape(m);
    ad_tape_free(t);
    free(scratch);
}
END_TEST

/* Training needs no more memory than its first gradient. */
START_TEST(every_step_is_rewound)
{
    const struct mlp_shape shape = moons_shape();
    struct moons_run run;
    double loss, gradient[MOONS_PARAMETERS];
    test_allocator one = {0}, all = {0};
    ad_allocator memory = test_memory(&one);
    ad_tape *t = ad_tape_new(&memory);
    struct mlp_tape *m = mlp_new_tape(t, &shape, moons_samples(), moons_w0);
    ck_assert_int_eq(mlp_gradient_tape(m, 0, MOONS_POINTS, &loss, gradient), AD_OK);
    mlp_free_tape(m);
    ad_tape_free(t);

    memory = test_memory(&all);
    ck_assert_int_eq(moons_train_tape(&memory, &run), AD_OK);
    ck_assert_uint_eq(all.peak_bytes, one.peak_bytes);
    assert_all_freed(&all);
}
END_TEST

/* From request k on, memory is out: the status says so, and nothing leaks. */
START_TEST(out_of_memory_is_reported)
{
    struct moons_run run;
    for (size_t k = 1; k < 40000; k = k < 20 ? k + 1 : 2 * k) {
        test_allocator heap = {.fail_at = k, .fail_after = true};
        const ad_allocator memory = test_memory(&heap);
        const ad_status status = trainers[_i](&memory, &run);
        ck_assert(heap.failed > 0 ? status == AD_NO_MEMORY : status == AD_OK);
        assert_all_freed(&heap);
    }
}
END_TEST

/* ---- Files ---------------------------------------------------------------------- */

/* The next line of numbers: returns how many there are, 0 at the end. */
static int read_numbers(FILE *file, int most, double *number)
{
    char line[256];
    do
        if (fgets(line, sizeof line, file) == NULL) return 0;
    while (line[0] == '#');
    int n = 0;
    for (char *at = line, *end; n < most; at = end) {
        number[n] = strtod(at, &end);
        if (end == at) break;
        n++;
    }
    return n;
}

static FILE *open_data(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "verify/programs/data/%s", name);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s: run the tests from the project's folder", path);
    return file;
}

START_TEST(the_numbers_are_the_files)
{
    double number[3];
    FILE *file = open_data("moons.tsv");
    for (int i = 0; i < MOONS_POINTS; i++) {
        ck_assert_int_eq(read_numbers(file, 3, number), 3);
        assert_same(moons_x[i][0], number[0]);
        assert_same(moons_x[i][1], number[1]);
        assert_same(moons_y[i], number[2]);
    }
    ck_assert_int_eq(read_numbers(file, 3, number), 0);
    fclose(file);

    file = open_data("moons_w0.tsv");
    for (int i = 0; i < MOONS_PARAMETERS; i++) {
        ck_assert_int_eq(read_numbers(file, 1, number), 1);
        assert_same(moons_w0[i], number[0]);
    }
    ck_assert_int_eq(read_numbers(file, 1, number), 0);
    fclose(file);

    file = open_data("moons_loss.tsv");
    for (int k = 0; k < MOONS_STEPS; k++) {
        ck_assert_int_eq(read_numbers(file, 3, number), 3);
        assert_same(number[0], k);
        assert_same(moons_published_loss[k], number[1]);
        assert_same(moons_published_accuracy[k], number[2]);
    }
    ck_assert_int_eq(read_numbers(file, 3, number), 0);
    fclose(file);
}
END_TEST

/* Opens folder/name and checks its header line. */
static FILE *open_written(const char *folder, const char *name, const char *header)
{
    char path[256], line[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
    ck_assert_str_eq(line, header);
    ck_assert_int_eq(remove(path), 0);
    return file;
}

START_TEST(the_written_files_have_the_run)
{
    char folder[] = "/tmp/gradyno-moons-XXXXXX";
    struct moons_run graph, tape;
    double number[5];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(moons_train_graph(NULL, &graph), AD_OK);
    ck_assert_int_eq(moons_train_tape(NULL, &tape), AD_OK);
    ck_assert_int_eq(moons_write(folder, &graph, &tape), 0);

    FILE *file =
        open_written(folder, "moons_curve.tsv",
                     "step\tloss_graph\tloss_tape\tloss_published\taccuracy\n");
    for (int k = 0; k < MOONS_STEPS; k++) {
        ck_assert_int_eq(read_numbers(file, 5, number), 5);
        assert_same(number[1], graph.loss[k]);
        assert_same(number[2], tape.loss[k]);
        assert_same(number[3], moons_published_loss[k]);
        assert_same(number[4], tape.accuracy[k]);
    }
    fclose(file);

    file = open_written(folder, "moons_points.tsv", "x0\tx1\tlabel\n");
    for (int i = 0; i < MOONS_POINTS; i++) {
        ck_assert_int_eq(read_numbers(file, 3, number), 3);
        assert_same(number[0], moons_x[i][0]);
        assert_same(number[1], moons_x[i][1]);
        assert_same(number[2], moons_y[i]);
    }
    fclose(file);

    /* Blocks of one x0, parted by blank lines; each of as many points as there are
     * blocks; both signs of the score. */
    file = open_written(folder, "moons_boundary.tsv", "x0\tx1\tscore\n");
    int blocks = 1, points = 0, positive = 0;
    double x0 = -(double)INFINITY;
    char line[256];
    while (fgets(line, sizeof line, file) != NULL) {
        double score;
        if (line[0] == '\n') {
            blocks++;
            x0 = -(double)INFINITY;
            continue;
        }
        ck_assert_int_eq(sscanf(line, "%lf\t%lf\t%lf", &number[0], &number[1], &score),
                         3);
        ck_assert(x0 == -(double)INFINITY || x0 == number[0]);
        x0 = number[0];
        points++;
        if (score > 0) positive++;
    }
    ck_assert_int_eq(points, blocks * blocks);
    ck_assert_int_gt(positive, points / 4);
    ck_assert_int_lt(positive, points * 3 / 4);
    fclose(file);
    ck_assert_msg(rmdir(folder) == 0, "a temporary file was left in %s", folder);
}
END_TEST

START_TEST(an_unwritable_folder_is_reported)
{
    const struct moons_run run = {.loss = {0}};
    ck_assert_int_eq(moons_write("/nowhere/at/all", &run, &run), ENOENT);
    ck_assert_int_eq(moons_write("/dev/null", &run, &run), ENOTDIR);
}
END_TEST

Suite *moons_suite(void)
{
    Suite *suite = suite_create("moons");
    TCase *tests = tcase_create("moons");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, every_loss_is_the_published_one, 0, 2);
    tcase_add_test(tests, the_engines_agree);
    tcase_add_test(tests, the_first_gradient_is_the_hand_written);
    tcase_add_test(tests, every_step_is_rewound);
    tcase_add_loop_test(tests, out_of_memory_is_reported, 0, 2);
    tcase_add_test(tests, the_numbers_are_the_files);
    tcase_add_test(tests, the_written_files_have_the_run);
    tcase_add_test(tests, an_unwritable_folder_is_reported);
    suite_add_tcase(suite, tests);
    return suite;
}
