#!/usr/bin/env bats
# modelcard.sh and publish.sh: the model of a run with its card, pushed to a bare repository.

setup_file() {
    load ../support/common
    command -v jq >/dev/null || skip "needs jq"
    export TAGPIPE_BIN=$BUILD PIPE=$ROOT/pipelines FILES=$BATS_FILE_TMPDIR OMP_NUM_THREADS=1
    cd "$FILES"
    small_corpus 300 32 64
    "$PIPE/preprocess.sh" -m small -o data train.txt dev.txt test.txt
    "$PIPE/train.sh" -m small -d data -o run -e 4 -l 1e-2 -- --warmup 0.1 >train.out 2>train.err
    "$PIPE/evaluate.sh" -j -m run/best data/test.msg >test.json
    "$PIPE/modelcard.sh" -t test.json -n demo/ner -b demo/small -d "made: up" -l en -c apache-2.0 run
}
setup() {
    load ../support/common
    cd "$FILES"
    export GIT_CONFIG_GLOBAL=$tmp/gitconfig GIT_CONFIG_NOSYSTEM=1
    printf '[user]\n\tname = Tester\n\temail = tester@example.org\n[init]\n\tdefaultBranch = trunk\n' >"$GIT_CONFIG_GLOBAL"
}
needs_lfs() { git lfs version >/dev/null 2>&1 || skip "needs git-lfs"; }
card() { "$PIPE/modelcard.sh" "$@"; }
figure() { jq -r ".overall_$2" "$1"; }
section() { sed -n "/^$1\$/,/^#/p" run/best/README.md; }

@test "modelcard: model-index has the four scores of both splits" {
    n=$(readlink run/best)
    for key in precision recall f1 accuracy; do
        for file in "run/dev-${n#epoch-}.json" test.json; do
            [ "$(grep -A 1 "^      type: $key\$" run/best/README.md | grep -c "value: $(figure "$file" $key)\$")" -ge 1 ]
        done
    done
    [ "$(grep -c '^      value: ' run/best/README.md)" -eq 8 ]
    [ "$(grep 'split: ' run/best/README.md | tr -d '\n')" = "      split: validation      split: test" ]
}

@test "modelcard: the metadata is YAML with the values of the options" {
    python3 -c 'import yaml' 2>/dev/null || skip "needs python3-yaml"
    sed '1d; /^---$/,$d' run/best/README.md | python3 -c '
import json, sys, yaml
card = yaml.safe_load(sys.stdin)
assert card["license"] == "apache-2.0" and card["language"] == ["en"] and card["base_model"] == "demo/small", card
assert card["datasets"] == ["made: up"] and card["pipeline_tag"] == "token-classification"
index, = card["model-index"]
assert index["name"] == "demo/ner" and len(index["results"]) == 2
test = json.load(open("test.json"))
assert {m["type"]: m["value"] for m in index["results"][1]["metrics"]} == {k[8:]: v for k, v in test.items() if k.startswith("overall_")}'
}

@test "modelcard: settings, also the defaults; the scores by epoch; the tools" {
    run section "### Settings"
    for line in "sentences: 300" "batch size: 8" "epochs: 4" "lr: 1e-2" "weight decay: 0.01" "schedule: linear" "warmup: 0.1" "clip: 1" "seed: 42"; do
        grep -qx -e "- $line" <<<"$output" || { echo "$line"; false; }
    done
    [[ $output != *freeze* ]]       # what was not asked for is not there
    run section "### Course"
    [ "$(grep -cE '^\| (\*\*)?[1-4](\*\*)? \|' <<<"$output")" -eq 4 ]
    best=$(readlink run/best)
    grep -q "^| \*\*${best#epoch-}\*\* |" <<<"$output"
    loss=$(sed -n 's/^epoch  4  loss \([0-9.]*\) .*/\1/p' train.out)
    grep -qE "^\| (\*\*)?4(\*\*)? \| 152 \| $loss \|" <<<"$output"
    grep -q "^trainstep [0-9.]*: .*--warmup 0.1" run/best/README.md
    section "### Test set" | grep -q "^| PER | [01]\.[0-9]\{4\} | [01]\.[0-9]\{4\} | [01]\.[0-9]\{4\} | [0-9]* |\$"
}

@test "modelcard: the same bytes again; no other file is left; also without options and test scores" {
    cp run/best/README.md "$tmp/first"
    card -t test.json -n demo/ner -b demo/small -d "made: up" -l en -c apache-2.0 run/
    cmp "$tmp/first" run/best/README.md
    [ -z "$(find run/ -name '.card*')" ]
    cp -r run "$tmp/run"
    (cd "$tmp" && "$PIPE/modelcard.sh" -m run/last run && grep -qx "# run" run/last/README.md && ! grep -q "split: test" run/last/README.md)
    grep -q "^BERT with a head" "$tmp/run/last/README.md"
    sed -i 's/"model_type": "bert"/"model_type": "xlm-roberta"/' "$tmp/run/last/config.json"
    card -m "$tmp/run/last" "$tmp/run"
    grep -q "^XLM-RoBERTa with a head" "$tmp/run/last/README.md"
}

