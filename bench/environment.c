/* Where the environment is read from: the build, the C library, /proc and /sys. */
#define _GNU_SOURCE /* sched_getaffinity, gnu_get_libc_version */
#include "bench/environment.h"

#include <float.h>
#include <math.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

enum { CONTEXT, COMPARES }; /* what a field is for */

__attribute__((format(printf, 4, 5))) static void add(environment *e, int purpose,
                                                      const char *key,
                                                      const char *format, ...)
{
    if (e->count == ENVIRONMENT_FIELDS) abort(); /* make the array longer */
    environment_field *f = &e->field[e->count++];
    snprintf(f->key, sizeof f->key, "%s", key);
    f->compares = purpose == COMPARES;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(f->value, sizeof f->value, format, arguments);
    va_end(arguments);
    f->value[strcspn(f->value, "\n")] = '\0';
    for (char *tab = f->value; (tab = strchr(tab, '\t')) != NULL;) *tab = ' ';
    if (f->value[0] == '\0') strcpy(f->value, "-");
}

/* A number of the system's, which may not know it: -1, or 0 for a cache. */
static void add_known(environment *e, int purpose, const char *key, long value)
{
    if (value > 0)
        add(e, purpose, key, "%ld", value);
    else
        add(e, purpose, key, "-");
}

/* The first line of a file or of a command's output; "" when there is none. */
static void first_line(FILE *from, char *line, size_t room)
{
    line[0] = '\0';
    if (from != NULL && fgets(line, (int)room, from) != NULL)
        line[strcspn(line, "\n")] = '\0';
}

static void add_file(environment *e, int purpose, const char *key, const char *path)
{
    char line[120];
    FILE *f = fopen(path, "r");
    first_line(f, line, sizeof line);
    if (f != NULL) fclose(f);
    add(e, purpose, key, "%s", line);
}

/* What /proc/cpuinfo says of the first processor: the text after "name : ". */
static void cpuinfo(const char *name, char *text, size_t room)
{
    char line[4096];
    text[0] = '\0';
    FILE *f = fopen("/proc/cpuinfo", "r");
    if (f == NULL) return;
    while (text[0] == '\0' && fgets(line, sizeof line, f) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, name, strlen(name)) == 0 && colon != NULL)
            snprintf(text, room, "%s", colon + 1 + strspn(colon + 1, " \t"));
    }
    fclose(f);
    text[strcspn(text, "\n")] = '\0';
}

/* ---- The build ------------------------------------------------------------------ */

static const char *compiler(void)
{
#if defined __clang__
    return "clang " __clang_version__;
#elif defined __GNUC__
    return "gcc " __VERSION__;
#else
    return "-";
#endif
}

/*
 * The revision of the tree that the program stands in, and whether files differ from
 * it; nothing when the program was installed elsewhere. $PPID is this process, so no
 * path needs to be quoted; and a repository that is not gradyno's does not count.
 */
static void add_revision(environment *e)
{
    static const char *const commands[] = {"rev-parse --short=12 HEAD",
                                           "status --porcelain --untracked-files=no"};
    char line[2][120];
    for (size_t i = 0; i < 2; i++) {
        char command[320];
        snprintf(
            command, sizeof command,
            "d=$(dirname \"$(readlink /proc/$PPID/exe)\") && exec 2>/dev/null && "
            "git -C \"$d\" ls-files --error-unmatch :/engine/ops.def >/dev/null && "
            "git -C \"$d\" %s",
            commands[i]);
        FILE *output = popen(command, "r");
        first_line(output, line[i], sizeof line[i]);
        if (output != NULL) pclose(output);
    }
    const bool known = line[0][0] != '\0';
    add(e, CONTEXT, "git_revision", "%s", line[0]);
    add(e, CONTEXT, "git_dirty", "%s",
        !known               ? "-"
        : line[1][0] != '\0' ? "yes"
                             : "no");
}

