#!/usr/bin/env bats
# experiment.mk: a grid of trainings of a model with one layer of 16, its table, and what is made again after a change.

setup_file() {
    load ../support/common
    command -v jq >/dev/null || skip "needs jq"
    export TAGPIPE_BIN=$BUILD PIPE=$ROOT/pipelines FILES=$BATS_FILE_TMPDIR OMP_NUM_THREADS=1
    cd "$FILES"
    small_corpus 40 16 32
    grid OUT=grid >grid.out 2>grid.err
}
setup() { load ../support/common; cd "$FILES"; }
grid() {
    make -s -f "$PIPE/experiment.mk" MODELS=small DATA=. DEV=dev.txt EPOCHS=2 BATCHES=4 LRS="1e-2 2e-2" SEEDS="1 2" \
        VARIANTS="plain warm" TRAINSTEP.warm="--warmup 0.5" TRAIN.warm="-p 1" "$@"
}
tables='table.txt table.tsv results.tsv'
same_tables() { for file in $tables; do cmp "$1/$file" "$2/$file"; done; }
results() { (cd "$1/runs" && sha256sum -- */result.json */best/model.safetensors); }

@test "experiment: each combination is a run with its best model; there is a table, as text and TSV" {
    [ "$(grep -c '_lr.*: epoch-[12], dev F1 ' grid.out)" -eq 8 ]
    [ "$(cat grid/runs/*/result.json | jq -r .name | wc -l)" -eq 8 ]
    [ "$(wc -l <grid/results.tsv)" -eq 9 ] && [ "$(wc -l <grid/table.tsv)" -eq 5 ]
    for run in grid/runs/*; do
        [ "$(readlink "$run/best")" = "$(jq -r .best "$run/result.json")" ]
        [ -e "$run/best/model.safetensors" ] && [ -z "$(find "$run/" -name 'optimizer*')" ]
    done
    grep -q "^Best by dev of all: small_" grid/table.txt
    [ -z "$(find grid -name '.*' -o -name '*.new')" ]
    ! command -v gnuplot || grep -q '<svg' grid/table.svg
}

@test "experiment: a result records its options, the hashes of its inputs, the commit and the history" {
    result=grid/runs/small_warm_e2_b4_lr2e-2_s2/result.json
    jq -e '.model == "small" and .variant == "warm" and .epochs == 2 and .batch == 4 and .rate == "2e-2" and .seed == "2"' $result
    jq -e '.provenance.options == {"train": "-p 1", "trainstep": "--warmup 0.5"}' $result
    for file in train.txt dev.txt test.txt; do
        [ "$(jq -r ".provenance.corpus[\"$file\"]" $result)" = "$(sha256sum <$file | cut -d ' ' -f 1)" ]
    done
    [ "$(jq -r '.provenance.model["vocab.txt"]' $result)" = "$(sha256sum <small/vocab.txt | cut -d ' ' -f 1)" ]
    jq -e '.provenance.training | map(.tool) == ["conll2msg", "wptok", "alignlbl", "mkbatch", "trainstep"]' $result
    jq -e '.provenance.training[-1].args | join(" ") | test("--seed 2 --warmup 0.5")' $result
    jq -e '.provenance.tagging | map(.tool) | .[-2:] == ["bertfwd", "logit2tag"]' $result
    ! git -C "$ROOT" ls-files --error-unmatch pipelines/train.sh 2>/dev/null ||
        [[ $(jq -r .provenance.commit $result) = $(git -C "$ROOT" rev-parse HEAD)* ]]
    # the scores are those of the model that is kept
    "$PIPE/evaluate.sh" -j -m "${result%/*}/best" grid/data/small_warm/test.msg | jq -e --slurpfile r $result '. == $r[0].test'
}

@test "experiment: run again, there is nothing to do; from the beginning, several at a time, all files have the same bytes" {
    run -0 grid OUT=grid -q grid/table.txt
    results grid >"$tmp/before"
    grid OUT=grid >"$tmp/out"
    cmp "$tmp/out" grid/table.txt
    results grid | cmp "$tmp/before"
    grid OUT="$tmp/anew" -j 3 >"$tmp/out"
    same_tables grid "$tmp/anew"
    results "$tmp/anew" | cmp "$tmp/before"
}

@test "experiment: stopped in the middle and continued, it gives the same bytes" {
    # trainstep dies in the second epoch of each run with seed 2
    mkdir "$tmp/bin"
    for tool in "$BUILD"/*; do [ ! -f "$tool" ] || [ ! -x "$tool" ] || ln -s "$tool" "$tmp/bin/"; done
    rm "$tmp/bin/trainstep"
    printf '#!/bin/sh\ncase "$*" in *_s2/epoch-1*) echo died >&2; exit 1;; esac\nexec "%s/trainstep" "$@"\n' "$BUILD" >"$tmp/bin/trainstep"
    chmod +x "$tmp/bin/trainstep"
    run ! --separate-stderr env TAGPIPE_BIN="$tmp/bin" bash -c "$(declare -f grid); grid OUT='$tmp/grid' -k"
    [[ $stderr = *died*"experiment-run.sh: $tmp/grid/runs/small_plain_e2_b4_lr1e-2_s2 failed; the same command continues it"* ]]
    [ ! -e "$tmp/grid/table.txt" ]
    [ "$(grid OUT="$tmp/grid" status)" = "4 of 8 runs are finished" ]
    run -0 grid OUT="$tmp/grid" so-far
    [[ $output = *" plain "*"Best by dev of all: "* ]]
    # and a kill at any time
    set -m                                          # a group of its own: make, scripts and tools
    grid OUT="$tmp/grid" >"$tmp/out" 2>&1 &
    set +m
    sleep 0.3
    kill -- -$! 2>/dev/null || true
    while kill -0 -- -$! 2>/dev/null; do sleep 0.1; done
    grid OUT="$tmp/grid" >"$tmp/out"
    same_tables grid "$tmp/grid"
    [ "$(results "$tmp/grid")" = "$(results grid)" ]
}

@test "experiment: a run that somebody else works in is refused before anything in it changes" {
    cp -r grid/runs/"$(ls grid/runs | head -n 1)" "$tmp/run"
    find "$tmp/run" -type f -exec cksum {} + >"$tmp/before"
    data=$(ls -d grid/data/* | head -n 1)
    exec {fd}<"$tmp/run"
    flock -n "$fd"
    (exec {fd}<&-; run -1 "$PIPE/experiment-run.sh" -m small -d "$data" -o "$tmp/run" -e 1 -b 4 -l 1e-2
        [[ $output = *"is in use"* ]])
    exec {fd}<&-
    find "$tmp/run" -type f -exec cksum {} + | diff - "$tmp/before"
}

@test "experiment: only what depends on a change is made again" {
    cp -a grid "$tmp/grid"
    would() { grid OUT="$tmp/grid" -n "$@" | grep -c 'experiment-run\.sh' || true; }
    [ "$(would)" -eq 0 ]
    [ "$(would TRAINSTEP.warm="--warmup 0.4")" -eq 4 ]
    [ "$(would SEEDS="1 2 3")" -eq 4 ]
    # fewer runs: another table of the existing results
    grid OUT="$tmp/grid" SEEDS=1 >"$tmp/out"
    [ "$(wc -l <"$tmp/grid/results.tsv")" -eq 5 ]
    grid OUT="$tmp/grid" >"$tmp/out"
    same_tables grid "$tmp/grid"
    # another test set: scored again, not trained again
    sed 's/^Still /Yet /' test.txt >"$tmp/test.txt"
    stat -c %i.%Y "$tmp"/grid/runs/*/best/model.safetensors >"$tmp/before"
    grid OUT="$tmp/grid" TEST="$tmp/test.txt" LRS=1e-2 VARIANTS=plain -W "$tmp/test.txt" >"$tmp/out"
    stat -c %i.%Y "$tmp"/grid/runs/*/best/model.safetensors | cmp "$tmp/before"
    [ "$(jq -r '.provenance.corpus["test.txt"]' "$tmp/grid/runs/small_plain_e2_b4_lr1e-2_s1/result.json")" = \
        "$(sha256sum <"$tmp/test.txt" | cut -d ' ' -f 1)" ]
}

@test "experiment: MODEL is the name, and paths may have blanks; both names of the development set; OUT may have no blank" {
    mkdir "$tmp/my data"
    cp train.txt test.txt "$tmp/my data/"
    cp dev.txt "$tmp/my data/valid.txt"
    cp -r small "$tmp/my model"
    cd "$tmp"
    one() { make -s -f "$PIPE/experiment.mk" OUT=o EPOCHS=1 BATCHES=4 LRS=1e-2 SEEDS=1 "$@"; }
    run -0 --separate-stderr one MODEL="my model" DATA="my data"
    [ "$(ls o/runs)" = my_model_plain_e1_b4_lr1e-2_s1 ]
    jq -e '.provenance.corpus | keys == ["test.txt", "train.txt", "valid.txt"]' o/runs/*/result.json
    run -0 one MODEL="my model" DATA="my data" -q o/table.txt
    # several models; the same development set under its other name
    mv "my data/valid.txt" "my data/dev.txt"
    run -0 --separate-stderr one MODEL="my\\ model $FILES/small" DATA="my data"
    [ "$(jq -r '.dev.overall_accuracy' o/runs/*/result.json | uniq | wc -l)" -eq 1 ] && [ "$(ls o/runs | wc -l)" -eq 2 ]
    cp "my data/dev.txt" "my data/valid.txt"
    run -0 --separate-stderr one MODEL="$FILES/small" DATA="my data" -n
    [[ $stderr = *"there are valid.txt dev.txt: valid.txt is the development set; DEV=FILE says another"* ]]
    rm "my data"/{dev,valid}.txt
    run -2 --separate-stderr one MODEL="my model" DATA="my data"
    [[ $stderr = *"there is no my data/valid.txt or dev.txt."* ]]
    run -2 --separate-stderr one MODEL="my model" DATA="my data" DEV=
    [[ $stderr = *"DEV is empty; a grid compares models by all three sets: DEV=FILE."* ]]
    run -2 --separate-stderr one MODEL="my model" DATA="my data" OUT="my out"
    [[ $stderr = *"OUT is 'my out': make cannot write to a path with a blank; give another OUT."* ]]
}

