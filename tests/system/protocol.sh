#!/usr/bin/env bash
# sync/PROTOCOL.md by hand, with curl: what a device says to a registry and what it hears.
# The records are those of a real device, taken from its database, because they are
# signed; the sections are numbered as there.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

# ---- a device with something to tell, and a registry -----------------------------------

walk=$(walker walk new --title 'Home by hand')
walker walk begin "$walk" >/dev/null
for n in 1 2 3 4 5 6; do
    walker add --walk "$walk" --category BEL01 --note "Lamp $n" --at "57.04$n,9.92" >/dev/null
done
own='origin = (SELECT origin FROM self)'
origin=$(sql "$walker_data" 'SELECT lower(hex(origin)) FROM self')
key=$(sql "$walker_data" "SELECT lower(hex(key)) FROM origin WHERE $own")
last=$(sql "$walker_data" 'SELECT seq FROM self')
# Records as lines of section 4.
lines() { # FIRST LAST
    sql "$walker_data" "SELECT json_array(head, body, lower(hex(sig))) FROM record
        WHERE $own AND seq BETWEEN $1 AND $2 ORDER BY seq"
}
hash_at() { sql "$walker_data" "SELECT lower(hex(hash)) FROM record WHERE $own AND seq = $1"; }
key_line="{\"origin\":\"$origin\",\"key\":\"$key\"}"

registry party add LAB --da 'Prøvelauget' --en 'Test guild' --kind council >/dev/null
registry walk new --title 'A plan for every device' >/dev/null
registry_options=(--name 'By hand')
start_registry || exit 1
api=$registry_url/api/v1

# ---- 2 about -----------------------------------------------------------------------------

ask GET "$api/about"
is "$(field '[.program, .protocol.min, .protocol.max, .limits.batch_bytes] | join(" ")')" \
    'registry 1 1 1048576' 'about says what it is, its protocol and its limits, to anybody'
registry_id=$(field .registry)
epoch=$(field .epoch)
like "$registry_id $epoch $(field .time)" \
    '^[0-9a-f]{64} [0-9a-f]{32} [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$' \
    'its id, its epoch and its time'

# ---- 3 pair ------------------------------------------------------------------------------

pair_code=$(registry device code --json | jq -r .code)
pair_with() { # CODE KEY
    send POST "$api/pair" "{\"code\":\"$1\",\"name\":\"Tablet 1\",\"key\":\"$2\"}"
}
pair_with "$pair_code" "$key"
first_answer=$body
token=$(field .token)
is "$code $(field '[.registry, .epoch, .name, .device] | join(" ")')" \
    "200 $registry_id $epoch By hand Tablet 1" 'a code and a key give a token'
like "$token $(field .origin) $(field .origin_key)" '^[0-9a-f]{64} [0-9a-f]{32} [0-9a-f]{64}$' \
    'and the registry says who it is itself'
loose=$(tr '[:upper:]' '[:lower:]' <<<"${pair_code/-/ }")
pair_with "$loose" "$key"
is "$code $body" "200 $first_answer" \
    'the same code with the same key gives the same answer, however it is written'
refuses 403 pair.used 'with another key it is used' POST "$api/pair" \
    -H 'Content-Type: application/json' \
    -d "{\"code\":\"$pair_code\",\"name\":\"Thief\",\"key\":\"$(printf 'ab%.0s' {1..32})\"}"
me=(-H "Authorization: Bearer $token")
is "$(cat "$registry_data"/lygte.db* | grep -c -a "$token")" 0 \
    'the registry does not keep the token itself'

# ---- 4 records ---------------------------------------------------------------------------

ndjson=(-H 'Content-Type: application/x-ndjson')
records() { # [CURL-OPTION...], lines on stdin
    cat >"$tmp/batch"
    ask POST "$api/records" "${me[@]}" "${ndjson[@]}" --data-binary @"$tmp/batch" "$@"
}
refuses 401 device.unknown_token 'without a token no record is taken' POST "$api/records" \
    "${ndjson[@]}" -d "$key_line"
