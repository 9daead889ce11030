#!/usr/bin/env bash
# What a phone with a walk's pass says beside its points: how last time's points are now,
# what the lamps do, how safe it feels, that the acute page was shown. The hub writes it,
# for the group, as a participant's; never about another walk, and nothing of one answer
# is to be had by a phone before the round is closed.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}

walker_data=$tmp/hub
"$draw" --scene lamp_out --at 57.0406,9.9712 --direction 40 --time 2025-11-19T19:42:00+01:00 \
    --size 640x480 -o "$tmp/a.jpg"
before=$(walker walk new --title 'I fjor' --area Vestbyen --start 2025-11-20T19:00:00+01:00 | tail -n 1)
old=$(walker add --walk "$before" --category BEL01 --at 57.0406,9.9712,4 --photo "$tmp/a.jpg" | tail -n 1)
secret=$(walker add --walk "$before" --category OPH08 --at 57.0406,9.9712,4 | tail -n 1)
elsewhere=$(walker walk new --title 'Et andet sted' --area Vejgaard | tail -n 1)
far=$(walker add --walk "$elsewhere" --category BEL01 | tail -n 1)
walk=$(walker walk new --title 'I aften' --area Vestbyen | tail -n 1)
walker walk begin "$walk" >/dev/null
spot=$(walker add --walk "$walk" --category TUN01 | tail -n 1)
printf 'nummer;lat;lon\n' >"$tmp/lamper.csv"
for i in 0 1 2 3 4; do echo "041$i;57.041$i;9.9712"; done >>"$tmp/lamper.csv"
walker places add "$tmp/lamper.csv" >/dev/null
start_hub
run walker pass "$walk" --json
phone=(-k -b "$tmp/jar" -c "$tmp/jar")
join=$(jq -r .url <<<"$out")
at=${join%/join*}/api/v1
ask GET "$join" "${phone[@]}"
say() { send "$1" "$at/$2" "$3" "${phone[@]}"; }
by() { sql "$walker_data" "SELECT group_concat(DISTINCT json_extract(head, '$.by.role')) FROM record WHERE kind = '$1'"; }

walker set duty_phone +4512345678
ask GET "$at/me" "${phone[@]}"
is "$(field .duty_phone)" +4512345678 'a phone that joined knows whom to call'
ask GET "$at/me" -k
is "$(field .duty_phone)" null 'who has not joined is not told'

# ---- last time

ask GET "$at/walks/$walk/last" "${phone[@]}"
is "$(field '[.points[].id] | join(" ")')" "$old" "a phone sees last time's points, not the police's"
ask GET "$at/near?walk=$walk&lat=57.0406&lon=9.9712" "${phone[@]}"
is "$(field '[.near[].observation.id] | join(" ")')" "$old" 'when it asks whether it is the same one, too'
op=$(new_id)
for _ in 1 2; do say POST "observations/$old/witness" "{\"op\":\"$op\"}"; done
is "$code $(field .witnesses)" '200 1' 'and its yes counts, once'
twin=$(new_id)
say PUT "observations/$twin" "{\"walk\":\"$walk\",\"category\":\"BEL\"}"
say PATCH "observations/$twin" "{\"op\":\"$(new_id)\",\"withdrawn\":true,\"into\":\"$old\"}"
is "$code $(field .withdrawn)" '200 true' 'its own new point is joined with that one'
for other in "$far" "$secret"; do
    refuses 404 observation.unknown 'but not for a point it is not shown' POST "$at/observations/$other/witness" \
        "${phone[@]}" -H 'Content-Type: application/json' --data "{\"op\":\"$(new_id)\"}"
done
refuses 404 observation.unknown 'nor may it write in what it is shown' PATCH "$at/observations/$old" \
    "${phone[@]}" -H 'Content-Type: application/json' --data "{\"op\":\"$(new_id)\",\"note\":\"mit\"}"
sha=$(hash_of "$tmp/a.jpg")
ask GET "$at/photos/$sha/320" "${phone[@]}"
is "$code" 200 'and the old picture that is held beside what one sees now'
refuses 404 photo.unknown 'not its original' GET "$at/photos/$sha/original" "${phone[@]}"
verdict=$(new_id)
for _ in 1 2; do say PUT "verdicts/$verdict" "{\"walk\":\"$walk\",\"observation\":\"$old\",\"verdict\":\"fixed\"}"; done
is "$code $(field '"\(.verdict) \(.role)"') $(by verdict.give)" '200 fixed participant participant' \
    'its verdict is written once, as a participant'"'"'s'
ago() { echo $(($(date +%s) - $(field '.at | sub("[.][0-9]+Z"; "Z") | fromdate'))); }
say PUT "verdicts/$(new_id)" "{\"walk\":\"$walk\",\"observation\":\"$old\",\"verdict\":\"worse\",\"ago_ms\":600000}"
ok 'one it gave out of reach was given then, and not when it arrived' test "$code" = 201 -a "$(ago)" -ge 600 -a "$(ago)" -lt 660
for other in "$far" "$secret" "$spot"; do
    refuses 404 observation.unknown 'no verdict on a point it was not shown' PUT "$at/verdicts/$(new_id)" "${phone[@]}" \
        -H 'Content-Type: application/json' --data "{\"walk\":\"$walk\",\"observation\":\"$other\",\"verdict\":\"worse\"}"
