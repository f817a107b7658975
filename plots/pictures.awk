# pictures.awk: compute, from the result files, all that a picture must know before it is drawn:
# its finding, its subtitle, its ranges and ticks, and where each series' name stands.
#
#   kind=time workload=mlp picture=time \
#       awk -f numbers.awk -f results.awk -f checks.awk -f pictures.awk -f pictures_of_checks.awk -f pictures_of_ladder.awk \
#       env.tsv bench.tsv ratio.tsv
#
# writes gnuplot assignments on standard output and the picture's data into time.tsv.
# kind=list prints instead the pictures that the result files allow: kind, workload, picture.

BEGIN {
    OFS = "\t"
    kind = ENVIRON["kind"]; workload = ENVIRON["workload"]; picture = ENVIRON["picture"]
    data = picture ".tsv"
}

END {
    points()
    if (kind == "list") { list_pictures(); exit 0 }
    notes = ""
    noisy_means = "Too noisy for the title: an interval that reaches more than 20 % beyond its figure"
    if (kind == "time") time_picture()
    else if (kind == "ns_per_op") ns_per_op_picture()
    else if (kind == "speedup") speedup_picture()
    else if (kind == "phases") phases_picture()
    else if (kind == "memory") memory_picture()
    else if (kind == "moons_boundary") boundary_picture()
    else if (kind == "moons_loss") loss_picture()
    else if (kind == "ulps") ulps_picture()
    else if (kind == "mutants") mutants_picture()
    else if (kind == "calibration") calibration_picture()
    else if (kind == "ladder") ladder_picture()
    else if (kind == "roofline") roofline_picture()
    else { print "pictures.awk: no picture is called " kind > "/dev/stderr"; exit 2 }
}

function list_pictures(    n, k, w, tail, list_at) {
    n = growing(list_at)
    for (k = 1; k <= n; k++) {
        w = list_at[k]
        tail = k == 1 ? "" : "_" w
        gsub(/[^A-Za-z0-9_]/, "_", tail)
        if (compare(w)) print "speedup", w, "speedup" tail
        print "ns_per_op", w, "ns_per_op" tail
        if (k > 1) continue    # of the many, these two are enough
        print "time", w, "time" tail
        if (any_phase(w)) print "phases", w, "phases" tail
        if (any_bytes(w)) print "memory", w, "memory" tail
    }
    if (read_ladder()) {
        print "ladder", "-", "ladder"
        if (rows["bandwidth"]) print "roofline", "-", "roofline"
    }
    if (any_ulps()) print "ulps", "-", "ulps"
    if (rows["mutants"]) print "mutants", "-", "mutants"
    if (read_calibration()) print "calibration", "-", "calibration"
}

function any_phase(w,    i, j, k) {
    for (i = 1; i <= engines; i++) for (j = 1; j <= sizes[w]; j++) for (k = 1; k <= phases; k++)
        if (timed(w, engine_at[i], size_at[w, j], phase_at[k])) return 1
    return 0
}

function any_bytes(w,    i, j) {
    for (i = 1; i <= engines; i++) for (j = 1; j <= sizes[w]; j++)
        if ((w, engine_at[i], size_at[w, j], "bytes_per_op") in value) return 1
    return 0
}

# ---- writing gnuplot ------------------------------------------------------------------------

