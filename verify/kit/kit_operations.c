#include "verify/kit/kit.h"
void kit_operations(kit *k) { (void)k; }
