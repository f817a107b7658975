/*
 * What is wrong is run again, in fresh processes whose memory is laid out otherwise: where
 * an address, a hash or memory that was never set decides, the answer is another one, and
 * no formula is to blame.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/kit.h"

/* Times that a program is run again, and where a process has to be spoken to, which is
 * slow to start; programs that stay as they are: then all are. */
enum { TIMES = 12, TIMES_SPOKEN = 3, TIMES_SURE = 8, STEADY_MOST = 4 };

static bool same_numbers(const double *a, const double *b, size_t n)
{
    return memcmp(a, b, n * sizeof *a) == 0;
}

static bool same_outcome(const outcome *a, const outcome *b)
{
    return same_numbers(a->value, b->value, SIGNATURE_NODES) &&
           same_numbers(a->once, b->once, SIGNATURE_INPUTS) &&
           same_numbers(a->twice, b->twice, SIGNATURE_INPUTS);
}

/* What each kind of ride leaves on the sheet. */
static bool same_sheet(const sheet *a, const sheet *b)
{
    if (a->claims != b->claims || a->points.n != b->points.n) return false;
    for (size_t i = 0; i < a->claims; i++)
        if (!same_numbers(&a->claim[i].got, &b->claim[i].got, 1)) return false;
    for (size_t i = 0; i < a->points.n; i++) {
        const op_point *p = &a->points.at[i], *q = &b->points.at[i];
        if (!same_numbers(&p->value, &q->value, 1) ||
            !same_numbers(p->grad, q->grad, AD_MAX_OPERANDS))
            return false;
    }
    const script_result *s = &a->result, *t = &b->result;
    const size_t n = sizeof s->grad / sizeof *s->grad;
    return same_numbers(s->value, t->value, n) && same_numbers(s->grad, t->grad, n) &&
           same_numbers(a->value, b->value, SHEET_ITEMS) &&
           same_numbers(a->grad, b->grad, SHEET_ITEMS) &&
           same_outcome(&a->answer, &b->answer);
}

/* Once more, with another layout of memory. */
static isolation_end ride_laid(kit *k, const ride *r, unsigned shake,
                               unsigned char fill)
{
    isolation_report report;
    const isolation_limits limits = {.seconds = 1, .loading = 6};
    ride again = *r;
    again.file = k->file;
    again.sheet = k->sheet;
    again.once = k->once;
    again.no_zero = k->no_zero;
    again.lasting = k->lasting;
    again.shake = shake;
    again.fill = fill;
    engine_file_recall(k->file);
    return ride_run(&again, &limits, &report);
}

static bool ride_again(kit *k, const ride *r, unsigned shake)
{
    return ride_laid(k, r, shake, 0) == ISOLATION_DONE;
}

/*
 * In one layout of memory, whose bytes are first these and then those: where the answers
 * differ, or it crashes, bytes are read that nobody set. As doubles they are 32.5 and -0.12,
 * as numbers of nodes beyond all. Of an engine that is spoken to nothing is known of its
 * memory.
 */
static bool reads_unset(kit *k, const ride *r)
{
    const unsigned char fills[] = {0x40, 0xbf};
    sheet *first = malloc(sizeof *first);
    bool differs = false, well = first != NULL;
    for (int i = 0; i < 2 && well && !differs; i++) {
        const isolation_end end = ride_laid(k, r, 1, fills[i]);
        well = end == ISOLATION_DONE;
        differs =
            end == ISOLATION_SIGNAL || (well && i > 0 && !same_sheet(first, k->sheet));
        if (i == 0) memcpy(first, k->sheet, sizeof *first);
    }
    free(first);
    return differs;
}

static bool changes_within(kit *k, const ride *r, unsigned times)
{
    sheet *kept = malloc(2 * sizeof *kept);
    bool changes = false;
    if (kept == NULL) return false;
    memcpy(kept, k->sheet, sizeof *kept);
    /* What was asked in an old process may have been spoilt there: that is G264. */
    const bool anew = k->file->command != NULL, well = !anew || ride_again(k, r, 0);
    memcpy(kept + 1, k->sheet, sizeof *kept);
    for (unsigned n = 1; n <= times && !changes && well; n++) {
        if (!ride_again(k, r, n)) break;
        changes = !same_sheet(kept + 1, k->sheet);
    }
    if (!anew && reads_unset(k, r)) changes = k->reads_unset = true;
    memcpy(k->sheet, kept, sizeof *kept);
    free(kept);
    k->steady += !changes;
    return changes;
}

bool kit_changes(kit *k, const ride *r)
{
    if (k->unsteady[0] == '\0' && k->steady >= STEADY_MOST) return false;
    return changes_within(k, r, k->file->command != NULL ? TIMES_SPOKEN : TIMES);
}

bool kit_wavers(kit *k, const ride *r) { return changes_within(k, r, TIMES_SURE); }

void kit_share_unsteady(const kit *k, finding *f)
{
    if (k->unsteady[0] == '\0' || strcmp(k->unsteady, f->id) == 0) return;
    if (f->same[0] == '\0') snprintf(f->same, sizeof f->same, "%s", k->unsteady);
}

bool finding_is_unsteady(const finding *f)
{
    return strcmp(f->code, "G189") == 0 || strcmp(f->code, "G345") == 0;
}

void kit_share_unset(kit *k)
{
    for (size_t i = 0; i < k->n && k->reads_unset; i++) {
        finding *f = &k->finding[i];
        if (finding_is_told(f) && !finding_is_unsteady(f)) kit_share_unsteady(k, f);
    }
}

void kit_put_unsteady(kit *k, finding *f)
{
    f->status = FINDING_FAIL;
    strcpy(f->code, "G189");
    if (k->unsteady[0] == '\0') snprintf(k->unsteady, sizeof k->unsteady, "%s", f->id);
    f->same[0] = '\0';
    kit_share_unsteady(k, f);
    if (k->reads_unset) {
        strcpy(f->code, "G345");
        strcpy(f->text, "memory is read that was never set, or that was freed");
        strcpy(f->why,
               "The same program was run again in fresh processes, in which "
               "such memory was full of other bytes, and gave other numbers, or "
               "crashed: no formula is to blame.");
        return;
    }
    snprintf(f->text, sizeof f->text,
             "the same program gives another answer in another run: by an address, a "
             "hash?");
    strcpy(f->why,
           "It was run again in fresh processes, with memory laid out anew, and "
           "gave other numbers: no formula is to blame. A node is left out now "
           "and then, or has its turn too early.");
}
