# msg2json --to: entities for annotation tools; what json2msg and brat2msg read comes back with the same spans.
load ../support/common

# Texts with what makes offsets hard: astral characters, combining marks, CR LF, Chinese, punctuation; spans that touch, and spans
# inside of words.
setup() {
    cd "$tmp"
    printf '%s\n' \
        '{"id":1,"text":"\ud83d\ude00 Acme\u00a0Corp. hired e\u0301mile\r\nLe\u0301a\ud83c\udde9\ud83c\uddea!","label":[[2,6,"ORG"],[19,25,"PER"],[27,31,"PER"],[31,33,"LOC"]],"meta":{"k":[1,2.5]},"note":"\u00e9"}' \
        '{"id":2,"text":"\u6771\u4eac\u90fd  (Haust\u00fcrschl\u00fcssel)","label":[[0,1,"A"],[1,2,"A"],[10,13,"B"],[13,14,"C"],[20,21,"B"]]}' \
        '{"id":3,"text":"","label":[]}' \
        '{"id":4,"text":"New\r\nYork\n\n and more","label":[[0,9,"LOC"],[12,15,"L-x"]]}' > in.jsonl
    json2msg in.jsonl > in.msg
    jq -c '[.text, .label]' in.jsonl > want
}

model() {
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' a b c '##a' '##b' '##c' . , > vocab.txt
    cat > config.json <<'JSON'
{"architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": 13, "hidden_size": 8,
 "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 64}
JSON
    printf '%s\n' 'a B-X' 'b I-X' '. O' | conll2msg > labels.msg
    bertinit -c config.json -v vocab.txt -l labels.msg -o bert 2> err
}

@test "msg2json --to, msgview: entities of pieces that are parts of a character, or a blank: none overlaps, none is empty" {
    for stream in roberta-text roberta-untrimmed-text metaspace-text xlmr-words; do
        for aggregation in none simple; do
            logit2span -a $aggregation "$ROOT/tests/golden/span/$stream.msg" >spans.msg
            msg2json --to doccano spans.msg | jq -e -s 'map(.text as $t | .label as $l |
                ($l | map(.[0] < .[1] and $t[.[0]:.[0] + 1] != " ") | all) and
                ([range(1; $l | length) | $l[.][0] >= $l[. - 1][1]] | all)) | all'
            msgview --html spans.msg >page.html
            [ "$(msgview spans.msg | grep -c '[0-9] *[0-9]*$')" -ge "$(msg2json -f entities spans.msg | jq -s 'map(.entities | length) | add')" ]
        done
    done
}

@test "msg2json --to doccano, spacy, prodigy, labelstudio: the same spans come back, from each into each" {
    for format in doccano spacy prodigy labelstudio; do
        msg2json --to "$format" in.msg > "$format.json"
        json2msg "$format.json" > back.msg
        msg2json --to doccano back.msg | jq -c '[.text, .label]' | cmp - want
        for other in doccano spacy prodigy labelstudio; do
            msg2json --to "$other" back.msg > again
            json2msg again | msg2json -n -f text,token_offsets,ner_tags | cmp - <(msg2json -n -f text,token_offsets,ner_tags in.msg)
        done
        msg2json -a --to "$format" in.msg > ascii.json
        run ! grep -qP '[^\x00-\x7f]' ascii.json
        json2msg ascii.json | msg2json -f text,token_offsets,ner_tags | cmp - <(msg2json -f text,token_offsets,ner_tags in.msg)
    done
    msg2json --to doccano in.msg | jq -cS . | cmp - <(jq -cS . in.jsonl)
}

@test "msg2json --to brat: a text and its annotations a document, and back" {
    msg2json --to brat -o docs in.msg > out
    [ ! -s out ]
    cmp docs/4.txt <(printf 'New\r\nYork\n\n and more')
    cmp docs/4.ann <(printf 'T1\tLOC 0 3;5 9\tNew York\nT2\tL-x 12 15\tand\n')
    [ -e docs/3.ann ] && [ ! -s docs/3.ann ]
    brat2msg docs | msg2json --to doccano | jq -c '[.text, .label]' | cmp - want
    json2msg <(sed 's/"id":2/"id":1/' in.jsonl) > same.msg
    run -1 --separate-stderr msg2json --to brat -o docs2 same.msg
    [ "$stderr" = "msg2json: record 2 (id 1): a record before it has the same id, and so the same files" ]
    json2msg <(sed 's/"id":2/"id":"a\/b"/' in.jsonl) > slash.msg
    run -1 --separate-stderr msg2json --to brat -o docs3 slash.msg
    [ "$stderr" = "msg2json: record 2 (id a/b): its id cannot be the name of a file" ]
    json2msg <(sed 's/"LOC"/"a b"/' in.jsonl) > blank.msg
    run -1 --separate-stderr msg2json --to brat blank.msg
    [[ $stderr == "msg2json: record 1 (id 1): the label 'a b' has a blank"* ]]
}

@test "msg2json --to brat: lines of one text" {
    printf 'Acme x\n\n\360\237\230\200 Rome\nlast Rome' > doc.txt
    text2msg doc.txt | msg2json | jq -c '.label = [[[0, 4, "ORG"]], [], [[2, 6, "LOC"]], [[5, 9, "LOC"]]][.id]' |
        json2msg | msg2json --to brat > doc.ann
    cmp doc.ann <(printf 'T1\tORG 0 4\tAcme\nT2\tLOC 10 14\tRome\nT3\tLOC 20 24\tRome\n')
    brat2msg doc.ann | msg2json --to brat | cmp - doc.ann
}

