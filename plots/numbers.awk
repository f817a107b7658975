# numbers.awk: say a number as a person would: 4.7, "12 µs", "48 KiB", "9.1 to 15".
# Used by draw (pictures.awk) and by report (page.awk). POSIX awk only.

function is_number(s) {
    return s ~ /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/
}

function log10(x) { return log(x) / log(10) }

function floor(x,    k) { k = int(x); return k > x ? k - 1 : k }

function max(a, b) { return a > b ? a : b }
function min(a, b) { return a < b ? a : b }

# Two significant digits below 100, three where a ratio is close to 1, whole above.
function say(x,    a) {
    if (!is_number(x)) return "unknown"
    x += 0
    a = x < 0 ? -x : x
    if (a == 0) return "0"
    if (a >= 1e7 || a < 1e-3) return exponent(sprintf("%.1e", x))
    if (a >= 9.95) return sprintf("%.0f", x)
    if (a >= 1.995) return trim(sprintf("%.1f", x))
    if (a >= 0.0995) return trim(sprintf("%.2f", x))
    return sprintf("%.2g", x)
}

# 5.0e-07 reads better as 5e-7.
function exponent(s) {
    sub(/\.0+e/, "e", s)
    sub(/e\+0*/, "e", s)
    sub(/e-0*/, "e-", s)
    return s
}

function trim(s) {    # 1.50 is 1.5, 2.0 is 2
    if (s ~ /\./ && s !~ /e/) { sub(/0+$/, "", s); sub(/\.$/, "", s) }
    return s
}

# A tick of an axis: the value, in the unit that suits it, with no digit too many.
function tick(x, kind,    a) {
    a = x < 0 ? -x : x
    if (kind == "percent") return trim(sprintf("%.6g", x)) " %"
    if (kind == "plain") return (a != 0 && (a >= 1e6 || a < 1e-4)) ? exponent(sprintf("%.1e", x)) : trim(sprintf("%.6g", x))
    if (kind == "ns") return duration(x)
    if (a >= 1e16) return exponent(sprintf("%.1e", x))
    if (a >= 1e12) return trim(sprintf("%.3g", x / 1e12)) " T"
    if (a >= 1e9) return trim(sprintf("%.3g", x / 1e9)) " G"
    if (a >= 1e6) return trim(sprintf("%.3g", x / 1e6)) " M"
    if (a >= 1e3) return trim(sprintf("%.4g", x / 1e3)) " k"
    return trim(sprintf("%.4g", x))
}

function count(x) { return tick(x, "count") }

function duration(ns,    a) {
    if (!is_number(ns)) return "unknown"
    ns += 0
    a = ns < 0 ? -ns : ns
    split(a >= 0.9995e9 ? "1e9 s" : a >= 0.9995e6 ? "1e6 ms" : a >= 0.9995e3 ? "1e3 µs" : "1 ns", unit_of, " ")
    return three(ns / unit_of[1]) " " unit_of[2]
}

# From one time to another, with the unit said once where it is the same.
function duration_span(lo, hi,    a, b, unit) {
    a = duration_digits(lo); unit = unit_of[2]
    b = duration_digits(hi)
    if (unit == unit_of[2]) sub(/ .*/, "", a)
    return a " – " b
}

# Times that stand below each other keep their three digits.
function duration_digits(x) { duration(x); return digits(x / unit_of[1]) " " unit_of[2] }

function three(x) { return trim(digits(x)) }

# Three significant digits, never fewer, for numbers that stand below each other.
function digits(x,    a) {
    x += 0
    a = x < 0 ? -x : x
    if (a == 0) return "0"
    if (a >= 1e7 || a < 9.995e-4) return exponent(sprintf("%.2e", x))
    if (a >= 99.95) return sprintf("%.0f", x)
    if (a >= 9.995) return sprintf("%.1f", x)
    if (a >= 0.9995) return sprintf("%.2f", x)
    return sprintf("%.3f", x)
}

function bytes(b) {
    if (!is_number(b)) return "unknown"
    b += 0
    if (b >= 1073741824) return three(b / 1073741824) " GiB"
    if (b >= 1048576) return three(b / 1048576) " MiB"
    if (b >= 1024) return three(b / 1024) " KiB"
    return b " B"
}

function span(lo, hi) {
    return say(lo) == say(hi) ? say(lo) : say(lo) " to " say(hi)
}

function percent(x) {    # of a fraction
    if (!is_number(x)) return "unknown"
    x *= 100
    if (x >= 9.95 || x == 0) return sprintf("%.0f %%", x)
    if (x >= 0.095) return sprintf("%.1f %%", x)
    return exponent(sprintf("%.1e", x)) " %"
}

function plural(n, noun) { return n " " noun (n == 1 ? "" : "s") }

# "graph" and "tape" are common nouns; any other engine goes by its name.
function the(engine) { return engine == "graph" || engine == "tape" ? "the " engine : engine }

function capital(s) { return toupper(substr(s, 1, 1)) substr(s, 2) }

function workload_name(w) { return w == "mlp" ? "MLP" : w }

function shorten(s, n) { return length(s) > n ? substr(s, 1, n - 1) "…" : s }
