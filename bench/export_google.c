/* Google Benchmark's JSON. Names are ours, so no text needs to be escaped but the
 * environment's, of which only numbers and a date are written. */
#include "bench/export_google.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static long whole_number(const environment *e, const char *key)
{
    return strtol(environment_value(e, key), NULL, 10);
}

static void put_context(const environment *e, FILE *out)
{
    const char *governor = environment_value(e, "governor");
    const char *share = environment_value(e, "load");
    fprintf(out,
            "{\n  \"context\": {\n    \"date\": \"%s\",\n    \"host_name\": \"-\",\n"
            "    \"executable\": \"gradyno bench\",\n    \"num_cpus\": %ld,\n"
            "    \"mhz_per_cpu\": %ld,\n    \"cpu_scaling_enabled\": %s,\n"
            "    \"caches\": [],\n    \"load_avg\": [%.2f],\n"
            "    \"library_build_type\": \"%s\"\n  },\n  \"benchmarks\": [",
            environment_value(e, "date"), whole_number(e, "cores"),
            whole_number(e, "clock_mhz"),
            governor[0] == '-' || strcmp(governor, "performance") == 0 ? "false"
                                                                       : "true",
            strtod(share, NULL),
            strcmp(environment_value(e, "mode"), "release") == 0 ? "release" : "debug");
}

static void put_series(const cell *c, const series *s, FILE *out)
{
    fprintf(out,
            "\n    {\n      \"name\": \"%s/%zu/%s/%s\",\n"
            "      \"run_name\": \"%s/%zu/%s/%s\",\n"
            "      \"run_type\": \"iteration\",\n      \"repetitions\": %zu,\n"
            "      \"repetition_index\": 0,\n      \"threads\": 1,\n"
            "      \"iterations\": %zu,\n      \"real_time\": %.17g,\n"
            "      \"cpu_time\": %.17g,\n      \"time_unit\": \"ns\"\n    }",
            c->workload, c->size, s->engine, s->phase, c->workload, c->size, s->engine,
            s->phase, c->rounds, s->iterations * c->rounds, s->figure.median,
            s->figure.median);
}

void export_google(const bench_run *r, FILE *out)
{
    put_context(&r->environment, out);
    const char *comma = "";
    for (size_t i = 0; i < r->cells; i++) {
        const cell *c = r->cell[i];
        for (size_t k = 0; k < c->serieses; k++) {
            const series *s = &c->series[k];
            if (series_is_auxiliary(s) || c->rounds == 0 || !isfinite(s->figure.median))
                continue;
            fputs(comma, out);
            put_series(c, s, out);
            comma = ",";
        }
    }
    fputs("\n  ]\n}\n", out);
}
