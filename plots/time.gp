# time: nanoseconds a gradient against operations, both axes logarithmic; one line an engine,
# its 95 % interval as a band, a guide of slope 1, a hollow mark where an engine failed.

set logscale xy
set xrange [xmin:xmax]
set yrange [ymin:ymax]
set xlabel "operations in one gradient" textcolor rgb "#333333" offset 0, -0.2
set label 3 "time of one gradient" at graph 0, graph 1.045 left textcolor rgb "#333333"

of(i, y) = column("series") == i ? y : NaN
failed(i, y) = (column("series") == i && stringcolumn("verdict") eq "fail") ? y : NaN
tsv = picture.".tsv"

plot [x = xmin:xmax] \
    guide > 0 ? guide * x : NaN with lines linecolor rgb colour(0) linewidth 1.2 dashtype 2, \
    for [i = 1:series] tsv using (of(i, column("ops"))):"lo":"hi" with filledcurves linecolor rgb colour(style[i]), \
    for [i = 1:series] tsv using (of(i, column("ops"))):"ns":"lo":"hi" with yerrorbars linecolor rgb colour(style[i]) linewidth 1 pointtype 0, \
    for [i = 1:series] tsv using (of(i, column("ops"))):"ns" with linespoints linecolor rgb colour(style[i]) linewidth 2 pointtype solid(style[i]) pointsize mark(0.9), \
    for [i = 1:series] tsv using (failed(i, column("ops"))):(fail_y[i]) with points linecolor rgb colour(style[i]) linewidth 1.5 pointtype hollow(style[i]) pointsize mark(1.3)
set output
