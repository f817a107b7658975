/* Lesson 7: nodes that are used again, after reset, rewind, or destroy and create. */
#ifndef GRADYNO_KIT_LIFE_H
#define GRADYNO_KIT_LIFE_H

#include "verify/kit/kit.h"

typedef enum life_way { LIFE_ENDED, LIFE_RESET, LIFE_REWOUND } life_way;

/* Whether something of a node's former life is still there; the finding then says what. The
 * sheet stays as it is. False where nothing is, or what it is has no name. */
bool kit_say_life(kit *k, finding *f, life_way way);

#endif
