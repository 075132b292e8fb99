#!/usr/bin/env bash
# train.sh: fine-tune a model, score it on the development set after every epoch, keep the last and the best.
set -euo pipefail
usage='usage: train.sh -m MODEL -d DATA -o RUN [OPTION...] [-- OPTION OF TRAINSTEP...]

Trains on DATA/train.msg, scores on DATA/dev.msg (see preprocess.sh). MODEL is a model directory; if it has a config.json
and a vocabulary but no weights, the training starts from random weights. It writes into RUN
  epoch-N       the model after epoch N, a directory for any tool (and for transformers); with -v step-N
  last, best    links to the last model, and to the one with the best dev F1 (of entities, if the labels are tags such as
                B-PER; else of every tag by itself, which is the accuracy)
  steps-N.msg   the report of each step;  dev-N.json  the scores, and the loss as the Trainer of transformers computes it
Models that are neither last nor best are removed. Without dev.msg nothing is scored, and the best model is the last one.

If a run is stopped, the same command continues after its last step; after kill -9 or a power cut, after its last save, which
is one in 1000 steps (-- --save-every N). With more epochs (-e) it continues, too, if the steps so far had the same learning
rates in the longer run; else it keeps the shorter run in RUN/of-N-epochs and starts at epoch 1.

  -m, --model MODEL   model directory
  -d, --data DATA     directory of preprocess.sh
  -o, --output RUN    directory of the run
  -f, --field FIELD   the tags to learn (ner_tags)
  -e, --epochs N      epochs (3)
  -b, --batch-size N  sentences a batch (8)
  -l, --lr RATE       maximum learning rate (2e-5)
  -s, --seed SEED     seed of shuffling, dropout and new weights (42)
  -v, --eval-steps N  score, and keep a model, after every N steps, not after every epoch
  -p, --patience N    stop after N scores in a row that are not better than the best one
  -k, --keep          keep every model
  -n, --restart       start from the beginning, whatever is in RUN
  -h, --help          this text
Other options of trainstep(1), such as --weight-decay (0.01), --schedule (linear), --warmup (none) or --max-steps, can be
given, too, also after --
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

