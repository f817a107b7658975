/*
 * The naming of mistakes. Every known one is made on purpose, alone and in pairs, and
 * must be rejected and named; the signature programs must tell them apart; each one's
 * smallest program must be among those that are run, which is proved by trying all
 * programs. GRADYNO_SOAK=10 takes all pairs and all operations.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/message.h"
#include "verify/random.h"
#include "verify/tests/shell.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

enum { KINDS_WANTED = 60 };

/* What an engine of some operations would be asked, and all that could be wrong. */
typedef struct bench {
    bool supported[AD_OP_count];
    signature program[SIGNATURE_LIST_MOST];
    outcome got[SIGNATURE_LIST_MOST];
    size_t programs, flaws;
    flaw flaw[MISTAKE_FLAWS_MOST];
} bench;

/* With all operations, or with those of a typical small engine. */
static bench *bench_of(bool all)
{
    static const char *const typical[] = {"add", "mul", "sub", "div",  "pow_c",
                                          "neg", "exp", "log", "tanh", "relu"};
    bench *b = calloc(1, sizeof *b);
    ck_assert_ptr_nonnull(b);
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW && all; op++) b->supported[op] = true;
    for (size_t i = 0; i < sizeof typical / sizeof *typical; i++)
        b->supported[ad_op_find(typical[i])] = true;
    b->programs = signature_list(b->supported, b->program, SIGNATURE_LIST_MOST);
    b->flaws = mistake_flaws(b->supported, b->flaw, MISTAKE_FLAWS_MOST);
    ck_assert_uint_lt(b->programs, SIGNATURE_LIST_MOST);
    ck_assert_uint_lt(b->flaws, MISTAKE_FLAWS_MOST);
    return b;
}

/* One flaw of every kind, in another operation each. */
static size_t one_of_each_kind(const bench *b, flaw *chosen)
{
    size_t n = 0;
    for (int kind = 0; kind < MISTAKE_KINDS; kind++) {
        /* Which one hangs on its name: a new row leaves others as they are. */
        const size_t which = strlen(mistake_rows[kind].name) % 7;
        size_t of_kind = 0, pick = SIZE_MAX;
        for (size_t i = 0; i < b->flaws; i++)
            if ((int)b->flaw[i].kind == kind && of_kind++ <= which) pick = i;
        if (pick != SIZE_MAX) chosen[n++] = b->flaw[pick];
    }
    return n;
}

static diagnosis ask(bench *b, const flaw *flaws, size_t n, mistake_conduct conduct)
{
    diagnosis d;
    for (size_t p = 0; p < b->programs; p++)
        mistake_run(&b->program[p], flaws, n, conduct, &b->got[p]);
    const evidence e = {b->program, b->got, b->programs, b->supported,
                        AD_ENGINE_DOUBLE};
    mistake_find(&e, &d);
    return d;
}

static const char *name_of(const flaw *f, char text[80])
{
    snprintf(text, 80, "%s %s %s %d", mistake_code(f), mistake_rows[f->kind].name,
             f->op == AD_OP_count ? "" : ad_ops[f->op].name, f->partial);
    return text;
}

static void must_be_named(bench *b, const flaw *f, mistake_conduct conduct)
{
    char text[80], other[80];
    const diagnosis d = ask(b, f, 1, conduct);
    ck_assert_msg(!d.right, "%s is not rejected", name_of(f, text));
    ck_assert_msg(d.causes == 1, "%s has %zu causes", name_of(f, text), d.causes);
    ck_assert_msg(d.cause[0].named, "%s is not named", name_of(f, text));
    ck_assert_msg(mistake_same_name(&d.cause[0].flaw, f), "%s is called %s",
                  name_of(f, text), name_of(&d.cause[0].flaw, other));
    ck_assert_msg(d.cause[0].rivals == 0, "%s may be %s", name_of(f, text),
                  name_of(&d.cause[0].rival[0], other));
}

START_TEST(every_mistake_is_rejected_and_named)
{
    bench *b = bench_of(false);
    for (size_t i = 0; i < b->flaws; i++) must_be_named(b, &b->flaw[i], CONDUCT_STALE);
    free(b);
}
END_TEST

START_TEST(so_are_those_of_all_operations)
{
    bench *b = bench_of(true);
    static flaw kind[MISTAKE_KINDS];
    const size_t n = one_of_each_kind(b, kind);
    for (size_t i = 0; i < n; i++) must_be_named(b, &kind[i], CONDUCT_STALE);
    for (size_t i = 0; i < b->flaws && soaked(1) >= 10; i++)
        must_be_named(b, &b->flaw[i], CONDUCT_STALE);
    printf("mistakes: %zu kinds, %zu with operations, all rejected and named\n", n,
           b->flaws);
    free(b);
}
END_TEST

