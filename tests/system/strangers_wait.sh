#!/usr/bin/env bash
# Records and photos of an origin that nobody has admitted wait at the registry: safe,
# bounded, in no receipt, and taken in when somebody admits it.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

make_photo "$tmp/old.jpg" 'a photo of the first of many folders'
walk=$(LYGTE_MACHINE=m0 walker walk new --title 'Sytten kopier' | tail -n 1)
LYGTE_MACHINE=m0 walker add --walk "$walk" --category BEL01 --note 'den ældste' \
    --photo "$tmp/old.jpg" >/dev/null
oldest=$(sql "$walker_data" 'SELECT lower(hex(origin)) FROM self')
# Pairing names sixteen origins; the folder is copied seventeen times.
for ((n = 1; n <= 17; n++)); do
    LYGTE_MACHINE=m$n walker add --walk "$walk" --category REN01 --note "kopi $n" >/dev/null
done
export LYGTE_MACHINE=m17
start_registry
pair

# ---- a device that brings what nobody admitted

run walker sync
is "$status" 1 'a sync with records of an origin not admitted does not end with 0'
like "$err" 'wait until their device is admitted' 'it says that they wait, and for what'
run walker status --json
is "$(jq -c '[.all_confirmed, .photos.verified, .records.made - .records.verified]' <<<"$out")" \
    "[false,0,$(sql "$walker_data" "SELECT last FROM own_origin WHERE origin = x'$oldest'")]" \
    'they count as not confirmed, and so does their photo; all others are'
is "$(sql "$registry_data" 'SELECT count(*) FROM observation WHERE founded = 1')" 17 \
    'the points of all others are home'
is "$(sql "$registry_data" "SELECT count(*) FROM record WHERE origin = x'$oldest'")" 0 \
    'the registry holds none of the stranger'
is "$(sql "$registry_data" 'SELECT count(*) FROM stranger_photo WHERE bytes > 0')" 1 \
    'its photo waits too'
sql "$registry_data" 'UPDATE blob SET made_ms = made_ms - 2 * 86400000'
run registry retain --unnamed 1 --json
is "$status $(jq -c .unnamed <<<"$out") $(sql "$registry_data" 'SELECT count(*) FROM blob')" '0 0 1' \
    'and does not go as one that nobody names'
registry retain --unnamed off >/dev/null
sql "$registry_data" 'UPDATE blob SET made_ms = made_ms + 2 * 86400000'
before=$(sql "$registry_data" 'SELECT sum(bytes) FROM stranger_room')
run walker sync
is "$status $(sql "$registry_data" 'SELECT sum(bytes) FROM stranger_room')" "1 $before" \
    'sending again takes no more room'
token=$(<"$walker_data/token")
base64_of() { printf '%s' "$1" | base64 -w 0; }
bytes=$(stat -c %s "$tmp/old.jpg")
ask POST "$registry_url/api/v1/uploads" -H "Authorization: Bearer $token" -H 'Tus-Resumable: 1.0.0' \
    -H 'Upload-Length: 10' -H "Upload-Metadata: sha256 $(base64_of "$(hash_of "$tmp/old.jpg")"),start $(
        base64_of 0),total $(base64_of $((bytes + 5000)))"
is "$code $(sql "$registry_data" 'SELECT sum(bytes) FROM stranger_room')" "201 $((before + 5000))" \
    'a photo that is called larger takes as much more'
send POST "$registry_url/api/v1/receipts" \
    "{\"origins\":[],\"photos\":[\"$(hash_of "$tmp/old.jpg")\"]}" -H "Authorization: Bearer $token"
is "$code $(jq -c . <<<"$body")" '200 {"receipts":[]}' 'nothing is signed for a photo that waits'
run registry doctor
like "$status $out" "^0 .*$oldest waits" 'doctor tells who waits, and calls it no damage'

# ---- the desk sees who waits

run registry device list --json
is "$(jq -c '.strangers[0] | [.origin, .records > 2, .photos, .brought_by]' <<<"$out")" \
    "[\"$oldest\",true,1,\"Tablet 1\"]" 'the list of devices says who waits, with what, and who brought it'
run registry device list
like "$out" "$oldest waits to be admitted: [0-9]+ records and 1 photos" 'in words too'
login seer viewer
refuses 403 account.not_allowed 'a viewer cannot admit anybody' POST \
    "$registry_url/api/v1/strangers/$oldest/admit" -b "$cookie" -H 'Content-Type: application/json' \
    -d '{"name":"Ingen"}'
login koordinator coordinator
ask GET "$registry_url/api/v1/devices" -b "$cookie"
is "$code $(field '.strangers[0].origin')" "200 $oldest" 'a coordinator sees it in the page'
refuses 404 device.no_stranger 'whoever does not wait cannot be admitted there' POST \
    "$registry_url/api/v1/strangers/0123456789abcdef0123456789abcdef/admit" -b "$cookie" \
    -H 'Content-Type: application/json' -d '{"name":"Ingen"}'

