/*
 * The rungs of the ladder: every row of the table of engines is verified before it is
 * timed, and one that is wrong is not timed; and what a race says of a target.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/foreign.h"
#include "bench/judge.h"
#include "bench/ladder.h"
#include "bench/measure.h"
#include "bench/outsiders.h"
#include "verify/tests/close.h"
#include "verify/tests/command.h"
#include "verify/tests/suites.h"

/* ---- Rows ------------------------------------------------------------------------ */

/* Whether a row can run in this process: what lives in one of its own has a suite of its
 * own, `foreign`. */
static bool runs_here(const engine *e)
{
    return outsider_is_there(e) && e->open != foreign_open;
}

static judgement judged(const engine *e, problem *p)
{
    cell head = {.size = p->program.size};
    ck_assert(judge_engines(&head, p, 1, &e, &e->name, false));
    const judgement *j = cell_judgement(&head, e->name);
    ck_assert_msg(j != NULL, "%s was not judged", e->name);
    return *j;
}

/* After some that were not looked at, as in a race. */
static void assert_gradient_after_a_race(const engine *e, const problem *p)
{
    double value, *gradient = calloc(p->program.inputs + 1, sizeof *gradient);
    void *run = e->open(e, p, NULL);
    ck_assert(run != NULL && gradient != NULL);
    e->reserve(run);
    e->whole(run, 3, NULL, NULL);
    ck_assert_msg(e->ran(run), "%s did not run", e->name);
    ck_assert_int_eq(e->gradient(run, &value, gradient), AD_OK);
    const judgement j = problem_judge(p, e->name, e->slack, value, gradient);
    ck_assert_msg(j.passed, "%s after a race is off by %g", e->name, j.residual);
    e->close(run);
    free(gradient);
}

/* The loop's number is a row. */
START_TEST(every_row_is_verified)
{
    static const char *const names[] = {"mlp", "rosenbrock", "lse",
                                        "dag", "lstm",       "mlp_deep",
                                        "ode", "gmm",        "sum_left"};
    const engine *e = &engines[_i];
    if (!runs_here(e)) return;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        const program_kind *kind = k == 0 ? &bench_mlp_kind : program_named(names[k]);
        if (!engine_takes(e, kind)) continue;
        problem p;
        ck_assert(problem_start(&p, kind, kind->sizes[0] + (k == 0 ? 5 : 0), 3));
        const judgement j = judged(e, &p);
        ck_assert_msg(j.passed, "%s on %s is off by %g where %g is allowed", e->name,
                      names[k], j.residual, j.bound);
        assert_gradient_after_a_race(e, &p);
        problem_end(&p);
    }
}
END_TEST

/* A row as it is, but for one partial derivative. */
static const engine *sound;

static ad_status off_in_one(void *run, double *value, double *gradient)
{
    const ad_status status = sound->gradient(run, value, gradient);
    gradient[1] *= 1 + 1e-6;
    return status;
}

START_TEST(a_broken_row_is_not_timed)
{
    sound = &engines[_i];
    if (!runs_here(sound)) return;
    engine broken = *sound;
    broken.gradient = off_in_one;
    const engine *other = engine_named(
        strcmp(sound->name, "hand-strict") == 0 ? "tape" : "hand-strict", 0);
    const workload mlp = {.kind = &bench_mlp_kind};
    const measure_plan plan = {.engines = 2,
                               .engine = {other, &broken},
                               .seed = 1,
                               .race = {.rounds = 6, .clock = stopwatch_monotonic()}};
    bench_run r = {0};
    ck_assert(measure(&r, NULL, &mlp, 4, &plan, NULL));
    ck_assert(run_finish(&r));
    const cell *c = run_cell(&r, "mlp", 4);
    const char *name = broken.name;
    const judgement *j = cell_judgement(c, name);
    ck_assert_msg(j != NULL && !j->passed, "%s, broken, passes", name);
    ck_assert(cell_series(c, name, "whole") == NULL && !cell_passed(c));
    ck_assert_ptr_nonnull(cell_series(c, other->name, "whole"));
    run_free(&r);
}
END_TEST

/* ---- Targets ----------------------------------------------------------------------- */

static void rung(cell *c, const char *name, double bytes)
{
    judgement j = judgement_start(name, "w");
    j.bytes_per_op = bytes;
    cell_judge(c, j);
    cell_declare(c, name, "whole", 1, (double)NAN);
}

static void assert_target(const cell *c, const char *form, const char *engine_name,
                          const char *over, const char *verdict, double measured)
{
    for (size_t i = 0; i < ladder_targets_count; i++) {
        const ladder_target *t = &ladder_targets[i];
        ladder_result r;
        if (strcmp(t->engine, engine_name) != 0 || strncmp(t->form, form, 5) != 0)
            continue;
        ck_assert(ladder_judge(t, c, &r));
        if (strcmp(r.over == NULL ? "-" : r.over, over) != 0) continue;
        ck_assert_msg(strcmp(r.verdict, verdict) == 0, "%s over %s: %s, not %s",
                      engine_name, over, r.verdict, verdict);
        if (!isnan(measured)) ck_assert(fabs(r.measured.median - measured) < 1e-12);
        return;
    }
    ck_abort_msg("no target of %s over %s", engine_name, over);
}

