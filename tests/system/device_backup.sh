#!/usr/bin/env bash
# A device as one file: what was on it comes back on another, under a new origin, and goes
# home once; nothing that opens doors is in the file.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}

"$draw" --scene hedge --at 57.0406,9.9712 --direction 40 --time 2026-11-19T19:42:00+01:00 \
    --size 640x480 -o "$tmp/a.jpg"
start_registry
pair 'Tablet 1'
walk=$(walker walk new --title 'To aftener' | tail -n 1)
point=$(walker add --walk "$walk" --category BEP01 --note 'første aften' --photo "$tmp/a.jpg" | tail -n 1)
walker sync >/dev/null
walker add --walk "$walk" --category BEP02 --note 'usendt' >/dev/null

run walker backup "$tmp/tablet.backup" --json
is "$status $(jq -c '[.copied, .missing]' <<<"$out")" '0 [1,0]' 'a backup with its photo'
is "$(grep -c -a -F "$(cat "$walker_data/token")" "$tmp/tablet.backup")" 0 'its token is not in it'
cat >"$tmp/has.py" <<'PY'
import sys
print(int(open(sys.argv[1], "rb").read()[-64:] in open(sys.argv[2], "rb").read()))
PY
is "$(python3 "$tmp/has.py" "$walker_data/origin.key" "$tmp/tablet.backup")" 0 'nor is its key'
walker add --walk "$walk" --category STI01 --note 'efter kopien' >/dev/null
walker sync >/dev/null

first=$walker_data
walker_data=$tmp/second
complains 1 "$tmp/none" 'a file that is not there' walker restore "$tmp/none"
complains 1 "$tmp/a.jpg" 'a photo is no backup' walker restore "$tmp/a.jpg"
complains 1 "$first/lygte.db" 'nor is a bare database' walker restore "$first/lygte.db"
head -c 60000 "$tmp/tablet.backup" >"$tmp/half"
complains 1 "$tmp/half" 'half a backup is refused' walker restore "$tmp/half"
ok 'and nothing is left of the attempts' test ! -e "$walker_data/lygte.db"
run walker restore "$tmp/tablet.backup" --json
is "$status $(jq -c '[.copied, .missing]' <<<"$out")" '0 [1,0]' 'the backup becomes a device again'
complains 1 "$walker_data" 'and is not overwritten by a second one' walker restore "$tmp/tablet.backup"
ok 'its origin is new' test "$(sql "$first" 'SELECT hex(origin) FROM self')" != \
    "$(sql "$walker_data" 'SELECT hex(origin) FROM self')"
is "$(walker list --json | jq -c '[.observations[].note] | sort')" '["første aften","usendt"]' \
    'its points are those of the backup'
is "$(walker show "$point" --json | jq -r '.photos[0].sha256')" "$(hash_of "$tmp/a.jpg")" 'with their photo'
cmp -s "$tmp/a.jpg" "$walker_data/photos"/*/*.jpg
is $? 0 'byte for byte'
run walker doctor
is "$status" 0 'doctor is content'

pair 'Tablet 1 igen'
walker add --walk "$walk" --category INV01 --note 'på den nye' >/dev/null
run walker sync
is "$status" 0 'paired again it brings home what it has'
is "$(registry list --format geojson | jq -c '[.features[].properties.note] | sort')" \
    '["efter kopien","første aften","på den nye","usendt"]' 'the registry has all of both evenings, once'
run registry doctor
is "$status" 0 'and its doctor is content'
finish
