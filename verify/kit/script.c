/* Small programs, read from their text. */
#include "verify/kit/script.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    script *s;
    const char *at;
    const char *why_not; /* the first thing that was wrong */
} reader;

static bool refuse(reader *r, const char *why_not)
{
    if (r->why_not == NULL) r->why_not = why_not;
    return false;
}

static void skip_blanks(reader *r)
{
    while (isspace((unsigned char)*r->at)) r->at++;
}

static bool take(reader *r, char c)
{
    skip_blanks(r);
    if (*r->at != c) return false;
    r->at++;
    return true;
}

/* A word of letters, digits and underscores; longer ones do not fit any name. */
static bool take_word(reader *r, char word[16])
{
    skip_blanks(r);
    size_t n = 0;
    if (!isalpha((unsigned char)*r->at)) return false;
    while (isalnum((unsigned char)r->at[n]) || r->at[n] == '_') n++;
    if (n >= 16) return refuse(r, "a name is too long");
    memcpy(word, r->at, n);
    word[n] = '\0';
    r->at += n;
    return true;
}

static bool take_number(reader *r, double *value)
{
    skip_blanks(r);
    char *end;
    *value = strtod(r->at, &end);
    if (end == r->at || isalpha((unsigned char)*r->at)) return false;
    r->at = end;
    return true;
}

/* A node or a number, as an operand is written. */
typedef struct argument {
    int node; /* -1: a number */
    double number;
} argument;

static bool take_argument(reader *r, argument *a)
{
    char word[16];
    *a = (argument){.node = -1};
    if (take_number(r, &a->number)) return true;
    if (!take_word(r, word)) return refuse(r, "an operand is missing");
    a->node = script_node(r->s, word);
    return a->node >= 0 || refuse(r, "an operand has no such name");
}

static bool set_row(reader *r, script_step *step, ad_op op, size_t n,
                    const argument *given)
{
    if (op == AD_OP_count || ad_ops[op].value == NULL)
        return refuse(r, "there is no such operation");
    const ad_op_info *row = &ad_ops[op];
    if (n != (size_t)(row->operands + row->constants))
        return refuse(r, "an operation has other operands");
    step->verb = SCRIPT_APPLY;
    step->op = op;
    for (size_t i = 0; i < n; i++) {
        const bool constant = i == (size_t)row->operands;
        if (constant != (given[i].node < 0))
            return refuse(r, "a number stands for a node, or a node for a number");
        if (constant)
            step->c = given[i].number;
        else
            step->operand[i] = given[i].node;
    }
    return true;
}

/* a + b, a + 2, 2 + a, ...: the row by the sign and by which side is a number. */
static bool set_infix(reader *r, script_step *step, char sign, argument a, argument b)
{
    static const struct {
        char sign;
        ad_op nodes, right, left; /* right: the number stands on the right */
    } rows[] = {{'+', AD_OP_add, AD_OP_add_c, AD_OP_add_c},
                {'-', AD_OP_sub, AD_OP_count, AD_OP_c_sub},
                {'*', AD_OP_mul, AD_OP_mul_c, AD_OP_mul_c},
                {'/', AD_OP_div, AD_OP_count, AD_OP_c_div},
                {'^', AD_OP_pow, AD_OP_pow_c, AD_OP_c_pow}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].sign != sign) continue;
        const bool left = a.node < 0;
        const argument both[2] = {left ? b : a, left ? a : b};
        if (a.node >= 0 && b.node >= 0) return set_row(r, step, rows[i].nodes, 2, both);
        return set_row(r, step, left ? rows[i].left : rows[i].right, 2, both);
    }
    return refuse(r, "an operator is none of + - * / ^");
}

