#!/usr/bin/env bash
# kills.sh: whenever something is killed, the same command given again ends with the bits and the files of an undisturbed run.
#
# usage: kills.sh [-n KILLS] [NAME...]      NAME: train, bertinit, trainstep, fetch or experiment
# KILLS in all (200), shared by train.sh (its group, and the script alone), trainstep, bertinit, fetch-model.sh and experiment.mk. Each
# is killed at random instants by KILL, TERM or INT, one to four times, and then left alone. Prints a line for what fell short, with
# the folder that shows it, and the counts; exit 1 if there was one. SEED=N repeats the instants, as far as the machine does.
# shellcheck disable=SC2317     # functions are called by their names
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=${BUILD:-$root/build} kills=200
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
while getopts n: option; do
    case $option in n) kills=$OPTARG ;; *) exit 2 ;; esac
done
shift $((OPTIND - 1))
PATH=$BUILD:$PATH
work=$(mktemp -d) server='' failed=0
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    if [ "$failed" -eq 0 ]; then rm -rf "$work"; else echo "kills: see $work"; fi
}
trap finish EXIT
cd "$work"
export LC_ALL=C.UTF-8 OMP_NUM_THREADS=1 TAGPIPE_BIN=$BUILD
unset MAKEFLAGS MAKELEVEL
RANDOM=${SEED:-$$}
cp -r "$root/pipelines" pipelines          # results name the commit of the scripts, if they are in a repository
pipe=$work/pipelines

"$pipe/demo-corpus.sh" corpus >corpus.out
for split in train dev test; do awk -v RS= -v ORS='\n\n' 'NR <= 40' "corpus/$split.txt" >"$split.txt"; done
"$pipe/demo-model.sh" corpus/train.txt small
sed -i 's/"hidden_size": 128/"hidden_size": 16/; s/"intermediate_size": 512/"intermediate_size": 32/; s/"num_hidden_layers": 2/"num_hidden_layers": 1/' small/config.json
"$pipe/preprocess.sh" -m small -o data train.txt dev.txt >data.out
bertinit --config small/config.json --vocab small --labels-from data/train.msg -o model 2>init.err
mkbatch -b 4 --seed 1 --epoch 1 data/train.msg >batches.msg

# NAME: the command that is killed, in the folder of a trial; what it makes; and what of it has to be the same.
run_train() { exec "$pipe/train.sh" -m ../small -d ../data -o run -e 3 -l 1e-2 -- --save-every 2; }
run_trainstep() { exec trainstep -m ../model -o out --epochs 1 --save-every 2 --lr 1e-2 ../batches.msg >steps.msg; }
run_bertinit() { exec bertinit --from ../model --labels-from ../data/train.msg --seed 5 -o out; }
run_fetch() { HF_ENDPOINT=http://127.0.0.1:$(cat ../hub/port) exec "$pipe/fetch-model.sh" org/plain out; }
run_experiment() { exec make -s -f "$pipe/experiment.mk" MODEL=../small DATA=.. OUT=out SEEDS='1 2' EPOCHS=2 LRS=1e-2 BATCHES=8; }
commands=${*:-train bertinit trainstep fetch experiment}
command -v jq >/dev/null || { commands=${commands/fetch/}; commands=${commands/experiment/}; }
if [[ $commands = *fetch* ]] && command -v python3 >/dev/null && command -v curl >/dev/null; then
    mkdir hub
    cp -r model hub.model
    python3 "$root/tests/support/hub.py" "$work/hub.model" "$work/hub" 2>hub.log &
    server=$!
    for ((i = 0; i < 100; i++)); do [ ! -e hub/port ] || break; sleep 0.1; done
else
    commands=${commands/fetch/}
fi
cp dev.txt valid.txt

# The files of a folder with their sums, and the places of links. Streams are compared without their bytes' order of writing: they
# have none; plans of make and the scripts' logs are not results.
contents() {            # FOLDER
    (cd "$1" && find . -name log -prune -o -type l -printf '%p -> %l\n' -o -type d -printf '%p/\n' -o -type f -print | LC_ALL=C sort |
        while IFS= read -r path; do
            case $path in
                *.svg) echo "$path" ;;
                */ | *' -> '*) echo "$path" ;;
                *steps*.msg) echo "$path $(msg2json "$path" | cksum)" ;;
                *) echo "$path $(cksum <"$path")" ;;
            esac
        done)
}
declare -A want time tried short refused
for name in $commands; do
    mkdir "$name"
    began=$(date +%s%N)
    (cd "$name" && "run_$name" >log 2>&1) || { cat "$name/log"; echo "kills: $name fails without a kill"; exit 1; }
    time[$name]=$((($(date +%s%N) - began) / 1000000))
    want[$name]=$(contents "$name")
    tried[$name]=0 short[$name]=0 refused[$name]=0
done

# Starts the command in the folder as a group of its own. Sets $pid.
start() {               # NAME FOLDER
    set -m
    (cd "$2" && "run_$1" >>log 2>&1) &
    set +m
    pid=$!
}
signals=(KILL KILL TERM INT)
trial=0
try() {                 # NAME WHOM: one trial, of one to four kills
    local name=$1 whom=$2 folder=trial$trial n signal status i how=''
    trial=$((trial + 1))
    mkdir "$folder"
    for ((n = RANDOM % 4; n >= 0; n--)); do
        start "$name" "$folder"
        i=$(((RANDOM * 32768 + RANDOM) % (time[$name] + 1)))
        sleep "$((i / 1000)).$(printf %03d $((i % 1000)))"
        signal=${signals[RANDOM % 4]}
        how+=" $signal"
        if [ "$whom" = group ]; then kill "-$signal" -- "-$pid"; else kill "-$signal" "$pid"; fi 2>/dev/null || how+='(late)'
        wait "$pid" 2>/dev/null || true
        tried[$name]=$((tried[$name] + 1))
    done
    # Whoever lives on is waited for, or has the lock: then a start is refused in so many words.
    for ((i = 0; i < 100; i++)); do
        : >"$folder/log"
        status=0
        (cd "$folder" && "run_$name" >log 2>&1) || status=$?
        if [ "$status" -eq 0 ] || ! grep -q ' in use' "$folder/log"; then break; fi
        refused[$name]=$((refused[$name] + 1))
        sleep 0.2
    done
    if [ "$status" -ne 0 ] || ! diff <(echo "${want[$name]}") <(contents "$folder") >"$folder.diff"; then
        echo "FELL SHORT: $name, $whom:$how: status $status, $work/$folder"
        short[$name]=$((short[$name] + 1)) failed=1
        cat "$folder/log" "$folder.diff" 2>/dev/null | sed 's/^/    /' | tail -n 20 || true
    else
        rm -rf "$folder" "$folder.diff"
    fi
}
sum() { local name all=0; for name in $commands; do all=$((all + tried[$name])); done; echo "$all"; }
while [ "$(sum)" -lt "$kills" ]; do
    for name in $commands; do
        try "$name" group
        case $name in
            train | fetch | experiment) try "$name" script ;;
        esac
    done
done
for name in $commands; do
    echo "kills: $name (${time[$name]} ms): ${tried[$name]} kills, ${refused[$name]} starts refused, ${short[$name]} fell short"
done
exit "$failed"
