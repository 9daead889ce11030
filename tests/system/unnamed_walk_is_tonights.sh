#!/usr/bin/env bash
# Where no walk is named it is the one under way, else the one of last night or tonight, and
# the verb says which; next week's is never taken, however many are planned.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

make_photo "$tmp/a.jpg" 'one of an evening'
make_photo "$tmp/b.jpg" 'another'
from_now() { date -u -d "$1" +%Y-%m-%dT%H:%M:%SZ; }
plan() { walker walk new --title "$1" --start "$(from_now "$2")" | tail -n 1; }
walk_of() { sql "$walker_data" "SELECT w.title FROM walk w JOIN observation o ON o.walk = w.id WHERE o.id = '$1'"; }
adds_to() { # TITLE CLAIM
    run walker add --category BEL01
    is "$status $(walk_of "$(tail -n 1 <<<"$out")")" "0 $1" "$2"
}

plan 'Next week' '7 days' >/dev/null
plan 'In a year' '365 days' >/dev/null
complains 1 'walk list' 'with next week and next year alone, there is none to add to' \
    walker add --category BEL01
run walker import "$tmp/a.jpg"
day=$(TZ=Europe/Copenhagen date +%d-%m-%Y)
is "$(walker walk list --json | jq -r '.[] | select(.points > 0) | .title')" \
    "Photos brought in $day" 'photos get a walk of their own'
like "$err" "Photos brought in $day" 'and import says so'
run walker import "$tmp/b.jpg" --json
is "$(walker walk list --json | jq 'length'),$(jq length <<<"$out")" 3,1 'which the next import of that day finds'
sql "$walker_data" "UPDATE walk SET starts_ms = starts_ms - 2 * 86400000 WHERE title LIKE 'Photos%'" >/dev/null

early=$(plan 'Tonight' '5 hours')
adds_to Tonight 'before it begins, tonight is meant'
like "$err" 'Tonight' 'and the verb says which walk it took'
is "$(LYGTE_LANG=da walker add --category BEL01 2>&1 >/dev/null | grep -c 'ikke nævnt.*Tonight')" 1 'in Danish too'
run walker add --walk "$early" --category BEL01
is "$err" '' 'of one that is named it says nothing'
walker walk begin "$early" >/dev/null
plan 'This very minute' '1 minute' >/dev/null
adds_to Tonight 'one under way goes before the nearest plan'
walker walk end "$early" >/dev/null
sql "$walker_data" "DELETE FROM walk WHERE title = 'This very minute'" >/dev/null
adds_to Tonight 'when it has ended it is still the evening that is meant'
sql "$walker_data" "UPDATE walk SET ended_ms = ended_ms - 2 * 86400000" >/dev/null
complains 1 'walk list' 'two days later it is not' walker add --category BEL01
finish
