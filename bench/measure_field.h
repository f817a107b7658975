/* Between the files of measure.h: a cell that is being measured. */
#ifndef GRADYNO_MEASURE_FIELD_H
#define GRADYNO_MEASURE_FIELD_H

#include "bench/foreign.h"
#include "bench/measure.h"
#include "bench/seat.h"

typedef struct field field;

/* An engine of ours that trains. */
typedef struct trainee {
    field *field;
    const engine *engine;
} trainee;

/* A cell on its way, and who runs in it. */
struct field {
    const measure_plan *plan;
    problem problem, control;
    struct moons_run training;
    trainee trainee[CELL_ENGINES];
    ad_status trained; /* the last that was not AD_OK */

    size_t contestants;
    contestant who[RACE_CONTESTANTS];
    seat seat[RACE_CONTESTANTS]; /* of each contestant; without an engine, no record */
    seat *occupied;              /* the one whose record will not stay */
    char name[CELL_ENGINES][CELL_NAME];
    const engine *row[CELL_ENGINES]; /* the plan's, but for foreign ones: */
    engine *guest[CELL_ENGINES];     /* with their processes; NULL: one of ours */

    bench_run *into;
    FILE *out;
    cell head;
    cell *cell;
    const measure_progress *progress;
};

typedef void contestant_run(void *ctx, size_t iterations, const stopwatch *clock,
                            double *phase_ns);

void measure_enter(field *f, const char *name, const char *phase, size_t phases,
                   void *ctx, contestant_run *run);

/* Verifies the engines that train, and enters those that passed. False without memory. */
bool measure_moons(field *f);

#endif
