/* What the verbs share: reading options, and the sentence for a wrong one. */
#include "bench/verbs.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int verb_option(int argc, char **argv, const struct option *options, const char *advice)
{
    const int before = optind;
    opterr = 0;
    const int o = getopt_long(argc, argv, ":h", options, NULL);
    if (o != '?' && o != ':') return o;

    /* Of several letters behind one -, the argument is not done with yet. */
    const char *argument = argv[optind - 1], *verb = argv[0];
    const bool is_long = optind > before && strncmp(argument, "--", 2) == 0;
    const int name = (int)strcspn(argument, "="), shown = name < 60 ? name : 60;
    fprintf(stderr, "gradyno %s: ", verb);
    if (!is_long)
        fprintf(stderr, "there is no option '-%c'%s", optopt, advice);
    else if (o == ':')
        fprintf(stderr, "%.*s takes a value", shown, argument);
    else if (optopt != 0)
        fprintf(stderr, "%.*s takes no value", shown, argument);
    else
        fprintf(stderr, "there is no option '%.*s'%s", shown, argument, advice);
    fprintf(stderr, " (gradyno %s --help)\n", verb);
    return '?';
}
