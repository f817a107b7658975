/* gradyno env: what is written into every result file. */
#include <stdbool.h>
#include <stdio.h>

#include "bench/records.h"
#include "bench/verbs.h"

static const char help[] =
    "usage: gradyno env [--json]\n"
    "\n"
    "Prints what a figure depends on beside the code: it is written into every result\n"
    "file. Two runs with the same `comparable` measured on the same ground.\n"
    "\n"
    "  --json  one JSON object\n";

int verb_env(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
    bool json = false;
    optind = 1;
    for (int o; (o = verb_option(argc, argv, options, "")) != -1;) switch (o) {
        case 'j': json = true; break;
        case 'h': fputs(help, stdout); return EXIT_HELD;
        default: return EXIT_USAGE;
        }
    if (optind < argc) {
        fprintf(stderr, "gradyno env: takes no argument '%.60s'\n", argv[optind]);
        return EXIT_USAGE;
    }
    const stopwatch clock = stopwatch_monotonic();
    environment e;
    environment_read(&e, &clock);
    if (json) environment_json(stdout, &e);
    for (size_t i = 0; i < e.count && !json; i++)
        printf("%-20s %s\n", e.field[i].key, e.field[i].value);
    return EXIT_HELD;
}
