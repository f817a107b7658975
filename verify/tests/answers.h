/*
 * The answers that an engine with one mistake gives to all signature programs, and what
 * is found in them.
 */
#ifndef GRADYNO_ANSWERS_H
#define GRADYNO_ANSWERS_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/message.h"

typedef struct answers {
    bool supported[AD_OP_count];
    signature program[SIGNATURE_LIST_MOST];
    outcome got[SIGNATURE_LIST_MOST];
    evidence e;
    diagnosis d;
    message m;
} answers;

/* Of an engine that has every operation; none is given yet. The caller frees it. */
static inline answers *answers_to_all(void)
{
    answers *a = calloc(1, sizeof *a);
    ck_assert_ptr_nonnull(a);
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) a->supported[op] = true;
    const size_t n = signature_list(a->supported, a->program, SIGNATURE_LIST_MOST);
    a->e = (evidence){a->program, a->got, n, a->supported, AD_ENGINE_DOUBLE};
    return a;
}

static inline void answers_run(answers *a, const flaw *f, mistake_conduct conduct)
{
    for (size_t p = 0; p < a->e.n; p++)
        mistake_run(&a->program[p], f, 1, conduct, &a->got[p]);
}

/* What is found in those of an engine with the mistake f. The caller frees it. */
static inline answers *answers_of(const flaw *f)
{
    answers *a = answers_to_all();
    answers_run(a, f, CONDUCT_ZEROES);
    mistake_find(&a->e, &a->d);
    return a;
}

/* One cause is found, and a->m is its message, of this code. */
static inline void answers_must_be(answers *a, const char *code, const char *sentence)
{
    ck_assert_msg(a->d.causes == 1, "%s: %zu causes", sentence, a->d.causes);
    message_make(&a->m, &a->e, &a->d, 0);
    ck_assert_msg(strcmp(a->m.code, code) == 0, "%s is %s: %s", sentence, a->m.code,
                  a->m.sentence);
}

#endif
