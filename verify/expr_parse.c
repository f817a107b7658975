/*
 * The parser of expressions: statements, and the whole.
 *
 *   text      = statement { ';' statement } [ ';' ]
 *   statement = [ name '=' ] conditional              see expr_grammar.c
 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "verify/expr_parser.h"

/* ---- Statements ----------------------------------------------------------------- */

/* The name in `name = ...`, consumed with its =; of length 0 when there is none. */
static word take_target(parser *p)
{
    word name = expr_next_word(p);
    const char *start = p->at;
    p->at += name.length;
    if (name.length > 0 && expr_take(p, '=') && *p->at != '=') return name;
    p->at = start;
    name.length = 0;
    return name;
}

static bool may_name(parser *p, word name)
{
    double constant;
    const char *is = expr_find_constant(name, &constant)                ? "a constant"
                     : expr_find_callable(p, name).kind != NOT_CALLABLE ? "a function"
                     : expr_find_name(p, name) != NONE ? "in use already"
                                                       : NULL;
    if (is == NULL) return true;
    (void)refuse(p, name.at, "%.*s is %s: take another name", SHOWN(name), is);
    return false;
}

static bool parse_statement(parser *p)
{
    const word name = take_target(p);
    if (name.length > 0 && !may_name(p, name)) return false;
    (void)expr_skip_space(p);
    const char *start = p->at;
    const uint32_t x = expr_parse_conditional(p);
    if (x == NONE) return false;
    p->e->output = x;
    if (name.length > 0 && expr_find_name(p, name) != NONE) {
        (void)refuse(p, name.at, "%.*s occurs in its own definition", SHOWN(name));
        return false;
    }
    if (name.length > 0 && !expr_append_statement(p, name, x)) return false;
    if (expr_skip_space(p) != '\0' && *p->at != ';') {
        (void)expr_refuse_after_operand(p, ";");
        return false;
    }
    while (expr_take(p, ';')) continue;
    if (*p->at == '\0' || name.length > 0) return true;
    (void)refuse(p, start, "nothing uses this value: give it a name, as in a = ...");
    return false;
}

static bool parse_statements(parser *p)
{
    if (expr_skip_space(p) == '\0') {
        (void)refuse(p, p->at, "the expression is empty");
        return false;
    }
    while (*p->at != '\0')
        if (!parse_statement(p)) return false;
    return true;
}

/* In the C locale, where a number has a point. */
static bool parse_in_c_locale(parser *p)
{
    const locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    if (c == (locale_t)0) {
        (void)refuse(p, p->at, "out of memory");
        return false;
    }
    const locale_t before = uselocale(c);
    const bool understood = parse_statements(p);
    uselocale(before);
    freelocale(c);
    return understood;
}

/* ---- The whole ------------------------------------------------------------------ */

/* given[inputs]: the inputs of a row; NULL for an expression, which names its own. */
static expr *parse(const char *text, size_t inputs, const char *const *given,
                   expr_error *error)
{
    enum { GIVEN_BYTES = 2 * EXPR_MAX_OPERANDS };
    parser p = {.text = text, .at = text, .of_a_row = given != NULL, .error = error};
    const size_t bytes = strnlen(text, EXPR_MAX_BYTES + 1);
    if (bytes > EXPR_MAX_BYTES) {
        (void)refuse(&p, text, "longer than %d bytes", EXPR_MAX_BYTES);
        return NULL;
    }
    p.e = calloc(1, sizeof *p.e);
    /* The text once more, and its names, each of which is followed by something. */
    if (p.e != NULL) p.e->pool = malloc(2 * (bytes + 1) + GIVEN_BYTES);
    bool understood = p.e != NULL && p.e->pool != NULL;
    if (understood) {
        memcpy(p.e->pool, text, bytes + 1);
        p.e->text = p.e->pool;
        p.pool = p.e->pool + bytes + 1;
        for (size_t i = 0; i < inputs && understood; i++)
            understood = expr_append_input(&p, (word){given[i], 1}) != NONE;
        understood = understood && parse_in_c_locale(&p);
    } else {
        (void)refuse(&p, text, "out of memory");
    }
    if (understood) return p.e;
    expr_free(p.e);
    return NULL;
}

expr *expr_parse(const char *text, expr_error *error)
{
    return parse(text, 0, NULL, error);
}

expr *expr_parse_row(ad_op op, expr_error *error)
{
    const ad_op_info *row = &ad_ops[op];
    const char *given[EXPR_MAX_OPERANDS] = {"x", "y", "w"};
    if (row->constants > 0) given[row->operands] = "c";
    return parse(row->value_text, (size_t)(row->operands + row->constants), given,
                 error);
}
