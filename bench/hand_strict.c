/* The hand-written gradient, a row after the other; see hand.h. */
#define HAND hand_strict
#define BLOCKED 0
#include "bench/hand.inc"

size_t hand_scratch(size_t width) { return (HIDDEN + 2) * width; }
