/* Files that hold engines. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "verify/kit/engine_file.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "verify/kit/process_engine.h"

/* engine.h itself, a string a line, so that a source compiles in any folder. */
static const char *const header_lines[] = {
#include "engine_text.inc"
};

/* ---- A shared object ------------------------------------------------------------- */

static const char *machine_name(unsigned machine, char room[32])
{
    switch (machine) {
    case EM_X86_64: return "x86-64";
    case EM_386: return "i386";
    case EM_AARCH64: return "aarch64";
    case EM_ARM: return "arm";
    case EM_RISCV: return "riscv";
    default: snprintf(room, 32, "machine %u", machine); return room;
    }
}

/* Our own machine, as this program's file says it; 0: it cannot be read. */
static unsigned read_machine(const char *path, unsigned char ident[EI_NIDENT],
                             unsigned *type)
{
    Elf64_Ehdr head = {0};
    const int file = open(path, O_RDONLY);
    const ssize_t got = file < 0 ? -1 : read(file, &head, sizeof head);
    if (file >= 0) close(file);
    memcpy(ident, head.e_ident, EI_NIDENT);
    *type = head.e_type;
    if (got < EI_NIDENT + 4 || memcmp(ident, ELFMAG, SELFMAG) != 0) return 0;
    return head.e_machine;
}

/* Whether all that is to be loaded is there: what is cut short kills whoever loads it. */
static bool is_whole(const char *path)
{
    Elf64_Ehdr head;
    Elf64_Phdr part;
    struct stat about;
    const int file = open(path, O_RDONLY);
    bool whole = file >= 0 && fstat(file, &about) == 0 &&
                 read(file, &head, sizeof head) == (ssize_t)sizeof head;
    for (unsigned i = 0;
         whole && head.e_ident[EI_CLASS] == ELFCLASS64 && i < head.e_phnum; i++) {
        const off_t at = (off_t)(head.e_phoff + i * sizeof part);
        whole = pread(file, &part, sizeof part, at) == (ssize_t)sizeof part &&
                (part.p_type != PT_LOAD ||
                 part.p_offset + part.p_filesz <= (Elf64_Off)about.st_size);
    }
    if (file >= 0) close(file);
    return whole;
}

static engine_file_status refuse(engine_file *f, const char *path, const char *why)
{
    snprintf(f->why_not, sizeof f->why_not, "%s %s", path, why);
    return ENGINE_FILE_UNUSABLE;
}

static engine_file_status open_object(engine_file *f, const char *path)
{
    unsigned char ident[EI_NIDENT], own_ident[EI_NIDENT];
    unsigned type, own_type;
    const unsigned machine = read_machine(path, ident, &type);
    const unsigned own = read_machine("/proc/self/exe", own_ident, &own_type);
    if (machine == 0) return refuse(f, path, "is no shared object (and no .c file)");
    if (own != 0 && (machine != own || ident[EI_CLASS] != own_ident[EI_CLASS] ||
                     ident[EI_DATA] != own_ident[EI_DATA])) {
        char why[160], room[2][32];
        snprintf(why, sizeof why, "was built for another machine (%s, this one is %s)",
                 machine_name(machine, room[0]), machine_name(own, room[1]));
        return refuse(f, path, why);
    }
    if (type != ET_DYN)
        return refuse(f, path, "is no shared object: link it with cc -shared -fPIC");
    if (!is_whole(path)) return refuse(f, path, "is cut short: it is to be built anew");
    if (realpath(path, f->path) == NULL) return refuse(f, path, strerror(errno));
    return ENGINE_FILE_OPEN;
}

/* ---- A source -------------------------------------------------------------------- */

static bool write_header(const engine_file *f)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/gradyno", f->folder);
    if (mkdir(path, 0700) != 0) return false;
    snprintf(path, sizeof path, "%s/gradyno/engine.h", f->folder);
    FILE *out = fopen(path, "w");
    if (out == NULL) return false;
    for (size_t i = 0; i < sizeof header_lines / sizeof header_lines[0]; i++)
        fputs(header_lines[i], out);
    return fclose(out) == 0;
}

enum { WORDS = 64 };

/* One more for the command, where there is room. */
static void add_word(char **words, const char *word)
{
    size_t n = 0;
    while (words[n] != NULL) n++;
    if (n + 1 < WORDS) words[n] = (char *)word; /* exec takes them so, and reads them */
}

/* Those of a variable such as CFLAGS, into `text`. */
static void add_flags(char **words, const char *variable, char *text, size_t room)
{
    const char *flags = getenv(variable);
    snprintf(text, room, "%s", flags == NULL ? "" : flags);
    for (char *word = strtok(text, " \t\n"); word != NULL; word = strtok(NULL, " \t\n"))
        add_word(words, word);
}

