#!/usr/bin/env bash
# What the desk sees of an evening: a plan with its route comes out to the tablet, the n of
# n comes home with the closing, verdicts stand on the case and move nothing, and two
# cases can be joined and parted, from the desk and by the verb.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry || exit 1
pair
login koordinator coordinator
desk() { send "$1" "$registry_url/api/v1/$2" "${3:-}" -H "Cookie: $cookie" "${@:4}"; }

desk POST walks '{"title":"Vestbyen","area":"Vestbyen","starts":"2026-11-20T18:00:00Z",
    "route":[[57.04,9.97],[57.042,9.973]],"groups":[{"letter":"A","leader_role":"council"}]}'
is "$code $(field '.route[0][0]')" '201 570400000' 'a walk is planned with its route and groups'
walk=$(field .id)
desk PATCH "walks/$walk" '{"weather":"frost"}'
is "$(field .weather)" frost 'and edited'
desk PATCH "walks/$walk" '{"groups":[{"letter":"A","leader_role":"Jens Hansen"}]}'
is "$code $(field .key)" '400 walk.bad_groups' 'a name is no role'
walker sync >/dev/null
is "$(walker walk show "$walk" --json | jq -r .weather)" frost 'the tablet has it all'

walker walk begin "$walk" >/dev/null
one=$(walker add --walk "$walk" --category BEL01 --at 57.0401,9.9701)
two=$(walker add --walk "$walk" --category BEL01 --at 57.0402,9.9702)
walker walk close "$walk" >/dev/null
walker add --walk "$walk" --category REN01 >/dev/null
walker verdict --walk "$walk" "$one" worse >/dev/null
walker sync >/dev/null
desk GET "walks/$walk"
is "$(field '[.closing | .complete, .points, .points_here, .later] | join(" ")')" 'true 2 2 1' \
    'the desk has the n of n, and what came after closing'

desk GET "issues?walk=$walk"
is "$(field '.issues | length')" 3 'three cases'
first=$(field ".issues[] | select(.observation.id == \"$one\") | .number")
other=$(field ".issues[] | select(.observation.id == \"$two\") | .number")
is "$(field ".issues[] | select(.number == \"$first\") | \"\(.state) \(.verdicts[0].verdict)\"")" \
    'open worse' 'a verdict stands on the case and moves nothing'
desk POST "issues/$first/merge" "{\"joined\":\"$other\"}"
merge=$(field .merge)
is "$code" 201 'two cases are joined'
desk GET "issues?walk=$walk"
is "$(field '.issues | length')" 2 'one is shown for both'
is "$(field ".issues[] | select(.number == \"$first\") | .merged.joined | length")" 1 \
    'it says which one joined'
desk GET "issues/$other"
is "$(field '.merged.into != null')" true 'the other says into which'
refuses 409 issue.merged_already 'twice is once' POST "$registry_url/api/v1/issues/$first/merge" \
    -H 'Content-Type: application/json' -H "Cookie: $cookie" -d "{\"joined\":\"$other\"}"
run registry list --walk "$walk" --format geojson
is "$(jq '.features | length' <<<"$out")" 2 'lists have it once'
desk DELETE "merges/$merge"
is "$code" 204 'they are parted'
run registry merge "$other" "$first"
is "$status" 0 'and joined the other way by the verb'
run registry merge --undo "${out: -12}"
is "$status" 0 'undone by naming the join'
desk GET "issues?walk=$walk"
is "$(field '.issues | length')" 3 'all three are there'
run registry doctor --rebuild
is "$status" 0 'it all folds to the same again'
finish
