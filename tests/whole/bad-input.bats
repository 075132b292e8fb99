# Bad input gives one clear line with the tool, the position and what to do, exit status 1, no trailer, and no half-written file.
load ../support/common

setup_file() {
    data=$BATS_FILE_TMPDIR
    export data OMP_NUM_THREADS=1
    cd "$data" || return
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' eu reject '##s' german call peter black '##burn' . > vocab.txt
    cat > config.json <<'JSON'
{"architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": 14, "hidden_size": 8,
 "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 32}
JSON
    printf '%s\n' 'EU B-ORG' 'rejects O' 'German B-MISC' 'call O' '. O' '' 'Peter B-PER' 'Blackburn I-PER' '' 'call O' '' > corpus.txt
    conll2msg -c 1=tokens,2=ner_tags corpus.txt > corpus.msg
    bertinit -c config.json -v vocab.txt -l corpus.msg -o model 2> bertinit.err
    wptok -m model corpus.msg > pieces.msg
    alignlbl pieces.msg > aligned.msg
    mkbatch -b 2 aligned.msg > batch.msg
}

# fails COMMAND...: it exits with 1, prints one line that begins with its name, and leaves no trailer and no temporary file.
fails() {
    run -1 --separate-stderr "$@"
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr == "$1: "* ]]
    [[ $output != *$'\xa7'records* ]]
    [ -z "$(find "$tmp" "$data" -name '*.tmp')" ]
}

# damaged FILE: a copy of the model in $tmp/model, without a checksum, whose FILE is then edited by the perl program on standard input.
damaged() {
    rm -rf "$tmp/model"
    cp -r "$data/model" "$tmp/model"
    unchecked "$data/model/model.safetensors" >"$tmp/model/model.safetensors"
    perl -0777 -pi -e "$(cat)" "$tmp/model/$1"
}

@test "a stream cut at any byte" {
    printf 'EU B-ORG\n' | conll2msg -c 1=tokens,2=ner_tags > "$tmp/cut.msg"
    for ((cut = $(stat -c %s "$tmp/cut.msg") - 1; cut >= 0; cut--)); do
        truncate -s "$cut" "$tmp/cut.msg"
        status=0
        msg2json --trailer "$tmp/cut.msg" > "$tmp/out" 2> "$tmp/err" || status=$?
        [ "$status" -eq 1 ]
        mapfile -t lines < "$tmp/err"
        [ "${#lines[@]}" -eq 1 ]
        [[ ${lines[0]} == "msg2json: $tmp/cut.msg"*"did the tool "*" fail?" ]]
        [[ $(< "$tmp/out") != *'"end"'* ]]
    done
}

@test "the wrong kind" {
    fails trainstep -m "$data/model" -o "$tmp/out" "$data/aligned.msg"
    [ "$stderr" = "trainstep: the stream holds records of kind 'sentence', not 'batch'; those come from mkbatch" ]
    fails bertfwd -m "$data/model" "$data/batch.msg"
    [ "$stderr" = "bertfwd: the stream holds records of kind 'batch', not 'sentence'; those come from conll2msg or text2msg" ]
    [ ! -e "$tmp/out" ]
}

@test "a missing field" {
    fails bertfwd -m "$data/model" "$data/corpus.msg"
    [ "$stderr" = "bertfwd: the stream has no field 'input_ids'; run wptok first" ]
    fails mkbatch "$data/corpus.msg"
    [[ $stderr == *"'input_ids'; run wptok first" ]]
    fails alignlbl -f pos_tags "$data/pieces.msg"
    [[ $stderr == *"'pos_tags'"* ]]
    mkbatch "$data/pieces.msg" > "$tmp/batch.msg"
    fails trainstep -m "$data/model" -o "$tmp/out" "$tmp/batch.msg"
    [[ $stderr == *"'labels'; run alignlbl first" ]]
    fails logit2tag "$data/pieces.msg"
    [[ $stderr == *"'logits'; run bertfwd first" ]]
    fails seqeval "$data/corpus.msg"
    [[ $stderr == *"'pred'; run logit2tag first" ]]
    [ ! -e "$tmp/out" ]
}

