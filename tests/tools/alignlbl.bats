load ../support/common

setup() {
    mkdir "$tmp/m"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' EU rejects German call to boycott British la '##mb' . >"$tmp/m/vocab.txt"
    echo '{"do_lower_case":false}' >"$tmp/m/tokenizer_config.json"
    printf 'EU B-ORG\nrejects O\nGerman B-MISC\ncall O\nto O\nboycott O\nBritish B-MISC\nlamb B-LOC\n. O\nlamb I-LOC\nto B-PER\n' |
        conll2msg | wptok -m "$tmp/m" >"$tmp/in"
}

@test "alignlbl: inside: later pieces of B- get I-, others keep theirs, [CLS] and [SEP] get -100" {
    # O B-PER I-PER B-ORG I-ORG B-LOC I-LOC B-MISC I-MISC: all four types occur
    [ "$(alignlbl "$tmp/in" | msg2json --fields labels)" = '{"labels":[-100,3,0,7,0,0,0,7,5,6,0,6,6,1,-100]}' ]
}

@test "alignlbl: inside, in other schemes: M- for B- in BMES; an end and a single word keep theirs" {
    for letter in I M; do
        printf '%s\n' 'lamb B-X' "lamb $letter-X" 'lamb E-X' 'lamb S-X' | conll2msg | wptok -m "$tmp/m" | alignlbl | msg2json -n -f labels |
            sed "s/$letter-X/I-X/g" | grep -qxF '{"labels":[-100,"B-X","I-X","I-X","I-X","E-X","E-X","S-X","S-X",-100]}'
    done
}

@test "alignlbl: first: later pieces get no label; all: they get the same label" {
    [ "$(alignlbl --rule first "$tmp/in" | msg2json --fields labels)" = '{"labels":[-100,3,0,7,0,0,0,7,5,-100,0,6,-100,1,-100]}' ]
    [ "$(alignlbl -r all "$tmp/in" | msg2json --fields labels)" = '{"labels":[-100,3,0,7,0,0,0,7,5,5,0,6,6,1,-100]}' ]
}

@test "alignlbl: labels are converted by name, not by odd and even ids: parts of speech do not change" {
    printf 'lamb NN\nlamb B-NN\n' | conll2msg -c 1=tokens,2=pos_tags | wptok -m "$tmp/m" | alignlbl -f pos_tags |
        msg2json --names --fields labels >"$tmp/out"
    # no I-NN in the label set: B-NN stays B-NN
    [ "$(cat "$tmp/out")" = '{"labels":[-100,"NN","NN","B-NN","B-NN",-100]}' ]
}

@test "alignlbl: tags without a type: later pieces of B get I; but B and I of a set of parts of speech do not change" {
    printf 'lamb B\nlamb I\nlamb O\n' | conll2msg -c 1=tokens,2=ner_tags | wptok -m "$tmp/m" | alignlbl |
        msg2json --names --fields labels >"$tmp/out"
    [ "$(cat "$tmp/out")" = '{"labels":[-100,"B","I","I","I","O","O",-100]}' ]
    printf 'lamb B-\nlamb I-\n' | conll2msg -c 1=tokens,2=x | wptok -m "$tmp/m" | alignlbl -f x | msg2json --names --fields labels >"$tmp/out"
    [ "$(cat "$tmp/out")" = '{"labels":[-100,"B-","I-","I-","I-",-100]}' ]
    printf 'lamb B\nlamb I\nlamb O\nto A\n' | conll2msg -c 1=tokens,2=xpos_tags | wptok -m "$tmp/m" | alignlbl -f xpos_tags |
        msg2json --names --fields labels >"$tmp/out"
    [ "$(cat "$tmp/out")" = '{"labels":[-100,"B","B","I","I","O","O","A",-100]}' ]
}

@test "alignlbl: the course's sentence under bert-base-cased" {
    [ -d "$SHARED/data" ] || skip "needs ../shared/data"
    mkdir "$tmp/c"
    cp "$SHARED/data/vocab/bert-base-cased/vocab.txt" "$tmp/c/"
    echo '{"do_lower_case":false}' >"$tmp/c/tokenizer_config.json"
    conll2msg "$SHARED/data/conll2003/train.txt" | wptok -m "$tmp/c" | alignlbl >"$tmp/out"
    [ "$(msg2json --fields labels "$tmp/out" | head -n 1)" = '{"labels":[-100,3,0,7,0,0,0,7,0,0,0,-100]}' ]
    mkbatch --no-shuffle -b 2 --pad "$tmp/out" | msg2json --fields labels | head -n 1 >"$tmp/batch"
    [ "$(cat "$tmp/batch")" = '{"labels":[[-100,3,0,7,0,0,0,7,0,0,0,-100],[-100,1,2,-100,-100,-100,-100,-100,-100,-100,-100,-100]]}' ]
}

@test "alignlbl: words without a piece are counted" {
    printf 'EU B-ORG\n\xe2\x80\x8d O\n' | conll2msg | wptok -m "$tmp/m" | alignlbl 2>"$tmp/err" | msg2json --fields labels >"$tmp/out"
    [ "$(cat "$tmp/out")" = '{"labels":[-100,1,-100]}' ]
    grep -q '1 words have no piece' "$tmp/err"
}

@test "alignlbl: raw text has no tags; a field without labels; ids out of range" {
    run -1 --separate-stderr bash -c "echo EU | text2msg | wptok -m $tmp/m | alignlbl"
    [[ $stderr == *"alignlbl: the stream has no field 'ner_tags', only id, text, input_ids, word_ids, offsets, pieces; choose another with -f, or name it so: conll2msg -c, json2msg --rename"* ]]
    run -1 --separate-stderr bash -c "printf 'a O\n' | conll2msg | alignlbl"
    [[ $stderr == *"alignlbl: the stream has no field 'word_ids'; run wptok first"* ]]
}

@test "alignlbl: a record with more or fewer tags than words is named" {
    printf '\x84\xa9msgstream\x01\xa4kind\xa8sentence\xa6fields\x93\xa6tokens\xa8ner_tags\xa8word_ids\xa6labels\x81\xa8ner_tags\x91\xa1O' >"$tmp/in"
    printf '\x83\xa6tokens\x92\xa1a\xa1b\xa8ner_tags\x91\x00\xa8word_ids\x91\x00\x82\xa3end\xc3\xa7records\x01' >>"$tmp/in"
    run -1 --separate-stderr alignlbl "$tmp/in"
    [ "$stderr" = "alignlbl: record 1: 1 tags in ner_tags for 2 words" ]
}
