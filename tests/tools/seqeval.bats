load ../support/common

# Gold and predicted tags of one file: columns word, gold, predicted.
both() { conll2msg -c 1=tokens,2=ner_tags,3=pred; }

@test "seqeval: the course's example gives P 1.0, R 0.6667, F1 0.8, accuracy 0.8889" {
    printf 'EU B-ORG B-ORG\nrejects O O\nGerman B-MISC O\ncall O O\nto O O\nboycott O O\nBritish B-MISC B-MISC\nlamb O O\n. O O\n' |
        both >"$tmp/in"
    seqeval --json "$tmp/in" >"$tmp/out"
    [ "$(cat "$tmp/out")" = '{"MISC": {"precision": 1.0, "recall": 0.5, "f1": 0.6666666666666666, "number": 2}, "ORG": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "number": 1}, "overall_precision": 1.0, "overall_recall": 0.6666666666666666, "overall_f1": 0.8, "overall_accuracy": 0.8888888888888888}' ]
    seqeval "$tmp/in" | grep -E '^ *micro avg +1.0000 +0.6667 +0.8000 +3$'
    seqeval "$tmp/in" | grep -E '^ *accuracy +0.8889 +9$'
}

@test "seqeval: an orphan I- opens an entity leniently, not strictly" {
    printf 'a I-X I-X\nb O O\nc B-X B-X\n' | both >"$tmp/in"
    [ "$(seqeval --json "$tmp/in" | jq .X.number)" = 2 ]
    [ "$(seqeval --json --mode strict --scheme iob2 "$tmp/in" | jq .X.number)" = 1 ]
}

@test "seqeval: names are compared, not ids" {
    printf 'a B-X O\nb O B-X\nc B-X B-X\n' | both >"$tmp/a"
    printf 'a O B-X\nb B-X O\nc B-X B-X\n' | conll2msg -c 1=tokens,3=ner_tags,2=pred | seqeval --json >"$tmp/out"
    seqeval --json "$tmp/a" | cmp - "$tmp/out"
}

@test "seqeval: --tags scores parts of speech" {
    printf 'a DT DT\nb NN VB\nc NN NN\n' | both | seqeval --tags --json |
        jq -e '.NN == {precision: 1, recall: 0.5, f1: 0.6666666666666666, number: 2} and .overall_accuracy == 0.6666666666666666'
}

@test "seqeval: tags without a prefix are named in one line, and scored as the package does" {
    says() { # WANTED TAGS [OPTION...]
        run -0 --separate-stderr seqeval "${@:3}" <(printf "$2" | both)
        [ "$stderr" = "${1:+seqeval: $1}" ] || { echo "$stderr"; false; }
    }
    end='and the first character is read as one; see --tags, which scores every tag by itself'
    says "1 tag has no prefix of a scheme (OBJ), $end" 'a O OBJ\nb OBJ OBJ\n'
    [[ $output = *"macro avg        nan"* ]]
    says "2 tags have no prefix of a scheme (ORGANIZATION, PERSON), $end" 'a O O\nb ORGANIZATION O\nc PERSON PERSON\n' --json
    [ "$output" = '{"ERSON": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "number": 1}, "overall_precision": 1.0, "overall_recall": 1.0, "overall_f1": 1.0, "overall_accuracy": 0.6666666666666666}' ]
    says "1 tag has no prefix of a scheme (b-per), $end" 'a O O\nb b-per B-PER\n'
    says "4 tags have no prefix of a scheme (O-X, ., BX and 1 more), $end" 'a O-X BX\nb B-PER PER\nc I-PER .\n'
    says "1 tag has no prefix of a scheme (PER-B), and the first character is read as one; see --suffix, or --tags, which scores every tag by itself" 'a PER-B O\n'
    says '' 'a PER-B O\n' --suffix
    says "1 tag has no suffix of a scheme (B-PER), and the last character is read as one; leave out --suffix, or see --tags, which scores every tag by itself" 'a B-PER O\n' --suffix
    says "1 tag has no prefix of a scheme (OBJ), $end" 'a O OBJ\nb B-X B-X\n' --mode both
    says "2 tags have a prefix that lenient scoring does not know (L-X, U-X); see --mode strict" 'a B-X B-X\nb L-X L-X\nc U-X O\n'
    says '' 'a B-X B-X\nb L-X L-X\nc U-X O\n' --mode strict
    says '' 'a NN VB\n' --tags
    says '' 'a O O\nb B I\nc S E\nd B- B-X\n'
}

