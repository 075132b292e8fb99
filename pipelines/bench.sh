#!/usr/bin/env bash
# bench.sh: measures speed and memory, of tagpipe and of the usual Python packages if they are installed.
set -euo pipefail
usage='usage: bench.sh [OPTION...] [PART...]
       bench.sh -p FILE

Measures, adds each row to a file as soon as it is known, and prints all rows as a table: the figure of tagpipe, the best peer,
the ratio, the goal, and whether it is met. bench-goals.txt has the goals, by the class of the processor. The PARTs, by default all:
  machine   the peaks: multiply-adds of each kind in registers, copying
  products  matrix products in each precision, at the shapes of base and MiniLM
  text      wptok, seqeval, conll2msg, msg2json, logit2tag on one thread
  shell     one sentence through the whole pipe, MiniLM
  tag       bertfwd in each precision
  growth    many sentences against a thousand, long sentences against short ones
  train     fine-tuning in each precision: speed, memory, the optimizer
  threads   all threads against one thread

  -r, --rounds N     rounds (5); each figure is the median of all rounds; in each round the tool and its peers run by turns
  -s, --steps N      steps of a training (25)
  -n, --sentences N  sentences to tag (600)
  -g, --long N       sentences of the long streams (200000, and a twentieth of that for MiniLM)
  -t, --threads N    threads (all processors)
  -o, --output FILE  file of the rows, with tabs between columns (bench.tsv); rows that are not measured now are kept
  -k, --keep         keep the rows of this commit that FILE already has: continue a run that was interrupted
  -p, --print FILE   measure nothing, print FILE as a table
  -h, --help         this text

The throughput of wptok, seqeval, conll2msg, msg2json and logit2tag is that of the whole process, with start, reading and
writing. For bertfwd and trainstep it includes reading and writing, but not loading and saving, unless the row tells so. The
packages run in one process: importing, loading, reading and writing are not counted, except for the single sentence.
The share is the speed of the multiplications and additions of the wide products, divided by the speed that the instructions
alone reach in the same round. torch.compile is a peer only if there is a C++ compiler (g++ or clang++, or CXX).

Variables: PEERS, the folder of the packages and models (/tmp/peers: venv, models/base, models/minilm); exports for them are
kept in PEERS/bench. DATA, a folder with conll2003/{train,valid,test}.txt (../shared/data, beside the source tree). Without
the models, random models of the same shapes are measured, and without the data the corpus of demo-corpus.sh.
'
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=pipelines/bench-parts.sh
source "$here/bench-parts.sh"

print_table() { awk -F'\t' -f "$here/bench-table.awk" "$1"; }
threads_given() { is_count -t "$1"; export OMP_NUM_THREADS=$1; }
all='machine products text shell tag growth train threads'
rounds=5 steps=25 sentences=600 many=200000 table=bench.tsv keep='' threads=$(nproc)
option() {              # NAME VALUE
    case $1 in
        rounds) is_count "$typed" "$2"; rounds=$2 ;;
        steps) is_count "$typed" "$2"; steps=$2 ;;
        sentences) is_count "$typed" "$2"; sentences=$2 ;;
        long) is_count "$typed" "$2"; many=$2 ;;
        threads) threads_given "$2"; threads=$2 ;;
        output) table=$2 ;;
        keep) keep=1 ;;
        print) readable "$2"; print_table "$2"; exit ;;
    esac
}
read_options "$@"
set -- "${operands[@]}"
for part in "$@"; do
    [[ " $all " == *" $part "* ]] || misused "unknown part $part"
done
parts=${*:-$all}
wanted() { [[ " $parts " == *" $1 "* ]]; }
[ "$rounds" -le 99 ] || misused "-r takes 99 rounds at most"
export OMP_NUM_THREADS=$threads

# Variables that select another BLAS or other threads would spoil the comparison.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS TAGPIPE_GEMM
bin=$(dirname "$(command -v conll2msg)")
peers=${PEERS:-/tmp/peers} data=${DATA:-$here/../../shared/data}
for helper in cost machine products; do
    [ -x "$bin/tests/bench/$helper" ] || fail "$bin/tests/bench/$helper is not there; run make bench in the source tree"
done
say() { echo "$me: $*" >&2; }
python=$peers/venv/bin/python
if [ ! -x "$python" ]; then
    say "no Python packages ($python is missing): only the figures of tagpipe"
    python=''
elif [ ! -e "$peers/models/base/config.json" ] || [ ! -e "$peers/models/minilm/config.json" ]; then
    say "no models for the Python packages ($peers/models/base, $peers/models/minilm): only the figures of tagpipe"
    python=''
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/tagpipe-bench.XXXXXX")
peer_log=$work/peer.log server=''
finish() { peer_stop; rm -rf "$work"; }
trap finish EXIT

# ---- the Python packages: a process for each part, which answers line by line ----

