# style.gp: what all pictures share: three formats, one type size, the Okabe-Ito colours, a light grid,
# the finding as title, the estimator and the machine below it, every series named at its line's end.
#
# Needs (draw writes them above): picture, height (420 or more), finding, finding_lines, subtitle, subtitle_lines, right;
# ends, end_x[], end_y[], end_label[], end_style[], label_y[]; for axis x and y: x_ticks, x_tick[], x_text[],
# x_minors, x_minor[].  Without `format` set, the script that holds this draws svg, png and pdf.

if (!exists("format")) {
    do for [format in "svg png pdf"] { load picture.".gp" }
    exit
}
reset
set encoding utf8
# The same sizes everywhere; between terminals the font scale alone differs.
if (format eq "svg") { set terminal svg size 960, height dynamic standalone noenhanced font "Arial,14" fontscale 1.15 name picture }
if (format eq "png") { set terminal pngcairo size 1920, 2 * height noenhanced font "Arial,14" fontscale 1.75 linewidth 2 pointscale 2 background rgb "white" }
if (format eq "pdf") { set terminal pdfcairo size 10in, (height / 96.0)in noenhanced font "Arial,14" fontscale 0.7 linewidth 1.5 pointscale 0.75 }
# Each terminal has its own word for bold, and svg draws marks larger.
bold = format eq "svg" ? "Arial Bold,19" : "Arial:Bold,19"
mark(size) = format eq "svg" ? 0.65 * size : size
set output picture.".".format

set datafile separator "\t"
set datafile missing "-"
set datafile columnheaders

# Style 1 is the graph, 2 the tape, the others as they come; 0 is a guide.
# Names are written in a darker shade of their colour, so that they can be read on white.
colours = "#D55E00 #0072B2 #009E73 #CC79A7 #E69F00 #56B4E9 #000000"
inks    = "#A84A00 #005A8E #00704F #96477A #8A5F00 #1F6F9E #000000"
marks   = "7 5 9 13 11 15"
colour(i) = i < 1 ? "#707070" : word(colours, (i - 1) % words(colours) + 1)
ink(i)    = i < 1 ? "#595959" : word(inks, (i - 1) % words(inks) + 1)
solid(i)  = i < 1 ? 1 : int(word(marks, (i - 1) % words(marks) + 1))
hollow(i) = solid(i) - 1

set style fill transparent solid 0.22 noborder
set border 3 linecolor rgb "#595959" linewidth 1
set tics nomirror out scale 0.6, 0.3 textcolor rgb "#333333"
set grid xtics ytics back linetype 1 dashtype solid linecolor rgb "#DDDDDD" linewidth 0.8
set errorbars 0.5
unset key

# `set title` cannot be flush left: the title and its subtitle are labels. `line` is one line of
# title, in units of the whole picture's height.
line = 0.046 * 600 / height
top = 1 - line * (1.75 + finding_lines + 0.78 * subtitle_lines)
set label 1 finding at screen 0.02, 1 - line left front font bold textcolor rgb "#111111"
set label 2 subtitle at screen 0.02, 1 - line * (1.05 + finding_lines) left front font "Arial,13" textcolor rgb "#595959"
set lmargin at screen 0.085
set rmargin at screen right
set tmargin at screen top
set bmargin at screen 0.135

# Ticks with a text, and small ones between them without.
if (x_ticks) { set xtics (); set for [i = 1:x_ticks] xtics add (x_text[i] x_tick[i]); set for [i = 1:x_minors] xtics add ("" x_minor[i] 1) }
if (y_ticks) { set ytics (); set for [i = 1:y_ticks] ytics add (y_text[i] y_tick[i]); set for [i = 1:y_minors] ytics add ("" y_minor[i] 1) }

# Each name at its line's end, a hair line from the one to the other.
do for [i = 1:ends] {
    set label 100 + i end_label[i] at graph 1.03, graph label_y[i] left front textcolor rgb ink(end_style[i])
    set arrow 100 + i from first end_x[i], first end_y[i] to graph 1.024, graph label_y[i] nohead front linecolor rgb colour(end_style[i]) linewidth 0.7
}
