/* Two moons: verify every published loss, then race training runs. */
#include "bench/workload_moons.h"

static judgement judged(const char *engine, const struct moons_run *run)
{
    judgement j = judgement_start(engine, "published losses");
    for (size_t k = 0; k < MOONS_STEPS; k++)
        judgement_add(&j, run->loss[k], moons_published_loss[k], MOONS_BOUND);
    return j;
}

/* What the contestants share: where a run is written, and whether one was refused. */
typedef struct training {
    struct moons_run run;
    ad_status status; /* the last that was not AD_OK */
} training;

/* A record is made for each run, as in the demo. */
#define RUN(engine)                                                                    \
    static void run_##engine(void *ctx, size_t iterations, const stopwatch *clock,     \
                             double *phase_ns)                                         \
    {                                                                                  \
        (void)clock, (void)phase_ns;                                                   \
        training *t = ctx;                                                             \
        for (size_t i = 0; i < iterations; i++) {                                      \
            const ad_status status = moons_train_##engine(NULL, &t->run);              \
            if (status != AD_OK) t->status = status;                                   \
        }                                                                              \
    }
RUN(graph)
RUN(tape)

bool workload_moons(cell *c, moons_runs *runs, const workload_plan *plan)
{
    const struct mlp_shape shape = moons_shape();
    *c = (cell){.workload = "moons",
                .size = MOONS_STEPS,
                .ops = MOONS_STEPS * mlp_operations(&shape, MOONS_POINTS),
                .seed = plan->seed};
    if (plan->graph) {
        if (moons_train_graph(NULL, &runs->graph) != AD_OK) return false;
        cell_judge(c, judged("graph", &runs->graph));
    }
    if (plan->tape) {
        if (moons_train_tape(NULL, &runs->tape) != AD_OK) return false;
        cell_judge(c, judged("tape", &runs->tape));
    }

    training scratch = {.status = AD_OK};
    contestant who[3];
    size_t contestants = 0;
    const bool graph = cell_may_time(c, "graph"), tape = cell_may_time(c, "tape");
    if (graph) {
        who[contestants++] = (contestant){"graph", "whole", run_graph, &scratch, 0};
        who[contestants++] = (contestant){"graph", "again", run_graph, &scratch, 0};
    }
    if (tape) who[contestants++] = (contestant){"tape", "whole", run_tape, &scratch, 0};
    if (tape && !graph)
        who[contestants++] = (contestant){"tape", "again", run_tape, &scratch, 0};
    if (contestants == 0) return true;

    race r;
    if (!race_run(&r, contestants, who, &plan->race)) return false;
    c->rounds = r.rounds;
    c->short_of_rounds = r.short_of_rounds;
    bool ok = scratch.status == AD_OK;
    for (size_t i = 0; i < contestants && ok; i++)
        ok = cell_measure(c, who[i].engine, who[i].phase, r.lane[i].iterations,
                          r.lane[i].ns, NULL);
    race_free(&r);
    cell_compare_itself(c, graph ? "graph" : "tape");
    cell_compare(c, "graph", "whole", "tape", "whole");
    return ok;
}