peer_start() {
    [ -n "$python" ] || return 0
    coproc PEER { exec "$python" -W ignore "$here/bench-peers.py" "$peers/models" "$peers/bench" "$work/train.txt" \
        "$work/part.txt" "$work/all.txt" "$tag_column" "$threads" 2>>"$peer_log"; }
    # shellcheck disable=SC2154     # coproc sets PEER_PID
    server=$PEER_PID
    exec {ask_fd}>&"${PEER[1]}" {answer_fd}<&"${PEER[0]}"
}
peer_stop() {
    [ -n "$server" ] || return 0
    exec {ask_fd}>&- {answer_fd}<&-
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=''
}
declare -A refused=()
# Sets the array answer to the figures. False if there are none; the reason is printed once.
peer() {
    local line
    answer=()
    [ -n "$server" ] && [ -z "${refused[$*]:-}" ] || return 1
    if ! { echo "$*" >&"$ask_fd"; } 2>/dev/null || ! read -r line <&"$answer_fd"; then
        say "the Python packages' process died: $(tail -n 1 "$peer_log")"
        peer_stop
        return 1
    fi
    read -r -a answer <<<"${line#* }"
    [[ $line != 'ok '* ]] || return 0
    refused[$*]=1
    say "no figure of the packages for $*: ${line#* }"
    return 1
}

# ---- rows ----

class=$("$bin/tests/bench/machine" 1 | awk -F'\t' '$1 == "class" { print $2 }')
declare -A goals=()
read_goals() {
    local -a names fields
    local i column=0
    read -r -a names < <(grep '^# *amx ' "$here/bench-goals.txt")
    for i in "${!names[@]}"; do [ "${names[$i]}" != "$class" ] || column=$i; done
    [ "$column" -gt 0 ] || fail "bench-goals.txt has no class $class"
    while read -r -a fields; do goals[${fields[0]}]=${fields[$column]}; done < <(grep -E '^[a-z0-9]' "$here/bench-goals.txt")
}
read_goals
commit=$(git -C "$here" rev-parse --short HEAD 2>/dev/null) || commit=unknown
if [ "$commit" != unknown ] && ! git -C "$here" diff --quiet HEAD -- "$here/.." ":(exclude)*.tsv"; then commit=$commit+changes; fi
machine_name="$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors, $(uname -m)"
[ ! -s "$table" ] || [[ "$(head -n 1 "$table")" == "# $machine_name"* ]] || fail "$table is from another machine; move it away"
[ -s "$table" ] || { echo "# $machine_name, class $class, $("$bin/bertfwd" --version | sed -n 2p)"; tr ' ' '\t' \
    <<<'group work unit tagpipe peer figure ratio goal share share_goal met others rounds commit date'; } >"$table"

put() { printf '%s\t%s\n' "$1" "$2" >>"$work/figures"; }       # NAME VALUE: once in each round
# KEY WORK UNIT OURS [SHARE [PEER=NAME...]]: a row with the medians of the values under these names, beside the best of the peers
# that have values; "-": no share. Its goals are those of KEY in bench-goals.txt, "-": none.
row() {
    local key=$1 work_name=$2 unit=$3 ours=$4 share=${5:--}
    shift $(($# < 5 ? $# : 5))
    awk -F'\t' -v OFS='\t' -v group="$group" -v work="$work_name" -v unit="$unit" -v ours="$ours" -v peers="$(printf '%s|' "$@")" \
        -v goal="${goals[$key]:--}" -v share="$share" -v share_goal="${goals[$key/share]:--}" -v commit="$commit" \
        -v date="$(date -u +%F)" -f "$here/bench-row.awk" "$work/figures" >>"$work/rows"
}
# GROUP COMMAND...: the rows that COMMAND makes replace the rows of GROUP in the table, all at once.
measure() {
    group=$1
    shift
    if [ -n "$keep" ] && awk -F'\t' -v g="$group" -v c="$commit" '$1 == g && $14 == c { found = 1 } END { exit !found }' "$table"; then
        return 0
    fi
    : >"$work/figures"
    : >"$work/rows"
    say "$group"
    "$@"
    awk -F'\t' -v g="$group" -v rows="$work/rows" '
        function new(    line) { while ((getline line < rows) > 0) print line; close(rows); done = 1 }
        NR > 2 && $1 == g { if (!done) new(); next }
        { print }
        END { if (!done) new() }' "$table" >"$work/table"
    cat "$work/table" >"$table"
}
# Sets $seconds to the wall time of COMMAND and $gb to its memory.
cost() {
    "$bin/tests/bench/cost" "$work/cost" "$@"
    read -r seconds gb <"$work/cost"
    gb=$(compute "$gb * 1024 / 1e9")
}
compute() { awk "BEGIN { print $1 }"; }
# Sets the speeds that the processor reaches now: peak[fp32], peak[bf16], peak[int8] in GFLOP/s, peak[copy] in GB/s.
declare -A peak=()
limits() {
    "$bin/tests/bench/machine" 2 >"$work/limits"
    local name value
    peak=([fp32]=0 [bf16]=0 [int8]=0)
    while read -r name value; do peak[$name]=$value; done < <(awk -F'\t' '
        $1 == "peak" && $5 > best[$2] { best[$2] = $5 } $1 == "copy" { best["copy"] = $3 }
        END { for (name in best) print name, best[name] }' "$work/limits")
}
# NAME FLOPS PRECISION: FLOP/s as a share of the peak.
put_share() { if [ "${peak[$3]%.*}" -gt 0 ] 2>/dev/null; then put "$1" "$(compute "$2 / 1e9 / ${peak[$3]}")"; fi; }

# ---- the corpus and the models ----

corpus
precisions
for part in $all; do
    wanted "$part" || continue
    [[ " machine growth threads " == *" $part "* ]] || peer_start
    "part_$part"
    peer_stop
done
print_table "$table"
