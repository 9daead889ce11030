#!/usr/bin/env bash
# The offline register (thousands of lamps and addresses), the lamp run along the way, one
# tap and its undo, three dead in a row joined into one point, timetables, daylight, and
# near duplicates; and broken registers get a sentence a row.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

# ---- the register ----------------------------------------------------------------------

# Forty lamps 25 m apart along a street going north, and 4,000 elsewhere.
# shellcheck disable=SC2016 # it is JavaScript
node -e '
    const rows = ["\ufeffnummer;vej;lat;lon;slukket_fra;slukket_til"];
    for (let i = 0; i < 40; i++) rows.push(`${String(400 + i).padStart(4, "0")};Ærøgade;${
        (57.04 + i * 25 / 111195).toFixed(7).replace(".", ",")};9,9187;${i === 9 ? "00:00" : ""};${i === 9 ? "24:00" : ""}`);
    for (let i = 0; i < 4000; i++) rows.push(`F${i};Fjernvej;57,${String(2000000 + i * 37).padStart(7, "0")};10,1;;`);
    console.log(rows.join("\r\n"));' >"$tmp/lamper.csv"
run walker places add "$tmp/lamper.csv" --json
is "$status $out" '0 {"kept":4040,"refused":0}' '4,040 lamps come in from a Danish CSV'
run walker places add "$tmp/lamper.csv" --json
run walker places list --json
is "$(jq -c '.[0] | [.file, .lamps]' <<<"$out")" '["lamper.csv",4040]' 'the same file again is the same lamps'
printf 'kind,text,x,y\naddress,Søndergårds Allé 7,555917.026,6323195.552\nplace,Kiosk,abc,2\nlamp,,,\naddress,"Gade, nr. ""1""",555736.078,6323115.182\n' >"$tmp/adresser.csv"
run walker places add "$tmp/adresser.csv"
is "$status" 1 'bad rows are told and skipped, exit 1'
like "$err" 'adresser.csv:3:.*not a position' 'by their number'
like "$err" 'adresser.csv:4:.*no position' 'each of them'
echo '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"nummer":"G1","navn":"Stiens lampe"},"geometry":{"type":"Point","coordinates":[9.95,57.05,-999]}},{"type":"Feature","properties":{},"geometry":null}]}' >"$tmp/stier.geojson"
run walker places add "$tmp/stier.geojson" --json
is "$(jq -c . <<<"$out")" '{"kept":1,"refused":1}' 'GeoJSON too'
# Danish Excel saves Windows-1252, and UTF-16 as "Unicode text"; one in disorder stays what it was.
printf 'nummer;vej;lat;lon\r\nW1;Ærøgade;57,041;9,921\r\nW2;Blåbærstien ½;57,042;9,922\r\n' >"$tmp/utf8.csv"
iconv -f UTF-8 -t CP1252 "$tmp/utf8.csv" >"$tmp/excel.csv"
run walker places add "$tmp/excel.csv" --json
is "$status $out" '0 {"kept":2,"refused":0}' 'a CSV in Windows-1252 comes in whole'
iconv -f UTF-8 -t UTF-16 "$tmp/utf8.csv" | sed 's/W/U/g' >"$tmp/unicode.csv"
run walker places add "$tmp/unicode.csv" --json
is "$status $out" '0 {"kept":2,"refused":0}' 'and one in UTF-16'
is "$(sql "$walker_data" "SELECT group_concat(text, '|') FROM (SELECT text FROM place WHERE number IN ('W1', 'W2', 'U1', 'U2') ORDER BY number DESC)")" \
    'Blåbærstien ½ W2|Ærøgade W1|Blåbærstien ½ U2|Ærøgade U1' 'with the letters as they were written'
{ cat "$tmp/utf8.csv"; printf 'W3;\xc6r\xf8gade;57,043;9,923\r\n'; } >"$tmp/both.csv"
run walker places add "$tmp/both.csv" --json
is "$status $(jq -c . <<<"$out")" '1 {"kept":2,"refused":1}' 'of a file in two charsets the odd row alone is refused'
complains 1 EPSG:25832 'a CSV without positions' "$BIN/walker" places add "$root/CONTRIBUTING.md" --data "$walker_data"
echo '{"type":"Feature"}' >"$tmp/x.geojson"
complains 1 'FeatureCollection' 'a GeoJSON that is something else' "$BIN/walker" places add "$tmp/x.geojson" --data "$walker_data"
head -c 9000 /dev/urandom >"$tmp/noise.csv"
run walker places add "$tmp/noise.csv"
is "$status" 1 'noise is refused'

start_walker
url=$walker_url/api/v1
ask GET "$url/places?q=s%C3%B8nderg%C3%A5rds"
is "$(field '.places[0] | "\(.text) \(.lat * 1e4 | round) \(.lon * 1e4 | round)"')" \
    'Søndergårds Allé 7 570488 99217' 'an address is found by a part of its name, EPSG:25832 made degrees'
ask GET "$url/lamps?number=0417"
is "$(field '.lamps | length')" 1 'a lamp is found by its number'
refuses 400 geo.outside_world 'an absurd place' GET "$url/lamps?lat=97&lon=9"

