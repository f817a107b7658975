/* The engines as subjects. */
#include "verify/subject.h"

#include <stdlib.h>

#include "engine/graph.h"

#define ENGINE graph
#include "verify/subject.inc"
#define ENGINE tape
#include "verify/subject.inc"

bool subject_graph(subject *s) { return make_graph(s, "graph"); }

bool subject_graph_in_creation_order(subject *s)
{
    if (!make_graph(s, "graph in creation order")) return false;
    ad_graph_creation_order(((struct player_graph *)s->engine)->record, true);
    return true;
}

bool subject_tape(subject *s) { return make_tape(s, "tape"); }

ad_tape *subject_tape_of(const subject *s)
{
    return ((struct player_tape *)s->engine)->record;
}

void subject_free(subject *s)
{
    if (s->free != NULL) s->free(s->engine);
    *s = (subject){0};
}
