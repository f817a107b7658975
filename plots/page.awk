# page.awk: write the report as one page of HTML from the result files and the drawn pictures.
#
#   css=page.css plots=OUT/plots pictures='speedup time' \
#       awk -f numbers.awk -f results.awk -f checks.awk -f page.awk -f page_of_checks.awk \
#       env.tsv check.tsv bench.tsv ratio.tsv
#
# A file that is not given leaves a sentence in its place. Nothing is taken from the network.

END {
    points()
    main = workloads ? growing(list_at) : 0
    main = main ? list_at[1] : ""
    split("", list_at)
    count_checks()
    n_pictures = split(ENVIRON["pictures"], picture_at, " ")
    head()
    section_checks()
    section_mutants()
    section_times()
    section_moons()
    section_meaning()
    section_machine()
    foot()
}

# ---- words and cells ------------------------------------------------------------------------

function html(s) {
    gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s)
    gsub(/"/, "\\&quot;", s); gsub(/'/, "\\&#39;", s)
    gsub(/[\001-\010\013-\037]/, " ", s)
    return s
}

function blank(s) { return s == "" || s == "-" }

function revision() { return blank(env["git"]) ? env["git_revision"] : env["git"] }

# A number in a table: counts whole, the rest with three digits, what is not there as a dash.
function shown(s) {
    if (blank(s)) return "–"
    if (!is_number(s)) return html(s)
    if (s ~ /^[-+]?[0-9]+$/ && length(s) < 11) return thousands(s)
    return digits(s)
}

# Thin spaces between thousands, from five digits on.
function thousands(s,    sign, out) {
    sign = ""
    if (s ~ /^[-+]/) { sign = substr(s, 1, 1); s = substr(s, 2) }
    if (length(s) < 5) return sign s
    out = ""
    while (length(s) > 3) { out = "&#8239;" substr(s, length(s) - 2) out; s = substr(s, 1, length(s) - 3) }
    return sign s out
}

function verdict(v) {
    if (blank(v)) return "<td>–</td>"
    if (v == "pass" || v == "yes") return "<td class=\"pass\">✓ " v "</td>"
    if (v == "fail") return "<td class=\"fail\">✗ fail</td>"
    if (v == "no") return "<td>no</td>"
    return "<td class=\"inconclusive\">? " html(v) "</td>"
}

function th(name, numeric) { return "<th scope=\"col\"" (numeric ? " class=\"n\"" : "") ">" name "</th>" }
function td(x) { return "<td class=\"n\">" x "</td>" }

# A table scrolls in a box of its own, which the keyboard can reach.
function open_table(caption, n) {
    print "<div class=\"table" (n > 24 ? " tall" : "") "\" role=\"region\" tabindex=\"0\" aria-label=\"" \
        html(caption) "\"><table><caption>" html(caption) "</caption>"
}

function close_table() { print "</tbody></table></div>" }

function missing(file, command) {
    print "<p class=\"note\"><code>" file "</code> is missing: <code>" html(command) "</code> makes it.</p>"
}

# ---- what the page says first ---------------------------------------------------------------

function extent(w,    n) {
    n = sizes[w]
    if (!n) return ""
    return n == 1 ? ", at " plain(ops[w, size_at[w, 1]]) " operations" \
        : ", from " plain(ops[w, size_at[w, 1]]) " to " plain(ops[w, size_at[w, n]]) " operations"
}

function plain(x) { return thousands(sprintf("%.0f", x)) }

function sentence_speed(    j, i, bad) {
    bad = 0
    for (i = 1; i <= engines; i++) for (j = 1; j <= sizes[main]; j++) if ((main, engine_at[i], size_at[main, j]) in failed) bad++
    return (rows["ratio"] ? "<strong>" html(speedup_claim(main)) "</strong> on " \
        (main == "mlp" ? "a growing MLP" : html(main)) extent(main) speedup_left_out "." \
        : "No ratio was measured: <code>ratio.tsv</code> is missing.") \
        (bad ? " " (bad == 1 ? "One gradient" : bad " gradients") " failed verification there and " \
        (bad == 1 ? "was" : "were") " not timed." : "")
}

# What the harness says of its own figures: a sentence each, in cautions.
function caution(s) { cautions = cautions (cautions == "" ? "" : " ") s }