static void add_build(environment *e)
{
    add(e, CONTEXT, "version", "%s", GRADYNO_VERSION);
    add_revision(e);
    add(e, COMPARES, "mode", "%s", GRADYNO_MODE);
    add(e, COMPARES, "compiler", "%s", compiler());
    add(e, COMPARES, "flags", "%s", GRADYNO_FLAGS);
#ifdef __OPTIMIZE__
    add(e, COMPARES, "optimised", "yes");
#else
    add(e, COMPARES, "optimised", "no");
#endif
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
    add(e, COMPARES, "sanitised", "yes");
#else
    add(e, COMPARES, "sanitised", "%s",
        strstr(GRADYNO_FLAGS, "-fsanitize") ? "yes" : "no");
#endif
#ifdef NDEBUG
    add(e, COMPARES, "assertions", "off");
#else
    add(e, COMPARES, "assertions", "on");
#endif
#ifdef __GLIBC__
    add(e, COMPARES, "libc", "glibc %s", gnu_get_libc_version());
#else
    add(e, COMPARES, "libc", "-");
#endif
}

/* ---- The processor -------------------------------------------------------------- */

/* Whether results below DBL_MIN become 0 (FTZ), and operands (DAZ): asked of
 * arithmetic. */
static void add_subnormals(environment *e)
{
    volatile double least = DBL_MIN, tiny = DBL_TRUE_MIN;
    const bool flushed = least / 2 == 0, zero = tiny * 0x1p60 == 0;
    add(e, COMPARES, "ftz", "%s", flushed ? "on" : "off");
    add(e, COMPARES, "daz", "%s", zero ? "on" : "off");
}

static void add_processor(environment *e)
{
    char text[120], flags[4096];
    cpuinfo("model name", text, sizeof text);
    add(e, COMPARES, "cpu", "%s", text);
    cpuinfo("cpu MHz", text, sizeof text);
    add(e, CONTEXT, "clock_mhz", "%s", text);
    add_file(e, COMPARES, "governor",
             "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    add_file(e, COMPARES, "boost", "/sys/devices/system/cpu/cpufreq/boost");
    cpuinfo("flags", flags, sizeof flags);
    add(e, COMPARES, "hypervisor", "%s", strstr(flags, " hypervisor") ? "yes" : "no");
    add_known(e, COMPARES, "cores", sysconf(_SC_NPROCESSORS_ONLN));
    add_known(e, COMPARES, "l1d_bytes", sysconf(_SC_LEVEL1_DCACHE_SIZE));
    add_known(e, COMPARES, "l2_bytes", sysconf(_SC_LEVEL2_CACHE_SIZE));
    add_known(e, COMPARES, "l3_bytes", sysconf(_SC_LEVEL3_CACHE_SIZE));
    add_known(e, COMPARES, "line_bytes", sysconf(_SC_LEVEL1_DCACHE_LINESIZE));
    add_subnormals(e);
}

/* ---- The system ----------------------------------------------------------------- */

static void add_affinity(environment *e)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) {
        add(e, CONTEXT, "affinity", "-");
        return;
    }
    char text[120] = "";
    size_t used = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE && used + 8 < sizeof text; cpu++)
        if (CPU_ISSET((size_t)cpu, &set))
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%d",
                                     used == 0 ? "" : ",", cpu);
    add(e, CONTEXT, "affinity", "%s", text);
}

/* The choice in [brackets] of "always [madvise] never". */
static void add_huge_pages(environment *e)
{
    char line[120];
    FILE *f = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "r");
    first_line(f, line, sizeof line);
    if (f != NULL) fclose(f);
    const char *choice = strchr(line, '[');
    if (choice == NULL)
        add(e, COMPARES, "huge_pages", "-");
    else
        add(e, COMPARES, "huge_pages", "%.*s", (int)strcspn(choice + 1, "]"),
            choice + 1);
}

static void add_system(environment *e)
{
    struct utsname name;
    const bool named = uname(&name) == 0;
    add(e, COMPARES, "system", "%s", named ? name.sysname : "-");
    add(e, COMPARES, "kernel", "%s", named ? name.release : "-");
    add(e, COMPARES, "machine", "%s", named ? name.machine : "-");
    add_known(e, COMPARES, "page_bytes", sysconf(_SC_PAGESIZE));
    add_known(e, CONTEXT, "memory_pages", sysconf(_SC_PHYS_PAGES));
    add_huge_pages(e);
    const bool fixed = (personality(0xffffffff) & ADDR_NO_RANDOMIZE) != 0;
    if (fixed)
        add(e, CONTEXT, "aslr", "off for this process");
    else
        add_file(e, CONTEXT, "aslr", "/proc/sys/kernel/randomize_va_space");
    add_affinity(e);
    add_file(e, CONTEXT, "load", "/proc/loadavg");
    char date[32];
    const time_t now = time(NULL);
    struct tm utc;
    const bool known = gmtime_r(&now, &utc) != NULL &&
                       strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc) > 0;
    add(e, CONTEXT, "date", "%s", known ? date : "-");
}

