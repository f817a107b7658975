/* Programs as text. */
#include "verify/kit/process_program.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP = 256 }; /* bytes: no step is longer */

static const char head[] = "{\"kind\":\"evaluate\",\"module\":\"gradyno\","
                           "\"function\":\"run\",\"input\":{\"steps\":[";

/* Room for a step more, and for the line's end. */
static bool make_room(process_program *p)
{
    if (p->room - p->n < 2 * STEP) {
        const size_t room = 2 * p->room + 16 * STEP;
        char *more = realloc(p->text, room);
        if (more != NULL) {
            p->text = more;
            p->room = room;
        }
        p->out_of_memory |= more == NULL;
    }
    if (p->steps == p->constant_room) {
        const size_t room = 2 * p->constant_room + 64;
        unsigned char *more = realloc(p->constant, room);
        if (more != NULL) {
            p->constant = more;
            p->constant_room = room;
        }
        p->out_of_memory |= more == NULL;
    }
    return !p->out_of_memory;
}

static void put(process_program *p, const char *text)
{
    const size_t n = strlen(text);
    memcpy(p->text + p->n, text, n);
    p->n += n;
}

static void put_count(process_program *p, size_t k)
{
    char digit[24];
    size_t n = sizeof digit;
    digit[--n] = '\0';
    do digit[--n] = (char)('0' + k % 10);
    while ((k /= 10) > 0);
    put(p, digit + n);
}

/* With a point, for languages in which 3 / 2 is 1. JSON has no infinity and no NaN. */
static void put_number(process_program *p, double v)
{
    char text[40];
    snprintf(text, sizeof text, "%.17g", v);
    put(p, isnan(v)    ? "\"NaN\""
           : !isinf(v) ? text
           : v > 0     ? "\"Infinity\""
                       : "\"-Infinity\"");
    if (isfinite(v) && strpbrk(text, ".e") == NULL) put(p, ".0");
}

static bool begin_step(process_program *p, const char *op)
{
    if (!make_room(p)) return false;
    p->constant[p->steps] = 0;
    put(p, p->steps == 0 ? "{\"op\":\"" : ",{\"op\":\"");
    put(p, op);
    put(p, "\"");
    return true;
}

static size_t end_step(process_program *p)
{
    put(p, "}");
    return p->steps++;
}

void process_program_begin(process_program *p)
{
    *p = (process_program){0};
    if (make_room(p)) put(p, head);
}

void process_program_end(process_program *p)
{
    free(p->text);
    free(p->constant);
    *p = (process_program){0};
}

size_t process_program_leaf(process_program *p, const char *op, double value)
{
    if (!begin_step(p, op)) return 0;
    p->constant[p->steps] = strcmp(op, "constant") == 0;
    put(p, ",\"value\":");
    put_number(p, value);
    return end_step(p);
}

size_t process_program_apply(process_program *p, const char *op, size_t operands,
                             const ad_engine_node *operand, const double *c)
{
    if (!begin_step(p, op)) return 0;
    put(p, ",\"of\":");
    for (size_t i = 0; i < operands; i++) {
        put(p, i == 0 ? "[" : ",");
        put_count(p, operand[i]);
    }
    put(p, "]");
    if (c != NULL) put(p, ",\"c\":");
    if (c != NULL) put_number(p, *c);
    return end_step(p);
}

size_t process_program_backward(process_program *p, ad_engine_node output)
{
    return process_program_apply(p, "backward", 1, &output, NULL);
}

size_t process_program_zero(process_program *p)
{
    return begin_step(p, "zero") ? end_step(p) : 0;
}

const char *process_program_line(process_program *p, size_t id)
{
    if (p->out_of_memory) return NULL;
    const size_t n = p->n;
    put(p, "]},\"id\":");
    put_count(p, id);
    put(p, "}");
    p->text[p->n] = '\0';
    p->n = n; /* the next step goes where the end stands now */
    return p->text;
}
