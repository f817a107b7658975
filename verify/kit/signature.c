/* The signature programs. */
#include "verify/kit/signature.h"

#define COUNT(...) (int)(sizeof(double[]){__VA_ARGS__} / sizeof(double))
#define STEP_COUNT(...)                                                                \
    (int)(sizeof(signature_step[]){__VA_ARGS__} / sizeof(signature_step))
#define INPUTS(...) .inputs = COUNT(__VA_ARGS__), .x = {__VA_ARGS__}
#define AND_CONSTANT(...) INPUTS(__VA_ARGS__), .constants = 1
#define STEPS(...) .steps = STEP_COUNT(__VA_ARGS__), .step = {__VA_ARGS__}
#define ONE(name, i)                                                                   \
    {                                                                                  \
        AD_OP_##name, {i}, 0                                                           \
    }
#define TWO(name, i, j)                                                                \
    {                                                                                  \
        AD_OP_##name, {i, j}, 0                                                        \
    }
#define CON(name, i, c)                                                                \
    {                                                                                  \
        AD_OP_##name, {i}, c                                                           \
    }

const signature signatures[] = {
#define SIGNATURE(text, hand, inputs_, steps_, root_, second_)                         \
    {.name = text, .by_hand = hand, inputs_, steps_, .root = root_, .second = second_},
#include "verify/kit/signature.def"
};

const size_t signatures_count = sizeof signatures / sizeof *signatures;

bool signature_uses(const signature *s, ad_op op)
{
    for (int k = 0; k < s->steps; k++)
        if (s->step[k].op == op) return true;
    return false;
}

bool signature_runs(const signature *s, const bool *supported)
{
    for (int k = 0; k < s->steps; k++)
        if (!supported[s->step[k].op]) return false;
    return true;
}

size_t signature_list(const bool *supported, signature *program, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < signatures_count && n < room; i++)
        if (signature_runs(&signatures[i], supported)) program[n++] = signatures[i];
    return n + signature_probes(supported, program + n, room - n);
}
