/*
 * Expressions: C's arithmetic as text, read once into a flat list of nodes, then
 * evaluated in double or in MPFR, or recorded on either engine.
 *
 *     expr_error error;
 *     expr *e = expr_parse("a = w * x; tanh(a + b)", &error);
 *     const double x[] = {0.5, 2, 1};             // w, x, b: in order of appearance
 *     printf("%g\n", expr_value(e, x));           // tanh(2)
 *     expr_free(e);
 *
 * The grammar: statements `name = e; name = e; ...; e`, of which the last is the
 * output. C's operators + - * / < <= > >= == != && || ! ?: with C's precedence; the
 * functions and constants of expr_functions.def; the rows of ops.def by name, a row's
 * constant last; sum(e, ...). A name that no statement defines is an input. Every
 * number is a double: 1/2 is 0.5. The value decides at a `?:`; a comparison is 1 or 0
 * and has no derivative.
 *
 * An expr is not changed once it is read, so threads may share it.
 */
#ifndef GRADYNO_EXPR_H
#define GRADYNO_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "engine/graph.h"
#include "engine/ops.h"
#include "engine/tape.h"

enum {
    EXPR_MAX_BYTES = 100000, /* of text */
    EXPR_MAX_NESTING = 1000, /* of parentheses, signs and ?: within one another */
    EXPR_MAX_OPERANDS = AD_MAX_OPERANDS + 1 /* a row's constant is one */
};

/* Why a text was refused: one sentence, and the line that it is about. */
typedef struct expr_error {
    size_t position;    /* the byte of the text that it is about */
    char sentence[192]; /* lower case, no full stop */
    char line[80];      /* the text around that byte, printable */
    size_t column;      /* of that byte in `line`, from 0: where the caret goes */
} expr_error;

/* The numbers of the functions in expr_functions.def: EXPR_add, EXPR_tanh, ... */
typedef enum expr_function_id {
#define OPERATOR1(id, ...) EXPR_##id,
#define OPERATOR2(id, ...) EXPR_##id,
#define FUNCTION1(id, ...) EXPR_##id,
#define FUNCTION2(id, ...) EXPR_##id,
#define FUNCTION3(id, ...) EXPR_##id,
#include "verify/expr_functions.def"
    EXPR_FUNCTIONS
} expr_function_id;

struct expr_function {
    const char *name; /* as it is written: "tanh", "+" */
    int operands;
    bool flat;           /* its derivative is 0 wherever it has one */
    const char *row;     /* of ops.def, that records it; NULL for none */
    const char *instead; /* what to write where there is no row; NULL for none */
    double (*value)(const double *operand);
};

extern const struct expr_function expr_functions[EXPR_FUNCTIONS];

typedef enum expr_kind {
    EXPR_NUMBER,
    EXPR_INPUT,
    EXPR_FUNCTION,   /* of expr_functions */
    EXPR_ROW,        /* of ad_ops, where its name is not one of expr_functions */
    EXPR_CONDITIONAL /* operand 0 != 0 ? operand 1 : operand 2 */
} expr_kind;

struct expr_node {
    expr_kind kind;
    int operands;   /* a row's constant included */
    bool varies;    /* depends on an input */
    bool named;     /* is the value of a statement `name = ...` */
    uint32_t which; /* EXPR_INPUT: which input; EXPR_FUNCTION: which function */
    ad_op op;       /* the row that records it, or AD_OP_count */
    uint32_t operand[EXPR_MAX_OPERANDS]; /* nodes before this one */
    double number;                       /* EXPR_NUMBER: its value */
    size_t position;                     /* in the text */
};

struct expr_statement {
    const char *name;
    uint32_t node;
};

/* Everything here is to be read only, and lives until expr_free. */
typedef struct expr {
    struct expr_node *node; /* operands come before their users */
    size_t nodes;
    uint32_t output;
    const char **input; /* the inputs' names, in order of appearance */
    size_t inputs;
    struct expr_statement *statement; /* those that have a name */
    size_t statements;
    const char *text;              /* a copy of what was read */
    struct expr *row[AD_OP_count]; /* the value texts of the rows that occur */
    char *pool;                    /* where text and names are kept */
} expr;

