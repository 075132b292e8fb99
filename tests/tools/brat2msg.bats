# brat2msg: documents of brat, a .txt and a .ann each, into a stream.
load ../support/common

setup() {
    cd "$tmp"
    mkdir docs
    printf 'Acme hired\nJoan Lake \xf0\x9f\x98\x80.\nIn Rome.\n' > docs/d1.txt
    printf '%s\n' $'T1\tORG 0 4\tAcme' $'T2\tPER 11 15;16 20\tJoan Lake' $'R1\tworks Arg1:T1 Arg2:T2' $'T3\tLOC 27 31\tRome' > docs/d1.ann
    printf 'nothing\n' > docs/d2.txt
    : > docs/d2.ann
}

@test "brat2msg: a folder: a record a document, its name as id, words and tags with offsets" {
    run -0 --separate-stderr bash -c 'brat2msg docs > out.msg'
    [ "$stderr" = "brat2msg: 1 annotation other than spans (relations, events, attributes, notes) was left out" ]
    msg2json -n out.msg > out
    cat > want <<'JSON'
{"id":"d1","text":"Acme hired\nJoan Lake 😀.\nIn Rome.\n","tokens":["Acme","hired","Joan","Lake","😀",".","In","Rome","."],"token_offsets":[[0,4],[5,10],[11,15],[16,20],[21,22],[22,23],[24,26],[27,31],[31,32]],"ner_tags":["B-ORG","O","B-PER","I-PER","O","O","O","B-LOC","O"]}
{"id":"d2","text":"nothing\n","tokens":["nothing"],"token_offsets":[[0,7]],"ner_tags":["O"]}
JSON
    cmp out want
    [ "$(msg2json --header out.msg | head -n 1 | jq -c .labels.ner_tags)" = '["O","B-LOC","I-LOC","B-ORG","I-ORG","B-PER","I-PER"]' ]
}

