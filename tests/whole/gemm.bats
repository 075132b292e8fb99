load ../support/common

@test "gemm: every backend that this processor has keeps the promise about bits" {
    cd "$ROOT"
    n=0
    for backend in avx512 avx2 openblas; do
        case $backend in
            avx512) grep -qw avx512f /proc/cpuinfo || continue ;;
            avx2) grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo || continue ;;
        esac
        TAGPIPE_GEMM=$backend "$BUILD/tests/gemm/test_gemm" >"$tmp/out"
        grep -q "backend: $backend" "$tmp/out"
        n=$((n + 1))
    done
    [ $n -ge 1 ]
}

@test "gemm: every backend that this processor has computes the same bits in int8" {
    cd "$ROOT"
    for backend in avx512 avx2 openblas; do
        TAGPIPE_GEMM=$backend "$BUILD/tests/gemm/test_gemm_int8"
        case $backend in
            avx512) grep -qw avx512f /proc/cpuinfo || continue ;;
            avx2) grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo || continue ;;
        esac
        TAGPIPE_GEMM=$backend bertfwd -p int8 -m tests/golden/bertfwd/model tests/golden/bertfwd/in.msg >"$tmp/$backend"
    done
    # attention and classifier in fp32 depend on the backend: there the last bits differ
    for backend in avx512 avx2; do
        [ ! -e "$tmp/$backend" ] || cmp "$tmp/$backend" "$tmp/avx2"
    done
    TAGPIPE_GEMM=fast run -1 "$BUILD/tests/gemm/test_gemm_int8"
    [[ $output == *"TAGPIPE_GEMM=fast: not one of avx512, avx2, openblas"* ]]
}

@test "gemm: an unknown backend is refused" {
    cd "$ROOT"
    TAGPIPE_GEMM=fast run -1 "$BUILD/tests/gemm/test_gemm"
    [[ $output == *"TAGPIPE_GEMM=fast: not one of avx512, avx2, openblas"* ]]
}
