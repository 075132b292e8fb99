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
    for scheme in iob1 iob2 ioe1 ioe2 iobes bilou bmes; do
        conll2msg --from iob2 --scheme $scheme "$tmp/in" | msg2json --names | jq -r '(range(.tokens | length) as $i | "\(.tokens[$i]) \(.ner_tags[$i])"), ""' >"$tmp/$scheme"
        for other in iob1 iob2 ioe1 ioe2 iobes bilou bmes; do
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
conll2msg: 4 invalid transitions; --repair begins a new entity at each, as conlleval does" ]
        run -0 --separate-stderr bash -c 'conll2msg --from iob2 --repair "$1" >"$2"' sh "$tmp/in" "$tmp/repaired.msg"
        [ "${stderr_lines[4]}" = "conll2msg: 4 invalid transitions repaired" ]
    done
    msg2json --names --fields chunk_tags,ner_tags "$tmp/repaired.msg" >"$tmp/out"
    printf '%s\n' '{"chunk_tags":["B-NP","B-NP"],"ner_tags":["B-X","O"]}' '{"chunk_tags":["O","O"],"ner_tags":["B-X","B-Y"]}' | cmp - "$tmp/out"
    # a repaired sequence has no invalid transition in its own scheme
    for from in iob1 ioe1 ioe2 iobes bilou bmes; do
        declare -A invalid=([iob1]='B-X O B-X' [ioe1]='E-X O E-X' [ioe2]='I-X O I-X' [iobes]='B-X O I-X' [bilou]='I-X O L-X' [bmes]='B-X O M-X')
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

@test "conll2msg: --from converts fields of any name; one must have tags of the scheme" {
    printf 'a NN I-X\nb NN I-X\n' >"$tmp/iob1"
    conll2msg -c 1=tokens,3=mine --from iob1 "$tmp/iob1" | msg2json --names -f mine | grep -qx '{"mine":\["B-X","I-X"\]}'
    conll2msg -c 1=tokens,2=pos_tags,3=mine --from iob1 "$tmp/iob1" | msg2json --names -f mine | grep -qx '{"mine":\["B-X","I-X"\]}'
    run -1 --separate-stderr conll2msg -c 1=tokens,2=pos_tags --from iob1 "$tmp/iob1"
    [[ $stderr == *"the tag 'NN' of pos_tags is not one of iob1; see -c" ]]
    run -1 --separate-stderr conll2msg -c 1=tokens,2=pos_tags,3=xpos_tags --from iob1 <(sed 's/I-X/VB/' "$tmp/iob1")
    [[ $stderr == *": no field has tags of iob1; see -c" ]]
}

@test "conll2msg: tags without a type keep their form in every scheme and back" {
    printf 'chronic B\nasthma I\nflu B\n. O\n\nflu B-\nand I-\ncold B-\n' >"$tmp/bare"
    for scheme in iob1 iob2 ioe1 ioe2 iobes bilou bmes; do
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
    [[ $stderr == *":1: the tag 'S' of ner_tags is not one of iob2; see -c" ]]
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
    bad ":2: 2 columns, but the first row (line 1) has 4"
    printf 'a O\nb\xff O\n' >"$tmp/bad"
    bad ":2: invalid UTF-8: byte 0xff at column 2; convert the file first, for example with iconv"
    printf 'a O\nb\0 O\n' >"$tmp/bad"
    bad ":2: a NUL byte: this is not text"
    : >"$tmp/bad"
    bad " is empty"
    printf '\n\n' >"$tmp/bad"
    bad ": no sentence in it"
    printf 'a\t\tO\n' >"$tmp/bad"
    bad ":1: column 2 (ner_tags) is empty; a row is cut at each tab: tr -s '\\t' makes one of several" -c 1=tokens,2=ner_tags
    printf 'a b c d e f\n' >"$tmp/bad"
    bad ":1: 6 columns; say what they are, for example with -c 1=tokens,6=ner_tags"
    printf 'a X-PER\n' >"$tmp/bad"
    bad ":1: the tag 'X-PER' of ner_tags is not one of iob2; see -c" --from iob2
    run -1 --separate-stderr conll2msg "$tmp/nothing-here"
    [ "$stderr" = "conll2msg: cannot open $tmp/nothing-here: No such file or directory" ]
}

# ---- files as people have them ----

as_json() { conll2msg "$@" | msg2json --names; }
is() { # JSON-LINE... : what as_json has given, in $output
    [ "$output" = "$(printf '%s\n' "$@")" ] || { printf 'got:\n%s\n' "$output"; false; }
}
gives() { # FILE-CONTENT [OPTION...] : in $output
    printf "$1" >"$tmp/in"
    shift
    run -0 --separate-stderr as_json "$@" "$tmp/in"
}
refuses() { # FILE-CONTENT MESSAGE [OPTION...]
    printf "$1" >"$tmp/in"
    want=$2
    shift 2
    run -1 --separate-stderr conll2msg "$@" "$tmp/in"
    [[ $stderr == "conll2msg: $tmp/in$want"* ]] || { echo "got: $stderr"; false; }
}