START_TEST(there_are_enough_of_them_and_each_has_a_code)
{
    size_t codes = 0;
    for (int kind = 0; kind < MISTAKE_KINDS; kind++) {
        const mistake_row *row = &mistake_rows[kind];
        if (row->code[0] == '\0') continue;
        codes += mistake_by_code(row->code) == row;
        const size_t digits = strspn(row->code + 1, "0123456789");
        ck_assert_msg(row->code[0] == 'G' && (digits == 2 || digits == 3), "%s",
                      row->code);
    }
    ck_assert_uint_ge(codes, KINDS_WANTED);
    ck_assert_ptr_null(mistake_by_code("G00"));
}
END_TEST

/* ---- What no table has ----------------------------------------------------------- */

/* Walks with a number that says in which of several ways: how many there are. */
static int ways_of(mistake_kind kind)
{
    switch (kind) {
    case MISTAKE_OF_ready_early: return 8;
    case MISTAKE_OF_by_level: return 9;
    case MISTAKE_OF_level_of_waiting: return 12;
    case MISTAKE_OF_inputs_moved: return 14;
    case MISTAKE_OF_inputs_run_on: return 8;
    case MISTAKE_OF_passes_again: return 11;
    case MISTAKE_OF_negative_skipped:
    case MISTAKE_OF_zero_skipped:
    case MISTAKE_OF_equal_walked:
    case MISTAKE_OF_keyed_by_operand:
    case MISTAKE_OF_constant_first:
    case MISTAKE_OF_constant_last:
    case MISTAKE_OF_constant_either:
    case MISTAKE_OF_waits_for_twice:
    case MISTAKE_OF_cleared_between:
    case MISTAKE_OF_waits_for_unused:
    case MISTAKE_OF_waits_for_paths:
    case MISTAKE_OF_waits_for_zero:
    case MISTAKE_OF_first_left_out:
    case MISTAKE_OF_preorder_taken:
    case MISTAKE_OF_preorder_given:
    case MISTAKE_OF_no_visited_sorted: return 2;
    case MISTAKE_OF_shared_weights:
    case MISTAKE_OF_zero_is_one:
    case MISTAKE_OF_stops_at_zero:
    case MISTAKE_OF_rule_by_place: return 3;
    case MISTAKE_OF_zero_given_none: return 5;
    case MISTAKE_OF_zero_is_none: return 4;
    default: return 1;
    }
}

START_TEST(what_has_a_number_is_named)
{
    bench *b = bench_of(true);
    size_t n = 0;
    for (int kind = 0; kind < MISTAKE_KINDS; kind++) {
        if (mistake_rows[kind].place != MISTAKE_IN_LATER) continue;
        flaw f = {.kind = (mistake_kind)kind,
                  .op = AD_OP_count,
                  .partial = -1,
                  .form = mistake_rows[kind].example};
        n++;
        /* Of every rule these have another name, and 0 times 0 is 0. */
        if (f.kind == MISTAKE_OF_grad_shared || f.kind == MISTAKE_OF_zero_stops ||
            f.kind == MISTAKE_OF_zero_unfed || f.kind == MISTAKE_OF_given_to_zero ||
            f.kind == MISTAKE_OF_share_rounded)
            f.op = AD_OP_add;
        if (f.kind == MISTAKE_OF_op_not_cleared) { /* of one, where others are */
            f.op = AD_OP_mul;
            must_be_named(b, &f, CONDUCT_ACCUMULATES);
            continue;
        }
        /* Where nothing is cleared, a 0 is seldom there to be taken for 1. */
        if (f.kind != MISTAKE_OF_zero_is_one) must_be_named(b, &f, CONDUCT_STALE);
        must_be_named(b, &f, CONDUCT_ZEROES);
        for (int way = 1; way <= ways_of(f.kind) && ways_of(f.kind) > 1; way++) {
            f.form.k = way;
            must_be_named(b, &f, CONDUCT_ACCUMULATES);
        }
    }
    printf("mistakes: %zu more of the walk, all named\n", n);
    free(b);
}
END_TEST

/* What a second backward does is found out from what the mistake leaves alone: where no
 * name fits, a program is shown whose first backward is wrong. */
