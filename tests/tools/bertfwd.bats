load ../support/common

G=$ROOT/tests/golden/bertfwd
M=$G/model

# Logits and losses of a stream on standard input, one number a line.
numbers() { msg2json | jq -r '(.logits | flatten | .[]), .loss // empty'; }
# Records without the header, because its history has the arguments.
records() { msg2json | md5sum; }

@test "bertfwd: logits and losses are those of transformers, within 2e-5" {
    bertfwd -m "$M" --loss "$G/in.msg" 2>/dev/null | numbers >"$tmp/ours"
    jq -r '(.logits | flatten | .[]), .loss' "$G/torch.jsonl" >"$tmp/torch"
    [ "$(wc -l <"$tmp/ours")" -eq 431 ]
    paste "$tmp/ours" "$tmp/torch" |
        awk 'NF != 2 || $1 - $2 > 2e-5 || $2 - $1 > 2e-5 { print "differs: " $0; bad = 1 } END { exit bad }'
}

@test "bertfwd: the mean loss and Trainer's mean of batch means go to stderr" {
    bertfwd -m "$M" --loss --loss-batch 4 "$G/in.msg" 2>"$tmp/err" >/dev/null
    msg2json "$G/in.msg" | jq -s '[.[].labels | map(select(. != -100)) | length]' >"$tmp/counts"
    jq -sr --slurpfile n "$tmp/counts" '[.[].loss] as $l | $n[0] as $n
    | (($l | add) / ($n | add)),
      ([range(0; 11; 4)] | map(([11 - ., 4] | min) * ($l[.:. + 4] | add) / ($n[.:. + 4] | add)) | add / 11)' \
        "$G/torch.jsonl" >"$tmp/want"
    sed -E 's/.*loss ([0-9.]+) over 63 labelled pieces of 11 sentences; mean of means of batches of 4: (.*)/\1\n\2/' \
        "$tmp/err" >"$tmp/is"
    paste "$tmp/is" "$tmp/want" | awk '($1 - $2) ^ 2 > 1e-10 { bad = 1 } END { exit bad || NR != 2 }'
}

@test "bertfwd: --loss-file has the same means as JSON, and nothing goes to stderr" {
    bertfwd -m "$M" --loss "$G/in.msg" 2>"$tmp/err" >"$tmp/out"
    bertfwd -m "$M" --loss-file "$tmp/loss" "$G/in.msg" 2>"$tmp/none" | cmp <(msg2json "$tmp/out") <(msg2json)
    [ ! -s "$tmp/none" ]
    read -r loss mean < <(sed -E 's/.*loss ([0-9.]+) over 63 labelled .* batches of 8: (.*)/\1 \2/' "$tmp/err")
    jq -e --argjson loss "$loss" --argjson mean "$mean" '(.loss - $loss | fabs) < 1e-8 and (.eval_loss - $mean | fabs) < 1e-8
        and .labelled == 63 and .sentences == 11 and .batch == 8' "$tmp/loss"
    run -1 --separate-stderr bash -c "bertfwd -m '$M' --loss-file '$tmp/no/loss' '$G/in.msg' | cat; exit \${PIPESTATUS[0]}"
    [[ $stderr = "bertfwd: cannot "*"$tmp/no/"* ]]
}

@test "bertfwd: the same bits for 1, 2 and 3 threads and any grouping, in the order of the input" {
    want=$(bertfwd -m "$M" -t 1 "$G/in.msg" | records)
    for threads in 1 2 3; do
        for group in 1 2 7 30 5000; do
            [ "$(bertfwd -m "$M" -t "$threads" -g "$group" "$G/in.msg" | records)" = "$want" ]
        done
    done
    [ "$(bertfwd -m "$M" "$G/in.msg" | msg2json | jq -c .id | tr '\n' ' ')" = "100 101 102 103 104 105 106 107 108 109 110 " ]
}

