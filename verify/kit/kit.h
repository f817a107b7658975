/*
 * The conformance kit: an engine is ridden through every lesson, each ride in a process
 * of its own, and what was found is a list.
 *
 *     kit k;
 *     if (kit_open(&k, &file, (kit_options){.seed = 1})) kit_run(&k);
 *     for (size_t i = 0; i < k.n; i++) k.finding[i] ...
 *     kit_close(&k);
 *
 *     1 start        it loads, a leaf is its own output, what a second backward does
 *     2 operations   each at ordinary, critical and extreme points, against MPFR
 *     3 signatures   tiny programs whose wrong number names the mistake
 *     4 shapes       what graphs can look like
 *     5 sizes        how large they can get
 *     6 programs     random ones, networks, a training run
 *     7 conduct      memory, time, the same twice, what it leaves changed
 *
 * A lesson whose basis is broken is skipped, with the reason.
 */
#ifndef GRADYNO_KIT_H
#define GRADYNO_KIT_H

#include "verify/kit/finding.h"
#include "verify/kit/message.h"
#include "verify/kit/ride.h"
#include "verify/kit/script.h"

typedef struct kit_options {
    bool quick, strict;
    const char *only; /* an id, or how it begins up to a dot; NULL: all */
    uint64_t seed;
    double patience; /* seconds (kit_patience); 0: the usual */
} kit_options;
enum { KIT_PATIENCE = 40, KIT_PATIENCE_QUICK = 3 };

typedef enum kit_verdict {
    KIT_CONFORMS = 0,
    KIT_WRONG = 1,
    KIT_UNUSABLE = 2, /* it cannot be loaded: finding[0] says why */
    KIT_BROKE = 3     /* no number was wrong, but it crashed or hung */
} kit_verdict;

/* Every signature program and probe, and what the engine answered. */
typedef struct kit_evidence {
    signature *program;
    outcome *got;
    size_t n;
    bool supported[AD_OP_count];
    double seconds;
} kit_evidence;

enum { KIT_TOLD = 12 }; /* causes that are found after lesson 3, with messages */

typedef struct kit {
    kit_options options;
    engine_file *file;
    sheet *sheet;
    mount engine; /* as it was when it was loaded: its pointers are not to be called */
    char name[64];

    finding *finding;
    size_t n, room;
    bool out_of_memory;

    kit_evidence evidence;
    diagnosis diagnosis;
    message message[DIAGNOSIS_CAUSES + KIT_TOLD]; /* of the finding whose `cause` is one
                                                     more: lesson 3, and then others */
    size_t told;                                  /* of others */

    struct kit_digits {
        int most, decimals; /* of any number that is not a whole one */
        bool are_floats;
    } digits[3]; /* of values, of gradients, and of those by what came from above */

    script_policy policy;
    bool
        lasting; /* apply keeps the array of operands: it is told once, and given ones */
    bool once;   /* one backward a recording: it says so, or ends in the second */
    bool no_zero; /* its zero_grad is wrong: it is told, and then not called */
    bool wrong_op[AD_OP_count];   /* programs that need it are skipped */
    bool crashed_op[AD_OP_count]; /* by itself, when it is recorded or goes back */
    char broken[160];             /* why all that reuses values is skipped, or "" */
    char root[24]; /* the row that is the reason of all that is wrong, or "" */
    char left[24], left_got[160]; /* the first row that only a new process has right */
    size_t stayed; /* how many that were wrong have stayed so there, in a row */
    double least,
        most; /* gradients that were right, of those seen in 4.small, 4.large */
    char unsteady[24]; /* the first row that answers otherwise in another run */
    ad_op sorts; /* of 1.operands: the one that puts its operands in order, or no row */
    bool reads_unset; /* and that is why: bytes that nobody set decide */
    size_t steady;    /* how many that are wrong were run again, and did not */
    size_t hung, crashed;
    double hung_seconds;   /* that rides took which hung, excused ones as well */
    double began, seconds; /* by the clock; of the whole run */
} kit;