@test "seqeval: --unit auto: entities if the labels are tags of a scheme, else every tag by itself" {
    unit() { # TAGS: the keys of the report
        printf "$1" | both | seqeval --json "${@:2}" 2>"$tmp/err" | jq -r '[keys_unsorted[] | select(startswith("overall") | not)] | join(" ")'
    }
    [ "$(unit 'a B-X B-X\nb O I-X\n' --unit auto)" = X ]
    [ "$(unit 'a B B\nb O I\n' --unit auto)" = _ ]
    [ ! -s "$tmp/err" ]
    [ "$(unit 'a NN NN\nb VB NN\n' -u auto)" = 'NN VB' ]
    [ ! -s "$tmp/err" ]
    [ "$(unit 'a S S\nb B A\n' --unit auto)" = 'A B S' ]   # single letters: the predicted labels decide, too
    [ "$(unit 'a O O\nb OBJ O\nc B-X B-X\n' --unit auto)" = 'B-X O OBJ' ]
    grep -qx 'seqeval: 1 of 3 labels of ner_tags have no prefix (OBJ): every tag is scored by itself, as with --tags' "$tmp/err"
    [ "$(unit 'a B-X B-X\nb O I-X\n' --unit tag)" = 'B-X I-X O' ]
    [ "$(unit 'a B-X B-X\nb O I-X\n' --unit auto --tags)" = 'B-X I-X O' ]
    [ "$(unit 'a X-B X-B\nb O X-I\n' --unit auto --suffix)" = X ]
    [ "$(unit 'a OBJ OBJ\n' --unit entity)" = '' ]
    run -1 --separate-stderr seqeval --unit auto --mode both <(printf 'a NN NN\n' | both)
    [ "$stderr" = 'seqeval: --mode both: single tags (--tags) are scored in one way only' ]
}

@test "seqeval: for a prefix that is not in the scheme, strict mode names the sentence and the tag" {
    printf 'a B-X B-X\nb O S-X\n' | both >"$tmp/in"
    run -1 --separate-stderr seqeval --mode strict --scheme iob2 "$tmp/in"
    [ "$stderr" = "seqeval: record 1 (id 0): word 2: the tag 'S-X' is not IOB2" ]
}

@test "seqeval: tags without a type have the type _, in both modes, with and without a hyphen" { # as seqeval 1.2.2
    printf 'a B B\nb I I-\nc B I\nd O O\n\ne B-_ B-\n' | conll2msg -c 1=tokens,2=ner_tags,3=pred >"$tmp/bare"
    for mode in lenient strict; do
        seqeval --json --mode "$mode" "$tmp/bare" | jq -ce 'del(.overall_accuracy) == {"_": {precision: 0.5, recall: (1/3), f1: 0.4, number: 3},
            overall_precision: 0.5, overall_recall: (1/3), overall_f1: 0.4}'
    done
    printf 'a S S\nb B B\nc E I\nd B E\ne E O\n' | conll2msg -c 1=tokens,2=ner_tags,3=pred | seqeval --mode strict --json |
        jq -ce '._ == {precision: 0.5, recall: (1/3), f1: 0.4, number: 3}'
}

@test "seqeval: no tags at all, a missing field, unequal lengths" {
    printf 'a O O\n' | both >"$tmp/in"
    run -1 --separate-stderr seqeval --field labels "$tmp/in"
    [ "$stderr" = "seqeval: the stream has no field 'labels'; run alignlbl first" ]
    printf '\x84\xa9msgstream\x01\xa4kind\xa8sentence\xa6fields\x92\xa8ner_tags\xa4pred\xa6labels\x82\xa8ner_tags\x91\xa1O\xa4pred\x91\xa1O' >"$tmp/head"
    (cat "$tmp/head"; printf '\x82\xa8ner_tags\x91\x00\xa4pred\x90\x82\xa3end\xc3\xa7records\x01') >"$tmp/unequal"
    run -1 --separate-stderr seqeval "$tmp/unequal"
    [ "$stderr" = "seqeval: record 1: 1 tags in ner_tags, but 0 in pred" ]
    (cat "$tmp/head"; printf '\x82\xa3end\xc3\xa7records\x00') >"$tmp/none"
    run -1 --separate-stderr seqeval "$tmp/none"
    [ "$stderr" = "seqeval: no tags at all: nothing to score" ]
}

@test "seqeval: lenient scoring ignores the scheme, as the package does, and reports it" {
    printf 'a I-X I-X\nb O O\nc B-X B-X\n' | both >"$tmp/in"
    seqeval --json "$tmp/in" >"$tmp/want"
    run -0 --separate-stderr seqeval --json --scheme iobes "$tmp/in"
    [ "$output" = "$(cat "$tmp/want")" ]
    [ "$stderr" = "seqeval: --scheme is not used: lenient scoring knows no scheme; see --mode strict" ]
}

