/*
 * What gradyno engine says, in every form: the table, JSON Lines and JUnit XML agree row
 * by row, whatever happened; and each option does what its help says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_jansson
#include <jansson.h>
#endif

#include "verify/tests/command.h"
#include "verify/tests/folder.h"
#include "verify/tests/suites.h"

/* ---- Engines --------------------------------------------------------------------- */

static const char starter[] = "engine/examples/engine_starter.c";
/* What becomes of the starter. */
static const struct spoiled {
    const char *name, *text, *by;
    int status;
} engines[] = {
    {"right", "An engine", "My engine", 0},
    {"overwrites", "+= at[i].partial", "= at[i].partial", 1},
    {"swaps", "{x * y, 0, {y, x}", "{x * y, 0, {x, y}", 1},
    {"crashes", "node *at = ((", "abort(); node *at = ((", 3},
    {"crashes later", "r->n++;", "r->n++ + (r->n > 500 ? abort(), 0 : 0);", 3},
    {"hangs", "for (size_t i = output + 1; i-- > 0;)",
     "for (;;) for (size_t i = output + 1; i-- > 0;)", 3},
    {"has a large mistake", "at[i].grad = i == output",
     "at[i].grad = i == output || (i == 0 && ((record *)r)->n > 1000)", 1},
    {"has a mistake in the middle", "at[i].grad = i == output",
     "at[i].grad = i == output || (i == 0 && ((record *)r)->n / 8 == 4)", 1},
};
enum { RIGHT, OVERWRITES, SWAPS, CRASHES, LATER, HANGS, LARGE, MIDDLE };

/* folder/mine <&".c: names go into XML and JSON as they are. */
static const char *spoil(int which)
{
    static char path[4096];
    const struct spoiled *e = &engines[which];
    char *source = read_text(starter);
    ck_assert_ptr_nonnull(source);
    char *at = strstr(source, e->text);
    char *changed = malloc(strlen(source) + strlen(e->by) + 1);
    ck_assert_msg(at != NULL && changed != NULL, "the starter has no '%s'", e->text);
    sprintf(changed, "%.*s%s%s", (int)(at - source), source, e->by,
            at + strlen(e->text));
    snprintf(path, sizeof path, "%s/mine <&\".c", folder);
    ck_assert(write_text(path, changed));
    free(source);
    free(changed);
    return path;
}

static shell_result engine(const char *options, const char *path)
{
    return gradyno("engine --quick %s '%s'", options, path);
}

/* ---- The same verdicts in every form --------------------------------------------- */

typedef enum word { PASSED, FAILED, SKIPPED } word;
static const char *const words[] = {"passed", "failed", "skipped"};

typedef struct verdicts {
    size_t n;
    struct {
        char id[40];
        word word;
    } row[256];
} verdicts;

static void add(verdicts *v, const char *id, size_t length, word w)
{
    ck_assert(v->n < 256 && length < sizeof v->row[0].id);
    snprintf(v->row[v->n].id, sizeof v->row[0].id, "%.*s", (int)length, id);
    v->row[v->n++].word = w;
}

static size_t count(const verdicts *v, word w)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n; i++) n += v->row[i].word == w;
    return n;
}

/* <testcase classname=".." name="ID words" ..>..</testcase>: between them is one element
 * at most, all of whose text is escaped. */
static verdicts read_xml(const char *xml)
{
    verdicts v = {0};
    ck_assert_msg(strncmp(xml, "<?xml ", 6) == 0, "%.100s", xml);
    for (const char *at = xml; (at = strstr(at, "<testcase ")) != NULL;) {
        const char *name = strstr(at, " name=\"") + 7, *inside = strchr(name, '>') + 1;
        const char *end = strstr(inside, "</testcase>");
        ck_assert_ptr_nonnull(end);
        const bool failed = strncmp(inside, "<failure ", 9) == 0,
                   broke = strncmp(inside, "<error ", 7) == 0,
                   skipped = strncmp(inside, "<skipped>", 9) == 0;
        add(&v, name, strcspn(name, " "),
            failed || broke ? FAILED
            : skipped       ? SKIPPED
                            : PASSED);
        if (failed || broke) { /* all text in the element */
            const char *text = strchr(inside, '>') + 1;
            ck_assert_msg(*text != '<', "%.300s", at);
        }
        size_t elements = 0;
        for (const char *c = inside; c < end; c++) elements += *c == '<';
        ck_assert_msg(elements == 0 || elements == 2, "%.300s", at);
        at = end;
    }
    return v;
}

