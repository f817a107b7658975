/* The drawing of an expression's graph: Graphviz' text, made into a file of its own. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/expr_sheet.h"

extern char **environ;

/* "svg" for out.svg; NULL for what is none of the formats. */
static const char *format_of(const char *path)
{
    static const char *const formats[] = {"dot", "svg", "png", "pdf"};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot != NULL && i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(dot + 1, formats[i]) == 0) return formats[i];
    return NULL;
}

/* Runs dot -Tformat -o to from. 0, or an errno, or -1 when dot itself failed. */
static int run_dot(const char *format, const char *to, const char *from)
{
    char type[8];
    snprintf(type, sizeof type, "-T%s", format);
    char *argv[] = {"dot", type, "-o", (char *)to, (char *)from, NULL};
    pid_t child;
    int status;
    const int error = posix_spawnp(&child, argv[0], NULL, NULL, argv, environ);
    if (error != 0) return error;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return errno;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

/* Writes the text into a new file. 0 or an errno. */
static int write_text(const expr_sheet *sheet, const char *path)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) return errno;
    FILE *out = fdopen(fd, "w");
    if (out == NULL) {
        const int error = errno;
        close(fd);
        return error;
    }
    errno = 0;
    const bool written = expr_draw(out, sheet->e, sheet->step, sheet->grad);
    const int error = errno;
    if (fclose(out) != 0) return errno;
    return written ? 0 : error != 0 ? error : EIO;
}

bool expr_sheet_draw(const expr_sheet *sheet, const char *path, char sentence[256])
{
    enum { SENTENCE = 256 };
    const char *format = format_of(path);
    struct stat status;
    if (format == NULL) {
        snprintf(sentence, SENTENCE,
                 "--draw takes a file named .svg, .png, .pdf or .dot, "
                 "not '%.100s'",
                 path);
        return false;
    }
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        snprintf(sentence, SENTENCE, "'%.100s' is not a regular file", path);
        return false;
    }
    /* Beside its place, so that it can be renamed into it; not to be taken for an
     * option.
     */
    char text[PATH_MAX], picture[PATH_MAX];
    const int bytes = snprintf(text, sizeof text, "%s%s.%ld.dot",
                               path[0] == '-' ? "./" : "", path, (long)getpid());
    if (bytes < 0 || (size_t)bytes >= sizeof text) {
        snprintf(sentence, SENTENCE, "the name of the drawing is too long");
        return false;
    }
    snprintf(picture, sizeof picture, "%.*s.%s", bytes - 4, text, "tmp");
    int error = write_text(sheet, text);
    const bool is_text = strcmp(format, "dot") == 0;
    if (error == 0 && !is_text) error = run_dot(format, picture, text);
    const bool failed = error != 0;
    if (!failed && rename(is_text ? text : picture, path) != 0) error = errno;
    if (error == ENOENT && failed && !is_text && access(text, F_OK) == 0)
        snprintf(sentence, SENTENCE,
                 "--draw needs the program dot: install graphviz (a "
                 ".dot file needs nothing)");
    else if (error == -1)
        snprintf(sentence, SENTENCE, "dot could not draw '%.100s'", path);
    else if (error != 0)
        snprintf(sentence, SENTENCE, "'%.100s' cannot be written: %s", path,
                 strerror(error));
    (void)unlink(text);
    (void)unlink(picture);
    return error == 0;
}
