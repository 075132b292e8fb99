#!/usr/bin/env bash
# evaluate.sh: score a model on a labelled corpus.
set -euo pipefail
usage='usage: evaluate.sh -m MODEL [OPTION...] FILE [-- OPTION OF SEQEVAL...]

Prints precision, recall and F1 of each type and of all: of entities, if the labels are tags such as B-PER, else of every tag by
itself. FILE is a stream of preprocess.sh, or a corpus in columns, JSON or brat.

  -m MODEL    model directory, or a run of train.sh for its best model
  -f FIELD    the tags (ner_tags)
  -c COLUMNS  the columns of a corpus, e.g. 1=tokens,4=ner_tags (numbers and names: conll2msg(1)); of JSON, new names of its
              fields, e.g. words=tokens,tags=ner_tags
  -i LAYOUT   the layout of a corpus in columns: columns, conllu, conll2012 or csv (what the first row tells)
  -l N        maximum number of pieces of a sentence of a corpus (the limit of the model)
  -x WHAT     what to do with a sentence that is too long for the model: error, truncate or window (error)
  -C          the best sequence of tags without an invalid transition, not the best tag of each word
  -j          print the numbers as JSON
  -o FILE     write the tagged stream to FILE
  -h          this text
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

model='' out='' field=ner_tags cut=() decode=() score=()
while getopts :m:f:c:i:l:x:Cjo:h option; do
    case $option in
        m) model=$OPTARG ;;
        f) field=$OPTARG ;;
        c) columns=$OPTARG ;;
        i) layout=$OPTARG ;;
        l) is_count -l "$OPTARG"; cut+=(--max-length "$OPTARG") ;;
        x) cut+=(--overflow "$OPTARG") ;;
        C) decode+=(--constrain) ;;
        j) score+=(--json) ;;
        o) out=$OPTARG ;;
        *) other_option "$option" ;;
    esac
done
shift $((OPTIND - 1))
[ -n "$model" ] || misused "which model? (-m DIR)"
[ $# -ge 1 ] || misused "which file?"
model=$(model_of "$model")
a_model "$model"
file=$1
check_corpus "$file" "$file"
shift
if [ "${1:-}" = -- ]; then shift; fi

work=$(mktemp -d "${out:-${TMPDIR:-/tmp}/tagpipe}.XXXXXX")
trap 'rm -rf "$work"' EXIT
if is_stream "$file"; then
    [ -z "$columns$layout${cut[*]}" ] || misused "-c, -i, -l and -x are for a corpus, and $file is a stream of pieces already"
    bertfwd -m "$model" "$file" | logit2tag "${decode[@]}" >"$work/tagged.msg"
else        # another corpus may have fewer labels, or another order: labels are compared by name
    read_corpus "$file" | wptok -m "$model" "${cut[@]}" | bertfwd -m "$model" --any-labels |
        logit2tag "${decode[@]}" >"$work/tagged.msg"
fi
seqeval --field "$field" --unit auto "${score[@]}" "$@" "$work/tagged.msg"
[ -z "$out" ] || mv "$work/tagged.msg" "$out"
