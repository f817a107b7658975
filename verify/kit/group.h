/* How much a process group has worked. */
#ifndef GRADYNO_GROUP_H
#define GRADYNO_GROUP_H

#include <sys/types.h>

/* Seconds of processor time that all processes of the group have had until now; 0 where
 * /proc does not say. */
double group_worked(pid_t group);

#endif