@test "conll2msg: a comment is a line '# ...' between sentences with another number of columns" {
    gives '# id 1a2b\tdomain=en\nthe _ _ O\nfoo _ _ B-CW\n\n# id 2\tdomain=de\nbar _ _ O\n' -c 1=tokens,4=ner_tags
    is '{"id":0,"doc":0,"tokens":["the","foo"],"ner_tags":["O","B-CW"]}' '{"id":1,"doc":0,"tokens":["bar"],"ner_tags":["O"]}'
    gives '# some words\n\n#\n# more\na\tO\nb\tB-X\n\n# other words\nc\tO\n\n#\tn-tv.de\t[2005]\nd\tO\n'
    is '{"id":0,"doc":0,"tokens":["a","b"],"ner_tags":["O","B-X"]}' '{"id":1,"doc":0,"tokens":["c"],"ner_tags":["O"]}' \
        '{"id":2,"doc":0,"tokens":["d"],"ner_tags":["O"]}'
}

@test "conll2msg: '# key = value' is a comment at every place between sentences" {
    gives '# sent_id = s1\n# text = a b\na\tO\nb\tB-X\n\n# sent_id = s2\n# text = c\td\nc\tO\n'
    is '{"id":0,"doc":0,"tokens":["a","b"],"ner_tags":["O","B-X"]}' '{"id":1,"doc":0,"tokens":["c"],"ner_tags":["O"]}'
    gives 'a b c d\n\n# sent_id = s2\nx b c d\n' # as many columns as the rows
    [ "${#lines[@]}" -eq 2 ]
    [[ ${lines[1]} == *'"tokens":["x"]'* ]]
    gives 'a b O\n\n# id: 7\nx b O\n\n# domain=en\ny b O\n'
    [ "${#lines[@]}" -eq 3 ]
    [[ ${lines[1]} == *'"tokens":["x"]'* ]]
    gives 'a O\n\n# domain=en\ny O\n\n# O\n'
    [ "${#lines[@]}" -eq 3 ]
    gives '# newdoc\na O\n\n# newdoc id = x\nb O\n'
    is '{"id":0,"doc":0,"tokens":["a"],"ner_tags":["O"]}' '{"id":1,"doc":1,"tokens":["b"],"ner_tags":["O"]}'
}

@test "conll2msg: '#' is a word, too" {
    gives '#tag O\n# O\nfoo O\n\n# B-X\n\n#1 I-X\n'
    is '{"id":0,"doc":0,"tokens":["#tag","#","foo"],"ner_tags":["O","O","O"]}' \
        '{"id":1,"doc":0,"tokens":["#"],"ner_tags":["B-X"]}' '{"id":2,"doc":0,"tokens":["#1"],"ner_tags":["I-X"]}'
    gives '# O\nfoo O\n'
    is '{"id":0,"doc":0,"tokens":["#","foo"],"ner_tags":["O","O"]}'
    gives '# O\n'
    is '{"id":0,"doc":0,"tokens":["#"],"ner_tags":["O"]}'
    gives '#\tO\nfoo\tO\n'
    is '{"id":0,"doc":0,"tokens":["#","foo"],"ner_tags":["O","O"]}'
    gives '#\nfoo\n'
    is '{"id":0,"doc":0,"tokens":["#","foo"]}'
    refuses '# words alone here\n' ': no sentence in it'
}

@test "conll2msg: --comments decides" {
    gives 'a O\n# b\nc O\n\n# O\nd O\n' --comments yes
    is '{"id":0,"doc":0,"tokens":["a","c"],"ner_tags":["O","O"]}' '{"id":1,"doc":0,"tokens":["d"],"ner_tags":["O"]}'
    gives '#b O\n' --comments yes
    is '{"id":0,"doc":0,"tokens":["#b"],"ner_tags":["O"]}'
    gives '# newdoc\na O\n' --comments no
    is '{"id":0,"doc":0,"tokens":["#","a"],"ner_tags":["newdoc","O"]}'
    refuses 'a O\n\n# key = value\n' ':3: 4 columns, but the first row (line 1) has 2' --comments no
    refuses 'a O\n# b c\nd O\n' ':2: 3 columns, but the first row (line 1) has 2; if it is a comment, say --comments yes'
}

@test "conll2msg: fields of comments: id, text, documents and others" {
    gives '# newdoc id = d1\n# sent_id = s1\n# text = a b\na O\nb O\n\n# sent_id = s2\n# text = c\nc O\n' \
        -c '#sent_id=id,#text=text,#newdoc=doc_id'
    is '{"id":"s1","doc":0,"tokens":["a","b"],"ner_tags":["O","O"],"text":"a b","doc_id":"d1"}' \
        '{"id":"s2","doc":0,"tokens":["c"],"ner_tags":["O"],"text":"c","doc_id":"d1"}'
    gives '# id 1\tdomain=en\na _ _ O\n\n# id 2\tdomain=de\nb _ _ O\n' -c '1=tokens,4=ner_tags,#id=id,#domain=domain'
    is '{"id":"1","doc":0,"tokens":["a"],"ner_tags":["O"],"domain":"en"}' '{"id":"2","doc":0,"tokens":["b"],"ner_tags":["O"],"domain":"de"}'
    refuses '# sent_id = s1\na O\n\nb O\n' ":4: no comment '# sent_id' before this sentence, which is asked for (id)" -c '#sent_id=id'
    for wrong in '#x=tokens' '#x=doc' 1=id,2=tokens '#=id' '#x=' '#x=a,#y=a'; do
        run -2 conll2msg -c "$wrong" /dev/null
    done
}

