# calibration: how far the true error is from the checker's bound, as the share of partials within;
# the higher the line, the safer the bound; grey is where a promise would be broken.

set logscale xy
set xrange [xmin:xmax]
set yrange [ymax:ymin]
set xlabel "true error / error bound" textcolor rgb "#333333" offset 0, -0.2
set label 3 "share of partials within" at graph 0, graph 1.045 left textcolor rgb "#333333"
tsv = picture.".tsv"

# 97 % within 1, 99 % within 8: below these steps the promise is broken.
set object 1 rectangle from first 1, graph 0 to first 8, first 0.03 behind fillcolor rgb "#DDDDDD" fillstyle solid 1 noborder
set object 2 rectangle from first 8, graph 0 to graph 1, first 0.01 behind fillcolor rgb "#DDDDDD" fillstyle solid 1 noborder
seen(beyond) = beyond > beyond_least ? beyond : beyond_least
set label 10 "97 % promised" at first 1.15, first 0.03 offset 0, -0.75 left textcolor rgb "#444444"
set label 11 "99 % promised" at first 9.2, first 0.01 offset 0, -0.75 left textcolor rgb "#444444"
set label 12 text_1 at first 1, first seen(1 - within_1) offset -1, 0.7 right textcolor rgb ink(2)
set label 13 text_8 at first 8, first seen(1 - within_8) offset -1, 0.7 right textcolor rgb ink(2)
set label 14 "" at first 1, first seen(1 - within_1) point pointtype 5 pointsize mark(1.2) linecolor rgb colour(2)
set label 15 "" at first 8, first seen(1 - within_8) point pointtype 5 pointsize mark(1.2) linecolor rgb colour(2)

plot \
    "+" using (1):(0.03) every ::0::0 with points pointtype 4 pointsize mark(1.2) linecolor rgb "#444444" linewidth 1.5, \
    "+" using (8):(0.01) every ::0::0 with points pointtype 4 pointsize mark(1.2) linecolor rgb "#444444" linewidth 1.5, \
    tsv using "ratio":"share_beyond" with steps linecolor rgb colour(2) linewidth 2
set output
