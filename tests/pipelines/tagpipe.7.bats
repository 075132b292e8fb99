#!/usr/bin/env bats
# The commands of tagpipe(7), as they are on the page, one after the other.

# The text after "$ ", with the lines that belong to it: those after \, | or an open quote.
commands() {
    mandoc -T ascii -O width=200 "$ROOT/man/tagpipe.7" | sed 's/.\x08//g' | awk '
        /^ *\$ / { sub(/^ *\$ /, ""); on = 1 }
        on { print; quotes += gsub(/\047/, "\047"); on = /[\\|]$/ || quotes % 2 }'
}
# The commands whose programs this machine has.
possible() {
    awk -v plot="$(command -v gnuplot)" -v lfs="$(git lfs version 2>/dev/null)" \
        '(/tagpipe plot/ && !plot) || (/tagpipe publish/ && !lfs) { next } { print }'
}

setup_file() {
    load ../support/common
    command -v mandoc >/dev/null && command -v jq >/dev/null || skip "needs mandoc and jq"
    export PATH=$BUILD:$PATH OMP_NUM_THREADS=1 WALK=$BATS_FILE_TMPDIR/walk
    export GIT_CONFIG_GLOBAL=$BATS_FILE_TMPDIR/gitconfig
    printf '[user]\n\tname = Tester\n\temail = tester@example.org\n' >"$GIT_CONFIG_GLOBAL"
    mkdir "$WALK"
    { echo 'set -euo pipefail'; commands | possible; } >"$BATS_FILE_TMPDIR/commands"
    (cd "$WALK" && bash ../commands >../out 2>../err) || { tail "$BATS_FILE_TMPDIR/out" "$BATS_FILE_TMPDIR/err"; false; }
}
setup() { load ../support/common; cd "$WALK"; }

@test "tagpipe.7: every command of the page runs, and there are some" {
    [ "$(commands | grep -c .)" -ge 30 ]
    [ "$(commands | head -n 1)" = 'tagpipe demo-corpus corpus' ]
    # each script for users is on the page
    for script in fetch-model preprocess train plot evaluate tag modelcard publish; do
        mandoc -T ascii -O width=200 "$ROOT/man/tagpipe.7" | sed 's/.\x08//g' | grep "^ *[#\$] .*\<tagpipe $script\>" >/dev/null ||
            { echo "$script"; false; }
    done
}

@test "tagpipe.7: the page shows the real output of its commands about the corpus" {
    page=$(mandoc -T ascii -O width=200 "$ROOT/man/tagpipe.7" | sed 's/.\x08//g; s/^ *//')
    for line in 'Critics O' 'Empty I-MISC' 'Critics called " The    Empty  Road   " the best Kleilmauman record of 2013 .'; do
        grep -qxF "$line" <<<"$page"
        grep -qxF "$line" ../out
    done
}

@test "tagpipe.7: a trained model, its scores, its errors, its card" {
    [ "$(jq '.overall_f1 > 0.3' test.json)" = true ]
    [ "$(grep -c '^epoch  [1-3]  loss' ../out)" -eq 3 ]
    grep -q '<html' errors.html
    grep -q '^Confusion' errors.txt && grep -q '^boundary: ' errors.txt && grep -qE '^unseen +[01]\.' ../out
    [ "$(head -n 1 confusion.tsv)" = "$(printf 'gold\tLOC\tMISC\tORG\tPER\tboundary\tmissed')" ]
    grep -q '^95 % intervals' ../out && grep -q '^Compared with tagged.msg: ' ../out
    ! command -v gnuplot || grep -q '<svg' confusion.svg
    [ "$(wc -l <grid/results.tsv)" -eq 3 ] && grep -q smooth grid/table.txt
    grep -q '"name": "smooth\|^- name: "demo/small-ner"' run/best/README.md
    grep -q '"entity_group":' ../out
    ! command -v gnuplot || grep -q '<svg' run.svg
    ! git lfs version 2>/dev/null || git -C remote.git show main:README.md | cmp - run/best/README.md
}

@test "tagpipe.7: what the page calls the same by hand is the same" {
    by_script=$(commands | sed -n '/Leon.*tagpipe tag/p')
    by_hand=$(commands | sed -n '/Leon.*text2msg/,/msg2json/p')
    [ -n "$by_script" ] && [ -n "$by_hand" ]
    want=$(bash -c "$by_script" | jq -c .entities)
    [ "$(jq length <<<"$want")" -ge 1 ]
    [ "$(bash -c "$by_hand" | jq -c .entities)" = "$want" ]
}
