#!/usr/bin/env bash
# A device may be interested in much: a long planned route in many legs, and every open walk of
# a busy municipality. What it asks for is then some kilobytes of address, and all of it counts.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry || exit 1
pair
walk=$(walker walk new --title 'Langs fjorden' | tail -1)
{
    echo '<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
    for ((i = 0; i < 300; i++)); do
        echo "<trkpt lat=\"57.0$((400 + i))\" lon=\"9.97$((i % 2 * 10 + 10))\"/>"
    done
    echo '</trkseg></trk></gpx>'
} >"$tmp/route.gpx"
walker walk edit "$walk" --route "$tmp/route.gpx" >/dev/null
run walker sync
is "$status" 0 'a walk along three hundred points is brought home'
for ((i = 0; i < 70; i++)); do registry walk new --title "Plan $i" >/dev/null; done
run walker sync
is "$status" 0 'the plans of seventy walks come'
run walker sync
is "$status" 0 'and the next sync asks for all it may ask for'
run walker sync --json
is "$(jq .all_confirmed <<<"$out")" true 'everything is confirmed'

# What stands last in the address is heard as well.

walker walk begin "$walk" >/dev/null
point=$(walker add --walk "$walk" --category BEL01 --at 57.0690,9.9710,5 | tail -1)
walker sync >/dev/null
walker walk close "$walk" >/dev/null
walker sync >/dev/null
run walker wipe --walk "$walk"
is "$status" 0 'a walk of it is wiped, with its proof'
walker fetch --walk "$walk" >/dev/null
run walker sync
run walker show "$point" --json
is "$status $(jq -r .category <<<"$out")" '0 BEL01' 'and comes back when it is asked for'

finish
