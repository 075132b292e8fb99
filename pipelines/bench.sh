#!/usr/bin/env bash
# bench.sh: speed and memory, beside the usual Python packages where those are installed.
set -euo pipefail
usage='usage: bench.sh [OPTION...] [PART...]

Measures and prints a table, its figures the medians of a few rounds. Where the Python packages are installed (PEERS, below)
each round runs them too, by turns with the tools, and the ratio is the median of the rounds'"'"' ratios. PARTs, all by default:
  machine   multiply-adds, copying, and matrix products against OpenBLAS
  train     fine-tuning, batches of 8: BERT-base shape (base) and MiniLM (minilm), samples/s and peak memory
  tag       bertfwd, tokens (pieces) a second, both models
  text      wptok, seqeval, conll2msg, msg2json, logit2tag: whole processes with reading and writing, one thread each
  shell     one sentence through the whole pipe, MiniLM

  -r N      rounds (5)
  -s N      steps of a training (25)
  -n N      sentences that are tagged (600)
  -o FILE   write the table there too
  -h        this text

Variables: PEERS, where the packages and models are (/tmp/peers); PEERS_SCRIPTS, the scripts that run them (../shared/peers,
beside the source tree); DATA, a folder with conll2003/{train,valid,test}.txt (../shared/data). Without the models, random ones of
the same shapes are measured, and without the data the corpus of demo-corpus.sh.
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

rounds=5 steps=25 sentences=600 table=''
while getopts :r:s:n:o:h option; do
    case $option in
        r) is_count -r "$OPTARG"; rounds=$OPTARG ;;
        s) is_count -s "$OPTARG"; steps=$OPTARG ;;
        n) is_count -n "$OPTARG"; sentences=$OPTARG ;;
        o) table=$OPTARG ;;
        *) other_option "$option" ;;
    esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- machine train tag text shell
for part in "$@"; do
    [[ " machine train tag text shell " == *" $part "* ]] || misused "unknown part $part"
done
wanted() { [[ " $parts " == *" $1 "* ]]; }
parts="$*"
[ "$rounds" -le 99 ] || misused "-r takes 99 rounds at most"

# What another BLAS or threading would be chosen by has no place in a comparison.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS TAGPIPE_GEMM
export LC_ALL=C.UTF-8
bin=$(dirname "$(command -v conll2msg)")
peers=${PEERS:-/tmp/peers} scripts=${PEERS_SCRIPTS:-$here/../../shared/peers} data=${DATA:-$here/../../shared/data}
for helper in cost machine; do
    [ -x "$bin/tests/bench/$helper" ] || fail "$bin/tests/bench/$helper is not there; run make bench in the source tree"
done
python=$peers/venv/bin/python
if [ ! -x "$python" ] || [ ! -r "$scripts/hf_common.py" ] || [ ! -d "$data/conll2003" ]; then
    python=''
    echo "$me: no peers in $peers: our own figures only" >&2
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/tagpipe-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
: >"$work/figures"

say() { echo "$me: $*" >&2; }
put() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$work/figures"; }      # KEY WHO VALUE; a round's after another
# COMMAND's wall time in $seconds, its memory in $kib.
cost() { "$bin/tests/bench/cost" "$work/cost" "$@"; read -r seconds kib <"$work/cost"; }
divide() { awk -v a="$1" -v b="$2" 'BEGIN { print (b > 0 ? a / b : 0) }'; }
peer() { PYTHONPATH=$scripts TP_DATA=$data HF_HUB_OFFLINE=1 "$python" -W ignore "$@" 2>"$work/peer.log"; }
peer_failed() { say "the peer's $1 failed: $(tail -n 1 "$work/peer.log")"; }

# ---- what is measured on ----

