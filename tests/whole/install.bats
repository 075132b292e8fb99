#!/usr/bin/env bats
# make install: which files go where, that they work there, and that uninstall removes them all.

setup() { load ../support/common; unset MAKEFLAGS MAKELEVEL; cd "$ROOT"; }
setup_file() {
    load ../support/common
    cd "$ROOT"
    unset MAKEFLAGS MAKELEVEL
    make_here install PREFIX="$BATS_FILE_TMPDIR/usr"
    export PKG_CONFIG_PATH=$BATS_FILE_TMPDIR/usr/lib/pkgconfig
}
make_here() { make -s BUILD="${BUILD#"$ROOT"/}" CC="${CC:-gcc}" "$@"; }

@test "install: tools, pages, pipelines, library, headers and tagpipe.pc under DESTDIR and PREFIX; uninstall leaves no file" {
    run -0 make_here install DESTDIR="$tmp/stage" PREFIX=/opt/tagpipe
    at=$tmp/stage/opt/tagpipe
    for tool in tools/*.c; do
        tool=$(basename "$tool" .c)
        [ "$("$at/bin/$tool" --version | head -c ${#tool})" = "$tool" ]
        [ -e "$at/share/man/man1/$tool.1" ]
    done
    for file in lib/libtagpipe.a lib/pkgconfig/tagpipe.pc include/tagpipe/filter.h share/man/man3/tagpipe-filter.3 share/doc/tagpipe/LICENSE; do
        [ -e "$at/$file" ]
    done
    # what is installed names where it is
    [ -z "$(grep -rl /usr/local "$at/share")" ]
    grep -q '^\.It Pa /opt/tagpipe/share/tagpipe/pipelines' "$at/share/man/man1/tagpipe.1"
    [[ $output = *"in $at/bin"*"$at/share/tagpipe/pipelines"*"PATH=/opt/tagpipe/bin:"* ]]
    (cd / && env -u TAGPIPE_BIN PATH="$at/bin:/usr/bin:/bin" tagpipe demo-corpus "$tmp/corpus" >/dev/null)
    [ "$(env -u TAGPIPE_BIN "$at/bin/tagpipe" evaluate -Z 2>&1)" = "tagpipe evaluate: unknown option -Z; try tagpipe evaluate -h" ]
    run -0 make_here uninstall DESTDIR="$tmp/stage" PREFIX=/opt/tagpipe
    [ -z "$(find "$tmp/stage" ! -type d)" ]
}

@test "install: the pipelines find the tools that were installed with them" {
    cd "$tmp"
    env -u TAGPIPE_BIN PATH=/usr/bin:/bin "$BATS_FILE_TMPDIR/usr/share/tagpipe/pipelines/demo-corpus.sh" corpus
    env -u TAGPIPE_BIN PATH=/usr/bin:/bin "$BATS_FILE_TMPDIR/usr/share/tagpipe/pipelines/demo-model.sh" corpus/train.txt small
    env -u TAGPIPE_BIN PATH=/usr/bin:/bin "$BATS_FILE_TMPDIR/usr/share/tagpipe/pipelines/preprocess.sh" -m small -o data corpus/dev.txt
    [ -s data/train.msg ]
}

# The C source of the page's example, as a reader of the page sees it.
example() {
    awk '/^\.Sh EXAMPLES/ { on = 1 } on && /^\.Ed/ { exit } show { print } on && /^\.Bd/ { show = 1 }' "$ROOT/man/tagpipe-filter.3" |
        sed 's/\\-/-/g; s/^\\&//; s/\\e/\\/g'
}

@test "install: the filter of tagpipe-filter(3) builds with the headers and the library by pkg-config alone, and works in a pipe" {
    cd "$tmp"
    example >msglength.c
    # shellcheck disable=SC2046,SC2086
    ${CC:-gcc} -std=c11 -Wall -Wextra -Werror $SANITIZE -o msglength msglength.c $(pkg-config --cflags --libs tagpipe)
    run -0 bash -c "printf 'EU B-ORG\nrejects O\n\nPeter B-PER\n' | conll2msg | ./msglength | msg2json -f tokens,length"
    [ "${lines[0]}" = '{"tokens":["EU","rejects"],"length":2}' ]
    [ "${lines[1]}" = '{"tokens":["Peter"],"length":1}' ]
    [ "${#lines[@]}" -eq 2 ]
    printf 'EU B-ORG\n' | conll2msg | ./msglength --field=n | msg2json --header | head -n 1 >header.json
    run -0 jq -c '[.fields, (.history[] | [.tool, .args])]' header.json
    [ "$output" = '[["id","doc","tokens","ner_tags","n"],["conll2msg",[]],["msglength",["--field","n"]]]' ]
}

@test "install: the example reports errors as the tools do" {
    cd "$tmp"
    example >msglength.c
    # shellcheck disable=SC2046,SC2086
    ${CC:-gcc} $SANITIZE -o msglength msglength.c $(pkg-config --cflags --libs tagpipe)
    run -1 bash -c "echo 'a text' | text2msg | ./msglength"
    [[ $output = *"msglength: the stream has no field 'tokens', only id, text; conll2msg writes it, or json2msg --rename" ]]
    printf 'EU O\n' | conll2msg | head -c -5 >cut.msg
    run -1 bash -c "./msglength cut.msg >out.msg"
    [[ $output = "msglength: "* ]]
    run -2 ./msglength --fields x
}

@test "install: exactly the headers of include/tagpipe are installed, and each of them compiles alone" {
    diff <(cd "$ROOT/include" && find . -type f | sort) <(cd "$BATS_FILE_TMPDIR/usr/include" && find . -type f | sort)
    for header in "$BATS_FILE_TMPDIR"/usr/include/tagpipe/*.h; do
        # shellcheck disable=SC2046,SC2086
        echo "#include <tagpipe/${header##*/}>" | ${CC:-gcc} -std=c11 -Wall -Wextra -Werror -fsyntax-only -x c $(pkg-config --cflags tagpipe) -
    done
}

@test "tagpipe-filter(3) names every function of filter.h" {
    functions=$(grep -o 'filter_[a-z_]*(' include/tagpipe/filter.h | tr -d '(' | sort -u)
    [ "$(wc -w <<<"$functions")" -ge 18 ]
    for function in $functions; do
        grep -q "^\.Fn $function\b" man/tagpipe-filter.3
    done
}

@test "a missing library stops the build with its Debian package's name" {
    run -2 make_here BUILD="$tmp/build" JANSSON= all
    [[ $output = *"make: missing; on Debian: apt-get install libjansson-dev (or: make deps)"* ]]
}

@test "make deps: without root and sudo, or without apt-get, it says what to install" {
    mkdir "$tmp/bin"
    for program in bash sh make gcc id cat echo mktemp rm env uname basename dirname; do ln -s "$(command -v $program)" "$tmp/bin/$program"; done
    run -2 env PATH="$tmp/bin" make -s deps
    [[ $output = *"no apt-get here; install what is in these Debian packages: gcc "*libjansson-dev*mandoc* ]]
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
