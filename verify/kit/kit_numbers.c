/*
 * Lesson 5: an engine that numbers its nodes from the first of a process to the last may
 * compare the numbers as text. That shows only where a digit more is needed, so small
 * chains are ridden in a new process, too.
 */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"

enum { SMALL = 40 };

bool kit_rides_alone(const kit *k, size_t size)
{
    return k->file->command != NULL && size == SMALL;
}

/* Rides it as the next one in the process. */
static bool is_right_next(kit *k, ride_work *work, size_t size)
{
    finding f = {0};
    const size_t hung = k->hung, crashed = k->crashed;
    const bool good = kit_ride_once(k, &f, &(ride){.work = work, .size = size}, 1);
    k->hung = hung;
    k->crashed = crashed;
    return good;
}

bool kit_suspect_numbers(kit *k, finding *f, ride_work *work, size_t size)
{
    enum { MANY = 700 };
    if (f->status != FINDING_FAIL) return false;
    for (size_t i = 0; i < k->n; i++)
        if (strcmp(k->finding[i].code, "G265") == 0) { /* told already */
            strcpy(f->code, "G265");
            snprintf(f->same, sizeof f->same, "%s", k->finding[i].id);
            return true;
        }
    if (!kit_rides_alone(k, size)) return false;
    is_right_next(k, work, MANY); /* or not: from then on numbers have as many digits */
    if (!is_right_next(k, work, size) && !is_right_next(k, work, size)) return false;
    strcpy(f->code, "G265");
    snprintf(f->text, sizeof f->text,
             "%zu nodes are wrong in a new process, and right later in it: are numbers "
             "of nodes compared as text?",
             size);
    strcpy(f->why, "In a new process nodes are numbered from the first on, and as text "
                   "\"9\" comes after \"10\". Later all have as many digits.");
    return true;
}
