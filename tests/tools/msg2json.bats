# msg2json: any stream as lines of JSON.
load ../support/common

setup() {
    printf '%s\n' 'EU B-ORG' 'rejects O' 'German B-MISC' 'call O' '' 'Zürich B-LOC' '"\ O' > "$tmp/corpus"
    conll2msg -c 1=tokens,2=ner_tags "$tmp/corpus" > "$tmp/corpus.msg"
}

# A stream by hand: its bytes for printf, with a minimal header and trailer.
by_hand() {
    printf '\x82\xa9msgstream\x01\xa4kind\xa8sentence'
    printf '%b' "$1"
    printf '\x82\xa3end\xc3\xa7records\x01'
}

@test "records become lines, in their order and with all their fields" {
    run -0 msg2json "$tmp/corpus.msg"
    [ "${#lines[@]}" -eq 2 ]
    [[ ${lines[0]} == '{"id":0,"doc":0,"tokens":["EU","rejects","German","call"],"ner_tags":['*']}' ]]
    [ "$(jq -c .tokens <<< "${lines[1]}")" = '["Zürich","\"\\"]' ]
}

@test "--names gives label names for ids" {
    run -0 msg2json --names "$tmp/corpus.msg"
    [ "$(jq -c .ner_tags <<< "${lines[0]}")" = '["B-ORG","O","B-MISC","O"]' ]
}

@test "--header and --trailer come first and last" {
    run -0 msg2json --header --trailer "$tmp/corpus.msg"
    [ "${#lines[@]}" -eq 4 ]
    [ "$(jq -c '[.msgstream, .kind, .history[0].tool]' <<< "${lines[0]}")" = '[1,"sentence","conll2msg"]' ]
    [ "${lines[3]}" = '{"end":true,"records":2}' ]
}

@test "--without leaves fields out, where they are there; the header lists those that are left" {
    printf 'a O\n' | conll2msg >"$tmp/in"
    run -0 bash -c "msg2json --without ner_tags,x,tokens --header $tmp/in"
    [[ ${lines[0]} == *'"fields":["id","doc"]'* ]]
    [ "${lines[1]}" = '{"id":0,"doc":0}' ]
    run -2 --separate-stderr msg2json --without id -f id "$tmp/in"
    [[ $stderr == "msg2json: --fields or --without, not both; "* ]]
    run -1 --separate-stderr bash -c "printf '\x82\xa9msgstream\x01\xa4kind\xa8sentence\x82\xa3end\xc3\xa7records\x00' | msg2json --without id"
    [[ $stderr == *"does not list its fields"* ]]
}

@test "--fields selects, in the given order" {
    run -0 msg2json --fields ner_tags,id --header "$tmp/corpus.msg"
    [ "$(jq -c .fields <<< "${lines[0]}")" = '["ner_tags","id"]' ]
    [ "$(jq -c 'keys_unsorted' <<< "${lines[1]}")" = '["ner_tags","id"]' ]
}

@test "a field that is not in the stream is named" {
    run -1 msg2json --fields id,pred "$tmp/corpus.msg"
    [ "$output" = "msg2json: the stream has no field 'pred'; run logit2tag first" ]
    run -2 msg2json --fields , "$tmp/corpus.msg"
}

@test "every type of msgpack, and each type can be recognised" {
    by_hand '\x8c\xa1a\xc0\xa1b\xc3\xa1c\x05\xa1d\xd1\xff\x9c\xa1e\xca\x3d\xcc\xcc\xcd\xa1f\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a\xa1g\xa2\xc3\xa9\xa1h\xc4\x02\xff\xfe\xa1i\xd4\x05\x66\xa1j\x92\x01\x90\xa1k\x81\xa1x\xca\x3f\x80\x00\x00\xa1l\xcf\xff\xff\xff\xff\xff\xff\xff\xff' > "$tmp/types.msg"
    run -0 msg2json "$tmp/types.msg"
    [ "$output" = '{"a":null,"b":true,"c":5,"d":-100,"e":0.1,"f":0.1E0,"g":"é","h":{"$bin":"//4="},"i":{"$ext":[5,"Zg=="]},"j":[1,[]],"k":{"x":1.0},"l":18446744073709551615}' ]
    jq . <<< "$output" > "$tmp/parsed"
}

