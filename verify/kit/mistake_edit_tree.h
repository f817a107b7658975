/* A formula that was read: between the files of mistake_edit.h. */
#ifndef GRADYNO_KIT_MISTAKE_EDIT_TREE_H
#define GRADYNO_KIT_MISTAKE_EDIT_TREE_H

#include <stddef.h>

enum { EDIT_NODES = 40 };

/* A letter x, y, z, c, g; '#' a number; 'f' a function of a; - + * / ^ of a and b; '~' -a. */
typedef struct edit_node {
    char kind;
    int function;
    double number;
    int a, b;
} edit_node;

typedef struct edit_tree {
    edit_node node[EDIT_NODES];
    int n, root;
    const char *rest; /* of the text, while it is read */
} edit_tree;

/* The functions and numbers that there are: the first so many may stand where another
 * belongs. */
typedef struct edit_function {
    const char *name;
    double (*of)(double);
} edit_function;
extern const edit_function edit_functions[];
extern const int edit_functions_count;

enum { EDIT_PI = 3, EDIT_E, EDIT_NUMBERS = 8 };
extern const double edit_numbers[EDIT_NUMBERS];

/* "1/(x*ln(2))", without spaces and right; and as it is printed, from node i down. */
void edit_read(edit_tree *t, const char *text);
void edit_write(const edit_tree *t, int i, char *text, size_t room);

/* One more node; its number. */
int edit_put(edit_tree *t, edit_node node);

typedef struct edit_place {
    double x, y, z, c, g;
} edit_place;
double edit_value_of(const edit_tree *t, int i, const edit_place *p);

#endif
