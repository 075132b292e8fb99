load common

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

@test "seqeval: a strict prefix that the scheme lacks names the sentence and the tag" {
  printf 'a B-X B-X\nb O S-X\n' | both >"$tmp/in"
  run -1 --separate-stderr seqeval --mode strict --scheme iob2 "$tmp/in"
  [ "$stderr" = "seqeval: record 1 (id 0): word 2: the tag 'S-X' is not IOB2" ]
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

@test "seqeval: lenient scoring ignores the scheme, as the package does, and says so" {
  printf 'a I-X I-X\nb O O\nc B-X B-X\n' | both >"$tmp/in"
  seqeval --json "$tmp/in" >"$tmp/want"
  run -0 --separate-stderr seqeval --json --scheme iobes "$tmp/in"
  [ "$output" = "$(cat "$tmp/want")" ]
  [ "$stderr" = "seqeval: --scheme is not used: lenient scoring knows no scheme; see --mode strict" ]
}

@test "seqeval: strict without --scheme: what fits no scheme is named by record, id and word" {
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