START_TEST(what_is_legal_is_not_shown)
{
    bench *b = bench_of(true);
    diagnosis d;
    for (int conduct = 0; conduct < CONDUCTS; conduct++) {
        for (size_t p = 0; p < b->programs; p++) {
            outcome *o = &b->got[p];
            const signature *s = &b->program[p];
            mistake_run(s, NULL, 0, (mistake_conduct)conduct, o);
            const bool seen = s->steps > 2 && signature_uses(s, AD_OP_add);
            for (int i = 0; i < s->inputs && seen; i++)
                o->once[i] += 0.37 * i - 0.21, o->twice[i] += 0.37 * i - 0.21;
        }
        const evidence e = {b->program, b->got, b->programs, b->supported,
                            AD_ENGINE_DOUBLE};
        mistake_find(&e, &d);
        ck_assert(!d.right && d.causes > 0);
        ck_assert_int_eq(d.conduct, conduct);
        for (size_t i = 0; i < d.causes; i++)
            ck_assert_int_gt(b->program[d.cause[i].shown].steps, 2);
    }
    free(b);
}
END_TEST

typedef struct score {
    size_t tried, formula, table, measured, elsewhere;
} score;

/* Whose rule it is must be right, always; and mostly what stands there. */
static void judge(bench *b, const flaw *f, score *s)
{
    const diagnosis d = ask(b, f, 1, CONDUCT_ZEROES);
    if (d.right) return; /* the same as what is right */
    s->tried++;
    bool here = d.causes > 0, formula = false, measured = false;
    for (size_t i = 0; i < d.causes; i++) {
        const cause *c = &d.cause[i];
        here &= (c->named ? c->flaw.op : c->suspect) == f->op;
        formula |= c->named && mistake_rows[c->flaw.kind].place == MISTAKE_IN_FORM;
        measured |= !c->named;
    }
    char text[120];
    if (!here)
        printf("mistakes: %s in %s is called %s\n",
               form_text(&f->form, f->op, f->partial, text, sizeof text),
               ad_ops[f->op].name,
               d.causes == 0 ? "nothing" : mistake_rows[d.cause[0].flaw.kind].name);
    s->elsewhere += !here;
    s->measured += here && measured;
    s->formula += here && !measured && formula;
    s->table += here && !measured && !formula;
}

static flaw random_formula(random_source *r)
{
    static const double numbers[] = {1, 1, -1, 2, -0.5, 0.1, 3};
    static const form_mode modes[] = {FORM_TIMES,       FORM_TIMES,      FORM_OVER,
                                      FORM_PLUS,        FORM_APART,      FORM_CUT_SHARE,
                                      FORM_CUT_PARTIAL, FORM_AT_SHIFTED, FORM_INSIDE,
                                      FORM_ABS_INCOMING};
    flaw f = {.kind = MISTAKE_OF_formula};
    do
        f.op = (ad_op)(AD_FIRST_ROW +
                       (int)random_below(r, AD_LAST_ROW - AD_FIRST_ROW + 1));
    while (f.op == AD_OP_add || f.op == AD_OP_mul);
    f.partial = (int)random_below(r, (size_t)ad_ops[f.op].operands);
    f.form.mode = modes[random_below(r, 10)];
    f.form.a = (short)random_below(r, 40);
    f.form.b = (short)random_below(r, 40);
    f.form.k = numbers[random_below(r, 7)];
    return f;
}

START_TEST(a_formula_is_found_or_at_least_its_place)
{
    bench *b = bench_of(true);
    random_source random = {test_seed()};
    score s = {0};
    for (size_t i = 0; i < soaked(100); i++) {
        const flaw f = random_formula(&random);
        judge(b, &f, &s);
    }
    printf(
        "mistakes: %zu formulae: found %zu, as in the table %zu, told in numbers %zu, "
        "elsewhere %zu (seed %llu)\n",
        s.tried, s.formula, s.table, s.measured, s.elsewhere,
        (unsigned long long)test_seed());
    ck_assert_uint_ge(s.tried, 50);
    ck_assert_uint_eq(s.elsewhere, 0);
    ck_assert_uint_ge(100 * (s.formula + s.table), 60 * s.tried);
    free(b);
}
END_TEST