# ---- the run ---------------------------------------------------------------------------

send POST "$url/walks" '{"title":"Lamper"}'
walk=$(field .id)
send POST "$url/walks/$walk/begin" '{}'
# Walking north past lamp 0404.
on_the_way=$(date -u -d '20 seconds ago' +%FT%TZ)
send POST "$url/walks/$walk/track" "$(node -e '
    const fixes = [];
    for (let i = 0; i < 40; i++) fixes.push({ lat: 57.04 + (62 + i) / 111195, lon: 9.91872, accuracy_m: 4,
        at: new Date(Date.now() - (40 - i) * 1000).toISOString() });
    console.log(JSON.stringify({ fixes }));')"
here='lat=57.0409082&lon=9.91872'
ask GET "$url/walks/$walk/lamp-run?$here"
is "$(field '"\(.next.number) \(.next.distance_m < 10) \(.neighbours[0].number) \(.done) \(.lamps)"')" \
    '0404 true 0405 0 true' 'the lamp at hand is first, then the next ahead, not the one behind'
look() { # NUMBER ANSWER
    id=$(new_id)
    ask GET "$url/lamps?number=$1"
    send PUT "$url/lamp-looks/$id?$here" "{\"walk\":\"$walk\",\"lamp\":\"$(field '.lamps[0].id')\",\"answer\":\"$2\"}"
}
look 0404 lit
is "$code $(field '.next.number')" '201 0405' 'one tap, and the next lamp comes'
send PUT "$url/lamp-looks/$id?$here" "{\"walk\":\"$walk\",\"number\":\"0404\",\"answer\":\"lit\"}"
is "$code" 200 'the same tap again is the same look'
look 0405 dead
first=$id
look 0406 dead
look 0407 flickering
send DELETE "$url/lamp-looks/$id" '{}'
is "$code" 204 'undone'
ask GET "$url/walks/$walk/lamp-run?$here"
is "$(field '"\(.next.number) \(.looks | length)"')" '0407 3' 'and it is asked for again'
look 0407 dead
is "$(field '.three_dead | length')" 3 'three dead in a row suggest one circuit'
looks=$(field '.three_dead')
send POST "$url/walks/$walk/lamp-run/join" "{\"looks\":$looks}"
is "$code $(field '"\(.category) \(.thing.ref) \(.thing.source)"')" '201 BEL02 0406 lamp' 'they become one point, pinned on the middle lamp'
like "$(field .note)" '0405, 0406, 0407' 'that names them'
ask GET "$url/walks/$walk/lamp-run?$here"
is "$(field .three_dead)" null 'and suggest nothing more'
refuses 400 lamp.cannot_join 'a lamp joined twice' POST "$url/walks/$walk/lamp-run/join" \
    -H 'Content-Type: application/json' --data-binary "{\"looks\":[\"$first\"]}"
look 0408 covered
ask GET "$url/walks/$walk/lamp-run?lat=57.0420235&lon=9.91872"
is "$(field '"\(.next.number) \(.off_on_purpose)"')" '0409 true' 'a lamp off by its own timetable is known to be'
send POST "$url/walks/$walk/lamp-run/end" '{}'
is "$(field .points)" 1 'the end of the run makes a point of each other fault'
run walker doctor --rebuild
is "$status" 0 'looks fold anew to the same'
is "$(sql "$walker_data" "SELECT count(*) FROM lamp_look WHERE light IS NOT NULL AND withdrawn = 0")" 5 'each look knows the light'
complains 1 lamps_off 'hours that are none' "$BIN/walker" set lamps_off 25:00-26:00 --data "$walker_data"

evening=$walk
send POST "$url/walks" '{"title":"To telefoner"}'
walk=$(field .id)
look 0420 dead
look 0420 dead
look 0421 dead
is "$(field .three_dead)" null 'a lamp that two phones found dead is one lamp'
look 0422 dead
# shellcheck disable=SC2016 # it is jq
is "$(field '[.looks[] | {(.id): .lamp}] as $l | ($l | add) as $of | [.three_dead[] | $of[.]] | join(" ")')" \
    '0420 0421 0422' 'with two more they are three'

# ---- nothing twice

send POST "$url/walks/$walk/lamp-run/join" "{\"looks\":$(field .three_dead)}"
look 0421 dead
look 0423 dead
look 0423 flickering
look 0424 dead
look 0424 lit
send POST "$url/walks/$walk/lamp-run/end" '{}'
is "$(field .points)" 1 'of a lamp joined already, one answered for twice, and one that is lit after all, one is new'
ask GET "$url/walks/$walk/observations"
is "$(field '[.observations[] | "\(.category) \(.thing.ref)"] | sort | join(", ")')" 'BEL02 0421, BEL04 0423' \
    'the last look tells what is wrong with it'