/* The whole says what its parts say. */
static verdicts read_json(const char *text, int status)
{
    verdicts v = {0};
#ifdef HAVE_jansson
    size_t wholes = 0;
    for (const char *at = text; *at != '\0'; at = strchr(at, '\n') + 1) {
        json_error_t e;
        json_t *j = json_loadb(at, strcspn(at, "\n"), JSON_REJECT_DUPLICATES, &e);
        ck_assert_msg(j != NULL, "%s:\n%.200s", e.text, at);
        const char *kind = json_string_value(json_object_get(j, "kind"));
        if (strcmp(kind, "finding") == 0) {
            const char *id = json_string_value(json_object_get(j, "id"));
            const char *s = json_string_value(json_object_get(j, "status"));
            const bool bad = strcmp(s, "fail") == 0 || strcmp(s, "crash") == 0 ||
                             strcmp(s, "hang") == 0;
            add(&v, id, strlen(id),
                bad                      ? FAILED
                : strcmp(s, "skip") == 0 ? SKIPPED
                                         : PASSED);
        } else {
            ck_assert_str_eq(kind, "engine");
            ck_assert_int_eq(json_integer_value(json_object_get(j, "exit")), status);
            for (int w = 0; w < 3; w++)
                ck_assert_uint_eq(
                    (size_t)json_integer_value(json_object_get(j, words[w])),
                    count(&v, (word)w));
            wholes++;
        }
        json_decref(j);
    }
    ck_assert_uint_eq(wholes, 1);
#else
    (void)text, (void)status;
#endif
    return v;
}

START_TEST(every_form_has_the_same_verdicts)
{
    if (!gradyno_is_built("kit_forms")) return;
    const char *path = spoil(_i);
    char options[4200];
    snprintf(options, sizeof options, "--json --junit '%s/r.xml'", folder);
    shell_result r = engine(options, path);
    assert_status(&r, engines[_i].status, engines[_i].name);
    snprintf(options, sizeof options, "%s/r.xml", folder);
    char *xml = read_text(options);
    ck_assert_ptr_nonnull(xml);
    const verdicts x = read_xml(xml);
    ck_assert_uint_gt(x.n, 50);
    ck_assert((count(&x, FAILED) > 0) == (engines[_i].status > 0));
#ifdef HAVE_jansson
    const verdicts j = read_json(r.out, engines[_i].status);
    ck_assert_uint_eq(x.n, j.n);
    for (size_t i = 0; i < x.n; i++) {
        ck_assert_str_eq(x.row[i].id, j.row[i].id);
        ck_assert_msg(x.row[i].word == j.row[i].word, "%s: %s, and %s", x.row[i].id,
                      words[x.row[i].word], words[j.row[i].word]);
    }
#endif
    free(xml);
    shell_free(&r);

    if (_i == HANGS) return; /* once takes long enough */
    r = engine("", path);    /* the table's last line */
    size_t said[3];
    char *last = last_line(r.out);
    assert_status(&r, engines[_i].status, engines[_i].name);
    ck_assert_int_eq(sscanf(last, "%zu passed, %zu failed, %zu skipped", &said[0],
                            &said[1], &said[2]),
                     3);
    for (int w = 0; w < 3; w++) ck_assert_uint_eq(said[w], count(&x, (word)w));
    free(last);
    shell_free(&r);
}
END_TEST

/* ---- Options --------------------------------------------------------------------- */

/* What is said under --reveal, and what is not; of a mistake with a name, and of one
 * without, whose line would be "dx is 4, not 3". */
static const struct {
    int engine;
    const char *options, *says[3], *hides[4];
} reveals[] = {
    {OVERWRITES,
     "--reveal none",
     {"error[G03]", "hint 1/3"},
     {"x = 3", "expected", "  got ", "  why "}},
    {OVERWRITES,
     "--reveal input",
     {"  run        x = 3", "a = x + x"},
     {"expected", "dx = 2", "  got ", "  why "}},
    {OVERWRITES,
     "--reveal expected",
     {"  run ", "expected   dx = 2"},
     {"  got ", "dx = 1", "  why "}},
    {OVERWRITES,
     "--reveal all",
     {"expected   dx = 2", "got        dx = 1", "  why "},
     {0}},
    {OVERWRITES, "", {"expected   dx = 2", "got        dx = 1", "  why "}, {0}},
    {OVERWRITES, "--hint 0", {"error[G03]"}, {"hint"}},
    {OVERWRITES, "--hint 2", {"hint 2/3   What is the gradient of x", "--hint 3"}, {0}},
    {OVERWRITES, "--hint 3", {"hint 3/3   Let each rule add"}, {"--hint "}},
    {OVERWRITES, "--only 3.inside", {0}, {"error["}},
    {OVERWRITES, "--only 3.18", {"error[G03]", "3.18"}, {"2 operations"}},
    {OVERWRITES, "--seed 7", {"seed 7"}, {0}},
    {OVERWRITES,
     "--terse",
     {".so:3.18: G03 a value used twice", "dx = 1  want dx = 2"},
     {"\n\n"}},
    {OVERWRITES,
     "--terse --reveal none",
     {".so:3.18: G03 a value used twice"},
     {"dx", "x = 3"}},
    {LARGE, "--only 5.wide.1200 --reveal all", {"  got "}, {0}},
    {LARGE, "--only 5.chain.1200", {"dx is 4, not 3"}, {0}},
    {LARGE,
     "--only 5.chain.1200 --reveal expected",
     {"expected   dx = 3"},
     {"dx is 4", "got ", "dx = 4"}},
    {LARGE,
     "--only 5.chain.1200 --reveal none",
     {"a chain of 1200"},
     {"not 3", "dx = 3"}},
    {LARGE,
     "--only 5.chain.1200 --reveal none --json",
     {"a chain of 1200"},
     {"not 3", "dx = 3"}},
};

