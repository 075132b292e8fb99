load ../support/common

need_shared() { [ -d "$SHARED/data" ] || skip "needs ../shared/data"; }
records() { msg2json | jq -c "$1"; }

@test "conll2msg: CoNLL-2003: sizes, label sets, the first sentence" {
    need_shared
    for s in train:14041 valid:3250 test:3453; do
        conll2msg "$SHARED/data/conll2003/${s%:*}.txt" >"$tmp/${s%:*}.msg"
        [ "$(msg2json "$tmp/${s%:*}.msg" | wc -l)" -eq "${s#*:}" ]
        # each split gives the three canonical label sets, whatever labels occur in it
        msg2json --header "$tmp/${s%:*}.msg" | head -n 1 | jq -c .labels >>"$tmp/labels"
    done
    [ "$(sort -u "$tmp/labels" | wc -l)" -eq 1 ]
    head -n 1 "$tmp/labels" | jq -e '(.pos_tags | length) == 47 and (.chunk_tags | length) == 23
    and .ner_tags == ["O","B-PER","I-PER","B-ORG","I-ORG","B-LOC","I-LOC","B-MISC","I-MISC"]'
    msgview -n 1 --field ner_tags "$tmp/train.msg" >"$tmp/view"
    grep -qx 'EU    rejects German call to boycott British lamb .' "$tmp/view"
    grep -qx 'B-ORG O       B-MISC O    O  O       B-MISC  O    O' "$tmp/view"
    msg2json "$tmp/train.msg" | tail -n 1 | jq -e '.doc == 945'
}

@test "conll2msg: IOB1 converted to IOB2 gives the tags that the field uses" {
    need_shared
    conll2msg --from iob1 --repair "$SHARED/data/conll2003/iob1/eng.train" 2>"$tmp/err" | records '[.tokens,.ner_tags,.chunk_tags]' >"$tmp/a"
    conll2msg "$SHARED/data/conll2003/train.txt" | records '[.tokens,.ner_tags,.chunk_tags]' | cmp - "$tmp/a"
    sed "s|$SHARED/data/conll2003/iob1/||" "$tmp/err" | cmp - <<'EOF'
conll2msg: eng.train:152428: ner_tags: B-MISC after O is invalid in iob1
conll2msg: eng.train:175436: ner_tags: B-MISC after O is invalid in iob1
conll2msg: 2 invalid transitions repaired
EOF
}

