load ../support/common

# Unigram tokenizers: XLM-RoBERTa, CamemBERT, and steps of a tokenizer.json alone (tests/golden/unigram.py).

G=$ROOT/tests/golden/unigram

model() { # KIND -> a model directory
    m=$tmp/$1
    mkdir -p "$m"
    case $1 in
        xlm-roberta | camembert)
            cp "$G/sentencepiece.bpe.model" "$m/"
            echo "{\"model_type\":\"$1\"}" >"$m/config.json"
            ;;
        *)
            cp "$G/$1.tokenizer.json" "$m/tokenizer.json"
            cp "$G/$1.config.json" "$m/tokenizer_config.json"
            ;;
    esac
    echo "$m"
}
lines() { msg2json --fields input_ids,word_ids,offsets; }
refused() { # MESSAGE: what wptok says of $m, and all it says
    run -1 --separate-stderr wptok -m "$m" "$G/text.msg"
    [[ $stderr == *"$1"* && $(wc -l <<<"$stderr") -eq 1 ]] || { echo "$stderr"; false; }
}

@test "wptok: 751 texts, and their words, with five Unigram tokenizers, as transformers cuts them" {
    while read -r kind what count sum; do
        wptok -m "$(model "$kind")" "$G/$what.msg" | lines >"$tmp/out"
        [ "$(wc -l <"$tmp/out")" -eq "$count" ]
        [ "$(md5sum <"$tmp/out")" = "$sum  -" ] || { echo "differs: $kind $what"; false; }
    done <"$G/sums.txt"
}

@test "wptok: ids of XLM-RoBERTa and CamemBERT from a sentencepiece model: the special tokens" {
    for kind in xlm-roberta camembert; do
        printf '<s><pad></s><unk><mask>\n' | text2msg | wptok -m "$(model $kind)" | msg2json --fields input_ids >"$tmp/$kind.ids"
    done
    [ "$(cat "$tmp/xlm-roberta.ids")" = '{"input_ids":[0,0,1,2,3,701,2]}' ]
    [ "$(cat "$tmp/camembert.ids")" = '{"input_ids":[5,5,1,6,3,704,6]}' ]
}

@test "wptok: a class of Unigram takes its steps from tokenizer_config.json, whatever tokenizer.json says" {
    m=$(model xlm-roberta-json)
    wptok -m "$m" "$G/text.msg" | lines >"$tmp/a"
    jq '.pre_tokenizer = null | .model.unk_id = 0 | .normalizer = {type: "Sequence", normalizers: [.normalizer]}' \
        "$m/tokenizer.json" >"$tmp/t" && mv "$tmp/t" "$m/tokenizer.json"
    wptok -m "$m" "$G/text.msg" | lines | cmp - "$tmp/a"
    jq '.add_prefix_space = false' "$m/tokenizer_config.json" >"$tmp/t" && mv "$tmp/t" "$m/tokenizer_config.json"
    printf 'the of\n' | text2msg | wptok -m "$m" | msg2json --fields pieces >"$tmp/out"
    run ! grep -q ▁ "$tmp/out"
}

# Both texts have the same hash, all 64 bits of it (vocab_hash_text).
@test "wptok: a text with the hash of a piece is not that piece" {
    m=$tmp/hash
    mkdir "$m"
    jq -n '{model: {type: "Unigram", unk_id: 0, vocab: [["<unk>", 0], ["攚渊琑a", -1], ["赕弛", -2], ["b", -2]]},
        post_processor: {type: "BertProcessing", cls: ["b", 3], sep: ["b", 3]}}' >"$m/tokenizer.json"
    printf '攚渊琑a\n赕弛濕\U0003beaf\n攚渊琑ab赕弛濕\U0003beafb\n' | text2msg \
        | wptok -m "$m" --overflow error 2>"$tmp/err" | msg2json --fields input_ids >"$tmp/out" || { cat "$tmp/err"; false; }
    diff - "$tmp/out" <<'END'
{"input_ids":[3,1,3]}
{"input_ids":[3,2,0,3]}
{"input_ids":[3,1,3,2,0,3,3]}
END
    # Both are pieces: the score of the first one, which is found without a look at the texts, makes another way the best.
    jq '.model.vocab[1][1] = -20 | .model.vocab += [["赕弛濕\ud8af\udeaf", -1.5], ["濕", -3], ["\ud8af\udeaf", -3]]' "$m/tokenizer.json" >"$m/t"
    mv "$m/t" "$m/tokenizer.json"
    printf '赕弛濕\U0003beaf\n' | text2msg | wptok -m "$m" | msg2json --fields input_ids >"$tmp/out"
    [ "$(<"$tmp/out")" = '{"input_ids":[3,4,3]}' ]
}

