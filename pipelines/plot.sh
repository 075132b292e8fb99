#!/usr/bin/env bash
# plot.sh: draws training runs and confusion matrices, by gnuplot.
set -euo pipefail
usage='usage: plot.sh -o FILE [-t TITLE] RUN...
       plot.sh -o FILE [-t TITLE] -c CONFUSION
       plot.sh -o FILE [-t TITLE] -g TABLE

Draws loss, learning rate, gradient norm and dev F1 over the steps, all runs in one picture, over one axis. Strong lines are means
over the steps around a step, over equally many for all runs; faint lines are the single steps. If the run has the loss on the
development set, it is drawn as points beside the loss of the training. FILE ends in .png or .svg.
With -c it draws a confusion matrix as a heat map: rows are gold, columns are predicted, and the colour is the share of the row.
With -g it draws the table of experiment.mk: dev and test F1 of each combination, with the standard deviation over the seeds.

  RUN         a directory of train.sh, or a stream of steps of trainstep (it has no dev F1)
  CONFUSION   the output of seqeval --tsv: the first line has the predicted types, each other line a gold type and its counts
  TABLE       table.tsv of experiment.mk
  -o, --output FILE  the picture
  -t, --title TITLE  its title
  -c, --confusion    draw a confusion matrix
  -g, --grid         draw the table of a grid of trainings
  -h, --help         this text
It needs gnuplot (Debian: gnuplot-nox).
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