model='' data='' run='' field=ner_tags epochs=3 batch=8 rate=2e-5 seed=42 every='' patience='' keep='' anew=''
option() {              # NAME VALUE
    case $1 in
        model) model=$2 ;;
        data) data=$2 ;;
        output) run=$2 ;;
        field) field=$2 ;;
        epochs) is_count "$typed" "$2"; epochs=$2 ;;
        batch-size) is_count "$typed" "$2"; batch=$2 ;;
        lr) rate=$2 ;;
        seed) seed=$2 ;;
        eval-steps) is_count "$typed" "$2"; every=$2 ;;
        patience) is_count "$typed" "$2"; patience=$2 ;;
        keep) keep=yes ;;
        restart) anew=yes ;;
    esac
}
runs=(trainstep)
read_options "$@"
more=("${trainstep_options[@]}" "${more[@]}")
[ ${#operands[@]} -eq 0 ] || misused "${operands[0]} is neither an option nor its value"
[ -n "$model" ] || misused "which model? (-m DIR)"
[ -n "$data" ] || misused "which data? (-d DIR, made by preprocess.sh)"
[ -n "$run" ] || misused "which output directory? (-o DIR)"
# What trainstep is told here cannot be told otherwise after --. Names may be shortened.
for word in "${more[@]}"; do
    name=${word%%=*}
    for ours in --model --output --epochs --stop-after --restart --dry-run --help --version; do
        if [[ $name = -[moh]* ]] || { [ ${#name} -gt 2 ] && [[ $ours = "$name"* ]]; }; then
            misused "$word cannot be given after --; use -m, -o, -e, -v or -n of this script"
        fi
    done
    ! is_stream "$word" || misused "$word after -- is not possible: the training data are those of -d"
done
trainstep_options=(--epochs "$epochs" --lr "$rate" --save-every 1000 --seed "$seed" ${every:+--stop-after "$every"} "${more[@]}")
check_options trainstep
find_model
readable "$data/train.msg"
dev=$data/dev.msg scored=yes
if [ -e "$dev" ]; then
    readable "$dev"
else
    [ -z "$patience" ] || misused "-p needs scores, and there is no $dev"
    scored=''
    tell "there is no $dev: nothing is scored, and the best model is the last one"
fi
msg2json -f "input_ids,labels" "$data/train.msg" >/dev/null
[ -z "$scored" ] || msg2json -f "input_ids,$field" "$dev" >/dev/null

# ---- one call at a time ----

make_folder "$run"
work=$run/.work
lock_run "$run"
rm -rf "$work"
mkdir "$work"
trap 'rm -rf "$work"' EXIT
echo $$ >"$work/processes"
stopped="stopped before the first step; the same command begins again"

# ---- what there is already ----

half=$run/unfinished            # the epoch in which a run was stopped: the model with its state, the steps, where it began
# Sets $files to what there is of a run, and of nobody else: first what makes it one, last what it was begun with. If a move or a
# removal is stopped, the rest is not taken for another run.
files_of_run() {
    local file
    files=()
    for file in "$run"/{steps-+([0-9]).msg,unfinished,dev-+([0-9]).json,init,last,best,{epoch,step}-+([0-9]),untidy,options}; do
        if [ -e "$file" ] || [ -L "$file" ]; then files+=("$file"); fi
    done
}
forget() {
    local file files
    files_of_run
    for file in "${files[@]}"; do rm -rf "$file"; done
}
has_state() { [ -e "$1/model.safetensors" ] && { [ -e "$1/optimizer.safetensors" ] || [ -e "$1/optimizer.safetensors.next" ]; }; }
# The model with the state of the last step, or else one with the right labels.
latest() {
    local dir
    for dir in "$half/model" "$run/last"; do if has_state "$dir"; then echo "$dir"; return; fi; done
    for dir in "$run/last" "$run/best" "$run/init"; do if [ -e "$dir/config.json" ]; then echo "$dir"; return; fi; done
}
initial() {
    local from=(--config "$model/config.json" --vocab "$model")
    if has_weights "$model"; then from=(--from "$model"); fi
    bertinit "${from[@]}" --labels-from "$data/train.msg" --field "$field" --seed "$seed" -o "$work/init"
    mv "$work/init" "$run/init"
}
begin() { mv "$work/options" "$run/options"; initial; }

# Everything that weights and scores depend on: a run with other options in the same directory would give a model of unknown origin.
printf '%s\n' "field $field" "epochs $epochs" "batch $batch" "rate $rate" "seed $seed" ${every:+"every $every"} "trainstep ${more[*]}" \
    "train.msg $(cksum <"$data/train.msg")" "dev.msg $(if [ -n "$scored" ]; then cksum <"$dev"; else echo none; fi)" \
    "model $(cat "$model"/*.json "$model"/*.safetensors "$model"/pytorch_model*.bin 2>/dev/null | cksum)" >"$work/options"
differences() { { diff "$run/options" "$work/options" || [ $? -eq 1 ]; } | grep '^[<>]' || true; }
other_options() {
    differences >&2
    fail "$run was begun with other options or inputs (<) than these (>); choose another directory, or start again with -n"
}

# ---- before the first step: what would stop the run later stops it here ----

plan() {                # MODEL: reads all batches; writes a header with the settings and the number of batches
    mkbatch -b "$batch" --seed "$seed" --no-shuffle "$data/train.msg" |
        trainstep -m "$1" -o "$work/model" --dry-run "${trainstep_options[@]}" >"$work/plan.msg"
}
header_number() { msg2json --header "$work/plan.msg" | sed -n "1s/.*\"$1\":\([0-9]*\).*/\1/p"; }
setting() { msg2json --header "$work/plan.msg" | sed -n "1s/.*\"settings\":\"[^\"]*--$1 \([0-9]*\).*/\1/p"; }
# Sets the number of all steps, and where the training is cut into parts: after each of them the model is scored. A part is named
# by its epoch, or by its last step.
read_plan() {
    local accumulate batches
    batches=$(header_number batches) accumulate=$(setting accumulate) total=$(setting max-steps)
    [ "$batches" -gt 0 ] || fail "$data/train.msg has no sentences"
    epoch_steps=$(((batches + accumulate - 1) / accumulate))
    [ "$total" -gt 0 ] || total=$((epochs * epoch_steps))
    kind=epoch span=$epoch_steps
    if [ -n "$every" ]; then kind=step span=$every; fi
    parts=$(((total + span - 1) / span))
}
state_step() { head -c 8192 "$1/optimizer.safetensors" | tr -d '\0' | grep -ao '"step":"[0-9]*"' | tr -dc 0-9; }

# Another length: the steps so far are those of the longer run, too, if trainstep takes the state, and the next part begins there.
set_aside() {           # REASON
    local name n=1 place
    name=before
    ! differences | grep -q '^< epochs ' || name=of-$(sed -n 's/^epochs //p' "$run/options")-epochs
    place=$name
    while [ -e "$run/$place" ]; do n=$((n + 1)) place=$name-$n; done
    printf '%s\n' "$place" "$1" >"$work/moving"
    mv "$work/moving" "$run/moving"
    move_aside
    begin
    plan "$run/init"
}
# RUN/moving has the place and the reason until all is there.
move_aside() {
    local place why file files
    { read -r place; read -r why; } <"$run/moving"
    mkdir -p "$run/$place"
    files_of_run
    for file in "${files[@]}"; do mv "$file" "$run/$place/"; done
    rm "$run/moving"
    tell "$why, so the training starts at epoch 1; what was trained before is now in $run/$place"
}
change_length() {
    local state step status=0
    ! differences | grep -qvE '^[<>] (epochs|trainstep) ' || other_options
    state=$(latest)
    if ! has_state "$state"; then
        ! differences | grep -qv '^[<>] epochs ' || other_options
        set_aside "the state of the last step is no longer there"
        return
    fi
    plan "$state" 2>"$work/why" || status=$?
    case $(cat "$work/why") in
        *"comes from a training with other options"*) other_options ;;
        *"the learning rate differs from step"*)
            set_aside "the learning rate differs from step $(sed 's/.* from step \([0-9]*\) on.*/\1/' "$work/why") on from that of the run before"
            return ;;
        *"already, and this training has"*)
            differences >&2
            fail "$run has $(state_step "$state") steps already, and these options (>) ask for fewer; choose another directory, or start again with -n" ;;
    esac
    cat "$work/why" >&2
    [ "$status" -eq 0 ] || exit "$status"
    read_plan
    step=$(state_step "$state")
    if [ "$state" = "$run/last" ] && [ $((step % span)) -ne 0 ] && [ "$step" -ne "$total" ]; then
        set_aside "the run before ends at step $step, which is within a part of this one"
        return
    fi
    mv "$work/options" "$run/options"
}
[ ! -e "$run/moving" ] || move_aside            # it was killed while it moved a shorter run
if [ -n "$anew" ] || { ! any "$run"/steps-+([0-9]).msg && ! has_state "$half/model"; }; then
    forget
    begin
    plan "$run/init"
elif [ -e "$run/options" ] && ! cmp -s "$work/options" "$run/options"; then
    change_length
else
    mv "$work/options" "$run/options"
    plan "$(latest)"
fi
read_plan
name_of() { if [ -z "$every" ]; then echo "$1"; else echo $(($1 * every < total ? $1 * every : total)); fi; }

# The development set: the same checks, and a loss if its pieces have labels.
loss=()
if [ -n "$scored" ]; then
    if msg2json -f labels "$dev" >/dev/null 2>&1; then
        loss=(--loss-file "$work/loss.json")
        mkbatch -b 1 --no-shuffle "$dev" | trainstep -m "$(latest)" -o "$work/model" --dry-run --restart --max-steps 1 \
            2>"$work/why" >"$work/plan.msg" ||
            { why=$(tail -n 1 "$work/why"); why=${why#"trainstep: "}
              fail "$dev: ${why/"; bertinit makes a new head"*/"; make both streams by one preprocess.sh"}"; }
    fi
    [ -n "$(msg2json -f input_ids "$dev" | head -c 1)" ] || fail "$dev has no sentences"
fi

# ---- training ----

# The batches of all epochs of a part; trainstep skips those that it has seen.
batches_of() {          # PART
    local first=$((($1 - 1) * span)) end=$(($1 * span < total ? $1 * span : total)) n
    for ((n = first / epoch_steps + 1; n <= (end - 1) / epoch_steps + 1; n++)); do
        mkbatch -b "$batch" --seed "$seed" --epoch "$n" "$data/train.msg"
    done
}
# trainstep runs in the background, so that a signal to this script alone reaches it; it saves, and says what it saved.
trainer=''
stop() {                # STATUS
    if [ -n "$trainer" ]; then
        trap '' TERM HUP                       # to the group, and passed on by another script
        trap 'kill -KILL "$trainer"; exit 130' INT
        kill "$trainer" 2>/dev/null || true
        wait "$trainer" || true
    else
        tell "$stopped"
    fi
    exit "$1"
}
run_trainstep() {       # PART NAME FROM
    local status=0
    batches_of "$1" | trainstep -m "$3" -o "$half/model" "${trainstep_options[@]}" >"$half/steps.msg" &
    trainer=$!
    echo "$$ $trainer" >"$work/processes"
    wait "$trainer" 2>/dev/null || status=$?       # bash would tell of a killed process in its own way
    trainer=''
    case $status in
        0 | 1 | 2 | 129 | 130 | 143) ;;         # it has said what there was to say
        *) tell "trainstep was killed; the same command continues after step $(state_step "$half/model" 2>/dev/null || echo "$(((($1) - 1) * span))")" ;;
    esac
    [ "$status" -eq 0 ] || exit "$status"
}
is_whole() { msg2json -f step "$1" >/dev/null 2>&1; }
train() {               # PART NAME FROM
    if [ "$(cat "$half/from" 2>/dev/null)" != "$(basename "$3")" ]; then
        rm -rf "$half"
        mkdir "$half"
        basename "$3" >"$half/from"
    fi
    is_whole "$half/steps.msg" || run_trainstep "$@"
    if [ -e "$half/model" ]; then               # else it was killed here
        rm -rf "$half/model"/{*.tmp,.tagpipe-*.new}     # of a trainstep that was killed while it wrote
        rm -rf "$run/$kind-$2"
        mv "$half/model" "$run/$kind-$2"
    fi
    [ -n "$scored" ] || : >"$run/untidy"
    mv "$half/steps.msg" "$run/steps-$2.msg"
    rm -rf "$half"
}
dev_scores() {          # NAME
    bertfwd -m "$run/$kind-$1" "${loss[@]}" "$dev" | logit2tag |
        seqeval --json --field "$field" --unit auto 2>"$work/warnings" >"$work/dev.json" || { cat "$work/warnings" >&2; exit 1; }
    # one more key than the package has, unless a type has this name
    if [ -n "${loss[*]}" ] && ! grep -q '"loss":' "$work/dev.json"; then
        sed -i "\$s/}\$/, \"loss\": $(json_number "$work/loss.json" eval_loss)}/" "$work/dev.json"
    fi
    [ -n "$warned" ] || cat "$work/warnings" >&2
    warned=yes                                  # they are the same each time
    : >"$run/untidy"
    mv "$work/dev.json" "$run/dev-$1.json"
}

# ---- what is said and kept of a part ----

score() { if [ -n "$scored" ]; then json_number "$run/dev-$1.json" overall_f1; else echo "$1"; fi; }
is_done() { [ -e "$run/steps-$1.msg" ] && { [ -z "$scored" ] || [ -e "$run/dev-$1.json" ]; }; }
mean_loss() { msg2json -f loss "$1" | awk -F'[:}]' '{ sum += $2 } END { if (NR) printf "%.4f", sum / NR }'; }
report() {              # NAME
    local json=$run/dev-$1.json
    printf '%s %*d  loss %s' "$kind" $((${#total} > 2 && ${#every} > 0 ? ${#total} : 2)) "$1" "$(mean_loss "$run/steps-$1.msg")"
    [ -z "$scored" ] || printf '  dev: precision %.4f  recall %.4f  F1 %.4f  accuracy %.4f%s' \
        "$(json_number "$json" overall_precision)" "$(json_number "$json" overall_recall)" "$(score "$1")" \
        "$(json_number "$json" overall_accuracy)" "$(json_number "$json" loss | xargs -r printf '  loss %.4f')"
    echo
}
# What follows from the scores. RUN/untidy is there from before a score is, until all of this is done.
point() {               # LINK NAME
    [ -d "$run/$kind-$2" ] && [ "$(readlink "$run/$1" || true)" != "$kind-$2" ] || return 0
    rm -f "$work/$1"
    ln -s "$kind-$2" "$work/$1"
    mv -T "$work/$1" "$run/$1"
}
tidy() {                # NAME
    point last "$1"
    point best "$best"
    if [ -e "$run/untidy" ]; then
        rm -rf "$run/init"
        local old n
        for old in "$run/$kind"-+([0-9]); do
            n=${old##*-}
            [ "$n" != "$1" ] || continue
            rm -f "$old"/optimizer.safetensors*
            [ -n "$keep" ] || [ "$n" = "$best" ] || rm -rf "$old"
        done
    fi
    rm -f "$run/untidy"
}

best='' last='' worse=0 warned=''
for ((part = 1; part <= parts; part++)); do
    name=$(name_of "$part")
    done_before=$(! is_done "$name" || echo yes)
    if [ -z "$done_before" ]; then
        start=$run/init
        if [ -n "$last" ]; then start=$run/$kind-$last; elif [ ! -e "$start" ]; then initial; fi
        [ -e "$run/steps-$name.msg" ] || train "$part" "$name" "$start"
        stopped="stopped after $kind $name; the same command continues from there"
        [ -z "$scored" ] || dev_scores "$name"
    fi
    worse=$((worse + 1))
    if [ -z "$best" ] || awk -v a="$(score "$name")" -v b="$(score "$best")" 'BEGIN { exit !(a > b) }'; then
        best=$name worse=0
    fi
    report "$name"
    [ -n "$done_before" ] || tidy "$name"
    last=$name
    if [ -n "$patience" ] && [ "$worse" -ge "$patience" ] && [ "$part" -lt "$parts" ] && ! is_done "$(name_of $((part + 1)))"; then
        echo "stopped early: $kind $best has the best score, and $worse more did not improve it"
        break
    fi
done
# It was killed before it had set the links, or had removed what it was done with.
[ "$part" -le "$parts" ] || rm -rf "$half"
tidy "$last"
