load ../support/common

G=$ROOT/tests/golden/wptok

# A model directory of the small vocabulary, or of a real one, with the options of one kind.
model() { # KIND [VOCAB]
    mkdir -p "$tmp/$1"
    cp "$G/$1.config.json" "$tmp/$1/tokenizer_config.json"
    cp "${2:-$G/vocab.txt}" "$tmp/$1/vocab.txt"
    echo '{"model_type":"bert"}' >"$tmp/$1/config.json"
    echo "$tmp/$1"
}
lines() { msg2json --fields input_ids,word_ids,offsets; }
real() { # KIND -> its vocabulary in ../shared/data
    case $1 in
        cased) name=bert-base-cased ;; uncased) name=bert-base-uncased ;; *) name=bert-base-multilingual-cased ;;
    esac
    echo "$SHARED/data/vocab/$name/vocab.txt"
}
need_shared() { [ -d "$SHARED/data" ] || skip "needs ../shared/data"; }

@test "wptok: 572 hand-picked texts, five kinds of tokenizer, as transformers cuts them" {
    for kind in cased uncased multilingual accents stripped; do
        wptok -m "$(model $kind)" "$G/text.msg" | lines | cmp - "$G/$kind.text.jsonl"
        [ "$(wc -l <"$G/$kind.text.jsonl")" -ge 300 ]
    done
}

@test "wptok: the same as words of sentences" {
    for kind in cased uncased multilingual accents stripped; do
        wptok -m "$(model $kind)" "$G/words.msg" | lines | cmp - "$G/$kind.words.jsonl"
    done
}

@test "wptok: the same under the three real vocabularies" {
    need_shared
    for kind in cased uncased multilingual; do
        m=$(model $kind "$(real $kind)")
        wptok -m "$m" "$G/text.msg" | lines | cmp - "$G/real-$kind.text.jsonl"
        wptok -m "$m" "$G/words.msg" | lines | cmp - "$G/real-$kind.words.jsonl"
    done
}

@test "wptok: every sentence of the corpora in ../shared/data, words and raw text" {
    need_shared
    while read -r kind corpus what count sum; do
        m=$tmp/$kind
        [ -d "$m" ] || m=$(model "$kind" "$(real "$kind")")
        conll2msg "$SHARED/data/$corpus" >"$tmp/corpus.msg"
        if [ "$what" = text ]; then
            msg2json "$tmp/corpus.msg" | jq -r '.tokens | join(" ")' | text2msg >"$tmp/text.msg"
            mv "$tmp/text.msg" "$tmp/corpus.msg"
        fi
        wptok -m "$m" "$tmp/corpus.msg" | lines >"$tmp/out"
        [ "$(wc -l <"$tmp/out")" -eq "$count" ]
        [ "$(md5sum <"$tmp/out")" = "$sum  -" ] || { echo "differs: $kind $corpus $what"; false; }
    done <"$G/corpora.txt"
}

@test "wptok: la and ##mb of the course's sentence, word ids null 0 1 2 3 4 5 6 7 7 8 null" {
    need_shared
    printf 'EU O\nrejects O\nGerman O\ncall O\nto O\nboycott O\nBritish O\nlamb O\n. O\n' | conll2msg |
        wptok -m "$(model cased "$(real cased)")" | msg2json --fields pieces,word_ids >"$tmp/out"
    [ "$(cat "$tmp/out")" = '{"pieces":["[CLS]","EU","rejects","German","call","to","boycott","British","la","##mb",".","[SEP]"],"word_ids":[null,0,1,2,3,4,5,6,7,7,8,null]}' ]
}

@test "wptok: vocab.txt and tokenizer.json of one vocabulary give the same pieces and the same hash" {
    m=$(model uncased)
    jq -Rs --argjson c "$(cat "$G/uncased.config.json")" '{version: "1.0", truncation: {max_length: 5}, added_tokens: [],
    normalizer: {type: "BertNormalizer", lowercase: false},
    model: {type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", max_input_chars_per_word: 7,
            vocab: (split("\n")[:-1] | to_entries | map({key: .value, value: .key}) | from_entries)}}' \
        "$G/vocab.txt" >"$tmp/tokenizer.json"
    wptok -m "$m" "$G/text.msg" | msg2json --header >"$tmp/a"
    rm "$m/vocab.txt"
    mv "$tmp/tokenizer.json" "$m/"
    wptok -m "$m" "$G/text.msg" | msg2json --header | cmp - "$tmp/a"
}

