# What every .bats file starts with: `load common`. The tools under test come first in PATH; `tmp` is a folder of its own.
bats_require_minimum_version 1.5.0
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=${BUILD:-$ROOT/build}
case $BUILD in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac
PATH=$BUILD:$PATH
SHARED=${SHARED:-$ROOT/../shared}
tmp=$BATS_TEST_TMPDIR
export LC_ALL=C.UTF-8
