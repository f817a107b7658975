/*
 * The README tells the truth: its code blocks are taken out of it and run.
 *
 *     ```c     with a main: compiled against the library as a user would, and run; a
 *              ```text block that follows is what it must print
 *     ```sh    every make goal in it exists, every verb of gradyno in it has help; what
 *              takes seconds (expr, ops, env, check of named operations) is run in a
 *              temporary folder and must succeed, or exit as the comment beside it
 *              says, as in "# exits with 1"; if a ```text block follows, the commands
 *              are run and must print that
 *
 * A comment in a line of its own before the block takes it out, and says why:
 *
 *     <!-- not run: needs a network -->
 *
 * It counts for the next code block only, and not for the text block behind that.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/ops.h"
#include "verify/tests/shell.h"
#include "verify/tests/suites.h"

#ifndef GRADYNO_MODE
#define GRADYNO_MODE "debug"
#endif
#ifndef GRADYNO_FLAGS
#define GRADYNO_FLAGS "-g"
#endif

/* A fenced block: where its lines stand in the text, and what was said about it. */
typedef struct block {
    char language[16];
    const char *body;
    size_t bytes;
    int line;     /* of the opening fence, from 1 */
    bool not_run; /* a comment before it says so */
    size_t
        after; /* bytes of text between the block before it and this one, blanks not */
} block;

enum { MOST_BLOCKS = 64 };

typedef struct document {
    char *text;
    block at[MOST_BLOCKS];
    size_t n;
} document;

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end == NULL ? line + strlen(line) : end + 1;
}

/* ``` or more at the start of a line. */
static bool is_fence(const char *line) { return strncmp(line, "```", 3) == 0; }

static void read_language(block *b, const char *fence)
{
    const char *word = fence + strspn(fence, "`");
    size_t length = 0;
    while (isalnum((unsigned char)word[length]) && length + 1 < sizeof b->language)
        length++;
    memcpy(b->language, word, length);
    b->language[length] = '\0';
}

static void read_blocks(document *d)
{
    int number = 1;
    bool not_run = false;
    size_t between = 0;
    for (const char *line = d->text; *line != '\0'; line = next_line(line), number++) {
        if (!is_fence(line)) {
            if (strncmp(line, "<!-- not run:", 13) == 0) not_run = true;
            const size_t blank = strspn(line, " \t\r\n");
            between += (size_t)(next_line(line) - line) > blank;
            continue;
        }
        ck_assert_msg(d->n < MOST_BLOCKS, "more than %d blocks", MOST_BLOCKS);
        block *b = &d->at[d->n++];
        *b = (block){.line = number, .not_run = not_run, .after = between};
        read_language(b, line);
        b->body = line = next_line(line);
        number++;
        while (*line != '\0' && !is_fence(line)) line = next_line(line), number++;
        ck_assert_msg(*line != '\0', "README.md:%d: this block does not end", b->line);
        b->bytes = (size_t)(line - b->body);
        not_run = false;
        between = 0;
    }
}

static char *body_of(const block *b)
{
    char *body = malloc(b->bytes + 1);
    ck_assert_ptr_nonnull(body);
    memcpy(body, b->body, b->bytes);
    body[b->bytes] = '\0';
    return body;
}

/* The text block right behind block k, with nothing but blanks in between; or NULL. */
static const block *expected_of(const document *d, size_t k)
{
    if (k + 1 >= d->n) return NULL;
    const block *next = &d->at[k + 1];
    return strcmp(next->language, "text") == 0 && next->after == 0 ? next : NULL;
}

static void assert_printed(const shell_result *r, const document *d, size_t k)
{
    const int line = d->at[k].line;
    ck_assert_msg(r->status == 0, "README.md:%d: exits with %d\n%.3000s%.3000s", line,
                  r->status, r->out, r->err);
    const block *expected = expected_of(d, k);
    if (expected == NULL) return;
    char *text = body_of(expected);
    ck_assert_msg(strcmp(r->out, text) == 0,
                  "README.md:%d prints\n%.3000s\nand README.md:%d promises\n%.3000s",
                  line, r->out, expected->line, text);
    free(text);
}

static document read_readme(void)
{
    document d = {.text = read_text("README.md")};
    ck_assert_msg(d.text != NULL,
                  "README.md cannot be read: run the tests in the root");
    read_blocks(&d);
    ck_assert_msg(d.n > 0, "README.md has no blocks");
    return d;
}

