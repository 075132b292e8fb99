# msgview: look at a stream.
load ../support/common

setup() {
    printf '%s\n' 'EU NNP B-ORG' 'rejects VBZ O' 'German JJ B-MISC' 'call NN O' '' 'Peter NNP B-PER' 'Blackburn NNP I-PER' > "$tmp/corpus"
    conll2msg -c 1=tokens,2=pos_tags,3=ner_tags "$tmp/corpus" > "$tmp/corpus.msg"
}

# One record with gold and predicted tags, by hand.
predicted() {
    printf '\x84\xa9msgstream\x01\xa4kind\xa8sentence\xa6fields\x93\xa6tokens\xa8ner_tags\xa4pred'
    printf '\xa6labels\x82\xa8ner_tags\x92\xa1O\xa5B-ORG\xa4pred\x92\xa1O\xa5B-ORG'
    printf '\x83\xa6tokens\x93\xa2EU\xa7rejects\xa4lamb\xa8ner_tags\x93\x01\x00\x00\xa4pred\x93\x01\x01\x00'
    printf '\x82\xa3end\xc3\xa7records\x01'
}

@test "words above labels, each column as wide as its widest text, no trailing blanks" {
    run -0 msgview "$tmp/corpus.msg"
    [ "$output" = 'EU    rejects German call
B-ORG O       B-MISC O

Peter Blackburn
B-PER I-PER' ]
}

@test "tags without a type are entities of the type _, in HTML, too" {
    printf 'chronic B\nasthma I\nflu B\n. O\n' | conll2msg -c 1=tokens,2=ner_tags | msgview --html >"$tmp/out"
    [ "$(grep -o '<mark' "$tmp/out" | wc -l)" -eq 2 ]
    printf 'chronic B\nasthma I\nflu B\n. A\n' | conll2msg -c 1=tokens,2=xpos_tags | msgview --html >"$tmp/out"
    [ "$(grep -o '<mark' "$tmp/out" | wc -l)" -eq 4 ]
}

@test "--field shows the given tags, one below the other" {
    run -0 msgview -f pos_tags,ner_tags -n 1 "$tmp/corpus.msg"
    [ "$output" = 'EU    rejects German call
NNP   VBZ     JJ     NN
B-ORG O       B-MISC O' ]
    run -1 msgview -f chunk_tags "$tmp/corpus.msg"
    [ "$output" = "msgview: the stream has no field 'chunk_tags', only id, doc, tokens, pos_tags, ner_tags; choose another with -f, or name it so: conll2msg -c, json2msg --rename" ]
}

@test "predicted tags are below the gold tags, and errors are marked" {
    predicted > "$tmp/pred.msg"
    run -0 msgview "$tmp/pred.msg"
    [ "$output" = 'EU    rejects lamb
B-ORG O       O
B-ORG B-ORG   O
      ^^^^^' ]
}

@test "--id and -n select records" {
    run -0 msgview --id 1 "$tmp/corpus.msg"
    [ "${lines[0]}" = 'Peter Blackburn' ]
    run -1 msgview --id 7 "$tmp/corpus.msg"
    [ "$output" = 'msgview: no record has the id 7' ]
    run -0 msgview -n 1 "$tmp/corpus.msg"
    [ "${#lines[@]}" -eq 2 ]
    run -2 msgview -n 0 "$tmp/corpus.msg"
}

@test "--grep selects by a regular expression over the words, characters not bytes" {
    run -0 msgview --grep 'rejects (German|French) call' "$tmp/corpus.msg"
    [ "${lines[0]}" = 'EU    rejects German call' ] && [ "${#lines[@]}" -eq 2 ]
    run -0 msgview -g '^P.*n$' -n 1 "$tmp/corpus.msg"
    [ "${lines[0]}" = 'Peter Blackburn' ]
    printf 'Zürich liegt dort\n' | text2msg > "$tmp/text.msg"
    run -0 env LC_ALL=C "$BUILD/msgview" -g '^Z.rich l' "$tmp/text.msg"
    [ "$output" = 'Zürich liegt dort' ]
    run -0 msgview -g nowhere "$tmp/corpus.msg"
    [ "$output" = 'msgview: no sentence matches nowhere' ]
    run -2 msgview -g '(' "$tmp/corpus.msg"
    [[ $output == "msgview: --grep: '(' is not a regular expression: "* ]]
    run -0 msgview -g call --summary "$tmp/corpus.msg"
    [ "${lines[1]}" = 'records     1' ]
}

@test "--only errors, --only entities" {
    printf '%s\n' 'EU B-ORG B-ORG' '' 'call O O' '' 'x O B-ORG' '' 'y B-ORG O' > "$tmp/both"
    conll2msg -c 1=tokens,2=ner_tags,3=pred "$tmp/both" > "$tmp/both.msg"
    words() { msgview "$@" "$tmp/both.msg" | awk -v RS= '{ print $1 }' | tr '\n' ' '; }
    [ "$(words --only errors)" = 'x y ' ]
    [ "$(words --only entities)" = 'EU x y ' ]
    [ "$(words --only errors --grep y)" = 'y ' ]
    [ "$(words --only errors -n 1)" = 'x ' ]
    run -1 msgview --only errors "$tmp/corpus.msg"
    [ "$output" = 'msgview: --only errors: the stream has no predictions; run logit2tag or logit2span first' ]
    printf 'a\n' | text2msg > "$tmp/text.msg"
    run -0 msgview --only entities "$tmp/text.msg"
    [ "$output" = 'msgview: no sentence has entities' ]
}

@test "predicted parts of speech are below the gold ones, not below entities" {
    printf '%s\n' 'EU NNP B-ORG NNP' 'calls VB O NNP' 'call VB O VB' > "$tmp/pos"
    run -0 msgview <(conll2msg -c 1=tokens,2=pos_tags,3=ner_tags,4=pred "$tmp/pos")
    [ "$output" = 'EU  calls call
NNP VB    VB
NNP NNP   VB
    ^^^' ]
}

@test "emoji that are joined to one take its two columns" {
    printf '👩\u200d👩\u200d👧 B-X\n❤️ O\n1️⃣ O\n🇩🇪 O\n👍🏽 O\n' > "$tmp/emoji"
    run -0 msgview <(conll2msg -c 1=tokens,2=ner_tags "$tmp/emoji")
    [ "${lines[1]}" = 'B-X O  O  O  O' ]
    [ "${lines[0]}" = "$(printf '👩\u200d👩\u200d👧  ❤️ 1️⃣ 🇩🇪 👍🏽')" ]
}

@test "--summary counts records and words, and lists labels and history" {
    run -0 msgview --summary "$tmp/corpus.msg"
    [ "${lines[0]}" = 'kind        sentence' ]
    [ "${lines[1]}" = 'records     2' ]
    [ "${lines[2]}" = 'words       6' ]
    [[ $output == *'
pos_tags    '*' labels: '*NNP* ]]
    [[ $output == *'
ner_tags    '*' labels: '*B-ORG* ]]
    [[ $output == *'
history     conll2msg --columns 1=tokens,2=pos_tags,3=ner_tags corpus' ]]
}

@test "--width breaks lines between words" {
    run -0 msgview -w 14 -n 1 "$tmp/corpus.msg"
    [ "$output" = 'EU    rejects
B-ORG O
German call
B-MISC O' ]
}

@test "wide, combining and control characters keep the columns" {
    printf '日本 B-LOC\ne\u0301e O\nx\033[31my O\n\u202eabc O\n' > "$tmp/wide"
    conll2msg -c 1=tokens,2=ner_tags "$tmp/wide" | msgview > "$tmp/out"
    [ "$(cat "$tmp/out")" = "$(printf '日本  e\u0301e x\\x1b[31my \\u202eabc\nB-LOC O  O          O')" ]
    run ! grep -q $'\033' "$tmp/out"
}

@test "colours only if they are wanted" {
    run -0 msgview "$tmp/corpus.msg"
    [[ $output != *$'\033'* ]]
    run -0 msgview --color always "$tmp/corpus.msg"
    [[ $output == *$'\033['* ]]
    in_terminal() { script -qec "$1" /dev/null < /dev/null; }
    run -0 in_terminal "env -u NO_COLOR '$BUILD/msgview' '$tmp/corpus.msg'"
    [[ $output == *$'\033['* ]]
    run -0 in_terminal "env NO_COLOR=1 '$BUILD/msgview' '$tmp/corpus.msg'"
    [[ $output != *$'\033['* ]]
    run -0 in_terminal "env -u NO_COLOR '$BUILD/msgview' --color never '$tmp/corpus.msg'"
    [[ $output != *$'\033['* ]]
}

@test "text is shown without a change, but control characters are made visible" {
    printf 'My name\tis \033]0;evil\007 Sylvain\n' | text2msg | msgview > "$tmp/out"
    [ "$(cat "$tmp/out")" = 'My name\tis \x1b]0;evil\x07 Sylvain' ]
}

@test "entities are listed under their text" {
    { printf '\x82\xa9msgstream\x01\xa4kind\xa8sentence'
      printf '\x82\xa4text\xaaI am Wolfg\xa8entities\x91\x85\xacentity_group\xa3PER\xa5score\xca\x3f\x7f\xbe\x77\xa4word\xa5Wolfg\xa5start\x05\xa3end\x0a'
      printf '\x82\xa3end\xc3\xa7records\x01'; } | msgview > "$tmp/out"
    [ "$(cat "$tmp/out")" = 'I am Wolfg
PER 0.999 Wolfg 5 10' ]
}

@test "entities are shown as the text has them, not as the tokenizer left them" {
    echo '{"text":"I met Zoë  Müller","entities":[{"entity_group":"PER","score":0.5,"word":"zoe muller","start":6,"end":17}]}' |
        json2msg --no-spans | msgview >"$tmp/out"
    [ "$(tail -n 1 "$tmp/out")" = 'PER 0.500 Zoë  Müller 6 17' ]
}

@test "--summary counts the words of a sentence in windows once" {
    mkdir "$tmp/model"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' w >"$tmp/model/vocab.txt"
    seq 300 | sed 's/.*/w O/' | conll2msg | wptok -m "$tmp/model" -l 100 --overflow window >"$tmp/windows.msg"
    msgview -s "$tmp/windows.msg" >"$tmp/out"
    grep -qx 'sentences   1' "$tmp/out"
    grep -qx 'words       300' "$tmp/out"
}

@test "--sort shows the words of windows that do not repeat their sentence" {
    printf '%s\n' '{"msgstream":1,"kind":"sentence","fields":["id","tokens","score","word_ids","window"]}' \
        '{"id":1,"tokens":["sure","x"],"score":[1.0,0.9],"word_ids":[0],"window":[0,2]}' '{"id":1,"word_ids":[1],"window":[1,2]}' \
        '{"id":2,"tokens":["unsure","y"],"score":[0.5,0.9],"word_ids":[0],"window":[0,2]}' '{"id":2,"word_ids":[1],"window":[1,2]}' \
        '{"id":3,"tokens":["unsure"],"score":[0.6]}' '{"end":true,"records":5}' | json2msg >"$tmp/windows.msg"
    msgview --sort score "$tmp/windows.msg" | grep -v '^$' | tr '\n' ' ' >"$tmp/out"
    [ "$(cat "$tmp/out")" = "window 1 of 2 unsure window 2 of 2 y unsure window 1 of 2 sure window 2 of 2 x " ]
    msgview --sort score -n 2 "$tmp/windows.msg" | tail -n 1 | grep -qx y
}

@test "a step's report is a line of names and values" {
    { printf '\x82\xa9msgstream\x01\xa4kind\xa4step'
      printf '\x83\xa4step\x03\xa4loss\xca\x3f\x80\x00\x00\xa6tokens\x07'
      printf '\x82\xa3end\xc3\xa7records\x01'; } | msgview > "$tmp/out"
    [ "$(cat "$tmp/out")" = 'step 3  loss 1.0  tokens 7' ]
}

@test "a batch is shown sentence by sentence" {
    { printf '\x83\xa9msgstream\x01\xa4kind\xa5batch\xa6labels\x81\xa6labels\x92\xa1O\xa5B-PER'
      printf '\x83\xa5batch\x00\xa9input_ids\x92\x93\xcd\x12\x34\x05\x06\x92\x07\x08\xa6labels\x92\x93\xd0\x9c\x01\xd0\x9c\x92\x00\x01'
      printf '\x82\xa3end\xc3\xa7records\x01'; } | msgview > "$tmp/out"
    [ "$(cat "$tmp/out")" = 'batch 0
4660 5     6
-100 B-PER -100
7 8
O B-PER' ]
}

@test "rows of another length than the words are an error" {
    { printf '\x83\xa9msgstream\x01\xa4kind\xa8sentence\xa6labels\x81\xa8ner_tags\x91\xa1O'
      printf '\x83\xa2id\x05\xa6tokens\x92\xa1a\xa1b\xa8ner_tags\x91\x00'
      printf '\x82\xa3end\xc3\xa7records\x01'; } > "$tmp/short.msg"
    run -1 msgview "$tmp/short.msg"
    [ "$output" = 'msgview: record 1 (id 5): 1 values of ner_tags for 2 words' ]
}

@test "an id outside of the label set is an error" {
    { printf '\x83\xa9msgstream\x01\xa4kind\xa8sentence\xa6labels\x81\xa8ner_tags\x91\xa1O'
      printf '\x83\xa2id\x05\xa6tokens\x91\xa1a\xa8ner_tags\x91\x03'
      printf '\x82\xa3end\xc3\xa7records\x01'; } > "$tmp/label.msg"
    run -1 msgview "$tmp/label.msg"
    [ "$output" = 'msgview: record 1 (id 5): ner_tags has the label id 3; the header names 1 labels' ]
}

@test "an empty stream shows nothing" {
    { printf '\x82\xa9msgstream\x01\xa4kind\xa8sentence'; printf '\x82\xa3end\xc3\xa7records\x00'; } > "$tmp/empty.msg"
    run -0 msgview "$tmp/empty.msg"
    [ -z "$output" ]
}

@test "pieces that spell bytes are shown as their characters, those of a cut character as bytes" {
    msgview --pieces "$ROOT/tests/golden/span/roberta-text.msg" >"$tmp/out"
    for line in '<s>  th e ▁cat ▁runs ▁in ▁ P ar is . </s>' '<s>  th e ▁ \xf0\x9f\x91 \x8d 👩 '; do
        grep -qF -- "$line" "$tmp/out"
    done
    run -1 grep -q 'Ġ\(the\|cat\)' "$tmp/out"
    msgview --pieces "$ROOT/tests/golden/span/xlmr-text.msg" | grep -qF '<s>  ▁the ▁cat ▁runs '
}

@test "pieces above word ids and labels" {
    mkdir "$tmp/model"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' eu rejects german call peter black '##burn' > "$tmp/model/vocab.txt"
    wptok -m "$tmp/model" "$tmp/corpus.msg" | alignlbl > "$tmp/pieces.msg"
    run -0 msgview --pieces --id 1 "$tmp/pieces.msg"
    [ "$output" = '[CLS] peter black ##burn [SEP]
null  0     1     1      null
-100  B-PER I-PER I-PER  -100' ]
    run -1 msgview --pieces "$tmp/corpus.msg"
    [ "$output" = 'msgview: record 1 (id 0): no pieces to show; run wptok first' ]
}

@test "the corpus as the course shows it" {
    corpus=$SHARED/data/conll2003
    [ -d "$corpus" ] || skip "needs ../shared/data"
    conll2msg "$corpus/train.txt" > "$tmp/train.msg"
    run -0 msgview -n 1 "$tmp/train.msg"
    [ "$output" = 'EU    rejects German call to boycott British lamb .
B-ORG O       B-MISC O    O  O       B-MISC  O    O' ]
    run -0 msgview --summary "$tmp/train.msg"
    [[ $output == *'records     14041'* ]]
    [[ $output == *'ner_tags    9 labels: O B-PER I-PER B-ORG I-ORG B-LOC I-LOC B-MISC I-MISC'* ]]
    [[ $output == *'chunk_tags  23 labels: O B-ADJP '* ]]
    [[ $output == *'pos_tags    47 labels: '* ]]
    for split in valid.3250 test.3453; do
        run -0 msgview --summary <(conll2msg "$corpus/${split%.*}.txt")
        [[ $output == *"records     ${split#*.}"* ]]
    done
}
