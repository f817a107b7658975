/* Operations that crash. */
#include "verify/kit/kit_crashes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool kit_uses_crashed(const kit *k, const signature *s)
{
    for (int op = 0; op < AD_OP_count; op++)
        if (k->crashed_op[op] && signature_uses(s, (ad_op)op)) return true;
    return false;
}

void kit_mark_crashed(kit *k, const finding *f, const signature *s)
{
    if ((f->status != FINDING_CRASH && f->status != FINDING_HANG) || s->steps != 1 ||
        k->sheet->answer.passes > 1)
        return;
    k->crashed_op[s->step[0].op] = k->wrong_op[s->step[0].op] = true;
}

void kit_tell_smallest_crash(kit *k, const kit_evidence *e)
{
    finding *best = NULL;
    int steps = SIGNATURE_STEPS + 1;
    for (size_t i = 0; i < k->n; i++) {
        finding *f = &k->finding[i];
        if (f->status != FINDING_CRASH || strncmp(f->id, "3.", 2) != 0) continue;
        const size_t p = strtoul(f->id + 2, NULL, 10) - 1;
        if (p >= e->n || e->program[p].steps >= steps) continue;
        best = f;
        steps = e->program[p].steps;
    }
    if (best == NULL || best->same[0] == '\0' || strncmp(best->same, "3.", 2) != 0)
        return; /* or it is told by a lesson before */
    for (size_t i = 0; i < k->n; i++) {
        finding *f = &k->finding[i];
        if (f->status == FINDING_CRASH && strncmp(f->id, "3.", 2) == 0 &&
            strcmp(f->got, best->got) == 0)
            snprintf(f->same, sizeof f->same, "%s", best->id);
    }
    best->same[0] = '\0';
}
