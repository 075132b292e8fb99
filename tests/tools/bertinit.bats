load ../support/common

M=$ROOT/tests/golden/train/model
setup() { export OMP_NUM_THREADS=1; }
stream() { printf 'EU B-ORG\nrejects O\nGerman B-MISC\n\n' | conll2msg -c 1=tokens,2=ner_tags; }

@test "bertinit: same labels keep the head: the bytes that save_pretrained wrote" {
    run --separate-stderr bertinit --from "$M" --labels O,B-PER,I-PER,B-LOC,I-LOC -o "$tmp/new"
    [ "$status" -eq 0 ]
    [[ $stderr != *initialised* ]]
    cmp "$M/model.safetensors" "$tmp/new/model.safetensors"
    cmp "$M/config.json" "$tmp/new/config.json"
}

@test "bertinit: the same labels in another order keep the head, row by row" {
    bertinit --from "$M" --labels I-LOC,O,B-LOC,I-PER,B-PER -o "$tmp/moved" 2>"$tmp/err"
    run ! grep -E 'head|initialised' "$tmp/err"
    jq -e '.id2label["0"] == "I-LOC" and .label2id.O == 1' "$tmp/moved/config.json"
    run -1 cmp -s "$M/model.safetensors" "$tmp/moved/model.safetensors"
    bertinit --from "$tmp/moved" --labels O,B-PER,I-PER,B-LOC,I-LOC -o "$tmp/back" 2>"$tmp/err"
    run ! grep -E 'head|initialised' "$tmp/err"
    cmp "$M/model.safetensors" "$tmp/back/model.safetensors"
    cmp "$M/config.json" "$tmp/back/config.json"
    printf 'a B-LOC\nb I-PER\nc I-LOC\nd B-PER\ne O\n\n' | conll2msg -c 1=tokens,2=ner_tags >"$tmp/train.msg"
    bertinit --from "$tmp/moved" --labels-from "$tmp/train.msg" -o "$tmp/stream" 2>"$tmp/err"
    run ! grep -E 'head|initialised' "$tmp/err"
    bertinit --from "$tmp/stream" --labels O,B-PER,I-PER,B-LOC,I-LOC -o "$tmp/back"
    cmp "$M/model.safetensors" "$tmp/back/model.safetensors"
}

@test "bertinit: why a head is new; names that a head has lost" {
    bertinit --from "$M" --labels O,B-PER,I-PER,B-ORG,I-ORG -o "$tmp/new" 2>"$tmp/err"
    grep -q "the head is new: that of $M is for other labels (O, B-PER, I-PER, B-LOC, I-LOC); only it has B-LOC, I-LOC; only the new one has B-ORG, I-ORG$" "$tmp/err"
    cp -r "$M" "$tmp/nameless"
    jq 'del(.id2label, .label2id) | .num_labels = 5' "$M/config.json" >"$tmp/nameless/config.json"
    bertinit --from "$tmp/nameless" --labels O,B-PER,I-PER,B-LOC,I-LOC -o "$tmp/new" 2>"$tmp/err"
    grep -q "the head is new: .*LABEL_4.*write the names into id2label of its config.json" "$tmp/err"
}

@test "bertinit: a new head with the names of the stream, the encoder as it was" {
    stream >"$tmp/train.msg"
    run --separate-stderr bertinit --from "$M" --labels-from "$tmp/train.msg" -o "$tmp/new"
    [ "$status" -eq 0 ]
    [[ $stderr == *"is for other labels (O, B-PER, I-PER, B-LOC, I-LOC)"* ]]
    [[ $stderr == *"newly initialised: classifier.weight, classifier.bias"* ]]
    jq -c '[.id2label, .label2id, .architectures, .dtype, .num_labels]' "$tmp/new/config.json" >"$tmp/is"
    msg2json --header "$tmp/train.msg" | jq -c '.labels.ner_tags | [(to_entries | map({key: (.key | tostring), value}) | from_entries),
    (to_entries | sort_by(.value) | map({key: .value, value: .key}) | from_entries), ["BertForTokenClassification"], "float32",
    null]' | head -1 >"$tmp/want"
    cmp "$tmp/is" "$tmp/want"
    # The tensors lie in the order of their names: header, encoder, head of (16 + 1) * C floats.
    header=$(od -An -tu8 -N8 "$M/model.safetensors")
    encoder=$(($(wc -c <"$M/model.safetensors") - 8 - header - 5 * 68))
    cmp <(tail -c $((encoder + 5 * 68)) "$M/model.safetensors" | head -c "$encoder") \
        <(tail -c $((encoder + 3 * 68)) "$tmp/new/model.safetensors" | head -c "$encoder")
}

@test "bertinit: the seed changes only the new tensors" {
    i=0
    for s in 1 1 2; do
        bertinit --from "$M" --labels X,Y,Z --seed $s -o "$tmp/$s" 2>/dev/null
        cp "$tmp/$s/model.safetensors" "$tmp/$s.$i"
        i=$((i + 1))
    done
    cmp "$tmp/1.0" "$tmp/1.1"
    run -1 cmp -s "$tmp/1.0" "$tmp/2.2"
}

