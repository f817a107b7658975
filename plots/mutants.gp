# mutants: the kill matrix: a row a kind of mistake, a column a check; the fuller the blue, the
# more of them the check catches; orange where every check together misses some.

tsv = picture.".tsv"
set lmargin at screen 0.235
set rmargin at screen 0.98
set tmargin at screen top - 0.35 * line
set bmargin at screen 24.0 / height
set border 0
unset grid
set xrange [0.5:across + 0.5]
set yrange [kinds + 0.8:0.4]
unset xtics
set ytics () scale 0
set for [i = 1:kinds] ytics add (kind_name[i] (i < kinds ? i : i + 0.25))
do for [i = 1:across] { set label 20 + i check_name[i] at first i, graph 1 offset 0, 0.7 center textcolor rgb "#333333" }

# From white to a blue on which black can be read; lighter than #56B4E9.
channel(share, full) = int(255 - (255 - full) * share + 0.5)
blue(share) = channel(share, 0x8C) * 65536 + channel(share, 0xC8) * 256 + channel(share, 0xEE)
fill(share) = column("column") == across && share < 1 ? 0xF4BE98 : blue(share)

plot \
    tsv using "column":"row":(column("column") - 0.485):(column("column") + 0.485):(column("row") - 0.46):(column("row") + 0.46):(fill(column("share"))) with boxxyerror linecolor rgb variable fillstyle solid 1 border rgb "#D0D8DE", \
    tsv using "column":"row":"text" with labels center textcolor rgb "#111111"
set output
