load ../support/common

# The families of lib/gemm/gemm_backend.c's table, from the message that refuses another one.
families() {
    TAGPIPE_GEMM="?" "$BUILD/tests/gemm/test_gemm_int8" 2>&1 | sed -n 's/.*TAGPIPE_GEMM=?: not one of //p' | tr -d ,
}

# Whether this processor has the instructions; a new family asks its kernel.
runs_here() {
    case $1 in
        amx) grep -qw amx_bf16 /proc/cpuinfo && grep -qw amx_int8 /proc/cpuinfo ;;
        avx512bf16) grep -qw avx512_bf16 /proc/cpuinfo ;;
        avx512) grep -qw avx512f /proc/cpuinfo ;;
        avx2) grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo ;;
        openblas) ;;
        *) ! TAGPIPE_GEMM=$1 "$BUILD/tests/gemm/test_gemm" 2>&1 | grep "lacks it" ;;
    esac
}

@test "gemm: the families are those of the table" {
    case $(uname -m) in
        x86_64) [[ " $(families) " == *" avx512bf16 avx512 avx2 portable openblas "* ]] ;;
        *) [[ " $(families) " == *" portable openblas "* ]] ;;
    esac
}

@test "gemm: every backend that this processor has keeps the promise about bits" {
    cd "$ROOT"
    n=0
    for backend in $(families); do
        runs_here "$backend" || continue
        TAGPIPE_GEMM=$backend "$BUILD/tests/gemm/test_gemm" >"$tmp/out"
        grep -Eq "(backend:|in bfloat16) $backend" "$tmp/out"
        TAGPIPE_GEMM=$backend "$BUILD/tests/gemm/test_gemm_parts"
        n=$((n + 1))
    done
    [ $n -ge 1 ]
}

@test "gemm: every backend that this processor has computes the same bits in int8" {
    cd "$ROOT"
    for backend in $(families); do
        TAGPIPE_GEMM=$backend "$BUILD/tests/gemm/test_gemm_int8"
        runs_here "$backend" || continue
        TAGPIPE_GEMM=$backend bertfwd -p int8 -m tests/golden/bertfwd/model tests/golden/bertfwd/in.msg >"$tmp/$backend"
    done
    # attention and classifier in fp32 depend on the backend: there the last bits differ
    for backend in $(families); do
        [ "$backend" = openblas ] || [ ! -e "$tmp/$backend" ] || cmp "$tmp/$backend" "$tmp/avx2"
    done
    TAGPIPE_GEMM=fast run -1 "$BUILD/tests/gemm/test_gemm_int8"
    [[ $output == *"TAGPIPE_GEMM=fast: not one of "*"avx512, avx2, portable, openblas"* ]]
}

@test "gemm: an unknown backend is refused" {
    cd "$ROOT"
    TAGPIPE_GEMM=fast run -1 "$BUILD/tests/gemm/test_gemm"
    [[ $output == *"TAGPIPE_GEMM=fast: not one of "*"avx512, avx2, portable, openblas"* ]]
}
