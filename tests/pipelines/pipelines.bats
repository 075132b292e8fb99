#!/usr/bin/env bats
# The scripts and rules under pipelines/, on forty sentences and a model of one layer of 16.

setup_file() {
    load ../support/common
    export TAGPIPE_BIN=$BUILD PIPE=$ROOT/pipelines FILES=$BATS_FILE_TMPDIR OMP_NUM_THREADS=1
    cd "$FILES"
    "$PIPE/demo-corpus.sh" corpus
    for split in train dev test; do
        awk -v RS= -v ORS='\n\n' 'NR <= 40' "corpus/$split.txt" >"$split.txt"
    done
    "$PIPE/demo-model.sh" corpus/train.txt small
    sed -i 's/"hidden_size": 128/"hidden_size": 16/; s/"intermediate_size": 512/"intermediate_size": 32/; s/"num_hidden_layers": 2/"num_hidden_layers": 1/' small/config.json
    "$PIPE/preprocess.sh" -m small -o data train.txt dev.txt test.txt
    "$PIPE/train.sh" -k -m small -d data -o run -e 3 -l 1e-2 >train.out 2>train.err
}
setup() { load ../support/common; cd "$FILES"; }
hidden() { find "$@" -name '.*' ! -name . -o -name '*.new'; }
# Tools in $tmp/bin; trainstep fails if it shall continue from a model of that name.
trainstep_fails_at() {
    mkdir "$tmp/bin"
    for tool in conll2msg mkbatch bertinit bertfwd logit2tag seqeval msg2json; do ln -s "$BUILD/$tool" "$tmp/bin/$tool"; done
    printf '#!/bin/sh\ncase "$*" in *%s*) exit 1;; esac\nexec "%s/trainstep" "$@"\n' "$1" "$BUILD" >"$tmp/bin/trainstep"
    chmod +x "$tmp/bin/trainstep"
}

