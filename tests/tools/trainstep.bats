load ../support/common

G=$ROOT/tests/golden/train
M=$G/model
# Ten steps: two epochs of five batches.
options=(--lr 2e-3 --epochs 2 --schedule cosine --warmup 0.2)

# A model this small is faster on one thread; a test of threads uses -t.
setup() {
    export OMP_NUM_THREADS=1
    cp -r "$M" "$tmp/m"
}

same_files() {
    cmp "$1/model.safetensors" "$2/model.safetensors" && cmp "$1/optimizer.safetensors" "$2/optimizer.safetensors"
}

# msgpack by hand: str TEXT, ints N..., and a stream of one batch with one sentence: batch IDS LABELS [HASH of the vocabulary].
str() { printf "\\x$(printf %x $((0xa0 + ${#1})))%s" "$1"; }
ints() {
    printf "\\xdc\\x00\\x$(printf %02x $#)"
    for i; do if [ "$i" -lt 0 ]; then printf "\\xd0\\x$(printf %x $((i + 256)))"; else printf "\\xcc\\x$(printf %x "$i")"; fi; done
}
batch() {
    printf "\\x8$((4 + $# / 3))"; str msgstream; printf '\x01'; str kind; str batch
    [ $# -lt 3 ] || { str vocab; printf '\x82'; str size; printf '\x07'; str hash; str "$3"; }
    str fields; printf '\x93'; str ids; str input_ids; str labels
    str batches; printf '\x01'
    printf '\x83'; str ids; printf '\x91'; str s-17; str input_ids; printf '\x91'; ints $1; str labels; printf '\x91'; ints $2
    printf '\x82'; str end; printf '\xc3'; str records; printf '\x01'
}

@test "trainstep: reports of ten steps are those of torch" {
    trainstep -m "$tmp/m" --lr 2e-3 --epochs 2 --no-dropout "$G/batches.msg" | msg2json >"$tmp/steps"
    jq -sc --slurpfile torch "$G/plain.jsonl" 'length == ($torch | length) and ([range(length) as $i | .[$i] as $a | $torch[$i] as $b
    | $a.step == $b.step and $a.epoch == $b.epoch and $a.batch == $b.batch and $a.tokens == $b.tokens
      and $a.labelled == $b.labelled and ($a.loss - $b.loss | fabs) < 2e-5
      and ($a.learning_rate - $b.learning_rate | fabs) < 1e-15
      and ($a.grad_norm - $b.grad_norm | fabs) <= 2e-5 * $b.grad_norm] | all)' "$tmp/steps" >"$tmp/same"
    [ "$(cat "$tmp/same")" = true ]
}

@test "trainstep: a batch without labels is a step with loss 0" {
    trainstep -m "$tmp/m" "${options[@]}" "$G/batches.msg" | msg2json | jq -c 'select(.labelled == 0) | [.step, .loss, .grad_norm]' \
        >"$tmp/steps"
    [ "$(wc -l <"$tmp/steps")" -eq 2 ]
    jq -se 'all(.[1] == 0 and .[2] == 0)' "$tmp/steps"
}

@test "trainstep: stopped after any step and continued, the same bits" {
    for accumulate in 1 2; do
        trainstep -m "$tmp/m" -o "$tmp/whole" "${options[@]}" --accumulate $accumulate "$G/batches.msg" | msg2json >"$tmp/steps"
        last=$(wc -l <"$tmp/steps")
        for ((k = 1; k < last; k++)); do
            rm -rf "$tmp/part"
            trainstep -m "$tmp/m" -o "$tmp/part" "${options[@]}" --accumulate $accumulate --stop-after $k "$G/batches.msg" |
                msg2json >"$tmp/parts"
            trainstep -m "$tmp/part" "${options[@]}" --accumulate $accumulate "$G/batches.msg" 2>"$tmp/err" | msg2json >>"$tmp/parts"
            same_files "$tmp/whole" "$tmp/part"
            cmp "$tmp/steps" "$tmp/parts"
            grep -q "goes on after step $k of $last" "$tmp/err"
            grep -q "skipped .* batches" "$tmp/err"
        done
    done
}