@test "conll2msg: a row of another width is an error with both numbers" {
    refuses 'in O\nNew York B-LOC\ntoday O\n' ':2: 3 columns, but the first row (line 1) has 2'
    refuses 'a O\n\n\nNew York B-LOC\n' ':4: 3 columns, but the first row (line 1) has 2'
    printf '%s\n' '-X- _ O' 'a NN I-NP B-X' >"$tmp/in"
    run -1 --separate-stderr conll2msg "$tmp/in"
    [ "$stderr" = "conll2msg: $tmp/in:2: 4 columns, but the first row (line 1) has 3" ]
    refuses '1 10 000 c d e f g h i j\n' ':1: 11 columns; CoNLL-U has 10' --format conllu -c 2=tokens
    refuses '1\ta\t_\tX\t_\t_\t_\t_\t_\t_\n2\tb\t_\tX\n' ':2: 4 columns; CoNLL-U has 10, separated by tabs'
    printf 'a O\n' >"$tmp/first"
    printf 'b X O\n' >"$tmp/in"
    run -1 --separate-stderr conll2msg "$tmp/first" "$tmp/in"
    [ "$stderr" = "conll2msg: $tmp/in:1: 3 columns, but the first row ($tmp/first:1) has 2" ]
}

@test "conll2msg: rows of tabs are cut at tabs alone; a delimiter at the end is no column; blanks around labels go" {
    gives 'New York\t B-LOC \nin\tO\t\n10 000\tO\t\t\n'
    is '{"id":0,"doc":0,"tokens":["New York","in","10 000"],"ner_tags":["B-LOC","O","O"]}'
    refuses 'a\tO\nin the\n' ':2: 1 column, but the first row (line 1) has 2'
    refuses 'a\tO\nin O\n' ':2: 1 column, but the first row (line 1) has 2'
    gives 'a\tO\tnote\nb\tB-X\t\n' -c 1=tokens,2=ner_tags
    is '{"id":0,"doc":0,"tokens":["a","b"],"ner_tags":["O","B-X"]}'
    refuses 'a\tO\nb\t \n' ':2: column 2 (ner_tags) is empty'
    refuses 'a\tO\n\tO\n' ':2: column 1 (tokens) is empty'
    gives 'a O  \nb   B-X\n'
    is '{"id":0,"doc":0,"tokens":["a","b"],"ner_tags":["O","B-X"]}'
}

@test "conll2msg: a CR inside of a line is an error" {
    refuses 'a O\rb O\r' ":1: a CR inside of the line; if CR ends the lines of the file, convert it first: tr"
    refuses 'a O\nb\r O\n' ':2: a CR inside of the line'
    gives 'a O\r\nb O\r\r\n'
    is '{"id":0,"doc":0,"tokens":["a","b"],"ner_tags":["O","O"]}'
}

@test "conll2msg: CSV: a header line, quotes, sentences by a column or by empty rows" {
    gives 'Sentence #,Word,POS,Tag\nSentence: 1,Thousands,NNS,O\n,of,IN,O\n,"""",X,O\n,",",X,O\nSentence: 2,London,NNP,B-geo\n' --format csv
    is '{"id":0,"doc":0,"tokens":["Thousands","of","\"",","],"pos_tags":["NNS","IN","X","X"],"ner_tags":["O","O","O","O"]}' \
        '{"id":1,"doc":0,"tokens":["London"],"pos_tags":["NNP"],"ner_tags":["B-geo"]}'
    gives '\xef\xbb\xbf"token"\t"tag"\r\nEU\tB-ORG\r\n\t\r\n"x y"\tO\r\n\r\nz\t O \r\n' --format csv
    is '{"id":0,"doc":0,"tokens":["EU"],"ner_tags":["B-ORG"]}' '{"id":1,"doc":0,"tokens":["x y"],"ner_tags":["O"]}' \
        '{"id":2,"doc":0,"tokens":["z"],"ner_tags":["O"]}'
    gives 'doc;sent;Wort;Etikett;"lange\nNotiz"\n1;1;EU;B-ORG;"a;\nb"\n1;1;x;O;\n1;2;y;O;\n2;2;z;O;\n' --format csv -c wort=tokens,Etikett=ner_tags,sent=sentence,doc=doc
    is '{"id":0,"doc":0,"tokens":["EU","x"],"ner_tags":["B-ORG","O"]}' '{"id":1,"doc":0,"tokens":["y"],"ner_tags":["O"]}' \
        '{"id":2,"doc":1,"tokens":["z"],"ner_tags":["O"]}'
    gives 'EU,B-ORG\nx,O\n' --format csv -c 1=tokens,2=ner_tags # no header line
    is '{"id":0,"doc":0,"tokens":["EU","x"],"ner_tags":["B-ORG","O"]}'
    printf 'tag,word\nO,a\n' >"$tmp/1"
    printf 'word,tag\nb,B-X\n' >"$tmp/2"
    run -0 as_json --format csv "$tmp/1" "$tmp/2"
    is '{"id":0,"doc":0,"tokens":["a"],"ner_tags":["O"]}' '{"id":1,"doc":1,"tokens":["b"],"ner_tags":["B-X"]}'
}

