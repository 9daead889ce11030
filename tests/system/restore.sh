#!/usr/bin/env bash
# The registry is lost and comes back from an older backup: nothing that a device still
# holds is lost with it, and nothing is there twice.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}

for i in 1 2; do
    "$draw" --scene hedge --at 57.0406,9.9712 --direction 40 --seed $i \
        --time 2026-11-19T19:42:00+01:00 --size 640x480 -o "$tmp/$i.jpg"
done
start_registry
pair 'Tablet 1'
walk=$(walker walk new --title 'To aftener' | tail -n 1)
walker add --walk "$walk" --category BEP01 --note 'første aften' --photo "$tmp/1.jpg" >/dev/null
run walker sync
is "$status" 0 'the first evening is home'
run registry backup "$tmp/backup" --json
is "$status $(jq -c '[.photos, .missing]' <<<"$out")" '0 [1,0]' 'a backup of the running registry'
ok 'the key of its origin is not in it' test ! -e "$tmp/backup/origin.key"
walker add --walk "$walk" --category BEP02 --note 'anden aften' --photo "$tmp/2.jpg" >/dev/null
run walker sync
is "$status" 0 'the second evening is home too'
# What only the registry wrote after the backup, and a device pulled: a case at work, a
# second tablet admitted with its point, and a walk wiped on the first.
run registry backup "$tmp/backup2" --json
login koordinator coordinator
worked=$(sql "$registry_data" 'SELECT id FROM issue ORDER BY number LIMIT 1')
number=$(sql "$registry_data" "SELECT number FROM issue WHERE id = '$worked'")
send PATCH "$registry_url/api/v1/issues/$worked" '{"state":"triaged"}' -b "$cookie" \
    -H "If-Match: \"$(sql "$registry_data" "SELECT head FROM issue WHERE id = '$worked'")\""
is "$code" 200 'the coordinator works on a case after the backup'
first=$walker_data
walker_data=$tmp/second
pair 'Tablet 2'
other=$(walker walk new --title 'En anden gruppe' | tail -n 1)
walker add --walk "$other" --category STI01 --note 'anden tablet' >/dev/null
walker sync >/dev/null
walker_data=$first
gone=$(walker walk new --title 'Slettet' | tail -n 1)
walker add --walk "$gone" --category REN02 --note 'slettet på tabletten' >/dev/null
walker sync >/dev/null
walker walk end "$gone" >/dev/null; walker walk close "$gone" >/dev/null
walker sync >/dev/null
run walker wipe --walk "$gone"
is "$status" 0 'a walk is wiped, because the registry has it'
walker sync >/dev/null
before=$(curl -s "$registry_url/api/v1/about" | jq -r .epoch)
stop registry

mv "$registry_data" "$tmp/lost"
complains 1 "$tmp/nowhere" 'a folder that is no backup' registry restore "$tmp/nowhere"
mkdir "$tmp/lygte-restores" # nothing can be written there
run registry restore "$tmp/backup" --json
is "$status" 0 'the registry is restored from the older backup'
like "$err" '^registry: A file could not be written' \
    'that the letter of the restore cannot be written beside it is said in a sentence'
rmdir "$tmp/lygte-restores"
complains 1 "$registry_data" 'a second restore does not overwrite it' registry restore "$tmp/backup"
start_registry
after=$(curl -s "$registry_url/api/v1/about" | jq -r .epoch)
ok 'its epoch is new' test "$before" != "$after"
is "$(curl -s "$registry_url/api/v1/about" | jq -r .registry)" \
    "$(sql "$tmp/lost" 'SELECT registry FROM self')" 'it is still the same registry'
run walker status --json
is "$(jq -r .all_confirmed <<<"$out")" true 'the device believes its old receipts until it hears of the new epoch'
run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'the device offers everything again, by itself, with its old pairing'
run registry list --format geojson
is "$(jq -r '[.features[].properties.note] | sort | join(", ")' <<<"$out")" 'anden aften, første aften' \
    'both evenings are there, once'
is "$(sql "$registry_data" "SELECT state FROM issue WHERE id = '$worked'")" triaged \
    'what the coordinator did after the backup is back, by the device that had pulled it'
is "$(sql "$registry_data" "SELECT number FROM issue WHERE id = '$worked'")" "$number" 'under its number'
is "$(sql "$registry_data" "SELECT count(*) FROM admission WHERE role = 'device'")" 2 \
    'so is the admission of a second tablet'
run registry doctor
like "$status $out" '^0 .*lost with the backup' 'doctor says what was wiped on the device and lost with the backup'
is "$(registry device list --json | jq '[.care[] | select(.lost > 0)] | length')" 1 \
    'and the desk, of which device'
walker_data=$tmp/second
run walker sync
is "$status" 1 'the second tablet is not known by its token any more'
pair 'Tablet 2'
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'paired again all of it is home'
walker_data=$first
run registry list --format geojson
is "$(jq -r '[.features[].properties.note] | sort | join(", ")' <<<"$out")" \
    'anden aften, anden tablet, første aften' 'with its point'
is "$(jq -r '[.features[].properties.number] | unique | length' <<<"$out")" 3 'each under a number of its own'
walker add --walk "$walk" --category BEL03 --note 'efter' >/dev/null
walker sync >/dev/null
run registry list --format geojson
like "$(jq -r '.features[] | select(.properties.note == "efter") | .properties.number' <<<"$out")" '^AAL-[0-9]+-B[0-9]+$' \
    'the new number carries the letter of the restore'
is "$(find "$registry_data/photos" -name '*.jpg' | wc -l)" 2 'with both photos'
ok 'doctor is content' registry doctor --rebuild
ok 'and on the device' walker doctor --rebuild
finish
