/* A node of an expression as text again, short enough for a sentence. */
#include <stdio.h>
#include <string.h>

#include "verify/expr.h"

typedef struct writer {
    const expr *e;
    char *text;
    size_t room, used;
    bool cut;
} writer;

static void put(writer *w, const char *text)
{
    const size_t length = strlen(text);
    w->cut = w->cut || w->used + length >= w->room;
    if (w->cut) return;
    memcpy(w->text + w->used, text, length + 1);
    w->used += length;
}

static const char *name_of(const expr *e, uint32_t node)
{
    for (size_t k = 0; k < e->statements; k++)
        if (e->statement[k].node == node) return e->statement[k].name;
    return NULL;
}

static void put_node(writer *w, uint32_t i, bool inside);

static void put_operator(writer *w, const struct expr_node *v, const char *sign,
                         bool inside)
{
    if (inside) put(w, "(");
    if (v->operands == 1) put(w, sign);
    put_node(w, v->operand[0], true);
    if (v->operands == 2) {
        put(w, " ");
        put(w, sign);
        put(w, " ");
        put_node(w, v->operand[1], true);
    }
    if (inside) put(w, ")");
}

static void put_call(writer *w, const struct expr_node *v, const char *name)
{
    put(w, name);
    put(w, "(");
    for (int k = 0; k < v->operands && !w->cut; k++) {
        if (k > 0) put(w, ", ");
        put_node(w, v->operand[k], false);
    }
    put(w, ")");
}

static void put_whole(writer *w, uint32_t i, bool inside)
{
    const struct expr_node *v = &w->e->node[i];
    char number[32];
    const char *name;
    switch (v->kind) {
    case EXPR_NUMBER:
        snprintf(number, sizeof number, "%.6g", v->number);
        put(w, number);
        break;
    case EXPR_INPUT: put(w, w->e->input[v->which]); break;
    case EXPR_CONDITIONAL: put(w, "(... ? ... : ...)"); break;
    case EXPR_ROW: put_call(w, v, ad_ops[v->op].name); break;
    case EXPR_FUNCTION:
        name = expr_functions[v->which].name;
        if (strchr("+-*/<>=!&|", name[0]) != NULL)
            put_operator(w, v, name, inside);
        else
            put_call(w, v, name);
        break;
    }
}

static void put_node(writer *w, uint32_t i, bool inside)
{
    const char *name = name_of(w->e, i);
    if (w->cut) return;
    if (name != NULL)
        put(w, name);
    else
        put_whole(w, i, inside);
}

void expr_write_node(const expr *e, uint32_t node, bool by_name, char *text,
                     size_t room)
{
    writer w = {.e = e, .text = text, .room = room - 3};
    text[0] = '\0';
    if (by_name)
        put_node(&w, node, false);
    else
        put_whole(&w, node, false);
    if (w.cut) strcpy(text + w.used, "...");
}