static bool same_answers(const signature *program, const outcome *a, const outcome *b,
                         size_t n)
{
    for (size_t p = 0; p < n; p++) {
        const int inputs = program[p].inputs, nodes = signature_nodes(&program[p]);
        const double *x[] = {a[p].value, a[p].after, a[p].once, a[p].twice,
                             a[p].zeroed},
                     *y[] = {b[p].value, b[p].after, b[p].once, b[p].twice,
                             b[p].zeroed};
        for (int list = 0; list < 5; list++)
            for (int i = 0; i < (list < 2 ? nodes : inputs); i++)
                if (!mistake_close(x[list][i], y[list][i], 1e-9, 0)) return false;
    }
    return true;
}

/* ---- Two at once ----------------------------------------------------------------- */

typedef struct tally {
    size_t pairs, rejected, both, one, unknown, misleading;
} tally;

static bool is_one_of(const cause *c, const flaw *f)
{
    if (c->named && mistake_same_name(&c->flaw, f)) return true;
    for (size_t k = 0; k < c->rivals; k++)
        if (mistake_same_name(&c->rival[k], f)) return true;
    return false;
}

static void count(tally *t, const diagnosis *d, const flaw *pair)
{
    bool seen[2] = {false, false}, named = false;
    for (size_t i = 0; i < d->causes; i++) {
        named |= d->cause[i].named;
        for (int k = 0; k < 2; k++) seen[k] |= is_one_of(&d->cause[i], &pair[k]);
    }
    t->pairs++;
    t->rejected += !d->right;
    t->both += seen[0] && seen[1];
    t->one += seen[0] != seen[1];
    t->unknown += !seen[0] && !seen[1] && !named;
    t->misleading += !seen[0] && !seen[1] && named;
}

/* Two that together do nothing: a sum for a product, where the other factor is lost. */
static bool is_nothing(const bench *b)
{
    static outcome right[SIGNATURE_LIST_MOST];
    for (size_t p = 0; p < b->programs; p++)
        mistake_run(&b->program[p], NULL, 0, CONDUCT_STALE, &right[p]);
    return same_answers(b->program, b->got, right, b->programs);
}

START_TEST(two_at_once_are_told_apart)
{
    enum { NORMAL = 300 };
    bench *b = bench_of(false);
    static flaw kind[MISTAKE_KINDS];
    const size_t n = one_of_each_kind(b, kind), all = n * (n - 1) / 2;
    const size_t wanted = soaked(NORMAL), every = wanted >= all ? 1 : all / wanted;
    tally t = {0};
    size_t k = (size_t)test_seed();
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            if (k++ % every != 0) continue;
            const flaw pair[2] = {kind[i], kind[j]};
            const diagnosis d = ask(b, pair, 2, CONDUCT_STALE);
            char text[80], other[80];
            if (d.right && is_nothing(b)) continue;
            ck_assert_msg(!d.right, "%s with %s is not rejected",
                          name_of(&pair[0], text), name_of(&pair[1], other));
            const size_t before = t.misleading;
            count(&t, &d, pair);
            if (t.misleading > before)
                printf("mistakes: %s with %s is called %s\n", name_of(&pair[0], text),
                       name_of(&pair[1], other),
                       mistake_rows[d.cause[0].flaw.kind].name),
                    fflush(stdout);
        }
    free(b);
    printf("mistakes: %zu of %zu pairs: rejected %zu, both named %zu, one %zu, no "
           "pattern %zu, misleading %zu\n",
           t.pairs, all, t.rejected, t.both, t.one, t.unknown, t.misleading);
    ck_assert_uint_eq(t.rejected, t.pairs);
    ck_assert_uint_ge(100 * (t.both + t.one), 97 * t.pairs);
    ck_assert_uint_le(1000 * t.misleading, 5 * t.pairs);
}
END_TEST

/* ---- Signatures ------------------------------------------------------------------ */

/* Of every kind one flaw in an operation that the signatures have. */
static size_t kinds_in_signatures(const bench *b, flaw *chosen)
{
    bool has[AD_OP_count] = {[AD_OP_count - 1] = false};
    size_t n = 0;
    for (size_t p = 0; p < signatures_count; p++)
        for (int k = 0; k < signatures[p].steps; k++)
            has[signatures[p].step[k].op] = true;
    for (int kind = 0; kind < MISTAKE_KINDS; kind++)
        for (size_t i = 0; i < b->flaws; i++) {
            const flaw *f = &b->flaw[i];
            if ((int)f->kind != kind || (f->op != AD_OP_count && !has[f->op])) continue;
            /* It shows where the operand has a gradient already, as relu's in the gates;
             * and these are seen by the probes alone, from both sides, or used twice. */
            if (kind == MISTAKE_OF_multiplied && f->op != AD_OP_relu) continue;
            if (kind == MISTAKE_OF_own_gradient && ad_ops[f->op].operands == 1)
                continue;
            if (kind == MISTAKE_OF_abs_gradient || kind == MISTAKE_OF_last_use)
                continue;
            if (kind == MISTAKE_OF_div_xor) continue; /* 3.5 ^ 2 is 1 */
            chosen[n++] = *f;
            break;
        }
    return n;
}

