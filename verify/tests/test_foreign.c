/*
 * Foreign engines in a race: the right ones are timed, the wrong ones are not, and
 * whatever one of them does in its process, the race goes on and nobody is left behind.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/foreign.h"
#include "bench/measure.h"
#include "verify/kit/isolate.h"
#include "verify/kit/own_engine.h"
#include "verify/tests/command.h"
#include "verify/tests/student_engine.h"
#include "verify/tests/suites.h"

/* ---- Here -------------------------------------------------------------------------- */

typedef struct outcome {
    bench_run run;
    const cell *cell;
    char *record; /* the lines that were written */
} outcome;

/* Where an engine says which process it is in; NULL: nobody asks. */
static volatile pid_t *its_process;

/* Ends it in the third round. */
static void end_it(void *ctx, size_t round, size_t rounds)
{
    (void)ctx, (void)rounds;
    if (its_process != NULL && round == 3) kill(*its_process, SIGABRT);
}

/* Races the engine against the tape, six rounds. */
static outcome race_given(const ad_engine *given, const char *of, size_t size,
                          double seconds)
{
    outcome o = {0};
    size_t length;
    FILE *out = open_memstream(&o.record, &length);
    foreign *f = foreign_give(given, "guest");
    ck_assert_ptr_nonnull(f);
    f->seconds = seconds;
    const workload w = workload_at(workload_named(of, strlen(of)));
    const measure_plan plan = {
        .engines = 2,
        .engine = {&f->row, engine_named("tape", 0)},
        .phases = true,
        .peaks = true,
        .seed = 1,
        .race = {.rounds = 6, .seed = 1, .clock = stopwatch_monotonic()}};
    ck_assert_msg(
        measure(&o.run, out, &w, size, &plan, &(measure_progress){end_it, NULL}),
        "out of memory");
    ck_assert(run_finish(&o.run));
    o.cell = run_cell(&o.run, w.kind->name, size);
    ck_assert_ptr_nonnull(o.cell);
    foreign_unload(f);
    fclose(out);
    ck_assert_msg(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD,
                  "a process is left");
    return o;
}

static void end(outcome *o)
{
    run_free(&o->run);
    free(o->record);
}

static double ns_of(const cell *c, const char *name, const char *phase)
{
    const series *s = cell_series(c, name, phase);
    ck_assert_msg(s != NULL, "%s has no series %s", name, phase);
    return s->figure.median;
}

static void assert_raced(const outcome *o, const char *what)
{
    const cell *c = o->cell;
    const judgement *j = cell_judgement(c, "guest");
    ck_assert_msg(j->passed && j->residual <= j->bound, "%s: %s, %g of %g", what,
                  j->why, j->residual, j->bound);
    const comparison *r = cell_comparison(c, "guest", "tape", "whole");
    ck_assert_msg(r != NULL && isfinite(r->ratio.median) && r->ratio.median > 0, "%s",
                  what);
    ck_assert_uint_eq(c->rounds, 6);
}

START_TEST(a_right_engine_is_raced)
{
    static const char *const programs_raced[] = {"mlp", "rosenbrock", "mlp_batch"};
    for (size_t i = 0; i < 3; i++) {
        outcome o = race_given(student_engine(&(student){.name = "right"}),
                               programs_raced[i], 4, 5);
        assert_raced(&o, programs_raced[i]);
        double sum = 0;
        for (size_t p = 0; p < ENGINE_PHASES; p++)
            if (p == PHASE_record || p == PHASE_backward || p == PHASE_free)
                sum += ns_of(o.cell, "guest", engine_phases[p]);
        const double whole = ns_of(o.cell, "guest", "whole");
        ck_assert_msg(sum > whole / 4 && sum < whole * 4, "phases %g, whole %g", sum,
                      whole);
        ck_assert_ptr_null(cell_series(o.cell, "guest", "order")); /* it has none */
        const judgement *j = cell_judgement(o.cell, "guest");
        ck_assert(j->peak_bytes > 0 && j->own_bytes >= 0);
        end(&o);
    }
}
END_TEST

