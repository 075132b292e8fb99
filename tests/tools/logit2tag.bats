load ../support/common

# A stream with one record: words, word ids and logits of three labels (O B-X I-X) as JSON arrays.
stream() { # N-WORDS WORD_IDS LOGITS
    jq -rn --argjson n "$1" --argjson w "$2" --argjson l "$3" '
    def digit: . as $i | "0123456789abcdef" | .[$i:$i + 1];
    def int: if . == null then "c0" else (. / 16 | floor | digit) + (. % 16 | digit) end;
    def array(f): "9" + (length | digit) + (map(f) | add // "");
    "83" + "a6746f6b656e73" + ([range($n)] | array("a161")) + "a8776f72645f696473" + ($w | array(int))
         + "a66c6f67697473" + ($l | array(array(int)))' >"$tmp/hex"
    printf '\x84\xa9msgstream\x01\xa4kind\xa8sentence\xa6fields\x93\xa6tokens\xa8word_ids\xa6logits\xa6labels\x81\xa6logits\x93\xa1O\xa3B-X\xa3I-X'
    # shellcheck disable=SC2059
    printf "$(sed 's/../\\x&/g' "$tmp/hex")"
    printf '\x82\xa3end\xc3\xa7records\x01'
}

@test "logit2tag: one tag a word, decided by its first piece" {
    stream 2 '[null,0,0,1,null]' '[[9,0,0],[1,5,2],[7,0,0],[0,0,4],[9,0,0]]' | logit2tag | msg2json --names --fields pred,score >"$tmp/out"
    jq -e '.pred == ["B-X","I-X"] and (.score[0] - 0.9362396 | fabs) < 1e-6 and (.score[1] - 0.9646632 | fabs) < 1e-6' "$tmp/out"
}

@test "logit2tag: by the mean of the pieces, or by the piece with the highest probability" {
    in='[null,0,0,null]'
    logits='[[9,0,0],[2,3,0],[6,0,0],[9,0,0]]'
    [ "$(stream 1 "$in" "$logits" | logit2tag --rule first | msg2json --names --fields pred | jq -r .pred[0])" = B-X ]
    [ "$(stream 1 "$in" "$logits" | logit2tag --rule average | msg2json --names --fields pred | jq -r .pred[0])" = O ]
    [ "$(stream 1 "$in" "$logits" | logit2tag --rule max | msg2json --names --fields pred | jq -r .pred[0])" = O ]
}

@test "logit2tag: no word is lost: a word without a piece gets O, no score, and is counted" {
    stream 4 '[null,1,null]' '[[0,1,0],[0,1,0],[0,1,0]]' | logit2tag 2>"$tmp/err" | msg2json --names >"$tmp/out"
    jq -e '.pred == ["O","B-X","O","O"] and .score[0] == null and .score[1] > 0.5' "$tmp/out"
    grep -qx 'logit2tag: 3 words have no piece: tagged O, without a score' "$tmp/err"
}

@test "logit2tag: of equal logits the first label wins" {
    stream 1 '[0]' '[[3,3,3]]' | logit2tag | msg2json | jq -e '.pred == [0]'
}

@test "logit2tag: a larger logit wins where the probabilities round to the same" {
    # 0 and 1e-9: both probabilities are 0.5 in single precision
    printf '\x84\xa9msgstream\x01\xa4kind\xa8sentence\xa6fields\x93\xa6tokens\xa8word_ids\xa6logits\xa6labels\x81\xa6logits\x92\xa1O\xa3B-X' >"$tmp/in"
    printf '\x83\xa6tokens\x91\xa1a\xa8word_ids\x91\x00\xa6logits\x91\x92\x00\xca\x30\x89\x70\x5f\x82\xa3end\xc3\xa7records\x01' >>"$tmp/in"
    logit2tag "$tmp/in" | msg2json | jq -e '.pred == [1]'
    logit2tag --unit piece "$tmp/in" | msg2json | jq -e '.pred == [1]'
}

@test "logit2tag: --unit piece tags every piece; seqeval then skips pieces without a label" {
    stream 1 '[null,0,0,null]' '[[0,9,0],[2,3,0],[6,0,0],[9,0,0]]' | logit2tag --unit piece | msg2json | jq -e '.pred == [1,1,0,0]'
}

@test "logit2tag: logits that do not fit, and logits that are not numbers" {
    run -1 --separate-stderr logit2tag <(stream 1 '[0,0]' '[[1,2,3]]')
    [ "$stderr" = "logit2tag: record 1: logits are [1,3], for 2 pieces and 3 labels" ]
    run -1 --separate-stderr logit2tag <(stream 1 '[3]' '[[1,2,3]]')
    [ "$stderr" = "logit2tag: record 1: word id 3 of 1 words" ]
}

@test "logit2tag: NaN in any piece that decides names the record" {
    printf '\x84\xa9msgstream\x01\xa4kind\xa8sentence\xa6fields\x93\xa6tokens\xa8word_ids\xa6logits\xa6labels\x81\xa6logits\x92\xa1O\xa3B-X' >"$tmp/in"
    printf '\x83\xa6tokens\x91\xa1a\xa8word_ids\x92\x00\x00\xa6logits\x92\x92\x00\x01\x92\xca\x7f\xc0\x00\x00\x01\x82\xa3end\xc3\xa7records\x01' >>"$tmp/in"
    for rule in average max; do
        run -1 --separate-stderr logit2tag --rule "$rule" "$tmp/in"
        [ "$stderr" = "logit2tag: record 1: logits[1][0] is not a number (NaN)" ]
    done
}

tags() { msg2json --names --fields pred | jq -r '.pred | join(" ")'; }

@test "logit2tag: --constrain: the best sequence that the scheme allows, not the best tags one by one" {
    # O I-X is not allowed: B-X I-X has 2 + 9, O B-X 3 + 0; then O B-X has 5 + 3, B-X I-X 0 + 4
    stream 2 '[0,1]' '[[3,2,0],[0,0,9]]' | logit2tag | tags | grep -qx 'O I-X'
    stream 2 '[0,1]' '[[3,2,0],[0,0,9]]' | logit2tag --constrain | tags | grep -qx 'B-X I-X'
    stream 2 '[0,1]' '[[5,0,0],[0,3,4]]' | logit2tag --constrain | tags | grep -qx 'O B-X'
    # the score stays the probability of the word's own tag: e^2 / (e^3 + e^2 + 1)
    stream 2 '[0,1]' '[[3,2,0],[0,0,9]]' | logit2tag --constrain | msg2json | jq -e '(.score[0] - 0.25949646 | fabs) < 1e-6'
}

@test "logit2tag: --constrain: of equally good sequences the last word has the lowest label, then the one before it" {
    stream 3 '[0,1,2]' '[[7,7,7],[7,7,7],[7,7,7]]' | logit2tag --constrain | tags | grep -qx 'O O O'
    # O B-X and B-X I-X have 9 each: the last word decides, then the first
    stream 2 '[0,1]' '[[5,4,0],[0,4,5]]' | logit2tag --constrain | tags | grep -qx 'O B-X'
}

@test "logit2tag: a word without a piece gets the tag that continues the one before, with each option" {
    for option in --rule=first --constrain --threshold=0.1; do
        stream 4 '[1,3]' '[[0,9,0],[0,3,9]]' | logit2tag "$option" 2>"$tmp/err" | tags | grep -qx 'O B-X I-X I-X'
        grep -qx 'logit2tag: 2 words have no piece: 1 continue the tag before, the others are O; without a score' "$tmp/err"
    done
    stream 3 '[0,2]' '[[0,9,0],[9,3,0]]' | logit2tag 2>/dev/null | msg2json | jq -e '.pred == [1,2,0] and .score[1] == null'
}

@test "logit2tag: --constrain --rule: the words' probabilities are those of the rule" {
    logits='[[20,0,0],[3,2,0],[0,4,9],[1,6,0]]'
    stream 2 '[0,1,1,1]' "$logits" | logit2tag --constrain | tags | grep -qx 'O O'
    stream 2 '[0,1,1,1]' "$logits" | logit2tag --constrain --rule max | tags | grep -qx 'O B-X'
    stream 2 '[0,1,1,1]' "$logits" | logit2tag --constrain --rule average | tags | grep -qx 'O B-X'
}

@test "logit2tag: --scheme: IOB1 begins with I, and B only separates neighbours" {
    stream 2 '[0,1]' '[[0,3,2],[0,9,0]]' | logit2tag --constrain --scheme iob1 | tags | grep -qx 'I-X B-X'
    stream 2 '[0,1]' '[[0,3,2],[0,9,0]]' | logit2tag --constrain | tags | grep -qx 'B-X B-X'
}

@test "logit2tag: --threshold: an entity whose mean probability is less becomes O as a whole" {
    # 0.576 and 0.576; then 0.99975 beside 0.576: mean 0.788
    weak='[[0,1,0],[0,0,1],[9,0,0]]' mixed='[[0,9,0],[0,0,1],[9,0,0]]'
    stream 3 '[0,1,2]' "$weak" | logit2tag --threshold 0.5 | tags | grep -qx 'B-X I-X O'
    stream 3 '[0,1,2]' "$weak" | logit2tag --threshold 0.6 | tags | grep -qx 'O O O'
    stream 3 '[0,1,2]' "$mixed" | logit2tag --threshold 0.7 | tags | grep -qx 'B-X I-X O'
    stream 3 '[0,1,2]' "$mixed" | logit2tag --threshold 0.8 | tags | grep -qx 'O O O'
    # then the score is that of O
    stream 3 '[0,1,2]' "$weak" | logit2tag --threshold 0.6 | msg2json | jq -e '(.score[0] - 0.21194156 | fabs) < 1e-6'
    # if one of two adjacent entities is removed, the other keeps to the scheme: IOB1 needs no B- after an O
    stream 2 '[0,1]' '[[0,0,1],[0,9,0]]' | logit2tag --constrain --scheme iob1 --threshold 0.7 | tags | grep -qx 'O I-X'
}

@test "logit2tag: --threshold: labels that are not tags of a scheme are compared one by one" {
    stream 2 '[0,1]' '[[0,1,0],[0,9,0]]' | LC_ALL=C sed 's/B-X/ADJ/; s/I-X/VRB/' | logit2tag --threshold 0.6 | tags | grep -qx 'O ADJ'
}

@test "logit2tag: options and labels that exclude one another" {
    run -1 --separate-stderr logit2tag --constrain <(stream 1 '[0]' '[[1,2,3]]' | LC_ALL=C sed 's/B-X/ADJ/')
    [ "$stderr" = "logit2tag: the label 'ADJ' is not a tag of iob2, so --constrain cannot tell which transitions are valid; see --scheme" ]
    run -1 --separate-stderr logit2tag --constrain --scheme bilou <(stream 1 '[0]' '[[1,2,3]]' | LC_ALL=C sed 's/I-X/E-X/')
    [ "$stderr" = "logit2tag: the label 'E-X' is not a tag of bilou, so --constrain cannot tell which transitions are valid; see --scheme" ]
    run -1 --separate-stderr logit2tag --threshold 0.5 <(stream 1 '[0]' '[[1,2,3]]' | LC_ALL=C sed 's/\xa1O/\xa1o/')
    [ "$stderr" = "logit2tag: --threshold makes unlikely tags O, and there is no label O" ]
    run -1 --separate-stderr logit2tag --constrain --scheme ioe2 <(stream 1 '[0]' '[[1,2,3]]' | LC_ALL=C sed 's/\xa1O\xa3B-X\xa3I-X/\xa3I-Y\xa3I-X\xa1o/; s/\xa1o/\xa3I-Z/')
    [[ $stderr == "logit2tag: record 1: no sequence of these labels for 1 words keeps to the scheme" ]]
    run -2 --separate-stderr logit2tag --unit piece --constrain
    [[ $stderr == "logit2tag: --constrain and --threshold are for words, not for --unit piece"* ]]
    run -2 --separate-stderr logit2tag --scheme iob2
    [[ $stderr == "logit2tag: --scheme goes with --constrain or --threshold"* ]]
    run -2 --separate-stderr logit2tag --threshold 1.5
    [[ $stderr == "logit2tag: --threshold 1.5: a probability is 1 at most"* ]]
}
