#!/usr/bin/env bash
# A wipe hangs on what the register says now: a hub in reach does not stand in for it, and a
# sync that nobody answered does not move the time at which all was confirmed.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

at() { "$BIN/walker" --data "$tmp/$1" "${@:2}"; }
start_registry
for device in hub a; do
    run registry device code --json
    run at "$device" pair "$registry_url" "$(jq -r .code <<<"$out")" --name "$device"
done
walk=$(at a walk new --title V | tail -n 1)
make_photo "$tmp/p.jpg" 'das letzte'
at a add --walk "$walk" --category BEL01 --note x --photo "$tmp/p.jpg" >/dev/null
for deed in begin end close; do at a walk "$deed" "$walk" >/dev/null; done
run at a sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'all is confirmed'
walker_data=$tmp/hub
start_hub
run at hub hub code --json
run at a pair "$(jq -r .text <<<"$out")" --name a
run at a sync
is "$status" 0 'the tablet knows the hub, too'
stop registry
find "$registry_data/photos" -type f -delete # its disk lost it, and nobody has been told
synced() { sql "$tmp/a" "SELECT synced_ms FROM peer"; }
photos() { find "$tmp/a/photos" -type f | wc -l; }
run at a wipe --walk "$walk"
like "$err" 'stays on this device.*does not answer' 'the sentence says what happened'
is "$status $(photos)" '1 1' 'with the hub in reach and the register not, a wipe keeps the last copy'
stop walker
before=$(synced)
run at a sync
is "$status $((before > 0)) $(synced)" "1 1 $before" 'where nobody answers the time of the confirmation stays'
finish
