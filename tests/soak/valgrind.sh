#!/usr/bin/env bash
# valgrind.sh: unit tests, and each command line of faults.sh on its small input, under valgrind: reads of memory that nobody has
# written, which the sanitizers do not see, and leaks of tools. Valgrind knows no AVX-512, so the kernels are those for AVX2.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
export BUILD=${BUILD:-$PWD/build} OMP_NUM_THREADS=2 OPENBLAS_NUM_THREADS=1 JOBS=${JOBS:-$(nproc)}
command -v valgrind >/dev/null || { echo "valgrind: not here: not run"; exit 0; }
# Left out: what takes minutes there; test_memory, whose pages the system clears (MADV_DONTNEED), which valgrind does not know.
slow='test_gemm test_gemm_amx test_gemm_int8 test_engine test_engine_int8 test_reference test_attention test_trainer test_pickle
    test_torchfile test_unicode test_score test_ops test_packed test_memory'
tests=()
for file in tests/*/test_*.c; do
    name=$(basename "$file" .c)
    [[ " ${slow//$'\n'/ } " = *" $name "* ]] || tests+=("$name")
done
failed=0
# The tests' own memory is the sanitizers' matter (deaths by longjmp leave it).
UNDER='valgrind -q --error-exitcode=99 --leak-check=no' tests/run.sh "${tests[@]}" || failed=1
tests/soak/faults.sh -v || failed=1
exit "$failed"
