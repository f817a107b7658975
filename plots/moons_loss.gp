# moons_loss: the loss at each step by graph (wide, light) and by tape (narrow, on it), with the
# published figures as circles; below, the accuracy.

tsv = picture.".tsv"
set xrange [xmin:xmax]
lone = steps > 2 ? 0 : mark(1)    # a line of one point cannot be seen
set multiplot

set bmargin at screen (has_accuracy ? 0.40 : 0.135)
set logscale y
set yrange [ymin:ymax]
set label 3 "loss" at graph 0, graph 1.06 left textcolor rgb "#333333"
if (has_accuracy) { set xtics (); set for [i = 1:x_ticks] xtics add ("" x_tick[i]) } else { set xlabel "step" }
plot \
    tsv using "step":"loss_graph" with linespoints pointtype 7 pointsize lone linecolor rgb "#F4BE98" linewidth 7, \
    tsv using "step":"loss_tape" with linespoints pointtype 5 pointsize lone linecolor rgb colour(2) linewidth 1.5, \
    tsv using "step":"loss_published" every published_every with points linecolor rgb "#000000" pointtype 6 pointsize mark(1) linewidth 1.2

if (has_accuracy) {
    do for [i = 1:ends] { unset label 100 + i; unset arrow 100 + i }
    unset label 1
    unset label 2
    unset logscale y
    set xtics ()
    set for [i = 1:x_ticks] xtics add (x_text[i] x_tick[i])
        set tmargin at screen 0.315
    set bmargin at screen 0.135
    set yrange [accuracy_lo:102]
    # The text of a tick is a format once more.
    set ytics ()
    do for [percent in sprintf("%g %g 100", accuracy_lo, 0.5 * (accuracy_lo + 100))] { set ytics add (percent." %%" real(percent)) }
    set label 3 "accuracy" at graph 0, graph 1.15
    set xlabel "step" textcolor rgb "#333333" offset 0, 0.2
    set label 4 accuracy_label at graph 1.03, first real(accuracy_label) left textcolor rgb ink(3)
    plot tsv using "step":(scale * column("accuracy")) with lines linecolor rgb colour(3) linewidth 2
}
unset multiplot
set output