function count_cautions(    load) {
    cautions = ""
    if (is_number(env["cpu_share"]) && env["cpu_share"] < 0.9)
        caution("Other programs took turns with this one, which had a core for " percent(env["cpu_share"]) \
            " of the time: the times have waiting in them, and the long ones most.")
    load = env["load"]; sub(/ .*/, "", load)
    if (is_number(load) && is_number(env["cores"]) && load + 0 > env["cores"] + 0)
        caution("The load average was " load " on " plural(env["cores"], "core") \
            ": other programs were running, and widen the intervals.")
    if (!blank(env["mode"]) && env["mode"] != "release")
        caution("This is a " html(env["mode"]) " build: its times say little about a release build's.")
    caution_of_phases()
    sub(/^ /, "", cautions)
}

# Phases are timed apart from the whole; far off it, the one or the other was disturbed.
function caution_of_phases(    a, w, i, e, j, s, k, total, whole, n, all, worst, at) {
    n = all = worst = 0
    for (a = 1; a <= workloads; a++) for (i = 1; i <= engines; i++) for (j = 1; j <= sizes[w = workload_at[a]]; j++) {
        e = engine_at[i]; s = size_at[w, j]; total = 0
        for (k = 1; k <= phases; k++) if (timed(w, e, s, phase_at[k])) total += value[w, e, s, phase_at[k], "ns"]
        if (!total || !timed(w, e, s, "whole")) continue
        whole = value[w, e, s, "whole", "ns"]
        all++
        if (total > 1.2 * whole || total < 0.8 * whole) n++
        if (magnitude(total / whole - 1) > magnitude(worst)) {
            worst = total / whole - 1
            at = the(e) " on " workload_name(w) (blank(s) ? "" : " " s)
        }
    }
    if (n) caution("In " n " of " plural(all, "gradient") " the phases add up to something more than 20 % off the whole: " \
        "at worst, those of " html(at) ", " percent(magnitude(worst)) " " (worst > 0 ? "more" : "less") ".")
}

# The floor is one figure a workload and size, and stands in each of its rows.
function sentence_noise(    r, n, yes, key, k, x) {
    n = yes = noises = 0
    for (r = 1; r <= rows["ratio"]; r++) {
        if (cell["ratio", r, "phase"] != "whole" || cell["ratio", r, "engine"] == cell["ratio", r, "over"]) continue
        if (!is_number(cell["ratio", r, "ratio"])) continue
        n++
        if (cell["ratio", r, "resolved"] == "yes") yes++
        key = cell["ratio", r, "workload"] SUBSEP cell["ratio", r, "size"]
        if (is_number(cell["ratio", r, "noise"]) && !(key in noise_seen)) {
            noise_seen[key] = 1
            x = cell["ratio", r, "noise"] + 0
            for (k = noises++; k >= 1 && noise_at[k] > x; k--) noise_at[k + 1] = noise_at[k]
            noise_at[k + 1] = x
        }
    }
    if (!n) return ""
    noise = noises ? (noise_at[int((noises + 1) / 2)] + noise_at[int((noises + 2) / 2)]) / 2 : ""
    return "The noise floor, the reference engine racing itself, is " \
        (noises == 0 ? "not recorded" : "<strong>±" percent(noise) "</strong>" \
        (noises > 1 ? " in the median and ±" percent(noise_at[noises]) " at worst" : "")) "; " \
        (yes == n ? (n == 1 ? "the one ratio is" : "all " n " ratios of whole gradients are") \
        : yes " of " n " ratios of whole gradients are") " resolved above the floor of " (n == 1 ? "its" : "their") " size."
}

function tile(class, figure, text) { print "<li class=\"" class "\"><b>" figure "</b><span>" text "</span></li>" }

