load ../support/common

G=$ROOT/tests/golden/bertfwd

setup() {
    cp -r "$G/model" "$tmp/model"
    chmod -R u+w "$tmp/model"
}
records() { msg2json | md5sum; }
# The packed file of a precision, whatever the kernel is.
packed() { # PRECISION
    local file=("$tmp/model"/model."$1".*.packed)
    [ -e "${file[0]}" ] && echo "${file[0]}"
}

@test "bertfwd --pack: the same bits with the file as without it, in each precision, for 1, 2 and 3 threads" {
    for precision in fp32 bf16 bf16x3 int8; do
        want=$(bertfwd -m "$tmp/model" -p $precision "$G/in.msg" | records)
        run ! packed $precision
        run -0 bertfwd --pack -m "$tmp/model" -p $precision
        [ -z "$output" ]
        file=$(packed $precision)
        head -n 1 "$file" | jq -e --arg p $precision '.format == "tagpipe packed weights" and (.layout | contains($p))'
        for threads in 1 2 3; do
            bertfwd -m "$tmp/model" -p $precision -t $threads "$G/in.msg" 2>"$tmp/err" >"$tmp/out"
            [ "$(records <"$tmp/out")" = "$want" ]
            [ ! -s "$tmp/err" ]
        done
        cp "$file" "$tmp/first"
        bertfwd --pack -m "$tmp/model" -p $precision -t 2
        cmp "$file" "$tmp/first"
    done
    [ "$(find "$tmp/model" -type f | wc -l)" -eq $(($(find "$G/model" -type f | wc -l) + 4)) ]
}

@test "bertfwd --pack: reads no stream, and says what is missing" {
    run -2 bertfwd --pack -m "$tmp/model" "$G/in.msg"
    [ "${lines[0]}" = "bertfwd: --pack reads no stream; see bertfwd --help" ]
    run -2 bertfwd --pack
    run -1 bertfwd --pack -m "$tmp/none"
    [[ "$output" = "bertfwd: $tmp/none: no config.json there;"* ]]
    [ "${#lines[@]}" -eq 1 ]
    [ ! -e "$tmp/none" ]
    bertfwd --help | grep -q -- --pack
}

@test "bertfwd: the packed file of another model is not used, and a line says so" {
    bertfwd --pack -m "$tmp/model"
    file=$(packed fp32)
    cp "$G/half/model.safetensors" "$tmp/model/model.safetensors"
    want=$(bertfwd -m "$G/half" "$G/in.msg" | records)
    bertfwd -m "$tmp/model" "$G/in.msg" 2>"$tmp/err" >"$tmp/out"
    [ "$(records <"$tmp/out")" = "$want" ]
    [ "$(cat "$tmp/err")" = "bertfwd: $file is not used: it belongs to another model.safetensors; write it anew (bertfwd --pack -p fp32 -m $tmp/model), or remove it" ]
    bertfwd --pack -p fp32 -m "$tmp/model"
    bertfwd -m "$tmp/model" "$G/in.msg" 2>"$tmp/err" >"$tmp/out"
    [ "$(records <"$tmp/out")" = "$want" ]
    [ ! -s "$tmp/err" ]
}

@test "bertfwd: a damaged packed file is not used, and a line says so" {
    bertfwd --pack -m "$tmp/model" -p int8
    file=$(packed int8)
    want=$(bertfwd -m "$G/model" -p int8 "$G/in.msg" | records)
    for damage in 'truncate -s -64' 'truncate -s 10' 'truncate -s 0' 'dd conv=notrunc bs=1 seek=1000 status=none if=/dev/urandom count=16 of='; do
        bertfwd --pack -m "$tmp/model" -p int8
        case $damage in dd*) $damage"$file" ;; *) $damage "$file" ;; esac
        bertfwd -m "$tmp/model" -p int8 "$G/in.msg" 2>"$tmp/err" >"$tmp/out"
        [ "$(records <"$tmp/out")" = "$want" ]
        [[ "$(cat "$tmp/err")" = "bertfwd: $file is not used: "*"damaged"*"(bertfwd --pack -p int8 -m $tmp/model), or remove it" ]]
        [ "$(wc -l <"$tmp/err")" -eq 1 ]
    done
    rm "$file"
    mkdir "$file"
    run -1 bertfwd -m "$tmp/model" -p int8 "$G/in.msg"
    [[ "$output" = *"$file is not a regular file" ]]
    run -1 bertfwd --pack -m "$tmp/model" -p int8
    [[ "$output" = "bertfwd: cannot "*"$file"* ]]
}