@test "trainstep: the same bits for 1, 2 and 3 threads" {
    for t in 1 2 3; do
        trainstep -m "$tmp/m" -o "$tmp/$t" -t $t "${options[@]}" "$G/batches.msg" >"$tmp/$t.msg"
        same_files "$tmp/1" "$tmp/$t"
    done
}

# Operands of the wide products keep 8 bits. Measured: losses of these ten steps differ by up to 1.1 %.
@test "trainstep: --precision bf16 learns as fp32 does, with the same bits for 1, 2 and 3 threads" {
    trainstep -m "$tmp/m" -o "$tmp/fp32" --no-dropout "${options[@]}" "$G/batches.msg" | msg2json | jq .loss >"$tmp/want"
    for t in 1 2 3; do
        trainstep -m "$tmp/m" -o "$tmp/$t" -t $t -p bf16 --no-dropout "${options[@]}" "$G/batches.msg" | msg2json | jq .loss >"$tmp/is"
        same_files "$tmp/1" "$tmp/$t"
        paste "$tmp/want" "$tmp/is" | awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > 0.03 * $1) exit 1; if (d) any = 1 } END { exit !any }'
    done
    run -1 bash -c "trainstep -m '$tmp/fp32' -p bf16 --no-dropout ${options[*]} '$G/batches.msg' | cat; exit \${PIPESTATUS[0]}"
    [[ $output == *"other options"* ]]
}

# Measured: losses of these ten steps differ by up to 3.5e-6 of themselves.
@test "trainstep: --precision bf16x3 learns as fp32 does, with the same bits for 1 and 3 threads" {
    trainstep -m "$tmp/m" -o "$tmp/fp32" --no-dropout "${options[@]}" "$G/batches.msg" | msg2json | jq .loss >"$tmp/want"
    for t in 1 3; do
        trainstep -m "$tmp/m" -o "$tmp/$t" -t $t -p bf16x3 --no-dropout "${options[@]}" "$G/batches.msg" | msg2json | jq .loss >"$tmp/is"
        paste "$tmp/want" "$tmp/is" | awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > 0.0001 * $1) exit 1; if (d) any = 1 } END { exit !any }'
    done
    same_files "$tmp/1" "$tmp/3"
}

@test "trainstep: --profile names every operator of both passes" {
    trainstep -m "$tmp/m" --profile "${options[@]}" "$G/batches.msg" 2>"$tmp/err" >"$tmp/out"
    for operator in intermediate output "query, key, value" "attention output" classifier; do
        for pass in forward dX dW; do grep -Eq "^$operator +$pass +[0-9.]+ +[0-9.]+ +[0-9.]+ +- +[1-9]" "$tmp/err"; done
    done
    for operator in AdamW "gradient norm" attention activation LayerNorm embeddings dropout reading reporting saving loading all; do
        grep -q "^$operator  " "$tmp/err"
    done
}

@test "trainstep: seed and dropout change the weights, --no-dropout makes the seed irrelevant" {
    for s in 1 2; do
        trainstep -m "$tmp/m" -o "$tmp/d$s" --seed $s "${options[@]}" "$G/batches.msg" >"$tmp/out"
        trainstep -m "$tmp/m" -o "$tmp/n$s" --seed $s --no-dropout "${options[@]}" "$G/batches.msg" >"$tmp/out"
    done
    run -1 cmp -s "$tmp/d1/model.safetensors" "$tmp/d2/model.safetensors"
    cmp "$tmp/n1/model.safetensors" "$tmp/n2/model.safetensors"
}

@test "trainstep: --freeze does not change the parameters that it names" {
    trainstep -m "$tmp/m" "${options[@]}" --freeze 'bert.*' "$G/batches.msg" >"$tmp/out"
    run -1 cmp -s <(unchecked "$tmp/m/model.safetensors") "$M/model.safetensors"
    # Only classifier.bias and classifier.weight may differ: they are at the end of the file, [5] and [5,16].
    [ "$(cmp -l <(unchecked "$tmp/m/model.safetensors") "$M/model.safetensors" | awk '{ print ($1 > 23972 - 4 * 85) }' | sort -u)" = 1 ]
    run ! trainstep -m "$tmp/m" --restart --freeze 'encoder.*' "$G/batches.msg" >"$tmp/out"
    run -1 bash -c "trainstep -m '$tmp/m' --restart --freeze 'encoder.*' '$G/batches.msg' | cat; exit \${PIPESTATUS[0]}"
    [[ $output == *"no parameter has such a name"* ]]
}

