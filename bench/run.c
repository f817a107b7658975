/* The cells of a run. */
#include <stdlib.h>
#include <string.h>

#include "bench/records.h"
#include "bench/results.h"

void run_free(bench_run *r)
{
    for (size_t i = 0; i < r->cells; i++) {
        cell_free(r->cell[i]);
        free(r->cell[i]);
    }
    free(r->cell);
    r->cell = NULL;
    r->cells = 0;
}

cell *run_cell(const bench_run *r, const char *workload, size_t size)
{
    for (size_t i = 0; i < r->cells; i++)
        if (r->cell[i]->size == size && strcmp(r->cell[i]->workload, workload) == 0)
            return r->cell[i];
    return NULL;
}

static cell *new_cell(bench_run *r, const cell *head)
{
    cell *c = malloc(sizeof *c);
    cell **longer = realloc(r->cell, (r->cells + 1) * sizeof *longer);
    if (longer != NULL) r->cell = longer;
    if (c == NULL || longer == NULL) {
        free(c);
        return NULL;
    }
    *c = *head;
    r->cell[r->cells] = c;
    r->cells++;
    return c;
}

static bool same_series(const cell *a, const cell *b)
{
    if (a->serieses != b->serieses) return false;
    for (size_t i = 0; i < a->serieses; i++)
        if (strcmp(a->series[i].engine, b->series[i].engine) != 0 ||
            strcmp(a->series[i].phase, b->series[i].phase) != 0)
            return false;
    return true;
}

cell *run_begin(bench_run *r, const cell *head, size_t turn)
{
    cell *c = run_cell(r, head->workload, head->size);
    if (c == NULL) {
        c = new_cell(r, head);
        if (c == NULL) return NULL;
    } else {
        for (size_t i = 0; i < head->judgements; i++) cell_judge(c, head->judgement[i]);
        if (!same_series(c, head)) return NULL;
    }
    cell_process(c, turn);
    return c;
}

bool run_finish(bench_run *r)
{
    bool ok = true;
    for (size_t i = 0; i < r->cells; i++) ok &= cell_finish(r->cell[i]);
    return ok;
}

bool run_write_files(const bench_run *r, const char *folder, size_t n,
                     const run_file *files)
{
    for (size_t i = 0; i < n; i++) {
        results_file f;
        if (!results_open(&f, folder, files[i].name)) return false;
        files[i].rows(r, f.stream);
        if (!results_close(&f)) return false;
    }
    return true;
}

void run_environment_tsv(const bench_run *r, FILE *out)
{
    environment_write_tsv(&r->environment, out);
}