/* Right in their own ways: float, policies, walks. */
START_TEST(every_legal_engine_is_raced)
{
    outcome o = race_given(student_engine(&legal_engines[_i]), "llsq", 10, 5);
    assert_raced(&o, legal_engines[_i].name);
    end(&o);
}
END_TEST

START_TEST(no_wrong_engine_is_timed)
{
    static const student wrong[] = {{.walk = WALK_PREORDER},
                                    {.slip = SLIP_OVERWRITE},
                                    {.slip = SLIP_FLOAT},
                                    {.slip = SLIP_SEED_TWICE, .single = true}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        outcome o = race_given(student_engine(&wrong[i]), "mlp", 4, 5);
        const judgement *j = cell_judgement(o.cell, "guest");
        ck_assert_msg(!j->passed && !j->skipped && !cell_passed(o.cell), "case %zu", i);
        ck_assert_ptr_null(cell_series(o.cell, "guest", "whole"));
        ck_assert_ptr_nonnull(cell_series(o.cell, "tape", "again"));
        ck_assert(ns_of(o.cell, "tape", "whole") > 0);
        end(&o);
    }
}
END_TEST

/* What the contract costs is a number; and what it computes is what the tape computes. */
START_TEST(the_tape_by_contract_is_the_tape)
{
    outcome o = race_given(&own_engine_tape, "mlp", 8, 5);
    assert_raced(&o, "the tape");
    ck_assert(cell_judgement(o.cell, "guest")->residual ==
              cell_judgement(o.cell, "tape")->residual);
    end(&o);
    o = race_given(&own_engine_graph, "mlp", 8, 5);
    ck_assert(ns_of(o.cell, "guest", "order") > 0);
    end(&o);
    ck_assert(engine_is_foreign(engine_named("tape-by-contract", 0)));
    ck_assert_ptr_null(foreign_of_file(engine_named("tape-by-contract", 0)));
}
END_TEST

/* ---- What goes wrong there ----------------------------------------------------------- */

static size_t calls, last_call;

static void crash(void)
{
    volatile char *nowhere = calls > 0 ? NULL : (char *)&calls;
    *nowhere = 1;
}

static void hang(void)
{
    for (volatile int i = 1; i != 0;) continue;
}

static void sleep_on(void) { pause(); }

static void leave(void) { exit(7); }

static void complain(void)
{
    fputs("first\nmy own words\n", stderr);
    abort();
}

static void (*misdeed)(void);

/* The tape's backward, until the last call. */
static void backward_until(void *record, ad_engine_node output)
{
    if (++calls >= last_call) misdeed();
    if (its_process != NULL) *its_process = getpid();
    own_engine_tape.backward(record, output);
}

static const struct {
    void (*misdeed)(void);
    size_t call;
    const char *why;
} misdeeds[] = {
    {crash, 1, "SIGSEGV (a NULL pointer was used) in backward"},
    {hang, 1, "in backward"},
    {sleep_on, 1, "in backward"},
    {leave, 1, "exit(7) in backward"},
    {complain, 1, "SIGABRT in backward (\"my own words\")"},
    {crash, 2, "SIGSEGV (a NULL pointer was used) while it was timed"},
    {leave, 5000, "exit(7) while it was timed"},
    {hang, 5000, "while it was timed"},
};

START_TEST(a_misdeed_is_a_row)
{
    const bool ends_oddly =
        misdeeds[_i].misdeed == crash || misdeeds[_i].misdeed == leave;
    /* It has words of its own for those, and no time for 5000 calls. */
    if (ISOLATION_UNDER_ASAN && (ends_oddly || misdeeds[_i].call > 2)) return;
    calls = 0;
    last_call = misdeeds[_i].call;
    misdeed = misdeeds[_i].misdeed;
    ad_engine spoilt = own_engine_tape;
    spoilt.backward = backward_until;
    outcome o = race_given(&spoilt, "mlp", 4, 0.1);
    const judgement *j = cell_judgement(o.cell, "guest");
    ck_assert_msg(!j->passed && !j->skipped && strstr(j->why, misdeeds[_i].why) != NULL,
                  "case %d: '%s'", _i, j->why);
    if (misdeeds[_i].misdeed == hang || misdeeds[_i].misdeed == sleep_on)
        ck_assert_ptr_nonnull(strstr(j->why, "no end after"));
    ck_assert(!cell_passed(o.cell));
    ck_assert_uint_eq(o.cell->rounds, 6);
    ck_assert(ns_of(o.cell, "tape", "whole") > 0); /* the race went on */
    ck_assert_ptr_null(cell_comparison(o.cell, "guest", "tape", "whole"));
    const series *s = cell_series(o.cell, "guest", "whole");
    ck_assert(s == NULL || isnan(s->figure.median));
    ck_assert_ptr_nonnull(strstr(o.record, "\"verdict\":\"fail\""));
    ck_assert_ptr_null(strstr(o.record, "nan"));
    end(&o);
}
END_TEST