@test "conll2msg: CSV: what is no row is named with its line" {
    refuses 'Word,Tag\na,O\nb\n' ':3: 1 column, but the first row (line 1) has 2' --format csv
    refuses 'Word,Tag\n"a,O\nb,O\n' ':2: a quotation mark opens a value here, and none closes it' --format csv
    refuses 'Word\tTag\n"\tO\na\tO\n"\tO\n' ':2: a quoted value with whole rows in it; if a quotation mark is a word here' --format csv
    refuses 'Word,Tag\n"a"b,O\n' ':2: text after a closing quotation mark' --format csv
    refuses 'Word,Tag\na,\n' ':2: column 2 (ner_tags) is empty' --format csv
    refuses 'Wort,Etikett\na,O\n' ":1: no column of words is known among 'Wort', 'Etikett'; name the columns: -c NAME=tokens,NAME=ner_tags" --format csv
    refuses 'Word,Tag,Label\na,O,O\n' ":1: both 'Tag' and 'Label' may be ner_tags" --format csv
    refuses 'Word,Tag\na,O\n' ":1: no column 'NER' among 'Word', 'Tag'" --format csv -c Word=tokens,NER=ner_tags
    refuses 'Wort,Art\na,X\n' ":1: is this a header line: 'Wort', 'Art'?" --format csv -c 1=tokens,2=pos_tags
    refuses "tokens,tags\n\"['a', 'b']\",\"[0, 1]\"\n" ':2: column 1 (tokens) is a list; a row has one token' --format csv
    refuses 'Word,Tag\n\n\n' ': no sentence in it' --format csv
    run -2 conll2msg -c Word=tokens "$tmp/in"
}

@test "conll2msg: CoNLL-U: labels in MISC" {
    row() { printf '%s\t%s\t_\tX\t_\t_\t_\t_\t_\t%s\n' "$@"; }
    { row 1 Ada 'name=B-PER|SpaceAfter=No'; row 2 Lane 'SpaceAfter=No|name=I-PER'; row 3 . _; row 4 x 'rename=B-X'; } >"$tmp/in.conllu"
    run -0 as_json -c 2=tokens,10.name=ner_tags "$tmp/in.conllu"
    is '{"id":0,"doc":0,"tokens":["Ada","Lane",".","x"],"ner_tags":["B-PER","I-PER","O","O"]}'
    run -1 --separate-stderr conll2msg -c 2=tokens,10.nmae=ner_tags "$tmp/in.conllu"
    [ "$stderr" = "conll2msg: $tmp/in.conllu: no row has 'nmae=' in column 10 (ner_tags)" ]
}

@test "conll2msg: CoNLL-2012: documents, words, parentheses" {
    printf '%s\n' '#begin document (bc/x); part 000' 'bc/x 0 0 Ada NNP (TOP* - - - sp (PERSON* * (1' 'bc/x 0 1 Lane NNP * - - - sp *) * 1)' \
        'bc/x 0 2 met VBD * meet 01 1 sp * (V*) -' '' 'bc/x 0 0 Paris NNP (TOP* - - - sp (GPE) -' 'bc/x 0 1 now RB * - - - sp (DATE*) -' '' \
        '#end document' '#begin document (bc/y); part 000' 'bc/y 0 0 . . (TOP* - - - sp * -' '' '#end document' >"$tmp/in"
    run -0 --separate-stderr as_json "$tmp/in"
    is '{"id":0,"doc":0,"tokens":["Ada","Lane","met"],"pos_tags":["NNP","NNP","VBD"],"ner_tags":["B-PERSON","I-PERSON","O"]}' \
        '{"id":1,"doc":0,"tokens":["Paris","now"],"pos_tags":["NNP","RB"],"ner_tags":["B-GPE","B-DATE"]}' \
        '{"id":2,"doc":1,"tokens":["."],"pos_tags":["."],"ner_tags":["O"]}'
    [ "$(conll2msg --from iob2 --scheme iobes -c 4=tokens,11=ner_tags "$tmp/in" | msg2json -n -f ner_tags | head -n 1)" = '{"ner_tags":["B-PERSON","E-PERSON","O"]}' ]
    refuses 'd 0 0 a X * - - - s (P* -\n' ":1: the entity 'P' does not end in its sentence" --format conll2012
    refuses 'd 0 0 a X * - - - s *) -\n' ":1: '*)' ends an entity, and none has begun" --format conll2012
    refuses 'd 0 0 a X * - - - s (P* -\nd 0 0 a X * - - - s (Q) -\n' ":2: an entity begins inside of another: '(Q)'" --format conll2012
    refuses 'd 0 0 a X * - - - s B-P -\n' ":1: 'B-P' is not one of (TYPE*, *, *) and (TYPE)" --format conll2012
    refuses 'd 0 0 a X * - - - s * -\nd 0 0 a X * - - - s * * -\n' ':2: 13 columns, but the first row (line 1) has 12' --format conll2012
}

@test "conll2msg: sentences and documents by a column" {
    gives '1\ta\tO\n1\tb\tB-X\n2\tc\tO\n' -c 1=sentence,2=tokens,3=ner_tags
    is '{"id":0,"doc":0,"tokens":["a","b"],"ner_tags":["O","B-X"]}' '{"id":1,"doc":0,"tokens":["c"],"ner_tags":["O"]}'
    gives 'x a\nx b\ny c\n' -c 1=doc,2=tokens
    is '{"id":0,"doc":0,"tokens":["a","b"]}' '{"id":1,"doc":1,"tokens":["c"]}'
}

