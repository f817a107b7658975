/* How the loop of sum or dot goes wrong, in words. */
#include <stdio.h>

#include "verify/kit/kit_fused.h"

const char *kit_lengths_text(const loop_guess *g, bool is_dot, bool in_value,
                             char *text, size_t room)
{
    const char *name = is_dot ? "dot" : "sum", *one = is_dot ? "pair" : "number";
    const char *whom = !is_dot || in_value || (g->of[0] && g->of[1]) ? ""
                       : g->of[0]                                    ? "x of "
                                                                     : "y of ";
    const char *lacks = in_value ? "is left out" : "gets nothing";
    switch (g->way) {
    case LEFT_OVER:
        if (g->k == 2)
            snprintf(text, room, "%s of an odd number: %sthe last %s %s", name, whom,
                     one, lacks);
        else
            snprintf(text, room, "%s takes %ss by %d: %swhat is left over %s", name,
                     one, g->k, whom, lacks);
        break;
    case LAST:
        snprintf(text, room, "%s: %sthe last %s %s", name, whom, one, lacks);
        break;
    case FIRST:
        snprintf(text, room, "%s: %sthe first %s %s", name, whom, one, lacks);
        break;
    case BEYOND:
        snprintf(text, room, "%s: %swhat comes after the first %d %s", name, whom, g->k,
                 lacks);
        break;
    case ODD:
        snprintf(text, room, "%s: %severy second %s %s", name, whom, one, lacks);
        break;
    case NOTHING:
        snprintf(text, room, "the rule for %s gives nothing to %s", name,
                 !is_dot                ? "its operands"
                 : g->of[0] && g->of[1] ? "x and y"
                 : g->of[0]             ? "x"
                                        : "y");
        break;
    case FORGETS:
        snprintf(text, room, "the rule for %s forgets the gradient coming from above",
                 name);
        break;
    case EXCHANGED:
        snprintf(text, room, "the rule for dot gives x and y their own values");
        break;
    case NEXT:
    case BEFORE:
        snprintf(text, room, "the rule for dot is off by one: %s given that of the %s",
                 g->of[0] && g->of[1] ? "each pair is"
                 : g->of[0]           ? "each x is"
                                      : "each y is",
                 g->way == NEXT ? "next" : "one before");
        break;
    case OF_FIRST:
        snprintf(text, room, "the rule for dot gives all the share of the first pair");
        break;
    case REVERSED:
        snprintf(text, room, "the rule for dot goes through one operand backwards");
        break;
    case TWICE:
        snprintf(text, room, "the rule for %s gives twice what it should", name);
        break;
    default:
        snprintf(text, room, "the rule for %s divides by how many there are", name);
    }
    return text;
}
