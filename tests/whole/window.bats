# Long sentences as windows, and neighbouring sentences as context, through the pipe: wptok to logit2tag and logit2span.
load ../support/common

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    mkdir v
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' a b c d '##a' '##b' >v/vocab.txt
    echo '{"do_lower_case":false}' >v/tokenizer_config.json
    echo '{"architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": 11, "hidden_size": 4,
    "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 4, "max_position_embeddings": 64}' >config.json
    printf '%s\n' 'a O' 'bab B-X' 'c I-X' 'dbaabbaab B-X' 'a O' >s.txt
    conll2msg s.txt >s.msg
    bertinit -c config.json -v v/vocab.txt -l s.msg -o m 2>/dev/null
    cp v/tokenizer_config.json m/
}

cut() { wptok -m "$BATS_FILE_TMPDIR/m" --overflow window "$@"; }
forward() { bertfwd -t 1 -m "$BATS_FILE_TMPDIR/m" --any-labels "$@"; }
fields() { msg2json --fields "$1"; }

@test "window: a sentence becomes rows; each piece counts in one of them, with its word id and its label" {
    cut -l 8 --stride 2 "$BATS_FILE_TMPDIR/s.msg" | alignlbl | fields window,pieces,word_ids,labels >"$tmp/out"
    diff - "$tmp/out" <<'JSON'
{"window":[0,4],"pieces":["[CLS]","a","b","##a","##b","c","d","[SEP]"],"word_ids":[null,0,1,1,1,2,null,null],"labels":[-100,0,1,2,2,2,-100,-100]}
{"window":[1,4],"pieces":["[CLS]","c","d","##b","##a","##a","##b","[SEP]"],"word_ids":[null,null,3,3,3,3,null,null],"labels":[-100,-100,1,2,2,2,-100,-100]}
{"window":[2,4],"pieces":["[CLS]","##a","##b","##b","##a","##a","##b","[SEP]"],"word_ids":[null,null,3,3,3,3,null,null],"labels":[-100,-100,2,2,2,2,-100,-100]}
{"window":[3,4],"pieces":["[CLS]","##a","##b","a","[SEP]"],"word_ids":[null,null,3,4,null],"labels":[-100,-100,2,0,-100]}
JSON
}

@test "window: every word gets its tag, in sentences of 1 to 2000 pieces, with words of 0 to 200 characters" {
    # Sentence i has i pieces: one a character, but [UNK] for a word of more than 100, and none for U+200B and U+FEFF.
    awk 'BEGIN { for (i = 1; i <= 2000; i++) { left = i; size = i * 37 % 200
        while (left > 0) { size = size % 200 + 1; n = size > 100 ? 1 : size < left ? size : left; word = ""
            for (k = 0; k < (size > 100 ? size : n); k++) word = word (k % 3 ? "a" : "b")
            print word, "O"; left -= n; if (size % 50 == 0) print "\342\200\213 O" }
    print "\357\273\277 O\n" } }' | conll2msg >"$tmp/in"
    [ "$(wptok -m "$BATS_FILE_TMPDIR/m" "$tmp/in" | msg2json --fields input_ids | awk -F, 'NF - 2 != NR' | wc -l)" -eq 0 ]
    cut -l 64 "$tmp/in" | tee >(msg2json --fields input_ids | awk -F, 'NF > 64' >"$tmp/long") | forward | logit2tag 2>"$tmp/err" >"$tmp/out"
    msg2json --fields tokens "$tmp/in" | awk -F'","' '{ print NF }' >"$tmp/words"
    msg2json --fields pred "$tmp/out" | awk -F, '{ print NF }' | cmp - "$tmp/words"
    [ ! -s "$tmp/long" ] && [ "$(wc -l <"$tmp/words")" -eq 2000 ]
    [ "$(msg2json --fields score "$tmp/out" | grep -o null | wc -l)" -eq "$(sed -n 's/^logit2tag: \([0-9]*\) words have no piece.*/\1/p' "$tmp/err")" ]
}

