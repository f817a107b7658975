/* The hand-written gradient, blocked and with -ffast-math; see baseline.h. */
#define BASELINE baseline_vectorised
#define BLOCKED 1
#include "bench/baseline.inc"