# ---- no more room

other=$tmp/other
"$BIN/walker" --data "$other" walk new --title 'En fremmed' >/dev/null
"$BIN/walker" --data "$tmp/third" walk new --title 'En til' >/dev/null
own='origin = (SELECT origin FROM self)'
lines_of() { # FOLDER
    sql "$1" "SELECT json_object('origin', lower(hex(origin)), 'key', lower(hex(key)))
        FROM origin WHERE $own"
    sql "$1" "SELECT json_array(head, body, lower(hex(sig))) FROM record WHERE $own"
}
lines_of "$other" >"$tmp/lines"
lines_of "$tmp/third" >"$tmp/lines.third"
me=(-H "Authorization: Bearer $(<"$walker_data/token")" -H 'Content-Type: application/x-ndjson')
sql "$registry_data" 'UPDATE stranger_room SET bytes = 64 * 1048576'
refuses 507 stranger.full 'without room strangers are refused, with a sentence' \
    POST "$registry_url/api/v1/records" "${me[@]}" --data-binary @"$tmp/lines"
walker add --walk "$walk" --category BEL02 --note 'af en der er lukket ind' >/dev/null
run walker sync
is "$(sql "$registry_data" 'SELECT count(*) FROM observation WHERE founded = 1')" 18 \
    'those who are admitted go on'
sql "$registry_data" "UPDATE stranger_room SET bytes = $((before + 5000))"

# As many keys of origins that nobody admitted as one courier may bring.
courier=$(sql "$registry_data" 'SELECT DISTINCT courier FROM stranger')
is "$(sql "$registry_data" "SELECT count(*) FROM stranger_key WHERE courier = '$courier'")" 2 \
    'the keys of strangers are counted'
sql "$registry_data" "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 1024)
    INSERT INTO stranger_key (origin, courier) SELECT randomblob(16), '$courier' FROM n"
keys=$(sql "$registry_data" 'SELECT count(*) FROM origin')
refuses 507 stranger.full 'one more is refused, with a sentence' \
    POST "$registry_url/api/v1/records" "${me[@]}" --data-binary @"$tmp/lines.third"
is "$(sql "$registry_data" 'SELECT count(*) FROM origin')" "$keys" 'and not kept'
run walker sync
like "$err" 'wait until their device is admitted' 'what waited already goes on waiting'
sql "$registry_data" "DELETE FROM stranger_key WHERE origin <> x'$oldest'"

# ---- admitted

complains 1 0123456789abcdef 'whoever does not wait cannot be admitted' \
    registry device admit 0123456789abcdef0123456789abcdef --name Ingen
run registry device admit "$oldest" --name 'Den gamle mappe' --json
is "$status $(jq '.records > 2' <<<"$out")" '0 true' 'somebody admits it: what waited is taken in'
is "$(sql "$registry_data" 'SELECT (SELECT count(*) FROM stranger) + (SELECT count(*) FROM stranger_photo)
    + (SELECT sum(bytes) FROM stranger_room) + (SELECT count(*) FROM stranger_key)')" 0 'the room is empty'
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'and all is confirmed'
run registry list --format geojson
is "$(jq '[.features[] | select(.properties.note == "den ældste")] | length' <<<"$out")" 1 \
    'its point is an issue like the others'

# ---- admitted in the page, with a hole

"$BIN/walker" --data "$other" add --category BEL01 >/dev/null
{
    sql "$other" "SELECT json_object('origin', lower(hex(origin)), 'key', lower(hex(key)))
        FROM origin WHERE $own"
    sql "$other" "SELECT json_array(head, body, lower(hex(sig))) FROM record WHERE $own AND seq <> 2"
} >"$tmp/lines"
ask POST "$registry_url/api/v1/records" "${me[@]}" --data-binary @"$tmp/lines"
second=$(sql "$other" 'SELECT lower(hex(origin)) FROM self')
ask POST "$registry_url/api/v1/strangers/$second/admit" -b "$cookie" \
    -H 'Content-Type: application/json' -d '{"name":"Fra et skab"}'
is "$code $(field '.records')" '200 2' 'one tap in the page admits it, and takes in what waited'
ask GET "$registry_url/api/v1/devices" -b "$cookie"
is "$(field '.strangers | length') $(field '.care[0] | [.name, .missing, .holes] | tojson')" \
    '0 ["Fra et skab",1,[[2,2]]]' 'the page says what never came of it'
run registry device list
like "$out" "Fra et skab .*: 1 records are missing .numbers 2." 'the list of devices too'

ok 'doctor is content' registry doctor --rebuild
ok 'and on the device' walker doctor --rebuild
finish
