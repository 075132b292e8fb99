#!/usr/bin/env bats
# train.sh when a run is stopped, continued, made longer, or has no development set; on a model of one layer of 16.

setup_file() {
    load ../support/common
    export TAGPIPE_BIN=$BUILD PIPE=$ROOT/pipelines FILES=$BATS_FILE_TMPDIR OMP_NUM_THREADS=1
    cd "$FILES"
    "$PIPE/demo-corpus.sh" corpus >corpus.out
    for split in train dev; do awk -v RS= -v ORS='\n\n' 'NR <= 40' "corpus/$split.txt" >"$split.txt"; done
    "$PIPE/demo-model.sh" corpus/train.txt small
    sed -i 's/"hidden_size": 128/"hidden_size": 16/; s/"intermediate_size": 512/"intermediate_size": 32/; s/"num_hidden_layers": 2/"num_hidden_layers": 1/' small/config.json
    "$PIPE/preprocess.sh" -m small -o data train.txt dev.txt
    train -k -o run -e 3 >train.out 2>train.err
    train -k -o constant -e 5 --schedule constant >constant.out 2>constant.err
    # mkbatch that waits within epoch 2, for the file $GO at most
    mkdir bin
    for tool in "$BUILD"/*; do [ ! -f "$tool" ] || [ ! -x "$tool" ] || ln -s "$tool" bin/; done
    rm bin/mkbatch
    printf '#!/bin/bash\ncase "$*" in *"--epoch 2"*) "%s" "$@" | { head -c 2000; for ((i = 0; i < 600; i++)); do [ -e "$GO" ] || sleep 0.1; done; cat; } ;; *) exec "%s" "$@" ;; esac\n' \
        "$BUILD/mkbatch" "$BUILD/mkbatch" >bin/mkbatch
    chmod +x bin/mkbatch
}
setup() { load ../support/common; cd "$FILES"; }
train() { "$PIPE/train.sh" -m small -d data -l 1e-2 "$@"; }
# Start a training of a group of its own and stop it within epoch 2: stop_in_epoch_2 SIGNAL WHOM OPTION...
stop_in_epoch_2() {
    export GO=$tmp/go$RANDOM
    set -m
    TAGPIPE_BIN=$FILES/bin "$PIPE/train.sh" -m small -d data -l 1e-2 "${@:3}" >"$tmp/out" 2>"$tmp/err" &
    set +m
    local pid=$! i
    for ((i = 0; i < 1200; i++)); do
        case $(cat "$tmp/run/unfinished/from" 2>/dev/null) in
            epoch-1 | step-4) [ "$(wc -c <"$tmp/run/unfinished/steps.msg")" -lt 840 ] || break ;;
        esac
        sleep 0.05
    done
    sleep 0.2
    if [ "$2" = script ]; then kill -"$1" $pid; else kill -"$1" -- -$pid; fi
    { sleep 1; touch "$GO"; } 3>&- &        # what lives on then goes on, too
    status=0
    wait $pid || status=$?
}
same_run() {            # RUN N...
    for n in "${@:2}"; do
        cmp "$1/dev-$n.json" "$tmp/run/dev-$n.json"
        cmp <(msg2json "$1/steps-$n.msg") <(msg2json "$tmp/run/steps-$n.msg")
    done
    cmp "$1/last/model.safetensors" "$tmp/run/last/model.safetensors"
    cmp "$1/best/model.safetensors" "$tmp/run/best/model.safetensors"
    [ "$(readlink "$1/best")" = "$(readlink "$tmp/run/best")" ] && [ "$(readlink "$1/last")" = "$(readlink "$tmp/run/last")" ]
    [ -z "$(find "$tmp/run/" -name '.*' -o -name 'unfinished*' -o -name '*.tmp*')" ]
}

@test "train: stopped within an epoch, by a signal to the script or to all, it continues after its last step with the same bits" {
    for how in "TERM script" "HUP group" "KILL group" "KILL script"; do
        rm -rf "$tmp/run"
        # shellcheck disable=SC2086
        stop_in_epoch_2 $how -o "$tmp/run" -e 3 -- --save-every 1
        [ "$status" -gt 128 ]
        step=$(head -c 4096 "$tmp/run/unfinished/model/optimizer.safetensors" | grep -ao '"step":"[0-9]*"' | tr -dc 0-9)
        [ "$step" -gt 5 ] && [ "$step" -lt 10 ]
        if [[ $how != KILL* ]]; then            # one message, and it is true
            [ "$(grep -v '^bertinit: ' "$tmp/err")" = "trainstep: stopped by a signal; $tmp/run/unfinished/model has step $step, and the same command continues from there" ]
            [ -z "$(find "$tmp/run" -name '.*')" ]
        fi
        run -0 --separate-stderr train -o "$tmp/run" -e 3 -- --save-every 1
        [ "${stderr_lines[0]}" = "trainstep: goes on after step $step of 15 (epoch 2, batch $((step - 6)))" ]
        [ "$output" = "$(cat train.out)" ]
        same_run run 1 2 3
    done
}

@test "train: stopped within the steps between two scores (-v), it continues there" {
    train -v 4 -o "$tmp/whole" -e 3 >"$tmp/want" 2>"$tmp/err"
    stop_in_epoch_2 TERM script -v 4 -o "$tmp/run" -e 3
    [ "$status" -eq 143 ]
    run -0 --separate-stderr train -v 4 -o "$tmp/run" -e 3
    [[ ${stderr_lines[0]} = "trainstep: goes on after step "* ]]
    [ "$output" = "$(cat "$tmp/want")" ]
    same_run "$tmp/whole" 4 8 12 15
}

@test "train: killed at any time and continued, the same bits" {
    for i in 1 2 3 4 5 6; do
        set -m
        train -o "$tmp/run" -e 3 -- --save-every 2 >"$tmp/out" 2>&1 &
        set +m
        sleep "0.$((RANDOM % 9))"
        kill -KILL -- -$! 2>/dev/null || true
        wait $! || true
    done
    train -o "$tmp/run" -e 3 -- --save-every 2 >"$tmp/out"
    cmp "$tmp/out" train.out
    same_run run 1 2 3
}

@test "train: killed between the scores and what follows from them, or while it moved a run: the next start does the rest" {
    train -o "$tmp/run" -e 3 >"$tmp/out"
    list() { (cd "$tmp/run" && find . -type l -printf '%p %l\n' -o -print | sort); }
    list >"$tmp/want"
    rm -rf "$tmp"/run/{last,best}
    cp -r run/epoch-[12] "$tmp/run/"
    mkdir "$tmp/run/init"
    touch "$tmp"/run/epoch-1/optimizer.safetensors "$tmp/run/untidy"
    ln -s epoch-2 "$tmp/run/last"
    ln -s epoch-2 "$tmp/run/best"
    run -0 --separate-stderr train -o "$tmp/run" -e 3
    [ "$output" = "$(cat "$tmp/out")" ] && [ -z "$stderr" ]
    list | diff "$tmp/want" -
    # what is not of a run stays
    mkdir "$tmp/run/epoch-notes" "$tmp/run/of-3-epochs"
    printf '%s\n' of-3-epochs "the learning rate differs" >"$tmp/run/moving"
    mv "$tmp"/run/{steps-1.msg,steps-2.msg} "$tmp/run/of-3-epochs"
    run -0 --separate-stderr train -n -o "$tmp/run" -e 1
    [ "${stderr_lines[0]}" = "train.sh: the learning rate differs, so the training starts at epoch 1; what was trained before is now in $tmp/run/of-3-epochs" ]
    [ "$(train -o "$tmp/run/of-3-epochs" -e 3)" = "$(cat "$tmp/out")" ]
    [ "$(ls "$tmp/run" | tr '\n' ' ')" = "best dev-1.json epoch-1 epoch-notes last of-3-epochs options steps-1.msg " ]
}

@test "train: a script that was killed leaves nothing that the next one does not remove; what is in use stays" {
    command -v flock >/dev/null || skip "needs flock"
    mkdir -p "$tmp"/out/.tagpipe.work-{abcdef,UVWXYZ}
    touch "$tmp/out/.tagpipe.work-abcdef/train.msg"
    exec 7<"$tmp/out/.tagpipe.work-UVWXYZ"
    flock 7
    "$PIPE/preprocess.sh" -m small -o "$tmp/out" train.txt >"$tmp/said"
    [ "$(ls -A "$tmp/out" | tr '\n' ' ')" = ".tagpipe.work-UVWXYZ train.msg " ]
    # another process has the number of one that was killed
    mkdir -p "$tmp/run/.work"
    sleep 100 7<&- &
    pid=$!
    echo "$pid $pid" >"$tmp/run/.work/processes"
    exec 8<"$tmp/run"
    flock 8
    (sleep 1; exec 8<&-) 7<&- &
    exec 8<&-
    train -o "$tmp/run" -e 1 >"$tmp/said"
    kill "$pid"
}

@test "train: two at a time in one directory are refused" {
    command -v flock >/dev/null || skip "needs flock"
    TAGPIPE_BIN=$FILES/bin "$PIPE/train.sh" -m small -d data -l 1e-2 -o "$tmp/run" -e 3 >"$tmp/out" 2>&1 &
    pid=$!
    for ((i = 0; i < 1200; i++)); do [ ! -e "$tmp/run/unfinished/steps.msg" ] || break; sleep 0.05; done
    run -1 --separate-stderr train -o "$tmp/run" -e 3
    [ "$stderr" = "train.sh: $tmp/run is in use: another train.sh trains there (process $pid)" ]
    wait $pid
    same_run run 1 2 3
}

@test "train: more epochs go on where the learning rates are the same, and end with the bits of a fresh run" {
    train -k -o "$tmp/run" -e 3 --schedule constant >"$tmp/out"
    stat -c %i "$tmp"/run/epoch-*/model.safetensors >"$tmp/before"
    run -0 --separate-stderr train -k -o "$tmp/run" -e 5 --schedule constant
    [ -z "$stderr" ] && [ "$output" = "$(cat constant.out)" ]
    [ "$(stat -c %i "$tmp"/run/epoch-[123]/model.safetensors)" = "$(cat "$tmp/before")" ]
    same_run constant 1 2 3 4 5
    # options that change no number are no other options
    run -0 --separate-stderr train -k -o "$tmp/run" -e 5 --schedule constant --save-every 7
    [ -z "$stderr" ]
    # fewer than were done
    cp -r "$tmp/run" "$tmp/copy"
    run -1 --separate-stderr train -k -o "$tmp/run" -e 2 --schedule constant
    [ "${stderr_lines[0]}" = "< epochs 5" ]
    [ "${stderr_lines[-1]}" = "train.sh: $tmp/run has 25 steps already, and these options (>) ask for fewer; choose another directory, or start again with -n" ]
    diff -r "$tmp/copy" "$tmp/run"
    # stopped in epoch 2 of three
    rm -rf "$tmp/run"
    stop_in_epoch_2 TERM script -k -o "$tmp/run" -e 3 --schedule constant
    run -0 --separate-stderr train -k -o "$tmp/run" -e 5 --schedule constant
    [[ ${stderr_lines[0]} = "trainstep: goes on after step "*" of 25 (epoch 2, "* ]]
    same_run constant 1 2 3 4 5
}

