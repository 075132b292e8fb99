# What a tool does when memory or the disk fails, by samples; `make soak ONLY=faults` tries every call.
load ../support/common

# The sanitizers have an allocator of their own, and glibc's names are called.
setup() {
    [ -z "${SANITIZE:-}" ] || skip "the sanitizers have their own malloc"
    [ "$(uname -s)" = Linux ] && ldd --version 2>&1 | grep -qiE 'glibc|gnu' || skip "needs glibc"
    ! ldd "$(command -v bertfwd)" | grep libomp >/dev/null || skip "clang's libomp ends the process by itself"
}

@test "faults: a call that fails ends in the right result, or in one line and exit 1, with old files or new ones" {
    run -0 "$ROOT/tests/soak/faults.sh" -s 1
    [[ ${lines[-1]} = *" 0 fell short" ]]
}

@test "faults: without memory for its environment a tool does not execute itself for ever" {
    cc -O1 -DFAULTS -shared -fPIC -o "$tmp/faults.so" "$ROOT/tests/support/faults.c" -ldl
    cd "$tmp"
    for tool in "bertfwd -m x" "trainstep -m x" "seqeval --bootstrap 10"; do
        for n in {1..12}; do
            status=0
            env -u GOMP_SPINCOUNT -u KMP_BLOCKTIME FAULT="alloc $n" LD_PRELOAD="$tmp/faults.so" timeout 5 $tool \
                </dev/null >out 2>err || status=$?
            [ "$status" -eq 1 ]
        done
    done
}

@test "faults: a signal that comes while a temporary file is created removes it" {
    cc -O1 -DFAULTS -shared -fPIC -o "$tmp/faults.so" "$ROOT/tests/support/faults.c" -ldl
    cp -r "$ROOT/tests/golden/bertfwd/model" "$tmp/model"
    chmod -R u+w "$tmp/model"
    for threads in 1 2; do
        for signal in 2 15; do
            status=0
            env FAULT="create $signal" LD_PRELOAD="$tmp/faults.so" bertfwd --pack -m "$tmp/model" -t $threads || status=$?
            [ "$status" -eq $((128 + signal)) ]
            [ -z "$(find "$tmp/model" -name '*tagpipe-*')" ]
        done
    done
}
