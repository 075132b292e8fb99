# Limits that msgstream(5) and SECURITY.md state, and how time and memory grow up to them.
load ../support/common

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return
    export data=$BATS_FILE_TMPDIR OMP_NUM_THREADS=1
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' call peter eu . >vocab.txt
    echo '{"architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": 9, "hidden_size": 8,
 "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 512}' >config.json
    printf '%s\n' 'call O' 'peter B-PER' '' >short.txt
    conll2msg -c 1=tokens,2=ner_tags short.txt >short.msg
    bertinit -c config.json -v vocab.txt -l short.msg -o model 2>log
}

# labels N: a sentence whose words have each of N labels once, right and one further.
labels() {
    awk -v n="$1" 'BEGIN {
        printf "{\"msgstream\":1,\"kind\":\"sentence\",\"labels\":{\"ner_tags\":["
        for (k = 0; k < 2; k++) {
            for (i = 0; i < n; i++) printf "%s\"Case=%05d\"", i ? "," : "", i
            printf k ? "]}}\n" : "],\"pred\":["
        }
        printf "{\"id\":0,\"tokens\":["; for (i = 0; i < n; i++) printf "%s\"w\"", i ? "," : ""
        printf "],\"ner_tags\":["; for (i = 0; i < n; i++) printf "%s%d", i ? "," : "", i
        printf "],\"pred\":["; for (i = 0; i < n; i++) printf "%s%d", i ? "," : "", (i % 5 ? i : (i + 1) % n)
        print "]}\n{\"end\":true,\"records\":1}" }' | json2msg >"$tmp/labels.msg"
}

@test "growth: a confusion of 2000 labels, and a sentence with all of them on a screen and a page" {
    labels 2000                                 # 46 s where time is the cube of the labels
    (ulimit -t 20; seqeval --tags --confusion "$tmp/labels.msg") >"$tmp/out" 2>"$tmp/err"
    [ "$(grep -c '^Case=' "$tmp/out")" -ge 2000 ]
    (ulimit -t 20; msgview "$tmp/labels.msg") >"$tmp/out"
    (ulimit -t 20; msgview --html "$tmp/labels.msg") >"$tmp/out"
}

@test "growth: a batch of 60,000 sentences is shown in a time that grows with it" {
    awk 'BEGIN { n = 60000; print "{\"msgstream\":1,\"kind\":\"batch\",\"fields\":[\"input_ids\",\"labels\"]}"
        printf "{\"input_ids\":["; for (i = 0; i < n; i++) printf "%s[7]", i ? "," : ""
        printf "],\"labels\":["; for (i = 0; i < n; i++) printf "%s[0]", i ? "," : ""
        print "]}\n{\"end\":true,\"records\":1}" }' | json2msg >"$tmp/batch.msg"
    (ulimit -t 10; msgview "$tmp/batch.msg") >"$tmp/out"         # 30 s where it is the square of the sentences
    [ "$(wc -l <"$tmp/out")" -eq 120001 ]
}

