/* gradyno engine: the conformance kit on somebody's engine. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/engine_report.h"
#include "bench/verbs.h"
#include "verify/kit/isolate.h"
#include "verify/kit/own_engine.h"

static const char help[] =
    "usage: gradyno engine [OPTION...] FILE.so | FILE.c | 'proc:COMMAND' | graph | "
    "tape\n"
    "       gradyno engine --explain CODE\n"
    "\n"
    "Says whether an autograd engine of yours is right, and names the mistake where it "
    "is\n"
    "not. It fills a struct of <gradyno/engine.h>: engine/examples/engine_starter.c "
    "does.\n"
    "A FILE.c (.cc, .cpp) is compiled first, with $CFLAGS ($CXXFLAGS); the header is "
    "found.\n"
    "COMMAND answers JSON lines (verify/kit/PROTOCOL.md). graph and tape are ours.\n"
    "\n"
    "  --quick      under 5 s: smaller sizes, fewer programs\n"
    "  --only ID    a lesson (4), or one thing (3.1, 2.tanh, 5.chain): what a message "
    "says\n"
    "  --strict     digits lost at extreme inputs, and limits, are failures\n"
    "  --seed N     of points and random programs (default 1)\n"
    "  --hint N     the hint shown: 1 to 3, each says more than the one before; 0: "
    "none\n"
    "  --reveal W   what a message shows: none, input, expected, all (default)\n"
    "  --terse      a line for each failure\n"
    "  --json       a JSON object a line for each thing that was tried\n"
    "  --junit FILE also write JUnit XML\n"
    "  --explain G  the page on a mistake, such as G07\n"
    "  --exit-zero  exit with 0 whatever was found, if it could be run\n"
    "\n"
    "exit status: 0 conforms, 1 wrong, 2 cannot be loaded or wrong usage,\n"
    "             3 it crashed, hung or did not build\n";

typedef struct engine_request {
    kit_options kit;
    int hint;
    message_reveal reveal;
    bool terse, json, exit_zero;
    const char *junit, *explain;
} engine_request;

/* ---- Options --------------------------------------------------------------------- */

static bool wrong(const char *option, const char *takes, const char *text)
{
    fprintf(stderr, "gradyno engine: %s takes %s, not '%.60s'\n", option, takes, text);
    return false;
}

static bool read_reveal(const char *text, message_reveal *reveal)
{
    static const char *const names[] = {"all", "none", "input", "expected"};
    for (int i = 0; i < 4; i++)
        if (strcmp(text, names[i]) == 0) {
            *reveal = (message_reveal)i;
            return true;
        }
    return wrong("--reveal", "none, input, expected or all", text);
}

static bool read_hint(const char *text, int *hint)
{
    if (text[0] < '0' || text[0] > '3' || text[1] != '\0')
        return wrong("--hint", "0, 1, 2 or 3", text);
    *hint = text[0] == '0' ? -1 : text[0] - '0';
    return true;
}

static bool read_seed(const char *text, uint64_t *seed)
{
    char *end;
    errno = 0;
    *seed = strtoull(text, &end, 10);
    return (errno == 0 && end != text && *end == '\0' && text[0] != '-') ||
           wrong("--seed", "a whole number", text);
}

static bool read_option(int o, engine_request *r)
{
    switch (o) {
    case 'q': return r->kit.quick = true;
    case 's': return r->kit.strict = true;
    case 'o': r->kit.only = optarg; return true;
    case 'n': return read_seed(optarg, &r->kit.seed);
    case 't': return r->terse = true;
    case 'i': return read_hint(optarg, &r->hint);
    case 'r': return read_reveal(optarg, &r->reveal);
    case 'e': r->explain = optarg; return true;
    case 'j': return r->json = true;
    case 'u': r->junit = optarg; return true;
    case 'z': return r->exit_zero = true;
    default: return false;
    }
}

/* ---- Running --------------------------------------------------------------------- */

static int write_junit(const char *path, const engine_report *report)
{
    FILE *out = fopen(path, "w");
    bool written = out != NULL;
    if (written) {
        engine_report_junit(out, report);
        written = !ferror(out);
        written &= fclose(out) == 0;
    }
    if (written) return EXIT_HELD;
    fprintf(stderr, "gradyno engine: %s cannot be written: %s\n", path,
            strerror(errno));
    return EXIT_USAGE;
}