out='' title='' confusion='' grid=''
option() {              # NAME VALUE
    case $1 in
        output) out=$2 ;;
        title) title=$2 ;;
        confusion) confusion=yes ;;
        grid) grid=yes ;;
    esac
}
read_options "$@"
set -- "${operands[@]}"
[ -n "$out" ] || misused "which picture? (-o FILE.png or FILE.svg)"
case $out in *.png | *.svg) ;; *) misused "-o takes a file that ends in .png or .svg, not '$out'" ;; esac
[ $# -ge 1 ] || misused "which runs? (directories of train.sh)"
[ -z "$confusion" ] || [ $# -eq 1 ] || misused "give one confusion matrix"
[ -z "$grid" ] || [ $# -eq 1 ] || misused "give one table"
[ -z "$confusion" ] || [ -z "$grid" ] || misused "-c or -g"
command -v gnuplot >/dev/null || fail "gnuplot is not in PATH; on Debian: apt-get install gnuplot-nox"

work_in "${TMPDIR:-/tmp}"

# For gnuplot: a backtick between double quotes would run a command, and a text in single quotes cannot contain two of them.
quoted() {
    local text=${1//\\/'\134'}
    text=${text//\"/'\042'} text=${text//\`/'\140'} text=${text//@/'\100'}
    printf '"%s"' "${text//$'\n'/'\012'}"
}
terminal() {            # WIDTH HEIGHT
    case $out in
        *.png)
            echo "set terminal pngcairo noenhanced size $((2 * $1)),$((2 * $2)) font ',11' background '#ffffff' \\"
            echo "    fontscale 2 linewidth 2 pointscale 2" ;;
        *.svg) echo "set terminal svg noenhanced size $1,$2 font 'DejaVu Sans,Helvetica,sans-serif,11' background '#ffffff'" ;;
    esac
    echo "set output $(quoted "$work/picture")"
}

# ---- training ----

# The parts of a run are steps-N.msg, where N is an epoch or a step. Step, loss, rate and norm of all steps; and at the last step of
# each part that has been scored the F1 and the loss on the development set.
parts_of() { local path; for path in "$1"/steps-+([0-9]).msg; do path=${path##*/steps-}; echo "${path%.msg}"; done | sort -n; }
read_run() {            # NUMBER RUN
    local part last value streams=() steps=step,loss,learning_rate,grad_norm
    if [ -d "$2" ]; then
        any "$2"/steps-+([0-9]).msg || fail "$2 is not a run of train.sh: it has no steps-N.msg"
        for part in $(parts_of "$2"); do
            streams+=("$2/steps-$part.msg")
            [ -e "$2/dev-$part.json" ] || continue
            last=$(msg2json -f step "$2/steps-$part.msg" | sed -n '$s/[^0-9]//gp')
            [ -n "$last" ] || continue
            value=$(json_number "$2/dev-$part.json" overall_f1)
            [ -z "$value" ] || echo "$last $value" >>"$work/$1.dev"
            value=$(json_number "$2/dev-$part.json" loss)
            [ -z "$value" ] || echo "$last $value" >>"$work/$1.devloss"
        done
    else
        keep "$2"
        streams=("$file")
    fi
    msg2json -f $steps "${streams[@]}" | awk -F'[:,}]' '{ print $2, $4, $6, $8 }' >"$work/$1.raw"
    [ -s "$work/$1.raw" ] || fail "$2 has no steps"
}
# Adds smoothed loss and norm: means over HALF steps on both sides. What is no number (a loss that is NaN) is left out.
smooth() {              # NUMBER HALF
    awk -v half="$2" '
        function number(x) { return x ~ /^-?[0-9]/ }
        function mean(sums, ns, i,    from, to) {
            from = i > half ? i - half : 1
            to = i + half < NR ? i + half : NR
            return ns[to] > ns[from - 1] ? (sums[to] - sums[from - 1]) / (ns[to] - ns[from - 1]) : "NaN"
        }
        {
            line[NR] = $1 " " (number($2) ? $2 : "NaN") " " $3 " " (number($4) ? $4 : "NaN")
            loss[NR] = loss[NR - 1] + (number($2) ? $2 : 0); losses[NR] = losses[NR - 1] + number($2)
            norm[NR] = norm[NR - 1] + (number($4) ? $4 : 0); norms[NR] = norms[NR - 1] + number($4)
        }
        END { for (i = 1; i <= NR; i++) print line[i], mean(loss, losses, i), mean(norm, norms, i) }
    ' "$work/$1.raw" >"$work/$1.steps"
}

colours=(0072b2 d55e00 009e73 cc79a7 e69f00 56b4e9 8c564b 555555)       # Okabe and Ito: everyone can distinguish them
points=(7 5 9 13 11 4 8 12)                                             # and so are these
# A range that is not empty for the numbers of a column, none of which is below 0.
range_of() {            # COLUMN LEAST FILE...: LEAST is a number that has to be in it, or nothing
    cat "${@:3}" | awk -v column="$1" -v least="$2" '
        $column ~ /^-?[0-9]/ { if (!n++ || $column > high) high = $column; if (n == 1 || $column < low) low = $column }
        END {
            if (least != "") low = least
            room = high > low ? (high - low) / 20 : high > 0 ? high / 20 : 1
            printf "set yrange [%.9g:%.9g]\n", (low > room ? low - room : 0), high + room
        }'
}
# One panel: its label, the suffix of its data, and the drawings of each run; STRONG and FAINT stand for the colour of the run,
# POINT for its point, NAME for its name in the key.
panel() {               # LABEL DRAWING...: each a suffix and what gnuplot does with the data
    local n drawing colour suffix style plots=() label=$1
    shift
    for drawing in "$@"; do
        for n in "${!names[@]}"; do
            suffix=${drawing%% *}
            [ -s "$work/$n.$suffix" ] || continue
            colour=${colours[n % ${#colours[@]}]}
            style=${drawing#* }
            style=${style//STRONG/linecolor rgb \'#$colour\'} style=${style//FAINT/linecolor rgb \'#b0$colour\'}
            style=${style//POINT/pointtype ${points[n % ${#points[@]}]}}
            style=${style//DASH/$([ "$n" = 0 ] || echo 'dashtype (20,20)')}
            plots+=("$(quoted "$work/$n.$suffix") ${style//NAME/"title $(quoted "${names[n]}")"}")
        done
    done
    echo "set title $(quoted "$label")"
    local IFS=,
    echo "plot ${plots[*]}"
    echo 'unset key'
}
training() {
    local n=0 run name names=() scored='' longest=0 last=0 line=lines label=loss
    for run in "$@"; do
        if [ -d "$run" ]; then names+=("$(basename "$(cd -- "$run" && pwd)")"); else names+=("$(basename "$run" .msg)"); fi
    done
    [ -z "$(printf '%s\n' "${names[@]}" | sort | uniq -d)" ] || names=("${@%/}")
    for run in "$@"; do
        read_run "$n" "$run"
        [ ! -e "$work/$n.dev" ] || scored=yes
        [ ! -e "$work/$n.devloss" ] || label='loss (points: dev)'
        n=$((n + 1))
    done
    read -r longest last < <(awk 'FNR > n { n = FNR } $1 > last { last = $1 } END { print n, last }' "$work"/*.raw)
    for n in "${!names[@]}"; do smooth "$n" $((longest / 40)); done
    [ "$longest" -gt 40 ] || line='linespoints POINT pointsize 0.5'
    # The names are below all panels, in as many columns as there is room for.
    local width=1300 height=330 widest=0 columns rows layout margins
    if [ -n "$scored" ]; then width=1000 height=630; fi
    for name in "${names[@]}"; do widest=$((${#name} > widest ? ${#name} : widest)); done
    columns=$((width / (9 * widest + 50)))
    rows=$(((${#names[@]} - 1) / (columns > 0 ? columns : 1) + 1))
    height=$((height + 10 + 26 * rows + (${#title} > 0 ? 40 : 0)))
    terminal $width $height
    margins=$(awk -v height=$height -v rows=$rows -v title=${#title} \
        'BEGIN { printf "%.4f,%.4f", (66 + 22 * rows) / height, 1 - (title > 0 ? 76 : 36) / height }')
    if [ -n "$scored" ]; then layout="2,2 margins 0.07,0.978,$margins spacing 0.085,0.15"
    else layout="1,3 margins 0.05,0.985,$margins spacing 0.06,0.1"; fi
    cat <<END
set border 3 linecolor rgb '#999999'
set tics nomirror textcolor rgb '#333333'
set grid linetype 1 linecolor rgb '#e4e4e4' linewidth 0.7
set xlabel 'step' textcolor rgb '#333333' offset 0,0.4
set title offset 0,-0.3
set key at screen 0.5,0.01 center bottom vertical maxrows $rows samplen 1.5 textcolor rgb '#333333'
set xrange [0:$last*1.02]
set format y '%g'
set datafile missing 'NaN'
set style data lines
END
    echo "set multiplot layout $layout${title:+ title $(quoted "$title") font ',14'}"
    any "$work"/*.devloss || : >"$work/none.devloss"
    { cut -d ' ' -f 2 "$work"/*.raw; cut -d ' ' -f 2 "$work"/*.devloss; } >"$work/losses"
    range_of 1 0 "$work/losses"
    panel "$label" 'steps using 1:2 with lines FAINT linewidth 0.4 notitle' \
        "steps using 1:5 with $line STRONG linewidth 1.6 NAME" 'devloss using 1:2 with points POINT pointsize 1 STRONG notitle'
    range_of 3 0 "$work"/*.raw
    panel 'learning rate' "steps using 1:3 with $line STRONG DASH linewidth 1.6 notitle"
    range_of 4 0 "$work"/*.raw
    panel 'gradient norm (before clipping)' 'steps using 1:4 with lines FAINT linewidth 0.4 notitle' \
        "steps using 1:6 with $line STRONG linewidth 1.6 notitle"
    if [ -n "$scored" ]; then
        range_of 2 '' "$work"/*.dev
        panel 'dev F1' 'dev using 1:2 with linespoints POINT pointsize 1 STRONG linewidth 1.6 notitle'
    fi
    echo 'unset multiplot'
}

# ---- confusion ----

# Writes the cells (column, row, share of the row, count) and the names for the ticks.
confusion_of() {        # FILE
    cells=$work/cells names=$work/names file=$1 awk -F'\t' '
        BEGIN { cells = ENVIRON["cells"]; names = ENVIRON["names"]; file = ENVIRON["file"] }
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
        }' <"$1" || exit 1
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
set style fill solid 1 border linecolor rgb '#dddddd'
plot cells using 1:2:(0.5):(0.5):3 with boxxyerror linecolor palette, \\
    cells using 1:2:((\$3 <= 0.6 && \$4 > 0 && $columns <= 15) ? sprintf('%d', \$4) : '') with labels textcolor rgb '#222222', \\
    cells using 1:2:((\$3 > 0.6 && \$4 > 0 && $columns <= 15) ? sprintf('%d', \$4) : '') with labels textcolor rgb '#ffffff'
END
}

# ---- a grid of trainings ----

# A line a combination: dev F1 and its deviation, test F1 and its deviation, and a name that tells in what it differs from others.
grid_of() {             # FILE
    awk -F'\t' -v OFS='\t' '
        NR == 1 {
            for (i = 1; i <= NF; i++) at[$i] = i
            if (!("dev_f1" in at && "dev_sd" in at && "test_f1" in at && "test_sd" in at)) exit 1
            next
        }
        {
            for (i = 1; i <= 5; i++) { cell[NR, i] = $i; differs[i] = differs[i] || $i != cell[2, i] }
            numbers[NR] = $at["dev_f1"] OFS $at["dev_sd"] + 0 OFS $at["test_f1"] OFS $at["test_sd"] + 0
        }
        END {
            split("||epochs |batch |rate ", word, "|")
            for (n = 2; n <= NR; n++) {
                name = ""
                for (i = 1; i <= 5; i++)
                    if (differs[i] || (i == 1 && !(differs[2] || differs[3] || differs[4] || differs[5])))
                        name = name (name == "" ? "" : ", ") word[i] cell[n, i]
                print numbers[n], name
            }
        }' <"$1" >"$work/rows" || fail "$1 is not a table.tsv of experiment.mk"
    [ -s "$work/rows" ] || fail "$1 has no rows"
}
grid_script() {
    local n longest low high number=0 name ticks=''
    read -r n longest low high < <(awk -F'\t' '
        { if (length($5) > longest) longest = length($5)
          for (i = 1; i <= 3; i += 2) {
              if (NR + i == 2 || $i - $(i + 1) < low) low = $i - $(i + 1)
              if ($i + $(i + 1) > high) high = $i + $(i + 1)
          } }
        END { room = high > low ? (high - low) / 12 : 0.01; print NR, longest, low - room, high + room }' "$work/rows")
    while IFS= read -r name; do
        ticks+="${ticks:+, }$(quoted "$name") $number"
        number=$((number + 1))
    done < <(cut -f 5 "$work/rows")
    terminal $((560 + 8 * longest)) $((140 + 34 * n))
    cat <<END
set datafile separator "\t"
set border 3 linecolor rgb '#999999'
set tics nomirror textcolor rgb '#333333'
set grid linetype 1 linecolor rgb '#e4e4e4' linewidth 0.7
set xrange [$low:$high]
set yrange [$n-0.5:-0.5]
set ytics ($ticks) scale 0
set xlabel 'F1: mean and standard deviation over the seeds' textcolor rgb '#333333' offset 0,0.4
set bmargin 5
set key at screen 0.5,0.03 center bottom horizontal samplen 1.5 textcolor rgb '#333333'
set title $(quoted "${title:-F1 of the combinations}") font ',14'
rows = $(quoted "$work/rows")
plot rows using 1:(\$0-0.12):2 with xerrorbars pointtype 7 pointsize 1 linewidth 1.6 linecolor rgb '#0072b2' title 'dev', \\
    rows using 3:(\$0+0.12):4 with xerrorbars pointtype 5 pointsize 1 linewidth 1.6 linecolor rgb '#d55e00' title 'test'
END
}

if [ -n "$confusion" ]; then
    keep "$1"
    confusion_of "$file"
    confusion_script >"$work/script"
elif [ -n "$grid" ]; then
    keep "$1"
    grid_of "$file"
    grid_script >"$work/script"
else
    training "$@" >"$work/script"
fi
gnuplot "$work/script" || fail "gnuplot failed"
deliver "$work/picture" "$out"
