/* Processor time of a process group, from /proc. */
#include "verify/kit/group.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "pid (name) state ppid pgrp session tty tpgid flags, four counts of faults, utime
 * stime": in ticks. */
static void look_at(const char *pid, pid_t group, group_state *state)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    FILE *in = fopen(path, "r");
    if (in == NULL) return;
    const size_t n = fread(text, 1, sizeof text - 1, in);
    fclose(in);
    text[n] = '\0';
    const char *rest = strrchr(text, ')');
    long its_group;
    char doing;
    unsigned long user, system;
    if (rest == NULL ||
        sscanf(rest + 1, " %c %*d %ld %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &doing,
               &its_group, &user, &system) != 4 ||
        its_group != group)
        return;
    state->seconds += (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
    state->known = true;
    state->runs |= doing == 'R' || doing == 'D';
}

group_state group_look(pid_t group)
{
    group_state state = {0};
    DIR *all = opendir("/proc");
    if (all == NULL) return state;
    for (const struct dirent *d; (d = readdir(all)) != NULL;)
        if (isdigit((unsigned char)d->d_name[0])) look_at(d->d_name, group, &state);
    closedir(all);
    return state;
}
