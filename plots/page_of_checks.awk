# page_of_checks.awk: the page's sections on the verification: every operation, the checker's own
# error bound, the planted mistakes. The rest is page.awk.

function count_checks(    r, v, o, e) {
    checks = rows["check"] + 0; check_passed = check_failed = check_open = 0; check_ops = 0; failures = ""
    for (r = 1; r <= checks; r++) {
        v = cell["check", r, "verdict"]; o = cell["check", r, "op"]; e = cell["check", r, "engine"]
        if (!(o in op_seen)) { op_seen[o] = 1; check_ops++ }
        if (!blank(e) && !(e in engine_seen)) { engine_seen[e] = 1; check_engines++ }
        if (v == "pass") check_passed++
        else {
            if (v == "fail") check_failed++; else check_open++
            if (!(o in op_open)) { op_open[o] = 1; failures = failures (failures == "" ? "" : ", ") o }
        }
        check_points += cell["check", r, "passed"] + cell["check", r, "failed"] + cell["check", r, "inconclusive"]
    }
    if (rows["mutants"]) tally_mutants()
    if (any_ulps()) count_ulps()
}

function sentence_checks() {
    if (!checks) return "The operations were not checked: <code>check.tsv</code> is missing."
    if (check_passed == checks)
        return "<strong>Every operation was verified</strong>: " plural(check_ops, "operation") \
            (check_engines ? " on " plural(check_engines, "engine") : "") ", " checks " checks passed, 0 failed" \
            (check_points ? ", in " thousands(check_points "") " comparisons" : "") "."
    return "<strong>" (check_failed ? "Not every operation holds" : "No operation is known to be wrong, but not all were decided") \
        "</strong>: " check_passed " passed, " check_failed " failed" \
        (check_open ? ", " check_open " inconclusive" : "") " (" html(shorten(failures, 120)) ")."
}

# ---- the table of operations ----------------------------------------------------------------

function has_column(file, name,    i) {
    for (i = 1; i <= columns[file]; i++) if (column[file, i] == name) return 1
    return 0
}

function is_figure(s) { return is_number(s) || s ~ /^[-+]?(inf|nan)/ }

function section_checks(    k) {
    print "<section id=\"checks\">\n<h2>Verification</h2>"
    if (!checks) missing("check.tsv", "gradyno check --out OUT")
    else {
        if (any_ulps()) about_ulps()
        else about_differences()
        if (failures != "") print "<p class=\"note\">Did not pass: " html(failures) ".</p>"
        for (k = 1; k <= n_pictures; k++) if (picture_at[k] == "ulps") figure("ulps")
        check_table()
    }
    for (k = 1; k <= n_pictures; k++) if (picture_at[k] == "calibration") {
        print "<h3>The checker's own error bound</h3>"
        figure("calibration")
    }
    print "</section>"
}

function about_differences() {
    print "<p>Each row is an operation on an engine, its gradient judged against numerical differences of its value." \
        (has_column("check", "worst") ? " <em>Worst</em> is the largest relative distance of a gradient that passed, found at " \
        "the point named; it is the difference's own error more than the gradient's." : "") "</p>"
}

function about_ulps(    r) {
    print "<p>Each row is the value of an operation or one of its partial derivatives, graded in <em>ulps</em>, units in the " \
        "last place, against MPFR; and the gradients of the engines are held against numerical differences."
    if (has_column("check", "lost"))
        print "<em>Lost</em> are normal doubles that came as 0, infinity or NaN: " \
            (graded_lost ? thousands(graded_lost "") " are." : "none is.")
    if (graded_exceptions)
        print (graded_exceptions == 1 ? "One row is a stated exception, with a bound of its own." \
            : graded_exceptions " rows are stated exceptions, with bounds of their own.")
    if (graded_explained)
        print "<em>Explained</em> are points beyond the goal, up to " say(graded_farthest) " ulps, that are no further off " \
            "than rounding within the formula that states the operation moves its value."
    print "</p>\n<p><strong>" html(ulps_sentence()) "</strong>."
    if (graded_worst && ulps_of(graded_worst) < 1e300) {
        r = graded_worst
        print "The worst is " html(cell["check", r, "of"]) " of " html(cell["check", r, "op"]) ", " \
            (ulps_of(r) < 1e4 ? sprintf("%.4g", ulps_of(r)) : shown(cell["check", r, "ulps"])) " ulps" \
            (blank(cell["check", r, "at"]) ? "" : " at " mono(cell["check", r, "at"])) "."
    }
    print "</p>"
}

# The verdict stands behind the names, and then the worst error and its point, so that a long row
# cannot push them out of sight.
function place_of(c) {
    return c == "op" || c == "of" || c == "engine" ? 1 : c == "verdict" ? 2 : c ~ /^(ulps|bound|lost|worst)$/ ? 3 : c == "at" ? 4 : 5
}

function arrange(    i, k) {
    shown_columns = 0
    for (k = 1; k <= 5; k++) for (i = 1; i <= columns["check"]; i++)
        if (place_of(column["check", i]) == k) shown_column[++shown_columns] = column["check", i]
}

