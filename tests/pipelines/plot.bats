# pipelines/plot.sh: pictures of runs and of confusion matrices.
load ../support/common

setup_file() {
    load ../support/common
    export PLOT=$ROOT/pipelines/plot.sh TAGPIPE_BIN=$BUILD FILES=$BATS_FILE_TMPDIR
    local run part
    for run in low high; do
        mkdir "$FILES/$run"
        for part in 2 10; do steps "$part" "$run" > "$FILES/$run/steps-$part.msg"; done
        echo '{"LOC": {"f1": 0.1}, "overall_precision": 0.5, "overall_f1": 0.625, "overall_accuracy": 0.9}' > "$FILES/$run/dev-2.json"
        echo '{"overall_f1": 0.875}' > "$FILES/$run/dev-10.json"
    done
    printf 'gold\tLOC\tPER\tmissed\nLOC\t1583\t14\t3\nPER\t20\t571\t6\ninvented\t7\t8\t0\n' > "$FILES/confusion.tsv"
}
# Two steps of a run: N-1 and N.
steps() {
    printf '\x83\xa9msgstream\x01\xa4kind\xa4step\xa6fields\x94\xa4step\xa4loss\xadlearning_rate\xa9grad_norm'
    local step
    for step in $(($1 - 1)) "$1"; do
        printf '\x84\xa4step%b\xa4loss\xca\x3f%b\x00\x00\xadlearning_rate\xca\x3f\x00\x00\x00\xa9grad_norm\xca\x40\x00\x00\x00' \
            "\\x0$(printf %x "$step")" "$([ "$2" = low ] && echo '\x00' || echo '\x80')"
    done
    printf '\x82\xa3end\xc3\xa7records\x02'
}
need_gnuplot() { command -v gnuplot > /dev/null || skip "needs gnuplot (Debian: gnuplot-nox)"; }
texts() { sed -n 's/.*<text>\(<tspan[^>]*>\)\?\(.*\)$/\2/p' "$1" | sed 's/<[^>]*>//g'; }

# A run of N steps, with the loss 0 in each.
run_of() {              # N DIR
    local step
    mkdir "$2"
    { printf '\x83\xa9msgstream\x01\xa4kind\xa4step\xa6fields\x94\xa4step\xa4loss\xadlearning_rate\xa9grad_norm'
      for ((step = 1; step <= $1; step++)); do
          printf '\x84\xa4step%b\xa4loss\x00\xadlearning_rate\x00\xa9grad_norm%b' "\\x$(printf %02x "$step")" "\\x$(printf %02x "$step")"
      done
      printf '\x82\xa3end\xc3\xa7records%b' "\\x$(printf %02x "$1")"; } > "$2/steps-1.msg"
}
# Instead of gnuplot: keep its input in $tmp.
no_gnuplot() {
    mkdir "$tmp/bin"
    # shellcheck disable=SC2016
    printf '#!/bin/sh\ndir=$(dirname "$1")\ncp "$dir"/* "%s"\n: > "$dir/picture"\n' "$tmp" > "$tmp/bin/gnuplot"
    chmod +x "$tmp/bin/gnuplot"
}

@test "usage, and wrong command lines" {
    run -0 --separate-stderr "$PLOT" -h
    [[ $output = "usage: plot.sh"* ]] && [ -z "$stderr" ]
    run -2 "$PLOT" -o "$tmp/x.png"
    [ "$output" = 'plot.sh: which runs? (directories of train.sh); try plot.sh -h' ]
    run -2 "$PLOT" "$FILES/low"
    run -2 "$PLOT" -o "$tmp/x.gif" "$FILES/low"
    [[ $output = "plot.sh: -o takes a file that ends in .png or .svg, not '"* ]]
    run -2 "$PLOT" -Z
    [ "$output" = 'plot.sh: unknown option -Z; try plot.sh -h' ]
}

