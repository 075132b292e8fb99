# bench-table.awk: prints the rows of bench.sh for people.
NR == 1 { sub(/^# /, ""); machine = $0; next }
NR == 2 { next }
{
    if (!($14 in seen)) { seen[$14] = 1; commits = commits (commits == "" ? "" : ", ") $14 }
    if (first == "" || $15 < first) first = $15
    if ($15 > last) last = $15
    if ($13 < least || least == "") least = $13
    if ($13 > most) most = $13
    line[++n] = $0
}
END {
    printf "tagpipe %s; %s%s; %s; medians of %s%s rounds\n\n", commits, first, (last != first ? " to " last : ""), machine, least,
        (most > least ? " to " most : "")
    form = "%-53s %-9s %8s  %-17s %8s %7s %7s %6s %6s  %-3s  %s\n"
    printf form, "work", "unit", "tagpipe", "peer", "figure", "ratio", "goal", "share", "goal", "met", "other peers"
    for (i = 1; i <= n; i++) {
        split(line[i], c, "\t")
        for (j = 1; j <= 15; j++) if (c[j] == "-") c[j] = ""
        if (sub(/^x/, "", c[8])) c[8] = c[8] "x"; sub(/^</, "<= ", c[8]); sub(/^>/, ">= ", c[8])
        text = sprintf(form, c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11], c[12])
        sub(/ +\n$/, "\n", text)
        printf "%s", text
        met[c[11]]++
    }
    printf "\nGoals met: %d of %d.\n", met["yes"], met["yes"] + met["no"]
}
