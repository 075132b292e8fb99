#!/usr/bin/env bash
# pictures.sh: what a user sees, as PNG files in BUILD/pictures: pages of msgview, curves, a confusion matrix. Made from the demo's run
# (make demo), by chromium and gnuplot. With -u it also updates the picture of the README, man/msgview.png.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${BUILD:-$root/build}
PATH=$build:$PATH
export TAGPIPE_BIN=$build LC_ALL=C.UTF-8
demo=$build/demo out=$build/pictures
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$chromium" ] || { echo "pictures.sh: chromium is not in PATH; on Debian: apt-get install chromium" >&2; exit 1; }
[ -e "$demo/test.tagged.msg" ] || { echo "pictures.sh: there is no $demo/test.tagged.msg; run make demo first" >&2; exit 1; }
mkdir -p "$out"
work=$(mktemp -d "${TMPDIR:-/tmp}/tagpipe.XXXXXX")
trap 'rm -rf "$work"' EXIT

shot() {                # NAME WIDTH HEIGHT [OPTION...]: of $work/page.html
    timeout 120 "$chromium" --headless=new --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --run-all-compositor-stages-before-draw \
        --user-data-dir="$work/profile" --window-size="$2,$3" --screenshot="$out/$1.png" "${@:4}" "file://$work/page.html" \
        2>"$work/chromium.err" || { cat "$work/chromium.err" >&2; exit 1; }
}
page() { msgview --html "$@" >"$work/page.html"; }

page "$demo/test.tagged.msg"
shot page 1000 600
shot page-dark 1000 620 --blink-settings=preferredColorScheme=0
shot page-narrow 500 900
page --sort score -n 20 "$demo/test.tagged.msg"
shot least-sure 1000 620
printf '%s\n' '王小明 B-PER B-PER' '在 O O' '北京大学 B-ORG B-LOC' '学习 O O' 'Python O O' '， O O' '2019 O O' '年 O O' '去 O O' '了 O O' \
    '上海 B-LOC B-LOC' '。 O O' '' 'وصل O O' 'محمد B-PER B-PER' 'صلاح I-PER O' 'إلى O O' 'لندن B-LOC B-LOC' '. O O' |
    conll2msg -c 1=tokens,2=ner_tags,3=pred | page --title 'Scripts'
shot scripts 1000 480
seq 1 30 | awk '{ print "word O"; print "entity B-Type" $1; if ($1 % 5 == 0) print "" }' | conll2msg | page --title '30 types'
shot types 1000 620
if command -v gnuplot >/dev/null; then
    "$root/pipelines/plot.sh" -o "$out/runs.png" "$demo/run"
    seqeval --tsv "$demo/test.tagged.msg" >"$work/confusion.tsv"
    "$root/pipelines/plot.sh" -c -o "$out/confusion.png" "$work/confusion.tsv"
fi
[ "${1:-}" != -u ] || cp "$out/page.png" "$root/man/msgview.png"
ls "$out"