@test "wptok: the normalizer of tokenizer.json is used if no file says BERT" {
    m=$(model cased)
    jq -Rs '{model: {type: "WordPiece", vocab: (split("\n")[:-1] | to_entries | map({key: .value, value: .key}) | from_entries)},
    normalizer: {type: "BertNormalizer", lowercase: true, clean_text: true, handle_chinese_chars: true, strip_accents: null}}' \
        "$G/vocab.txt" >"$m/tokenizer.json"
    wptok -m "$m" "$G/text.msg" | lines | cmp - "$G/cased.text.jsonl"
    echo '{"tokenizer_class":"PreTrainedTokenizerFast"}' >"$m/tokenizer_config.json"
    rm "$m/config.json"
    wptok -m "$m" "$G/text.msg" 2>"$tmp/err" | lines | cmp - "$G/uncased.text.jsonl"
    grep -q 'tokenizer.json: there is no "pre_tokenizer"; that of BERT is used' "$tmp/err"
}

@test "wptok: 400 texts with added tokens of every flag, as transformers cuts them" {
    mkdir "$tmp/added"
    cp "$G/added.tokenizer.json" "$tmp/added/tokenizer.json"
    cp "$G/added.config.json" "$tmp/added/tokenizer_config.json"
    wptok -m "$tmp/added" "$G/added.msg" | lines | cmp - "$G/added.text.jsonl"
}

@test "wptok: megabytes without a blank, of letters, of marks and of U+0130, need time in proportion to their length" {
    m=$(model accents) u=$(model uncased)
    for c in a é İ; do
        head -c 2000000 /dev/zero | sed "s/\x0/$c/g" | text2msg | timeout 60 wptok -m "$m" | msg2json --fields pieces >"$tmp/out"
        [ "$(cat "$tmp/out")" = '{"pieces":["[CLS]","[UNK]","[SEP]"]}' ]
    done
    head -c 1000000 /dev/zero | sed 's/\x0/\xcc\xa7\xcc\x81/g' | text2msg | timeout 60 wptok -m "$u" | msg2json --fields pieces >"$tmp/out"
    [ "$(cat "$tmp/out")" = '{"pieces":["[CLS]","[SEP]"]}' ]
}

@test "wptok: added tokens are found also inside words, and are not pieces of other words" {
    m=$(model uncased)
    n=$(wc -l <"$m/vocab.txt")
    echo "{\"<loc>\": $n, \"Foo\": $((n + 1)), \"qx\": $((n + 2))}" >"$m/added_tokens.json"
    printf 'a <loc> b\nfoo Foo FOOx\n<LOC>the\n' | text2msg | wptok -m "$m" | msg2json --fields pieces >"$tmp/out"
    printf '%s\n' '{"pieces":["[CLS]","a","<loc>","b","[SEP]"]}' '{"pieces":["[CLS]","foo","foo","foo","x","[SEP]"]}' \
        '{"pieces":["[CLS]","<loc>","the","[SEP]"]}' | cmp - "$tmp/out"
    rm "$m/added_tokens.json"
    jq "$(printf '.added_tokens_decoder = {"%d": {content: "qx", single_word: true, normalized: false}, "%d": {content: "[L]", lstrip: true}}' "$n" $((n + 1)))" \
        "$m/tokenizer_config.json" >"$tmp/c" && mv "$tmp/c" "$m/tokenizer_config.json"
    printf 'aqx qx qx.\na  [L]b\n' | text2msg | wptok -m "$m" | msg2json --fields pieces,offsets >"$tmp/out"
    printf '%s\n' '{"pieces":["[CLS]","a","##q","##x","qx","qx",".","[SEP]"],"offsets":[[0,0],[0,1],[1,2],[2,3],[4,6],[7,9],[9,10],[0,0]]}' \
        '{"pieces":["[CLS]","a","[l]","b","[SEP]"],"offsets":[[0,0],[0,1],[1,6],[6,7],[0,0]]}' | cmp - "$tmp/out"
}

