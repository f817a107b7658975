/*
 * gradyno engine 'proc:COMMAND': engines in other languages, which speak in lines; those
 * that are right, those with a mistake planted, and those that do not answer as agreed.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verify/kit/process_program.h"
#include "verify/tests/shell.h"
#include "verify/tests/suites.h"

static const struct {
    const char *command, *starter;
} languages[] = {{"python3", "engine/examples/engine.py"},
                 {"node", "engine/examples/engine.js"}};
enum { LANGUAGES = sizeof languages / sizeof *languages };

/* Whether the tests of a language can run; if not, it is said once. */
static bool is_there(const char *command)
{
    if (!gradyno_is_built("kit_process")) return false;
    shell_result r = shell("%s --version", command);
    if (r.status != 0)
        fprintf(stderr, "kit_process: %s is not installed; its engine is skipped\n",
                command);
    const bool there = r.status == 0;
    shell_free(&r);
    return there;
}

static void assert_says(const shell_result *r, const char *what)
{
    ck_assert_msg(strstr(r->out, what) != NULL || strstr(r->err, what) != NULL,
                  "does not say '%s':\n%.3000s%.500s", what, r->out, r->err);
}

START_TEST(a_starter_conforms)
{
    const char *command = languages[_i].command, *path = languages[_i].starter;
    if (!is_there(command)) return;
    char *text = read_text(path);
    size_t lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++) lines++;
    ck_assert_uint_le(lines, 60);
    free(text);
    shell_result r =
        shell("%s engine --quick 'proc:%s %s'", gradyno_program(), command, path);
    ck_assert_msg(r.status == 0, "%s%s", r.out, r.err);
    assert_says(&r, "conforms");
    shell_free(&r);
}
END_TEST