@test "without gnuplot it reports what to install" {
    mkdir "$tmp/bin"
    for program in bash basename dirname awk sed rm; do ln -s "$(command -v $program)" "$tmp/bin/"; done
    ln -s "$BUILD/conll2msg" "$tmp/bin/"
    run -1 env PATH="$tmp/bin" TAGPIPE_BIN="$tmp/bin" bash "$PLOT" -o "$tmp/x.png" "$FILES/low"
    [ "$output" = 'plot.sh: gnuplot is not in PATH; on Debian: apt-get install gnuplot-nox' ]
}

@test "several runs in one picture: loss, learning rate, gradient norm, dev F1" {
    need_gnuplot
    "$PLOT" -o "$tmp/runs.svg" -t "Two 'runs' & more" "$FILES/low" "$FILES/high/"
    texts "$tmp/runs.svg" > "$tmp/texts"
    for text in loss 'learning rate' 'gradient norm (before clipping)' 'dev F1' low high; do
        grep -qx "$text" "$tmp/texts"
    done
    grep -q "Two 'runs' &amp; more" "$tmp/runs.svg"
    [ "$(grep -cx low "$tmp/texts")" -eq 1 ]        # one key for all panels
    "$PLOT" -o "$tmp/runs.png" "$FILES/low" "$FILES/high"
    [ "$(head -c 20 "$tmp/runs.png" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a0000000d49484452000007d0 ]
}

@test "the drawn numbers are those of the streams: steps in their order, F1 at the last step of its part" {
    need_gnuplot
    no_gnuplot
    PATH=$tmp/bin:$PATH "$PLOT" -o "$tmp/x.png" "$FILES/low" "$FILES/high"
    [ "$(tr '\n' , < "$tmp/0.steps")" = '1 0.5 0.5 2.0 0.5 2,2 0.5 0.5 2.0 0.5 2,9 0.5 0.5 2.0 0.5 2,10 0.5 0.5 2.0 0.5 2,' ]
    [ "$(cut -d ' ' -f 1,2 "$tmp/1.steps" | tr '\n' ,)" = '1 1.0,2 1.0,9 1.0,10 1.0,' ]
    [ "$(tr '\n' , < "$tmp/0.dev")" = '2 0.625,10 0.875,' ]
}

@test "runs of different lengths: one axis, and means over equally many steps" {
    no_gnuplot
    run_of 80 "$tmp/long"
    run_of 9 "$tmp/short"
    PATH=$tmp/bin:$PATH "$PLOT" -o "$tmp/x.png" "$tmp/long" "$tmp/short"
    [ "$(grep -c 'set xrange' "$tmp/script")" -eq 1 ]
    grep -q 'set xrange \[0:80\*1.02\]' "$tmp/script"
    # the gradient norm is the step's number: two steps on both sides of step 5
    [ "$(sed -n 5p "$tmp/1.steps")" = '5 0 0 5 0 5' ]
    [ "$(sed -n 1p "$tmp/1.steps")" = '1 0 0 1 0 2' ]
    [ "$(sed -n 1p "$tmp/0.steps")" = '1 0 0 1 0 2' ]
}

@test "the loss on the development set is beside that of the training, if it is there" {
    no_gnuplot
    cp -r "$FILES/low" "$tmp/low"
    echo '{"loss": {"f1": 0.1}, "overall_f1": 0.875, "loss": 0.375}' > "$tmp/low/dev-10.json"
    PATH=$tmp/bin:$PATH "$PLOT" -o "$tmp/x.png" "$tmp/low"
    [ "$(cat "$tmp/0.devloss")" = '10 0.375' ]
    grep -q 'set title "loss (points: dev)"' "$tmp/script"
    PATH=$tmp/bin:$PATH "$PLOT" -o "$tmp/x.png" "$FILES/low"
    grep -q 'set title "loss"' "$tmp/script"
}

@test "nothing to complain about for gnuplot: one step, all values 0, NaN, one cell, many runs, names of all kinds" {
    need_gnuplot
    local i many=()
    run_of 1 "$tmp/été one_run"
    echo '{"overall_f1": 0, "loss": 0}' > "$tmp/été one_run/dev-1.json"
    printf 'gold\tA\nA\t3\n' > "$tmp/one.tsv"
    for i in $(seq 12); do ln -s "$FILES/low" "$tmp/a run with a long name $i"; many+=("$tmp/a run with a long name $i"); done
    for command in "-o $tmp/x.svg|$tmp/été one_run" "-o $tmp/x.svg|$tmp/été one_run/steps-1.msg" "-c -o $tmp/y.svg|$tmp/one.tsv"; do
        # shellcheck disable=SC2086
        run -0 "$PLOT" ${command%|*} "${command#*|}"
        [ -z "$output" ]
    done
    run -0 "$PLOT" -o "$tmp/x.svg" "${many[@]}" "$tmp/été one_run/"
    [ -z "$output" ]
    texts "$tmp/x.svg" > "$tmp/texts"
    for text in 'été one_run' 'a run with a long name 1' 'a run with a long name 12'; do grep -qx "$text" "$tmp/texts"; done
}

@test "the table of a grid: a line a combination, named by what differs" {
    need_gnuplot
    { printf 'model\tvariant\tepochs\tbatch\trate\tseeds\tdev_f1\tdev_sd\ttest_f1\ttest_sd\n'
      printf 'mini_lm\tplain\t3\t8\t2e-5\t1\t0.9\t-\t0.8\t-\nmini_lm\tplain\t3\t16\t2e-5\t1\t0.9\t-\t0.8\t-\n'; } > "$tmp/table.tsv"
    run -0 "$PLOT" -g -o "$tmp/grid.svg" -t 'A title' "$tmp/table.tsv"
    [ -z "$output" ]
    texts "$tmp/grid.svg" > "$tmp/texts"
    for text in 'batch 8' 'batch 16' dev test 'A title'; do grep -qx "$text" "$tmp/texts"; done
    head -n 2 "$tmp/table.tsv" > "$tmp/one.tsv"
    run -0 "$PLOT" -g -o "$tmp/grid.svg" "$tmp/one.tsv"
    [ -z "$output" ]
    texts "$tmp/grid.svg" | grep -qx mini_lm
    run -1 "$PLOT" -g -o "$tmp/grid.svg" "$FILES/confusion.tsv"
    [ "$output" = "plot.sh: $FILES/confusion.tsv is not a table.tsv of experiment.mk" ]
    run -2 "$PLOT" -g -c -o "$tmp/grid.svg" "$tmp/one.tsv"
}

@test "a bare stream of steps has no F1; the same input gives the same bytes" {
    need_gnuplot
    "$PLOT" -o "$tmp/a.svg" "$FILES/low/steps-2.msg"
    "$PLOT" -o "$tmp/b.svg" "$FILES/low/steps-2.msg"
    cmp "$tmp/a.svg" "$tmp/b.svg"
    texts "$tmp/a.svg" > "$tmp/texts"
    grep -qx steps-2 "$tmp/texts"
    run ! grep -q F1 "$tmp/texts"
    run ! grep -q "$tmp" "$tmp/a.svg"
}

@test "a directory that is not a run is named, and no picture is left" {
    need_gnuplot
    mkdir "$tmp/empty"
    run -1 "$PLOT" -o "$tmp/x.png" "$FILES/low" "$tmp/empty"
    [ "$output" = "plot.sh: $tmp/empty is not a run of train.sh: it has no steps-N.msg" ]
    run -1 "$PLOT" -o "$tmp/x.png" "$tmp/nowhere"
    [ "$output" = "plot.sh: cannot read the file $tmp/nowhere" ]
    head -c 100 "$FILES/low/steps-2.msg" > "$tmp/cut.msg"
    run -1 "$PLOT" -o "$tmp/x.png" "$tmp/cut.msg"
    [[ $output = *'cut off inside record'* ]]
    [ ! -e "$tmp/x.png" ]
}

@test "a confusion matrix as a heat map: every name, every count" {
    need_gnuplot
    "$PLOT" -c -o "$tmp/map.svg" -t Confusion "$FILES/confusion.tsv"
    texts "$tmp/map.svg" > "$tmp/texts"
    for text in gold predicted LOC PER missed invented 1583 14 3 20 571 6 7 8 Confusion; do
        grep -qx "$text" "$tmp/texts" || { echo "no $text"; cat "$tmp/texts"; false; }
    done
    run ! grep -qx 0 "$tmp/texts"
    "$PLOT" -c -o "$tmp/map.png" "$FILES/confusion.tsv"
    [ "$(head -c 8 "$tmp/map.png" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ]
}

@test "the table of seqeval --tsv is such a matrix" {
    need_gnuplot
    printf 'a B-ORG B-LOC\nb O O\nc B-PER B-PER\n' | conll2msg -c 1=tokens,2=ner_tags,3=pred | seqeval --tsv > "$tmp/confusion.tsv"
    "$PLOT" -c -o "$tmp/map.svg" "$tmp/confusion.tsv"
    texts "$tmp/map.svg" > "$tmp/texts"
    for text in LOC ORG PER boundary missed invented 'share of the row'; do grep -qx "$text" "$tmp/texts" || { echo "no $text"; false; }; done
    [ "$(grep -cx 1 "$tmp/texts")" -eq 2 ]
}

@test "a pipe is read, too" {
    need_gnuplot
    "$PLOT" -c -o "$tmp/map.svg" <(cat "$FILES/confusion.tsv")
    "$PLOT" -c -o "$tmp/stdin.svg" - < "$FILES/confusion.tsv"
    cmp "$tmp/map.svg" "$tmp/stdin.svg"
    "$PLOT" -o "$tmp/run.svg" <(cat "$FILES/low/steps-2.msg")
    [ -s "$tmp/run.svg" ]
}

@test "names with characters that gnuplot interprets: quotes, backticks, backslashes" {
    need_gnuplot
    printf "gold\t''\t\"\t\`\`\t\`touch x\`\t\\\\x1b\t@a\t\$x\n''\t1\t0\t0\t0\t0\t0\t0\n" > "$tmp/marks.tsv"
    (cd "$tmp" && "$PLOT" -c -t "it's '' \`\`" -o "$tmp/map.svg" "$tmp/marks.tsv")
    [ ! -e "$tmp/x" ]
    texts "$tmp/map.svg" | sed "s/&quot;/\"/g; s/&#39;/'/g; s/&apos;/'/g" > "$tmp/texts"
    for text in "''" '"' '``' '`touch x`' '\x1b' '@a' '$x' "it's '' \`\`"; do
        grep -qxF "$text" "$tmp/texts" || { echo "no $text"; cat "$tmp/texts"; false; }
    done
}

@test "a file that is not a table of counts is named with its line" {
    need_gnuplot
    printf 'gold\tA\tB\nA\t1\n' > "$tmp/short.tsv"
    run -1 "$PLOT" -c -o "$tmp/x.png" "$tmp/short.tsv"
    [ "$output" = "$tmp/short.tsv:2: 2 columns, not the 3 of the first line" ]
    printf 'gold\tA\nA\tx\n' > "$tmp/word.tsv"
    run -1 "$PLOT" -c -o "$tmp/x.png" "$tmp/word.tsv"
    [ "$output" = "$tmp/word.tsv:2: 'x' is not a count" ]
    run -1 "$PLOT" -c -o "$tmp/x.png" "$ROOT/LICENSE"
    [[ $output = *"LICENSE:1: not a table with tabs"* ]]
    [ ! -e "$tmp/x.png" ]
}