@test "make help: every variable and target, for make and for tagpipe; nothing is needed for it" {
    for file in course experiment; do
        run -0 --separate-stderr make -s -f "$PIPE/$file.mk" help
        [ -z "$stderr" ]
        for name in $(grep -oE '^[A-Z_]+ *\?=' "$PIPE/$file.mk" | tr -d ' ?='); do
            grep -qE "^  $name +[a-z-]" <<<"$output" || { echo "$name"; false; }
        done
        grep -qE '^  all +[a-z]' <<<"$output" && grep -qE '^  EPOCHS .* \(3\)$' <<<"$output"
        grep -qF "  make -f $PIPE/$file.mk MODEL=" <<<"$output"
        (cd / && "$PIPE/tagpipe.sh" $file -s help) | sed "s,tagpipe $file,make -f $PIPE/$file.mk," | cmp - <(echo "$output")
    done
}

# result MODEL SEED DEV-F1 TEST-F1
result() {
    jq -n --arg model "$1" --arg seed "$2" --argjson dev "$3" --argjson test "$4" '{name: "x", $model, variant: "v", epochs: 3, batch: 8,
        rate: "2e-5", $seed, best: "epoch-1", dev: {overall_precision: 0, overall_recall: 0, overall_f1: $dev, overall_accuracy: 0},
        test: {overall_precision: 0, overall_recall: 0, overall_f1: $test, overall_accuracy: 0}, provenance: {version: "9", commit: null}}' >"$tmp/$1.$2.json"
}

