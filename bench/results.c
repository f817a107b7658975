/* Files that are whole or not there. */
#include "bench/results.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool complain(const char *what, const char *path)
{
    fprintf(stderr, "gradyno: cannot %s '%s': %s\n", what, path, strerror(errno));
    return false;
}

/* The folder of `path` and those above it, as mkdir -p. */
static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const bool there = mkdir(path, 0777) == 0 || errno == EEXIST;
        if (!there) complain("create the folder", path);
        *slash = '/';
        if (!there) return false;
    }
    return true;
}

static char *joined(const char *folder, const char *name, const char *suffix)
{
    const size_t room = strlen(folder) + strlen(name) + strlen(suffix) + 2;
    char *path = malloc(room);
    if (path != NULL) snprintf(path, room, "%s/%s%s", folder, name, suffix);
    return path;
}

char *results_path(const char *folder, const char *name)
{
    char *path = joined(folder, name, "");
    if (path == NULL) fputs("gradyno: out of memory\n", stderr);
    if (path == NULL || make_folders(path)) return path;
    free(path);
    return NULL;
}

bool results_open(results_file *f, const char *folder, const char *name)
{
    *f = (results_file){.path = joined(folder, name, ""),
                        .temporary = joined(folder, name, ".part")};
    if (f->path == NULL || f->temporary == NULL) {
        fputs("gradyno: out of memory\n", stderr);
    } else if (make_folders(f->path)) {
        f->stream = fopen(f->temporary, "w");
        if (f->stream != NULL) return true;
        complain("write", f->temporary);
    }
    results_discard(f);
    return false;
}

bool results_close(results_file *f)
{
    errno = 0;
    const bool written = fflush(f->stream) == 0 && !ferror(f->stream);
    if (errno == 0) errno = EIO; /* an earlier write failed, and its reason is gone */
    if (!written) complain("write", f->path);
    if (written && rename(f->temporary, f->path) == 0) {
        fclose(f->stream);
        free(f->path);
        free(f->temporary);
        *f = (results_file){0};
        return true;
    }
    if (written) complain("put into its place", f->path);
    results_discard(f);
    return false;
}

void results_discard(results_file *f)
{
    if (f->stream != NULL) {
        fclose(f->stream);
        remove(f->temporary);
    }
    free(f->path);
    free(f->temporary);
    *f = (results_file){0};
}

void results_number(FILE *out, double x, char after)
{
    if (isfinite(x))
        fprintf(out, "%.17g%c", x, after);
    else
        fprintf(out, "-%c", after);
}