static int run(const engine_request *r, engine_file *f, const char *engine)
{
    kit k;
    if (!kit_open(&k, f, r->kit)) {
        fputs("gradyno engine: out of memory\n", stderr);
        return EXIT_USAGE;
    }
    const kit_verdict verdict = kit_run(&k);
    int status = (int)verdict;
    const engine_report report = {&k, engine, r->reveal, r->hint};
    if (k.out_of_memory) {
        fputs("gradyno engine: out of memory\n", stderr);
        status = EXIT_USAGE;
    } else if (verdict == KIT_UNUSABLE) {
        fprintf(stderr, "gradyno engine: %s: %s\n", engine, k.finding[0].text);
    } else if (k.n == 0) {
        fprintf(stderr, "gradyno engine: there is nothing called '%.60s'\n",
                r->kit.only);
        status = EXIT_USAGE;
    }
    if (k.n > 0 && verdict != KIT_UNUSABLE)
        (r->json    ? engine_report_json
         : r->terse ? engine_report_terse
                    : engine_report_table)(stdout, &report);
    if (r->exit_zero && verdict != KIT_UNUSABLE) status = EXIT_HELD;
    if (r->junit != NULL && write_junit(r->junit, &report) != EXIT_HELD)
        status = EXIT_USAGE;
    kit_close(&k);
    return status;
}

static int open_and_run(const engine_request *r, const char *engine)
{
    engine_file f;
    engine_file_status opened = ENGINE_FILE_OPEN;
    if (strcmp(engine, "graph") == 0)
        engine_file_give(&f, &own_engine_graph);
    else if (strcmp(engine, "tape") == 0)
        engine_file_give(&f, &own_engine_tape);
    else
        opened = engine_file_open(&f, engine);
    int status = opened == ENGINE_FILE_NOT_BUILT ? 3 : EXIT_USAGE;
    if (opened == ENGINE_FILE_OPEN)
        status = run(r, &f, engine);
    else
        fprintf(stderr, "gradyno engine: %s\n", f.why_not);
    engine_file_close(&f);
    return status;
}

/*
 * Memory that was freed is spoilt by M_PERTURB (ride.c), which does not reach the small
 * blocks that glibc keeps for each thread. It keeps none where a program was started so,
 * and nobody is to inherit that. (A free of our own would be in the way of the graph, whose
 * nodes are freed one by one.) argv[-1] is the program's name.
 */
static void start_without_thread_blocks(char **argv)
{
#if defined __GLIBC__ && !ISOLATION_UNDER_ASAN
    static const char name[] = "GLIBC_TUNABLES",
                      value[] = "glibc.malloc.tcache_count=0";
    const char *is = getenv(name);
    if (is != NULL && strcmp(is, value) == 0) unsetenv(name);
    if (is != NULL || setenv(name, value, 1) != 0) return;
    execv("/proc/self/exe", argv - 1);
    unsetenv(name);
#else
    (void)argv;
#endif
}

int verb_engine(int argc, char **argv)
{
    static const struct option options[] = {{"quick", no_argument, NULL, 'q'},
                                            {"strict", no_argument, NULL, 's'},
                                            {"only", required_argument, NULL, 'o'},
                                            {"seed", required_argument, NULL, 'n'},
                                            {"terse", no_argument, NULL, 't'},
                                            {"hint", required_argument, NULL, 'i'},
                                            {"reveal", required_argument, NULL, 'r'},
                                            {"explain", required_argument, NULL, 'e'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"junit", required_argument, NULL, 'u'},
                                            {"exit-zero", no_argument, NULL, 'z'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    engine_request r = {.kit.seed = 1, .hint = 1};
    start_without_thread_blocks(argv);
    optind = 1;
    for (int o; (o = verb_option(argc, argv, options, "")) != -1;) {
        if (o == 'h') {
            fputs(help, stdout);
            return EXIT_HELD;
        }
        if (!read_option(o, &r)) return EXIT_USAGE;
    }
    if (r.explain != NULL) {
        if (message_explain(stdout, r.explain)) return EXIT_HELD;
        fprintf(stderr, "gradyno engine: there is no mistake '%.20s'\n", r.explain);
        return EXIT_USAGE;
    }
    if (optind + 1 != argc) {
        fputs(optind == argc ? "gradyno engine: takes a FILE.so, FILE.c or proc:COMMAND"
                             : "gradyno engine: takes one engine at a time",
              stderr);
        fputs(" (gradyno engine --help)\n", stderr);
        return EXIT_USAGE;
    }
    return open_and_run(&r, argv[optind]);
}
