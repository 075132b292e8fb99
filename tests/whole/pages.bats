#!/usr/bin/env bats
# Every example of a manual page and of README.md runs, or is read by a program (tests/support/examples.pl). They run with what
# `make install` installs, in a folder that `tagpipe demo` has made.

# Why these tests cannot run here.
reason() {
    command -v mandoc >/dev/null || echo "needs mandoc"
    [ -z "${SANITIZE:-}" ] || echo "trains the demo's model, which takes minutes with sanitizers"
}
setup_file() {
    load ../support/common
    [ -z "$(reason)" ] || return 0
    export OMP_NUM_THREADS=1 FIXTURE=$BATS_FILE_TMPDIR/fixture HERE=$BATS_FILE_TMPDIR/bin:$BATS_FILE_TMPDIR/usr/bin
    export PKG_CONFIG_PATH=$BATS_FILE_TMPDIR/usr/lib/pkgconfig M=build/demo/run/best
    unset TAGPIPE_BIN MAKEFLAGS MAKELEVEL
    make -s -C "$ROOT" BUILD="${BUILD#"$ROOT"/}" CC="${CC:-gcc}" install PREFIX="$BATS_FILE_TMPDIR/usr"
    cd "$BATS_FILE_TMPDIR"
    mkdir -p bin fixture/build
    printf '#!/bin/sh\nexec %s "$@"\n' "${CC:-gcc} -std=c11 -Wall -Wextra -Werror" >bin/cc
    printf '#!/bin/sh\nexec %s "$@"\n' "${PYTHON:-$(command -v python3 || echo false)}" >bin/python3
    chmod +x bin/cc bin/python3
    # README.md is for the root of the sources, the pages are for the demo's folder.
    PATH=$HERE:$PATH tagpipe demo -e 3 fixture/demo >demo.out 2>&1 || { cat demo.out; false; }
    ln -s ../demo fixture/build/demo
}
setup() {
    load ../support/common
    [ -z "$(reason)" ] || skip "$(reason)"
    PATH=$HERE:$PATH
    cd "$tmp"
}
examples() { "$ROOT/tests/support/examples.pl" "$@"; }

@test "the examples of the pages print what the pages show" {
    # tagpipe(7) begins in an empty folder: tests/pipelines/tagpipe.7.bats.
    mapfile -t pages < <(find "$ROOT/man" -name '*.[1-9]' ! -name tagpipe.7 | sort)
    examples "${pages[@]}" "$ROOT/README.md"
}

@test "a wrong output, a command that fails, and a block that nothing checks are found" {
    page() { printf '%s\n' '.Dd November 29, 2026' '.Dt X 1' '.Os' '.Sh EXAMPLES' '.Bd -literal' "$@" '.Ed' >x.1; }
    page '$ printf "a\enb\en" |' '  sort' a b '$ cat >f <<END' c END '$ cat f' c
    run -0 examples x.1
    [[ $output == *"x.1: 3 commands" ]]
    page '$ echo a' b
    run -1 examples x.1
    [[ $output == *'x.1: $ echo a'*-b*+a* ]]
    page '$ false'
    run -1 examples x.1
    [[ $output == *'exit status 1: $ false'* ]]
    page 'seqeval --json x.msg'
    run -1 examples x.1
    [[ $output == *'nothing checks this block'* ]]
    page '{"size: pieces}'
    run -1 examples x.1
    [[ $output == *'jq . does not read this'* ]]
    page '# f.py: a filter' 'print(1)'
    run -1 examples x.1
    [[ $output == *'no command uses f.py'* ]]
    page '$ :' .Ed '.Ql {\(dqsize: pieces}' '.Bd -literal' '{"a": 1}'
    run -1 examples x.1
    [[ $output == *'no JSON: {"size: pieces}'* ]]
    printf '%s\n' '    $ echo 1' '    2' >x.md
    run -1 examples x.md
    [[ $output == *'$ echo 1'*-2*+1* ]]
}