/* ---- C -------------------------------------------------------------------------- */

START_TEST(c_blocks_run)
{
    document d = read_readme();
    char *folder = temporary_folder();
    ck_assert_ptr_nonnull(folder);
    const char *cc = getenv("CC");
    int compiled = 0;
    for (size_t k = 0; k < d.n; k++) {
        char *body = body_of(&d.at[k]);
        if (strcmp(d.at[k].language, "c") == 0 && !d.at[k].not_run &&
            strstr(body, "main(") != NULL) {
            char path[4200];
            snprintf(path, sizeof path, "%s/block%zu.c", folder, k);
            ck_assert(write_text(path, body));
            shell_result r =
                shell("%s -std=c17 %s -Wall -Wextra -Werror -Ibuild/%s/include %s "
                      "build/%s/libgradyno.a -lm -o %s/block%zu",
                      cc == NULL || *cc == '\0' ? "cc" : cc, GRADYNO_FLAGS,
                      GRADYNO_MODE, path, GRADYNO_MODE, folder, k);
            ck_assert_msg(r.status == 0, "README.md:%d does not compile\n%.3000s",
                          d.at[k].line, r.err);
            shell_free(&r);
            r = shell("%s/block%zu", folder, k);
            assert_printed(&r, &d, k);
            shell_free(&r);
            compiled++;
        }
        free(body);
    }
    ck_assert_int_gt(compiled, 0);
    remove_folder(folder);
    free(folder);
    free(d.text);
}
END_TEST

/* ---- Shell ---------------------------------------------------------------------- */

/* "... exits with 1", "exit status 1": the number behind it; 0 where nothing is said.
 */
static int announced_status(const char *comment)
{
    const char *end = comment + strcspn(comment, "\n"),
               *exits = strstr(comment, "exit");
    if (exits == NULL || exits > end) return 0;
    const char *digit = exits + strcspn(exits, "0123456789\n");
    return isdigit((unsigned char)*digit) ? atoi(digit) : 0;
}

/* Cuts a comment off, and "&& ..." and the like: what is left is one command. *status
 * is what it is to exit with, as the comment at the end of its line says. A line that
 * ends in a backslash goes on. */
