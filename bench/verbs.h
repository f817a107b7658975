/*
 * The command line's verbs. Each takes main's arguments from its own name on, and
 * returns the exit status: 0 all held, 1 a check failed, 2 wrong usage or environment,
 * 3 inconclusive.
 */
#ifndef GRADYNO_VERBS_H
#define GRADYNO_VERBS_H

#include <getopt.h>

enum { EXIT_HELD = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_INCONCLUSIVE = 3 };

int verb_ops(int argc, char **argv);
int verb_check(int argc, char **argv);
int verb_expr(int argc, char **argv);
int verb_bench(int argc, char **argv);
int verb_race(int argc, char **argv);
int verb_engine(int argc, char **argv);
int verb_env(int argc, char **argv);

/*
 * getopt_long for a verb, whose options are all long but -h:
 *
 *     optind = 1;
 *     for (int o; (o = verb_option(argc, argv, options, "")) != -1;) switch (o) {
 *
 * For what is none of them it says one sentence on stderr, "gradyno VERB: ...", and
 * returns '?'. `advice` goes into that sentence, after the option: "" for none.
 */
int verb_option(int argc, char **argv, const struct option *options,
                const char *advice);

#endif
