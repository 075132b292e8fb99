#!/usr/bin/env bash
# run.sh: runs all tests of the programs in $BUILD: unit tests, shell tests, and checks of the sources. The last line is the sum.
# With arguments: only the test files with these names (test_stream, wptok.bats, lint); without, all but those in $WITHOUT. JOBS
# test files run at a time (as many as there are processors). UNDER='valgrind -q': the unit tests run under this command.
set -uo pipefail
shopt -s nullglob
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
# Threads that wait sleep at once, because the processors have other tests to run.
export BUILD=${BUILD:-$root/build} LC_ALL=C.UTF-8 GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-3000} KMP_BLOCKTIME=${KMP_BLOCKTIME:-0}
results=$BUILD/check
mkdir -p "$results"
passed=0 failed=0 skipped=0

# Each test file prints TAP lines; if it dies midway, or reports nothing, this counts as one more failure.
tally() {       # NAME STATUS SECONDS
    local file=$results/$1.tap ok bad skip plan seconds=$3
    skip=$(grep -c '^ok .*# skip' "$file")
    ok=$(($(grep -c '^ok ' "$file") - skip))
    bad=$(grep -c '^not ok ' "$file")
    plan=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$file" | head -n 1)
    if [ $((ok + bad + skip)) -ne "${plan:-0}" ] || { [ "$2" -ne 0 ] && [ "$bad" -eq 0 ]; } || [ -z "$plan" ]; then
        echo "not ok - $1 ended early with status $2" >>"$file"
        bad=$((bad + 1))
    fi
    passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
    if [ "$bad" -gt 0 ]; then
        printf 'FAILED  %-28s %4d passed, %d failed\n' "$1" "$ok" "$bad"
        grep -A 25 '^not ok' "$file" | cut -c1-300 | sed 's/^/    /'
    else
        printf 'ok      %-28s %4d passed%s%s\n' "$1" "$ok" "$([ "$skip" -eq 0 ] || echo ", $skip skipped")" \
            "$([ "$seconds" -lt 5 ] || echo ", $seconds s")"
    fi
}

read -ra under <<<"${UNDER:-}"
unit() { CMOCKA_MESSAGE_OUTPUT=TAP "${under[@]}" "$1"; }

# Checks of the sources: manual pages, scripts, and that each tool has a page and a test.
lint() {
    local n=0 file tool
    result() { n=$((n + 1)); if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi; }
    for file in man/*.[1-9]; do
        mandoc -T lint -W warning "$file" >&2
        result $? "mandoc $file"
        [ -z "$(groff -mandoc -ww -Tutf8 "$file" 2>&1 >/dev/null | tee /dev/stderr)" ]
        result $? "groff $file"
    done
    while IFS= read -r file; do
        shellcheck -x "$file" >&2
        result $? "shellcheck $file"
    done < <(grep -lE '^#!.*(bash|/sh)' pipelines/* tests/* tests/*/* .ci/* 2>/dev/null)
    if make -s .format-version 2>/dev/null; then
        make -s .format-check >&2
        result $? "the C sources are laid out as .clang-format says (make format)"
    else
        n=$((n + 1))
        echo "ok $n - the layout of the C sources # skip needs clang-format 14"
    fi
    for tool in tools/*.c; do
        tool=$(basename "$tool" .c)
        [ -e "man/$tool.1" ]
        result $? "$tool has a manual page"
        [ -e "tests/tools/$tool.bats" ]
        result $? "$tool has a test"
    done
    echo "1..$n"
}

each() {        # NAME COMMAND...
    local name=$1 began=$SECONDS
    shift
    "$@" >"$results/$name.tap" 2>"$results/$name.log"
    local status=$?
    [ "$status" -eq 0 ] || sed 's/^/# /' "$results/$name.log" >>"$results/$name.tap"
    echo "$status $((SECONDS - began))" >"$results/$name.status"
}

# Starts a test file when a place is free, and tallies those that have ended, in the order in which they were started.
jobs=${JOBS:-$(nproc)} started=()
collect() {
    local status seconds
    while [ "${#started[@]}" -gt 0 ] && [ -e "$results/${started[0]}.status" ]; do
        read -r status seconds <"$results/${started[0]}.status"
        tally "${started[0]}" "$status" "$seconds"
        started=("${started[@]:1}")
    done
}
start() {       # NAME COMMAND...
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
        wait -n
        collect
    done
    rm -f "$results/$1.status"
    started+=("$1")
    each "$@" &
}
# With job control each test file is a group of processes, in which SIGINT is not ignored: some tests send it.
set -m
trap 'kill -- $(jobs -p | sed s/^/-/) 2>/dev/null; exit 130' INT TERM

wanted() {      # NAME ARGUMENT...
    if [ $# -eq 1 ]; then [[ " ${WITHOUT:-} " != *" $1 "* ]]; else [[ " ${*:2} " == *" $1 "* ]]; fi
}
for program in tests/*/test_*.c; do
    name=$(basename "$program" .c)
    if wanted "$name" "$@"; then start "$name" unit "$BUILD/${program%.c}"; fi
done
for file in tests/*/*.bats; do
    name=$(basename "$file")
    if wanted "$name" "$@"; then start "$name" bats --formatter tap "$file"; fi
done
if wanted lint "$@"; then start lint lint; fi
wait
for name in "${started[@]}"; do
    [ -e "$results/$name.status" ] || echo "137 0" >"$results/$name.status"     # it was killed
done
collect

[ "$skipped" -eq 0 ] || echo "$skipped skipped: they need data or programs that are not here (grep skip ${results#"$root"/}/*.tap)"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