/* What is planted in a starter by sed, and what is said of it. */
static const struct {
    size_t language;
    const char *sed, *says;
    int status;
} planted[] = {
    {0, "s/(b.data, a.data)/(a.data, b.data)/", "the rule for mul", 1},
    {0, "s/grad += partial/grad = partial/", "error[G03]", 1},
    {0, "s/, (math.exp(a.data),))/, (1.0,))/", "the rule for exp", 1},
    {1, "s/\\[b.data, a.data\\]/[a.data, b.data]/", "the rule for mul", 1},
    {1, "s/order.reverse()/order/", "error[G", 1},
    {0, "s/ self.grad = 1.0/ sys.exit(1)/", "exit(1)", 3},
    {0, "s/\"exp\": lambda a: /&nosuch(a) and /",
     "exp at x = 0.5: the engine's error(): NameError", 1},
    /* exp and pow_c are wrong, and div is made of pow_c. */
    {0,
     "s/\"exp\": .*/\"exp\": lambda a: Value(math.exp(a.data), (a,), (a.data,)), "
     "\"pow_c\": lambda a, c: Value(a.data ** c, (a,), (math.sin(c),)), \"div\": "
     "lambda a, b: OPERATIONS[\"mul\"](a, OPERATIONS[\"pow_c\"](b, -1.0)),/",
     "same reason: 2.div, 2.pow_c", 1},
    /* What a program leaves: a list that is there again, numbers that are never reused. */
    {0,
     "s/^class Value:/made = [0]\\n\\n\\n&/; s/        self.operands, self.partials = "
     ".*/"
     "        made[0] += 1\\n        self.operands, self.partials = (operands, "
     "partials) if "
     "made[0] < 3000 else ((), ())/",
     "error[G264]", 1},
    /* A set, in the order of hashes of texts, which are others in each process. */
    {0,
     "s/^    def backward.*/&\\n        self.grad = 1.0\\n        def go(v):\\n"
     "            for o, p in zip(v.operands, v.partials):\\n"
     "                o.grad += p * v.grad\\n"
     "            for o in sorted(set(v.operands), key=lambda o: hash(str(o.data))):\\n"
     "                go(o)\\n        return go(self)/",
     "error[G02]", 1},
    {0,
     "s/        self.grad = 1.0/        order.sort(key=lambda v: v.name)\\n&/; "
     "s/^class Value:/made = [0]\\n\\n\\n&/; "
     "s/        self.data, self.grad = .*/&\\n        made[0] += 1\\n        self.name "
     "= "
     "str(made[0])/",
     "error[G265]", 1},
    {0,
     "s/ in (\"zero\", \"backward\")/ == \"zero\"/; s/^def run/kept = {}\\n\\n\\n&/; "
     "s/nodes.append(node)/node.grad = kept.get(len(nodes), 0.0); &/; "
     "s/^    plain = /    kept.update(enumerate(v.grad for v in nodes))\\n&/",
     "a = x * y; z = a + x; backward z\n             another program\n             "
     "x = 5, y = 7\n             a = x * y; z = a + x; backward z\n  expected   dx = "
     "8\n"
     "  got        dx = 47\n  why        Before backward",
     1},
    {0,
     "s/^                v.grad = 0.0/                v.grad *= len(v.operands) == 1/",
     "error[G280]: gradients of nodes made by exp are not cleared", 1},
    /* One node for two steps that are the same is no mistake. */
    {0,
     "s/    nodes = \\[\\]/    known = {}\\n&/; s/node = OPERATIONS.*/"
     "key = (step[\"op\"], *map(id, of))\\n"
     "            node = known[key] = known.get(key) or OPERATIONS[step[\"op\"]](*of)/",
     "conforms", 0},
    {0, "s/ self.grad = 1.0/ nosuch()/", "same reason: 1.policy, 1.zero, 2.add", 1},
    /* A graph that is freed by backward. */
    {0, "s/of.0..backward()/&; of[0].operands = None/", "error[G210]", 1},
    {0,
     "s/of.0..backward()/&; of[0].operands = None/;"
     "s/\"engine.py\"/&, \"config\": {\"policy\": \"once\"}/",
     "one backward a recording: a second one is refused:", 0},
    {0, "s/\"engine.py\"/&, \"config\": {\"policy\": \"accumulates\"}/",
     "error[G316]: the engine's `policy` is not what it does", 1},
    {0, "s/\"exp\": lambda a: /&nosuch(a) and /", "error[G317]", 1},
    {0,
     "s/  v.grad = 0.0/  v.grad *= bool(v.operands)/;"
     "s/\"engine.py\"/&, \"config\": {\"policy\": \"once\"}/",
     "error[G315]: zero_grad clears the inputs and forgets", 1},
    /* What does not take what it is given. */
    {0, "s/float(step.get/int(step.get/",
     "error[G318]: inputs are kept as whole numbers", 1},
    {0, "s/Value(float(\\(.*\\)))/Value(float(\"%.6g\" % \\1))/",
     "error[G318]: inputs are kept as text of 6 digits", 1},
    {0, "s/plain = lambda v: v/plain = lambda v: f\"{v:,}\"/",
     "error[G314]: an input of 1234567.891 comes back as no number", 1},
    {0, "s/ for i in step.get(\"of\", ())/& if i/",
     "error[G311]: the first node's handle, 0, is taken for none", 1},
    {0,
     "s/step.get(\"of\", ())/sorted(&)/; s/^    \"exp\"/    \"sub\": lambda a, b: "
     "Value(a.data - b.data, (a, b), (1.0, -1.0)),\\n&/",
     "error[G319]: operands are put in the order of their numbers", 1},
    /* A set of values: of all, and of all but the root, which goes in as a node. */
    {0,
     "s/elif v not in seen/elif v.data not in seen/; s/seen.add(v)$/seen.add(v.data)/",
     "error[G06]: two values that are equal are taken for the same node", 1},
    {0,
     "s/elif v not in seen/elif v.data not in seen/; "
     "s/seen.add(v)$/seen.add(v if v is self else v.data)/",
     "error[G06]: two values that are equal are taken for the same node", 1},
    {0,
     "s/step.get(\"of\", ())/(sorted(&) if step[\"op\"] == \"sub\" else &)/; "
     "s/^    \"exp\"/    \"sub\": lambda a, b: "
     "Value(a.data - b.data, (a, b), (1.0, -1.0)),\\n    \"div\": lambda a, b: "
     "Value(a.data \\/ b.data, (a, b), (1 \\/ b.data, -a.data \\/ b.data ** "
     "2)),\\n&/",
     "error[G354]: sub puts its operands in the order of their numbers", 1},
    {0,
     "s/step.get(\"of\", ())/(&)[::-1]/; s/^    \"exp\"/    \"sub\": lambda a, b: "
     "Value(a.data - b.data, (a, b), (1.0, -1.0)),\\n    \"div\": lambda a, b: "
     "Value(a.data \\/ b.data, (a, b), (1 \\/ b.data, -a.data \\/ b.data ** "
     "2)),\\n&/",
     "error[G319]: operands are taken in reverse order", 1},
    {0,
     "s/ in (\"zero\", \"backward\")/ == \"backward\"/;"
     "s/\"engine.py\"/&, \"config\": {\"zero\": False}/",
     "zero: the engine has no zero_grad", 0},
    {0, "s/ self.grad = 1.0/&; print(\"from\", self)/", "its answer is not JSON: 'from",
     1},
};