refuses 415 http.type 'nor as a form would send it' POST "$api/records" "${me[@]}" \
    -d "$key_line"

wrong=$(lines 3 3 | sed 's/"[0-9a-f]\{128\}"/"'"$(printf '0%.0s' {1..128})"'"/')
records -H 'Accept-Language: en' < <(echo "$key_line"; lines 1 2; echo "$wrong"; lines 4 5)
is "$code $(field '[.new, .already, (.refused | length)] | join(" ")')" '200 4 0 1' \
    'a batch with one wrong line: the other four are held'
is "$(field '.refused[0] | [.line, .key] | join(" ")')" '4 record.bad_signature' \
    'the wrong one is refused alone, with its place'
is_sentence "$(field '.refused[0].detail')"
is $? 0 'and a sentence'
is "$(jq -c '.origins[0].runs' <<<"$body")" \
    "[[1,2,\"$(hash_at 1)\",\"$(hash_at 2)\"],[4,5,\"$(hash_at 4)\",\"$(hash_at 5)\"]]" \
    'the receipt names what is held in runs, with the hashes of their ends'
is "$(field '[.registry, .epoch, .origins[0].origin] | join(" ")')" \
    "$registry_id $epoch $origin" \
    'and the registry, its epoch and the origin'

records < <(echo "$key_line"; lines 1 3)
is "$(field '[.new, .already] | join(" ")') $(field '.origins[0].runs | length')" '1 2 1' \
    'what is held already is counted as such; a filled gap joins the runs'
is "$(field '.origins[0].runs[0][:2] | join(" ")')" '1 5' 'from the first to the last'
{ echo "$key_line"; lines 1 "$last"; } | gzip -c >"$tmp/packed"
ask POST "$api/records" "${me[@]}" "${ndjson[@]}" -H 'Content-Encoding: gzip' \
    --data-binary @"$tmp/packed"
is "$code $(field '.new + .already') $(field '.origins[0].runs[0][:2] | join(" ")')" \
    "200 $last 1 $last" 'gzipped, in any order of sending: all are held'

records <<<'this is no record'
is "$code $(field '.refused[0].line')" '200 1' 'a line that is nothing is refused alone'
records < <(lines 2 2 | sed 's/Home by hand/Gone by hand/')
is "$code $(field '[.new, .refused[0].key] | join(" ")')" '200 0 record.body_differs' \
    'a record that is not what was signed is refused'

# Another device's record, in our name.
other=$tmp/other
"$BIN/walker" --data "$other" walk new --title 'Somebody else' >/dev/null
records < <(
    sql "$other" "SELECT json_object('origin', lower(hex(origin)), 'key', lower(hex(key)))
        FROM origin WHERE $own"
    sql "$other" "SELECT json_array(head, body, lower(hex(sig))) FROM record
        WHERE $own AND seq = 1"
)
is "$(field '[.new, (.refused | length), (.origins | length)] | join(" ")')" '0 0 1' \
    'a record of an origin that nobody admitted gets no receipt'
is "$(field '.unadmitted[0] | [.origin, .waiting[0][0], .waiting[0][1]] | join(" ")')" \
    "$(sql "$other" "SELECT lower(hex(origin)) FROM self") 1 1" 'but waits, and the answer says so'

head -c 30000000 /dev/zero | gzip -c >"$tmp/bomb"
refuses 413 wire.too_large \
    "a gzip bomb ($(stat -c %s "$tmp/bomb") bytes for 30 MB) is refused" \
    POST "$api/records" "${me[@]}" "${ndjson[@]}" -H 'Content-Encoding: gzip' \
    --data-binary @"$tmp/bomb"
head -c 1200000 /dev/zero | tr '\0' ' ' >"$tmp/large"
refuses 413 http.too_large 'a batch over 1 MiB too' \
    POST "$api/records" "${me[@]}" "${ndjson[@]}" --data-binary @"$tmp/large"
