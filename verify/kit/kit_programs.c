#include "verify/kit/kit.h"
void kit_programs(kit *k) { (void)k; }
