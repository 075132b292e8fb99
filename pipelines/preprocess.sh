#!/usr/bin/env bash
# preprocess.sh: turns corpus files into streams with pieces and labels, ready for training and scoring.
set -euo pipefail
usage='usage: preprocess.sh -m MODEL -o DIR [OPTION...] TRAIN [DEV [TEST]] [-- OPTION OF WPTOK...]

Writes DIR/train.msg, and DIR/dev.msg and DIR/test.msg if DEV and TEST are given, or if --split makes them. All have the same
label set. A table says what was made: the longest sentence in pieces, words that the vocabulary does not know. RoBERTa reads
each word as after a blank (wptok --add-prefix-space), and train.sh makes a model that always does. The files are rows of a word
and its tags (conll2msg(1)), JSON, also of annotation tools (json2msg(1)), folders of brat (brat2msg(1)), or streams of sentences;
- is standard input.

  -m, --model MODEL      model directory, for its tokenizer
  -o, --output DIR       output directory; it is made if it does not exist
  -f, --field FIELD      the tags to learn: ner_tags, pos_tags, chunk_tags (ner_tags)
  -c, --columns COLUMNS  the columns of the files, e.g. 1=tokens,4=ner_tags (numbers and names: conll2msg(1)); of JSON,
                         new names of its fields, e.g. words=tokens,tags=ner_tags
  -i, --format LAYOUT    the layout of files of columns: columns, conllu, conll2012 or csv (the first row shows it)
  -L, --labels LABELS    the label set: O,B-X,I-X or @FILE (a name a line), or that of a stream or of a model directory
                         (all labels of the files)
  -s, --from SCHEME      the scheme of the tags in the files, e.g. iob1, to convert it to iob2; invalid transitions are
                         repaired and reported
  -r, --rule RULE        labels of the second and later pieces of a word: inside, first or all (inside)
  -l, --max-length N     maximum number of pieces of a sentence (the limit of the model)
  -x, --overflow WHAT    what to do with a longer sentence: error, truncate or window (error)
      --stride N         pieces that a window shares with the next one (a quarter)
      --context N        pieces of the document before and after a sentence (0)
      --map OLD=NEW,...  other names of types; OLD=O drops a type (maplbl(1))
      --scheme SCHEME    the scheme to write the tags in, e.g. iobes
      --split N:N:N      split one file into train, dev and test, with these shares, e.g. 80:10:10 (msgsplit(1))
      --by UNIT          what the split keeps whole: sentence or document (sentence)
      --seed N           of the split (1)
  -h, --help             this text
Long options of conll2msg(1), json2msg(1), brat2msg(1), maplbl(1) and wptok(1) are understood, too.
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# The label set: a stream, a model directory, or what --labels reads.
labels_of() {
    if [ -f "$1" ] && ! is_stream "$1"; then fail "$1 is not a stream; if it has a name per line, write -L @$1"; fi
    if [ -e "$1" ]; then labels=(--labels-from "$1"); return; fi
    [[ $1 =~ [,@=] ]] || fail "cannot open $1, for the labels; a list of them is O,B-X,I-X"
    labels=(--labels "$1")
}

