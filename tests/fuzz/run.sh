#!/usr/bin/env bash
# run.sh SECONDS [TARGET...]: fuzz all targets, or these, for their shares of the time, by what $BUILD/tests/fuzz/fuzz was built
# with: libFuzzer, or the plain driver. What it learns stays in $BUILD/fuzz/corpus for the next time. Inputs that crash go into
# $BUILD/fuzz/crashes; exit 1 if there are any. To see one: FUZZ=TARGET FUZZ_DIR=$BUILD/fuzz $BUILD/tests/fuzz/fuzz FILE
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BUILD=$(cd "${BUILD:-$here/../../build}" && pwd)
seconds=$1
shift
fuzz=$BUILD/tests/fuzz/fuzz dir=$BUILD/fuzz
export BUILD FUZZ_DIR=$dir/$$
# A death leaves its memory behind; what is reached must be small all the same.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
mkdir -p "$dir/corpus" "$dir/crashes" "$dir/log"
trap 'rm -rf "$FUZZ_DIR"' EXIT
ASAN_OPTIONS=detect_leaks=0 "$here/seeds.sh" "$FUZZ_DIR"
[ $# -gt 0 ] || mapfile -t targets < <("$fuzz")
targets=("${@:-${targets[@]}}")
share=$(((seconds + ${#targets[@]} - 1) / ${#targets[@]}))

# libFuzzer ends when a process has grown (status 77), and is started again.
if grep -qa rss_limit_mb "$fuzz"; then
    attempt() {     # TARGET SECONDS OPTIONS...
        mkdir -p "$dir/corpus/$1"
        "$fuzz" -max_total_time="$2" -close_fd_mask=2 -timeout=20 -rss_limit_mb=3000 -malloc_limit_mb=1000 -use_value_profile=1 \
            -artifact_prefix="$dir/crashes/$1-" "${@:3}" "$dir/corpus/$1" "$FUZZ_DIR/seeds/$1"
    }
else
    attempt() { (cd "$dir/crashes" && "$fuzz" -seed="$RANDOM" -max_total_time="$2" "${@:3}" "$FUZZ_DIR/seeds/$1"); }
fi
sum=0 crashed=0
for target in "${targets[@]}"; do
    export FUZZ=$target
    log=$dir/log/$target
    : >"$log"
    options=()
    [ ! -e "$FUZZ_DIR/dict/$target" ] || options=(-dict="$FUZZ_DIR/dict/$target")
    end=$((SECONDS + share))
    while [ "$SECONDS" -lt "$end" ]; do
        status=0
        attempt "$target" $((end - SECONDS)) "${options[@]}" >>"$log" 2>&1 || status=$?
        [ "$status" -eq 0 ] || [ "$status" -eq 77 ] || crashed=$((crashed + 1))
    done
    rm -rf "$FUZZ_DIR"/[0-9]*
    runs=$(awk '/^#[0-9]+/ { n = substr($1, 2) } /^Done / { n = $2 } / crashes$/ { n = $2 } /^INFO: Seed/ { sum += n; n = 0 } END { print sum + n }' "$log")
    sum=$((sum + runs))
    printf '%-20s %9d runs\n' "$target" "$runs"
done
printf '%d runs of %d targets\n' "$sum" "${#targets[@]}"
if [ "$crashed" -gt 0 ]; then
    echo "$crashed crashes; their inputs: $dir/crashes, their reports: $dir/log"
    exit 1
fi
