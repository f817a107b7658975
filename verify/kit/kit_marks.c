/*
 * Lesson 1: nodes that stay marked as visited. From the same output a second backward
 * then changes nothing, which looks as if all were made anew; from another one it shows.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"

static const char text[] =
    "x = 3; y = 2; a = x * y; b = a + x; c = a * y; backward b; backward c";

/* Whether all gradients are as the policy has them; a constant's is not looked at. */
static bool is_as(const kit *k, const script *s, script_policy policy, size_t *differs)
{
    script_result right;
    const script_result *seen = &k->sheet->result;
    const bool leaves_only = script_has_leaves_only(s, seen);
    script_reference(s, policy, &right);
    for (size_t i = 0; i < s->nodes; i++) {
        const script_verb verb = s->step[s->made[i]].verb;
        if (verb == SCRIPT_CONSTANT || (leaves_only && verb == SCRIPT_APPLY)) continue;
        const double most = 64 * k->engine.unit * (fabs(right.grad[i]) + 1);
        *differs = i;
        if (!(fabs(seen->grad[i] - right.grad[i]) <= most)) return false;
    }
    return true;
}

static bool has_told(const kit *k, const finding *f)
{
    for (size_t i = 0; i < k->n; i++)
        if (&k->finding[i] != f && strcmp(k->finding[i].id, "1.policy") == 0)
            return strcmp(k->finding[i].code, "G22") == 0;
    return false;
}

bool kit_marks_stay(const kit *k, finding *f, const script *s)
{
    size_t at = 0;
    script_result right;
    const script_result *seen = &k->sheet->result;
    if (!is_as(k, s, SCRIPT_MARKED, &at) || is_as(k, s, SCRIPT_ZEROES, &at))
        return false;
    script_reference(s, SCRIPT_ZEROES, &right);
    for (at = 0; seen->grad[at] == right.grad[at];) at++;
    const char *name = s->name[at];
    f->status = FINDING_FAIL;
    strcpy(f->code, "G22");
    snprintf(f->text, sizeof f->text,
             "nodes stay marked as visited: d%s is %.10g in a second backward, not "
             "%.10g",
             name, seen->grad[at], right.grad[at]);
    snprintf(f->expected, sizeof f->expected, "d%s = %.10g", name, right.grad[at]);
    snprintf(f->got, sizeof f->got, "d%s = %.10g", name, seen->grad[at]);
    strcpy(f->why, "What the first backward has been through is not gone through by "
                   "the second: only nodes that are new to it pass something on. From "
                   "the same output nothing changes at all.");
    if (has_told(k, f)) strcpy(f->same, "1.policy");
    return true;
}

static void put_program(finding *f, const script *s)
{
    f->run[0] = '\0';
    for (size_t i = 0; i < s->steps; i++) {
        char step[96];
        const size_t n = strlen(f->run);
        snprintf(f->run + n, sizeof f->run - n, "%s%s", i == 0 ? "" : "\n",
                 script_print_step(s, i, step, sizeof step));
    }
}

bool kit_marked(kit *k, finding *f)
{
    script s;
    ad_op missing;
    finding unused = {0};
    if (script_parse(&s, text) != NULL ||
        script_can_run(&k->engine, &s, &missing) != SCRIPT_DONE)
        return false;
    const script_result before = k->sheet->result;
    const bool stays =
        kit_ride_once(k, &unused, &(ride){.work = ride_script, .what = &s}, 1) &&
        k->sheet->result.outcome == SCRIPT_DONE && kit_marks_stay(k, f, &s);
    if (stays) put_program(f, &s);
    k->sheet->result = before;
    return stays;
}
