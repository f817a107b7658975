/* Formulae: read, computed and printed. */
#include "verify/kit/mistake_edit_tree.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/digamma.h"
#include "engine/ops.h"

/* ---- Functions ------------------------------------------------------------------- */

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

/* "clip(x)": from 0 to 1. */
static double clip(double x) { return isnan(x) ? x : fmax(0, fmin(1, x)); }

const edit_function edit_functions[] = {
    {"ln", log},
    {"log2", log2},
    {"log10", log10},
    {"exp", exp},
    {"sqrt", sqrt},
    {"sin", sin},
    {"cos", cos},
    {"tan", tan},
    {"sinh", sinh},
    {"cosh", cosh},
    {"tanh", tanh},
    {"s", sigmoid},
    {"erf", erf},
    {"Phi", ad_normcdf},
    {"psi", ad_digamma},
    /* These are read, and stand for no other one. */
    {"atan", atan},
    {"asin", asin},
    {"acos", acos},
    {"clip", clip},
    {"abs", fabs},
    {"trunc", trunc}};
enum { READ = sizeof edit_functions / sizeof *edit_functions };
const int edit_functions_count = READ - 6;

const double edit_numbers[EDIT_NUMBERS] = {
    1, 2, 10, 3.141592653589793, 2.718281828459045, 3, 4, 0.5};

/* ---- Reading --------------------------------------------------------------------- */

int edit_put(edit_tree *t, edit_node node)
{
    if (t->n == EDIT_NODES) return EDIT_NODES - 1;
    t->node[t->n] = node;
    return t->n++;
}

static int read_sum(edit_tree *t);

static int read_name(edit_tree *t)
{
    const size_t n = strspn(t->rest, "abcdefghijklmnopqrstuvwxyzP0123456789");
    const char *name = t->rest;
    t->rest += n;
    if (n == 1 && *t->rest != '(') return edit_put(t, (edit_node){.kind = *name});
    if (n == 2 && strncmp(name, "pi", 2) == 0)
        return edit_put(t, (edit_node){.kind = '#', .number = acos(-1)});
    int k = 0;
    while (k + 1 < READ && (strlen(edit_functions[k].name) != n ||
                            strncmp(edit_functions[k].name, name, n) != 0))
        k++;
    t->rest++;
    const int inside = read_sum(t);
    t->rest++;
    return edit_put(t, (edit_node){.kind = 'f', .function = k, .a = inside});
}

static int read_atom(edit_tree *t)
{
    if (*t->rest == '(') {
        t->rest++;
        const int inside = read_sum(t);
        t->rest++;
        return inside;
    }
    if (*t->rest < '0' || *t->rest > '9') return read_name(t);
    char *end;
    const double number = strtod(t->rest, &end);
    t->rest = end;
    return edit_put(t, (edit_node){.kind = '#', .number = number});
}

static int read_power(edit_tree *t)
{
    const int a = read_atom(t);
    if (*t->rest != '^') return a;
    t->rest++;
    const int b = read_atom(t);
    return edit_put(t, (edit_node){.kind = '^', .a = a, .b = b});
}

static int read_product(edit_tree *t)
{
    const bool negative = *t->rest == '-';
    t->rest += negative;
    int a = read_power(t);
    while (*t->rest == '*' || *t->rest == '/') {
        const char sign = *t->rest++;
        const int b = read_power(t);
        a = edit_put(t, (edit_node){.kind = sign, .a = a, .b = b});
    }
    return negative ? edit_put(t, (edit_node){.kind = '~', .a = a}) : a;
}

static int read_sum(edit_tree *t)
{
    int a = read_product(t);
    while (*t->rest == '+' || *t->rest == '-') {
        const char sign = *t->rest++;
        const int b = read_product(t);
        a = edit_put(t, (edit_node){.kind = sign, .a = a, .b = b});
    }
    return a;
}

void edit_read(edit_tree *t, const char *text)
{
    memset(t, 0, sizeof *t);
    t->rest = text;
    t->root = read_sum(t);
}

/* ---- Values ---------------------------------------------------------------------- */

double edit_value_of(const edit_tree *t, int i, const edit_place *p)
{
    const edit_node *node = &t->node[i];
    switch (node->kind) {
    case 'x': return p->x;
    case 'y': return p->y;
    case 'z': return p->z;
    case 'c': return p->c;
    case 'g': return p->g;
    case '#': return node->number;
    case '~': return -edit_value_of(t, node->a, p);
    case 'f': return edit_functions[node->function].of(edit_value_of(t, node->a, p));
    default: break;
    }
    const double a = edit_value_of(t, node->a, p), b = edit_value_of(t, node->b, p);
    switch (node->kind) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '/': return a / b;
    default: return pow(a, b);
    }
}

/* ---- Text ------------------------------------------------------------------------ */

static int binding(char kind)
{
    return kind == '+' || kind == '-'   ? 1
           : kind == '*' || kind == '/' ? 2
           : kind == '~'                ? 2
           : kind == '^'                ? 3
                                        : 4;
}

static bool is_named(const edit_node *node, int number)
{
    return fabs(node->number - edit_numbers[number]) < 1e-12;
}

static bool is_in_digits(const edit_node *node)
{
    return node->kind == '#' && !is_named(node, EDIT_PI) && !is_named(node, EDIT_E);
}

static void write(const edit_tree *t, int i, int least, char *text, size_t room)
{
    const edit_node *node = &t->node[i];
    const bool brackets = binding(node->kind) < least;
    size_t n;
#define ADD(...)                                                                       \
    n = strlen(text), (void)(n < room ? snprintf(text + n, room - n, __VA_ARGS__) : 0)
    if (brackets) ADD("(");
    switch (node->kind) {
    case '#':
        if (is_named(node, EDIT_PI))
            ADD("pi");
        else if (is_named(node, EDIT_E))
            ADD("e");
        else
            ADD("%g", node->number);
        break;
    case '~':
        ADD("-");
        write(t, node->a, 2, text, room);
        break;
    case 'f':
        ADD("%s(", edit_functions[node->function].name);
        write(t, node->a, 0, text, room);
        ADD(")");
        break;
    case '+':
    case '-':
    case '*':
    case '/':
    case '^': {
        const int own = binding(node->kind);
        const bool number = is_in_digits(&t->node[node->b]);
        write(t, node->a, own == 3 ? 4 : own, text, room);
        if (node->kind == '^' || (node->kind == '*' && !number))
            ADD(node->kind == '^' ? "^" : " ");
        else
            ADD(" %c ", node->kind);
        write(t, node->b, node->kind == '+' || node->kind == '*' ? own : own + 1, text,
              room);
        break;
    }
    default: ADD("%c", node->kind); break;
    }
    if (brackets) ADD(")");
#undef ADD
}

void edit_write(const edit_tree *t, int i, char *text, size_t room)
{
    write(t, i, 0, text, room);
}
