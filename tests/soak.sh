#!/usr/bin/env bash
# soak.sh: the long trials, for hours of a machine: each script in tests/soak is a section. `make soak` runs all of them,
# `make soak ONLY='faults kills'` some. The last line of each section has its figures; exit 1 if one fell short.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
failed=0
for script in tests/soak/*.sh; do
    name=$(basename "$script" .sh)
    if [ -n "${ONLY:-}" ] && [[ " $ONLY " != *" $name "* ]]; then continue; fi
    echo "== $name"
    began=$SECONDS
    "$script" || failed=1
    echo "== $name: $((SECONDS - began)) s"
done
exit "$failed"