@test "seqeval: strict without --scheme: a tag that fits no scheme is named by record, id and word" {
    printf 'a B-X B-X\n\nb O O\nc B-X S-X\n' | both >"$tmp/in"
    run -1 --separate-stderr seqeval --mode strict "$tmp/in"
    [ "$stderr" = "seqeval: record 2 (id 1): word 2: the tag 'S-X' is not IOB2, the scheme of the gold tags" ]
    printf 'a B-X B-X\n\nb x-X O\n' | both >"$tmp/in"
    run -1 --separate-stderr seqeval --mode strict "$tmp/in"
    [ "$stderr" = "seqeval: record 2 (id 1): word 1: the tag 'x-X' belongs to no scheme" ]
    printf 'a B-X B-X\nb U-X O\n' | both >"$tmp/in"
    run -1 --separate-stderr seqeval --mode strict "$tmp/in"
    [ "$stderr" = "seqeval: gold tags with the prefixes BU fit no scheme; see --scheme" ]
    printf 'a B-X B-X\nb L-X L-X\n' | both | seqeval --mode strict --json | jq -e '.X.f1 == 1'
}

@test "seqeval: the report is laid out as the package lays it out, by code points" {
    printf 'a B-物質と場所と組織と人名 O\nb B-é B-é\n' | both | seqeval --digits 3 >"$tmp/out"
    cat >"$tmp/want" <<'END'
              precision    recall  f1-score   support

           é      1.000     1.000     1.000         1
 物質と場所と組織と人名      0.000     0.000     0.000         1

   micro avg      1.000     0.500     0.667         2
   macro avg      0.500     0.500     0.500         2
weighted avg      0.500     0.500     0.500         2

    accuracy      0.500                             2
END
    cmp "$tmp/want" "$tmp/out"
}

@test "seqeval: --suffix and --zero-division" {
    printf 'a X-B X-B\nb X-I X-I\nc O Y-B\n' | both >"$tmp/in"
    seqeval --suffix --json "$tmp/in" | jq -e '.X == {precision: 1, recall: 1, f1: 1, number: 1} and .Y.recall == 0'
    seqeval --suffix --zero-division 1 --json "$tmp/in" | jq -e '.Y == {precision: 0, recall: 1, f1: 0, number: 0}'
    run -2 --separate-stderr seqeval --zero-division 2 "$tmp/in"
    [[ $stderr == *"--zero-division is 0 or 1"* ]]
}

@test "seqeval: an empty tag is refused" {
    (printf '\x84\xa9msgstream\x01\xa4kind\xa8sentence\xa6fields\x92\xa8ner_tags\xa4pred\xa6labels\x82\xa8ner_tags\x91\xa0\xa4pred\x91\xa1O'
     printf '\x82\xa8ner_tags\x91\x00\xa4pred\x91\x00\x82\xa3end\xc3\xa7records\x01') >"$tmp/empty"
    run -1 --separate-stderr seqeval "$tmp/empty"
    [[ $stderr == "seqeval: the stream's header has an empty label"* ]]
}

# ---- analyses beside the report ----

# Columns word, gold, predicted, predicted by another system: a right entity, one of another type, one with other bounds, one
# missed, one spurious.
all_errors() {
    printf '%s\n' '-DOCSTART- O O O' '' 'Jan B-PER B-PER B-PER' 'Meyer I-PER I-PER I-PER' 'left O O O' 'Paris B-LOC B-ORG B-LOC' '. O O O' '' \
        'The O B-ORG O' 'Bank B-ORG I-ORG B-ORG' 'of I-ORG I-ORG O' 'England I-ORG I-ORG B-LOC' 'and O O O' 'Ford B-ORG O B-ORG' '' \
        '-DOCSTART- O O O' '' 'Rain O B-LOC O' 'in O O O' '人民 B-LOC B-LOC B-LOC' >"$tmp/all.txt"
    conll2msg -c 1=tokens,2=ner_tags,3=pred "$tmp/all.txt" >"$tmp/here.msg"
    conll2msg -c 1=tokens,2=ner_tags,4=pred "$tmp/all.txt" >"$tmp/there.msg"
}

@test "seqeval: --mode both gives each report under its name" {
    printf 'a I-X I-X\nb O O\nc B-X B-X\n' | both >"$tmp/in"
    seqeval --mode both "$tmp/in" >"$tmp/out"
    { echo "lenient (conlleval's reading)"; echo; seqeval "$tmp/in"; echo; echo 'strict (IOB2)'; echo; seqeval --mode strict "$tmp/in"; } | diff - "$tmp/out"
    seqeval --mode both --json "$tmp/in" >"$tmp/out"
    jq -n --slurpfile l <(seqeval --json "$tmp/in") --slurpfile s <(seqeval --json --mode strict "$tmp/in") '{lenient: $l[0], strict: $s[0]}' |
        diff - <(jq . "$tmp/out")
    jq -e '.lenient.X.number == 2 and .strict.X.number == 1' "$tmp/out"
    seqeval --mode both --scheme iobes "$tmp/in" | grep -x 'strict (IOBES)'
    run -2 --separate-stderr seqeval --mode both --tags "$tmp/in"
}

