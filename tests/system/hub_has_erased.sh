#!/usr/bin/env bash
# A tablet that meets an erased point at the hub before it has heard of the erasure takes the
# rest from there and this from the registry: nothing is amiss, and nothing is called so.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

at() { "$BIN/walker" --data "$tmp/$1" "${@:2}"; }
start_registry || exit 1
for device in hub a b; do
    run registry device code --json
    run at "$device" pair "$registry_url" "$(jq -r .code <<<"$out")" --name "$device"
done
walker_data=$tmp/hub
start_hub
for device in a b; do
    run at hub hub code --json
    at "$device" pair "$(jq -r .text <<<"$out")" --name "$device" >/dev/null
done
walk=$(at a walk new --title 'Ved hubben' | tail -n 1)
at a walk begin "$walk" >/dev/null
at a sync >/dev/null
at hub sync >/dev/null
point=$(at a add --walk "$walk" --category BEL01 --note 'SKAL-SLETTES' --at 57.04,9.97 | tail -n 1)
at a edit "$point" --category STI01 >/dev/null
at a sync >/dev/null
at hub sync >/dev/null
run registry erase "$point" --text --reason request
is "$status" 0 'the registry erases the words of a point'
at hub sync >/dev/null
bare=$(sql "$tmp/hub" "SELECT count(*) FROM record WHERE subject = '$point' AND body IS NULL")
ok "the hub has the point's records without their bodies" [ "$bare" -gt 0 ]
# The edit came to the hub before the erasure, and as a changed category may change who sees
# the point, the hub tells the whole point with it: its note bare, the erasure still to come.
run at b sync
is "$status $(grep -c 'left out' <<<"$out")" '0 0' 'a tablet that comes new to it is told of nothing amiss'
is "$(sql "$tmp/b" "SELECT count(*) FROM record WHERE subject = '$point' AND body IS NULL")" "$bare" \
    'it has the records all the same'
is "$(grep -c 'SKAL-SLETTES' <(sql "$tmp/b" 'SELECT body FROM record'))" 0 'and no word of what was erased'

# ---- and the other way round: the hub has not heard yet, and has the small picture still

make_photo "$tmp/lamp.jpg" 'to punkter'
sha=$(hash_of "$tmp/lamp.jpg")
first=$(at a add --walk "$walk" --category BEL01 --at 57.041,9.97 --photo "$tmp/lamp.jpg" | tail -n 1)
at a add --walk "$walk" --category BEL06 --at 57.042,9.97 --photo "$tmp/lamp.jpg" >/dev/null
at a sync >/dev/null
small() { find "$tmp/b/derived" -name "$sha*" | wc -l; }
for _ in {1..50}; do
    at b sync >/dev/null
    [ "$(small)" = 0 ] || break
    sleep 0.2
done
is "$(small)" 1 'a tablet has the small picture of a photo of two points from the hub'
run registry erase "$first" --photos --reason request
is "$status" 0 'the registry erases the photo'
at b sync >/dev/null
is "$(small)" 0 'the tablet hears of it and lets go of the picture'
at b sync >/dev/null
is "$(small)" 0 'and does not take it again from the hub, which has not heard'
finish