/* What the kit says of a starter in which sed has planted something. */
static shell_result ride_planted(size_t language, const char *sed, const char *options)
{
    const char *starter = languages[language].starter;
    char *folder = temporary_folder();
    shell_result r = shell("sed '%s' %s >%s/mine && ! cmp -s %s %s/mine && "
                           "%s engine %s 'proc:%s %s/mine'",
                           sed, starter, folder, starter, folder, gradyno_program(),
                           options, languages[language].command, folder);
    remove_folder(folder);
    free(folder);
    return r;
}

START_TEST(a_planted_mistake_is_named)
{
    const size_t language = planted[_i].language;
    if (!is_there(languages[language].command)) return;
    shell_result r = ride_planted(language, planted[_i].sed, "--quick");
    ck_assert_msg(r.status == planted[_i].status, "exit %d\n%s%s", r.status, r.out,
                  r.err);
    assert_says(&r, planted[_i].says);
    shell_free(&r);
}
END_TEST

/* Operations that are made of others have nodes of their own, which are cut, too. */
START_TEST(what_is_cut_is_no_walk)
{
    if (!is_there(languages[0].command)) return;
    shell_result r = ride_planted(
        0,
        "s/^        for v in reversed(order):/&\\n            v.grad = max(-1.0, "
        "min(1.0, v.grad))/; s/^    \"exp\"/    \"neg\": lambda a: "
        "OPERATIONS[\"mul\"](a, Value(-1.0)),\\n    \"sub\": lambda a, b: "
        "OPERATIONS[\"add\"](a, OPERATIONS[\"neg\"](b)),\\n    \"recip\": lambda a: "
        "Value(1 \\/ a.data, (a,), (-1 \\/ a.data ** 2,)),\\n    \"div\": lambda a, b: "
        "OPERATIONS[\"mul\"](a, OPERATIONS[\"recip\"](b)),\\n&/",
        "");
    assert_says(&r, "error[G35]: gradients are cut to between -1 and 1");
    ck_assert_msg(strstr(r.out, "error[G02]") == NULL, "%.3000s", r.out);
    shell_free(&r);
}
END_TEST

/* By the hash of a text, which is another one in each process: nothing is left behind. */
START_TEST(what_hangs_on_a_hash_is_not_left_behind)
{
    enum { PROCESSES = 4 };
    bool says = false;
    if (!is_there(languages[0].command)) return;
    for (int i = 0; i < PROCESSES; i++) {
        shell_result r = ride_planted(
            0, "s/partial \\* v.grad/& * (1 + (hash(str(v.data)) % 4 == 0))/",
            "--quick");
        says |= strstr(r.out, "error[G189]") != NULL;
        ck_assert_msg(strstr(r.out, "7.left, one") == NULL, "%.3000s", r.out);
        shell_free(&r);
    }
    ck_assert(says);
}
END_TEST

/* It works, or sleeps, for ever in each backward: that is not waited for each time. */
START_TEST(who_always_hangs_is_soon_done)
{
    static const char *const for_ever[] = {
        "s/self.grad = 1.0/while True: pass/",
        "s/self.grad = 1.0/import time; time.sleep(1000)/"};
    if (!is_there(languages[0].command)) return;
    const time_t start = time(NULL);
    shell_result r = ride_planted(0, for_ever[_i], "--quick");
    ck_assert_msg(r.status == 3, "exit %d\n%s%s", r.status, r.out, r.err);
    ck_assert_msg(time(NULL) - start < 12, "%d s", (int)(time(NULL) - start));
    assert_says(&r, "no end after");
    assert_says(&r, "in evaluate");
    shell_free(&r);
}
END_TEST

/* Processes that are no engine: one sentence each. */
static const struct {
    const char *command, *says;
    int status;
} strangers[] = {
    {"exit 0", "ended without an answer", 2},
    {"echo it is broken >&2; exit 1", "to line 0; it said: it is broken", 2},
    {"echo MyError: none >&2; echo v1 >&2", "it said: MyError: none", 2},
    {"cat", "without success", 2},
    {"echo hello; cat >/dev/null", "not JSON", 2},
    {"no-such-command", "ended without an answer", 2},
    {"sed -u s/id/di/", "has not the id", 2},
};

START_TEST(a_stranger_is_one_sentence)
{
    if (!gradyno_is_built("kit_process")) return;
    shell_result r =
        shell("%s engine --quick 'proc:%s'", gradyno_program(), strangers[_i].command);
    ck_assert_msg(r.status == strangers[_i].status, "exit %d\n%s%s", r.status, r.out,
                  r.err);
    assert_says(&r, strangers[_i].says);
    shell_free(&r);
}
END_TEST