@test "train: more epochs with other learning rates start at epoch 1; the shorter run is kept" {
    train -o "$tmp/run" -e 2 >"$tmp/two"
    train -k -o "$tmp/whole" -e 3 >"$tmp/out"
    for n in "" -2; do
        run -0 --separate-stderr train -k -o "$tmp/run" -e 3
        [ "${stderr_lines[0]}" = "train.sh: the learning rate differs from step 2 on from that of the run before, so the training starts at epoch 1; what was trained before is now in $tmp/run/of-2-epochs$n" ]
        [ "$output" = "$(cat "$tmp/out")" ]
        cmp "$tmp/whole/epoch-3/model.safetensors" "$tmp/run/last/model.safetensors"
        "$PIPE/evaluate.sh" -m "$tmp/run/of-2-epochs$n" data/dev.msg >"$tmp/score"
        [ "$(train -o "$tmp/run/of-2-epochs$n" -e 2)" = "$(cat "$tmp/two")" ]
        train -n -o "$tmp/run" -e 2 >"$tmp/again" 2>&1
    done
    # the scores at steps that the longer run does not have
    train -v 4 -o "$tmp/steps" -e 3 --schedule constant >"$tmp/out"
    run -0 --separate-stderr train -v 4 -k -o "$tmp/steps" -e 5 --schedule constant
    [[ ${stderr_lines[0]} = "train.sh: the run before ends at step 15, which is within a part of this one, so the training starts at epoch 1; "*"/of-3-epochs" ]]
    cmp "$tmp/steps/last/model.safetensors" constant/last/model.safetensors
}

