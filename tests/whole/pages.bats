#!/usr/bin/env bats
# Every example of a manual page and of README.md runs, or is read by a program (tests/support/examples.pl). They run with what
# `make install` installs, in a folder that `tagpipe demo` has made.

setup_file() {
    load ../support/common
    command -v mandoc >/dev/null || skip "needs mandoc"
    export OMP_NUM_THREADS=1 FIXTURE=$BATS_FILE_TMPDIR/fixture PATH=$BATS_FILE_TMPDIR/bin:$BATS_FILE_TMPDIR/usr/bin:/usr/local/bin:/usr/bin:/bin
    export PKG_CONFIG_PATH=$BATS_FILE_TMPDIR/usr/lib/pkgconfig M=build/demo/run/best
    unset TAGPIPE_BIN
    (cd "$ROOT" && env -u MAKEFLAGS -u MAKELEVEL make -s BUILD="${BUILD#"$ROOT"/}" CC="${CC:-gcc}" install PREFIX="$BATS_FILE_TMPDIR/usr")
    # A program that is linked with the library must have the library's sanitizers.
    mkdir "$BATS_FILE_TMPDIR/bin" && cd "$BATS_FILE_TMPDIR"
    printf '#!/bin/sh\nexec %s "$@"\n' "${CC:-gcc} -std=c11 -Wall -Wextra -Werror ${SANITIZE:-}" >bin/cc
    printf '#!/bin/sh\nexec %s "$@"\n' "$(command -v "${PYTHON:-python3}")" >bin/python3
    chmod +x bin/cc bin/python3
    # README.md is for the root of the sources, the pages are for the demo's folder.
    mkdir -p fixture/build
    tagpipe demo -e 3 fixture/demo >demo.out 2>&1 || { cat demo.out; false; }
    rm -f fixture/demo/run/*/optimizer.safetensors
    ln -s ../demo fixture/build/demo
}
setup() { load ../support/common; PATH=$BATS_FILE_TMPDIR/bin:$BATS_FILE_TMPDIR/usr/bin:$PATH; cd "$tmp"; }

@test "the examples of the pages print what the pages show" {
    # tagpipe(7) begins in an empty folder: tests/pipelines/tagpipe.7.bats.
    mapfile -t pages < <(find "$ROOT/man" -name "*.[1-9]" ! -name tagpipe.7 | sort)
    "$ROOT/tests/support/examples.pl" "${pages[@]}" "$ROOT/README.md"
}