@test "brat2msg: files, each document once; --field, --labels" {
    brat2msg -f tags docs/d2.txt docs/d1.ann docs/d1.txt docs/*.ann 2> err | msg2json -f id,tags > out
    [ "$(jq -r .id out | tr '\n' ' ')" = "d2 d1 " ]
    brat2msg --labels O,B-PER,I-PER,B-ORG,I-ORG,B-LOC,I-LOC docs 2> err | msg2json -f ner_tags | head -n 1 | grep -qxF '{"ner_tags":[3,0,1,2,0,0,0,5,0]}'
    run -1 --separate-stderr brat2msg --labels O,B-PER,I-PER docs
    [[ $stderr == *"the label 'B-ORG' of ner_tags is not among the 3 that --labels gives" ]]
}

@test "brat2msg: a file without the other, no document, no path" {
    echo a > alone.txt
    run -1 --separate-stderr brat2msg alone.txt
    [ "$stderr" = "brat2msg: alone.txt has no alone.ann beside it; brat writes an empty one where there is no annotation" ]
    mkdir empty
    run -1 --separate-stderr brat2msg empty
    [ "$stderr" = "brat2msg: empty has no .ann file" ]
    rm docs/d1.txt
    run -1 --separate-stderr brat2msg docs
    [ "$stderr" = "brat2msg: docs/d1.ann has no d1.txt beside it" ]
    run -1 --separate-stderr brat2msg "$0"
    [[ $stderr == *"is neither a .ann nor a .txt file, nor a folder of these" ]]
    run -2 brat2msg
}

@test "brat2msg: spans that cannot be tags, and the ways on" {
    printf 'T1\tORG 0 4\tAcme\nT2\tX 2 4\tme\n' > docs/d1.ann
    run -1 --separate-stderr brat2msg docs
    [[ $stderr == "brat2msg: docs/d1.ann: the spans [0,4) \"Acme\" ORG (line 1) and [2,4) \"me\" X (line 2) overlap"*"--overlap longest"* ]]
    brat2msg --overlap longest docs 2> err | msg2json -n -f ner_tags | head -n 1 | grep -qF '["B-ORG","O",'
    [ "$(cat err)" = "brat2msg: 1 span overlapped another one and was dropped" ]
    printf 'T1\tORG 0 4\tJoan\n' > docs/d1.ann
    run -1 --separate-stderr brat2msg docs
    [[ $stderr == *'the span [0,4) "Acme" ORG (line 1) should be "Joan", by its own text; --offsets chars takes the numbers as they are' ]]
    brat2msg --offsets chars docs > out.msg
    printf 'T1\tORG 0 99\n' > docs/d1.ann
    run -1 --separate-stderr brat2msg docs
    [[ $stderr == *"(line 1) does not lie in the text (the text has 33 characters); --bad-spans drop leaves such spans out" ]]
    brat2msg --bad-spans drop docs 2> err > out.msg
    [ "$(cat err)" = "brat2msg: 1 span held no text and was dropped" ]
}

@test "brat2msg: byte order marks, counted or not; lines of blanks; text in the place of annotations" {
    bom='\357\273\277'
    printf "${bom}Acme Corp hired\n" >docs/d1.txt
    want='{"text":"Acme Corp hired\n","token_offsets":[[0,4],[5,9],[10,15]],"ner_tags":["B-ORG","I-ORG","B-V"]}'
    for ann in "${bom}T1\tORG 0 9\tAcme Corp\n  \t\n\nT2\tV 10 15\thired\n" "${bom}T1\tORG 1 10\tAcme Corp\n \r\nT2\tV 11 16\thired\n" \
        "T1\tORG 0 10\t${bom}Acme Corp\nT2\tV 11 16\thired\n" "T1\tORG 1 5;6 10\tAcme Corp\nT2\tV 11 16\thired\n" \
        "T1\tORG 0 4;5 9\tAcme Corp\nT2\tV 10 15\thired\n"; do
        printf "$ann" >docs/d1.ann
        run -0 --separate-stderr bash -c 'brat2msg docs/d1.ann | msg2json -n -f text,token_offsets,ner_tags'
        [ "$output" = "$want" ]
        [ -z "$stderr" ]
    done
    printf '#1\tAnnotatorNotes T1\tx\n*\tEquiv T1 T2\n' >docs/d1.ann # counted once, though read twice
    run -0 --separate-stderr bash -c 'brat2msg docs/d1.ann >out.msg'
    [[ $stderr == "brat2msg: 2 annotations other than spans"* ]]
    for ann in 'Everything\nANY\nMore' 'Everything\tx' 'nothing'; do
        printf "$ann" >docs/d1.ann
        run -1 --separate-stderr brat2msg docs/d1.ann
        [ "$stderr" = "brat2msg: docs/d1.ann:1: is not an annotation of brat: those begin with T1, R1, E1, A1, M1, N1, * or #1, and a tab" ]
    done
}

@test "brat2msg: folders in a folder, a document given twice, two documents of one name" {
    mkdir -p docs/below top/inner other
    cp docs/d2.* other
    run -0 --separate-stderr bash -c 'brat2msg docs/d2.ann ./docs/d2.ann other/../docs/d2.txt | msg2json -f id'
    [ "$output" = '{"id":"d2"}' ]
    [ -z "$stderr" ]
    run -0 --separate-stderr bash -c 'brat2msg docs/d2.ann other | msg2json -f id'
    [ "${#lines[@]}" -eq 2 ]
    [ "$stderr" = "brat2msg: 1 document has the id of another one, the first other/d2.ann that of docs/d2.ann" ]
    run -0 --separate-stderr bash -c 'brat2msg docs >out.msg'
    [[ $stderr == "brat2msg: 1 folder in docs was not read; give them by name, too"* ]]
    run -1 --separate-stderr brat2msg top
    [ "$stderr" = "brat2msg: top has no .ann file; the folders in it must be given by name" ]
}
