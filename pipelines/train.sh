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
Models that are neither last nor best are removed. If a run is interrupted, the same command continues after its last whole
epoch (with -v: after its last scores).

  -m, --model MODEL   model directory
  -d, --data DATA     directory of preprocess.sh
  -o, --output RUN    directory of the run
  -f, --field FIELD   the tags to learn (ner_tags)
  -e, --epochs N      epochs (3)
  -b, --batch-size N  sentences a batch (8)
  -l, --lr RATE       maximum learning rate (2e-5)
  -s, --seed SEED     seed of shuffling, dropout and new weights (42)
  -v, --eval-steps N  score after every N steps, not after every epoch
  -p, --patience N    stop after N scores in a row that are not better than the best one
  -k, --keep          keep every model
  -n, --restart       start from the beginning, whatever is in RUN
  -h, --help          this text
Other options of trainstep(1), such as --weight-decay (0.01), --schedule (linear), --warmup (none) or --max-steps, follow
after --
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
read_options "$@"
[ ${#operands[@]} -eq 0 ] || misused "${operands[0]} is neither an option nor its value"
[ -n "$model" ] || misused "which model? (-m DIR)"
[ -n "$data" ] || misused "which data? (-d DIR, made by preprocess.sh)"
[ -n "$run" ] || misused "which output directory? (-o DIR)"
model=$(model_of "$model")
a_model "$model"
readable "$data/train.msg"
readable "$data/dev.msg"

# What would stop the run after its first epoch stops it here: a field that is not there, a stream that is cut.
msg2json -f "input_ids,labels" "$data/train.msg" >/dev/null
msg2json -f "input_ids,$field" "$data/dev.msg" >/dev/null

mkdir -p "$run"
work=$run/.work
loss=()         # a stream that was made by hand may have no labels for its pieces
if msg2json -f labels "$data/dev.msg" >/dev/null 2>&1; then loss=(--loss-file "$work/loss.json"); fi
rm -rf "$work"
mkdir "$work"
trap 'rm -rf "$work"' EXIT
if [ -n "$anew" ] || ! compgen -G "$run/steps-*.msg" >/dev/null; then
    rm -rf "$run"/{options,init,last,best,epoch-*,step-*,steps-*.msg,dev-*.json}
fi

# Everything that weights and scores depend on: a run with other options in the same directory would give a model of unknown origin.
printf '%s\n' "field $field" "epochs $epochs" "batch $batch" "rate $rate" "seed $seed" ${every:+"every $every"} "trainstep ${more[*]}" \
    "train.msg $(cksum <"$data/train.msg")" "dev.msg $(cksum <"$data/dev.msg")" \
    "model $(cat "$model"/*.json "$model"/*.safetensors 2>/dev/null | cksum)" >"$work/options"
if [ ! -e "$run/options" ]; then
    mv "$work/options" "$run/options"
elif ! cmp -s "$work/options" "$run/options"; then
    { diff "$run/options" "$work/options" || [ $? -eq 1 ]; } | grep '^[<>]' >&2
    fail "$run was begun with other options or inputs (<) than these (>); choose another directory, or start again with -n"
fi

# The parts of the training: after each of them the model is scored. A part is named by its epoch, or by its last step.
of_trainstep() {        # OPTION DEFAULT: its value among the options after --
    local value=$2 word i
    for ((i = 0; i < ${#more[@]}; i++)); do
        word=${more[i]%%=*}                     # the name, or the beginning of the name
        if [ ${#word} -le 2 ] || [[ $1 != "$word"* ]]; then continue; fi
        if [[ ${more[i]} = *=* ]]; then value=${more[i]#*=}; else value=${more[i + 1]:-}; fi
    done
    is_count "$1" "$value"
    echo "$value"
}
batches=$(mkbatch -b "$batch" "$data/train.msg" | msg2json --header -f batch | sed -n '1s/.*"batches":\([0-9]*\).*/\1/p')
accumulate=$(of_trainstep --accumulate 1)
epoch_steps=$(((batches + accumulate - 1) / accumulate))
total=$(of_trainstep --max-steps $((epochs * epoch_steps)))
kind=epoch span=$epoch_steps
if [ -n "$every" ]; then kind=step span=$every; fi
parts=$(((total + span - 1) / span))
name_of() { if [ -z "$every" ]; then echo "$1"; else echo $(($1 * every < total ? $1 * every : total)); fi; }

score() { json_number "$run/dev-$1.json" overall_f1; }
mean_loss() { msg2json -f loss "$1" | awk -F'[:}]' '{ sum += $2 } END { if (NR) printf "%.4f", sum / NR }'; }
report() {              # NAME
    local json=$run/dev-$1.json
    printf '%s %*d  loss %s  dev: precision %.4f  recall %.4f  F1 %.4f  accuracy %.4f%s\n' \
        "$kind" $((${#total} > 2 && ${#every} > 0 ? ${#total} : 2)) "$1" "$(mean_loss "$run/steps-$1.msg")" \
        "$(json_number "$json" overall_precision)" "$(json_number "$json" overall_recall)" "$(score "$1")" \
        "$(json_number "$json" overall_accuracy)" "$(json_number "$json" loss | xargs -r printf '  loss %.4f')"
}
initial() {
    local from=(--config "$model/config.json" --vocab "$model")
    if has_weights "$model"; then from=(--from "$model"); fi
    bertinit "${from[@]}" --labels-from "$data/train.msg" --field "$field" --seed "$seed" -o "$work/init"
    mv "$work/init" "$run/init"
}
# The batches of all epochs of a part; trainstep skips those that it has seen.
batches_of() {          # PART
    local first=$((($1 - 1) * span)) end=$(($1 * span < total ? $1 * span : total)) n
    for ((n = first / epoch_steps + 1; n <= (end - 1) / epoch_steps + 1; n++)); do
        mkbatch -b "$batch" --seed "$seed" --epoch "$n" "$data/train.msg"
    done
}
train() {               # PART NAME FROM
    batches_of "$1" | trainstep -m "$3" -o "$work/model" --epochs "$epochs" --lr "$rate" --seed "$seed" \
        ${every:+--stop-after "$every"} "${more[@]}" >"$work/steps.msg"
    rm -rf "$run/$kind-$2"
    mv "$work/model" "$run/$kind-$2"
    mv "$work/steps.msg" "$run/steps-$2.msg"
}
dev_scores() {          # NAME
    bertfwd -m "$run/$kind-$1" "${loss[@]}" "$data/dev.msg" | logit2tag |
        seqeval --json --field "$field" --unit auto 2>"$work/warnings" >"$work/dev.json" || { cat "$work/warnings" >&2; exit 1; }
    # one more key than the package has, unless a type has this name
    if [ -n "${loss[*]}" ] && ! grep -q '"loss":' "$work/dev.json"; then
        sed -i "\$s/}\$/, \"loss\": $(json_number "$work/loss.json" eval_loss)}/" "$work/dev.json"
    fi
    [ -n "$warned" ] || cat "$work/warnings" >&2
    warned=yes                                  # they are the same each time
    mv "$work/dev.json" "$run/dev-$1.json"      # if it exists, all of this part is there
}
point() { ln -s "$kind-$2" "$work/$1" && mv -T "$work/$1" "$run/$1"; }
tidy() {                # NAME LAST-NAME
    point last "$1"
    point best "$best"
    rm -rf "$run/init" "$run/$kind-$2/optimizer.safetensors"
    [ -z "$keep" ] || return 0
    local old n
    for old in "$run/$kind"-*; do
        n=${old##*-}
        [ "$n" -eq "$1" ] || [ "$n" -eq "$best" ] || rm -rf "$old"
    done
}

best='' last='' worse=0 warned=''
for ((part = 1; part <= parts; part++)); do
    name=$(name_of "$part")
    done_before=$([ ! -e "$run/dev-$name.json" ] || echo yes)
    if [ -z "$done_before" ]; then
        # shellcheck disable=SC2034     # common.sh prints it
        stopped="stopped during $kind $name; the same command continues at the beginning of it"
        start=$run/init
        if [ -n "$last" ]; then start=$run/$kind-$last; elif [ ! -e "$start" ]; then initial; fi
        [ -e "$run/steps-$name.msg" ] || train "$part" "$name" "$start"
        dev_scores "$name"
    fi
    worse=$((worse + 1))
    if [ -z "$best" ] || awk -v a="$(score "$name")" -v b="$(score "$best")" 'BEGIN { exit !(a > b) }'; then
        best=$name worse=0
    fi
    report "$name"
    [ -n "$done_before" ] || tidy "$name" "$last"
    last=$name
    if [ -n "$patience" ] && [ "$worse" -ge "$patience" ] && [ "$part" -lt "$parts" ]; then
        echo "stopped early: not better than $kind $best $patience times in a row"
        break
    fi
done
