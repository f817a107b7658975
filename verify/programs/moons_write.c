/* Two moons: the files that the plots are drawn from. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "verify/programs/moons.h"

enum { GRID = 81 };

struct boundary {
    double x[GRID][GRID][2], y[GRID][GRID], score[GRID][GRID];
};

struct report {
    const struct moons_run *graph, *tape;
    const struct boundary *boundary;
};

static void write_curve(FILE *file, const struct report *report)
{
    fputs("step\tloss_graph\tloss_tape\tloss_published\taccuracy\n", file);
    for (size_t k = 0; k < MOONS_STEPS; k++)
        fprintf(file, "%zu\t%.17g\t%.17g\t%.17g\t%.17g\n", k, report->graph->loss[k],
                report->tape->loss[k], moons_published_loss[k],
                report->tape->accuracy[k]);
}

static void write_points(FILE *file, const struct report *report)
{
    (void)report;
    fputs("x0\tx1\tlabel\n", file);
    for (size_t i = 0; i < MOONS_POINTS; i++)
        fprintf(file, "%.17g\t%.17g\t%g\n", moons_x[i][0], moons_x[i][1], moons_y[i]);
}

static void write_boundary(FILE *file, const struct report *report)
{
    const struct boundary *b = report->boundary;
    fputs("x0\tx1\tscore\n", file);
    for (size_t i = 0; i < GRID; i++) {
        if (i > 0) fputc('\n', file);
        for (size_t j = 0; j < GRID; j++)
            fprintf(file, "%.17g\t%.17g\t%.17g\n", b->x[i][j][0], b->x[i][j][1],
                    b->score[i][j]);
    }
}

/* Coordinate k of grid line i: the range of the points, and a quarter more on each
 * side. */
static double grid_line(size_t i, size_t k)
{
    double lo = moons_x[0][k], hi = lo;
    for (size_t p = 1; p < MOONS_POINTS; p++) {
        if (moons_x[p][k] < lo) lo = moons_x[p][k];
        if (moons_x[p][k] > hi) hi = moons_x[p][k];
    }
    const double margin = (hi - lo) / 4;
    return lo - margin + (hi - lo + 2 * margin) * (double)i / (GRID - 1);
}

/* The score at every point of the grid, in plain double. NULL when memory is out. */
static struct boundary *boundary_new(const double *w)
{
    struct boundary *b = calloc(1, sizeof *b);
    if (b == NULL) return NULL;
    for (size_t i = 0; i < GRID; i++) {
        for (size_t j = 0; j < GRID; j++) {
            b->x[i][j][0] = grid_line(i, 0);
            b->x[i][j][1] = grid_line(j, 1);
        }
    }
    const struct mlp_shape shape = moons_shape();
    const struct mlp_samples grid = {GRID * GRID, &b->x[0][0][0], &b->y[0][0]};
    struct mlp_primal *m = mlp_new_primal(NULL, &shape, grid, w);
    if (m == NULL) {
        free(b);
        return NULL;
    }
    mlp_record_primal(m, 0, grid.count);
    mlp_scores_primal(m, &b->score[0][0]);
    mlp_free_primal(m);
    return b;
}

/* Writes to name.tmp and renames that to name. Returns 0 or an errno. */
static int write_file(const char *folder, const char *name,
                      void (*write)(FILE *, const struct report *),
                      const struct report *report)
{
    char temporary[FILENAME_MAX], path[FILENAME_MAX];
    const int length = snprintf(temporary, sizeof temporary, "%s/%s.tmp", folder, name);
    if (length < 0 || (size_t)length >= sizeof temporary) return ENAMETOOLONG;
    snprintf(path, sizeof path, "%s/%s", folder, name);

    FILE *file = fopen(temporary, "w");
    if (file == NULL) return errno;
    errno = 0;
    write(file, report);
    const bool written = ferror(file) == 0;
    int failure = written ? 0 : errno != 0 ? errno : EIO;
    if (fclose(file) != 0 && failure == 0) failure = errno;
    if (failure == 0 && rename(temporary, path) != 0) failure = errno;
    if (failure != 0) remove(temporary);
    return failure;
}

int moons_write(const char *folder, const struct moons_run *graph,
                const struct moons_run *tape)
{
    struct boundary *boundary = boundary_new(tape->w);
    if (boundary == NULL) return ENOMEM;
    const struct report report = {graph, tape, boundary};
    int failure = write_file(folder, "moons_curve.tsv", write_curve, &report);
    if (failure == 0)
        failure = write_file(folder, "moons_points.tsv", write_points, &report);
    if (failure == 0)
        failure = write_file(folder, "moons_boundary.tsv", write_boundary, &report);
    free(boundary);
    return failure;
}