@test "seqeval: --confusion: rows add up to gold, columns to predicted entities" {
    all_errors
    seqeval --confusion "$tmp/here.msg" | sed '1,/^Confusion/d' >"$tmp/out"
    cat >"$tmp/want" <<'END'

         LOC ORG PER boundary missed
LOC        1   1   .        .      .
ORG        .   .   .        1      1
PER        .   .   1        .      .
boundary   .   1   .        .      .
spurious   1   .   .        .      .
END
    diff "$tmp/want" "$tmp/out"
    seqeval --tsv "$tmp/here.msg" >"$tmp/out"
    [ "$(tail -n +2 "$tmp/want" | sed 's/\./0/g; s/^ \+/gold /; s/ \+/\t/g; s/^spurious/invented/')" = "$(cat "$tmp/out")" ]
    seqeval --confusion --json "$tmp/here.msg" | jq -e '.confusion == {rows: ["LOC", "ORG", "PER", "boundary", "invented"],
    columns: ["LOC", "ORG", "PER", "boundary", "missed"], counts: [[1,1,0,0,0], [0,0,0,1,1], [0,0,1,0,0], [0,1,0,0,0], [1,0,0,0,0]]}'
    seqeval --tsv "$tmp/there.msg" | sed -n 2,6p >"$tmp/out"
    printf 'LOC\t2\t0\t0\t0\t0\nORG\t0\t1\t0\t1\t0\nPER\t0\t0\t1\t0\t0\nboundary\t1\t1\t0\t0\t0\ninvented\t0\t0\t0\t0\t0\n' | diff - "$tmp/out"
    # what only overlaps is boundary in both tables, whatever the types are
    printf 'New B-LOC B-ORG\nYork I-LOC O\n' | both >"$tmp/over.msg"
    seqeval --tsv "$tmp/over.msg" | tr '\t' ' ' | diff - <(printf '%s\n' 'gold LOC ORG boundary missed' 'LOC 0 0 1 0' 'ORG 0 0 0 0' 'boundary 0 1 0 0' 'invented 0 0 0 0')
    seqeval --errors 0 --json "$tmp/over.msg" | jq -e '.errors.boundary | .gold == 1 and .predicted == 1'
    for wrong in --json '--mode both'; do run -2 seqeval --tsv $wrong "$tmp/here.msg"; done
}

@test "seqeval: --confusion of tags; names and tabs that would break a table are escaped, wide names are aligned" {
    printf 'a DT DT\nb NN VB\nc NN NN\n' | both | seqeval --tags --tsv >"$tmp/out"
    printf 'gold\tDT\tNN\tVB\nDT\t1\t0\t0\nNN\t0\t1\t1\nVB\t0\t0\t0\n' | diff - "$tmp/out"
    printf 'a B-人名 B-人名\nb B-\x1b[31m B-人名\n' | both | seqeval --confusion | sed '1,/^Confusion/d' >"$tmp/out"
    cat >"$tmp/want" <<'END'

         \x1b[31m 人名 boundary missed
\x1b[31m        .    1        .      .
人名            .    1        .      .
boundary        .    .        .      .
spurious        .    .        .      .
END
    diff "$tmp/want" "$tmp/out"
}

@test "seqeval: --errors: every kind with its sentence, gold and predicted entities marked" {
    all_errors
    seqeval --errors 5 "$tmp/here.msg" | sed '1,/^Errors/d' >"$tmp/out"
    cat >"$tmp/want" <<'END'

boundary: 1 gold, 1 predicted
  record 2 (id 1)
    gold  The [ORG Bank of England] and Ford
    pred  [ORG The Bank of England] and Ford

type: 1 gold, 1 predicted
  record 1 (id 0)
    gold  Jan Meyer left [LOC Paris] .
    pred  Jan Meyer left [ORG Paris] .

missed: 1 gold
  record 2 (id 1)
    gold  The Bank of England and [ORG Ford]
    pred  The Bank of England and Ford

spurious: 1 predicted
  record 3 (id 2)
    gold  Rain in 人民
    pred  [LOC Rain] in 人民
END
    diff "$tmp/want" "$tmp/out"
    seqeval --errors 5 --json "$tmp/here.msg" | jq -e '.errors | .missed == {gold: 1, predicted: 0, examples: [{record: 2, id: 1,
    gold: {type: "ORG", start_word: 5, end_word: 6, text: "Ford"}, predicted: null, before: "The Bank of England and", after: ""}]}
    and .boundary.examples[0].predicted == {type: "ORG", start_word: 0, end_word: 4, text: "The Bank of England"}'
    seqeval --errors 0 --json "$tmp/here.msg" | jq -e '[.errors[] | .examples] == [[], [], [], []] and .errors.type.gold == 1'
}

