#!/usr/bin/env bash
# A walk leaves the tablet when, and only when, the registry has proven that it holds it.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}

"$draw" --scene bench --at 57.0406,9.9712 --direction 40 --time 2026-11-19T19:42:00+01:00 \
    --size 640x480 -o "$tmp/a.jpg"
start_registry
pair 'Tablet 1'
walk=$(walker walk new --title 'Den ene' | tail -n 1)
other=$(walker walk new --title 'Den anden' | tail -n 1)
point=$(walker add --walk "$walk" --category INV01 --note 'MARKER-i-noten' --photo "$tmp/a.jpg" | tail -n 1)
walker add --walk "$other" --category BEL01 --note 'bliver her' >/dev/null
sha=$(sha256sum "$tmp/a.jpg" | cut -d' ' -f1)

run walker wipe --walk "$walk" --offline
is "$status" 1 'the exit status says so'
like "$err" 'not confirmed' 'and the sentence says why'
ok 'the point is still there' walker show "$point"

start_walker
url=$walker_url/api/v1/walks/$walk/wipe
ask GET "$url"
is "$code $(field '"\(.points) \(.photos) \(.bytes > 10000) \(.left > 0)"')" '200 1 1 true true' \
    'the page shows what would go, and that not all of it may'
refuses 409 wipe.not_confirmed 'it wipes no more than the verb does' POST "$url" -H 'Content-Type: application/json' --data '{}'
ok 'everything is still there' walker show "$point"
stop walker

run walker wipe --walk "$walk" --json
is "$status $(jq -r .photos <<<"$out")" '0 1' 'a wipe asks the registry, sends what is missing, and goes through'
run walker show "$point"
is "$status" 1 'the point is gone from the device'
is "$(find "$walker_data" -name "*$sha*" | wc -l)" 0 'and its photo, thumbnail and preview'
is "$(grep -rac 'MARKER-i-noten' "$walker_data" | awk -F: '{n += $NF} END {print n}')" 0 \
    'no byte of its note is left in the folder'
run walker list --json
is "$(jq -c '[.observations[].note]' <<<"$out")" '["bliver her"]' 'the other walk is untouched'
run registry list --format geojson
is "$(jq -r '[.features[].properties.note] | sort | join(" ")' <<<"$out")" 'MARKER-i-noten bliver her' \
    'the registry has both'
ok 'doctor is content on the device' walker doctor --rebuild
run walker sync
is "$status" 0 'the device goes on sending'
run walker status --json
is "$(jq -r .all_confirmed <<<"$out")" true 'and all is confirmed'
ok 'doctor is content at the registry' registry doctor --rebuild
run walker import --walk "$other" "$tmp/a.jpg" --json
is "$status $(jq -r '.[0] | "\(.verdict) \(.id)"' <<<"$out")" '0 already null' 'a card with the photo on it, read once more, makes no second point'
like "$(jq -r '.[0].reason' <<<"$out")" 'register has it' 'and says why'
is "$(find "$walker_data" -name "*$sha*" | wc -l) $(walker list --json | jq '.observations | length')" '0 1' 'nothing of it stays'

# ---- what the register has lost since

third=$(walker walk new --title 'Den tredje' | tail -n 1)
make_photo "$tmp/c.jpg" 'sidste hele'
walker add --walk "$third" --category BEL02 --photo "$tmp/c.jpg" >/dev/null
run walker sync --json
is "$(jq -r .all_confirmed <<<"$out")" true 'a photo is proven'
lost=$(hash_of "$tmp/c.jpg")
printf 'XX' | dd of="$registry_data/photos/${lost:0:2}/$lost.jpg" bs=1 seek=30 conv=notrunc status=none
registry doctor >/dev/null 2>&1
stop registry
start_registry
for _ in {1..100}; do
    [ "$(sql "$registry_data" "SELECT count(*) FROM blob WHERE sha256 = '$lost'")" -gt 0 ] || break
    sleep 0.1
done
ok 'a wipe asks for it once more' walker wipe --walk "$third"
is "$(hash_of "$registry_data/photos/${lost:0:2}/$lost.jpg")" "$lost" 'and the register has it whole again first'
is "$(find "$walker_data" -name "*$lost*" | wc -l)" 0 'before it goes here'

# ---- killed between the commit and the files

