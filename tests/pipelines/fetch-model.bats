#!/usr/bin/env bats
# fetch-model.sh against a hub on this machine (hub.py); the name of each model tells how it behaves.

can_serve() { command -v python3 >/dev/null && command -v curl >/dev/null; }
setup_file() {
    load ../support/common
    export HUB=$BATS_FILE_TMPDIR
    can_serve || return 0
    mkdir "$HUB/model" "$HUB/work"
    cp "$ROOT"/tests/golden/bertfwd/model/* "$HUB/model/"
    echo '{"do_lower_case": true}' >"$HUB/model/tokenizer_config.json"
    python3 "$ROOT/tests/support/hub.py" "$HUB/model" "$HUB/work" 3>&- 4>&- &
    echo $! >"$HUB/pid"
    for ((i = 0; i < 300; i++)); do [ ! -e "$HUB/work/port" ] || break; sleep 0.1; done
}
teardown_file() { [ ! -e "$HUB/pid" ] || kill "$(cat "$HUB/pid")"; }
setup() {
    load ../support/common
    can_serve || skip "needs python3 and curl"
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
    run -0 --separate-stderr fetch org/hashless n
    [[ $stderr = *"vocab.txt: the hub gives no hash that could be checked, only a size"* ]]
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

@test "fetch-model: no such model, revision or file, no access, another architecture, other weights" {
    fails 1 "the hub has no model org/absent (404)" org/absent m
    fails 1 "org/plain has no revision v9 (404)" -r v9 org/plain m
    fails 1 "org/gated: no access: ask for it at $HF_ENDPOINT/org/gated, and set HF_TOKEN (403)" org/gated m
    fails 1 "org/nothing has no config.json (404)" org/nothing m
    fails 1 "org/other is a model of the type roberta; only bert can be read" org/other m
    fails 1 "org/binary has no model.safetensors, and other weights cannot be read" org/binary m
    fails 1 "too many redirections" org/circle m
    HF_ENDPOINT=http://127.0.0.1:1 fails 1 "cannot reach http://127.0.0.1:1" org/plain m
    HF_ENDPOINT=hub fails 1 "HF_ENDPOINT is 'hub', no address" org/plain m
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