@test "every script prints its usage with -h and --help, refuses unknown options with 2, and is clean in shellcheck" {
    for script in $(grep -l '^usage=' "$PIPE"/*.sh | sed 's,.*/,,; s/\.sh$//' | grep -vE '^(bench|tagpipe)'); do
        run -0 --separate-stderr "$PIPE/$script.sh" -h
        [[ $output = "usage: $script.sh"* ]] && [ -z "$stderr" ]
        [ "$("$PIPE/$script.sh" --help)" = "$output" ]
        [ "$("$PIPE/tagpipe.sh" "$script" --hel)" = "$(sed -E 's/\b([a-z-]+)\.sh\b/tagpipe \1/g' <<<"$output")" ]
        [ "$("$PIPE/$script.sh" --version)" = "$(conll2msg --version | sed "s/^conll2msg/$script.sh/")" ]
        run -2 --separate-stderr "$PIPE/$script.sh" -Z
        [ "$stderr" = "$script.sh: unknown option -Z; try $script.sh -h" ] && [ -z "$output" ]
        run -2 "$PIPE/$script.sh"
        grep -q '^set -euo pipefail$' "$PIPE/$script.sh"
    done
}

@test "options: long and short, joined and apart, before and after other arguments; what is wrong with one is said" {
    "$PIPE/evaluate.sh" -j -m run/best -o "$tmp/a.msg" data/dev.msg >"$tmp/want"
    "$PIPE/evaluate.sh" data/dev.msg --json --model=run/best --out "$tmp/b.msg" | cmp - "$tmp/want"
    "$PIPE/evaluate.sh" -jmrun/best data/dev.msg -- --json | cmp - "$tmp/want"
    "$PIPE/tagpipe.sh" evaluate --json --mod run --field ner_tags data/dev.msg | cmp - "$tmp/want"
    cmp <(msg2json "$tmp/a.msg") <(msg2json "$tmp/b.msg")
    cp train.txt "$tmp/-l"
    (cd "$tmp" && "$PIPE/tag.sh" -m "$FILES/run" -- -l >/dev/null)        # of a script without more options, -- ends the options
    refuses() {         # TEXT ARGUMENT...
        run -2 --separate-stderr "$PIPE/evaluate.sh" "${@:2}"
        [ "$stderr" = "evaluate.sh: $1; try evaluate.sh -h" ] && [ -z "$output" ]
    }
    refuses "unknown option --modle" --modle=run data/dev.msg
    refuses "--m is the beginning of more than one option: --map --max-length --model" --m=run data/dev.msg
    refuses "--json takes no value" --json=yes -m run data/dev.msg
    refuses "-m needs a value" data/dev.msg -m
    refuses "--model needs a value" data/dev.msg --model
    refuses "--max takes a whole number from 1 on, not 'no'" --max no -m run data/dev.msg
    refuses "one file, not 2" -m run data/dev.msg data/test.msg
    run -2 --separate-stderr "$PIPE/train.sh" -m small -d data -o "$tmp/run" 3
    [ "$stderr" = "train.sh: 3 is neither an option nor its value; try train.sh -h" ]
    run -2 --separate-stderr "$PIPE/tagpipe.sh" evaluate -Z
    [ "$stderr" = "tagpipe evaluate: unknown option -Z; try tagpipe evaluate -h" ]
}

@test "tagpipe: runs scripts, make files and tools by their names; lists them all; refuses others" {
    run -0 --separate-stderr "$PIPE/tagpipe.sh" --help
    for command in $(grep -l '^usage=' "$PIPE"/*.sh | sed 's,.*/,,; s/\.sh$//' | grep -vE '^(bench|tagpipe|experiment-)') course experiment \
        $(cd "$ROOT/tools" && ls -- *.c | sed 's/\.c$//'); do
        [[ " ${output//$'\n'/ } " == *" $command "* ]] || { echo "$command is not listed"; false; }
    done
    ln -s "$PIPE/tagpipe.sh" "$tmp/tagpipe"
    [ "$("$tmp/tagpipe" conll2msg --version)" = "$(conll2msg --version)" ]
    [ "$("$tmp/tagpipe" --version)" = "$(conll2msg --version | sed s/^conll2msg/tagpipe/)" ]
    run -2 --separate-stderr "$tmp/tagpipe" course
    [[ $stderr = *"which model? MODEL=DIR"* ]]
    for none in common make recipes bash ../pipelines/train nothing; do
        run -2 --separate-stderr "$tmp/tagpipe" "$none"
        [ "$stderr" = "tagpipe: there is no command $none; try tagpipe -h" ]
    done
    run -2 --separate-stderr "$tmp/tagpipe"
    [ "$stderr" = "tagpipe: which command? Try tagpipe -h" ]
}

@test "preprocess: a table of what was made; a vocabulary of another language is reported" {
    run -0 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/data" train.txt dev.txt
    [ -z "$stderr" ]
    [ "${lines[0]}" = "      sentences     words    pieces  longest too long    [UNK]" ]
    for n in 1 2; do
        split=$([ $n = 1 ] && echo train || echo dev)
        [ "$(awk '{ print $1, $2, $3, $4, $5, $6, $7 }' <<<"${lines[n]}")" = "$split 40 $(grep -c . $split.txt) $(
            msg2json -f input_ids "$tmp/data/$split.msg" | jq -s 'map(.input_ids | length) | "\(add) \(max) 0 0.0"' -r)" ]
    done
    run -0 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/data" -l 12 -x window train.txt
    [ "$stderr" = "preprocess.sh: $tmp/data/dev.msg is of an earlier call; train.sh and others will use it with the new train.msg" ]
    [[ ${lines[2]} = *" sentences are longer than 12 pieces: in windows" ]]
    rm "$tmp/data/dev.msg"
    sed 's/^[A-Za-z]* /中文 /' train.txt >"$tmp/zh.txt"
    run -0 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/data" "$tmp/zh.txt"
    [[ $stderr = "preprocess.sh: the vocabulary of small is hardly one for this corpus: "*" % of the words have characters that it does not know ([UNK]); take a model for "* ]]
    sed -E 's/^[A-Za-z]+ /qxzwvqxzwvqxzwv /' train.txt >"$tmp/odd.txt"
    run -0 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/data" "$tmp/odd.txt"
    [[ $stderr = *"hardly one for this corpus: "*" pieces a word; take a model for "* ]]
}

@test "preprocess: --split makes train, dev and test of one file, with the same labels" {
    awk -v RS= -v ORS='\n\n' 'NR % 10 == 1 { print "-DOCSTART- O" } 1' train.txt dev.txt test.txt >"$tmp/all.txt"
    run -0 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/data" --split 80:10:10 <(cat train.txt dev.txt test.txt)
    [ -z "$stderr" ]
    [ "$(awk '{ print $1, $2 }' <<<"$output" | tail -n 3 | tr '\n' ' ')" = "train 96 dev 12 test 12 " ]
    for split in train dev test; do msg2json --header "$tmp/data/$split.msg" | head -n 1 | jq -c .labels; done | sort -u | wc -l | grep -qx 1
    cmp <(msg2json -f tokens,labels "$tmp"/data/{train,dev,test}.msg | sort) <(
        "$PIPE/preprocess.sh" -m small -o "$tmp/whole" <(cat train.txt dev.txt test.txt) >"$tmp/said"; msg2json -f tokens,labels "$tmp/whole/train.msg" | sort)
    run -0 "$PIPE/preprocess.sh" -m small -o "$tmp/docs" --split 3:1 --by document --seed 2 --map MISC=O --context 4 "$tmp/all.txt"
    [ "$(ls "$tmp/docs" | tr '\n' ' ')" = "dev.msg train.msg " ]
    [ "$(for s in train dev; do msg2json -f doc "$tmp/docs/$s.msg" | sort -u; done | sort | uniq -d)" = "" ]
    [[ $(msg2json --header "$tmp/docs/dev.msg" | sed -n 1p | jq -c .labels) != *MISC* ]]
    run -0 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/docs" train.txt
    [ "$stderr" = "preprocess.sh: $tmp/docs/dev.msg is of an earlier call; train.sh and others will use it with the new train.msg" ]
    run -0 "$PIPE/preprocess.sh" -m small -o "$tmp/docs" --split 3:1 "$tmp/all.txt"
    [[ $output = *"by sentence; --by document keeps the "*" documents whole"* ]]
    refuses() {         # STATUS TEXT ARGUMENT...
        run "-$1" --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/no" "${@:3}"
        [[ $stderr = *"$2"* ]] && [ "${#stderr_lines[@]}" -eq 1 ] && [ -z "$(ls "$tmp/no" 2>/dev/null)" ] || { echo "$stderr"; false; }
    }
    refuses 2 "--split takes one file, not 2" --split 8:1:1 train.txt dev.txt
    refuses 2 "--by and --seed go with --split" --by document train.txt
    refuses 2 "--context needs whole documents: --split 8:1:1 --by document" --split 8:1:1 --context 3 train.txt
    refuses 2 "at most three parts" --split 1:1:1:1 train.txt
    refuses 1 "1 document for 3 parts; see --by sentence" --split 8:1:1 --by document train.txt
    refuses 2 "'80%' is not a number above 0" --split 80%:20% train.txt
}

@test "preprocess: three streams with labels for their pieces, and no other file is left" {
    [ "$(ls -A data | tr '\n' ' ')" = "dev.msg test.msg train.msg " ]
    run -0 bash -c 'msg2json data/dev.msg | wc -l'
    [ "$output" -eq 40 ]
    run -0 bash -c 'msg2json --header data/test.msg | head -n 1'
    [[ $output = *'"labels":["O","B-PER","I-PER","B-ORG"'* ]]
}

@test "preprocess: works from any directory, with blanks in names" {
    mkdir -p "$tmp/a b" && cp train.txt "$tmp/a b/my train.txt" && cp -r small "$tmp/a b/my model"
    cd "$tmp/a b"
    "$PIPE/preprocess.sh" -m "my model" -o "my data" "my train.txt"
    [ "$(ls -A "my data")" = train.msg ]
    cd / && "$PIPE/preprocess.sh" -m "$tmp/a b/my model" -o "$tmp/other" "$tmp/a b/my train.txt"
    cmp "$tmp/other/train.msg" <("$PIPE/preprocess.sh" -m "$FILES/small" -o "$tmp/o" "$tmp/a b/my train.txt"; cat "$tmp/o/train.msg") || {
        msg2json "$tmp/other/train.msg" | cmp - <(msg2json "$tmp/a b/my data/train.msg")     # the names in the history differ
    }
}

@test "preprocess: all streams have the labels of all files; -L gives them; a label that is not among them is named" {
    printf 'Oslo B-GPE\n\n' >"$tmp/dev.txt"
    labels() { msg2json --header "$1" | head -n 1 | jq -c .labels.ner_tags; }
    run -0 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/out" train.txt "$tmp/dev.txt"
    [ -z "$stderr" ]
    [ "$(ls -A "$tmp/out" | tr '\n' ' ')" = "dev.msg train.msg " ]
    [ "$(labels "$tmp/out/train.msg")" = "$(labels "$tmp/out/dev.msg")" ]
    [[ $(labels "$tmp/out/train.msg") = *'"B-GPE"'*'"I-PER"'* ]]
    for given in O,B-PER "@$tmp/names" data/train.msg run/last; do
        printf 'O\nB-PER\n' >"$tmp/names"
        run -1 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/other" -L "$given" "$tmp/dev.txt"
        [[ $stderr = *"dev.txt:1: the label 'B-GPE' of ner_tags is not among the "* ]]
        [ -z "$(ls -A "$tmp/other")" ]
    done
    "$PIPE/preprocess.sh" -m small -o "$tmp/model" -L run/last test.txt
    [ "$(labels "$tmp/model/train.msg")" = "$(jq -c '[.id2label | to_entries | sort_by(.key | tonumber)[].value]' run/last/config.json)" ]
}

@test "preprocess: what is to be said of the model is said once; errors of wptok are shown" {
    mkdir "$tmp/cased"
    cp small/config.json small/vocab.txt "$tmp/cased"       # upper-case pieces, and nothing that says what becomes of them
    sed -i '$s/.*/Zanzibar/' "$tmp/cased/vocab.txt"
    run -0 --separate-stderr "$PIPE/preprocess.sh" -m "$tmp/cased" -o "$tmp/out" train.txt dev.txt test.txt
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr = *"the vocabulary has upper-case pieces"* ]]
    run -1 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/out" -l 3 train.txt dev.txt
    [[ $stderr = *"wptok: record 1"* ]]
}