@test "experiment-table: mean, standard deviation, best by dev with its own test score; the best combination first" {
    result a 1 0.90 0.80; result a 2 0.92 0.70; result a 3 0.91 0.84
    result b 1 0.95 0.60
    result c 1 0.5 0.5; result c 2 0.5 0.99
    run -0 "$PIPE/experiment-table.sh" "$tmp"/*.json
    [ "$(awk '/^a/ { print $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 }' <<<"$output")" = "3 0.9100 ± 0.0100 0.7800 ± 0.0721 2 0.9200 0.7000" ]
    [ "$(sed -n 's/  */ /g; s/^\([a-c]\) .*/\1/p' <<<"$output" | tr -d '\n')" = bac ]
    [ "$(awk '/^b/ { print $6, $7, $8, $9, $10, $11 }' <<<"$output")" = "1 0.9500 0.6000 1 0.9500 0.6000" ]
    [[ $output = *"Best by dev of all: b_v_e3_b8_lr2e-5_s1 (epoch-1), dev F1 0.9500, test F1 0.6000"* ]]
    [[ $output = *"Made with tagpipe 9: 6 runs" ]]
    # the order of the arguments does not matter; nor does gnuplot
    mkdir "$tmp/one" "$tmp/two"
    "$PIPE/experiment-table.sh" -o "$tmp/one" "$tmp"/*.json
    printf '%s\n' "$tmp"/*.json | sort -r | xargs "$PIPE/experiment-table.sh" -o "$tmp/two"
    diff -r "$tmp/one" "$tmp/two"
    [ "$(cat "$tmp/one/table.txt")" = "$output" ]
    [ "$(cut -f 1,6-10 "$tmp/one/table.tsv" | sed -n 3p)" = $'a\t3\t0.9100\t0.0100\t0.7800\t0.0721' ]
}

@test "experiment: missing and wrong settings are reported" {
    run -2 --separate-stderr make -f "$PIPE/experiment.mk" DATA=.
    [[ $stderr = *'which model? MODEL=DIR, or several'* ]]
    run -2 --separate-stderr make -f "$PIPE/experiment.mk" MODEL=small
    [[ $stderr = *"which corpus? DATA=DIR"* ]]
    run -2 --separate-stderr grid OUT="$tmp/o" DEV=no.txt
    [[ $stderr = *"there is no no.txt"* ]]
    run -2 --separate-stderr grid OUT="$tmp/o" MODELS="small x/small"
    [[ $stderr = *"two models have the same last name"* ]]
    run -2 --separate-stderr grid OUT="$tmp/o" SEEDS=1 LRS=1e-2 TRAINSTEP.warm="--warmpu 1" VARIANTS=warm
    [[ $stderr = *"trainstep: no option --warmpu"*"failed"* ]]
    for script in experiment-run experiment-table; do
        run -0 "$PIPE/$script.sh" -h
        [[ $output = "usage: $script.sh"* ]]
        run -2 "$PIPE/$script.sh"
    done
}
