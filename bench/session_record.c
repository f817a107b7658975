/* A run's record: begun, or found and continued; and the signals that end it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/session.h"

/* The one thing that a signal can reach: which one asked to stop. */
static volatile sig_atomic_t stopped_by;

static void stop(int signal) { stopped_by = signal; }

int session_stopped(void) { return stopped_by; }

const volatile sig_atomic_t *session_stop_flag(void) { return &stopped_by; }

/* The second of the same kind ends the program at once. */
void session_listen(void)
{
    struct sigaction action = {.sa_flags = (int)SA_RESETHAND};
    action.sa_handler = stop;
    sigemptyset(&action.sa_mask);
    stopped_by = 0;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void say(const char *what, const char *path, const char *why)
{
    fprintf(stderr, "gradyno: cannot %s '%s': %s\n", what, path, why);
}

/* ---- The record ------------------------------------------------------------------ */

/* What keeps two runs from being one; false, and said. */
static bool is_continued(const session *s, const char *text)
{
    const bench_run *r = &s->run;
    if (strcmp(r->configuration, text) != 0) {
        fprintf(stderr,
                "gradyno: cannot resume '%s': it was asked for other things (%s), and "
                "now for (%s)\n",
                s->path, r->configuration, text);
        return false;
    }
    const char *then = environment_value(&r->environment, "comparable");
    const char *now = environment_value(&s->environment, "comparable");
    if (strcmp(then, now) == 0) return true;
    fprintf(stderr, "gradyno: cannot resume '%s': it is of another machine or build",
            s->path);
    environment_write_differences(&r->environment, &s->environment, stderr);
    fputc('\n', stderr);
    return false;
}

/* A record that ends in the middle of a line loses that line. */
static bool read_record(session *s, const char *text)
{
    char why[200];
    if (access(s->path, F_OK) != 0) return true; /* killed before it began */
    if (!record_read(&s->run, s->path, &s->offset, why, sizeof why)) {
        say("resume", s->path, why);
        return false;
    }
    if (s->offset > 0 && !is_continued(s, text)) return false;
    if (truncate(s->path, s->offset) == 0) return true;
    say("resume", s->path, strerror(errno));
    return false;
}

/* A run that was begun without --resume ends no other's record: one is kept. */
static void set_aside(const char *path)
{
    char old[4096];
    struct stat about;
    if (stat(path, &about) != 0 || about.st_size == 0) return; /* there is nothing */
    const int n = snprintf(old, sizeof old, "%s.old", path);
    if (n > 0 && (size_t)n < sizeof old) rename(path, old);
}

bool session_open(session *s, const bench_options *o, char **argv, char *path)
{
    char text[1024];
    *s = (session){.options = o, .argv = argv, .path = path, .phases = true};
    s->clock = stopwatch_monotonic();
    environment_read(&s->environment, &s->clock);
    s->counters = counters_open();
    s->progress = progress_start(&s->clock, o->seconds);
    if (o->seconds_most > 0)
        s->deadline_ns = stopwatch_now(&s->clock) + (uint64_t)(o->seconds_most * 1e9);
    session_listen();
    bench_options_text(o, text, sizeof text);
    if (o->resume && !read_record(s, text)) return false;
    if (s->offset == 0) set_aside(path);
    s->record = fopen(path, "a"); /* as every worker does */
    if (s->record == NULL) {
        say("write", path, strerror(errno));
        return false;
    }
    if (s->offset == 0) record_run(s->record, &s->environment, o->seed, text);
    record_sync(s->record);
    s->offset = ftell(s->record);
    s->run.environment = s->environment;
    return true;
}

void session_close(session *s)
{
    if (s->record != NULL) fclose(s->record);
    counters_close(&s->counters);
    run_free(&s->run);
    free(s->path);
    s->path = NULL;
}
