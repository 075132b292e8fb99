#!/usr/bin/env bash
# experiment-table.sh: prints the results of experiment.mk as a table: mean and standard deviation over the seeds.
set -euo pipefail
usage='usage: experiment-table.sh [-o DIR] RESULT.json...

Prints a table with a line for each combination of model and options: F1 on the development and on the test set, as mean and
standard deviation over the seeds, and the run that is best on the development set, with its test score. The best combination
comes first.

  -o, --output DIR  write DIR/table.txt, DIR/table.tsv, DIR/results.tsv (a line for each run) and, if gnuplot is
                    installed, DIR/table.svg
  -h, --help        this text
'
tools=none
# shellcheck source=pipelines/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

out=''
option() {              # NAME VALUE
    case $1 in
        output) out=$2 ;;
    esac
}
read_options "$@"
set -- "${operands[@]}"
[ $# -ge 1 ] || misused "which results?"
command -v jq >/dev/null || fail "jq is not in PATH; on Debian: apt-get install jq"
for file in "$@"; do readable "$file"; done
work_in "${out:-${TMPDIR:-/tmp}}"

columns=(model variant epochs batch rate seed best dev_precision dev_recall dev_f1 dev_accuracy test_precision test_recall
    test_f1 test_accuracy version commit)
{
    (IFS=$'\t'; echo "${columns[*]}")
    jq -r '[.model, .variant, .epochs, .batch, .rate, .seed, .best, (.dev, .test
        | .overall_precision, .overall_recall, .overall_f1, .overall_accuracy), .provenance.version, .provenance.commit // "-"]
        | @tsv' "$@" | LC_ALL=C sort -t $'\t' -k1,1 -k2,2 -k3,3n -k4,4n -k5,5g -k6,6n
} >"$work/results.tsv"

# Two passes over the numbers, so that numbers that are close together keep their digits.
awk -F'\t' -v OFS='\t' '
    function deviation(values, n, mean,    i, sum) {
        for (i = 1; i <= n; i++)
            sum += (values[i] - mean) ^ 2
        return n > 1 ? sprintf("%.4f", sqrt(sum / (n - 1))) : "-"
    }
    function summary(key,    i, n, dev, test, d, t, best) {
        n = runs[key]
        best = 1
        for (i = 1; i <= n; i++) {
            d[i] = devs[key, i]; t[i] = tests[key, i]
            dev += d[i]; test += t[i]
            if (d[i] > d[best])
                best = i
        }
        dev /= n; test /= n
        return n OFS sprintf("%.4f", dev) OFS deviation(d, n, dev) OFS sprintf("%.4f", test) OFS deviation(t, n, test) OFS \
            seeds[key, best] OFS sprintf("%.4f", d[best]) OFS sprintf("%.4f", t[best])
    }
    NR > 1 {
        key = $1 OFS $2 OFS $3 OFS $4 OFS $5
        if (!(key in runs))
            keys[++n_keys] = key
        n = ++runs[key]
        devs[key, n] = $10; tests[key, n] = $14; seeds[key, n] = $6
    }
    END {
        for (k = 1; k <= n_keys; k++)
            print keys[k], summary(keys[k])
    }' "$work/results.tsv" | LC_ALL=C sort -s -t $'\t' -k7,7gr >"$work/rows"
{
    printf '%s\t' model variant epochs batch rate seeds dev_f1 dev_sd test_f1 test_sd best_seed best_dev_f1
    echo best_test_f1
    cat "$work/rows"
} >"$work/table.tsv"

{
    awk -F'\t' -v OFS='\t' '
        NR == 1 { print "model", "variant", "epochs", "batch", "rate", "seeds", "dev F1", "test F1", "best by dev: seed", "dev F1", "test F1"; next }
        { print $1, $2, $3, $4, $5, $6, $7 " ± " $8, $9 " ± " $10, $11, $12, $13 }' "$work/table.tsv" | sed 's/ ± -//g' >"$work/shown"
    awk -F'\t' '
        NR == FNR { for (i = 1; i <= NF; i++) if (length($i) > width[i]) width[i] = length($i); next }
        {
            line = ""
            for (i = 1; i <= NF; i++)
                line = line (i > 1 ? "  " : "") (i <= 2 ? $i sprintf("%*s", width[i] - length($i), "") : sprintf("%*s", width[i] - length($i), "") $i)
            print line
        }' "$work/shown" "$work/shown"
    echo
    awk -F'\t' 'NR > 1 && (best == "" || $10 > most) { most = $10; best = $1 "_" $2 "_e" $3 "_b" $4 "_lr" $5 "_s" $6 " (" $7 ")"; test = $14 }
        END { printf "Best by dev of all: %s, dev F1 %.4f, test F1 %.4f\n", best, most, test }' "$work/results.tsv"
    awk -F'\t' 'NR > 1 { n[$16 " " $17]++ } END { for (made in n) { split(made, part, " ")
            print "Made with tagpipe " part[1] (part[2] == "-" ? "" : ", commit " substr(made, length(part[1]) + 2)) ": " n[made] " runs" } }' "$work/results.tsv" | LC_ALL=C sort
} >"$work/table.txt"

if [ -z "$out" ]; then
    cat "$work/table.txt"
    exit 0
fi
if command -v gnuplot >/dev/null; then
    "$here/plot.sh" -g -o "$work/table.svg" "$work/table.tsv"
    mv "$work/table.svg" "$out/"
else
    tell "no plot, because gnuplot is not installed"
fi
mv "$work/results.tsv" "$work/table.tsv" "$out/"
mv "$work/table.txt" "$out/"            # last, because it is the target of make
