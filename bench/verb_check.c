/* gradyno check: every operation of both engines against MPFR and finite differences.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/check_table.h"
#include "bench/results.h"
#include "bench/verbs.h"

static const char help[] =
    "usage: gradyno check [OPTION...] [OP...]\n"
    "\n"
    "Grades the value and every partial derivative of every operation (or of those\n"
    "named) in ulps, against MPFR, at sampled points and then uphill from the worst "
    "of\n"
    "them; and holds the gradients of both engines against finite differences, with "
    "an\n"
    "incoming gradient of 3. A partial may be off by 4 ulps.\n"
    "\n"
    "  --points N  points at which each is graded (default 300)\n"
    "  --soak      a million points, and a longer way uphill: hours for all "
    "operations\n"
    "  --seed N    of the sample (default 1)\n"
    "  --out DIR   also write DIR/check.tsv\n"
    "\n"
    "exit status: 0 all hold, 1 one fails or stays inconclusive, 2 wrong usage\n";

enum {
    POINTS = 300,
    EFFORT = 150,
    SOAK_POINTS = 1000000,
    SOAK_EFFORT = 20000,
    DIFFERENCE_POINTS = 40 /* at most: a difference costs more, and sees less */
};

typedef struct check_request {
    bool wanted[AD_OP_count];
    size_t points; /* 0: the default */
    bool soak;
    uint64_t seed;
    const char *out;
} check_request;

static bool parse_count(const char *text, const char *option, uint64_t least,
                        uint64_t *n)
{
    char *end;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    if (errno == 0 && end != text && *end == '\0' && text[0] != '-' && value >= least) {
        *n = value;
        return true;
    }
    fprintf(stderr, "gradyno check: %s takes a whole number from %llu on, not '%s'\n",
            option, (unsigned long long)least, text);
    return false;
}

/* EXIT_HELD to go on, anything else is the exit status. */
static int parse(int argc, char **argv, check_request *request, bool *done)
{
    static const struct option options[] = {
        {"points", required_argument, NULL, 'p'}, {"soak", no_argument, NULL, 'k'},
        {"seed", required_argument, NULL, 's'},   {"out", required_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},         {0}};
    uint64_t n;
    for (int o; (o = getopt_long(argc, argv, "h", options, NULL)) != -1;) switch (o) {
        case 'p':
            if (!parse_count(optarg, "--points", 1, &n)) return EXIT_USAGE;
            request->points = n;
            break;
        case 's':
            if (!parse_count(optarg, "--seed", 0, &request->seed)) return EXIT_USAGE;
            break;
        case 'k': request->soak = true; break;
        case 'o': request->out = optarg; break;
        case 'h':
            fputs(help, stdout);
            *done = true;
            return EXIT_HELD;
        default: fputs("try: gradyno check --help\n", stderr); return EXIT_USAGE;
        }
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        request->wanted[op] = optind == argc;
    for (; optind < argc; optind++) {
        const ad_op op = ad_op_find(argv[optind]);
        if (op == AD_OP_count) {
            fprintf(stderr,
                    "gradyno check: no operation '%s' (gradyno ops lists them)\n",
                    argv[optind]);
            return EXIT_USAGE;
        }
        request->wanted[op] = true;
    }
    return EXIT_HELD;
}

static check_result judge(ad_op op, const check_request *request)
{
    const size_t points = request->points != 0 ? request->points
                          : request->soak      ? SOAK_POINTS
                                               : POINTS;
    const size_t differences = points < DIFFERENCE_POINTS ? points : DIFFERENCE_POINTS;
    check_result r = {
        .difference = {row_check_run(op, "graph", differences, request->seed),
                       row_check_run(op, "tape", differences, request->seed)}};
#ifdef HAVE_mpfr
    const grade_options options = {.points = points,
                                   .seed = request->seed,
                                   .effort = request->soak ? SOAK_EFFORT : EFFORT};
    grade_run(op, options, &r.report);
#endif
    return r;
}

int verb_check(int argc, char **argv)
{
    check_request request = {.seed = 1};
    bool done = false;
    const int status = parse(argc, argv, &request, &done);
    if (done || status != EXIT_HELD) return status;

    results_file tsv = {0};
    if (request.out != NULL && !results_open(&tsv, request.out, "check.tsv"))
        return EXIT_USAGE;
    if (tsv.stream != NULL) check_tsv_head(tsv.stream);

    check_count count = {0};
    check_table_head(stdout);
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        if (!request.wanted[op]) continue;
        const check_result r = judge((ad_op)op, &request);
        if (r.difference[0].out_of_memory || r.difference[1].out_of_memory) {
            fputs("gradyno check: out of memory\n", stderr);
            results_discard(&tsv);
            return EXIT_USAGE;
        }
        check_table_print(stdout, &r, &count);
        fflush(stdout); /* each operation takes its time */
        if (tsv.stream != NULL) check_tsv_print(tsv.stream, &r);
    }
    if (tsv.stream != NULL && !results_close(&tsv)) return EXIT_USAGE;
    check_table_foot(stdout, &count);
    return count.failed + count.inconclusive > 0 ? EXIT_FAILED : EXIT_HELD;
}