START_TEST(targets_are_met_missed_or_neither)
{
    cell c = {.workload = "mlp", .size = 64, .ops = 100};
    rung(&c, "hand-strict", (double)NAN);
    rung(&c, "tape", 29);
    rung(&c, "tape-reserved", 24);
    rung(&c, "adolc", (double)NAN);
    rung(&c, "sacado", (double)NAN);
    rung(&c, "tape-muladd", 12);
    for (int i = 0; i < 9; i++) /* muladd: below 3 times, and above */
        ck_assert(cell_round(
            &c, (double[]){100, 400, 460, 4000, 2000, i % 2 == 0 ? 280 : 320}));
    ck_assert(cell_finish(&c));
    assert_target(&c, "tape,", "tape", "hand-strict", "met", 4);
    assert_target(&c, "tape,", "tape-reserved", "hand-strict", "missed", 4.6);
    assert_target(&c, "tape", "tape", "sacado", "missed", 0.2); /* the faster peer */
    assert_target(&c, "mulad", "tape-muladd", "hand-strict", "not resolved", 2.8);
    assert_target(&c, "bytes", "tape", "-", "missed", 29);
    assert_target(&c, "bytes", "tape-muladd", "-", "met", 12);
    assert_target(&c, "rolli", "rolling", "recording", "not measured", (double)NAN);
    c.size = 65; /* no target has it */
    ladder_result r;
    ck_assert(!ladder_judge(&ladder_targets[0], &c, &r));
    cell_free(&c);
}
END_TEST

/* What an operation moves: by hand, two readings and a writing of a parameter. */
START_TEST(moved_bytes_are_counted)
{
    const struct mlp_shape shape = mlp_growing(64);
    const double share =
        (double)mlp_parameters(&shape) / (double)mlp_operations(&shape, 1);
    const engine hand = {.kind = ENGINE_hand}, own = {.kind = ENGINE_own},
                 layers = {.kind = ENGINE_own, .layers = true},
                 peer = {.kind = ENGINE_peer};
    assert_within(ladder_moved_per_op(&hand, (double)NAN, 64), 24 * share, 1e-12);
    assert_within(ladder_moved_per_op(&own, 24, 64), 48 + 40 * share, 1e-12);
    assert_within(ladder_moved_per_op(&layers, 24, 64), 48 + 24 * share, 1e-12);
    ck_assert(isnan(ladder_moved_per_op(&own, (double)NAN, 64)));
    ck_assert(isnan(ladder_moved_per_op(&peer, 1, 64)));
}
END_TEST

/* ---- The command ------------------------------------------------------------------- */

START_TEST(the_command_lists_and_climbs)
{
    if (!gradyno_is_built("rungs")) return;
    shell_result r = gradyno("%s", "bench --list");
    assert_status(&r, 0, "bench --list");
    for (size_t i = 0; i < engines_count; i++)
        assert_says(r.out, engines[i].name, "bench --list");
    shell_free(&r);

    char *folder = temporary_folder();
    ck_assert_ptr_nonnull(folder);
    r = gradyno("bench --ladder --size 64 --rounds 6 --processes 1 --seconds 0.1 "
                "--engine hand-strict,tape,recording --out %s",
                folder);
    assert_status(&r, 0, "bench --ladder");
    assert_says(r.out, "tape, plain verbs", "bench --ladder");
    assert_says(r.out, "not measured", "bench --ladder");
    shell_free(&r);
    static const char *const files[][2] = {
        {"ladder.tsv", "tape\town\tpass"},       {"ladder.tsv", "recording\tpart"},
        {"targets.tsv", "hand-strict\t64\t5.5"}, {"targets.json", "\"at_most\": 5.5"},
        {"bandwidth.tsv", "bytes_per_ns"},       {"ladder.jsonl", "hand-strict"},
    };
    for (int i = 0; i < LENGTH(files); i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", folder, files[i][0]);
        char *text = read_text(path);
        ck_assert_msg(text != NULL, "%s is not there", files[i][0]);
        assert_says(text, files[i][1], files[i][0]);
        free(text);
    }
    remove_folder(folder);
    free(folder);

    r = gradyno("%s", "bench --ladder --workload gmm");
    assert_status(&r, 2, "bench --ladder --workload gmm");
    assert_says(r.err, "--ladder is of the workload mlp", "bench --ladder");
    shell_free(&r);
}
END_TEST

Suite *rungs_suite(void)
{
    Suite *s = suite_create("rungs");
    TCase *c = tcase_create("rungs");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, every_row_is_verified, 0, (int)engines_count);
    tcase_add_loop_test(c, a_broken_row_is_not_timed, 0, (int)engines_count);
    tcase_add_test(c, targets_are_met_missed_or_neither);
    tcase_add_test(c, moved_bytes_are_counted);
    tcase_add_test(c, the_command_lists_and_climbs);
    suite_add_tcase(s, c);
    return s;
}
