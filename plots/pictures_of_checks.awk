# pictures_of_checks.awk: the pictures of the verification: ulps, mutants, calibration. The rest of
# pictures.awk computes as for the others.

# What gnuplot's labels of a picture without line ends need.
function no_ends() { ends = 0; spread(0); new_ticks(); put_ticks("x"); put_ticks("y") }

# The version alone: these figures do not depend on the machine's speed.
function build(    s) {
    s = env["version"] == "" ? "" : "gradyno " env["version"]
    if (env["compiler"] != "") s = s (s == "" ? "" : ", ") env["compiler"]
    return s
}

# ---- ulps -----------------------------------------------------------------------------------

# One row an operation, worst first, in two panels.
function ulps_picture(    r, k, j, n, op, op_at, worst, of_at, ofs, of_seen, i, edge, at, \
    half, x, excepted, capped, panel, off, f) {
    n = ofs = 0; edge = 1
    for (r = 1; r <= rows["check"]; r++) {
        if (!is_ulps(cell["check", r, "ulps"])) continue
        op = cell["check", r, "op"]
        if (!(op in worst)) { op_at[++n] = op; worst[op] = -1 }
        if (!is_exception(r)) {
            worst[op] = max(worst[op], ulps_of(r))
            if (is_number(cell["check", r, "bound"])) edge = max(edge, cell["check", r, "bound"] * 1.15)
        }
        if (!((x = cell["check", r, "of"]) in of_seen)) { of_at[++ofs] = x; of_seen[x] = 1 }
    }
    for (k = 2; k <= n; k++) {
        op = op_at[k]
        for (j = k - 1; j >= 1 && worst[op_at[j]] < worst[op]; j--) op_at[j + 1] = op_at[j]
        op_at[j + 1] = op
    }
    half = n > 16 ? int((n + 1) / 2) : n
    for (k = 1; k <= n; k++) at[op_at[k]] = k
    print "panel", "row", "op", "of", "mark", "ulps", "x", "off", "bound", "exception", "at", "verdict" > data
    excepted = capped = 0; f = ulps_sentence()
    for (r = 1; r <= rows["check"]; r++) {
        if (!is_ulps(cell["check", r, "ulps"])) continue
        k = at[cell["check", r, "op"]]
        for (i = 1; of_at[i] != cell["check", r, "of"]; i++) ;
        x = ulps_of(r)
        if (x > edge) capped++
        else if (is_exception(r)) excepted++
        panel = k > half ? 2 : 1
        off = x > edge ? "yes" : "no"
        print panel, k - (panel - 1) * half, op_at[k], of_at[i], i, cell["check", r, "ulps"], \
            number(min(x, edge)), off, is_number(cell["check", r, "bound"]) ? cell["check", r, "bound"] : "-", \
            is_exception(r) ? "yes" : "no", cell["check", r, "at"], cell["check", r, "verdict"] > data
    }
    if (excepted) note("Hollow: a stated exception, with a bound of its own")
    if (capped) note("Arrow: off the axis" (graded_exceptions > excepted ? "; grey, a stated exception" : ""))
    if (graded_explained)
        note("Points that the formula's rounding explains: up to " say(graded_farthest) " ulps off, not drawn")
    no_ends()
    panels = n > 16 ? 2 : 1
    height = max(420, int(200 + 18 * half))
    put("panels", panels); put("in_panel", half); put("edge", edge); put("ofs", ofs); put("ops", n)
    put_strings("of_name", ofs, of_at); put_strings("op_name", n, op_at)
    linear_ticks(0, edge, "plain", 5); put("u_ticks", ticks); put_numbers("u_tick", ticks, tick_at); put_strings("u_text", ticks, tick_text)
    put_head(f, "The worst error found for each value and partial derivative, in units in the last place, against MPFR\n" \
        "Bar: the bound. 0.5 is as good as a double can be" (build() == "" ? "" : ". " build()))
}