@test "trainstep: layer decay, smoothing and class weights are options of the state, and the same bits for any threads and stops" {
    more=(--layer-decay 0.9 --label-smoothing 0.1 --class-weights 'O=0.5,*-LOC=2')
    trainstep -m "$tmp/m" -o "$tmp/one" -t 1 "${options[@]}" "${more[@]}" "$G/batches.msg" >"$tmp/out"
    trainstep -m "$tmp/m" -o "$tmp/two" -t 2 "${options[@]}" "${more[@]}" --stop-after 8 "$G/batches.msg" >"$tmp/out"
    run -1 --separate-stderr bash -c "trainstep -m '$tmp/two' ${options[*]} --layer-decay 0.9 --label-smoothing 0.1 '$G/batches.msg' >'$tmp/out'"
    [[ $stderr == *"there '"*"--class-weights O=0.5,"*"--label-smoothing 0.1"* ]]
    trainstep -m "$tmp/two" -t 2 "${options[@]}" "${more[@]}" "$G/batches.msg" >"$tmp/out" 2>&1
    same_files "$tmp/one" "$tmp/two"
    run -1 --separate-stderr bash -c "trainstep -m '$tmp/m' --class-weights O=1,B-XYZ=2 '$G/batches.msg' >'$tmp/out'"
    [[ $stderr == *"--class-weights B-XYZ: the model has no such label; its first is O" ]]
    for bad in O 'O=' 'O=-1' 'O=x' 'O=1x' '=nan'; do
        run -1 --separate-stderr bash -c "trainstep -m '$tmp/m' --class-weights '$bad' '$G/batches.msg' >'$tmp/out'"
        [[ $stderr == *"--class-weights wants LABEL=X,... with X from 0 on, not '$bad'" ]]
    done
    run -2 trainstep -m "$tmp/m" --label-smoothing 1 "$G/batches.msg"
    run -2 trainstep -m "$tmp/m" --layer-decay 0 "$G/batches.msg"
}

@test "trainstep: if all weights are zero, a step is like one without labels" {
    trainstep -m "$tmp/m" "${options[@]}" --class-weights '*=0' "$G/batches.msg" | msg2json | jq -se 'all(.loss == 0 and .grad_norm == 0)'
}

@test "trainstep: the saved directory is complete and another --output does not change the first one" {
    trainstep -m "$tmp/m" -o "$tmp/deep/er" "${options[@]}" "$G/batches.msg" >"$tmp/out"
    diff -r "$M" "$tmp/m"
    [ "$(ls "$tmp/deep/er" | tr '\n' ' ')" = "config.json model.safetensors optimizer.safetensors " ]
    cmp "$M/config.json" "$tmp/deep/er/config.json"
}

@test "trainstep: config.json says how the sentences were cut, also where the model is saved in its own directory; or no longer" {
    batches() { conll2msg <<<$'a O\nb O' | wptok -m "$tmp/v" "$@" | alignlbl | mkbatch; }
    bertinit --config "$ROOT/tests/golden/bertfwd/model/config.json" --vocab "$ROOT/tests/golden/bertfwd/model" --labels O -o "$tmp/v" 2>"$tmp/err"
    cut() { jq -c .task_specific_params "$1/config.json"; }
    batches -c 3 >"$tmp/cut.msg" && batches >"$tmp/plain.msg"
    trainstep -m "$tmp/v" -o "$tmp/other" "$tmp/cut.msg" >"$tmp/out"
    [ "$(cut "$tmp/other")" = '{"token-classification":{"context":3}}' ] && [ "$(cut "$tmp/v")" = null ]
    cp -r "$tmp/v" "$tmp/own"
    trainstep -m "$tmp/own" "$tmp/cut.msg" >"$tmp/out"
    diff "$tmp/own/config.json" "$tmp/other/config.json"
    cp "$tmp/v/config.json" "$tmp/own/config.json"      # killed before the last rename: the same command does the rest
    trainstep -m "$tmp/own" "$tmp/cut.msg" >"$tmp/out" 2>"$tmp/err"
    diff "$tmp/own/config.json" "$tmp/other/config.json"
    trainstep -m "$tmp/own" --restart "$tmp/plain.msg" >"$tmp/out"
    diff "$tmp/own/config.json" "$tmp/v/config.json"
}

