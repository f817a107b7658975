/*
 * check_names.c: what the enumerators of check.h are called in tables and JSON.
 */
#include "verify/check.h"

static const char *name_at(const char *const *names, size_t count, size_t k)
{
    return k < count ? names[k] : "?";
}

#define NAME_OF(names, k) name_at(names, sizeof(names) / sizeof *(names), (size_t)(k))

const char *ad_check_verdict_name(ad_check_verdict verdict)
{
    static const char *const names[] = {"pass", "fail", "inconclusive"};

    return NAME_OF(names, verdict);
}

const char *ad_check_kind_name(ad_check_kind kind)
{
    static const char *const names[] = {"smooth",    "one-sided", "kink",
                                        "jump",      "constant",  "infinite",
                                        "saturated", "unresolved"};

    return NAME_OF(names, kind);
}

const char *ad_check_reason_name(ad_check_reason reason)
{
    static const char *const names[] = {
        "none",       "noisy",           "non-finite",      "non-deterministic",
        "two scales", "narrow domain",   "at a jump",       "at a cusp",
        "saturated",  "within rounding", "oracles disagree"};

    return NAME_OF(names, reason);
}

const char *ad_check_oracle_name(ad_check_oracle oracle)
{
    static const char *const names[] = {"difference", "complex step",
                                        "long double difference", "exact", "direction"};

    return NAME_OF(names, oracle);
}

const char *ad_check_mistake_name(ad_check_mistake mistake)
{
    static const char *const names[] = {"none",         "unknown",
                                        "not a number", "not finite",
                                        "zero",         "sign flipped",
                                        "half",         "part of uses",
                                        "factor",       "factor x",
                                        "factor f(x)",  "factor incoming",
                                        "swapped",      "permuted",
                                        "term",         "constant truncated",
                                        "relative",     "other entry",
                                        "inner factor", "not accumulated",
                                        "reciprocal",   "not differentiated",
                                        "joint kink"};

    return NAME_OF(names, mistake);
}
