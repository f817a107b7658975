/* gradyno ops: the table of operations, as text, Markdown or JSON. */
#include <stdbool.h>
#include <stdio.h>

#include "bench/verbs.h"
#include "engine/ops.h"

static const char help[] =
    "usage: gradyno ops [--markdown | --json]\n"
    "\n"
    "Prints every operation of engine/ops.def: its name, value, partial derivatives "
    "and the\n"
    "domain of x. x, y and w are operands, c a constant, z the result.\n"
    "\n"
    "  --markdown  as a Markdown table\n"
    "  --json      one JSON object a line\n";

static const char *const letters[AD_MAX_OPERANDS] = {"x", "y", "w"};

/* The arguments as they are written: "x, c". */
static void print_arguments(const ad_op_info *op)
{
    for (int i = 0; i < op->operands; i++)
        printf("%s%s", i == 0 ? "" : ", ", letters[i]);
    if (op->constants != 0) fputs(", c", stdout);
}

static const char *smoothness(const ad_op_info *op)
{
    return op->smoothness == AD_KINK ? "kink" : "smooth";
}

static void print_text(const ad_op_info *op)
{
    printf("%s(", op->name);
    print_arguments(op);
    printf(")\n    value    %s\n", op->value_text);
    for (int i = 0; i < op->operands; i++)
        printf("    d/d%s     %s\n", letters[i], op->partial_text[i]);
    printf("    domain   %g <= x <= %g, %s\n", op->lo, op->hi, smoothness(op));
}

/* A cell: a bar would end it. */
static void print_cell(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|') putchar('\\');
        putchar(*text);
    }
}

static void print_markdown(const ad_op_info *op)
{
    printf("| `%s(", op->name);
    print_arguments(op);
    fputs(")` | `", stdout);
    print_cell(op->value_text);
    fputs("` |", stdout);
    for (int i = 0; i < AD_MAX_OPERANDS; i++) {
        if (i < op->operands) {
            fputs(" `", stdout);
            print_cell(op->partial_text[i]);
            fputs("` |", stdout);
        } else {
            fputs(" |", stdout);
        }
    }
    printf(" [%g, %g] | %s |\n", op->lo, op->hi, smoothness(op));
}

/* The table's texts are C expressions: no character in them needs an escape in JSON. */
static void print_json(const ad_op_info *op)
{
    printf("{\"name\": \"%s\", \"operands\": %d, \"constants\": %d, \"value\": \"%s\", "
           "\"partials\": [",
           op->name, op->operands, op->constants, op->value_text);
    for (int i = 0; i < op->operands; i++)
        printf("%s\"%s\"", i == 0 ? "" : ", ", op->partial_text[i]);
    fputs("], \"domain\": [", stdout);
    if (isinf(op->lo))
        fputs("null, ", stdout);
    else
        printf("%.17g, ", op->lo);
    if (isinf(op->hi))
        fputs("null", stdout);
    else
        printf("%.17g", op->hi);
    printf("], \"smoothness\": \"%s\"}\n", smoothness(op));
}

int verb_ops(int argc, char **argv)
{
    static const struct option options[] = {{"markdown", no_argument, NULL, 'm'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    bool markdown = false, json = false;
    optind = 1;
    for (int o; (o = verb_option(argc, argv, options, "")) != -1;) switch (o) {
        case 'm': markdown = true; break;
        case 'j': json = true; break;
        case 'h': fputs(help, stdout); return EXIT_HELD;
        default: return EXIT_USAGE;
        }
    if (markdown && json) {
        fputs("gradyno ops: takes --markdown or --json, not both\n", stderr);
        return EXIT_USAGE;
    }
    if (optind < argc) {
        fprintf(stderr, "gradyno ops: takes no argument '%.60s'\n", argv[optind]);
        return EXIT_USAGE;
    }
    void (*const print)(const ad_op_info *) = markdown ? print_markdown
                                              : json   ? print_json
                                                       : print_text;
    if (markdown)
        puts("| operation | value z | d/dx | d/dy | d/dw | domain of x | |\n"
             "|---|---|---|---|---|---|---|");
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) print(&ad_ops[op]);
    if (!markdown && !json)
        puts(
            "sum(n, first)\n    value    x[0] + ... + x[n-1], over n handles in a row\n"
            "dot(n, x, y)\n    value    x[0] y[0] + ... + x[n-1] y[n-1]\n"
            "custom(n, operands, value, partials)\n    value    the caller's, with its "
            "partials");
    return EXIT_HELD;
}