@test "conll2msg: a file without empty lines is named" {
    seq 1500 | sed 's/.*/w& O/' >"$tmp/in"
    run -0 --separate-stderr as_json "$tmp/in"
    [ "$stderr" = "conll2msg: $tmp/in:1: one sentence of 1500 words; are the empty lines missing?" ]
}

@test "conll2msg: files of other kinds are named with the tool that reads them" {
    refuses '{"tokens":["a"],"ner_tags":[0]}\n' ':1: this looks like JSON: json2msg reads it'
    refuses '[{"text": "a", "label": []}]\n' ':1: this looks like JSON: json2msg reads it'
    refuses '[\n  {\n    "text": "a"\n  }\n]\n' ':1: this looks like JSON: json2msg reads it'
    refuses 'Sentence #,Word,POS,Tag\nSentence: 1,a,X,O\n' ':1: this looks like the header line of a CSV file: --format csv reads it'
    refuses '"Word";"Tag"\n"a";"O"\n' ':1: this looks like the header line of a CSV file'
    refuses 'EU,B-ORG\nx,O\n' ':1: this looks like a row of CSV: --format csv -c 1=tokens,2=ner_tags reads it'
    refuses 'Word\tTag\nEU\tB-ORG\n' ':1: this row looks like names of columns: --format csv reads'
    refuses 'word tag\nEU B-ORG\n' ':1: this row looks like names of columns' -c 1=tokens,2=ner_tags
    refuses 'T1\tPER 0 4\tAcme\n' ':1: this looks like annotations of brat: brat2msg reads them'
    refuses '<?xml version="1.0"?>\n' ':1: this looks like XML'
    gives 'Word Tag\nEU B-ORG\n' --format columns
    is '{"id":0,"doc":0,"tokens":["Word","EU"],"ner_tags":["Tag","B-ORG"]}'
    gives '{ O\n[ O\n'
    is '{"id":0,"doc":0,"tokens":["{","["],"ner_tags":["O","O"]}'
    refuses '\x1f\x8b\x08\x00' ' is compressed by gzip; unpack it first: gzip -dc'
    refuses '\xff\xfea\x00' ' is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8'
    echo a | conll2msg >"$tmp/stream"
    run -1 --separate-stderr conll2msg "$tmp/stream"
    [ "$stderr" = "conll2msg: $tmp/stream is a stream already: wptok, msgview, msg2json and the other filters read it" ]
}

@test "conll2msg: --labels, and --labels-from a model" {
    printf 'a B-X\nb O\n' >"$tmp/in"
    conll2msg --labels O,B-X,B-Y "$tmp/in" | msg2json --header | head -n 2 | jq -se '.[0].labels.ner_tags == ["O","B-X","B-Y"] and .[1].ner_tags == [1,0]'
    printf 'B-X\r\nO\n' >"$tmp/names"
    conll2msg -l "@$tmp/names" "$tmp/in" | msg2json --header | head -n 1 | jq -e '.labels.ner_tags == ["B-X","O"] and .history[0].args[1] == "@names"'
    printf 'a N B B-X\n' >"$tmp/four" # the label sets of the other fields are collected
    conll2msg --labels ner_tags=B-X,O --labels "pos_tags=@$tmp/names" "$tmp/four" >"$tmp/out" 2>"$tmp/err" && false
    [ "$(cat "$tmp/err")" = "conll2msg: $tmp/four:1: the label 'N' of pos_tags is not among the 2 that --labels gives" ]
    conll2msg --labels B-X,O "$tmp/four" | msg2json --header | head -n 1 | jq -e '.labels == {"pos_tags":["N"],"chunk_tags":["B"],"ner_tags":["B-X","O"]}'
    bertinit --from "$ROOT/tests/golden/train/model" --labels O,B-X -o "$tmp/model" 2>"$tmp/err"
    conll2msg --labels-from "$tmp/model" "$tmp/in" | msg2json | jq -e '.ner_tags == [1,0]'
    printf 'a O\n\nb B-Z\n' >"$tmp/other"
    run -1 --separate-stderr conll2msg --labels O,B-X "$tmp/other"
    [ "$stderr" = "conll2msg: $tmp/other:3: the label 'B-Z' of ner_tags is not among the 2 that --labels gives" ]
    run -1 --separate-stderr conll2msg --labels chunk_tags=O "$tmp/in"
    [ "$stderr" = "conll2msg: no column 'chunk_tags', of which --labels gives the names" ]
    for wrong in --labels=x= --labels=x=O,O --labels=O,,X --labels=O,O; do run -2 conll2msg "$wrong" "$tmp/in"; done
    run -2 conll2msg --labels O,X --labels-from "$tmp/model" "$tmp/in"
}

@test "conll2msg: --from is for every field whose tags mark entities" {
    gives 'a O NN I-X\nb I-X O O\n\nc I-X B-X I-Y\n' --from iob1 -c 1=tokens,2=tags,3=fine_tags,4=nested_tags
    is '{"id":0,"doc":0,"tokens":["a","b"],"tags":["O","B-X"],"fine_tags":["NN","O"],"nested_tags":["B-X","O"]}' \
        '{"id":1,"doc":0,"tokens":["c"],"tags":["B-X"],"fine_tags":["B-X"],"nested_tags":["B-Y"]}'
    refuses 'a I-X\nb NN\n' ":2: the tag 'NN' of tags is not one of iob1; see -c" --from iob1 -c 1=tokens,2=tags
}

