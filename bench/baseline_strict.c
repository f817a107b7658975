/* The hand-written gradient, a row after the other; see baseline.h. */
#define BASELINE baseline_strict
#define BLOCKED 0
#include "bench/baseline.inc"

size_t baseline_scratch(size_t width) { return (HIDDEN + 2) * width; }