@test "an id outside of the label set" {
    printf '%s\n' 'EU B-ORG' '' 'Bonn B-LOC' > "$tmp/loc.txt"
    fails conll2msg -c 1=tokens,2=ner_tags --labels-from "$data/corpus.msg" "$tmp/loc.txt"
    [[ $stderr == "conll2msg: $tmp/loc.txt:3: the label 'B-LOC' of ner_tags is not among"* ]]
    # An id outside of the label set, in a stream by hand.
    { printf '\x83\xa9msgstream\x01\xa4kind\xa8sentence\xa6labels\x82\xa8ner_tags\x91\xa1O\xa4pred\x91\xa1O'
      printf '\x84\xa2id\x07\xa6tokens\x91\xa1a\xa8ner_tags\x91\x05\xa4pred\x91\x00'
      printf '\x82\xa3end\xc3\xa7records\x01'; } > "$tmp/id.msg"
    for tool in seqeval msgview; do
        fails "$tool" "$tmp/id.msg"
        [[ $stderr == "$tool: record 1 (id 7): "*5*"the header names 1 labels" ]]
    done
}

@test "a row with too few columns" {
    printf '%s\n' 'EU B-ORG' 'rejects' > "$tmp/few.txt"
    fails conll2msg -c 1=tokens,2=ner_tags "$tmp/few.txt"
    [[ $stderr == "conll2msg: $tmp/few.txt:2: 1 column, but the first row (line 1) has 2"* ]]
}

@test "invalid UTF-8" {
    printf 'EU B-ORG\nrej\xff O\n' > "$tmp/latin.txt"
    fails conll2msg -c 1=tokens,2=ner_tags "$tmp/latin.txt"
    [[ $stderr == "conll2msg: $tmp/latin.txt:2: invalid UTF-8: byte 0xff"* ]]
    printf 'one\ntwo\n\xe9t\xe9\n' > "$tmp/raw.txt"
    fails text2msg "$tmp/raw.txt"
    [[ $stderr == "text2msg: $tmp/raw.txt:3: invalid UTF-8: byte 0xe9"* ]]
    { printf '\x82\xa9msgstream\x01\xa4kind\xa8sentence'
      printf '\x82\xa2id\x07\xa6tokens\x91\xa1\xff'
      printf '\x82\xa3end\xc3\xa7records\x01'; } > "$tmp/stream.msg"
    fails wptok -m "$data/model" "$tmp/stream.msg"
    [[ $stderr == "wptok: record 1 (id 7): "*"invalid UTF-8"* ]]
}

# stream LABEL ID TOKEN: one record; all three as printf's %b with their msgpack heads.
stream() {
    printf '\x84\xa9msgstream\x01\xa4kind\xa8sentence\xa6fields\x94\xa2id\xa6tokens\xa8ner_tags\xa4pred'
    printf '\xa6labels\x82\xa8ner_tags\x92\xa1O%b\xa4pred\x92\xa1O%b' "$1" "$1"
    printf '\x84\xa2id%b\xa6tokens\x91%b\xa8ner_tags\x91\x01\xa4pred\x91\x01' "$2" "$3"
    printf '\x82\xa3end\xc3\xa7records\x01'
}

@test "text in a stream that is not UTF-8: a label cut in a character, an id, a word" {
    stream '\xa4B-\xe2\x82' '\x07' '\xa1a' >"$tmp/label.msg"
    stream '\xa3B-X' '\xa2a\xff' '\xa1a' >"$tmp/id.msg"
    stream '\xa3B-X' '\x07' '\xa3ab\xe2' >"$tmp/word.msg"
    for tool in seqeval 'seqeval --suffix' 'seqeval --mode strict' msgview msg2conll msg2json mkbatch alignlbl logit2tag logit2span "wptok -m $data/model"; do
        fails $tool "$tmp/label.msg"
        [[ $stderr == *"the stream's header has a label name that is not UTF-8: B-\xe2\x82" ]]
    done
    for tool in seqeval msgview msg2conll msg2json "wptok -m $data/model"; do
        fails $tool "$tmp/id.msg"
        [[ $stderr == *": record 1 (id a\xff): id: invalid UTF-8 at byte 1" ]]
    done
    for tool in msgview 'msgview --html' msg2conll msg2json seqeval "msgsplit -o $tmp/parts" 'maplbl --map X=Y' "wptok -m $data/model"; do
        fails $tool "$tmp/word.msg"         # also a tool that only passes it on
        [[ $stderr == *": record 1 (id 7): tokens[0]: invalid UTF-8 at byte 2" ]]
    done
}

