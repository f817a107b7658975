/* Commands, folders and files for the tests. */
#include "verify/tests/shell.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    size_t length = 0, room = 1 << 14;
    char *text = malloc(room + 1);
    while (text != NULL) {
        length += fread(text + length, 1, room - length, file);
        if (length < room) break;
        room *= 2;
        char *longer = realloc(text, room + 1);
        if (longer == NULL) free(text);
        text = longer;
    }
    fclose(file);
    if (text != NULL) text[length] = '\0';
    return text;
}

bool write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) return false;
    const bool written = fputs(text, file) >= 0;
    return fclose(file) == 0 && written;
}

char *temporary_folder(void)
{
    const char *tmp = getenv("TMPDIR");
    char path[4096];
    const int length = snprintf(path, sizeof path, "%s/gradyno-test-XXXXXX",
                                tmp == NULL || *tmp == '\0' ? "/tmp" : tmp);
    if (length < 0 || (size_t)length >= sizeof path || mkdtemp(path) == NULL)
        return NULL;
    char *folder = malloc((size_t)length + 1);
    if (folder != NULL) memcpy(folder, path, (size_t)length + 1);
    return folder;
}

void remove_folder(const char *folder)
{
    shell_result r = shell("rm -rf '%s'", folder);
    shell_free(&r);
}

static int exit_status(int wait_status)
{
    if (wait_status == -1) return -1;
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
                                  : 128 + WTERMSIG(wait_status);
}

/* The child's output goes to files: reading two pipes at once would need a poll. */
static int run(const char *command, int out, int err)
{
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        static const char *const of_make[] = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL",
                                              "MODE", "MAKEOVERRIDES"};
        for (size_t i = 0; i < sizeof of_make / sizeof *of_make; i++)
            unsetenv(of_make[i]);
        if (dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0) _exit(126);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child) return -1;
    return exit_status(status);
}

static char *contents(FILE *file)
{
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) return calloc(1, 1);
    const long bytes = ftell(file);
    rewind(file);
    char *text = calloc(1, bytes < 0 ? 1 : (size_t)bytes + 1);
    if (text != NULL && bytes > 0) text[fread(text, 1, (size_t)bytes, file)] = '\0';
    return text;
}

shell_result shell(const char *format, ...)
{
    char command[16384];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);

    shell_result r = {.status = -1};
    FILE *out = tmpfile(), *err = tmpfile();
    if (length >= 0 && (size_t)length < sizeof command && out != NULL && err != NULL)
        r.status = run(command, fileno(out), fileno(err));
    r.out = contents(out);
    r.err = contents(err);
    if (out != NULL) fclose(out);
    if (err != NULL) fclose(err);
    return r;
}

void shell_free(shell_result *r)
{
    free(r->out);
    free(r->err);
    *r = (shell_result){.status = -1};
}

const char *gradyno_program(void)
{
    const char *program = getenv("GRADYNO");
    return program == NULL || *program == '\0' ? "build/gradyno" : program;
}

bool gradyno_is_built(const char *suite)
{
    if (access(gradyno_program(), X_OK) == 0) return true;
    fprintf(stderr, "%s: %s is not built; skipped\n", suite, gradyno_program());
    return false;
}

char *last_line(const char *text)
{
    size_t end = strlen(text);
    while (end > 0 && text[end - 1] == '\n') end--;
    size_t start = end;
    while (start > 0 && text[start - 1] != '\n') start--;
    char *line = malloc(end - start + 1);
    if (line == NULL) return NULL;
    memcpy(line, text + start, end - start);
    line[end - start] = '\0';
    return line;
}