@test "limits: 10,000 labels" {
    labels 10000
    (ulimit -t 20; seqeval "$tmp/labels.msg") >"$tmp/out" 2>"$tmp/err"
    (ulimit -t 20; seqeval --errors 2 "$tmp/labels.msg") >"$tmp/out" 2>"$tmp/err"
    for command in msgview 'msgview --html' 'msgview --summary' 'msg2json --names' msg2conll 'maplbl --map Case=00001=X'; do
        (ulimit -t 20; $command "$tmp/labels.msg") >"$tmp/out"
    done
    # labels of an IOB2 scheme: what a word may be followed by
    awk 'BEGIN { for (i = 0; i < 5000; i++) print "call B-T" i "\ncall I-T" i "\n" }' | conll2msg >"$tmp/types.msg"
    "$BUILD/tests/bench/cost" "$tmp/cost" wptok -m "$data/model" "$tmp/types.msg" >"$tmp/pieces.msg"
    (ulimit -t 20; alignlbl "$tmp/pieces.msg") >"$tmp/out"
    awk 'BEGIN { printf "{\"msgstream\":1,\"kind\":\"sentence\",\"labels\":{\"logits\":[\"O\""
        for (i = 0; i < 5000; i++) printf ",\"B-T%d\",\"I-T%d\"", i, i
        printf "]}}\n{\"tokens\":[\"a\"],\"word_ids\":[0],\"logits\":[[0.5"; for (i = 0; i < 10000; i++) printf ",%d.5", i % 7
        print "]]}\n{\"end\":true,\"records\":1}" }' | json2msg >"$tmp/logits.msg"
    (ulimit -t 20; "$BUILD/tests/bench/cost" "$tmp/cost" logit2tag "$tmp/logits.msg") >"$tmp/out"
    [ -n "${SANITIZE:-}" ] || [ "$(cut -d' ' -f2 "$tmp/cost")" -lt 65536 ]
}

@test "limits: a sentence of 100,000 words goes through the pipe, in bytes and memory that grow with its length" {
    awk 'BEGIN { for (i = 0; i < 100000; i++) print i % 3 ? "call O" : "peter B-PER" }' | conll2msg -c 1=tokens,2=ner_tags 2>"$tmp/err" >"$tmp/long.msg"
    wptok -m "$data/model" --overflow window "$tmp/long.msg" | alignlbl >"$tmp/windows.msg"
    [ "$(stat -c %s "$tmp/windows.msg")" -lt 6000000 ]          # 225 MB where each window has all words
    bertfwd -m "$data/model" "$tmp/windows.msg" | logit2tag >"$tmp/tags.msg"
    msg2json -f pred,tokens,ner_tags "$tmp/tags.msg" | jq -c 'map(length)' | grep -qx '\[100000,100000,100000\]'
    mkbatch --no-shuffle "$tmp/windows.msg" | msg2json -f labels | jq '[.labels[][] | select(. != -100)] | length' | awk '{ n += $1 } END { exit n != 100000 }'
    for command in msgview 'msgview --html' 'msg2conll -f tokens,pred' seqeval; do
        (ulimit -t 20; $command "$tmp/tags.msg") >"$tmp/out"
    done
}

@test "windows that do not repeat their sentence give what windows that do give" {
    awk 'BEGIN { for (i = 0; i < 6000; i++) print i % 3 ? "call O" : "peter B-PER" }' | conll2msg -c 1=tokens,2=ner_tags 2>"$tmp/err" >"$tmp/long.msg"
    wptok -m "$data/model" -l 64 --overflow window "$tmp/long.msg" >"$tmp/windows.msg"
    # the sentence again in each of them, as version 0.4.0 wrote it
    msg2json --header --trailer "$tmp/windows.msg" | jq -c 'if .window == [0, .window[1]] then . elif .window then . + $first[0] else . end' \
        --slurpfile first <(msg2json -f tokens,ner_tags "$tmp/windows.msg" | head -n 1) | json2msg >"$tmp/whole.msg"
    [ "$(stat -c %s "$tmp/whole.msg")" -gt $((10 * $(stat -c %s "$tmp/windows.msg"))) ]
    for command in 'alignlbl | mkbatch --no-shuffle' 'bertfwd -m $data/model | logit2tag' 'bertfwd -m $data/model | logit2span' msgview 'msg2conll -f tokens,ner_tags'; do
        for form in windows whole; do
            eval "$command" <"$tmp/$form.msg" | { [[ $command = msg* ]] && cat || msg2json; } >"$tmp/$form.out"
        done
        cmp "$tmp/windows.out" "$tmp/whole.out"
    done
}

# small BYTES: a stream by hand, these bytes after its header.
small() { { printf '\x82\xa9msgstream\x01\xa4kind\xa8sentence'; printf "$1"; } >"$tmp/small.msg"; }

