# ulps: the worst error of each value and partial in units in the last place; one row an operation,
# worst first; a bar is the bound, a hollow mark a stated exception.

tsv = picture.".tsv"
hues = "#1B1B1B #0072B2 #D55E00 #009E73 #CC79A7 #E69F00"
shapes = "7 5 9 13 11 15"
hue(i) = word(hues, (i - 1) % words(hues) + 1)
shape(i) = int(word(shapes, (i - 1) % words(shapes) + 1))

# The key, in one row under the subtitle.
x = 0.028
do for [k = 1:ofs] {
    set label 20 + k of_name[k] at screen x + 0.014, top + 0.2 * line left front textcolor rgb "#333333"
    set label 40 + k "" at screen x, top + 0.24 * line front point pointtype shape(k) pointsize mark(1) linecolor rgb hue(k)
    x = x + 0.05 + 0.0085 * strlen(of_name[k])
}
set arrow 90 from screen x, top + 0.0 * line to screen x, top + 0.5 * line nohead front linecolor rgb "#000000" linewidth 2
set label 90 "bound" at screen x + 0.01, top + 0.2 * line left front textcolor rgb "#333333"

# Marks of one row stand a little below each other, so that none hides another.
place(i) = column("row") + 0.19 * (i - 0.5 * (ofs + 1))
here(p, i, exception) = column("panel") == p && column("mark") == i && stringcolumn("off") eq "no" && stringcolumn("exception") eq exception
met(p, i) = here(p, i, "no") ? place(i) : NaN
excepted(p, i) = here(p, i, "yes") ? place(i) : NaN
off(p) = (column("panel") == p && stringcolumn("off") eq "yes") ? place(column("mark")) : NaN
blame(verdict) = verdict eq "pass" ? 0x595959 : 0xA32A00
bar(p) = (column("panel") == p && column("bound") <= edge) ? column("row") : NaN
how_far(s) = s eq "inf" ? "lost" : gprintf("%.1te%.0T", real(s))

set border 1
set ytics scale 0
set xrange [0:edge]
set yrange [in_panel + 0.6:0.4]
set multiplot
do for [p = 1:panels] {
    set lmargin at screen 0.105 + (p - 1) * 0.49
    set rmargin at screen (panels == 1 ? 0.965 : 0.105 + (p - 1) * 0.49 + 0.37)
    set tmargin at screen top - 0.35 * line
    set bmargin at screen 72.0 / height
    set xtics ()
    set for [i = 1:u_ticks] xtics add (u_text[i] u_tick[i])
    set ytics ()
    shown = p == 1 ? in_panel : ops - in_panel
    set for [i = 1:shown] ytics add (op_name[i + (p - 1) * in_panel] i)
    set xlabel "ulps" textcolor rgb "#333333" offset 0, 0.3
    plot \
        tsv using "bound":(bar(p) - 0.5):(0):(1) with vectors nohead linecolor rgb "#000000" linewidth 1.5, \
        for [i = 1:ofs] tsv using "x":(met(p, i)) with points pointtype shape(i) pointsize mark(0.95) linecolor rgb hue(i), \
        for [i = 1:ofs] tsv using "x":(excepted(p, i)) with points pointtype shape(i) - 1 pointsize mark(1.1) linewidth 1.3 linecolor rgb hue(i), \
        tsv using (edge * 0.88):(off(p)):(edge * 0.12):(0):(blame(stringcolumn("verdict"))) with vectors head filled linecolor rgb variable linewidth 1.5, \
        tsv using (edge * 0.86):(off(p)):(stringcolumn("of")." ".how_far(stringcolumn("ulps"))):(blame(stringcolumn("verdict"))) with labels right font "Arial,11" textcolor rgb variable
    unset label 1
    unset label 2
    unset label 90
    unset arrow 90
    do for [k = 1:ofs] { unset label 20 + k; unset label 40 + k }
}
unset multiplot
set output
