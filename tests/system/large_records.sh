#!/usr/bin/env bash
# One tablet's records, however many and large, keep nobody else's sync from its end.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry
run registry walk new --title 'Den store' --start 2026-11-22T18:00:00Z
walk=$(tail -n 1 <<<"$out")
pair
walker sync >/dev/null
point=$(walker add --walk "$walk" --category BEL01 --note 'stort' | tail -n 1)
walker sync >/dev/null
large=$walker_data

# Fifteen a batch: 60 kB each, and a batch has at most a megabyte.
taken=0
flood() { # SEQ TICK KIND SUBJECT BODY COUNT
    node "$root/tests/support/says.mjs" "$large" "$@" | split -l 15 - "$tmp/batch."
    taken=0
    for batch in "$tmp"/batch.*; do
        ask POST "$registry_url/api/v1/records" -H "Authorization: Bearer $(<"$large/token")" \
            -H 'Content-Type: application/x-ndjson' --data-binary "@$batch"
        taken=$((taken + $(field .new)))
        rm "$batch"
    done
}
flood 1000 50 clock.fix '{ORIGIN}:b{N}' '{"boot":"b{N}","utc_minus_mono_ms":1,"source":"set","x":"{PAD}"}' 150
is "$taken" 150 '9 MB of words about clocks are held'
flood 2000 50 observation.edit "$point" '{"measure":{"value":"m{N}","over":[]},"x":"{PAD}"}' 150
is "$taken" 150 'and 9 MB about one point'

walker_data=$tmp/other
pair
run walker sync
is "$status" 0 'another tablet syncs'
make_photo "$tmp/b.jpg" 'den anden'
walker add --walk "$walk" --category BEL02 --photo "$tmp/b.jpg" >/dev/null
run walker sync --json
is "$status $(jq -c '[.all_confirmed, .photos.verified]' <<<"$out")" '0 [true,1]' \
    'also with a point of its own on the same walk'
is "$(sql "$walker_data" "SELECT count(*) FROM record WHERE kind = 'clock.fix' AND length(body) > 60000")" 150 \
    'with all of the first, which are for everybody'
like "$(sql "$walker_data" "SELECT count(*) FROM observation WHERE id = '$point' AND founded = 1")" 1 \
    'and with the point'
registry party add ZZ --da Z --en Z --kind owner >/dev/null
walker sync >/dev/null
is "$(sql "$walker_data" "SELECT count(*) FROM party WHERE code = 'ZZ'")" 1 'and hears what comes later'
finish