@test "seqeval: --errors takes a sample that depends on the seed; control characters cannot reach the terminal" {
    for i in $(seq 30); do printf 'w%d B-X O\n\n' "$i"; done | both >"$tmp/many"
    [ "$(seqeval --errors 4 "$tmp/many" | grep -c 'gold  \[X')" -eq 4 ]
    seqeval --errors 4 "$tmp/many" >"$tmp/a"
    seqeval --errors 4 "$tmp/many" | cmp - "$tmp/a"
    run ! cmp -s <(seqeval --errors 4 --seed 1 "$tmp/many") "$tmp/a"
    [ "$(grep -o '(id [0-9]*' "$tmp/a" | sort -V)" = "$(grep -o '(id [0-9]*' "$tmp/a")" ]
    printf 'a\x1b[2Jb B-X O\n\xe2\x80\xae B-X O\n👩‍👧 O O\n' | both | seqeval --errors 1 >"$tmp/out"
    grep -qF 'a\x1b[2Jb' "$tmp/out" && grep -qF '\u202e' "$tmp/out" && grep -qF '👩‍👧' "$tmp/out"
    run ! grep -q $'\x1b' "$tmp/out"
    printf 'a DT NN\nb DT NN\nc NN VB\n' | both | seqeval --tags --errors 1 | sed -n '/^DT/,$p' >"$tmp/out"
    printf 'DT predicted as NN: 2\n  record 1 (id 0): [a] b c\n' | sed "s/\[a\] b/$(grep -o '\[a\] b\|a \[b\]' "$tmp/out" | sed 's/[][]/\\&/g')/" | diff - "$tmp/out"
}

@test "seqeval: --seen separates entities of the training stream from others" {
    all_errors
    printf 'Jan B-PER\nMeyer I-PER\nParis B-ORG\nFord O\nBANK B-ORG\n' | conll2msg -c 1=tokens,2=ner_tags >"$tmp/train.msg"
    seqeval --seen "$tmp/train.msg" --json "$tmp/here.msg" | jq -c '.seen | .training, (.seen, .unseen, .other_types, .new | [.number, .predicted, .correct, .f1])' |
        tr '\n' ' ' >"$tmp/out"
    [ "$(cat "$tmp/out")" = "3 [1,2,1,0.6666666666666666] [4,3,1,0.28571428571428575] [1,0,0,0] [3,3,1,0.3333333333333333] " ]
    seqeval --seen "$tmp/train.msg" "$tmp/here.msg" | grep -E '^seen +0.5000 +1.0000 +0.6667 +1 +2$'
    printf 'Jan NN\n' | conll2msg -c 1=tokens,2=pos_tags >"$tmp/pos.msg"
    run -1 --separate-stderr seqeval --seen "$tmp/pos.msg" "$tmp/here.msg"
    [ "$stderr" = "seqeval: $tmp/pos.msg: the stream has no field 'ner_tags', only id, doc, tokens, pos_tags; choose another with -f, or name it so: conll2msg -c, json2msg --rename" ]
    printf '\x84\xa9msgstream\x01\xa4kind\xa8sentence\xa6fields\x91\xa8ner_tags\xa6labels\x81\xa8ner_tags\x91\xa1O\x82\xa3end\xc3\xa7records\x00' >"$tmp/empty.msg"
    run -1 --separate-stderr seqeval --seen "$tmp/empty.msg" "$tmp/here.msg"
    [ "$stderr" = "seqeval: $tmp/empty.msg has no tags at all: nothing could be seen there" ]
    run -2 seqeval --seen - <"$tmp/here.msg"
}

@test "seqeval: --bootstrap: by sentence or document, the same for any number of threads" {
    all_errors
    seqeval --bootstrap 100 --json -t 1 "$tmp/here.msg" >"$tmp/a"
    seqeval --bootstrap 100 --json -t 2 "$tmp/here.msg" | cmp - "$tmp/a"
    jq -e '.bootstrap | .by == "sentence" and .units == 3 and .rounds == 100 and .seed == 42 and .confidence == 95
    and .overall_f1[0] <= .overall_f1[1] and (.types | keys == ["LOC", "ORG", "PER"])' "$tmp/a"
    jq 'del(.bootstrap)' "$tmp/a" | diff - <(seqeval --json "$tmp/here.msg" | jq .)
    seqeval --bootstrap 100 --json --confidence 50 --by document "$tmp/here.msg" | jq -e '.bootstrap | .units == 2 and .confidence == 50'
    # concatenated streams: two documents with the same number are two
    seqeval --bootstrap 10 --json --by document "$tmp/here.msg" "$tmp/here.msg" | jq -e '.bootstrap.units == 4'
    seqeval --bootstrap 100 "$tmp/here.msg" | grep -E '^f1 +0\.4000 +0\.[0-9]{4} +[01]\.[0-9]{4}$'
    # one sentence is the same however often it is drawn
    head -n 7 "$tmp/all.txt" | conll2msg -c 1=tokens,2=ner_tags,3=pred | seqeval --bootstrap 10 --json | jq -e '.overall_f1 as $f | .bootstrap.overall_f1 == [$f, $f]'
    printf '\x84\xa9msgstream\x01\xa4kind\xa8sentence\xa6fields\x92\xa8ner_tags\xa4pred\xa6labels\x82\xa8ner_tags\x91\xa1O\xa4pred\x91\xa1O\x82\xa8ner_tags\x91\x00\xa4pred\x91\x00\x82\xa3end\xc3\xa7records\x01' >"$tmp/nodoc"
    run -1 --separate-stderr seqeval --bootstrap 10 --by document "$tmp/nodoc"
    [ "$stderr" = "seqeval: record 1: no field 'doc': which sentences belong to one document? conll2msg writes it" ]
    seqeval --bootstrap 10 --json "$tmp/nodoc" | jq -e '.bootstrap.overall_f1 == [0, 0] and .bootstrap.overall_accuracy == [1, 1]'
    for wrong in '--confidence 0' '--confidence 100' '--bootstrap 0' '--bootstrap 4294967296'; do run -2 seqeval --bootstrap 5 $wrong "$tmp/here.msg"; done
}