# bfloat16 keeps 8 bits: 2^-9 of each operand. Here logits reach 2.2 and move by 0.004; 0.02 is five times that.
@test "bertfwd: --precision bf16 is close to fp32, and has the same bits for any threads and grouping" {
    bertfwd -m "$M" "$G/in.msg" | numbers >"$tmp/fp32"
    bertfwd -m "$M" -p bf16 "$G/in.msg" >"$tmp/bf16.msg"
    numbers <"$tmp/bf16.msg" | paste "$tmp/fp32" - |
        awk '{ d = ($1 - $2) ^ 2; if (d > 0.02 ^ 2) exit 1; if (d > most) most = d } END { exit !(most > 0) }'
    msg2json --header "$tmp/bf16.msg" | head -n 1 | jq -e '.precision == "bf16"'
    want=$(records <"$tmp/bf16.msg")
    for threads in 1 2 3; do
        for group in 1 7 5000; do
            [ "$(bertfwd -m "$M" -p bf16 -t "$threads" -g "$group" "$G/in.msg" | records)" = "$want" ]
        done
    done
    run -2 bertfwd -m "$M" -p fp64 "$G/in.msg"
    [[ $output == *"fp32|bf16|bf16x3|int8"* ]]
}

# Sums of two bfloat16: 2^-17 of each product. Here logits move by 9e-6.
@test "bertfwd: --precision bf16x3 is closer to fp32, with the same bits for any threads and grouping" {
    bertfwd -m "$M" "$G/in.msg" | numbers >"$tmp/fp32"
    bertfwd -m "$M" -p bf16x3 "$G/in.msg" >"$tmp/bf16x3.msg"
    numbers <"$tmp/bf16x3.msg" | paste "$tmp/fp32" - |
        awk '{ d = ($1 - $2) ^ 2; if (d > 0.00005 ^ 2) exit 1; if (d > most) most = d } END { exit !(most > 0) }'
    msg2json --header "$tmp/bf16x3.msg" | head -n 1 | jq -e '.precision == "bf16x3"'
    want=$(records <"$tmp/bf16x3.msg")
    for threads in 1 3; do
        [ "$(bertfwd -m "$M" -p bf16x3 -t "$threads" -g 7 "$G/in.msg" | records)" = "$want" ]
    done
}

@test "bertfwd: --version and --profile name the kernels" {
    run -0 bertfwd --version
    [[ ${lines[1]} == "kernels: fp32 "*", bf16 "*", int8 "* ]]
    [[ ${lines[2]} == "processor: "* && ${lines[3]} == "BLAS: OpenBLAS "*"; its kernel: "* && ${lines[4]} == "built in: "*portable*"; by "* ]]
    [ "${#lines[@]}" -eq 5 ]
    [ "$(trainstep --version | tail -n +2)" = "$(bertfwd --version | tail -n +2)" ]
    bertfwd -m "$M" --profile "$G/in.msg" 2>"$tmp/err" >"$tmp/out"
    [ "$(tail -n 1 "$tmp/err")" = "${lines[1]}" ]
}

@test "bertfwd: --profile names every operator, its share and its rate" {
    # One thread: the table shows the time of the first thread, and of two threads the first may get none of the few sentences.
    bertfwd -m "$M" -t 1 --profile "$G/in.msg" 2>"$tmp/err" | records >"$tmp/is"
    [ "$(cat "$tmp/is")" = "$(bertfwd -m "$M" "$G/in.msg" | records)" ]
    for operator in loading reading "query, key, value" attention "attention output" intermediate activation output LayerNorm \
        embeddings classifier writing all; do grep -q "^$operator  " "$tmp/err"; done
    awk 'NR == 1 { next } /^all / { all = $3 } !/^all / { match($0, /[0-9.]+ +[0-9.]+ +[0-9.-]+ +[0-9.-]+ +[0-9]+$/)
        split(substr($0, RSTART), x); sum += x[2] } END { exit !(all == 100 && sum > 98 && sum < 102) }' "$tmp/err"
}

@test "bertfwd: in int8 logits, up to 2.2, are within 0.05 of transformers'" {
    bertfwd -m "$M" -p int8 "$G/in.msg" | msg2json | jq -r '.logits | flatten | .[]' >"$tmp/ours"
    jq -r '.logits | flatten | .[]' "$G/torch.jsonl" >"$tmp/torch"
    [ "$(wc -l <"$tmp/ours")" -eq 420 ]
    paste "$tmp/ours" "$tmp/torch" | awk 'NF != 2 || ($1 - $2) ^ 2 > 0.05 ^ 2 { print "differs: " $0; bad = 1 } END { exit bad }'
}

