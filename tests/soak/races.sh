#!/usr/bin/env bash
# races.sh: ThreadSanitizer over the parts with threads: a training, a forward pass in each precision, and resampling, with 4
# threads. It needs clang, libomp and archer, which tells ThreadSanitizer what OpenMP's barriers order (Debian: clang, libomp-dev,
# llvm). OpenBLAS is not watched: it is not built for this.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
BUILD=${BUILD:-$PWD/build}
build=$BUILD/races
archer=$(find /usr/lib/llvm-*/lib -name libarcher.so 2>/dev/null | sort -V | tail -n 1)
if ! command -v clang >/dev/null || [ -z "$archer" ]; then
    echo "races: no clang with libomp and archer here: not run"
    exit 0
fi
make -s -j"$(nproc)" BUILD="$build" CC=clang CFLAGS='-O1 -g -fsanitize=thread' "$build/bertfwd" "$build/trainstep" "$build/seqeval"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
tests/fuzz/seeds.sh "$tmp/d"
export OMP_NUM_THREADS=4 OMP_TOOL_LIBRARIES=$archer OPENBLAS_NUM_THREADS=1 GOMP_SPINCOUNT=3000
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 log_path=$tmp/race"
runs=0 fell=0
watched() {     # COMMAND...
    runs=$((runs + 1))
    "$@" >"$tmp/out" 2>"$tmp/err" || { fell=$((fell + 1)); echo "races: $*: $(tail -n 1 "$tmp/err")"; }
}
for kernel in "" openblas; do
    export TAGPIPE_GEMM=$kernel
    [ -n "$kernel" ] || unset TAGPIPE_GEMM
    for precision in fp32 bf16 bf16x3 int8; do
        watched "$build/bertfwd" -m tests/golden/bertfwd/model -t 4 -p $precision -g 64 tests/golden/bertfwd/in.msg
    done
    for precision in fp32 bf16; do
        watched "$build/trainstep" -m tests/golden/train/model -o "$tmp/trained" -t 4 -p $precision --restart tests/golden/train/batches.msg
    done
done
watched "$build/seqeval" --bootstrap 500 -t 4 "$tmp/d/tagged.msg"
watched "$build/seqeval" --compare "$tmp/d/tagged.msg" --rounds 500 -t 4 "$tmp/d/tagged.msg"
found=$(cat "$tmp"/race* 2>/dev/null | grep -c 'WARNING: ThreadSanitizer' || true)
cat "$tmp"/race* 2>/dev/null | grep -A 12 'WARNING: ThreadSanitizer' | head -n 60 || true
echo "races: $runs runs with 4 threads, $fell failed, $found reports"
[ "$found" -eq 0 ] && [ "$fell" -eq 0 ]
