#!/usr/bin/env bash
# tag.sh: finds the entities in a text.
set -euo pipefail
usage='usage: tag.sh -m MODEL [OPTION...] [FILE...]

Reads one text a line, from the files or from standard input, and prints each with its entities: type, score, words.

  -m MODEL    model directory, fine-tuned, or a run of train.sh for its best model
  -j          print the entities as JSON instead, one line for each text
  -w          print the words above their tags instead
  -a HOW      how pieces become entities: first, average and max choose one label for a word; simple and none do not (first)
  -l N        maximum number of pieces of a text (the limit of the model)
  -x WHAT     what to do with a text that is too long for the model: error, truncate or window (error)
  -h          this text
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

model='' cut=() show=(msgview) decode=(logit2span --aggregation first)
while getopts :m:a:l:x:jwh option; do
    case $option in
        m) model=$OPTARG ;;
        a) decode=(logit2span --aggregation "$OPTARG") ;;
        l) is_count -l "$OPTARG"; cut+=(--max-length "$OPTARG") ;;
        x) cut+=(--overflow "$OPTARG") ;;
        j) show=(msg2json --fields entities) ;;
        w) decode=(logit2tag) ;;
        *) other_option "$option" ;;
    esac
done
shift $((OPTIND - 1))
[ -n "$model" ] || misused "which model? (-m DIR)"
model=$(model_of "$model")
a_model "$model"
for file in "$@"; do readable "$file"; done

text2msg "$@" | wptok -m "$model" "${cut[@]}" | bertfwd -m "$model" | "${decode[@]}" | "${show[@]}"
