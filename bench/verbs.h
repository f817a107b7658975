/*
 * The command line's verbs. Each takes main's arguments from its own name on, and
 * returns the exit status: 0 all held, 1 a check failed, 2 wrong usage or environment,
 * 3 inconclusive.
 */
#ifndef GRADYNO_VERBS_H
#define GRADYNO_VERBS_H

enum { EXIT_HELD = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_INCONCLUSIVE = 3 };

int verb_ops(int argc, char **argv);
int verb_check(int argc, char **argv);
int verb_expr(int argc, char **argv);
int verb_bench(int argc, char **argv);
int verb_env(int argc, char **argv);

#endif
