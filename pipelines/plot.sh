#!/usr/bin/env bash
# plot.sh: draws training runs and confusion matrices, by gnuplot.
set -euo pipefail
usage='usage: plot.sh -o FILE [-t TITLE] RUN...
       plot.sh -o FILE [-t TITLE] -c CONFUSION

Draws loss, learning rate, gradient norm and dev F1 over the steps, all runs in one picture. With -c it draws a confusion matrix
as a heat map: rows are gold, columns are predicted, and the colour is the share of the row. FILE ends in .png or .svg.

  RUN         a directory of train.sh, or a stream of steps of trainstep (it has no dev F1)
  CONFUSION   the output of seqeval --tsv: the first line has the predicted types, each other line a gold type and its counts
  -o, --output FILE  the picture
  -t, --title TITLE  its title
  -c, --confusion    draw a confusion matrix
  -h, --help         this text
It needs gnuplot (Debian: gnuplot-nox).
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

out='' title='' confusion=''
option() {              # NAME VALUE
    case $1 in
        output) out=$2 ;;
        title) title=$2 ;;
        confusion) confusion=yes ;;
    esac
}
read_options "$@"
set -- "${operands[@]}"
[ -n "$out" ] || misused "which picture? (-o FILE.png or FILE.svg)"
case $out in *.png | *.svg) ;; *) misused "-o takes a file that ends in .png or .svg, not '$out'" ;; esac
[ $# -ge 1 ] || misused "which runs? (directories of train.sh)"
[ -z "$confusion" ] || [ $# -eq 1 ] || misused "give one confusion matrix"
command -v gnuplot >/dev/null || fail "gnuplot is not in PATH; on Debian: apt-get install gnuplot-nox"

work=$(mktemp -d "${TMPDIR:-/tmp}/tagpipe.XXXXXX")
trap 'rm -rf "$work"' EXIT

# For gnuplot: a backtick between double quotes would run a command, and a text in single quotes cannot contain two of them.
quoted() { local text=${1//\\/\\134}; text=${text//\"/\\042} text=${text//\`/\\140}; printf '"%s"' "${text//@/\\100}"; }
terminal() {            # WIDTH HEIGHT
    case $out in
        *.png) echo "set terminal pngcairo noenhanced size $((2 * $1)),$((2 * $2)) font ',11' fontscale 2 linewidth 2 background '#ffffff'" ;;
        *.svg) echo "set terminal svg noenhanced size $1,$2 font 'DejaVu Sans,Helvetica,sans-serif,11' background '#ffffff'" ;;
    esac
    echo "set output $(quoted "$work/picture")"
}

# ---- training ----

# Step, loss, rate, norm, and smoothed loss and norm: means over a fortieth of the run on both sides.
steps_of() {            # STREAM...
    msg2json -f step,loss,learning_rate,grad_norm "$@" | awk -F'[:,}]' '
        { step[NR] = $2; loss[NR] = $4; rate[NR] = $6; norm[NR] = $8
          losses[NR] = losses[NR - 1] + $4; norms[NR] = norms[NR - 1] + $8 }
        END {
            half = int(NR / 40)
            for (i = 1; i <= NR; i++) {
                from = i > half ? i - half : 1
                to = i + half < NR ? i + half : NR
                n = to - from + 1
                print step[i], loss[i], rate[i], norm[i], (losses[to] - losses[from - 1]) / n, (norms[to] - norms[from - 1]) / n
            }
        }'
}
read_run() {            # NUMBER RUN: the parts of a run are steps-N.msg, where N is an epoch or a step
    local part last streams=()
    if [ -d "$2" ]; then
        mapfile -t streams < <(compgen -G "$2/steps-*.msg" | sort -V)
        [ ${#streams[@]} -gt 0 ] || fail "$2 is not a run of train.sh: it has no steps-N.msg"
        for part in "${streams[@]}"; do
            part=${part##*/steps-} part=${part%.msg}
            [ -e "$2/dev-$part.json" ] || continue
            last=$(msg2json -f step "$2/steps-$part.msg" | sed -n '$s/[^0-9]//gp')
            echo "$last $(json_number "$2/dev-$part.json" overall_f1)" >>"$work/$1.dev"
        done
    else
        readable "$2"
        streams=("$2")
    fi
    steps_of "${streams[@]}" >"$work/$1.steps"
    [ -s "$work/$1.steps" ] || fail "$2 has no steps"
}

colours=(0072b2 d55e00 009e73 cc79a7 e69f00 56b4e9 8c564b 555555)       # Okabe and Ito: everyone can distinguish them
# One panel: its label, the suffix of its data, and the drawings of each run; STRONG and FAINT stand for the colour of the run,
# NAME for its name in the key.
panel() {               # LABEL SUFFIX DRAWING...
    local n drawing colour plots=() label=$1 suffix=$2
    shift 2
    for n in "${!names[@]}"; do
        [ -s "$work/$n.$suffix" ] || continue
        colour=${colours[n % ${#colours[@]}]}
        for drawing in "$@"; do
            drawing=${drawing//STRONG/linecolor rgb \'#$colour\'} drawing=${drawing//FAINT/linecolor rgb \'#b0$colour\'}
            plots+=("$(quoted "$work/$n.$suffix") ${drawing//NAME/title $(quoted "${names[n]}")}")
        done
    done
    [ ${#plots[@]} -gt 0 ] || return 0
    echo "set title $(quoted "$label")"
    local IFS=,
    echo "plot ${plots[*]}"
}
training() {
    local n=0 run names=() scored=''
    for run in "$@"; do names+=("$(basename "$run" .msg)"); done
    [ -z "$(printf '%s\n' "${names[@]}" | sort | uniq -d)" ] || names=("${@%/}")
    for run in "$@"; do
        read_run "$n" "$run"
        [ ! -e "$work/$n.dev" ] || scored=yes
        n=$((n + 1))
    done
    if [ -n "$scored" ]; then terminal 1000 700; else terminal 1300 400; fi
    cat <<'END'
set border 3 linecolor rgb '#999999'
set tics nomirror textcolor rgb '#333333'
set grid linetype 1 linecolor rgb '#e4e4e4' linewidth 0.7
set xlabel 'step' textcolor rgb '#333333' offset 0,0.4
set key samplen 1.5 textcolor rgb '#333333'
set yrange [0:*]
set style data lines
END
    echo "set multiplot layout $([ -n "$scored" ] && echo 2,2 || echo 1,3)${title:+ title $(quoted "$title") font ',14'}"
    panel loss steps 'using 1:2 FAINT linewidth 0.4 notitle' 'using 1:5 STRONG linewidth 1.6 NAME'
    panel 'learning rate' steps 'using 1:3 STRONG linewidth 1.6 notitle'
    panel 'gradient norm (before clipping)' steps 'using 1:4 FAINT linewidth 0.4 notitle' 'using 1:6 STRONG linewidth 1.6 notitle'
    echo 'set key bottom right; set yrange [*:*]'
    panel 'dev F1' dev 'using 1:2 with linespoints pointtype 7 pointsize 0.5 STRONG linewidth 1.6 NAME'
    echo 'unset multiplot'
}

# ---- confusion ----

# Writes the cells (column, row, share of the row, count) and the names for the ticks.
confusion_of() {        # FILE
    readable "$1"
    awk -F'\t' -v cells="$work/cells" -v names="$work/names" -v file="$1" '
        function bad(why) { print file ":" NR ": " why >"/dev/stderr"; failed = 1; exit 1 }
        function tick(name, at) {                   # as quoted does
            gsub(/\\/, "\\134", name); gsub(/"/, "\\042", name); gsub(/`/, "\\140", name); gsub(/@/, "\\100", name)
            return "\"" name "\" " at
        }
        NR == 1 {
            columns = NF - 1
            if (columns < 1) bad("not a table with tabs: the first line has the predicted types, each other line begins with a gold type")
            for (i = 1; i <= columns; i++) x = x (i > 1 ? ", " : "") tick($(i + 1), i - 1)
            next
        }
        NF != columns + 1 { bad(NF " columns, not the " columns + 1 " of the first line") }
        {
            y = y (rows ? ", " : "") tick($1, rows + 0)
            sum = 0
            for (i = 1; i <= columns; i++) {
                if ($(i + 1) !~ /^[0-9]+$/) bad("\047" $(i + 1) "\047 is not a count")
                sum += $(i + 1)
            }
            for (i = 1; i <= columns; i++) print i - 1, rows + 0, sum ? $(i + 1) / sum : 0, $(i + 1) >cells
            rows++
        }
        END {
            if (failed) exit 1
            if (!rows) bad("no rows")
            print columns, rows >names; print x >names; print y >names
        }' "$1" || exit 1
}
confusion_script() {
    local columns rows x y cell
    { read -r columns rows; IFS= read -r x; IFS= read -r y; } <"$work/names"
    cell=$((columns > 15 ? 30 : 78))
    terminal $((220 + cell * columns)) $((170 + cell * rows))
    cat <<END
set palette defined (0 '#ffffff', 0.15 '#cfe3f3', 0.5 '#5ba0d0', 1 '#08457e')
set cbrange [0:1]
set cblabel 'share of the row' textcolor rgb '#333333'
set format cb '%.1f'
set colorbox noborder
set xrange [-0.5:$columns-0.5]
set yrange [$rows-0.5:-0.5]
set xtics ($x) scale 0 $([ "$columns" -le 15 ] || echo 'rotate by 90 right') textcolor rgb '#333333'
set ytics ($y) scale 0 textcolor rgb '#333333'
set border linecolor rgb '#999999'
set xlabel 'predicted' textcolor rgb '#333333'
set ylabel 'gold' textcolor rgb '#333333'
unset key
${title:+set title $(quoted "$title") font ',14'}
cells = $(quoted "$work/cells")
plot cells using 1:2:3 with image pixels, \\
    cells using 1:2:((\$3 <= 0.6 && \$4 > 0 && $columns <= 15) ? sprintf('%d', \$4) : '') with labels textcolor rgb '#222222', \\
    cells using 1:2:((\$3 > 0.6 && \$4 > 0 && $columns <= 15) ? sprintf('%d', \$4) : '') with labels textcolor rgb '#ffffff'
END
}

if [ -n "$confusion" ]; then
    confusion_of "$1"
    confusion_script >"$work/script"
else
    training "$@" >"$work/script"
fi
gnuplot "$work/script" || fail "gnuplot failed"
mv "$work/picture" "$out"