# Expected: encode of tokenizers 0.23.3.
@test "wptok: blanks of what is unknown do not belong to its place where the post-processor trims" {
    m=$tmp/trim
    mkdir "$m"
    jq -n '{model: {type: "Unigram", unk_id: 0, vocab: [["<unk>", 0], ["▁", -1], ["▁a", -1], ["b", -2], ["c", -2]]},
        pre_tokenizer: {type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: false},
        post_processor: {type: "RobertaProcessing", cls: ["b", 3], sep: ["b", 3], trim_offsets: true, add_prefix_space: false}}' \
        >"$m/tokenizer.json"
    printf 'a\u0085\u0085b\n\u0085b\nĠc\na b\u3000\u00a0\n\u0085é\u2028c\n' | text2msg | wptok -m "$m" | msg2json --fields offsets >"$tmp/out"
    diff - "$tmp/out" <<'END'
{"offsets":[[0,0],[0,1],[3,3],[3,4],[0,0]]}
{"offsets":[[0,0],[0,1],[1,1],[1,2],[0,0]]}
{"offsets":[[0,0],[0,1],[1,1],[1,2],[0,0]]}
{"offsets":[[0,0],[0,1],[1,2],[2,3],[5,5],[0,0]]}
{"offsets":[[0,0],[0,1],[1,2],[3,4],[0,0]]}
END
}

@test "wptok: a megabyte without a blank needs time in proportion to its length" {
    m=$(model xlm-roberta)
    for c in a é 漢 '\x01'; do
        head -c 500000 /dev/zero | sed "s/\x0/$c/g" | text2msg | timeout 60 wptok -m "$m" --overflow error | msg2json --fields pieces >"$tmp/out"
        [ -s "$tmp/out" ]
    done
}

@test "wptok: a cut or damaged charsmap is refused" {
    m=$(model xlm-roberta-json)
    cp "$m/tokenizer.json" "$tmp/good"
    map=$(jq -r .normalizer.precompiled_charsmap "$tmp/good")
    charsmap() { jq --arg m "$1" '.normalizer.precompiled_charsmap = $m' "$tmp/good" >"$m/tokenizer.json"; }
    charsmap "${map:0:400}"
    refused "the precompiled_charsmap is damaged: it is cut off"
    charsmap "${map:0:401}"
    refused "the precompiled_charsmap is damaged: its base64 is cut off"
    charsmap ""
    refused "the precompiled_charsmap is damaged: it is cut off"
    charsmap "${map:0:40}*${map:41}"
    refused "character 41 is not base64"
    base64 -d <<<"$map" >"$tmp/map"
    with() { # OFFSET BYTES
        cp "$tmp/map" "$tmp/forged"
        printf '%b' "$2" | dd of="$tmp/forged" bs=1 seek="$1" conv=notrunc status=none
        charsmap "$(base64 -w0 "$tmp/forged")"
    }
    with 0 '\x01\x04\x00\x00'
    refused "no double array"
    with 4 '\x00\xfe\xff\x7f'
    refused "its trie leads out of itself"
    with 4 '\x00\xfc\xff\xff'
    refused "its trie has no root"
    with "$(($(stat -c %s "$tmp/map") - 2))" '\xff'
    refused "its replacements are not valid UTF-8"
    head -c 1100 "$tmp/map" >"$tmp/forged"
    charsmap "$(base64 -w0 "$tmp/forged")"
    refused "its trie leads to no replacement"
    printf '\x00\x04\x00\x00' >"$tmp/forged" # each unit is its own child: a look-up ends with the text
    for ((i = 0; i < 256; i++)); do printf '%b' "\x$(printf %02x "$i")\x00\x00\x00"; done >>"$tmp/forged"
    charsmap "$(base64 -w0 "$tmp/forged")"
    wptok -m "$m" "$G/text.msg" | msg2json >"$tmp/out"
}