/* The record of a race in which one failed late says so again when it is read. */
START_TEST(a_late_failure_stands_on_the_record)
{
#ifdef HAVE_jansson
    last_call = SIZE_MAX;
    its_process = isolate_share(sizeof *its_process);
    ad_engine spoilt = own_engine_tape;
    spoilt.backward = backward_until;
    outcome o = race_given(&spoilt, "mlp", 4, 1);
    const series *whole = cell_series(o.cell, "guest", "whole");
    ck_assert(whole != NULL && whole->ns[2] > 0 && isnan(whole->ns[3]));
    ck_assert(isnan(whole->figure.median) && isnan(whole->figure.hi));
    ck_assert_ptr_null(cell_comparison(o.cell, "guest", "tape", "whole"));
    ck_assert_str_eq(cell_judgement(o.cell, "guest")->why,
                     "SIGABRT while it was timed");
    char *folder = temporary_folder(), path[4096], why[200];
    snprintf(path, sizeof path, "%s/race.jsonl", folder);
    ck_assert(write_text(path, o.record));
    bench_run read = {0};
    long offset = 0;
    ck_assert_msg(record_read(&read, path, &offset, why, sizeof why), "%s", why);
    ck_assert(run_finish(&read));
    const cell *c = run_cell(&read, "mlp", 4);
    const judgement *j = cell_judgement(c, "guest");
    ck_assert(!j->passed);
    ck_assert_str_eq(j->why, cell_judgement(o.cell, "guest")->why);
    ck_assert_uint_eq(c->rounds, o.cell->rounds);
    ck_assert(isnan(ns_of(c, "guest", "whole")) && ns_of(c, "tape", "whole") > 0);
    run_free(&read);
    remove_folder(folder);
    free(folder);
    isolate_unshare((void *)its_process, sizeof *its_process);
    its_process = NULL;
    end(&o);
#endif
}
END_TEST

START_TEST(a_missing_operation_is_skipped)
{
    const student few = {.name = "few", .few = true};
    outcome o = race_given(student_engine(&few), "lse", 5, 5);
    const judgement *j = cell_judgement(o.cell, "guest");
    ck_assert(j->skipped && !j->passed && cell_passed(o.cell));
    ck_assert_str_eq(j->why, "the engine has no max");
    ck_assert_ptr_null(cell_series(o.cell, "guest", "whole"));
    ck_assert_ptr_nonnull(strstr(o.record, "\"verdict\":\"skip\""));
    end(&o);
    o = race_given(student_engine(&few), "mlp", 4, 5); /* add, mul, tanh, pow_c */
    assert_raced(&o, "few operations, in other words");
    end(&o);
}
END_TEST

Suite *foreign_suite(void)
{
    Suite *suite = suite_create("foreign");
    TCase *here = tcase_create("here");
    tcase_add_test(here, a_right_engine_is_raced);
    tcase_add_loop_test(here, every_legal_engine_is_raced, 0, (int)legal_engines_count);
    tcase_add_test(here, no_wrong_engine_is_timed);
    tcase_add_test(here, the_tape_by_contract_is_the_tape);
    tcase_add_loop_test(here, a_misdeed_is_a_row, 0, LENGTH(misdeeds));
    tcase_add_test(here, a_late_failure_stands_on_the_record);
    tcase_add_test(here, a_missing_operation_is_skipped);
    tcase_set_timeout(here, 60);
    suite_add_tcase(suite, here);
    return suite;
}