/* False when memory is out. */
bool kit_open(kit *k, engine_file *file, kit_options options);
void kit_close(kit *k);
kit_verdict kit_run(kit *k);

/* Of the findings so far; passed counts notes and policies. */
typedef struct kit_count {
    size_t passed, failed, skipped;
} kit_count;
kit_count kit_count_of(const kit *k);
kit_verdict kit_verdict_of(const kit *k);

/* What is off in later lessons as told in lesson 2 or 3, by digits that are lost, is no
 * cause of its own. */
void kit_share_digits(kit *k);

/* Leaves out notes on digits at points where a wrong walk, which is told, is to blame. */
void kit_drop_notes(kit *k);

/* "It is cause 2 of 4.", where there is more than one. */
void kit_number_causes(kit *k);

/* Hint 1 or 2 on an optional member, "7.order"; NULL where there is none of its own. */
const char *kit_member_hint(const char *id, int hint);

/* ---- For the lessons ------------------------------------------------------------- */

/* Whether --only takes it. */
bool kit_wants(const kit *k, const char *id);

/* A new finding, passed so far; valid until the next. Never NULL: without memory, one
 * that is lost. */
finding *kit_find(kit *k, const char *id, const char *title);

/* Skips, with a reason. */
void kit_skip(kit *k, const char *id, const char *title, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* NULL, or why a program that needs these n rows is not to be run; `reuses`: it uses
 * values twice. The text is in `room`. */
const char *kit_why_not(const kit *k, size_t n, const ad_op *needs, bool reuses,
                        char room[160]);

/* Whether there is such a reason: the row is then skipped, and says it. */
bool kit_skips(kit *k, const char *id, const char *title, size_t n, const ad_op *needs,
               bool reuses);

/* NULL, or why no more rides are to be made: too many have hung or crashed, or time is up.
 * What --only asks for by its full name is ridden all the same. */
const char *kit_why_end(const kit *k, char room[160]);

/* Rides, and puts a crash, a hang, an error or the first claim that does not hold into
 * the finding. True when all went well. */
bool kit_ride(kit *k, finding *f, ride *r, double seconds);
bool kit_ride_once(kit *k, finding *f, ride *r,
                   double seconds); /* not twice, as below */
enum { LONG_RIDE = 4 }; /* seconds: shorter ones are cut once something has hung */

/*
 * What runs in a process of its own, 'proc:', is lent from one test to the next. What is
 * wrong there is tried again in a new one, whose word counts, and that the two differ is
 * told once, by kit_left. Renew: whether there is another try, and starts the process
 * anew; renewed: what has become of it, `before` being the finding of the first.
 */
bool kit_renew(kit *k);
bool kit_may_renew(const kit *k); /* false once enough have stayed wrong */
void kit_renewed(kit *k, bool right, const finding *before);
void kit_left(kit *k);        /* of 7 */
void kit_blame_left(kit *k);  /* it is the root of all */
void kit_try_alone(kit *k);   /* the programs of 3 that are wrong */
ride_work kit_ride_signature; /* r->what; the sheet has its answer */

/* Whether a ride that has gone wrong, and whose numbers are on the sheet, gives others when
 * it is run again in fresh processes with other addresses; and what is said then. The
 * sheet stays as it is. */
bool kit_changes(kit *k, const ride *r);
bool kit_wavers(kit *k, const ride *r); /* the same, where it takes more to be sure */
void kit_put_unsteady(kit *k, finding *f);
bool finding_is_unsteady(const finding *f);

/* Where another row has said so: what fails in f has that reason, if none yet. */
void kit_share_unsteady(const kit *k, finding *f);

/* Where memory is read that nobody set, no other number can be relied on. */
void kit_share_unset(kit *k);

/* Of 5: whether that which has hung is only slow, as n^2 is: smaller sizes tell. Then it is
 * a note. */
bool kit_is_slow(kit *k, finding *f, ride_work *work, size_t size);

/* Of 5: whether a size is ridden in a new process; and whether what is wrong there is
 * right when many nodes were made before, or has been found to be so already. */
bool kit_rides_alone(const kit *k, size_t size);
bool kit_suspect_numbers(kit *k, finding *f, ride_work *work, size_t size);

/* What an engine has said of its own is told once: the first finding that has it. */
void kit_share_error(const kit *k, finding *f, const char *said);

/* Seconds left, 0 or less when there are none: what takes long and can be done without
 * is left out then. A whole run is to be over in a minute, whatever language the engine
 * is written in. */
double kit_patience(const kit *k);

/* Rides a script, whose result is then on the sheet. True when it came to its end. */
bool kit_script(kit *k, finding *f, const script *s);

/* Where an operation is wrong in lesson 2 and nobody knows why: where it begins to be, and
 * what it gives there. `seen` has the numbers. */
struct op_judged;
void kit_look_closer(kit *k, finding *f, const op_points *seen,
                     const struct op_judged *j);

/* Notes where an operation of one operand gives numbers outside its domain, as
 * exp(0.5 log|x|) does for sqrt. */
void kit_look_outside(kit *k, finding *f, ad_op op);

void kit_start(kit *k); /* then k->engine.supported == 0 when it is unusable */
bool kit_batch(
    kit *k); /* the programs of 3 in one process; false: not settled by that */
void kit_signatures(kit *k);
void kit_second(kit *k); /* of 1: k->once */

/* What ended in a second backward or later (pass 2, 3) is told, once, and k->once set:
 * then it is to be tried again. `run` is the program. False where that is not so, or is
 * known already. */
bool kit_is_once(kit *k, const finding *ended, int passes, const char *run);
void kit_tell_seed(kit *k); /* more on G01, of 3 */

/* Whether nodes that the first backward of the script reached are not gone through by the
 * second: the sheet has its result. Then the finding says so. Marked: it is tried. */
bool kit_marks_stay(const kit *k, finding *f, const script *s);
bool kit_marked(kit *k, finding *f);
void kit_taken(kit *k);                  /* of 1: k->root, where it is at fault */
void kit_share_taken(kit *k);            /* and later, what has that reason */
void kit_zero(kit *k);                   /* of 1: k->no_zero */
void kit_say_zeroed(kit *k, finding *f); /* what zero_grad leaves as it was */
void kit_name_errors(kit *k);            /* what an engine says itself has a page */
void kit_policies(kit *k);               /* of 1 */
void kit_operations(kit *k);
void kit_share_family(kit *k); /* of 2 and 3: what two operations have of one helper */
void kit_shares(kit *k);       /* of 4: kit_share.h */
void kit_shapes(kit *k);
void kit_thresholds(kit *k); /* of 4 */
/* With so many nodes an engine may say by its error() that this is too much for it, as
 * Python does where recursion is too deep: a limit, and a failure only when strict. */
enum { KIT_MANY = 1000 };

/* The row of 4 that says that gradients of this size are wrong; NULL: none does. */
const char *kit_is_by_size(const kit *k, double gradient);
void kit_sizes(kit *k);
void kit_random(kit *k); /* of 6 */
void kit_programs(kit *k);
void kit_members(kit *k); /* of 7 */
void kit_arrays(kit *k);  /* of 1 */
void kit_records(kit *k); /* of 7 */
void kit_kept(kit *k);    /* of 7 */
void kit_forward(kit *k); /* of 7 */
void kit_levels(kit *k);  /* of 7 */
void kit_conduct(kit *k);

/* Where does it end, in nodes, and why? By halving, for what is quick to run; f is of the
 * work that failed with `size`, and was right with `before` (0: with none so far). False
 * where that is not found. */
bool kit_find_limit(kit *k, finding *f, ride_work *work, size_t before, size_t size);

/* Whether it is found already, in another shape, which then tells it; what changes from run
 * to run does so by where it ends. */
bool kit_share_limit(kit *k, finding *f);

bool kit_has_failed(const kit *k, const char *id);

/* Of a member's row of 7 that has failed: its program, and what its number means. */
void kit_say_member(const kit *k, finding *f, const char *name);

/* Skips a row of 7, for that of the member that it goes by has failed; or does not. */
bool kit_skips_member(kit *k, const char *member, const char *id, const char *title);

#endif
