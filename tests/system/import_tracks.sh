#!/usr/bin/env bash
# GPX and NMEA files become tracks of the walk, photos without a place are put where the
# walk was at their time (by a camera's clock that may be wrong), and every broken file
# gets a sentence and costs the others nothing.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

capture() { node "$root/tests/support/gps_capture.mjs" "$@"; }
mkdir "$tmp/f"
capture make fixed "$tmp/f/a.nmea"
run walker walk new --title 'Torvet & <havnen>'
walk=$out
run walker import --walk "$walk" "$tmp/f/a.nmea" --json
is "$status $(jq -r '.[0].verdict' <<<"$out")" '0 kept' 'an NMEA recording is kept'
run walker walk track "$walk" --json
wanted=$(capture read "$tmp/f/a.nmea" | jq '.metres')
is "$(jq --argjson m "$wanted" '(.metres - $m | fabs) < 12 and .seconds == 320' <<<"$out")" true \
    "its distance and time are what an independent reader says ($wanted m)"
run walker import --walk "$walk" "$tmp/f/a.nmea" --json
is "$status $(jq -r '.[0].verdict' <<<"$out")" '0 already' 'the same file again is the same track'

run walker walk track "$walk" --format gpx
printf '%s\n' "$out" >"$tmp/f/b.gpx"
run walker walk new --title 'Igen'
again=$out
run walker import --walk "$again" "$tmp/f/b.gpx" --json
is "$status $(jq -r '.[0].verdict' <<<"$out")" '0 kept' 'our own GPX is read again'
run walker walk track "$walk" --format geojson
one=$(jq -c '.geometry.coordinates' <<<"$out")
run walker walk track "$again" --format geojson
is "$(jq -c '.geometry.coordinates' <<<"$out")" "$one" 'and says the same, fix by fix'
if command -v ogrinfo >/dev/null; then
    like "$(ogrinfo -ro -so "$tmp/f/b.gpx" tracks 2>&1)" 'Feature Count: 1' 'GDAL reads it too'
else
    skip 'GDAL reads it too' 'no gdal-bin'
fi

fix() { printf '<trkpt lat="%s" lon="9.92"><time>%s</time></trkpt>' "$@"; }
printf '<gpx><trk><trkseg>%s%s%s</trkseg></trk></gpx>' "$(fix 57.05 2026-11-20T18:00:00Z)" \
    "$(fix 57.06 2026-11-20T18:01:00)" "$(fix 57.07 2026-11-20T18:02:00)" >"$tmp/f/zone.gpx"
run walker import --walk "$again" "$tmp/f/zone.gpx"
like "$status $out" '^0 .*zone.gpx: 2 of its points' 'points whose time has no zone are left out, and that is said'
like "$out" 'Files: 1 kept' 'a track is counted as a file, not as a photo'

# ---- photos by the track ---------------------------------------------------------------