@test "trainstep: padded batches give the same bits as ragged ones" {
    for pad in "" --pad; do
        mkbatch --no-shuffle $pad "$ROOT/tests/golden/bertfwd/in.msg" >"$tmp/b.msg"
        cp -r "$ROOT/tests/golden/bertfwd/model" "$tmp/pad$pad"
        trainstep -m "$tmp/pad$pad" "$tmp/b.msg" >"$tmp/out"
    done
    cmp "$tmp/pad/model.safetensors" "$tmp/pad--pad/model.safetensors"
}

@test "trainstep: options that differ from those of the state are refused, --restart starts again" {
    trainstep -m "$tmp/m" "${options[@]}" --stop-after 2 "$G/batches.msg" >"$tmp/out"
    run -1 bash -c "trainstep -m '$tmp/m' --lr 1e-3 --epochs 2 '$G/batches.msg' | cat; exit \${PIPESTATUS[0]}"
    [[ $output == *"other options: there '"*"--lr 0.002"*"now '"*"--lr 0.001"*"--restart"* ]]
    trainstep -m "$tmp/m" --lr 1e-3 --epochs 2 --restart "$G/batches.msg" | msg2json | head -1 | jq -e '.step == 1'
}

@test "trainstep: a state of other weights is refused" {
    trainstep -m "$tmp/m" "${options[@]}" --stop-after 2 "$G/batches.msg" >"$tmp/out"
    cp "$M/model.safetensors" "$tmp/m/"
    run -1 bash -c "trainstep -m '$tmp/m' ${options[*]} '$G/batches.msg' | cat; exit \${PIPESTATUS[0]}"
    [[ $output == *"belongs to other weights"*"--restart"* ]]
}

@test "trainstep: a save that was cut between its renames is finished or undone" {
    trainstep -m "$tmp/m" "${options[@]}" --stop-after 3 "$G/batches.msg" >"$tmp/out"
    trainstep -m "$tmp/m" -o "$tmp/next" "${options[@]}" --stop-after 1 "$G/batches.msg" >"$tmp/out"
    # before the rename of the model
    cp -r "$tmp/m" "$tmp/before"
    cp "$tmp/next/optimizer.safetensors" "$tmp/before/optimizer.safetensors.next"
    trainstep -m "$tmp/before" "${options[@]}" --stop-after 1 "$G/batches.msg" 2>"$tmp/err" >"$tmp/out"
    msg2json "$tmp/out" | jq -e '.step == 4'
    [ ! -s "$tmp/err" ]
    same_files "$tmp/next" "$tmp/before"
    # after it
    cp -r "$tmp/m" "$tmp/behind"
    cp "$tmp/next/optimizer.safetensors" "$tmp/behind/optimizer.safetensors.next"
    cp "$tmp/next/model.safetensors" "$tmp/behind/"
    trainstep -m "$tmp/behind" "${options[@]}" --stop-after 1 "$G/batches.msg" 2>"$tmp/err" >"$tmp/out"
    msg2json "$tmp/out" | jq -e '.step == 5'
    [ ! -e "$tmp/behind/optimizer.safetensors.next" ]
}

@test "trainstep: kill -9 at any instant leaves a directory that can continue to the same bits" {
    trainstep -m "$tmp/m" -o "$tmp/whole" "${options[@]}" "$G/batches.msg" >"$tmp/out"
    for ((i = 0; i < 12; i++)); do
        trainstep -m "$tmp/m" "${options[@]}" --save-every 1 "$G/batches.msg" >"$tmp/out" 2>/dev/null &
        sleep "0.0$((1 + RANDOM % 6))"
        kill -9 $! 2>/dev/null || true
        wait $! || true
    done
    trainstep -m "$tmp/m" "${options[@]}" "$G/batches.msg" >"$tmp/out"
    same_files "$tmp/whole" "$tmp/m"
}