/* The exit status of the compiler, whose errors go to our stderr; -1: there is none. */
static int compile(const engine_file *f, const char *source, const char *compiler,
                   bool is_timed)
{
    char include[PATH_MAX + 8];
    snprintf(include, sizeof include, "-I%s", f->folder);
    fflush(NULL);
    const pid_t pid = fork();
    if (pid < 0) return -1;
    if (pid == 0) {
        const char *const own[] = {compiler,
                                   "-g",
                                   is_timed ? "-O2" : "-O1",
                                   is_timed ? "-DNDEBUG" : "-UNDEBUG",
                                   "-fPIC",
                                   "-shared",
                                   "-Wl,-z,defs",
                                   include,
                                   "-o",
                                   f->path,
                                   source};
        char *words[WORDS] = {NULL}, flags[4096];
        for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) add_word(words, own[i]);
        add_flags(words, strcmp(compiler, "cc") == 0 ? "CFLAGS" : "CXXFLAGS", flags,
                  sizeof flags);
        add_word(words, "-lm");
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execvp(compiler, words);
        _exit(127);
    }
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return -1;
    return WIFEXITED(status) ? (WEXITSTATUS(status) == 127 ? -1 : WEXITSTATUS(status))
                             : 1;
}

static engine_file_status open_source(engine_file *f, const char *path,
                                      const char *compiler, bool is_timed)
{
    const char *place = getenv("TMPDIR");
    snprintf(f->folder, sizeof f->folder, "%s/gradyno-XXXXXX",
             place == NULL || *place == '\0' ? "/tmp" : place);
    if (mkdtemp(f->folder) == NULL) {
        f->folder[0] = '\0';
        return refuse(f, path, "cannot be compiled: no temporary folder");
    }
    const size_t n = strlen(f->folder);
    memcpy(f->path, f->folder, n);
    strcpy(f->path + n, "/engine.so");
    if (!write_header(f))
        return refuse(f, path, "cannot be compiled: the folder takes no files");
    switch (compile(f, path, compiler, is_timed)) {
    case 0: return ENGINE_FILE_OPEN;
    case -1:
        snprintf(f->why_not, sizeof f->why_not, "%s: there is no compiler '%s'", path,
                 compiler);
        return ENGINE_FILE_NOT_BUILT;
    default:
        snprintf(f->why_not, sizeof f->why_not, "%s does not compile (see above)",
                 path);
        return ENGINE_FILE_NOT_BUILT;
    }
}

/* ---- Both ------------------------------------------------------------------------ */

static bool ends_in(const char *path, const char *end)
{
    const size_t n = strlen(path), k = strlen(end);
    return n > k && strcmp(path + n - k, end) == 0;
}

static engine_file_status open_path(engine_file *f, const char *path, bool is_timed)
{
    struct stat about;
    memset(f, 0, sizeof *f);
    if (strncmp(path, "proc:", 5) == 0) {
        f->command = path + 5;
        return ENGINE_FILE_OPEN;
    }
    if (path[0] == '\0') return refuse(f, "the path", "is empty");
    if (strlen(path) >= PATH_MAX - 32) return refuse(f, "the path", "is too long");
    if (stat(path, &about) != 0) return refuse(f, path, "does not exist");
    if (!S_ISREG(about.st_mode)) return refuse(f, path, "is no file");
    if (access(path, R_OK) != 0) return refuse(f, path, "cannot be read");
    if (about.st_size == 0) return refuse(f, path, "is empty");
    if (ends_in(path, ".c")) return open_source(f, path, "cc", is_timed);
    if (ends_in(path, ".cc") || ends_in(path, ".cpp") || ends_in(path, ".cxx"))
        return open_source(f, path, "c++", is_timed);
    return open_object(f, path);
}

engine_file_status engine_file_open(engine_file *f, const char *path)
{
    return open_path(f, path, false);
}

engine_file_status engine_file_open_to_time(engine_file *f, const char *path)
{
    return open_path(f, path, true);
}

void engine_file_give(engine_file *f, const ad_engine *engine)
{
    memset(f, 0, sizeof *f);
    f->given = engine;
}

static void remove_below(const engine_file *f, const char *name)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    remove(path);
}

bool engine_file_lend(engine_file *f)
{
    if (f->command == NULL) return false;
    f->lent++;
    if (f->shared != NULL) return true;
    f->shared = calloc(1, sizeof *f->shared);
    if (f->shared != NULL && child_start(f->shared, f->command, true)) return true;
    engine_file_recall(f);
    return false;
}

void engine_file_recall(engine_file *f)
{
    if (f->shared != NULL) child_stop(f->shared);
    free(f->shared);
    f->shared = NULL;
    f->lent = 0;
}

void engine_file_close(engine_file *f)
{
    engine_file_recall(f);
    if (f->folder[0] == '\0') return;
    remove_below(f, "gradyno/engine.h");
    remove_below(f, "gradyno");
    remove_below(f, "engine.so");
    remove(f->folder);
    f->folder[0] = '\0';
}

const char *engine_file_mount(const engine_file *f, mount *m, char room[320])
{
    if (f->given != NULL) return mount_engine(m, f->given);
    if (f->command != NULL) {
        const char *why_not = f->shared != NULL
                                  ? process_engine_join(f->shared, room)
                                  : process_engine_start(f->command, room);
        return why_not != NULL ? why_not : mount_engine(m, process_engine());
    }
    void *object = dlopen(f->path, RTLD_NOW | RTLD_LOCAL);
    if (object == NULL) {
        snprintf(room, 320, "cannot be loaded: %.280s", dlerror());
        return room;
    }
    ad_engine_entry *entry;
    *(void **)&entry = dlsym(object, AD_ENGINE_SYMBOL);
    if (entry == NULL)
        return "exports no symbol " AD_ENGINE_SYMBOL
               ": put AD_ENGINE_EXPORT(engine) at its end";
    return mount_engine(m, entry());
}
