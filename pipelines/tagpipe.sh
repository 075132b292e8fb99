#!/usr/bin/env bash
# tagpipe.sh: the command `tagpipe`: runs each script, make file and tool by its name.
set -euo pipefail
usage='usage: tagpipe COMMAND [ARGUMENT...]

a model       fetch-model   download a model from the Hugging Face hub
              bertinit      make one: with a new classifier, or random weights
a corpus      preprocess    files of a corpus into streams with pieces and labels
              demo-corpus   a small corpus of made-up names;  demo-model  a small BERT for it
training      train         fine-tune, score after each epoch, keep the best
              course        corpus, training, scores, as rules of make: course MODEL=DIR DATA=DIR
              experiment    many trainings and a table of them, as rules of make
              plot          curves of loss and scores, confusion matrix
scores        evaluate      precision, recall and F1 of a model on a corpus
use           tag           the entities in a text
publishing    modelcard     the README.md of a model;  publish  push it to the hub
              demo          all of this on a small scale

Each of these prints its options with -h. The tools, each a filter with a manual page:
read          text2msg conll2msg json2msg brat2msg        look        msgview msg2json msg2conll
cut, label    maplbl msgsplit wptok alignlbl mkbatch      train       trainstep
run           bertfwd logit2tag logit2span                score       seqeval

  -h, --help  this text
Manual pages: tagpipe(1) all commands by task; tagpipe(7) the way from a corpus to a model; msgstream(5) the streams.
'
# The tools beside this command, or beside a link to it.
at=$(dirname "$0")
if [ -z "${TAGPIPE_BIN:-}" ] && [ -x "$at/conll2msg" ]; then export TAGPIPE_BIN=$at; fi
# shellcheck source=pipelines/common.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"

me=tagpipe
case ${1:-} in
    '') misused "which command?" ;;
    -*) option() { :; }; read_options "$1" ;;
esac
command=$1
shift
[[ $command =~ ^[a-z0-9-]+$ ]] || misused "there is no command $command"
if grep -q '^usage=' "$here/$command.sh" 2>/dev/null; then
    TAGPIPE_AS="tagpipe $command" exec bash "$here/$command.sh" "$@"
elif grep -q '^all:' "$here/$command.mk" 2>/dev/null; then
    [[ $here != *[[:space:]]* ]] || fail "make cannot work in a folder with a blank: $here"
    # What is given as VARIABLE=VALUE, make would expand.
    TAGPIPE_AS="tagpipe $command" exec make -f "$here/$command.mk" "${@//\$/'$$'}"
elif [ -x "$(dirname "$(command -v conll2msg)")/$command" ]; then
    exec "$command" "$@"
fi
misused "there is no command $command"
