# memory: bytes an engine keeps for each operation, against operations.

set logscale x
if (log_y) { set logscale y }
set xrange [xmin:xmax]
set yrange [ymin:ymax]
set xlabel "operations in one gradient" textcolor rgb "#333333" offset 0, -0.2
set label 3 "bytes per operation" at graph 0, graph 1.045 left textcolor rgb "#333333"

of(i, y) = column("series") == i ? y : NaN
passed(i, y) = (column("series") == i && stringcolumn("verdict") eq "pass") ? y : NaN
failed(i, y) = (column("series") == i && stringcolumn("verdict") eq "fail") ? y : NaN
tsv = picture.".tsv"

plot \
    for [i = 1:series] tsv using (passed(i, column("ops"))):"bytes_per_op" with linespoints linecolor rgb colour(style[i]) linewidth 2 pointtype solid(style[i]) pointsize mark(0.9), \
    for [i = 1:series] tsv using (failed(i, column("ops"))):(fail_y[i]) with points linecolor rgb colour(style[i]) linewidth 1.5 pointtype hollow(style[i]) pointsize mark(1.3)
set output