function check_table(    r, i, c) {
    arrange()
    for (i = 1; i <= shown_columns; i++) {
        c = shown_column[i]
        numeric[c] = 1
        for (r = 1; r <= checks; r++)
            if (!blank(cell["check", r, c]) && !is_figure(cell["check", r, c])) { numeric[c] = 0; break }
    }
    open_table(checks " checks: " check_passed " passed, " check_failed " failed, " check_open " inconclusive", checks)
    printf "<thead><tr>"
    for (i = 1; i <= shown_columns; i++) {
        c = shown_column[i]
        gsub(/_/, " ", c)
        printf "%s", th(html(c), numeric[shown_column[i]])
    }
    print "</tr></thead><tbody>"
    # What did not pass comes first.
    for (r = 1; r <= checks; r++) if (cell["check", r, "verdict"] != "pass") check_row(r, 1)
    for (r = 1; r <= checks; r++) if (cell["check", r, "verdict"] == "pass") check_row(r, r == 1 || new_op(r))
    close_table()
}

function new_op(r) { return cell["check", r, shown_column[1]] != cell["check", r - 1, shown_column[1]] }

function check_row(r, first,    i, c, x) {
    printf "<tr%s>", first ? " class=\"first\"" : ""
    for (i = 1; i <= shown_columns; i++) {
        c = shown_column[i]; x = cell["check", r, c]
        if (i == 1) printf "<th scope=\"row\">%s</th>", html(x)
        else if (c == "verdict") printf "%s", verdict(x)
        else if (numeric[c]) printf "%s", td(shown(x))
        else printf "<td>%s</td>", blank(x) ? "–" : mono(x)
    }
    print "</tr>"
}

# A point or a hexadecimal number is set in type of one width, and may be copied.
function mono(x) { return x ~ /(^|[ =])-?(0x[0-9a-fA-F.]+p|[0-9.]+$|inf|nan)/ ? "<code>" html(x) "</code>" : html(x) }

# ---- planted mistakes -----------------------------------------------------------------------

function section_mutants() {
    if (!rows["mutants"] && !rows["checker_mutants"]) return
    print "<section id=\"mutants\">\n<h2>Planted mistakes</h2>"
    if (rows["mutants"]) engine_mutants()
    checker_mutants()
    print "</section>"
}

# The other half: mistakes in the checker itself, each found by its test suite. A row a source file.
function checker_mutants(    r, f, v, n, k, file_at, all, of, dead, same, left) {
    print "<h3>Mistakes in the checker</h3>"
    if (!rows["checker_mutants"]) {
        print "<p>The checker of gradients is broken in the same way, one line of its source at a time, and its own test " \
            "suite has to notice. That takes minutes: <code>make mutants report</code> puts it here.</p>"
        return
    }
    for (r = 1; r <= rows["checker_mutants"]; r++) {
        f = cell["checker_mutants", r, "file"]; v = cell["checker_mutants", r, "verdict"]
        if (!(f in of)) file_at[++n] = f
        of[f]++; all++
        if (v == "killed") { dead[f]++; dead[""]++ }
        else if (v == "equivalent") { same[f]++; same[""]++ }
        else left = left (left == "" ? "" : ", ") cell["checker_mutants", r, "mutant"]
    }
    print "<p>One line of the checker's source is broken at a time, and its own test suite has to notice. <strong>Of " all \
        " mutants " dead[""] + 0 " are killed" (same[""] ? ", " same[""] " are equivalent (no test can tell them from the original)" : "") \
        (left == "" ? ", none survives" : "; not killed: " html(left)) "</strong>.</p>"
    open_table(all " mutants of the checker, by source file", n)
    print "<thead><tr>" th("file", 0) th("mutants", 1) th("killed", 1) th("equivalent", 1) th("survive", 1) "</tr></thead><tbody>"
    for (k = 1; k <= n; k++) {
        f = file_at[k]
        print "<tr><th scope=\"row\">" html(f) "</th>" td(of[f]) td(dead[f] + 0) td(same[f] + 0) \
            td(of[f] - dead[f] - same[f]) "</tr>"
    }
    close_table()
    if (same[""]) {
        print "<details><summary>" plural(same[""], "equivalent mutant") ", and why</summary><ul class=\"mutants\">"
        for (r = 1; r <= rows["checker_mutants"]; r++) if (cell["checker_mutants", r, "verdict"] == "equivalent")
            print "<li><code>" html(cell["checker_mutants", r, "mutant"]) "</code>: " html(cell["checker_mutants", r, "why"]) "</li>"
        print "</ul></details>"
    }
}

function engine_mutants(    k) {
    print "<p>A check that cannot fail proves nothing. So mistakes are made on purpose in copies of the engine, one at a " \
        "time, and every check is run against each. <strong>" html(mutants_sentence()) "</strong>.</p>"
    for (k = 1; k <= n_pictures; k++) if (picture_at[k] == "mutants") figure("mutants")
    if (survivors) {
        print "<h3>" plural(survivors, "survivor") ": mistakes that no check sees</h3>"
        mutant_list("note", survivors, survivor_at)
    } else print "<p>No mistake survives.</p>"
    if (equivalents) {
        print "<details><summary>" plural(equivalents, "equivalent mutant") \
            ": changes that compute the same, which no check can see</summary>"
        mutant_list("", equivalents, equivalent_at)
        print "</details>"
    }
}

function mutant_list(class, n, at,    k, r) {
    print "<ul class=\"mutants " class "\">"
    for (k = 1; k <= n; k++) {
        r = at[k]
        print "<li><code>" html(cell["mutants", r, "mutant"]) "</code>: " html(mistake_text(cell["mutants", r, "kind"])) \
            (blank(cell["mutants", r, "op"]) ? "" : ", in " html(cell["mutants", r, "op"])) \
            (blank(cell["mutants", r, "why"]) ? "" : " (" html(cell["mutants", r, "why"]) ")") "</li>"
    }
    print "</ul>"
}