@test "trainstep: SIGTERM finishes the step, saves, writes no trailer; the next run continues from there" {
    trainstep -m "$tmp/m" -o "$tmp/whole" "${options[@]}" "$G/batches.msg" >"$tmp/out"
    mkfifo "$tmp/pipe"
    trainstep -m "$tmp/m" "${options[@]}" "$tmp/pipe" >"$tmp/steps.msg" 2>"$tmp/err" &
    pid=$!
    exec 9>"$tmp/pipe"
    head -c 700 "$G/batches.msg" >&9
    for ((i = 0; i < 100; i++)); do [ "$(wc -c <"$tmp/steps.msg")" -lt 700 ] || break; sleep 0.05; done
    sleep 0.2
    kill -TERM $pid
    status=0; wait $pid || status=$?
    exec 9>&-
    [ $status -eq 143 ]
    grep -q 'stopped by a signal; .* continues from there' "$tmp/err"
    run -1 msg2json "$tmp/steps.msg"
    [[ $output == *"ends without its trailer"* ]]
    trainstep -m "$tmp/m" "${options[@]}" "$G/batches.msg" 2>"$tmp/err" >"$tmp/out"
    grep -q 'goes on after step' "$tmp/err"
    same_files "$tmp/whole" "$tmp/m"
}

# Stop a run in the middle: its input stops in a pipe that stays open.
stop_in_the_middle() {      # SIGNAL ARGUMENT...
    rm -f "$tmp/pipe"
    mkfifo "$tmp/pipe"
    trainstep "${@:2}" "$tmp/pipe" >"$tmp/cut.msg" 2>"$tmp/err" &
    pid=$!
    exec 9>"$tmp/pipe"
    head -c 700 "$G/batches.msg" >&9
    for ((i = 0; i < 100; i++)); do [ "$(wc -c <"$tmp/cut.msg")" -lt 700 ] || break; sleep 0.05; done
    sleep 0.2
    kill -"$1" $pid
    status=0; wait $pid || status=$?
    exec 9>&-
}

@test "trainstep: a run that was stopped, by a signal or by kill -9, goes on by the same command, and reports all of its steps" {
    run="--epochs 2 --lr 2e-3"
    trainstep -m "$tmp/m" -o "$tmp/whole" $run "$G/batches.msg" >"$tmp/whole.msg" 2>"$tmp/err"
    for how in TERM KILL; do
        for dir in "$tmp/m" "$tmp/out"; do      # in the model itself, and with -o
            rm -rf "$tmp/m" "$tmp/out" && cp -r "$M" "$tmp/m"
            stop_in_the_middle $how -m "$tmp/m" -o "$dir" $run --save-every 1
            run ! msg2json "$tmp/cut.msg"
            steps=$(grep -c '{"step"' <<<"$output")
            [ "$steps" -ge 1 ] && [ "$steps" -lt 10 ]
            [ $how = KILL ] || grep -q "^trainstep: stopped by a signal; $dir has step $steps, and the same command continues from there$" "$tmp/err"
            # stopped once more before it has done anything new
            timeout -s $how 0.3 trainstep -m "$tmp/m" -o "$dir" $run <(head -c 300 "$G/batches.msg"; sleep 1) >"$tmp/cut.msg" 2>"$tmp/err" || true
            trainstep -m "$tmp/m" -o "$dir" $run --save-every 1 "$G/batches.msg" >"$tmp/again.msg" 2>"$tmp/err"
            [[ $(sed -n 1p "$tmp/err") = "trainstep: goes on after step $steps of 10 (epoch 1, batch "* ]]
            run ! grep skipped "$tmp/err"
            cmp <(msg2json "$tmp/whole.msg") <(msg2json "$tmp/again.msg")
            same_files "$tmp/whole" "$dir"
        done
    done
    # --stop-after counts the steps of the whole run
    rm -rf "$tmp/out" "$tmp/part"
    trainstep -m "$M" -o "$tmp/part" $run --stop-after 8 "$G/batches.msg" >"$tmp/out.msg"
    stop_in_the_middle TERM -m "$M" -o "$tmp/out" $run --stop-after 8
    trainstep -m "$M" -o "$tmp/out" $run --stop-after 8 "$G/batches.msg" 2>"$tmp/err" | msg2json -f step >"$tmp/steps"
    [ "$(tail -n 1 "$tmp/steps")" = '{"step":8}' ]
    same_files "$tmp/part" "$tmp/out"
    # other weights at -m, or other options: what is in -o is of another run
    stop_in_the_middle TERM -m "$M" -o "$tmp/out" $run
    trainstep -m "$M" -o "$tmp/out" $run --seed 7 "$G/batches.msg" 2>"$tmp/err" | msg2json -f step | sed -n 1p >"$tmp/steps"
    [ ! -s "$tmp/err" ] || run ! grep 'goes on' "$tmp/err"
    trainstep -m "$M" -o "$tmp/seven" $run --seed 7 "$G/batches.msg" 2>"$tmp/err" >"$tmp/out.msg"
    same_files "$tmp/seven" "$tmp/out"
}

