# Each reader of outside bytes on random bytes, for a second (`make fuzz` takes longer); see tests/fuzz/fuzz.h.
load ../support/common

@test "fuzz: each reader reads one of its seeds, and no change of them crashes it; what a tool writes can be read" {
    fuzz=$BUILD/tests/fuzz/fuzz
    "$ROOT/tests/fuzz/seeds.sh" "$tmp/d"
    mapfile -t targets < <("$fuzz")
    export FUZZ FUZZ_DIR=$tmp/d ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0:allocator_may_return_null=1
    cd "$tmp"
    for FUZZ in "${targets[@]}"; do
        lives=
        for file in d/seeds/"$FUZZ"/*; do
            if "$fuzz" "$file" 2>/dev/null; then lives=y; break; fi
        done
        [ -n "$lives" ] || echo "$FUZZ: no seed is read"
        dict=()
        [ ! -e "d/dict/$FUZZ" ] || dict=(-dict="d/dict/$FUZZ")
        "$fuzz" -seed=7 -runs=60 "${dict[@]}" "d/seeds/$FUZZ" 2>&1 || true
    done >out
    grep -v " runs, 0 crashes$" out || true
    [ "$(grep -c ' runs, 0 crashes$' out)" -eq "${#targets[@]}" ]
    run ! grep -v ' runs, 0 crashes$' out

}
