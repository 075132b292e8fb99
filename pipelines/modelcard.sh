#!/usr/bin/env bash
# modelcard.sh: writes a README.md for a trained model, as the hub reads it, from the files of train.sh.
set -euo pipefail
usage='usage: modelcard.sh [OPTION...] RUN

Writes RUN/best/README.md: metadata (with model-index: precision, recall, F1, accuracy), how to use the model, its scores,
its training and its data. RUN is a directory of train.sh. All numbers come from its streams and scores.

  -m, --model DIR        describe this model of RUN, for example RUN/last (RUN/best)
  -t, --test FILE        its scores on the test set, from: evaluate.sh -j -m RUN/best data/test.msg >FILE
  -n, --name NAME        name of the model (the name of RUN)
  -b, --base NAME        name of the model that the training started from, on the hub
  -d, --data NAME        name of the corpus, on the hub (unnamed)
  -l, --language LANG    language of the corpus, such as en
  -c, --license LICENCE  licence of the model, such as apache-2.0
  -h, --help             this text
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

dir='' test='' name='' base='' data=unnamed language='' licence=''
option() {              # NAME VALUE
    case $1 in
        model) dir=$2 ;;
        test) test=$2; readable "$test" ;;
        name) name=$2 ;;
        base) base=$2 ;;
        data) data=$2 ;;
        language) language=$2 ;;
        license) licence=$2 ;;
    esac
}
read_options "$@"
set -- "${operands[@]}"
[ $# -eq 1 ] || misused "give one directory of train.sh"
run=${1%/}
if [ -d "$run" ] && [ -z "$dir" ] && [ ! -e "$run/best" ]; then fail "$run is not a run of train.sh: it has no best model"; fi
dir=${dir:-$run/best}
command -v jq >/dev/null || fail "jq is not in PATH; on Debian: apt-get install jq"
[ -e "$run" ] || fail "there is no $run"
a_model "$dir"
part=$(basename "$(readlink -f "$dir")")                # epoch-3, or step-150
if [[ ! $part =~ ^(epoch|step)-[0-9]+$ ]] || [ ! -f "$run/steps-${part#*-}.msg" ]; then
    fail "$dir is not a model of a run of train.sh in $run"
fi
name=${name:-$(basename "$(readlink -f "$run")")}

work_in "$dir"

# One line for each part: its number, mean loss, last step, and scores if there was a development set. The history comes from
# the streams.
for file in "$run"/steps-+([0-9]).msg; do
    n=${file##*/steps-} n=${n%.msg}
    dev=$run/dev-$n.json
    [ -e "$dev" ] || dev=/dev/null
    msg2json -f step,loss "$file" | jq -sc --argjson n "$n" --slurpfile dev "$dev" \
        '{n: $n, step: .[-1].step, loss: (map(.loss) | add / length), dev: $dev[0]}'
done | jq -sc 'sort_by(.n)' >"$work/parts"
msg2json --header "$run/steps-${part#*-}.msg" | sed -n 1p >"$work/header"
[ -z "$test" ] || cp "$test" "$work/test"
[ -n "$test" ] || echo null >"$work/test"

jq -rn --arg name "$name" --arg base "$base" --arg data "$data" --arg language "$language" --arg licence "$licence" \
    --argjson n "${part#*-}" --arg kind "${part%-*}" --slurpfile header "$work/header" --slurpfile parts "$work/parts" \
    --slurpfile test "$work/test" --slurpfile config "$dir/config.json" -f "$here/modelcard.jq" >"$work/README.md"
mv "$work/README.md" "$dir/README.md"