static char *next_command(char **rest, int *status)
{
    char *start = *rest + strspn(*rest, " \t;&|\n");
    if (*start == '\0') return NULL;
    char quote = '\0', *end = start;
    for (; *end != '\0' && *end != '\n'; end++) {
        if (*end == '\\' && end[1] == '\n') {
            *end++ = ' ';
            *end = ' ';
        } else if (quote != '\0') {
            if (*end == quote) quote = '\0';
        } else if (*end == '\'' || *end == '"') {
            quote = *end;
        } else if (*end == '#' && (end == start || end[-1] == ' ')) {
            break;
        } else if (strchr(";&|", *end) != NULL) {
            break;
        }
    }
    *status = *end == '#' ? announced_status(end) : 0;
    *rest = *end == '#' ? end + strcspn(end, "\n") : end;
    if (**rest != '\0') *(*rest)++ = '\0';
    *end = '\0';
    return start;
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* make says what it would do, and that there is a rule for every goal. */
static void assert_goals(const char *command, int line)
{
    shell_result r = shell("make -n %s", command + strlen("make"));
    ck_assert_msg(r.status == 0,
                  "README.md:%d: \"%s\": make knows no such goal\n%.3000s", line,
                  command, r.err);
    shell_free(&r);
}

static void assert_verb(const char *command, int line)
{
    const char *word = command + strcspn(command, " ");
    word += strspn(word, " ");
    const int length = (int)strcspn(word, " ");
    if (length == 0 || *word == '-') return;
    shell_result r = shell("%s %.*s --help", gradyno_program(), length, word);
    ck_assert_msg(r.status == 0, "README.md:%d: \"%s\": gradyno has no verb %.*s", line,
                  command, length, word);
    shell_free(&r);
}

/* Whether a command line of gradyno takes seconds at most. */
static bool is_quick(const char *verb)
{
    static const char *const quick[] = {"expr ", "ops", "env"};
    for (size_t i = 0; i < sizeof quick / sizeof *quick; i++)
        if (starts_with(verb, quick[i])) return true;
    if (!starts_with(verb, "check ") || strstr(verb, "--soak") != NULL) return false;
    char copy[512];
    snprintf(copy, sizeof copy, "%s", verb);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
        if (ad_op_find(word) != AD_OP_count) return true;
    return false;
}

/* Runs a command of the README in a folder, where it may leave what it writes. */
static void assert_runs(const char *command, int status, const char *folder, int line)
{
    const char *verb = command + strcspn(command, " ");
    verb += strspn(verb, " ");
    if (!is_quick(verb)) return;
    char here[4096] = "";
    const char *program = gradyno_program();
    if (program[0] != '/') ck_assert_ptr_nonnull(getcwd(here, sizeof here));
    shell_result r = shell("cd '%s' && '%s/%s' %s", folder, here, program, verb);
    if (r.status == 2 && strstr(r.err, "install graphviz") != NULL)
        fprintf(stderr, "readme: \"%s\" is skipped: there is no Graphviz\n", command);
    else
        ck_assert_msg(r.status == status,
                      "README.md:%d: \"%s\" exits with %d, not %d\n%.3000s%.3000s",
                      line, command, r.status, status, r.out, r.err);
    shell_free(&r);
}

START_TEST(shell_blocks_hold)
{
    document d = read_readme();
    const bool built = gradyno_is_built("readme: verbs");
    char *folder = temporary_folder();
    ck_assert_ptr_nonnull(folder);
    for (size_t k = 0; k < d.n; k++) {
        if (strcmp(d.at[k].language, "sh") != 0 || d.at[k].not_run) continue;
        char *body = body_of(&d.at[k]), *rest = body;
        int status;
        for (char *command; (command = next_command(&rest, &status)) != NULL;) {
            const bool verb = starts_with(command, "gradyno ") ||
                              starts_with(command, "build/gradyno ");
            if (starts_with(command, "make ")) assert_goals(command, d.at[k].line);
            if (verb && built) assert_verb(command, d.at[k].line);
            if (verb && built) assert_runs(command, status, folder, d.at[k].line);
        }
        free(body);
        if (expected_of(&d, k) == NULL || !built) continue;
        body = body_of(&d.at[k]);
        shell_result r = shell("%s", body);
        assert_printed(&r, &d, k);
        shell_free(&r);
        free(body);
    }
    remove_folder(folder);
    free(folder);
    free(d.text);
}
END_TEST

/* A command is what a shell would take for one, and what its line says of it. */
START_TEST(commands_are_found)
{
    char text[] = "gradyno expr 'a; b' a=1 # exits with 1: wrong\n\n"
                  "cd x && gradyno ops    # all 12\n"
                  "gradyno env | sort     # exit status 3\n"
                  "gradyno check --seed 1 \\\n  tanh\n";
    static const struct {
        const char *command;
        int status;
    } expected[] = {{"gradyno expr 'a; b' a=1 ", 1},
                    {"cd x ", 0},
                    {"gradyno ops    ", 0},
                    {"gradyno env ", 0},
                    {"sort     ", 3},
                    {"gradyno check --seed 1     tanh", 0}};
    char *rest = text;
    int status = -1;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        ck_assert_str_eq(next_command(&rest, &status), expected[i].command);
        ck_assert_int_eq(status, expected[i].status);
    }
    ck_assert_ptr_null(next_command(&rest, &status));
    ck_assert(is_quick("expr x x=1") && is_quick("check --points 9 tanh"));
    ck_assert(!is_quick("check") && !is_quick("check --soak tanh") &&
              !is_quick("bench"));
}
END_TEST

/* ---- Links ---------------------------------------------------------------------- */

/* [text](path) within the repository: the file is there. */
START_TEST(links_lead_somewhere)
{
    document d = read_readme();
    for (const char *p = strstr(d.text, "]("); p != NULL; p = strstr(p + 2, "](")) {
        char path[256];
        const size_t length = strcspn(p + 2, ")#\n ");
        if (length == 0 || length >= sizeof path) continue;
        memcpy(path, p + 2, length);
        path[length] = '\0';
        if (strstr(path, "://") != NULL || starts_with(path, "build/")) continue;
        ck_assert_msg(access(path, F_OK) == 0,
                      "README.md links to %s, which is not there", path);
    }
    free(d.text);
}
END_TEST

Suite *readme_suite(void)
{
    Suite *suite = suite_create("readme");
    TCase *tests = tcase_create("README.md");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, c_blocks_run);
    tcase_add_test(tests, shell_blocks_hold);
    tcase_add_test(tests, commands_are_found);
    tcase_add_test(tests, links_lead_somewhere);
    suite_add_tcase(suite, tests);
    return suite;
}