@test "limits: a file of 100 bytes makes no tool take more than 64 MiB" {
    [ -z "${SANITIZE:-}" ] || skip "the sanitizers need memory of their own"
    local bodies=('\xdf\x7f\xff\xff\xff' '\x81\xa6tokens\xdd\x04\x00\x00\x00' '\x81\xa4text\xdb\x03\xff\xff\xff' '\x81\xa6logits\xdd\x03\xff\xff\xff\xdd\x03\xff\xff\xff'
        '\x82\xa8word_ids\x91\xce\x7f\xff\xff\xff\xa6logits\x91\x92\x00\x01\x82\xa3end\xc3\xa7records\x01' '\xdf\x00\xff\xff\xff' '\x81\xa1x\xc6\x03\xff\xff\xff')
    for body in "${bodies[@]}"; do
        small "$body"
        [ "$(stat -c %s "$tmp/small.msg")" -le 100 ]
        for tool in logit2tag logit2span msgview seqeval mkbatch "wptok -m $data/model"; do
            "$BUILD/tests/bench/cost" "$tmp/cost" $tool "$tmp/small.msg" >"$tmp/out" 2>"$tmp/err" || [ "$(wc -l <"$tmp/err")" -eq 1 ]
            [ "$(cut -d' ' -f2 "$tmp/cost")" -lt 65536 ]
        done
    done
}

@test "limits: nesting, numbers of fields, names that come twice, a record of 64 MiB" {
    small '\x81\xa1x\x91\x91\x91\x91\x91\x91\x91\x01\x82\xa3end\xc3\xa7records\x01'             # 8 levels with the map
    msg2json "$tmp/small.msg" | grep -qF '[[[[[[[1]]]]]]]'
    small '\x81\xa1x\x91\x91\x91\x91\x91\x91\x91\x91\x01\x82\xa3end\xc3\xa7records\x01'
    run -1 msg2json "$tmp/small.msg"
    [[ $output == *"record 1 is nested deeper than 8" ]]
    small '\x82\xa1x\x01\xa1x\x02\x82\xa3end\xc3\xa7records\x01'
    run -1 msg2json "$tmp/small.msg"
    [[ $output == *"record 1: has the field 'x' twice" ]]
    printf '\x83\xa9msgstream\x01\xa4kind\xa8sentence\xa4kind\xa5batch\x82\xa3end\xc3\xa7records\x00' >"$tmp/twice.msg"
    run -1 msg2json "$tmp/twice.msg"
    [ "$output" = "msg2json: the stream's header has the key 'kind' twice" ]
    for n in 64 65; do
        { printf '\x82\xa9msgstream\x01\xa4kind\xa8sentence\xde\x00'; perl -e 'print chr($ARGV[0]); print "\xa3", sprintf("%03d", $_), "\x01" for 1..$ARGV[0]' $n
          printf '\x82\xa3end\xc3\xa7records\x01'; } >"$tmp/fields.msg"
        status=0; msg2json "$tmp/fields.msg" >"$tmp/out" 2>"$tmp/err" || status=$?
        [ "$status" -eq $((n > 64)) ]
    done
    grep -q 'has 65 fields; at most 64 are allowed' "$tmp/err"
    for more in 0 1; do         # a map of one text: 11 bytes and the text
        perl -e '$n = (64 << 20) - 11 + $ARGV[0]; print "\x82\xa9msgstream\x01\xa4kind\xa8sentence\x81\xa4text\xdb", pack("N", $n), "a" x $n, "\x82\xa3end\xc3\xa7records\x01"' $more >"$tmp/large.msg"
        status=0; summary=$(msgview --summary "$tmp/large.msg" 2>"$tmp/err") || status=$?
        [ "$status" -eq $more ]
        [ $more -eq 1 ] || [[ $summary == *"records     1"* ]]
    done
    grep -q 'record 1 is larger than 64 MiB' "$tmp/err"
}