/*
 * The expression that `text` says, or NULL with the reason in *error. The caller frees
 * it. Accepts any bytes.
 */
expr *expr_parse(const char *text, expr_error *error);

/*
 * The value column of a row of ops.def. Its inputs are the row's operands and then its
 * constant, of "x", "y", "w" and "c" as many as it has, whether or not they occur.
 * Knows C's functions only, as the C compiler does that reads the same text.
 */
expr *expr_parse_row(ad_op op, expr_error *error);

/* NULL is allowed. */
void expr_free(expr *e);

/* The number of that name in expr_functions, operators excluded, or EXPR_FUNCTIONS. */
expr_function_id expr_function_find(const char *name);

/* Which input has that name, or e->inputs if none has. */
size_t expr_input_find(const expr *e, const char *name);

/*
 * The output's value at inputs[0 ... e->inputs - 1], in double. Reentrant. Allocates
 * only above some hundred nodes; NaN if that fails.
 */
double expr_value(const expr *e, const double *inputs);

/* The same as a callback: ctx is the const expr *. */
double expr_callback(const double *inputs, void *ctx);

/* Every node's value: value[e->nodes]. */
void expr_values(const expr *e, const double *inputs, double *value);

/* How a node is recorded. */
typedef enum expr_role {
    EXPR_SKIPPED,  /* not at all: the output does not depend on it here */
    EXPR_GIVEN,    /* it is an input */
    EXPR_CONSTANT, /* a leaf without a gradient */
    EXPR_VAR,      /* a leaf with one: a number that a statement has named */
    EXPR_APPLIED,  /* the row node.op, applied to its operands */
    EXPR_SAME_AS   /* a conditional: it is the branch that was taken, `same_as` */
} expr_role;

struct expr_step {
    expr_role role;
    uint32_t same_as;
    double value; /* in double, SKIPPED or not */
};

/*
 * What has to be recorded at a point: only what the output depends on there, so of a
 * conditional the taken branch alone. Returns step[e->nodes], which the caller frees
 * with free(); or NULL with the reason: a function that no row records (its name, and
 * what to write instead), or no memory.
 */
struct expr_step *expr_plan(const expr *e, const double *inputs, expr_error *error);

/* The node that stands for `node` in a record: the end of its EXPR_SAME_AS steps. */
uint32_t expr_resolve(const struct expr_step *step, uint32_t node);

/*
 * Records the plan. input[e->inputs] are handles that the caller has made; handle[i] is
 * set for every node i that is not EXPR_SKIPPED. Returns the output's handle. Whether
 * there was memory enough, the engine's status says.
 */
ad_graph_handle expr_record_graph(const expr *e, const struct expr_step *step,
                                  ad_graph *g, const ad_graph_handle *input,
                                  ad_graph_handle *handle);
ad_tape_handle expr_record_tape(const expr *e, const struct expr_step *step, ad_tape *t,
                                const ad_tape_handle *input, ad_tape_handle *handle);

/*
 * partial[k] = d node / d operand k at the plan's values, 0 for a row's constant. Node
 * must be EXPR_APPLIED.
 */
void expr_partials(const expr *e, const struct expr_step *step, uint32_t node,
                   double partial[EXPR_MAX_OPERANDS]);

/*
 * rounding[i] = how far rounding may have moved d output / d node i, with both engines
 * and whatever their order of addition: an estimate, by repeating the plan with every
 * result disturbed. NaN where it cannot be said, as where the gradient is not finite.
 * False when there is no memory.
 */
bool expr_rounding(const expr *e, const struct expr_step *step, double *rounding);

/*
 * A node as text, its operands (with by_name itself too) by the names that statements
 * gave them; what does not fit in `room` bytes (16 at least) ends in "...".
 */
void expr_write_node(const expr *e, uint32_t node, bool by_name, char *text,
                     size_t room);

/*
 * Writes the recorded graph in Graphviz' language: each node with its op, data and
 * grad, and one arrow for each use, labelled with what backward sends along it (grad
 * times the local partial), so that a value used twice has two. grad[e->nodes]; NULL
 * when backward has not run. False when writing failed.
 */
bool expr_draw(FILE *out, const expr *e, const struct expr_step *step,
               const double *grad);

#endif