static bool read_call(reader *r, script_step *step, const char *name)
{
    argument given[AD_MAX_OPERANDS + 1];
    size_t n = 0;
    do {
        if (n > AD_MAX_OPERANDS) return refuse(r, "too many operands");
        if (!take_argument(r, &given[n++])) return false;
    } while (take(r, ','));
    if (!take(r, ')')) return refuse(r, "a ')' is missing");
    return set_row(r, step, ad_op_find(name), n, given);
}

static bool read_value(reader *r, script_step *step)
{
    char word[16];
    argument a, b;
    skip_blanks(r);
    if (r->at[0] == '-' && isalpha((unsigned char)r->at[1])) {
        r->at++;
        return take_argument(r, &a) && set_row(r, step, AD_OP_neg, 1, &a);
    }
    if (take_number(r, &a.number)) {
        a.node = -1;
        skip_blanks(r);
        if (*r->at == ';' || *r->at == '\0') {
            step->verb = SCRIPT_INPUT;
            step->c = a.number;
            return true;
        }
    } else {
        if (!take_word(r, word)) return refuse(r, "a value is missing");
        if (strcmp(word, "const") == 0) {
            step->verb = SCRIPT_CONSTANT;
            return take_number(r, &step->c) || refuse(r, "a constant is no number");
        }
        if (take(r, '(')) return read_call(r, step, word);
        a.node = script_node(r->s, word);
        if (a.node < 0) return refuse(r, "an operand has no such name");
        skip_blanks(r);
    }
    const char sign = *r->at;
    if (sign != '\0') r->at++;
    return take_argument(r, &b) && set_infix(r, step, sign, a, b);
}

static bool add_step(reader *r, script_step step, const char *name)
{
    script *s = r->s;
    if (s->steps == SCRIPT_STEPS) return refuse(r, "too many statements");
    if (name != NULL) {
        if (s->nodes == SCRIPT_NODES) return refuse(r, "too many nodes");
        if (strlen(name) >= SCRIPT_NAME) return refuse(r, "a name is too long");
        if (script_node(s, name) >= 0) return refuse(r, "a name is given twice");
        step.node = (int)s->nodes;
        strcpy(s->name[s->nodes], name);
        s->made[s->nodes++] = (int)s->steps;
        s->operations += step.verb == SCRIPT_APPLY;
    }
    if (step.verb == SCRIPT_BACKWARD) {
        s->backwards++;
        s->output = step.node;
    }
    s->step[s->steps++] = step;
    return true;
}

static bool read_statement(reader *r)
{
    char word[16], name[16];
    script_step step = {0};
    if (!take_word(r, word)) return refuse(r, "a statement has no name");
    if (strcmp(word, "zero") == 0) {
        step.verb = SCRIPT_ZERO;
        return add_step(r, step, NULL);
    }
    if (strcmp(word, "backward") == 0) {
        step.verb = SCRIPT_BACKWARD;
        if (!take_word(r, name)) return refuse(r, "backward has no node");
        step.node = script_node(r->s, name);
        if (step.node < 0) return refuse(r, "backward has no such node");
        return add_step(r, step, NULL);
    }
    if (!take(r, '=')) return refuse(r, "a '=' is missing");
    return read_value(r, &step) && add_step(r, step, word);
}

const char *script_parse(script *s, const char *text)
{
    *s = (script){0};
    reader r = {.s = s, .at = text};
    do {
        skip_blanks(&r);
        if (*r.at == '\0') break;
        if (!read_statement(&r)) return r.why_not;
    } while (take(&r, ';'));
    if (*r.at != '\0') return "something stands behind a statement";
    if (s->nodes == 0) return "there is no node";
    if (s->backwards == 0 &&
        !add_step(&r, (script_step){.verb = SCRIPT_BACKWARD, .node = (int)s->nodes - 1},
                  NULL))
        return r.why_not;
    return NULL;
}

int script_node(const script *s, const char *name)
{
    for (size_t i = 0; i < s->nodes; i++)
        if (strcmp(s->name[i], name) == 0) return (int)i;
    return -1;
}