@test "preprocess: JSON lines, CSV, a file of each kind" {
    for split in train dev; do msg2json -n -f tokens,ner_tags data/$split.msg | sed 's/"tokens"/"words"/' >"$tmp/$split.jsonl"; done
    run -0 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/json" -c words=tokens "$tmp/train.jsonl" "$tmp/dev.jsonl"
    [ -z "$stderr" ]
    for split in train dev; do
        cmp <(msg2json -f tokens,ner_tags,input_ids,labels "$tmp/json/$split.msg") <(msg2json -f tokens,ner_tags,input_ids,labels data/$split.msg)
    done
    { echo Word,Tag; awk '{ gsub(/"/, "\"\""); if (NF) print "\"" $1 "\"," $NF; else print "" }' train.txt; } >"$tmp/train.csv"
    "$PIPE/preprocess.sh" -m small -o "$tmp/csv" -i csv "$tmp/train.csv"
    cmp <(msg2json -n -f tokens,labels "$tmp/csv/train.msg") <(msg2json -n -f tokens,labels data/train.msg)
    run -1 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/x" train.txt "$tmp/dev.jsonl"
    [ "$stderr" = "preprocess.sh: $tmp/dev.jsonl has JSON, and train.txt has columns; all files are of one kind" ]
    run -2 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/x" -s iob1 "$tmp/dev.jsonl"
    [ "$stderr" = "preprocess.sh: -s and -i are for files of columns, and $tmp/dev.jsonl has JSON; try preprocess.sh -h" ]
    # texts with spans, and documents of brat
    echo '{"text":"Clara met Anna.","label":[[0,5,"PER"],[10,14,"PER"]]}' >"$tmp/spans.jsonl"
    mkdir "$tmp/brat"
    printf 'Clara met Anna.' >"$tmp/brat/1.txt"
    printf 'T1\tPER 0 5\tClara\nT2\tPER 10 14\tAnna\n' >"$tmp/brat/1.ann"
    for file in spans.jsonl brat; do
        "$PIPE/preprocess.sh" -m small -o "$tmp/$file.data" "$tmp/$file"
        [ "$(msg2json -n -f tokens,ner_tags "$tmp/$file.data/train.msg")" = '{"tokens":["Clara","met","Anna","."],"ner_tags":["B-PER","O","B-PER","O"]}' ]
    done
    # evaluate.sh reads the same files
    "$PIPE/evaluate.sh" -j -m run/best data/dev.msg >"$tmp/want"
    "$PIPE/evaluate.sh" -j -m run/best -c words=tokens "$tmp/dev.jsonl" | cmp - "$tmp/want"
    run -0 --separate-stderr "$PIPE/evaluate.sh" -m run/best "$tmp/brat"
    [[ $stderr != *head* ]]
    run -2 --separate-stderr "$PIPE/evaluate.sh" -m run/best -x window data/dev.msg
    [ "$stderr" = "evaluate.sh: -c, -i, -l, -x and others are for a corpus, and data/dev.msg is a stream of pieces already; try evaluate.sh -h" ]
    { echo Word,Tag; awk '{ gsub(/"/, "\"\""); if (NF) print "\"" $1 "\"," $NF; else print "" }' dev.txt; } >"$tmp/dev.csv"
    "$PIPE/evaluate.sh" -j -m run/best -i csv "$tmp/dev.csv" | cmp - "$tmp/want"
}

@test "preprocess: a split without an entity; spaCy's pairs; rows that look like JSON; label sets that are none" {
    echo '{"text":"Peter knows Peter","label":[[0,5,"PER"]]}' >"$tmp/some.jsonl"
    echo '{"text":"who knows","label":[]}' >"$tmp/none.jsonl"
    for splits in "some none" "none some"; do
        read -r train dev <<<"$splits"
        "$PIPE/preprocess.sh" -m small -o "$tmp/$train" "$tmp/$train.jsonl" "$tmp/$dev.jsonl"
        [ "$(msg2json -f ner_tags "$tmp/$train/train.msg" "$tmp/$train/dev.msg" | sort)" = "$(printf '%s\n' '{"ner_tags":[0,0]}' '{"ner_tags":[1,0,0]}')" ]
    done
    echo '["Peter knows",{"entities":[[0,5,"PER"]]}]' >"$tmp/pair.jsonl"
    "$PIPE/preprocess.sh" -m small -o "$tmp/pair" "$tmp/pair.jsonl"
    [ "$(msg2json -n -f ner_tags "$tmp/pair/train.msg")" = '{"ner_tags":["B-PER","O"]}' ]
    printf '{" O\nPeter B-PER\n\n[" O\n' >"$tmp/rows.txt"
    "$PIPE/preprocess.sh" -m small -o "$tmp/rows" "$tmp/rows.txt"
    run -1 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/x" -L missing.msg train.txt
    [ "$stderr" = "preprocess.sh: cannot open missing.msg, for the labels; a list of them is O,B-X,I-X" ]
    printf 'O\nB-PER\n' >"$tmp/names"
    run -1 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/x" -L "$tmp/names" train.txt
    [ "$stderr" = "preprocess.sh: $tmp/names is not a stream; if it has a name per line, write -L @$tmp/names" ]
}

@test "preprocess: -s reads another scheme; invalid transitions are repaired and reported" {
    conll2msg train.txt | msg2conll -f tokens,ner_tags --scheme iob1 >"$tmp/iob1.txt"
    printf 'Oslo B-LOC\n\n' >>"$tmp/iob1.txt"
    run -0 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/out" -s iob1 "$tmp/iob1.txt"
    [ "${stderr_lines[0]}" = "conll2msg: $tmp/iob1.txt:$(grep -n Oslo "$tmp/iob1.txt" | tail -n 1 | cut -d: -f1): ner_tags: B-LOC at the start of the sentence is invalid in iob1" ]
    [ "${stderr_lines[1]}" = "conll2msg: 1 invalid transition repaired" ]
    cmp <(msg2json -n -f tokens,ner_tags "$tmp/out/train.msg" | sed '$d') <(msg2json -n -f tokens,ner_tags data/train.msg)
}

@test "preprocess: missing files and models are named before any work" {
    run -1 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/out" no.txt
    [ "$stderr" = "preprocess.sh: cannot read the file no.txt" ]
    run -1 --separate-stderr "$PIPE/preprocess.sh" -m data -o "$tmp/out" train.txt
    [ "$stderr" = "preprocess.sh: data is not a model directory: it has no config.json" ]
    run -2 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/out" -l many train.txt
    [ "$stderr" = "preprocess.sh: -l takes a whole number from 1 on, not 'many'; try preprocess.sh -h" ]
    [ ! -e "$tmp/out" ]
}

@test "train: a model, a score and a step stream for every epoch; last and best by dev F1; no file left over" {
    [ "$(grep -c '^epoch ' train.out)" -eq 3 ]
    for n in 1 2 3; do
        [ -e run/epoch-$n/model.safetensors ]
        run -0 bash -c "msg2json run/steps-$n.msg | wc -l"
        [ "$output" -eq 5 ]
        grep -q '"overall_f1"' run/dev-$n.json
    done
    [ "$(readlink run/last)" = epoch-3 ]
    [ -z "$(hidden run)" ]
    best=$(sed -n 's/^epoch *\([0-9]*\) .* F1 \([0-9.]*\) .*/\1 \2/p' train.out | sort -s -k2,2gr | head -n 1)
    [ "$(readlink run/best)" = "epoch-${best% *}" ]
}

@test "train: the dev loss is eval_loss of the Trainer, in the log and in dev-N.json; without labels of pieces there is none" {
    bertfwd -m run/epoch-2 --loss-file "$tmp/loss" data/dev.msg >"$tmp/out"
    [ "$(jq .loss run/dev-2.json)" = "$(jq .eval_loss "$tmp/loss")" ]
    [[ $(sed -n 2p train.out) = *"  accuracy 0."*"  loss $(jq .loss run/dev-2.json | xargs printf %.4f)" ]]
    mkdir "$tmp/data"
    cp data/train.msg "$tmp/data/"
    conll2msg dev.txt | wptok -m small >"$tmp/data/dev.msg"
    run -0 "$PIPE/train.sh" -m small -d "$tmp/data" -o "$tmp/run" -e 1 -l 1e-2
    [[ ${lines[-1]} != *" accuracy "*loss* ]]
    cmp "$tmp/run/dev-1.json" <(sed 's/, "loss".*}/}/' run/dev-1.json)
}

@test "train: given again, it repeats no epoch; other options are refused, and both are shown" {
    cp -r run "$tmp/run"
    rm "$tmp/run/steps-1.msg" && cp run/steps-2.msg "$tmp/run/steps-1.msg"    # only read from now on
    before=$(stat -c %Y.%i "$tmp"/run/epoch-*/model.safetensors)
    run -0 "$PIPE/train.sh" -k -m small -d data -o "$tmp/run" -e 3 -l 1e-2
    [ "$(stat -c %Y.%i "$tmp"/run/epoch-*/model.safetensors)" = "$before" ]
    run -1 --separate-stderr "$PIPE/train.sh" -m small -d data -o "$tmp/run" -e 3 -l 2e-2
    [[ $stderr = *"< rate 1e-2"*"> rate 2e-2"*"other options or inputs"* ]]
    mkdir "$tmp/data" && cp data/train.msg "$tmp/data/" && cp data/test.msg "$tmp/data/dev.msg"
    run -1 --separate-stderr "$PIPE/train.sh" -k -m small -d "$tmp/data" -o "$tmp/run" -e 3 -l 1e-2
    [[ $stderr = *"< dev.msg "*"> dev.msg "*"other options or inputs"* ]]
}

