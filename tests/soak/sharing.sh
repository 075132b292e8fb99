#!/usr/bin/env bash
# sharing.sh: what 1 and N=16 processes of bertfwd hold of a model of BERT's base size (random weights), without and with its packed
# file, and the time to the answer of one sentence. Pss counts a page that n processes share as 1/n of it, so the sum of Pss is what
# all of them take. It needs 7 GiB of memory for the processes without the file; N=4 needs 3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
BUILD=${BUILD:-$PWD/build} N=${N:-16}
PATH=$BUILD:$PATH
export OMP_NUM_THREADS=1
tmp=$(mktemp -d)
pids=()
# shellcheck disable=SC2064 # the folder's name as it is now
trap "exec 9>&-; kill \${pids[@]} 2>/dev/null || true; wait || true; rm -rf '$tmp'" EXIT
cat >"$tmp/config.json" <<'JSON'
{"architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": 30522, "hidden_size": 768,
 "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072, "max_position_embeddings": 512}
JSON
{ printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]'; seq 30517; } >"$tmp/vocab.txt"
bertinit -c "$tmp/config.json" -v "$tmp/vocab.txt" --labels O,B-PER,I-PER,B-LOC,I-LOC -o "$tmp/model" 2>/dev/null
seq -s ' ' 12 | text2msg | wptok -m "$tmp/model" >"$tmp/one.msg"

# The sum over n processes that have answered, in MiB: Pss, and what is their own.
memory() { # N PRECISION
    local i pss own
    pids=()
    rm -f "$tmp/in" "$tmp"/out.*
    mkfifo "$tmp/in"
    head -c -16 "$tmp/one.msg" >"$tmp/most"
    for ((i = 0; i < $1; i++)); do
        { cat "$tmp/most" && cat "$tmp/in"; } 2>/dev/null | bertfwd -m "$tmp/model" -p "$2" >"$tmp/out.$i" 2>/dev/null &
        pids+=($!)
    done
    for ((i = 0; i < $1; i++)); do until [ -s "$tmp/out.$i" ]; do sleep 0.1; done; done
    read -r pss own < <(for pid in "${pids[@]}"; do cat "/proc/$pid/smaps_rollup"; done |
        awk '/^Pss:/ { pss += $2 } /^Private_Dirty:/ { own += $2 } END { printf "%d %d\n", pss / 1024, own / 1024 }')
    worst=$((own / $1))
    printf '%-5s %2d processes: Pss %5d MiB in all, %4d each; private %5d\n' "$2" "$1" "$pss" $((pss / $1)) "$own"
    exec 9<>"$tmp/in"
    exec 9>&-
    kill "${pids[@]}" 2>/dev/null || true
    wait || true
    pids=()
}
# The least of five times, in milliseconds: of the clock, and of the processor.
seconds() { # PRECISION
    for _ in 1 2 3 4 5; do
        TIMEFORMAT='%R %U %S'
        { time bertfwd -m "$tmp/model" -p "$1" "$tmp/one.msg" >/dev/null; } 2>&1
    done | awk '{ cpu = $2 + $3; if (NR == 1 || $1 < real) real = $1; if (NR == 1 || cpu < least) least = cpu }
        END { printf "      one sentence: %d ms, of which the processor %d ms\n", real * 1000, least * 1000 }'
}
fell=0 worst=0
for precision in fp32 int8; do
    for packed in "" "with the packed file"; do
        echo "$precision ${packed:-without}:"
        [ -z "$packed" ] || bertfwd --pack -m "$tmp/model" -p $precision
        memory 1 $precision
        memory "$N" $precision
        [ -z "$packed" ] || [ "$worst" -lt 8 ] || fell=$((fell + 1))
        seconds $precision
    done
done
echo "sharing: $N processes, $(bertfwd --version | sed -n 2p); $fell of 2 have more than 8 MiB each of their own"
[ "$fell" -eq 0 ]
