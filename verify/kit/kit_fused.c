/*
 * Lesson 7: sum and dot of 1 to 17 numbers, each another one. Which of them get nothing,
 * at which lengths, tells how the loop goes wrong.
 */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit_fused.h"
#include "verify/kit/message_parts.h"

enum { LENGTHS = 12, MOST = 17, WEIGHT = 3 };
static const int lengths[LENGTHS] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17};

static double x_of(int i) { return i + 2; }
static double y_of(int i) { return 7.5 - 2 * i; }

/* Of length n: the value, the shares of x, those of y. */
void kit_ride_lengths(ride *r, bool is_dot)
{
    const ad_engine *e = &r->m->engine;
    for (int at = 0; at < LENGTHS; at++) {
        ad_engine_node x[MOST], y[MOST];
        char label[40];
        const int n = lengths[at];
        double total = 0;
        ride_fresh(r);
        for (int i = 0; i < n; i++) x[i] = ride_input(r, x_of(i));
        for (int i = 0; i < n && is_dot; i++) y[i] = ride_input(r, y_of(i));
        for (int i = 0; i < n; i++) total += x_of(i) * (is_dot ? y_of(i) : 1);
        const ad_engine_node w = ride_input(r, WEIGHT),
                             s = is_dot ? e->dot(r->record, (size_t)n, x, y)
                                        : e->sum(r->record, (size_t)n, x);
        snprintf(label, sizeof label, "%s of %d", is_dot ? "dot" : "sum", n);
        ride_backward(r, ride_binary(r, AD_OP_mul, s, w));
        ride_claim(r, label, ride_value(r, s), total, 64);
        for (int k = 0; k < (is_dot ? 2 * n : n); k++) {
            const int i = k % n;
            snprintf(label, sizeof label, "d%c[%d], of %d,", k < n ? 'x' : 'y', i, n);
            ride_claim(r, label, ride_grad(r, k < n ? x[i] : y[i]),
                       WEIGHT * (!is_dot ? 1
                                 : k < n ? y_of(i)
                                         : x_of(i)),
                       64);
        }
    }
    ride_fresh(r);
}

/* ---- What may be wrong ----------------------------------------------------------- */

static bool is_left_out(const loop_guess *g, int i, int n)
{
    switch (g->way) {
    case LEFT_OVER: return i >= n - n % g->k;
    case LAST: return i == n - 1;
    case FIRST: return i == 0;
    case BEYOND: return i >= g->k;
    case ODD: return i % 2 == 1;
    case NOTHING: return true;
    default: return false;
    }
}

/* What x[i], or y[i], is given then. */
static double share(const loop_guess *g, bool is_dot, bool of_y, int i, int n)
{
    const double own = !is_dot ? 1 : of_y ? x_of(i) : y_of(i);
    if (!g->of[of_y]) return WEIGHT * own;
    if (is_left_out(g, i, n)) return 0;
    const int other = g->way == NEXT       ? (i + 1 < n ? i + 1 : -1)
                      : g->way == BEFORE   ? i - 1
                      : g->way == OF_FIRST ? 0
                      : g->way == REVERSED ? n - 1 - i
                                           : i;
    switch (g->way) {
    case FORGETS: return own;
    case EXCHANGED: return WEIGHT * (of_y ? y_of(i) : x_of(i));
    case TWICE: return 2 * WEIGHT * own;
    case MEAN: return WEIGHT * own / n;
    default:
        return !is_dot     ? WEIGHT
               : other < 0 ? (double)NAN /* whatever lies there */
               : of_y      ? WEIGHT * x_of(other)
                           : WEIGHT * y_of(other);
    }
}

static bool agrees(double got, double model)
{
    return isnan(model) || fabs(got - model) <= 1e-5 * fabs(model) + 1e-6;
}

/* The value, of those terms that are not left out, or of all. */
static bool value_agrees(const loop_guess *g, bool is_dot, double got, int n)
{
    double all = 0, some = 0;
    for (int i = 0; i < n; i++) {
        const double term = x_of(i) * (is_dot ? y_of(i) : 1);
        all += term;
        some += is_left_out(g, i, n) ? 0 : term;
    }
    return agrees(got, all) || agrees(got, some);
}

static bool explains(const loop_guess *g, const sheet *s, bool is_dot)
{
    const claim *c = s->claim;
    for (int at = 0; at < LENGTHS; at++) {
        const int n = lengths[at];
        if (!value_agrees(g, is_dot, c++->got, n)) return false;
        for (int k = 0; k < (is_dot ? 2 * n : n); k++, c++)
            if (!agrees(c->got, share(g, is_dot, k >= n, k % n, n))) return false;
    }
    return true;
}

