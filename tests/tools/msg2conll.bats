# msg2conll: sentences as rows of columns, and back.
load ../support/common

setup() {
    printf '%s\n' 'EU B-ORG B-ORG' 'rejects O O' 'New I-MISC O' '' 'Peter B-PER I-PER' 'Blackburn I-PER I-PER' '' > "$tmp/scored.txt"
    conll2msg -c 1=tokens,2=ner_tags,3=pred "$tmp/scored.txt" > "$tmp/scored.msg"
}

@test "msg2conll: token, gold, predicted, as conlleval wants them" {
    msg2conll "$tmp/scored.msg" | cmp - "$tmp/scored.txt"
    msg2conll --separator tab "$tmp/scored.msg" | tr '\t' ' ' | cmp - "$tmp/scored.txt"
    msg2conll --fields pred,tokens "$tmp/scored.msg" | head -n 1 | grep -qx 'B-ORG EU'
}

@test "msg2conll: CoNLL-2003 comes back byte for byte, with its documents" {
    [ -d "$SHARED/data/conll2003" ] || skip "needs ../shared/data"
    for file in "$SHARED"/data/conll2003/{train,valid,test}.txt; do
        # the files have no end of the last line and no empty line after the last sentence
        { cat "$file"; printf '\n\n'; } > "$tmp/want"
        conll2msg "$file" | msg2conll --fields tokens,pos_tags,chunk_tags,ner_tags --docstart | cmp - "$tmp/want"
    done
    # and the original, with tags in IOB1; its two invalid transitions are read as conlleval reads them
    conll2msg "$SHARED/data/conll2003/train.txt" | msg2conll --fields tokens,pos_tags,chunk_tags,ner_tags --scheme iob1 > "$tmp/out"
    grep -v DOCSTART "$SHARED/data/conll2003/iob1/eng.train" | cat -s | sed 1d > "$tmp/original"
    [ "$(diff "$tmp/original" "$tmp/out" | grep -c '^>')" -eq 2 ]
}

