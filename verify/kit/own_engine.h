/*
 * The graph and the tape through the contract of engine.h, as anybody's engine: what
 * the kit must find right.
 */
#ifndef GRADYNO_OWN_ENGINE_H
#define GRADYNO_OWN_ENGINE_H

#include "verify/engine.h"

extern const ad_engine own_engine_graph, own_engine_tape;

#endif