function head(    line, file, k, third) {
    print "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">"
    print "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
    print "<meta name=\"color-scheme\" content=\"light\">\n<link rel=\"icon\" href=\"data:,\">"
    print "<title>gradyno: autograd engines, verified and timed</title>\n<style>"
    file = ENVIRON["css"]
    while ((getline line < file) > 0) print line
    close(file)
    print "</style>\n</head>\n<body>\n<header>"
    print "<p class=\"from\">gradyno report" (env["date"] == "" ? "" : " · " html(env["date"])) \
        (blank(revision()) ? "" : " · <code>" html(revision()) "</code>") "</p>"
    print "<h1>Autograd engines, verified and then timed</h1>\n<div class=\"lede\">"
    print "<p>" sentence_checks() "</p>\n<p>" sentence_speed() "</p>"
    third = sentence_noise()
    if (third != "") print "<p>" third "</p>"
    print "</div>"
    count_cautions()
    if (cautions != "") print "<p class=\"note caution\"><strong>Caution.</strong> " cautions "</p>"
    print "<ul class=\"tiles\">"
    if (checks)
        tile(check_passed == checks ? "good" : "bad", check_passed " of " checks, "checks passed" \
            (check_failed ? ", " check_failed " failed" : "") (check_open ? ", " check_open " inconclusive" : ""))
    if (planted["all"])
        tile(survivors ? "bad" : "good", caught["all"] " of " planted["all"], "planted mistakes caught")
    if (main != "" && compare(main)) {
        k = main_pair(); quiet_range(k)
        tile("", !resolved(k) ? "not resolved" : (quiet ? span(quiet_lo, quiet_hi) : "at least " say(quiet_lo)) " ×", \
            html(slow[k]) " over " html(fast[k]) ", time of one gradient" \
            (quiet && resolved(k) ? left_out(ratios[k] - quiet, ratios[k], "size") : ""))
    }
    if (noise != "")
        tile("", "±" percent(noise), "noise floor" \
            (noises > 1 ? ", the median over sizes; ±" percent(noise_at[noises]) " at worst" : ""))
    print "</ul>"
    print "<nav aria-label=\"Sections\"><a href=\"#checks\">Verification</a> " \
        (rows["mutants"] || rows["checker_mutants"] ? "<a href=\"#mutants\">Planted mistakes</a> " : "") "<a href=\"#times\">Times</a> " \
        (has_moons() ? "<a href=\"#moons\">Two moons</a> " : "") \
        "<a href=\"#meaning\">What the numbers mean</a> <a href=\"#machine\">Machine</a></nav>"
    print "</header>\n<main>"
}

# ---- sections -------------------------------------------------------------------------------

function section_times(    k, w, found) {
    print "<section id=\"times\">\n<h2>Times</h2>"
    found = 0
    for (k = 1; k <= n_pictures; k++) if (picture_at[k] !~ /^(moons|ulps|mutants|calibration)/) { figure(picture_at[k]); found++ }
    if (!found)
        print "<p class=\"note\">No pictures were drawn: install <code>gnuplot-nox</code>, then run " \
            "<code>plots/draw</code> and <code>plots/report</code> again.</p>"
    if (!rows["bench"]) { missing("bench.tsv", "gradyno bench --out OUT"); print "</section>"; return }
    target_table()
    ratio_table()
    whole_table()
    phase_table()
    print "</section>"
}

function key_cells(r, file) {
    return "<th scope=\"row\">" html(workload_name(cell[file, r, "workload"])) "</th>" \
        td(shown(cell[file, r, "size"])) td(shown(cell[file, r, "ops"]))
}

# A time with its interval, both in the interval's unit.
function timed_cell(r,    x) {
    x = cell["bench", r, "ns"]
    if (cell["bench", r, "verdict"] == "fail" || !is_number(x)) return "<td class=\"n\">not timed</td><td>–</td>"
    return td(duration_digits(x)) "<td class=\"interval\">" \
        (is_number(cell["bench", r, "lo"]) && is_number(cell["bench", r, "hi"]) \
        ? duration_span(cell["bench", r, "lo"], cell["bench", r, "hi"]) : "–") "</td>"
}

function rule(file, r, last) {
    return cell[file, r, "workload"] SUBSEP cell[file, r, "size"] != last ? " class=\"first\"" : ""
}

function whole_table(    a, j, i, w, s, r, n, last, e) {
    n = 0
    for (r = 1; r <= rows["bench"]; r++) if (whole_row(r)) n++
    open_table("Whole gradients: the median of interleaved rounds and its 95 % interval", n)
    print "<thead><tr>" th("workload", 0) th("size", 1) th("operations", 1) th("engine", 0) th("verified", 0) \
        th("residual", 1) th("bound", 1) th("rounds", 1) th("time of one gradient", 1) th("95 % interval", 0) \
        th("ns per operation", 1) th("bytes per operation", 1) "</tr></thead><tbody>"
    for (a = 1; a <= workloads; a++) for (j = 1; j <= sizes[w = workload_at[a]]; j++) for (i = 1; i <= engines; i++) {
        s = size_at[w, j]; e = engine_at[i]
        if (!((w, e, s) in seen)) continue
        r = row_of(w, e, s)
        print "<tr" rule("bench", r, last) ">" key_cells(r, "bench") "<td>" html(e) "</td>" \
            verdict(((w, e, s) in failed) ? "fail" : cell["bench", r, "verdict"]) \
            td(shown(cell["bench", r, "residual"])) td(shown(cell["bench", r, "bound"])) td(shown(cell["bench", r, "rounds"])) \
            timed_cell(r) td(shown(cell["bench", r, "ns_per_op"])) td(shown(cell["bench", r, "bytes_per_op"])) "</tr>"
        last = w SUBSEP s
    }
    close_table()
}