corpus() {
    if [ -r "$data/conll2003/train.txt" ]; then
        local split
        for split in train valid test; do cp "$data/conll2003/$split.txt" "$work/$split.txt"; done
        columns=1=tokens,4=ner_tags
    else
        "$here/demo-corpus.sh" "$work" >/dev/null
        mv "$work/dev.txt" "$work/valid.txt"
        columns=1=tokens,2=ner_tags
    fi
    "$here/demo-model.sh" "$work/train.txt" "$work/small" 2>/dev/null
    cat "$work"/{train,valid,test}.txt >"$work/all.txt"
    awk -v n="$sentences" 'BEGIN { RS = ""; ORS = "\n\n" } !/^-DOCSTART-/ && k++ < n' "$work/test.txt" >"$work/part.txt"
    conll2msg -c "$columns" "$work/train.txt" >"$work/train.msg"
    conll2msg -c "$columns" --labels-from "$work/train.msg" "$work/part.txt" >"$work/part.msg"
    conll2msg -c "$columns" "$work/all.txt" >"$work/all.msg"
    # The words' number; the gold tags with 3 % of them changed; the words as plain lines.
    words=$(awk 'NF && $1 != "-DOCSTART-"' "$work/all.txt" | wc -l)
    awk -v OFS=' ' 'BEGIN { srand(1); n = split("O B-PER I-PER B-ORG I-ORG B-LOC I-LOC B-MISC I-MISC", tag, " ") }
        !NF || $1 == "-DOCSTART-" { print ""; next }
        { print $1, $NF, (rand() < 0.03 ? tag[1 + int(rand() * n)] : $NF) }' "$work/all.txt" >"$work/scored.txt"
    conll2msg -c 1=tokens,2=ner_tags,3=pred "$work/scored.txt" >"$work/scored.msg"
    awk '$1 == "-DOCSTART-" { next } NF { line = line sep $1; sep = " "; next }
        line != "" { print line; line = sep = "" } END { if (line != "") print line }' "$work/all.txt" >"$work/lines.txt"
}
shape() {       # NAME HIDDEN INTERMEDIATE LAYERS: a model of random weights
    printf '{"model_type": "bert", "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d, "num_attention_heads": 12,
        "vocab_size": %d}\n' "$2" "$3" "$4" "$(wc -l <"$work/small/vocab.txt")" >"$work/$1.json"
    bertinit --config "$work/$1.json" --vocab "$work/small" --labels-from "$work/train.msg" -o "$work/$1"
}
model() {       # NAME HIDDEN INTERMEDIATE LAYERS
    if [ -e "$peers/models/$1/config.json" ]; then
        bertinit --from "$peers/models/$1" --labels-from "$work/train.msg" -o "$work/$1" 2>/dev/null
    else
        shape "$@"
    fi
    wptok -m "$work/$1" "$work/train.msg" | alignlbl | mkbatch -b 8 >"$work/$1.batches.msg"
    wptok -m "$work/$1" "$work/part.msg" >"$work/$1.part.msg"
    flops[$1]=$((2 * $4 * (4 * $2 * $2 + 2 * $2 * $3)))         # of the wide products, a piece, forward
}
declare -A flops=()
pieces() { msg2json -f input_ids "$1" | awk -F, -v n="$2" 'NR > n { exit } { sum += NF } END { print sum }'; }
# GFLOP/s as a share of the peak of multiply-adds: KEY PIECES/S FLOPS-OF-A-PIECE
share() { if [ -n "$peak" ]; then put "$1" share "$(awk -v r="$2" -v f="$3" -v p="$peak" 'BEGIN { print r * f / p / 1e9 }')"; fi; }
# The rate in the last line that --progress leaves.
rate_of() { sed -n 's/.*, \([-+.e0-9]*\) [a-z]*\/s, took .*/\1/p' "$1" | tail -n 1; }

# ---- one round of each part ----

