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
    for program in bash basename dirname awk sed; do ln -s "$(command -v $program)" "$tmp/bin/"; done
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
    [ "$(grep -cx low "$tmp/texts")" -eq 2 ]
    "$PLOT" -o "$tmp/runs.png" "$FILES/low" "$FILES/high"
    [ "$(head -c 24 "$tmp/runs.png" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a0000000d49484452000007d000000578 ]
}

@test "the drawn numbers are those of the streams: steps in their order, F1 at the last step of its part" {
    need_gnuplot
    mkdir "$tmp/bin"
    # Instead of gnuplot: keep its input.
    # shellcheck disable=SC2016
    printf '#!/bin/sh\ndir=$(dirname "$1")\ncp "$dir"/* "%s"\n: > "$dir/picture"\n' "$tmp" > "$tmp/bin/gnuplot"
    chmod +x "$tmp/bin/gnuplot"
    PATH=$tmp/bin:$PATH "$PLOT" -o "$tmp/x.png" "$FILES/low" "$FILES/high"
    [ "$(tr '\n' , < "$tmp/0.steps")" = '1 0.5 0.5 2.0 0.5 2,2 0.5 0.5 2.0 0.5 2,9 0.5 0.5 2.0 0.5 2,10 0.5 0.5 2.0 0.5 2,' ]
    [ "$(cut -d ' ' -f 1,2 "$tmp/1.steps" | tr '\n' ,)" = '1 1.0,2 1.0,9 1.0,10 1.0,' ]
    [ "$(tr '\n' , < "$tmp/0.dev")" = '2 0.625,10 0.875,' ]
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