fourth=$(walker walk new --title 'Den fjerde' | tail -n 1)
make_photo "$tmp/d.jpg" 'dræbt'
walker add --walk "$fourth" --category BEL02 --photo "$tmp/d.jpg" >/dev/null
walker sync >/dev/null
killed=$(hash_of "$tmp/d.jpg")
cp "$walker_data/photos/${killed:0:2}/$killed.jpg" "$tmp/kept.jpg"
walker wipe --walk "$fourth" >/dev/null
cp "$tmp/kept.jpg" "$walker_data/photos/${killed:0:2}/$killed.jpg"
sql "$walker_data" "INSERT INTO erasing (sha256, since_ms) VALUES ('$killed', 1)"
walker list >/dev/null
is "$(find "$walker_data" -name "*$killed*" | wc -l)" 0 'a photo that a killed wipe left goes at the next opening'
fifth=$(walker walk new --title 'Den femte' | tail -n 1)
walker add --walk "$fifth" --category BEL02 --photo "$tmp/d.jpg" >/dev/null
sql "$walker_data" "INSERT INTO erasing (sha256, since_ms) VALUES ('$killed', 1)"
walker list >/dev/null
is "$(hash_of "$walker_data/photos/${killed:0:2}/$killed.jpg")" "$killed" 'but one that was kept anew meanwhile stays'

# ---- what was typed and never became a record -------------------------------------------------

start_walker
run walker walk new --title 'Skrevet, ikke gemt'
typed=$(tail -n 1 <<<"$out")
point=$(walker add --walk "$typed" --category BEL --at 57.05,9.92 | tail -n 1)
walker sync >/dev/null
send PUT "$walker_url/api/v1/observations/$point/draft" '{"note":"ord på en side, der døde"}'
is "$code" 204 'words are typed, and the page dies'
run walker wipe --walk "$typed" --offline
is "$status" 1 'its walk does not go while they are nowhere else'
run walker wipe --walk "$typed"
is "$status $(registry list --format csv | grep -c 'ord på en side')" '0 1' 'they are sent, and then it goes'
stop walker

# ---- the last of a track

start_walker
run walker walk new --title 'Til sidste skridt'
way=$(tail -n 1 <<<"$out")
trail() { # LATITUDE
    send POST "$walker_url/api/v1/walks/$way/track" "{\"fixes\":[{\"lat\":$1,\"lon\":9.92,\"accuracy_m\":4}]}"
}
drafts() { sql "$walker_data" 'SELECT count(*) FROM track_draft'; }
walker walk begin "$way" >/dev/null
trail 57.0501
is "$code $(drafts)" '200 1' 'a fix waits for its minute while the walk goes on'
walker walk end "$way" >/dev/null
walker walk close "$way" >/dev/null
trail 57.0502
is "$code $(drafts)" '200 0' 'one that comes after the end does not: nobody else would make a record of it'
walker sync >/dev/null
is "$(sql "$registry_data" "SELECT count(*) FROM track WHERE walk = '$way'")" 2 'both come home'
left_behind() {
    sql "$walker_data" "INSERT INTO track_draft (walk, line, source, clock, at_ms, lat, lon, acc, lost)
        VALUES ('$way', '$(new_id)', 'browser', 'ntp', 1, $1, 99200000, 40, 0)"
}
left_behind 570503000
refuses 409 wipe.not_confirmed 'one left behind all the same keeps its walk here' POST "$walker_url/api/v1/walks/$way/wipe" \
    -H 'Content-Type: application/json' --data '{"offline":true}'
is "$(drafts)" 0 'and is a record now'
stop walker
left_behind 570504000
start_walker
is "$(drafts)" 0 'as it is after a start'
left_behind 570505000
run walker wipe --walk "$way"
is "$status $(drafts) $(sql "$walker_data" "SELECT count(*) FROM track WHERE walk = '$way'")" '0 0 0' \
    'with it the walk goes, and no position of it stays'
is "$(sql "$registry_data" "SELECT group_concat(lat) FROM (SELECT lat FROM track WHERE walk = '$way' ORDER BY lat)")" \
    570501000,570502000,570503000,570504000,570505000 'the registry has each of them'
stop walker

# ---- from the page

start_walker
url=$walker_url/api/v1/walks/$other
send POST "$url/ratings" "{\"id\":\"$(new_id)\",\"round\":\"after\",\"role\":\"resident\",\"unsafe_1_7\":4}"
refuses 409 wipe.not_confirmed 'an answer nobody has counted yet keeps its walk here' POST "$url/wipe" \
    -H 'Content-Type: application/json' --data '{}'
walker walk close "$other" >/dev/null
walker sync >/dev/null
stop registry
ask POST "$url/wipe" -H 'Content-Type: application/json' --data '{}'
is "$code" 502 'without a network the registry cannot be asked once more'
ask GET "$url"
is "$code" 200 'and nothing goes'
send POST "$url/wipe" '{"offline":true}'
is "$code $(field .left)" '200 0' 'unless somebody says that what it proved before is enough'
ask GET "$url"
is "$code" 404 'then the walk is gone'
is "$(sql "$walker_data" 'SELECT count(*) FROM answer')" 0 'with its slips'
finish