machine() {
    "$bin/tests/bench/machine" "$rounds" >"$work/machine"
    peak=$(awk '$1 == "peak" && $3 > 0 { print $3; exit }' "$work/machine")
}
train() {       # MODEL
    local name=$1 rate said
    cost trainstep -m "$work/$name" -o "$work/trained" --restart --progress --stop-after "$steps" "$work/$name.batches.msg" \
        2>"$work/progress" >/dev/null
    rm -rf "$work/trained"
    rate=$(rate_of "$work/progress")
    put "train-$name" ours "$rate"
    put "train-$name-memory" ours "$(divide "$kib" 976562.5)"
    share "train-$name" "$(divide "$(pieces "$work/$name.batches.msg" "$steps")" "$(divide $((8 * steps)) "$rate")")" \
        $((3 * ${flops[$name]}))
    [ -n "$python" ] || return 0
    said=$(peer "$scripts/hf_trainer.py" "$peers/models/$name" $((steps + 5)) | grep 'samples/s') || { peer_failed Trainer; return 0; }
    put "train-$name" theirs "$(grep -o "[0-9.]* samples" <<<"$said" | cut -d" " -f1)"
    put "train-$name-memory" theirs "$(grep -o "[0-9.]* GB" <<<"$said" | cut -d" " -f1)"
}
tag() {         # MODEL
    local name=$1 rate best
    cost bertfwd -m "$work/$name" --progress "$work/$name.part.msg" 2>"$work/progress" >/dev/null
    rate=$(divide "$(pieces "$work/$name.part.msg" "$sentences")" \
        "$(divide "$(msg2json -f input_ids "$work/$name.part.msg" | wc -l)" "$(rate_of "$work/progress")")")
    put "tag-$name-torch" ours "$rate"
    put "tag-$name-memory" ours "$(divide "$kib" 976562.5)"
    share "tag-$name-torch" "$rate" "${flops[$name]}"
    [ -n "$python" ] || return 0
    WHICH=$engines peer "$scripts/hf_infer.py" "$peers/models/$name" "$sentences" >"$work/said" || peer_failed inference
    best=$(sed -n 's/^\(torch\|onnx\|openvino\|ctranslate2\).*: \([0-9]*\) tok.*/\2/p' "$work/said" | sort -n | tail -n 1)
    put "tag-$name" ours "$rate"
    put "tag-$name" theirs "${best:-0}"
    best=$(sed -n 's/^torch fp32: \([0-9]*\) tok.*/\1/p' "$work/said")
    put "tag-$name-torch" theirs "${best:-0}"
}
# A stream with logits, from the small model.
logits() {
    bertinit --config "$work/small/config.json" --vocab "$work/small" --labels-from "$work/train.msg" -o "$work/tiny"
    wptok -m "$work/tiny" "$work/all.msg" | bertfwd -m "$work/tiny" --any-labels >"$work/logits.msg"
}
megabytes() { divide "$(wc -c <"$1")" 1e6; }
text() {
    local lines bytes
    lines=$(megabytes "$work/lines.txt") bytes=$(megabytes "$work/all.txt")
    cost wptok -m "$tokenizer" "$work/all.msg" >"$work/pieces.msg"
    put words ours "$(divide "$words" "$(divide "$seconds" 1e-6)")"
    text2msg "$work/lines.txt" >"$work/lines.msg"
    cost wptok -m "$tokenizer" "$work/lines.msg" >/dev/null
    put raw ours "$(divide "$lines" "$seconds")"
    cost seqeval "$work/scored.msg" >/dev/null
    put seqeval ours "$(divide "$words" "$(divide "$seconds" 1e-6)")"
    cost seqeval --mode strict --scheme iob2 "$work/scored.msg" >/dev/null
    put strict ours "$(divide "$words" "$(divide "$seconds" 1e-6)")"
    cost conll2msg -c "$columns" "$work/all.txt" >/dev/null
    put conll2msg ours "$(divide "$bytes" "$seconds")"
    cost msg2json "$work/pieces.msg" >/dev/null
    put msg2json ours "$(divide "$(megabytes "$work/pieces.msg")" "$seconds")"
    cost logit2tag "$work/logits.msg" >/dev/null
    put logit2tag ours "$(divide "$(megabytes "$work/logits.msg")" "$seconds")"
    [ -n "$python" ] || return 0
    peer "$scripts/hf_tok.py" "$peers/models/base" >"$work/said" || peer_failed tokenizer
    local key pattern
    while IFS='|' read -r key pattern; do
        put "$key" theirs "$(sed -n "s/^$pattern.*/\\1/p" "$work/said")"
    done <<'END'
words|tokenizers encode_batch pretokenized parallel=false: \([0-9.]*\)
raw|tokenizers encode_batch raw text parallel=false: \([0-9.]*\)
seqeval|seqeval default: \([0-9.]*\)
strict|seqeval strict: \([0-9.]*\)
END
}
shell() {
    echo "My name is Sylvain and I work at Hugging Face in Brooklyn." >"$work/sentence.txt"
    # shellcheck disable=SC2016    # sh is to expand them
    cost sh -c 'text2msg "$2" | wptok -m "$1" | bertfwd -m "$1" | logit2span | msg2json' sh "$work/minilm" "$work/sentence.txt" >/dev/null
    put shell ours "$seconds"
    [ -n "$python" ] || return 0
    cost env HF_HUB_OFFLINE=1 "$python" -W ignore -c 'import sys; from transformers import pipeline
print(pipeline("token-classification", model=sys.argv[1], aggregation_strategy="simple")(open(sys.argv[2]).read()))' \
        "$work/minilm" "$work/sentence.txt" >/dev/null 2>"$work/peer.log" || { peer_failed pipeline; return 0; }
    put shell theirs "$seconds"
}

# ---- the table ----

titles='train-base|fine-tuning, BERT-base shape, batch 8, fp32|Trainer|samples/s
train-base-memory|  its peak memory||GB
train-minilm|fine-tuning, MiniLM, batch 8, fp32|Trainer|samples/s
train-minilm-memory|  its peak memory||GB
tag-base-torch|tagging, BERT-base shape, fp32|torch|pieces/s
tag-base|  the same|best engine|pieces/s
tag-base-memory|  its peak memory||GB
tag-minilm-torch|tagging, MiniLM, fp32|torch|pieces/s
tag-minilm|  the same|best engine|pieces/s
tag-minilm-memory|  its peak memory||GB
words|wptok, words given, 1 thread|tokenizers|M words/s
raw|wptok, raw text, 1 thread|tokenizers|MB/s
seqeval|seqeval, lenient|seqeval|M tags/s
strict|seqeval, strict|seqeval|M tags/s
conll2msg|conll2msg, of its input||MB/s
msg2json|msg2json, of its input||MB/s
logit2tag|logit2tag, of its input||MB/s
shell|one sentence, the whole pipe, MiniLM|pipeline|s'