@test "wptok: a sentence longer than the model is an error that names it, or is cut and counted" {
    m=$(model cased)
    printf 'the the the\na cat\n' | text2msg >"$tmp/in"
    run -1 --separate-stderr wptok -m "$m" -l 4 "$tmp/in"
    [ "$stderr" = "wptok: record 1 (id 0): 5 pieces, the limit (--max-length) is 4; see --overflow truncate and --overflow window (-x in the scripts)" ]
    wptok -m "$m" -l 4 --overflow truncate "$tmp/in" 2>"$tmp/err" | msg2json --fields word_ids >"$tmp/out"
    [ "$(head -n 1 "$tmp/out")" = '{"word_ids":[null,0,1,null]}' ]
    grep -q 'records cut to 4 pieces' "$tmp/err"
}

@test "wptok: model_max_length of tokenizer_config.json is the default; without it nothing is cut" {
    m=$(model cased)
    awk 'BEGIN { for (i = 0; i < 600; i++) printf "the " ; print "" }' | text2msg >"$tmp/in"
    wptok -m "$m" "$tmp/in" | msg2json --fields input_ids | jq -e '.input_ids | length == 602'
    jq '.model_max_length = 512' "$m/tokenizer_config.json" >"$tmp/c" && mv "$tmp/c" "$m/tokenizer_config.json"
    run -1 --separate-stderr wptok -m "$m" "$tmp/in"
    [[ $stderr == "wptok: record 1 (id 0): 602 pieces, the model takes 512; see --overflow truncate and --overflow window (-x in the scripts)" ]]
}

@test "wptok: what the model has no position for is too long, whatever model_max_length says, for windows and context, too" {
    m=$(model cased)
    echo '{"model_type":"bert","max_position_embeddings":8}' >"$m/config.json"
    printf 'the the the the the the the the\n\nthe the the the\n' | text2msg >"$tmp/in"
    for length in 1000000000000000019884624838656 1e30 512 9 null; do
        echo "{\"do_lower_case\":false,\"model_max_length\":$length}" >"$m/tokenizer_config.json"
        run -1 --separate-stderr wptok -m "$m" "$tmp/in"
        [[ $stderr == "wptok: record 1 (id 0): 10 pieces, the model takes 8; see --overflow truncate and --overflow window (-x in the scripts)" ]]
        wptok -m "$m" --overflow truncate "$tmp/in" 2>"$tmp/err" | msg2json -f input_ids | jq -c '.input_ids | length' >"$tmp/out"
        [ "$(tr '\n' ' ' <"$tmp/out")" = "8 2 6 " ]
        wptok -m "$m" --overflow window "$tmp/in" | msg2json -f window | tr '\n' ' ' >"$tmp/out"
        [ "$(cat "$tmp/out")" = '{"window":[0,2]} {"window":[1,2]} {"window":[0,1]} {"window":[0,1]} ' ]
    done
    echo '{"do_lower_case":false,"model_max_length":5}' >"$m/tokenizer_config.json"
    run -1 --separate-stderr wptok -m "$m" "$tmp/in"
    [[ $stderr == *": 10 pieces, the model takes 5; "* ]]
    run -0 --separate-stderr bash -c "wptok -m $m -l 6 --overflow truncate $tmp/in | msg2json -f input_ids | jq -c '.input_ids | length'"
    [ "${lines[0]}" = 6 ]
    run -1 --separate-stderr wptok -m "$m" -l 99 "$tmp/in"
    [ "${stderr_lines[0]}" = "wptok: --max-length 99: the model takes 8 pieces (max_position_embeddings), and that is the limit now" ]
    [[ ${stderr_lines[1]} == *": 10 pieces, the model takes 8; "* ]]
    printf 'the O\nthe O\n\nthe O\nthe O\nthe O\n\nthe O\nthe O\nthe O\n' | conll2msg | wptok -m "$m" -c 9 -l 8 | msg2json -f input_ids |
        jq -c '.input_ids | length' | tr '\n' ' ' >"$tmp/out"
    [ "$(cat "$tmp/out")" = "8 8 8 " ]
    echo '{"do_lower_case":false,"model_max_length":512}' >"$m/tokenizer_config.json"
    printf 'the O\nthe O\n\nthe O\nthe O\nthe O\n\nthe O\nthe O\nthe O\n' | conll2msg | wptok -m "$m" -c 9 | msg2json -f input_ids |
        jq -c '.input_ids | length' | tr '\n' ' ' >"$tmp/out2"
    cmp "$tmp/out" "$tmp/out2"
}

