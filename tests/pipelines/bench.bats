#!/usr/bin/env bats
# bench.sh in a small form and without the Python packages: the form of its table, which rows are kept, and that no failure is
# ignored. It needs the helpers that `make bench` builds; if they are missing, they are built here from tests/bench.
load ../support/common

setup_file() {
    load ../support/common
    make -C "$ROOT" -s BUILD="$BUILD" "$BUILD/tests/bench/cost" "$BUILD/tests/bench/machine" "$BUILD/tests/bench/products" 3>&-
    export TAGPIPE_BIN=$BUILD PEERS=$BATS_FILE_TMPDIR/none DATA=$BATS_FILE_TMPDIR/none
    cd "$BATS_FILE_TMPDIR"
    bench -o text.tsv text >text.out 2>text.err
}
setup() { load ../support/common; cd "$BATS_FILE_TMPDIR"; }
bench() { "$ROOT/pipelines/bench.sh" -r 1 -s 2 -n 5 -g 2000 -t 1 "$@"; }

@test "the table: the machine, then the names of the columns, then rows with as many columns" {
    [[ $(head -n 1 text.tsv) = '# '*' processors, '* ]]
    columns='group work unit tagpipe peer figure ratio goal share share_goal met others rounds commit date'
    [ "$(sed -n 2p text.tsv | tr '\t' ' ')" = "$columns" ]
    run -0 awk -F'\t' 'NR > 2 && (NF != 15 || $4 !~ /^[0-9.]+$/ || !($4 > 0) || $13 != 1 || $15 !~ /^20..-..-..$/) { print; bad = 1 } END { exit bad }' text.tsv
    [ "$(awk -F'\t' 'NR > 2 { print $1 }' text.tsv | uniq -c | awk '{ print $2 ":" $1 }' | tr '\n' ' ')" = "wptok:2 seqeval:2 text:3 " ]
    run ! grep -q "$(hostname)" text.tsv
    run ! grep -q "$BATS_FILE_TMPDIR" text.tsv
}

@test "goals: met or not is printed if it can be known, ratios only if there is a peer" {
    run -0 awk -F'\t' '$2 ~ /^conll2msg/ { print $8, $11, ($4 >= 100 ? "yes" : "no") }' text.tsv
    [[ $output = '>100 yes yes' || $output = '>100 no no' ]]
    run -0 awk -F'\t' '$2 ~ /^seqeval/ { print $5, $6, $7, $8, $11 }' text.tsv
    [ "${lines[0]}" = "- - - x150 -" ]
}

@test "for people: -p prints the rows, and which packages were missing" {
    run -0 "$ROOT/pipelines/bench.sh" -p text.tsv
    [ "$output" = "$(cat text.out)" ]
    [[ ${lines[0]} = 'tagpipe '*'; medians of 1 rounds' ]]
    [[ $output = *"wptok, words given"*"M words/s"*"20x"* ]]
    grep -q "no Python packages" text.err
}

@test "a run adds its rows and keeps the others; -k measures nothing twice; rows that are measured again keep their position" {
    cp text.tsv "$tmp/t.tsv"
    bench -o "$tmp/t.tsv" machine >/dev/null 2>&1
    [ "$(head -n 9 "$tmp/t.tsv")" = "$(cat text.tsv)" ]
    [ "$(grep -c '^machine	copying' "$tmp/t.tsv")" = 1 ]
    cp "$tmp/t.tsv" "$tmp/before"
    run -0 --separate-stderr bench -k -o "$tmp/t.tsv" text machine
    cmp "$tmp/before" "$tmp/t.tsv"
    [[ $stderr != *seqeval* ]]
    sed -i 's/^seqeval\t\(.*\)\t[^\t]*$/seqeval\t\1\t1999-01-01/; s/^wptok\(.*\)\t[^\t]*\t\([^\t]*\)$/wptok\1\tother\t\2/' "$tmp/t.tsv"
    run -0 --separate-stderr bench -k -o "$tmp/t.tsv" text
    [[ $stderr = *": wptok"* && $stderr != *": seqeval"* ]]
    [ "$(cut -f 1,2,14 "$tmp/t.tsv")" = "$(cut -f 1,2,14 "$tmp/before")" ]
}

@test "every goal has a number for every class, and every row's goal is in the table" {
    goals=$ROOT/pipelines/bench-goals.txt
    [[ $(head -n 1 text.tsv) =~ ', class '(amx|avx512-bf16|avx512|avx2|arm64|portable)', kernels: ' ]]
    run -0 awk '/^[a-z]/ && (NF != 7 || seen[$1]++) { print; bad = 1 }
        /^[a-z]/ { for (i = 2; i <= NF; i++) if ($i !~ /^(-|[x<>]?[0-9.]+)$/) { print; bad = 1 } } END { exit bad }' "$goals"
    for p in fp32 bf16; do for key in tag-base tag-minilm train-base train-minilm; do grep -q "^$key-$p " "$goals"; done; done
    for key in $(sed -n 's/^ *\(if .*then \)\{0,1\}row "\{0,1\}\([a-z][a-z0-9-]*\)"\{0,1\} .*/\2/p' "$ROOT/pipelines/bench-parts.sh"); do
        grep -q "^$key[/ ]" "$goals" || { echo "no goal: $key"; false; }
    done
}