static bool find(loop_guess *g, const sheet *s, bool is_dot)
{
    static const int steps[] = {2, 4, 8, 3, 16};
    for (int which = 0; which < 4; which++)
        for (int way = 0; way < WAYS; way++) {
            const int most = way == LEFT_OVER ? 5 : way == BEYOND ? 16 : 1;
            for (int k = 0; k < most; k++) {
                *g = (loop_guess){.way = (loop_way)way,
                                  .k = way == LEFT_OVER ? steps[k] : k + 1,
                                  .of = {which < 2, which % 2 == 0}};
                if (explains(g, s, is_dot)) return true;
            }
        }
    return false;
}

/* ---- Told ------------------------------------------------------------------------- */

/* "1, 2, 4" */
static void list(char *text, size_t room, const bool *chosen)
{
    size_t n = 0;
    text[0] = '\0';
    for (int at = 0; at < LENGTHS && n < room; at++)
        if (chosen[at])
            n += (size_t)snprintf(text + n, room - n, "%s%d", n > 0 ? ", " : "",
                                  lengths[at]);
}

/* Which lengths are right; returns the shortest that is not, and has more than one. */
static int shortest(const sheet *s, bool is_dot, bool right[LENGTHS])
{
    const claim *c = s->claim;
    int least = 0;
    for (int at = 0; at < LENGTHS; at++) {
        const int n = lengths[at], numbers = 1 + (is_dot ? 2 * n : n);
        right[at] = true;
        for (int k = 0; k < numbers; k++, c++) right[at] &= claim_holds(c);
        if (!right[at] && least <= 1 && (least == 0 || n > 1)) least = n;
    }
    return least;
}

/* Its numbers that are wrong. */
static void put_wrong(finding *f, const sheet *s, bool is_dot, int shown)
{
    const claim *c = s->claim;
    for (int at = 0; lengths[at] < shown; at++) c += 1 + (is_dot ? 2 : 1) * lengths[at];
    f->expected[0] = f->got[0] = '\0';
    for (int k = 0; k < 1 + (is_dot ? 2 : 1) * shown; k++, c++) {
        char what[24] = "s";
        if (claim_holds(c) || strlen(f->got) > 50) continue;
        if (k > 0)
            snprintf(what, sizeof what, "d%c[%d]", k <= shown ? 'x' : 'y',
                     (k - 1) % shown);
        const char *comma = f->got[0] != '\0' ? ", " : "";
        message_add(f->expected, sizeof f->expected, "%s%s = %.6g", comma, what,
                    c->expected);
        message_add(f->got, sizeof f->got, "%s%s = %.6g", comma, what, c->got);
    }
}

static void put_program(finding *f, bool is_dot, int shown)
{
    f->run[0] = '\0';
    for (int which = 0; which < (is_dot ? 2 : 1); which++) {
        message_add(f->run, sizeof f->run, "%c = ", which == 0 ? 'x' : 'y');
        for (int i = 0; i < shown; i++)
            message_add(f->run, sizeof f->run, "%s%g", i > 0 ? ", " : "",
                        which == 0 ? x_of(i) : y_of(i));
        message_add(f->run, sizeof f->run, "\n");
    }
    message_add(f->run, sizeof f->run, "s = %s\nz = 3 * s\nbackward z",
                is_dot ? "dot(x, y)" : "sum(x)");
}

bool kit_say_lengths(const kit *k, finding *f, bool is_dot)
{
    loop_guess g;
    bool in_value = false;
    const sheet *s = k->sheet;
    size_t needed = 0, wrong = 0;
    for (int at = 0; at < LENGTHS; at++)
        needed += (size_t)(1 + (is_dot ? 2 : 1) * lengths[at]);
    if (s->claims < needed) return false;
    for (size_t i = 0; i < needed; i++) wrong += !claim_holds(&s->claim[i]);
    if (wrong == 0) return false;
    bool right[LENGTHS];
    char text[120];
    const int shown = shortest(s, is_dot, right);
    const claim *c = s->claim;
    for (int at = 0; at < LENGTHS; c += 1 + (is_dot ? 2 : 1) * lengths[at++])
        in_value |= !claim_holds(c);
    put_program(f, is_dot, shown);
    put_wrong(f, s, is_dot, shown);
    list(text, sizeof text, right);
    snprintf(f->sure, sizeof f->sure, "Of the lengths 1 to 9 and 15 to 17 %s%s right.",
             text[0] != '\0' ? text : "none",
             text[0] == '\0' || strchr(text, ',') == NULL ? " is" : " are");
    if (!find(&g, s, is_dot)) return true;
    strcpy(f->code, "G344");
    kit_lengths_text(&g, is_dot, in_value, f->text, sizeof f->text);
    snprintf(
        f->why, sizeof f->why, "%s",
        in_value ? "The value lacks it, so look at forward first."
        : g.way <= ODD
            ? "The value is right, and has all of them: it is the loop of backward "
              "that leaves some out."
            : "The value is right: it is what backward gives that is not.");
    return true;
}
