/* The expression parser's nodes and names: made, kept, and found again. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verify/expr_parser.h"

/* ---- Nodes ---------------------------------------------------------------------- */

/* array[0 ... length] with room for one more, or NULL with the error set. */
static void *grow(parser *p, void *array, size_t length, size_t *room, size_t bytes)
{
    if (length < *room) return array;
    const size_t wanted = *room == 0 ? 16 : 2 * *room;
    void *moved = realloc(array, wanted * bytes);
    if (moved == NULL)
        (void)refuse(p, p->at, "out of memory");
    else
        *room = wanted;
    return moved;
}

static uint32_t append(parser *p, struct expr_node v, const char *where)
{
    expr *e = p->e;
    struct expr_node *node =
        grow(p, e->node, e->nodes, &p->nodes_room, sizeof *e->node);
    if (node == NULL) return NONE;
    e->node = node;
    v.position = (size_t)(where - p->text);
    for (int k = 0; k < v.operands; k++)
        if (node[v.operand[k]].varies) v.varies = true;
    node[e->nodes] = v;
    return (uint32_t)e->nodes++;
}

uint32_t expr_append_number(parser *p, double number, const char *where)
{
    const struct expr_node v = {
        .kind = EXPR_NUMBER, .op = AD_OP_count, .number = number};
    return append(p, v, where);
}

/* The row that records a function: of its own name first, else the one it names. */
static ad_op row_of(const struct expr_function *f)
{
    ad_op op = ad_op_find(f->name);
    if (op == AD_OP_count && f->row != NULL) op = ad_op_find(f->row);
    const bool fits = op != AD_OP_count && ad_ops[op].operands == f->operands &&
                      ad_ops[op].constants == 0;
    return fits ? op : AD_OP_count;
}

uint32_t expr_append_function(parser *p, expr_function_id id, const uint32_t *operand,
                              const char *where)
{
    const struct expr_function *f = &expr_functions[id];
    struct expr_node v = {.kind = EXPR_FUNCTION, .operands = f->operands, .which = id};
    memcpy(v.operand, operand, (size_t)f->operands * sizeof *operand);
    v.op = row_of(f);
    return append(p, v, where);
}

uint32_t expr_append_binary(parser *p, expr_function_id id, uint32_t x, uint32_t y,
                            const char *where)
{
    return expr_append_function(p, id, (uint32_t[]){x, y}, where);
}

uint32_t expr_append_row(parser *p, ad_op op, const uint32_t *operand,
                         const char *where)
{
    const ad_op_info *row = &ad_ops[op];
    struct expr_node v = {
        .kind = EXPR_ROW, .operands = row->operands + row->constants, .op = op};
    memcpy(v.operand, operand, (size_t)v.operands * sizeof *operand);
    if (row->constants > 0 && p->e->node[operand[row->operands]].varies)
        return refuse(p, where,
                      "the last argument of %s is a constant: no input may occur in it",
                      row->name);
    if (p->e->row[op] == NULL) {
        /* For MPFR. A text that cannot be read is the table's mistake, not the user's:
         * expr_mpfr fails then, and nothing else. */
        expr_error error;
        p->e->row[op] = expr_parse_row(op, &error);
    }
    return append(p, v, where);
}

uint32_t expr_append_conditional(parser *p, const uint32_t operand[3],
                                 const char *where)
{
    struct expr_node v = {.kind = EXPR_CONDITIONAL, .operands = 3, .op = AD_OP_count};
    memcpy(v.operand, operand, 3 * sizeof *operand);
    return append(p, v, where);
}

/* ---- Names ---------------------------------------------------------------------- */

static const char *keep_name(parser *p, word name)
{
    char *kept = p->pool;
    memcpy(kept, name.at, name.length);
    kept[name.length] = '\0';
    p->pool += name.length + 1;
    return kept;
}

uint32_t expr_append_input(parser *p, word name)
{
    expr *e = p->e;
    const char **input =
        grow(p, e->input, e->inputs, &p->inputs_room, sizeof *e->input);
    if (input == NULL) return NONE;
    e->input = input;
    const struct expr_node v = {.kind = EXPR_INPUT,
                                .varies = true,
                                .op = AD_OP_count,
                                .which = (uint32_t)e->inputs};
    input[e->inputs++] = keep_name(p, name);
    return append(p, v, p->at - name.length);
}

bool expr_append_statement(parser *p, word name, uint32_t node)
{
    expr *e = p->e;
    struct expr_statement *statement =
        grow(p, e->statement, e->statements, &p->statements_room, sizeof *statement);
    if (statement == NULL) return false;
    e->statement = statement;
    statement[e->statements++] = (struct expr_statement){keep_name(p, name), node};
    e->node[node].named = true;
    return true;
}

static bool is_word(const char *kept, word name)
{
    return strncmp(kept, name.at, name.length) == 0 && kept[name.length] == '\0';
}

uint32_t expr_find_name(const parser *p, word name)
{
    const expr *e = p->e;
    for (size_t i = 0; i < e->statements; i++)
        if (is_word(e->statement[i].name, name)) return e->statement[i].node;
    size_t left = e->inputs;
    for (uint32_t i = 0; left > 0; i++) {
        if (e->node[i].kind != EXPR_INPUT) continue;
        left--;
        if (is_word(e->input[e->node[i].which], name)) return i;
    }
    return NONE;
}

static const struct {
    const char *name;
    double value;
} constants[] = {
#define CONSTANT(name, value) {#name, (double)(value)},
#include "verify/expr_functions.def"
};

bool expr_find_constant(word name, double *value)
{
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++)
        if (is_word(constants[i].name, name)) {
            *value = constants[i].value;
            return true;
        }
    return false;
}

callable expr_find_callable(const parser *p, word name)
{
    callable found = {NOT_CALLABLE, EXPR_FUNCTIONS, AD_OP_count};
    char buffer[32] = "";
    if (name.length >= sizeof buffer) return found;
    memcpy(buffer, name.at, name.length);
    /* C's function goes before a row of its name: it does not depend on the table. */
    found.function = expr_function_find(buffer);
    if (!p->of_a_row) found.row = ad_op_find(buffer);
    found.kind = found.function != EXPR_FUNCTIONS ? A_FUNCTION
                 : found.row != AD_OP_count       ? A_ROW
                 : strcmp(buffer, "sum") == 0     ? THE_SUM
                                                  : NOT_CALLABLE;
    return found;
}
