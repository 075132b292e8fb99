#!/usr/bin/env bats
# make install: what is put where, that it works from there, and that uninstall takes it all away.

setup() { load ../support/common; unset MAKEFLAGS MAKELEVEL; cd "$ROOT"; }
make_here() { make -s BUILD="${BUILD#"$ROOT"/}" CC="${CC:-gcc}" "$@"; }

@test "install: tools, pages, pipelines, library, headers and tagpipe.pc under DESTDIR and PREFIX; uninstall leaves no file" {
    run -0 make_here install DESTDIR="$tmp/stage" PREFIX=/opt/tagpipe
    at=$tmp/stage/opt/tagpipe
    for tool in tools/*.c; do
        tool=$(basename "$tool" .c)
        [ "$("$at/bin/$tool" --version | head -c ${#tool})" = "$tool" ]
        [ -e "$at/share/man/man1/$tool.1" ]
    done
    for file in lib/libtagpipe.a lib/pkgconfig/tagpipe.pc include/tagpipe/stream.h share/doc/tagpipe/LICENSE; do
        [ -e "$at/$file" ]
    done
    run -0 make_here uninstall DESTDIR="$tmp/stage" PREFIX=/opt/tagpipe
    [ -z "$(find "$tmp/stage" -type f)" ]
}

@test "install: the pipelines find the tools that were installed with them" {
    make_here install PREFIX="$tmp/usr"
    cd "$tmp"
    env -u TAGPIPE_BIN PATH=/usr/bin:/bin "$tmp/usr/share/tagpipe/pipelines/demo-corpus.sh" corpus
    env -u TAGPIPE_BIN PATH=/usr/bin:/bin "$tmp/usr/share/tagpipe/pipelines/demo-model.sh" corpus/train.txt small
    env -u TAGPIPE_BIN PATH=/usr/bin:/bin "$tmp/usr/share/tagpipe/pipelines/preprocess.sh" -m small -o data corpus/dev.txt
    [ -s data/train.msg ]
}

@test "install: a program builds with the headers and the library by pkg-config alone" {
    make_here install PREFIX="$tmp/usr"
    cat >"$tmp/count.c" <<'END'
#include <stdio.h>
#include <cli.h>
#include <stream.h>
static const struct cli_option options[] = {{0}};
static const struct cli cli = {"count", "the records of a stream", "[FILE...]", options};
int main(int argc, char **argv)
{
    struct reader *in = reader_open(cli_parse(&cli, argc, argv), NULL);
    size_t n = 0;
    while (reader_next(in))
        n++;
    reader_close(in);
    printf("%zu\n", n);
    return 0;
}
END
    export PKG_CONFIG_PATH=$tmp/usr/lib/pkgconfig
    # shellcheck disable=SC2046
    "${CC:-gcc}" -D_POSIX_C_SOURCE=200809L $SANITIZE -o "$tmp/count" "$tmp/count.c" $(pkg-config --cflags --libs tagpipe)
    run -0 bash -c "seq 7 | text2msg | '$tmp/count'"
    [ "$output" = 7 ]
}

@test "a missing library stops the build with its Debian package's name" {
    run -2 make_here BUILD="$tmp/build" JANSSON= all
    [[ $output = *"make: missing; on Debian: apt-get install libjansson-dev (or: make deps)"* ]]
}

@test "make deps: without root and sudo, or without apt-get, it says what to install" {
    mkdir "$tmp/bin"
    for program in bash sh make gcc id cat echo mktemp rm env uname basename dirname; do ln -s "$(command -v $program)" "$tmp/bin/$program"; done
    run -2 env PATH="$tmp/bin" make -s deps
    [[ $output = *"no apt-get here; install what these Debian packages hold: gcc "*libjansson-dev*mandoc* ]]
    printf '#!/bin/sh\nexit 1\n' >"$tmp/bin/apt-get"
    rm "$tmp/bin/id"
    printf '#!/bin/sh\necho 1000\n' >"$tmp/bin/id"
    chmod +x "$tmp/bin/apt-get" "$tmp/bin/id"
    run -2 env PATH="$tmp/bin" make -s deps
    [[ $output = *"neither root nor sudo; have root run: apt-get install gcc "* ]]
}

@test "make help names every target that is for people" {
    run -0 make_here help
    for target in demo check tests install uninstall deps bench golden clean; do
        [[ $output = *"make $target "* ]]
    done
}