@test "seqeval: --compare: both systems, the difference, its interval, p" {
    all_errors
    seqeval --compare "$tmp/there.msg" --json "$tmp/here.msg" | jq -e '.compare | .with == "there.msg" and .differ == 3 and .rounds == 10000
    and .overall_precision.here == 0.4 and .overall_f1.there == 0.7272727272727272 and .overall_f1.difference == .overall_f1.here - .overall_f1.there
    and .overall_f1.interval[1] <= 0 and .overall_f1.p > 0.2'
    # 2 of the 8 exchanges give the difference, and the random ones approach them
    seqeval --compare "$tmp/there.msg" --json "$tmp/here.msg" | jq -e '.compare.overall_f1.p | . > 0.235 and . < 0.265'
    seqeval --compare "$tmp/here.msg" "$tmp/there.msg" | grep -E '^f1 +0.7273 +0.4000 +\+0.3273 '
    # a system compared with itself, whatever the order of its labels
    seqeval --compare "$tmp/here.msg" --json "$tmp/here.msg" | jq -e '.compare | .differ == 0 and (.overall_f1 | .p == 1 and .interval == [0, 0])'
    printf 'B-X a B-X\nO b O\n' | conll2msg -c 2=tokens,1=ner_tags,3=pred >"$tmp/x.msg"
    printf '\x84\xa9msgstream\x01\xa4kind\xa8sentence\xa6fields\x92\xa8ner_tags\xa4pred\xa6labels\x82\xa8ner_tags\x92\xa3B-X\xa1O\xa4pred\x92\xa1O\xa3B-X\x83\xa2id\x00\xa8ner_tags\x92\x00\x01\xa4pred\x92\x01\x00\x82\xa3end\xc3\xa7records\x01' >"$tmp/y.msg"
    seqeval --compare "$tmp/y.msg" --json "$tmp/x.msg" | jq -e '.compare | .differ == 0 and .overall_f1.there == 1'
    seqeval --compare "$tmp/there.msg" --tags --json "$tmp/here.msg" | jq -e '.compare | .overall_accuracy.difference < 0 and .overall_f1 == null'
    seqeval --compare "$tmp/there.msg" --by document --mode both --json "$tmp/here.msg" | jq -e '.lenient.compare.units == 2 and .strict.compare.units == 2'
}

@test "seqeval: --compare refuses other sentences, and names the first one" {
    all_errors
    changed() { # SED-SCRIPT
        sed "$1" "$tmp/all.txt" | conll2msg -c 1=tokens,2=ner_tags,4=pred >"$tmp/changed.msg"
        run -1 --separate-stderr seqeval --compare "$tmp/changed.msg" "$tmp/here.msg"
    }
    changed 's/^Ford/Opel/'
    [ "$stderr" = "seqeval: record 2 (id 1) here and record 2 (id 1) in changed.msg have other words: two streams are compared sentence by sentence" ]
    changed 's/^Ford B-ORG/Ford B-LOC/'
    [[ $stderr == *"record 2 (id 1) here and record 2 (id 1) in changed.msg have other gold tags"* ]]
    changed '/^Rain/,$d'
    [ "$stderr" = "seqeval: record 3 (id 2) has no counterpart: changed.msg ends before it" ]
    run -1 --separate-stderr seqeval --compare "$tmp/here.msg" "$tmp/changed.msg"
    [ "$stderr" = "seqeval: record 3 (id 2) of here.msg has no counterpart here" ]
    sed 's/^-DOCSTART-.*//' "$tmp/all.txt" | conll2msg -c 1=tokens,2=ner_tags,4=pred >"$tmp/docs.msg"
    run -1 --separate-stderr seqeval --compare "$tmp/docs.msg" --by document "$tmp/here.msg"
    [ "$stderr" = "seqeval: the two streams are divided into documents at different sentences" ]
    head -c 200 "$tmp/there.msg" >"$tmp/cut.msg"
    run -1 --separate-stderr seqeval --compare "$tmp/cut.msg" "$tmp/here.msg"
    [[ $stderr == "seqeval: $tmp/cut.msg: cut off inside"* ]]
}