new=$(field '.observations[] | select(.category == "BEL04") | .id')
ask GET "$url/walks/$walk/lamp-run?$here"
is "$(field '[.looks[] | select(.point == null) | .lamp] | unique | join(" ")')" '0424' 'every look at a lamp names its point'
send POST "$url/walks/$walk/lamp-run/end" '{}'
is "$(field .points)" 0 'ended twice is ended once'
send PATCH "$url/observations/$new" '{"withdrawn":true}'
look 0423 dead
send POST "$url/walks/$walk/lamp-run/end" '{}'
is "$(field .points)" 1 'a point that was taken back is none when the lamp is found dead again'

# ---- but each lamp for itself: without a number it stands where the person stood

points_of() { # LOOK...
    send POST "$url/walks" '{"title":"Uden nummer"}'
    walk=$(field .id)
    for one in "$@"; do send PUT "$url/lamp-looks/$(new_id)" "{\"walk\":\"$walk\",$one}"; done
    send POST "$url/walks/$walk/lamp-run/end" '{}'
    field .points
}
spot='"at":{"lat":57.05,"lon":9.92}' far='"at":{"lat":57.06,"lon":9.95}'
is "$(points_of "\"answer\":\"dead\",$spot" "\"answer\":\"lit\",$spot")" 1 \
    'a dead lamp without a number stays one when the next, seen from the same spot, is lit'
is "$(points_of "\"answer\":\"dead\",$spot" "\"answer\":\"dead\",$spot")" 2 'and two dead ones are two'
is "$(points_of '"answer":"dead","number":"12"' "\"answer\":\"dead\",\"number\":\"12\",$spot" \
    "\"answer\":\"dead\",\"number\":\"12\",$far")" 3 'a look without a place is of neither of two lamps that share its number'
is "$(points_of '"answer":"dead","number":"12"' "\"answer\":\"dead\",\"number\":\"12\",$spot")" 1 'but of the only one'
walk=$evening

# ---- near duplicates and positions -----------------------------------------------------

point() { # JSON-MEMBERS
    id=$(new_id)
    send PUT "$url/observations/$id" "{\"walk\":\"$walk\",$1}"
}
point '"category":"BEP01","stood":{"lat":57.0500000,"lon":9.9300000,"accuracy_m":10,"source":"browser"}'
hedge=$id
ask GET "$url/near?walk=$walk&lat=57.05035&lon=9.93&accuracy_m=8&category=BEP"
is "$(field '.near[] | "\(.observation.id) \(.from) \(.distance_m | round)"')" "$hedge tonight 39" \
    'the same group within 25 m and both errors'
ask GET "$url/near?walk=$walk&lat=57.05035&lon=9.93&accuracy_m=2&category=BEP"
is "$code $(field '.near | arrays | length')" '200 0' 'but not when both are exact'
ask GET "$url/near?walk=$walk&lat=57.05035&lon=9.93&accuracy_m=8&category=REN"
is "$code $(field '.near | arrays | length')" '200 0' 'nor in another group'
send PATCH "$url/observations/$hedge" '{"withdrawn":true}'
ask GET "$url/near?walk=$walk&lat=57.05035&lon=9.93&accuracy_m=8&category=BEP"
is "$code $(field '.near | arrays | length')" '200 0' 'nor when it is withdrawn'

point '"category":"STI01","stood":{"lat":57.05,"lon":9.93,"accuracy_m":30,"source":"browser"}'
send PATCH "$url/observations/$id" '{"thing":{"bearing":90,"metres":20}}'
is "$(field '"\(.thing.source) \((.thing.lon - 9.93) * 1e6 | round) \(.stood.lon)"')" 'bearing 331 9.93' \
    'a pin by bearing and distance; where one stood stays'
send PATCH "$url/observations/$id" "$(node -e 'console.log(JSON.stringify({ stood: { fixes: Array.from({ length: 20 },
    (_, i) => ({ lat: 57.05 + (i % 2 ? 2 : -2) / 111195, lon: 9.93, accuracy_m: 9 })) } }))')"
is "$(field '"\(.stood.source) \(.stood.accuracy_m < 9) \((.stood.lat - 57.05) * 1e6 | fabs < 9)"')" 'average true true' \
    'fixes of the still spot are averaged'
send PATCH "$url/observations/$id" '{"stood":{"override":true}}'
is "$(field .stood.override)" true 'the override of the gate is logged'
refuses 400 place.stood_stays 'where one stood is not moved' PATCH "$url/observations/$id" \
    -H 'Content-Type: application/json' --data-binary '{"stood":{"lat":57,"lon":9}}'
for absurd in '"lat":91,"lon":9' '"lat":0,"lon":0' '"lat":57,"lon":9,"accuracy_m":-4' '"lat":57,"lon":9,"accuracy_m":1e30' '"lat":"57","lon":9'; do
    point "\"category\":\"BEL\",\"stood\":{$absurd}"
    like "$code $(field .detail)" '^400 .{20,}' "absurd: {$absurd} gets a sentence"
done
# Out of reach for a while: where the track was then, accuracy not known.
point "\"category\":\"REN01\",\"at\":\"$on_the_way\""
is "$(field '"\(.stood.source) \(.stood.accuracy_m) \(.stood.lat > 57.0405)"')" 'track null true' \
    'a tap of a while ago is placed by the track'
finish
