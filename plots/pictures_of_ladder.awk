# pictures_of_ladder.awk: what each idea is worth: the ladder, a rung an engine, and the roofline,
# the same rungs against the bytes that they move. From ladder.tsv and bandwidth.tsv; the rest of
# pictures.awk computes as for the others.

# ---- ladder.tsv -----------------------------------------------------------------------------

# The sizes: ladder_sizes, ladder_size[1..]; and of each engine's row at a size its number,
# ladder_row[engine, size].
function read_ladder(    r, s) {
    ladder_sizes = 0; split("", ladder_seen)
    for (r = 1; r <= rows["ladder"]; r++) {
        s = cell["ladder", r, "size"]
        if (!(s in ladder_seen)) { ladder_seen[s] = 1; ladder_size[++ladder_sizes] = s }
        ladder_row[cell["ladder", r, "engine"], s] = r
    }
    return ladder_sizes
}

function ladder_ns(r) { return is_number(cell["ladder", r, "ns"]) ? cell["ladder", r, "ns"] / cell["ladder", r, "ops"] : "" }

function ladder_end(r, which, x) {
    return is_number(cell["ladder", r, which]) && cell["ladder", r, which] > 0 ? cell["ladder", r, which] / cell["ladder", r, "ops"] : x
}

# A colour a family: the graph's, the tape's, the plan's, other tools'.
function ladder_style(e, kind) {
    return kind == "peer" ? 4 : kind == "hand" ? 7 : kind == "replay" ? 3 : e ~ /^graph/ ? 1 : 2
}

function ladder_rounds(    r, x, lo, hi) {
    lo = hi = ""
    for (r = 1; r <= rows["ladder"]; r++) {
        x = cell["ladder", r, "rounds"]
        if (!is_number(x) || x <= 0) continue
        if (lo == "" || x + 0 < lo) lo = x + 0
        if (hi == "" || x + 0 > hi) hi = x + 0
    }
    return lo == "" ? "rounds" : lo == hi ? plural(lo, "round") : lo " to " hi " rounds"
}

# Of the engines, own and replayed, that passed at size s: the first or the last by time.
function ladder_extreme(s, slowest,    r, x, best, at) {
    at = 0
    for (r = 1; r <= rows["ladder"]; r++) {
        if (cell["ladder", r, "size"] != s || cell["ladder", r, "kind"] !~ /^(own|replay)$/) continue
        x = ladder_ns(r)
        if (x != "" && (!at || (slowest ? x > best : x < best))) { best = x; at = r }
    }
    return at
}

# ---- the ladder -----------------------------------------------------------------------------

# A panel a size: the issue's two where they are there, else the first two.
function ladder_panels(at,    n, k) {
    n = 0
    for (k = 1; k <= ladder_sizes; k++) if (ladder_size[k] == 64 || ladder_size[k] == 256) at[++n] = ladder_size[k]
    if (n) return n
    for (k = 1; k <= min(2, ladder_sizes); k++) at[++n] = ladder_size[k]
    return n
}