@test "wptok: truncation on the left is refused where something may be cut" {
    m=$(model cased)
    echo '{"do_lower_case":false,"truncation_side":"left"}' >"$m/tokenizer_config.json"
    echo 'the the the' | text2msg >"$tmp/in"
    wptok -m "$m" "$tmp/in" | msg2json -f pieces | grep -q the
    run -1 --separate-stderr wptok -m "$m" -l 4 --overflow truncate "$tmp/in"
    [[ $stderr == 'wptok: "truncation_side" of tokenizer_config.json is left, and only right is known here; see --overflow window' ]]
    echo '{"truncation_side":true}' >"$m/tokenizer_config.json"
    run -1 --separate-stderr wptok -m "$m" "$tmp/in"
    [[ $stderr == *'"truncation_side" is not a string, but true' ]]
}

@test "wptok: --summary counts sentences, words, pieces as written, and words with [UNK]" {
    m=$(model cased)
    printf 'the O\n\xe2\x98\x83 O\n\nthe O\nthe O\nthe O\n' | conll2msg >"$tmp/in"
    run -0 --separate-stderr bash -c "wptok -m $m --summary $tmp/in | msg2json -f input_ids | jq -s 'map(.input_ids | length) | add'"
    [ "$stderr" = "wptok: 2 sentences, 5 words, 1 of them with [UNK]; $output pieces, the longest sentence has 5" ]
    cmp <(wptok -m "$m" --summary "$tmp/in" 2>"$tmp/err") <(wptok -m "$m" "$tmp/in")
    run -0 --separate-stderr bash -c "wptok -m $m --summary -l 4 --overflow window --stride 1 $tmp/in | msg2json -f input_ids | jq -s 'map(.input_ids | length) | add'"
    [ "$stderr" = "wptok: 2 sentences, 5 words, 1 of them with [UNK]; $output pieces, the longest sentence has 5, the limit (--max-length) is 4: 1 are longer, in windows" ]
    run -0 --separate-stderr bash -c "echo 'the the.' | text2msg | wptok -m $m --summary -l 9 >/dev/null"
    [ "$stderr" = "wptok: 1 sentences, 3 words, 0 of them with [UNK]; 5 pieces, the longest sentence has 5, the limit (--max-length) is 9: 0 are longer" ]
}

@test "wptok: what it was told is in the header, if anything was; --as-trained takes it from the model, options win" {
    m=$(model cased)
    echo '{"model_type":"bert","max_position_embeddings":32}' >"$m/config.json"
    printf 'the O\nthe O\n\nthe O\nthe O\nthe O\nthe O\nthe O\nthe O\n\nthe O\n' | conll2msg >"$tmp/in"
    header() { msg2json --header "$1" | sed -n 1p | jq -c .encoding; }
    wptok -m "$m" "$tmp/in" >"$tmp/plain"
    [ "$(header "$tmp/plain")" = null ]
    wptok -m "$m" -l 6 --overflow window --stride 1 -c 2 "$tmp/in" >"$tmp/want"
    [ "$(header "$tmp/want")" = '{"max_seq_length":6,"overflow":"window","stride":1,"context":2}' ]
    wptok -m "$m" -c 2 "$tmp/in" | wptok -m "$m" >"$tmp/again"
    [ "$(header "$tmp/again")" = '{}' ]
    wptok -m "$m" -l 99 --overflow truncate "$tmp/in" 2>"$tmp/err" >"$tmp/long"
    [ "$(header "$tmp/long")" = '{"max_seq_length":32,"overflow":"truncate"}' ]
    # no word of it in the model: nothing is taken, and nothing said
    run -0 --separate-stderr bash -c "wptok --as-trained -m $m $tmp/in | msg2json -f pieces,word_ids"
    [ -z "$stderr" ] && [ "$output" = "$(msg2json -f pieces,word_ids "$tmp/plain")" ]
    jq --argjson how "$(header "$tmp/want")" '.task_specific_params = {"token-classification": $how}' "$m/config.json" >"$tmp/c"
    mv "$tmp/c" "$m/config.json"
    run -0 --separate-stderr bash -c "wptok --as-trained -m $m $tmp/in >$tmp/got"
    [ "$stderr" = "wptok: as the model was trained: --max-length 6 --overflow window --stride 1 --context 2" ]
    cmp <(msg2json "$tmp/got") <(msg2json "$tmp/want")
    [ "$(header "$tmp/got")" = "$(header "$tmp/want")" ]
    run -0 --separate-stderr bash -c "wptok --as-trained -c 0 -l 32 --overflow error -m $m $tmp/in | msg2json -f pieces,word_ids"
    [ -z "$stderr" ] && [ "$output" = "$(msg2json -f pieces,word_ids "$tmp/plain")" ]
    # texts have no documents
    run -0 --separate-stderr bash -c "echo the cat | text2msg | wptok --as-trained -m $m | msg2json -f word_ids"
    [ "$stderr" = "wptok: as the model was trained: --max-length 6 --overflow window --stride 1, but without its --context 2, because these texts have no documents (the field 'doc')" ]
}

