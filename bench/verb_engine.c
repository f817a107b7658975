/* gradyno engine: the conformance kit on somebody's engine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/verbs.h"
#include "verify/kit/kit.h"
#include "verify/kit/own_engine.h"

int verb_engine(int argc, char **argv)
{
    engine_file f;
    (void)argc;
    if (!strcmp(argv[1], "graph"))
        engine_file_give(&f, &own_engine_graph);
    else if (!strcmp(argv[1], "tape"))
        engine_file_give(&f, &own_engine_tape);
    else
        switch (engine_file_open(&f, argv[1])) {
        case ENGINE_FILE_OPEN: break;
        case ENGINE_FILE_UNUSABLE:
            fprintf(stderr, "gradyno engine: %s\n", f.why_not);
            return 2;
        case ENGINE_FILE_NOT_BUILT:
            fprintf(stderr, "gradyno engine: %s\n", f.why_not);
            return 3;
        }
    kit k;
    if (!kit_open(&k, &f, (kit_options){.seed = 1, .only = argc > 2 ? argv[2] : NULL}))
        return 2;
    const int v = kit_run(&k);
    for (size_t i = 0; i < k.n; i++)
        printf("%-22s %-6s %-45s %.3f %s\n", k.finding[i].id,
               finding_status_name(k.finding[i].status), k.finding[i].title,
               k.finding[i].seconds, k.finding[i].text);
    const kit_count c = kit_count_of(&k);
    printf("%zu passed, %zu failed, %zu skipped\n", c.passed, c.failed, c.skipped);
    kit_close(&k);
    engine_file_close(&f);
    return v;
}
