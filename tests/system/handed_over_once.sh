#!/usr/bin/env bash
# What a page out of reach hands over comes in once, also when it is said twice, and over
# what the page had seen: two pages that edit the same field make a conflict that both
# can read and one tap settles; a page's own edits in a row make none.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

walk=$(walker walk new --title 'Two phones')
walker walk begin "$walk" >/dev/null
start_walker || exit 1
point=$(new_id)
at=$walker_url/api/v1/observations/$point
records() { sql "$walker_data" 'SELECT count(*) FROM record'; }

send PUT "$at" "{\"walk\":\"$walk\",\"category\":\"BEL\",\"ago_ms\":3600000}"
is "$code" 201 'a point tapped an hour ago is taken in'
age=$(($(date +%s) - $(date -d "$(field .at)" +%s)))
ok 'its time is an hour ago by the clock here' test "$age" -ge 3598 -a "$age" -le 3630
seen=$(field .seen)

one=$(new_id) two=$(new_id) other=$(new_id)
send PATCH "$at" "{\"op\":\"$one\",\"seen\":$seen,\"note\":\"first\"}"
is "$code" 200 'an edit is taken in'
before=$(records)
send PATCH "$at" "{\"op\":\"$one\",\"seen\":$seen,\"note\":\"first\"}"
is "$code $(records)" "200 $before" 'the same deed again writes nothing'
send PATCH "$at" "{\"op\":\"$two\",\"seen\":$seen,\"after\":[\"$one\"],\"note\":\"second\"}"
is "$(field '"\(.note) \(.conflicts)"')" 'second null' \
    'the next edit of the same page is over its own, without a conflict'

send PATCH "$at" "{\"op\":\"$other\",\"seen\":$seen,\"note\":\"theirs\",\"severity\":3}"
is "$(field '[.conflicts.note[].value] | sort | join(" ")')" 'second theirs' \
    'an edit by a page that had seen neither is a conflict: both stay readable'
is "$(field '.conflicts.severity, .severity')" $'null\n3' 'a field only one touched is none'
first=$(field '.conflicts.note[] | select(.value == "second").hash')
shown=$(field '[.conflicts.note[].hash] | tojson')
send PATCH "$at" "{\"op\":\"$(new_id)\",\"seen\":$seen,\"note\":\"third\"}"
send PATCH "$at" "{\"settle\":{\"note\":{\"choose\":\"$first\",\"seen\":$shown}}}"
is "$code $(field '[.conflicts.note[].value] | sort | join(" ")')" '200 second third' \
    'a choice between two that were shown does not settle a third, which nobody chose from'
first=$(field '.conflicts.note[] | select(.value == "second").hash')
send PATCH "$at" "{\"settle\":{\"note\":\"$first\"}}"
is "$code $(field '"\(.note) \(.conflicts)"')" '200 second null' 'one tap settles it'
refuses 409 observation.settled 'a version that stands there no more' PATCH "$at" \
    -H 'Content-Type: application/json' -d "{\"settle\":{\"note\":\"$first\"}}"

witness=$(new_id)
send POST "$at/witness" "{\"op\":\"$witness\"}"
send POST "$at/witness" "{\"op\":\"$witness\"}"
is "$(field .witnesses)" 1 'a witness said twice is one'
refuses 400 field.not_id 'a deed whose id is none' PATCH "$at" \
    -H 'Content-Type: application/json' -d '{"op":"x","note":"y"}'

# ---- words half typed when the power went

send PUT "$at/draft" '{"note":"half a sen"}'
stop walker KILL
sql "$walker_data" 'UPDATE draft SET saved_ms = saved_ms - 120000' >/dev/null
start_walker || exit 1
ask GET "$walker_url/api/v1/observations/$point"
is "$(field '"\(.note) \(.draft)"')" 'half a sen null' \
    'what was typed when the power went is an edit after the next start'
finish