@test "seqeval: a type with the name of a key has no JSON; no entities, empty sentences" {
    printf 'a B-seen B-seen\n' | both >"$tmp/in"
    run -1 --separate-stderr seqeval --json --seen "$tmp/in" "$tmp/in"
    [ "$stderr" = "seqeval: a type is called 'seen', as is the key of what was asked for: JSON cannot have both" ]
    printf 'a O O\n' | both >"$tmp/in"
    seqeval --json --confusion --errors 3 --seen "$tmp/in" --bootstrap 5 --compare "$tmp/in" "$tmp/in" | jq -e '.confusion.counts == [[0,0],[0,0]]
    and .compare.overall_f1.p == 1 and .seen.seen.number == 0 and .errors.missed.gold == 0'
    printf '\x84\xa9msgstream\x01\xa4kind\xa8sentence\xa6fields\x93\xa6tokens\xa8ner_tags\xa4pred\xa6labels\x82\xa8ner_tags\x92\xa1O\xa3B-X\xa4pred\x91\xa1O\x83\xa6tokens\x90\xa8ner_tags\x90\xa4pred\x90\x83\xa6tokens\x91\xa1a\xa8ner_tags\x91\x01\xa4pred\x91\x00\x82\xa3end\xc3\xa7records\x02' >"$tmp/empty"
    seqeval --json --confusion --errors 3 --seen "$tmp/empty" --bootstrap 5 --compare "$tmp/empty" "$tmp/empty" |
        jq -e '.errors.missed.examples[0].record == 2 and .confusion.counts[0] == [0, 0, 1] and .bootstrap.units == 2 and .seen.seen.recall == 0'
}

@test "seqeval: analyses in strict mode without --scheme give the same result as with it" {
    all_errors
    cat "$tmp/here.msg" "$tmp/here.msg" >"$tmp/two"
    seqeval --mode strict --confusion --errors 9 --bootstrap 9 --by document --seen "$tmp/here.msg" --compare "$tmp/two" "$tmp/two" >"$tmp/auto"
    seqeval --mode strict --scheme iob2 --confusion --errors 9 --bootstrap 9 --by document --seen "$tmp/here.msg" --compare "$tmp/two" "$tmp/two" |
        cmp - "$tmp/auto"
    grep -qx 'boundary: 2 gold, 2 predicted' "$tmp/auto"
}

@test "seqeval: pieces without a label are skipped, examples show their words" {
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' in par '##is' over '##seas' rain >"$tmp/vocab.txt"
    echo '{"architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": 11, "hidden_size": 8, "num_hidden_layers": 1,
    "num_attention_heads": 2, "intermediate_size": 8, "max_position_embeddings": 32}' >"$tmp/config.json"
    printf 'rain O\nin O\nparis B-LOC\noverseas I-LOC\n' | conll2msg -c 1=tokens,2=ner_tags >"$tmp/words.msg"
    bertinit -c "$tmp/config.json" -v "$tmp/vocab.txt" -l "$tmp/words.msg" -o "$tmp/model" 2>"$tmp/log"
    wptok -m "$tmp/model" "$tmp/words.msg" | alignlbl -r inside | bertfwd -m "$tmp/model" 2>"$tmp/log" | logit2tag -u piece >"$tmp/pieces.msg"
    seqeval -f labels --errors 9 --seen "$tmp/pieces.msg" --json "$tmp/pieces.msg" >"$tmp/out"
    jq -e '.LOC.number == 1 and .seen.training == 1' "$tmp/out"
    jq -r '.errors[].examples[] | .gold, .predicted | select(. != null).text' "$tmp/out" | sort -u >"$tmp/texts"
    [ -s "$tmp/texts" ]
    run ! grep -vxE '(rain|in|paris|overseas)( (in|paris|overseas))*' "$tmp/texts"
}

@test "seqeval: gold types that the labels of the predictions do not have are named, and with --known-types an error" {
    printf '%s\n' 'a B-PER B-PER' 'b B-MISC B-LOC' 'c B-MISC O' 'd B-DATE O' | both >"$tmp/in"
    run -0 --separate-stderr seqeval "$tmp/in"
    [ "$stderr" = 'seqeval: 2 types of ner_tags that the labels of pred do not have, and that count as missed: MISC (2), DATE (1)' ]
    report=$output
    for mode in lenient strict both; do
        run -1 --separate-stderr seqeval --known-types --mode $mode "$tmp/in"
        [ -z "$output" ]
        [ "$stderr" = 'seqeval: 2 types of ner_tags that the labels of pred do not have: MISC (2), DATE (1); maplbl --map gives types other names (evaluate.sh: --map, or --any-types)' ]
    done
    # the labels count, not the predictions; numbers stay
    maplbl --map MISC=LOC,DATE=O "$tmp/in" >"$tmp/known"
    run -0 --separate-stderr seqeval --known-types "$tmp/known"
    [ -z "$stderr" ]
    [[ $report != "$output" && $report == *MISC*' 2'* ]]
    printf '%s\n' 'a NN NN' 'b VB NN' | both >"$tmp/pos"
    seqeval --tags "$tmp/pos" 2>&1 >"$tmp/out" | diff /dev/null -
    run -1 --separate-stderr seqeval --tags --known-types "$tmp/pos"
    [ "$stderr" = 'seqeval: 1 tag of ner_tags that the labels of pred do not have: VB (1); maplbl --map gives types other names (evaluate.sh: --map, or --any-types)' ]
    printf '%s\n' 'a B-PER B-PER' 'b B-MISC B-MISC' 'c B-MISC O' 'd B-DATE B-DATE' | both >"$tmp/other"
    run -1 --separate-stderr seqeval --known-types --compare "$tmp/in" "$tmp/other"
    [ "$stderr" = 'seqeval: in: 2 types of ner_tags that the labels of pred do not have: MISC (2), DATE (1); maplbl --map gives types other names (evaluate.sh: --map, or --any-types)' ]
}

