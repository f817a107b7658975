/* The determinant by minors: det.inc. Entries are uniform in [-1, 1). */
#include "verify/programs/kinds.h"

enum { DET_LARGEST = 11 };

#define TEMPLATE "verify/programs/det.inc"
#include "verify/programs/instances.inc"

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > DET_LARGEST) return false;
    struct program_room room = {.inputs = size * size};
    for (size_t l = 2; l <= size; l++)
        room.operations = l * room.operations + l + l - 1;
    if (!program_make(p, kind, size, seed, room)) return false;
    random_source random = {seed};
    for (size_t i = 0; i < size * size; i++) p->x[i] = random_uniform(&random, -1, 1);
    return true;
}

/* A minor, and the permanent of its absolute values. */
struct minor {
    long double value, size;
};

/*
 * The minor without row i and column j, by Laplace's expansion along its *last* row
 * with every set of columns once: of[S] is that of the first |S| rows that are left and
 * the columns S. In long double: its own error is 2^-11 of the bound below.
 */
static struct minor minor_of(const program *p, size_t i, size_t j, struct minor *of)
{
    const size_t l = p->size, sets = (size_t)1 << l, hole = (size_t)1 << j;
    of[0] = (struct minor){1, 1};
    for (size_t set = 1; set < sets; set++) {
        if (set & hole) continue;
        size_t columns = 0, above = 0;
        for (size_t c = 0; c < l; c++) columns += set >> c & 1;
        if (columns == l) continue;
        const size_t row = columns - 1 < i ? columns - 1 : columns;
        struct minor sum = {0, 0};
        for (size_t c = l; c-- > 0;) {
            if (!(set >> c & 1)) continue;
            const long double a = (long double)p->x[row * l + c];
            const struct minor rest = of[set ^ (size_t)1 << c];
            sum.value += (above % 2 == 0 ? a : -a) * rest.value;
            sum.size += fabsl(a) * rest.size;
            above++;
        }
        of[set] = sum;
    }
    return of[(sets - 1) ^ hole];
}

/*
 * df/da_ij = (-1)^(i+j) minor_ij. Every product of entries in it takes 2l products and
 * at most l^2 / 2 additions in the minors, and at most (l-1)! contributions are added
 * to a leaf: so many u of the permanent, of which e has two. f = sum a_0j df/da_0j.
 */
static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    const size_t l = p->size;
    struct minor *of = calloc((size_t)1 << l, sizeof *of);
    if (of == NULL) return false;
    double roundings = (double)(2 * l + l * l);
    double uses = 1;
    for (size_t k = 2; k < l; k++) uses *= (double)k;
    struct minor f = {0, 0};
    for (size_t i = 0; i < l * l; i++) {
        const struct minor m = minor_of(p, i / l, i % l, of);
        const long double slope = (i / l + i % l) % 2 == 0 ? m.value : -m.value;
        g[i] = (double)slope;
        bound[i] = (roundings + uses) * DBL_EPSILON * (double)m.size;
        if (i >= l) continue;
        f.value += (long double)p->x[i] * slope;
        f.size += fabsl((long double)p->x[i]) * m.size;
    }
    *value = (double)f.value;
    *value_bound = roundings * DBL_EPSILON * (double)f.size;
    free(of);
    return true;
}

static const size_t sizes[] = {3, 5, 6, 7, 8, 9, 0};

const program_kind det_kind = {.name = "det",
                               .formula =
                                   "f(A) = a[0][0] minor[0] - a[0][1] minor[1] + ...",
                               .size_means = "rows",
                               .witness = "closed form: cofactors",
                               .sizes = sizes,
                               .quick = 4,
                               .open = open,
                               .close = program_close,
                               .gradient = gradient,
                               PROGRAM_INSTANCES};
