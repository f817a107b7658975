/* Lesson 4: whether steps on different operands are taken for one: every ordered pair of
 * forty inputs, under whose numbers two of them may meet. */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit_share.h"

enum { INPUTS = 40 };

/* No two differences, quotients or products of these are equal. */
static double input_of(int i)
{
    return 1 + 0.0625 * i + 0.0009765625 * i * i / (i + 3.7);
}

/* One where the order of its operands matters, if there is one. */
static ad_op op_of_pairs(const kit *k)
{
    static const ad_op wanted[] = {AD_OP_sub, AD_OP_div, AD_OP_pow, AD_OP_mul,
                                   AD_OP_add};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (mount_has_own(&k->engine, wanted[i]) && !k->crashed_op[wanted[i]])
            return wanted[i];
    return AD_OP_count;
}

static double right_of(ad_op op, int i, int j)
{
    return ad_ops[op].value((double[]){input_of(i), input_of(j)}, 0);
}

static bool is_near(const ride *r, double got, double right)
{
    return fabs(got - right) <= 64 * r->m->unit * (fabs(right) + 4);
}

/* Where a step has the value of one that was before it, its numbers and the other's are
 * noted: i, j, got; p, q. The numbers are those of the inputs, from 0. */
static void note_taken(ride *r, ad_op op, int i, int j, double got)
{
    for (int p = 0; p <= i; p++)
        for (int q = 0; q < INPUTS && (p < i || q < j); q++)
            if (is_near(r, got, right_of(op, p, q))) {
                const double numbers[] = {i, j, got, p, q};
                for (int n = 0; n < 5; n++) ride_note(r, numbers[n]);
                return;
            }
}

/* Of one operation r->size, all pairs. */
static void ride_pairs(ride *r)
{
    const ad_op op = (ad_op)r->size;
    ad_engine_node x[INPUTS], made[INPUTS][INPUTS];
    for (int i = 0; i < INPUTS; i++) x[i] = ride_input(r, input_of(i));
    for (int i = 0; i < INPUTS; i++)
        for (int j = 0; j < INPUTS; j++)
            if (i != j) made[i][j] = ride_binary(r, op, x[i], x[j]);
    ride_backward(r, made[INPUTS - 1][INPUTS - 2]);
    for (int i = 0; i < INPUTS; i++)
        for (int j = 0; j < INPUTS && r->sheet->numbers == 0; j++) {
            if (i == j) continue;
            const double got = ride_value(r, made[i][j]);
            if (!is_near(r, got, right_of(op, i, j))) note_taken(r, op, i, j, got);
        }
}

/* Two pairs alone, i, j and p, q, of which the second is to have the first one's value;
 * then i, j by itself, which is to be right. So it is the pairs, and not their number. */
typedef struct two_pairs {
    ad_op op;
    const int *n;
    bool first_too;
} two_pairs;

static void ride_two(ride *r)
{
    const two_pairs *w = r->what;
    const int *n = w->n;
    ad_engine_node x[INPUTS];
    for (int i = 0; i < INPUTS; i++) x[i] = ride_input(r, input_of(i));
    if (w->first_too) ride_binary(r, w->op, x[n[2]], x[n[3]]);
    const ad_engine_node z = ride_binary(r, w->op, x[n[0]], x[n[1]]);
    const int *as = w->first_too ? n + 2 : n;
    ride_backward(r, z); /* a program without one may not be answered */
    ride_note(r, is_near(r, ride_value(r, z), right_of(w->op, as[0], as[1])));
}

static bool is_confirmed(kit *k, ad_op op, const int *n)
{
    for (int first_too = 0; first_too < 2; first_too++) {
        const two_pairs w = {op, n, first_too};
        ride r = {.work = ride_two, .what = &w};
        if (!share_ride(k, &r, true) || k->sheet->numbers != 1 ||
            k->sheet->number[0] != 1)
            return false;
    }
    return true;
}

/* How two pairs of numbers meet; NULL: in no way that is known. */
static const char *how_they_meet(int i, int j, int p, int q, char room[80])
{
    if (i == q && j == p) return "the order of the operands is left out";
    if (i == p || j == q)
        return i == p ? "the second operand is left out"
                      : "the first operand is left out";
    char a[16], b[16];
    snprintf(a, sizeof a, "%d%d", i, j);
    snprintf(b, sizeof b, "%d%d", p, q);
    if (strcmp(a, b) == 0) {
        snprintf(room, 80, "both are \"%s\" when written without a separator", a);
        return room;
    }
    if (i + j == p + q) return "they have the same sum";
    if ((i ^ j) == (p ^ q)) return "they have the same i ^ j";
    if (i * j == p * q && i * j != 0) return "they have the same product";
    if ((q - j) % (i - p) != 0) return NULL;
    snprintf(room, 80, "they have the same %d i + j", (q - j) / (i - p));
    return room;
}

/* Nodes have the numbers from 0, or from 1 where that says more. */
static const char *numbers_meet(const int *n, char room[80], int *from)
{
    char of_one[80];
    const char *meet = how_they_meet(n[0], n[1], n[2], n[3], room);
    *from = 0;
    if (meet != NULL && strstr(meet, "separator") != NULL) return meet;
    const char *other = how_they_meet(n[0] + 1, n[1] + 1, n[2] + 1, n[3] + 1, of_one);
    if (other == NULL || strstr(other, "separator") == NULL) return meet;
    *from = 1;
    strcpy(room, of_one);
    return room;
}

static void put_pairs(finding *f, ad_op op, const int *n, double got)
{
    const char *name = ad_ops[op].name;
    char room[80];
    int from;
    const char *meet = numbers_meet(n, room, &from);
    f->status = FINDING_FAIL;
    strcpy(f->code, "G301");
    snprintf(f->run, sizeof f->run,
             "x0 = %.10g, x1, x2, ... x%d, all different\n"
             "a = %s(x%d, x%d)\n...\nb = %s(x%d, x%d)",
             input_of(0), INPUTS - 1, name, n[2], n[3], name, n[0], n[1]);
    snprintf(f->expected, sizeof f->expected, "b = %.10g", right_of(op, n[0], n[1]));
    snprintf(f->got, sizeof f->got, "b = %.10g, the value of a", got);
    snprintf(f->text, sizeof f->text,
             "two steps are taken for one: %s(x%d, x%d) and %s(x%d, x%d)", name, n[0],
             n[1], name, n[2], n[3]);
    snprintf(f->why, sizeof f->why,
             "b is right by itself. Both steps have the same key%s%s%s%s.",
             meet == NULL ? "" : ": with i, j the operands' numbers, ",
             meet == NULL ? "" : meet, from == 1 ? " (numbers from 1)" : "",
             meet == NULL ? ", for their numbers meet in it" : "");
}

void kit_pairs(kit *k)
{
    const char *id = "4.pairs", *title = "every pair of forty inputs";
    const ad_op op = op_of_pairs(k);
    if (!kit_wants(k, id) || op == AD_OP_count) return;
    finding *f = kit_find(k, id, title);
    ride r = {.work = ride_pairs, .size = op};
    if (!share_ride(k, &r, false) || k->sheet->numbers == 0) return;
    if (!share_ride(k, &r, true) || k->sheet->numbers < 5) return;
    const double *number = k->sheet->number, got = number[2];
    const int n[] = {(int)number[0], (int)number[1], (int)number[3], (int)number[4]};
    if (!is_confirmed(k, op, n)) return;
    put_pairs(f, op, n, got);
    share_take_unknown(k, id);
    snprintf(k->broken, sizeof k->broken, "needs lesson 4, where %s is wrong", id);
}