@test "train: other patience: a longer one goes on, a shorter one stops at what there is" {
    train -p 1 -o "$tmp/run" -e 4 --lr 1e-9 >"$tmp/out"
    [ "$(tail -n 1 "$tmp/out")" = "stopped early: epoch 1 has the best score, and 1 more did not improve it" ]
    run -0 train -p 2 -o "$tmp/run" -e 4 --lr 1e-9
    [ "${lines[-1]}" = "stopped early: epoch 1 has the best score, and 2 more did not improve it" ]
    run -0 train -p 1 -o "$tmp/run" -e 4 --lr 1e-9
    [ "${lines[-1]}" = "stopped early: epoch 1 has the best score, and 2 more did not improve it" ]
    [ "$(readlink "$tmp/run/last")" = epoch-3 ]
}

@test "train: without dev.msg nothing is scored, and the best model is the last one" {
    mkdir "$tmp/data"
    cp data/train.msg "$tmp/data/"
    run -0 --separate-stderr "$PIPE/train.sh" -m small -d "$tmp/data" -l 1e-2 -o "$tmp/run" -e 3
    [ "$(grep -v '^bertinit: ' <<<"$stderr")" = "train.sh: there is no $tmp/data/dev.msg: nothing is scored, and the best model is the last one" ]
    [ "$output" = "$(sed 's/  dev: .*//' train.out)" ]
    [ "$(ls "$tmp/run" | tr '\n' ' ')" = "best epoch-3 last options steps-1.msg steps-2.msg steps-3.msg " ]
    [ "$(readlink "$tmp/run/best")" = epoch-3 ]
    cmp "$tmp/run/best/model.safetensors" run/epoch-3/model.safetensors
    run -0 --separate-stderr "$PIPE/train.sh" -k -m small -d "$tmp/data" -l 1e-2 -o "$tmp/steps" -e 3 -v 4
    [ "$(ls -d "$tmp"/steps/step-* | sed 's/.*-//' | sort -n | tr '\n' ' ')" = "4 8 12 15 " ]
    run -2 --separate-stderr "$PIPE/train.sh" -p 2 -m small -d "$tmp/data" -o "$tmp/run" -e 3
    [ "$stderr" = "train.sh: -p needs scores, and there is no $tmp/data/dev.msg; try train.sh -h" ]
    # a card and a picture of it
    if command -v jq >/dev/null; then
        "$PIPE/modelcard.sh" "$tmp/run"
        ! grep -q "Development set\|split: validation" "$tmp/run/best/README.md"
        [ "$(grep -c '^| \**[123]\** | [0-9]*5\|^| \**[123]\** | 10' "$tmp/run/best/README.md")" -eq 3 ]
    fi
    ! command -v gnuplot >/dev/null || "$PIPE/plot.sh" -o "$tmp/run.svg" "$tmp/run"
}

