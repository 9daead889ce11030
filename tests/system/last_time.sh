#!/usr/bin/env bash
# A device gets the points near its own planned walks, with their issues and small
# pictures: read only, never the police's, and gone again when they become so.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}

"$draw" --scene lamp_out --at 57.0406,9.9712 --direction 40 --time 2026-11-19T19:42:00+01:00 --size 640x480 \
    -o "$tmp/a.jpg"
start_registry
first=$tmp/first second=$tmp/second
note() { walker add --walk "$walk" --at 57.0406,9.9712,4 "$@" | tail -n 1; }

# ---- last year, on another tablet

walker_data=$first
pair
walk=$(walker walk new --title 'I fjor' --area 'Aalborg Øst' --start 2025-11-20T19:00:00+01:00 | tail -n 1)
lamp=$(note --category BEL01 --note 'Lampen er slukket' --photo "$tmp/a.jpg")
hedge=$(note --category BEP01 --note 'Hækken')
secret=$(note --category OPH08 --note 'kun for politiet')
walker walk end "$walk" >/dev/null
walker walk close "$walk" >/dev/null
walk=$(walker walk new --title 'Et andet sted' --area Vejgaard | tail -n 1)
far=$(walker add --walk "$walk" --category REN01 --note 'langt væk' --at 57.1,9.8 | tail -n 1)
run walker sync
is "$status" 0 'last year is home'

# ---- tonight

walker_data=$second
pair
here() { sql "$second" "SELECT count(*) FROM record WHERE subject = '$1' AND body IS NOT NULL"; }
run walker sync
is "$(here "$lamp") $(sql "$second" "SELECT count(*) FROM observation")" '0 0' \
    'a device without a walk gets no points'
tonight=$(walker walk new --title 'I aften' --area 'Aalborg Øst' | tail -n 1)
made=$(walker status --json | jq .records.made)
run walker sync --json
is "$status $(jq -c '[.all_confirmed, .records.made]' <<<"$out")" "0 [true,$made]" \
    'with one the pull counts nothing as made here'
is "$(sql "$second" "SELECT group_concat(note, ', ') FROM (SELECT note FROM observation WHERE walk <> '$tonight' ORDER BY note)")" \
    'Hækken, Lampen er slukket' 'the points of its area are there, not the police'"'"'s and none far away'
is "$(here "$secret") $(here "$far")" '0 0' 'of those there is no record either'
is "$(sql "$second" "SELECT state FROM issue WHERE observation = '$lamp'")" open 'with the state of their issues'
photo=$(hash_of "$tmp/a.jpg")
ok 'and the small picture' test -s "$second/derived/${photo:0:2}/$photo.320.jpg"
start_walker
ask GET "$walker_url/api/v1/photos/$photo/1600"
is "$code $(header Content-Type)" '200 image/jpeg' 'which the page shows beside the camera'
ask GET "$walker_url/api/v1/walks"
is "$(field '[.walks[] | select(.title == "I fjor") | .outcome] | map("\(.mended) \(.planned) \(.waiting) \(.refused)") | first')" \
    '0 0 2 0' "and what became of last year's points"
stop walker
ok 'not the photo itself' test ! -e "$second/photos/${photo:0:2}/$photo.jpg"
before=$(jq .bytes_received <<<"$out")
run walker sync --json
ok 'a second sync fetches none of it again' test "$(jq .bytes_received <<<"$out")" -lt $((before / 4))
run walker stick "$tmp/stick.lygte" --json
is "$(jq -c '[.records, .photos]' <<<"$out")" '[0,0]' 'what was pulled is never put on a stick'

# ---- what changes comes; what becomes the police's goes

login koordinator coordinator
issue=$(sql "$registry_data" "SELECT id FROM issue WHERE observation = '$hedge'")
head=$(sql "$registry_data" "SELECT head FROM issue WHERE id = '$issue'")
send PATCH "$registry_url/api/v1/issues/$issue" '{"state":"triaged"}' -b "$cookie" -H "If-Match: \"$head\""
is "$code" 200 'the coordinator works on one'
walker_data=$first
walker edit "$lamp" --category OPH08 >/dev/null
run walker sync
is "$status" 0 'the first tablet keeps its lamp for the police'
walker_data=$second
run walker sync
is "$status $(sql "$second" "SELECT state FROM issue WHERE id = '$issue'")" '0 triaged' 'the new state comes'
is "$(here "$lamp") $(sql "$second" "SELECT count(*) FROM issue WHERE observation = '$lamp'")" '0 0' \
    'a point that became the police'"'"'s goes, and its issue'
ok 'and its picture' test ! -e "$second/derived/${photo:0:2}/$photo.320.jpg"
get_photo() { ask GET "$registry_url/api/v1/photos/$photo/320" -H "Authorization: Bearer $(<"$1/token")"; }
get_photo "$second"
is "$code" 404 'the registry does not hand it out any more'
get_photo "$first"
is "$code" 200 'but to the device that took it'
walker_data=$first
walker edit "$lamp" --category BEL01 >/dev/null
walker sync >/dev/null
walker_data=$second
run walker sync
is "$(here "$lamp") $(sql "$second" "SELECT category FROM observation WHERE id = '$lamp'")" '4 BEL01' \
    'when it is everybody'"'"'s again all of it comes'

# ---- wiped, and walked again

walker_data=$first
walk=$(sql "$first" "SELECT id FROM walk WHERE title = 'I fjor'")
run walker wipe --walk "$walk"
is "$status $(sql "$first" "SELECT count(*) FROM observation WHERE walk = '$walk' AND founded = 1")" '0 0' \
    'the first tablet wipes last year'
run walker sync
is "$(here "$lamp")" 4 'on the second it stays'
walker walk new --title 'Igen i år' --area 'Aalborg Øst' >/dev/null
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out") $(sql "$first" "SELECT count(*) FROM observation WHERE walk = '$walk' AND founded = 1")" \
    '0 true 3' 'planned again its own points come back to look at'
is "$(sql "$first" "SELECT count(*) FROM walk WHERE id = '$walk' AND founded = 1")" 0 'the wiped walk itself does not'

refuses 400 feed.bad_set 'a set that is none is refused' GET "$registry_url/api/v1/records?walks=x" \
    -H "Authorization: Bearer $(<"$second/token")"
for walker_data in "$first" "$second"; do ok 'doctor is content' walker doctor --rebuild; done
ok 'and at the registry' registry doctor --rebuild
finish
