#!/usr/bin/env bash
# On a tablet that was shut out the last of a track can be no record any more: its walk goes all the
# same when somebody says so, by hand and from the page, and no position stays behind.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

left_behind() { # WALK
    sql "$walker_data" "INSERT INTO track_draft (walk, line, source, clock, at_ms, lat, lon, acc, lost)
        VALUES ('$1', '$(new_id)', 'browser', 'ntp', 1, 570500000, 99200000, 40, 0)"
}
left_of() { # WALK
    sql "$walker_data" "SELECT (SELECT count(*) FROM track_draft WHERE walk = '$1') || ' '
        || (SELECT count(*) FROM walk WHERE id = '$1')"
}

start_registry || exit 1
pair
first=$(walker walk new --title 'Kildeparken' | tail -n 1)
second=$(walker walk new --title 'Vejgaard' | tail -n 1)
for walk in "$first" "$second"; do walker add --walk "$walk" --category BEL01 --at 57.05,9.92 >/dev/null; done
walker sync >/dev/null
run registry device list --json
registry device revoke "$(jq -r '.devices[0].id' <<<"$out")" >/dev/null
complains 1 Lygte 'the tablet hears that it is shut out' walker sync
left_behind "$first"
left_behind "$second"

run walker wipe --walk "$first" --offline
is "$status $(left_of "$first")" '0 0 0' 'its walk goes, with the positions that nobody can send'
is "$(left_of "$second")" '1 1' 'and no other'
start_walker
is "$(left_of "$second")" '1 1' 'a start makes no record of them, and lets them be'
ask GET "$walker_url/api/v1/walks/$second/wipe"
is "$code $(field .left)" '200 0' 'the page counts nothing that keeps the walk here'
send POST "$walker_url/api/v1/walks/$second/wipe" '{"offline":true}'
is "$code $(left_of "$second")" '200 0 0' 'and from it the walk goes as well'
finish
