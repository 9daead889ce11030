#!/usr/bin/env bash
# A page that tells who came in one group takes nobody away from another, whatever it knows of
# the others; and one that tells the whole walk still does.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

came() {
    walker walk show "$walk" --json |
        jq -r '[.attendance[]? | "\(.group // "-")\(.role)\(.n)"] | sort | join(" ")'
}
records() { sql "$walker_data" "SELECT count(*) FROM record WHERE kind = 'walk.attend'"; }

walk=$(walker walk new --title 'Vestbyen')
walker walk begin "$walk" >/dev/null
walker walk attend "$walk" resident=1@A council=12@B police=1 >/dev/null
start_walker
url=$walker_url/api/v1/walks/$walk/attendance
before=$(records)
send PUT "$url" '{"group":"A","counts":[{"role":"resident","n":2}]}'
is "$code $(came)" '200 -police1 Aresident2 Bcouncil12' 'one group is told, the others stay'
is "$(records)" $((before + 1)) 'in one record'
is "$(field '.attendance | length')" 3 'and the answer has them all'
send PUT "$url" '{"group":"","counts":[{"role":"police","n":2},{"role":"ssp","n":1,"group":"B"}]}'
is "$code $(came)" '200 -police2 -ssp1 Aresident2 Bcouncil12' \
    'so is who walks in none, whatever group a count names'
send PUT "$url" '{"group":"B","counts":[]}'
is "$code $(came)" '200 -police2 -ssp1 Aresident2' 'a group can be emptied'
refuses 400 walk.bad_attendance 'a name is no role there either' PUT "$url" \
    -H 'Content-Type: application/json' -d '{"group":"A","counts":[{"role":"Jens","n":1}]}'
refuses 400 field.too_long 'and a sentence no group' PUT "$url" \
    -H 'Content-Type: application/json' -d '{"group":"All of them","counts":[]}'
send PUT "$url" '{"counts":[{"role":"resident","n":3}]}'
is "$code $(came)" '200 -resident3' 'without a group it is the whole walk'
finish
