/* gradyno check: every operation of both engines against finite differences. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results.h"
#include "bench/verbs.h"
#include "verify/row_check.h"

static const char help[] =
    "usage: gradyno check [OPTION...] [OP...]\n"
    "\n"
    "Holds the gradient of every operation (or of those named) on both engines "
    "against\n"
    "finite differences of its value, at sampled points, with an incoming gradient of "
    "3.\n"
    "\n"
    "  --points N  points an operation and engine (default 40)\n"
    "  --seed N    of the sample (default 1)\n"
    "  --out DIR   also write DIR/check.tsv\n"
    "\n"
    "exit status: 0 all hold, 1 one fails or stays inconclusive, 2 wrong usage\n";

typedef struct check_request {
    bool wanted[AD_OP_count];
    size_t points;
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
    static const struct option options[] = {{"points", required_argument, NULL, 'p'},
                                            {"seed", required_argument, NULL, 's'},
                                            {"out", required_argument, NULL, 'o'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    uint64_t n;
    for (int o; (o = getopt_long(argc, argv, "h", options, NULL)) != -1;) switch (o) {
        case 'p':
            if (!parse_count(optarg, "--points", 1, &n)) return EXIT_USAGE;
            request->points = n;
            break;
        case 's':
            if (!parse_count(optarg, "--seed", 0, &request->seed)) return EXIT_USAGE;
            break;
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

static void print_point(FILE *out, const row_check *r)
{
    static const char letters[] = "xyw";
    for (int i = 0; i < ad_ops[r->op].operands; i++)
        fprintf(out, "%s%c=%.4g", i == 0 ? "" : " ", letters[i], r->worst_at[i]);
    if (ad_ops[r->op].constants != 0)
        fprintf(out, " c=%.4g", r->worst_at[AD_MAX_OPERANDS]);
}

static const char *verdict(const row_check *r)
{
    return r->failed > 0 ? "FAIL" : r->inconclusive > 0 ? "inconclusive" : "pass";
}

static void print_row(const row_check *r)
{
    printf("%-12s %-6s %6zu %6zu %6zu   %8.1e   %-12s ", ad_ops[r->op].name, r->engine,
           r->passed, r->failed, r->inconclusive, r->worst, verdict(r));
    print_point(stdout, r);
    putchar('\n');
}

static void write_tsv_row(FILE *out, const row_check *r)
{
    fprintf(out, "%s\t%s\t%zu\t%zu\t%zu\t%zu\t%.17g\t", ad_ops[r->op].name, r->engine,
            r->points, r->passed, r->failed, r->inconclusive, r->worst);
    print_point(out, r);
    fprintf(out, "\t%s\n", r->failed > 0 ? "fail" : verdict(r));
}

int verb_check(int argc, char **argv)
{
    check_request request = {.points = 40, .seed = 1};
    bool done = false;
    const int status = parse(argc, argv, &request, &done);
    if (done || status != EXIT_HELD) return status;

    results_file tsv = {0};
    if (request.out != NULL && !results_open(&tsv, request.out, "check.tsv"))
        return EXIT_USAGE;
    if (tsv.stream != NULL)
        fputs("op\tengine\tpoints\tpassed\tfailed\tinconclusive\tworst\tat\tverdict\n",
              tsv.stream);

    static const char *const engines[] = {"graph", "tape"};
    size_t passed = 0, failed = 0, inconclusive = 0;
    printf("operation    engine   pass   fail  incon.     worst   verdict      at\n");
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        for (size_t e = 0; e < 2 && request.wanted[op]; e++) {
            const row_check r =
                row_check_run((ad_op)op, engines[e], request.points, request.seed);
            if (r.out_of_memory) {
                fputs("gradyno check: out of memory\n", stderr);
                results_discard(&tsv);
                return EXIT_USAGE;
            }
            print_row(&r);
            if (tsv.stream != NULL) write_tsv_row(tsv.stream, &r);
            if (r.failure[0] != '\0') printf("    %s\n", r.failure);
            passed += r.passed;
            failed += r.failed;
            inconclusive += r.inconclusive;
        }
    }
    if (tsv.stream != NULL && !results_close(&tsv)) return EXIT_USAGE;
    printf("worst: the largest relative distance of a gradient that passed from its "
           "difference\n%zu passed, %zu failed",
           passed, failed);
    if (inconclusive > 0) printf(", %zu inconclusive", inconclusive);
    putchar('\n');
    return failed + inconclusive > 0 ? EXIT_FAILED : EXIT_HELD;
}
