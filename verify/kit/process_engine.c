#include "verify/kit/process_engine.h"

#include <stdio.h>

#ifndef HAVE_jansson

const char *process_engine_start(const char *command, char room[320])
{
    (void)command, (void)room;
    return "proc: needs jansson, which this build has not (install libjansson-dev and "
           "build again)";
}

const char *process_engine_join(const child *running, char room[320])
{
    (void)running;
    return process_engine_start("", room);
}

const ad_engine *process_engine(void) { return NULL; }

#else

#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/ops.h"
#include "verify/kit/process_program.h"

static struct {
    child child;
    size_t sent; /* lines: the next one's id */
    char name[64];
    bool has[AD_OP_count];
    bool introduced; /* from then on, its end is ours */
    ad_engine engine;
} process;

/* Every step of a program is a node, numbered from 0. A backward's number is unused. */
typedef struct record {
    process_program program;
    double *value, *grad; /* [answered] */
    size_t answered;      /* steps there were when the process was last asked */
    char error[160];
} record;

/* ---- Lines ----------------------------------------------------------------------- */

/* The process has ended within a program: so do we, and isolate.h tells how. */
static _Noreturn void end_likewise(void)
{
    const int status = child_wait(&process.child);
    if (status != -1 && WIFSIGNALED(status)) raise(WTERMSIG(status));
    _exit(status != -1 && WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
}

/* Sends the line, of which `id` is the id, and returns the answer to it; NULL, with the
 * reason in `error`. */
static json_t *ask_line(const char *line, size_t id, char error[160])
{
    const bool sent = line != NULL && child_write_line(&process.child, line);
    const char *text = sent ? child_read_line(&process.child) : NULL;
    if (text == NULL) {
        if (process.introduced) end_likewise();
        snprintf(error, 160, "the process ended without an answer to line %zu", id);
        return NULL;
    }
    json_t *answer = json_loads(text, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
    const json_t *answered = json_object_get(answer, "id");
    if (json_is_number(answered) && json_number_value(answered) == (double)id)
        return answer;
    if (answer == NULL)
        snprintf(error, 160,
                 "its answer is not JSON: '%.60s'; print what is no answer to standard "
                 "error",
                 text);
    else
        snprintf(error, 160, "its answer has not the id %zu: '%.60s'", id, text);
    json_decref(answer);
    return NULL;
}

/* The same with `request`, which ends here. */
static json_t *ask(json_t *request, char error[160])
{
    const size_t id = process.sent++;
    json_object_set_new(request, "id", json_integer((json_int_t)id));
    char *line = json_dumps(request, JSON_COMPACT);
    json_decref(request);
    json_t *answer = ask_line(line, id, error);
    free(line);
    return answer;
}

static bool succeeded(const json_t *answer, char error[160])
{
    if (json_is_true(json_object_get(answer, "success"))) return true;
    const char *why = json_string_value(json_object_get(answer, "error"));
    snprintf(error, 160, "%.150s", why != NULL ? why : "it answered without success");
    return false;
}

/* A number, or what JSON has no number for: "Infinity", "-Infinity", "NaN". */
static double number(const json_t *j)
{
    if (json_is_number(j)) return json_number_value(j);
    if (!json_is_string(j)) return (double)NAN;
    char *end;
    const double v = strtod(json_string_value(j), &end);
    return *end == '\0' ? v : (double)NAN; /* 1,234 is none */
}

/* ---- Start ----------------------------------------------------------------------- */

/* A word of its config; "" where it has none of that name. */
static const char *configured(const json_t *hello, const char *name)
{
    const char *word =
        json_string_value(json_object_get(json_object_get(hello, "config"), name));
    return word != NULL ? word : "";
}

static bool introduce(char error[160])
{
    json_t *hello =
        ask(json_pack("{s:s, s:s}", "kind", "start", "eval", "gradyno"), error);
    if (hello == NULL) return false;
    const char *name = json_string_value(json_object_get(hello, "tool"));
    snprintf(process.name, sizeof process.name, "%.60s",
             name != NULL ? name : "process");
    static const char *const policies[] = {"any", "zeroes", "accumulates", "once"};
    if (strcmp(configured(hello, "precision"), "float") == 0)
        process.engine.precision = AD_ENGINE_FLOAT;
    for (size_t p = 0; p < sizeof policies / sizeof *policies; p++)
        if (strcmp(configured(hello, "policy"), policies[p]) == 0)
            process.engine.policy = (ad_engine_policy)p;
    if (json_is_false(json_object_get(json_object_get(hello, "config"), "zero")))
        process.engine.zero_grad = NULL;
    json_decref(hello);
    return true;
}

static bool learn_operations(char error[160])
{
    json_t *names = json_array();
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        json_array_append_new(names, json_string(ad_ops[op].name));
    json_t *answer = ask(json_pack("{s:s, s:s, s:o}", "kind", "define", "module",
                                   "gradyno", "operations", names),
                         error);
    const bool ok = answer != NULL && succeeded(answer, error);
    size_t i;
    const json_t *known;
    json_array_foreach(json_object_get(answer, "operations"), i, known)
    {
        const char *name = json_string_value(known);
        const ad_op op = name != NULL ? ad_op_find(name) : AD_OP_count;
        if (op != AD_OP_count) process.has[op] = true;
    }
    json_decref(answer);
    return ok;
}

/* ---- The contract ---------------------------------------------------------------- */

static int resolve(const char *operation)
{
    const ad_op op = ad_op_find(operation);
    return op != AD_OP_count && process.has[op] ? (int)op : -1;
}

static void *create(void)
{
    record *r = calloc(1, sizeof *r);
    if (r == NULL) return NULL;
    process_program_begin(&r->program);
    return r;
}

static void destroy(void *ctx)
{
    record *r = ctx;
    process_program_end(&r->program);
    free(r->value), free(r->grad), free(r);
}

static ad_engine_node input(void *r, double value)
{
    return process_program_leaf(&((record *)r)->program, "input", value);
}

static ad_engine_node constant(void *r, double value)
{
    return process_program_leaf(&((record *)r)->program, "constant", value);
}

static ad_engine_node apply(void *r, int op, size_t operands,
                            const ad_engine_node *operand, double c)
{
    return process_program_apply(&((record *)r)->program, ad_ops[op].name, operands,
                                 operand, ad_ops[op].constants > 0 ? &c : NULL);
}

static void backward(void *r, ad_engine_node output)
{
    process_program_backward(&((record *)r)->program, output);
}

static void zero_grad(void *r) { process_program_zero(&((record *)r)->program); }

static bool take(const json_t *output, const char *key, size_t n, double **numbers)
{
    const json_t *list = json_object_get(output, key);
    double *grown = realloc(*numbers, n * sizeof **numbers);
    if (grown == NULL) return false;
    *numbers = grown;
    for (size_t i = 0; i < n; i++) grown[i] = number(json_array_get(list, i));
    return json_array_size(list) == n;
}

/* Has the process run all steps so far, if it has not. */
static void answer(record *r)
{
    const size_t n = r->program.steps, id = process.sent;
    if (r->answered == n || r->error[0] != '\0') return;
    r->answered = n;
    const char *line = process_program_line(&r->program, id);
    if (line == NULL) {
        snprintf(r->error, sizeof r->error, "out of memory");
        return;
    }
    process.sent++;
    json_t *got = ask_line(line, id, r->error);
    const json_t *output = json_object_get(got, "output");
    if (got == NULL || !succeeded(got, r->error) ||
        (take(output, "data", n, &r->value) && take(output, "grad", n, &r->grad)))
        (void)0;
    else
        snprintf(r->error, sizeof r->error,
                 "its output has not %zu numbers in each of \"data\" and \"grad\"", n);
    json_decref(got);
}

static double value(void *ctx, ad_engine_node node)
{
    record *r = ctx;
    answer(r);
    return r->error[0] == '\0' ? r->value[node] : (double)NAN;
}

/* What an engine has for a constant, which it may treat as an input, is not looked
 * at. */
static double grad(void *ctx, ad_engine_node node)
{
    record *r = ctx;
    answer(r);
    if (r->error[0] == '\0' && process_program_is_constant(&r->program, node)) return 0;
    return r->error[0] == '\0' ? r->grad[node] : (double)NAN;
}

static const char *error_of(void *ctx)
{
    const record *r = ctx;
    return r->error[0] == '\0' ? NULL : r->error;
}

const ad_engine *process_engine(void) { return &process.engine; }

static const char *begin(char room[320])
{
    memset(process.has, 0, sizeof process.has);
    process.sent = 0;
    process.introduced = false;
    process.engine = (ad_engine){.abi = AD_ENGINE_ABI,
                                 .size = sizeof(ad_engine),
                                 .name = process.name,
                                 .create = create,
                                 .destroy = destroy,
                                 .resolve = resolve,
                                 .input = input,
                                 .apply = apply,
                                 .value = value,
                                 .backward = backward,
                                 .grad = grad,
                                 .constant = constant,
                                 .zero_grad = zero_grad,
                                 .error = error_of};
    char error[160] = "no process can be made";
    process.introduced =
        process.child.pid > 0 && introduce(error) && learn_operations(error);
    if (process.introduced) return NULL;
    snprintf(room, 320, "%s", error);
    return room;
}

const char *process_engine_start(const char *command, char room[320])
{
    child_start(&process.child, command, false);
    return begin(room);
}

const char *process_engine_join(const child *running, char room[320])
{
    process.child = *running;
    return begin(room);
}

#endif