function whole_row(r) { return cell["bench", r, "phase"] == "whole" || cell["bench", r, "phase"] == cell["bench", r, "engine"] }

# The row of the whole gradient; of an engine that failed, whichever there is.
function row_of(w, e, s,    r) {
    if ((w, e, s, "whole", "row") in value) return value[w, e, s, "whole", "row"]
    for (r = 1; r <= rows["bench"]; r++)
        if (cell["bench", r, "workload"] == w && cell["bench", r, "engine"] == e && cell["bench", r, "size"] == s) return r
    return 0
}

function ratio_table(    r, n) {
    if (!rows["ratio"]) { missing("ratio.tsv", "gradyno bench --out OUT"); return }
    n = 0
    for (r = 1; r <= rows["ratio"]; r++) if (cell["ratio", r, "phase"] == "whole") n++
    open_table("Paired ratios of whole gradients: the first engine's time over the second's", n)
    print "<thead><tr>" th("workload", 0) th("size", 1) th("operations", 1) th("engines", 0) th("ratio", 1) \
        th("95 % interval", 0) th("noise", 1) th("resolved", 0) "</tr></thead><tbody>"
    for (r = 1; r <= rows["ratio"]; r++) {
        if (cell["ratio", r, "phase"] != "whole") continue
        print "<tr>" key_cells(r, "ratio") "<td>" html(cell["ratio", r, "engine"]) " / " html(cell["ratio", r, "over"]) "</td>" \
            td(shown(cell["ratio", r, "ratio"])) "<td class=\"interval\">" shown(cell["ratio", r, "lo"]) " – " \
            shown(cell["ratio", r, "hi"]) "</td>" \
            td(is_number(cell["ratio", r, "noise"]) ? "±" percent(cell["ratio", r, "noise"]) : "–") \
            verdict(cell["ratio", r, "resolved"]) "</tr>"
    }
    close_table()
}

function target_table(    r, x) {
    if (!rows["targets"]) return
    open_table("What the ladder is to reach: ratios of whole gradients in one race, and bytes that an operation keeps", rows["targets"])
    print "<thead><tr>" th("form", 0) th("engines", 0) th("width", 1) th("at most", 1) th("measured", 1) \
        th("95 % interval", 0) th("", 0) "</tr></thead><tbody>"
    for (r = 1; r <= rows["targets"]; r++) {
        x = cell["targets", r, "verdict"]
        print "<tr><th scope=\"row\">" html(cell["targets", r, "form"]) "</th><td>" html(cell["targets", r, "engine"]) \
            (blank(cell["targets", r, "over"]) ? "" : " / " html(cell["targets", r, "over"])) "</td>" \
            td(shown(cell["targets", r, "size"])) td(shown(cell["targets", r, "at_most"])) td(shown(cell["targets", r, "measured"])) \
            "<td class=\"interval\">" (blank(cell["targets", r, "over"]) || blank(cell["targets", r, "lo"]) ? "–" \
            : shown(cell["targets", r, "lo"]) " – " shown(cell["targets", r, "hi"])) "</td>" \
            (x == "met" ? "<td class=\"pass\">✓ met</td>" : "<td>" html(x) "</td>") "</tr>"
    }
    close_table()
}

function phase_table(    r, n, last) {
    n = 0
    for (r = 1; r <= rows["bench"]; r++) if (!whole_row(r) && !blank(cell["bench", r, "ns"])) n++
    if (!n) return
    print "<details><summary>Phases: recording, ordering, walking backward, freeing (" plural(n, "row") ")</summary>"
    open_table("Phases of a gradient, each timed apart", n)
    print "<thead><tr>" th("workload", 0) th("size", 1) th("operations", 1) th("engine", 0) th("phase", 0) \
        th("time", 1) th("95 % interval", 0) th("ns per operation", 1) "</tr></thead><tbody>"
    for (r = 1; r <= rows["bench"]; r++) {
        if (whole_row(r) || blank(cell["bench", r, "ns"])) continue
        print "<tr" rule("bench", r, last) ">" key_cells(r, "bench") "<td>" html(cell["bench", r, "engine"]) "</td><td>" \
            html(cell["bench", r, "phase"]) "</td>" timed_cell(r) td(shown(cell["bench", r, "ns_per_op"])) "</tr>"
        last = cell["bench", r, "workload"] SUBSEP cell["bench", r, "size"]
    }
    close_table()
    print "</details>"
}

