#!/usr/bin/env bats
# fetch-model.sh against a hub on this machine (hub.py); the name of each model tells how it behaves.

can_serve() { command -v python3 >/dev/null && command -v curl >/dev/null && command -v jq >/dev/null; }
# Models without a model.safetensors, each with an owner of its own: those of tests/golden/torchfile.
other_models() {
    local golden=$ROOT/tests/golden owner
    for owner in new old shards safeshards base pulled pulled@7 stale stale@7 module every; do
        mkdir "$HUB/$owner"
        cp "$golden/train/model/config.json" "$HUB/$owner"
        { printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]'; seq 35; } >"$HUB/$owner/vocab.txt"
        [ ! -d "$golden/torchfile/model/$owner" ] || cp "$golden/torchfile/model/$owner"/* "$HUB/$owner"
    done
    cp "$golden/torchfile/model/new/pytorch_model.bin" "$HUB/pulled"
    cp "$golden/torchfile/model/new/pytorch_model.bin" "$golden/train/model/model.safetensors" "$HUB/pulled@7"
    cp "$golden/torchfile/model/old/pytorch_model.bin" "$HUB/stale"
    cp "$golden/torchfile/model/new/pytorch_model.bin" "$HUB/stale@7"
    echo other >"$HUB/stale@7/model.safetensors"
    cp "$golden/torchfile/module.bin" "$HUB/module/pytorch_model.bin"
    cp "$golden/train/model/model.safetensors" "$HUB/every"
    for file in tokenizer.json tokenizer_config.json vocab.json merges.txt sentencepiece.bpe.model special_tokens_map.json added_tokens.json; do
        echo '{}' >"$HUB/every/$file"
    done
    # As the hub answers; somebody else's, and one that was closed, come first.
    cat >"$HUB/pulled/discussions.json" <<'END'
{"discussions":[{"num":5,"author":{"name":"somebody","fullname":"\"name\":\"SFconvertbot\"","type":"user"},"repo":{"name":"pulled/model","type":"model"},
"title":"Adding `safetensors` variant of this model","status":"open","createdAt":"2023-03-01T10:00:00.000Z","isPullRequest":true},
{"num":6,"author":{"name":"SFconvertbot","type":"user"},"repo":{"name":"pulled/model","type":"model"},
"title":"Adding `safetensors` variant of this model","status":"closed","createdAt":"2023-03-02T10:00:00.000Z","isPullRequest":true},
{"num":7,"author":{"avatarUrl":"/x.png","fullname":"Safetensors convertbot","name":"SFconvertbot","type":"user"},
"repo":{"name":"pulled/model","type":"model"},"title":"Adding `safetensors` variant of this model","status":"open",
"createdAt":"2023-03-03T10:00:00.000Z","isPullRequest":true,"numComments":1}],"count":3,"start":0,"numClosedDiscussions":1}
END
    cp "$HUB/pulled/discussions.json" "$HUB/stale/discussions.json"
}
setup_file() {
    load ../support/common
    export HUB=$BATS_FILE_TMPDIR
    can_serve || return 0
    mkdir "$HUB/model" "$HUB/work"
    cp "$ROOT"/tests/golden/bertfwd/model/* "$HUB/model/"
    echo '{"do_lower_case": true}' >"$HUB/model/tokenizer_config.json"
    other_models
    python3 "$ROOT/tests/support/hub.py" "$HUB/model" "$HUB/work" 3>&- 4>&- &
    echo $! >"$HUB/pid"
    for ((i = 0; i < 300; i++)); do [ ! -e "$HUB/work/port" ] || break; sleep 0.1; done
}
teardown_file() { [ ! -e "$HUB/pid" ] || kill "$(cat "$HUB/pid")"; }
setup() {
    load ../support/common
    can_serve || skip "needs python3, curl and jq"
    HF_ENDPOINT=http://127.0.0.1:$(cat "$HUB/work/port")
    export HF_ENDPOINT
    unset HF_TOKEN http_proxy
    : >"$HUB/work/log"
    cd "$tmp"
}
fetch() { "$ROOT/pipelines/fetch-model.sh" "$@"; }
log() { cat "$HUB/work/log"; }
is_whole() {
    for file in "$HUB"/model/*; do cmp "$file" "$1/${file##*/}"; done
    (cd "$1" && sha256sum --check --quiet SOURCE)
    [ "$(ls -A "$1" | wc -l)" -eq $(($(ls "$HUB/model" | wc -l) + 1)) ]
}
# fails STATUS TEXT ARGUMENT...: the message, and no directory left
fails() {
    run "-$1" --separate-stderr fetch "${@:3}"
    [[ $stderr == *"$2"* ]] || { echo "$stderr"; false; }
    [ ! -e m ]
}

