# ladder: a row an engine, the slowest first; a panel a size; nanoseconds an operation, with their
# interval. The dashed lines are the gradient by hand.

tsv = picture.".tsv"
at(p) = column("panel") == p && stringcolumn("verdict") eq "pass"
of(p, i, y) = (at(p) && column("style") == i) ? y : NaN
failed(p) = (column("panel") == p && stringcolumn("verdict") eq "fail") ? column("row") : NaN
brief(ns) = ns < 9.995 ? sprintf("%.2f", ns) : sprintf("%.0f", ns)

set style textbox opaque margins 0.2, 0.2 noborder
set border 1
set ytics scale 0
set grid xtics noytics
set logscale x
set xrange [xmin:xmax]
set yrange [rungs + 0.7:0.3]
set multiplot
do for [p = 1:panels] {
    left_edge = 0.19 + (p - 1) * (0.79 / panels)
    set lmargin at screen left_edge
    set rmargin at screen left_edge + 0.79 / panels - 0.025
    set tmargin at screen top - 1.9 * line
    set bmargin at screen 72.0 / height
    set xtics ()
    set for [i = 1:u_ticks] xtics add (u_text[i] u_tick[i])
    set for [i = 1:u_minors] xtics add ("" u_minor[i] 1)
    unset ytics
    if (p == 1) { do for [i = 1:rungs] { set label 200 + i rung_name[i] at graph 0, first i offset -0.8, 0 right textcolor rgb ink(rung_style[i]) } }
    set label 3 panel_name[p] at graph 0, graph 1 offset 0, 1.9 left textcolor rgb "#333333"
    do for [k = 1:hands] {
        if (hand_panel[k] == p) {
            set arrow 30 + k from first hand_x[k], graph 0 to first hand_x[k], graph 1 nohead back dashtype 2 linecolor rgb "#000000" linewidth 1
            if (hand_name[k] eq "strict") { set label 30 + k hand_name[k] at first hand_x[k], graph 1 offset -0.4, 0.6 left font "Arial,12" textcolor rgb "#333333" } else { set label 30 + k hand_name[k] at first hand_x[k], graph 1 offset 0.4, 0.6 right font "Arial,12" textcolor rgb "#333333" }
        }
    }
    set xlabel "ns per operation" textcolor rgb "#333333" offset 0, 0.2
    plot \
        for [i = 1:7] tsv using "ns_per_op":(of(p, i, column("row"))):"lo":"hi" with xerrorbars linecolor rgb colour(i) linewidth 1.5 pointtype solid(i) pointsize mark(1.1), \
        tsv using (column("hi") * 1.12):(at(p) ? column("row") : NaN):(brief(column("ns_per_op"))) with labels boxed left font "Arial,11" textcolor rgb "#333333", \
        tsv using (xmin * 1.15):(failed(p)) with points pointtype hollow(2) pointsize mark(1.3) linewidth 1.5 linecolor rgb "#A32A00", \
        tsv using (xmin * 1.4):(failed(p)):("failed") with labels left font "Arial,11" textcolor rgb "#A32A00"
    unset label 1
    unset label 2
    do for [i = 1:rungs] { unset label 200 + i }
    do for [k = 1:hands] { unset label 30 + k; unset arrow 30 + k }
}
unset multiplot
set output