@test "train: interrupted between two epochs and continued, the weights have the same bits" {
    cp -r run "$tmp/run"
    rm -rf "$tmp"/run/{epoch-3,steps-3.msg,dev-3.json,last,best} "$tmp/run/epoch-2" "$tmp/run/steps-2.msg" "$tmp/run/dev-2.json" "$tmp/run/epoch-1" "$tmp/run/steps-1.msg" "$tmp/run/dev-1.json"
    # Ended within the second epoch, as by Ctrl-C: a trainstep that fails there.
    trainstep_fails_at epoch-1
    run -1 env TAGPIPE_BIN="$tmp/bin" "$PIPE/train.sh" -k -m small -d data -o "$tmp/run" -e 3 -l 1e-2
    [ -z "$(hidden "$tmp/run")" ]
    [ "$(readlink "$tmp/run/last")" = epoch-1 ]
    run -0 "$PIPE/train.sh" -k -m small -d data -o "$tmp/run" -e 3 -l 1e-2
    for n in 1 2 3; do
        cmp "run/epoch-$n/model.safetensors" "$tmp/run/epoch-$n/model.safetensors"
    done
    cmp run/dev-3.json "$tmp/run/dev-3.json"
}

@test "train: without -k only last and best are kept; -n starts again" {
    run -0 "$PIPE/train.sh" -n -m small -d data -o "$tmp/run" -e 3 -l 1e-2
    for dir in "$tmp"/run/epoch-*; do
        [ "$(readlink -f "$tmp/run/last")" = "$(readlink -f "$dir")" ] || [ "$(readlink -f "$tmp/run/best")" = "$(readlink -f "$dir")" ]
    done
    cmp run/epoch-3/model.safetensors "$tmp/run/last/model.safetensors"
    run -0 "$PIPE/train.sh" -n -m small -d data -o "$tmp/run" -e 1 -l 1e-2
    [ "$(readlink "$tmp/run/last")" = epoch-1 ] && [ ! -e "$tmp/run/dev-2.json" ]
}

@test "train: scored every N steps, stopped and continued: the same bits as a training by epochs" {
    run -0 --separate-stderr "$PIPE/train.sh" -k -v 4 -m small -d data -o "$tmp/run" -e 3 -l 1e-2
    [ "$(sed -n 's/^step *\([0-9]*\)  loss .*/\1/p' <<<"$output" | tr '\n' ' ')" = "4 8 12 15 " ]
    [ "$stderr" = "bertinit: all 23 tensors are newly initialised: training starts from random weights" ]
    [ "$(readlink "$tmp/run/last")" = step-15 ] && [ "$(readlink "$tmp/run/best")" = step-4 ]
    cmp run/last/model.safetensors "$tmp/run/last/model.safetensors"
    cmp run/dev-3.json "$tmp/run/dev-15.json"
    # stopped after step 8, in the middle of an epoch
    trainstep_fails_at step-8
    run -1 env TAGPIPE_BIN="$tmp/bin" "$PIPE/train.sh" -v 4 -m small -d data -o "$tmp/run2" -e 3 -l 1e-2
    [ "$(readlink "$tmp/run2/last")" = step-8 ] && [ -z "$(hidden "$tmp/run2")" ]
    run -0 "$PIPE/train.sh" -v 4 -m small -d data -o "$tmp/run2" -e 3 -l 1e-2
    cmp run/last/model.safetensors "$tmp/run2/last/model.safetensors"
    run -1 --separate-stderr "$PIPE/train.sh" -v 5 -m small -d data -o "$tmp/run" -e 3 -l 1e-2
    [[ $stderr = *"< every 4"*"> every 5"* ]]
}