@test "conll2msg: a file in another scheme: ten lines, a count, and the scheme" {
    for _ in {1..30}; do printf 'a I-X\nb I-X\nc O\n\n'; done >"$tmp/in"
    run -1 --separate-stderr conll2msg --from iob2 "$tmp/in"
    [ "${#stderr_lines[@]}" -eq 11 ]
    [ "${stderr_lines[10]}" = "conll2msg: 30 invalid transitions; --repair begins a new entity at each, as conlleval does; the tags look like iob1" ]
}

@test "conll2msg: a tab at the end of rows that are cut at blanks" {
    gives 'EU NNP B-NP B-ORG\t\nx X O O\t\n' -c 1=tokens,4=ner_tags
    is '{"id":0,"doc":0,"tokens":["EU","x"],"ner_tags":["B-ORG","O"]}'
    gives 'a O\nb O\t\n'
    is '{"id":0,"doc":0,"tokens":["a","b"],"ner_tags":["O","O"]}'
    refuses 'New York\t\ntoday\tO\n' ':2: a row with tabs, but the first row (line 1) has one at its end only, and was cut at blanks'
}

@test "conll2msg: columns in another order than supposed are named with the option that reads them" {
    refuses '0\tThe\tO\n1\tIBM\tB-ORG\n' ':1: the words are the numbers 0, 1, ...; if this column counts words, name the others: -c 2=tokens,3=ner_tags'
    refuses '#\thttp://x\t[2009-10-17]\n1\tA\tO\tO\n2\tFoo\tB-LOC\tO\n' ':2: the words are the numbers 1, 2, ...'
    gives '#\thttp://x\t[2009-10-17]\n1\tA\tO\tO\n2\tFoo\tB-LOC\tO\n' -c 2=tokens,3=ner_tags
    is '{"id":0,"doc":0,"tokens":["A","Foo"],"ner_tags":["O","B-LOC"]}'
    gives '1 O\n2 O\n' -c 1=tokens,2=ner_tags
    is '{"id":0,"doc":0,"tokens":["1","2"],"ner_tags":["O","O"]}'
    refuses 'O\tEveryone\nO\tknows\nB-PER\tJohn\n' ':1: the words are tags (O, O, ...), and their labels are not; if tags come first, say -c 2=tokens,1=ner_tags'
    gives 'O\tEveryone\nB-PER\tJohn\n' -c 2=tokens,1=ner_tags
    is '{"id":0,"doc":0,"tokens":["Everyone","John"],"ner_tags":["O","B-PER"]}'
    gives 'O O\nO O\n'
    is '{"id":0,"doc":0,"tokens":["O","O"],"ner_tags":["O","O"]}'
}

@test "conll2msg: CoNLL-U Plus names its columns; #sent_id without a blank; ids count" {
    gives '# global.columns = ID FORM UPOS X:NER\n# sent_id = 1\n1-2\tAb\t_\t_\n1\tA\tDET\tO\n2\tb\tNOUN\tB-PER\n'
    is '{"id":0,"doc":0,"tokens":["A","b"],"pos_tags":["DET","NOUN"],"ner_tags":["O","B-PER"]}'
    refuses '# global.columns = ID FORM NER\n1\tA\tDET\tO\n' ':2: 4 columns; CoNLL-U has 3, separated by tabs'
    row() { printf '%s\t%s\t_\tX\t_\t_\t_\t_\t_\t%s\n' "$1" "$2" "${3:-_}"; }
    { echo '#sent_id = 1'; row 1 a; echo; echo '#newdoc id = y'; echo '#sent_id = 2'; row 1 b; } >"$tmp/in.conllu"
    run -0 as_json -c '#sent_id=id' "$tmp/in.conllu"
    is '{"id":"1","doc":0,"tokens":["a"],"pos_tags":["X"]}' '{"id":"2","doc":1,"tokens":["b"],"pos_tags":["X"]}'
    { row 1 a; row 2 b; row 1 c; } >"$tmp/in.conllu"
    run -1 --separate-stderr conll2msg "$tmp/in.conllu"
    [ "$stderr" = "conll2msg: $tmp/in.conllu:3: the id 1, where 3 is expected; is an empty line missing?" ]
    { row 1-2 du NER=B-X; row 1 de NER=O; row 2 le; } >"$tmp/in.conllu"
    run -0 --separate-stderr conll2msg -c 2=tokens,10.NER=ner_tags "$tmp/in.conllu"
    [ "$stderr" = "conll2msg: $tmp/in.conllu:1: a label of a range of words; labels of words alone are read" ]
    { row 1 a; } >"$tmp/none.conllu" # labels that are given, and no word has one
    conll2msg -c 2=tokens,10.NER=ner_tags --labels O,B-X "$tmp/none.conllu" | msg2json -n | grep -qF '"ner_tags":["O"]'
}

