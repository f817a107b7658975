/* The hand-written gradient, blocked and with -ffast-math; see hand.h. */
#define HAND hand_vectorised
#define BLOCKED 1
#include "bench/hand.inc"