@test "msg2conll: WNUT and CoNLL-U, to columns and back" {
    [ -d "$SHARED/data/wnut17" ] || skip "needs ../shared/data"
    conll2msg "$SHARED/data/wnut17/wnut17train.conll" > "$tmp/wnut.msg"
    msg2conll --separator tab -f tokens,ner_tags "$tmp/wnut.msg" | conll2msg | msg2json | cmp - <(msg2json "$tmp/wnut.msg")
    conll2msg "$SHARED"/data/ud-ru-taiga/*dev.conllu > "$tmp/taiga.msg"
    msg2conll --separator tab -f tokens,pos_tags,xpos_tags "$tmp/taiga.msg" | conll2msg -c 1=tokens,2=pos_tags,3=xpos_tags |
        msg2json -f tokens,pos_tags,xpos_tags | cmp - <(msg2json -f tokens,pos_tags,xpos_tags "$tmp/taiga.msg")
}

@test "msg2conll: every chunk and entity tag of CoNLL-2003 in every scheme and back" {
    [ -d "$SHARED/data/conll2003" ] || skip "needs ../shared/data"
    columns=tokens,pos_tags,chunk_tags,ner_tags
    conll2msg "$SHARED/data/conll2003/valid.txt" > "$tmp/valid.msg"
    msg2conll -f $columns "$tmp/valid.msg" > "$tmp/want"
    schemes=(iob1 iob2 ioe1 ioe2 iobes bilou bmes)
    for k in {0..6}; do
        one=${schemes[k]} other=${schemes[(k + 2) % 7]}
        msg2conll -f $columns --scheme "$one" "$tmp/valid.msg" | conll2msg --from "$one" --scheme "$other" |
            msg2conll -f $columns --from "$other" --scheme iob2 | cmp - "$tmp/want"
    done
}

@test "msg2conll: documents" {
    printf '%s\n' 'a NN I-NP O' '' 'b NN I-NP O' '-DOCSTART- -X- -X- O' 'c NN I-NP O' '' | conll2msg > "$tmp/docs.msg"
    msg2conll -f tokens,chunk_tags,ner_tags --docstart "$tmp/docs.msg" > "$tmp/out"
    printf '%s\n' '-DOCSTART- -X- O' '' 'a I-NP O' '' 'b I-NP O' '' '-DOCSTART- -X- O' '' 'c I-NP O' '' | cmp - "$tmp/out"
    echo a | text2msg > "$tmp/text.msg"
    run -1 --separate-stderr msg2conll -f text --docstart "$tmp/text.msg"
    [ "$stderr" = "msg2conll: the stream has no field 'doc', only id, text; conll2msg writes it, or json2msg --rename" ]
}

@test "msg2conll: a missing field names the tool that adds it" {
    printf 'a O\n' | conll2msg > "$tmp/gold.msg"
    run -1 --separate-stderr msg2conll "$tmp/gold.msg"
    [ "$stderr" = "msg2conll: the stream has no field 'pred'; run logit2tag first, or choose the columns: --fields tokens,ner_tags" ]
}

@test "msg2conll: --scheme converts, each invalid transition is reported; without --repair they are an error" {
    run -1 --separate-stderr msg2conll --scheme iob1 "$tmp/scored.msg"
    [ "$stderr" = "msg2conll: record 1 (id 0): ner_tags[2]: I-MISC after O is invalid in iob2
msg2conll: record 2 (id 1): pred[0]: I-PER at the start of the sentence is invalid in iob2
msg2conll: 2 invalid transitions; --repair begins a new entity at each, as conlleval does" ]
    run -0 --separate-stderr msg2conll --scheme iobes --repair "$tmp/scored.msg"
    [ "$output" = "EU S-ORG S-ORG
rejects O O
New S-MISC O

Peter B-PER B-PER
Blackburn E-PER E-PER" ]
    [ "${stderr_lines[2]}" = "msg2conll: 2 invalid transitions repaired" ]
    # the scheme of the stream is found from its prefixes
    printf '%s\n' 'a S-X' 'b B-X' 'c E-X' | conll2msg > "$tmp/iobes.msg"
    [ "$(msg2conll -f ner_tags --scheme iob1 "$tmp/iobes.msg" | tr '\n' ' ')" = "I-X B-X I-X  " ]
    run -1 --separate-stderr msg2conll -f ner_tags --from iob2 --scheme iob1 "$tmp/iobes.msg"
    [ "$stderr" = "msg2conll: the label 'E-X' of ner_tags is not a tag of iob2; see --from" ]
    # parts of speech are not tags of a scheme
    printf '%s\n' 'a NN B-NP' | conll2msg -c 1=tokens,2=pos_tags,3=chunk_tags > "$tmp/pos.msg"
    msg2conll -f tokens,pos_tags,chunk_tags --scheme bilou "$tmp/pos.msg" | grep -qx 'a NN U-NP'
    run -1 --separate-stderr msg2conll -f tokens,pos_tags --scheme bilou "$tmp/pos.msg"
    [ "$stderr" = "msg2conll: no column has tags of a scheme" ]
    # predicted labels of which one is not a tag would stay as they are beside converted gold tags
    printf '%s\n' 'a B-X B-X' 'b O X' | conll2msg -c 1=tokens,2=ner_tags,3=pred > "$tmp/mixed.msg"
    run -1 --separate-stderr msg2conll --scheme bilou "$tmp/mixed.msg"
    [ "$stderr" = "msg2conll: the label 'X' of pred is not a tag of iob2; see --from" ]
    run -2 msg2conll --repair "$tmp/pos.msg"
    run -2 msg2conll --from iob2 "$tmp/pos.msg"
}

@test "msg2conll: of many invalid transitions ten are shown" {
    for _ in {1..30}; do printf 'a I-X\nb O\n\n'; done | conll2msg >"$tmp/in.msg"
    run -1 --separate-stderr bash -c "msg2conll --scheme iobes -f tokens,ner_tags $tmp/in.msg >/dev/null"
    [ "${#stderr_lines[@]}" -eq 11 ]
    [ "${stderr_lines[10]}" = "msg2conll: 30 invalid transitions; --repair begins a new entity at each, as conlleval does" ]
}

@test "msg2conll: numbers are columns, too" {
    echo '{"tokens":["a","b"],"score":[0.5,1e-05],"n":[1,-2]}' | json2msg | msg2conll -f tokens,score,n > "$tmp/out"
    printf '%s\n' 'a 0.5 1' 'b 1e-05 -2' '' | cmp - "$tmp/out"
}

@test "msg2conll: a value that cannot be a column is named" {
    bad() { # MESSAGE JSON [OPTION...]
        printf '%s\n' '{"id":"x","tokens":["a"],"m":["b"]}' "$2" | json2msg > "$tmp/bad.msg"
        want=$1
        shift 2
        run -1 --separate-stderr msg2conll -f tokens,m "$@" "$tmp/bad.msg"
        [ "$stderr" = "msg2conll: record 2 (id 7): $want" ] || { echo "got: $stderr"; false; }
    }
    bad "tokens[1], 'New York', holds a blank; see --separator tab: it cannot be a column" '{"id":7,"tokens":["a","New York"],"m":["b","c"]}'
    bad "tokens[0], '', is empty: it cannot be a column" '{"id":7,"tokens":[""],"m":["b"]}'
    bad "m[0], 'b\\x09c', holds a tab, the end of a line or a NUL: it cannot be a column" '{"id":7,"tokens":["a"],"m":["b\tc"]}' --separator tab
    bad "m[0], 'b ', ends with a blank: it cannot be a column" '{"id":7,"tokens":["a"],"m":["b "]}' --separator tab
    bad "tokens[0], '-DOCSTART-', would begin a document: it cannot be a column" '{"id":7,"tokens":["-DOCSTART-"],"m":["b"]}'
    bad "m[0] is nil, which has no form as a column" '{"id":7,"tokens":["a"],"m":[null]}'
    bad "2 tokens, but 1 m" '{"id":7,"tokens":["a","b"],"m":["b"]}'
    bad "field 'm' is not an array" '{"id":7,"tokens":["a","b"],"m":"b"}'
    bad "no field 'm'" '{"id":7,"tokens":["a","b"]}'
    echo '{"tokens":["New York"],"m":["b"]}' | json2msg | msg2conll -f tokens,m --separator tab | grep -qxP 'New York\tb'
}

@test "msg2conll: a sentence comes out while the input is still open" {
    mkfifo "$tmp/fifo"
    msg2conll "$tmp/fifo" > "$tmp/out" &
    exec 9> "$tmp/fifo"
    head -c -20 "$tmp/scored.msg" >&9
    for _ in $(seq 100); do
        [ "$(wc -l < "$tmp/out")" -ge 4 ] && break
        sleep 0.1
    done
    [ "$(wc -l < "$tmp/out")" -ge 4 ]
    tail -c 20 "$tmp/scored.msg" >&9
    exec 9>&-
    wait $!
}

# conlleval's rules (Tjong Kim Sang, 2000) on the last two columns; the same rules as in the script of the CoNLL tasks.
conlleval() {
    awk '
    function parts(tag, out) { if (tag == "O") { out[1] = "O"; out[2] = ""; return } out[1] = substr(tag, 1, 1); out[2] = substr(tag, 3) }
    function ends(p, pt, c, ct) { return (p == "B" || p == "I") && (c == "B" || c == "O") || p == "E" || p == "S" || p != "O" && pt != ct }
    function starts(p, pt, c, ct) { return c == "B" || c == "S" || (c == "I" || c == "E") && (p == "O" || p == "E" || p == "S") || c != "O" && pt != ct }
    function look(g, q,   ge, pe, gs, ps) {
        parts(g, a); parts(q, b)
        ge = ends(lg, lgt, a[1], a[2]); pe = ends(lq, lqt, b[1], b[2])
        gs = starts(lg, lgt, a[1], a[2]); ps = starts(lq, lqt, b[1], b[2])
        if (inside && ge && pe && lgt == lqt) { correct++; inside = 0 }
        else if (inside && (ge != pe || a[2] != b[2])) inside = 0
        if (gs && ps && a[2] == b[2]) inside = 1
        gold += gs; pred += ps
        lg = a[1]; lgt = a[2]; lq = b[1]; lqt = b[2]
    }
    BEGIN { lg = lq = "O" }
    NF == 0 { look("O", "O"); next }
    { look($(NF - 1), $NF); words++; right += $(NF - 1) == $NF }
    END { look("O", "O"); p = correct / pred; r = correct / gold
          printf "%.6f %.6f %.6f %.6f %d %d\n", p, r, 2 * p * r / (p + r), right / words, gold, pred }' "$@"
}

@test "msg2conll: conlleval's scores of the columns are seqeval's of the stream" {
    # Random tags, also with invalid transitions; a third of the predictions differ.
    awk 'BEGIN { srand(7); split("O O O B-A I-A B-B I-B I-C", tag, " ")
        for (s = 0; s < 400; s++) {
            n = 1 + int(rand() * 12)
            for (i = 0; i < n; i++) { g = tag[1 + int(rand() * 8)]; print "w" i, g, (rand() < 0.33 ? tag[1 + int(rand() * 8)] : g) }
            print "" } }' > "$tmp/made.txt"
    conll2msg -c 1=tokens,2=ner_tags,3=pred "$tmp/made.txt" > "$tmp/made.msg"
    msg2conll "$tmp/made.msg" > "$tmp/columns"
    want=$(seqeval --json "$tmp/made.msg" | jq -r '[.overall_precision, .overall_recall, .overall_f1, .overall_accuracy] | @tsv' |
        awk '{ printf "%.6f %.6f %.6f %.6f", $1, $2, $3, $4 }')
    got=$(conlleval "$tmp/columns")
    [ "${got% * *}" = "$want" ] || { echo "$got, not $want"; false; }
    # the original script reads IOB1, too: nothing changes
    msg2conll --scheme iob1 --repair "$tmp/made.msg" 2> "$tmp/err" > "$tmp/iob1"
    mended=$(conlleval "$tmp/iob1")
    [ "${mended%% *}" = "${got%% *}" ]
    grep -q 'invalid transitions repaired' "$tmp/err"
}

@test "msg2conll: a word that would be read as a comment is an error" {
    for word in '# a = b' '# id 5' '# newdoc' '#end document'; do
        jq -nc --arg w "$word" '{tokens: [$w, "z"], ner_tags: ["NN", "X"]}' | json2msg >"$tmp/in.msg"
        run -1 --separate-stderr bash -c "msg2conll -f tokens,ner_tags --separator tab $tmp/in.msg"
        [[ $stderr == "msg2conll: record 1 (id 0): word 0, '$word"*"', would be read as a comment: it cannot be a row" ]]
    done
    printf '{"tokens":["#","#tag"],"ner_tags":["O","O"]}\n' | json2msg | msg2conll -f tokens,ner_tags | cmp - <(printf '# O\n#tag O\n\n')
    printf '{"tokens":["\xef\xbb\xbfa"],"ner_tags":["O"]}\n' | json2msg >"$tmp/in.msg"
    run -1 --separate-stderr msg2conll -f tokens,ner_tags "$tmp/in.msg"
    [[ $stderr == *"begins with a byte order mark: it cannot be a column" ]]
}
