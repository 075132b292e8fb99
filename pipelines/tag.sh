#!/usr/bin/env bash
# tag.sh: finds the entities in a text.
set -euo pipefail
usage='usage: tag.sh -m MODEL [OPTION...] [FILE...]

Reads one text a line, from the files or from standard input, and prints each with its entities: type, score, words.

  -m, --model MODEL      model directory, fine-tuned, or a run of train.sh for its best model
  -j, --json             print the entities as JSON instead, one line for each text
  -w, --words            print the words above their tags instead
  -a, --aggregation HOW  how pieces become entities: first, average and max choose one label for a word; simple and none do
                         not (first)
  -l, --max-length N     maximum number of pieces of a text (the limit of the model)
  -x, --overflow WHAT    what to do with a text that is too long for the model: error, truncate or window (error)
  -h, --help             this text
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

model='' cut=() show=(msgview) decode=(logit2span --aggregation first)
option() {              # NAME VALUE
    case $1 in
        model) model=$2 ;;
        aggregation) decode=(logit2span --aggregation "$2") ;;
        max-length) is_count "$typed" "$2"; cut+=(--max-length "$2") ;;
        overflow) cut+=(--overflow "$2") ;;
        json) show=(msg2json --fields entities) ;;
        words) decode=(logit2tag) ;;
    esac
}
read_options "$@"
set -- "${operands[@]}"
[ -n "$model" ] || misused "which model? (-m DIR)"
model=$(model_of "$model")
a_model "$model"
for file in "$@"; do readable "$file"; done

text2msg -- "$@" | wptok -m "$model" --as-trained "${cut[@]}" | bertfwd -m "$model" | "${decode[@]}" | "${show[@]}"
