/*
 * Every suite, one a line: the runner adds them in this order. A suite is a function
 * that returns it, in the test file of its name.
 *
 * Included as it is, this declares the functions; with SUITE defined, it lists them.
 */
#include <check.h>

#ifndef SUITE
#define SUITE(name) Suite *name(void);
#endif

/* The calculus. */
SUITE(ops_suite)
SUITE(edges_suite)
SUITE(expr_suite)
SUITE(check_suite)
SUITE(check_verdict_suite)
SUITE(check_oracles_suite)
SUITE(check_complex_suite)
SUITE(check_rounding_suite)
SUITE(check_edges_suite)
SUITE(check_many_suite)
SUITE(check_reports_suite)
SUITE(claims_suite)
SUITE(verdicts_suite)
SUITE(reasons_suite)
SUITE(grade_suite)

/* The engines. */
SUITE(lesson_suite)
SUITE(graph_suite)
SUITE(graph_blocks_suite)
SUITE(tape_suite)
SUITE(walk_suite)
SUITE(walk_fused_suite)
SUITE(walk_dots_suite)
SUITE(clearing_suite)
SUITE(fused_suite)
SUITE(reserved_suite)
SUITE(kernels_suite)
SUITE(agreement_suite)
SUITE(dag_suite)
SUITE(mutants_suite)
SUITE(checker_mutants_suite)
SUITE(plan_suite)
SUITE(plan_bodies_suite)
SUITE(plan_dag_suite)
SUITE(plan_exact_suite)
SUITE(plan_once_suite)
SUITE(plan_programs_suite)
SUITE(plan_sums_suite)
SUITE(memory_suite)
SUITE(kit_suite)
SUITE(kit_guards_suite)
SUITE(kit_hangs_suite)
SUITE(kit_once_suite)
SUITE(kit_records_suite)
SUITE(kit_legal_suite)
SUITE(kit_named_suite)
SUITE(kit_members_suite)
SUITE(kit_kept_suite)
SUITE(kit_share_suite)
SUITE(kit_closer_suite)
SUITE(kit_points_suite)
SUITE(mistakes_suite)
SUITE(mistakes_engines_suite)
SUITE(mistakes_near_suite)
SUITE(mistakes_common_suite)
SUITE(mistakes_crossed_suite)
SUITE(mistakes_edit_suite)
SUITE(mistakes_later_suite)

/* Whole programs, and the harness that times them. */
SUITE(mlp_suite)
SUITE(moons_suite)
SUITE(hand_suite)
SUITE(rungs_suite)
SUITE(programs_suite)
SUITE(instances_suite)
SUITE(statistics_suite)
SUITE(bench_suite)
SUITE(foreign_suite)
SUITE(foreign_training_suite)
SUITE(foreign_command_suite)

/* What a user meets. */
SUITE(command_suite)
SUITE(command_expr_suite)
SUITE(exports_suite)
SUITE(kit_command_suite)
SUITE(kit_forms_suite)
SUITE(kit_process_suite)
SUITE(readme_suite)
SUITE(one_line_suite)

#undef SUITE
