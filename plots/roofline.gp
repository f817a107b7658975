# roofline: nanoseconds an operation against the bytes that it moves; a mark an engine at a size.
# A line is what the machine moves in that time, from a cache or from memory: no mark that lives
# there can stand below it.

set logscale xy
set xrange [xmin:xmax]
set yrange [ymin:ymax]
set xlabel "bytes that an operation moves" textcolor rgb "#333333" offset 0, -0.2
set label 3 "nanoseconds per operation" at graph 0, graph 1.045 left textcolor rgb "#333333"

tsv = picture.".tsv"
of(i, y) = column("series") == i ? y : NaN
large(y) = column("series") == series ? y : NaN

# Marks by size, as named in the corner; colours by family.
shapes = "6 7 4 5"
shape(i) = int(word(shapes, (i + (series < 4 ? 1 : 0) - 1) % words(shapes) + 1))
do for [i = 1:series] {
    set label 20 + i name[i] at graph 0.045, graph 0.955 - 0.05 * (i - 1) left textcolor rgb "#333333"
    set label 40 + i "" at graph 0.025, graph 0.955 - 0.05 * (i - 1) point pointtype shape(i) pointsize mark(1) linecolor rgb "#333333"
}
tone(i) = i == 1 ? 0xD55E00 : i == 2 ? 0x0072B2 : i == 3 ? 0x009E73 : 0x000000
deep(i) = i == 1 ? 0xA84A00 : i == 2 ? 0x005A8E : i == 3 ? 0x00704F : 0x000000

plot [x = xmin:xmax] \
    for [k = 1:roofs] x / roof[k] with lines linecolor rgb "#707070" linewidth 1.2 dashtype 2, \
    for [i = 1:series] tsv using "moved_per_op":(of(i, column("ns_per_op"))):"lo":"hi":(tone(column("style"))) with yerrorbars linecolor rgb variable linewidth 1.3 pointtype shape(i) pointsize mark(1), \
    tsv using "label_x":(large(column("label_y"))):"label":(deep(column("style"))) with labels left offset 0.8, 0.1 font "Arial,11" textcolor rgb variable
set output
