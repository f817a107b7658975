/* The hand-written gradient, four rows at a time; see baseline.h. */
#define BASELINE baseline_blocked
#define BLOCKED 1
#include "bench/baseline.inc"
