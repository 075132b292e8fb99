#!/usr/bin/env bats
# Hostile names: blanks, quotes, globs, newlines, dashes, commands, in the names of folders and files, through every script and
# make rule. With each of them the result is that with a plain name; or, with make, the name is refused before anything is made.

setup_file() {
    load ../support/common
    export TAGPIPE_BIN=$BUILD PIPE=$ROOT/pipelines FILES=$BATS_FILE_TMPDIR OMP_NUM_THREADS=1
    cd "$FILES"
    small_corpus 12 16 32
    "$PIPE/preprocess.sh" -m small -o data train.txt dev.txt test.txt >data.out
    bertinit --config small/config.json --vocab small --labels-from data/train.msg -o model 2>/dev/null    # not random: not the default seed
    bertinit --from model --labels-from data/train.msg --seed 7 -o weights 2>/dev/null
    "$PIPE/train.sh" -m weights -d data -o run -e 2 -l 1e-3 >run.out 2>run.err
}
setup() {
    load ../support/common
    mkdir "$tmp/here"
    cd "$tmp/here"
}
teardown() { [ -z "$(find "$tmp" -name 'pwned*' && find "$ROOT" -maxdepth 1 -name 'pwned*')" ]; }

names=('a b' ' a  b ' "it's" '"a"' $'a\nb' $'a\n' -n --help '[1]' '*' 'a\nb\' '%s%n' '$(touch pwned)`touch pwned2`' ';touch pwned;&|<>#' '~x=y,{a,b}:&')
every=$'-a [1]*? b\\\n"it\'s" $(touch pwned)`touch pwned2`;touch pwned3;#%s=x,{a,b}:&|e <>!~'
few=("$every" -n '[1]')
each() { for name in "${names[@]}"; do "$@" "$name" || { echo "not ok: $(printf %q "$name")"; return 1; }; done; }
some() { for name in "${few[@]}"; do "$@" "$name" || { echo "not ok: $(printf %q "$name")"; return 1; }; done; }
# The messages of a command are those of the same with plain names, in as many lines.
quietly() { "$@" >"$tmp/out" 2>"$tmp/err" || { cat "$tmp/err"; return 1; }; }

@test "names: demo-corpus.sh, demo-model.sh" {
    one() {
        quietly "$PIPE/demo-model.sh" "$FILES/corpus/train.txt" -- "$1" && cmp "$FILES/small/vocab.txt" "./$1/vocab.txt" &&
            rm -r "./$1" && cp "$FILES/train.txt" "./$1" && quietly "$PIPE/demo-model.sh" -- "$1" out && [ -s out/vocab.txt ] && rm -r "./$1" out
    }
    each one
    one() { quietly "$PIPE/demo-corpus.sh" -- "$1" && cmp "$FILES/corpus/train.txt" "./$1/train.txt"; }
    some one
    [ -z "$(find . -name '.*' ! -name .)" ]
}

@test "names: preprocess.sh" {
    one() {
        mkdir -- "in$1" && cp "$FILES/train.txt" "./in$1/$1" && cp -r "$FILES/small" "./m$1" &&
            quietly "$PIPE/preprocess.sh" -m "m$1" -o "$1" -L "$FILES/data/train.msg" "in$1/$1" && cmp <(msg2json "$FILES/data/train.msg") <(msg2json "./$1/train.msg") &&
            [ "$(wc -l <"$tmp/out")" = 2 ]
    }
    each one
}

@test "names: train.sh: model, data and run; the same command again has nothing to do; other options are refused" {
    one() {
        cp -r "$FILES/weights" "./$1" && cp -r "$FILES/data" "./data$1" && mkdir -- "-r$1" &&
            quietly "$PIPE/train.sh" -m "$1" -d "data$1" -o "-r$1" -e 2 -l 1e-3 && cmp "$tmp/out" "$FILES/run.out" &&
            cmp "$FILES/run/best/model.safetensors" "./-r$1/best/model.safetensors" &&
            cmp "$FILES/run/last/model.safetensors" "./-r$1/last/model.safetensors" || return 1
        inode=$(stat -c %i "./-r$1/last/model.safetensors")
        quietly "$PIPE/train.sh" -m "$1" -d "data$1" -o "-r$1" -e 2 -l 1e-3 && cmp "$tmp/out" "$FILES/run.out" &&
            [ "$(stat -c %i "./-r$1/last/model.safetensors")" = "$inode" ] || return 1
        run -1 --separate-stderr "$PIPE/train.sh" -m "$1" -d "data$1" -o "-r$1" -e 2 -l 1e-2
        [[ ${stderr_lines[-1]} = *" was begun with other options or inputs (<) than these (>); "* ]]
    }
    some one
}

@test "names: train.sh knows weights and a finished run by any name; a message is one line" {
    for name in "${names[@]}" "$every"; do
        # shellcheck source=/dev/null
        (usage=x me=x && source "$PIPE/common.sh" && cp -r "$FILES/weights" "./w$name" && has_weights "w$name" && ! has_weights "no$name" &&
            any "w$name"/*.json && ! any "w$name"/*.msg)
        run -1 --separate-stderr "$PIPE/train.sh" -m "no$name" -d x -o y
        [ "${#stderr_lines[@]}" -eq 1 ]
        rm -r "./w$name"
    done
    [ ! -e y ]
    run -1 --separate-stderr "$PIPE/train.sh" -m $'a\x1b[31m\n\u202e\u0085b' -d x -o y
    [ "$stderr" = 'train.sh: there is no a\x1b[31m\n\u202e\x85b' ]
    # labels of dev that the model does not know: the name of the file is in the message
    mkdir "./$every"
    cp "$FILES/data/train.msg" "./$every/train.msg"
    sed 's/ B-PER/ B-GPE/; s/ I-PER/ I-GPE/' "$FILES/dev.txt" >dev.txt
    "$PIPE/preprocess.sh" -m "$FILES/small" -o other dev.txt >/dev/null
    mv other/train.msg "./$every/dev.msg"
    run -1 --separate-stderr "$PIPE/train.sh" -m "$FILES/small" -d "$every" -o y
    [[ ${stderr_lines[-1]} = "train.sh: ./-a [1]*? b\\\\n"*"/dev.msg: the stream's labels are not those of "*"; make both streams by one preprocess.sh" ]]
}

@test "names: tag.sh, evaluate.sh" {
    one() {
        printf 'Dr. Talvini flew\n' >"./$1" && cp -r "$FILES/run/best/" "./m$1" &&
            quietly "$PIPE/tag.sh" -j -m "m$1" -- "$1" && cmp "$tmp/out" "$FILES/tag.out" && rm -r "./m$1" "./$1"
    }
    printf 'Dr. Talvini flew\n' | "$PIPE/tag.sh" -j -m "$FILES/run" >"$FILES/tag.out"
    each one
    one() {
        cp -r "$FILES/run" "./m$1" && cp "$FILES/data/dev.msg" "./$1" &&
            quietly "$PIPE/evaluate.sh" -m "m$1" -o "o$1" "./$1" && cmp "$tmp/out" "$FILES/score.out" && cmp "./o$1" "$FILES/tagged.msg" &&
            mkdir "./d$1" && quietly "$PIPE/evaluate.sh" -m "m$1" -o "d$1/$1" "./$1" && cmp "./d$1/$1" "$FILES/tagged.msg"
    }
    "$PIPE/evaluate.sh" -m "$FILES/run" -o "$FILES/tagged.msg" "$FILES/data/dev.msg" >"$FILES/score.out"
    some one
}

@test "names: modelcard.sh, plot.sh, publish.sh" {
    one() {
        cp -r "$FILES/run" "./$1" && quietly "$PIPE/modelcard.sh" -- "$1" && [ -s "./$1/best/README.md" ] &&
            quietly "$PIPE/modelcard.sh" -m "$1/last" -t "$FILES/score.json" -- "$1"
    }
    "$PIPE/evaluate.sh" -j -m "$FILES/run" "$FILES/data/test.msg" >"$FILES/score.json"
    if command -v jq >/dev/null; then some one; fi
    one() { rm -rf "./$1" && cp -r "$FILES/run" "./$1" && quietly "$PIPE/plot.sh" -o "p$1.svg" -t "$1" -- "$1" && [ -s "./p$1.svg" ]; }
    if command -v gnuplot >/dev/null; then
        some one
        printf '\tA\tB\nA\t1\t2\nB\t3\t4\n' >"./c$every"
        mkdir "./t$every"
        TMPDIR=./t$every quietly "$PIPE/plot.sh" -c -o "$every.svg" -- "c$every"
        [ -s "./$every.svg" ]
        cmp <(grep -c '<path' "./$every.svg") <("$PIPE/plot.sh" -c -o p.svg "c$every"; grep -c '<path' p.svg)
    fi
    if git lfs version >/dev/null 2>&1; then
        one() {
            git init -q --bare "./r$1" && quietly env GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a \
                git -c user.name=a -c user.email=a -c alias.x="!$(printf %q "$PIPE/publish.sh")" x "$1/best" "r$1"
        }
        some one
    fi
}

@test "names: experiment-run.sh, experiment-table.sh" {
    command -v jq >/dev/null || skip "needs jq"
    one() {
        cp -r "$FILES/weights" "./$1" && cp -r "$FILES/data" "./d$1" && cp "$FILES/train.txt" "./i$1" &&
            quietly "$PIPE/experiment-run.sh" -m "$1" -d "d$1" -o "r$1" -e 1 -i "i$1" && [ "$(jq -r '.model + "|" + (.provenance.corpus | keys[0])' "./r$1/result.json")" = "${1%$'\n'}|i$1" ] &&
            mkdir "./t$1" && quietly "$PIPE/experiment-table.sh" -o "t$1" -- "r$1/result.json" && [ -s "./t$1/table.txt" ]
    }
    one "$every"
}

@test "names: fetch-model.sh" {
    { command -v curl && command -v jq; } >/dev/null || skip "needs curl and jq"
    one() {
        mkdir "./$1" && echo x >"./$1/file" || return 1
        HF_ENDPOINT=http://127.0.0.1:1 run -1 --separate-stderr "$PIPE/fetch-model.sh" org/x -- "$1"
        [[ $stderr = *" is there already; choose another directory" ]] && [ "${#stderr_lines[@]}" -eq 1 ] && [ "$(cat "./$1/file")" = x ] || return 1
        rm "./$1/file"
        [[ " ${few[*]} " = *" $1 "* ]] || { rm -r "./$1"; return 0; }
        HF_ENDPOINT=http://127.0.0.1:1 run -1 --separate-stderr "$PIPE/fetch-model.sh" org/x -- "$1"
        [[ $stderr = "fetch-model.sh: cannot reach http://127.0.0.1:1: "* ]]
    }
    each one
    run -0 find . -mindepth 1
    [ -z "$output" ]
}

@test "names: course.mk and experiment.mk take blanks and quotes, and refuse what make would read" {
    unset MAKEFLAGS MAKELEVEL
    touch keep
    i=0
    for name in '[1]' '*' 'a\nb\' '%s%n' '$(shell touch pwned)' '$(touch pwned)`touch pwned2`' ';touch pwned;&|<>#' '~x=y,{a,b}:&' $'a\nb' -n "$every"; do
        cp -r "$FILES/small" "./$name"
        variables=(MODEL DATA TRAIN OUT)
        for file in course experiment; do
            for given in "${variables[i++ % 4]}" "${variables[i++ % 4]}"; do
                run -2 --separate-stderr make -f "$PIPE/$file.mk" MODEL="$FILES/small" DATA="$FILES" OUT=out "$given=$name"
                [[ $stderr =~ \*\*\*\ ($given|TRAIN)\ (has|begins\ with|is)\  ]]
                [ "${#stderr_lines[@]}" -le 2 ]
            done
        done
        run -2 --separate-stderr "$PIPE/tagpipe.sh" course MODEL="$name" DATA="$FILES"
        rm -r "./$name"
    done
    ls -A
    [ "$(ls -A)" = keep ]
    for name in "it's a b" '"a" (b) & {c}'; do
        mkdir "$name"
        cp "$FILES"/{train,dev,test}.txt "$name"
        cp -r "$FILES/weights" "m$name"
        quietly make -f "$PIPE/course.mk" MODEL="m$name" DATA="$name" OUT=out EPOCHS=1
        quietly make -f "$PIPE/course.mk" MODEL="m$name" DATA="$name" OUT=out EPOCHS=1 -q
        rm -r out
    done
    # A file of a model is not run.
    touch 'ma$(shell touch pwned).safetensors' "m$name/"'a$(shell touch pwned).safetensors' "m$name/"'[.json'
    make -n -f "$PIPE/course.mk" MODEL="m$name" DATA="$name" OUT=out >/dev/null
    make -n -f "$PIPE/experiment.mk" MODEL="m$name" DATA="$name" OUT=out >/dev/null
}

@test "names: make install and uninstall touch only PREFIX below DESTDIR" {
    unset MAKEFLAGS MAKELEVEL
    make_here() { make -s -C "$ROOT" BUILD="${BUILD#"$ROOT"/}" CC="${CC:-gcc}" "$@"; }
    for name in 'a b' "it's \"a\"[1]*?\\n%s" '`touch pwned`;touch pwned2;&|<>#,{a,b}:~x=y'; do
        touch keep a b
        make_here install DESTDIR="$PWD/-d$name/" PREFIX="/$name" >/dev/null
        [ -x "./-d$name/$name/bin/wptok" ] && [ -s "./-d$name/$name/share/man/man1/wptok.1" ]
        if [ "$name" = 'a b' ]; then
            grep -q '^\.It Pa /a b/share/tagpipe' "./-d$name/$name/share/man/man1/tagpipe.1"
            run -0 env PKG_CONFIG_PATH="$PWD/-d$name/$name/lib/pkgconfig" pkg-config --cflags-only-I tagpipe
            [[ $output = *'-I/a\ b/include'* ]]
            "./-d$name/$name/bin/tagpipe" preprocess -h >/dev/null
        fi
        make_here uninstall DESTDIR="$PWD/-d$name/" PREFIX="/$name" >/dev/null
        [ -z "$(find "./-d$name" ! -type d)" ]
        [ -e a ] && [ -e b ] && rm -r "./-d$name"
    done
    [ "$(ls -A | tr '\n' ' ')" = "a b keep " ]
    run -2 make_here uninstall PREFIX=$'/x\ny'
    [[ $output = *"PREFIX has a newline"* ]]
    for name in '' 'a b' '*' '$(shell touch pwned)x y'; do
        run -2 make_here clean BUILD="$name"
        [[ $output = *"BUILD is '"* ]]
    done
}