# numbers BYTES RECORD: a stream with this record (JSON), where these bytes stand for 0.125.
numbers() {
    { echo '{"msgstream":1,"kind":"sentence","labels":{"logits":["O","B-X"],"ner_tags":["O","B-X"],"pred":["O","B-X"]}}'
      echo "$2"
      echo '{"end":true,"records":1}'; } | json2msg | perl -0777 -pe "s/\xca\x3e\x00\x00\x00|\xcb\x3f\xc0\x00{6}/$1/g" >"$tmp/numbers.msg"
}

@test "NaN, infinity and word ids without end in a stream of others" {
    local logits='"tokens":["a","b"],"word_ids":[0,1],"offsets":[[0,1],[0,1]],"pieces":["a","b"],"logits":[[1.5,2.5],[1.5,0.125]]'
    for what in '\xca\x7f\xc0\x00\x00=not a number (NaN)' '\xca\x7f\x80\x00\x00=infinite' '\xca\xff\x80\x00\x00=infinite' \
        '\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00=not a number (NaN)' '\xcb\x7f\xe0\x00\x00\x00\x00\x00\x00=infinite'; do      # the last is 9e307
        numbers "${what%%=*}" "{$logits}"
        for tool in logit2tag 'logit2tag --unit piece' 'logit2tag --constrain' logit2span 'logit2span -a none'; do
            fails $tool "$tmp/numbers.msg"
            [[ $stderr == *": record 1: logits[1][1] is ${what#*=}" ]]
        done
    done
    for bad in '\xca\x7f\xc0\x00\x00' '\xcb\xff\xf0\x00\x00\x00\x00\x00\x00' '\xa1x' '\xc3'; do
        numbers "$bad" '{"tokens":["a","b"],"pred":[0,1],"score":[0.5,0.125]}'
        for tool in 'msgview --html' 'msgview --sort score'; do
            fails $tool "$tmp/numbers.msg"
            [[ $stderr == *": record 1: score[1] has a score that is not a finite number" ]]
        done
        numbers "$bad" '{"text":"ab","entities":[{"entity_group":"X","score":0.125,"word":"a","start":0,"end":1}]}'
        for tool in msgview 'msgview --html' 'msgview --sort score'; do
            fails $tool "$tmp/numbers.msg"
            [[ $stderr == *": record 1: entities[0] has a score that is not a finite number" ]]
        done
    done
    for id in 2000000000 2147483647 -1; do
        numbers '' "{\"text\":\"ab\",\"word_ids\":[$id],\"offsets\":[[0,1]],\"pieces\":[\"a\"],\"logits\":[[1.5,2.5]]}"
        for tool in logit2tag logit2span 'logit2span -a none'; do
            fails $tool "$tmp/numbers.msg"
            [[ $stderr == *": record 1: word id $id, in a record of "*" bytes" ]]
        done
    done
    numbers '\x01' "{${logits/\[0,1\]\],/[2147483647,2147483647]],}}"
    fails logit2span "$tmp/numbers.msg"
    [[ $stderr == *"piece 1 lies at 2147483649..2147483649 of a text of 3 code points" ]]
}