@test "trainstep: a longer training goes on where the learning rates are the same, else it says from which step on they differ" {
    longer() {          # OPTION...: three of six steps, then a training of ten
        rm -rf "$tmp/m" "$tmp/whole" && cp -r "$M" "$tmp/m"
        trainstep -m "$M" -o "$tmp/whole" --max-steps 10 "$@" "$G/batches.msg" >"$tmp/out"
        trainstep -m "$tmp/m" --max-steps 6 --stop-after 3 "$@" "$G/batches.msg" >"$tmp/out"
        trainstep -m "$tmp/m" --epochs 2 "$@" "$G/batches.msg" >"$tmp/out" 2>"$tmp/err"
        cmp "$tmp/whole/model.safetensors" "$tmp/m/model.safetensors"
    }
    longer --schedule constant
    longer --schedule constant --warmup 2
    longer --schedule linear --warmup 3
    for case in "linear:2" "cosine:2" "linear --warmup 2:4" "linear --warmup 0.5:2" "constant --warmup 0.5:2"; do
        rm -rf "$tmp/m" && cp -r "$M" "$tmp/m"
        # shellcheck disable=SC2086
        trainstep -m "$tmp/m" --max-steps 6 --stop-after 4 --schedule ${case%:*} "$G/batches.msg" >"$tmp/out"
        cp -r "$tmp/m" "$tmp/before"
        # shellcheck disable=SC2086
        run -1 --separate-stderr bash -c "trainstep -m '$tmp/m' --max-steps 10 --schedule ${case%:*} '$G/batches.msg' | cat; exit \${PIPESTATUS[0]}"
        [ "$stderr" = "trainstep: $tmp/m comes from a training of 6 steps; in one of 10 the learning rate differs from step ${case#*:} on; --restart begins anew from the weights" ]
        diff -r "$tmp/before" "$tmp/m" && rm -r "$tmp/before"
    done
    run -1 --separate-stderr bash -c "trainstep -m '$tmp/m' --max-steps 3 --schedule constant --warmup 0.5 '$G/batches.msg' | cat; exit \${PIPESTATUS[0]}"
    [[ $stderr = "trainstep: $tmp/m has step 4 already, and this training has 3; "* ]]
}

@test "trainstep: --dry-run checks options and batches, and changes nothing" {
    trainstep -m "$tmp/m" -o "$tmp/new" --dry-run "${options[@]}" "$G/batches.msg" >"$tmp/out" 2>"$tmp/err"
    [ ! -s "$tmp/err" ] && [ ! -e "$tmp/new" ]
    diff -r "$M" "$tmp/m"
    [ -z "$(msg2json "$tmp/out")" ]
    msg2json --header "$tmp/out" | jq -e '.settings | contains("--schedule cosine --accumulate 1 --max-steps 0 ")'
    batch "1 2 3 40" "0 0 0 0" >"$tmp/b.msg"
    run -1 --separate-stderr bash -c "trainstep -m '$tmp/m' --dry-run '$tmp/b.msg' | cat; exit \${PIPESTATUS[0]}"
    [[ $stderr = "trainstep: record 1: sentence 1 (id s-17): input_ids[3] is 40, the model's vocabulary has 40 pieces"* ]]
    run -1 --separate-stderr bash -c "trainstep -m '$tmp/m' --dry-run --class-weights B-XYZ=2 '$G/batches.msg' | cat; exit \${PIPESTATUS[0]}"
    [[ $stderr = *"the model has no such label"* ]]
}