@test "bertfwd: in int8 the same bits for 1, 2 and 3 threads and any grouping" {
    want=$(bertfwd -m "$M" -p int8 -t 1 "$G/in.msg" | records)
    [ "$want" != "$(bertfwd -m "$M" "$G/in.msg" | records)" ]
    for threads in 1 2 3; do
        for group in 1 7 30 5000; do
            [ "$(bertfwd -m "$M" -p int8 -t "$threads" -g "$group" "$G/in.msg" | records)" = "$want" ]
        done
    done
}

@test "bertfwd: the header tells the precision of the last run" {
    bertfwd -m "$M" -p int8 "$G/in.msg" | msg2json --header | head -n 1 | jq -e '.precision == "int8"'
    bertfwd -m "$M" -p int8 "$G/in.msg" | bertfwd -m "$M" | msg2json --header | head -n 1 | jq -e '.precision == "fp32"'
}

@test "bertfwd: other fields do not change, and the header has the model's label set for logits" {
    bertfwd -m "$M" "$G/in.msg" | msg2json | jq -c 'del(.logits)' >"$tmp/out"
    msg2json "$G/in.msg" | jq -c . | cmp - "$tmp/out"
    bertfwd -m "$M" "$G/in.msg" | msg2json --header | head -n 1 |
        jq -e '.labels.logits == ["O","B-PER","I-PER","B-LOC","I-LOC"] and (.fields | index("logits")) and .history[-1].tool == "bertfwd"'
}

@test "bertfwd: running it again replaces the logits" {
    bertfwd -m "$M" "$G/in.msg" | bertfwd -m "$M" | msg2json | cmp - <(bertfwd -m "$M" "$G/in.msg" | msg2json)
}

@test "bertfwd: a checkpoint of fp16 or bf16 numbers gives the same logits as these numbers in fp32" {
    for kind in half brain; do
        bertfwd -m "$G/$kind" "$G/in.msg" | msg2json >"$tmp/short"
        bertfwd -m "$G/$kind-rounded" "$G/in.msg" | msg2json | cmp - "$tmp/short"
    done
}

@test "bertfwd: an empty stream stays empty" {
    bertfwd -m "$M" --loss "$G/nothing.msg" >"$tmp/out" 2>"$tmp/err"
    [ -z "$(msg2json "$tmp/out")" ]
    grep -q 'loss 0 over 0 labelled pieces of 0 sentences' "$tmp/err"
}

@test "bertfwd: answers each sentence before the next one comes" {
    mkfifo "$tmp/in"
    head -c -16 "$G/in.msg" >"$tmp/most"
    bertfwd -m "$M" <"$tmp/in" >"$tmp/out" &
    exec 7>"$tmp/in"
    cat "$tmp/most" >&7
    for _ in $(seq 100); do
        [ "$(msg2json "$tmp/out" 2>/dev/null | wc -l)" -ge 10 ] && break
        sleep 0.1
    done
    [ "$(msg2json "$tmp/out" 2>/dev/null | wc -l)" -ge 10 ]
    tail -c 16 "$G/in.msg" >&7
    exec 7>&-
    wait
    [ "$(msg2json "$tmp/out" | wc -l)" -eq 11 ]
}

# fails MESSAGE ARGUMENT...: exit 1, one line on stderr that matches, no trailer.
fails() {
    local message=$1
    shift
    run --separate-stderr bash -c 'bertfwd "$@" >"$0"' "$tmp/out" "$@"
    [ "$status" -eq 1 ]
    # shellcheck disable=SC2154 # bats sets it
    [[ $stderr =~ $message ]] || { echo "$stderr"; return 1; }
    [ "$(wc -l <<<"$stderr")" -eq 1 ]
    ! tail -c 20 "$tmp/out" | grep -q end
}

