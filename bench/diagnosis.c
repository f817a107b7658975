/* Warnings, with advice. */
#include "bench/diagnosis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t slow_first_run(const cell *c, const series *s, const char *indent,
                             FILE *out)
{
    const double times = s->first_ns / s->figure.median;
    if (!(times > 20) || !(s->first_ns > 1e6) || c->rounds == 0) return 0;
    fprintf(out,
            "%s%s: the first %s took %.0f times the median: in a program that needs "
            "one gradient, expect that\n",
            indent, s->engine, s->phase, times);
    return 1;
}

static size_t modes(const cell *c, const series *s, const char *indent, FILE *out)
{
    if (!(two_modes(c->rounds, s->ns) > 6)) return 0;
    fprintf(out,
            "%s%s: the times have two modes, and the median is in one of them: the "
            "clock's speed or a neighbour changed; pin the program, and run longer\n",
            indent, s->engine);
    return 1;
}

/* Rounds that follow each other are alike: there is less in them than in as many
 * independent ones. */
static size_t drift(const cell *c, const comparison *r, const char *indent, FILE *out)
{
    const double limit = fmax(0.3, 3 / sqrt((double)c->rounds));
    if (strcmp(r->phase, "whole") != 0 || !(r->autocorrelation > limit)) return 0;
    fprintf(out,
            "%s%s / %s: a round's ratio tells the next one's (autocorrelation %.2f): "
            "the interval is too narrow; trust --processes more than rounds\n",
            indent, r->engine, r->over, r->autocorrelation);
    return 1;
}

static size_t disturbances(const cell *c, const char *indent, FILE *out)
{
    size_t disturbed = 0;
    for (size_t i = 0; i < c->serieses; i++) disturbed += c->series[i].disturbed;
    const double samples = (double)c->rounds * (double)c->serieses;
    if (!((double)disturbed > 0.25 * samples)) return 0;
    fprintf(out,
            "%sin %.0f%% of the samples the processor was taken away (they are kept, "
            "and marked): close other programs\n",
            indent, 100 * (double)disturbed / samples);
    return 1;
}

static size_t excess(const cell *c, const char *engine, const char *indent, FILE *out)
{
    const double x = cell_excess_of_phases(c, engine);
    if (!(fabs(x) > 0.15)) return 0;
    fprintf(out, "%sthe phases of the %s add up to %.0f%% %s than its whole\n", indent,
            engine, 100 * fabs(x), x > 0 ? "more" : "less");
    return 1;
}

size_t diagnosis_write(const cell *c, const char *indent, FILE *out)
{
    size_t sentences = 0;
    for (size_t i = 0; i < c->serieses; i++) {
        const series *s = &c->series[i];
        if (strcmp(s->phase, "whole") != 0 || cell_is_void(c, s->engine)) continue;
        sentences += slow_first_run(c, s, indent, out) + modes(c, s, indent, out) +
                     excess(c, s->engine, indent, out);
    }
    for (size_t i = 0; i < c->comparisons; i++)
        sentences += drift(c, &c->comparison[i], indent, out);
    sentences += disturbances(c, indent, out);
    if (c->audit.subnormals > 0)
        sentences++, fprintf(out,
                             "%s%zu adjoints are subnormal: they multiply many times "
                             "slower\n",
                             indent, c->audit.subnormals);
    if (c->audit.not_finite > 0)
        sentences++, fprintf(out, "%s%zu adjoints are not finite\n", indent,
                             c->audit.not_finite);
    if (c->short_of_rounds)
        sentences++, fprintf(out, "%sonly %zu rounds: fewer than the rule asks for\n",
                             indent, c->rounds);
    return sentences;
}
