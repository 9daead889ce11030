#!/usr/bin/env bash
# A photo is erased while it is under way: its upload is not gone on with, and nothing of it
# is kept; the tablet hears it and has no more to send.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry
pair
walk=$(walker walk new --title 'Undervejs' | tail -n 1)
make_photo "$tmp/a.jpg" 'undervejs'
sha=$(hash_of "$tmp/a.jpg")
bytes=$(stat -c %s "$tmp/a.jpg")
walker set metered on
point=$(walker add --walk "$walk" --category BEL01 --photo "$tmp/a.jpg" | tail -n 1)
walker sync >/dev/null
tus=(-H "Authorization: Bearer $(<"$walker_data/token")" -H 'Tus-Resumable: 1.0.0')
ask POST "$registry_url/api/v1/uploads" "${tus[@]}" -H "Upload-Length: $bytes" \
    -H "Upload-Metadata: sha256 $(printf %s "$sha" | base64 -w 0)"
place=$registry_url$(header Location)
patch() { # FROM TO
    head -c "$2" "$tmp/a.jpg" | tail -c +$(($1 + 1)) >"$tmp/piece"
    ask PATCH "$place" "${tus[@]}" -H "Upload-Offset: $1" \
        -H 'Content-Type: application/offset+octet-stream' --data-binary "@$tmp/piece"
}
patch 0 100
is "$code $(sql "$registry_data" 'SELECT held FROM upload')" '204 100' 'a part of a photo is there'
row=$(sqlite3 -batch -cmd '.mode insert upload' "$registry_data/lygte.db" 'SELECT * FROM upload')
run registry erase "$point" --photos --reason request
is "$status $(sql "$registry_data" 'SELECT count(*) FROM upload')" '0 0' 'it is erased, and forgotten'
# The piece that was being counted just then
sql "$registry_data" "$row"
patch 100 200
is "$code $(field .key)" '410 photo.erased' 'no further piece is taken'
is "$(find "$registry_data/uploads" -type f)" '' 'and no byte of it lies there'
walker set metered off
run walker sync
is "$status" 0 'the tablet has nothing more to send'
is "$(find "$walker_data/photos" -name "$sha*")" '' 'and has it no more'
finish
