#!/usr/bin/env bash
# A photo goes out in several ranges at once, and each of them is answered "stored": when a
# stick was faster, or a registry says so for reasons of its own. The photo counts once.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
command -v node >/dev/null || skip_all 'node is not installed'

# Twenty megabytes of comments before the grey pixels: more than goes whole on any link.
make_photo "$tmp/small.jpg" 'mange stykker'
{
    printf '\xff\xd8'
    perl -e 'print "\xff\xfe\xff\xff" . chr(97 + $_ % 10) x 65533 for 1 .. 320'
    tail -c +3 "$tmp/small.jpg"
} >"$tmp/large.jpg"

start_registry
pair
walk=$(walker walk new --title 'Mange stykker' | tail -n 1)
walker add --walk "$walk" --category BEL01 --photo "$tmp/large.jpg" >/dev/null
node "$root/tests/support/says_stored.mjs" "$registry_url" >"$tmp/relay.log" 2>&1 &
relay=$!
started+=("$relay")
await_address "$tmp/relay.log" "$relay"
sql "$walker_data" "UPDATE peer SET url = '$address'"

run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'everything is confirmed'
like "$(sed -n 's/^told //p' "$tmp/relay.log" | sort -n | tail -n 1)" '^([4-9]|[1-9][0-9]+) ranges' \
    'at least four ranges of it were told "stored" at once'
is "$(jq -c '[.photos.made, .photos.verified]' <<<"$out")" '[1,1]' 'it is one photo'
is "$(sql "$walker_data" 'SELECT done <= of FROM sync_state')" 1 'and was counted once on the way'
is "$(find "$registry_data/photos" -name "$(hash_of "$tmp/large.jpg").jpg" | wc -l)" 1 'it stands at the registry'
run walker sync --json
is "$status $(jq -r .bytes_sent <<<"$out" | awk '{ print $1 < 100000 }')" '0 1' 'nothing of it is sent again'
finish