@test "trainstep: an infinite loss names step and sentences and does not change the model" {
    run -1 bash -c "trainstep -m '$tmp/m' --lr 1e38 --epochs 2 '$G/batches.msg' 2>&1 >'$tmp/out'"
    [[ $output =~ "trainstep: step "[23]" (epoch 1, batch "[12]"): the "(loss|"norm of the gradient")" is "(NaN|infinite)"; sentences "[0-9]+", " ]]
    [[ $output == *"nothing was saved"* ]]
    diff -r "$M" "$tmp/m"
}

@test "trainstep: the stream must know its batches, or --max-steps is needed" {
    batch "1 2 3" "-100 0 -100" | sed 's/batches/batchez/' >"$tmp/b.msg"
    run -1 bash -c "trainstep -m '$tmp/m' '$tmp/b.msg' 2>&1 >'$tmp/out'"
    [[ $output == *"give --max-steps"* ]]
    trainstep -m "$tmp/m" --max-steps 4 "$tmp/b.msg" | msg2json | jq -e '.step == 1'
}

@test "trainstep: batches that the model cannot take are named: length, ids, labels, rows" {
    fails() {
        batch "$1" "$2" >"$tmp/b.msg"
        run -1 bash -c "trainstep -m '$tmp/m' '$tmp/b.msg' 2>&1 >'$tmp/out'"
        [[ $output == "trainstep: record 1: sentence 1 (id s-17): $3"* ]]
        run ! msg2json "$tmp/out"
    }
    fails "1 2 3 40" "0 0 0 0" "input_ids[3] is 40, the model's vocabulary has 40 pieces"
    fails "1 -1" "0 0" "input_ids[1] is -1"
    fails "1 2" "0 5" "labels[1] is 5, the model has 5 labels"
    fails "1 2" "0 -99" "labels[1] is -99"
    fails "1 2 3" "0 0" "3 pieces, but 2 of labels"
    fails "" "" "no pieces"
    fails "$(seq -s ' ' 17)" "$(seq -s ' ' 17)" "17 pieces, the model takes 16; see wptok --overflow"
    cp -r "$M" "$tmp/short"
    sed -i 's/"max_position_embeddings": 16/"max_position_embeddings": 3/' "$tmp/short/config.json"
    run -1 bash -c "trainstep -m '$tmp/short' '$tmp/b.msg' 2>&1 >'$tmp/out'"
    [[ $output == *"bert.embeddings.position_embeddings.weight has the shape [16,16], the config asks for [3,16]"* ]]
    diff -r "$M" "$tmp/m"
}

@test "trainstep: a model with the same labels in another order learns the same, by name, and can be continued" {
    bertinit --from "$M" --labels I-LOC,O,B-LOC,I-PER,B-PER -o "$tmp/moved"
    train() { trainstep -m "$1" -o "$2" --lr 2e-3 --epochs 2 --no-dropout --class-weights 'O=0.5' "${@:3}" "$G/batches.msg"; }
    train "$M" "$tmp/a" | msg2json -f loss >"$tmp/want"
    train "$tmp/moved" "$tmp/b" | msg2json -f loss >"$tmp/is"
    [ "$(wc -l <"$tmp/is")" -ge 5 ]
    paste -d' ' "$tmp/want" "$tmp/is" | tr -dc '0-9.\n -' | awk '{ d = $1 - $2 } NF != 2 || d * d > 1e-10 { exit 1 }'
    jq -e '.id2label["0"] == "I-LOC"' "$tmp/b/config.json"
    train "$tmp/moved" "$tmp/c" --stop-after 2 >"$tmp/out"
    train "$tmp/c" "$tmp/c" >"$tmp/out" 2>"$tmp/err"
    cmp "$tmp/b/model.safetensors" "$tmp/c/model.safetensors"
}

@test "trainstep: other labels than the model's are an error that shows both" {
    sed 's/I-LOC/I-LOX/' "$G/batches.msg" >"$tmp/b.msg"
    run -1 bash -c "trainstep -m '$tmp/m' '$tmp/b.msg' 2>&1 >'$tmp/out'"
    [[ $output == *"the stream has 5 (O, B-PER, I-PER, B-LOC, I-LOX), the model has 5 (O, B-PER, I-PER, B-LOC, I-LOC)"*bertinit* ]]
}

@test "trainstep: a vocabulary other than the model's is an error before the first record" {
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' a b >"$tmp/m/vocab.txt"
    batch "1 2" "0 0" 0123456789abcdef >"$tmp/b.msg"
    run -1 bash -c "trainstep -m '$tmp/m' '$tmp/b.msg' 2>&1 >'$tmp/out'"
    [[ $output == *"another vocabulary"*0123456789abcdef* ]]
}

