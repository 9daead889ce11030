#!/usr/bin/env bash
# A hub's word that a photo is to be nowhere destroys nothing: only what the registry has
# signed does. The tablet does not send it there, and brings it home by itself.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

at() { "$BIN/walker" --data "$tmp/$1" "${@:2}"; }
start_registry || exit 1
for device in hub a; do
    run registry device code --json
    run at "$device" pair "$registry_url" "$(jq -r .code <<<"$out")" --name "$device"
done
walk=$(at a walk new --title 'Ved hubben' | tail -n 1)
at a sync >/dev/null
walker_data=$tmp/hub
start_hub
run at hub hub code --json
run at a pair "$(jq -r .text <<<"$out")" --name a
is "$status" 0 'a tablet is paired with a hub'

make_photo "$tmp/a.jpg" 'ligger kun her'
photo=$(hash_of "$tmp/a.jpg")
stop registry
at a add --walk "$walk" --category BEL01 --photo "$tmp/a.jpg" >/dev/null
sql "$tmp/hub" "INSERT INTO erased_blob (sha256, subject, erasure) VALUES ('$photo', 'ingen har skrevet det under', 1)"
run at a sync
is "$(find "$tmp/a/photos" -name "$photo.jpg" | wc -l)" 1 'the hub says it is erased, and the tablet keeps it'
is "$(sql "$tmp/a" "SELECT state FROM receipt_photo WHERE sha256 = '$photo'")" erased 'having heard it'
is "$(find "$tmp/hub" -name "$photo*" | wc -l)" 0 'nor does it send it there'
start_registry
run at a sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'with the registry in reach all comes home'
is "$(find "$registry_data/photos" -name "$photo.jpg" | wc -l)" 1 'the photo too'
finish