/* Built once for all of them. */
static const char *built(int which)
{
    static char object[4096];
    snprintf(object, sizeof object, "%s/mine.so", folder);
    shell_result r = shell("cc -g -O1 -shared -fPIC -I%s/../include '%s' -o '%s' -lm",
                           getenv("GRADYNO_EXAMPLES"), spoil(which), object);
    ck_assert_msg(r.status == 0, "%s", r.err);
    shell_free(&r);
    return object;
}

START_TEST(options_do_what_they_say)
{
    if (!gradyno_is_built("kit_forms") || getenv("GRADYNO_EXAMPLES") == NULL) return;
    const char *object = built(_i);
    for (int k = 0; k < LENGTH(reveals); k++) {
        if (reveals[k].engine != _i) continue;
        shell_result r = engine(reveals[k].options, object);
        const bool nothing = reveals[k].says[0] == NULL;
        assert_status(&r, nothing ? 2 : 1, reveals[k].options);
        for (int i = 0; i < 3 && reveals[k].says[i] != NULL; i++)
            assert_says(r.out, reveals[k].says[i], reveals[k].options);
        for (int i = 0; i < 4 && reveals[k].hides[i] != NULL; i++)
            ck_assert_msg(strstr(r.out, reveals[k].hides[i]) == NULL,
                          "%s says \"%s\":\n%s", reveals[k].options,
                          reveals[k].hides[i], r.out);
        shell_free(&r);
    }
}
END_TEST

/* --exit-zero is for graders that want the verdict in the file alone; what could not be
 * run at all is still told. */
START_TEST(exit_zero_hides_a_verdict_only)
{
    if (!gradyno_is_built("kit_forms")) return;
    shell_result r = engine("--exit-zero", spoil(OVERWRITES));
    assert_status(&r, 0, "--exit-zero");
    shell_free(&r);
    r = engine("--exit-zero", "no/such/file.so");
    assert_status(&r, 2, "--exit-zero");
    shell_free(&r);
}
END_TEST

/* A failure under --strict only: digits that the starter's tanh loses at 20. */
START_TEST(strict_is_strict)
{
    if (!gradyno_is_built("kit_forms")) return;
    const char *path = spoil(RIGHT);
    shell_result r = engine("--only 2.tanh", path);
    assert_status(&r, 0, "--only 2.tanh");
    assert_says(r.out, "note     tanh: accuracy: at x = 20 dz/dx = 0", "the table");
    shell_free(&r);
    r = engine("--strict --only 2.tanh", path);
    assert_status(&r, 1, "--strict");
    shell_free(&r);
}
END_TEST

/* The seed draws other points and programs, and the same ones again. */
START_TEST(a_seed_draws_the_programs)
{
    if (!gradyno_is_built("kit_forms") || getenv("GRADYNO_EXAMPLES") == NULL) return;
    const char *object = built(MIDDLE);
    shell_result r[3];
    const char *said[3];
    for (int i = 0; i < 3; i++) {
        r[i] = engine(i < 2 ? "--only 6.random --seed 5" : "--only 6.random --seed 6",
                      object);
        assert_status(&r[i], 1, "--only 6.random");
        *strstr(r[i].out, "  again ") = '\0'; /* after it come a command and seconds */
        said[i] = strstr(r[i].out, "  run ");
        ck_assert_ptr_nonnull(said[i]);
    }
    ck_assert_str_eq(said[0], said[1]);
    ck_assert_str_ne(said[0], said[2]);
    for (int i = 0; i < 3; i++) shell_free(&r[i]);
}
END_TEST

Suite *kit_forms_suite(void)
{
    Suite *suite = suite_create("kit_forms");
    TCase *c = tcase_create("forms");
    tcase_add_checked_fixture(c, make_folder, end_folder);
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, every_form_has_the_same_verdicts, 0, MIDDLE);
    tcase_add_loop_test(c, options_do_what_they_say, OVERWRITES, OVERWRITES + 1);
    tcase_add_loop_test(c, options_do_what_they_say, LARGE, LARGE + 1);
    tcase_add_test(c, exit_zero_hides_a_verdict_only);
    tcase_add_test(c, strict_is_strict);
    tcase_add_test(c, a_seed_draws_the_programs);
    suite_add_tcase(suite, c);
    return suite;
}
