#!/usr/bin/env bash
# demo.sh: all steps on a small scale: corpus, model, training, scores, use.
set -euo pipefail
usage='usage: demo.sh [-e EPOCHS] DIR

Makes a small corpus and a small BERT in DIR, trains it from random weights, scores it, and tags text with it.

  -e, --epochs EPOCHS  epochs of the training (10)
  -h, --help           this text
'
users_path=$PATH
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

epochs=10
option() {              # NAME VALUE
    case $1 in
        epochs) is_count "$typed" "$2"; epochs=$2 ;;
    esac
}
read_options "$@"
set -- "${operands[@]}"
[ $# -eq 1 ] || misused "give one directory"
dir=$1
step() { printf '\n\033[1m%s\033[0m\n' "$1" | if [ -t 1 ]; then cat; else sed 's/\x1b\[[01]m//g'; fi; }
bin=$(dirname "$(command -v conll2msg)")

step "A corpus of made-up names (demo-corpus.sh)"
"$here/demo-corpus.sh" "$dir"

step "A small BERT for it, and its words over their labels (demo-model.sh, preprocess.sh, msgview)"
"$here/demo-model.sh" "$dir/train.txt" "$dir/small-bert"
"$here/preprocess.sh" -m "$dir/small-bert" -o "$dir/data" "$dir/train.txt" "$dir/dev.txt" "$dir/test.txt"
msgview --width 0 --records 2 "$dir/data/train.msg"

step "Training from random weights, $epochs epochs (train.sh)"
"$here/train.sh" -n -m "$dir/small-bert" -d "$dir/data" -o "$dir/run" -e "$epochs" -b 16 -l 1e-3 -- --warmup 0.1 --progress

step "The best of them on the test set (evaluate.sh)"
"$here/evaluate.sh" -m "$dir/run/best" -o "$dir/test.tagged.msg" "$dir/data/test.msg"

step "The sha256 of its weights, which is the same on every processor with AVX2 or of arm64"
sha256sum "$dir/run/best/model.safetensors"

step "Test sentences: gold tags, predicted tags (msgview)"
msgview --width 0 --records 4 "$dir/test.tagged.msg"

step "Sentences that are in no file (tag.sh)"
sentences='My name is Clara Wostenberg and I work at Polvatech in Karlsmouth .
Gravian striker Leon Drovski scored twice as Norhaven Rovers beat Strelmouth City 3 - 1 .'
printf '%s\n' "$sentences" | "$here/tag.sh" -m "$dir/run/best"

step "What to type next"
run=$(printf %q "$dir/run") path=$(printf %q "$bin")
case ":$users_path:" in
    *":$bin:"*) ;;
    *) printf '%s\n' "The tools are not in PATH yet:" "  PATH=$path:\$PATH" ;;
esac
cat <<END
Another sentence:
  echo "Dr. Talvini flew to Port Lomarville ." | tagpipe tag -m $run
The same, tool by tool:
  echo "Dr. Talvini flew to Port Lomarville ." | text2msg | wptok -m $run/best |
      bertfwd -m $run/best | logit2span -a first | msgview
A real model from the Hugging Face hub, and your corpus (one token and its tag a line):
  tagpipe fetch-model bert-base-cased bert-base-cased
  tagpipe preprocess -m bert-base-cased -o data train.txt dev.txt test.txt
  tagpipe train -m bert-base-cased -d data -o run
  tagpipe evaluate -m run data/test.msg
END
