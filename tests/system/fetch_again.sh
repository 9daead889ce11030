#!/usr/bin/env bash
# A walk that was wiped stays away until somebody asks for it again: then it comes back with
# the next sync, for reading only, and goes once more when it is wiped once more.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}

"$draw" --scene bench --at 57.0406,9.9712 --direction 40 --time 2026-11-19T19:42:00+01:00 \
    --size 640x480 -o "$tmp/a.jpg"
start_registry
pair
walk=$(walker walk new --title 'Den der slettes' | tail -n 1)
walker walk begin "$walk" >/dev/null
point=$(walker add --walk "$walk" --category INV01 --note 'MARKER-i-noten' --photo "$tmp/a.jpg" | tail -n 1)
walker walk close "$walk" >/dev/null
walker sync >/dev/null
walker wipe --walk "$walk" >/dev/null
sha=$(hash_of "$tmp/a.jpg")
words() { grep -rac 'MARKER-i-noten' "$walker_data" | awk -F: '{n += $NF} END {print n}'; }

run walker fetch --json
is "$status $(jq -c '.wiped[0] | [.id, .title, .asked]' <<<"$out")" \
    "0 [\"$walk\",\"Den der slettes\",false]" 'the device knows which walks were wiped, by name'
walker sync >/dev/null
is "$(walker walk list --json | jq length) $(words)" '0 0' 'unasked it stays away'
complains 1 0123456789ab 'what was never wiped here cannot be asked for' walker fetch --walk 0123456789ab
before=$(walker status --json | jq -c '[.records.made, .photos.made, .all_confirmed]')

# ---- asked for again

run walker fetch --walk "${walk: -8}"
is "$status $(tail -n 1 <<<"$out")" "0 $walk" 'it is asked for by the tail of its id'
run walker sync
is "$status" 0 'the next sync'
run walker show "$point" --json
is "$(jq -r '.note // .observation.note' <<<"$out")" 'MARKER-i-noten' 'brings its point back'
run walker walk list --json
is "$(jq -r '.[0] | "\(.title) \(.state)"' <<<"$out")" 'Den der slettes closed' 'and the walk'
ok 'with a small picture' test -n "$(find "$walker_data/derived" -name "*$sha*")"
is "$(find "$walker_data/photos" -name "*$sha*" | wc -l)" 0 'but not the photo itself'
is "$(walker status --json | jq -c '[.records.made, .photos.made, .all_confirmed]')" "$before" \
    'it counts for nothing made here, and all is confirmed'
complains 1 "$point" 'it cannot be changed' walker edit "$point" --note 'andet'
like "$err" 'fetched again for reading only' 'and the sentence says why'
run walker withdraw "$point"
like "$status $err" '^1 .*fetched again for reading only' 'nor withdrawn'
ok 'doctor is content' walker doctor --rebuild
walker sync >/dev/null
is "$(registry doctor --rebuild --json | jq .ok)" true 'and at the register'

# ---- and wiped once more

run walker wipe --walk "$walk"
is "$status $(words)" '0 0' 'wiped again it is gone again'
is "$(find "$walker_data" -name "*$sha*" | wc -l)" 0 'with its small picture'
walker sync >/dev/null
is "$(walker walk list --json | jq length)" 0 'and stays away until it is asked for once more'

# ---- from the page

start_walker
ask GET "$walker_url/api/v1/walks"
is "$(field '.wiped[0] | [.id, .asked] | tojson')" "[\"$walk\",false]" 'the page lists it'
send POST "$walker_url/api/v1/walks/$walk/fetch" '{}'
is "$code $(field .asked)" '202 true' 'and asks for it'
refuses 404 wipe.unknown 'not for one that was never wiped' POST \
    "$walker_url/api/v1/walks/$(new_id)/fetch" -H 'Content-Type: application/json' -d '{}'
walker sync >/dev/null
ask GET "$walker_url/api/v1/walks"
is "$(field '[.walks[0].title, (.wiped | length)] | tojson')" '["Den der slettes",0]' 'it comes back'
finish