/* The line, to the letter; and it grows after it was asked for. */
START_TEST(a_line_is_what_the_protocol_says)
{
    static const char head[] = "{\"kind\":\"evaluate\",\"module\":\"gradyno\","
                               "\"function\":\"run\",\"input\":{\"steps\":[";
    const ad_engine_node both[2] = {0, 1};
    const double c = 2, third = 1.0 / 3;
    process_program p;
    char expected[1024];
    process_program_begin(&p);
    ck_assert_uint_eq(process_program_leaf(&p, "input", 3), 0);
    ck_assert_uint_eq(process_program_leaf(&p, "constant", third), 1);
    ck_assert(!process_program_is_constant(&p, 0) &&
              process_program_is_constant(&p, 1));
    ck_assert_uint_eq(process_program_apply(&p, "add", 2, both, NULL), 2);
    snprintf(expected, sizeof expected,
             "%s{\"op\":\"input\",\"value\":3.0},{\"op\":\"constant\",\"value\":"
             "0.33333333333333331},{\"op\":\"add\",\"of\":[0,1]}]},\"id\":17}",
             head);
    ck_assert_str_eq(process_program_line(&p, 17), expected);
    ck_assert_uint_eq(process_program_apply(&p, "pow_c", 1, both, &c), 3);
    process_program_leaf(&p, "input", (double)INFINITY);
    process_program_leaf(&p, "input", -(double)INFINITY);
    process_program_leaf(&p, "input", (double)NAN);
    process_program_leaf(&p, "input", -1e300);
    process_program_zero(&p);
    process_program_backward(&p, 1234567890);
    ck_assert_uint_eq(p.steps, 10);
    const char *more = strstr(process_program_line(&p, 0), "{\"op\":\"pow_c\"");
    ck_assert_ptr_nonnull(more);
    ck_assert_str_eq(more,
                     "{\"op\":\"pow_c\",\"of\":[0],\"c\":2.0},"
                     "{\"op\":\"input\",\"value\":\"Infinity\"},"
                     "{\"op\":\"input\",\"value\":\"-Infinity\"},"
                     "{\"op\":\"input\",\"value\":\"NaN\"},"
                     "{\"op\":\"input\",\"value\":-1.0000000000000001e+300},"
                     "{\"op\":\"zero\"},{\"op\":\"backward\",\"of\":[1234567890]}]},"
                     "\"id\":0}");
    process_program_end(&p);
}
END_TEST

/* A program costs one line each way: for a large one, that is most of its time. */
START_TEST(a_program_is_asked_for_once)
{
    static const char *const programs[] = {"5.chain.40", "5.wide.40", "4.diamond"};
    const char *starter = languages[0].starter;
    if (!is_there(languages[0].command)) return;
    char *folder = temporary_folder(), path[4096];
    shell_result r =
        shell("%s engine --only %s 'proc:tee %s/lines | %s %s'", gradyno_program(),
              programs[_i], folder, languages[0].command, starter);
    ck_assert_msg(r.status == 0, "%s%s", r.out, r.err);
    snprintf(path, sizeof path, "%s/lines", folder);
    char *lines = read_text(path), *at = lines;
    ck_assert_ptr_nonnull(lines);
    size_t asked = 0;
    for (; (at = strstr(at, "\"kind\":\"evaluate\"")) != NULL; at++) asked++;
    ck_assert_msg(asked == 1, "%s: %zu times", programs[_i], asked);
    free(lines);
    shell_free(&r);
    remove_folder(folder);
    free(folder);
}
END_TEST

Suite *kit_process_suite(void)
{
    Suite *s = suite_create("kit_process");
    TCase *c = tcase_create("processes");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, a_starter_conforms, 0, LANGUAGES);
    tcase_add_loop_test(c, a_planted_mistake_is_named, 0,
                        sizeof planted / sizeof *planted);
    tcase_add_test(c, what_hangs_on_a_hash_is_not_left_behind);
    tcase_add_test(c, what_is_cut_is_no_walk);
    tcase_add_loop_test(c, who_always_hangs_is_soon_done, 0, 2);
    tcase_add_test(c, a_line_is_what_the_protocol_says);
    tcase_add_loop_test(c, a_program_is_asked_for_once, 0, 3);
    tcase_add_loop_test(c, a_stranger_is_one_sentence, 0,
                        sizeof strangers / sizeof *strangers);
    suite_add_tcase(s, c);
    return s;
}
