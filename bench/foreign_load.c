/* Files that hold engines, as rows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/foreign.h"
#include "verify/kit/isolate.h"

/* No engine needs longer to load, or is silent for longer while it does nothing. */
#define SECONDS 5

bool foreign_is_path(const char *word)
{
    return strchr(word, '/') != NULL || strchr(word, '.') != NULL ||
           strncmp(word, "proc:", 5) == 0;
}

/* What the engine says of itself. */
typedef struct introduction {
    const engine_file *file;
    bool is_mounted, sorts;
    char name[CELL_NAME], why_not[320];
} introduction;

static void introduce(void *context)
{
    introduction *i = context;
    mount m;
    char room[320];
    const char *why_not = engine_file_mount(i->file, &m, room);
    i->is_mounted = why_not == NULL;
    if (why_not != NULL) {
        snprintf(i->why_not, sizeof i->why_not, "%s", why_not);
        return;
    }
    i->sorts = m.engine.order != NULL;
    snprintf(i->name, sizeof i->name, "%s",
             m.engine.name == NULL ? "unnamed" : m.engine.name);
}

/* Names stand in tables, in TSV and in JSON: letters, digits and a few signs. */
static void make_plain(char *name)
{
    for (; *name != '\0'; name++)
        if ((*name < '0' || *name > '9') && (*name < 'a' || *name > 'z') &&
            (*name < 'A' || *name > 'Z') && strchr("._:+-", *name) == NULL)
            *name = '_';
}

/* Fowler, Noll and Vo's; 0 where nothing can be read. */
static uint64_t hash_of(const char *path)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL) return 0;
    uint64_t h = 0xcbf29ce484222325;
    for (int byte; (byte = getc(in)) != EOF;) h = (h ^ (uint64_t)byte) * 0x100000001b3;
    fclose(in);
    return h;
}

static bool refuse(const char *verb, const char *path, const char *why)
{
    fprintf(stderr, "gradyno %s: %s: %s\n", verb, path, why);
    return false;
}

/* Its name, and whether it can be loaded at all. */
static bool meet(foreign *f, const char *verb, const char *path)
{
    introduction *i = isolate_share(sizeof *i);
    isolation_report report;
    char room[120], why[400];
    if (i == NULL) return refuse(verb, path, "out of memory");
    i->file = &f->file;
    const bool came = isolate(introduce, i, &(isolation_limits){.seconds = SECONDS},
                              &report) == ISOLATION_DONE;
    if (!came)
        snprintf(why, sizeof why, "%s when it was loaded",
                 isolation_text(&report, room, sizeof room));
    else
        snprintf(why, sizeof why, "%s", i->why_not);
    const bool ok = came && i->is_mounted;
    const char *slash = strrchr(path, '/');
    snprintf(f->name, sizeof f->name, "%.16s:%.20s", i->name,
             slash == NULL ? path : slash + 1);
    make_plain(f->name);
    f->row.sorts = i->sorts;
    isolate_unshare(i, sizeof *i);
    return ok || refuse(verb, path, why);
}

static foreign *new_foreign(void)
{
    foreign *f = calloc(1, sizeof *f);
    if (f == NULL) return NULL;
    f->seconds = SECONDS;
    f->row = (engine){.name = f->name,
                      .about = "of a file, by the contract of engine.h",
                      .form = FOREIGN_file,
                      FOREIGN_ROW};
    return f;
}

static bool open_file(foreign *f, const char *verb, const char *path,
                      const char *object)
{
    if (strncmp(path, "proc:", 5) == 0)
        return refuse(verb, path,
                      "a process is not timed: its pipe would be (gradyno engine takes "
                      "it)");
    if (engine_file_open_to_time(&f->file, object == NULL ? path : object) ==
        ENGINE_FILE_OPEN) {
        f->hash = hash_of(path);
        return true;
    }
    fprintf(stderr, "gradyno %s: %s\n", verb, f->file.why_not);
    return false;
}

foreign *foreign_load(const char *verb, const char *path, const char *object)
{
    foreign *f = new_foreign();
    if (f == NULL)
        refuse(verb, path, "out of memory");
    else if (open_file(f, verb, path, object) && meet(f, verb, path))
        return f;
    foreign_unload(f);
    return NULL;
}

foreign *foreign_give(const ad_engine *given, const char *name)
{
    foreign *f = new_foreign();
    if (f == NULL) return NULL;
    engine_file_give(&f->file, given);
    snprintf(f->name, sizeof f->name, "%s", name);
    f->row.sorts = given->order != NULL;
    return f;
}

void foreign_unload(foreign *f)
{
    if (f != NULL) engine_file_close(&f->file);
    free(f);
}

bool engine_is_foreign(const engine *e) { return e->open == foreign_open; }

foreign *foreign_of_file(const engine *e)
{
    return engine_is_foreign(e) && e->form == FOREIGN_file ? (foreign *)e : NULL;
}