@test "msg2json --to: what each format looks like; other fields go along" {
    echo '{"id":"d1","text":"\ud83d\ude00 Acme.","label":[[2,6,"ORG"]],"meta":{"k":1},"note":"x"}' | json2msg > one.msg
    [ "$(msg2json --to spacy one.msg)" = '{"id":"d1","text":"😀 Acme.","entities":[[2,6,"ORG"]],"meta":{"k":1},"note":"x"}' ]
    [ "$(msg2json --to prodigy one.msg)" = '{"id":"d1","text":"😀 Acme.","tokens":[{"text":"😀","start":0,"end":1,"id":0,"ws":true},{"text":"Acme","start":2,"end":6,"id":1,"ws":false},{"text":".","start":6,"end":7,"id":2,"ws":false}],"spans":[{"start":2,"end":6,"token_start":1,"token_end":1,"label":"ORG"}],"meta":{"k":1},"note":"x"}' ]
    # a browser counts the emoji as two
    [ "$(msg2json --to labelstudio one.msg | tr -d '\n')" = '[{"data":{"text":"😀 Acme.","id":"d1","note":"x"},"meta":{"k":1},"annotations":[{"result":[{"id":"e1","from_name":"label","to_name":"text","type":"labels","value":{"start":3,"end":7,"text":"Acme","labels":["ORG"]}}]}]}]' ]
    # a corpus without its text: words and blanks
    printf 'EU B-ORG\nrejects O\n, O\n\nNew B-LOC\nYork I-LOC\n' | conll2msg > corpus.msg
    msg2json --to doccano corpus.msg | cmp - <(printf '%s\n' '{"id":0,"text":"EU rejects ,","label":[[0,2,"ORG"]]}' '{"id":1,"text":"New York","label":[[0,8,"LOC"]]}')
    [ "$(printf 'a O\n' | conll2msg | msg2json --to labelstudio | jq -c '.[0].annotations')" = '[{"result":[]}]' ]
}

@test "msg2json --to: predictions of logit2span and logit2tag, places in the original text, windows" {
    model
    # the cut of json2msg is that of wptok: entities are those of the raw text
    printf 'ab c.  a,b\xc2\xa0\xf0\x9f\x98\x80 c (abc) b.\n%s\n' "$(printf 'abc, c  ab. %.0s' $(seq 30))" > raw.txt
    text2msg raw.txt | msg2json | jq -c '. + {spans: []}' | json2msg --spans spans > words.msg
    text2msg raw.txt > text.msg
    for how in simple first average max none; do
        for f in words text; do
            wptok -m bert --overflow window -l 12 "$f.msg" | bertfwd -t 1 -m bert | logit2span -a "$how" -i '' > "$f.pred"
            msg2json "$f.pred" | jq -c '.entities[] | [.entity, .entity_group, .score, .start, .end, .start_byte, .end_byte]' > "$f.out"
        done
        cmp words.out text.out
        [ -s words.out ]
    done
    msg2json --to spacy words.pred > spacy.out
    msg2json --to spacy text.pred | cmp - spacy.out
    wptok -m bert --overflow window -l 12 words.msg | bertfwd -t 1 -m bert | logit2tag | msg2json --to labelstudio > tasks.json
    [ "$(jq -c '.[0].predictions | length, .[0].model_version, (.[0].score | type)' tasks.json | tr '\n' ' ')" = '1 "tagpipe" "number" ' ]
    json2msg -s predictions tasks.json | msg2json --to doccano | jq -c '.text' | cmp - <(jq -cR '.' raw.txt)
    # two entities in one word of a corpus
    echo '{"tokens":["abc","c"],"entities":[{"entity_group":"X","start":0,"end":1,"start_byte":0,"end_byte":1,"start_word":0,"end_word":1},{"entity_group":"Y","start":1,"end":5,"start_byte":1,"end_byte":5,"start_word":0,"end_word":2}]}' | json2msg > word.msg
    [ "$(msg2json --to spacy word.msg)" = '{"id":0,"text":"abc c","entities":[[0,1,"X"],[1,5,"Y"]]}' ]
    msgview --html word.msg > page.html
    # the gold tags, by choice
    msg2json --to doccano --spans ner_tags words.pred | jq -c .label | sort -u | cmp - <(echo '[]')
}

@test "msg2json --to: wrong options, nothing to write" {
    run -2 msg2json --to doccano --names in.msg
    run -2 msg2json --to doccano --fields id in.msg
    run -2 msg2json --spans x in.msg
    run -2 msg2json --to doccano -o docs in.msg
    run -2 msg2json --to brat -a in.msg
    run -2 msg2json --to nothing in.msg
    echo a | text2msg > text.msg
    run -1 --separate-stderr msg2json --to doccano text.msg
    [ "$stderr" = "msg2json: the stream has no entities: neither 'entities' (logit2span), nor 'pred' (logit2tag), nor tags with label names" ]
    run -1 --separate-stderr msg2json --to doccano --spans text in.msg
    [ "$stderr" = "msg2json: 'text' has no label names: neither entities nor tags" ]
}
