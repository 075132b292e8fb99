#!/usr/bin/env bash
# train.sh: fine-tune a model, score it on the development set after every epoch, keep the last and the best.
set -euo pipefail
usage='usage: train.sh -m MODEL -d DATA -o RUN [OPTION...] [-- OPTION OF TRAINSTEP...]

Trains on DATA/train.msg, scores on DATA/dev.msg (see preprocess.sh). MODEL is a model directory; one with a config.json
and a vocabulary but no weights starts from random ones. In RUN there are then
  epoch-N       the model after epoch N, a directory for any tool (and for transformers)
  last, best    links to the last of them, and to the one with the best dev F1 (accuracy, where tags are no spans)
  steps-N.msg   the report of every step;  dev-N.json  the scores
Epochs that are neither last nor best are removed. An interrupted run goes on behind its last whole epoch when the same
command is given again.

  -m MODEL  -d DATA  -o RUN
  -f FIELD  the tags that are learnt (ner_tags)
  -e N      epochs (3)
  -b N      sentences a batch (8)
  -l RATE   learning rate at its highest (2e-5)
  -s SEED   of shuffling, dropout and new weights (42)
  -k        keep the model of every epoch
  -n        begin anew, whatever is in RUN
  -h        this text
All else, such as weight decay (0.01), schedule (linear) and warm-up (none), is given as trainstep(1) has it, behind --
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

model='' data='' run='' field=ner_tags epochs=3 batch=8 rate=2e-5 seed=42 keep='' anew=''
while getopts :m:d:o:f:e:b:l:s:knh option; do
    case $option in
        m) model=$OPTARG ;;
        d) data=$OPTARG ;;
        o) run=$OPTARG ;;
        f) field=$OPTARG ;;
        e) is_count -e "$OPTARG"; epochs=$OPTARG ;;
        b) is_count -b "$OPTARG"; batch=$OPTARG ;;
        l) rate=$OPTARG ;;
        s) seed=$OPTARG ;;
        k) keep=yes ;;
        n) anew=yes ;;
        *) other_option "$option" ;;
    esac
done
shift $((OPTIND - 1))
[ -n "$model" ] || misused "which model? (-m DIR)"
[ -n "$data" ] || misused "which data? (-d DIR, made by preprocess.sh)"
[ -n "$run" ] || misused "where to? (-o DIR)"
a_model "$model"
readable "$data/train.msg"
readable "$data/dev.msg"

more=("$@")

mkdir -p "$run"
work=$run/.work
rm -rf "$work"
mkdir "$work"
trap 'rm -rf "$work"' EXIT
if [ -n "$anew" ] || [ ! -e "$run/steps-1.msg" ]; then
    rm -rf "$run"/{options,init,last,best,epoch-*,steps-*.msg,dev-*.json}
fi

# What the weights depend on. Another option in the same place would be a model that no one could name.
printf '%s\n' "field $field" "epochs $epochs" "batch $batch" "rate $rate" "seed $seed" "trainstep $*" \
    "train.msg $(cksum <"$data/train.msg")" "model $(cat "$model"/*.json "$model"/*.safetensors 2>/dev/null | cksum)" >"$work/options"
if [ ! -e "$run/options" ]; then
    mv "$work/options" "$run/options"
elif ! cmp -s "$work/options" "$run/options"; then
    { diff "$run/options" "$work/options" || [ $? -eq 1 ]; } | grep '^[<>]' >&2
    fail "$run was begun with other options or inputs (<) than these (>); choose another directory, or begin anew with -n"
fi

score() { json_number "$run/dev-$1.json" overall_f1; }
mean_loss() { msg2json -f loss "$1" | awk -F'[:}]' '{ sum += $2 } END { if (NR) printf "%.4f", sum / NR }'; }
report() {              # EPOCH
    local json=$run/dev-$1.json
    printf 'epoch %2d  loss %s  dev: precision %.4f  recall %.4f  F1 %.4f  accuracy %.4f\n' \
        "$1" "$(mean_loss "$run/steps-$1.msg")" "$(json_number "$json" overall_precision)" \
        "$(json_number "$json" overall_recall)" "$(score "$1")" "$(json_number "$json" overall_accuracy)"
}
initial() {
    local from=(--config "$model/config.json" --vocab "$model")
    if has_weights "$model"; then from=(--from "$model"); fi
    bertinit "${from[@]}" --labels-from "$data/train.msg" --field "$field" --seed "$seed" -o "$work/init"
    mv "$work/init" "$run/init"
}
train_epoch() {         # EPOCH FROM
    mkbatch -b "$batch" --seed "$seed" --epoch "$1" "$data/train.msg" |
        trainstep -m "$2" -o "$work/model" --epochs "$epochs" --lr "$rate" --seed "$seed" "${more[@]}" >"$work/steps.msg"
    rm -rf "$run/epoch-$1"
    mv "$work/model" "$run/epoch-$1"
    mv "$work/steps.msg" "$run/steps-$1.msg"
}
dev_scores() {          # EPOCH
    # shellcheck disable=SC2046     # one word or none
    bertfwd -m "$run/epoch-$1" "$data/dev.msg" | logit2tag | seqeval --json --field "$field" $(scoring "$field") >"$work/dev.json"
    mv "$work/dev.json" "$run/dev-$1.json"      # its presence says that all of the epoch is there
}
point() { ln -s "epoch-$2" "$work/$1" && mv -T "$work/$1" "$run/$1"; }
tidy() {                # EPOCH
    point last "$1"
    point best "$best"
    rm -rf "$run/init" "$run/epoch-$(($1 - 1))/optimizer.safetensors"
    [ -z "$keep" ] || return 0
    local old n
    for old in "$run"/epoch-*; do
        n=${old##*-}
        [ "$n" -eq "$1" ] || [ "$n" -eq "$best" ] || rm -rf "$old"
    done
}

best=''
for ((epoch = 1; epoch <= epochs; epoch++)); do
    done_before=$([ ! -e "$run/dev-$epoch.json" ] || echo yes)
    if [ -z "$done_before" ]; then
        # shellcheck disable=SC2034     # common.sh says it
        stopped="stopped in epoch $epoch; the same command goes on at its beginning"
        start=$run/epoch-$((epoch - 1))
        if [ "$epoch" -eq 1 ]; then
            start=$run/init
            [ -e "$start" ] || initial
        fi
        [ -e "$run/steps-$epoch.msg" ] || train_epoch "$epoch" "$start"
        dev_scores "$epoch"
    fi
    if [ -z "$best" ] || awk -v a="$(score "$epoch")" -v b="$(score "$best")" 'BEGIN { exit !(a > b) }'; then
        best=$epoch
    fi
    report "$epoch"
    [ -n "$done_before" ] || tidy "$epoch"
done
