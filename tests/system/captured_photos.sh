#!/usr/bin/env bash
# A photo by the page's own camera has no EXIF: when and where come from the shutter, as the
# page tells it. What a photo says of itself goes before, and a place that is none costs
# nobody the photo.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}

walk=$(walker walk new --title 'Lukkeren' | tail -n 1)
start_walker || exit 1
point=$(new_id)
send PUT "$walker_url/api/v1/observations/$point" "{\"walk\":\"$walk\",\"category\":\"BEL01\"}"

give() { # FILE QUERY: $photo is what the point says of it
    local sha
    sha=$(hash_of "$1")
    ask PUT "$walker_url/api/v1/observations/$point/photos/$sha$2" -H 'Content-Type: image/jpeg' --data-binary "@$1"
    photo=$(jq -c --arg sha "$sha" '.observation.photos[] | select(.sha256 == $sha)' <<<"$body")
}

make_photo "$tmp/shot.jpg" 'fra siden'
give "$tmp/shot.jpg" '?ago_ms=600000&lat=57.0406&lon=9.9712&accuracy_m=5'
is "$code $(jq -r '[.at.lat, .at.lon, .at.accuracy_m, .at.source] | join(" ")' <<<"$photo")" \
    '201 57.0406 9.9712 5 capture' 'where the shutter was is where the photo was taken'
is "$(jq '(now - 600 - (.taken[0:19] + "Z" | fromdate)) | fabs < 30' <<<"$photo")" true 'and when, ten minutes ago'
make_photo "$tmp/nowhere.jpg" 'uden sted'
give "$tmp/nowhere.jpg" '?ago_ms=0&lat=0&lon=0'
is "$code $(jq -c '[.at, .taken != null]' <<<"$photo")" '201 [null,true]' 'a place that is none costs nobody the photo'
make_photo "$tmp/chosen.jpg" 'valgt'
give "$tmp/chosen.jpg" ''
is "$code $(jq -c '[.at, .taken]' <<<"$photo")" '201 [null,null]' 'of a file that was chosen nothing is made up'
"$draw" --scene bin --at 57.0409,9.9722 --direction 10 --size 640x480 --seed 1 \
    --time 2026-11-19T19:52:00+01:00 -o "$tmp/exif.jpg"
give "$tmp/exif.jpg" '?ago_ms=600000&lat=57.0406&lon=9.9712'
is "$(jq -r '[.at.lat, .at.source, .taken[0:16]] | join(" ")' <<<"$photo")" '57.0409 exif 2026-11-19T18:52' \
    'what a photo says of itself goes before'
if command -v exiftool >/dev/null; then
    send POST "$walker_url/api/v1/photos/$(hash_of "$tmp/shot.jpg")/cover" '{"burns":[{"x1":1,"y1":1,"x2":20,"y2":20}]}'
    ask GET "$walker_url/api/v1/photos/$(field .photo.sha256)/original"
    cp "$tmp/body" "$tmp/covered.jpg"
    like "$(exiftool -s3 -n -GPSLatitude -DateTimeOriginal "$tmp/covered.jpg")" '^57.0406' 'a covered one carries it on'
else
    skip 'a covered one carries it on' 'no exiftool'
fi
finish
