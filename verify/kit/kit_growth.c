/* Where does it end, in nodes, and what is it that ends there? */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "verify/kit/kit_limit.h"

static bool is_limit(const char *code)
{
    static const char *const codes[] = {"G192", "G250", "G251", "G265", "G323",
                                        "G324", "G325", "G326", "G329"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(code, codes[i]) == 0) return true;
    return false;
}

/* 8 or 16, where it ends where a number of so many bits does; 0 elsewhere. */
static int index_ends(size_t right, size_t wrong)
{
    for (int bits = 8; bits <= 16; bits += 8)
        for (size_t limit = (size_t)1 << (bits - 1); limit <= (size_t)1 << bits;
             limit *= 2)
            if (right <= limit + 3 && wrong + 3 >= limit) return bits;
    return 0;
}

/* ---- Words ----------------------------------------------------------------------- */

typedef struct ending {
    size_t right, wrong; /* nodes */
    size_t size;         /* of the shape, with `wrong` */
    limit_reason reason;
    size_t operations; /* that are right, where it is they that end */
    double lost;
} ending;

static void put(finding *f, const ending *e, const char *code, const char *what)
{
    strcpy(f->code, code);
    if (e->wrong > e->right)
        snprintf(f->text, sizeof f->text, "right with %zu nodes, wrong with %zu: %s",
                 e->right, e->wrong, what);
    else
        snprintf(f->text, sizeof f->text, "right with %zu nodes, wrong with more: %s",
                 e->right, what);
}

/* Whatever the nodes are. */
static void put_full(finding *f, const ending *e, int bits)
{
    const size_t inputs = (e->wrong > e->right ? e->wrong : e->right) + LIMIT_FEW;
    if (bits > 0)
        put(f, e, "G323", bits == 8 ? "an index of 8 bits?" : "an index of 16 bits?");
    else
        put(f, e, "G251", "an array has room for no more, and is not grown");
    snprintf(
        f->why, sizeof f->why,
        "Behind %zu inputs that nobody uses even a few operations are wrong: it is "
        "the number of nodes, whatever they are.",
        inputs);
}

/* Just as an array grows. */
static void put_growth(finding *f, const ending *e)
{
    const size_t inputs = (e->wrong > e->right ? e->wrong : e->right) + LIMIT_FEW;
    if (e->reason == LIMIT_LOST) {
        put(f, e, "G324", "what was recorded before is lost: copied when it grew?");
        snprintf(f->why, sizeof f->why,
                 "Of %d sums that do not hang on each other, recorded across that "
                 "number, %.0f pass nothing on; behind %zu inputs all are right. So "
                 "there is room, and what an array held before it grew has gone.",
                 LIMIT_APART, e->lost, inputs);
        return;
    }
    put(f, e, "G250", "a pointer is kept while its array grows and moves");
    snprintf(f->why, sizeof f->why,
             "Behind %zu inputs that nobody uses a few operations are right: there is "
             "room. Wrong is the one that is recorded just as the array grows.",
             inputs);
}

static void put_text(finding *f, const ending *e)
{
    put(f, e, "G265", "are numbers of nodes sorted as text?");
    snprintf(
        f->why, sizeof f->why,
        "It is so where numbers of nodes have one digit more: as text \"10\" comes "
        "before \"9\". It is so again where they have two more; where all that are "
        "used have as many digits, it is right.");
}

/* Not by how many nodes there are, but by how they hang together. */
static void put_shape(finding *f, const ending *e)
{
    const bool depth = e->reason == LIMIT_DEPTH;
    const int bits = index_ends(e->size - 1, e->size);
    const char *in = bits == 8 ? " in 8 bits" : bits == 16 ? " in 16 bits" : "";
    strcpy(f->code, depth ? "G326" : "G325");
    if (depth)
        snprintf(f->text, sizeof f->text,
                 "a chain of %zu operations is right, of %zu wrong: how deep does "
                 "backward go?",
                 e->size - 1, e->size);
    else
        snprintf(f->text, sizeof f->text,
                 "%zu uses of a node are right, %zu wrong: are they counted%s?",
                 e->size - 1, e->size, in);
    snprintf(f->why, sizeof f->why,
             "As many nodes that do not %s are right, so it is not their number.",
             depth ? "stand one upon the other" : "use the same one");
}

static void put_limit(finding *f, const ending *e)
{
    const int bits = index_ends(e->right, e->wrong);
    switch (e->reason) {
    case LIMIT_FULL: put_full(f, e, bits); return;
    case LIMIT_MOVED:
    case LIMIT_LOST: put_growth(f, e); return;
    case LIMIT_TEXT: put_text(f, e); return;
    case LIMIT_DEPTH:
    case LIMIT_USES: put_shape(f, e); return;
    case LIMIT_OPERATIONS:
        strcpy(f->code, "G329");
        snprintf(f->text, sizeof f->text,
                 "%zu operations are right, %zu wrong: backward runs so many rules, "
                 "and no more",
                 e->operations, e->operations + 1);
        strcpy(f->why,
               "Many inputs that nobody uses change nothing, and a tree of as many "
               "operations is wrong, too: it is their number.");
        return;
    case LIMIT_NONE: {
        char what[160];
        snprintf(what, sizeof what, "%.159s", f->text);
        put(f, e, "G00", what);
        return;
    }
    default:
        if (f->status == FINDING_FAIL)
            put(f, e, "G192", "an array of fixed size, or one that has moved?");
    }
}