@test "seqeval: tags with their letter at the end, in every unit and mode" {
    printf '%s\n' 'a ORG-B ORG-B' 'b ORG-I ORG-I' 'c O O' 'd PER-B PER-B' | both >"$tmp/in"
    for mode in lenient strict both; do
        run -0 --separate-stderr seqeval --unit auto --mode $mode "$tmp/in"
        [ "$stderr" = 'seqeval: the labels of ner_tags have their letter at the end (ORG-B): entities are scored, as with --suffix' ]
        [ "$output" = "$(seqeval --suffix --mode $mode "$tmp/in")" ]
    done
    run -1 --separate-stderr seqeval --mode strict "$tmp/in"
    [ "$stderr" = "seqeval: record 1 (id 0): word 4: the tag 'PER-B' belongs to no scheme; its letter is at the end: see --suffix" ]
    run -1 --separate-stderr seqeval --mode strict --scheme bio "$tmp/in"
    [ "$stderr" = "seqeval: record 1 (id 0): word 4: the tag 'PER-B' is not IOB2; its letter is at the end: see --suffix" ]
    run -1 --separate-stderr seqeval --mode strict --suffix <(printf 'a B-ORG B-ORG\n' | both)
    [ "$stderr" = "seqeval: record 1 (id 0): word 1: the tag 'B-ORG' belongs to no scheme; its letter is in front: leave out --suffix" ]
    # an empty report is not left without a word
    run -0 --separate-stderr seqeval <(printf 'a ORG-B ORG-B\nb O O\n' | both)
    [[ $output == *nan* && $stderr == *"1 tag has no prefix of a scheme (ORG-B)"*"; see --suffix, or --tags"* ]]
    run -0 --separate-stderr seqeval <(printf 'a O O\n' | both)
    [ "$stderr" = 'seqeval: no entity in ner_tags and none in pred: the scores are 0/0' ]
}

@test "seqeval: BMES, in both modes, with its letters in front and at the end" {
    sentence() { printf "$1\n" 'a B-X B-X' 'b M-X M-X' 'c E-X E-X' 'd S-Y O' 'e O B-X' 'f O E-X' 'g B-X B-X' 'h E-X E-X' 'i O S-Y'; }
    sentence '%s' | both >"$tmp/in"
    sentence '%s' | sed -E 's/([BMES])-([XY])/\2-\1/g' | both >"$tmp/suffix"
    sentence '%s' | sed 's/M-/I-/g' | both >"$tmp/iobes"
    for options in '' '--mode strict' '--mode strict --scheme BMEO'; do
        seqeval $options --json "$tmp/in" >"$tmp/out" 2>"$tmp/err"
        [ ! -s "$tmp/err" ]
        jq -e '.X.number == 2 and .Y.recall == 0 and .overall_f1 > 0.5714 and .overall_f1 < 0.5715' "$tmp/out"
        seqeval $options --suffix --json "$tmp/suffix" | cmp - "$tmp/out"
    done
    seqeval --mode both --scheme iobes "$tmp/iobes" | sed 's/IOBES/BMES/' | diff - <(seqeval --mode both --scheme bmes "$tmp/in")
    # gold tags without long entities: the predicted ones tell the scheme
    seqeval --mode both <(printf 'a S-X B-X\nb B-X M-X\nc E-X E-X\n' | both) | grep -x 'strict (BMES)'
    run -1 --separate-stderr seqeval --mode strict <(printf 'a B-X O\nb M-X O\nc I-X O\n' | both)
    [ "$stderr" = 'seqeval: gold tags with the prefixes BIM fit no scheme; see --scheme' ]
    # the package does not know M: where it reads another entity than of I, that is said
    run -0 --separate-stderr seqeval <(printf 'a B-X S-X\nb E-X M-X\nc O O\n' | both)
    [ "$stderr" = 'seqeval: 1 tag with M that no entity of BMES has there, and that lenient scoring does not read as I; see --mode strict' ]
}