@test "window: after merging, a sentence has the same pieces, word ids and offsets as without windows" {
    printf '%s\n' 'abba c dab, baab bab c d a b abababbabaab' '' $'a\u200b \u200b b' 'c' >"$tmp/text"
    whole=input_ids,word_ids,offsets,pieces
    for input in "$tmp/text" "$BATS_FILE_TMPDIR/s.txt"; do
        case $input in */text) read=text2msg ;; *) read=conll2msg ;; esac
        $read "$input" | wptok -m "$BATS_FILE_TMPDIR/m" --masks | fields $whole,attention_mask,token_type_ids >"$tmp/expected"
        for stride in 0 1 4 7; do
            $read "$input" | cut --masks -l 10 --stride $stride | forward >"$tmp/windows"
            logit2tag "$tmp/windows" | fields $whole,attention_mask,token_type_ids | cmp - "$tmp/expected"
            logit2span "$tmp/windows" | fields $whole,attention_mask,token_type_ids | cmp - "$tmp/expected"
        done
    done
}

@test "window: entities have the same positions as without windows, each once" {
    echo 'abba c dab, baab bab c d a b abababbabaab' | text2msg | cut -l 10 | forward | logit2span -a none -i '' >"$tmp/out"
    [ "$(msg2json --fields entities "$tmp/out" | jq -c '[.entities[] | [.start, .end]]')" = \
        "$(msg2json --fields offsets "$tmp/out" | jq -c '.offsets[1:-1]')" ]
}

@test "window: a sentence that fits gives the same logits and tags with --overflow window as without" {
    wptok -m "$BATS_FILE_TMPDIR/m" "$BATS_FILE_TMPDIR/s.msg" | forward | logit2tag | fields logits,pred,score >"$tmp/expected"
    cut "$BATS_FILE_TMPDIR/s.msg" | forward | logit2tag | fields logits,pred,score | cmp - "$tmp/expected"
}

@test "window: training takes windows as sentences: every piece is learnt once" {
    cut -l 8 "$BATS_FILE_TMPDIR/s.msg" | alignlbl | mkbatch -b 2 | trainstep -t 1 -m "$BATS_FILE_TMPDIR/m" -o "$tmp/new" | msg2json >"$tmp/steps"
    [ "$(jq -s 'map(.labelled) | add' "$tmp/steps")" -eq 15 ]         # a bab c dbaabbaab a
}

@test "window: the piece by piece scoring of the course counts each piece once" {
    cut -l 8 "$BATS_FILE_TMPDIR/s.msg" | alignlbl | forward --loss 2>/dev/null | logit2tag --unit piece >"$tmp/out"
    fields pred,labels <"$tmp/out" | jq -e '(.pred | length) == 17 and (.labels | map(select(. >= 0)) | length) == 15'
    [ "$(seqeval --json --field labels "$tmp/out" | jq .overall_accuracy)" != null ]
}

@test "window: missing and shuffled windows are named" {
    record() { printf '\x84\xa2id\x07\xa6window\x92%b\xa8word_ids\x91\x00\xa6logits\x91\x92\x00\x01' "$1"; }
    stream() {
        printf '\x83\xa9msgstream\x01\xa4kind\xa8sentence\xa6labels\x81\xa6logits\x92\xa1O\xa3B-X'
        for window; do record "$window"; done
        printf '\x82\xa3end\xc3\xa7records%b' "\\x0$#"
    }
    stream '\x00\x03' '\x01\x03' '\x02\x03' | logit2tag | msg2json | jq -e .pred
    run -1 --separate-stderr logit2tag <(stream '\x00\x03' '\x02\x03')
    [ "$stderr" = "logit2tag: record 2 (id 7): window 3 of 3 stands where window 2 of 3 of record 1's sentence should: windows of a sentence must stay together, in their order" ]
    run -1 --separate-stderr logit2span <(stream '\x01\x03')
    [[ $stderr == "logit2span: record 1 (id 7): window 2 of 3 stands where a first window should: "* ]]
    run -1 --separate-stderr logit2tag <(stream '\x00\x01' '\x00\x03' '\x01\x03')
    [ "$stderr" = "logit2tag: record 2: the stream ends before window 3 of 3 of its sentence" ]
    run -1 --separate-stderr logit2tag <(stream '\x03\x03')
    [ "$stderr" = "logit2tag: record 1 (id 7): field 'window' is not [number, count] as wptok writes it" ]
}

