/*
 * The verdict on one number at a cell of the edge grid, and what is right in its place,
 * for a sentence.
 *
 *     edge_expectation right;
 *     if (claimed != 0) return edge_wrong(&right, "the rules", "log 1 is 0", "%a", 0.0);
 */
#ifndef GRADYNO_EDGE_VERDICT_H
#define GRADYNO_EDGE_VERDICT_H

#include <stdarg.h>
#include <stdio.h>

/* SILENT: this judge has no word on it. WRONG: the expectation says whose word it
 * is. */
typedef enum edge_verdict {
    EDGE_SILENT,
    EDGE_RIGHT_BY_CONVENTION,
    EDGE_RIGHT_BY_WITNESS,
    EDGE_RIGHT_BY_RULE,
    EDGE_WRONG
} edge_verdict;

typedef struct edge_expectation {
    char number[96];
    const char *policy, *reason; /* static strings */
} edge_expectation;

/* EDGE_WRONG, always; the number is printed to format. */
#ifdef __GNUC__
__attribute__((format(printf, 4, 5)))
#endif
static inline edge_verdict
edge_wrong(edge_expectation *right, const char *policy, const char *reason,
           const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(right->number, sizeof right->number, format, arguments);
    va_end(arguments);
    right->policy = policy;
    right->reason = reason;
    return EDGE_WRONG;
}

#endif
