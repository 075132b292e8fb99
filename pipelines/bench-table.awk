# bench-table.awk: prints the rows of bench.sh for people.
NR == 1 { sub(/^# /, ""); machine = $0; next }
NR == 2 { next }
{
    if (!($13 in seen)) { seen[$13] = 1; commits = commits (commits == "" ? "" : ", ") $13 }
    if (first == "" || $14 < first) first = $14
    if ($14 > last) last = $14
    if ($12 < least || least == "") least = $12
    if ($12 > most) most = $12
    line[++n] = $0
}
END {
    printf "tagpipe %s; %s%s; %s; medians of %s%s rounds\n\n", commits, first, (last != first ? " to " last : ""), machine, least,
        (most > least ? " to " most : "")
    form = "%-46s %-9s %8s  %-17s %8s %7s %7s %6s %6s  %s\n"
    printf form, "work", "unit", "tagpipe", "peer", "figure", "ratio", "goal", "share", "goal", "met"
    for (i = 1; i <= n; i++) {
        split(line[i], c, "\t")
        for (j = 1; j <= 14; j++) if (c[j] == "-") c[j] = ""
        if (sub(/^x/, "", c[8])) c[8] = c[8] "x"; sub(/^</, "<= ", c[8]); sub(/^>/, ">= ", c[8])
        printf form, c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11]
    }
}
