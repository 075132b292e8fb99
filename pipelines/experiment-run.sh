#!/usr/bin/env bash
# experiment-run.sh: one run of experiment.mk: trains, scores the best model on the test set, and records where the scores come from.
set -euo pipefail
usage='usage: experiment-run.sh -m MODEL -d DATA -o RUN [OPTION...] [-- OPTION OF TRAINSTEP...]

Trains as train.sh does; starts from the beginning if options or inputs differ from those of an earlier run in RUN. Then it
scores RUN/best on DATA/test.msg and writes RUN/result.json. Only the best model is kept.

  -m, --model MODEL    this and the next seven: as in train.sh
  -d, --data DATA
  -o, --output RUN
  -f, --field FIELD
  -e, --epochs N
  -b, --batch-size N
  -l, --lr RATE
  -s, --seed SEED
  -V, --variant NAME   name of the variant (plain)
  -t, --train OPTIONS  more options of train.sh, as one argument
  -i, --inputs FILE    a file of the corpus, whose hash is recorded in the result; may be given again
  -h, --help           this text
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

model='' data='' run='' field=ner_tags epochs=3 batch=8 rate=2e-5 seed=42 variant=plain train='' corpus=()
option() {              # NAME VALUE
    case $1 in
        model) model=$2 ;;
        data) data=$2 ;;
        output) run=$2 ;;
        field) field=$2 ;;
        epochs) epochs=$2 ;;
        batch-size) batch=$2 ;;
        lr) rate=$2 ;;
        seed) seed=$2 ;;
        variant) variant=$2 ;;
        train) train=$2 ;;
        inputs) corpus+=("$2") ;;
    esac
}
read_options "$@"
[ ${#operands[@]} -eq 0 ] || misused "${operands[0]} is neither an option nor its value"
[ -n "$model" ] || misused "which model? (-m DIR)"
[ -n "$data" ] || misused "which data? (-d DIR, made by preprocess.sh)"
[ -n "$run" ] || misused "which output directory? (-o DIR)"
command -v jq >/dev/null || fail "jq is not in PATH; on Debian: apt-get install jq"
name=$(basename "$model")
find_model
for file in "$data"/{train,dev,test}.msg "${corpus[@]}"; do readable "$file"; done
make_folder "$run"
lock_run "$run"
work_in "$run"

# The processors are divided among the jobs that make runs at once; the bits are the same for any number. Two progress lines in
# one terminal cannot be read: the messages of train.sh are shown only if it fails.
jobs=1 said=$work/train.err
[[ ! ${MAKEFLAGS:-} =~ (^| )-j\ *([1-9][0-9]*) ]] || jobs=${BASH_REMATCH[2]}
[ -n "${OMP_NUM_THREADS:-}" ] || export OMP_NUM_THREADS=$(($(nproc) > jobs ? $(nproc) / jobs : 1))
if [ "$jobs" -eq 1 ] && [ -t 2 ]; then said=/dev/stderr; fi

# Hashes by the last component of a path: {"train.txt": "..."}.
hashes() {
    local file
    for file; do jq -n --arg name "${file##*/}" --arg hash "$(sha256sum <"$file")" '{($name): $hash[:64]}'; done | jq -s 'add // {}'
}
read -ra train_options <<<"$train"
model_files=()
for file in "$model"/{config.json,model.safetensors,vocab.txt,tokenizer.json,tokenizer_config.json}; do
    [ ! -f "$file" ] || model_files+=("$file")
done
commit=''
if git -C "$here" ls-files --error-unmatch train.sh >/dev/null 2>&1; then
    commit=$(git -C "$here" rev-parse HEAD)
    git -C "$here" diff --quiet HEAD -- .. || commit+=', changed'
fi
jq -n --arg field "$field" --argjson epochs "$epochs" --argjson batch "$batch" --arg rate "$rate" --arg seed "$seed" \
    --arg train "$train" --arg trainstep "${more[*]}" --argjson model "$(hashes "${model_files[@]}")" \
    --argjson streams "$(hashes "$data/train.msg" "$data/dev.msg")" \
    '{$field, $epochs, $batch, $rate, $seed, $train, $trainstep, $model, $streams}' >"$work/key.json"
anew=()
if [ -e "$run/key.json" ] && ! cmp -s "$run/key.json" "$work/key.json"; then
    anew=(-n)
fi
rm -f "$run/result.json"
mv "$work/key.json" "$run/key.json"
# In the background, so that a signal to this script alone reaches it.
trainer=''
stop() {                # STATUS
    trap '' INT TERM HUP
    if [ -n "$trainer" ]; then
        kill "$trainer" 2>/dev/null || true
        wait "$trainer" || true
    fi
    [ ! -f "$said" ] || cat "$said" >&2
    exit "$1"
}
"$here/train.sh" "${anew[@]}" -m "$model" -d "$data" -o "$run" -f "$field" -e "$epochs" -b "$batch" -l "$rate" -s "$seed" \
    "${train_options[@]}" -- "${more[@]}" >"$work/train.log" 2>"$said" &
trainer=$!
wait "$trainer" || {
    status=$?
    [ ! -f "$said" ] || cat "$said" >&2
    tell "$run failed; the same command continues it"
    exit "$status"
}
trainer=''
mv "$work/train.log" "$run/train.log"
"$here/evaluate.sh" -j -m "$run/best" -f "$field" -o "$run/test.tagged.msg" "$data/test.msg" >"$work/test.json"
best=$(readlink "$run/best")
msg2json --header "$run/test.tagged.msg" | sed -n 1p >"$work/tagged.json"
msg2json --header "$run/steps-${best#*-}.msg" | sed -n 1p >"$work/steps.json"
jq -n --arg name "$(basename "$(readlink -f "$run")")" --arg model "$name" --arg variant "$variant" \
    --arg best "$best" --arg commit "$commit" --argjson corpus "$(hashes "${corpus[@]}")" \
    --slurpfile key "$run/key.json" --slurpfile dev "$run/dev-${best#*-}.json" \
    --slurpfile test "$work/test.json" --slurpfile steps "$work/steps.json" --slurpfile tagged "$work/tagged.json" \
    '{$name, model: $model, $variant} + ($key[0] | {epochs, batch, rate, seed, field})
     + {$best, dev: $dev[0], test: $test[0],
        provenance: {commit: (if $commit == "" then null else $commit end), version: $steps[0].history[-1].version,
            options: ($key[0] | {train, trainstep}), corpus: $corpus, model: $key[0].model, streams: $key[0].streams,
            training: $steps[0].history, tagging: $tagged[0].history}}' >"$work/result.json"
# A grid of large models would fill the disk; the scores tell train.sh that the training is finished.
rm -f "$run"/*/optimizer.safetensors
for old in "$run"/{epoch,step}-+([0-9]); do
    [ ! -d "$old" ] || [ "${old##*/}" = "$best" ] || rm -rf "$old"
done
rm -f "$run/last"
mv "$work/result.json" "$run/result.json"
jq -r '"\(.name): \(.best), dev F1 \(.dev.overall_f1), test F1 \(.test.overall_f1)"' "$run/result.json"
