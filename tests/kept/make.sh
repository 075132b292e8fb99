#!/usr/bin/env bash
# make.sh DIR: what this version writes, kept for later ones (msgstream(5), COMPATIBILITY): tests/kept/VERSION.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export BUILD=${BUILD:-$PWD/build} OMP_NUM_THREADS=1
PATH=$BUILD:$PATH
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
tests/fuzz/seeds.sh "$tmp/d"
mkdir -p "$1"
cp "$tmp/d/entities.msg" "$1/stream.msg"
msg2json --header --trailer "$1/stream.msg" >"$1/stream.jsonl"
mkbatch -b 1 "$tmp/d/aligned.msg" >"$1/batches.msg"
trainstep -m "$tmp/d/model/bert" -o "$1/model" --lr 1e-3 --stop-after 1 "$1/batches.msg" >/dev/null
cp -r "$1/model" "$tmp/model"
trainstep -m "$tmp/model" --lr 1e-3 "$1/batches.msg" | msg2json --fields step,loss >"$1/next.jsonl"