# shellcheck disable=SC2034     # options.sh uses it
runs=("conll2msg json2msg brat2msg" maplbl wptok)
model='' out='' field=ner_tags rule=inside wptok_options=() shares='' split_options=()
option() {              # NAME VALUE
    case $1 in
        model) model=$2 ;;
        output) out=$2 ;;
        field) field=$2 ;;
        columns) columns=$2 ;;
        format) layout=$2 ;;
        labels) labels_of "$2" ;;
        from) scheme=$2 ;;
        rule) rule=$2 ;;
        max-length) is_count "$typed" "$2"; wptok_options+=(--max-length "$2") ;;
        overflow | stride | context) wptok_options+=("--$1" "$2") ;;
        map) maplbl_options+=(--map "$2") ;;
        split) shares=$2; split_options+=(--parts "$2") ;;
        by | seed) split_options+=("--$1" "$2") ;;
        scheme) maplbl_options+=(--to "$2") ;;
    esac
}
read_options "$@"
[ -n "$model" ] || misused "which model? (-m DIR)"
[ -n "$out" ] || misused "which output directory? (-o DIR)"
[ ${#split_options[@]} -eq 0 ] || [ -n "$shares" ] || misused "--by and --seed go with --split"
[ -z "$shares" ] || [ ${#operands[@]} -le 1 ] || misused "--split takes one file, not ${#operands[@]}"
[[ -z $shares || ${split_options[*]} = *' document'* || " ${wptok_options[*]} ${more[*]} " != *' --context'* ]] ||
    misused "--context needs whole documents: --split $shares --by document"
[[ $shares != *:*:*:* ]] || misused "--split $shares: at most three parts: train, dev, test"
case ${#operands[@]} in [123]) ;; *) misused "give one to three corpus files: TRAIN [DEV [TEST]]" ;; esac
check_options wptok maplbl
find_model
files=()
for operand in "${operands[@]}"; do
    keep "$operand"
    files+=("$file")
    check_corpus "$file" "${files[0]}" maplbl wptok
done

if [ -e "$out" ] && [ ! -d "$out" ]; then fail "$out is a file, and -o wants a folder"; fi
make_folder "$out"
work_in "$out"
splits=(train dev test)
: >"$work/told"
if [ -n "$shares" ]; then
    read_mapped "${files[0]}" | msgsplit -o "$work/split" "${split_options[@]}" >"$work/shares"
    files=()
    for split in "${splits[@]}"; do [ ! -f "$work/split/$split.msg" ] || files+=("$work/split/$split.msg"); done
    maplbl_options=()
elif [ ${#labels[@]} -eq 0 ] && [ ${#files[@]} -gt 1 ]; then      # a label may be in DEV or TEST only
    read_corpus "${files[@]}" >"$work/labels.msg" 2>"$work/errors" || { cat "$work/errors" >&2; exit 1; }
    labels=(--labels-from "$work/labels.msg")
fi
mkdir "$work/made"
: >"$work/summary"
for file in "${files[@]}"; do
    split=${splits[0]} splits=("${splits[@]:1}")
    status=0
    read_mapped "$file" | wptok -m "$model" --summary --add-prefix-space "${wptok_options[@]}" "${more[@]}" 2>"$work/said" |
        alignlbl --field "$field" --rule "$rule" >"$work/made/$split.msg" || status=$?
    sed -n "s/^wptok: \([0-9]* sentences, .*\)/$split \1/p" "$work/said" >>"$work/summary"
    grep -v '^wptok: [0-9]* sentences, ' "$work/said" | grep -vxFf "$work/told" >&2 || true      # what wptok says of the model, it says once
    cat "$work/said" >>"$work/told"
    [ "$status" -eq 0 ] || exit "$status"
done
mv "$work"/made/*.msg "$out/"
for split in "${splits[@]}"; do
    [ ! -e "$out/$split.msg" ] || tell "$out/$split.msg is of an earlier call; train.sh and others will use it with the new train.msg"
done

[ ! -f "$work/shares" ] || grep '^by sentence' "$work/shares" || true
# What was made; and whether the vocabulary is one for this corpus: a good one has all characters, and many words as a whole.
me=$me model=$model awk '
    BEGIN { me = ENVIRON["me"]; model = ENVIRON["model"] }      # -v would change a backslash
    {
        name = $1
        match($0, / with .*; [0-9]+ pieces, /)      # the name of the unknown piece may have digits
        rest = substr($0, RSTART + 6)
        unk = substr($0, RSTART + 6, RLENGTH - 6)
        sub(/; [0-9]+ pieces, $/, "", unk)
        $0 = substr($0, 1, RSTART) substr(rest, length(unk) + 1)
        if (NR == 1) printf "%-5s %9s %9s %9s %8s %8s %8s\n", "", "sentences", "words", "pieces", "longest", "too long", unk
        if (match($0, /are longer, .*/)) way = substr($0, RSTART + 12)
        gsub(/[^0-9]+/, " ")        # sentences, words, unknown, pieces, longest, limit, longer
        printf "%-5s %9d %9d %9d %8d %8d %6.1f %%\n", name, $1, $2, $4, $5, $7, $2 ? 100 * $3 / $2 : 0
        sentences += $1; words += $2; unknown += $3; pieces += $4; limit = $6; longer += $7
    }
    END {
        if (longer) printf "%d sentences are longer than %d pieces: %s\n", longer, limit, way
        said = sprintf("%s: the vocabulary of %s is hardly one for this corpus: ", me, model)
        advice = "; take a model for this language, or a multilingual one"
        if (unknown > 0.05 * words)
            printf "%s%.1f %% of the words have characters that it does not know (%s)%s\n", said, 100 * unknown / words, unk, advice >"/dev/stderr"
        else if (pieces - 2 * sentences > 4 * words && words)
            printf "%s%.1f pieces a word%s\n", said, (pieces - 2 * sentences) / words, advice >"/dev/stderr"
    }' "$work/summary"