# ---- mutants --------------------------------------------------------------------------------

# The kill matrix: a row a mistake, a column a check, at the right whether any check saw it.
function mutants_picture(    k, i, kind, n, across, f, name, check, share) {
    tally_mutants()
    f = mutants_sentence()
    across = check_names + 1
    print "row", "column", "mistake", "check", "caught", "planted", "share", "text" > data
    for (k = 1; k <= mistakes + 1; k++) {
        kind = k <= mistakes ? mistake_at[k] : "all"
        name[k] = kind == "all" ? "all of them" : mistake_text(kind)
            for (i = 1; i <= across; i++) {
            n = i < across ? tried[kind, i] + 0 : planted[kind] + 0
            share = i < across ? by[kind, i] + 0 : caught[kind] + 0
            check[i] = i < across ? check_text(check_name_at[i]) : "any check"
            print k + 0.25 * (k > mistakes), i, kind, i < across ? check_name_at[i] : "any", share, n, n ? number(share / n) : "-", \
                n ? share_text(share, n) "   " share "/" n : "–" > data
        }
    }
    if (equivalents == 1) note("1 more is equivalent: it computes the same, so that no check can see it")
    if (equivalents > 1) note(equivalents " more are equivalent: they compute the same, so that no check can see them")
    no_ends()
    height = max(420, 215 + 36 * (mistakes + 1))
    put("kinds", mistakes + 1); put("across", across)
    put_strings("kind_name", mistakes + 1, name); put_strings("check_name", across, check)
    put_head(f, "Mistakes made on purpose in copies of the engine; in each cell the share that the check catches" \
        (build() == "" ? "" : "\n" build()))
}

# ---- calibration ----------------------------------------------------------------------------

# The distribution of true error over bound. The axis upward is of the share beyond, so that the
# last per cent can be seen.
function calibration_picture(    n, k, step, exact, f, lo, hi) {
    n = read_calibration()
    f = calibration_sentence()
    exact = within(0)
    lo = 1e-4; hi = max(60, ratio_at[n] * 1.5)
    if (hi > 1e6) hi = 1e6
    ymin = 0.4 / max(n, 400); ymax = 1
    print "ratio", "share_within", "share_beyond" > data
    # All of the tail, and of the rest as many as can be told apart.
    step = max(1, int(n / 1500))
    for (k = 1; k <= n; k++) {
        if (k % step && k < 0.9 * n && k > 1) continue
        print number(max(lo, ratio_at[k])), number(k / n), number(max(1 - k / n, 0.5 / n)) > data
    }
    print number(hi), 1, number(0.5 / n) > data
    if (within(lo) > 0)
        note(share_text(within(lo), n) " of the errors are below 0.0001 of their bound" (exact ? ", " exact " are none at all" : ""))
    ends = 0; spread(0); put("right", 0.965)
    put("xmin", lo); put("xmax", hi); put("ymin", ymin); put("ymax", ymax)
    put("within_1", within(1) / n); put("within_8", within(8) / n); put("beyond_least", 0.5 / n)
    keep("text_1 = " quote(share_text(within(1), n))); keep("text_8 = " quote(share_text(within(8), n)))
    log_ticks(lo, hi, "plain"); put_ticks("x")
    new_ticks()
    split("1 0.5 0.2 0.1 0.03 0.01 0.001 0.0001 0.00001", share_at, " ")
    for (k = 1; k <= 9; k++) if (share_at[k] >= ymin) {
        tick_at[++ticks] = share_at[k]
        tick_text[ticks] = trim(sprintf("%.6g", 100 * (1 - share_at[k]))) " %%"    # gnuplot takes a tick for a format
    }
    put_ticks("y")
    put_head(f, "Random formulas, partials that the finite differences resolve; the true derivative is known\n" \
        "Grey: a promise broken, 97 % within the bound or 99 % within 8 times it" (build() == "" ? "" : ". " build()))
}
