/* What is said of an optional member that fails: its program, and what its number means. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/kit.h"

#define SMALL "a = x * y\nb = a + x\nz = b * y\n"

/* As its ride in kit_members.c has it. */
static const char *program_of(const char *name)
{
    static const struct {
        const char *name, *program;
    } all[] = {
        {"reset", "x = 3, y = 2\n" SMALL "backward z\nreset, and once more from x = 4"},
        {"rewind", "x = 3, y = -1.5\nmark\na = x * y\nz = a * x\nbackward z\nrewind"},
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

void kit_say_member(finding *f, const char *name)
{
    static const char mark[] = "mark, after rewind, = ";
    if (f->run[0] == '\0') snprintf(f->run, sizeof f->run, "%s", program_of(name));
    if (strcmp(name, "forward") == 0 && strcmp(f->got, "z = -13.5") == 0) {
        strcpy(f->code, "G252");
        strcpy(f->text,
               "forward computes a result before what it is made of: z is -13.5, "
               "not 3.75");
        strcpy(f->why,
               "-13.5 is 9 * -1.5: y is the new one, and 9 is what b was before.");
    }
    if (strcmp(name, "rewind") != 0 || strncmp(f->got, mark, sizeof mark - 1) != 0)
        return;
    const double nodes = strtod(f->got + sizeof mark - 1, NULL);
    strcpy(f->code, "G253");
    snprintf(f->text, sizeof f->text,
             "rewind ends too %s: mark is then %g %s than the one that it was given",
             nodes < 0 ? "much" : "little", fabs(nodes), nodes < 0 ? "less" : "more");
    strcpy(f->why, "The mark after rewind is to be the one that rewind was given.");
}
