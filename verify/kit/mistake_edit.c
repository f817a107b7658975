/* Formulae with one change in them. */
#include "verify/kit/mistake_edit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/mistake_edit_tree.h"

/* ---- Changes --------------------------------------------------------------------- */

static const char letters[] = "xyzc", signs[] = "+-*/";

/* How many changes are tried at a node; some of them are none. */
static int slots(const edit_node *node)
{
    switch (node->kind) {
    case '#': return EDIT_NUMBERS;
    case 'f': return edit_functions_count + 2;
    case '~': return 1;
    case '+':
    case '-':
    case '*':
    case '/':
    case '^': return 7;
    default: return 4;
    }
}

static bool has_the_letter(ad_op op, int partial, char letter)
{
    return letter == 'x' || (letter == 'y' && ad_ops[op].operands > 1) ||
           (letter == 'z' && partial >= 0) ||
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

/* Another function; none; or at -x. */
static bool change_function(edit_tree *t, int i, int slot)
{
    const int inside = t->node[i].a;
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
    case 'f': return change_function(t, i, slot);
    case '~': *node = t->node[node->a]; return true;
    case '+':
    case '-':
    case '*':
    case '/': return change_pair(t, i, slot);
    case '^':
        return slot < 4 ? change_square(t, i, slot, op, partial)
                        : change_pair(t, i, slot);
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

/* The formula before and after; at: the node that is another. */
static bool make(ad_op op, int partial, int number, edit_tree *right,
                 edit_tree *changed, int *at)
{
    int count = 0;
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
        if (rules[r].op != op || rules[r].partial != partial) continue;
        edit_read(right, rules[r].text);
        *changed = *right;
        *at = right->root;
        if (number <= 0 && number++ == 0) return true;
        if (number <= 0) continue;
        for (int i = 0; i < right->n; i++)
            for (int slot = 0; slot < slots(&right->node[i]); slot++) {
                if (!change(changed, i, slot, op, partial)) continue;
                *at = i;
                if (++count == number) return true;
                *changed = *right;
            }
    }
    return false;
}

bool edit_exists(ad_op op, int partial, int number)
{
    edit_tree right, changed;
    int at;
    return make(op, partial, number, &right, &changed, &at);
}

double edit_value(ad_op op, int partial, int number, const double *x, double c,
                  double z)
{
    edit_tree right, changed;
    int at;
    if (!make(op, partial, number, &right, &changed, &at)) return (double)NAN;
    const edit_place p = {x[0], ad_ops[op].operands > 1 ? x[1] : (double)NAN, z, c};
    return edit_value_of(&changed, changed.root, &p);
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
    edit_tree right, changed;
    int at;
    text[0] = '\0';
    if (!make(op, partial, number, &right, &changed, &at)) return text;
    if (part == EDIT_CHANGED) edit_write(&changed, changed.root, text, room);
    if (part == EDIT_RIGHT) edit_write(&right, right.root, text, room);
    if (part != EDIT_CHANGE) return text;
    const int node = shown(&right, at);
    edit_write(&changed, node, text, room);
    snprintf(text + strlen(text), room - strlen(text), " where ");
    edit_write(&right, node, text, room);
    snprintf(text + strlen(text), room - strlen(text), " belongs");
    return text;
}