@test "window: msgview shows each with the words that count in it, and the sentence when they are together again" {
    cut -l 8 "$BATS_FILE_TMPDIR/s.msg" >"$tmp/windows"
    msgview "$tmp/windows" >"$tmp/out"
    printf '%s\n' 'window 1 of 3' 'a bab c   dbaabbaab' 'O B-X I-X B-X' '' 'window 2 of 3' dbaabbaab B-X '' 'window 3 of 3' \
        'dbaabbaab a' 'B-X       O' | diff - "$tmp/out"
    msgview --pieces "$tmp/windows" | sed -n 5,7p >"$tmp/out"
    printf '%s\n' 'window 2 of 3' '[CLS] d    ##b ##a ##a ##b ##b [SEP]' 'null  null 3   3   3   3   3   null' | diff - "$tmp/out"
    forward "$tmp/windows" | logit2tag | msgview -f ner_tags | diff - <(msgview "$BATS_FILE_TMPDIR/s.msg")
}

@test "window: sizes that make no sense are misuse; windows are not cut again" {
    run -2 --separate-stderr cut -l 2 "$BATS_FILE_TMPDIR/s.msg"
    [[ $stderr == "wptok: --max-length 2 leaves no room for a window between [CLS] and [SEP]"* ]]
    run -2 --separate-stderr cut -l 8 --stride 6 "$BATS_FILE_TMPDIR/s.msg"
    [[ $stderr == "wptok: --stride 6: windows of 8 pieces with [CLS] and [SEP] can share 5 at most"* ]]
    run -2 --separate-stderr wptok -m "$BATS_FILE_TMPDIR/m" --stride 6 "$BATS_FILE_TMPDIR/s.msg"
    [[ $stderr == "wptok: --stride goes with --overflow window"* ]]
    cut -l 8 "$BATS_FILE_TMPDIR/s.msg" >"$tmp/windows"
    run -1 --separate-stderr cut "$tmp/windows"
    [ "$stderr" = "wptok: record 1 (id 0): is a window already; wptok takes whole sentences" ]
}

# Two documents; pieces of all sentences differ.
documents() { printf '%s\n' 'a O' 'b O' '' 'c O' 'd O' '' 'ab O' '' '-DOCSTART- O' '' 'cb O' '' 'da O' '' | conll2msg; }

@test "context: pieces of neighbours on both sides, without word ids, never of another document" {
    documents | wptok -m "$BATS_FILE_TMPDIR/m" --context 3 | fields id,pieces,word_ids >"$tmp/out"
    diff - "$tmp/out" <<'JSON'
{"id":0,"pieces":["[CLS]","a","b","c","d","a","[SEP]"],"word_ids":[null,0,1,null,null,null,null]}
{"id":1,"pieces":["[CLS]","a","b","c","d","a","##b","[SEP]"],"word_ids":[null,null,null,0,1,null,null,null]}
{"id":2,"pieces":["[CLS]","b","c","d","a","##b","[SEP]"],"word_ids":[null,null,null,null,0,0,null]}
{"id":3,"pieces":["[CLS]","c","##b","d","##a","[SEP]"],"word_ids":[null,0,0,null,null,null]}
{"id":4,"pieces":["[CLS]","c","##b","d","##a","[SEP]"],"word_ids":[null,null,null,0,0,null]}
JSON
}

@test "context: never more than fits the model: each side gets half of the room, and what the other side leaves" {
    documents | wptok -m "$BATS_FILE_TMPDIR/m" --context 50 -l 6 | fields pieces | jq -r '.pieces[1:-1] | join(" ")' >"$tmp/out"
    printf '%s\n' 'a b c d' 'b c d a' 'c d a ##b' 'c ##b d ##a' 'c ##b d ##a' | diff - "$tmp/out"
}

