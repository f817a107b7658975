/* gradyno expr: an expression's value and gradient, by graph, tape and difference. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bench/expr_sheet.h"
#include "bench/verbs.h"

static const char help[] =
    "usage: gradyno expr [OPTION...] EXPR [NAME=VALUE...]\n"
    "\n"
    "Prints the value of an expression and its gradient: by graph, by tape, and by a\n"
    "witness without calculus, with an error bound: quotients of its values in MPFR\n"
    "at 400 to 6400 bits; in a build without MPFR, differences in double.\n"
    "\n"
    "  gradyno expr 'a = w * x; tanh(a + b)' w=0.5 x=2 b=1\n"
    "\n"
    "EXPR is `name = e; name = e; ...; e`: C's operators with C's precedence (?: as\n"
    "well), C's functions and constants by their names, every row of `gradyno ops`,\n"
    "sum(e, ...). Every number is a double: 1/2 is 0.5. A name that nothing defines\n"
    "is an input, and wants a NAME=VALUE; VALUE may be an expression without inputs,\n"
    "as in x=-1/3.\n"
    "\n"
    "  --claim NAME=EXPR  judge a claimed derivative by that input, as in\n"
    "                     --claim 'w = x * (1 - square(tanh(w * x + b)))', and\n"
    "                     name the mistake where the numbers say it; repeatable.\n"
    "                     A formula is evaluated exactly, and must agree to\n"
    "                     rounding; a bare number, to what f in double can tell\n"
    "  --draw FILE        draw the graph, data and grad: .svg, .png, .pdf (Graphviz),\n"
    "                     .dot\n"
    "  --json             one JSON object a line; NaN and infinities are strings\n"
    "  --                 what follows is no option: for an EXPR that begins with -\n"
    "\n"
    "exit status: 0 all agree, 1 a gradient is wrong, 2 wrong usage or environment,\n"
    "3 inconclusive; with claims, they alone decide\n"
    "\n"
    "These functions of C have a value, for claims, and no gradient to be recorded:\n";

static void print_help(void)
{
    fputs(help, stdout);
    for (int k = 0; k < EXPR_FUNCTIONS; k++) {
        const struct expr_function *f = &expr_functions[k];
        if (f->instead != NULL && strncmp(f->name, "ad_", 3) != 0)
            printf("  %-10s write %s\n", f->name, f->instead);
    }
}

typedef struct request {
    const char *text;
    expr *e;
    double *x;   /* the point */
    bool *bound; /* whether it has been given yet */
    bool json;
    const char *draw;
    expr_claim *claim;
    size_t claims;
} request;

/* One sentence on stderr; false, so that it can be returned. */
#define complain(...)                                                                  \
    (fputs("gradyno expr: ", stderr), fprintf(stderr, __VA_ARGS__),                    \
     fputc('\n', stderr), false)

/* The sentence, the line and a caret. `what` is the argument in which it is. */
static bool complain_at(const char *what, const expr_error *error)
{
    return complain("%s%s\n  %s\n  %*s^", what, error->sentence, error->line,
                    (int)error->column, "");
}

/* Splits NAME=REST; the length of NAME, 0 if the text is not so. */
static size_t name_before_equals(const char *text, const char **rest)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    const size_t length = strspn(text, letters);
    const char *after = text + length + strspn(text + length, " \t");
    if (length == 0 || (text[0] >= '0' && text[0] <= '9') || after[0] != '=') return 0;
    *rest = after + 1;
    return length;
}

/* Which input has a name of that length, or e->inputs. */
static size_t find_input(const expr *e, const char *name, size_t length)
{
    size_t i = 0;
    while (i < e->inputs &&
           (strncmp(e->input[i], name, length) != 0 || e->input[i][length] != '\0'))
        i++;
    return i;
}

static bool is_statement(const expr *e, const char *name, size_t length)
{
    for (size_t i = 0; i < e->statements; i++)
        if (strncmp(e->statement[i].name, name, length) == 0 &&
            e->statement[i].name[length] == '\0')
            return true;
    return false;
}

/* What is written for what printf and Python call so; "" for any other name. */
static const char *better_name(const char *name)
{
    if (strcasecmp(name, "inf") == 0 || strcasecmp(name, "infinity") == 0)
        return ": write INFINITY";
    return strcasecmp(name, "nan") == 0 ? ": write NAN" : "";
}

/* NAME=VALUE */
static bool bind(request *r, const char *text)
{
    const char *rest;
    const size_t length = name_before_equals(text, &rest);
    const int shown = length < 60 ? (int)length : 60;
    if (length == 0)
        return complain(
            "'%.60s' is not NAME=VALUE (the expression comes first, in quotes)", text);
    const size_t i = find_input(r->e, text, length);
    if (i == r->e->inputs)
        return is_statement(r->e, text, length)
                   ? complain(
                         "%.*s is defined by the expression, and can not be given a "
                         "value too",
                         shown, text)
                   : complain("the expression has no input %.*s", shown, text);
    if (r->bound[i]) return complain("%.*s is given two values", shown, text);
    expr_error error;
    expr *value = expr_parse(rest, &error);
    if (value == NULL) {
        char what[80];
        snprintf(what, sizeof what, "the value of %.*s: ", shown, text);
        return complain_at(what, &error);
    }
    const bool is_constant = value->inputs == 0;
    if (is_constant)
        r->x[i] = expr_value(value, NULL);
    else
        (void)complain("the value of %.*s must be a number, and %.60s is none%s", shown,
                       text, value->input[0], better_name(value->input[0]));
    r->bound[i] = is_constant;
    expr_free(value);
    return is_constant;
}

