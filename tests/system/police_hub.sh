#!/usr/bin/env bash
# What only the police may read, carried by a hub: it brings text and photo to the registry
# and their receipts home, can look into neither, and hands them to no other tablet.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
secret='fire ord ingen venter'
at() { "$BIN/walker" --data "$tmp/$1" "${@:2}"; }
seals() { sql "$tmp/$1" "SELECT count(*) FROM record WHERE COALESCE(carried, kind) LIKE '%.seal'"; }
boxes() { find "$1/photos" -name '*.box' | wc -l; }

run registry police key --make "$tmp/police.key" <<<"$secret"
start_registry || exit 1
for device in hub a b; do
    run registry device code --json
    run at "$device" pair "$registry_url" "$(jq -r .code <<<"$out")" --name "$device"
done
run registry walk new --title 'Æblegade' --start 2026-11-22T18:00:00Z
walk=$(tail -n 1 <<<"$out")
for device in a b hub; do at "$device" sync >/dev/null; done
stop registry

hub_log=$(new_log hub)
"$BIN/walker" --data "$tmp/hub" serve --hub --listen 127.0.0.1:0 --page 127.0.0.1:0 >"$hub_log" 2>&1 &
hub_pid=$!
started+=("$hub_pid")
for ((waited = 0; waited < 2000; waited++)); do
    grep -q 'https://' "$hub_log" && break
    sleep 0.01
done
for device in a b; do
    run at hub hub code --json
    run at "$device" pair "$(jq -r .text <<<"$out")" --name "Tablet $device"
done
is "$status" 0 'two tablets join the hub'

make_photo "$tmp/photo.jpg" 'manden ved tunnelen'
make_photo "$tmp/lamp.jpg" 'en lampe'
run at a add --walk "$walk" --category OPH08 --police-only --note 'en hvid bil' --photo "$tmp/photo.jpg"
run at a add --walk "$walk" --category BEL01 --note 'slukket' --photo "$tmp/lamp.jpg"
run at a sync
is "$(seals hub) $(boxes "$tmp/hub") $(jq -c .carried.photos <<<"$(at a status --json)")" '2 1 2' \
    'the hub takes text and box, and says that it carries them'
run at b sync
is "$(sql "$tmp/b" "SELECT count(*) FROM record WHERE kind = 'observation.note'") $(seals b)" '1 0' \
    'the other tablet gets the lamp, and nothing of what is sealed'
is "$(sql "$tmp/b" 'SELECT count(*) FROM observation')" 1 'nor a point that stands for it'
box=$(find "$tmp/hub/photos" -name '*.box' -printf %f)
is "$(find "$tmp/hub/derived" -name "${box%.box}*" | wc -l)" 0 \
    'the hub makes no small copy of a box'

start_registry || exit 1
run at hub sync
is "$(boxes "$registry_data") $(sql "$registry_data" "SELECT count(*) FROM blob WHERE type = 'sealed'")" '1 1' \
    'the hub brings them to the registry'
run at a sync
is "$status $(jq -c .all_confirmed <<<"$(at a status --json)")" '0 true' 'their receipts come home'
run registry unseal --key "$tmp/police.key" --folder "$tmp/open" --json <<<"$secret"
is "$status $(jq -r '.[0].point.note' <<<"$out") $(cmp "$tmp/photo.jpg" "$tmp/open"/*.jpg && echo same)" \
    '0 en hvid bil same' 'and the key file opens them'
is "$(grep -rlaE 'manden ved tunnelen|en hvid bil' "$tmp/hub" "$tmp/a" "$tmp/b" "$registry_data" | wc -l)" 0 \
    'no file of hub, tablets or registry holds a word or byte of it'
kill "$hub_pid" && wait "$hub_pid"
for device in hub a b; do at "$device" doctor --rebuild >"$tmp/doctor.$device.log" 2>&1 || echo "$device"; done >"$tmp/unwell"
is "$(<"$tmp/unwell")" '' 'every doctor is content'
finish
