#!/usr/bin/env bash
# evaluate.sh: score a model on a labelled corpus.
set -euo pipefail
usage='usage: evaluate.sh -m MODEL [OPTION...] FILE [-- OPTION OF SEQEVAL...]

Prints precision, recall and F1 of each type and of all: of entities, if the labels are tags such as B-PER, else of every tag by
itself. FILE is a stream of preprocess.sh, or a corpus in columns, JSON or brat.

  -m, --model MODEL      model directory, or a run of train.sh for its best model
  -f, --field FIELD      the tags (ner_tags)
  -c, --columns COLUMNS  the columns of a corpus, e.g. 1=tokens,4=ner_tags (numbers and names: conll2msg(1)); of JSON,
                         new names of its fields, e.g. words=tokens,tags=ner_tags
  -i, --format LAYOUT    the layout of a corpus in columns: columns, conllu, conll2012 or csv (what the first row tells)
  -l, --max-length N     maximum number of pieces of a sentence of a corpus (the limit of the model)
  -x, --overflow WHAT    what to do with a sentence that is too long for the model: error, truncate or window (error)
  -C, --constrain        the best sequence of tags without an invalid transition, not the best tag of each word
  -j, --json             print the numbers as JSON
  -o, --output FILE      write the tagged stream to FILE
  -h, --help             this text
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

model='' out='' field=ner_tags cut=() decode=() score=()
option() {              # NAME VALUE
    case $1 in
        model) model=$2 ;;
        field) field=$2 ;;
        columns) columns=$2 ;;
        format) layout=$2 ;;
        max-length) is_count "$typed" "$2"; cut+=(--max-length "$2") ;;
        overflow) cut+=(--overflow "$2") ;;
        constrain) decode+=(--constrain) ;;
        json) score+=(--json) ;;
        output) out=$2 ;;
    esac
}
read_options "$@"
[ -n "$model" ] || misused "which model? (-m DIR)"
case ${#operands[@]} in
    0) misused "which file?" ;;
    1) file=${operands[0]} ;;
    *) misused "one file, not ${#operands[@]}" ;;
esac
model=$(model_of "$model")
a_model "$model"
check_corpus "$file" "$file"

work=$(mktemp -d "${out:-${TMPDIR:-/tmp}/tagpipe}.XXXXXX")
trap 'rm -rf "$work"' EXIT
if is_stream "$file"; then
    [ -z "$columns$layout${cut[*]}" ] || misused "-c, -i, -l and -x are for a corpus, and $file is a stream of pieces already"
    bertfwd -m "$model" "$file" | logit2tag "${decode[@]}" >"$work/tagged.msg"
else        # another corpus may have fewer labels, or another order: labels are compared by name
    read_corpus "$file" | wptok -m "$model" --as-trained "${cut[@]}" | bertfwd -m "$model" --any-labels |
        logit2tag "${decode[@]}" >"$work/tagged.msg"
fi
seqeval --field "$field" --unit auto "${score[@]}" "${more[@]}" "$work/tagged.msg"
[ -z "$out" ] || mv "$work/tagged.msg" "$out"