done
refuses 404 walk.unknown 'nor for another walk' PUT "$at/verdicts/$(new_id)" "${phone[@]}" \
    -H 'Content-Type: application/json' --data "{\"walk\":\"$elsewhere\",\"observation\":\"$old\",\"verdict\":\"worse\"}"
run walker verdict "$far" fixed --walk "$elsewhere" --json
theirs=$(sql "$walker_data" "SELECT id FROM verdict WHERE walk = '$elsewhere'")
refuses 404 pass.other_walk "nor in the place of another walk's verdict" PUT "$at/verdicts/$theirs" "${phone[@]}" \
    -H 'Content-Type: application/json' --data "{\"walk\":\"$walk\",\"observation\":\"$old\",\"verdict\":\"worse\"}"

# ---- lamps

ask GET "$at/walks/$walk/lamp-run?lat=57.0410&lon=9.9712" "${phone[@]}"
is "$(field '.next.number')" 0410 'the lamp run asks it for the next lamp'
looks=()
for i in 0 1 2; do
    looks+=("$(new_id)")
    lamp=$(field .next.id)
    say PUT "lamp-looks/${looks[i]}?lat=57.0410&lon=9.9712" "{\"walk\":\"$walk\",\"answer\":\"dead\",\"lamp\":\"$lamp\",\"ago_ms\":600000}"
done
is "$code $(field '[.looks[].lamp] | join(" ")') $(by lamp.look)" '201 0410 0411 0412 participant' 'one tap a lamp'
like "$(field '(now - (.looks[0].at | sub("\\.[0-9]+"; "") | fromdate)) | round')" '^(59[0-9]|6[0-9][0-9])$' \
    'each at the time it was looked at, also when it is handed over later'
say DELETE "lamp-looks/${looks[2]}" '{}'
is "$code" 204 'undone by the same phone'
say POST "walks/$walk/lamp-run/join" "{\"looks\":[\"${looks[0]}\",\"${looks[1]}\"]}"
is "$code $(field '"\(.category) \(.role)"')" '201 BEL02 participant' 'joined into one point'
refuses 404 walk.unknown 'not on another walk' GET "$at/walks/$elsewhere/lamp-run" "${phone[@]}"
refuses 404 walk.unknown 'not with another walk in the body' PUT "$at/lamp-looks/$(new_id)" "${phone[@]}" \
    -H 'Content-Type: application/json' --data "{\"walk\":\"$elsewhere\",\"answer\":\"dead\"}"
say PUT "lamp-looks/$(new_id)" "{\"walk\":\"$walk\",\"answer\":\"dead\"}"
is "$code $(field '.looks[-1].lat')" '201 null' 'a lamp without number or place does not stand where the hub is now'

# ---- how safe it feels

answer() { say POST "walks/$walk/ratings" "{\"id\":\"$(new_id)\",\"round\":\"$1\",\"role\":\"$2\",\"unsafe_1_7\":$3${4:-}}"; }
for unsafe in 2 5 6; do answer after resident $unsafe; done
answer after police 1
is "$code $(field '"\(.waiting) \(.answers) \(.rows | length)"')" '201 4 0 0' 'answers are counted, and nothing of them is told'
is "$(sql "$walker_data" "SELECT count(*) FROM record WHERE kind = 'rating.tally'")" 0 'no answer is a record'
refuses 401 pass.needed 'a phone closes no round' POST "$at/walks/$walk/ratings/close" "${phone[@]}" \
    -H 'Content-Type: application/json' --data '{"round":"after"}'
walker walk tally "$walk" --round after --close >/dev/null
ask GET "$at/walks/$walk/ratings?round=after" "${phone[@]}"
is "$(field '"\(.answers) " + ([.rows[] | select(.counts | add < 3)] | length | tostring) + " " + ([.rows[].role] | join(" "))')" \
    '4 0 other' 'when it is closed no row tells of fewer than three'
answer spot resident 6 ",\"observation\":\"$spot\""
is "$code $(field '"\(.round) \(.waiting)"')" '201 spot 1' 'at a spot too'
refuses 404 observation.unknown "at a spot of another walk not" POST "$at/walks/$walk/ratings" "${phone[@]}" \
    -H 'Content-Type: application/json' --data "{\"id\":\"$(new_id)\",\"round\":\"spot\",\"role\":\"resident\",\"unsafe_1_7\":3,\"observation\":\"$far\"}"
refuses 404 walk.unknown 'nor on another walk' GET "$at/walks/$elsewhere/ratings" "${phone[@]}"

# ---- acute

say PUT "acute/$(new_id)" "{\"walk\":\"$walk\",\"called\":\"112\"}"
is "$code $(by acute.shown)" '201 participant' 'that the acute page was shown is written down'
shown=$(new_id)
say PUT "acute/$shown" "{\"walk\":\"$walk\",\"ago_ms\":600000}"
ok 'as shown when it was, and not when the phone came back' test "$code" = 201 -a "$(ago)" -ge 600 -a "$(ago)" -lt 660
say PUT "acute/$shown" "{\"walk\":\"$walk\",\"called\":\"114\",\"ago_ms\":300000}"
ok 'who was called, said later, moves it not' test "$(field .called)" = 114 -a "$(ago)" -ge 600 -a "$(ago)" -lt 660
refuses 404 walk.unknown 'for its own walk alone' PUT "$at/acute/$(new_id)" "${phone[@]}" \
    -H 'Content-Type: application/json' --data "{\"walk\":\"$elsewhere\"}"
finish
