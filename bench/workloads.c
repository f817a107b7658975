/* The list of workloads. */
#include "bench/workloads.h"

#include <string.h>

#include "verify/programs/moons.h"

static const size_t moons_sizes[] = {MOONS_STEPS, 0};

const program_kind moons_kind = {
    .name = "moons",
    .formula = "micrograd's demo: a training run, 100 steps on 100 points",
    .size_means = "steps",
    .witness = "published losses",
    .sizes = moons_sizes,
    .quick = 1,
};

static const workload own[] = {
    {&bench_mlp_kind, NULL, true, NULL},
    {&moons_kind, NULL, true, NULL},
    {&subnormal_kind, &normal_kind, false, NULL},
};
enum { OWN = sizeof own / sizeof *own };

/* A program of a name of ours is ours. */
static bool is_own(const program_kind *kind)
{
    for (size_t i = 0; i < OWN; i++)
        if (strcmp(own[i].kind->name, kind->name) == 0) return true;
    return false;
}

size_t workloads_count(void)
{
    size_t n = OWN;
    for (size_t i = 0; i < programs_count; i++) n += !is_own(programs[i]);
    return n;
}

workload workload_at(size_t k)
{
    if (k < OWN) return own[k];
    size_t n = OWN;
    for (size_t i = 0; i < programs_count; i++)
        if (!is_own(programs[i]) && n++ == k)
            return (workload){programs[i], NULL, true, NULL};
    return own[0];
}

size_t workload_named(const char *name, size_t length)
{
    const size_t count = workloads_count();
    for (size_t k = 0; k < count; k++) {
        const char *own_name = workload_at(k).kind->name;
        if (strlen(own_name) == length && strncmp(own_name, name, length) == 0)
            return k;
    }
    return count;
}
