# bench-row.awk: one row of bench.sh: medians of the values that the rounds put under the names `ours` and `share`, and under those
# of `peers`, PEER=NAME|..., of which the best one is shown. A ratio is computed for each round, so that a larger one is better: for
# seconds and GB it is inverted.
function median(list, n,    x, i, j, t) {
    for (i = 1; i <= n; i++) x[i] = list[i] + 0
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && x[j] < x[j - 1]; j--) { t = x[j]; x[j] = x[j - 1]; x[j - 1] = t }
    return (x[int((n + 1) / 2)] + x[int(n / 2) + 1]) / 2
}
function figure(x) { return sprintf(x < 0.1 ? "%.4f" : x < 10 ? "%.3f" : x < 1000 ? "%.1f" : "%.0f", x) }
function holds(goal, value, ratio,    limit) {
    limit = substr(goal, 2) + 0
    return goal ~ /^x/ ? (ratio == "-" ? "-" : ratio >= limit) : goal ~ /^</ ? value <= limit : value >= limit
}
$1 == ours { a[++na] = $2 }
{ value[$1, ++n[$1]] = $2 }
$1 == share { s[++ns] = $2 }
END {
    if (!na) exit
    less = unit == "s" || unit == "GB"
    ratio = peer = "-"
    others = ""
    for (p = split(peers, part, "|"); p > 0; p--) {
        name = substr(part[p], index(part[p], "=") + 1)
        if (!n[name]) continue
        for (i = 1; i <= n[name]; i++) b[i] = value[name, i]
        theirs = median(b, n[name])
        label = substr(part[p], 1, index(part[p], "=") - 1)
        if (peer == "-" || (less ? theirs < best : theirs > best)) {
            if (peer != "-") others = others (others == "" ? "" : ", ") peer " " figure(best)
            peer = label; best = theirs; from = name
        } else others = others (others == "" ? "" : ", ") label " " figure(theirs)
    }
    if (peer != "-" && n[from] == na) {
        for (i = 1; i <= na; i++) r[i] = less ? value[from, i] / a[i] : a[i] / value[from, i]
        ratio = median(r, na)
    }
    met = goal == "-" ? "-" : holds(goal, median(a, na), ratio)
    if (ns && share_goal != "-") met = median(s, ns) >= share_goal + 0 && met != "0"
    print group, work, unit, figure(median(a, na)), peer, (peer == "-" ? "-" : figure(best)),
        (ratio == "-" ? ratio : sprintf("%.2f", ratio)), goal, (ns ? sprintf("%.2f", median(s, ns)) : "-"), (ns ? share_goal : "-"),
        (met == "-" ? met : met + 0 ? "yes" : "no"), (others == "" ? "-" : others), na, commit, date
}
