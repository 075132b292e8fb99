#!/usr/bin/env bash
# tag.sh: finds the entities in a text.
set -euo pipefail
usage='usage: tag.sh -m MODEL [OPTION...] [FILE...]

Reads one text a line, from the files or from standard input, and prints each with its entities: type, score, words. Lines of
JSON with a text or tokens (json2msg(1)) and streams of sentences are read, too; if they have tags, these are shown above the
entities. A text is cut as the corpus of the training was: the model says how.

  -m, --model MODEL      model directory, fine-tuned, or a run of train.sh for its best model
  -t, --tokens           a line is words with blanks between them
  -j, --json             print a line of JSON for each text instead: id, text, entities
  -w, --words            print the words above their tags instead; with -j the tag of each word
      --html             print a page for a browser instead
  -a, --aggregation HOW  how pieces become entities: first, average and max choose one label for a word; simple and none do
                         not (first)
      --threshold P      leave out entities with a lower probability (0)
  -l, --max-length N     maximum number of pieces of a text (the limit of the model)
  -x, --overflow WHAT    what to do with a text that is too long for the model: error, truncate or window (error)
      --stride N         pieces that a window shares with the next one (a quarter)
      --context N        pieces of the lines before and after; the lines of a file are one document (0)
  -p, --precision KIND   of the computation: fp32, bf16, bf16x3 or int8 (fp32)
  -h, --help             this text
Long options of text2msg(1), json2msg(1), wptok(1), bertfwd(1), logit2span(1), logit2tag(1), msgview(1) and msg2json(1) are
understood, too.
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# shellcheck disable=SC2034     # options.sh uses it
runs=(text2msg json2msg wptok bertfwd logit2span logit2tag msgview msg2json)
model='' json='' tokens='' decode=logit2span threshold=() text2msg_options=() wptok_options=() bertfwd_options=() msgview_options=() msg2json_options=()
logit2span_options=(--aggregation first) logit2tag_options=()
option() {              # NAME VALUE
    case $1 in
        model) model=$2 ;;
        tokens) tokens=yes; text2msg_options+=(--tokens) ;;
        json) json=yes ;;
        words) decode=logit2tag ;;
        html) msgview_options+=(--html) ;;
        aggregation) logit2span_options+=(--aggregation "$2") ;;
        threshold) threshold=(--threshold "$2") ;;
        max-length) is_count "$typed" "$2"; wptok_options+=(--max-length "$2") ;;
        context) text2msg_options+=(--documents); wptok_options+=(--context "$2") ;;
        overflow | stride) wptok_options+=("--$1" "$2") ;;
        precision) bertfwd_options+=(--precision "$2") ;;
    esac
}
read_options "$@"
[ -n "$model" ] || misused "which model? (-m DIR)"
check_options text2msg wptok bertfwd logit2span logit2tag msgview msg2json
find_model

show=msgview
[ -z "$json" ] || show=msg2json
[ -z "$json" ] || [ ${#msgview_options[@]} -eq 0 ] || misused "-j or --html, not both"
check_passed "this command does not run it" text2msg json2msg wptok bertfwd "$decode" "$show"

# What the texts are in: a stream, JSON, or lines.
form_of() {             # FILE
    if [ -n "$tokens" ]; then echo lines; return; fi
    if is_stream "$1"; then echo stream; return; fi
    case $(head -c 1000 -- "$1" | LC_ALL=C tr -d '\0 \t\r\n\357\273\277' | head -c 1) in
        '{' | '[') if [ "$(kind_of "$1")" = JSON ]; then echo JSON; else echo lines; fi ;;
        *) echo lines ;;
    esac
}
read_form() {           # FORM FILE...
    case $1 in
        stream) cat -- "${@:2}" ;;
        JSON) json2msg --no-spans "${json2msg_options[@]}" -- "${@:2}" ;;
        *) text2msg "${text2msg_options[@]}" -- "${@:2}" ;;
    esac
}
# What comes in line by line is answered line by line, so only its first character is looked at, and a line that may be JSON.
read_input() {
    local start='' line='' form=lines LC_ALL=C
    IFS= read -r -N 1 start || true
    [ -n "$tokens" ] || case $start in
        [$'\x80'-$'\x8f']) form=stream ;;
        '{')
            IFS= read -r line || true
            line+=$'\n'
            if looks_like_json <<<"$start$line"; then form=JSON; fi ;;
        '[')
            keep <(printf '[' && cat)
            read_form "$(form_of "$file")" "$file"
            return ;;
    esac
    { printf '%s' "$start$line" && cat; } | read_form $form -
}
files=()
if [[ "${operands[*]}" != '' && "${operands[*]}" != - ]]; then
    for operand in "${operands[@]}"; do
        [ -e "$operand" ] || [[ $operand != *' '* ]] || fail "there is no file '$operand'; a text is read like this: echo TEXT | $me -m MODEL"
        keep "$operand"
        [ ! -d "$file" ] || fail "$operand is a folder"
        files+=("$file")
        [ "$(form_of "$file")" = "$(form_of "${files[0]}")" ] ||
            fail "$operand has $(form_of "$file"), and ${operands[0]} has $(form_of "${files[0]}"); all files are of one kind"
    done
    read_input() { read_form "$(form_of "${files[0]}")" "${files[@]}"; }
    [ ${#files[@]} -gt 1 ] || [ ${#msgview_options[@]} -eq 0 ] || msgview_options=(--title "${files[0]##*/}" "${msgview_options[@]}")
fi

if [ "$decode" = logit2tag ]; then decode=(logit2tag "${logit2tag_options[@]}"); else decode=(logit2span "${logit2span_options[@]}"); fi
if [ -z "$json" ]; then
    show=(msgview "${msgview_options[@]}")
elif [[ " ${passed[*]} " =~ ' '--(fields|without|to)' ' ]]; then
    show=(msg2json "${msg2json_options[@]}")
else        # a text and what was found in it, not how
    show=(msg2json --names --without "input_ids,word_ids,offsets,pieces,window,logits" "${msg2json_options[@]}")
fi
read_input | wptok -m "$model" --as-trained "${wptok_options[@]}" | bertfwd -m "$model" --any-labels "${bertfwd_options[@]}" |
    "${decode[@]}" "${threshold[@]}" | "${show[@]}"
