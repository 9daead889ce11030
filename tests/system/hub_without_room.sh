#!/usr/bin/env bash
# The last room of a hub's disk is for points, also of others: a tablet's photo is refused
# there with a sentence and stays on the tablet, and everything else goes on.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

hub_up() {
    local hub_log waited
    hub_log=$(new_log hub)
    "$BIN/walker" --data "$tmp/hub" serve --hub --listen "127.0.0.1:${hub_port:-0}" \
        --hub-http 127.0.0.1:0 --page 127.0.0.1:0 >"$hub_log" 2>&1 &
    hub_pid=$!
    started+=("$hub_pid")
    for ((waited = 0; waited < 2000; waited++)); do
        hub_port=$(sed -nE 's#.*https://[0-9.]+:([0-9]+).*#\1#p' "$hub_log" | head -n 1)
        [ -z "$hub_port" ] || break
        sleep 0.01
    done
}

start_registry
walker_data=$tmp/hub
pair
walker_data=$tmp/tablet
pair
walker sync >/dev/null
walker --data "$tmp/hub" sync >/dev/null # now it knows the tablet
stop registry
walker_data=$tmp/hub
LYGTE_LEAST_MB=99999999 hub_up
run walker hub code --json
invitation=$(jq -r .text <<<"$out")
walker_data=$tmp/tablet
walk=$(walker walk new --title 'Uden plads' | tail -n 1)
make_photo "$tmp/a.jpg" 'et'
make_photo "$tmp/b.jpg" 'to'
walker add --walk "$walk" --category BEL01 --photo "$tmp/a.jpg" >/dev/null
walker add --walk "$walk" --category BEL02 --photo "$tmp/b.jpg" >/dev/null
walker pair "$invitation" --name 'Tablet 2' >/dev/null

complains 1 'MB' 'a tablet hears that the hub has no room' walker sync
like "$err" 'did not take 2 of the photos' 'and how many stay here for that'
is "$(find "$tmp/hub/photos" "$tmp/hub/uploads" -type f | wc -l)" 0 'nothing of a photo is on the hub'
is "$(find "$walker_data/photos" -name '*.jpg' | wc -l)" 2 'both are on the tablet'
is "$(sql "$tmp/hub" 'SELECT count(*) FROM observation WHERE founded = 1')" 2 'all points are at the hub'
is "$(sql "$walker_data" 'SELECT count(*) FROM receipt_photo')" 0 'no receipt says otherwise'
walker add --walk "$walk" --category BEL03 >/dev/null
run walker sync
is "$status $(sql "$tmp/hub" 'SELECT count(*) FROM observation WHERE founded = 1')" '1 3' 'later points go there too'
stop hub
hub_up
run walker sync
is "$(find "$tmp/hub/photos" -name '*.jpg' | wc -l) $(sql "$walker_data" 'SELECT count(*) FROM receipt_photo')" '2 2' \
    'with room again the photos follow, and the receipts say so'
stop hub
finish