# Single quotes: gnuplot expands nothing in them, whatever a name holds.
function quote(s) {
    gsub(/[\001-\037]/, " ", s)
    gsub(/'/, "''", s)
    return "'" s "'"
}

function number(x) { return sprintf("%.17g", x) }

# Assignments are kept until the head, which stands above them, is known.
function put(name, x) { keep(name " = " number(x)) }

function keep(line) { script = script line "\n" }

function put_numbers(name, n, a,    i, s) {
    if (n < 1) { keep("array " name "[1] = [0]"); return }
    s = ""
    for (i = 1; i <= n; i++) s = s (i > 1 ? ", " : "") number(a[i])
    keep("array " name "[" n "] = [" s "]")
}

function put_strings(name, n, a,    i, s) {
    if (n < 1) { keep("array " name "[1] = ['']"); return }
    s = ""
    for (i = 1; i <= n; i++) s = s (i > 1 ? ", " : "") quote(a[i])
    keep("array " name "[" n "] = [" s "]")
}

# A text of several lines, broken at spaces so that none is longer than `width`; with `even`, so
# that the lines of one paragraph are of like length.
function put_text(name, s, width, even,    i, n, w, all, lines, paragraph) {
    all = ""; lines = 0
    n = split(s, paragraph, "\n")
    for (i = 1; i <= n; i++) {
        for (w = width - 1; even && w > 20 && broken(paragraph[i], w) == broken(paragraph[i], width); w--) ;
        lines += broken(paragraph[i], w + 1)
        all = all (all == "" ? "" : "\n") broken_text
    }
    n = split(all, paragraph, "\n")
    s = quote(paragraph[1])
    for (i = 2; i <= n; i++) s = s ".\"\\n\"." quote(paragraph[i])
    print name " = " s
    print name "_lines = " lines
}

function broken(s, width,    i, n, word, line, lines) {
    n = split(s, word, " ")
    line = broken_text = ""
    lines = 1
    for (i = 1; i <= n; i++) {
        if (line != "" && length(line) + 1 + length(word[i]) > width) {
            broken_text = broken_text line "\n"
            lines++
            line = ""
        }
        line = line (line == "" ? "" : " ") word[i]
    }
    broken_text = broken_text line
    return lines
}

# A picture whose two axes share a scale has `aspect`, the plot's height over its width, and is as
# high as that asks for: style.gp's margins are 27.6 pixels a line above, 0.135 of all below.
function fit_height(finding, subtitle,    n, lines, k, part) {
    lines = 1.75 + broken(finding, 78)
    n = split(subtitle, part, "\n")
    for (k = 1; k <= n; k++) lines += 0.78 * broken(part[k], 106)
    return max(420, min(960, int((aspect * 960 * (0.8 - 0.085) + 27.6 * lines) / (1 - 0.135) + 0.5)))
}

function put_head(finding, subtitle) {
    gsub(/\\/, "/", finding)    # at its end, gnuplot would join the next line to the comment
    if (aspect) height = fit_height(finding, subtitle)
    print "# finding: " finding
    print "# Redraw with `gnuplot " picture ".gp` in this folder; it reads " picture ".tsv alone."
    print ""
    print "picture = " quote(picture)
    print "height = " (height ? height : 600)
    put_text("finding", finding, 78, 1)
    put_text("subtitle", subtitle (notes == "" ? "" : "\n" notes), 106, 0)
    printf "%s\n", script
}

function machine(    s) {
    s = ""
    if (env["cpu"] != "") s = env["cpu"]
    gsub(/\((R|TM|r|tm)\)/, "", s)
    if (env["compiler"] != "") s = s (s == "" ? "" : ", ") env["compiler"]
    return s == "" ? "Machine unknown: env.tsv names none" : s
}

function rounds_of(w,    i, j, x, lo, hi) {
    lo = hi = ""
    for (i = 1; i <= engines; i++) for (j = 1; j <= sizes[w]; j++) {
        x = value[w, engine_at[i], size_at[w, j], "whole", "rounds"]
        if (!is_number(x) || x <= 0) continue
        if (lo == "" || x < lo) lo = x + 0
        if (hi == "" || x > hi) hi = x + 0
    }
    if (lo == "") return "rounds"
    return lo == hi ? plural(lo, "round") : lo " to " hi " rounds"
}

function subject(w,    n) {
    n = sizes[w]
    if (w == "mlp") return "MLP of width " size_at[w, 1] (n > 1 ? " to " size_at[w, n] : "")
    return w (n > 1 ? ", sizes " size_at[w, 1] " to " size_at[w, n] \
        : size_at[w, 1] == "" || size_at[w, 1] == "-" ? "" : ", size " size_at[w, 1])
}

function estimator(w) {
    return subject(w) ". Median of " rounds_of(w) ", interleaved; band: 95 % interval"
}

function note(s) { notes = notes (notes == "" ? "" : ". ") s }

# ---- axes -----------------------------------------------------------------------------------

# Ticks are gathered as places, texts and unlabelled places between them.
function new_ticks() { ticks = minors = 0; split("", tick_at); split("", tick_text); split("", minor_at) }

function add_tick(x, unit) { tick_at[++ticks] = x; tick_text[ticks] = tick(x, unit) }

# A logarithmic axis from lo to hi: decades, or 1-2-5, or round steps where it spans less.
function log_ticks(lo, hi, unit,    decades, e, m, x, step, major) {
    decades = log10(hi) - log10(lo)
    if (!(decades > 0 && decades < 700)) { new_ticks(); return }
    if (decades <= 0.65) { linear_ticks(lo, hi, unit, 5); return }
    new_ticks()
    step = decades > 8 ? int((decades + 7) / 8) : 1
    for (e = floor(log10(lo)) - 1; e <= floor(log10(hi)) + 1; e++) for (m = 1; m <= 9; m++) {
        x = sprintf("%de%d", m, e) + 0
        if (x < lo * 0.999999 || x > hi * 1.000001) continue
        major = m == 1 ? e % step == 0 : decades <= 2.3 && (m == 2 || m == 5)
        if (major) add_tick(x, unit)
        else if (decades < 6) minor_at[++minors] = x
    }
}

function linear_ticks(lo, hi, unit, parts,    step, k) {
    new_ticks()
    step = round_step(hi - lo, parts)
    if (!(hi > lo && (hi - lo) / step < 100)) return
    for (k = floor(lo / step); k * step <= hi + step * 1e-6; k++)
        if (k * step >= lo - step * 1e-6) add_tick(k * step, unit)
}

function round_step(range, parts,    raw, e, m) {
    if (range <= 0) return 1
    raw = range / parts
    e = 10 ^ floor(log10(raw))
    m = raw / e
    return (m < 1.5 ? 1 : m < 3.5 ? 2 : m < 7.5 ? 5 : 10) * e
}

function put_ticks(axis) {
    put(axis "_ticks", ticks); put(axis "_minors", minors)
    put_numbers(axis "_tick", ticks, tick_at); put_strings(axis "_text", ticks, tick_text)
    put_numbers(axis "_minor", minors, minor_at)
}

# ---- series ---------------------------------------------------------------------------------

# Line charts: call add() for each point, then lay().
function new_chart() {
    series = 0; split("", size_of); split("", series_name); split("", series_style)
    split("", fails); ends = 0
    split("", end_x); split("", end_y); split("", end_label); split("", end_style)
    x_lo = x_hi = y_lo = y_hi = ""
}

function new_series(name, style) {
    series_name[++series] = name
    series_style[series] = style
    last_x[series] = last_y[series] = ""
    fails[series] = 0
}

function see_x(x) {
    if (x_lo == "" || x < x_lo) x_lo = x
    if (x_hi == "" || x > x_hi) x_hi = x
}

function see_y(y) {
    if (y_lo == "" || y < y_lo) y_lo = y
    if (y_hi == "" || y > y_hi) y_hi = y
}

function add(x, y, lo, hi) {
    see_x(x); see_y(lo); see_y(hi); see_y(y)
    last_x[series] = x; last_y[series] = y
}

function add_failed(x) { see_x(x); fails[series]++; fail_x[series] = x }

function end(x, y, label, style) {
    ends++
    end_x[ends] = x; end_y[ends] = y; end_label[ends] = label; end_style[ends] = style
}

# Ranges from the data, never from gnuplot, which clips a logarithmic axis in silence.
function lay(log_y, unit, zero,    i, pad, k, room, any) {
    if (x_lo == "") { x_lo = 1; x_hi = 10 }
    if (y_lo == "") { y_lo = 1; y_hi = 10 }
    pad = x_hi > x_lo ? (x_hi / x_lo) ^ 0.035 : 3
    xmin = x_lo / pad; xmax = x_hi * pad
    k = 0
    for (i = 1; i <= series; i++) if (fails[i]) k++
    room = 0.05 * (k + (k ? 0.6 : 0))
    if (log_y) {
        pad = y_hi > y_lo ? (y_hi / y_lo) ^ 0.07 : 2
        if (pad < 1.05) pad = 1.05
        ymin = y_lo / pad; ymax = y_hi * pad
        ymin = ymin * (ymin / ymax) ^ (room / (1 - room))
    } else {
        ymin = zero ? 0 : y_lo - 0.08 * (y_hi - y_lo)
        ymax = y_hi + 0.1 * (y_hi - ymin)
        if (ymax <= ymin) ymax = ymin + 1
        if (k && ymin == 0 && y_lo > 0) ymin = 0
    }
    any = 0
    for (i = 1; i <= series; i++) {
        fail_y[i] = number(unfrac(fails[i] ? 0.05 * ++any - (log_y ? 0.01 : 0.035) : 0.04, log_y))
        if (last_x[i] != "") end(last_x[i], last_y[i], series_name[i], series_style[i])
        else if (fails[i]) end(fail_x[i], fail_y[i] + 0, series_name[i] " (failed)", series_style[i])
    }
    if (any) note("Hollow mark: failed its verification there, so it was not timed")
    spread(log_y)
    put("xmin", xmin); put("xmax", xmax); put("ymin", ymin); put("ymax", ymax)
    log_ticks(xmin, xmax, "count"); put_ticks("x")
    if (log_y) log_ticks(ymin, ymax, unit); else linear_ticks(ymin, ymax, unit, 6)
    put_ticks("y")
    put("series", series)
    put_strings("name", series, series_name)
    put_numbers("style", series, series_style)
    put_numbers("fail_y", series, fail_y)
}

function frac(y, log_y) { return log_y ? log(y / ymin) / log(ymax / ymin) : (y - ymin) / (ymax - ymin) }
function unfrac(f, log_y) { return log_y ? ymin * (ymax / ymin) ^ f : ymin + f * (ymax - ymin) }

# Names at the lines' ends, at least one line of text apart, as near their lines as can be.
# `apart` is the height of a line of text in units of the axis.
function spread(log_y,    i, j, order, at, longest, gap, moved, pass, over) {
    gap = apart ? apart : 0.048
    if (ends * gap > 1) gap = 1 / ends
    for (i = 1; i <= ends; i++) {
        at[i] = frac(end_y[i], log_y)
        for (j = i - 1; j >= 1 && at[order[j]] > at[i]; j--) order[j + 1] = order[j]
        order[j + 1] = i
    }
    for (pass = 1; pass <= 200; pass++) {
        moved = 0
        for (j = 1; j < ends; j++) {
            over = gap - (at[order[j + 1]] - at[order[j]])
            if (over > 1e-6) { at[order[j]] -= over / 2; at[order[j + 1]] += over / 2; moved = 1 }
        }
        if (ends && at[order[1]] < 0) { at[order[1]] = 0; moved = 1 }
        if (ends && at[order[ends]] > 1) { at[order[ends]] = 1; moved = 1 }
        if (!moved) break
    }
    longest = 0
    for (i = 1; i <= ends; i++) {
        label_y[i] = at[i]
        end_label[i] = shorten(end_label[i], 34)
        longest = max(longest, length(end_label[i]))
    }
    put("right", 1 - max(0.09, min(0.4, (longest * 7.8 + 40) / 960)))
    put("ends", ends)
    put_numbers("end_x", ends, end_x)
    put_numbers("end_y", ends, end_y)
    put_numbers("end_style", ends, end_style)
    put_numbers("label_y", ends, label_y)
    put_strings("end_label", ends, end_label)
}

# ---- pictures of a growing workload -----------------------------------------------------------

# The rows of whole gradients on one workload; `what` is what stands on the y axis.
function whole_data(w, what,    i, j, e, s, v, y, lo, hi, r, skipped) {
    new_chart()
    skipped = 0
    print "series", "engine", "workload", "size", "ops", "verdict", "rounds", "ns", "lo", "hi", "bytes_per_op" > data
    for (i = 1; i <= engines; i++) {
        e = engine_at[i]
        if (!has_engine(w, e)) continue
        new_series(line_name(e), i)
        for (j = 1; j <= sizes[w]; j++) {
            s = size_at[w, j]
            if (!((w, e, s) in seen)) continue
            if (!((w, s) in ops) || ops[w, s] <= 0) { skipped++; continue }
            v = (w, e, s) in failed ? "fail" : "pass"
            y = ""
            if (v == "fail") add_failed(ops[w, s])
            else if (what == "bytes") {
                if ((w, e, s, "bytes_per_op") in value) { y = value[w, e, s, "bytes_per_op"]; add(ops[w, s], y, y, y) }
            } else if (timed(w, e, s, "whole")) {
                y = value[w, e, s, "whole", "ns"] + 0
                lo = positive(value[w, e, s, "whole", "lo"], y); hi = positive(value[w, e, s, "whole", "hi"], y)
                if (what == "ns_per_op") add(ops[w, s], y / ops[w, s], lo / ops[w, s], hi / ops[w, s])
                else add(ops[w, s], y, lo, hi)
            }
            if (y == "" && v == "pass" && !(what == "bytes" && baseline(e))) skipped++
            r = value[w, e, s, "whole", "rounds"]
            print series, e, w, s, number(ops[w, s]), v, is_number(r) ? r : "-", \
                cleared(w, e, s, "ns"), cleared(w, e, s, "lo"), cleared(w, e, s, "hi"), \
                ((w, e, s, "bytes_per_op") in value) ? number(value[w, e, s, "bytes_per_op"]) : "-" > data
        }
    }
    if (skipped) note(capital(plural(skipped, "row")) " without a positive value not drawn")
}

function has_engine(w, e,    j) {
    for (j = 1; j <= sizes[w]; j++) if ((w, e, size_at[w, j]) in seen) return 1
    return 0
}

# An engine that failed everywhere keeps its place; one that was timed as a whole only has no bars.
function has_phases(w, e,    j, k, n) {
    n = 0
    for (j = 1; j <= sizes[w]; j++) {
        if (timed(w, e, size_at[w, j], "whole")) n++
        for (k = 1; k <= phases; k++) if (timed(w, e, size_at[w, j], phase_at[k])) return 1
    }
    return n == 0
}

function positive(x, otherwise) { return is_number(x) && x > 0 ? x + 0 : otherwise }

# A failed engine has no time, even if a row holds one; a band never breaks for want of an end.
function cleared(w, e, s, what) {
    if (!timed(w, e, s, "whole")) return "-"
    return number(positive(value[w, e, s, "whole", what], value[w, e, s, "whole", "ns"]))
}

# The engines a title speaks of: tape and graph when both have figures, else the first two that do.
function protagonists(w, out,    i, n, e, first) {
    n = 0
    if (figures(w, "tape")) out[++n] = "tape"
    if (figures(w, "graph")) out[++n] = "graph"
    for (i = 1; i <= engines && n < 2; i++) {
        e = engine_at[i]
        if (e != "tape" && e != "graph" && figures(w, e)) out[++n] = e
    }
    return n
}

function figures(w, e,    j, n) {
    n = 0
    for (j = 1; j <= sizes[w]; j++) if (timed(w, e, size_at[w, j], "whole") && ops[w, size_at[w, j]] > 0) n++
    return n
}

function nothing() { return "No engine passed its verification, so nothing was timed" }

# How much longer ten times the operations take, by least squares on the logarithms; noisy times
# count where `all` is set.
function tenfold(w, e, all,    j, s, n, x, y, sx, sy, sxx, sxy) {
    n = sx = sy = sxx = sxy = 0
    for (j = 1; j <= sizes[w]; j++) {
        s = size_at[w, j]
        if (!timed(w, e, s, "whole") || ops[w, s] <= 0 || (!all && is_noisy_time(w, e, s))) continue
        x = log10(ops[w, s]); y = log10(value[w, e, s, "whole", "ns"])
        n++; sx += x; sy += y; sxx += x * x; sxy += x * y
    }
    if (n < 2 || n * sxx - sx * sx <= 1e-12) return 0
    return 10 ^ ((n * sxy - sx * sy) / (n * sxx - sx * sx))
}

# How many times of the title's engines there are, and how many of them are noisy.
function quiet_times(w, n, who,    i, j, s) {
    all_times = noisy_times = 0
    for (i = 1; i <= n; i++) for (j = 1; j <= sizes[w]; j++) {
        s = size_at[w, j]
        if (!timed(w, who[i], s, "whole") || ops[w, s] <= 0) continue
        all_times++
        if (is_noisy_time(w, who[i], s)) noisy_times++
    }
    if (noisy_times) note(noisy_means)
}

function though_noisy() { return noisy_times ? ", though the timings are noisy" : "" }

function time_picture(    n, who, every, s, a, b, x, f, i, j, e, per) {
    whole_data(workload, "ns")
    n = protagonists(workload, who)
    if (!n) f = nothing()
    else {
        quiet_times(workload, n, who)
        a = tenfold(workload, who[1], 0); b = n > 1 ? tenfold(workload, who[2], 0) : 0
        every = !a
        if (every) { a = tenfold(workload, who[1], 1); b = n > 1 ? tenfold(workload, who[2], 1) : 0 }
        if (a) {
            f = "Ten times the operations: " the(who[1]) " takes " three(a) " times as long" \
                (b ? ", " the(who[2]) " " three(b) : "")
            f = f (every ? though_noisy() : left_out(noisy_times, all_times, "timing"))
        }
        else {
            for (j = sizes[workload]; j > 1 && !timed(workload, who[1], size_at[workload, j], "whole"); j--) ;
            s = size_at[workload, j]
            f = "A gradient of " count(ops[workload, s]) " operations takes " the(who[1]) " " \
                duration(value[workload, who[1], s, "whole", "ns"])
            if (n > 1 && timed(workload, who[2], s, "whole")) f = f ", " the(who[2]) " " duration(value[workload, who[2], s, "whole", "ns"])
        }
    }
    # The guide of slope 1 runs below everything, half as high as the cheapest operation.
    per = ""
    for (i = 1; i <= engines; i++) for (j = 1; j <= sizes[workload]; j++) {
        e = engine_at[i]; s = size_at[workload, j]
        if (!timed(workload, e, s, "whole") || ops[workload, s] <= 0) continue
        x = value[workload, e, s, "whole", "ns"] / ops[workload, s]
        if (per == "" || x < per) per = x
    }
    if (x_hi <= x_lo) per = ""
    put("guide", per == "" ? 0 : per / 2)
    if (per != "") {
        see_y(per / 2 * x_lo)
        end(x_hi, per / 2 * x_hi, "slope 1", 0)
    }
    lay(1, "ns", 0)
    put_head(f, estimator(workload) "\n" machine())
}

function ns_per_op_picture(    n, who, i, f, lo, hi, j, s, x, every) {
    whole_data(workload, "ns_per_op")
    n = protagonists(workload, who)
    f = n ? "" : nothing()
    quiet_times(workload, n, who)
    every = noisy_times == all_times    # then the title has no better ones
    for (i = 1; i <= n; i++) {
        lo = hi = ""
        for (j = 1; j <= sizes[workload]; j++) {
            s = size_at[workload, j]
            if (!timed(workload, who[i], s, "whole") || ops[workload, s] <= 0) continue
            if (!every && is_noisy_time(workload, who[i], s)) continue
            x = value[workload, who[i], s, "whole", "ns"] / ops[workload, s]
            if (lo == "" || x < lo) lo = x
            if (hi == "" || x > hi) hi = x
        }
        if (lo != "") f = f (f == "" ? "An operation costs " : ", ") the(who[i]) " " span(lo, hi) " ns"
    }
    f = f (every ? though_noisy() : left_out(noisy_times, all_times, "timing"))
    if (y_hi != "") see_y(y_hi * (y_hi / y_lo) ^ 0.08)    # room for the caches' names
    lay(1, "count", 0)
    caches()
    put_head(f, estimator(workload) \
        (cache_engine == "" ? "" : "\nShaded: where the record of " the(cache_engine) " outgrows a cache") ". " machine())
}

# Where the tape's record (bytes an operation times operations) outgrows each cache.
function caches(    i, j, e, s, best, key, k, n, at, from, x, width) {
    cache_engine = ""
    for (i = 1; i <= engines; i++) {
        e = engine_at[i]
        for (j = 1; j <= sizes[workload]; j++) {
            s = size_at[workload, j]
            if (!((workload, e, s, "bytes_per_op") in value) || value[workload, e, s, "bytes_per_op"] <= 0) continue
            x = value[workload, e, s, "bytes_per_op"]
            if (cache_engine == "" || e == "tape" || (cache_engine != "tape" && cache_engine != e && x < best)) {
                cache_engine = e; best = x
            }
        }
    }
    n = 0
    if (cache_engine != "") {
        split("l1d_bytes l2_bytes l3_bytes", key, " ")
        split("L1d L2 L3", at, " ")
        from = xmin
        for (k = 1; k <= 3; k++) {
            if (!is_number(env[key[k]]) || env[key[k]] <= 0) continue
            x = crossing(cache_engine, env[key[k]])
            width = log(min(max(x, xmin), xmax) / from) / log(xmax / xmin)
            if (width > 0) {
                n++
                cache_from[n] = from; cache_to[n] = min(x, xmax); cache_level[n] = k - 1
                cache_label[n] = width > 0.16 ? "in " at[k] " (" bytes(env[key[k]]) ")" : width > 0.05 ? at[k] : ""
                from = cache_to[n]
            }
        }
        if (n && from < xmax) {
            width = log(xmax / from) / log(xmax / xmin)
            n++
            cache_from[n] = from; cache_to[n] = xmax; cache_level[n] = 3
            cache_label[n] = width > 0.1 ? "in memory" : ""
        }
        if (!n) cache_engine = ""
    }
    if (cache_engine == "") note("No cache is shaded: env.tsv gives no cache sizes, or bench.tsv no bytes_per_op")
    put("caches", n)
    put_numbers("cache_from", n, cache_from); put_numbers("cache_to", n, cache_to)
    put_numbers("cache_level", n, cache_level); put_strings("cache_label", n, cache_label)
}

# The number of operations at which ops * bytes_per_op reaches `size`, between measured sizes
# where there are such, else with the bytes_per_op of the nearest.
function crossing(e, size,    j, s, x, y, x0, y0, b) {
    x0 = ""
    for (j = 1; j <= sizes[workload]; j++) {
        s = size_at[workload, j]
        if (!((workload, e, s, "bytes_per_op") in value) || ops[workload, s] <= 0) continue
        b = value[workload, e, s, "bytes_per_op"]
        if (b <= 0) continue
        x = ops[workload, s]; y = x * b
        if (y >= size) {
            if (x0 == "" || y <= y0) return size / b
            return x0 * (x / x0) ^ (log(size / y0) / log(y / y0))
        }
        x0 = x; y0 = y
    }
    return size / (y0 / x0)
}

function memory_picture(    n, who, i, j, s, f, lo, hi, x, wide) {
    whole_data(workload, "bytes")
    f = ""; n = 0
    for (i = 1; i <= engines && n < 2; i++) {
        # The tape first, then the graph, then the rest.
        who[1] = i == 1 ? "tape" : i == 2 ? "graph" : engine_at[i]
        lo = hi = ""
        for (j = 1; j <= sizes[workload]; j++) {
            s = size_at[workload, j]
            if (!((workload, who[1], s, "bytes_per_op") in value) || ((workload, who[1], s) in failed)) continue
            x = value[workload, who[1], s, "bytes_per_op"]
            if (lo == "" || x < lo) lo = x
            if (hi == "" || x > hi) hi = x
        }
        if (lo == "") continue
        n++
        f = f (n == 1 ? "For each operation " : ", ") the(who[1]) (n == 1 ? " keeps " : " ") span(lo, hi) (n == 1 ? " bytes" : "")
    }
    if (f == "") f = nothing()
    wide = (y_lo != "" && y_lo > 0 && y_hi / y_lo > 30)
    put("log_y", wide)
    lay(wide, "count", 1)
    put_head(f, subject(workload) ". Bytes of the record, divided by its operations; counted, not estimated\n" machine())
}

function speedup_picture(    k, j, f, noise, s, unresolved, loud) {
    new_chart()
    f = speedup_sentence(workload)
    print "series", "slow", "fast", "workload", "size", "ops", "ratio", "lo", "hi", "noise", "resolved" > data
    noise = unresolved = loud = 0
    for (k = 1; k <= pairs; k++) {
        new_series(line_name(slow[k]) " / " line_name(fast[k]), rank_of(slow[k] == "tape" ? fast[k] : slow[k]))
        for (j = 1; j <= ratios[k]; j++) {
            if (ratio_ops[k, j] <= 0) continue
            add(ratio_ops[k, j], ratio_mid[k, j], ratio_lo[k, j], ratio_hi[k, j])
            noise = max(noise, ratio_noise[k, j])
            if (k == main_pair()) see_y(1 + ratio_noise[k, j])
            if (ratio_resolved[k, j] != "yes") unresolved++
            if (k == main_pair() && ratio_is_noisy(k, j)) loud = 1
            print k, slow[k], fast[k], workload, ratio_size[k, j], number(ratio_ops[k, j]), number(ratio_mid[k, j]), \
                number(ratio_lo[k, j]), number(ratio_hi[k, j]), number(ratio_noise[k, j]), ratio_resolved[k, j] > data
        }
    }
    # Engines that failed on a size have no ratio there: their marks stand at the bottom.
    for (k = 1; k <= pairs; k++) for (j = 1; j <= sizes[workload]; j++) {
        s = size_at[workload, j]
        if ((((workload, slow[k], s) in failed) || ((workload, fast[k], s) in failed)) && ops[workload, s] > 0) {
            see_x(ops[workload, s]); fails[k]++; fail_x[k] = ops[workload, s]
            print k, slow[k], fast[k], workload, s, number(ops[workload, s]), "-", "-", "-", "-", "failed" > data
        }
    }
    if (loud) note(noisy_means ", or a noise above 20 %")
    if (unresolved) note("Crossed out: not resolved (the interval holds 1, or the effect is within the noise)")
    # The noise was measured at every size; a single one is drawn as a bar of the whole width.
    put("noise", noise); put("noise_series", main_pair()); put("noise_points", ratios[main_pair()])
    see_y(1 / (1 + noise)); see_y(1)
    end(x_hi, 1, noise > 0 ? "noise ≤ " percent(noise) : "equal", 0)
    # On a logarithmic axis one wide interval does not press the others together.
    lay(1, "times", 0)
    put_head(f, subject(workload) ". Median of the paired ratio over " rounds_of(workload) ", with its 95 % interval\n" \
        "Grey: the noise, an engine racing itself. " machine())
}

function rank_of(e) { return (e in rank) ? rank[e] : engines + 1 }

function is_quiet(w, e, s) { return timed(w, e, s, "whole") && !is_noisy_time(w, e, s) }

# One bar a size: its phases stacked, the whole beside them as a mark.
function phases_picture(    i, j, k, n, e, s, shown, from, f, who, biggest, total, x, top, used, used_at, share, p, missing, \
    n_who, first, across, down) {
    new_chart()
    used = 0
    for (k = 1; k <= phases; k++) {
        p = 0
        for (i = 1; i <= engines; i++) for (j = 1; j <= sizes[workload]; j++)
            if (timed(workload, engine_at[i], size_at[workload, j], phase_at[k])) p = 1
        if (p) used_at[++used] = phase_at[k]
    }
    # At most five sizes, the smallest and the largest among them.
    n = min(5, sizes[workload])
    for (k = 1; k <= n; k++) from[k] = n == 1 ? 1 : 1 + int((k - 1) * (sizes[workload] - 1) / (n - 1) + 0.5)
    printf "series\tengine\tworkload\tsize\tops\tbar\tverdict" > data
    for (k = 1; k <= used; k++) printf "\t%s", used_at[k] > data
    printf "\twhole\n" > data
    series = 0
    for (i = 1; i <= engines; i++) {
        e = engine_at[i]
        if (!has_engine(workload, e) || !has_phases(workload, e)) continue
        series++
        series_name[series] = e; series_style[series] = i
        top = 0
        for (j = 1; j <= n; j++) {
            s = size_at[workload, from[j]]
            bar_name[j] = s
            if (!((workload, e, s) in seen) || ops[workload, s] <= 0) continue
            printf "%d\t%s\t%s\t%s\t%s\t%d\t%s", series, e, workload, s, number(ops[workload, s]), j, \
                ((workload, e, s) in failed) ? "fail" : "pass" > data
            total = 0
            for (k = 1; k <= used; k++) {
                x = timed(workload, e, s, used_at[k]) ? value[workload, e, s, used_at[k], "ns"] / ops[workload, s] : 0
                total += x
                printf "\t%s", number(x) > data
            }
            x = timed(workload, e, s, "whole") ? value[workload, e, s, "whole", "ns"] / ops[workload, s] : ""
            printf "\t%s\n", x == "" ? "-" : number(x) > data
            top = max(top, max(total, x == "" ? 0 : x))
            if ((workload, e, s) in failed) missing = 1
        }
        panel_top[series] = top > 0 ? top * 1.2 : 1
        panel_step[series] = round_step(panel_top[series], 5)
    }
    f = ""
    n_who = protagonists(workload, who)
    for (i = 1; i <= n_who; i++) {
        for (j = sizes[workload]; j > 1 && !is_quiet(workload, who[i], size_at[workload, j]); j--) ;
        if (!is_quiet(workload, who[i], size_at[workload, j])) j = sizes[workload]
        for (; j > 1 && !timed(workload, who[i], size_at[workload, j], "whole"); j--) ;
        s = size_at[workload, j]; total = 0; biggest = ""; x = 0
        for (k = 1; k <= used; k++) if (timed(workload, who[i], s, used_at[k])) {
            total += value[workload, who[i], s, used_at[k], "ns"]
            if (value[workload, who[i], s, used_at[k], "ns"] + 0 > x) {
                x = value[workload, who[i], s, used_at[k], "ns"] + 0; biggest = used_at[k]
            }
        }
        if (biggest == "") continue
        share = percent(x / total)
        f = f (f == "" ? capital(the(who[i])) " spends " share " of its time " doing(biggest) \
            : ", " the(who[i]) " " share (biggest == first ? "" : " " doing(biggest)))
        if (first == "") first = biggest
    }
    if (f == "") f = nothing()
    if (missing) note("Hollow bar: failed its verification there, so it was not timed")
    spread(0)
    new_ticks(); put_ticks("x"); put_ticks("y")
    across = series <= 4 ? series : int((series + 1) / 2)
    down = int((series + across - 1) / max(1, across))
    height = down > 1 ? 600 + 320 * (down - 1) : 600
    for (k = 1; k <= series; k++) series_name[k] = shorten(series_name[k], max(10, int(100 / across)))
    put("across", across); put("down", down)
    put("series", series); put("phases", used); put("bars", n)
    put_strings("name", series, series_name); put_numbers("style", series, series_style)
    put_strings("phase", used, used_at); put_strings("bar_name", n, bar_name)
    put_numbers("panel_top", series, panel_top); put_numbers("panel_step", series, panel_step)
    keep("bar_label = " quote(workload == "mlp" ? "width of the MLP" : "size of " workload))
    put_head(f, subject(workload) ". Median of each phase over " rounds_of(workload) "; dash: the whole, timed in one piece\n" \
        "Nanoseconds per operation, each engine on its own scale. " machine())
}

function doing(p) {
    return p == "record" ? "recording" : p == "order" ? "ordering" : p == "backward" ? "walking backward" : \
        p == "free" ? "freeing" : "on " p
}

# ---- the two moons ------------------------------------------------------------------------------

function copy(name,    r, i, s) {
    s = column[name, 1]
    for (i = 2; i <= columns[name]; i++) s = s "\t" column[name, i]
    print s > data
    for (r = 1; r <= rows[name]; r++) {
        s = cell[name, r, column[name, 1]]
        for (i = 2; i <= columns[name]; i++) s = s "\t" (cell[name, r, column[name, i]] == "" ? "-" : cell[name, r, column[name, i]])
        print s > data
    }
}

# Points and grid share one file: two blank lines part them, the grid's scan lines are parted by one.
function boundary_picture(    r, n, x, y, f, plus, minus, last, k, d, best, j, s, g, label, previous, hits, scans) {
    n = rows["moons_points"]; g = rows["moons_boundary"]
    print "x0", "x1", "score" > data
    previous = ""; plus = minus = 0; x_lo = x_hi = y_lo = y_hi = ""; s_hi = 0
    for (r = 1; r <= g; r++) {
        if (!is_number(cell["moons_boundary", r, "score"])) continue
        if (cell["moons_boundary", r, "x0"] != previous) { if (previous != "") print "" > data; scans++ }
        previous = cell["moons_boundary", r, "x0"]
        grid_x[r] = cell["moons_boundary", r, "x0"] + 0; grid_y[r] = cell["moons_boundary", r, "x1"] + 0
        grid_s[r] = cell["moons_boundary", r, "score"] + 0
        print cell["moons_boundary", r, "x0"], cell["moons_boundary", r, "x1"], cell["moons_boundary", r, "score"] > data
        see_x(grid_x[r]); see_y(grid_y[r])
        grid_lo_x = x_lo; grid_hi_x = x_hi; grid_lo_y = y_lo; grid_hi_y = y_hi
        s_hi = max(s_hi, grid_s[r] < 0 ? -grid_s[r] : grid_s[r])
        if (grid_s[r] > 0) plus++
        if (grid_s[r] < 0) minus++
    }
    printf "\n\nx0\tx1\tlabel\tside\n" > data
    hits = 0; n_points = 0
    for (r = 1; r <= n; r++) {
        if (!is_number(cell["moons_points", r, "x0"])) continue
        x = cell["moons_points", r, "x0"] + 0; d = cell["moons_points", r, "x1"] + 0
        label = cell["moons_points", r, "label"] > 0 ? 1 : -1
        best = ""; s = 0
        for (k in grid_s) {
            j = (grid_x[k] - x) ^ 2 + (grid_y[k] - d) ^ 2
            if (best == "" || j < best) { best = j; s = grid_s[k] }
        }
        n_points++
        k = (s > 0 ? 1 : -1) == label
        hits += k
        print cell["moons_points", r, "x0"], cell["moons_points", r, "x1"], label, k ? "right" : "wrong" > data
        see_x(x); see_y(d)
    }
    last = rows["moons_curve"]
    if (!g) f = "The moons' boundary was not computed"
    else if (hits == n_points)
        f = "The trained network puts " (n_points == 1 ? "the one point on its side" : "all " n_points " points on their side")
    else f = "The trained network puts " hits " of " n_points " points on their side"
    if (x_lo == "") { x_lo = -1; x_hi = 1; y_lo = -1; y_hi = 1 }
    # A grid point is the middle of a cell: half a cell more on every side.
    if (scans > 1 && g > scans) {
        x = (grid_hi_x - grid_lo_x) / (scans - 1) / 2; y = (grid_hi_y - grid_lo_y) / (g / scans - 1) / 2
        see_x(grid_lo_x - x); see_x(grid_hi_x + x); see_y(grid_lo_y - y); see_y(grid_hi_y + y)
    }
    xmin = x_lo; xmax = x_hi > x_lo ? x_hi : x_lo + 1; ymin = y_lo; ymax = y_hi > y_lo ? y_hi : y_lo + 1
    put("xmin", xmin); put("xmax", xmax); put("ymin", ymin); put("ymax", ymax)
    aspect = (ymax - ymin) / (xmax - xmin)
    put("score", s_hi > 0 ? s_hi : 1)
    put("boundary", plus > 0 && minus > 0); put("wrong", n_points - hits)
    linear_ticks(xmin, xmax, "plain", 6); put_ticks("x")
    linear_ticks(ymin, ymax, "plain", 5); put_ticks("y")
    ends = 0; spread(0); put("right", 0.8)
    s = last ? " after " plural(last, "step") " of training" : ""
    put_head(f, "Two moons: the network's score" s ", and where it is zero\n" machine())
}

function loss_picture(    r, i, k, c, x, y, f, gap, off, pct, lo, first_loss, last_loss, a, b, \
    n, published, accuracy, lo_acc, has_accuracy, scale) {
    copy("moons_curve")
    new_chart()
    n = rows["moons_curve"]; gap = off = ""; pct = 0; published = 0
    split("loss_graph loss_tape loss_published", c, " ")
    for (r = 1; r <= n; r++) {
        a = cell["moons_curve", r, "loss_graph"]; b = cell["moons_curve", r, "loss_tape"]
        if (is_number(a) && is_number(b)) { y = a - b; if (y < 0) y = -y; if (gap == "" || y > gap) gap = y }
        y = is_number(b) ? b : a
        if (is_number(y)) { if (first_loss == "") first_loss = y; last_loss = y }
        x = cell["moons_curve", r, "loss_published"]
        if (is_number(x)) {
            published++
            if (is_number(y)) { x -= y; if (x < 0) x = -x; if (off == "" || x > off) off = x }
        }
        x = cell["moons_curve", r, "accuracy"]
        if (is_number(x)) { pct = max(pct, x); accuracy = x; if (lo_acc == "" || x < lo_acc) lo_acc = x }
    }
    has_accuracy = (pct > 0 || accuracy != "")
    scale = pct > 1.000001 ? 1 : 100
    for (i = 1; i <= 3; i++) {
        new_series(i == 1 ? "graph" : i == 2 ? "tape" : "published", i == 3 ? 7 : i)
        for (r = 1; r <= n; r++) {
            x = cell["moons_curve", r, "step"] + 0; y = cell["moons_curve", r, c[i]]
            if (is_number(y) && y > 0) add(x, y + 0, y + 0, y + 0)
        }
        if (last_x[i] != "") end(last_x[i], last_y[i], series_name[i], series_style[i])
    }
    if (x_lo == "") { x_lo = 0; x_hi = 1 }
    if (y_lo == "") { y_lo = 0.1; y_hi = 1 }
    if (x_hi == x_lo) x_hi = x_lo + 1
    xmin = x_lo - 0.015 * (x_hi - x_lo); xmax = x_hi + 0.015 * (x_hi - x_lo)
    k = max(1.15, (y_hi / y_lo) ^ 0.06)
    ymin = y_lo / k; ymax = y_hi * k
    apart = 0.085
    spread(1)
    put("xmin", xmin); put("xmax", xmax); put("ymin", ymin); put("ymax", ymax)
    linear_ticks(xmin, xmax, "plain", 8); put_ticks("x")
    log_ticks(ymin, ymax, "plain"); put_ticks("y")
    put("published_every", published > 40 ? int(published / 25) : 1)
    put("steps", n); put("has_accuracy", has_accuracy); put("scale", scale)
    lo = has_accuracy ? floor((lo_acc * scale - 2) / 10) * 10 : 0
    put("accuracy_lo", max(0, lo))
    keep("accuracy_label = " quote(has_accuracy ? trim(sprintf("%.1f", accuracy * scale)) " %" : ""))
    if (first_loss == "") f = "No loss was recorded"
    else {
        f = "The loss falls from " say(first_loss) " to " say(last_loss)
        if (gap != "") f = f "; " (gap + 0 == 0 ? "graph and tape agree to the last bit" : "graph and tape differ by " say(gap) " at most")
    }
    put_head(f, "Two moons, " plural(n, "step") " of training, each gradient by both engines" \
        (off == "" ? "" : "; published figures met within " say(off)) "\n" machine())
}
