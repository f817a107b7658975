/* gradyno check: every operation of both engines against MPFR and finite differences.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/check_table.h"
#include "bench/results.h"
#include "bench/verb_calibration.h"
#include "bench/verb_mutants.h"
#include "bench/verbs.h"
#include "verify/dag_check.h"

static const char help[] =
    "usage: gradyno check [OPTION...] [OP...]\n"
    "       gradyno check --mutants [--seed N] [--out DIR]\n"
    "       gradyno check --calibration [--seed N] [--out DIR]\n"
    "\n"
    "Grades the value and every partial derivative of every operation (or of those\n"
    "named) in ulps, against MPFR, at sampled points and then uphill from the worst\n"
    "of them; and holds the gradients of both engines against finite differences,\n"
    "with an incoming gradient of 3. A partial may be off by 4 ulps. Then every\n"
    "operation at its edges (zeros, infinities, NaN, kinks, ends of domains, ...),\n"
    "and, where no operation is named, random programs.\n"
    "\n"
    "With --mutants instead: breaks the engines in every way that is known to happen,\n"
    "and shows which check notices. With --calibration: holds the checker's own error\n"
    "bounds against derivatives that are known, on random formulas.\n"
    "\n"
    "  --points N     points at which each is graded (default 500, at most 10000000)\n"
    "  --soak         a million points, and a longer way uphill: hours for all\n"
    "                 operations; with --points that many, and the long way uphill\n"
    "  --mutants      the test of the tests\n"
    "  --calibration  the test of the error bounds\n"
    "  --seed N       of the sample (default 1)\n"
    "  --out DIR      also write DIR/check.tsv, mutants.tsv or calibration.tsv\n"
    "\n"
    "exit status: 0 all hold, 1 one fails or stays inconclusive, 2 wrong usage\n";

enum {
    POINTS = 500,
    EFFORT = 200,
    SOAK_POINTS = 1000000,
    SOAK_EFFORT = 20000,
    DIFFERENCE_POINTS = 40, /* at most: a difference costs more, and sees less */
    MOST_POINTS = 10000000,
    PROGRAMS = 2000,
    EXACT_EVERY = 10, /* programs: MPFR is asked about one of them */
    MOST_OPERATIONS = 60,
    MOST_EXACT = 12,       /* operations of such a one */
    SHOWN = 5,             /* programs that disagree are shrunk and printed */
    SHRINK_BUDGET = 300000 /* items, for each */
};

typedef struct check_request {
    bool wanted[AD_OP_count], all;
    size_t points; /* 0: the default */
    bool soak, mutants, calibration;
    uint64_t seed;
    const char *out;
} check_request;

static bool parse_count(const char *text, const char *option, uint64_t least,
                        uint64_t most, uint64_t *n)
{
    char *end;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    if (errno == 0 && end != text && *end == '\0' && isdigit((unsigned char)text[0]) &&
        value >= least && value <= most) {
        *n = value;
        return true;
    }
    fprintf(stderr,
            "gradyno check: %s takes a whole number from %llu to %llu, not '%s'\n",
            option, (unsigned long long)least, (unsigned long long)most, text);
    return false;
}