@test "bertinit: from a config and a vocab.txt everything is new; wptok, bertfwd and bertinit take the directory" {
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' eu reject '##s' german >"$tmp/vocab.txt"
    echo '{"vocab_size": 9, "hidden_size": 8, "num_attention_heads": 2, "num_hidden_layers": 1, "intermediate_size": 12,
    "max_position_embeddings": 10}' >"$tmp/c.json"
    stream >"$tmp/train.msg"
    run --separate-stderr bertinit --config "$tmp/c.json" --vocab "$tmp/vocab.txt" --labels-from "$tmp/train.msg" -o "$tmp/new"
    [ "$status" -eq 0 ]
    [[ $stderr == *"all 23 tensors are newly initialised"* ]]
    [ "$(ls "$tmp/new" | tr '\n' ' ')" = "config.json model.safetensors tokenizer_config.json vocab.txt " ]
    wptok -m "$tmp/new" "$tmp/train.msg" | bertfwd -m "$tmp/new" | msg2json -f input_ids,logits >"$tmp/out"
    [ "$(jq -c .input_ids "$tmp/out")" = "[2,5,6,7,8,3]" ]
    bertinit --from "$tmp/new" -o "$tmp/copy" 2>"$tmp/err"
    [ ! -s "$tmp/err" ]
    diff -r "$tmp/new" "$tmp/copy"
}

@test "bertinit: fields of a stream with several label sets" {
    printf 'EU NNP B-ORG\n\n' | conll2msg -c 1=tokens,2=pos_tags,3=ner_tags >"$tmp/train.msg"
    bertinit --from "$M" --labels-from "$tmp/train.msg" -o "$tmp/ner" 2>/dev/null
    jq -e '.label2id | has("B-ORG")' "$tmp/ner/config.json"
    bertinit --from "$M" --labels-from "$tmp/train.msg" --field pos_tags -o "$tmp/pos" 2>/dev/null
    jq -e '.label2id // {} | has("B-ORG") | not' "$tmp/pos/config.json"
    run -1 bertinit --from "$M" --labels-from "$tmp/train.msg" --field chunk_tags -o "$tmp/new"
    [[ $output == *"no labels of 'chunk_tags'; it has labels of: "*"pos_tags"*"--field"* ]]
    [ ! -e "$tmp/new" ]
}

@test "bertinit: an older model in the directory is removed, and so is its state" {
    bertinit --from "$M" -o "$tmp/new" 2>/dev/null
    trainstep -m "$tmp/new" --lr 1e-3 "$ROOT/tests/golden/train/batches.msg" >"$tmp/out"
    [ -e "$tmp/new/optimizer.safetensors" ]
    bertinit --from "$M" -o "$tmp/new" 2>/dev/null
    cmp "$M/model.safetensors" "$tmp/new/model.safetensors"
    [ ! -e "$tmp/new/optimizer.safetensors" ]
}

@test "bertinit: a vocabulary larger than the embeddings is refused" {
    { printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]'; seq 60; } >"$tmp/vocab.txt"
    run -1 bertinit --from "$M" --vocab "$tmp/vocab.txt" -o "$tmp/new"
    [[ $output == *"the vocabulary has 65 pieces, the model's embeddings have only 40"* ]]
    [ ! -e "$tmp/new/model.safetensors" ]
}

@test "bertinit: damaged checkpoints and checkpoints of other models leave no file" {
    fails() {
        run -1 bertinit --from "$tmp/bad" -o "$tmp/new"
        [[ $output == *"$1"* ]]
        [ ! -e "$tmp/new" ]
    }
    cp -r "$M" "$tmp/bad"
    head -c 9000 "$M/model.safetensors" >"$tmp/bad/model.safetensors"
    fails "the file is cut off, or its header is wrong"
    printf '\377\377\377\377' | dd of="$tmp/bad/model.safetensors" conv=notrunc status=none
    fails "a header of"
    cp "$M/model.safetensors" "$tmp/bad/"
    sed -i 's/"model_type": "bert"/"model_type": "roberta"/' "$tmp/bad/config.json"
    fails '"model_type" is roberta; only "bert" is known here'
    sed 's/"hidden_size": 16/"hidden_size": 8/' "$M/config.json" >"$tmp/bad/config.json"
    fails "has the shape [16], the config asks for [8]"
    rm "$tmp/bad/config.json"
    fails "no config.json there"
}

@test "bertinit: misuse" {
    run -2 bertinit -o "$tmp/new"
    [[ $output == *"--from DIR or --config FILE"* ]]
    run -2 bertinit --from "$M"
    run -2 bertinit --from "$M" --labels A,A -o "$tmp/new"
    [[ $output == *"'A' twice"* ]]
    run -2 bertinit --from "$M" --labels , -o "$tmp/new"
    cp -r "$M" "$tmp/same"
    run -2 bertinit --from "$tmp/same" -o "$tmp/same/."
    [[ $output == *"another directory"* ]]
    diff -r "$M" "$tmp/same"
}