@test "bertfwd: a stream of the wrong kind" { fails 'batch' -m "$M" "$G/batch.msg"; }
@test "bertfwd: a stream without pieces names wptok" { fails 'input_ids.*wptok' -m "$M" "$G/untokenized.msg"; }
@test "bertfwd: --loss without labels names alignlbl" { fails 'labels.*alignlbl' -m "$M" -l "$G/unlabelled.msg"; }
@test "bertfwd: an empty file" { fails 'empty' -m "$M" /dev/null; }
@test "bertfwd: a folder without a model" { fails 'config.json' -m "$tmp" "$G/in.msg"; }

@test "bertfwd: other label names are refused, both are listed, and what only one of them has" {
    sed 's/I-LOC/I-LOX/' "$G/other-labels.msg" >"$tmp/other.msg"
    fails 'the stream has 5 \(O, B-PER, I-PER, I-LOX, B-LOC\), the model has 5 \(O, B-PER, I-PER, B-LOC, I-LOC\); only the stream has I-LOX; only the model has I-LOC; bertinit .*--any-labels' \
        -m "$M" "$tmp/other.msg"
    bertfwd -m "$M" --any-labels "$tmp/other.msg" 2>"$tmp/err" | msg2json | grep -q logits
    [ ! -s "$tmp/err" ]
    bertfwd -m "$M" --any-labels --loss "$tmp/other.msg" 2>"$tmp/err" >"$tmp/out"
    grep -q "takes the stream's labels by their ids, because the model has other names; only the stream has I-LOX" "$tmp/err"
}

@test "bertfwd: a model with the same labels in another order: the loss is that of the names, and logits have the model's order" {
    bertinit --from "$M" --labels I-LOC,O,B-LOC,I-PER,B-PER -o "$tmp/moved" 2>"$tmp/err"
    [ ! -s "$tmp/err" ]
    bertfwd -m "$M" --loss "$G/in.msg" 2>"$tmp/loss" | msg2json | jq -c '[.logits, .labels]' >"$tmp/want"
    bertfwd -m "$tmp/moved" --loss "$G/in.msg" 2>"$tmp/loss2" >"$tmp/moved.msg"
    # The names of the columns differ, so each column is taken by its name.
    msg2json "$tmp/moved.msg" | jq -c '[[.logits[] | [.[1], .[4], .[3], .[2], .[0]]], .labels]' | cmp - "$tmp/want"
    msg2json --header "$tmp/moved.msg" | head -n 1 | jq -e '.labels.logits == ["I-LOC","O","B-LOC","I-PER","B-PER"] and .labels.labels[0] == "O"'
    paste "$tmp/loss" "$tmp/loss2" | awk '{ d = $3 - $(NF / 2 + 3) } d * d > 1e-12 { exit 1 }'
    # A part of the model's labels is taken by name, too, if any labels will do.
    bertinit --from "$M" --labels I-LOC,O,B-LOC,I-PER,B-PER -o "$tmp/moved"
    bertfwd -m "$tmp/moved" --any-labels --loss "$G/in.msg" 2>&1 >"$tmp/out" | cmp - "$tmp/loss2"
}

@test "bertfwd: without aligned labels, tags that are not labels of the model are refused" {
    fails '_tags has .* the model has 5 \(O, B-PER, I-PER, B-LOC, I-LOC\); --any-labels' -m "$M" "$G/other-tags.msg"
    bertfwd -m "$M" --any-labels "$G/other-tags.msg" | msg2json | grep -q logits
    bertfwd -m "$M" "$G/some-tags.msg" | msg2json | grep -q logits
}

@test "bertfwd: another vocabulary is refused before the first record, both sides shown" {
    fails '99 pieces and hash 0123456789abcdef.* 30 and [0-9a-f]{16}; run wptok' -m "$M" "$G/other-vocab.msg"
}