START_TEST(a_dozen_programs_tell_them_apart)
{
    bench *b = bench_of(true);
    static flaw kind[MISTAKE_KINDS];
    static outcome answer[MISTAKE_KINDS + 1][32];
    const size_t n = kinds_in_signatures(b, kind);
    ck_assert_uint_ge(n, KINDS_WANTED);
    for (size_t p = 0; p < signatures_count; p++) {
        ck_assert_int_le(signatures[p].steps, 4);
        mistake_run(&signatures[p], NULL, 0, CONDUCT_STALE, &answer[n][p]);
        for (size_t i = 0; i < n; i++)
            mistake_run(&signatures[p], &kind[i], 1, CONDUCT_STALE, &answer[i][p]);
    }
    for (size_t i = 0; i < n; i++) {
        char text[80], other[80];
        ck_assert_msg(!same_answers(signatures, answer[i], answer[n], signatures_count),
                      "%s is not seen", name_of(&kind[i], text));
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(
                strcmp(mistake_code(&kind[i]), mistake_code(&kind[j])) == 0 ||
                    !same_answers(signatures, answer[i], answer[j], signatures_count),
                "%s is the same as %s", name_of(&kind[i], text),
                name_of(&kind[j], other));
    }
    printf("mistakes: %zu programs tell %zu kinds apart\n", signatures_count, n);
    free(b);
}
END_TEST

static int fewest_steps(const bench *b, const flaw *f)
{
    int fewest = SIGNATURE_STEPS;
    for (size_t p = 0; p < b->programs; p++)
        if (b->program[p].steps < fewest &&
            (mistake_shows(&b->program[p], f, CONDUCT_STALE) ||
             mistake_shows(&b->program[p], f, CONDUCT_ZEROES)))
            fewest = b->program[p].steps;
    return fewest;
}

START_TEST(the_smallest_program_is_among_them)
{
    bench *b = bench_of(true);
    for (size_t i = 0; i < b->flaws; i++) {
        signature smallest;
        char text[80];
        ck_assert_msg(mistake_smallest(&b->flaw[i], &smallest), "none shows %s",
                      name_of(&b->flaw[i], text));
        ck_assert_msg(fewest_steps(b, &b->flaw[i]) == smallest.steps,
                      "%s shows in %d operations", name_of(&b->flaw[i], text),
                      smallest.steps);
    }
    free(b);
}
END_TEST

/* ---- What is published ----------------------------------------------------------- */

static char *the_table(void)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(message_write_table(out), 0);
    fclose(out);
    return text;
}

START_TEST(the_published_table_is_up_to_date)
{
    static const char path[] = "verify/kit/MISTAKES.md";
    char *now = the_table(), *then = read_text(path);
    if (getenv("GRADYNO_WRITE_MISTAKES") != NULL) {
        ck_assert(write_text(path, now));
    } else {
        ck_assert_msg(
            then != NULL && strcmp(now, then) == 0,
            "%s: GRADYNO_WRITE_MISTAKES=1 CK_RUN_SUITE=mistakes writes it anew", path);
    }
    free(now);
    free(then);
}
END_TEST

Suite *mistakes_suite(void)
{
    Suite *suite = suite_create("mistakes");
    TCase *names = tcase_create("names"), *programs = tcase_create("programs");
    tcase_set_timeout(names, 300);
    tcase_set_timeout(programs, 60);
    tcase_add_test(names, there_are_enough_of_them_and_each_has_a_code);
    tcase_add_test(names, every_mistake_is_rejected_and_named);
    tcase_add_test(names, so_are_those_of_all_operations);
    tcase_add_test(names, what_has_a_number_is_named);
    tcase_add_test(names, what_is_legal_is_not_shown);
    tcase_add_test(names, a_formula_is_found_or_at_least_its_place);
    tcase_add_test(names, two_at_once_are_told_apart);
    tcase_add_test(programs, a_dozen_programs_tell_them_apart);
    tcase_add_test(programs, the_smallest_program_is_among_them);
    tcase_add_test(programs, the_published_table_is_up_to_date);
    suite_add_tcase(suite, names);
    suite_add_tcase(suite, programs);
    return suite;
}
