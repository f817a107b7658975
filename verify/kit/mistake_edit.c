/* Formulae with one change in them. */
#include "verify/kit/mistake_edit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/mistake_edit_tree.h"

/* ---- Changes --------------------------------------------------------------------- */

static const char letters[] = "xyzcg", signs[] = "+-*/";
enum { LETTERS = sizeof letters - 1 };

/* How many changes are tried at a node; some of them are none. */
static int slots(const edit_node *node)
{
    switch (node->kind) {
    case '#': return EDIT_NUMBERS;
    case 'f': return edit_functions_count + 2 + LETTERS;
    case '~': return 1;
    case '+':
    case '-':
    case '*':
    case '/': return 7;
    case '^': return LETTERS + 3;
    default: return LETTERS;
    }
}

static bool has_the_letter(ad_op op, int partial, char letter)
{
    return letter == 'x' || (letter == 'y' && ad_ops[op].operands > 1) ||
           ((letter == 'z' || letter == 'g') && partial >= 0) ||
           (letter == 'c' && ad_ops[op].constants > 0);
}

static bool change_letter(edit_node *node, int slot, ad_op op, int partial)
{
    const char to = letters[slot];
    if (to == node->kind || !has_the_letter(op, partial, to)) return false;
    node->kind = to;
    return true;
}

/* x z for x^2. */
static bool change_square(edit_tree *t, int i, int slot, ad_op op, int partial)
{
    edit_node *node = &t->node[i], *two = &t->node[node->b];
    if (two->kind != '#' || two->number != 2 ||
        t->node[node->a].kind == letters[slot] ||
        !has_the_letter(op, partial, letters[slot]))
        return false;
    two->kind = letters[slot];
    node->kind = '*';
    return true;
}

/* Another function; none; at -x; or a letter, as z where s(x) belongs. */
static bool change_function(edit_tree *t, int i, int slot, ad_op op, int partial)
{
    const int inside = t->node[i].a, letter = slot - edit_functions_count - 2;
    if (letter >= 0) return change_letter(&t->node[i], letter, op, partial);
    if (slot < edit_functions_count) {
        if (slot == t->node[i].function) return false;
        t->node[i].function = slot;
    } else if (slot == edit_functions_count) {
        t->node[i] = t->node[inside];
    } else {
        if (t->node[inside].kind == '~') return false;
        t->node[i].a = edit_put(t, (edit_node){.kind = '~', .a = inside});
    }
    return true;
}

/* Another sign; one side alone; sides exchanged. */
static bool change_pair(edit_tree *t, int i, int slot)
{
    edit_node *node = &t->node[i];
    const int a = node->a, b = node->b;
    if (slot < 4) {
        if (node->kind == '^' || signs[slot] == node->kind) return false;
        node->kind = signs[slot];
    } else if (slot < 6) {
        *node = t->node[slot == 4 ? a : b];
    } else {
        if (node->kind == '+' || node->kind == '*') return false;
        node->a = b;
        node->b = a;
    }
    return true;
}

static int parent_of(const edit_tree *t, int at)
{
    for (int i = 0; i < t->n; i++) {
        const edit_node *node = &t->node[i];
        const bool two = strchr("+-*/^", node->kind) != NULL,
                   one = node->kind == 'f' || node->kind == '~';
        if ((one || two) && (node->a == at || (two && node->b == at))) return i;
    }
    return -1;
}

/* Where 1 would change nothing but the text. */
static bool is_factor(const edit_tree *t, int at)
{
    const int up = parent_of(t, at);
    return up >= 0 && (t->node[up].kind == '*' || t->node[up].kind == '^' ||
                       (t->node[up].kind == '/' && t->node[up].b == at));
}

static bool change(edit_tree *t, int i, int slot, ad_op op, int partial)
{
    edit_node *node = &t->node[i];
    switch (node->kind) {
    case '#':
        if (fabs(node->number - edit_numbers[slot]) < 1e-12) return false;
        if (slot == 0 && is_factor(t, i)) return false; /* it is left out below */
        node->number = edit_numbers[slot];
        return true;
    case 'f': return change_function(t, i, slot, op, partial);
    case '~': *node = t->node[node->a]; return true;
    case '+':
    case '-':
    case '*':
    case '/': return change_pair(t, i, slot);
    case '^':
        return slot < LETTERS ? change_square(t, i, slot, op, partial)
                              : change_pair(t, i, slot - LETTERS + 4);
    default: return change_letter(node, slot, op, partial);
    }
}

static const struct edit_rule {
    ad_op op;
    int partial;
    const char *text;
} rules[] = {
#define RULE(name, partial, text) {AD_OP_##name, partial, text},
#include "verify/kit/rule.def"
};

