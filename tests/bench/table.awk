# table.awk: samples "JOB METRIC WHO ROUND VALUE" to a table, one line a job and metric.
#
# Who is "ours" is compared with every other: a ratio is formed in each round, of two
# figures that were taken next to each other, and the median of those ratios is shown.
# AIMS, one a line "JOB METRIC PEER SIGN VALUE" (PEER - for ours alone), says what is
# aimed at; "missed" is said aloud and is no failure.

function median(list, n,    i, j, t) {
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
            t = list[j]; list[j] = list[j - 1]; list[j - 1] = t
        }
    low = list[1]; high = list[n]
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}
function short(x) {
    return sprintf(x >= 100 ? "%.0f" : x >= 10 ? "%.1f" : "%.2f", x)
}
function verdict(key, x,    part) {
    if (!(key in aim))
        return ""
    split(aim[key], part, " ")
    return sprintf("%s %s: %s", part[1] == "<=" ? "at most" : "at least", part[2],
        (part[1] == "<=" ? x <= part[2] : x >= part[2]) ? "met" : "missed")
}
function figures(line, who,    n, i, list) {
    n = 0
    for (i in rounds)
        if ((line, who, i) in value)
            list[++n] = value[line, who, i]
    middle = median(list, n)
    return n == 1 ? short(middle) : sprintf("%s (%s..%s)", short(middle), short(low), short(high))
}
function ratio(line, who,    n, i, list) {
    n = 0
    for (i in rounds)
        if ((line, who, i) in value && (line, "ours", i) in value && value[line, who, i] > 0)
            list[++n] = value[line, "ours", i] / value[line, who, i]
    if (n == 0)
        return ""
    middle = median(list, n)
    return sprintf("%.2f", middle)
}

FILENAME == ARGV[1] { aim[$1 " " $2 " " $3] = $4 " " $5; next }
NF == 5 {
    line = $1 " " $2
    if (!(line in seen)) { seen[line]; lines[++count] = line }
    if (!((line, $3) in known)) { known[line, $3]; people[line] = people[line] " " $3 }
    value[line, $3, $4] = $5
    rounds[$4]
}
END {
    print "| job | figure | who | median (min..max) | ours/peer | aim |"
    print "|---|---|---|---|---|---|"
    for (i = 1; i <= count; i++) {
        line = lines[i]
        split(line, name, " ")
        n = split(people[line], who, " ")
        for (j = 1; j <= n; j++) {
            shown = figures(line, who[j])
            if (who[j] == "ours") {
                r = ""
                said = verdict(line " -", middle)
            } else {
                r = ratio(line, who[j])
                said = verdict(line " " who[j], middle)
            }
            printf "| %s | %s | %s | %s | %s | %s |\n", name[1], name[2], who[j], shown, r, said
        }
    }
}