@test "trainstep: wrong kind, empty input, cut input, no model, misuse" {
    run -1 bash -c "trainstep -m '$tmp/m' '$ROOT/tests/golden/bertfwd/in.msg' 2>&1 >'$tmp/out'"
    [[ $output == *mkbatch* ]]
    run -1 bash -c "trainstep -m '$tmp/m' </dev/null 2>&1 >'$tmp/out'"
    [[ $output == *"is empty"* ]]
    run -1 bash -c "head -c 900 '$G/batches.msg' | trainstep -m '$tmp/m' 2>&1 >'$tmp/out'"
    [[ $output == *"cut off"* || $output == *"trailer"* ]]
    diff -r "$M" "$tmp/m"
    run -1 bash -c "trainstep -m '$tmp/nowhere' '$G/batches.msg' 2>&1 >'$tmp/out'"
    [[ $output == *"no config.json"* ]]
    run -2 trainstep "$G/batches.msg"
    [[ $output == *"-m DIR"* ]]
    run -2 trainstep -m "$tmp/m" --beta1 1 "$G/batches.msg"
}

@test "trainstep: an empty stream gives no steps; the model does not change" {
    mkbatch "$ROOT/tests/golden/bertfwd/nothing.msg" >"$tmp/b.msg"
    trainstep -m "$ROOT/tests/golden/bertfwd/model" -o "$tmp/new" --max-steps 1 "$tmp/b.msg" | msg2json >"$tmp/out"
    [ ! -s "$tmp/out" ]
    unchecked "$tmp/new/model.safetensors" | cmp "$ROOT/tests/golden/bertfwd/model/model.safetensors" -
}

@test "trainstep: a full disk and a closed pipe" {
    run -1 bash -c "trainstep -m '$tmp/m' '$G/batches.msg' 2>&1 >/dev/full"
    [[ $output == *"cannot write to standard output"* ]]
    run bash -c "trainstep -m '$tmp/m' '$G/batches.msg' | true"
    [ -z "$output" ]
}

@test "trainstep, bertinit: a second writer of a directory is refused at once" {
    mkfifo "$tmp/in"
    trainstep -m "$tmp/m" -o "$tmp/o" "${options[@]}" <"$tmp/in" >"$tmp/steps" &
    exec 9>"$tmp/in"
    head -c 2000 "$G/batches.msg" >&9
    until [ -d "$tmp/o" ]; do sleep 0.05; done
    sleep 0.1
    run -1 trainstep -m "$tmp/m" -o "$tmp/o" "${options[@]}" "$G/batches.msg"
    [ "${lines[0]}" = "trainstep: $tmp/o: another process is writing there (trainstep or bertinit); wait until it ends, or choose another folder" ]
    run -1 bertinit -f "$tmp/m" -o "$tmp/o"
    [[ "${lines[0]}" = "bertinit: $tmp/o: another process is writing there"* ]]
    trainstep --dry-run -m "$tmp/m" -o "$tmp/o" "${options[@]}" "$G/batches.msg" >"$tmp/dry"
    tail -c +2001 "$G/batches.msg" >&9
    exec 9>&-
    wait
    trainstep -m "$tmp/m" -o "$tmp/whole" "${options[@]}" "$G/batches.msg" >"$tmp/other"
    same_files "$tmp/o" "$tmp/whole"
}

@test "trainstep: another model's folder gets all files of the new one, and what killed runs left there goes" {
    bertinit -f "$tmp/m" --labels A,B -o "$tmp/o" 2>"$tmp/err"
    mkdir "$tmp/o/.tagpipe-1.new"
    echo x >"$tmp/o/.tagpipe-1.new/config.json"
    echo x >"$tmp/o/model.safetensors.tagpipe-1.tmp"
    trainstep -m "$tmp/m" -o "$tmp/o" "${options[@]}" "$G/batches.msg" >"$tmp/steps"
    trainstep -m "$tmp/m" -o "$tmp/whole" "${options[@]}" "$G/batches.msg" >"$tmp/steps"
    diff -r "$tmp/o" "$tmp/whole"
}
