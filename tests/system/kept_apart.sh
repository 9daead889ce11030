#!/usr/bin/env bash
# What only the police may read is in no list of others: not while tablets contradict each
# other about it, not when a case was given to a department before. What was covered or
# erased stays so through a restore, and a closed walk is whole also without what went on
# purpose.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

secret='fire ord ingen venter'
registry police key --make "$tmp/police.key" >/dev/null <<<"$secret"
for n in 1 2 3; do make_photo "$tmp/$n.jpg" "ansigt-$n"; done
walk=$(walker walk new --title 'Aften' | tail -n 1)
start_registry
pair
walker add --walk "$walk" --category OPH08 --police-only --note 'forseglet' >/dev/null
start_walker
at=$walker_url/api/v1/observations point=$(new_id)
send PUT "$at/$point" "{\"walk\":\"$walk\",\"category\":\"BEL01\"}"
seen=$(field .seen)
send PATCH "$at/$point" "{\"op\":\"$(new_id)\",\"seen\":$seen,\"category\":\"OPH08\",\"note\":\"NAVN-1\"}"
send PATCH "$at/$point" "{\"op\":\"$(new_id)\",\"seen\":$seen,\"category\":\"BEL02\"}"
lamp=$(walker add --walk "$walk" --category BEL03 --note 'lampe' | tail -n 1)
walker sync >/dev/null
login koordinator coordinator; coordinator=$cookie
login besoeg viewer; viewer=$cookie
login lys department LYS; department=$cookie
desk=$coordinator
set_case() { # POINT JSON
    case_of "$1"
    send PATCH "$registry_url/api/v1/issues/$id" "$2" -H "Cookie: $coordinator" -H "If-Match: \"$head\""
}

# ---- lists

for who in "$viewer" "$department"; do
    ask GET "$registry_url/api/v1/issues" -H "Cookie: $who"
    is "$code $(grep -c NAVN-1 <<<"$body")" '200 0' 'said to be the police'"'"'s by one and not by another: others do not see it'
done
ask GET "$registry_url/lists/issues.csv" -H "Cookie: $department"
is "$code $(grep -c NAVN-1 <<<"$body")" '200 0' 'nor in their list'
ask GET "$registry_url/api/v1/issues" -H "Cookie: $coordinator"
is "$(grep -c NAVN-1 <<<"$body")" 1 'the coordinator, who settles it, does'
set_case "$lamp" '{"party":"BL"}'
set_case "$lamp" '{"state":"triaged"}'
walker edit "$lamp" --category OPH08 --note 'NAVN-2' >/dev/null
walker sync >/dev/null
run registry list --party BL --format csv
is "$status $(grep -c NAVN-2 <<<"$out")" '0 0' 'a case that a department had before is not in its list any more'
ask GET "$registry_url/lists/issues.csv?party=BL" -H "Cookie: $coordinator"
is "$code $(grep -c NAVN-2 <<<"$body")" '200 0' 'nor in what the desk hands out for it'
run registry list --format csv
is "$(grep -c NAVN-2 <<<"$out")" 1 'the coordinators'"'"' own list has it'

run registry unseal --key "$tmp/police.key" --walk "${walk: -8}" --json <<<"$secret"
is "$status $(jq -r '.[0].point.note' <<<"$out")" '0 forseglet' 'a walk is unsealed by the end of its id, too'
run registry unseal --key "$tmp/police.key" --walk nosuchwalk <<<"$secret"
is "$status $(grep -c nosuchwalk <<<"$err")" '1 1' 'one that is not there is told'

# ---- a closed walk, and what goes on purpose

second=$(walker walk new --title 'Anden aften' | tail -n 1)
walker walk begin "$second" >/dev/null
for n in 1 2 3; do
    p[n]=$(walker add --walk "$second" --category BEL01 --note "punkt $n" --photo "$tmp/$n.jpg" | tail -n 1)
done
walker walk end "$second" >/dev/null
walker walk close "$second" >/dev/null
walker sync >/dev/null
whole() {
    ask GET "$registry_url/api/v1/walks/$second" -H "Cookie: $coordinator"
    field '.closing | [.complete, .photos_here == .photos] | @json'
}
is "$(whole)" '[true,true]' 'a closed walk is whole'
registry backup "$tmp/disk/old" >/dev/null
send POST "$walker_url/api/v1/photos/$(hash_of "$tmp/1.jpg")/cover" '{"burns":[{"x1":1,"y1":1,"x2":60,"y2":60}]}'
is "$code" 201 'one photo is covered'
walker sync >/dev/null
registry erase "${p[2]}" --photos --reason request >/dev/null
walker withdraw "${p[3]}" >/dev/null
walker sync >/dev/null
is "$(whole)" '[true,true]' 'and stays whole when a photo is covered, one erased, and a point withdrawn'

# ---- restored from before

registry backup "$tmp/disk/new" >/dev/null
stop registry
registry_data=$tmp/again
run registry restore "$tmp/disk/old"
is "$status" 0 'the backup from before is put back'
is "$(grep -rlaF ansigt-2 "$registry_data" | wc -l)" 0 'the erased photo does not come back'
is "$(grep -rlaF ansigt-1 "$registry_data" | wc -l)" 0 'nor does the one that was covered'
is "$(grep -rlaF ansigt-3 "$registry_data" | wc -l)" 1 'all else does'
ok 'doctor is content' registry doctor --rebuild

# ---- areas

area() { # NAME LON MORE
    printf '{"type":"Feature","properties":{"name":"%s"%s},"geometry":{"type":"Polygon","coordinates":[[[%s,57.0],[9.9,57.0],[9.9,57.5],[%s,57.0]]]}}' \
        "$1" "${3:-}" "$2" "$2"
}
printf '{"type":"FeatureCollection","features":[%s,%s]}' "$(area Vest 8)" "$(area Vest 9)" >"$tmp/a.geojson"
complains 1 Vest 'two areas of one name in a file are told, and none is taken' registry area import "$tmp/a.geojson"
printf '{"type":"FeatureCollection","features":[%s]}' "$(area Vest 8)" >"$tmp/a.geojson"
registry area import "$tmp/a.geojson" >/dev/null
printf '{"type":"FeatureCollection","features":[%s]}' "$(area Vest 8 ',"valid_to":"2026-12-31"')" >"$tmp/a.geojson"
run registry area import "$tmp/a.geojson" --json
is "$status $(jq -c '[.new, .same]' <<<"$out")" '0 [1,0]' 'a date that changed is a change'
run registry area import "$tmp/a.geojson" --json
is "$(jq -c '[.new, .same]' <<<"$out")" '[0,1]' 'and the same again is none'
finish
