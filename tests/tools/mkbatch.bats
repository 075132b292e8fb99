load ../support/common

setup() {
    mkdir "$tmp/m"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' a b >"$tmp/m/vocab.txt"
    for i in $(seq 50); do
        for _ in $(seq $((i * 7 % 13 + 1))); do echo 'a O'; done
        echo
    done | conll2msg | wptok -m "$tmp/m" | alignlbl >"$tmp/in"
}
ids() { msg2json --fields ids | jq -c '.ids[]'; }

@test "mkbatch: every sentence once, eight a batch, the last one smaller" {
    mkbatch "$tmp/in" | msg2json >"$tmp/out"
    [ "$(jq -c '.ids | length' "$tmp/out" | tr '\n' ' ')" = "8 8 8 8 8 8 2 " ]
    [ "$(jq '.ids[]' "$tmp/out" | sort -n | uniq | wc -l)" -eq 50 ]
    jq -e -s 'all(.[]; (.ids | length) == (.input_ids | length) and ([.input_ids[] | length] == [.labels[] | length])) and ([.[].batch] == [range(7)])' "$tmp/out"
}

@test "mkbatch: the header has batches, examples, epoch, and keeps label sets and vocabulary" {
    mkbatch --epoch 3 "$tmp/in" | msg2json --header | head -n 1 |
        jq -e '.kind == "batch" and .batches == 7 and .examples == 50 and .epoch == 3 and .labels.labels == ["O"] and .vocab.size == 7'
}

@test "mkbatch: the order depends only on seed and epoch" {
    mkbatch --seed 1 --epoch 2 "$tmp/in" >"$tmp/a"
    mkbatch --seed 1 --epoch 2 "$tmp/in" | cmp - "$tmp/a"
    [ "$(mkbatch --seed 1 --epoch 1 "$tmp/in" | ids | md5sum)" != "$(ids <"$tmp/a" | md5sum)" ]
    [ "$(mkbatch --seed 2 --epoch 2 "$tmp/in" | ids | md5sum)" != "$(ids <"$tmp/a" | md5sum)" ]
    mkbatch --no-shuffle "$tmp/in" | ids | cmp - <(seq 0 49)
}

@test "mkbatch: --pad pads as the usual collator does" {
    mkbatch --no-shuffle -b 2 --pad --pad-id 9 "$tmp/in" | msg2json | head -n 1 |
        jq -e '(.input_ids | map(length) | unique | length) == 1 and .attention_mask == (.input_ids | map(map(if . == 9 then 0 else 1 end)))
      and (.token_type_ids | flatten | unique) == [0]
      and (.labels[0][.attention_mask[0] | add:] | all(. == -100))'
}

@test "mkbatch: --pad takes the padding piece of the stream; trainstep's results are the same, whatever it is" {
    m=$tmp/roberta
    mkdir "$m"
    cp "$ROOT"/tests/golden/bpe/{vocab.json,merges.txt} "$m"
    echo '{"tokenizer_class":"RobertaTokenizer"}' >"$m/tokenizer_config.json"
    echo '{"model_type":"roberta","vocab_size":700,"hidden_size":8,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":12,
    "max_position_embeddings":60,"type_vocab_size":1,"pad_token_id":1}' >"$m/config.json"
    wptok -m "$m" "$tmp/in" 2>"$tmp/err" | alignlbl >"$tmp/train.msg"
    [ "$(msg2json --header "$tmp/train.msg" | sed 1q | jq .vocab.pad)" = 1 ]
    bertinit --config "$m/config.json" --vocab "$m" --labels-from "$tmp/train.msg" -o "$tmp/new" 2>"$tmp/err"
    for pad in '' '--pad' '--pad --pad-id 0'; do
        mkbatch $pad "$tmp/train.msg" >"$tmp/batches"
        rm -rf "$tmp/out"
        trainstep -m "$tmp/new" -o "$tmp/out" --lr 1e-2 "$tmp/batches" | msg2json >"$tmp/steps"
        [ -e "$tmp/want" ] || { cp "$tmp/steps" "$tmp/want"; cp "$tmp/out/model.safetensors" "$tmp/want.model"; }
        cmp "$tmp/want" "$tmp/steps"
        cmp "$tmp/want.model" "$tmp/out/model.safetensors"
    done
    mkbatch --pad "$tmp/train.msg" | msg2json | jq -e -s 'all(.[]; . as $b | [.input_ids, .attention_mask] | transpose | all(.[]; transpose | all(.[]; (.[1] == 0) == (.[0] == 1))))'
    [ "$(wptok -m "$tmp/m" "$tmp/in" | msg2json --header | sed 1q | jq .vocab.pad)" = null ]
}

@test "mkbatch: --tokens limits the pieces of a batch; a longer sentence is a batch of its own" {
    mkbatch --tokens 20 "$tmp/in" | msg2json | jq -e -s 'all(.[]; ([.input_ids[] | length] | add) <= 20 or (.input_ids | length) == 1)'
    [ "$(mkbatch --tokens 20 "$tmp/in" | ids | sort -n | uniq | wc -l)" -eq 50 ]
}

@test "mkbatch: --bucket puts similar lengths together, and loses no sentence" {
    spread='[.[] | [.input_ids[] | length] | max - min] | add'
    plain=$(mkbatch "$tmp/in" | msg2json | jq -s "$spread")
    sorted=$(mkbatch --bucket 7 "$tmp/in" | msg2json | jq -s "$spread")
    [ "$sorted" -lt "$plain" ]
    [ "$(mkbatch --bucket 3 "$tmp/in" | ids | sort -n | uniq | wc -l)" -eq 50 ]
}

@test "mkbatch: labels of another length name the record" {
    printf '\x83\xa9msgstream\x01\xa4kind\xa8sentence\xa6fields\x92\xa9input_ids\xa6labels\x82\xa9input_ids\x92\x02\x03\xa6labels\x91\x00\x82\xa3end\xc3\xa7records\x01' >"$tmp/bad"
    run -1 --separate-stderr mkbatch "$tmp/bad"
    [ "$stderr" = "mkbatch: record 1: 1 labels for 2 pieces; run alignlbl after wptok" ]
}

@test "mkbatch: sizes larger than any stream: one bucket for all; an impossible id of a piece" {
    [ "$(timeout 10 mkbatch --bucket 2305843009213693952 "$tmp/in" | ids | sort -n | uniq | wc -l)" -eq 50 ]
    run -2 --separate-stderr mkbatch --pad --pad-id 4294967297 "$tmp/in"
    [[ $stderr == "mkbatch: --pad-id 4294967297: no vocabulary is that large"* ]]
}
