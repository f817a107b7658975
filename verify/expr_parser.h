/*
 * The parser's state, for its three files: expr_parse.c reads statements,
 * expr_grammar.c what they are made of, and expr_build.c makes the nodes and knows the
 * names.
 */
#ifndef GRADYNO_EXPR_PARSER_H
#define GRADYNO_EXPR_PARSER_H

#include "verify/expr_error.h"

/* No node: what a function returns that has set the error. */
#define NONE UINT32_MAX

typedef struct parser {
    const char *text, *at; /* what is to be read, from here on */
    expr *e;
    size_t nodes_room, inputs_room, statements_room;
    char *pool;    /* where the next name is kept */
    bool of_a_row; /* C's functions only, and no name but the given inputs */
    int nesting;
    expr_error *error;
} parser;

/* A name in the text. */
typedef struct word {
    const char *at;
    size_t length;
} word;

/* For printf's %.*s: a name, not too much of it. */
#define SHOWN(w) ((w).length < 40 ? (int)(w).length : 40), (w).at

/* What a name can be called as. */
typedef struct callable {
    enum { NOT_CALLABLE, A_FUNCTION, A_ROW, THE_SUM } kind;
    expr_function_id function;
    ad_op row;
} callable;

/* Sets the error at a place in the text. `return refuse(...)` hands NONE on. */
#define refuse(p, where, ...)                                                          \
    (expr_error_set((p)->error, (p)->text, (size_t)((where) - (p)->text),              \
                    __VA_ARGS__),                                                      \
     NONE)

/* Skips white space; the character after it. */
char expr_skip_space(parser *p);

/* Skips white space and then c, if it is there. */
bool expr_take(parser *p, char c);

/* Skips white space; the name after it, not consumed, of length 0 if there is none. */
word expr_next_word(parser *p);

/* Refuses whatever stands where an operator should. `wanted`: what else could. */
uint32_t expr_refuse_after_operand(parser *p, const char *wanted);

/* Reads an expression; the node that is its value, or NONE. */
uint32_t expr_parse_conditional(parser *p);

/* Each appends a node that begins at `where`, and returns its number or NONE. */
uint32_t expr_append_number(parser *p, double number, const char *where);
uint32_t expr_append_function(parser *p, expr_function_id id, const uint32_t *operand,
                              const char *where);
uint32_t expr_append_binary(parser *p, expr_function_id id, uint32_t x, uint32_t y,
                            const char *where);
uint32_t expr_append_row(parser *p, ad_op op, const uint32_t *operand,
                         const char *where);
uint32_t expr_append_conditional(parser *p, const uint32_t operand[3],
                                 const char *where);
uint32_t expr_append_input(parser *p, word name);

/* Gives a node a name. False when memory is out. */
bool expr_append_statement(parser *p, word name, uint32_t node);

/* The node that a name stands for, or NONE (no error). */
uint32_t expr_find_name(const parser *p, word name);

callable expr_find_callable(const parser *p, word name);

/* Whether the name is a constant, and its value. */
bool expr_find_constant(word name, double *value);

#endif