function ladder_picture(    n, at, p, r, e, k, j, rungs, rung, kind_of, key, x, lo, hi, f, a, b, h, failed_any, hands, \
    hand_x, hand_panel, hand_name, style, missing) {
    read_ladder()
    n = ladder_panels(at)
    rungs = 0
    for (r = 1; r <= rows["ladder"]; r++) {
        e = cell["ladder", r, "engine"]; kind_of[e] = cell["ladder", r, "kind"]
        if (kind_of[e] == "part" || kind_of[e] == "hand" || (e in key)) continue
        for (p = 1; p <= n && ladder_ns(ladder_row[e, at[p]]) == ""; p++) ;
        x = p <= n ? ladder_ns(ladder_row[e, at[p]]) : 1e30
        key[e] = x
        for (j = ++rungs; j > 1 && key[rung[j - 1]] < x; j--) rung[j] = rung[j - 1]
        rung[j] = e
    }
    x_lo = x_hi = ""; failed_any = hands = 0
    print "panel", "row", "engine", "kind", "style", "size", "verdict", "ns_per_op", "lo", "hi" > data
    for (p = 1; p <= n; p++) for (k = 1; k <= rungs; k++) {
        e = rung[k]
        if (!((e, at[p]) in ladder_row)) continue
        r = ladder_row[e, at[p]]; x = ladder_ns(r)
        if (x == "") {
            if (cell["ladder", r, "verdict"] == "fail") {
                failed_any = 1
                print p, k, e, kind_of[e], ladder_style(e, kind_of[e]), at[p], "fail", "-", "-", "-" > data
            }
            continue
        }
        lo = ladder_end(r, "lo", x); hi = ladder_end(r, "hi", x)
        see_x(lo); see_x(hi)
        print p, k, e, kind_of[e], ladder_style(e, kind_of[e]), at[p], "pass", number(x), number(lo), number(hi) > data
    }
    split("hand-vectorised hand-strict", h, " ")
    for (p = 1; p <= n; p++) for (k = 1; k <= 2; k++) {
        if (!((h[k], at[p]) in ladder_row) || (x = ladder_ns(ladder_row[h[k], at[p]])) == "") continue
        hand_x[++hands] = x; hand_panel[hands] = p; hand_name[hands] = k == 1 ? "vectorised" : "strict"
        see_x(x)
    }
    a = ("graph", at[1]) in ladder_row ? ladder_row["graph", at[1]] : 0
    if (!a || ladder_ns(a) == "") a = ladder_extreme(at[1], 1)
    b = ladder_extreme(at[1], 0)
    f = "No rung passed its verification, so nothing was timed"
    if (a) {
        f = "At H = " at[1] ", from " the(cell["ladder", a, "engine"]) " to " cell["ladder", b, "engine"] " an operation falls from " say(ladder_ns(a)) \
            " to " say(ladder_ns(b)) " ns"
        r = ladder_row["hand-strict", at[1]]
        if (r && ladder_ns(r) != "") f = f ", " say(ladder_ns(b) / ladder_ns(r)) " times what strict C takes by hand"
    }
    if (failed_any) note("Hollow mark: failed its verification, so it was not timed")
    if (x_lo == "") { x_lo = 0.1; x_hi = 10 }
    xmin = x_lo / (x_hi / x_lo) ^ 0.04; xmax = x_hi * (x_hi / x_lo) ^ 0.13
    no_ends()
    height = max(420, 210 + 23 * rungs)
    put("panels", n); put("rungs", rungs); put("xmin", xmin); put("xmax", xmax)
    put_strings("rung_name", rungs, rung)
    for (k = 1; k <= rungs; k++) style[k] = ladder_style(rung[k], kind_of[rung[k]])
    put_numbers("rung_style", rungs, style)
    for (p = 1; p <= n; p++) key[p] = "H = " at[p] ", " count(cell["ladder", ladder_row[rung[1], at[p]], "ops"]) " operations"
    put_strings("panel_name", n, key)
    put("hands", hands); put_numbers("hand_x", hands, hand_x); put_numbers("hand_panel", hands, hand_panel)
    put_strings("hand_name", hands, hand_name)
    log_ticks(xmin, xmax, "plain")
    put("u_ticks", ticks); put_numbers("u_tick", ticks, tick_at); put_strings("u_text", ticks, tick_text)
    put("u_minors", minors); put_numbers("u_minor", minors, minor_at)
    put_head(f, "Gradient of an MLP H-H-H-H-1. Median of " ladder_rounds() ", interleaved in one race; bar: 95 % interval\n" \
        "Dashed: by hand in C, every sum in its order, and with -ffast-math. " machine())
}

# ---- the roofline ---------------------------------------------------------------------------

# The bandwidth where a working set is well inside a cache (half of it), and in memory (the last).
function roof_of(size,    r, x, best, at) {
    at = 0
    for (r = 1; r <= rows["bandwidth"]; r++) {
        x = cell["bandwidth", r, "bytes"] + 0
        if (x <= size && (!at || x > best)) { best = x; at = r }
    }
    return at ? cell["bandwidth", at, "bytes_per_ns"] + 0 : 0
}

# The names of the largest size's marks, from above: each beside its mark, or below the name that
# would touch it; and to the right of marks that would stand in it.
function name_points(n,    i, j, k, order, m, gap, y, touched) {
    m = 0; gap = (ymax / ymin) ^ 0.036
    for (i = 1; i <= n; i++) {
        point_name_y[i] = point_y[i]; point_name_x[i] = point_x[i]
        if (point_series[i] != ladder_sizes) continue
        for (j = ++m; j > 1 && point_y[order[j - 1]] < point_y[i]; j--) order[j] = order[j - 1]
        order[j] = i
    }
    for (j = 2; j <= m; j++) {
        i = order[j]; y = point_y[i]
        do {
            touched = 0
            for (k = 1; k < j; k++) {
                if (point_x[order[k]] > point_x[i] * 1.5 || point_x[order[k]] < point_x[i] / 1.5) continue
                if (y < point_name_y[order[k]] * gap * 0.999 && y > point_name_y[order[k]] / gap * 1.001) {
                    y = point_name_y[order[k]] / gap
                    touched = 1
                }
            }
        } while (touched)
        point_name_y[i] = y
    }
    for (j = 1; j <= m; j++) {
        i = order[j]
        for (k = 1; k <= n; k++)
            if (point_x[k] > point_name_x[i] && point_x[k] < point_x[i] * 1.12 && point_y[k] < point_name_y[i] * gap && point_y[k] > point_name_y[i] / gap)
                point_name_x[i] = point_x[k]
    }
}

