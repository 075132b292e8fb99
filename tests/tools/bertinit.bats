load ../support/common

M=$ROOT/tests/golden/train/model
setup() { export OMP_NUM_THREADS=1; }
stream() { printf 'EU B-ORG\nrejects O\nGerman B-MISC\n\n' | conll2msg -c 1=tokens,2=ner_tags; }

@test "bertinit: same labels keep the head: the bytes that save_pretrained wrote" {
    run --separate-stderr bertinit --from "$M" --labels O,B-PER,I-PER,B-LOC,I-LOC -o "$tmp/new"
    [ "$status" -eq 0 ]
    [[ $stderr != *initialised* ]]
    cmp "$M/model.safetensors" <(unchecked "$tmp/new/model.safetensors")
    cmp "$M/config.json" "$tmp/new/config.json"
}

@test "bertinit: a model of each other family comes back in the bytes that save_pretrained wrote" {
    for family in distilbert electra roberta xlm-roberta camembert; do
        from=$ROOT/tests/golden/train/$family
        run --separate-stderr bertinit --from "$from" -o "$tmp/$family"
        [ "$status" -eq 0 ]
        [ "$stderr" = "bertinit: $tmp/$family has no tokenizer; see --vocab" ]
        cmp "$from/model.safetensors" <(unchecked "$tmp/$family/model.safetensors")
        cmp "$from/config.json" "$tmp/$family/config.json"
    done
}

@test "bertinit: the same labels in another order keep the head, row by row" {
    bertinit --from "$M" --labels I-LOC,O,B-LOC,I-PER,B-PER -o "$tmp/moved" 2>"$tmp/err"
    run ! grep -E 'head|initialised' "$tmp/err"
    jq -e '.id2label["0"] == "I-LOC" and .label2id.O == 1' "$tmp/moved/config.json"
    run -1 cmp -s "$M/model.safetensors" "$tmp/moved/model.safetensors"
    bertinit --from "$tmp/moved" --labels O,B-PER,I-PER,B-LOC,I-LOC -o "$tmp/back" 2>"$tmp/err"
    run ! grep -E 'head|initialised' "$tmp/err"
    cmp "$M/model.safetensors" <(unchecked "$tmp/back/model.safetensors")
    cmp "$M/config.json" "$tmp/back/config.json"
    printf 'a B-LOC\nb I-PER\nc I-LOC\nd B-PER\ne O\n\n' | conll2msg -c 1=tokens,2=ner_tags >"$tmp/train.msg"
    bertinit --from "$tmp/moved" --labels-from "$tmp/train.msg" -o "$tmp/stream" 2>"$tmp/err"
    run ! grep -E 'head|initialised' "$tmp/err"
    bertinit --from "$tmp/stream" --labels O,B-PER,I-PER,B-LOC,I-LOC -o "$tmp/back"
    cmp "$M/model.safetensors" <(unchecked "$tmp/back/model.safetensors")
}