@test "wptok: a record of very many words asks for the empty lines" {
    m=$(model cased)
    yes 'the O' | head -n 2000 | conll2msg >"$tmp/in" 2>/dev/null
    run -1 --separate-stderr wptok -m "$m" -l 512 "$tmp/in"
    [[ $stderr == "wptok: record 1 (id 0): 2002 pieces, the limit (--max-length) is 512; see --overflow"*"; one sentence of 2000 words: are the empty lines between the sentences missing?" ]]
    yes 'the' | head -n 2000 | tr '\n' ' ' | text2msg >"$tmp/in"
    run -1 --separate-stderr wptok -m "$m" -l 512 "$tmp/in"
    [[ $stderr == *"2002 pieces"* && $stderr != *"empty lines"* ]]
}

@test "wptok: a vocabulary longer than the embeddings is an error when one of its last pieces occurs, and not before" {
    m=$(model cased)
    n=$(wc -l <"$m/vocab.txt")
    echo "{\"model_type\":\"bert\",\"vocab_size\":$n}" >"$m/config.json"
    echo "{\"<loc>\": $n}" >"$m/added_tokens.json"
    echo 'a the' | text2msg | wptok -m "$m" | msg2json -f pieces >"$tmp/out"
    [ "$(cat "$tmp/out")" = '{"pieces":["[CLS]","a","the","[SEP]"]}' ]
    run -1 --separate-stderr wptok -m "$m" <(printf 'a\na <loc>\n' | text2msg)
    [[ $stderr == "wptok: record 2 (id 1): the piece '<loc>' has the id $n, but the model's embeddings have $n rows: the vocabulary has $((n + 1)) pieces; "* ]]
    echo "{\"model_type\":\"bert\",\"vocab_size\":$((n + 1))}" >"$m/config.json"
    printf 'a\na <loc>\n' | text2msg | wptok -m "$m" | msg2json -f pieces | grep -q loc
}

@test "wptok: a tokenizer of another class is named, with its file and what is known" {
    m=$(model cased)
    echo '{"tokenizer_class":"BertJapaneseTokenizer","do_lower_case":false}' >"$m/tokenizer_config.json"
    run -1 --separate-stderr wptok -m "$m" "$G/text.msg"
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr == "wptok: $m/tokenizer_config.json: \"tokenizer_class\" is BertJapaneseTokenizer, which is not known here; known here are BertTokenizer"* ]]
    echo '{"do_lower_case":"false"}' >"$m/tokenizer_config.json"
    run -1 --separate-stderr wptok -m "$m" "$G/text.msg"
    [ "$stderr" = "wptok: $m/tokenizer_config.json: \"do_lower_case\" is not true or false, but the text \"false\"" ]
}

@test "wptok: --masks adds attention_mask and token_type_ids" {
    echo the | text2msg | wptok -m "$(model cased)" --masks | msg2json |
        jq -e '.attention_mask == [1,1,1] and .token_type_ids == [0,0,0]'
}