@test "fetch-model: configuration, tokenizer and weights, complete, with name, commit and hashes; no other file is left" {
    run -0 --separate-stderr fetch org/plain m
    [ "$output" = "m has org/plain (0123456789abcdef0123456789abcdef01234567)" ]
    [ -z "$stderr" ]
    is_whole m
    [ ! -e m.part ]
    [ "$(head -n 1 m/SOURCE)" = "# org/plain main 0123456789abcdef0123456789abcdef01234567" ]
    # all requests after the first one ask for one commit, even if main changes meanwhile
    [ "$(log | grep -c /main/)" -eq 1 ]
    # the tools can read it
    echo 'a b' | text2msg | wptok -m m | bertfwd -m m | msg2json | grep -q logits
}

@test "fetch-model: the same command again asks no server, and finds damage" {
    fetch org/plain m
    : >"$HUB/work/log"
    run -0 fetch org/plain m
    [[ $output = "m has org/plain ("*") already" ]]
    [ -z "$(log)" ]
    run -1 --separate-stderr fetch org/breaks m
    [[ $stderr = *"m has org/plain, revision main, already; choose another directory" ]]
    echo >>m/vocab.txt
    run -1 --separate-stderr fetch org/plain m
    [[ $stderr = *"vocab.txt: FAILED"*"m is damaged; remove it and fetch it again" ]]
}

@test "fetch-model: a renamed model, and a revision with slashes" {
    fetch org/renamed m
    is_whole m
    fetch -r refs/pr/1 org/plain other
    is_whole other
    log | grep -q "resolve/refs%2Fpr%2F1/config.json"
}

@test "fetch-model: a connection that breaks again and again: each time the download continues" {
    run -0 --separate-stderr fetch org/breaks m
    is_whole m
    [ "$(log | grep -c 'store GET .*bytes=')" -ge 2 ]
    [[ $stderr = *"model.safetensors: "*"again"* ]]
}

@test "fetch-model: a server that sends no parts of files sends the whole file again" {
    fetch org/partless m
    is_whole m
}

@test "fetch-model: killed midway, the next run continues and asks only for the missing bytes" {
    "$ROOT/pipelines/fetch-model.sh" org/dies m 2>/dev/null 3>&- &
    pid=$!
    size=$(stat -c %s "$HUB/model/model.safetensors")
    for ((i = 0; i < 100; i++)); do [ "$(log | grep -c 'store GET')" -lt 2 ] || break; sleep 0.1; done
    kill $pid
    wait $pid || true
    [ ! -e m ] && [ "$(stat -c %s m.part/model.safetensors.part)" -eq $((size / 3)) ]
    mv m.part n.part
    : >"$HUB/work/log"
    sed -i s/dies/plain/ n.part/commit
    fetch org/plain n
    is_whole n
    run log
    [[ $output = *"store GET /org/plain/"*"model.safetensors bytes=$((size / 3))- -"* ]]
    [ "$(log | grep -c " GET ")" -eq 2 ]
    [ ! -e n.part ]
}

@test "fetch-model: parts of another commit, or of another file, are not continued" {
    mkdir m.part
    echo org/plain 0123456789abcdef0123456789abcdef01234567 >m.part/commit
    head -c 1000 /dev/zero >m.part/model.safetensors.part
    fetch org/plain m
    is_whole m
    mkdir n.part
    echo org/other 0123456789abcdef0123456789abcdef01234567 >n.part/commit
    echo '{"model_type": "other"}' >n.part/config.json
    fetch org/plain n
    is_whole n
}

@test "fetch-model: 429 with Retry-After: it waits as long as the server asks" {
    SECONDS=0
    run -0 --separate-stderr fetch org/busy m
    is_whole m
    rm -r m
    [ "$SECONDS" -ge 2 ]
    [[ $stderr = *"config.json: the hub answers 429; again in 1 s"* ]]
    fails 1 "the hub answers 503, and asks to come back in 86400 seconds" org/shut m
}

@test "fetch-model: wrong bytes are never put in place" {
    fails 1 "model.safetensors: hash " org/wrong m
    [[ $stderr = *"the hub says "*"; it was removed: try again" ]]
    [ ! -e m.part/model.safetensors.part ]
    fails 1 "vocab.txt: hash " org/lying m
    [ ! -e m.part/vocab.txt ]
    run -1 fetch org/once m                     # the second time they are right
    fetch org/once m
    is_whole m
}

@test "fetch-model: a file without a hash, such as a login page, is an error; -u takes it, but no page" {
    fails 1 "config.json: $HF_ENDPOINT gives no hash to check it by; is it a hub, and no page for a login? -u takes such files" org/login m
    [ "$(ls -A m.part)" = commit ]
    fails 1 "config.json is not an object of JSON; it was removed: try again" -u org/login m
    fails 1 "config.json: $HF_ENDPOINT gives no hash" org/hashless m
    run -0 --separate-stderr fetch --unhashed org/hashless n
    [[ $stderr = *"vocab.txt: the hub gives no hash that could be checked, only a size"* ]]
    is_whole n
    fails 1 "vocab.txt: $HF_ENDPOINT gives no size" org/sizeless m
}