refuses 400 wire.not_gzip 'what calls itself gzip and is not' \
    POST "$api/records" "${me[@]}" "${ndjson[@]}" -H 'Content-Encoding: gzip' -d "$key_line"
refuses 415 wire.encoding 'another encoding' \
    POST "$api/records" "${me[@]}" "${ndjson[@]}" -H 'Content-Encoding: br' -d "$key_line"
is "$(sql "$registry_data" "SELECT count(*) FROM record WHERE origin = x'$origin'")" "$last" \
    'exactly the device'"'"'s own records are held'
is "$(registry list --format json | jq '.issues // . | length')" 6 'and six issues were opened'

# ---- 5 small pictures --------------------------------------------------------------------

photo=$tmp/photo.jpg
make_photo "$photo" "$(printf 'a photo that travels in pieces. %.0s' {1..1000})"
sha=$(hash_of "$photo")
bytes=$(stat -c %s "$photo")
make_photo "$tmp/small.jpg" 'its small copy'
small_bytes=$(stat -c %s "$tmp/small.jpg")
for side in 320 1600; do
    echo "$sha $side $small_bytes"
    cat "$tmp/small.jpg"
done >"$tmp/frames"
octets=(-H 'Content-Type: application/octet-stream')
ask POST "$api/previews" "${me[@]}" "${octets[@]}" --data-binary @"$tmp/frames"
is "$code $body" '200 {"taken":2}' 'two small pictures are taken'
is "$(hash_of "$registry_data/derived/${sha:0:2}/$sha.320.jpg")" "$(hash_of "$tmp/small.jpg")" \
    'as they are'
refuses 400 wire.bad_preview 'what is no small picture is not' POST "$api/previews" \
    "${me[@]}" "${octets[@]}" -d "$sha 320 99999"

many=()
for n in {1..70} 1; do
    many+=("$(printf '%s' "small $n" | sha256sum | cut -c 1-64)")
    echo "${many[-1]} 320 $small_bytes"
    cat "$tmp/small.jpg"
done >"$tmp/frames"
derived() {
    for one in "${many[@]:0:70}"; do hash_of "$registry_data/derived/${one:0:2}/$one.320.jpg"; done | sort | uniq -c | xargs
}
cp "$tmp/frames" "$tmp/good"
echo "$sha 320 99999" >>"$tmp/frames"
refuses 400 wire.bad_preview 'after seventy good ones, one of them twice, neither' POST "$api/previews" \
    "${me[@]}" "${octets[@]}" --data-binary @"$tmp/frames"
is "$(derived)" "70 $(hash_of "$tmp/small.jpg")" 'but those are kept'
is "$(find "$registry_data/derived" -name '*.new.*' | wc -l)" 0 'and nothing is left beside them'
rm -r "$registry_data/derived"
ask POST "$api/previews" "${me[@]}" "${octets[@]}" --data-binary @"$tmp/good"
is "$code $body $(derived)" "200 {\"taken\":71} 70 $(hash_of "$tmp/small.jpg")" 'many go in one parcel'

# ---- 6 missing ---------------------------------------------------------------------------

missing() { # SHA BYTES
    send POST "$api/photos/missing" "{\"photos\":[{\"sha256\":\"$1\",\"bytes\":$2}]}" "${me[@]}"
}
missing "$sha" "$bytes"
is "$(field '.photos[0] | [.sha256, .state] | join(" ")')" "$sha unknown" \
    'a photo that never came is unknown; its small copy does not count'
is "$(field '[.registry, .epoch] | join(" ")')" "$registry_id $epoch" \
    'the answer names the epoch'
send POST "$api/photos/missing" "$(jq -nc --arg sha "$sha" \
    '{photos: [range(501) | {sha256: $sha, bytes: 1}]}')" "${me[@]}"
is "$code $(field .key)" '400 field.wrong_count' 'more than 500 at once are refused'

# ---- 7 originals by tus ------------------------------------------------------------------