@test "bertinit: why a head is new; names that a head has lost" {
    bertinit --from "$M" --labels O,B-PER,I-PER,B-ORG,I-ORG -o "$tmp/new" 2>"$tmp/err"
    grep -q "the head is new: that of $M is for other labels (O, B-PER, I-PER, B-LOC, I-LOC); only it has B-LOC, I-LOC; only the new one has B-ORG, I-ORG$" "$tmp/err"
    bertinit --from "$M" --labels O,B-PER,I-PER -o "$tmp/new" 2>"$tmp/err"
    grep -q "; only it has B-LOC, I-LOC; to keep it, give the stream all of them: conll2msg --labels-from $M$" "$tmp/err"
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
    [[ $stderr == *"newly initialised: classifier.weight, classifier.bias (as it should be: training sets the classifier)"* ]]
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

@test "bertinit: --labels-from a model directory takes its labels" {
    bertinit --from "$M" --labels X,Y -o "$tmp/other" 2>"$tmp/err"
    bertinit --from "$M" --labels-from "$tmp/other" -o "$tmp/new" 2>"$tmp/err"
    [ "$(jq -c .id2label "$tmp/new/config.json")" = '{"0":"X","1":"Y"}' ]
    run -1 bertinit --from "$M" --labels-from "$tmp" -o "$tmp/new"
    [[ $output == *"no config.json there"* ]]
}

@test "bertinit: an older model in the directory is removed, and so is its state" {
    bertinit --from "$M" -o "$tmp/new" 2>/dev/null
    trainstep -m "$tmp/new" --lr 1e-3 "$ROOT/tests/golden/train/batches.msg" >"$tmp/out"
    [ -e "$tmp/new/optimizer.safetensors" ]
    bertinit --from "$M" -o "$tmp/new" 2>/dev/null
    cmp "$M/model.safetensors" <(unchecked "$tmp/new/model.safetensors")
    [ ! -e "$tmp/new/optimizer.safetensors" ]
}

@test "bertinit: a vocabulary larger than the embeddings is refused" {
    { printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]'; seq 60; } >"$tmp/vocab.txt"
    run -1 bertinit --from "$M" --vocab "$tmp/vocab.txt" -o "$tmp/new"
    [[ $output == *"the vocabulary has 65 pieces, the model's embeddings have only 40"* ]]
    [ ! -e "$tmp/new/model.safetensors" ]
}

@test "bertinit: the checkpoint's own vocabulary may be longer than its embeddings: its last pieces are refused by wptok" {
    cp -r "$M" "$tmp/own"
    { printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]'; seq 37; } >"$tmp/own/vocab.txt"
    bertinit --from "$tmp/own" -o "$tmp/new" 2>"$tmp/err"
    [ "$(cat "$tmp/err")" = "bertinit: the vocabulary has 42 pieces, the model's embeddings have only 40: wptok refuses a text with a later one, the first of which is '36'" ]
    echo '1 2 35' | text2msg | wptok -m "$tmp/new" | bertfwd -m "$tmp/new" | msg2json -f logits | grep -q logits
    run -1 --separate-stderr wptok -m "$tmp/new" <(echo '1 37' | text2msg)
    [[ $stderr == "wptok: record 1 (id 0): the piece '37' has the id 41, but the model's embeddings have 40 rows: the vocabulary has 42 pieces; "* ]]
}

@test "bertinit: a vocabulary with upper case, and no file that says so: --cased and --uncased" {
    cp -r "$M" "$tmp/own"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' '[unused1]' EU eu '##S' >"$tmp/own/vocab.txt"
    pieces() { echo 'EU eu' | text2msg | wptok -m "$1" 2>"$tmp/warning" | msg2json -f pieces; }
    bertinit --from "$tmp/own" -o "$tmp/new" 2>"$tmp/err"
    [ "$(cat "$tmp/err")" = "bertinit: $tmp/own: the vocabulary has upper-case pieces (2, the first is 'EU'), but text becomes lower case: no file has \"do_lower_case\", and so it is in transformers; if the model is cased, make a copy with bertinit --cased" ]
    [ "$(pieces "$tmp/new")" = '{"pieces":["[CLS]","eu","eu","[SEP]"]}' ]
    grep -q "^wptok: $tmp/new: the vocabulary has upper-case pieces" "$tmp/warning"
    for source in "--from $tmp/own" "--from $M --vocab $tmp/own" "--from $M --vocab $tmp/own/vocab.txt"; do
        bertinit $source --cased -o "$tmp/new" 2>"$tmp/err"
        [ ! -s "$tmp/err" ]
        [ "$(jq -c . "$tmp/new/tokenizer_config.json")" = '{"do_lower_case":false,"tokenizer_class":"BertTokenizer"}' ]
        [ "$(pieces "$tmp/new")" = '{"pieces":["[CLS]","EU","eu","[SEP]"]}' ]
        run -1 grep -v "embeddings have" "$tmp/warning"         # the model has more rows than these pieces
    done
    bertinit --from "$tmp/new" --uncased -o "$tmp/back" 2>"$tmp/err"
    [ ! -s "$tmp/err" ]
    [ "$(pieces "$tmp/back")" = '{"pieces":["[CLS]","eu","eu","[SEP]"]}' ]
    grep -q 'lower case: "do_lower_case" of tokenizer_config.json says so' "$tmp/warning"
    run -2 bertinit --from "$M" --cased --uncased -o "$tmp/none"
    run -1 bertinit --from "$M" --cased -o "$tmp/none"
    [[ $output == "bertinit: --cased: there is no tokenizer; see --vocab" && ! -e $tmp/none ]]
}

@test "bertinit: --cased keeps what else the tokenizer's files say, also in tokenizer.json" {
    cp -r "$M" "$tmp/own"
    echo '{"model_max_length": 1000000000000000019884624838656, "tokenizer_class": "PreTrainedTokenizerFast", "stride": 0, "x": 0.5,
    "added_tokens_decoder": {"0": {"content": "[PAD]", "special": true}}}' >"$tmp/own/tokenizer_config.json"
    echo '{"version":"1.0","added_tokens":[],"normalizer":{"type":"BertNormalizer","lowercase":true,"strip_accents":null},
    "pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":{"type":"BertProcessing","cls":["[CLS]",2],"sep":["[SEP]",3]},
    "model":{"type":"WordPiece","vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"[MASK]":4,"EU":5,"eu":6}}}' >"$tmp/own/tokenizer.json"
    echo 'EU eu' | text2msg | wptok -m "$tmp/own" 2>"$tmp/err" | msg2json -f pieces | grep -q '"eu","eu"'
    grep -q 'lower case: "lowercase" of tokenizer.json says so' "$tmp/err"
    bertinit --from "$tmp/own" --cased -o "$tmp/new"
    echo 'EU eu' | text2msg | wptok -m "$tmp/new" | msg2json -f pieces | grep -q '"EU","eu"'
    [ "$(jq -c . "$tmp/new/tokenizer_config.json")" = '{"tokenizer_class":"PreTrainedTokenizerFast","stride":0,"x":0.5,"added_tokens_decoder":{"0":{"content":"[PAD]","special":true}},"do_lower_case":false}' ]
    jq -S . "$tmp/new/tokenizer.json" | cmp - <(jq -S '.normalizer.lowercase = false' "$tmp/own/tokenizer.json")
}

@test "bertinit: --add-prefix-space writes what each class of transformers reads; a stream that was cut so does it, too" {
    set_prefix='walk(if type == "object" and has("add_prefix_space") then .add_prefix_space = VALUE else . end)'
    printf 'the O\nthe O\n' | conll2msg >"$tmp/in"
    pieces() { wptok -m "$1" "$tmp/in" 2>"$tmp/warning" | msg2json -f pieces; }
    for kind in prefix whole; do                # the golden one of each class has the setting
        G=$ROOT/tests/golden/bpe/$kind own=$tmp/$kind
        mkdir "$own"
        jq "${set_prefix/VALUE/false}" "$G/tokenizer.json" >"$own/tokenizer.json"
        jq "${set_prefix/VALUE/false} | {tokenizer_class, add_prefix_space, x: 0.5, mask_token, unk_token, cls_token: \"<s>\", sep_token: \"</s>\"}" \
            "$G/tokenizer_config.json" >"$own/tokenizer_config.json"
        jq '.vocab_size = 800' "$M/config.json" >"$own/config.json"
        start="--config $own/config.json --vocab $own"
        bertinit $start --add-prefix-space --labels O,B -o "$tmp/new" 2>"$tmp/err"
        [ "$(pieces "$tmp/new")" = "$(pieces "$G")" ]
        [ ! -s "$tmp/warning" ]
        [ "$(pieces "$own")" != "$(pieces "$G")" ]
        jq '.add_prefix_space = true' "$own/tokenizer_config.json" | cmp - "$tmp/new/tokenizer_config.json"
        jq -S "(.pre_tokenizer, .post_processor) |= ${set_prefix/VALUE/true}" "$own/tokenizer.json" | cmp - <(jq -S . "$tmp/new/tokenizer.json")
        wptok -m "$own" --add-prefix-space "$tmp/in" | alignlbl >"$tmp/train.msg"
        bertinit $start --labels-from "$tmp/train.msg" -o "$tmp/other" 2>"$tmp/err"
        grep -qx 'bertinit: the new tokenizer has add_prefix_space, because the stream was cut so' "$tmp/err"
        diff -r -x config.json -x model.safetensors "$tmp/new" "$tmp/other"
        # once it has it, nothing is said or written
        bertinit --from "$tmp/other" --labels-from "$tmp/train.msg" -o "$tmp/again" 2>"$tmp/err"
        [ ! -s "$tmp/err" ]
        diff -r "$tmp/other" "$tmp/again"
    done
    run -1 bertinit --from "$M" --add-prefix-space -o "$tmp/none"
    [[ $output == "bertinit: --add-prefix-space: there is no tokenizer; see --vocab" ]]
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' >"$tmp/vocab.txt"
    run -1 bertinit --from "$M" --vocab "$tmp/vocab.txt" --add-prefix-space -o "$tmp/none"
    [[ $output == *"has no such option; only byte-level BPE has it, as RoBERTa's" && ! -e $tmp/none ]]
    # a stream of another family: what does not fit together is found later, by the vocabulary
    bertinit --from "$M" --vocab "$tmp/vocab.txt" --labels-from "$tmp/train.msg" -o "$tmp/new" 2>"$tmp/err"
    run ! grep add_prefix_space "$tmp/err" "$tmp/new/tokenizer_config.json"
}

@test "bertinit: a tokenizer.json that no file calls BERT's is used as it is in the new model, too" {
    mkdir "$tmp/own"
    echo '{"version":"1.0","added_tokens":[],"normalizer":{"type":"BertNormalizer","lowercase":false,"strip_accents":null},
    "pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":{"type":"BertProcessing","cls":["[CLS]",2],"sep":["[SEP]",3]},
    "model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"[MASK]":4,"EU":5,"eu":6}}}' >"$tmp/own/tokenizer.json"
    bertinit --from "$M" --vocab "$tmp/own" -o "$tmp/new" 2>"$tmp/err"
    [ ! -s "$tmp/err" ]
    [ "$(jq -c . "$tmp/new/tokenizer_config.json")" = '{"tokenizer_class":"PreTrainedTokenizerFast"}' ]
    echo 'EU eu' | text2msg | wptok -m "$tmp/own" | msg2json -f pieces >"$tmp/want"
    echo 'EU eu' | text2msg | wptok -m "$tmp/new" | msg2json -f pieces | cmp - "$tmp/want"
    echo '{"model_type":"bert","tokenizer_class":"TokenizersBackend"}' >"$tmp/own/config.json"
    bertinit --from "$M" --vocab "$tmp/own" -o "$tmp/new"
    echo 'EU eu' | text2msg | wptok -m "$tmp/new" | msg2json -f pieces | cmp - "$tmp/want"
}

@test "bertinit: a tokenizer of another class is refused before anything is written" {
    cp -r "$M" "$tmp/own"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' >"$tmp/own/vocab.txt"
    echo '{"tokenizer_class":"BertJapaneseTokenizer"}' >"$tmp/own/tokenizer_config.json"
    run -1 bertinit --from "$tmp/own" -o "$tmp/new"
    [[ $output == "bertinit: $tmp/own/tokenizer_config.json: \"tokenizer_class\" is BertJapaneseTokenizer, "* ]]
    [ ! -e "$tmp/new" ]
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
    sed -i 's/"model_type": "bert"/"model_type": "deberta"/' "$tmp/bad/config.json"
    fails '"model_type" is deberta; known here are bert, distilbert, electra, roberta, xlm-roberta, camembert'
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

# The model of tests/golden/train/model in the forms of older checkpoints (tests/golden/torchfile.py).
T=$ROOT/tests/golden/torchfile
foreign() {             # FILE... as a model directory in $tmp/from
    rm -rf "$tmp/from"
    mkdir "$tmp/from"
    cp "$M/config.json" "$@" "$tmp/from"
}

@test "bertinit: pytorch_model.bin in both formats, and checkpoints in several files: the same tensors, the head kept" {
    for form in new old shards safeshards; do
        foreign "$T/model/$form"/*
        bertinit --from "$tmp/from" -o "$tmp/new" 2>"$tmp/err"
        [ "$(cat "$tmp/err")" = "bertinit: $tmp/new has no tokenizer; see --vocab" ]
        cmp "$M/model.safetensors" <(unchecked "$tmp/new/model.safetensors")
        cmp "$M/config.json" "$tmp/new/config.json"
    done
}

@test "bertinit: a pytorch_model.bin of the encoder alone: the head is new, the pooler is not used" {
    foreign "$T/model/base"/*
    bertinit --from "$tmp/from" -o "$tmp/new" 2>"$tmp/err"
    grep -qx 'bertinit: not used: pooler.dense.bias, pooler.dense.weight (a model for token classification has no such part)' "$tmp/err"
    grep -qx 'bertinit: newly initialised: classifier.weight, classifier.bias (as it should be: training sets the classifier)' "$tmp/err"
}

@test "bertinit --convert: a checkpoint of any form as it is, in one file, with its configuration; nothing new" {
    for form in new old shards safeshards; do
        foreign "$T/model/$form"/*
        bertinit --convert --from "$tmp/from" -o "$tmp/new" 2>"$tmp/err"
        [ "$(cat "$tmp/err")" = "bertinit: $tmp/new has no tokenizer; see --vocab" ]
        cmp "$M/model.safetensors" <(unchecked "$tmp/new/model.safetensors")
        cmp "$M/config.json" "$tmp/new/config.json"
    done
    rm "$tmp/from"/*.index.json
    run -1 bertinit --convert --from "$tmp/from" -o "$tmp/other"
    [[ $output == *"no weights there"* && ! -e $tmp/other/model.safetensors ]]
}

# tensors DIR: name, dtype and shape of each, from the header of its model.safetensors
tensors() {
    local size
    size=$(od -An -t u4 -N 4 "$1/model.safetensors")
    head -c $((size + 8)) "$1/model.safetensors" | tail -c +9 | jq -r 'to_entries[] | select(.value.dtype) | "\(.key) \(.value.dtype) \(.value.shape | tojson)"'
}

@test "bertinit --convert: without a head there is none; all else is kept, tied weights once, in their precision" {
    foreign "$T/model/base"/*
    bertinit --convert --from "$tmp/from" -o "$tmp/new" 2>"$tmp/err"
    grep -qx "bertinit: $tmp/new has no classifier.weight, classifier.bias: its source has none; train.sh and bertinit --from add it" "$tmp/err"
    tensors "$tmp/new" | grep -qx 'bert.pooler.dense.weight F32 \[16,16\]'
    run ! grep classifier "$tmp/new/model.safetensors"
    run -1 --separate-stderr trainstep -m "$tmp/new" --lr 1e-3 "$ROOT/tests/golden/train/batches.msg"
    [[ $stderr == *"the model lacks classifier.weight, classifier.bias"* ]]
    bertinit --from "$tmp/from" -o "$tmp/one" 2>"$tmp/err"
    bertinit --from "$tmp/new" -o "$tmp/two" 2>"$tmp/err"
    cmp "$tmp/one/model.safetensors" "$tmp/two/model.safetensors"
    foreign "$T/model/masked"/*
    bertinit --convert --from "$tmp/from" -o "$tmp/new" 2>"$tmp/err"
    tensors "$tmp/new" | grep -vE 'encoder|position|token_type' >"$tmp/kept"
    diff "$tmp/kept" - <<'END'
bert.embeddings.LayerNorm.bias F32 [16]
bert.embeddings.LayerNorm.weight F32 [16]
cls.predictions.transform.LayerNorm.bias F32 [16]
cls.predictions.transform.LayerNorm.weight F32 [16]
cls.predictions.transform.dense.weight BF16 [16,16]
bert.embeddings.word_embeddings.weight F16 [40,16]
cls.predictions.bias F16 [40]
END
    cmp <(unchecked "$tmp/new/model.safetensors") "$T/masked.safetensors"
}

@test "bertinit --convert: a tensor that is larger than its file is refused" {
    foreign
    cp "$T/expanded.bin" "$tmp/from/pytorch_model.bin"
    run -1 --separate-stderr bertinit --convert --from "$tmp/from" -o "$tmp/new"
    [[ $stderr == *"tensor x overlaps others: together they are larger than their files" ]]
    [ ! -e "$tmp/new/model.safetensors" ]
}

@test "bertinit --convert: the tokenizer is copied, and can be changed on the way" {
    cp -r "$M" "$tmp/own"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' EU eu >"$tmp/own/vocab.txt"
    bertinit --convert --from "$tmp/own" --cased -o "$tmp/new"
    cmp "$tmp/own/vocab.txt" "$tmp/new/vocab.txt"
    [ "$(jq -c . "$tmp/new/tokenizer_config.json")" = '{"do_lower_case":false,"tokenizer_class":"BertTokenizer"}' ]
    cmp "$M/model.safetensors" <(unchecked "$tmp/new/model.safetensors")
    for wrong in "--from $M --labels A,B" "--from $M --labels-from $M" "--config $M/config.json"; do
        run -2 bertinit --convert $wrong -o "$tmp/none"
        [[ $output == *"--convert keeps all of a checkpoint"* ]]
    done
}

@test "bertinit: model.safetensors goes first, then its index, then pytorch_model.bin, then its index" {
    order=(model.safetensors model.safetensors.index.json pytorch_model.bin pytorch_model.bin.index.json)
    for i in 0 1 2 3; do
        foreign "$T/model/shards"/* "$T/model/new"/* "$T/model/safeshards"/* "$M/model.safetensors"
        (cd "$tmp/from" && rm -f "${order[@]:0:i}")
        for file in "${order[@]:i+1}"; do echo damaged >"$tmp/from/$file"; done
        bertinit --from "$tmp/from" -o "$tmp/new" 2>"$tmp/err"
        cmp "$M/model.safetensors" <(unchecked "$tmp/new/model.safetensors")
    done
}

# refuses MESSAGE: bertinit with $tmp/from, in one line, with no model left
refuses() {
    rm -rf "$tmp/new"
    run -1 --separate-stderr bertinit --from "$tmp/from" -o "$tmp/new"
    [[ $stderr == *"$1"* ]] || { echo "$stderr"; false; }
    [ "${#stderr_lines[@]}" -eq 1 ]
    [ ! -e "$tmp/new/model.safetensors" ]
}

@test "bertinit: files of torch.save that are no state dict, or hold what is not run, are refused by name" {
    while IFS='|' read -r name message; do
        foreign
        cp "$T/$name.bin" "$tmp/from/pytorch_model.bin"
        refuses "$message"
    done <<'END'
module|it needs mine.Thing, which is not part of a state dict and is not run here
nested|"state_dict" is a dict, so the tensors are not at the top
inner|"state_dict" is a dict, so the tensors are not at the top
list|it holds no state dict
float8|it needs torch._utils._rebuild_tensor_v3
quantised|it needs torch._utils._rebuild_qtensor
negated|tensor a has marks (negated or conjugated) that are not read
protocol4|instruction FRAME: torch.save writes no such instruction for a state dict
END
}

@test "bertinit: an index that lies, and shards that are not there" {
    foreign "$T/model/shards"/*
    index=$tmp/from/pytorch_model.bin.index.json
    change() { jq "$1" "$T/model/shards/pytorch_model.bin.index.json" >"$index"; }
    change '.weight_map["classifier.bias"] = "../x"'
    refuses 'pytorch_model.bin.index.json: "weight_map" is not a map to names of files in the same directory, but the text "../x"'
    change '.weight_map["classifier.bias"] = "/etc/passwd"'
    refuses 'but the text "/etc/passwd"'
    change '.weight_map["classifier.bias"] = ".."'
    refuses 'but the text ".."'
    change '.weight_map["classifier.bias"] = 3'
    refuses 'names of files in the same directory, but 3'
    change '.weight_map["classifier.bias"] = "pytorch_model-00003-of-00003.bin"'
    refuses 'it names pytorch_model-00003-of-00003.bin, which is not there'
    change '.weight_map["classifier.bias"] = .weight_map["classifier.weight"]'
    refuses 'tensor classifier.bias is in pytorch_model-0000'
    change '.weight_map["other"] = .weight_map["classifier.weight"]'
    refuses 'tensor other is in none of the files, not in pytorch_model-0000'
    change '.weight_map = []'
    refuses 'it has no "weight_map" of tensors to files'
    change '.'
    cp "$tmp/from/pytorch_model-00001-of-00002.bin" "$tmp/from/again.bin"
    change '.weight_map["classifier.bias"] = "again.bin"'
    refuses 'is there twice, also in '
}

@test "bertfwd, trainstep, wptok: a directory that only bertinit reads: what to run" {
    foreign "$T/model/new"/*
    say="$tmp/from: its weights are in pytorch_model.bin; make a model of them that all tools read: bertinit --convert --from $tmp/from -o NEW"
    run -1 --separate-stderr trainstep -m "$tmp/from" --lr 1e-3 "$ROOT/tests/golden/train/batches.msg"
    [ "$stderr" = "trainstep: $say" ]
    echo 'a b' | text2msg >"$tmp/text.msg"
    run -1 --separate-stderr bertfwd -m "$tmp/from" <(wptok -m "$ROOT/tests/golden/bertfwd/model" "$tmp/text.msg")
    [ "$stderr" = "bertfwd: $say" ]
    cp "$ROOT/tests/golden/bertfwd/model/vocab.txt" "$tmp/from"
    wptok -m "$tmp/from" "$tmp/text.msg" 2>"$tmp/err" | msg2json -f input_ids | grep -q input_ids
    [ "$(grep -v "embeddings have" "$tmp/err")" = "wptok: $say" ]
}