@test "train: what would stop it later stops it before the first step" {
    mkdir "$tmp/data"
    fails() {           # TEXT STATUS OPTION...
        run -"$2" --separate-stderr "$PIPE/train.sh" -m small -d "$tmp/data" -o "$tmp/run" -e 1 "${@:3}"
        [[ $(grep -v '^bertinit: ' <<<"$stderr") = $1 ]] || { echo "$stderr"; false; }
        [ -z "$(compgen -G "$tmp/run/steps*")" ] && [ -z "$(compgen -G "$tmp/run/unfinished*")" ]
    }
    cp data/train.msg data/dev.msg "$tmp/data/"
    for option in --epochs=3 --epoch "--mod x" -ox "--stop 3" --restart; do
        # shellcheck disable=SC2086
        fails "train.sh: ${option%% *} cannot be given after --; use -m, -o, -e, -v or -n of this script; try train.sh -h" 2 -- $option
    done
    fails "train.sh: data/train.msg after -- is not possible: the training data are those of -d; try train.sh -h" 2 -- data/train.msg
    fails "trainstep: --class-weights B-XYZ: the model has no such label; its first is O" 1 -- --class-weights B-XYZ=2
    fails "trainstep: --lr *" 2 -l fast
    # labels of dev that the model does not know
    sed 's/ B-PER/ B-GPE/; s/ I-PER/ I-GPE/' dev.txt >"$tmp/dev.txt"
    "$PIPE/preprocess.sh" -m small -o "$tmp/gpe" train.txt
    "$PIPE/preprocess.sh" -m small -o "$tmp/other" "$tmp/dev.txt"
    cp "$tmp/other/train.msg" "$tmp/data/dev.msg"
    fails "train.sh: $tmp/data/dev.msg: the stream's labels are not those of *" 1
    # a sentence of dev that is too long for the model; a stream that is cut
    { for i in {1..300}; do echo "word O"; done; echo; cat train.txt; } >"$tmp/long.txt"
    cp -r small "$tmp/long"
    sed -i 's/256/512/' "$tmp"/long/{config,tokenizer_config}.json
    "$PIPE/preprocess.sh" -m "$tmp/long" -o "$tmp/longer" train.txt "$tmp/long.txt"
    cp "$tmp/longer/dev.msg" "$tmp/data/"
    fails "train.sh: $tmp/data/dev.msg: record 1: sentence 1 (id *): 302 pieces, the model takes 256; *" 1
    head -c 5000 data/train.msg >"$tmp/data/train.msg"
    fails "msg2json: $tmp/data/train.msg: *" 1
}

