/*
 * The grammar of an expression: recursive descent, one function for each line of it,
 * which appends nodes as it understands them. (expr_parse.c has the grammar of
 * statements.)
 *
 *   conditional = binary [ '?' conditional ':' conditional ]
 *   binary      = unary { operator unary }            by C's precedence
 *   unary       = { '+' | '-' | '!' } primary
 *   primary     = number | name | name '(' conditional { ',' conditional } ')'
 *               | '(' conditional ')'
 *
 * A function that fails has set the error and returns NONE or false, and so do its
 * callers.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verify/expr_parser.h"

/* ---- Characters --------------------------------------------------------------------
 * Not <ctype.h>, which asks the locale. */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

char expr_skip_space(parser *p)
{
    while (*p->at == ' ' || (*p->at >= '\t' && *p->at <= '\r')) p->at++;
    return *p->at;
}

bool expr_take(parser *p, char c)
{
    if (expr_skip_space(p) != c) return false;
    p->at++;
    return true;
}

word expr_next_word(parser *p)
{
    (void)expr_skip_space(p);
    word w = {p->at, 0};
    if (is_letter(*w.at))
        while (is_letter(w.at[w.length]) || is_digit(w.at[w.length])) w.length++;
    return w;
}

static bool enter(parser *p)
{
    if (++p->nesting <= EXPR_MAX_NESTING) return true;
    (void)refuse(p, p->at, "more than %d levels of nesting", EXPR_MAX_NESTING);
    return false;
}

uint32_t expr_refuse_after_operand(parser *p, const char *wanted)
{
    switch (expr_skip_space(p)) {
    case ',': return refuse(p, p->at, "a comma separates arguments of a function only");
    case ')': return refuse(p, p->at, "no ( belongs to this )");
    case ':': return refuse(p, p->at, "no ? belongs to this :");
    }
    if ((unsigned char)*p->at >= 0x80)
        return refuse(p, p->at, "this character is not part of C's arithmetic");
    return refuse(p, p->at, "an operator or %s is missing here", wanted);
}

/* ---- Primary -------------------------------------------------------------------- */

static uint32_t parse_number(parser *p, double sign, const char *where)
{
    const char *start = p->at;
    char *end;
    const double number = strtod(start, &end);
    p->at = end;
    if (end == start) return refuse(p, start, "a number has digits");
    const word after = expr_next_word(p);
    p->at = end;
    if (isinf(number))
        return refuse(p, start, "the number is too large for a double: write INFINITY");
    if (start[0] == '0' && is_digit(start[1]) &&
        strcspn(start, ".eE") >= (size_t)(end - start))
        return refuse(p, start, "C would read this as octal: leave the leading 0 out");
    if (after.at == end && after.length == 1 && strchr("fFlL", *end) != NULL)
        return refuse(p, end, "every number is a double: leave the suffix out");
    if (after.at == end && (after.length > 0 || *end == '.'))
        return refuse(p, end,
                      "the number ends here: an operator is missing, as in 2 * x");
    return expr_append_number(p, sign * number, where);
}

static uint32_t refuse_unknown(parser *p, word name)
{
    char text[41] = "";
    memcpy(text, name.at, name.length < sizeof text ? name.length : sizeof text - 1);
    const char *nearest = expr_nearest_name(text);
    if (nearest == NULL) return refuse(p, name.at, "there is no function %s", text);
    return refuse(p, name.at, "there is no function %s: did you mean %s?", text,
                  nearest);
}

/*
 * The arguments of a call, of which at most `room` are kept; *given counts all. Those
 * of sum are added up as they come.
 */
static bool parse_arguments(parser *p, bool is_sum, uint32_t *operand, int room,
                            int *given)
{
    const char *opening = p->at;
    *given = 0;
    if (!expr_take(p, '(')) return false;
    if (expr_take(p, ')')) return true;
    do {
        uint32_t x = expr_parse_conditional(p);
        if (x == NONE) return false;
        if (is_sum && *given > 0) {
            x = expr_append_binary(p, EXPR_add, operand[0], x, opening);
            if (x == NONE) return false;
            operand[0] = x;
        } else if (*given < room) {
            operand[*given] = x;
        }
        ++*given;
    } while (expr_take(p, ','));
    if (expr_take(p, ')')) return true;
    if (*p->at == '\0' || *p->at == ';')
        (void)refuse(p, opening, "this parenthesis is not closed");
    else
        (void)expr_refuse_after_operand(p, ")");
    return false;
}

static uint32_t parse_call(parser *p, word name)
{
    const callable f = expr_find_callable(p, name);
    int wanted = 1, given;
    if (f.kind == NOT_CALLABLE) return refuse_unknown(p, name);
    if (f.kind == A_ROW) wanted = ad_ops[f.row].operands + ad_ops[f.row].constants;
    if (f.kind == A_FUNCTION) wanted = expr_functions[f.function].operands;
    uint32_t operand[EXPR_MAX_OPERANDS] = {0};
    if (!parse_arguments(p, f.kind == THE_SUM, operand, EXPR_MAX_OPERANDS, &given))
        return NONE;
    if (f.kind == THE_SUM ? given < wanted : given != wanted)
        return refuse(p, name.at, "%.*s takes %s%d argument%s, not %d", SHOWN(name),
                      f.kind == THE_SUM ? "at least " : "", wanted,
                      wanted == 1 ? "" : "s", given);
    switch (f.kind) {
    case A_FUNCTION: return expr_append_function(p, f.function, operand, name.at);
    case A_ROW: return expr_append_row(p, f.row, operand, name.at);
    default: return operand[0];
    }
}

