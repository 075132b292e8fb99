#!/usr/bin/env bats
# The corpus and the model of the demo: the promises of the README, and that the demo runs from end to end.

setup() { load ../support/common; export TAGPIPE_BIN=$BUILD; }
corpus() { "$ROOT/pipelines/demo-corpus.sh" "$@"; }

@test "corpus: at least 1500 training and 300 test sentences over four entity types" {
    corpus "$tmp"
    [ "$(grep -c '^$' "$tmp/train.txt")" -ge 1500 ]
    [ "$(grep -c '^$' "$tmp/dev.txt")" -ge 300 ]
    [ "$(grep -c '^$' "$tmp/test.txt")" -ge 300 ]
    for split in train dev test; do
        run -0 awk 'NF { print $2 }' "$tmp/$split.txt"
        [ "$(sort -u <<<"$output" | tr '\n' ' ')" = "B-LOC B-MISC B-ORG B-PER I-LOC I-MISC I-ORG I-PER O " ]
    done
}

# The words of each entity, joined, with its type.
entities() { awk '/ B-/ { if (e) print e; e = substr($2, 3) " " $1; next } / I-/ { e = e "_" $1; next } { if (e) print e; e = "" }' "$1"; }
@test "corpus: more than 80 % of the test's entities do not occur in training, as the summary says" {
    corpus "$tmp" >"$tmp/summary"
    entities "$tmp/train.txt" | sort -u >"$tmp/seen"
    entities "$tmp/test.txt" >"$tmp/test"
    share=$(awk 'NR == FNR { seen[$0]; next } { n++; unseen += !($0 in seen) } END { printf "%.1f", 100 * unseen / n }' "$tmp/seen" "$tmp/test")
    grep "^test .* $share % of them not in train.txt" "$tmp/summary"
    [ "${share%.*}" -ge 80 ]
}

@test "corpus: every row has a token and a tag, and the tags are proper IOB2" {
    corpus "$tmp"
    for split in train dev test; do
        awk 'NF && NF != 2 { exit 1 }' "$tmp/$split.txt"
        awk '$2 ~ /^I-/ && substr($2, 3) != substr(last, 3) { exit 1 } { last = $2 }' "$tmp/$split.txt"
    done
}

@test "corpus: similar names have several types, so that only the context shows the type" {
    corpus "$tmp"
    for ending in ton a en; do
        run -0 awk -v e="$ending\$" '$1 ~ e && $2 ~ /^B-/ { n[$2]++ } END { for (t in n) if (n[t] >= 5) types++; print types }' "$tmp/train.txt"
        [ "$output" -ge 3 ]
    done
}

@test "corpus: the same seed gives the same bytes, in any awk; another seed does not" {
    corpus "$tmp/a" && corpus "$tmp/b" && corpus -s 2 "$tmp/c"
    cmp "$tmp/a/train.txt" "$tmp/b/train.txt"
    run ! cmp -s "$tmp/a/train.txt" "$tmp/c/train.txt"
    for awk in mawk gawk original-awk; do
        command -v $awk >/dev/null || continue
        mkdir "$tmp/$awk"
        LC_ALL=C out=$tmp/$awk $awk -v seed=1 -f "$ROOT/pipelines/demo-corpus.awk" "$ROOT/pipelines/demo-templates.txt" >"$tmp/said"
        cmp "$tmp/a/test.txt" "$tmp/$awk/test.txt"
    done
}

@test "corpus: a wrong command line gives one line and exit status 2, and help goes to stdout" {
    run -2 --separate-stderr corpus
    [ "$stderr" = "demo-corpus.sh: give one directory; try demo-corpus.sh -h" ]
    run -2 --separate-stderr corpus -s x "$tmp"
    [[ $stderr = *"the seed 'x' is not a number"* ]]
    run -0 --separate-stderr corpus -h
    [[ $output = "usage: demo-corpus.sh"* ]] && [ -z "$stderr" ]
}

@test "model: the vocabulary has every character, no piece twice, and the size that config.json says" {
    printf 'Zürich B-LOC\nis O\n\nis O\n' >"$tmp/t.txt"
    "$ROOT/pipelines/demo-model.sh" "$tmp/t.txt" "$tmp/m"
    [ "$(sort "$tmp/m/vocab.txt" | uniq -d)" = "" ]
    [ "$(head -n 5 "$tmp/m/vocab.txt" | tr '\n' ' ')" = "[PAD] [UNK] [CLS] [SEP] [MASK] " ]
    grep -qx 'ü' "$tmp/m/vocab.txt"
    grep -qx '##ü' "$tmp/m/vocab.txt"
    grep -q "\"vocab_size\": $(wc -l <"$tmp/m/vocab.txt")\$" "$tmp/m/config.json"
}

@test "model: no word of the corpus is unknown to its vocabulary" {
    corpus "$tmp"
    "$ROOT/pipelines/demo-model.sh" "$tmp/train.txt" "$tmp/m"
    [ "$(sed -n 2p "$tmp/m/vocab.txt")" = "[UNK]" ]
    for split in train test; do
        conll2msg "$tmp/$split.txt" | wptok -m "$tmp/m" | msg2json -f input_ids >"$tmp/ids"
        run ! grep -E '[[,]1[],]' "$tmp/ids"
    done
}

@test "demo: corpus, training, scores, tagged sentences, and what to type next; all files are in its directory" {
    mkdir "$tmp/here" && cd "$tmp/here"
    run -0 --separate-stderr env PATH=/usr/bin:/bin TAGPIPE_BIN="$BUILD" "$ROOT/pipelines/demo.sh" -e 1 out
    [[ $output = *"epoch  1  loss "*"  dev: precision "* ]]
    [[ $output = *"What to type next"* ]]
    [ "$(ls -A)" = out ]
    [ -z "$(find out -name '.*' ! -name . -o -name '*.new' | head -n 1)" ]
    [ -e out/run/best/model.safetensors ]
    hash=$(sha256sum <out/run/best/model.safetensors)
    [[ $output == *"${hash%% *}  out/run/best/model.safetensors"* ]]
    [ -n "$(own_bits)" ] || [ "${hash%% *}" = 943e25c44bc20881a0af7016440c337888525f17e3e081ea15f360e8d30f8ef0 ]
    # what it tells to type works, and the tools by hand do what the script does
    printf '%s\n' "${lines[@]}" | sed -n '/type next/,$p' >next
    { sed -n '/^  PATH=/p; /tagpipe tag/p' next; echo 'echo ---'; sed -n '/text2msg/,/msgview/p' next; } >commands
    env PATH=/usr/bin:/bin bash -euo pipefail commands >answers
    [ "$(grep -c Talvini answers)" -ge 2 ]
    cmp <(sed '/^---/,$d' answers) <(sed '1,/^---/d' answers)
}