@test "conll2msg: '# ...' with as many columns as the rows, and a last one that is no tag: the user must say" {
    refuses '# doc_001\nEU B-ORG\nx O\n' ":1: is this a comment, or the word '#'? Its last column is not a tag; say --comments yes or --comments no"
    refuses 'EU B-ORG\n. O\n# end\n' ":3: is this a comment, or the word '#'?"
    gives '# doc_001\nEU B-ORG\n\n# doc_002\nfoo O\n' --comments yes
    is '{"id":0,"doc":0,"tokens":["EU"],"ner_tags":["B-ORG"]}' '{"id":1,"doc":0,"tokens":["foo"],"ner_tags":["O"]}'
    gives '# NN\nEU NNP\n' -c 1=tokens,2=pos_tags
    is '{"id":0,"doc":0,"tokens":["#","EU"],"pos_tags":["NN","NNP"]}'
    gives 'a\tO\n\n# id 5\tO\nb\tO\n' # a row of tabs with a tag at its end
    is '{"id":0,"doc":0,"tokens":["a"],"ner_tags":["O"]}' '{"id":1,"doc":0,"tokens":["# id 5","b"],"ner_tags":["O","O"]}'
    refuses '###MEDLINE:1\n\nIL-2\tB-DNA\n' ':1: 1 column, but the first row (line 3) has 2; if it is a comment, say --comments yes'
    gives '###MEDLINE:1\n\nIL-2\tB-DNA\n\n#tag\tO\n' --comments yes
    is '{"id":0,"doc":0,"tokens":["IL-2"],"ner_tags":["B-DNA"]}' '{"id":1,"doc":0,"tokens":["#tag"],"ner_tags":["O"]}'
}

@test "conll2msg: each file is looked at; labels unlike the others are reported" {
    printf 'a\tO\n' >"$tmp/1"
    printf 'token\tlabel\na\tO\n' >"$tmp/2"
    run -1 --separate-stderr conll2msg "$tmp/1" "$tmp/2"
    [[ $stderr == "conll2msg: $tmp/2:1: this row looks like names of columns"* ]]
    printf 'word\tgoldie\na\tO\nb\tB-X\n' >"$tmp/in"
    run -0 --separate-stderr conll2msg "$tmp/in"
    [ "$stderr" = "conll2msg: $tmp/in:1: the label 'goldie' of ner_tags is not a tag as the others are; a header line, or a comment?" ]
    refuses 'EU rejects\tB-ORG O\nfoo bar\tO O\n' ":1: the label 'B-ORG O' is several tags: a row is one word with its tags"
    refuses 'EU/B-ORG rejects/O\n' ':1: this looks like a sentence in one line; a row is one word with its tags'
    refuses 'EU|NNP|I-ORG rejects|VBZ|O a|DT|O b|NN|O\n' ':1: this looks like a sentence in one line'
    refuses 'a\xc2\xa0O\nb\xc2\xa0O\n' ":1: this looks like a word and its tag with '"
    refuses 'c="the pain" 1:0 1:1||t="problem"\n' ':1: this looks like annotations of i2b2'
    refuses 'd 0 0 a X * - - - s (ORG) -\n' ":1: the label '(ORG)' is written as in CoNLL-2012: see --format conll2012" -c 4=tokens,11=ner_tags
    gives 'a and/or O\n' -c 2=tokens,3=ner_tags
    is '{"id":0,"doc":0,"tokens":["and/or"],"ner_tags":["O"]}'
}

@test "conll2msg: other white space around a label, and a byte order mark inside of a file" {
    gives 'a\tO\xc2\xa0\nb\t\xe3\x80\x80B-PER\xe2\x80\x8b\n\n\xef\xbb\xbfc\tO\v\n'
    is '{"id":0,"doc":0,"tokens":["a","b"],"ner_tags":["O","B-PER"]}' '{"id":1,"doc":0,"tokens":["c"],"ner_tags":["O"]}'
    gives 'a O\n\xef\xbb\xbf O\n' # a word of its own
    is '{"id":0,"doc":0,"tokens":["a","﻿"],"ner_tags":["O","O"]}'
}

@test "conll2msg: comments hold for their sentence, document, file" {
    printf '# newdoc id = d1\na\tO\n' >"$tmp/1"
    printf 'b\tO\n' >"$tmp/2"
    run -1 --separate-stderr conll2msg -c '#newdoc=doc_id' "$tmp/1" "$tmp/2"
    [ "$stderr" = "conll2msg: $tmp/2:1: no comment '# newdoc' before this sentence, which is asked for (doc_id)" ]
    refuses '# newpar id = p\na\tO\n\n# newdoc id = d\nb\tO\n' ":5: no comment '# newpar'" -c '#newpar=par'
}

@test "conll2msg: CSV as spreadsheets write it" {
    gives 'sep=;\nWord;Tag\na;O;\n' --format csv
    is '{"id":0,"doc":0,"tokens":["a"],"ner_tags":["O"]}'
    refuses 'Word,Tag\ra,O\r' ':1: a CR inside of the line' --format csv
    refuses 'Word,Tag\na,O\nWord,Tag\n' ':3: the header line once more' --format csv
    refuses 'Word,POS,Tag\na,,O\n' ':2: column 2 (pos_tags) is empty; -c reads other columns' --format csv
    refuses 'Word\tLemma\tTag\nx\t"\tO\ny\tb\tB-X\nz\t"\tO\n' ':2: a quoted value with whole rows in it' --format csv
    gives '# made by x\nWord,Tag\na,O\n-DOCSTART-,O\nb,O\n' --format csv --comments yes
    is '{"id":0,"doc":0,"tokens":["a"],"ner_tags":["O"]}' '{"id":1,"doc":1,"tokens":["b"],"ner_tags":["O"]}'
    gives 'Word,O\nb,B-X\n' --format csv -c 1=tokens,2=ner_tags
    is '{"id":0,"doc":0,"tokens":["Word","b"],"ner_tags":["O","B-X"]}'
    gives '#,2nd word,Tag\n1,a,O\n' --format csv -c '#=sentence, 2nd word=tokens,Tag=ner_tags'
    is '{"id":0,"doc":0,"tokens":["a"],"ner_tags":["O"]}'
    run -2 conll2msg -c 1=tokens,2=input_ids /dev/null
}