@test "the best of several peers is shown, the others after it; for seconds and GB the least is the best" {
    printf '%s\t%s\n' ours 6 a 2 b 3 ours 8 b 4 a 3 >"$tmp/figures"
    best() { awk -F'\t' -v OFS='\t' -v group=g -v work=w -v unit="$1" -v ours=ours -v peers='A=a|B=b|C=c|' -v goal=x1.9 -v share=- \
        -v share_goal=- -v commit=c -v date=d -f "$ROOT/pipelines/bench-row.awk" "$tmp/figures" | cut -f 4-8,11,12; }
    [ "$(best pieces/s)" = $'7.000\tB\t3.500\t2.00\tx1.9\tyes\tA 2.500' ]
    [ "$(best s)" = $'7.000\tA\t2.500\t0.35\tx1.9\tno\tB 3.500' ]
}

# A folder with the tools, one of which fails
broken() {      # TOOL
    rm -rf "${tmp:?}/bin"
    mkdir "$tmp/bin"
    ln -s "$BUILD"/* "$tmp/bin"
    rm "$tmp/bin/$1"
    printf '#!/bin/sh\ncase "$*" in *all.msg*|*scored.msg*) echo "%s: record 3: broken" >&2; exit 1 ;; esac\nexec %s/%s "$@"\n' \
        "$1" "$BUILD" "$1" >"$tmp/bin/$1"
    chmod +x "$tmp/bin/$1"
}
@test "products: each in its precisions, beside OpenBLAS in fp32; the program measures one" {
    broken wptok
    rm "$tmp/bin/tests"
    mkdir -p "$tmp/bin/tests/bench"
    ln -s "$BUILD"/tests/bench/{cost,machine} "$tmp/bin/tests/bench"
    printf '#!/bin/sh\n[ $# = 0 ] || { echo 8; exit; }\n%s\n' "exec '$BUILD/tests/bench/products'" >"$tmp/bin/tests/bench/products"
    chmod +x "$tmp/bin/tests/bench/products"
    TAGPIPE_BIN=$tmp/bin bench -o "$tmp/t.tsv" products >/dev/null 2>&1
    [ "$(grep -c '^products-fp32	product .*	8.000	OpenBLAS	8.000	1.00	' "$tmp/t.tsv")" = 28 ]
    [ "$(grep -c '^products-bf16	product ' "$tmp/t.tsv")" = 22 ]
    [ "$(grep -c '^products-int8	product ' "$tmp/t.tsv")" = 12 ]
    for p in fp32 bf16 bf16x3 int8 openblas; do
        run -0 "$BUILD/tests/bench/products" 'minilm down' "$p"
        [[ $output =~ ^[0-9]+\.[0-9]$ ]]
    done
    for name in 'minilm up dW' 'minilm up dX' 'minilm up, 1024 pieces' 'context T=20'; do
        run -0 "$BUILD/tests/bench/products" "$name" fp32
    done
    run -1 "$BUILD/tests/bench/products" nothing fp32
    run -1 "$BUILD/tests/bench/products" 'minilm up' fp64
}

@test "if a tool fails, the measurement fails with the message of the tool; the rows before it are kept" {
    broken seqeval
    TAGPIPE_BIN=$tmp/bin run -1 --separate-stderr bench -o "$tmp/t.tsv" text
    [[ $stderr = *"seqeval: record 3: broken"* ]]
    [ "$(awk -F'\t' 'NR > 2 { print $1 }' "$tmp/t.tsv" | sort -u)" = wptok ]
    [ -z "$output" ]
    broken wptok
    TAGPIPE_BIN=$tmp/bin run -1 --separate-stderr bench -o "$tmp/u.tsv" text
    [[ $stderr = *"wptok: record 3: broken"* ]]
}

@test "misuse: unknown parts and options, a table from another machine, a table that cannot be written" {
    run -2 --separate-stderr bench -o "$tmp/t.tsv" texts
    [[ $stderr = "bench.sh: unknown part texts"* ]]
    run -2 --separate-stderr bench -r 0
    run -2 --separate-stderr bench -g 1500 -x
    printf '# Another, 64 processors, x86_64\n' >"$tmp/t.tsv"
    run -1 --separate-stderr bench -o "$tmp/t.tsv" text
    [[ $stderr = *"is from another machine"* ]]
    run -1 --separate-stderr bench -o "$tmp/none/t.tsv" text
    [[ $stderr = *"$tmp/none/t.tsv"* ]]
}
