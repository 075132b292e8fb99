#!/usr/bin/env bash
# bench.sh: measure speed and memory, beside the Python stack where it is installed.
set -euo pipefail
usage='usage: bench.sh [OPTION...]

Prints a table, and keeps it in a file with machine, commit and date. Where the directory of the peers has their Python
environment and models, each of their programs runs in turn with ours, and the table has the ratios; without it, ours alone.

  -d DATA   folder with conll2003/{train,test}.txt (../shared/data beside the source tree)
  -p PEERS  folder with venv/ and models/{base,minilm} (/tmp/peers)
  -s DIR    the scripts that time the peers (../shared/peers)
  -n N      rounds, of which the median counts (5)
  -o FILE   where to keep the table (build/bench.txt)
  -h        this text
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

root=$(cd "$here/.." && pwd)
data=$root/../shared/data peers=/tmp/peers scripts=$root/../shared/peers rounds=5 out=$root/build/bench.txt
while getopts :d:p:s:n:o:h option; do
    case $option in
        d) data=$OPTARG ;;
        p) peers=$OPTARG ;;
        s) scripts=$OPTARG ;;
        n) is_count -n "$OPTARG"; rounds=$OPTARG ;;
        o) out=$OPTARG ;;
        *) other_option "$option" ;;
    esac