tus=("${me[@]}" -H 'Tus-Resumable: 1.0.0')
offset_type=(-H 'Content-Type: application/offset+octet-stream')
name64() { printf %s "$1" | base64 -w 0; }
create() { # SHA BYTES [CURL-OPTION...]
    ask POST "$api/uploads" "${tus[@]}" -H "Upload-Length: $2" \
        -H "Upload-Metadata: sha256 $(name64 "$1")" "${@:3}"
}
# Sends bytes FROM..TO of FILE to the upload at $place.
patch() { # FILE FROM TO [CURL-OPTION...]
    head -c "$3" "$1" | tail -c +$(($2 + 1)) >"$tmp/piece"
    ask PATCH "$place" "${tus[@]}" "${offset_type[@]}" -H "Upload-Offset: $2" \
        --data-binary @"$tmp/piece" "${@:4}"
}
checksum() { # ALGORITHM FILE
    echo "Upload-Checksum: $1 $(openssl dgst "-$1" -binary "$2" | base64 -w 0)"
}
offset() { ask HEAD "$place" "${tus[@]}"; echo "$code $(header Upload-Offset)"; }

ask OPTIONS "$api/uploads"
is "$code $(header Tus-Version) $(header Tus-Extension) $(header Tus-Checksum-Algorithm)" \
    '204 1.0.0 creation,creation-with-upload,checksum,expiration,termination sha1,sha256' \
    'tus says what it can'
refuses 412 upload.version 'without Tus-Resumable nothing begins' POST "$api/uploads" \
    "${me[@]}" \
    -H "Upload-Length: $bytes" -H "Upload-Metadata: sha256 $(name64 "$sha")"
refuses 400 upload.metadata 'nor without the name of the photo' POST "$api/uploads" \
    "${tus[@]}" \
    -H "Upload-Length: $bytes"
refuses 413 photo.too_large 'nor over 64 MiB' POST "$api/uploads" "${tus[@]}" \
    -H 'Upload-Length: 67108865' -H "Upload-Metadata: sha256 $(name64 "$sha")"
create "$sha" "$bytes"
place=$registry_url$(header Location)
is "$code $(header Upload-Offset)" '201 0' 'an upload begins at 0 (creation)'
create "$sha" "$bytes"
is "$code $registry_url$(header Location)" "201 $place" 'begun again it is the same one'
patch "$photo" 0 10000
is "$code $(header Upload-Offset)" '204 10000' 'a piece is taken (PATCH)'
is "$(offset)" '200 10000' 'and the offset told (HEAD)'
ok 'and when it is thrown away unless it grows (expiration)' \
    test $(($(date -d "$(header Upload-Expires)" +%s) - $(date +%s))) -gt $((13 * 86400))
missing "$sha" "$bytes"
is "$(field '.photos[0] | [.state, .offset] | join(" ")')" 'offset 10000' \
    'missing tells that offset too'
create "$sha" "$bytes"
is "$code $(header Upload-Offset)" '201 10000' 'so does beginning it again'
refuses 409 upload.offset 'a piece from another offset is refused' PATCH "$place" "${tus[@]}" \
    "${offset_type[@]}" -H 'Upload-Offset: 5000' -d x
refuses 415 http.type 'so is one of another type' PATCH "$place" "${tus[@]}" "${octets[@]}" \
    -H 'Upload-Offset: 10000' -d x
refuses 460 upload.checksum 'a piece whose checksum is wrong is refused' PATCH "$place" \
    "${tus[@]}" \
    "${offset_type[@]}" -H 'Upload-Offset: 10000' -H "$(checksum sha1 "$photo")" \
    -d 'other bytes'
is "$(offset)" '200 10000' 'and the offset stays'
head -c 12000 "$photo" | tail -c 2000 >"$tmp/right"
patch "$photo" 10000 12000 -H "$(checksum sha1 "$tmp/right")"
is "$code $(header Upload-Offset)" '204 12000' 'one whose SHA-1 is right is taken'
head -c 13000 "$photo" | tail -c 1000 >"$tmp/right"
patch "$photo" 12000 13000 -H "$(checksum sha256 "$tmp/right")"
is "$code $(header Upload-Offset)" '204 13000' 'one whose SHA-256 is right too'