@test "fetch-model: empty files, pages with a hash, bodies that do not end, impossible sizes" {
    fails 1 "vocab.txt is empty; it was removed" org/empty m
    fails 1 "vocab.txt is a page, not a file of a model; it was removed" org/page m
    for file in config.json tokenizer_config.json; do fails 1 "$file is not an object of JSON" org/page$file m; done
    fails 1 "model.safetensors is not a file of safetensors" org/pagemodel.safetensors m
    fails 1 "vocab.txt: the server sends more than the $(wc -c <"$HUB/model/vocab.txt") bytes that were announced" org/endless m
    fails 1 "model.safetensors: the server sends more than the " org/endless-weights m
    [ -z "$(find m.part -size +2000k)" ]
    fails 1 "model.safetensors: it has 999999999999999 bytes, and m.part has room for " org/vast m
    for size in odd negative; do fails 1 "model.safetensors: $HF_ENDPOINT gives no size" org/$size m; done
}

@test "fetch-model: an answer that will stay the same is not asked for again" {
    for code in 401 403 404 501; do
        : >"$HUB/work/log"
        fails 1 "model.safetensors: the hub answers $code" org/$code m
        [ "$(log | grep -c 'store GET')" -eq 1 ]
    done
    fails 1 '/config.json: the hub answers 418 \x1b[31mred\x1b[0m' org/error m
    SECONDS=0
    fails 1 'file:///etc/passwd: Protocol "file" ' org/local m
    [ "$SECONDS" -le 2 ]
    HF_TOKEN=$'a"\nurl = "file:///etc/passwd' fails 1 "HF_TOKEN has signs that no token has" org/plain m
}