static uint32_t parse_name(parser *p)
{
    const word name = expr_next_word(p);
    double constant;
    p->at = name.at + name.length;
    const char *after = p->at;
    if (expr_skip_space(p) == '(') return parse_call(p, name);
    p->at = after;
    if (expr_find_constant(name, &constant))
        return expr_append_number(p, constant, name.at);
    const uint32_t known = expr_find_name(p, name);
    if (known != NONE) return known;
    if (expr_find_callable(p, name).kind != NOT_CALLABLE)
        return refuse(p, name.at, "%.*s is a function: write %.*s(...)", SHOWN(name),
                      SHOWN(name));
    if (p->of_a_row)
        return refuse(p, name.at, "%.*s is not an operand of this row", SHOWN(name));
    return expr_append_input(p, name);
}

static uint32_t parse_primary(parser *p)
{
    const char c = expr_skip_space(p), *start = p->at;
    if (is_letter(c)) return parse_name(p);
    if (is_digit(c) || c == '.') return parse_number(p, 1, start);
    if (expr_take(p, '(')) {
        if (expr_skip_space(p) == ')')
            return refuse(p, p->at, "the parentheses are empty");
        const uint32_t x = expr_parse_conditional(p);
        if (x == NONE || expr_take(p, ')')) return x;
        if (*p->at == '\0' || *p->at == ';')
            return refuse(p, start, "this parenthesis is not closed");
        return expr_refuse_after_operand(p, ")");
    }
    if (c == '\0') return refuse(p, start, "the expression ends too early");
    if ((unsigned char)c >= 0x80)
        return refuse(p, start, "this character is not part of C's arithmetic");
    return refuse(p, start, "a number, a name or ( is missing here");
}

/* ---- Operators ------------------------------------------------------------------ */

static uint32_t parse_unary(parser *p)
{
    const char c = expr_skip_space(p), *start = p->at;
    if (c != '+' && c != '-' && c != '!') return parse_primary(p);
    if (!enter(p)) return NONE;
    p->at++;
    const char next = expr_skip_space(p);
    uint32_t x;
    if (c == '-' && (is_digit(next) || next == '.')) {
        x = parse_number(p, -1, start); /* -3 is a number, not the negative of one */
    } else {
        x = parse_unary(p);
        if (x != NONE && c != '+')
            x = expr_append_function(p, c == '-' ? EXPR_neg : EXPR_not, &x, start);
    }
    p->nesting--;
    return x;
}

/* Longer ones go before those that they begin with. */
static const struct binary {
    const char *text;
    int precedence;
    expr_function_id function;
    const char *instead; /* of what C means otherwise, or does not have */
} binaries[] = {
    {"||", 1, EXPR_or, NULL},
    {"&&", 2, EXPR_and, NULL},
    {"==", 3, EXPR_equal, NULL},
    {"!=", 3, EXPR_unequal, NULL},
    {"<<", 0, 0, "C shifts integers only: use ldexp(x, n)"},
    {">>", 0, 0, "C shifts integers only: use ldexp(x, -n)"},
    {"<=", 4, EXPR_at_most, NULL},
    {">=", 4, EXPR_at_least, NULL},
    {"<", 4, EXPR_less, NULL},
    {">", 4, EXPR_greater, NULL},
    {"+", 5, EXPR_add, NULL},
    {"-", 5, EXPR_sub, NULL},
    {"**", 0, 0, "C has no operator for powers: use pow(x, y)"},
    {"*", 6, EXPR_mul, NULL},
    {"/", 6, EXPR_div, NULL},
    {"^", 0, 0, "C has no operator for powers: use pow(x, y)"},
    {"%", 0, 0, "% is for integers: use fmod(x, y)"},
    {"&", 0, 0, "& is for integers: the logical and is &&"},
    {"|", 0, 0, "| is for integers: the logical or is ||"},
    {"=", 0, 0, "= names a statement, as in a = x + 1; equality is =="},
};

static const struct binary *next_binary(parser *p)
{
    (void)expr_skip_space(p);
    for (size_t i = 0; i < sizeof binaries / sizeof binaries[0]; i++)
        if (strncmp(p->at, binaries[i].text, strlen(binaries[i].text)) == 0)
            return &binaries[i];
    return NULL;
}

/* A chain of operators that bind at least as tightly as `precedence`. */
static uint32_t parse_binary(parser *p, int precedence)
{
    uint32_t x = parse_unary(p);
    while (x != NONE) {
        const struct binary *b = next_binary(p);
        const char *where = p->at;
        if (b != NULL && b->instead != NULL) return refuse(p, where, "%s", b->instead);
        if (b == NULL || b->precedence < precedence) break;
        p->at += strlen(b->text);
        const uint32_t y = parse_binary(p, b->precedence + 1);
        x = y == NONE ? NONE : expr_append_binary(p, b->function, x, y, where);
    }
    return x;
}

uint32_t expr_parse_conditional(parser *p)
{
    if (!enter(p)) return NONE;
    uint32_t x = parse_binary(p, 1);
    if (x != NONE && expr_skip_space(p) == '?') {
        const char *where = p->at++;
        const uint32_t yes = expr_parse_conditional(p);
        if (yes == NONE) return NONE;
        if (!expr_take(p, ':')) return refuse(p, where, "this ? has no :");
        const uint32_t no = expr_parse_conditional(p);
        if (no == NONE) return NONE;
        x = expr_append_conditional(p, (uint32_t[]){x, yes, no}, where);
    }
    p->nesting--;
    return x;
}
