# The stream as msgstream(5) promises it, seen from outside.
load ../support/common

setup() {
    printf '%s\n' 'EU B-ORG' 'rejects O' '' 'Peter B-PER' > "$tmp/s.txt"
    conll2msg -c 1=tokens,2=ner_tags "$tmp/s.txt" > "$tmp/s.msg"
}

@test "a failure travels down the pipe, even without pipefail" {
    mkdir "$tmp/model"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' eu > "$tmp/model/vocab.txt"
    printf 'EU B-ORG\nrejects\n' > "$tmp/bad.txt"
    run -1 --separate-stderr sh -c "conll2msg -c 1=tokens,2=ner_tags '$tmp/bad.txt' | wptok -m '$tmp/model' | alignlbl | mkbatch | msg2json"
    [ -z "$output" ]
    [[ ${stderr_lines[0]} == "conll2msg: "*"bad.txt:2: "* ]]
    [ "${#stderr_lines[@]}" -eq 1 ]
}

@test "the history names each tool and its arguments, without folders" {
    mkdir "$tmp/model"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' eu > "$tmp/model/vocab.txt"
    wptok -m "$tmp/model" "$tmp/s.msg" | alignlbl -r first | mkbatch -b 2 > "$tmp/out.msg"
    run -0 sh -c "msg2json --header '$tmp/out.msg' | head -n 1 | jq -c '.history[] | [.tool] + .args'"
    [ "$output" = '["conll2msg","--columns","1=tokens,2=ner_tags","s.txt"]
["wptok","--model","model","s.msg"]
["alignlbl","--rule","first"]
["mkbatch","--batch-size","2"]' ]
    run ! grep -q "$tmp" "$tmp/out.msg"
}

@test "a stream by hand, with kind and nothing else in its header, goes through the whole pipe" {
    mkdir "$tmp/model"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' eu rejects > "$tmp/model/vocab.txt"
    { printf '\x83\xa9msgstream\x01\xa4kind\xa8sentence\xa6labels\x81\xa8ner_tags\x92\xa1O\xa5B-ORG'
      printf '\x82\xa6tokens\x92\xa2EU\xa7rejects\xa8ner_tags\x92\x01\x00'
      printf '\x82\xa7records\x01\xa3end\xc3'; } > "$tmp/hand.msg"
    wptok -m "$tmp/model" "$tmp/hand.msg" | alignlbl | mkbatch > "$tmp/batch.msg"
    run -0 msg2json --header "$tmp/batch.msg"
    [ "$(jq -c .fields <<< "${lines[0]}")" = '["epoch","batch","ids","input_ids","labels"]' ]
    [ "${lines[1]}" = '{"epoch":1,"batch":0,"ids":[null],"input_ids":[[2,4,5,3]],"labels":[[-100,1,0,-100]]}' ]
}

@test "streams that do not agree do not concatenate" {
    printf 'Bonn B-LOC\n' | conll2msg -c 1=tokens,2=ner_tags > "$tmp/other.msg"
    run -1 --separate-stderr msg2json "$tmp/s.msg" "$tmp/other.msg"
    [ "${#lines[@]}" -eq 2 ]
    [ "$stderr" = "msg2json: $tmp/s.msg and $tmp/other.msg cannot be read as one stream: their labels of 'ner_tags' differ; conll2msg --labels-from gives one the labels of the other" ]
    # two systems, given as if they were one; and in one file
    printf 'Bonn B-LOC O\n' | conll2msg -c 1=tokens,2=ner_tags,3=pred > "$tmp/pred.msg"
    conll2msg -c 1=tokens,2=ner_tags --labels-from "$tmp/pred.msg" <(printf 'Bonn B-LOC\n') > "$tmp/gold.msg"
    run -1 --separate-stderr seqeval "$tmp/pred.msg" "$tmp/gold.msg"
    [ "$stderr" = "seqeval: $tmp/pred.msg and $tmp/gold.msg cannot be read as one stream: only $tmp/pred.msg has labels of 'pred'; two systems are compared by seqeval --compare" ]
    run -1 --separate-stderr bash -c "cat $tmp/gold.msg $tmp/pred.msg | msgview"
    [[ $stderr = "msgview: standard input: its streams cannot be read as one: only the second has labels of 'pred'"* ]]
    run -1 --separate-stderr msg2json <(printf '\x81\x01\x02')
    [ "$stderr" = 'msg2json: not a msgpack stream of these tools: its first map has no "msgstream"' ]
}

@test "a line typed at the left of a pipe is answered at the right" {
    mkdir "$tmp/model"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' eu > "$tmp/model/vocab.txt"
    mkfifo "$tmp/fifo"
    text2msg < "$tmp/fifo" | wptok -m "$tmp/model" | msgview -p > "$tmp/out" &
    exec 9> "$tmp/fifo"
    for i in 1 2 3; do
        for ((k = 0; k < i; k++)); do printf 'eu ' >&9; done
        echo >&9
        for _ in $(seq 200); do
            [ "$(grep -c CLS "$tmp/out")" -ge "$i" ] && break
            sleep 0.05
        done
        [ "$(grep -c CLS "$tmp/out")" -eq "$i" ]
    done
    exec 9>&-
    wait $!
}

@test "--checksum: every tool after it writes checksums and compares them, and no damaged bit passes" {
    printf '%s\n' 'EU B-ORG' 'rejects O' '' 'Peter B-PER' > "$tmp/c.txt"
    conll2msg -c 1=tokens,2=ner_tags "$tmp/c.txt" > "$tmp/plain.msg"
    conll2msg -c 1=tokens,2=ner_tags --checksum "$tmp/c.txt" > "$tmp/c.msg"
    cmp <(msg2json "$tmp/plain.msg") <(msg2json "$tmp/c.msg")
    [ "$(msg2json --header "$tmp/c.msg" | jq -sr '.[0].checksum')" = xxh64 ]
    maplbl --to iobes "$tmp/c.msg" > "$tmp/m.msg"
    msgsplit -p 1:1 -o "$tmp/parts" "$tmp/m.msg" > "$tmp/out"
    msg2json --header "$tmp/m.msg" | json2msg > "$tmp/j.msg"
    json2msg --checksum <(msg2json --header "$tmp/plain.msg") > "$tmp/k.msg"
    for file in "$tmp"/{c,m,j,k,parts/train,parts/dev}.msg; do
        msg2json "$file" > "$tmp/out"
        tail -c 60 "$file" | grep -qa xxh64
    done
    cat "$tmp/c.msg" "$tmp/plain.msg" "$tmp/c.msg" | msg2json > "$tmp/out"
    [ "$(wc -l < "$tmp/out")" -eq 6 ]
    size=$(stat -c %s "$tmp/m.msg")
    for ((at = 0; at < size; at += 7)); do
        cp "$tmp/m.msg" "$tmp/bad.msg"
        byte=$(od -An -tu1 -j $at -N 1 "$tmp/m.msg")
        printf "\\x$(printf %02x $((byte ^ (1 << (at % 8)))))" | dd of="$tmp/bad.msg" bs=1 seek=$at conv=notrunc status=none
        run -1 msg2json "$tmp/bad.msg"
    done
    run -1 --separate-stderr msg2json <(LC_ALL=C sed 's/xxh64/xxh65/' "$tmp/c.msg")
    [[ $stderr = *"the only kind that is known here" ]]
    run -1 --separate-stderr msg2json <(LC_ALL=C sed 's/rejects/Rejects/' "$tmp/c.msg")
    [[ $stderr = *"damaged: the records have another checksum than when they were written" ]]
    run -1 --separate-stderr msg2json <(LC_ALL=C sed 's/B-PER/X-PER/' "$tmp/c.msg")
    [[ $stderr = *"damaged: the header has another checksum than when it was written" ]]
}
