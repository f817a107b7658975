/* The search for flaws that explain an engine's answers: between its files. */
#ifndef GRADYNO_KIT_MISTAKE_SEARCH_H
#define GRADYNO_KIT_MISTAKE_SEARCH_H

#include <stdint.h>

#include "verify/kit/mistake_fit.h"

enum { CANDIDATES = 48 };

/* A set of flaws that explains the programs of sums and products, and what follows. */
typedef struct candidate {
    explanation x;
    size_t core; /* of x.n: how many are in the walk, in sums and in products */
    size_t unexplained;
    ad_op suspect[FIT_FLAWS];
    struct {
        size_t rivals;
        flaw rival[DIAGNOSIS_RIVALS];
    } other[FIT_FLAWS]; /* of each flaw */
} candidate;

typedef struct search {
    const evidence *e;
    flaw *flaw;
    size_t flaws;
    size_t *program; /* scratch: the programs that matter now */
    size_t programs;
    candidate *found; /* [CANDIDATES] */
    size_t founds;
    bool loose;
    uint64_t *fits_alone; /* [flaws]: on which of the first 64 programs */
} search;

/* Sums and products, or what stands for them. */
bool search_is_core(const search *s, ad_op op);

/* Those programs that ran and have no operation but the known ones; with `op` among
 * them, or not needed where it is AD_OP_count. */
void search_choose(search *s, const bool *known, ad_op op);

/* Those that are wrong come first: they decide. */
void search_wrong_first(search *s, const explanation *x);

/* Whether it explains all chosen programs. */
static inline bool search_fits(const search *s, const explanation *x)
{
    return fit_all(s->e, s->program, s->programs, x);
}

/* s->found: what explains the programs of sums and products, if anything does. */
void search_core(search *s);

/* Proposes the explanation for the chosen programs, if it is one: with each conduct at a
 * second backward, or looking at the first one alone. */
void search_try(search *s, const explanation *x, bool first_only);

/* What no list has: mistakes of the walk with a number, formulae. */
void search_unlisted(search *s, explanation *x, bool first_only);

/* One mistake of that kind that explains all programs at once, of all operations. */
void search_everywhere(search *s, const candidate *c);

/* What else is wrong in each other operation, over what the candidate has. */
void search_ops(search *s, candidate *c);

/* Whether every first backward is that of a walk which runs rules on first meeting, of
 * operands in any order: no flaw has them all. */
bool search_order_of_sets(const evidence *e, flaw *f);

/* What the rule of one operation may do that no number of its own tells, from 0 on; op may
 * be AD_OP_count: every rule does. False where there is none more. */
bool search_way(size_t i, ad_op op, flaw *f);

/* Whether an operation by itself shows that it is made of nodes which nobody clears. */
bool search_keeps_nodes(const evidence *e, ad_op op, mistake_conduct conduct);

/* Whether the numbers that are wrong in small programs are floats, nearly all. */
bool search_are_floats(const evidence *e, const explanation *loose);

/*
 * Which operations have the digits of a float alone, by their own smallest programs. None
 * (0) where it is no operation's doing: where each that can show it does, or programs
 * without those do as well.
 */
size_t search_float_ops(const evidence *e, const explanation *loose,
                        ad_op ops[AD_OP_count]);

/* One more name that fits as well as flaw i of the candidate. */
void search_rival(candidate *c, size_t i, const flaw *f);

#endif
