#!/usr/bin/env bash
# evaluate.sh: score a model on a labelled corpus.
set -euo pipefail
usage='usage: evaluate.sh -m MODEL [OPTION...] FILE [-- OPTION OF SEQEVAL...]

Prints precision, recall and F1 of each type and of all: of entities, if the labels are tags such as B-PER, else of every tag by
itself. FILE is a stream of preprocess.sh, or a corpus in columns, JSON or brat, or a stream of its sentences; - is standard
input. A corpus is cut as that of the training was: the model says how.

  -m, --model MODEL      model directory, or a run of train.sh for its best model
  -f, --field FIELD      the tags (ner_tags)
  -c, --columns COLUMNS  the columns of a corpus, e.g. 1=tokens,4=ner_tags (numbers and names: conll2msg(1)); of JSON,
                         new names of its fields, e.g. words=tokens,tags=ner_tags
  -i, --format LAYOUT    the layout of a corpus in columns: columns, conllu, conll2012 or csv (the first row shows it)
  -l, --max-length N     maximum number of pieces of a sentence of a corpus (the limit of the model)
  -x, --overflow WHAT    what to do with a sentence that is too long for the model: error, truncate or window (error)
      --stride N         pieces that a window shares with the next one (a quarter)
      --context N        pieces of the document before and after a sentence (0)
      --map OLD=NEW,...  other names of types of the corpus; OLD=O drops a type (maplbl(1))
      --any-types        go on if the corpus has types that the model does not know: they count as missed
      --scheme SCHEME    the scheme of the model, if the tags of the corpus are in another one
  -p, --precision KIND   of the computation: fp32, bf16, bf16x3 or int8 (fp32)
      --threshold P      an entity with a lower probability does not count (0)
  -C, --constrain        the best sequence of tags without an invalid transition, not the best tag of each word
  -j, --json             print the numbers as JSON
  -o, --output FILE      write the tagged stream to FILE
  -h, --help             this text
Long options of conll2msg(1), json2msg(1), brat2msg(1), maplbl(1), wptok(1), bertfwd(1), logit2tag(1) and seqeval(1) are
understood, too: --confusion, --errors 5, --bootstrap 1000.
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# shellcheck disable=SC2034     # options.sh uses it
runs=("conll2msg json2msg brat2msg" maplbl wptok bertfwd logit2tag seqeval)
model='' out='' field=ner_tags wptok_options=() bertfwd_options=() logit2tag_options=() seqeval_options=()
known=(--known-types)
option() {              # NAME VALUE
    case $1 in
        model) model=$2 ;;
        field) field=$2 ;;
        columns) columns=$2 ;;
        format) layout=$2 ;;
        max-length) is_count "$typed" "$2"; wptok_options+=(--max-length "$2") ;;
        overflow | stride | context) wptok_options+=("--$1" "$2") ;;
        any-types) known=() ;;
        map) maplbl_options+=(--map "$2") ;;
        scheme) maplbl_options+=(--to "$2") ;;
        precision) bertfwd_options+=(--precision "$2") ;;
        threshold) logit2tag_options+=(--threshold "$2") ;;
        constrain) logit2tag_options+=(--constrain) ;;
        json) seqeval_options+=(--json) ;;
        output) out=$2 ;;
    esac
}
read_options "$@"
[ -n "$model" ] || misused "which model? (-m DIR)"
case ${#operands[@]} in
    0) [ ! -t 0 ] || misused "which file?"; file=- ;;
    1) file=${operands[0]} ;;
    *) misused "one file, not ${#operands[@]}" ;;
esac
check_options wptok bertfwd logit2tag seqeval
find_model
keep "$file"

if [ -n "$out" ] && is_replaced "$out"; then folder_of "$out"; work_in "$folder"; else work_in "${TMPDIR:-/tmp}"; fi
if is_stream "$file" && has_pieces "$file"; then
    [ -z "$columns$layout${wptok_options[*]}${maplbl_options[*]}" ] ||
        misused "-c, -i, -l, -x and others are for a corpus, and $file is a stream of pieces already"
    check_passed "$file is a stream of pieces" bertfwd logit2tag seqeval
    pieces() { cat -- "$file"; }
else
    check_corpus "$file" "$file" maplbl wptok bertfwd logit2tag seqeval
    pieces() { read_mapped "$file" | wptok -m "$model" --as-trained "${wptok_options[@]}"; }
fi
# Another corpus may have fewer labels, or another order: labels are compared by name.
pieces | bertfwd -m "$model" --any-labels "${bertfwd_options[@]}" | logit2tag "${logit2tag_options[@]}" >"$work/tagged.msg"
seqeval --field "$field" --unit auto "${known[@]}" "${seqeval_options[@]}" "${more[@]}" "$work/tagged.msg"
[ -z "$out" ] || deliver "$work/tagged.msg" "$out"