@test "fetch-model: an index names only files beside it" {
    rm -rf "$HUB/index"
    cp -r "$HUB/module" "$HUB/index"
    rm -f "$HUB/index/pytorch_model.bin"
    [ -e "$HUB/index/vocab.txt" ] || echo >"$HUB/index/vocab.txt"
    for bad in '"../x.bin"' '"-x.bin"' '"x.bin?y=.bin"' '"x.bin\n"' '["x.bin"]'; do
        echo "{\"weight_map\": {\"a\": $bad}}" >"$HUB/index/model.safetensors.index.json"
        rm -f m.part/*.index.json
        fails 1 "index/model: model.safetensors.index.json names " index/model m
        [[ $stderr = *"which is not a file of weights beside it" ]]
    done
    echo '{"weight_map": {}}' >"$HUB/index/model.safetensors.index.json"
    rm m.part/*.index.json
    fails 1 "index/model: model.safetensors.index.json names no files" index/model m
}

@test "fetch-model: two at a time in one directory are refused" {
    mkdir m.part
    exec 7<m.part
    flock 7 || skip "needs flock"
    fails 1 "m.part is in use: another fetch-model.sh, or a curl of one that was killed, downloads there" org/plain m
    exec 7<&-
    fetch org/plain m
}

@test "fetch-model: the token opens a private model and is sent only to the hub" {
    fails 1 "org/private: the hub has no such model, or a private one: then set HF_TOKEN (401)" org/private m
    HF_TOKEN=bad fails 1 "the hub does not take HF_TOKEN, or has no such model (401)" org/private m
    : >"$HUB/work/log"
    HF_TOKEN=good fetch org/private m
    is_whole m
    run ! grep 'hub .* -$' "$HUB/work/log"
    run ! grep 'store .* token$' "$HUB/work/log"
}

@test "fetch-model: no such model, revision or file, no access, another architecture" {
    fails 1 "the hub has no model org/absent (404)" org/absent m
    fails 1 "org/plain has no revision v9 (404)" -r v9 org/plain m
    fails 1 "org/gated: no access: ask for it at $HF_ENDPOINT/org/gated, and set HF_TOKEN (403)" org/gated m
    fails 1 "org/nothing has no config.json (404)" org/nothing m
    fails 1 'org/other: "model_type" is deberta-v2; known here are bert, ' org/other m
    fails 1 "too many redirections" org/circle m
    HF_ENDPOINT=http://127.0.0.1:1 fails 1 "cannot reach http://127.0.0.1:1" org/plain m
    HF_ENDPOINT=hub fails 1 "HF_ENDPOINT is 'hub', no address" org/plain m
}

# converted OWNER: its model in $tmp/m has the numbers of the golden one, and SOURCE fits
converted() {
    rm -rf m
    run -0 --separate-stderr fetch "$1/model" m
    [ -z "$stderr" ]
    cmp <(unchecked m/model.safetensors) "$ROOT/tests/golden/train/model/model.safetensors"
    cmp m/config.json "$ROOT/tests/golden/train/model/config.json"
    [ "$(ls -A m | tr '\n' ' ')" = "SOURCE config.json model.safetensors vocab.txt " ]
    (cd m && sha256sum --check --quiet SOURCE)
    [ "$(head -n 1 m/SOURCE)" = "# $1/model main 0123456789abcdef0123456789abcdef01234567" ]
    [ ! -e m.part ]
}

@test "fetch-model: pytorch_model.bin and models in several files become model.safetensors" {
    converted new
    grep -qx '# weights: converted here from pytorch_model.bin' m/SOURCE
    converted old
    converted shards
    grep -qx '# weights: converted here from pytorch_model.bin.index.json pytorch_model-00001-of-00002.bin pytorch_model-00002-of-00002.bin' m/SOURCE
    converted safeshards
    echo '1 2' | text2msg | wptok -m m | bertfwd -m m | msg2json | grep -q logits
    : >"$HUB/work/log"
    run -0 fetch safeshards/model m
    [[ $output = *" already" ]]
    [ -z "$(log)" ]
}

@test "fetch-model: weights without a classifier become model.safetensors without one; training adds it" {
    run -0 --separate-stderr fetch base/model m
    [ -z "$stderr" ]
    [ "$(ls -A m | tr '\n' ' ')" = "SOURCE config.json model.safetensors vocab.txt " ]
    (cd m && sha256sum --check --quiet SOURCE)
    grep -qx '# weights: converted here from pytorch_model.bin' m/SOURCE
    cmp m/config.json "$HUB/base/config.json"
    bertinit --from m -o new 2>err
    grep -q 'newly initialised: classifier.weight, classifier.bias (as it should be' err
    bertinit --from "$HUB/base" -o other 2>err
    cmp new/model.safetensors other/model.safetensors
    run -1 --separate-stderr bertfwd -m m <(wptok -m m <(echo '1 2' | text2msg))
    [[ $stderr = *"bertfwd: m: the model lacks classifier.weight, classifier.bias; train it first: "* ]]
}

@test "fetch-model: the pull request in which the hub has converted the same pytorch_model.bin" {
    converted pulled
    bin=$(sha256sum <"$HUB/pulled/pytorch_model.bin")
    grep -qx "# weights: refs/pr/7 7777777777777777777777777777777777777777, converted by the hub from pytorch_model.bin ${bin%% *}" m/SOURCE
    run ! grep 'GET .*pytorch_model.bin' "$HUB/work/log"
    log | grep -q 'GET /api/models/pulled/model/discussions?'
    # One of an earlier pytorch_model.bin does not count.
    converted stale
    grep -qx '# weights: converted here from pytorch_model.bin' m/SOURCE
}

@test "fetch-model: weights that cannot be read, and none" {
    fails 1 "module/model: m.part/pytorch_model.bin: it needs mine.Thing, which is not part of a state dict" module/model m
    rm -r m.part
    rm "$HUB/module/pytorch_model.bin"
    fails 1 "module/model has no weights that can be read: neither model.safetensors nor pytorch_model.bin" module/model m
    rm -r "$HUB/module/vocab.txt" m.part
    fails 1 "module/model has no tokenizer: neither tokenizer.json nor vocab.txt" module/model m
    cp "$ROOT"/tests/golden/torchfile/model/shards/*.json "$HUB/module/"
    echo >"$HUB/module/vocab.txt"
    fails 1 "pytorch_model.bin.index.json names pytorch_model-00001-of-00002.bin, which the hub does not have (404)" module/model m
}

@test "fetch-model: a download of pytorch_model.bin that was killed continues" {
    fetch new/breaks m
    cmp <(unchecked m/model.safetensors) "$ROOT/tests/golden/train/model/model.safetensors"
    [ "$(log | grep -c 'store GET .*pytorch_model.bin bytes=')" -ge 2 ]
}

@test "fetch-model: the files of all kinds of tokenizers" {
    fetch every/model m
    for file in "$HUB"/every/*; do cmp "$file" "m/${file##*/}"; done
}

@test "fetch-model: wrong command lines, and a directory that exists" {
    fails 2 "give the name of a model and a directory" org/plain
    fails 2 "'../x' is not the name of a model" ../x m
    fails 2 "unknown option -Z" -Z
    mkdir full && touch full/file
    run -1 --separate-stderr fetch org/plain full
    [[ $stderr = *"full is there already; choose another directory" ]]
    mkdir empty
    fetch org/plain empty/
    is_whole empty
    run -0 fetch -h
    [[ $output = "usage: fetch-model.sh"* ]]
}
