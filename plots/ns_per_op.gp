# ns_per_op: nanoseconds an operation against operations; shaded, where the tape's record
# outgrows L1, L2 and L3. A flat line is a cost that does not depend on the program's size.

set logscale xy
set xrange [xmin:xmax]
set yrange [ymin:ymax]
set xlabel "operations in one gradient" textcolor rgb "#333333" offset 0, -0.2
set label 3 "nanoseconds per operation" at graph 0, graph 1.045 left textcolor rgb "#333333"

shades = "#FFFFFF #F5F5F5 #EBEBEB #DFDFDF"
do for [i = 1:caches] {
    set object i rectangle from first cache_from[i], graph 0 to first cache_to[i], graph 1 behind fillcolor rgb word(shades, int(cache_level[i]) + 1) fillstyle solid 1 noborder
    set label 50 + i cache_label[i] at first sqrt(cache_from[i] * cache_to[i]), graph 0.965 center font "Arial,12" textcolor rgb "#595959"
}

of(i, y) = column("series") == i ? y : NaN
failed(i, y) = (column("series") == i && stringcolumn("verdict") eq "fail") ? y : NaN
per_op(what) = column(what) / column("ops")
tsv = picture.".tsv"

plot \
    for [i = 1:series] tsv using (of(i, column("ops"))):(per_op("lo")):(per_op("hi")) with filledcurves linecolor rgb colour(style[i]), \
    for [i = 1:series] tsv using (of(i, column("ops"))):(per_op("ns")):(per_op("lo")):(per_op("hi")) with yerrorbars linecolor rgb colour(style[i]) linewidth 1 pointtype 0, \
    for [i = 1:series] tsv using (of(i, column("ops"))):(per_op("ns")) with linespoints linecolor rgb colour(style[i]) linewidth 2 pointtype solid(style[i]) pointsize mark(0.9), \
    for [i = 1:series] tsv using (failed(i, column("ops"))):(fail_y[i]) with points linecolor rgb colour(style[i]) linewidth 1.5 pointtype hollow(style[i]) pointsize mark(1.3)
set output
