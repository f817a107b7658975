/* What --help and --list of bench and race print. */
#include <stdio.h>

#include "bench/bench_options.h"

const char bench_help[] =
    "usage: gradyno bench [OPTION...]\n"
    "\n"
    "Verifies the gradients of the engines, and then times them: record, order, "
    "backward\n"
    "and free, and the whole, on perceptrons that grow from tens of operations to over "
    "a\n"
    "million, on other programs, and on a training run. What fails verification is "
    "not\n"
    "timed.\n"
    "\n"
    "  --quick           within a minute (without it: within ten, in five processes, "
    "all\n"
    "                    sizes that there is time for)\n"
    "  --workload LIST   of --list, as in mlp,rosenbrock, or all: those of the "
    "default\n"
    "  --size LIST       sizes in place of the workloads' own (with no --workload: "
    "widths\n"
    "                    of the perceptron H-H-H-H-1)\n"
    "  --data FILE       the one --workload (gmm, ba, lstm) at the point of an "
    "instance "
    "of\n"
    "                    ADBench's\n"
    "  --engine LIST     of --list, or FILE.so, FILE.c of yours (default graph,tape); "
    "the\n"
    "                    first races itself\n"
    "  --ladder          all engines, hand-written gradients and tools that are built "
    "here\n"
    "                    (make peers), in one race on the perceptron: what each idea "
    "is\n"
    "                    worth, against the targets; ladder.tsv, targets.tsv and "
    ".json,\n"
    "                    bandwidth.tsv and the record ladder.jsonl into DIR\n"
    "  --list            the workloads with their sizes, and the engines\n"
    "  --rounds N        so many rounds for every size, 6 or more (default: until the\n"
    "                    intervals are narrower than 2% or the time is spent; 51 or "
    "more\n"
    "                    where a gradient takes less than 20 ms, 9 or more elsewhere)\n"
    "  --seconds S       the time to spend (the fewest rounds are run in any case)\n"
    "  --processes N     so many fresh processes for every size, each with another\n"
    "                    environment (default 5; --quick: 1)\n"
    "  --seed N          of parameters, samples and the order of the rounds (default "
    "1)\n"
    "  --out DIR         folder of env.tsv, bench.tsv, ratio.tsv, scaling.tsv,\n"
    "                    bench.jsonl and moons_*.tsv (default build/report)\n"
    "  --resume          continues the run that DIR/bench.jsonl is the record of\n"
    "  --baseline FILE   compares with an earlier run's bench.jsonl\n"
    "  --export-google FILE   the medians in Google Benchmark's JSON, too\n"
    "\n"
    "exit status: 0 every gradient was right, 1 one was wrong, or a regression was "
    "found,\n"
    "2 wrong usage or environment, 128 + n stopped by signal n: what was done until "
    "then\n"
    "is kept, and --resume continues it\n";

const char race_help[] =
    "usage: gradyno race A B [OPTION...]     A, B: of --list, or FILE.so, FILE.c of "
    "yours\n"
    "\n"
    "Verifies two engines, and races them in pairs on a workload: how many times as "
    "long\n"
    "as B does A take, with the interval, and with what A takes over itself (the "
    "noise\n"
    "floor). A ratio below the floor is not resolved, whatever the medians say.\n"
    "\n"
    "A file holds an engine for <gradyno/engine.h>, which gradyno engine checks. It "
    "runs\n"
    "in a process of its own and reads the clock there; if it crashes, hangs or is "
    "wrong,\n"
    "that is a row. What the contract costs: gradyno race tape tape-by-contract.\n"
    "\n"
    "  --workload LIST, --size LIST   of --list (default: perceptrons of width 16, "
    "128)\n"
    "  --seconds S       the time to spend (default: 3 for each size)\n"
    "  --rounds N, --processes N (default 3), --seed N   as in gradyno bench\n"
    "  --out DIR         keeps the record, DIR/race.jsonl (default: none is kept)\n"
    "  --list            the workloads with their sizes, and the engines\n"
    "\n"
    "exit status: 0 both were right, 1 one failed its verification, 2 wrong usage or\n"
    "environment, 128 + n stopped by signal n\n";

void bench_options_list(void)
{
    puts("engines (and FILE.so, FILE.c: see gradyno race --help):");
    for (size_t i = 0; i < engines_count; i++)
        printf("  %-20s %s%s\n", engines[i].name, engines[i].about,
               engines[i].is_default ? "" : " (when asked for)");
    puts("workloads, and their sizes:");
    for (size_t k = 0; k < workloads_count(); k++) {
        const workload w = workload_at(k);
        printf("  %-15s %s\n  %15s ", w.kind->name, w.kind->formula, "");
        for (size_t i = 0; w.kind->sizes[i] != 0; i++)
            printf("%s%zu", i == 0 ? "" : ", ", w.kind->sizes[i]);
        printf(" (%s)%s\n", w.kind->size_means, w.is_default ? "" : ", when asked for");
    }
}