@test "names of files and options that are not UTF-8 do not come into a stream" {
    cp "$data/corpus.txt" "$tmp/caf"$'\xe9'
    conll2msg -c 1=tokens,2=ner_tags "$tmp/caf"$'\xe9' | msg2json --header | head -n 1 | jq -e '.history[0].args[-1] == "caf\\xe9"'
    fails conll2msg -c 1=tokens,2=$'\xe9' "$data/corpus.txt"
    [[ $stderr == 'conll2msg: the name of a field is not UTF-8: \xe9' ]]
    run -2 logit2span -d $'\xe9' "$data/pieces.msg"
}

@test "an empty file" {
    : > "$tmp/empty"
    fails conll2msg "$tmp/empty"
    [ "$stderr" = "conll2msg: $tmp/empty is empty" ]
    fails text2msg "$tmp/empty"
    printf '\n\n' > "$tmp/blank"
    fails conll2msg "$tmp/blank"
    fails wptok -m "$data/model" "$tmp/empty"
    [ "$stderr" = "wptok: $tmp/empty is empty: not even a header; did the tool that wrote it fail?" ]
    fails wptok -m "$data/model" </dev/null
    [ "$stderr" = "wptok: standard input is empty: not even a header; did the tool that wrote it fail?" ]
    damaged config.json <<< '$_ = ""'
    fails bertfwd -m "$tmp/model" "$data/pieces.msg"
    [[ $stderr == *config.json* ]]
    damaged model.safetensors <<< '$_ = ""'
    fails bertfwd -m "$tmp/model" "$data/pieces.msg"
    [ "$stderr" = "bertfwd: $tmp/model/model.safetensors: 0 bytes are not a safetensors file" ]
}

@test "only the first cause is printed: the tools behind a failed one are silent, and fail" {
    pipe() {            # COMMAND: the parts of a pipe; each must fail
        run -0 --separate-stderr bash -c "$1; echo \"\${PIPESTATUS[*]}\""
        [ "${#stderr_lines[@]}" -eq 1 ]
    }
    # before the first byte
    pipe "conll2msg $tmp/none | wptok -m $data/model | alignlbl | mkbatch | trainstep -m $data/model -o $tmp/out"
    [[ $stderr = "conll2msg: cannot open $tmp/none: "* ]]
    [ "$output" = "1 1 1 1 1" ]
    pipe "text2msg $data/corpus.txt | wptok -m $tmp/none | bertfwd -m $data/model | logit2span | msgview"
    [[ $stderr = "wptok: $tmp/none: "* ]]
    [[ $output = *" 1 1 1 1" ]]
    # after some records, which are longer than what is collected
    { yes 'EU rejects German call.' | head -n 20000; printf 'x\xff\n'; } >"$tmp/text"
    pipe "text2msg $tmp/text | wptok -m $data/model | msg2json >$tmp/out.json"
    [ "$stderr" = "text2msg: $tmp/text:20001: invalid UTF-8: byte 0xff at column 2; convert the file first, for example with iconv" ]
    [ "$output" = "1 1 1" ]
    [ "$(wc -l <"$tmp/out.json")" -gt 1000 ]
    run -1 --separate-stderr bash -c "conll2msg $data/corpus.txt | seqeval | cat; exit \${PIPESTATUS[1]}"
    [[ $stderr = "seqeval: the stream has no field 'pred'"* ]]
    # a file says it itself, and so does a pipe of other processes
    run -1 bash -c "text2msg $tmp/text >$tmp/cut.msg"
    fails msgview -s "$tmp/cut.msg"
    [[ $stderr =~ ^"msgview: $tmp/cut.msg: not complete: text2msg failed after record "[0-9]+$ ]]
    run -1 --separate-stderr setsid --wait bash -c "cat $tmp/cut.msg | msgview -s; exit \${PIPESTATUS[1]}"
    [[ $stderr =~ ^"msgview: standard input: not complete: text2msg failed after record "[0-9]+$ ]]
    run -1 --separate-stderr bash -c "bertfwd -m $data/model <(wptok -m $data/model $tmp/cut.msg 2>$tmp/said) >/dev/null"
    [ -z "$stderr" ]
    [[ $(cat "$tmp/said") = "wptok: $tmp/cut.msg: not complete: text2msg failed after record "* ]]
}