@test "NaN and infinities become null, and one warning says so" {
    by_hand '\x82\xa2id\x09\xa1x\x92\xca\x7f\xc0\x00\x00\xca\xff\x80\x00\x00' > "$tmp/nan.msg"
    run -0 --separate-stderr msg2json "$tmp/nan.msg"
    [ "$output" = '{"id":9,"x":[null,null]}' ]
    [ "$stderr" = 'msg2json: record 1 (id 9): holds a NaN or an infinity: those become null' ]
}

@test "a value without a form in JSON is named" {
    by_hand '\x82\xa2id\x09\xa1x\x91\xa2\xc3\x28' > "$tmp/utf8.msg"
    run -1 msg2json "$tmp/utf8.msg"
    [ "$output" = "msg2json: record 1 (id 9): x[0]: invalid UTF-8 at byte 0" ]
    by_hand '\x81\xa1x\x81\x05\x06' > "$tmp/key.msg"
    run -1 msg2json "$tmp/key.msg"
    [[ $output == *"it holds a map with a key that is not a UTF-8 string" ]]
}

@test "--names: an id outside of the label set is named" {
    { printf '\x83\xa9msgstream\x01\xa4kind\xa8sentence\xa6labels\x81\xa1x\x91\xa1O'
      printf '\x81\xa1x\x92\x00\x01'
      printf '\x82\xa3end\xc3\xa7records\x01'; } > "$tmp/label.msg"
    run -0 msg2json "$tmp/label.msg"
    run -1 msg2json --names "$tmp/label.msg"
    [[ $output == *"record 1: field 'x' has no form in JSON: it holds a label id that the header does not name" ]]
}

@test "an empty stream gives nothing, and its header if asked for" {
    { printf '\x82\xa9msgstream\x01\xa4kind\xa8sentence'; printf '\x82\xa3end\xc3\xa7records\x00'; } > "$tmp/empty.msg"
    run -0 msg2json "$tmp/empty.msg"
    [ -z "$output" ]
    run -0 msg2json --header --trailer "$tmp/empty.msg"
    [ "${lines[0]}" = '{"msgstream":1,"kind":"sentence"}' ]
    [ "${lines[1]}" = '{"end":true,"records":0}' ]
}

@test "records before a cut come out; then it fails" {
    head -c -5 "$tmp/corpus.msg" > "$tmp/cut.msg"
    run -1 --separate-stderr msg2json --trailer "$tmp/cut.msg"
    [ "${#lines[@]}" -eq 2 ]
    [ "$stderr" = "msg2json: $tmp/cut.msg: cut off inside record 3; did the tool that wrote it fail?" ]
}

@test "a record comes out while the input is still open" {
    mkfifo "$tmp/fifo"
    msg2json "$tmp/fifo" > "$tmp/out" &
    exec 9> "$tmp/fifo"
    head -c -20 "$tmp/corpus.msg" >&9
    for _ in $(seq 100); do
        [ "$(wc -l < "$tmp/out")" -ge 1 ] && break
        sleep 0.1
    done
    [ "$(wc -l < "$tmp/out")" -ge 1 ]
    tail -c 20 "$tmp/corpus.msg" >&9
    exec 9>&-
    wait $!
}

@test "a tool that dies prints the records before, whole" {
    { by_hand '\x81\xa1a\x01' | head -c -14; printf '\x82\xa1b\x02\x05\x06'; } >"$tmp/bad.msg"
    run -1 --separate-stderr msg2json "$tmp/bad.msg"
    [ "$output" = '{"a":1}' ]
    head -c -5 "$tmp/corpus.msg" >"$tmp/cut.msg"
    run -1 --separate-stderr msg2json "$tmp/cut.msg"
    [ "$output" = "$(msg2json "$tmp/corpus.msg" | head -n 2)" ]
    head -c -20 "$tmp/corpus.msg" >"$tmp/cut.msg"
    run -1 --separate-stderr msg2json "$tmp/cut.msg"
    [ "$output" = "$(msg2json "$tmp/corpus.msg" | head -n 1)" ]
}

@test "Python reads the same values" {
    python=${PYTHON:-python3}
    "$python" -c 'import msgpack' 2> /dev/null || skip "needs python3 with msgpack (PYTHON=...)"
    text2msg "$tmp/corpus" | cat - > "$tmp/text.msg"
    for stream in "$tmp/corpus.msg" "$tmp/text.msg"; do
        msg2json "$stream" > "$tmp/json"
        "$python" - "$stream" "$tmp/json" <<'PYTHON'
import json, msgpack, sys
stream = list(msgpack.Unpacker(open(sys.argv[1], "rb")))[1:-1]
assert stream == [json.loads(line) for line in open(sys.argv[2])], stream
PYTHON
    done
}