@test "modelcard: steps instead of epochs, and parts of speech with a bar in their name" {
    awk '{ print $0 ($2 == "O" ? " NN|SYM" : NF ? " NNP" : "") }' dev.txt >"$tmp/pos.txt"
    "$PIPE/preprocess.sh" -m small -f pos_tags -c 1=tokens,3=pos_tags -o "$tmp/data" "$tmp/pos.txt" "$tmp/pos.txt"
    "$PIPE/train.sh" -m small -f pos_tags -d "$tmp/data" -o "$tmp/run" -e 1 -v 20 -l 1e-2 >"$tmp/out" 2>&1
    card "$tmp/run"
    grep -q '^| Steps | Step |' "$tmp/run/best/README.md"
    grep -q '^| NN\\|SYM | ' "$tmp/run/best/README.md"
}

@test "modelcard: a directory that is not a run, a model of another run, a missing file" {
    run -1 --separate-stderr card small
    [ "$stderr" = "modelcard.sh: small is not a run of train.sh: it has no best model" ]
    run -1 --separate-stderr card nosuch
    [ "$stderr" = "modelcard.sh: there is no nosuch" ]
    run -1 --separate-stderr card -m small run
    [ "$stderr" = "modelcard.sh: small is not a model of a run of train.sh in run" ]
    run -1 --separate-stderr card -t no.json run
    [ "$stderr" = "modelcard.sh: cannot read the file no.json" ]
    run -2 card
}

@test "publish: to an empty repository: a model that is complete when it is cloned; weights by git-lfs, no state of the training" {
    needs_lfs
    git init --quiet --bare "$tmp/remote.git"
    run -0 --separate-stderr "$PIPE/publish.sh" run/best "$tmp/remote.git"
    [ "$output" = "$tmp/remote.git, main: $(git -C "$tmp/remote.git" rev-parse main)" ]
    [ "$(git -C "$tmp/remote.git" show main:model.safetensors | head -n 1)" = "version https://git-lfs.github.com/spec/v1" ]
    [ "$(git -C "$tmp/remote.git" ls-tree --name-only main | tr '\n' ' ')" = ".gitattributes README.md config.json model.safetensors tokenizer_config.json vocab.txt " ]
    git lfs install --skip-repo >"$tmp/out"
    git clone --quiet -b main "$tmp/remote.git" "$tmp/clone"
    for file in README.md config.json model.safetensors tokenizer_config.json vocab.txt; do cmp "run/best/$file" "$tmp/clone/$file"; done
    head -n 3 test.txt | sed 's/ .*//' | tr '\n' ' ' | "$PIPE/tag.sh" -m "$tmp/clone" >"$tmp/out"
    [ -z "$(find run -name '*.publish*')" ]
}

@test "publish: again: nothing to do; a changed model is one more commit, and other files are kept" {
    needs_lfs
    git init --quiet --bare "$tmp/remote.git"
    cd "$tmp"                               # a relative path is from here
    "$PIPE/publish.sh" "$FILES/run/best" remote.git
    run -0 "$PIPE/publish.sh" "$FILES/run/best/" remote.git
    [ "$output" = "$tmp/remote.git has all of this already" ]
    git clone --quiet -b main remote.git other
    echo mine >other/NOTES && git -C other add NOTES && git -C other commit --quiet -m notes && git -C other push --quiet
    cp -rL "$FILES/run/best" changed
    echo more >>changed/README.md
    run -0 "$PIPE/publish.sh" -m "More words" changed remote.git
    [ "$(git -C remote.git log --format=%s main | tr '\n' ,)" = "More words,notes,Model and tokenizer," ]
    [ "$(git -C remote.git show main:NOTES)" = mine ]
    [ "$(git -C remote.git show main:README.md | tail -n 1)" = more ]
}

@test "publish: missing files are named, and nothing is pushed" {
    run -1 --separate-stderr "$PIPE/publish.sh" small "$tmp/remote.git"
    [ "$stderr" = "publish.sh: small has no model.safetensors" ]
    cp -rL run/best "$tmp/bare" && rm "$tmp/bare/README.md"
    run -1 --separate-stderr "$PIPE/publish.sh" "$tmp/bare" "$tmp/remote.git"
    [ "$stderr" = "publish.sh: $tmp/bare has no README.md; modelcard.sh writes one" ]
    run -2 --separate-stderr "$PIPE/publish.sh" run/best
    [[ $stderr = *"give a model directory and a git remote"* ]]
    needs_lfs
    run -1 --separate-stderr "$PIPE/publish.sh" run/best "$tmp/nowhere.git"
    [[ $stderr = *"publish.sh: cannot read $tmp/nowhere.git" ]]
    : >"$GIT_CONFIG_GLOBAL"
    run -1 --separate-stderr env -u EMAIL "$PIPE/publish.sh" run/best "$tmp/remote.git"
    [[ $stderr = "publish.sh: git does not know who you are"* ]]
    [ -z "$(find "$tmp" run -name '*.publish*')" ]
}
