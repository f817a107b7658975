# moons_boundary: the trained network's score over the plane, blue below zero, orange above,
# the line where it is zero, and the points it was trained on.

set size ratio -1
unset grid
set xrange [xmin:xmax]
set yrange [ymin:ymax]
set xlabel "x0" textcolor rgb "#333333" offset 0, 0.3
set label 3 "x1" at graph 0, graph 1.045 left textcolor rgb "#333333"
unset datafile columnheaders
set datafile separator whitespace    # as gnuplot writes a contour
tsv = picture.".tsv"

# The line where the score is zero, on a table of its own.
if (boundary) {
    unset surface
    set contour base
    set cntrparam levels discrete 0
    set table $zero
    splot tsv index 0 skip 1 using 1:2:3
    unset table
    unset contour
}

# Light, and white at zero, so that the line and the points stand out.
unset colorbox
set cbrange [-score:score]
set palette defined (-1 "#5BA7D6", -0.15 "#CFE5F3", 0 "#FFFFFF", 0.15 "#FBE3C3", 1 "#F0B45A")

# The marks are labels of their own: as points of the text's label they would stand too low.
set label 60 "score above 0" at graph 1.03, graph 0.95 left textcolor rgb "#8A5F00"
set label 61 "label 1" at graph 1.075, graph 0.89 left textcolor rgb "#333333"
set label 62 "score below 0" at graph 1.03, graph 0.80 left textcolor rgb "#005A8E"
set label 63 "label -1" at graph 1.075, graph 0.74 left textcolor rgb "#333333"
set label 71 "" at graph 1.05, graph 0.89 point pointtype 9 pointsize mark(1.2) linecolor rgb "#A84A00"
set label 73 "" at graph 1.05, graph 0.74 point pointtype 7 pointsize mark(1) linecolor rgb "#005A8E"
if (wrong) {
    set label 64 "wrong side" at graph 1.075, graph 0.65 left textcolor rgb "#333333"
    set label 74 "" at graph 1.05, graph 0.65 point pointtype 6 pointsize mark(2) linecolor rgb "#000000"
}

if (boundary) {
    plot tsv index 0 skip 1 using 1:2:3 with image, \
        $zero using 1:2 with lines linecolor rgb "#222222" linewidth 2, \
        tsv index 1 every ::1 using 1:(column(3) > 0 ? column(2) : NaN) with points pointtype 9 pointsize mark(1.1) linecolor rgb "#A84A00", \
        tsv index 1 every ::1 using 1:(column(3) < 0 ? column(2) : NaN) with points pointtype 7 pointsize mark(0.9) linecolor rgb "#005A8E", \
        tsv index 1 every ::1 using 1:(strcol(4) eq "wrong" ? column(2) : NaN) with points pointtype 6 pointsize mark(2) linewidth 1.5 linecolor rgb "#000000"
} else {
    plot tsv index 0 skip 1 using 1:2:3 with image, \
        tsv index 1 every ::1 using 1:(column(3) > 0 ? column(2) : NaN) with points pointtype 9 pointsize mark(1.1) linecolor rgb "#A84A00", \
        tsv index 1 every ::1 using 1:(column(3) < 0 ? column(2) : NaN) with points pointtype 7 pointsize mark(0.9) linecolor rgb "#005A8E", \
        tsv index 1 every ::1 using 1:(strcol(4) eq "wrong" ? column(2) : NaN) with points pointtype 6 pointsize mark(2) linewidth 1.5 linecolor rgb "#000000"
}
set output
