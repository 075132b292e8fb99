load ../support/common

G=$ROOT/tests/golden/span
streams() { (cd "$G" && ls ./*.msg | sed 's/^..//; s/\.msg$//'); }

# Entities with the keys of pipeline only: without their scores, or only their scores.
places() { jq -c '[.[] | del(.score, .start_byte, .end_byte, .start_word, .end_word)]'; }
scores() { jq -r '.[].score'; }

@test "logit2span: entities of pipeline, five strategies, texts and words, IOB and other labels, pieces of four kinds" {
    n=0
    for name in $(streams); do
        for aggregation in none simple first average max; do
            logit2span -a $aggregation "$G/$name.msg" | msg2json | jq -c .entities >"$tmp/ours"
            places <"$tmp/ours" | diff - <(places <"$G/$name.$aggregation.jsonl")
            # float 32 sums in another order than numpy's: 1e-6
            paste <(scores <"$tmp/ours") <(scores <"$G/$name.$aggregation.jsonl") |
                awk 'NF != 2 || ($1 - $2) ^ 2 > 1e-12 { print "differs: " $0; bad = 1 } END { exit bad }'
            n=$((n + 1))
        done
    done
    [ $n -eq 85 ]
}

@test "logit2span: bytes and words of an entity, half open" {
    logit2span -a none "$G/iob-uncased-text.msg" | msg2json |
        jq -e -s '[.[] | .text as $t | .entities[] | ($t[:.start] | utf8bytelength) == .start_byte and ($t[:.end] | utf8bytelength) == .end_byte
      and .end_word == .start_word + 1] | length > 50 and all'
}

@test "logit2span: --ignore-labels keeps or removes the labels that it names" {
    all=$(logit2span -a none -i '' "$G/iob-cased-text.msg" | msg2json | jq -s '[.[].entities[]] | length')
    pieces=$(msg2json "$G/iob-cased-text.msg" | jq -s '[.[].pieces[]] | length')
    [ "$all" -eq $((pieces - 2 * 22)) ]
    logit2span -a simple -i O,PER "$G/iob-cased-text.msg" | msg2json | jq -e -s '[.[].entities[].entity_group] | unique == ["LOC"]'
}

@test "logit2span: --threshold leaves out what is less sure" {
    logit2span -a first "$G/iob-uncased-text.msg" | msg2json -f entities | jq -c '.entities |= map(select(.score >= 0.5))' >"$tmp/want"
    logit2span -a first --threshold 0.5 "$G/iob-uncased-text.msg" | msg2json -f entities | jq -c . | cmp - "$tmp/want"
    [ "$(jq '.entities[]' "$tmp/want")" != "$(logit2span -a first "$G/iob-uncased-text.msg" | msg2json -f entities | jq '.entities[]')" ]
    run -2 logit2span --threshold 1.5 "$G/iob-uncased-text.msg"
}

@test "logit2span: the unknown piece is what the stream says, or --unk" {
    logit2span -a none -i '' "$G/xlmr-text.msg" | msg2json | jq -r '.entities[].word' >"$tmp/words"
    grep -q '👍' "$tmp/words"
    run grep '<unk>' "$tmp/words"
    [ "$output" = '<unk>' ]      # it is in the text
    logit2span -a none -i '' --unk '[UNK]' "$G/xlmr-text.msg" | msg2json | jq -r '.entities[].word' >"$tmp/words"
    [ "$(grep -c '<unk>' "$tmp/words")" -gt 1 ]
}

@test "logit2span: pieces of a kind that it does not know are refused by name, and passed on by others" {
    msg2json --header --trailer "$G/xlmr-text.msg" | sed 's/"metaspace"/"runes"/' | json2msg >"$tmp/runes"
    msg2json --header "$tmp/runes" | head -1 | jq -e '.vocab.pieces == "runes" and .vocab.unk == "<unk>"'
    run -1 --separate-stderr logit2span "$tmp/runes"
    [[ $stderr == "logit2span: the stream's pieces are of a kind that is not known here: 'runes'; known are wordpiece, byte-level, "* ]]
}

@test "logit2span: --delimiter stands between the words" {
    logit2span -a none -i '' -d '' "$G/iob-cased-words.msg" | msg2json | jq -e -s '.[0].entities | map(.start) | index(3)'
}

@test "logit2span: for logits that are not numbers, and fields that do not fit, the record is named" {
    printf '\x84\xa9msgstream\x01\xa4kind\xa8sentence\xa6fields\x95\xa4text\xa8word_ids\xa7offsets\xa6pieces\xa6logits\xa6labels\x81\xa6logits\x91\xa1O' >"$tmp/head"
    record() { # LOGIT OFFSETS
        printf '\x85\xa4text\xa1a\xa8word_ids\x91\x00\xa7offsets\x91%b\xa6pieces\x91\xa1a\xa6logits\x91\x91%b\x82\xa3end\xc3\xa7records\x01' "$2" "$1"
    }
    (cat "$tmp/head"; record '\xca\x7f\xc0\x00\x00' '\x92\x00\x01') >"$tmp/nan"
    run -1 --separate-stderr logit2span "$tmp/nan"
    [ "$stderr" = "logit2span: record 1: logits[0][0] is not a number (NaN)" ]
    (cat "$tmp/head"; record '\xca\x3f\x80\x00\x00' '\x92\x00\x09') >"$tmp/far"
    run -1 --separate-stderr logit2span "$tmp/far"
    [ "$stderr" = "logit2span: record 1: piece 0 lies at 0..9 of a text of 1 code points" ]
}

@test "logit2span: the words are those of the tokenizer's decoder" {
    words() { # PIECES
        msg2json --header --trailer "$G/iob-cased-words.msg" | jq -c "if .msgstream then .vocab = {size: 9, hash: \"ab\", pieces: \"$1\"} else . end" | json2msg |
            logit2span -a simple -i '' | msg2json | jq -r '.entities[].word'
    }
    words wordpiece >"$tmp/clean"
    words wordpiece-raw | sed 's/ \([.,?!]\)/\1/g' >"$tmp/raw"
    words wordpiece-spaced >"$tmp/spaced"
    grep -q ' ##' "$tmp/spaced"
    run grep -c ' ##' "$tmp/raw"
    [ "$output" = 0 ]
    [ "$(wc -l <"$tmp/clean")" -eq "$(wc -l <"$tmp/raw")" ]
}
