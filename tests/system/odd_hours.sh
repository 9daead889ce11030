#!/usr/bin/env bash
# A page opened while nobody knew the time is not locked out when somebody does; a place dated
# in the year 9999 does not keep a walk from ending; a large file brought as a stick is judged,
# and costs nobody else anything.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

walker_options=()
start_walker
key=$(walker url | sed 's/.*key=//')
curl -s -o /dev/null -c "$tmp/jar" "$walker_url/?key=$key"
ask GET "$walker_url/api/v1/walks" -b "$tmp/jar"
is "$code" 200 'a page was opened with its key'
sql "$walker_data" "UPDATE web_key SET made_ms = 86400000"
ask GET "$walker_url/api/v1/walks" -b "$tmp/jar"
is "$code" 200 'that the clock said 1970 then does not lock it out'
is "$(sql "$walker_data" "SELECT made_ms > 1767225600000 FROM web_key WHERE kind = 'cookie'")" 1 \
    'and its year begins when the time is known'

sql "$walker_data" 'UPDATE web_key SET made_ms = 1767312000000' # 2026-01-02
ask GET "$walker_url/api/v1/walks" -b "$tmp/jar"
is "$(sql "$walker_data" "SELECT made_ms FROM web_key WHERE kind = 'cookie'")" 1767312000000 \
    'a newer program makes no key young again'
sql "$walker_data" "UPDATE web_key SET made_ms = $(date +%s)000"

walk=$(walker walk new --title 'Sent' | tail -n 1)
walker walk begin "$walk" >/dev/null
for at in 9999-12-31T23:59:59Z 2026-11-30T19:00:00Z 2026-11-30T19:00:05Z; do
    send POST "$walker_url/api/v1/walks/$walk/track" \
        "{\"fixes\":[{\"lat\":57.04,\"lon\":9.91,\"accuracy_m\":4,\"at\":\"$at\"}]}" -b "$tmp/jar"
done
send POST "$walker_url/api/v1/walks/$walk/end" '{}' -b "$tmp/jar"
is "$code" 200 'a place dated in the year 9999 keeps no walk from ending'
is "$(sql "$walker_data" 'SELECT count(*) FROM track_draft')" 0 'and the track is kept'

head -c 40000000 /dev/urandom >"$tmp/large"
ask POST "$walker_url/api/v1/stick" -b "$tmp/jar" -H 'Content-Type: application/octet-stream' \
    --data-binary "@$tmp/large"
is "$code $(field .key)" '400 stick.not_ours' 'a large file that is no stick is told'
ask GET "$walker_url/healthz"
is "$code" 200 'and the page is there'
is "$(find "$walker_data/tmp" -type f | wc -l)" 0 'with nothing left of it'
finish