@test "conll2msg: WNUT's two columns and CoNLL-U" {
    need_shared
    [ "$(conll2msg "$SHARED/data/wnut17/wnut17train.conll" | msg2json | wc -l)" -eq 3394 ]
    conll2msg "$SHARED/data/wnut17/wnut17train.conll" | msg2json --header | head -n 1 |
        jq -e '.labels.ner_tags | length == 13 and .[0] == "O" and .[1] == "B-corporation" and .[2] == "I-corporation"'
    [ "$(conll2msg "$SHARED"/data/ud-ru-taiga/*train.conllu | msg2json | wc -l)" -eq 3138 ]
    conll2msg "$SHARED"/data/ud-ru-taiga/*train.conllu | msg2json --header | head -n 1 | jq -e '.labels.pos_tags | length == 17'
}

@test "conll2msg: a sentence ends at an empty line and at -DOCSTART-, documents are counted" {
    printf -- '-DOCSTART- -X- O O\n\na NN I-NP O\nb NN I-NP B-PER\n\n\nc NN O O\n-DOCSTART- -X- O O\nd NN O O\n' | conll2msg | records '[.id,.doc,.tokens]' >"$tmp/out"
    printf '[0,0,["a","b"]]\n[1,0,["c"]]\n[2,1,["d"]]\n' | cmp - "$tmp/out"
}

@test "conll2msg: each file begins a document, and ends a sentence" {
    printf 'a O\nb O' >"$tmp/1"
    printf 'c O\n' >"$tmp/2"
    conll2msg "$tmp/1" "$tmp/2" | records '[.doc,.tokens]' >"$tmp/out"
    printf '[0,["a","b"]]\n[1,["c"]]\n' | cmp - "$tmp/out"
}

@test "conll2msg: CR LF, a byte order mark, tabs, blanks at the end, no last newline" {
    printf '\xef\xbb\xbfa\tB-X\r\nb b\tI-X \r\n\r\nc\tO' | conll2msg --columns 1=tokens,2=ner_tags | records '.tokens' >"$tmp/out"
    printf '["a","b b"]\n["c"]\n' | cmp - "$tmp/out"
}

@test "conll2msg: CoNLL-U: ranges and empty nodes are not words, newdoc begins a document" {
    row() { printf '%s\t%s\t_\t%s\tX\t_\t_\t_\t_\t_\n' "$1" "$2" "$3"; }
    (echo '# newdoc'; echo '# text = im Haus'; row 1-2 im _; row 1 in ADP; row 2 dem DET; row 2.1 x VERB; row 3 Haus NOUN; echo
     echo '# newdoc id = 2'; row 1 ja INTJ; echo) >"$tmp/in.conllu"
    conll2msg "$tmp/in.conllu" | records '[.doc,.tokens,(.pos_tags|length)]' >"$tmp/out"
    printf '[0,["in","dem","Haus"],3]\n[1,["ja"],1]\n' | cmp - "$tmp/out"
    conll2msg -c 2=tokens,5=xpos_tags "$tmp/in.conllu" | msg2json --header | head -n 1 | jq -e '.labels.xpos_tags == ["X"]'
}

@test "conll2msg: CoNLL-U: XPOS is a field if it is not empty" {
    row() { printf '%s\t%s\t_\t%s\t%s\t_\t_\t_\t_\t_\n' "$1" "$2" "$3" "$4"; }
    (row 1 im ADP _; row 2 Haus NOUN NN) | conll2msg >"$tmp/with"
    msg2json --header "$tmp/with" | head -n 1 | jq -e '.labels.xpos_tags == ["NN","_"]'
    (row 1 im ADP _; row 2 Haus NOUN _) >"$tmp/empty.conllu"
    conll2msg "$tmp/empty.conllu" >"$tmp/without"
    msg2json --header "$tmp/without" | head -n 1 | jq -e '.fields == ["id","doc","tokens","pos_tags"]'
    # the other splits have the label sets of the training set
    (row 1 Haus NOUN NN) | conll2msg --labels-from "$tmp/without" | records 'has("xpos_tags")' | grep -qx false
    conll2msg --labels-from "$tmp/with" "$tmp/empty.conllu" | records .xpos_tags | grep -qxF '[1,1]'
}

@test "conll2msg: a message about the last sentence of a file names that file" {
    printf 'a O\nb I-X' >"$tmp/1"
    printf 'c O\n' >"$tmp/2"
    run -0 --separate-stderr conll2msg --from iob2 --repair "$tmp/1" "$tmp/2"
    [ "${stderr_lines[0]}" = "conll2msg: $tmp/1:2: ner_tags: I-X after O is invalid in iob2" ]
}

@test "conll2msg: --labels-from gives the ids of another stream, and streams" {
    printf 'a B-LOC\nb O\nc B-X\n' | conll2msg >"$tmp/train.msg"
    printf 'a O\nb B-X\n' | conll2msg --labels-from "$tmp/train.msg" | msg2json --header >"$tmp/out"
    head -n 1 "$tmp/out" | jq -e '.labels.ner_tags == ["O","B-LOC","B-X"]'
    sed -n 2p "$tmp/out" | jq -e '.ner_tags == [0,2]'
    printf 'a O\n\nb B-PER\n' >"$tmp/dev.txt"
    run -1 --separate-stderr conll2msg --labels-from "$tmp/train.msg" "$tmp/dev.txt"
    [[ $stderr == "conll2msg: $tmp/dev.txt:3: the label 'B-PER' of ner_tags is not among the 3 that --labels-from gives"* ]]
}

@test "conll2msg: every scheme to every other and back" {
    printf 'a B-X\nb I-X\nc B-X\nd O\ne B-Y\nf B-X\n\ng O\nh B-Y\n' >"$tmp/in"
    conll2msg "$tmp/in" | msg2json --names --fields ner_tags >"$tmp/want"
    for scheme in iob1 iob2 ioe1 ioe2 iobes bilou; do
        conll2msg --from iob2 --scheme $scheme "$tmp/in" | msg2json --names | jq -r '(range(.tokens | length) as $i | "\(.tokens[$i]) \(.ner_tags[$i])"), ""' >"$tmp/$scheme"
        for other in iob1 iob2 ioe1 ioe2 iobes bilou; do
            conll2msg --from $scheme --scheme $other "$tmp/$scheme" | msg2conll -f tokens,ner_tags >"$tmp/other"
            conll2msg --from $other "$tmp/other" | msg2json --names --fields ner_tags | cmp - "$tmp/want"
        done
    done
    [ "$(tr '\n' ' ' <"$tmp/iobes")" = "a B-X b E-X c S-X d O e S-Y f S-X  g O h S-Y  " ]
    [ "$(tr '\n' ' ' <"$tmp/iob1")" = "a I-X b I-X c B-X d O e I-Y f I-X  g O h I-Y  " ]
}

@test "conll2msg: every invalid transition is reported with its line, and counted; without --repair they are an error" {
    printf 'a NN I-NP I-X\nb NN B-NP O\n\nc NN O I-X\nd NN O I-Y\n' >"$tmp/in"
    for labels in '' "--labels-from=$tmp/repaired.msg"; do      # without and with a stream that is written as it is read
        run -1 --separate-stderr conll2msg --from iob2 $labels "$tmp/in"
        [[ $output != *records* ]]
        [ "$stderr" = "conll2msg: $tmp/in:1: chunk_tags: I-NP at the start of the sentence is invalid in iob2
conll2msg: $tmp/in:1: ner_tags: I-X at the start of the sentence is invalid in iob2
conll2msg: $tmp/in:4: ner_tags: I-X at the start of the sentence is invalid in iob2
conll2msg: $tmp/in:5: ner_tags: I-Y after I-X is invalid in iob2
conll2msg: 4 invalid transitions; --repair repairs them as conlleval reads them" ]
        run -0 --separate-stderr bash -c 'conll2msg --from iob2 --repair "$1" >"$2"' sh "$tmp/in" "$tmp/repaired.msg"
        [ "${stderr_lines[4]}" = "conll2msg: 4 invalid transitions repaired" ]
    done
    msg2json --names --fields chunk_tags,ner_tags "$tmp/repaired.msg" >"$tmp/out"
    printf '%s\n' '{"chunk_tags":["B-NP","B-NP"],"ner_tags":["B-X","O"]}' '{"chunk_tags":["O","O"],"ner_tags":["B-X","B-Y"]}' | cmp - "$tmp/out"
    # a repaired sequence has no invalid transition in its own scheme
    for from in iob1 ioe1 ioe2 iobes bilou; do
        declare -A invalid=([iob1]='B-X O B-X' [ioe1]='E-X O E-X' [ioe2]='I-X O I-X' [iobes]='B-X O I-X' [bilou]='I-X O L-X')
        printf '%s\n' ${invalid[$from]} | sed 's/^/w /' >"$tmp/in"
        run -1 conll2msg --from $from "$tmp/in"
        conll2msg --from $from --scheme $from --repair "$tmp/in" 2>"$tmp/err" | msg2conll -f tokens,ner_tags >"$tmp/repaired"
        conll2msg --from $from --scheme $from "$tmp/repaired" >"$tmp/out"
    done
}

@test "conll2msg: --scheme and --repair need the scheme of the files" {
    run -2 conll2msg --scheme iob1 /dev/null
    [[ $output == *"--scheme needs --from"* ]]
    run -2 conll2msg --repair /dev/null
    [[ $output == *"--repair needs --from"* ]]
}

@test "conll2msg: tags without a type keep their form in every scheme and back" {
    printf 'chronic B\nasthma I\nflu B\n. O\n\nflu B-\nand I-\ncold B-\n' >"$tmp/bare"
    for scheme in iob1 iob2 ioe1 ioe2 iobes bilou; do
        conll2msg -c 1=tokens,2=ner_tags --from iob2 --scheme "$scheme" "$tmp/bare" | msg2conll -f tokens,ner_tags >"$tmp/$scheme"
        conll2msg -c 1=tokens,2=ner_tags --from "$scheme" "$tmp/$scheme" | msg2conll -f tokens,ner_tags >"$tmp/out"
        diff <(cat "$tmp/bare"; echo) "$tmp/out"
        conll2msg -c 1=tokens,2=ner_tags "$tmp/bare" | msg2conll -f tokens,ner_tags --scheme "$scheme" | diff "$tmp/$scheme" -
    done
    grep -qx 'asthma E' "$tmp/iobes"
    grep -qx 'cold U-' "$tmp/bilou"
    conll2msg -c 1=tokens,2=ner_tags "$tmp/bare" | msg2json --header | head -n 1 | jq -ce '.labels.ner_tags == ["O","B","B-","I","I-"]'
    run -1 --separate-stderr conll2msg --from iob2 <(printf 'a O\nb I\n')
    [[ ${stderr_lines[0]} == *":2: ner_tags: I after O is invalid in iob2" ]]
    run -1 --separate-stderr conll2msg --from iob2 <(printf 'a S\n')
    [[ $stderr == *":1: the tag 'S' is not one of iob2" ]]
}

@test "conll2msg: labels in a fixed order: O, then by type" {
    printf 'a I-b\nb O\nc B-b\nd B-a\n' | conll2msg | msg2json --header | head -n 1 | jq -e '.labels.ner_tags == ["O","B-a","B-b","I-b"]'
}

@test "conll2msg: bad files are named with their line, exit 1, no trailer" {
    bad() { # EXPECTED-MESSAGE [OPTION...] (file in $tmp/bad)
        want=$1
        shift
        run -1 --separate-stderr conll2msg "$@" "$tmp/bad"
        [ "$stderr" = "conll2msg: $tmp/bad$want" ] || { echo "got: $stderr"; false; }
        [ -z "$output" ]
    }
    printf 'a NN I-NP O\nb NN\n' >"$tmp/bad"
    bad ":2: 2 columns, but column 4 is asked for (ner_tags)"
    printf 'a O\nb\xff O\n' >"$tmp/bad"
    bad ":2: invalid UTF-8: byte 0xff at column 2; convert the file first, for example with iconv"
    printf 'a O\nb\0 O\n' >"$tmp/bad"
    bad ":2: a NUL byte: this is not text"
    : >"$tmp/bad"
    bad " is empty"
    printf '\n\n' >"$tmp/bad"
    bad ": no sentence in it"
    printf 'a\t\tO\n' >"$tmp/bad"
    bad ":1: column 2 (ner_tags) is empty" -c 1=tokens,2=ner_tags
    printf 'a b c d e f\n' >"$tmp/bad"
    bad ":1: 6 columns; say what they are, for example with -c 1=tokens,6=ner_tags"
    printf 'a X-PER\n' >"$tmp/bad"
    bad ":1: the tag 'X-PER' is not one of iob2" --from iob2
    run -1 --separate-stderr conll2msg "$tmp/nothing-here"
    [ "$stderr" = "conll2msg: cannot open $tmp/nothing-here: No such file or directory" ]
}
