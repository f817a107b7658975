# speedup: how many times longer the slower engine takes, against operations, with the 95 %
# interval of the paired ratio. The grey band at 1 is the noise: an engine racing itself.

set logscale xy
set xrange [xmin:xmax]
set yrange [ymin:ymax]
set xlabel "operations in one gradient" textcolor rgb "#333333" offset 0, -0.2
set label 3 "times as long" at graph 0, graph 1.045 left textcolor rgb "#333333"

if (noise > 0 && noise_points == 1) { set object 1 rectangle from graph 0, first (1 / (1 + noise)) to graph 1, first 1 + noise behind fillcolor rgb "#BDBDBD" fillstyle solid 1 noborder }

of(i, y) = column("series") == i ? y : NaN
failed(i, y) = (column("series") == i && stringcolumn("resolved") eq "failed") ? y : NaN
unresolved(i, y) = (column("series") == i && stringcolumn("resolved") ne "yes" && stringcolumn("resolved") ne "failed") ? y : NaN
tsv = picture.".tsv"

plot [x = xmin:xmax] \
    tsv using (of(noise_series, column("ops"))):(1 / (1 + column("noise"))):(1 + column("noise")) with filledcurves linecolor rgb "#BDBDBD" fillstyle solid 1, \
    1 with lines linecolor rgb colour(0) linewidth 1, \
    for [i = 1:series] tsv using (of(i, column("ops"))):"lo":"hi" with filledcurves linecolor rgb colour(style[i]), \
    for [i = 1:series] tsv using (of(i, column("ops"))):"ratio":"lo":"hi" with yerrorbars linecolor rgb colour(style[i]) linewidth 1 pointtype 0, \
    for [i = 1:series] tsv using (of(i, column("ops"))):"ratio" with linespoints linecolor rgb colour(style[i]) linewidth 2 pointtype solid(style[i]) pointsize mark(0.9), \
    for [i = 1:series] tsv using (unresolved(i, column("ops"))):"ratio" with points linecolor rgb "#000000" linewidth 1.5 pointtype 2 pointsize mark(1.6), \
    for [i = 1:series] tsv using (failed(i, column("ops"))):(fail_y[i]) with points linecolor rgb colour(style[i]) linewidth 1.5 pointtype hollow(style[i]) pointsize mark(1.3)
set output
