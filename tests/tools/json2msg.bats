# json2msg: turns lines of JSON into a stream, and the JSON of any stream back into it, byte for byte.
load ../support/common

# Both ways through JSON.
back() { msg2json --header --trailer "$1" | json2msg | cmp - "$1"; }

# A line of JSON with the fields of the printf format.
lines() { printf "$@" > "$tmp/in.jsonl"; }

@test "json2msg: every kind of stream comes back byte for byte, with ids and with names" {
    cd "$tmp"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' eu reject '##s' german call peter black '##burn' . > vocab.txt
    cat > config.json <<'JSON'
{"architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": 14, "hidden_size": 8,
 "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 32}
JSON
    printf '%s\n' 'EU B-ORG' 'rejects O' 'German B-MISC' 'call O' '. O' '' 'Peter B-PER' 'Blackburn I-PER' '' 'call O' '' > corpus.txt
    conll2msg -c 1=tokens,2=ner_tags corpus.txt > corpus.msg
    printf '%s\n' 'EU rejects German call.' '' '"\	é😀' | text2msg > text.msg
    bertinit -c config.json -v vocab.txt -l corpus.msg -o bert 2> err
    wptok -m bert corpus.msg > pieces.msg
    wptok -m bert --max-length 5 --overflow window --masks corpus.msg > windows.msg
    wptok -m bert text.msg > raw.msg
    alignlbl pieces.msg > aligned.msg
    mkbatch -b 2 aligned.msg > batch.msg
    mkbatch -b 2 --pad aligned.msg > padded.msg
    trainstep -t 1 -m bert -o trained batch.msg > step.msg
    bertfwd -t 1 -m bert pieces.msg > logits.msg
    bertfwd -t 1 -m bert --loss aligned.msg > loss.msg
    logit2tag logits.msg > pred.msg
    logit2span logits.msg > spans.msg
    n=0
    for stream in *.msg; do
        back "$stream"
        msg2json --names --header --trailer "$stream" | json2msg | cmp - "$stream"
        n=$((n + 1))
    done
    [ "$n" -eq 13 ]
    # the part that jq selects is a stream, too
    msg2json --header logits.msg | jq -c 'select(.msgstream or .id > 0)' | json2msg | msg2json -f id > out
    printf '{"id":1}\n{"id":2}\n' | cmp - out
}

@test "json2msg: every type of msgpack comes back, and a minimal header" {
    { printf '\x82\xa9msgstream\x01\xa4kind\xa4step'
      printf '\x8c\xa1a\xc0\xa1b\xc3\xa1c\x05\xa1d\xd0\x9c\xa1e\xca\x3d\xcc\xcc\xcd\xa1f\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a\xa1g\xa2\xc3\xa9\xa1h\xc4\x02\xff\xfe\xa1i\xd4\x05\x66\xa1j\x92\x01\x90\xa1k\x81\xa1x\xca\x3f\x80\x00\x00\xa0\xcf\xff\xff\xff\xff\xff\xff\xff\xff'
      printf '\x81\xa1a\xca\x80\x00\x00\x00'
      printf '\x82\xa3end\xc3\xa7records\x02'; } > "$tmp/types.msg"
    back "$tmp/types.msg"
    { printf '\x84\xa1x\x93\x01\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00\xc0\xa4kind\xa5thing\xa9msgstream\x01\xa5vocab\x83\xa4hash\xa1h\xa4size\x07\xa1y\xc2'
      printf '\x82\xa3end\xc3\xa7records\x00'; } > "$tmp/empty.msg"
    back "$tmp/empty.msg"
}

@test "json2msg: CoNLL-2003 whole" {
    [ -d "$SHARED/data/conll2003" ] || skip "needs ../shared/data"
    conll2msg "$SHARED/data/conll2003/train.txt" > "$tmp/train.msg"
    back "$tmp/train.msg"
    msg2json --names --header --trailer "$tmp/train.msg" | json2msg | cmp - "$tmp/train.msg"
    # as names and without a header: the label sets are collected, and they are the same
    msg2json --names "$tmp/train.msg" | json2msg > "$tmp/collected.msg"
    cmp <(msg2json "$tmp/train.msg") <(msg2json "$tmp/collected.msg")
    [ "$(msg2json --header "$tmp/collected.msg" | head -n 1 | jq -c .labels)" = "$(msg2json --header "$tmp/train.msg" | head -n 1 | jq -c .labels)" ]
}

@test "json2msg: an export of the datasets package: ids, with --labels" {
    lines '%s\n' '{"id":"0","tokens":["EU","rejects","1\/2","Z\u00fcrich"],"pos_tags":[2,3,0,2],"ner_tags":[3,0,0,5]}' \
                 '{"id":"1","tokens":["Peter"],"pos_tags":[2],"ner_tags":[1]}'
    printf '%s\n' '$' , NNP VBZ > "$tmp/pos.txt"
    json2msg --labels ner_tags=O,B-PER,I-PER,B-ORG,I-ORG,B-LOC,I-LOC --labels pos_tags=@"$tmp/pos.txt" "$tmp/in.jsonl" > "$tmp/out.msg"
    run -0 msg2json --header "$tmp/out.msg"
    [ "$(jq -c '[.kind, .fields, .labels, .history]' <<< "${lines[0]}" | sed 's/"version":"[^"]*"/"version":""/')" = '["sentence",["id","tokens","pos_tags","ner_tags"],{"pos_tags":["$",",","NNP","VBZ"],"ner_tags":["O","B-PER","I-PER","B-ORG","I-ORG","B-LOC","I-LOC"]},[{"tool":"json2msg","version":"","args":["--labels","ner_tags=O,B-PER,I-PER,B-ORG,I-ORG,B-LOC,I-LOC","--labels","pos_tags=@pos.txt","in.jsonl"]}]]' ]
    [ "${lines[1]}" = '{"id":"0","tokens":["EU","rejects","1/2","Zürich"],"pos_tags":[2,3,0,2],"ner_tags":[3,0,0,5]}' ]
    msg2json --names --fields ner_tags "$tmp/out.msg" | grep -qxF '{"ner_tags":["B-ORG","O","O","B-LOC"]}'
    msg2json --ascii "$tmp/out.msg" | cmp - "$tmp/in.jsonl"
    # names instead of ids are read by the same list
    msg2json --names "$tmp/out.msg" | json2msg --labels ner_tags=O,B-PER,I-PER,B-ORG,I-ORG,B-LOC,I-LOC --labels pos_tags=@"$tmp/pos.txt" |
        msg2json | cmp - <(msg2json "$tmp/out.msg")
}

@test "json2msg, msg2json --ascii: the exports of the datasets package come back byte by byte" {
    lines '%s\n' '{"id":"0","tokens":["a\/b","\u00e9","\u2028","\ud83d\ude00","\uffff","\u0001","\t","<&>","\"\\","\b\f","\udbff\udfff"]}'
    json2msg "$tmp/in.jsonl" > "$tmp/out.msg"
    msg2json "$tmp/out.msg" | grep -qF '["a/b","é","'
    msg2json --ascii "$tmp/out.msg" | cmp - "$tmp/in.jsonl"
    # a line after a shorter one, also the header
    lines '%s\n' '{"tokens":["\u00e9"]}' '{"tokens":["\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\/"]}' '{"tokens":[]}'
    json2msg "$tmp/in.jsonl" | msg2json --ascii --fields tokens | cmp - "$tmp/in.jsonl"
    json2msg "$tmp/in.jsonl" > "$tmp/out.msg"
    msg2json --ascii --header --trailer "$tmp/out.msg" | json2msg | cmp - "$tmp/out.msg"
}

@test "json2msg: names are collected in the canonical order; --labels-from for the other splits" {
    lines '%s\n' '{"tokens":["a","b"],"ner_tags":["I-b","O"]}' '{"tokens":["c","d"],"ner_tags":["B-b","B-a"]}'
    json2msg "$tmp/in.jsonl" > "$tmp/train.msg"
    run -0 msg2json --header "$tmp/train.msg"
    [ "$(jq -c .labels <<< "${lines[0]}")" = '{"ner_tags":["O","B-a","B-b","I-b"]}' ]
    [ "${lines[1]}" = '{"id":0,"tokens":["a","b"],"ner_tags":[3,0]}' ]
    [ "${lines[2]}" = '{"id":1,"tokens":["c","d"],"ner_tags":[2,1]}' ]
    echo '{"tokens":["x"],"ner_tags":["B-b"]}' | json2msg --labels-from "$tmp/train.msg" | msg2json | grep -qxF '{"id":0,"tokens":["x"],"ner_tags":[2]}'
    # the fixed label set of CoNLL-2003, whatever part of it occurs
    lines '{"tokens":["a","b","c","d"],"ner_tags":["B-PER","I-MISC","B-LOC","B-ORG"]}\n'
    json2msg "$tmp/in.jsonl" | msg2json | grep -qF '"ner_tags":[1,8,5,3]'
}

@test "json2msg: texts, unknown fields, other names for fields, ids for records without one" {
    lines '%s\n' '{"text":"My name","meta":{"n":[1.5,null]}}' '' '{"text":""}'
    json2msg "$tmp/in.jsonl" | msg2json > "$tmp/out"
    printf '%s\n' '{"id":0,"text":"My name","meta":{"n":[1.5,null]}}' '{"id":1,"text":""}' | cmp - "$tmp/out"
    lines '{"words":["a"],"tags":["B-X"],"spare":true,"lemma_of":["a"]}\n'
    json2msg --rename words=tokens,tags=ner_tags "$tmp/in.jsonl" | msg2json --names | grep -qxF '{"id":0,"tokens":["a"],"ner_tags":["B-X"],"spare":true,"lemma_of":["a"]}'
}

@test "json2msg: predictions of another system are scored" {
    lines '%s\n' '{"tokens":["a","b"],"ner_tags":["B-X","O"],"pred":["B-X","O"]}' '{"tokens":["c"],"ner_tags":["B-X"],"pred":["B-Y"]}'
    json2msg "$tmp/in.jsonl" | seqeval --json | jq -e '.overall_precision == 0.5 and .overall_recall == 0.5'
}

@test "json2msg: streams and files one after the other, and their trailers" {
    printf 'a B-X\n' | conll2msg > "$tmp/a.msg"
    msg2json --header --trailer "$tmp/a.msg" > "$tmp/a.jsonl"
    json2msg "$tmp/a.jsonl" "$tmp/a.jsonl" | msg2json --trailer | grep -qxF '{"end":true,"records":2}'
    sed 's/B-X/B-Y/' "$tmp/a.jsonl" > "$tmp/b.jsonl"
    run -1 --separate-stderr json2msg "$tmp/a.jsonl" "$tmp/b.jsonl"
    [ "$stderr" = "json2msg: $tmp/a.jsonl and $tmp/b.jsonl cannot be read as one stream: their labels of 'ner_tags' differ; conll2msg --labels-from gives one the labels of the other" ]
    # without a trailer the end of the file is the end
    msg2json --header "$tmp/a.msg" | json2msg | cmp - "$tmp/a.msg"
}

@test "json2msg: bad lines are named, exit 1, no trailer" {
    bad() { # MESSAGE FORMAT [OPTION...]
        printf "$2" > "$tmp/bad.jsonl"
        want=$1
        shift 2
        run -1 --separate-stderr json2msg "$@" "$tmp/bad.jsonl"
        [ "${stderr_lines[-1]}" = "json2msg: $want" ] || { echo "got: $stderr"; false; }
        [[ $output != *records* ]]
    }
    f=$tmp/bad.jsonl
    bad "$f:1: not an object but an array" '[1]'
    bad "$f: no JSON object in it" '[]'
    bad "$f:1: record 2: not an object but an integer" '[{"a":1},2]'
    bad "$f:2: record 2: column 6: a value is expected" '[{"a":1},\n{"a":x}]'
    bad "$f:1: record 1: the array is not closed" '[{"a":1}'
    bad "$f:1: record 1: more after the array" '[{"a":1}] 2'
    bad "$f:1: record 2: a value is expected" '[{"a":1},]'
    bad "$f:1: column 2: the text ends inside a value; one object a line is wanted: jq -c . makes such lines" '{\n "a": 1\n}\n'
    bad "$f:2: column 22: the text ends inside a value" '{"text":"a"}\n{"text":"a","x":[1,2,'
    bad "$f:1: column 11: NaN and Infinity are not JSON" '{"score": NaN}\n'
    bad "$f:1: column 13: half of a surrogate pair, which is not a character" '{"a":"\\ud800"}'
    bad "$f:1: column 7: a control character in a string" '{"a":"\t"}'
    bad "$f:2: the key 'a' comes twice" '{"a":1}\n{"a":1,"a":2}\n'
    bad "$f:1: column 26: an integer that does not fit 64 bits" '{"a":22345678901234567890}'
    bad "$f:1: column 13: nested deeper than 8" '{"a":[[[[[[[[1]]]]]]]]}'
    bad "$f:1: not an object but a string" '"a"\n'
    bad "$f:1: invalid UTF-8: byte 0xff at column 7; convert the file first, for example with iconv" '{"a":"\xff"}\n'
    bad "$f:1: a NUL byte: this is not text" '{"a":"\0"}\n'
    bad "$f is empty" ''
    bad "$f: no JSON object in it" '\n \n'
    bad "$f:2: 2 tokens, but 1 ner_tags" '{"tokens":["a"],"ner_tags":["O"]}\n{"tokens":["a","b"],"ner_tags":["O"]}\n'
    bad "$f:1: tokens is not an array of strings" '{"tokens":["a",1]}\n'
    bad "$f:1: text is not a string but nil" '{"text":null}\n'
    bad "$f:1: id is neither an integer nor a string but a float" '{"id":1.5}\n'
    bad "$f:1: ner_tags is not an array of label ids or names but a string" '{"ner_tags":"O"}\n'
    bad "$f:1: ner_tags[1] is nil, neither a label's id nor its name" '{"ner_tags":["O",null]}\n'
    bad "$f:1: ner_tags[0] is 2; --labels gives 2 labels" '{"ner_tags":[2]}\n' --labels ner_tags=O,B-X
    bad "$f:1: ner_tags[0] is -1; --labels gives 2 labels" '{"ner_tags":[-1]}\n' --labels ner_tags=O,B-X
    bad "$f:2: the label 'B-Y' of ner_tags is not among the 2 that --labels gives" '{"ner_tags":["O"]}\n{"ner_tags":["B-Y"]}\n' -l ner_tags=O,B-X
    bad "$f:1: no field 'ner_tags', of which --labels gives the names" '{"tags":[0]}\n' --labels ner_tags=O,B-X
    bad "$f:2: ner_tags has label names here and ids elsewhere; what the ids mean, --labels can say" '{"ner_tags":[0]}\n{"ner_tags":["O"]}\n'
    bad "$f:1: has 'tokens' already, so 'words' cannot become it" '{"words":[],"tokens":[]}\n' --rename words=tokens
    bad "$f:3: the trailer counts other than the 1 records before it: some are lost" '{"msgstream":1,"kind":"x"}\n{"a":1}\n{"end":true,"records":2}\n'
    bad "$f:2: a stream's header, which the lines before it do not have" '{"a":1}\n{"msgstream":1,"kind":"x"}\n'
    bad "$f:2: the label 'Z' of x is not among the 1 that the header gives" '{"msgstream":1,"kind":"x","labels":{"x":["O"]}}\n{"x":["Z"]}\n'
    bad "$f begins with a stream's header, which has its own fields and labels: no place for --rename, --labels and --labels-from" '{"msgstream":1,"kind":"x"}\n' --rename a=b
    bad "cannot open $tmp/nowhere: No such file or directory" '{"ner_tags":[2]}\n' --labels ner_tags=@"$tmp/nowhere"
}

@test "json2msg: -100 among the tags of words: what it is, and what to do" {
    echo '{"tokens":["a","b"],"ner_tags":[1,-100]}' >"$tmp/in"
    run -1 --separate-stderr json2msg --labels ner_tags=O,B-X "$tmp/in"
    [[ $stderr == "json2msg: $tmp/in:1: ner_tags[1] is -100; --labels gives 2 labels; -100 marks a piece without a label, and such labels belong to pieces, in the field 'labels'"*"each word needs a tag"* ]]
}

@test "json2msg: ids without names give a warning" {
    lines '{"tokens":["a"],"ner_tags":[1]}\n'
    run -0 --separate-stderr json2msg "$tmp/in.jsonl"
    [ "$stderr" = "json2msg: ner_tags has ids without names; --labels ner_tags=... or --labels-from gives them" ]
}

@test "json2msg: wrong options" {
    for option in --rename=words --rename==tokens --labels=ner_tags --labels=ner_tags= --labels=O,O --labels=x=O,,P --labels=x=O,O; do
        run -2 json2msg "$option" /dev/null
    done
    run -2 json2msg --labels x=O --labels-from y /dev/null
}

@test "json2msg: a record comes out while the input is still open" {
    mkfifo "$tmp/fifo"
    json2msg --labels ner_tags=O,B-X < "$tmp/fifo" | msg2json > "$tmp/out" &
    exec 9> "$tmp/fifo"
    for i in 1 2; do
        echo '{"tokens":["a"],"ner_tags":["B-X"]}' >&9
        for _ in $(seq 200); do
            [ "$(wc -l < "$tmp/out")" -ge "$i" ] && break
            sleep 0.05
        done
        [ "$(wc -l < "$tmp/out")" -eq "$i" ]
    done
    exec 9>&-
    wait $!
}

@test "json2msg: a line longer than 32 MiB, of a large record" {
    { printf '\x82\xa9msgstream\x01\xa4kind\xa1x\x81\xa1a\xdd\x00\x80\x00\x00'; head -c $((8 << 20)) /dev/zero | tr '\0' '\300'
      printf '\x82\xa3end\xc3\xa7records\x01'; } > "$tmp/large.msg"
    msg2json --header --trailer "$tmp/large.msg" > "$tmp/large.jsonl"
    [ "$(stat -c %s "$tmp/large.jsonl")" -gt $((32 << 20)) ]
    json2msg "$tmp/large.jsonl" | cmp - "$tmp/large.msg"
}

@test "json2msg: --labels without a field, --labels-from with a model" {
    echo '{"tokens":["x"],"ner_tags":["B-X"],"pos_tags":["N"]}' >"$tmp/in.jsonl"
    printf 'B-X\nO\n' >"$tmp/names"
    json2msg --labels B-X,O "$tmp/in.jsonl" | msg2json --header | head -n 1 | jq -e '.labels == {"ner_tags":["B-X","O"],"pos_tags":["N"]}'
    json2msg --labels "@$tmp/names" "$tmp/in.jsonl" | msg2json --header | head -n 1 |
        jq -e '.labels.ner_tags == ["B-X","O"] and .history[0].args == ["--labels","@names","in.jsonl"]'
    bertinit --from "$ROOT/tests/golden/train/model" --labels O,B-X -o "$tmp/model" 2>"$tmp/err"
    json2msg --labels-from "$tmp/model" "$tmp/in.jsonl" | msg2json | jq -e '.ner_tags == [1]'
    echo '{"tokens":["x"],"ner_tags":["B-Y"]}' >"$tmp/other.jsonl"
    run -1 --separate-stderr json2msg --labels-from "$tmp/model" "$tmp/other.jsonl"
    [ "$stderr" = "json2msg: $tmp/other.jsonl:1: the label 'B-Y' of ner_tags is not among the 2 that --labels-from gives" ]
    echo '{"tokens":["x"],"a_tags":["B"],"b_tags":["B"]}' >"$tmp/two.jsonl"
    run -1 --separate-stderr json2msg --labels O,B "$tmp/two.jsonl"
    [ "$stderr" = "json2msg: --labels: of which field are these labels? say it with --labels FIELD=..." ]
}

@test "json2msg: spans become words, offsets and tags; the other fields stay" {
    lines '%s\n' '{"id":7,"text":"Acme hired Joan Lake.","label":[[0,4,"ORG"],[11,20,"PER"]],"meta":{"a":1}}' '{"text":"  Müller-東京","label":[]}'
    json2msg "$tmp/in.jsonl" > "$tmp/out.msg"
    msg2json -n "$tmp/out.msg" > "$tmp/out"
    cat > "$tmp/want" <<'JSON'
{"id":7,"text":"Acme hired Joan Lake.","meta":{"a":1},"tokens":["Acme","hired","Joan","Lake","."],"token_offsets":[[0,4],[5,10],[11,15],[16,20],[20,21]],"ner_tags":["B-ORG","O","B-PER","I-PER","O"]}
{"id":1,"text":"  Müller-東京","tokens":["Müller","-","東","京"],"token_offsets":[[2,8],[8,9],[9,10],[10,11]],"ner_tags":["O","O","O","O"]}
JSON
    cmp "$tmp/out" "$tmp/want"
    # both tags of a type are labels, whether they occur or not
    [ "$(msg2json --header "$tmp/out.msg" | head -n 1 | jq -c .labels)" = '{"ner_tags":["O","B-ORG","I-ORG","B-PER","I-PER"]}' ]
    json2msg -r ner_tags=gold,text=raw,label=x -t raw "$tmp/in.jsonl" | msg2json -n -f gold | head -n 1 | grep -qxF '{"gold":["B-ORG","O","B-PER","I-PER","O"]}'
    msg2json "$tmp/out.msg" | json2msg --labels O,B-ORG,I-ORG,B-PER,I-PER | msg2json | cmp - <(msg2json "$tmp/out.msg")
}

@test "json2msg: spans that cannot be tags, and the ways on" {
    bad() { # MESSAGE SPANS
        lines '{"id":"d7","text":"Acme Corp here","label":%s}\n' "$2"
        run -1 --separate-stderr json2msg "$tmp/in.jsonl"
        [[ $stderr == "json2msg: $tmp/in.jsonl:1: id d7: $1"* ]] || { echo "got: $stderr"; false; }
    }
    bad 'the spans [0,9) "Acme Corp" ORG and [5,9) "Corp" X overlap, and a word has one tag; --overlap longest' '[[0,9,"ORG"],[5,9,"X"]]'
    bad 'the span [0,99) X does not lie in the text (the text has 14 characters); --bad-spans drop' '[[0,99,"X"]]'
    bad 'the span [4,4) X is empty' '[[4,4,"X"]]'
    bad 'label[1] is not a span' '[[4,5,"X"],[4,"X"]]'
    lines '%s\n' '{"text":"Acme Corp here","label":[[0,9,"ORG"],[5,9,"X"],[4,10,"Y"],[0,99,"Z"],[9,14,"V"],[9,14,"V"]]}'
    run -0 --separate-stderr bash -c "json2msg --overlap longest --bad-spans drop '$tmp/in.jsonl' | msg2json -n -f ner_tags"
    [ "$output" = '{"ner_tags":["B-ORG","I-ORG","B-V"]}' ]
    [ "$stderr" = "json2msg: 3 spans had white space at their edges, which was cut off
json2msg: 1 span came twice with the same label, and is one
json2msg: 2 spans overlapped others and were dropped
json2msg: 1 span held no text and was dropped" ]
}

@test "json2msg: --no-spans, --spans, --offsets" {
    lines '%s\n' '{"id":1,"text":"Acme","label":[[0,4,"ORG"]],"other":[[0,4,"X"]]}'
    json2msg --no-spans "$tmp/in.jsonl" | msg2json | cmp - "$tmp/in.jsonl"
    run -1 --separate-stderr json2msg "$tmp/in.jsonl"
    [[ $stderr == *"has spans in 'label' and in 'other'; --spans says which to read" ]]
    [ "$(json2msg -s other "$tmp/in.jsonl" | msg2json -n)" = '{"id":1,"text":"Acme","label":[[0,4,"ORG"]],"tokens":["Acme"],"token_offsets":[[0,4]],"ner_tags":["B-X"]}' ]
    lines '%s\n' '{"text":"😀😀\r\n1Acme","label":[[6,10,"ORG"]]}'
    [ "$(json2msg --offsets utf16-lf "$tmp/in.jsonl" | msg2json -f tokens,token_offsets)" = '{"tokens":["😀😀","1","Acme"],"token_offsets":[[0,2],[4,5],[5,9]]}' ]
    [ "$(json2msg --offsets utf16 "$tmp/in.jsonl" | msg2json -f tokens,token_offsets)" = '{"tokens":["😀😀","1Acm","e"],"token_offsets":[[0,2],[4,8],[8,9]]}' ]
    run -1 json2msg "$tmp/in.jsonl" # as characters it ends behind the text
    run -2 json2msg --no-spans --spans x "$tmp/in.jsonl"
}

@test "json2msg: an array on one line or on many, a record an element" {
    lines '[{"tokens":["a"]},\n {"tokens":\n  ["b", "]},{"]\n}\n]\n'
    json2msg "$tmp/in.jsonl" | msg2json | cmp - <(printf '%s\n' '{"id":0,"tokens":["a"]}' '{"id":1,"tokens":["b","]},{"]}')
    awk 'BEGIN { for (i = 0; i < 300000; i++) printf "%s{\"tokens\":[\"a\"]}", i ? "," : "["; print "]" }' > "$tmp/long.json"
    timeout 20 json2msg "$tmp/long.json" | msg2json --trailer | tail -n 1 | grep -qxF '{"end":true,"records":300000}'
}

@test "json2msg: spans in another field than before are an error, also where the first one is empty" {
    bad() { # FIELD BEFORE LINE1 LINE2
        lines '%s\n' "$3" "$4"
        run -1 --separate-stderr json2msg "$tmp/in.jsonl"
        [ "$stderr" = "json2msg: $tmp/in.jsonl:2: has spans in '$1', and the records before it in '$2'; --spans says which to read" ]
    }
    bad label entities '{"text":"a b","label":[],"entities":[[0,1,"X"]]}' '{"text":"a b","label":[[2,3,"Y"]],"entities":[]}'
    bad entities label '{"text":"a b","label":[[0,1,"X"]]}' '{"text":"a b","label":null,"entities":[[2,3,"Y"]]}'
    bad label bbox '{"text":"see x","bbox":[[4,5,"p"]],"label":[]}' '{"text":"see x","bbox":[],"label":[[0,3,"X"]]}'
    [ "$(json2msg -s label "$tmp/in.jsonl" | msg2json -n -f ner_tags | tail -n 1)" = '{"ner_tags":["B-X","O"]}' ]
}

@test "json2msg: spans that cut words are counted; numbers of words are an error" {
    lines '%s\n' '{"text":"New York is big","label":[[0,7,"LOC"]]}' '{"text":"New York, 3km","label":[[0,8,"LOC"],[10,11,"N"]]}'
    run -0 --separate-stderr bash -c "json2msg '$tmp/in.jsonl' | msg2json -f tokens"
    [ "$stderr" = "json2msg: 2 of 3 spans begin or end inside of a word, and cut it in two, the first in $tmp/in.jsonl:1: [0,7) \"New Yor\" LOC; do the numbers count characters, and is the end the first character after the span?" ]
    lines '%s\n' '{"text":"New York is big","tokenized_text":["New","York","is","big"],"ner":[[0,1,"LOC"]]}'
    run -1 --separate-stderr json2msg "$tmp/in.jsonl"
    [[ $stderr == "json2msg: $tmp/in.jsonl:1: the span [0,1) \"N\" LOC ends inside of a word, and no span ends after the last word in 'tokenized_text'"*"--offsets chars"* ]]
    json2msg --offsets chars "$tmp/in.jsonl" 2>"$tmp/err" | msg2json -f tokens | grep -qF '["N","ew"'
    grep -q "^json2msg: 1 of 1 spans begin" "$tmp/err"
    # beside words, with numbers of characters; at punctuation and between Chinese characters
    lines '%s\n' '{"text":"Acme has it.","words":["Acme","has","it","."],"label":[[0,4,"O"],[9,11,"P"]]}' '{"text":"東京 co.uk","label":[[0,1,"X"],[3,5,"Y"]]}'
    run -0 --separate-stderr bash -c "json2msg '$tmp/in.jsonl' | msg2json -f tokens"
    [ -z "$stderr" ]
}

@test "json2msg: records without words, spans that are not read, and what looks like spans" {
    lines '{"content":"x","annotation":[1]}\n'
    run -0 --separate-stderr bash -c "json2msg '$tmp/in.jsonl' | msg2json"
    [ "$output" = '{"id":0,"content":"x","annotation":[1]}' ]
    [ "$stderr" = "json2msg: no words: the first record has neither 'tokens' nor 'text', but 'content' 'annotation'; see --rename, and --spans and --text" ]
    lines '{"text":"New York","label":[[0,8,"LOC"]],"tokens":["New","York"]}\n'
    run -0 --separate-stderr bash -c "json2msg '$tmp/in.jsonl' | msg2json"
    [ "$stderr" = "json2msg: records have words in 'tokens': the spans in 'label' were not read; --spans label reads them, and replaces these words" ]
    [ "$(json2msg -s label "$tmp/in.jsonl" | msg2json -n -f ner_tags)" = '{"ner_tags":["B-LOC","I-LOC"]}' ]
    for spans in '[["0","1","X"]]' '[[0.5,1.0,"X"]]' '[[0,1,["X"]]]' '[{"start":0,"end":1}]' '[{"start":0,"end":"1","entity":"X"}]'; do
        lines '{"text":"a b","label":%s}\n' "$spans"
        run -1 --separate-stderr json2msg "$tmp/in.jsonl"
        [[ $stderr == "json2msg: $tmp/in.jsonl:1: label[0] is not a span: no start and end as integers, or no label as text; --no-spans"* ]]
        json2msg --no-spans "$tmp/in.jsonl" | msg2json -f label | grep -qF '"label"'
    done
    [ "$(echo '{"text":"a b","entities":[{"start":0,"end":1,"entity":"X"}]}' | json2msg | msg2json -n -f ner_tags)" = '{"ner_tags":["B-X","O"]}' ]
    nested() { # HINT
        lines '%s\n' "$2"
        run -1 --separate-stderr json2msg "$tmp/in.jsonl"
        [[ $stderr == *"; jq -c '$1' makes lines of them" ]]
        jq -c "$1" "$tmp/in.jsonl" | json2msg | msg2json -f tokens | cmp - <(echo '{"tokens":["Acme"]}')
    }
    nested '.annotations[] | values' '{"classes":["O"],"annotations":[["Acme",{"entities":[[0,4,"O"]]}],null]}'
    nested '.rows[].row' '{"features":[],"rows":[{"row_idx":0,"row":{"tokens":["Acme"]}}]}'
    nested '.data[]' '{"version":"1","data":[{"text":"Acme","label":[[0,4,"O"]]}]}'
    lines '{"text":"a","sentence":"b","label":[[0,1,"X"]]}\n'
    run -1 --separate-stderr json2msg -t sentence "$tmp/in.jsonl"
    [[ $stderr == *"has a field 'text' besides 'sentence'; --rename text=NAME gives it another name" ]]
    [ "$(json2msg -t sentence -r text=old "$tmp/in.jsonl" | msg2json -n -f ner_tags)" = '{"ner_tags":["B-X"]}' ]
}

@test "json2msg: white space around a label is not part of it" {
    [ "$(echo '{"tokens":["a","b","c"],"ner_tags":["B-ORG ","B-ORG","\u00a0I-ORG\ufeff"]}' | json2msg | msg2json --header | head -n 1 | jq -c .labels.ner_tags)" = '["B-ORG","I-ORG"]' ]
    [ "$(echo '{"tokens":["a"],"ner_tags":["B-ORG "]}' | json2msg --labels O,B-ORG | msg2json -f ner_tags)" = '{"ner_tags":[1]}' ]
    [ "$(echo '{"text":"a b","label":[[0,1,"X "],[2,3,"X"]]}' | json2msg | msg2json -n -f ner_tags)" = '{"ner_tags":["B-X","B-X"]}' ]
    echo '{"tokens":["a"],"ner_tags":[" "]}' >"$tmp/in.jsonl"
    run -1 --separate-stderr json2msg "$tmp/in.jsonl"
    [[ $stderr == *"ner_tags[0] is empty or has a NUL: not the name of a label" ]]
}

@test "json2msg: a file without a span, with a label set: all words are O" {
    lines '{"text":"Joe b","label":[]}\n'
    echo '{"text":"Joe b","label":[[0,3,"PER"]]}' | json2msg >"$tmp/train.msg"
    for option in --labels=O,B-PER,I-PER --labels=ner_tags=O,B-PER,I-PER "--labels-from=$tmp/train.msg"; do
        [ "$(json2msg "$option" "$tmp/in.jsonl" | msg2json -f tokens,ner_tags)" = '{"tokens":["Joe","b"],"ner_tags":[0,0]}' ]
    done
    json2msg "$tmp/in.jsonl" | msg2json | grep -qxF '{"id":0,"text":"Joe b","label":[]}'
}

@test "json2msg: many labels, and many types of spans, take no quadratic time" {
    awk 'BEGIN { for (i = 0; i < 150000; i++) print "{\"tokens\":[\"w\"],\"ner_tags\":[\"L" i "\"]}" }' | timeout 20 json2msg >"$tmp/labels.msg"
    awk 'BEGIN { for (i = 0; i < 100000; i++) print "{\"text\":\"w\",\"label\":[[0,1,\"L" i "\"]]}" }' | timeout 20 json2msg >"$tmp/types.msg"
    [ "$(msg2json -n -f ner_tags "$tmp/types.msg" | tail -n 1)" = '{"ner_tags":["B-L99999"]}' ]
}

@test "json2msg: label files as people have them; a set of one label; blanks in lists" {
    echo '{"words":["x"],"tags":["O"]}' >"$tmp/in.jsonl"
    printf '\357\273\277B-X \r\nO\r\n\r\n' >"$tmp/names"
    [ "$(json2msg -r 'words=tokens, tags=ner_tags' -l "@$tmp/names" "$tmp/in.jsonl" | msg2json)" = '{"id":0,"tokens":["x"],"ner_tags":[1]}' ]
    json2msg -r words=tokens,tags=ner_tags -l O "$tmp/in.jsonl" | msg2json | grep -qF '"ner_tags":[0]'
    json2msg -r words=tokens,tags=ner_tags -l 'B-X, O' "$tmp/in.jsonl" | msg2json | grep -qF '"ner_tags":[1]'
    json2msg -r word=tokens,tags=ner_tags "$tmp/in.jsonl" 2>&1 >"$tmp/out.msg" | head -n 1 | grep -qxF "json2msg: no record has a field 'word', which --rename makes 'tokens'"
    printf 'O\n\nB-X\n' >"$tmp/names"
    run -2 --separate-stderr json2msg -l "@$tmp/names" "$tmp/in.jsonl"
    [[ $stderr == "json2msg: --labels @$tmp/names: line 2: a name is empty;"* ]]
}

@test "json2msg: JSON that is not one object a line: the way on" {
    bad() { # HINT INPUT
        printf "$2" >"$tmp/in.jsonl"
        run -1 --separate-stderr json2msg "$tmp/in.jsonl"
        [[ $stderr == *"; $1" ]] || { echo "got: $stderr"; false; }
    }
    bad "jq -c . makes a line of each object" '{"tokens":["a"]}{"tokens":["b"]}\n'
    bad "jq -c . makes a line of each object" '{"tokens":["a"]}\n{"tokens":["a"]} {"tokens":["b"]}\n'
    bad "sed 's/,\$//' takes commas between lines away" '{"tokens":["a"]},\n{"tokens":["b"]}\n'
    bad "jq -c '.[]' makes lines of arrays" '[{"tokens":["a"]}]\n[{"tokens":["b"]}]\n'
    bad "jq -c '.[]' makes lines of arrays" '[{"tokens":["a"]}][{"tokens":["b"]}]\n'
    bad "JSON has double quotation marks: json.dumps() of Python writes them" "{'tokens':['a']}\n"
    bad "JSON has double quotation marks: json.dumps() of Python writes them" "{\"a\":1}\n{'tokens':['a']}\n"
    run -0 --separate-stderr bash -c 'echo "{\"tokens\":[\"a\"],\"ner_tags\":[\"3\"]}" | json2msg | msg2json -f ner_tags'
    [ "$stderr" = 'json2msg: the labels of ner_tags are numbers as text, such as "3": they are names here; ids are numbers without quotation marks' ]
}
