# results.awk: read any of gradyno's result files, whatever the order of their columns.
#
#   env.tsv                 env[key], and env_key[1..env_keys] in the file's order
#   every other NAME.tsv    cell[NAME, row, column], rows[NAME], column[NAME, 1..columns[NAME]]
#   bench.tsv               also point[...]: one entry a (workload, engine, size), see points()

BEGIN { FS = "\t" }

{ sub(/\r$/, "") }

FNR == 1 {
    file = FILENAME
    sub(/.*\//, "", file)
    sub(/\.tsv$/, "", file)
    columns[file] = NF
    for (i = 1; i <= NF; i++) column[file, i] = $i
    next
}

/^[ \t]*$/ { next }

file == "env" {
    if (!($1 in env)) env_key[++env_keys] = $1
    env[$1] = substr($0, length($1) + 2)
    next
}

{
    rows[file]++
    for (i = 1; i <= columns[file]; i++) cell[file, rows[file], column[file, i]] = $i
}

# Gather bench.tsv by workload, engine and size. An engine that failed on a size keeps its
# place there and has no time. Fills
#   workloads, workload_at[1..]; engines, engine_at[1..] (graph, tape, then as they come),
#   rank[engine]; sizes[w], size_at[w, 1..] ascending; ops[w, size]; failed[w, engine, size];
#   seen[w, engine, size]; value[w, engine, size, phase, column]; phases, phase_at[1..]
function points(    r, w, e, s, p, k) {
    add_engine("graph"); add_engine("tape")
    for (r = 1; r <= rows["bench"]; r++) {
        w = cell["bench", r, "workload"]; e = cell["bench", r, "engine"]
        s = cell["bench", r, "size"]; p = cell["bench", r, "phase"]
        if (p == e) p = "whole"    # the primal has no phases and no gradient: it is whole
        if (!(w in sizes)) { workload_at[++workloads] = w; sizes[w] = 0 }
        add_engine(e)
        present[e] = 1
        if (!((w, s) in known_size)) { known_size[w, s] = 1; size_at[w, ++sizes[w]] = s }
        if (is_number(cell["bench", r, "ops"])) ops[w, s] = cell["bench", r, "ops"] + 0
        seen[w, e, s] = 1
        # A dash is a series that claims no gradient, as the plain function: there is nothing to verify.
        if (cell["bench", r, "verdict"] !~ /^(pass|-|)$/) failed[w, e, s] = 1
        value[w, e, s, p, "row"] = r
        value[w, e, s, p, "ns"] = cell["bench", r, "ns"]
        value[w, e, s, p, "lo"] = cell["bench", r, "lo"]
        value[w, e, s, p, "hi"] = cell["bench", r, "hi"]
        value[w, e, s, p, "rounds"] = cell["bench", r, "rounds"]
        if (is_number(cell["bench", r, "bytes_per_op"]))
            value[w, e, s, "bytes_per_op"] = cell["bench", r, "bytes_per_op"] + 0
    }
    for (k = 1; k <= workloads; k++) sort_sizes(workload_at[k])
    phases = split("record order backward free", phase_at, " ")
    for (r = 1; r <= rows["bench"]; r++) {
        p = cell["bench", r, "phase"]
        if (p != cell["bench", r, "engine"] && p != "whole" && p != "" && p != "-" && !is_phase(p)) phase_at[++phases] = p
    }
}

function is_phase(p,    k) {
    for (k = 1; k <= phases; k++) if (phase_at[k] == p) return 1
    return 0
}

function add_engine(e) {
    if (e in rank) return
    engine_at[++engines] = e
    rank[e] = engines
}

function sort_sizes(w,    i, k, s) {
    for (i = 2; i <= sizes[w]; i++) {
        s = size_at[w, i]
        for (k = i - 1; k >= 1 && before(w, s, size_at[w, k]); k--) size_at[w, k + 1] = size_at[w, k]
        size_at[w, k + 1] = s
    }
}

function before(w, a, b) {
    if (ops[w, a] != ops[w, b]) return ops[w, a] + 0 < ops[w, b] + 0
    return a + 0 < b + 0
}

# The workloads worth a picture of growth: the MLP, then those with three sizes or more;
# should there be none, the first.
function growing(list,    k, n, w) {
    n = 0
    if ("mlp" in sizes) list[++n] = "mlp"
    for (k = 1; k <= workloads; k++) {
        w = workload_at[k]
        if (w != "mlp" && sizes[w] > 2) list[++n] = w    # two points make no line
    }
    if (!n && workloads) list[++n] = workload_at[1]
    return n
}

# A time is drawn when it is a positive number of an engine that passed.
function timed(w, e, s, phase) {
    return !((w, e, s) in failed) && is_number(value[w, e, s, phase, "ns"]) && value[w, e, s, phase, "ns"] > 0
}

# What is raced for comparison and is no engine: the plain function, the gradient by hand.
function baseline(e) { return e == "primal" || e == "hand" }

# How a line is named.
function line_name(e) { return e == "primal" ? "no gradient" : e == "hand" ? "by hand" : e }

# The ratios of whole gradients on workload w, one entry a pair of engines, said so that the
# second engine is the faster one: pairs, slow[k], fast[k], ratios[k], and of each entry
# ratio_ops, ratio_mid, ratio_lo, ratio_hi, ratio_noise, ratio_resolved [k, 1..ratios[k]].
function compare(w,    n) {
    n = compare_all(w, 0)
    return n ? n : compare_all(w, 1)
}

# With baselines among them where nothing else was raced.
function compare_all(w, baselines,    r, e, o, k, j, key, at, logs, m, lo, hi, mid) {
    pairs = 0
    split("", at); split("", logs)
    for (r = 1; r <= rows["ratio"]; r++) {
        if (cell["ratio", r, "workload"] != w || cell["ratio", r, "phase"] != "whole") continue
        e = cell["ratio", r, "engine"]; o = cell["ratio", r, "over"]
        if (!baselines && (baseline(e) || baseline(o))) continue
        if (e == o || !is_number(cell["ratio", r, "ratio"]) || cell["ratio", r, "ratio"] <= 0) continue
        key = e SUBSEP o
        if (!(key in at)) { at[key] = ++pairs; slow[pairs] = e; fast[pairs] = o; ratios[pairs] = 0; logs[pairs] = 0 }
        k = at[key]
        for (j = ++ratios[k]; j > 1 && cell["ratio", r, "ops"] + 0 < ratio_ops[k, j - 1]; j--) move_ratio(k, j - 1, j)
        mid = cell["ratio", r, "ratio"] + 0
        ratio_ops[k, j] = cell["ratio", r, "ops"] + 0
        ratio_size[k, j] = cell["ratio", r, "size"]
        ratio_mid[k, j] = mid
        ratio_lo[k, j] = is_number(cell["ratio", r, "lo"]) && cell["ratio", r, "lo"] > 0 ? cell["ratio", r, "lo"] + 0 : mid
        ratio_hi[k, j] = is_number(cell["ratio", r, "hi"]) && cell["ratio", r, "hi"] > 0 ? cell["ratio", r, "hi"] + 0 : mid
        ratio_noise[k, j] = is_number(cell["ratio", r, "noise"]) ? cell["ratio", r, "noise"] + 0 : 0
        ratio_resolved[k, j] = cell["ratio", r, "resolved"]
        logs[k] += log(mid)
    }
    for (k = 1; k <= pairs; k++) {
        if (logs[k] < 0) {
            m = slow[k]; slow[k] = fast[k]; fast[k] = m
            for (j = 1; j <= ratios[k]; j++) {
                ratio_mid[k, j] = 1 / ratio_mid[k, j]
                lo = ratio_lo[k, j]; hi = ratio_hi[k, j]
                ratio_lo[k, j] = 1 / hi; ratio_hi[k, j] = 1 / lo
            }
        }
    }
    return pairs
}

function move_ratio(k, from, to) {
    ratio_ops[k, to] = ratio_ops[k, from]; ratio_size[k, to] = ratio_size[k, from]
    ratio_mid[k, to] = ratio_mid[k, from]
    ratio_lo[k, to] = ratio_lo[k, from]; ratio_hi[k, to] = ratio_hi[k, from]
    ratio_noise[k, to] = ratio_noise[k, from]; ratio_resolved[k, to] = ratio_resolved[k, from]
}

# The pair the house is about when it was raced, else the first one.
function main_pair(    k) {
    for (k = 1; k <= pairs; k++)
        if ((slow[k] == "graph" && fast[k] == "tape") || (slow[k] == "tape" && fast[k] == "graph")) return k
    return 1
}

# What a title says must not rest on a figure that is hardly known. Noisy is a figure whose
# interval reaches more than a fifth beyond it, or a ratio whose noise floor is above a fifth.
function is_noisy(mid, lo, hi) { return lo * 1.2 < mid || hi > mid * 1.2 }

function ratio_is_noisy(k, j) {
    return ratio_noise[k, j] > 0.2 || is_noisy(ratio_mid[k, j], ratio_lo[k, j], ratio_hi[k, j])
}

function is_noisy_time(w, e, s,    x, lo, hi) {
    x = value[w, e, s, "whole", "ns"]; lo = value[w, e, s, "whole", "lo"]; hi = value[w, e, s, "whole", "hi"]
    return is_number(x) && is_number(lo) && is_number(hi) && is_noisy(x + 0, lo + 0, hi + 0)
}

# ", 2 of 9 sizes left out as too noisy"
function left_out(n, all, noun) {
    if (!n) return ""
    return ", " n " of " plural(all, noun) " left out as too noisy"
}

# The ratios of pair k that are not noisy: quiet, quiet_lo to quiet_hi. Where all are noisy, the
# range is that of the intervals' near ends, quiet is 0.
function quiet_range(k,    j, x) {
    quiet = 0; quiet_lo = quiet_hi = ""
    for (j = 1; j <= ratios[k]; j++) if (!ratio_is_noisy(k, j)) {
        x = ratio_mid[k, j]
        if (!quiet++) quiet_lo = quiet_hi = x
        quiet_lo = min(quiet_lo, x); quiet_hi = max(quiet_hi, x)
    }
    if (quiet) return
    for (j = 1; j <= ratios[k]; j++) {
        x = ratio_lo[k, j]
        if (j == 1) quiet_lo = quiet_hi = x
        quiet_lo = min(quiet_lo, x); quiet_hi = max(quiet_hi, x)
    }
}

function resolved(k,    j, n) {
    n = 0
    for (j = 1; j <= ratios[k]; j++) if (ratio_resolved[k, j] == "yes") n++
    return n
}

# "The tape is 9.1 to 15 times faster than the graph", and what was left out for that.
function speedup_sentence(w,    s) {
    s = speedup_claim(w)
    return s speedup_left_out
}

function speedup_claim(w,    k, n, s) {
    speedup_left_out = ""
    if (!compare(w)) return "No two engines were raced against each other"
    k = main_pair()
    quiet_range(k); n = resolved(k)
    if (!n)
        return capital(the(fast[k])) " and " the(slow[k]) " are not told apart: " \
            (ratios[k] == 1 ? "the difference is" : "all differences are") " within the noise"
    if (!quiet)
        s = capital(the(slow[k])) " takes at least " say(quiet_lo) " times as long as " the(fast[k])
    else if (quiet_lo < 1)
        s = capital(the(slow[k])) " takes " span(quiet_lo, quiet_hi) " times as long as " the(fast[k])
    else
        s = capital(the(fast[k])) " is " span(quiet_lo, quiet_hi) " times faster than " the(slow[k])
    speedup_left_out = quiet ? left_out(ratios[k] - quiet, ratios[k], "size") : ", though every ratio is noisy"
    if (n < ratios[k]) s = s ", resolved at " n " of " ratios[k] " sizes"
    return s
}