# A connection that is cut after 5,000 of the bytes it promised.
exec 7<>"/dev/tcp/127.0.0.1/$registry_port"
{
    printf 'PATCH %s HTTP/1.1\r\nHost: 127.0.0.1\r\n' "${place#"$registry_url"}"
    printf 'Authorization: Bearer %s\r\nTus-Resumable: 1.0.0\r\n' "$token"
    printf 'Content-Type: application/offset+octet-stream\r\nUpload-Offset: 13000\r\n'
    printf 'Content-Length: %d\r\n\r\n' $((bytes - 13000))
    head -c 18000 "$photo" | tail -c 5000
} >&7
sleep 0.3
exec 7>&-
for ((n = 0; n < 100; n++)); do
    told=$(offset)
    [ "$told" != '200 18000' ] || break
    sleep 0.1
done
is "$told" '200 18000' 'a connection is cut: the offset told is what is on the disk'
stop registry KILL
start_registry || exit 1
is "$(offset)" '200 18000' 'the registry is killed: it is still that'
patch "$photo" 18000 "$bytes"
is "$code $(header Upload-Offset)" "204 $bytes" 'from there the rest is sent'
is "$(hash_of "$registry_data/photos/${sha:0:2}/$sha.jpg")" "$sha" \
    'and the photo is there, whole'
for ((n = 0; n < 100; n++)); do
    missing "$sha" "$bytes"
    [ "$(field '.photos[0].state')" = stored ] || break
    sleep 0.1
done
is "$(field '.photos[0].state')" verified 'read again from the disk it is verified'
create "$sha" "$bytes"
is "$code $(header Upload-Offset)" "201 $bytes" 'begun once more it is there already'
is "$(offset | cut -c 1-3)" 404 'the upload itself is gone'

make_photo "$tmp/at-once.jpg" 'a photo in one request'
at_once=$(hash_of "$tmp/at-once.jpg")
create "$at_once" "$(stat -c %s "$tmp/at-once.jpg")" "${offset_type[@]}" \
    --data-binary @"$tmp/at-once.jpg"
is "$code $(header Upload-Offset)" "201 $(stat -c %s "$tmp/at-once.jpg")" \
    'a small photo comes with its beginning (creation-with-upload)'
ok 'and is there' test -f "$registry_data/photos/${at_once:0:2}/$at_once.jpg"

make_photo "$tmp/false.jpg" 'bytes under a name that is not theirs'
false_bytes=$(stat -c %s "$tmp/false.jpg")
claimed=$(hash_of "$tmp/small.jpg")
create "$claimed" "$false_bytes"
place=$registry_url$(header Location)
patch "$tmp/false.jpg" 0 "$false_bytes"
is "$code $(field .key)" '460 photo.hash_differs' \
    'bytes that are not what their name says are refused'
is "$(offset | cut -c 1-3)" 404 'and that upload is thrown away'
is "$(find "$registry_data/uploads" "$registry_data/photos" -name "*$claimed*" | wc -l)" 0 \
    'nothing is left of it'
echo 'this is a text of some length' >"$tmp/text.jpg"
create "$(hash_of "$tmp/text.jpg")" "$(stat -c %s "$tmp/text.jpg")" "${offset_type[@]}" \
    --data-binary @"$tmp/text.jpg"
is "$code $(field .key)" '422 upload.not_photo' \
    'bytes that are neither JPEG nor PNG are refused'
create "$claimed" "$small_bytes"
place=$registry_url$(header Location)
patch "$tmp/small.jpg" 0 100
ask DELETE "$place" "${tus[@]}"
is "$code" 204 'an upload can be given up (termination)'
is "$(offset | cut -c 1-3)" 404 'then it is gone'
is "$(find "$registry_data/uploads" -type f | wc -l)" 0 'and its bytes too'

