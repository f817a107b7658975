/* How much a process group has worked. */
#ifndef GRADYNO_GROUP_H
#define GRADYNO_GROUP_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct group_state {
    double seconds; /* of processor time that all its processes have had until now */
    bool runs;      /* one of them runs, waits for its turn to, or for a disk */
    bool known;     /* /proc has one of them */
} group_state;

group_state group_look(pid_t group);

static inline double group_worked(pid_t group) { return group_look(group).seconds; }

#endif