# 18:32:00 UTC is 120 s into the walk: 150 m along, 50 m up the second side.
make_photo "$tmp/f/c.jpg" 'no place'
exiftool -q -overwrite_original '-DateTimeOriginal=2026:11:21 19:32:00' '-OffsetTimeOriginal=+01:00' "$tmp/f/c.jpg"
make_photo "$tmp/f/d.jpg" 'a clock that is late'
exiftool -q -overwrite_original '-DateTimeOriginal=2026:11:21 19:30:00' '-OffsetTimeOriginal=+01:00' "$tmp/f/d.jpg"
run walker import --walk "$walk" "$tmp/f/c.jpg" --json
run walker list --walk "$walk" --format json
place=$(jq -c '[.. | objects | select(has("stood")) | .stood | select(.source == "track") | [.lat, .lon]] | first' <<<"$out")
off() { node -e 'const [a, b] = JSON.parse(process.argv[1]); const r = Math.PI / 180;
    const north = (a - 57.048) * 111195, east = (b - 9.9187) * 111195 * Math.cos(57.048 * r);
    console.log(Math.hypot(north - 100, east - 50) < 4);' "$1"; }
is "$(off "$place")" true 'a photo without a place is put where the walk was at its time'
is "$(sql "$walker_data" "SELECT place_from FROM photo WHERE founded = 1")" track 'and says that the track placed it'
run walker import --walk "$walk" "$tmp/f/d.jpg" --clock-offset 00:02:00 --json
is "$(sql "$walker_data" "SELECT count(DISTINCT lat || ',' || lon) FROM photo WHERE place_from = 'track'")" 1 \
    'a camera two minutes late comes to the same place with --clock-offset'
is "$(sql "$walker_data" "SELECT count(DISTINCT at_ms) || ' ' || count(*) FROM observation WHERE stood_source = 'track'")" '1 2' \
    'and its point has the right time'
complains 2 26:00:00 'an offset that is none' "$BIN/walker" import --walk "$walk" --clock-offset 26:00:00 "$tmp/f/d.jpg" --data "$walker_data"

start_walker
id=$(new_id)
send PUT "$walker_url/api/v1/observations/$id" "{\"walk\":\"$walk\",\"category\":\"REN01\",\"at\":\"2026-11-21T21:32:00Z\"}"
is "$(field .stood)" null 'hours after the walk there is no place'
make_photo "$tmp/f/e.jpg" 'a clock that is three hours ahead'
exiftool -q -overwrite_original '-DateTimeOriginal=2026:11:21 22:32:00' '-OffsetTimeOriginal=+01:00' "$tmp/f/e.jpg"
run walker import --walk "$walk" "$tmp/f/e.jpg"
send POST "$walker_url/api/v1/walks/$walk/place" '{"clock_offset_s":-10800}'
is "$(field '"\(.placed) \(.left)"')" '1 1' "unless a camera's clock was three hours wrong"
is "$(sql "$walker_data" "SELECT stood_source FROM observation o JOIN photo p ON p.observation = o.id
    WHERE p.sha256 = '$(hash_of "$tmp/f/e.jpg")'")" track 'then the track places its photo'
of_e() { sql "$walker_data" "SELECT strftime('%H:%M:%S', at_ms / 1000, 'unixepoch') || ' ' || light || ' ' || COALESCE(conflicts, '-')
    FROM observation o JOIN photo p ON p.observation = o.id WHERE p.sha256 = '$(hash_of "$tmp/f/e.jpg")'"; }
is "$(of_e)" '18:32:00 dark -' 'and its point has the right time, and the light of then'
run walker doctor --rebuild
is "$status $(of_e)" '0 18:32:00 dark -' 'which folds anew to the same'
ask GET "$walker_url/api/v1/observations/$id"
is "$(field .stood)" null 'and no point that was tapped here: our clock is another'

run walker walk new --title 'Sporet kom senere'
later=$out
send PUT "$walker_url/api/v1/observations/$(new_id)" "{\"walk\":\"$later\",\"category\":\"REN01\",\"at\":\"2026-11-21T18:32:00Z\"}"
id=$(field .id)
run walker import --walk "$later" "$tmp/f/b.gpx"
send POST "$walker_url/api/v1/walks/$later/place" '{"clock_offset_s":120}'
ask GET "$walker_url/api/v1/observations/$id"
is "$(field '"\(.at) \(.light)"')" '2026-11-21T18:32:00Z dark' 'a tap keeps its own time'
is "$(off "$(field '[.stood.lat, .stood.lon] | tojson')")" true "what was tapped stands where the walk was, whatever the camera's clock lacks"

# ---- broken ones -----------------------------------------------------------------------

mkdir "$tmp/bad"
printf '<?xml version="1.0"?><gpx><trk><trkseg><trkpt lat="57" lon="9.9"><time>2026-11-21T18:30:00Z</time></trkpt>' >"$tmp/bad/cut.gpx"
printf '<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><gpx>&b;</gpx>' >"$tmp/bad/dtd.gpx"
printf '<gpx><trk><trkseg><trkpt lat="97" lon="9.9"><time>2026-11-21T18:30:00Z</time></trkpt><trkpt lat="57" lon="x"/></trkseg></trk></gpx>' >"$tmp/bad/far.gpx"
: >"$tmp/bad/empty.nmea"
head -c 5000 /dev/urandom >"$tmp/bad/noise.nmea"
sed 's/\*../*00/' "$tmp/f/a.nmea" >"$tmp/bad/sums.nmea"
printf '<gpx><trk><trkseg><trkpt lat="57.0" lon="9.9"><time>2026-11-21T18:30:00Z</time></trkpt></trkseg></trk></gpx>' >"$tmp/bad/good.gpx"
run walker import --walk "$again" "$tmp/bad" "$tmp/bad/nowhere.gpx" --json
is "$status" 1 'a folder with broken recordings ends with 1'
run walker import --walk "$again" "$tmp"/bad/* "$tmp/bad/nowhere.gpx" --json
is "$(jq -r '[.[] | select(.verdict == "refused")] | length' <<<"$out")" 7 'each broken one is refused once'
is "$(jq -r '[.[] | select(.verdict == "refused") | .reason | select(test("^[^:]+.*: .+: .+"))] | length' <<<"$out")" 7 'each with a sentence'
is "$(jq -r '[.[] | select(.verdict != "refused") | .file | split("/") | last] | join(" ")' <<<"$out")" good.gpx 'and the good one beside them is kept'
run walker doctor --rebuild
is "$status" 0 'all of it folds anew to the same'
finish