/* The formula before and after; at: the node that is another, or EVERYWHERE: all letters
 * `from` are `to`, and the other way about if both. */
enum { EVERYWHERE = -1 };
typedef struct edited {
    edit_tree right, changed;
    int at;
    char from, to;
    bool both;
} edited;

static int count_letter(const edit_tree *t, char letter)
{
    int n = 0;
    for (int i = 0; i < t->n; i++) n += t->node[i].kind == letter;
    return n;
}

enum { WAYS = 2 * LETTERS * LETTERS }; /* of change_everywhere */

/* A value that was read from the wrong place, or two that were given in another order. */
static bool change_everywhere(edited *e, int way, ad_op op, int partial)
{
    e->from = letters[way % LETTERS];
    e->to = letters[way / LETTERS % LETTERS];
    e->both = way >= LETTERS * LETTERS;
    const int from = count_letter(&e->right, e->from),
              to = count_letter(&e->right, e->to);
    if (e->from == e->to || !has_the_letter(op, partial, e->to)) return false;
    if (e->both ? from == 0 || to == 0 || e->from > e->to : from < 2) return false;
    for (int i = 0; i < e->right.n; i++) {
        const char is = e->right.node[i].kind;
        if (is == e->from) e->changed.node[i].kind = e->to;
        if (is == e->to && e->both) e->changed.node[i].kind = e->from;
    }
    return true;
}

static bool make(ad_op op, int partial, int number, edited *e)
{
    int count = 0;
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
        if (rules[r].op != op || rules[r].partial != partial) continue;
        edit_read(&e->right, rules[r].text);
        e->changed = e->right;
        e->at = e->right.root;
        if (number <= 0 && number++ == 0) return true;
        if (number <= 0) continue;
        for (e->at = 0; e->at < e->right.n; e->at++)
            for (int slot = 0; slot < slots(&e->right.node[e->at]); slot++) {
                if (!change(&e->changed, e->at, slot, op, partial)) continue;
                if (++count == number) return true;
                e->changed = e->right;
            }
        e->at = EVERYWHERE;
        for (int way = 0; way < WAYS; way++) {
            if (!change_everywhere(e, way, op, partial)) continue;
            if (++count == number) return true;
            e->changed = e->right;
        }
    }
    return false;
}

bool edit_exists(ad_op op, int partial, int number)
{
    edited e;
    return make(op, partial, number, &e);
}

double edit_value(ad_op op, int partial, int number, const edit_place *at)
{
    edited e;
    if (!make(op, partial, number, &e)) return (double)NAN;
    return edit_value_of(&e.changed, e.changed.root, at);
}

static bool has_letter(const edit_tree *t, int i)
{
    const edit_node *node = &t->node[i];
    if (node->kind == '#') return false;
    if (node->kind == 'f' || node->kind == '~') return has_letter(t, node->a);
    if (strchr(letters, node->kind) != NULL) return true;
    return has_letter(t, node->a) || has_letter(t, node->b);
}

/* What is said to be another: of ln(2) for ln(10), and of x^3 for x^2, the whole; a
 * number is never said alone. */
static int shown(const edit_tree *right, int at)
{
    if (!has_letter(right, at))
        for (int up = parent_of(right, at); up >= 0; up = parent_of(right, at)) {
            if (has_letter(right, up) && right->node[at].kind != '#') break;
            at = up;
            if (has_letter(right, at)) break;
        }
    const int up = parent_of(right, at);
    return up >= 0 && right->node[up].kind == '^' ? up : at;
}

const char *edit_text(ad_op op, int partial, int number, edit_part part, char *text,
                      size_t room)
{
    edited e;
    text[0] = '\0';
    if (!make(op, partial, number, &e)) return text;
    if (part == EDIT_CHANGED) edit_write(&e.changed, e.changed.root, text, room);
    if (part == EDIT_RIGHT) edit_write(&e.right, e.right.root, text, room);
    if (part != EDIT_CHANGE) return text;
    if (e.at == EVERYWHERE) {
        const int n = snprintf(text, room, "%c where %c belongs", e.to, e.from);
        if (e.both)
            snprintf(text + n, room - (size_t)n, ", and %c where %c does", e.from,
                     e.to);
        return text;
    }
    const int node = shown(&e.right, e.at);
    edit_write(&e.changed, node, text, room);
    snprintf(text + strlen(text), room - strlen(text), " where ");
    edit_write(&e.right, node, text, room);
    snprintf(text + strlen(text), room - strlen(text), " belongs");
    return text;
}