print_table() {
    local commit
    commit=$(git -C "$here" rev-parse --short HEAD 2>/dev/null) || commit='no checkout'
    [ "$commit" = 'no checkout' ] || git -C "$here" diff --quiet HEAD || commit="$commit and changes"
    printf 'tagpipe (%s), %s, %s, %s processors; medians of %d rounds\n' "$commit" "$(date -u +%F)" \
        "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$rounds"
    if [ -s "$work/figures" ]; then
        printf '\n%-46s %-9s %9s  %-12s %9s %7s %8s\n' work unit tagpipe peer figure ratio 'of peak'
        printf '%s\n' "$titles" | awk -F'[|\t]' -v figures="$work/figures" '
            function median(list,    x, n, i, j, t) {
                n = split(list, x, " ")
                for (i = 2; i <= n; i++)
                    for (j = i; j > 1 && x[j] + 0 < x[j - 1] + 0; j--) { t = x[j]; x[j] = x[j - 1]; x[j - 1] = t }
                return n ? (x[int((n + 1) / 2)] + x[int(n / 2) + 1]) / 2 : ""
            }
            function figure(x) { return x == "" ? "" : sprintf((x < 10 ? "%.3f" : x < 1000 ? "%.1f" : "%.0f"), x) }
            function two(x) { return x == "" ? "" : sprintf("%.2f", x) }
            BEGIN { while ((getline < figures) > 0) all[$1, $2] = all[$1, $2] " " $3 }
            all[$1, "ours"] == "" { next }
            {
                n = split(all[$1, "ours"], a, " "); ratio = ""
                if (split(all[$1, "theirs"], b, " ") == n)
                    for (i = 1; i <= n; i++) if (a[i] > 0) ratio = ratio " " ($4 == "s" ? b[i] / a[i] : a[i] / b[i])
                share = median(all[$1, "share"])
                printf "%-46s %-9s %9s  %-12s %9s %7s %8s\n", $2, $4, figure(median(all[$1, "ours"])),
                    (all[$1, "theirs"] == "" ? "" : $3), figure(median(all[$1, "theirs"])), two(median(ratio)), two(share)
            }'
    fi
    [ -s "$work/machine" ] || return 0
    awk -F'\t' '$1 == "peak" { printf "\nmultiply-adds in registers, %d thread%s: %.0f GFLOP/s", $2, ($2 > 1 ? "s" : ""), $3 }
        $1 == "copy" { printf "\ncopy, %d threads, read and written: %.1f GB/s", $2, $3 }
        $1 == "backend" { backend = $2 }
        $1 == "gemm" && !n++ { printf "\n\n%-22s %5s %5s %5s %9s %9s %7s %8s  (GFLOP/s)\n", "product, " backend, "m", "n", "k",
            "tagpipe", "OpenBLAS", "ratio", "of peak" }
        $1 == "gemm" { printf "%-22s %5d %5d %5d %9.1f %9.1f %7.2f %8s\n", $2, $3, $4, $5, $6, $7, $8, ($9 > 0 ? $9 : "") }' "$work/machine"
}

corpus
tokenizer=$work/small peak='' engines=torch
if wanted train || wanted tag; then model base 768 3072 12; fi
if wanted train || wanted tag || wanted shell; then model minilm 384 1536 6; fi
[ ! -e "$peers/models/base/config.json" ] || tokenizer=$peers/models/base
if [ -n "$python" ]; then
    engines=$(peer -c 'from importlib.util import find_spec as has
print(",".join(["torch"] + [w for m, w in (("onnxruntime", "ort"), ("openvino", "ovfp32"), ("ctranslate2", "ct2")) if has(m)]))')
fi
if wanted text; then logits; fi
if wanted machine; then say "the machine"; machine; fi
for ((round = 1; round <= rounds; round++)); do
    for part in train tag; do
        wanted "$part" || continue
        for name in minilm base; do say "round $round of $rounds: $part $name"; "$part" "$name"; done
    done
    for part in text shell; do
        wanted "$part" || continue
        say "round $round of $rounds: $part"
        "$part"
    done
done
if [ -n "$table" ]; then print_table | tee "$table"; else print_table; fi
