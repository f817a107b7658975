/*
 * Engines that are right, each in its own way, and what makes that way legal. A kit that
 * rejects one of them is wrong.
 */
#include "verify/tests/student_engine.h"

/* clang-format off */
const student legal_engines[] = {
    /* The walk: any order in which a node comes after all its users. */
    {.name = "depth first", .walk = WALK_DEPTH_FIRST,
     .because = "a depth first search, backwards, is a topological order; recursion is a matter of the stack"},
    {.name = "last operand first", .walk = WALK_LAST_FIRST,
     .because = "there are many topological orders, and this is another"},
    {.name = "creation order", .walk = WALK_CREATION,
     .because = "operands are made before what is made of them, so the record itself is one"},
    {.name = "counting users", .walk = WALK_COUNTING,
     .because = "a node whose users are all done may go, whichever it is"},
    {.name = "counting users, in a dictionary", .walk = WALK_COUNTING, .at_turn = true,
     .second_backward = LEAVES_ADD,
     .because = "a node that has its turn has all; what is on its way may be kept anywhere"},
    {.name = "every path", .walk = WALK_EVERY_PATH,
     .because = "the gradient is the sum over all paths: slow, and right"},

    /* A second backward: nobody says what it does to gradients that are there. */
    {.name = "leaves add", .second_backward = LEAVES_ADD,
     .because = "leaves accumulate until they are told otherwise, as PyTorch's do"},
    {.name = "adds to all", .second_backward = ALL_ADD,
     .because = "all accumulate, inner nodes pass on what they hold: micrograd, before zero_grad"},
    {.name = "adds to all, and to the seed", .second_backward = ALL_AND_SEED_ADD,
     .because = "the same, where the output's own gradient is added to as well"},
    {.name = "clears what the output reaches", .clears_reached = true,
     .because = "what the output does not depend on is not this backward's business"},
    {.name = "the same, leaves add", .clears_reached = true, .second_backward = LEAVES_ADD,
     .because = "both of these choices at once"},
    {.name = "the same, counting users", .clears_reached = true, .walk = WALK_COUNTING,
     .because = "what is cleared has nothing to do with the order"},
    {.name = "creation order, leaves add", .walk = WALK_CREATION, .second_backward = LEAVES_ADD,
     .because = "policy and order are independent choices"},
    {.name = "counting users, adds to all", .walk = WALK_COUNTING, .second_backward = ALL_ADD,
     .because = "so they are here"},
    {.name = "last operand first, adds to all", .walk = WALK_LAST_FIRST, .second_backward = ALL_ADD,
     .because = "and here"},
    {.name = "every path, leaves add", .walk = WALK_EVERY_PATH, .second_backward = LEAVES_ADD,
     .because = "and here"},
    {.name = "every path, adds to all", .walk = WALK_EVERY_PATH, .second_backward = ALL_AND_SEED_ADD,
     .because = "each backward adds its own parts by path, and passes on nothing from before"},
    {.name = "gradients of inputs alone", .forgets_inner = true,
     .because = "inner gradients are a means: who asks for those of inputs gets them"},
    {.name = "gradients of inputs alone, added", .forgets_inner = true, .second_backward = LEAVES_ADD,
     .because = "PyTorch keeps no others, and adds to these"},
    {.name = "says that it zeroes", .declares = true,
     .because = "a policy may be declared, and is then held to it"},
    {.name = "says that it accumulates", .declares = true, .second_backward = LEAVES_ADD,
     .because = "so may the other"},
    {.name = "frees the graph", .freed = FREED_CRASHES, .says_once = true,
     .because = "a graph may end with its backward, as PyTorch's does: one backward a recording, if it says so"},
    {.name = "frees the graph, says so again", .freed = FREED_REFUSES, .says_once = true, .second_backward = LEAVES_ADD,
     .because = "and a second one that is asked for all the same may be refused"},
    {.name = "frees the graph, no zero_grad", .freed = FREED_CRASHES, .says_once = true, .no_zero = true,
     .because = "who makes a new record for each backward needs no zero_grad"},
    {.name = "frees the graph, in silence", .freed = FREED_NOTHING, .says_once = true, .no_zero = true,
     .because = "a second one that is asked for all the same may do nothing"},

    {.name = "slow", .slow = true,
     .because = "time that grows as n^2 is a remark, not a wrong gradient"},

    /* Members that are optional. */
    {.name = "no zero_grad", .no_zero = true,
     .because = "zero_grad is optional: a backward that makes gradients anew needs none"},
    {.name = "no zero_grad, adds to all", .no_zero = true, .second_backward = ALL_ADD,
     .because = "without it one starts from a new record"},
    {.name = "four operations", .few = true, .second_backward = ALL_ADD,
     .because = "what is not there is skipped and listed, not failed"},
    {.name = "refuses above 1000 nodes", .most = 1000, .second_backward = ALL_ADD,
     .because = "error() may say that a graph is too large: a limit, not a wrong number"},

    /* Constants. */
    {.name = "constants have no gradient", .constants = true, .second_backward = LEAVES_ADD,
     .because = "a constant has no gradient, and most engines give it none"},
    {.name = "constants all the way", .constants = true, .carries = true,
     .because = "what is computed of constants alone is a constant, so it has none either"},

    /* Operations made of others. */
    {.name = "sub, div, neg of others", .composite = true, .second_backward = ALL_ADD,
     .because = "a - b may be a + b * -1, as in micrograd: same value, same gradient"},
    {.name = "the same, with constants", .composite = true, .constants = true,
     .because = "whether the -1 in there is a constant or an input is nobody's business"},
    {.name = "the same, hidden nodes stay", .composite = true, .hides = true,
     .because = "who clears by handle cannot reach nodes inside an operation: a policy, named"},
    {.name = "hidden nodes stay, all add", .composite = true, .hides = true, .second_backward = ALL_ADD,
     .because = "zero_grad clears the nodes that it was told of, and no others"},
    {.name = "hidden nodes stay, leaves add", .composite = true, .hides = true, .second_backward = LEAVES_ADD,
     .because = "and where leaves accumulate, they add to them"},

    /* Numbers. */
    {.name = "float", .single = true, .second_backward = ALL_ADD,
     .because = "an engine may say that its numbers are floats; bounds follow"},
    {.name = "float, creation order", .single = true, .walk = WALK_CREATION,
     .because = "and go any way through them"},
    {.name = "sums in long double", .wide = true, .second_backward = ALL_ADD,
     .because = "more digits than asked for are no mistake"},

    /* Kinks: any slope between those on both sides is a subgradient. */
    {.name = "1 at kinks, ties to the first", .at_kink = 1,
     .because = "relu'(0) = 1 is in [0, 1], and a tie of max may go to one of both"},
    {.name = "0 at kinks, ties to the second", .at_kink = 0, .second_backward = ALL_ADD,
     .because = "relu'(0) = 0 is as well, and a tie may go to the other"},
    {.name = "a half at kinks and ties", .at_kink = 0.5, .second_backward = ALL_ADD,
     .because = "halves are in the middle of [0, 1], and add up to 1"},
    {.name = "0.3 at kinks and ties", .at_kink = 0.3,
     .because = "so are 0.3 and 0.7: any point of the simplex"},
};
/* clang-format on */

const size_t legal_engines_count = sizeof legal_engines / sizeof *legal_engines;
