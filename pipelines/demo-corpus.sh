#!/usr/bin/env bash
# demo-corpus.sh: makes a small corpus with four types of entities, from demo-templates.txt and made-up names.
set -euo pipefail
usage='usage: demo-corpus.sh [-s SEED] DIR

Writes DIR/train.txt, DIR/dev.txt and DIR/test.txt: one token and its tag a line (IOB2: PER ORG LOC MISC), an empty line
after each sentence. The same seed gives the same bytes. Prints the sizes, and the share of new entities in dev and test.

  -s, --seed SEED  seed of the random choices (1)
  -h, --help       this text
'
tools=none
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

seed=1
option() {              # NAME VALUE
    case $1 in
        seed) seed=$2 ;;
    esac
}
read_options "$@"
set -- "${operands[@]}"
[ $# -eq 1 ] || misused "give one directory"
[[ $seed =~ ^[0-9]{1,9}$ ]] || misused "the seed '$seed' is not a number of up to nine digits"
out=$1
make_folder "$out"
work_in "$out"

LC_ALL=C out=$work awk -v seed="$seed" -f "$here/demo-corpus.awk" "$here/demo-templates.txt" >"$work/summary"
for split in train dev test; do
    mv "$work/$split.txt" "$out/$split.txt"
done
cat "$work/summary"