static void add_clock(environment *e, const stopwatch *clock)
{
    add_file(e, COMPARES, "clock_source",
             "/sys/devices/system/clocksource/clocksource0/current_clocksource");
    add(e, CONTEXT, "clock_resolution_ns", "%g", clock_resolution_ns());
    add(e, CONTEXT, "clock_step_ns", "%g", clock->step_ns);
    add(e, CONTEXT, "clock_cost_ns", "%.3g", clock->cost_ns);
}

/* FNV-1a, 64 bits. */
static uint64_t hashed(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++) hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return (hash ^ '\n') * 0x100000001b3u;
}

void environment_read(environment *e, const stopwatch *clock)
{
    e->count = 0;
    add_build(e);
    add_processor(e);
    add_system(e);
    add_clock(e, clock);
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < e->count; i++)
        if (e->field[i].compares)
            hash = hashed(hashed(hash, e->field[i].key), e->field[i].value);
    add(e, CONTEXT, "comparable", "%016llx", (unsigned long long)hash);
}

void environment_end(environment *e, double cpu_share)
{
    if (isfinite(cpu_share))
        add(e, CONTEXT, "cpu_share", "%.3g", cpu_share);
    else
        add(e, CONTEXT, "cpu_share", "-");
    add_file(e, CONTEXT, "load_at_end", "/proc/loadavg");
}

const char *environment_value(const environment *e, const char *key)
{
    for (size_t i = 0; i < e->count; i++)
        if (strcmp(e->field[i].key, key) == 0) return e->field[i].value;
    return "-";
}

void environment_write_differences(const environment *then, const environment *now,
                                   FILE *out)
{
    for (size_t i = 0; i < now->count; i++) {
        const environment_field *f = &now->field[i];
        const char *old = environment_value(then, f->key);
        if (f->compares && strcmp(old, f->value) != 0)
            fprintf(out, "; %s: %s then, %s now", f->key, old, f->value);
    }
}

void environment_write_tsv(const environment *e, FILE *out)
{
    fputs("key\tvalue\n", out);
    for (size_t i = 0; i < e->count; i++)
        fprintf(out, "%s\t%s\n", e->field[i].key, e->field[i].value);
}

size_t environment_write_advice(const environment *e, FILE *out)
{
    size_t sentences = 0;
    const char *mode = environment_value(e, "mode");
    const char *cores = environment_value(e, "cores");
    const double load = strtod(environment_value(e, "load"), NULL);
    if (strcmp(mode, "release") != 0)
        sentences++, fprintf(out,
                             "This is a %s build: its times say little about a "
                             "release build's.\n",
                             mode);
    if (strcmp(environment_value(e, "optimised"), "no") == 0)
        sentences++,
            fputs("The compiler did not optimise (-O2): its times say little.\n", out);
    if (strcmp(environment_value(e, "sanitised"), "yes") == 0)
        sentences++,
            fputs("A sanitizer is in this build: its times say nothing.\n", out);
    if (load > 0.5)
        sentences++, fprintf(out,
                             "The load average is %.2f on %s cores: other programs "
                             "are running, and widen the intervals.\n",
                             load, cores);
    if (strchr(environment_value(e, "affinity"), ',') != NULL)
        sentences++, fputs("The program is not pinned to a core (taskset -c 1 gradyno "
                           "bench ...).\n",
                           out);
    const char *governor = environment_value(e, "governor");
    if (strcmp(governor, "-") != 0 && strcmp(governor, "performance") != 0)
        sentences++,
            fprintf(out, "The frequency governor is %s, not performance.\n", governor);
    return sentences;
}