done
[ $# -lt "$OPTIND" ] || misused "takes no operand: ${*:OPTIND:1}"
readable "$data/conll2003/train.txt"
python=$peers/venv/bin/python
work=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
have_peers() { [ -x "$python" ] && [ -f "$scripts/hf_trainer.py" ]; }

median() { sort -g | awk '{ x[NR] = $1 } END { print NR ? (NR % 2 ? x[(NR + 1) / 2] : (x[NR / 2] + x[NR / 2 + 1]) / 2) : "nan" }'; }
seconds() { local start=$EPOCHREALTIME; "$@" >/dev/null 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'; }
over() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.6g\n", a / b }'; }
peer() { TP_DATA=$data PYTHONPATH=$scripts "$python" "$@" 2>/dev/null; }

# row WHAT UNIT OURS PEER: two functions that print one figure each (more is better); run in turn, medians and their ratio.
row() {
    local what=$1 unit=$2 ours=$3 theirs=${4:-} a b i
    : >"$work/a"; : >"$work/b"
    for ((i = 0; i < rounds; i++)); do
        $ours >>"$work/a"
        if [ -n "$theirs" ] && have_peers; then $theirs >>"$work/b"; fi
    done
    a=$(median <"$work/a")
    if [ -s "$work/b" ]; then
        b=$(median <"$work/b")
        printf '%-44s %12.5g %-11s %12.5g %8.2f\n' "$what" "$a" "$unit" "$b" "$(over "$a" "$b")"
    else
        printf '%-44s %12.5g %-11s %12s %8s\n' "$what" "$a" "$unit" - -
    fi
}

# ---- the models and streams that all rows use ----
corpus=$data/conll2003
conll2msg "$corpus/train.txt" >"$work/train.msg"
conll2msg --labels-from "$work/train.msg" "$corpus/test.txt" >"$work/test.msg"
jqless_text() { msg2json --fields tokens "$work/train.msg" | sed 's/^{"tokens":\["//; s/"\]}$//; s/","/ /g; s/\\"/"/g; s/\\\\/\\/g'; }
jqless_text >"$work/train.txt"
words=$(wc -w <"$work/train.txt") bytes=$(wc -c <"$work/train.txt")
for name in base minilm; do
    model=$peers/models/$name
    [ -f "$model/model.safetensors" ] || continue
    bertinit --from "$model" --labels-from "$work/train.msg" -o "$work/$name" 2>/dev/null
    wptok -m "$work/$name" "$work/train.msg" | alignlbl | mkbatch -b 8 --seed 42 --epoch 1 >"$work/$name.batches"
    wptok -m "$work/$name" "$work/test.msg" >"$work/$name.test"
done

train() { # MODEL STEPS: samples a second, and the peak of memory on the side
    rm -rf "$work/out"
    command time -f 'peak %M' trainstep -m "$work/$1" -o "$work/out" --stop-after "$2" --progress "$work/$1.batches" 2>"$work/log" >/dev/null
    sed -n 's/^peak //p' "$work/log" >>"$work/peak.$1"
    tr '\r' '\n' <"$work/log" | sed -n 's/^training.*, \([0-9.e+]*\) samples\/s.*/\1/p' | tail -n 1
}
peer_train() { peer "$scripts/hf_trainer.py" "$peers/models/$1" "$2" | sed -n 's/.*: \([0-9.]*\) samples\/s.*peak RSS \([0-9.]*\) GB.*/\1 \2/p' |
    { read -r rate gb; echo "$gb" >>"$work/peerpeak.$1"; echo "$rate"; }; }
train_base() { train base 25; }
train_minilm() { train minilm 60; }
peer_train_base() { peer_train base 25; }
peer_train_minilm() { peer_train minilm 60; }
tag() { over "$(msg2json --fields input_ids "$work/$1.test" | head -n 600 | tr -cd ',\n' | wc -c)" "$(seconds bertfwd -m "$work/$1" "$work/$1.600")"; }
tag_base() { tag base; }
tag_minilm() { tag minilm; }
peer_tag() { WHICH=torch peer "$scripts/hf_infer.py" "$peers/models/$1" 600 | sed -n 's/^torch fp32: \([0-9.]*\) tok.*/\1/p'; }
peer_tag_base() { peer_tag base; }
peer_tag_minilm() { peer_tag minilm; }
tok_words() { over "$words" "$(OMP_NUM_THREADS=1 seconds wptok -m "$work/base" "$work/train.msg")"; }
tok_text() { over "$bytes" "$(seconds wptok -m "$work/base" "$work/text.msg")"; }
peer_tok() { [ -s "$work/tok" ] || peer "$scripts/hf_tok.py" "$peers/models/base" >"$work/tok"; sed -n "$1" "$work/tok"; }
peer_tok_words() { peer_tok 's/.*pretokenized parallel=false: \([0-9.]*\) M words.*/\1e6/p'; }
peer_tok_text() { peer_tok 's/.*raw text parallel=false: \([0-9.]*\) MB.*/\1e6/p'; }
score() { over "$(wc -w <"$work/tags")" "$(seconds seqeval "$work/scored.msg")"; }
peer_score() { peer_tok 's/^seqeval default: \([0-9.]*\) M tags.*/\1e6/p'; }
read_columns() { over "$(wc -c <"$corpus/train.txt")" "$(seconds conll2msg "$corpus/train.txt")"; }
one_sentence() { bash -c "echo 'My name is Sylvain and I work at Hugging Face in Brooklyn.' | text2msg | wptok -m $work/minilm |
    bertfwd -m $work/minilm | logit2span | msg2json"; }
latency() { over 1 "$(seconds one_sentence)"; }
peer_latency() { over 1 "$(seconds peer -c "from transformers import pipeline
pipeline('token-classification', model='$peers/models/minilm', aggregation_strategy='simple')('My name is Sylvain.')")"; }

text2msg "$work/train.txt" >"$work/text.msg"
conll2msg -c 1=tokens,4=ner_tags "$corpus/train.txt" >"$work/gold.msg"
sed 's/ \([^ ]*\)$/ \1 \1/' "$corpus/train.txt" | conll2msg -c 1=tokens,4=ner_tags,5=pred >"$work/scored.msg"
msg2json --fields pred "$work/scored.msg" | tr ',' ' ' >"$work/tags"

report() {
    printf 'tagpipe %s at commit %s, %s\n' "$(conll2msg --version | sed 's/.* //')" \
        "$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)" "$(date -u +%Y-%m-%d)"
    sed -n 's/^model name[^:]*: /processor: /p' /proc/cpuinfo | head -n 1
    machine=$root/build/bench/machine
    if [ -x "$machine" ]; then "$machine"; fi
    printf '\n%-44s %12s %-11s %12s %8s\n' 'work' 'ours' '' 'peer' 'ratio'
    if [ -d "$work/base" ]; then
        for name in base minilm; do head -c 0 /dev/null >"$work/peak.$name"; first_sentences "$name"; done
        row 'fine-tuning, BERT-base, batch 8, fp32' samples/s train_base peer_train_base
        row 'fine-tuning, MiniLM, batch 8, fp32' samples/s train_minilm peer_train_minilm
        for name in base minilm; do
            printf '%-44s %12.3f %-11s %12s\n' "  peak memory, $name" "$(awk '{ print $1 / 1e6 }' "$work/peak.$name" | median)" GB \
                "$([ -s "$work/peerpeak.$name" ] && median <"$work/peerpeak.$name" || echo -)"
        done
        row 'tagging 600 sentences, BERT-base, fp32' pieces/s tag_base peer_tag_base
        row 'tagging 600 sentences, MiniLM, fp32' pieces/s tag_minilm peer_tag_minilm
        row 'one sentence through the whole pipe, MiniLM' 1/s latency peer_latency
        row 'wptok, words given (peer: 1 thread)' words/s tok_words peer_tok_words
        row 'wptok, raw text (peer: 1 thread)' bytes/s tok_text peer_tok_text
    fi
    row 'seqeval' tags/s score peer_score
    row 'conll2msg' bytes/s read_columns
}
# The first 600 sentences of the test set, as the peers tag them.
first_sentences() { awk 'NF == 0 || /^-DOCSTART-/ { if (n) s++; n = 0; if (s == 600) exit } { print } NF { n = !/^-DOCSTART-/ }' "$corpus/test.txt" |
    conll2msg | wptok -m "$work/$1" >"$work/$1.600"; }

mkdir -p "$(dirname "$out")"
report | tee "$out.tmp"
mv "$out.tmp" "$out"