function has_moons(    k) {
    for (k = 1; k <= n_pictures; k++) if (picture_at[k] ~ /^moons/) return 1
    return 0
}

function section_moons(    k) {
    if (!has_moons()) return
    print "<section id=\"moons\">\n<h2>Two moons</h2>"
    print "<p>A small network learns to part two interleaved half circles, as in micrograd's demonstration: a whole " \
        "training run, every gradient computed by both engines.</p>"
    for (k = 1; k <= n_pictures; k++) if (picture_at[k] ~ /^moons/) figure(picture_at[k])
    print "</section>"
}

function item(claim, text) { print "<li><strong>" claim "</strong> " text "</li>" }

function section_meaning() {
    print "<section id=\"meaning\">\n<h2>What the numbers mean, and what they do not</h2>\n<ul>"
    item("Verify, then time.", \
        "An engine whose gradient fails its verification on a workload is not timed there; its place stays in every " \
        "table and picture, as a hollow mark. A fast wrong gradient is not fast.")
    item("Medians of interleaved rounds.", \
        "In every round each engine runs once, in a fresh order. A figure is the median over rounds, its interval the " \
        "exact 95&nbsp;% order-statistic interval of that median.")
    item("Ratios rather than absolute times.", \
        "The machine may be shared, and its clock moves; both engines of a round feel that alike, so that the paired " \
        "ratio stands where the nanoseconds drift. Compare ratios of one run; across runs and machines even they " \
        "move, and nanoseconds more.")
    item("The noise floor is measured.", \
        "The reference engine races itself in every comparison. A ratio counts as resolved when its interval excludes " \
        "1 and its effect is above that floor; otherwise the two are not told apart, which does not mean that they " \
        "are equal.")
    item("No headline rests on a noisy figure.", \
        "A figure whose interval reaches more than 20&nbsp;% beyond it, or a ratio whose noise floor is above " \
        "20&nbsp;%, stays in its table and picture; titles and tiles leave it out and say so.")
    item("Phases are timed apart", \
        "from the whole; they need not add up to it to the last nanosecond, and the pictures show by how much they do " \
        "not.")
    item("A passed check is not a proof.", \
        "It says that at the points tried, the engine and independent witnesses agree within a stated bound. Two " \
        "engines that agree with each other prove nothing about the calculus they share.")
    item("These are scalar engines", \
        "on programs of scalar operations. The ratios say nothing about tensor frameworks, whose cost per operation " \
        "is spread over many numbers.")
    print "</ul>\n</section>"
}

function section_machine(    k) {
    print "<section id=\"machine\">\n<h2>Machine and build</h2>"
    if (!env_keys) { missing("env.tsv", "gradyno bench --out OUT"); print "</section>"; return }
    print "<details><summary>" html(env["cpu"] == "" ? "Environment" : env["cpu"]) \
        (env["compiler"] == "" ? "" : ", " html(env["compiler"])) "</summary>"
    print "<div class=\"table wrap\"><table><caption>The environment in which the figures were taken" \
        "</caption><thead><tr>" th("key", 0) th("value", 0) "</tr></thead><tbody>"
    for (k = 1; k <= env_keys; k++)
        print "<tr><th scope=\"row\">" html(env_key[k]) "</th><td>" (blank(env[env_key[k]]) ? "–" : html(env[env_key[k]]) \
            (env_key[k] ~ /_bytes$/ && is_number(env[env_key[k]]) ? " (" bytes(env[env_key[k]]) ")" : "")) "</td></tr>"
    print "</tbody></table></div></details>\n</section>"
}

function foot(    k, n, file) {
    print "</main>\n<footer>\n<p>This page needs no network and no script. The files beside it hold every figure:"
    n = split("env check mutants checker_mutants calibration bench ratio ladder targets bandwidth", file, " ")
    for (k = 1; k <= n; k++) if (columns[file[k]] || (file[k] == "env" && env_keys))
        print " <a href=\"" file[k] ".tsv\">" file[k] ".tsv</a>"
    print "</p>\n</footer>\n</body>\n</html>"
}