@test "train: dev.msg is looked at before the first step" {
    mkdir "$tmp/data"
    cp data/train.msg "$tmp/data/train.msg"
    head -c 5000 data/dev.msg >"$tmp/data/dev.msg"
    run -1 --separate-stderr "$PIPE/train.sh" -m small -d "$tmp/data" -o "$tmp/run" -e 1
    [[ $stderr == "msg2json: $tmp/data/dev.msg: cut off inside record "* ]]
    [ -z "$(compgen -G "$tmp/run/*")" ]
    run -1 --separate-stderr "$PIPE/train.sh" -m small -f chunk_tags -d data -o "$tmp/run" -e 1
    [[ $stderr == "msg2json: the stream has no field 'chunk_tags', only id"* ]]
}

@test "train and evaluate: a model with the same labels in another order keeps its head, and has the same scores" {
    labels=$(jq -r '.label2id | keys | reverse | join(",")' run/best/config.json)
    bertinit --from run/best --labels "$labels" -o "$tmp/moved"
    run ! cmp -s "$tmp/moved/config.json" run/best/config.json
    "$PIPE/evaluate.sh" -m run/best data/test.msg >"$tmp/want"
    "$PIPE/evaluate.sh" -m "$tmp/moved" data/test.msg | cmp - "$tmp/want"
    "$PIPE/evaluate.sh" -m "$tmp/moved" test.txt | cmp - "$tmp/want"
    bertfwd -m "$tmp/moved" data/test.msg | logit2tag --unit piece | seqeval --field labels >"$tmp/pieces"
    bertfwd -m run/best data/test.msg | logit2tag --unit piece | seqeval --field labels | cmp - "$tmp/pieces"
    run -0 --separate-stderr "$PIPE/train.sh" -m "$tmp/moved" -d data -o "$tmp/run" -e 1 -l 1e-9
    [ -z "$stderr" ]
    "$PIPE/evaluate.sh" -m "$tmp/run/best" data/test.msg | cmp - "$tmp/want"
}

@test "train: early stopping when the scores are not better; given again, it does nothing more" {
    # with this learning rate no entity is ever found: the first model is the best
    run -0 "$PIPE/train.sh" -p 2 -m small -d data -o "$tmp/run" -e 9 -l 1e-9
    [ "${lines[-1]}" = "stopped early: epoch 1 has the best score, and 2 more did not improve it" ]
    [ "$(grep -c '^epoch' <<<"$output")" -eq 3 ] && [ ! -e "$tmp/run/dev-4.json" ]
    [ "$(readlink "$tmp/run/best")" = epoch-1 ]
    [ "$("$PIPE/train.sh" -p 2 -m small -d data -o "$tmp/run" -e 9 -l 1e-9 | tail -n 1)" = "${lines[-1]}" ]
    run -2 --separate-stderr "$PIPE/train.sh" -p no -m small -d data -o "$tmp/run"
    [[ $stderr = "train.sh: -p takes a whole number from 1 on, not 'no'"* ]]
}

@test "train: --max-steps and --accumulate of trainstep decide where it ends" {
    run -0 "$PIPE/train.sh" -m small -d data -o "$tmp/run" -e 1 -l 1e-2 -- --max-steps 8 --accum=2
    [ "$(grep -c '^epoch' <<<"$output")" -eq 3 ]
    [ "$(msg2json "$tmp/run/steps-3.msg" | jq -sc 'map(.step)')" = "[7,8]" ]
    [[ $output != *"left out"* || $output = *"left out 1 batches after step 8"* ]]
    run -2 --separate-stderr "$PIPE/train.sh" -m small -d data -o "$tmp/other" -- --max-steps many
    [[ $stderr = *"--max-steps "[a-z]*" a whole number"* ]]
}

@test "train: a mistyped option of trainstep stops it with 2 and the message of trainstep" {
    run -2 --separate-stderr "$PIPE/train.sh" -m small -d data -o "$tmp/run" -- --shedule linear
    [ "$stderr" = "trainstep: no option --shedule; did you mean --schedule? See trainstep --help" ]
    [ ! -e "$tmp/run" ]
}

@test "train: before the first result other options are allowed; weights that cannot be read are never replaced by random ones" {
    cp -r small "$tmp/other"
    echo 1 >"$tmp/other/pytorch_model.bin"
    run -1 --separate-stderr "$PIPE/train.sh" -m "$tmp/other" -d data -o "$tmp/run"
    [ "$stderr" = "bertinit: $tmp/other/pytorch_model.bin: not a file of torch.save" ]
    [ -z "$(hidden "$tmp/run")" ]
    run -0 "$PIPE/train.sh" -m small -d data -o "$tmp/run" -e 1
}

@test "evaluate and tag: a run stands for its best model" {
    "$PIPE/evaluate.sh" -j -m run data/dev.msg | cmp - <("$PIPE/evaluate.sh" -j -m run/best data/dev.msg)
    echo 'Clara lives in Oslo .' | "$PIPE/tag.sh" -m run -j | cmp - <(echo 'Clara lives in Oslo .' | "$PIPE/tag.sh" -m run/best -j)
}

@test "evaluate: the same report from the stream and from the corpus, whatever the order of its labels" {
    run -0 "$PIPE/evaluate.sh" -m run/best data/test.msg
    report=$output
    [[ $report = *PER*LOC* || $report = *LOC*PER* ]]
    [ "$("$PIPE/evaluate.sh" -m run/best test.txt)" = "$report" ]
    run -0 "$PIPE/evaluate.sh" -j -m run/best -o "$tmp/tagged.msg" data/test.msg
    [[ $output = *'"overall_f1"'* ]]
    [ "$(ls -A "$tmp")" = tagged.msg ]
}

@test "evaluate: options of seqeval after --, constrained decoding, windows" {
    run -0 "$PIPE/evaluate.sh" -m run/best data/test.msg -- --digits 2
    [[ $output = *"micro avg"*"0.00"* && $output != *0.0000* ]]
    run -0 "$PIPE/evaluate.sh" -C -m run/best -o "$tmp/tagged.msg" test.txt
    [[ $(msg2json --header "$tmp/tagged.msg" | sed -n 1p) = *'"tool":"logit2tag"'*'"--constrain"'* ]]
    { for i in {1..300}; do echo "word O"; done; echo; } >"$tmp/long.txt"
    run -1 "$PIPE/evaluate.sh" -m run/best "$tmp/long.txt"
    run -0 "$PIPE/evaluate.sh" -x window -j -m run/best "$tmp/long.txt"
    "$PIPE/preprocess.sh" -x window -m small -o "$tmp/data" train.txt "$tmp/long.txt" -- --stride 9
    [[ $(msg2json --header "$tmp/data/dev.msg" | sed -n 1p) = *'"--stride","9"'* ]]
    for i in {1..300}; do printf 'word '; done >"$tmp/text"
    run -1 "$PIPE/tag.sh" -m run/best "$tmp/text"
    run -0 "$PIPE/tag.sh" -x window -m run/best "$tmp/text"
}

@test "evaluate, tag: a model that was trained with context and windows reads a corpus as it was trained, and says so" {
    "$PIPE/preprocess.sh" -m small -o "$tmp/data" -l 24 -x window train.txt dev.txt test.txt -- --context 8 --stride 5
    run -0 --separate-stderr "$PIPE/train.sh" -m small -d "$tmp/data" -o "$tmp/run" -e 2 -l 3e-2
    jq -e '.task_specific_params["token-classification"] == {max_seq_length: 24, overflow: "window", stride: 5, context: 8}' "$tmp/run/best/config.json"
    "$PIPE/evaluate.sh" -m "$tmp/run" "$tmp/data/test.msg" -o "$tmp/want" >"$tmp/scores"
    run -0 --separate-stderr "$PIPE/evaluate.sh" -m "$tmp/run" -o "$tmp/got" test.txt
    [ "$output" = "$(cat "$tmp/scores")" ]
    [ "$stderr" = "wptok: as the model was trained: --max-length 24 --overflow window --stride 5 --context 8" ]
    cmp <(msg2json -f tokens,pred,score "$tmp/got") <(msg2json -f tokens,pred,score "$tmp/want")
    bertinit --from "$tmp/run/best" --labels-from data/train.msg -o "$tmp/copy"
    cmp <(jq .task_specific_params "$tmp/copy/config.json") <(jq .task_specific_params "$tmp/run/best/config.json")
    run -0 --separate-stderr "$PIPE/tag.sh" -m "$tmp/run" <<<'Clara lives in Oslo .'
    [[ $stderr = "wptok: as the model was trained: --max-length 24 --overflow window --stride 5, but without its --context 8, because "* ]]
    run -0 --separate-stderr "$PIPE/tag.sh" -m "$tmp/run" --context 8 -x error <<<'Clara lives in Oslo .'
    [ "$stderr" = "wptok: as the model was trained: --max-length 24" ]
    # a model that was trained without any of it
    run -0 --separate-stderr "$PIPE/evaluate.sh" -m run test.txt
    [ -z "$stderr" ]
}

@test "tag, evaluate: -l is the maximum number of pieces" {
    echo 'word word word word' >"$tmp/text"
    run -1 --separate-stderr "$PIPE/tag.sh" -l 5 -m run/best "$tmp/text"
    [[ $stderr = *"pieces, the limit (--max-length) is 5; see --overflow truncate and --overflow window (-x in the scripts)"* ]]
    run -0 --separate-stderr "$PIPE/tag.sh" -l 8 -x window -m run/best "$tmp/text"
    printf 'word O\nword O\nword O\nword O\n\n' >"$tmp/long.txt"
    run -1 --separate-stderr "$PIPE/evaluate.sh" -l 5 -m run/best "$tmp/long.txt"
    [[ $stderr = *"pieces, the limit (--max-length) is 5; see "* ]]
    run -0 --separate-stderr "$PIPE/evaluate.sh" -l 8 -x window -m run/best "$tmp/long.txt"
    for script in tag evaluate; do
        run -2 --separate-stderr "$PIPE/$script.sh" -l no -m run/best "$tmp/text"
        [ "$stderr" = "$script.sh: -l takes a whole number from 1 on, not 'no'; try $script.sh -h" ]
    done
}

@test "tag: entities, JSON or words above tags, from a file or standard input, in any directory" {
    echo 'Nina Talloltton flew to Luvoltgrad .' >"$tmp/text"
    cd /
    run -0 "$PIPE/tag.sh" -m "$FILES/run/best" "$tmp/text"
    [[ $output = *"Nina Talloltton flew to Luvoltgrad ."* ]]
    [ "$("$PIPE/tag.sh" -m "$FILES/run/best" <"$tmp/text")" = "$output" ]
    run -0 "$PIPE/tag.sh" -j -m "$FILES/run/best" "$tmp/text"
    [[ $output = '{"id":0,"text":"Nina Talloltton flew to Luvoltgrad .","entities":['*']}' ]]
    run -0 "$PIPE/tag.sh" -w -m "$FILES/run/best" "$tmp/text"
    [[ ${lines[0]} = "Nina "* ]]
    run -1 --separate-stderr "$PIPE/tag.sh" -m "$FILES/data" "$tmp/text"
    [[ $stderr = "tag.sh: "*"not a model directory"* ]]
}

@test "tag: words, lines of JSON, streams; their id and themselves in the JSON" {
    tag() { "$PIPE/tag.sh" -m run "$@"; }
    echo 'Nina flew to  Oslo .' >"$tmp/text"
    tag -j "$tmp/text" | jq -e '.text == "Nina flew to  Oslo ." and (.entities | type) == "array"'
    tag -jt "$tmp/text" | jq -e '.tokens == ["Nina", "flew", "to", "Oslo", "."]'
    tag -jw "$tmp/text" | jq -e '(.pred | length) == 5 and (.pred[0] | type) == "string" and has("logits") == false'
    echo '{"id":"x7","text":"Nina flew to  Oslo .","meta":{"n":1}}' >"$tmp/lines.json"
    entities=$(tag -j "$tmp/text" | jq -c .entities)
    want='{"id":"x7","text":"Nina flew to  Oslo .","meta":{"n":1},"entities":'
    for input in "$tmp/lines.json" - <(cat "$tmp/lines.json"); do
        [[ $(tag -j "$input" <"$tmp/lines.json") = "$want"* ]]
        [ "$(tag -j <"$tmp/lines.json" | jq -c .entities)" = "$entities" ]
    done
    cat "$tmp/lines.json" "$tmp/lines.json" | tag -j | jq -se 'length == 2 and all(.id == "x7")'
    jq -s . "$tmp/lines.json" | tag -j | jq -e '.id == "x7"'
    echo '{"tokens":["Nina","flew"]}' | tag -j | jq -e '.tokens == ["Nina", "flew"] and .id == 0'
    conll2msg test.txt >"$tmp/in.msg"
    tag -w "$tmp/in.msg" >"$tmp/want"
    tag -w <"$tmp/in.msg" | cmp - "$tmp/want"
    cat "$tmp/in.msg" | tag -w | cmp - "$tmp/want"
    # JSON of which the first line is not: text
    printf 'a\n{"text":"b"}\n' | tag -j | jq -se 'length == 2 and .[1].text == "{\"text\":\"b\"}"'
    run -1 --separate-stderr tag "$tmp/text" "$tmp/lines.json"
    [ "$stderr" = "tag.sh: $tmp/lines.json has JSON, and $tmp/text has lines; all files are of one kind" ]
}

@test "tag: a page; a threshold; precision; context among the lines of a file; a line typed is answered before the next one" {
    printf 'Nina flew to Oslo .\nShe was there .\n' >"$tmp/text"
    [[ $("$PIPE/tag.sh" --html -m run "$tmp/text") = '<!DOCTYPE html>'*'<title>text'* ]]
    "$PIPE/tag.sh" -j --threshold 1 -m run "$tmp/text" | jq -se 'all(.entities == [])'
    "$PIPE/tag.sh" -jw --threshold 1 -m run "$tmp/text" | jq -se 'map(.pred[]) | all(. == "O")'
    [[ $("$PIPE/tag.sh" -p int8 -jw --with offsets -m run "$tmp/text") != "$("$PIPE/tag.sh" -jw --with offsets -m run "$tmp/text")" ]]
    "$PIPE/tag.sh" -j --context 4 --fields pieces -m run "$tmp/text" | jq -se '.[0].pieces | index("[SEP]") == length - 1 and length > 9'
    mkfifo "$tmp/in"
    ("$PIPE/tag.sh" -j -m run <"$tmp/in" >"$tmp/out") &
    exec 7>"$tmp/in"
    echo one >&7
    for _ in $(seq 200); do [ -s "$tmp/out" ] && break; sleep 0.05; done
    [ "$(jq -r .text "$tmp/out")" = one ]
    exec 7>&-
    wait
    run -2 --separate-stderr "$PIPE/tag.sh" --html -j -m run "$tmp/text"
    [ "$stderr" = "tag.sh: -j or --html, not both; try tag.sh -h" ]
}

@test "preprocess, evaluate: pipes and standard input are files like others; streams of sentences are a corpus" {
    "$PIPE/preprocess.sh" -m small -o "$tmp/data" <(cat train.txt) /dev/stdin <dev.txt
    for split in train dev; do cmp <(msg2json "data/$split.msg") <(msg2json "$tmp/data/$split.msg"); done
    "$PIPE/evaluate.sh" -j -m run test.txt >"$tmp/want"
    conll2msg test.txt >"$tmp/test.msg"
    "$PIPE/evaluate.sh" -j -m run - <test.txt | cmp - "$tmp/want"
    "$PIPE/evaluate.sh" -j -m run <(cat test.txt) | cmp - "$tmp/want"
    "$PIPE/evaluate.sh" -j -m run - <data/test.msg | cmp - "$tmp/want"
    "$PIPE/evaluate.sh" -j -m run "$tmp/test.msg" | cmp - "$tmp/want"
    "$PIPE/preprocess.sh" -m small -o "$tmp/again" "$tmp/test.msg"
    cmp <(msg2json -f tokens,labels "$tmp/again/train.msg") <(msg2json -f tokens,labels data/test.msg)
    [ -z "$(ls -A "${TMPDIR:-/tmp}" | grep '^tagpipe\.[A-Za-z0-9]*$' | while read -r d; do [ ! -e "${TMPDIR:-/tmp}/$d/test.txt" ] || echo "$d"; done)" ]
    run -1 --separate-stderr "$PIPE/evaluate.sh" -m run - </dev/null
    [ "$stderr" = "evaluate.sh: standard input is empty" ]
    run -1 --separate-stderr bash -c "conll2msg $tmp/none | $PIPE/evaluate.sh -m run -"
    [ "${#stderr_lines[@]}" -eq 1 ] && [[ $stderr = "conll2msg: cannot open "* ]]
    # a pipe is written, and stays one
    mkfifo "$tmp/fifo"
    msgview -s "$tmp/fifo" >"$tmp/seen" &
    TMPDIR=$tmp "$PIPE/evaluate.sh" -m run -o "$tmp/fifo" data/test.msg >/dev/null
    wait $!
    [ -p "$tmp/fifo" ] && grep -q '^records ' "$tmp/seen"
    "$PIPE/evaluate.sh" -j -m run <"$tmp/test.msg" | cmp - "$tmp/want"
}

@test "preprocess, evaluate: options that a message of a tool names are options of the script; of another tool they are refused" {
    printf '# a\nOslo B-LOC\n\n' >"$tmp/comment.txt"
    "$PIPE/preprocess.sh" -m small -o "$tmp/c" --comments no "$tmp/comment.txt"
    [ "$(msg2json -f tokens "$tmp/c/train.msg")" = '{"tokens":["#","Oslo"]}' ]
    echo '{"text":"Clara met Anna.","label":[[0,9,"X"],[6,9,"PER"]]}' >"$tmp/spans.jsonl"
    run -1 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/s" "$tmp/spans.jsonl"
    [[ $stderr = *"--overlap longest"* ]]
    "$PIPE/preprocess.sh" -m small -o "$tmp/s" --overlap=longest "$tmp/spans.jsonl"
    "$PIPE/evaluate.sh" -m run --tags --digits 2 test.txt | grep -q ' B-PER '
    "$PIPE/evaluate.sh" -m run --confusion data/test.msg | grep -q missed
    run -2 --separate-stderr "$PIPE/preprocess.sh" -m small -o "$tmp/x" --overlap longest train.txt
    [ "$stderr" = "preprocess.sh: --overlap is an option of json2msg and brat2msg, and train.txt has columns; try preprocess.sh -h" ]
    run -2 --separate-stderr "$PIPE/evaluate.sh" -m run --spans x data/test.msg
    [ "$stderr" = "evaluate.sh: --spans is an option of json2msg, and data/test.msg is a stream of pieces; try evaluate.sh -h" ]
    run -2 --separate-stderr "$PIPE/evaluate.sh" -m run --stride 5 data/test.msg
    [[ $stderr = *"data/test.msg is a stream of pieces already"* ]]
}

@test "preprocess, evaluate: --map and --scheme" {
    "$PIPE/preprocess.sh" -m small -o "$tmp/data" --map MISC=O,LOC=PLACE --scheme iobes train.txt dev.txt
    for split in train dev; do
        msg2json --header "$tmp/data/$split.msg" | head -n 1 | jq -ce '.labels.ner_tags == .labels.labels and .labels.ner_tags[0] == "O" and
            (.labels.ner_tags | index("S-PLACE") and index("E-PER") and (map(test("MISC|LOC")) | any | not))'
    done
    cmp <(msg2json -nf ner_tags "$tmp/data/train.msg") <(conll2msg train.txt | maplbl --map MISC=O,LOC=PLACE --to iobes | msg2json -nf ner_tags)
    sed 's/-LOC/-PLACE/' test.txt >"$tmp/test.txt"
    "$PIPE/evaluate.sh" -m run test.txt >"$tmp/want"
    "$PIPE/evaluate.sh" -m run --map PLACE=LOC "$tmp/test.txt" | cmp - "$tmp/want"
}

@test "evaluate: types that the model does not know are named, from a corpus and from a stream; --any-types goes on" {
    sed 's/-LOC/-GPE/' test.txt >"$tmp/test.txt"
    "$PIPE/preprocess.sh" -m small -o "$tmp/data" "$tmp/test.txt"
    for file in "$tmp/test.txt" "$tmp/data/train.msg"; do
        run -1 --separate-stderr "$PIPE/evaluate.sh" -m run "$file"
        [[ -z $output && ${#stderr_lines[@]} -eq 1 && $stderr = *" type"*" do not have: GPE ("*"--map"* ]]
        run -0 --separate-stderr "$PIPE/evaluate.sh" --any-types -m run "$file"
        [[ $output = *" GPE "* && ${#stderr_lines[@]} -eq 1 && $stderr = *"count as missed: GPE ("* ]]
    done
    "$PIPE/evaluate.sh" --map GPE=LOC -m run "$tmp/test.txt" | cmp - <("$PIPE/evaluate.sh" -m run test.txt)
    awk '{ print (NF ? $1 " " ($2 == "O" ? "NN" : "NNP") : "") }' test.txt >"$tmp/pos.txt"
    run -1 --separate-stderr "$PIPE/evaluate.sh" -m run -f pos_tags -c 1=tokens,2=pos_tags "$tmp/pos.txt"
    [[ ${#stderr_lines[@]} -eq 1 && $stderr = *"NN ("*"NNP ("* ]]
}

@test "preprocess, evaluate, tag: what is typed wrong gets one line" {
    wrong() {           # TEXT SCRIPT ARGUMENT...
        run ! --separate-stderr "$PIPE/$2.sh" "${@:3}" </dev/null
        [[ ${#stderr_lines[@]} -eq 1 && $stderr = *"$1"* && -z $output ]] || { echo "$stderr"; false; }
    }
    : >"$tmp/empty"
    wrong "empty is empty" preprocess -m small -o "$tmp/o" "$tmp/empty"
    wrong "train.txt is a file, and -o wants a folder" preprocess -m small -o train.txt train.txt
    wrong "no field 'pos_tags', only " preprocess -m small -o "$tmp/o" -f pos_tags train.txt
    wrong "--overflow wants one of error|truncate|window, not 'windows'" preprocess -m small -o "$tmp/o" -x windows train.txt
    wrong "ner_tags has no 'XYZ'; it has PER" preprocess -m small -o "$tmp/o" --map XYZ=O train.txt
    wrong "80/10/10" preprocess -m small -o "$tmp/o" --split 80/10/10 train.txt
    wrong "no model.safetensors" evaluate -m small test.txt
    wrong "there is no folder $tmp/no" evaluate -m run -o "$tmp/no/x.msg" test.txt
    wrong "one of fp32|bf16|bf16x3|int8, not 'fp16'" evaluate -m run -p fp16 test.txt
    wrong "a probability is 1 at most" evaluate -m run --threshold 2 test.txt
    wrong "standard input is empty" evaluate -m run
    wrong "data is a folder" tag -m run data
    wrong "there is no file 'Nina lives in Oslo'; a text is read like this: echo TEXT | tag.sh" tag -m run 'Nina lives in Oslo'
    wrong "standard input is empty" tag -m run
    wrong "none|simple|first|average|max, not 'mean'" tag -m run -a mean test.txt
    [ "$status" -eq 2 ]
}

course() { make -s -f "$PIPE/course.mk" MODEL=small DATA=. DEV=dev.txt OUT="$tmp/course" EPOCHS=2 LR=1e-2 "$@"; }
would() { course -n "$@" | grep -oE "> ?$tmp/course/[a-z0-9-]+\.[a-z]+" | sed "s,.*/,,; s/\.new//" | sort | tr '\n' ' '; }

@test "course.mk: the whole experiment; nothing to do when run again; a changed input or option makes again only what depends on it" {
    run -0 course
    [[ $output = *"dev, epoch "*"test, epoch "* ]]
    [ -e "$tmp/course/best/model.safetensors" ] && [ -z "$(hidden "$tmp/course")" ]
    run -0 course -q
    # an option of training: neither the streams nor the first weights
    [ "$(would LR=2e-2)" = "best.txt dev-1.json dev-2.json scores.txt steps-1 steps-2 train.options " ]
    # an option of scoring: no training
    [ "$(would SEQEVAL='--mode strict')" = "best.txt dev-1.json dev-2.json score.options scores.txt " ]
    # the labels of pieces: streams, training, scores; not the reading of the corpus nor the first weights
    [ "$(would RULE=first)" = "best.txt dev-1.json dev-2.json dev.msg label.options scores.txt steps-1 steps-2 test.msg train.msg " ]
    # the seed: new weights too
    [ "$(would SEED=7)" = "best.txt dev-1.json dev-2.json init.options scores.txt steps-1 steps-2 train.options " ]
    # looking changed nothing
    run -0 course -q
    # another development set: its stream, the scores, the choice; no training
    cp dev.txt "$tmp/dev.txt"
    run -0 course DEV="$tmp/dev.txt" -W "$tmp/dev.txt" -n
    [[ $output != *trainstep* && $output = *"dev-1.json"* ]]
    # another test set: the last scores only
    [ "$(course -n -W ./test.txt | grep -c 'seqeval')" -eq 1 ]
    # and a change and its reversal are both made
    cp "$tmp/course/scores.txt" "$tmp/lenient"
    run -1 course -q SEQEVAL='--mode strict'
    course SEQEVAL='--mode strict' >"$tmp/strict"
    run -0 course -q SEQEVAL='--mode strict'
    course
    cmp "$tmp/lenient" "$tmp/course/scores.txt"
}

@test "course.mk: stopped in an epoch, it continues there; the model is that of train.sh" {
    run -2 course TRAINSTEP='--no-such-option'
    [ ! -e "$tmp/course/epoch-1" ] && [ -e "$tmp/course/train.msg" ]
    run -0 course EPOCHS=3
    cmp "$tmp/course/epoch-3/model.safetensors" run/epoch-3/model.safetensors
}

@test "course.mk: stopped within an epoch, it continues after the last step; other inputs begin the epoch anew" {
    mkdir "$tmp/bin"
    for tool in conll2msg wptok alignlbl trainstep bertinit bertfwd logit2tag seqeval msg2json; do ln -s "$BUILD/$tool" "$tmp/bin/$tool"; done
    printf '#!/bin/bash\ncase "$*" in *"--epoch 2"*) "%s" "$@" | { head -c 2000; sleep 10; cat; } ;; *) exec "%s" "$@" ;; esac\n' \
        "$BUILD/mkbatch" "$BUILD/mkbatch" >"$tmp/bin/mkbatch"
    chmod +x "$tmp/bin/mkbatch"
    stop_it() {         # SIGNAL
        set -m
        TAGPIPE_BIN=$tmp/bin course EPOCHS=3 >"$tmp/out" 2>"$tmp/err" &
        set +m
        local pid=$!
        for ((i = 0; i < 1000; i++)); do
            [ "$(wc -c 2>/dev/null <"$tmp/course/steps-2.new" || echo 0)" -lt 840 ] || break
            sleep 0.05
        done
        sleep 0.2
        kill -"$1" -- -$pid
        while kill -0 -- -$pid 2>/dev/null; do sleep 0.1; done
    }
    for signal in INT TERM; do
        rm -rf "$tmp/course"
        stop_it $signal
        grep -q '^trainstep: stopped by a signal; .*/epoch-2.new has step [6-9], and the same command continues from there$' "$tmp/err"
        run -0 --separate-stderr course EPOCHS=3
        [[ $stderr = "trainstep: goes on after step "[6-9]" of 15 (epoch 2, "* ]]
        cmp "$tmp/course/epoch-3/model.safetensors" run/epoch-3/model.safetensors
        cmp <(msg2json "$tmp/course/steps-2.msg") <(msg2json run/steps-2.msg)
        [ "$(jq .loss "$tmp/course/dev-2.json")" = "$(jq .loss run/dev-2.json)" ]
    done
    rm -rf "$tmp/course"
    stop_it INT
    touch "$tmp/course/train.conll"
    run -0 --separate-stderr course EPOCHS=3
    [[ $stderr != *"goes on"* ]]
    cmp "$tmp/course/epoch-3/model.safetensors" run/epoch-3/model.safetensors
}

@test "course.mk: more epochs with a constant learning rate continue; without DEV the last model is the best; without TEST" {
    course EPOCHS=1 SCHEDULE=constant >"$tmp/out" 2>&1
    run -0 course EPOCHS=2 SCHEDULE=constant -n
    [ "$(grep -c trainstep <<<"$output")" -eq 1 ]
    course EPOCHS=2 SCHEDULE=constant >"$tmp/out"
    course EPOCHS=2 SCHEDULE=constant OUT="$tmp/fresh" >"$tmp/out" 2>&1
    cmp "$tmp/course/epoch-2/model.safetensors" "$tmp/fresh/epoch-2/model.safetensors"
    run -0 course EPOCHS=2 SCHEDULE=constant DEV=
    [[ ${lines[0]} = "test, epoch 2:" ]] && [[ $output != *"dev, "* ]] && [ "$(readlink "$tmp/course/best")" = epoch-2 ]
    run -0 course EPOCHS=2 SCHEDULE=constant DEV= TEST=
    [ "$output" = "nothing is scored: there is neither DEV nor TEST" ]
    run -0 course EPOCHS=2 SCHEDULE=constant TEST=
    [[ ${lines[0]} = "dev, epoch "* ]] && [[ $output != *"test, "* ]]
    run -0 course EPOCHS=2 SCHEDULE=constant TEST= -q
    run -2 --separate-stderr course TEST=no.txt
    [[ $stderr = *"there is no no.txt; TEST= does without it."* ]]
}

@test "course.mk: paths with blanks; a run as the model; types merged, another scheme" {
    mkdir "$tmp/my data"
    cp train.txt test.txt dev.txt "$tmp/my data/"
    cp -r small "$tmp/it's my model"
    cd "$tmp"
    blanks() { make -s -f "$PIPE/course.mk" MODEL="it's my model" DATA="my data" OUT="$tmp/course" EPOCHS=1 LR=1e-2 "$@"; }
    blanks >"$tmp/out" 2>&1
    run -0 blanks -q
    run -2 --separate-stderr blanks OUT="my out"
    [[ $stderr = *"OUT is 'my out': make cannot write to a path with a blank; give another OUT."* ]]
    run -2 --separate-stderr blanks DATA="my data" TRAIN="my data/none.txt"
    [[ $stderr = *"there is no my data/none.txt."* ]]
    run -0 --separate-stderr blanks MODEL="$FILES/run" OUT="$tmp/again" MAP="PER=HUM,LOC=HUM" TO=iobes
    jq -e '[.id2label[]] | index("S-HUM") and index("E-ORG") and (index("B-PER") | not)' "$tmp/again/best/config.json"
    [[ $output = *HUM* && $output != *PER* ]]
}

@test "course.mk: without a model or a corpus it reports what is missing" {
    run -2 --separate-stderr make -f "$PIPE/course.mk"
    [[ $stderr = *"MODEL=DIR"* || $stderr = *"DATA=DIR"* ]]
    run -2 --separate-stderr course DEV=no.txt
    [[ $stderr = *"there is no no.txt"* ]]
}

@test "recipes.mk: a line has files and settings, and the command line can change them" {
    mkdir "$tmp/wnut17"
    cp train.txt "$tmp/wnut17/wnut17train.conll"
    cp dev.txt "$tmp/wnut17/emerging.dev.conll"
    cp test.txt "$tmp/wnut17/emerging.test.annotated"
    cd "$tmp"
    recipe() { make -s -f "$PIPE/course.mk" MODEL="$FILES/small" "$@"; }
    run -0 recipe RECIPE=wnut17-ner DATA=wnut17 EPOCHS=1
    [[ $output = *"dev, epoch 1:"*"test, epoch 1:"* ]]
    grep -q 'epochs 1 batch 8 lr 1e-4 ' wnut17-ner/train.options
    run -0 recipe RECIPE=wnut17-ner DATA=wnut17 LR=5e-5 -n
    [[ $output = *"--epochs 3 --lr 5e-5 "* ]]
    run -2 recipe RECIPE=wnut17-ner
    [[ $output = *"which corpus? DATA=DIR with wnut17train.conll emerging.dev.conll emerging.test.annotated"* ]]
    run -2 recipe RECIPE=wnut DATA=wnut17
    [[ $output = *"no recipe wnut; there are: "*" wnut17-ner"* ]]
}

@test "parts of speech: trained and scored as tags, not as spans" {
    awk '{ print $0 ($2 == "O" ? " NN" : NF ? " NNP" : "") }' train.txt >"$tmp/pos.txt"
    "$PIPE/preprocess.sh" -m small -f pos_tags -c 1=tokens,3=pos_tags -o "$tmp/data" "$tmp/pos.txt" "$tmp/pos.txt" "$tmp/pos.txt"
    run -0 --separate-stderr "$PIPE/train.sh" -m small -f pos_tags -d "$tmp/data" -o "$tmp/run" -e 1 -l 1e-2
    grep -q '"NNP": ' "$tmp/run/dev-1.json"
    run -0 --separate-stderr "$PIPE/evaluate.sh" -m "$tmp/run/best" -f pos_tags "$tmp/data/test.msg"
    [[ $output = *" NNP "* ]]
    [ "$("$PIPE/evaluate.sh" -m "$tmp/run/best" -f pos_tags -c 1=tokens,3=pos_tags "$tmp/pos.txt")" = "$output" ]
    [ -z "$stderr" ]
}

@test "the labels decide whether entities or tags are scored, not the name of the field" {
    "$PIPE/evaluate.sh" -m run/best -j test.txt >"$tmp/want"
    run -0 --separate-stderr "$PIPE/evaluate.sh" -m run/best -j -f position_tags -c 1=tokens,2=position_tags test.txt
    [ "$output" = "$(cat "$tmp/want")" ]
    [ -z "$stderr" ]
    sed 's/[BI]-//' train.txt >"$tmp/plain.txt"         # ner_tags without a prefix
    "$PIPE/preprocess.sh" -m small -o "$tmp/data" "$tmp/plain.txt" "$tmp/plain.txt" "$tmp/plain.txt"
    run -0 --separate-stderr "$PIPE/train.sh" -m small -d "$tmp/data" -o "$tmp/run" -e 2 -l 1e-2
    [ "$(grep -c '^seqeval: .* labels of ner_tags have no prefix (.*): every tag is scored by itself, as with --tags$' <<<"$stderr")" = 1 ]
    for n in 1 2; do jq -e '.O.number > 0 and (.overall_f1 - .overall_accuracy | fabs) < 1e-12' "$tmp/run/dev-$n.json"; done
    best=$(jq -s '.[1].overall_f1 > .[0].overall_f1' "$tmp"/run/dev-[12].json)
    [ "$(readlink "$tmp/run/best")" = "epoch-$([ "$best" = true ] && echo 2 || echo 1)" ]
    [[ ${lines[-1]} = *"F1 $(jq .overall_accuracy "$tmp/run/dev-2.json" | xargs printf %.4f)  accuracy "* ]]
    run -0 --separate-stderr "$PIPE/evaluate.sh" -m "$tmp/run/best" "$tmp/plain.txt"
    [[ $output = *" PER "* && $stderr = *"as with --tags" ]]
    run -0 --separate-stderr "$PIPE/evaluate.sh" -m "$tmp/run/best" "$tmp/plain.txt" -- --unit entity
    [[ $stderr = "seqeval: "*" no prefix of a scheme ("*"; see --tags"* ]]
}