# One that has not grown for two weeks is swept at the next start, or within the hour.
create "$claimed" "$small_bytes"
place=$registry_url$(header Location)
patch "$tmp/small.jpg" 0 100
sql "$registry_data" 'UPDATE upload SET made_ms = made_ms - 15 * 86400000'
stop registry
start_registry || exit 1
for ((n = 0; n < 100; n++)); do
    [ "$(find "$registry_data/uploads" -type f | wc -l)" = 0 ] && break
    sleep 0.05
done
is "$(offset | cut -c 1-3) $(find "$registry_data/uploads" -type f | wc -l)" '404 0' \
    'an upload that grew no more is thrown away'

# ?wait: the answer comes when something has changed, or is there at once when there is
# something to do.
began=$(date +%s%N)
missing "$sha" "$bytes"
send POST "$api/photos/missing?wait=20" "{\"photos\":[{\"sha256\":\"$sha\",\"bytes\":$bytes}]}" "${me[@]}"
ok 'a question that may wait is answered at once when there is nothing to wait for' \
    test $(($(date +%s%N) - began)) -lt 5000000000
mv "$registry_data/photos/${sha:0:2}/$sha.jpg" "$tmp/away.jpg"
mkdir "$registry_data/photos/${sha:0:2}/$sha.jpg"
sql "$registry_data" "UPDATE blob SET state = 'stored' WHERE sha256 = '$sha'"
began=$(date +%s%N)
send POST "$api/photos/missing?wait=1" "{\"photos\":[{\"sha256\":\"$sha\",\"bytes\":$bytes}]}" "${me[@]}"
waited=$((($(date +%s%N) - began) / 1000000))
is "$(field '.photos[0].state') $((waited >= 900))" 'stored 1' \
    'while a photo cannot be proven it waits as long as it was asked to'
rmdir "$registry_data/photos/${sha:0:2}/$sha.jpg"
mv "$tmp/away.jpg" "$registry_data/photos/${sha:0:2}/$sha.jpg"
send POST "$api/photos/missing?wait=20" "{\"photos\":[{\"sha256\":\"$sha\",\"bytes\":$bytes}]}" "${me[@]}"
is "$(field '.photos[0].state')" verified 'and answers as soon as it is'

# Another device sees nothing of ours.
create "$claimed" "$small_bytes"
place=$registry_url$(header Location)
pair_with "$(registry device code --json | jq -r .code)" \
    "$(sql "$other" "SELECT lower(hex(key)) FROM origin WHERE $own")"
refuses 404 upload.unknown 'an upload of one device is unknown to another' GET "$place" \
    -H "Authorization: Bearer $(field .token)" -H 'Tus-Resumable: 1.0.0'

# ---- 8 what every device may see ---------------------------------------------------------

ask GET "$api/records?after=" "${me[@]}"
cursor=$(header Lygte-Cursor)
is "$code $(header Content-Type)" '200 application/x-ndjson' 'the feed is NDJSON'
is "$(head -n 1 "$tmp/body" | jq -r .origin)" "$(jq -r .origin <<<"$first_answer")" \
    "it begins with the registry's key"
kinds=$(tail -n +2 "$tmp/body" | jq -r '.[0] | fromjson | .kind' | sort -u | tr '\n' ' ')
like "$kinds" 'catalogue.*party.*walk.plan' 'it has catalogue, parties and plans'
[[ $kinds != *observation* && $kinds != *issue* ]]
is $? 0 'and nothing of what others saw'
ask GET "$api/records?after=$cursor" "${me[@]}"
is "$code ${#body} $(header Lygte-Cursor)" "200 0 $cursor" \
    'from its cursor on there is nothing new'
registry walk new --title 'One more plan' >/dev/null
ask GET "$api/records?after=$cursor" "${me[@]}"
is "$(tail -n +2 "$tmp/body" | jq -r '.[0] | fromjson | .kind')" walk.plan \
    'a new plan comes alone'
ask GET "$api/records?after=$(printf '0%.0s' {1..32}).7" "${me[@]}"
like "$body" 'catalogue' 'a cursor of another epoch begins from nothing'

ok 'doctor is content' registry doctor --rebuild
finish