@test "trainstep, bertinit: a new model takes the packed files of the old one away" {
    new() { trainstep "$@" "$ROOT/tests/golden/train/batches.msg" >"$tmp/steps" 2>/dev/null; }
    cp -r "$ROOT/tests/golden/train/model/." "$tmp/model"
    chmod -R u+w "$tmp/model"
    for precision in fp32 int8; do bertfwd --pack -m "$tmp/model" -p $precision; done
    new -m "$tmp/model" -o "$tmp/other" --stop-after 1
    packed fp32
    new -m "$tmp/model" --stop-after 1
    run ! packed fp32
    run ! packed int8
    bertfwd --pack -m "$tmp/other"
    new -m "$tmp/model" -o "$tmp/other" --stop-after 1 --restart
    bertfwd --pack -m "$tmp/model"
    bertinit --from "$G/model" -o "$tmp/model"
    run ! packed fp32
    [ -z "$(find "$tmp/model" "$tmp/other" -name '*.packed')" ]
}

@test "bertfwd --pack: a folder that cannot be written to is one clear line; interrupted, it leaves nothing" {
    if [ "$(id -u)" -ne 0 ]; then
        chmod u-w "$tmp/model"
        run -1 bertfwd --pack -m "$tmp/model"
        chmod u+w "$tmp/model"
        [[ "$output" = "bertfwd: cannot create a file in the folder of $tmp/model/model.fp32."*".packed: Permission denied" ]]
        [ "${#lines[@]}" -eq 1 ]
    fi
    for delay in 0 0.005 0.01 0.02 0.04; do
        bertfwd --pack -m "$tmp/model" &
        sleep $delay
        kill -TERM $! 2>/dev/null || true
        wait $! || true
        [ -z "$(find "$tmp/model" -name '*tagpipe-*')" ]
        ! file=$(packed fp32) || { bertfwd -m "$tmp/model" "$G/in.msg" 2>"$tmp/err" >"$tmp/out" && [ ! -s "$tmp/err" ] && rm "$file"; }
    done
}

@test "bertfwd: a packed file that is overwritten while it is used is an error, one that is replaced or removed is not" {
    bertfwd --pack -m "$tmp/model"
    file=$(packed fp32)
    want=$(bertfwd -m "$G/model" "$G/in.msg" | records)
    under_way bertfwd --pack -m "$tmp/model"
    [ "$(records <"$tmp/out")" = "$want" ]
    cp "$file" "$tmp/copy"
    under_way rm "$file"
    [ "$(records <"$tmp/out")" = "$want" ]
    cp "$tmp/copy" "$file"
    run -1 under_way cp "$tmp/copy" "$file"
    [[ "$(cat "$tmp/err")" = "bertfwd: $file: it was changed in place while it was read;"* ]]
    run -1 under_way truncate -s 100 "$file"
    [[ "$(cat "$tmp/err")" = "bertfwd: $file: it was changed in place while it was read;"* ]]
    [ "$(wc -l <"$tmp/err")" -eq 1 ]
}

# Answers one sentence and waits; then its memory in KiB: what is its own, and what it has mapped of the packed file.
memory_of() { # MODEL
    rm -f "$tmp/in" "$tmp/out"
    mkfifo "$tmp/in"
    bertfwd -t 1 -m "$1" <"$tmp/in" >"$tmp/out" &
    local pid=$!
    exec 9>"$tmp/in"
    head -c -16 "$tmp/one.msg" >&9
    until [ -s "$tmp/out" ]; do sleep 0.05; done
    awk '/^[0-9a-f]+-/ { packed = /packed$/ } /^Private_Dirty:/ { own += $2; if (packed) bad = 1 } /^Rss:/ && packed { mapped += $2 }
        END { print own, mapped + 0; exit bad }' "/proc/$pid/smaps"
    tail -c 16 "$tmp/one.msg" >&9
    exec 9>&-
    wait $pid
}

@test "bertfwd: with a packed file the weights are shared memory, and little is the process's own" {
    [ -r /proc/self/smaps ] || skip "no /proc/PID/smaps here"
    cat >"$tmp/config.json" <<'JSON'
{"architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": 30000, "hidden_size": 256,
 "num_hidden_layers": 6, "num_attention_heads": 4, "intermediate_size": 1024, "max_position_embeddings": 64}
JSON
    { printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' a b; seq 29993; } >"$tmp/vocab.txt"
    bertinit -c "$tmp/config.json" -v "$tmp/vocab.txt" --labels O,X -o "$tmp/big" 2>/dev/null
    echo 'a b' | text2msg | wptok -m "$tmp/big" >"$tmp/one.msg"
    read -r before none < <(memory_of "$tmp/big")
    bertfwd --pack -m "$tmp/big"
    read -r after mapped < <(memory_of "$tmp/big")
    size=$(($(stat -c %s "$tmp/big"/model.fp32.*.packed) / 1024)) # 19 MB of matrices, and as many again of words
    echo "own: $before KiB, with a packed file of $size KiB: $after KiB"
    [ "$none" -eq 0 ]
    [ "$mapped" -ge $((size - 64)) ]
    [ $((before - after)) -ge $((size * 9 / 10)) ]
    [ -n "${SANITIZE:-}" ] || [ "$after" -lt 6000 ]
}
