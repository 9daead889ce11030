#!/usr/bin/env bash
# What is erased is nowhere: not a byte of it in the registry's folder, a device's, a stick
# or a backup; nor does it come back with a tablet from a drawer, or an older backup.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

mark=MARKOER-4711
nowhere() { # FOLDER-OR-FILE CLAIM: not a byte of words or photo
    is "$(grep -rlac "$mark" "$1" | wc -l) $(find "$1" -name "*$sha*" | wc -l)" '0 0' "$2"
}

start_registry
pair 'Tablet 1'
first=$walker_data
walk=$(walker walk new --title 'En aften' | tail -n 1)
make_photo "$tmp/a.jpg" "$mark i billedet"
sha=$(hash_of "$tmp/a.jpg")
point=$(walker add --walk "$walk" --category BEL01 --severity 2 --note "$mark i noten" --photo "$tmp/a.jpg" | tail -n 1)
walker add --walk "$walk" --category REN01 --note 'bliver' >/dev/null
run walker sync
is "$status" 0 'a point with a photo is home'
run registry backup "$tmp/backups/older" --json
is "$status" 0 'a backup is made while it is there'
walker edit "$point" --note "$mark rettet" >/dev/null
walker sync >/dev/null
cp -a "$first" "$tmp/drawer"
walker_data=$tmp/drawer
LYGTE_MACHINE=drawer walker stick "$tmp/old.lygte" >/dev/null
walker_data=$first

complains 2 reason 'an erasure without a reason' registry erase "$point" --text
complains 2 '--text' 'an erasure of nothing' registry erase "$point" --reason request
run registry erase "$point" --refused --reason duty --json
is "$status $(jq -r .refused <<<"$out")" '0 true' 'a request may be refused, on record'
run registry erase "$point" --text --photos --reason request --json
is "$status $(jq -c '[.records, .photos, .pending]' <<<"$out")" '0 [3,1,0]' 'an erasure is done when it is said to be'
nowhere "$registry_data" 'nothing is left of it in the registry, while it runs'
run registry list --format geojson
is "$(jq -c '[.features[].properties | [.category, .note]] | sort' <<<"$out")" '[["BEL01",""],["REN01","bliver"]]' \
    'the point stands without its words, and the value before its edit has not come back'
complains 1 "$point" 'erasing it again' registry erase "$point" --text --reason request

run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'the device hears of it at its next sync'
nowhere "$first" 'nothing is left of it on the device'
run walker list --json
is "$(jq -c '[.observations[] | [.category, .note]] | sort' <<<"$out")" '[["BEL01",""],["REN01","bliver"]]' \
    'where the point stands without its words'
run walker add --walk "$walk" --category BEL01 --photo "$tmp/a.jpg"
is "$status" 1 'the photo cannot come in again'
like "$err" 'erased' 'and the sentence says why'
ok 'the chain is whole on the device' walker doctor --rebuild
ok 'and at the registry' registry doctor --rebuild

walker add --walk "$walk" --category BEL02 --note 'senere' >/dev/null
run walker stick "$tmp/fresh.lygte"
nowhere "$tmp/fresh.lygte" 'a fresh stick has nothing of it'
run registry backup "$tmp/backups/fresh" --json
is "$status" 0 'a fresh backup is made'
nowhere "$tmp/backups/fresh" 'and has nothing of it'
nowhere "$tmp/backups/lygte-erasures" 'nor has the file of erasures'

# ---- what comes late
run registry unstick "$tmp/old.lygte"
nowhere "$registry_data" 'an old stick does not bring it back'
walker_data=$tmp/drawer
pair 'Fra skuffen'
walker sync >/dev/null
run walker sync --json
is "$status" 0 'a copy of the tablet comes back from a drawer'
nowhere "$tmp/drawer" 'and has nothing of it after its first sync'
nowhere "$registry_data" 'nor has it brought it back'
ok 'its chain is whole' walker doctor --rebuild
walker_data=$first

# ---- what is restored
stop registry
mv "$registry_data" "$tmp/lost"
run registry restore "$tmp/backups/older" --json
is "$status" 0 'the older backup is restored'
nowhere "$registry_data" 'nothing of what was erased since has come back'
start_registry
run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'the device offers everything again'
nowhere "$registry_data" 'still nothing of it'
run registry list --format geojson
is "$(jq -r '[.features[].properties.note] | sort | join("|")' <<<"$out")" '|bliver|senere' \
    'the points are all there'
ok 'doctor is content' registry doctor --rebuild
finish