@test "a sentence longer than the model" {
    for ((i = 0; i < 40; i++)); do echo 'EU B-ORG'; done > "$tmp/long.txt"
    conll2msg -c 1=tokens,2=ner_tags --labels-from "$data/corpus.msg" "$tmp/long.txt" > "$tmp/long.msg"
    fails wptok -m "$data/model" --max-length 32 "$tmp/long.msg"
    [ "$stderr" = "wptok: record 1 (id 0): 42 pieces, the limit (--max-length) is 32; see --overflow truncate and --overflow window (-x in the scripts)" ]
    run -0 --separate-stderr wptok -m "$data/model" --max-length 32 --overflow truncate "$tmp/long.msg"
    [ "$stderr" = "wptok: 1 records cut to 32 pieces: 10 words without a piece" ]
    fails wptok -m "$data/model" "$tmp/long.msg"
    cp -r "$data/model" "$tmp/roomy"
    sed -i 's/"max_position_embeddings": 32/"max_position_embeddings": 64/' "$tmp/roomy/config.json"
    wptok -m "$tmp/roomy" "$tmp/long.msg" > "$tmp/pieces.msg"
    fails bertfwd -m "$data/model" "$tmp/pieces.msg"
    [ "$stderr" = "bertfwd: record 1 (id 0): 42 pieces, the model takes 32; see wptok --overflow (-x in the scripts)" ]
    alignlbl "$tmp/pieces.msg" | mkbatch > "$tmp/batch.msg"
    fails trainstep -m "$data/model" -o "$tmp/out" "$tmp/batch.msg"
    [[ $stderr == "trainstep: record 1: sentence 1 (id 0): 42 pieces, the model takes 32; see wptok --overflow (-x in the scripts)" ]]
    [ ! -e "$tmp/out" ]
}

@test "a vocabulary other than the model's" {
    damaged vocab.txt <<< 's/german/italian/'
    fails bertfwd -m "$tmp/model" "$data/pieces.msg"
    [[ $stderr == *"another vocabulary: theirs has 14 pieces and hash "*", that of $tmp/model has 14 and "*"; run wptok -m with this model" ]]
    fails trainstep -m "$tmp/model" -o "$tmp/out" "$data/batch.msg"
    [[ $stderr == *"another vocabulary: theirs has 14 pieces"* ]]
    [ ! -e "$tmp/out" ]
}

@test "a model whose label count or names differ from the stream's: both are listed" {
    bertinit -c "$data/config.json" -v "$data/vocab.txt" --labels O,B-PER,I-PER -o "$tmp/three" 2> "$tmp/err"
    bertinit -c "$data/config.json" -v "$data/vocab.txt" --labels O,B-X,I-X,B-Y,I-Y -o "$tmp/other" 2> "$tmp/err"
    fails bertfwd -m "$tmp/three" "$data/aligned.msg"
    [[ $stderr == *"the stream has 5 (O, B-MISC, B-ORG, B-PER, I-PER), the model has 3 (O, B-PER, I-PER)"* ]]
    fails trainstep -m "$tmp/three" -o "$tmp/out" "$data/batch.msg"
    [[ $stderr == *"the stream has 5 (O, B-MISC, B-ORG, B-PER, I-PER), the model has 3 (O, B-PER, I-PER)"* ]]
    fails trainstep -m "$tmp/other" -o "$tmp/out" "$data/batch.msg"
    [[ $stderr == *"the stream has 5 (O, B-MISC, B-ORG, B-PER, I-PER), the model has 5 (O, B-X, I-X, B-Y, I-Y)"* ]]
    [ ! -e "$tmp/out" ]
}

