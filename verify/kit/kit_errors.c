/* What an engine says of its own, by error() or an exception, has a page, too. */
#include <string.h>

#include "verify/kit/kit.h"

void kit_name_errors(kit *k)
{
    for (size_t i = 0; i < k->n; i++) {
        finding *f = &k->finding[i];
        if (!finding_is_told(f) || f->status != FINDING_FAIL || f->code[0] != '\0' ||
            strstr(f->text, "the engine's error()") == NULL)
            continue;
        strcpy(f->code, "G317");
        if (f->why[0] == '\0')
            strcpy(f->why,
                   "The sentence is the engine's own. Every step of the program "
                   "is one that the engine says it has, so it must not refuse.");
    }
}