/* EXIT_HELD to go on, anything else is the exit status. */
static int parse(int argc, char **argv, check_request *request, bool *done)
{
    static const struct option options[] = {{"points", required_argument, NULL, 'p'},
                                            {"soak", no_argument, NULL, 'k'},
                                            {"seed", required_argument, NULL, 's'},
                                            {"out", required_argument, NULL, 'o'},
                                            {"mutants", no_argument, NULL, 'm'},
                                            {"calibration", no_argument, NULL, 'c'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    uint64_t n;
    optind = 1;
    for (int o; (o = verb_option(argc, argv, options, "")) != -1;) switch (o) {
        case 'p':
            if (!parse_count(optarg, "--points", 1, MOST_POINTS, &n)) return EXIT_USAGE;
            request->points = n;
            break;
        case 's':
            if (!parse_count(optarg, "--seed", 0, UINT64_MAX, &request->seed))
                return EXIT_USAGE;
            break;
        case 'k': request->soak = true; break;
        case 'm': request->mutants = true; break;
        case 'c': request->calibration = true; break;
        case 'o':
            request->out = optarg;
            if (optarg[0] != '\0') break;
            fputs("gradyno check: --out takes a folder, not ''\n", stderr);
            return EXIT_USAGE;
        case 'h':
            fputs(help, stdout);
            *done = true;
            return EXIT_HELD;
        default: return EXIT_USAGE;
        }
    if ((request->mutants || request->calibration) && optind < argc) {
        fprintf(stderr, "gradyno check: --%s is of no operation, so not of '%s'\n",
                request->mutants ? "mutants" : "calibration", argv[optind]);
        return EXIT_USAGE;
    }
    if (request->mutants && request->calibration) {
        fputs("gradyno check: --mutants or --calibration, one of the two\n", stderr);
        return EXIT_USAGE;
    }
    request->all = optind == argc;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        request->wanted[op] = request->all;
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

/* ---- The parts ------------------------------------------------------------------- */

/* Operation by operation. False, and said, when memory is out. */
static bool print_operations(const check_request *request, FILE *tsv,
                             check_count *count)
{
    check_table_head(stdout);
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        if (!request->wanted[op]) continue;
        const check_result r = judge((ad_op)op, request);
        if (r.difference[0].out_of_memory || r.difference[1].out_of_memory) {
            fputs("gradyno check: out of memory\n", stderr);
            return false;
        }
        check_table_print(stdout, &r, count);
        fflush(stdout); /* each operation takes its time */
        if (tsv != NULL) check_tsv_print(tsv, &r);
    }
    check_table_foot(stdout);
    return true;
}

static void print_edges(const check_request *request, FILE *tsv, check_count *count)
{
    check_edges_head(stdout);
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        if (!request->wanted[op]) continue;
        edge_report r;
        edge_check_run((ad_op)op, NULL, &r);
        check_edges_print(stdout, &r, count);
        if (tsv != NULL) check_edges_tsv(tsv, &r);
    }
    check_edges_foot(stdout);
}

/* A program that disagrees, as small as it gets, and how to see it again. */
static void print_program(dag_checker *checker, dag *d, bool exact, uint64_t seed,
                          size_t number)
{
    dag_verdict verdict;
    dag_check_shrink(checker, d, seed + number, exact, SHRINK_BUDGET, &verdict);
    char *command = dag_command(d);
    printf("    program %zu (--seed %llu): %s\n      %s\n", number,
           (unsigned long long)seed, verdict.text, command != NULL ? command : "");
    free(command);
}

/* False, and said, when memory is out. */
static bool print_programs(const check_request *request, check_count *count)
{
    check_programs done = {0};
    dag_checker *checker = dag_checker_new();
    dag d = {0};
    bool enough = checker != NULL;
    for (size_t i = 0; i < PROGRAMS && enough; i++) {
        const uint64_t seed = request->seed + i;
        const bool exact = i % EXACT_EVERY == 0 && dag_checker_has_mpfr(checker);
        random_source random = {seed * 0x9e3779b97f4a7c15u};
        dag_random(&d, exact ? MOST_EXACT : MOST_OPERATIONS, &random);
        dag_verdict verdict;
        const bool agrees = dag_check(checker, &d, seed, exact, &verdict);
        enough = !verdict.out_of_memory;
        done.programs++;
        done.exact += exact;
        done.resolved += verdict.resolved;
        if (agrees || !enough) continue;
        if (done.disagreements++ < SHOWN)
            print_program(checker, &d, exact, request->seed, i);
    }
    dag_free(&d);
    dag_checker_free(checker);
    if (enough)
        check_programs_print(stdout, &done, count);
    else
        fputs("gradyno check: out of memory\n", stderr);
    return enough;
}

/* One of the two that write a file of their own. */
static int run_apart(const check_request *request, const char *file,
                     int run(FILE *tsv, uint64_t seed))
{
    results_file tsv = {0};
    if (request->out != NULL && !results_open(&tsv, request->out, file))
        return EXIT_USAGE;
    const int status = run(tsv.stream, request->seed);
    if (status == EXIT_USAGE) results_discard(&tsv);
    if (tsv.stream != NULL && !results_close(&tsv)) return EXIT_USAGE;
    return status;
}

int verb_check(int argc, char **argv)
{
    check_request request = {.seed = 1};
    bool done = false;
    const int status = parse(argc, argv, &request, &done);
    if (done || status != EXIT_HELD) return status;
    if (request.mutants) return run_apart(&request, "mutants.tsv", run_mutants);
    if (request.calibration)
        return run_apart(&request, "calibration.tsv", run_calibration);

    results_file tsv = {0};
    if (request.out != NULL && !results_open(&tsv, request.out, "check.tsv"))
        return EXIT_USAGE;
    if (tsv.stream != NULL) check_tsv_head(tsv.stream);

    check_count count = {0};
    if (!print_operations(&request, tsv.stream, &count)) {
        results_discard(&tsv);
        return EXIT_USAGE;
    }
    print_edges(&request, tsv.stream, &count);
    if (tsv.stream != NULL && !results_close(&tsv)) return EXIT_USAGE;
    if (request.all && !print_programs(&request, &count)) return EXIT_USAGE;
    check_count_print(stdout, &count);
    return count.failed + count.inconclusive > 0 ? EXIT_FAILED : EXIT_HELD;
}