static bool check_all_bound(const request *r)
{
    size_t missing = 0;
    for (size_t i = 0; i < r->e->inputs; i++) missing += !r->bound[i];
    if (missing == 0) return true;
    enum { NAMED = 8 }; /* a long expression may have a thousand */
    fprintf(stderr, "gradyno expr: no value for");
    const char *example = NULL;
    size_t named = 0;
    for (size_t i = 0; i < r->e->inputs && named < NAMED; i++)
        if (!r->bound[i]) {
            fprintf(stderr, "%s %.60s", named++ == 0 ? "" : ",", r->e->input[i]);
            if (example == NULL) example = r->e->input[i];
        }
    if (missing > NAMED) fprintf(stderr, " and %zu more", missing - NAMED);
    fprintf(stderr, ": give it as in %.60s=1\n", example);
    return false;
}

/* The value of a claim NAME=EXPR at the point. */
static bool evaluate_claim(const request *r, expr_claim *claim)
{
    const char *rest;
    const size_t length = name_before_equals(claim->text, &rest);
    if (length == 0)
        return complain("--claim takes NAME=EXPR, not '%.60s'", claim->text);
    claim->input = find_input(r->e, claim->text, length);
    if (claim->input == r->e->inputs)
        return complain("--claim '%.60s': the expression has no such input",
                        claim->text);
    expr_error error;
    expr *e = expr_parse(rest, &error);
    if (e == NULL) return complain_at("--claim: ", &error);
    double *x = malloc((e->inputs + 1) * sizeof *x);
    bool known = x != NULL;
    if (!known) (void)complain("out of memory");
    for (size_t k = 0; k < e->inputs && known; k++) {
        const size_t i = expr_input_find(r->e, e->input[k]);
        known = i < r->e->inputs;
        if (known)
            x[k] = r->x[i];
        else
            (void)complain("--claim '%.60s': %.60s is not an input of the expression%s",
                           claim->text, e->input[k], better_name(e->input[k]));
    }
    if (known) expr_claim_evaluate(claim, r->e, e, x);
    free(x);
    expr_free(e);
    return known;
}

/* EXIT_HELD to go on, anything else is the exit status; *done after --help. */
static int parse_options(request *r, int argc, char **argv, bool *done)
{
    static const struct option options[] = {{"claim", required_argument, NULL, 'c'},
                                            {"draw", required_argument, NULL, 'd'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    static const char advice[] = ", and an expression that begins with - goes after --";
    optind = 1;
    for (int o; (o = verb_option(argc, argv, options, advice)) != -1;) switch (o) {
        case 'c': r->claim[r->claims++].text = optarg; break;
        case 'd': r->draw = optarg; break;
        case 'j': r->json = true; break;
        case 'h':
            print_help();
            *done = true;
            return EXIT_HELD;
        default: return EXIT_USAGE;
        }
    if (optind == argc) {
        (void)complain("there is no expression (gradyno expr --help)");
        return EXIT_USAGE;
    }
    r->text = argv[optind++];
#ifndef HAVE_jansson
    if (r->json) {
        (void)complain(
            "this build has no JSON: install libjansson-dev and build again");
        return EXIT_USAGE;
    }
#endif
    return EXIT_HELD;
}

/* The expression, and the point from the operands that are left. */
static bool read_point(request *r, int argc, char **argv)
{
    expr_error error;
    r->e = expr_parse(r->text, &error);
    if (r->e == NULL) return complain_at("", &error);
    r->x = calloc(r->e->inputs + 1, sizeof *r->x);
    r->bound = calloc(r->e->inputs + 1, sizeof *r->bound);
    if (r->x == NULL || r->bound == NULL) return complain("out of memory");
    for (int i = optind; i < argc; i++)
        if (!bind(r, argv[i])) return false;
    if (!check_all_bound(r)) return false;
    for (size_t k = 0; k < r->claims; k++)
        if (!evaluate_claim(r, &r->claim[k])) return false;
    return true;
}

static int run(request *r)
{
    expr_sheet sheet;
    expr_error error;
    char sentence[256];
    int status = EXIT_USAGE;
    bool held = expr_sheet_make(&sheet, r->e, r->x, &error);
    if (!held) (void)complain_at("", &error);
    /* what is asked for is what counts: the claims, if there are any */
    if (held && r->claims > 0 && !expr_sheet_judge(&sheet, r->claim, r->claims))
        held = complain("out of memory");
    if (held && r->draw != NULL && !expr_sheet_draw(&sheet, r->draw, sentence))
        held = complain("%s", sentence);
    if (held && !r->json) expr_sheet_print(&sheet, r->claim, r->claims);
    if (held && r->json && !expr_sheet_print_json(&sheet, r->claim, r->claims))
        held = complain("the JSON could not be written");
    if (held)
        status = sheet.failed > 0         ? EXIT_FAILED
                 : sheet.inconclusive > 0 ? EXIT_INCONCLUSIVE
                                          : EXIT_HELD;
    expr_sheet_free(&sheet);
    return status;
}

int verb_expr(int argc, char **argv)
{
    bool done = false;
    request r = {.claim = calloc((size_t)argc, sizeof(expr_claim))};
    int status = EXIT_USAGE;
    if (r.claim == NULL)
        (void)complain("out of memory");
    else
        status = parse_options(&r, argc, argv, &done);
    if (status == EXIT_HELD && !done)
        status = read_point(&r, argc, argv) ? run(&r) : EXIT_USAGE;
    expr_free(r.e);
    free(r.x);
    free(r.bound);
    free(r.claim);
    return status;
}
