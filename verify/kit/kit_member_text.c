/* What is said of an optional member that fails: its program, and what its number means. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/kit.h"
#include "verify/kit/message_parts.h"

#define SMALL "a = x * y\nb = a + x\nz = b * y\n"

/* As its ride in kit_members.c has it. */
static const char *program_of(const char *name)
{
    static const struct {
        const char *name, *program;
    } all[] = {
        {"reset", "x = 3, y = 2\n" SMALL "backward z\nreset, and once more from x = 4"},
        {"rewind", "x = 3, y = -1.5\nmark\na = x * y\nz = a * x\nbackward z\nrewind"},
        {"statistics", "x = 3, y = 2\nstatistics\n" SMALL
                       "statistics\nx, y, a, b, z once more\nstatistics"},
        {"order", "x = 3, y = 2\n" SMALL "order z\nbackward z"},
        {"set", "x = 3\nset x = 5\nz = x * x\nbackward z"},
        {"forward",
         "x = 3, y = 2\n" SMALL "set x = 5, y = -1.5\nforward z\nbackward z"},
        {"sum", "x = 2, 3, 4, 5\ns = sum(x[0], ..., x[3], x[1])\nz = s * x[0]"},
        {"dot", "x = 2, 3, 4; y = 7, 6\ns = dot(x, (y[0], y[1], x[0]))\nz = s * x[1]"},
        {"run", "x = 3, y = 2\n" SMALL "all of it by run"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].name, name) == 0) return all[i].program;
    return "";
}

/* What each is to be looked at for; the third hint is the same for all. */
const char *kit_member_hint(const char *id, int hint)
{
    static const struct {
        const char *id, *hint[2];
    } all[] = {
        {"7.rewind",
         {"Which gradients of nodes that stay are not 0 when the next backward begins?",
          "Print values, handles and gradients of the leaves before mark and after "
          "rewind. What is not as it was?"}},
        {"7.order",
         {"What does backward do that order has done already, or has not?",
          "Run the program without order. What does order change: values, gradients, "
          "or "
          "which nodes are visited?"}},
        {"7.set",
         {"What reads the value of a leaf after it was set?",
          "Print the leaf's value after set, and what an operation recorded later has "
          "for "
          "its operand."}},
        {"7.statistics",
         {"What do your counts count: all nodes that are on the record now?",
          "Print both counts before and after the same program is recorded once "
          "more."}},
        {"7.run",
         {"What does run do that apply, backward and grad do not, or the reverse?",
          "Print value[] and grad[] beside those of the same program, recorded step by "
          "step."}},
        {"7.sum",
         {"One node stands there twice. How much is it given, and how often?",
          "Print which indices the loop of backward visits, and what it adds to "
          "each."}},
        {"7.dot",
         {"One node stands there twice, once in x and once in y. How much is it given?",
          "Print which indices the loop of backward visits, and what it adds to "
          "each."}}};
    for (size_t i = 0; i < sizeof all / sizeof *all && hint < 3; i++)
        if (strcmp(all[i].id, id) == 0) return all[i].hint[hint - 1];
    return NULL;
}

/* After set x = 5, y = -1.5 and forward, a, b and z were 6, 9 and 18 and should be
 * -7.5, -2.5 and 3.75. */
static void say_forward(const kit *k, finding *f)
{
    if (k->sheet->numbers != 2 || kit_has_failed(k, "7.set")) return;
    const double a = k->sheet->number[0], b = k->sheet->number[1];
    if (strcmp(f->got, "z = -13.5") == 0 && !(a == 6 && b == 9)) {
        strcpy(f->code, "G252");
        strcpy(f->text,
               "forward computes a result before what it is made of: z is -13.5, "
               "not 3.75");
        strcpy(f->why,
               "-13.5 is 9 * -1.5: y is the new one, and 9 is what b was before.");
    } else if (strcmp(f->got, "z = -13.5") == 0) {
        strcpy(f->code, "G281");
        strcpy(f->text, "forward computes the output alone anew: z is -13.5, not 3.75");
        strcpy(f->why, "-13.5 is 9 * -1.5: a is still 6 and b still 9, as before.");
    } else if (strcmp(f->got, "z = 18") == 0 && a == 6 && b == 9) {
        strcpy(f->code, "G281");
        strcpy(f->text, "forward computes nothing anew: z is still 18, and not 3.75");
        strcpy(f->why, "18 is what z was before set; a is still 6 and b still 9.");
    } else if (strcmp(f->got, "z = 18") == 0 && a == -7.5 && b == -2.5) {
        strcpy(f->code, "G281");
        strcpy(f->text, "forward ends before its output: z is still 18, and not 3.75");
        strcpy(f->why, "18 is what z was before set; a = -7.5 and b = -2.5 are new.");
    } else if (strcmp(f->got, "z = 18") == 0) {
        snprintf(f->why, sizeof f->why,
                 "18 is what z was before set; a is %.10g (before 6, right -7.5), b is "
                 "%.10g (before 9, right -2.5).",
                 a, b);
    }
}

/* The claims of one of its three records, in kit_members.c. */
enum { CLAIMS = 5 };

static size_t first_wrong(const kit *k)
{
    size_t i = 0;
    while (i < k->sheet->claims && claim_holds(&k->sheet->claim[i])) i++;
    return i;
}

/* All recordings up to the one whose numbers are wrong. */
static void put_rewinds(finding *f, size_t wrong)
{
    static const char *const sums[] = {"", " + x", " + x + x"};
    const size_t last = wrong / CLAIMS;
    strcpy(f->run, "x = 3, y = -1.5\nmark");
    for (size_t i = 0; i <= last && i < 3; i++)
        message_add(f->run, sizeof f->run, "\nz = (x * y%s) * x\nbackward z%s", sums[i],
                    i < last || wrong % CLAIMS > 2 ? "\nrewind" : "");
}

/* A gradient that has what the record before, which was rewound, has left there. */
static void say_rewind(const kit *k, finding *f)
{
    const size_t at = first_wrong(k);
    if (at >= k->sheet->claims) return;
    put_rewinds(f, at);
    if (at < CLAIMS || at % CLAIMS == 0 || at % CLAIMS > 2) return;
    const claim *c = &k->sheet->claim[at], *before = c - CLAIMS;
    if (fabs(c->got - c->expected - before->got) > c->bound) return;
    strcpy(f->code, "G307");
    snprintf(f->text, sizeof f->text,
             "rewind leaves gradients as they were: %s is %.10g, not %.10g", c->label,
             c->got, c->expected);
    snprintf(
        f->why, sizeof f->why,
        "%.10g is %.10g and %.10g, which %s was before rewind: the gradients of what "
        "stays are to be 0 after it.",
        c->got, c->expected, before->got, c->label);
}

void kit_say_member(const kit *k, finding *f, const char *name)
{
    static const char mark[] = "mark, after rewind, = ";
    if (f->run[0] == '\0') snprintf(f->run, sizeof f->run, "%s", program_of(name));
    if (strcmp(name, "forward") == 0) say_forward(k, f);
    if (strcmp(name, "rewind") == 0) say_rewind(k, f);
    if (strcmp(name, "rewind") != 0 || strncmp(f->got, mark, sizeof mark - 1) != 0)
        return;
    const double nodes = strtod(f->got + sizeof mark - 1, NULL);
    strcpy(f->code, "G253");
    snprintf(f->text, sizeof f->text,
             "rewind ends too %s: mark is then %g %s than the one that it was given",
             nodes < 0 ? "much" : "little", fabs(nodes), nodes < 0 ? "less" : "more");
    strcpy(f->why, "The mark after rewind is to be the one that rewind was given.");
}
