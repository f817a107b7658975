/* How many causes there are, which is known at the end only. */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"

/* Whole, or not at all. */
static void append_sentence(char *text, size_t room, const char *more)
{
    const size_t n = strlen(text);
    const char *between = n == 0 ? "" : text[n - 1] == '.' ? " " : ". ";
    if (n + strlen(between) + strlen(more) < room) strcat(strcat(text, between), more);
}

/* As they are printed: causes of lesson 3 in their own order, others as they stand. */
static bool comes_before(const finding *f, const finding *g)
{
    return f->cause > 0 && g->cause > 0 ? f->cause < g->cause : f < g;
}

void kit_number_causes(kit *k)
{
    size_t told = 0;
    for (size_t i = 0; i < k->n; i++) told += finding_is_told(&k->finding[i]) != 0;
    for (size_t i = 0; i < k->n && told > 1; i++) {
        finding *f = &k->finding[i];
        size_t number = 1;
        char text[40];
        if (!finding_is_told(f)) continue;
        for (size_t j = 0; j < k->n; j++)
            number +=
                finding_is_told(&k->finding[j]) && comes_before(&k->finding[j], f);
        snprintf(text, sizeof text, "It is cause %zu of %zu.", number, told);
        append_sentence(f->sure, sizeof f->sure, text);
        if (f->cause == 0) continue;
        message *m = &k->message[f->cause - 1];
        append_sentence(m->sure, sizeof m->sure, text);
    }
}