@test "context: streams one after the other are different documents, whatever their numbers" {
    (printf 'a O\n' | conll2msg; printf 'b O\n' | conll2msg) | wptok -m "$BATS_FILE_TMPDIR/m" --context 5 | fields pieces >"$tmp/out"
    printf '%s\n' '{"pieces":["[CLS]","a","[SEP]"]}' '{"pieces":["[CLS]","b","[SEP]"]}' | diff - "$tmp/out"
}

@test "context: every sentence comes out, in its order, whatever the context; labels and tags are those of its own pieces" {
    documents | wptok -m "$BATS_FILE_TMPDIR/m" >"$tmp/plain"
    alignlbl "$tmp/plain" | fields id,tokens,labels | jq -c '[.id, .tokens, (.labels | map(select(. >= 0)))]' >"$tmp/expected"
    for n in 1 2 5 1000000; do
        documents | wptok -m "$BATS_FILE_TMPDIR/m" --context $n | alignlbl >"$tmp/labelled"
        fields id,tokens,labels <"$tmp/labelled" | jq -c '[.id, .tokens, (.labels | map(select(. >= 0)))]' | cmp - "$tmp/expected"
        forward "$tmp/labelled" | logit2tag | logit2span -a none -i '' | fields tokens,pred,entities |
            jq -e -s 'all(.[]; (.tokens | length) == (.pred | length) and ([.entities[].start_word] | unique | length) == (.tokens | length))'
    done
}

@test "context: with windows, the first and the last one have what room they leave" {
    printf '%s\n' 'a O' '' 'b O' 'c O' 'd O' 'bab O' 'c O' '' 'd O' | conll2msg | cut -l 6 --stride 1 --context 2 |
        fields window,pieces,word_ids >"$tmp/out"
    diff - "$tmp/out" <<'JSON'
{"window":[0,1],"pieces":["[CLS]","a","b","c","[SEP]"],"word_ids":[null,0,null,null,null]}
{"window":[0,3],"pieces":["[CLS]","a","b","c","d","[SEP]"],"word_ids":[null,null,0,1,2,null]}
{"window":[1,3],"pieces":["[CLS]","d","b","##a","##b","[SEP]"],"word_ids":[null,null,3,3,3,null]}
{"window":[2,3],"pieces":["[CLS]","b","##a","##b","c","[SEP]"],"word_ids":[null,null,null,null,4,null]}
{"window":[0,1],"pieces":["[CLS]","##b","c","d","[SEP]"],"word_ids":[null,null,null,0,null]}
JSON
}

@test "context: without documents there is none" {
    run -1 --separate-stderr wptok -m "$BATS_FILE_TMPDIR/m" --context 2 <(echo a | text2msg)
    [ "$stderr" = "wptok: the stream has no field 'doc', only id, text; conll2msg writes it, or json2msg --rename" ]
}

@test "pipelines: preprocess.sh, train.sh and evaluate.sh with windows and context; tag.sh takes a text of any length" {
    export TAGPIPE_BIN=$BUILD
    p=$ROOT/pipelines m=$BATS_FILE_TMPDIR/m s=$BATS_FILE_TMPDIR/s.txt
    "$p/preprocess.sh" -m "$m" -o "$tmp/data" -l 8 -x window "$s" "$s" "$s" -- --stride 2 --context 2 2>/dev/null
    msg2json --header "$tmp/data/train.msg" | head -n 1 | jq -e '.history[1].args == ["--model", "m", "--add-prefix-space", "--max-length", "8", "--overflow", "window", "--stride", "2", "--context", "2"]'
    "$p/train.sh" -m "$m" -d "$tmp/data" -o "$tmp/run" -e 1 2>/dev/null | grep -q '^epoch  1 '
    "$p/evaluate.sh" -j -m "$tmp/run/best" -o "$tmp/tagged" "$tmp/data/test.msg" | jq -e '.X.number == 2'
    [ "$(msg2json --fields pred "$tmp/tagged" | jq '.pred | length')" -eq 5 ]
    "$p/evaluate.sh" -j -m "$tmp/run/best" -x window "$s" | jq -e '.X.number == 2'
    for _ in $(seq 40); do printf 'abab ba c '; done | "$p/tag.sh" -w -x window -m "$tmp/run/best" | head -n 1 | wc -w | grep -qx 120
}