@test "wptok: a vocabulary whose scores are no numbers, or that is none, is refused" {
    m=$(model whole)
    cp "$m/tokenizer.json" "$tmp/good"
    vocab() { jq ".model.vocab = $1" "$tmp/good" >"$m/tokenizer.json"; }
    vocab '[["<unk>", "0"]]'
    refused "the score of the piece '<unk>' (item 0 of \"vocab\") is not a number"
    vocab '[["<unk>", null]]'
    refused "is not a number"
    vocab '[["<unk>"]]'
    refused "item 0 of \"vocab\" is not a piece and its score"
    vocab '[]'
    refused "no vocabulary of pieces with scores"
    vocab '{"<unk>": 0}'
    refused "no vocabulary of pieces with scores"
    sed 's/"<unk>", 0[.0]*\]/"<unk>", NaN]/' "$tmp/good" >"$m/tokenizer.json"
    refused "tokenizer.json"
    sed 's/"<unk>", 0[.0]*\]/"<unk>", 1e999]/' "$tmp/good" >"$m/tokenizer.json"
    refused "tokenizer.json"
    jq 'del(.model.unk_id)' "$tmp/good" >"$m/tokenizer.json"
    refused 'the Unigram model has no "unk_id"'
    jq '.model.unk_id = 70000' "$tmp/good" >"$m/tokenizer.json"
    refused 'unk_id'
}

@test "wptok: a vocabulary with a million ids in a file of a hundred bytes is refused" {
    m=$tmp/million
    mkdir "$m"
    echo '{"model":{"type":"WordPiece","vocab":{"[UNK]":0,"a":1000000}},"normalizer":{"type":"BertNormalizer"}}' >"$m/tokenizer.json"
    refused "the id of 'a' is 1000000"
}

@test "wptok: a cut or forged sentencepiece.bpe.model is refused" {
    m=$(model xlm-roberta)
    size=$(stat -c %s "$G/sentencepiece.bpe.model")
    for cut in 0 1 2 17 100 1000 "$((size / 2))" "$((size - 1))"; do
        head -c "$cut" "$G/sentencepiece.bpe.model" >"$m/sentencepiece.bpe.model"
        refused "sentencepiece.bpe.model: no sentencepiece model, or a damaged one"
    done
    printf '\x0a\x04\x0a\x02\xff\xfe' >"$m/sentencepiece.bpe.model"
    refused "piece 0 is not valid UTF-8"
    printf '\x0a\x08\x0a\x01a\x15\x00\x00\xc0\x7f' >"$m/sentencepiece.bpe.model"
    refused "the score of piece 0 ('a') is not a number"
    printf '\x0a\x08\x0a\x01a\x15\x00\x00\x00\x00\x12\x02\x18\x02\x1a\x00' >"$m/sentencepiece.bpe.model"
    refused "of another type than unigram"
    printf '\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01' >"$m/sentencepiece.bpe.model"
    refused "no sentencepiece model, or a damaged one"
    printf '\x0b\x0c' >"$m/sentencepiece.bpe.model"
    refused "no sentencepiece model, or a damaged one"
}

@test "wptok: special tokens of CamemBERT's old files; one that is null is refused where the class needs it" {
    m=$(model camembert)
    cuts() { # TEXT RESULT
        got=$(printf '%s\n' "$1" | text2msg | wptok -m "$m" | msg2json -f input_ids,offsets | jq -c '[.input_ids, .offsets]')
        [ "$got" = "$2" ] || { echo "$1: $got"; false; }
    }
    echo '{"additional_special_tokens":["<s>NOTUSED"]}' >"$m/tokenizer_config.json"
    echo '{"extra_special_tokens":{"a_token":"<e1>"}}' >"$m/special_tokens_map.json"
    cuts '<s>NOTUSED a <e1>' '[[5,5,54,681,686,568,569,692,378,29,705,6],[[0,0],[0,3],[3,4],[4,5],[5,6],[6,7],[7,8],[8,9],[9,10],[11,12],[13,17],[0,0]]]'
    rm "$m/special_tokens_map.json"
    echo '{}' >"$m/tokenizer_config.json"
    echo '{"<mask>":704}' >"$m/added_tokens.json"
    cuts $'\x1e<mask>\x1e' '[[5,7,3,704,7,3,6],[[0,0],[0,1],[0,1],[1,7],[7,8],[7,8],[0,0]]]'
    for key in unk pad mask; do
        echo "{\"${key}_token\":null}" >"$m/tokenizer_config.json"
        refused "\"${key}_token\" is null, but CamembertTokenizer needs one; name it, or remove the key"
    done
}
