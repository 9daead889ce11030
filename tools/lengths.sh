#!/bin/sh
# lengths.sh: lists files over 500 lines and functions over 60, longest first, and says
# how long the middle one is. Only prints; what to do about it is the author's decision.
set -eu
cd "$(dirname "$0")/.."

sources() {
    find core sync lists walker registry tools tests assets -type f \
        \( -name '*.c' -o -name '*.h' -o -name '*.js' -o -name '*.mjs' -o -name '*.sh' \)
}

echo 'Files over 500 lines:'
sources | xargs wc -l | awk '$2 != "total" && $1 > 500 { print "  " $1, $2 }' | sort -rn

# shellcheck disable=SC2016
# A function's body stands between a "{" and a "}" alone in the first column; its name is
# the last word before "(" on the line above that begins in the first column.
sources | grep '\.c$' | xargs awk '
    FNR == 1 { inside = 0 }
    /^[a-z].*\(/ && !inside {
        name = $0
        sub(/\(.*/, "", name)
        sub(/.*[ *]/, "", name)
    }
    /^{/ { inside = 1; first = FNR }
    /^}/ && inside { inside = 0; print FNR - first + 1, FILENAME ":" first, name }
' | sort -rn | awk '
    NR == 1 { print "Functions over 60 lines:" }
    $1 > 60 { print "  " $0 }
    { size[NR] = $1 }
    END { if (NR) print NR " functions, the middle one " size[int((NR + 1) / 2)] " lines" }'