@test "train: with RoBERTa's tokenizer words are cut as after a blank, in the training, the scores and a text" {
    mkdir "$tmp/roberta"
    cp "$ROOT"/tests/golden/bpe/{vocab.json,merges.txt} "$tmp/roberta"
    echo '{"tokenizer_class":"RobertaTokenizer"}' >"$tmp/roberta/tokenizer_config.json"
    jq '.model_type = "roberta" | .vocab_size = 700 | .pad_token_id = 1 | .type_vocab_size = 1' small/config.json >"$tmp/roberta/config.json"
    run -0 --separate-stderr "$PIPE/preprocess.sh" -m "$tmp/roberta" -o "$tmp/data" train.txt dev.txt
    [[ $stderr != *add_prefix_space* ]]
    run -0 --separate-stderr "$PIPE/train.sh" -m "$tmp/roberta" -d "$tmp/data" -o "$tmp/run" -e 1
    [[ $stderr == *"bertinit: the new tokenizer has add_prefix_space, because the stream was cut so"* ]]
    run -0 --separate-stderr "$PIPE/evaluate.sh" -m "$tmp/run" dev.txt
    [ -z "$stderr" ]
    [ "$output" = "$("$PIPE/evaluate.sh" -m "$tmp/run" "$tmp/data/dev.msg")" ]
    pieces() { wptok -m "$tmp/run/best" | msg2json -f pieces; }
    PATH=$TAGPIPE_BIN:$PATH
    [ "$(echo the the | text2msg | pieces)" = '{"pieces":["<s>","Ġthe","Ġthe","</s>"]}' ]
    echo 'the the' | "$PIPE/tag.sh" -m "$tmp/run"
}
