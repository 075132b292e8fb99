# maplbl: tags with other types, or in another scheme.
load ../support/common

setup() {
    printf '%s\n' 'Rhine B-LOC' 'valley I-LOC' 'German B-LOCderiv' 'x O' '' 'Euro B-OTH' 'zone I-OTH' 'Ann B-PER' | conll2msg >"$tmp/in.msg"
}
tags() { msg2json -n -f ner_tags | jq -c .ner_tags | tr '\n' ' '; }
labels() { msg2json --header | head -n 1 | jq -c .labels.ner_tags; }

@test "maplbl: types are merged, renamed and dropped" {
    maplbl --map LOCderiv=LOC,OTH=O --map PER=PERSON "$tmp/in.msg" >"$tmp/out.msg"
    [ "$(tags <"$tmp/out.msg")" = '["B-LOC","I-LOC","B-LOC","O"] ["O","O","B-PERSON"] ' ]
    [ "$(labels <"$tmp/out.msg")" = '["O","B-LOC","I-LOC","B-PERSON"]' ]
    msg2json -f id,doc,tokens "$tmp/out.msg" | cmp - <(msg2json -f id,doc,tokens "$tmp/in.msg")
    printf 'LOCderiv=LOC\nOTH=O\nPER=PERSON\n' >"$tmp/map"
    maplbl --map "@$tmp/map" "$tmp/in.msg" | tags | cmp - <(tags <"$tmp/out.msg")
}

@test "maplbl: another scheme, and back" {
    for scheme in iob1 ioe1 ioe2 BIOES bilou BMEO; do
        maplbl --to "$scheme" "$tmp/in.msg" >"$tmp/$scheme"
        maplbl --from "$scheme" --to bio "$tmp/$scheme" | tags | cmp - <(tags <"$tmp/in.msg")
        msg2conll -f ner_tags --scheme "$scheme" "$tmp/in.msg" | cmp - <(msg2conll -f ner_tags "$tmp/$scheme")
    done
    [ "$(tags <"$tmp/BIOES")" = '["B-LOC","E-LOC","S-LOCderiv","O"] ["B-OTH","E-OTH","S-PER"] ' ]
    maplbl --to iobes --map LOCderiv=LOC,OTH=O,PER=O "$tmp/in.msg" | labels | grep -qxF '["O","B-LOC","I-LOC","E-LOC","S-LOC"]'
}

@test "maplbl: all tools read the same entities in every scheme" {
    read_by() { # STREAM
        msg2json --to doccano "$1" | jq -c '[.text, .label]'
        seqeval -p ner_tags "$1"
    }
    read_by "$tmp/in.msg" >"$tmp/want"
    for scheme in ioe2 iobes bilou bmes; do
        maplbl --to $scheme "$tmp/in.msg" >"$tmp/$scheme.msg"
        read_by "$tmp/$scheme.msg" | diff "$tmp/want" -
        msgview --html "$tmp/$scheme.msg" | grep '^<article' | diff - <(msgview --html "$tmp/in.msg" | grep '^<article')
    done
}

@test "maplbl: other fields: parts of speech, and predicted tags" {
    printf '%s\n' 'a NN B-X B-Y' 'b VB O O' | conll2msg -c 1=tokens,2=pos_tags,3=ner_tags,4=pred >"$tmp/all.msg"
    maplbl -f pos_tags --map NN=NOUN "$tmp/all.msg" | msg2json -n -f pos_tags,ner_tags | grep -qxF '{"pos_tags":["NOUN","VB"],"ner_tags":["B-X","O"]}'
    maplbl -f pred --map Y=X "$tmp/all.msg" | seqeval | grep -q 'micro avg.* 1.0000 .* 1.0000'
}

