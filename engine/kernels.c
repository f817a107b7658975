/*
 * The kernels: kernels.inc for three instruction sets of x86-64, and a choice at each
 * call, which is a load and a compare; two doubles at a time elsewhere.
 *
 * Measured on 64 x 64 and 256 x 256: 512-bit vectors take 0.5 to 0.65 of the time of
 * 128-bit ones backward and 0.65 to 0.95 forward, where memory is the limit; rows four
 * at a time 0.6 to 0.95 of rows one by one; eight, for which 512 bits have the
 * registers, 0.95 of four backward at 64, but 1.04 forward. Twice as many partial sums
 * won nothing. Nor would multiplying and adding in one instruction, and it would cost
 * the equal bits.
 */
#include "kernels.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { LANES = 16 };

/* Loops of a constant length over registers: they must vanish, also with -O2. */
#define UNROLL _Pragma("GCC unroll 16")

#define WIDTH 2
#define ROWS 1
#define ROWS_BACK 1
#define TARGET
#define KERNEL(name) name##_sse2
#include "kernels.inc"

#if defined __x86_64__ && defined __GNUC__
#include <immintrin.h>

/* Whether a bit of u is set takes one instruction, which vectors in C cannot say. */
#define WIDTH 4
#define ROWS 2
#define ROWS_BACK 2
#define TARGET __attribute__((target("avx2")))
#define ANY(u) (!_mm256_testz_si256((__m256i)(u), (__m256i)(u)))
#define KERNEL(name) name##_avx2
#include "kernels.inc"

#define WIDTH 8
#define ROWS 4
#define ROWS_BACK 8
#define TARGET __attribute__((target("avx512f")))
#define ANY(u) (_mm512_test_epi64_mask((__m512i)(u), (__m512i)(u)) != 0)
#define KERNEL(name) name##_avx512
#include "kernels.inc"

#define BEST(name)                                                                     \
    (__builtin_cpu_supports("avx512f") ? name##_avx512                                 \
     : __builtin_cpu_supports("avx2")  ? name##_avx2                                   \
                                       : name##_sse2)
#else
#define BEST(name) name##_sse2
#endif

double ad_kernel_sum(size_t n, const double *x) { return BEST(sum)(n, x); }

double ad_kernel_dot(size_t n, const double *x, const double *y)
{
    return BEST(dot)(n, x, y);
}

size_t ad_kernel_run_back(const ad_run *run, double g, bool keep)
{
    return BEST(run_back)(run, g, keep);
}

void ad_kernel_add(size_t n, double a, double *y) { BEST(add)(n, a, y); }

void ad_kernel_axpy(size_t n, double a, const double *x, double *y)
{
    BEST(axpy)(n, a, x, y);
}

void ad_kernel_dots_back(size_t n, ptrdiff_t row, const double *g, const double *w,
                         const double *x, double *aw, double *ax)
{
    BEST(dots_back)(n, row, g, w, x, aw, ax);
}

static bool overlap(const double *x, size_t n, const double *y, size_t m)
{
    const uintptr_t a = (uintptr_t)x, b = (uintptr_t)y;
    return a < b ? b - a < n * sizeof *x : a - b < m * sizeof *y;
}

/* Where the ranges overlap, an adjoint gets two additions, and WIDTH would decide which
 * is first: there, one item after the other. */
void ad_kernel_dot_back(size_t n, double g, const double *x, const double *y,
                        double *ax, double *ay)
{
    if (!overlap(ax, n, ay, n)) {
        BEST(dot_back)(n, g, x, y, ax, ay);
    } else if (ax == ay) {
        ad_kernel_axpy(n, g, y, ax);
        ad_kernel_axpy(n, g, x, ay);
    } else {
        for (size_t k = 0; k < n; k++) {
            ax[k] += g * y[k];
            ay[k] += g * x[k];
        }
    }
}

void ad_kernel_affine(const ad_affine *map, const double *w, const double *x,
                      const double *b, double *z)
{
    BEST(affine)(map, w, x, b, z);
}

void ad_kernel_affine_back(const ad_affine *map, const double *g, const double *w,
                           const double *x, double *aw, double *ax, double *ab)
{
    const size_t m = map->m, n = map->n;
    if (m == 0 || ax == NULL || !overlap(ax, n, aw, (m - 1) * map->row + n)) {
        BEST(affine_back)(map, g, w, x, aw, ax, ab);
        return;
    }
    for (size_t j = 0; j < m; j++) {
        if (g[j] == 0) continue;
        ad_kernel_dot_back(n, g[j], w + j * map->row, x, aw + j * map->row, ax);
        ab[j * map->step] += g[j];
    }
}

void ad_kernel_affine_first(const ad_affine *map, const double *g, const double *w,
                            const double *x, double *aw, double *ax, double *ab)
{
    BEST(affine_first)(map, g, w, x, aw, ax, ab);
}