@test "conll2msg: many labels take no quadratic time" {
    awk 'BEGIN { for (i = 0; i < 200000; i++) print "w L" i "\n" }' >"$tmp/in"
    timeout 20 conll2msg "$tmp/in" >"$tmp/out.msg"
    timeout 20 conll2msg --labels-from "$tmp/out.msg" "$tmp/in" | cmp - <(conll2msg --labels-from "$tmp/out.msg" "$tmp/in")
}

@test "conll2msg: columns counted from the last one" {
    tags() { conll2msg "$@" | msg2json -n -f tokens,ner_tags; }
    want='{"tokens":["EU","rejects"],"ner_tags":["B-ORG","O"]}'
    printf '%s\n' 'EU NNP B-NP B-ORG' 'rejects VBZ B-VP O' >"$tmp/four"
    [ "$(tags -c 1=tokens,-1=ner_tags "$tmp/four")" = "$want" ]
    [ "$(tags -c -4=tokens,-1=ner_tags "$tmp/four")" = "$want" ]
    [ "$(conll2msg -c 1=tokens,-2=chunk_tags,-3=pos_tags "$tmp/four" | msg2json -n -f pos_tags,chunk_tags)" = '{"pos_tags":["NNP","VBZ"],"chunk_tags":["B-NP","B-VP"]}' ]
    tr ' ' , <"$tmp/four" | { echo 'a,b,c,d'; cat; } >"$tmp/csv"
    [ "$(tags --format csv -c a=tokens,-1=ner_tags "$tmp/csv")" = "$want" ]
    tr ' ' , <"$tmp/four" >"$tmp/rows"        # without a header line
    [ "$(tags --format csv -c 1=tokens,-1=ner_tags "$tmp/rows")" = "$want" ]
    printf '%s\n' 's,Word,POS,Tag' '1,EU,NNP,B-ORG' ',rejects,VBZ,O' '2,a,b,O' >"$tmp/named"
    [ "$(tags --format csv -c Word=tokens,-1=ner_tags,-4=sentence "$tmp/named" | head -n 1)" = "$want" ]
    printf '1\tEU\t_\tNNP\t_\t_\t_\t_\t_\tname=B-ORG|x=y\n2\trejects\t_\tVBZ\t_\t_\t_\t_\t_\t_\n' >"$tmp/u"
    [ "$(tags -c 2=tokens,-1.name=ner_tags "$tmp/u")" = "$want" ]
    # CoNLL-2012: each sentence has its own number of columns
    { echo '#begin document (x); part 000'
      printf 'x 0 0 EU NNP * - - - - (ORG) C\nx 0 1 rejects VBZ * - - - - * C\n\nx 0 0 a DT * - - - - * * (V*) D\n\nx 0 0 a DT * - - - - (ORG) C\n'; } >"$tmp/2012"
    [ "$(conll2msg -c 4=tokens,-1=last "$tmp/2012" | msg2json -n -f last | tr '\n' ' ')" = '{"last":["C","C"]} {"last":["D"]} {"last":["C"]} ' ]
    run -1 --separate-stderr conll2msg -c 1=tokens,-5=ner_tags "$tmp/four"
    [ "$stderr" = "conll2msg: $tmp/four:1: 4 columns, but column -5 is asked for (ner_tags)" ]
    run -1 --separate-stderr conll2msg -c 1=tokens,-4=ner_tags "$tmp/four"
    [ "$stderr" = "conll2msg: $tmp/four:1: column -4 (ner_tags) of 4 is column 1 (tokens), too" ]
}

@test "conll2msg, json2msg: a column of words is reported, many tags are not" {
    awk 'BEGIN { for (i = 1; i <= 3000; i++) { w = int(400 * (i * 7919 % 3001 / 3001) ^ 2); print "w" w, "lemma" w, "A" w % 50 % 20; if (i % 20 == 0) print "" } }' >"$tmp/in"
    run -0 --separate-stderr bash -c 'conll2msg -c 1=tokens,2=pos_tags,3=ner_tags "$1" >"$1.msg"' sh "$tmp/in"
    [ "$stderr" = "conll2msg: pos_tags has 400 labels for 3000 words: most likely these are words and not tags; -c says which columns to read" ]
    run -0 --separate-stderr bash -c 'msg2json -n "$1.msg" | json2msg >"$1.2.msg"' sh "$tmp/in"
    [ "$stderr" = "json2msg: pos_tags has 400 labels for 3000 words: most likely these are words and not tags; --rename gives a field that holds no tags another name" ]
    # many types of entities are tags
    awk 'BEGIN { for (i = 0; i < 3000; i++) print "w" i, "B-T" i % 300 }' >"$tmp/types"
    run -0 --separate-stderr bash -c 'conll2msg "$1" >/dev/null' sh "$tmp/types"
    [[ $stderr != *"most likely"* ]]
    # label sets that are given are meant so
    run -0 --separate-stderr bash -c 'conll2msg -c 1=tokens,2=pos_tags,3=ner_tags --labels-from "$1.msg" "$1" >/dev/null' sh "$tmp/in"
    [ -z "$stderr" ]
}
