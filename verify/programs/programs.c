/* The list of programs, and what every kind opens and closes with. */
#include <stdlib.h>
#include <string.h>

#include "verify/programs/kinds.h"

const program_kind *const programs[] = {
#define KIND(name) &name##_kind,
#include "verify/programs/programs.def"
};
const size_t programs_count = sizeof programs / sizeof *programs;

const program_kind *program_named(const char *name)
{
    for (size_t i = 0; i < programs_count; i++)
        if (strcmp(programs[i]->name, name) == 0) return programs[i];
    return NULL;
}

/* The largest handle: room for n of these is room for n of any engine's. */
typedef union any_handle {
    ad_tape_handle tape;
    ad_graph_handle graph;
    double primal;
} any_handle;

bool program_make(program *p, const program_kind *kind, size_t size, uint64_t seed,
                  struct program_room room)
{
    *p = (program){.kind = kind,
                   .size = size,
                   .seed = seed,
                   .inputs = room.inputs,
                   .operations = room.operations,
                   .constants = room.constants};
    p->x = calloc(room.inputs + 1, sizeof *p->x);
    p->numbers = calloc(room.numbers + 1, sizeof *p->numbers);
    p->handles = calloc(room.handles + 1, sizeof(any_handle));
    if (p->x != NULL && p->numbers != NULL && p->handles != NULL) return true;
    program_close(p);
    return false;
}

void program_close(program *p)
{
    free(p->x);
    free(p->numbers);
    free(p->handles);
    free(p->data);
    *p = (program){0};
}