@test "maplbl: invalid transitions are an error, or repaired" {
    printf 'a O\nb I-X\n' | conll2msg >"$tmp/bad.msg"
    run -1 --separate-stderr bash -c "maplbl --map X=Y $tmp/bad.msg >$tmp/out"
    [ "$stderr" = "maplbl: record 1 (id 0): ner_tags[1]: I-X after O is invalid in iob2
maplbl: 1 invalid transition; --repair begins a new entity at each, as conlleval does" ]
    run -1 msg2json "$tmp/out"
    run -0 --separate-stderr bash -c "maplbl --map X=Y --repair $tmp/bad.msg | msg2json -n -f ner_tags"
    [ "$output" = '{"ner_tags":["O","B-Y"]}' ]
    [ "${stderr_lines[1]}" = "maplbl: 1 invalid transition repaired" ]
}

@test "maplbl: --suffix puts the letter of a tag in front; conll2msg says when it is needed" {
    printf '%s\n' 'Rhine LOC-B' 'valley LOC-E' 'x O' 'Ann a-b-S' >"$tmp/suffix"
    run -0 --separate-stderr bash -c 'conll2msg "$1" >"$1.msg"' sh "$tmp/suffix"
    [ "$stderr" = "conll2msg: the labels of ner_tags have their letter at the end (LOC-B), where only seqeval --suffix reads it; maplbl --suffix puts it in front" ]
    [ "$(maplbl --suffix "$tmp/suffix.msg" | tags)" = '["B-LOC","E-LOC","O","S-a-b"] ' ]
    [ "$(maplbl --suffix --to iob2 --map a-b=PER "$tmp/suffix.msg" | tags)" = '["B-LOC","I-LOC","O","B-PER"] ' ]
    run -0 --separate-stderr bash -c 'msg2json -n "$1.msg" | json2msg | msg2json -n | cmp - <(msg2json -n "$1.msg")' sh "$tmp/suffix"
    [[ $stderr == "json2msg: the labels of ner_tags have their letter at the end (LOC-B)"* ]]
    run -1 --separate-stderr maplbl --suffix "$tmp/in.msg"
    [ "$stderr" = "maplbl: the label 'B-LOC' of ner_tags has no letter of a scheme at its end" ]
}

@test "maplbl: what cannot be done is said" {
    run -1 --separate-stderr maplbl --map LOCpart=LOC "$tmp/in.msg"
    [ "$stderr" = "maplbl: --map: ner_tags has no 'LOCpart'; it has LOC, LOCderiv, OTH, PER" ]
    run -1 --separate-stderr maplbl --map O=LOC "$tmp/in.msg"
    [ "$stderr" = "maplbl: --map: ner_tags has no 'O'; it has LOC, LOCderiv, OTH, PER; O is no type and keeps its name" ]
    run -1 --separate-stderr maplbl --map B-LOC=LOC "$tmp/in.msg"
    [ "$stderr" = "maplbl: --map: ner_tags has no 'B-LOC'; it has LOC, LOCderiv, OTH, PER; the type is named, not the tag" ]
    cmp <(maplbl --map " OTH = PER , LOCderiv=LOC" "$tmp/in.msg" | msg2json) <(maplbl --map OTH=PER,LOCderiv=LOC "$tmp/in.msg" | msg2json)
    run -2 --separate-stderr maplbl "$tmp/in.msg"
    [[ $stderr == "maplbl: nothing to do: "* ]]
    run -2 maplbl --to iob3 "$tmp/in.msg"
    run -2 maplbl --map LOC "$tmp/in.msg"
    run -1 --separate-stderr maplbl -f nothing --to iobes "$tmp/in.msg"
    [[ $stderr == "maplbl: the stream has no field 'nothing'"* ]]
    run -1 --separate-stderr maplbl -f tokens --to iobes "$tmp/in.msg"
    [[ $stderr == "maplbl: "*tokens* ]]
    printf '%s\n' '[UNK]' '[CLS]' '[SEP]' >"$tmp/vocab.txt"
    wptok -m "$tmp" "$tmp/in.msg" | alignlbl >"$tmp/aligned.msg"
    for field in ner_tags labels; do
        run -1 --separate-stderr maplbl -f $field --to iobes "$tmp/aligned.msg"
        [ "$stderr" = "maplbl: the stream has labels of pieces already ('labels'); run maplbl before alignlbl" ]
    done
    wptok -m "$tmp" <(maplbl --to iobes "$tmp/in.msg") | alignlbl | msg2json -n -f labels |
        grep -qF '[-100,"B-LOC","E-LOC","S-LOCderiv","O",-100]'
}