@test "bertfwd: bad pieces and labels are named with their record" {
    fails 'record 2 \(id 4711\): no pieces in input_ids' -m "$M" "$G/no-pieces.msg"
    fails 'record 2 \(id 4711\): input_ids\[1\] is -1.*30 pieces' -m "$M" "$G/negative.msg"
    fails 'record 2 \(id 4711\): input_ids\[1\] is 30.*30 pieces' -m "$M" "$G/foreign.msg"
    fails 'record 2 \(id 4711\): 21 pieces, the model takes 20; see wptok --overflow' -m "$M" "$G/long.msg"
    fails 'record 2 \(id 4711\): 1 labels for 5 pieces' -m "$M" -l "$G/few-labels.msg"
    fails 'record 2 \(id 4711\): labels\[0\] is 5, the model has 5 labels' -m "$M" -l "$G/no-label.msg"
}

@test "bertfwd: a model whose logits are not finite is named with the record" {
    cp -r "$M" "$tmp/nan"
    chmod u+w "$tmp/nan/model.safetensors"
    size=$(stat -c %s "$tmp/nan/model.safetensors")
    printf '\0\0\300\177' | dd of="$tmp/nan/model.safetensors" bs=1 seek=$((size - 4)) conv=notrunc 2>/dev/null
    fails 'record 1 \(id 100\): the logits of piece 0 are not finite' -m "$tmp/nan" "$G/in.msg"
    fails 'record 1 \(id 100\): the logits of piece 0 are not finite' -m "$tmp/nan" -p int8 "$G/in.msg"
}

@test "bertfwd: a stream cut at any byte is refused" {
    size=$(stat -c %s "$G/in.msg")
    for n in $(seq 1 97 "$size") $((size - 1)); do
        head -c "$n" "$G/in.msg" >"$tmp/cut.msg"
        run bertfwd -m "$M" "$tmp/cut.msg"
        [ "$status" -eq 1 ]
    done
}

@test "bertfwd: a full disk" {
    run --separate-stderr bash -c 'bertfwd -m "$0" "$1" >/dev/full' "$M" "$G/in.msg"
    [ "$status" -eq 1 ]
    [[ $stderr == *"No space left"* ]]
}

@test "bertfwd: without -m, and --help" {
    run bertfwd "$G/in.msg"
    [ "$status" -eq 2 ]
    bertfwd --help | grep -q -- --group
}

@test "bertfwd: a model that is overwritten while it runs is an error, one that is replaced is not" {
    bertfwd -t 1 -m "$M" "$G/in.msg" | records >"$tmp/whole"
    cp "$M/model.safetensors" "$tmp/other"
    cp -r "$M" "$tmp/model"
    under_way mv "$tmp/other" "$tmp/model/model.safetensors"
    records <"$tmp/out" | cmp - "$tmp/whole"
    rm -rf "$tmp/model"
    cp -r "$M" "$tmp/model"
    run -1 under_way cp "$M/model.safetensors" "$tmp/model/model.safetensors"
    [[ "$(cat "$tmp/err")" = "bertfwd: $tmp/model/model.safetensors: it was changed in place while it was read;"* ]]
    rm -rf "$tmp/model"
    cp -r "$M" "$tmp/model"
    run -1 under_way truncate -s 100 "$tmp/model/model.safetensors"
    [[ "$(cat "$tmp/err")" = "bertfwd: $tmp/model/model.safetensors: it was changed in place while it was read;"* ]]
    [ "$(wc -l <"$tmp/err")" -eq 1 ]
}

@test "bertfwd, wptok: a pipe or a folder in place of a model's file is refused, and nothing waits for it" {
    cp -r "$M" "$tmp/sound"
    echo '[PAD]' >"$tmp/sound/vocab.txt"
    echo a | text2msg >"$tmp/text"
    for file in config.json model.safetensors vocab.txt; do
        for make in mkfifo mkdir; do
            rm -rf "$tmp/model"
            cp -r "$tmp/sound" "$tmp/model"
            rm "$tmp/model/$file"
            $make "$tmp/model/$file"
            if [ $file = vocab.txt ]; then command=(wptok "$tmp/text"); else command=(bertfwd "$G/in.msg"); fi
            run -1 timeout 10 "${command[0]}" -m "$tmp/model" "${command[1]}"
            [[ "$output" = *"$tmp/model/$file is not a regular file"* ]]
        done
    done
}