function roofline_picture(    k, n, key, name, r, x, y, lo, hi, roof, roof_name, size, kind, e, f, a, share, best, at, points_drawn, names) {
    read_ladder()
    new_chart()
    n = 0
    split("l1d_bytes l2_bytes l3_bytes", key, " "); split("L1d L2 L3", name, " ")
    for (k = 1; k <= 3; k++) {
        if (!is_number(env[key[k]]) || env[key[k]] <= 0) continue
        x = roof_of(env[key[k]] / (k == 3 ? 8 : 2))
        if (x > 0) { roof[++n] = x; roof_name[n] = name[k] ", " say(x) " B/ns" }
    }
    if (rows["bandwidth"] && (x = cell["bandwidth", rows["bandwidth"], "bytes_per_ns"] + 0) > 0) {
        roof[++n] = x; roof_name[n] = "memory, " say(x) " B/ns"
    }
    best = ""; points_drawn = 0
    for (r = 1; r <= rows["ladder"]; r++) {
        if (cell["ladder", r, "kind"] == "part" || !is_number(cell["ladder", r, "moved_per_op"])) continue
        y = ladder_ns(r)
        if (y == "") continue
        for (k = 1; ladder_size[k] != cell["ladder", r, "size"]; k++) ;
        x = cell["ladder", r, "moved_per_op"] + 0; e = cell["ladder", r, "engine"]; kind = cell["ladder", r, "kind"]
        lo = ladder_end(r, "lo", y); hi = ladder_end(r, "hi", y)
        see_x(x); see_y(y); see_y(lo); see_y(hi)
        points_drawn++
        row_at[points_drawn] = k OFS e OFS kind OFS ladder_style(e, kind) OFS ladder_size[k] OFS "pass" OFS number(x) OFS number(y) OFS number(lo) OFS number(hi)
        point_x[points_drawn] = x; point_y[points_drawn] = y; point_series[points_drawn] = k
        point_engine[points_drawn] = e
        # How near the last cache's roof the record of the largest size comes.
        if (e == "tape" && k == ladder_sizes) at = r
    }
    if (x_lo == "") { x_lo = 10; x_hi = 100 }
    for (k = 1; k <= n; k++) { see_y(x_lo / roof[k]); see_y(x_hi / roof[k]) }
    if (y_lo == "") { y_lo = 0.1; y_hi = 10 }
    xmin = x_lo / (x_hi / x_lo) ^ 0.06; xmax = x_hi * (x_hi / x_lo) ^ 0.06
    ymin = y_lo / (y_hi / y_lo) ^ 0.05; ymax = y_hi * (y_hi / y_lo) ^ 0.05
    name_points(points_drawn)
    print "series", "engine", "kind", "style", "size", "verdict", "moved_per_op", "ns_per_op", "lo", "hi", "label", "label_x", "label_y" > data
    for (r = 1; r <= points_drawn; r++)
        print row_at[r], point_series[r] == ladder_sizes ? point_engine[r] : "-", number(point_name_x[r]), number(point_name_y[r]) > data
    ends = 0
    for (k = 1; k <= n; k++) end(xmax, xmax / roof[k], roof_name[k], 0)
    spread(1)
    put("xmin", xmin); put("xmax", xmax); put("ymin", ymin); put("ymax", ymax)
    log_ticks(xmin, xmax, "count"); put_ticks("x")
    log_ticks(ymin, ymax, "plain"); put_ticks("y")
    put("roofs", n); put_numbers("roof", n, roof)
    put("series", ladder_sizes)
    for (k = 1; k <= ladder_sizes; k++) names[k] = "H = " ladder_size[k]
    put_strings("name", ladder_sizes, names)
    f = "No rung was timed"
    if (points_drawn) f = "Bytes are what an operation costs: fewer moved, less time"
    if (at && n && (x = roof_of(cell["ladder", at, "bytes_per_op"] * cell["ladder", at, "ops"])) > 0) {
        share = cell["ladder", at, "moved_per_op"] / x / ladder_ns(at)
        f = "At H = " cell["ladder", at, "size"] ", moving its bytes would take " percent(share) " of the tape's time: " \
            (share > 0.5 ? "its speed is the memory's" : "the rest is work and latency")
    }
    put_head(f, "Bytes: what a record keeps, written once and read once, and 40 for a parameter (24 by hand and in layers)\n" \
        "Dashed: what a STREAM triad moves in the time. Median of " ladder_rounds() ", interleaved\n" machine())
}
