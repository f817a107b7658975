# phases: where an operation's nanoseconds go: one panel an engine, one bar a size, its phases
# stacked; the dash and the number are the whole, timed in one piece: the sum can be checked by eye.

shades = "#0072B2 #E69F00 #009E73 #CC79A7 #56B4E9 #D55E00 #999999"
shade(k) = word(shades, (k - 1) % words(shades) + 1)
tsv = picture.".tsv"

# The key, in one row under the subtitle.
x = 0.02
do for [k = 1:phases] {
    set object 20 + k rectangle from screen x, top + 0.1 * line to screen x + 0.016, top + 0.6 * line front fillcolor rgb shade(k) fillstyle solid 1 noborder
    set label 20 + k phase[k] at screen x + 0.022, top + 0.35 * line left front textcolor rgb "#333333"
    x = x + 0.045 + 0.0085 * strlen(phase[k])
}

edge(k) = k < 1 ? 0 : sum [j = 1:k] column(7 + j)
higher(a, b) = a > b ? a : b
brief(ns) = ns < 1000 ? sprintf("%.3g", ns) : gprintf("%.1s %c", ns)
passed(i, y) = (column("series") == i && stringcolumn("verdict") eq "pass") ? y : NaN
failed(i, y) = (column("series") == i && stringcolumn("verdict") eq "fail") ? y : NaN

unset xlabel
set errorbars 0
set grid noxtics
set xtics scale 0
set xrange [0.4:bars + 0.6]
set border 3
set multiplot
do for [p = 1:series] {
    c = (p - 1) % across
    r = int((p - 1) / across)
    left_edge = 0.065 + c * 0.935 / across
    set lmargin at screen left_edge
    set rmargin at screen left_edge + 0.935 / across - 0.065
    row = top / down
    set tmargin at screen top - r * row - 1.4 * line
    set bmargin at screen top - (r + 1) * row + 2.7 * line
    set yrange [0:panel_top[p]]
    set ytics panel_step[p]
    ns_format = panel_top[p] < 10000 ? "%g" : "%.0s %c"
    set format y ns_format
    set xtics ()
    set for [b = 1:bars] xtics add (bar_name[b] b)
    set label 3 name[p] at graph 0, graph 1 offset 0, 0.8 left textcolor rgb ink(style[p])
    set xlabel bar_label textcolor rgb "#333333" offset 0, 0.2
    plot \
        for [k = 1:phases] tsv using (passed(p, column("bar"))):(0.5 * (edge(k - 1) + edge(k))):(column("bar") - 0.34):(column("bar") + 0.34):(edge(k - 1)):(edge(k)) with boxxyerror linecolor rgb shade(k) fillstyle solid 1 noborder, \
        tsv using (passed(p, column("bar"))):"whole":(0.40) with xerrorbars linecolor rgb "#000000" linewidth 1.5 pointtype -1, \
        tsv using (passed(p, column("bar"))):(higher(edge(phases), column("whole"))):(brief(column("whole"))) with labels offset 0, 0.7 font "Arial,12" textcolor rgb "#333333", \
        tsv using (failed(p, column("bar"))):(0):(column("bar") - 0.34):(column("bar") + 0.34):(0):(panel_top[p] * 0.5) with boxxyerror linecolor rgb colour(style[p]) linewidth 1.5 dashtype 2 fillstyle empty border, \
        tsv using (failed(p, column("bar"))):(panel_top[p] * 0.25):("failed") with labels rotate by 90 font "Arial,12" textcolor rgb ink(style[p])
    unset label 1
    unset label 2
    do for [k = 1:phases] { unset label 20 + k; unset object 20 + k }
}
unset multiplot
set output
