/* The hand-written gradient, four rows at a time; see hand.h. */
#define HAND hand_blocked
#define BLOCKED 1
#include "bench/hand.inc"