@test "wptok: an empty text and a sentence without words are [CLS] [SEP]" {
    echo | text2msg | wptok -m "$(model cased)" | msg2json --fields pieces,word_ids >"$tmp/out"
    [ "$(cat "$tmp/out")" = '{"pieces":["[CLS]","[SEP]"],"word_ids":[null,null]}' ]
}

@test "wptok: a line typed at the left is answered before the next one" {
    m=$(model cased)
    mkfifo "$tmp/in"
    (text2msg <"$tmp/in" | wptok -m "$m" | msg2json --fields text >"$tmp/out") &
    exec 7>"$tmp/in"
    echo the >&7
    for _ in $(seq 100); do [ -s "$tmp/out" ] && break; sleep 0.05; done
    [ "$(cat "$tmp/out")" = '{"text":"the"}' ]
    exec 7>&-
    wait
}

@test "wptok: a directory without tokenizer files, a damaged one, a vocabulary without [UNK]" {
    mkdir "$tmp/none"
    run -1 --separate-stderr wptok -m "$tmp/none" "$G/text.msg"
    [[ $stderr == *"neither tokenizer.json nor vocab.txt there" ]]
    m=$(model cased)
    echo '{"model": {' >"$m/tokenizer.json"
    run -1 --separate-stderr wptok -m "$m" "$G/text.msg"
    [[ $stderr == *"tokenizer.json:"*"not JSON"* ]]
    rm "$m/tokenizer.json"
    grep -v UNK "$G/vocab.txt" >"$m/vocab.txt"
    run -1 --separate-stderr wptok -m "$m" "$G/text.msg"
    [[ $stderr == *"the vocabulary has no [UNK], the \"unk_token\"" ]]
}

@test "wptok: invalid UTF-8 in a stream names the record and the word" {
    # {"tokens": ["a", "\xff"]} after a header that conll2msg wrote
    printf 'a O\nb O\n' | conll2msg | LC_ALL=C sed 's/\xa1b/\xa1\xff/' >"$tmp/in"
    run -1 --separate-stderr wptok -m "$(model cased)" "$tmp/in"
    [ "$stderr" = "wptok: record 1 (id 0): tokens[1]: invalid UTF-8 at byte 0" ]
}

@test "wptok: the wrong kind and a missing field say what to run" {
    run -1 --separate-stderr bash -c "echo the | text2msg | wptok -m $(model cased) | mkbatch | wptok -m $(model cased)"
    [[ $stderr == *"wptok: the stream holds records of kind 'batch', not 'sentence'; those come from conll2msg or text2msg"* ]]
}

@test "wptok: parts of tokenizer.json that do not count beside the class BertTokenizer are named, and it goes on" {
    m=$tmp/parts
    mkdir -p "$m"
    jq '.pre_tokenizer = {"type":"WhitespaceSplit"} | .normalizer = {"type":"Lowercase"}' "$ROOT/tests/golden/wptok/added.tokenizer.json" >"$m/tokenizer.json"
    echo '{"tokenizer_class":"BertTokenizer","do_lower_case":false}' >"$m/tokenizer_config.json"
    run -0 --separate-stderr bash -c "echo 'The a,b' | text2msg | wptok -m $m | msg2json -f offsets"
    [ "$output" = '{"offsets":[[0,0],[0,1],[1,2],[2,3],[4,5],[5,6],[6,7],[0,0]]}' ]
    [[ ${stderr_lines[0]} == "wptok: $m/tokenizer.json: the normalizer Lowercase does not count: as in transformers 5, a BERT tokenizer has BertNormalizer" ]]
    [[ ${stderr_lines[1]} == *"the pre_tokenizer WhitespaceSplit does not count: "*" BertPreTokenizer" && ${#stderr_lines[@]} -eq 2 ]]
}

@test "wptok, bertfwd: the folder of a training is not the model; the message says where that is" {
    mkdir -p "$tmp/run/best"
    run -1 --separate-stderr wptok -m "$tmp/run" <(echo a | text2msg)
    [ "$stderr" = "wptok: $tmp/run: neither tokenizer.json nor vocab.txt there; this is a training's folder: the model is in its folder best" ]
    run -1 --separate-stderr bertfwd -m "$tmp/run" <(echo a | text2msg)
    [[ $stderr == "bertfwd: $tmp/run: no config.json there; this is a training's folder: the model is in its folder best" ]]
}