@test "a truncated, oversized or false safetensors header" {
    # The edit and a part of the message, one line each.
    while IFS='|' read -r edit message; do
        damaged model.safetensors <<< "$edit"
        fails bertfwd -m "$tmp/model" "$data/pieces.msg"
        [[ $stderr == "bertfwd: $tmp/model/model.safetensors: "*"$message"* ]] || { echo "$edit: $stderr"; false; }
        fails trainstep -m "$tmp/model" -o "$tmp/out" "$data/batch.msg"
        [[ $stderr == "trainstep: "*"$message"* ]]
    done <<'EDITS'
$_ = substr $_, 0, 4|4 bytes are not a safetensors file
$_ = substr $_, 0, 100|in a file of 100: cut off, or not a safetensors file
chop|the file is cut off, or its header is wrong
s/^.{8}/\xff\xff\xff\xff\xff\xff\xff\x7f/s|a header of 9223372036854775807 bytes
s/^.{8}/\xff\xff\xff\xff\xff\xff\xff\xff/s|a header of 18446744073709551615 bytes
s/^.{8}/\0\0\0\0\0\0\0\0/s|
$_ .= "more"|4 bytes after the last tensor
s/"shape":\[8\]/"shape":[9]/|which its shape and dtype do not give
s/"shape":\[8\]/"shape":[-8]/|
s/"F32"/"F99"/|unknown dtype 'F99'
s/"data_offsets":\[(\d+),(\d+)\]/"data_offsets":[$2,$1]/|
s/\{"/\{\{/|
EDITS
    [ ! -e "$tmp/out" ]
}

@test "a config.json of another architecture" {
    damaged config.json <<< 's/"model_type": *"bert"/"model_type": "deberta"/; s/BertFor/DebertaFor/'
    fails bertfwd -m "$tmp/model" "$data/pieces.msg"
    [ "$stderr" = "bertfwd: $tmp/model/config.json: \"model_type\" is deberta; known here are bert, distilbert, electra, roberta, xlm-roberta, camembert" ]
    fails trainstep -m "$tmp/model" -o "$tmp/out" "$data/batch.msg"
    fails bertinit --from "$tmp/model" -l "$data/corpus.msg" -o "$tmp/out"
    [ ! -e "$tmp/out" ]
}

@test "NaN loss: step and sentence ids are named, and nothing is saved" {
    fails trainstep -m "$data/model" -o "$tmp/out" --lr 1e30 --clip 0 --schedule constant "$data/batch.msg"
    ids=$(msg2json -f ids "$data/batch.msg" | sed -n 's/.*\[\(.*\)\].*/\1/; s/,/, /g; 2p')
    [[ $stderr == "trainstep: step 2 (epoch 1, batch 1): the loss is NaN; sentences $ids; nothing was saved; "* ]]
    [ ! -e "$tmp/out" ]
}

@test "a full disk" {
    for command in "wptok -m $data/model $data/corpus.msg" "bertfwd -m $data/model $data/pieces.msg" \
                   "msg2json $data/corpus.msg" "trainstep -m $data/model -o $tmp/out $data/batch.msg"; do
        read -ra words <<< "$command"
        run -1 --separate-stderr sh -c '"$@" > /dev/full' sh "${words[@]}"
        [ "$stderr" = "${words[0]}: cannot write to standard output: No space left on device" ]
    done
    [ ! -e "$tmp/out" ]
}

@test "a model that cannot be written is reported before the training" {
    : > "$tmp/file"
    fails trainstep -m "$data/model" -o "$tmp/file/out" "$data/batch.msg"
    [[ $stderr == "trainstep: cannot make the folder $tmp/file"* ]]
    [ -z "$output" ] || [[ $output != *step$'\x01'* ]]
}

@test "a closed pipe downstream" {
    for ((i = 0; i < 500; i++)); do cat "$data/corpus.txt"; done > "$tmp/many.txt"
    for _ in 1 2 3; do
        { conll2msg -c 1=tokens,2=ner_tags "$tmp/many.txt" | wptok -m "$data/model" | bertfwd -m "$data/model" |
            logit2tag | msg2json | head -n 1 > "$tmp/out"; } 2> "$tmp/err"
        [ "$(wc -l < "$tmp/out")" -eq 1 ]
        [ ! -s "$tmp/err" ] || { cat "$tmp/err"; false; }
    done
}