/* ---- Halving --------------------------------------------------------------------- */

/* Anew: in a new process, where it is one; what has grown in an old one has room. */
static bool is_good(kit *k, ride_work *work, size_t size, bool anew)
{
    finding f = {0};
    if (anew) engine_file_recall(k->file);
    return kit_ride_once(k, &f, &(ride){.work = work, .size = size}, 1);
}

/* Whether the ends are as they were, with memory laid out otherwise. */
static bool is_steady(kit *k, ride_work *work, size_t size)
{
    for (unsigned shake = 1; shake <= 4; shake++)
        for (size_t less = 0; less < 2; less++) {
            finding f = {0};
            ride r = {.work = work, .size = size - less, .shake = shake};
            if (kit_ride_once(k, &f, &r, 1) != (less == 1)) return false;
        }
    return true;
}

/* False where the time is up. */
static bool halve(kit *k, ride_work *work, size_t before, size_t size, bool anew,
                  ending *e)
{
    const double until = seconds_now() + (k->options.quick ? 1 : 5);
    *e = (ending){0};
    while (size - before > 1) {
        const size_t middle = before + (size - before) / 2, hung = k->hung;
        const bool good = is_good(k, work, middle, anew);
        if (k->hung > hung || seconds_now() > until) return false;
        (good ? &e->right : &e->wrong)[0] = k->sheet->recorded;
        (good ? &before : &size)[0] = middle;
    }
    e->size = size;
    return e->right + e->wrong > 0;
}

/* Whether a new process ends there, too, but for `little`: an order that is by a hash moves
 * a large one. */
static bool is_so_anew(kit *k, ride_work *work, size_t little, ending *e)
{
    size_t less = 0, more = 0;
    while (less <= little && !is_good(k, work, e->size - 1 - less, true)) less++;
    e->right = k->sheet->recorded;
    while (more <= little && is_good(k, work, e->size + more, true)) more++;
    e->wrong = k->sheet->recorded;
    e->size -= less;
    return less <= little && more <= little;
}

/*
 * One that is spoken to is asked in one process, which is quick; and where the two ends
 * are not so in a new one, in a new one each time. For others memory is laid out otherwise:
 * if the ends are not so then, it is chance that ends: *unsteady.
 */
static bool find_ending(kit *k, ride_work *work, size_t before, size_t size, ending *e,
                        bool *unsteady)
{
    const bool spoken = k->file->command != NULL;
    for (int anew = 0; anew < (spoken ? 2 : 1); anew++) {
        if (!halve(k, work, before, size, anew, e)) continue;
        if (spoken && !is_so_anew(k, work, anew ? e->size / 64 : 0, e)) continue;
        *unsteady = !spoken && !is_steady(k, work, e->size);
        return e->right > 0 && e->wrong > 0 && !*unsteady;
    }
    return false;
}

/* The first size that is wrong when the output is not weighed, which makes a chain longer:
 * by one or by two, as its depth is counted. */
static size_t plain_size(kit *k, ride_work *work, size_t size)
{
    for (size_t more = 0; more < 4; more++) {
        finding f = {0};
        engine_file_recall(k->file);
        ride r = {.work = work, .size = size + more, .is_plain = true};
        if (!kit_ride_once(k, &f, &r, 1)) return size + more;
    }
    return size;
}

bool kit_share_limit(kit *k, finding *f)
{
    for (size_t i = 0; i < k->n; i++) {
        const finding *g = &k->finding[i];
        if (g == f || !is_limit(g->code)) continue;
        snprintf(f->same, sizeof f->same, "%s", g->id);
        if (strcmp(k->unsteady, f->id) == 0) k->unsteady[0] = '\0';
        return true;
    }
    return false;
}

bool kit_find_limit(kit *k, finding *f, ride_work *work, size_t before, size_t size)
{
    if (before == 0) before = 2; /* as large as those of lesson 3 */
    if (strstr(f->got, "the stack is full") != NULL) return false; /* recursion */
    if (f->status == FINDING_NOTE || f->status == FINDING_HANG || size > 131072)
        return false;
    const size_t hung = k->hung, crashed = k->crashed;
    ending e = {0};
    bool unsteady = false;
    const bool found = find_ending(k, work, before, size, &e, &unsteady);
    if (found) e.reason = kit_limit_reason(k, e.right, e.wrong, &e.lost);
    if (found && e.reason == LIMIT_OPERATIONS)
        e.operations = kit_most_operations(k, e.right);
    if (found && e.reason == LIMIT_DEPTH) e.size = plain_size(k, work, e.size);
    k->hung = hung;
    k->crashed = crashed;
    if (unsteady) kit_put_unsteady(k, f);
    if (!found) return unsteady;
    put_limit(f, &e);
    strcpy(f->sure,
           "the same program is right when it is smaller, so no rule is to blame");
    return true;
}