# ---- pictures -------------------------------------------------------------------------------

function how_to_read(name) {
    if (name ~ /^ulps/)
        return "A bar is the bound of the row. An error of 0.5 is that of rounding once; to the left of it, the result is " \
            "exact, or nearly always so."
    if (name ~ /^mutants/)
        return "A row is a kind of mistake, made on purpose in a copy of the engine; a column is a check. A pale cell is " \
            "what that check alone would have let through; the last column is all checks together."
    if (name ~ /^calibration/)
        return "The axis upward is stretched so that the last per cent can be seen. The line has to stay above the grey: " \
            "there, more errors would be beyond the bound than promised."
    if (name ~ /^ladder/)
        return "A row is one way to compute the same gradient, verified before it was timed: each idea of the graph, the " \
            "tape and the plan is worth the step between two rows. Left of a dashed line, an engine is faster than that " \
            "C by hand."
    if (name ~ /^roofline/)
        return "A dashed line is the least time in which so many bytes move from that cache, or from memory. A mark on " \
            "its line can be made faster only by moving fewer bytes; one far above it has other costs."
    if (name ~ /^speedup/)
        return "Above 1 the second engine is the faster one. The grey band at 1 is the noise floor of each size: a ratio " \
            "inside it would mean nothing. The axis is logarithmic: equal steps are equal factors."
    if (name ~ /^time/)
        return "Both axes are logarithmic: a line parallel to the dashed one grows in proportion to the number of operations." \
            (present["hand"] ? " By hand: a gradient written for this program alone." : "") \
            (present["primal"] ? " No gradient: the plain function, a bound from below." : "")
    if (name ~ /^ns_per_op/)
        return "A level line means that an operation costs the same in a small program and in a large one. Where it climbs, " \
            "the record no longer fits the cache named at the top."
    if (name ~ /^phases/)
        return "A bar is one size, stacked by phase. The dash, and the number above, is the whole gradient, timed in one " \
            "piece: the gap between bar and dash is what the phases miss or count twice."
    if (name ~ /^memory/)
        return "What the engine keeps until the backward pass has run, divided by the number of operations."
    if (name ~ /^moons_boundary/)
        return "Orange is where the network says 1, blue where it says −1, white where it hesitates; the dark line is where " \
            "the score is zero."
    if (name ~ /^moons_loss/)
        return "The wide line is the graph, the narrow one on it the tape, the circles are published figures. Where they " \
            "cannot be told apart, they agree."
    return ""
}

# The finding is read back from the script, so that text and picture cannot disagree.
function finding_of(name,    file, line, f) {
    file = ENVIRON["plots"] "/" name ".gp"; f = name
    while ((getline line < file) > 0) if (sub(/^# finding: /, "", line)) { f = line; break }
    close(file)
    return f
}

function figure(name,    f, file, line, opened, k, kinds) {
    f = finding_of(name)
    file = ENVIRON["plots"] "/" name ".svg"
    print "<figure id=\"" name "\">\n<div class=\"canvas\">"
    opened = 0
    while ((getline line < file) > 0) {
        if (!opened) {
            if (line !~ /^<svg/) continue
            opened = 1
            sub(/^<svg/, "<svg role=\"img\" aria-label=\"" amp(html(f)) "\"", line)
        }
        if (line ~ /^<title>/ || line ~ /^<desc>/) continue
        # Several pictures share the page: their names within must not.
        gsub(/id='/, "id='" name "-", line); gsub(/id="/, "id=\"" name "-", line)
        gsub(/href='#/, "href='#" name "-", line); gsub(/url\(#/, "url(#" name "-", line)
        print line
    }
    close(file)
    print "</div>\n<figcaption><strong>" html(f) ".</strong> " how_to_read(name) "\n<span class=\"links\">"
    kinds = split("svg png pdf tsv gp", kind_at, " ")
    for (k = 1; k <= kinds; k++)
        print "<a href=\"plots/" name "." kind_at[k] "\" aria-label=\"" name " as " kind_at[k] "\">" kind_at[k] "</a>"
    print "</span></figcaption>\n</figure>"
}

function amp(s) { gsub(/&/, "\\\\&", s); return s }
