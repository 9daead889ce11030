#!/usr/bin/env bash
# What a walk votes for and rates is what it noted itself, over HTTP as by the verbs; what was
# voted before stands.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

walk=$(walker walk new --title 'Vestbyen' | tail -n 1)
other=$(walker walk new --title 'Østbyen' | tail -n 1)
ours=$(walker add --walk "$walk" --category BEL01 --note 'Her' | tail -n 1)
theirs=$(walker add --walk "$other" --category BEL01 --note 'Der' | tail -n 1)
walker walk begin "$walk" >/dev/null
start_walker
url=$walker_url/api/v1/walks/$walk
as_json=(-H 'Content-Type: application/json')
votes() { walker walk show "$walk" --json | jq -c .votes; }
rating() { jq -nc --arg id "$(new_id)" --arg at "$1" '{id: $id, round: "spot", observation: $at, role: "resident", unsafe_1_7: 3}'; }

send PUT "$url/votes" "{\"best\":\"$ours\",\"top\":[\"$ours\"],\"stars\":{\"$ours\":2}}"
is "$code $(field .votes.best)" "200 $ours" 'a walk votes for its own'
stands=$(votes)
for body in "{\"best\":\"$theirs\"}" "{\"top\":[\"$ours\",\"$theirs\"]}" "{\"stars\":{\"$theirs\":1}}"; do
    refuses 400 walk.not_its_point "not another walk's: ${body:2:5}" PUT "$url/votes" "${as_json[@]}" -d "$body"
done
refuses 404 observation.unknown 'nor what nobody noted' PUT "$url/votes" "${as_json[@]}" -d "{\"best\":\"$(new_id)\"}"
refuses 400 walk.bad_votes 'and a number is no point' PUT "$url/votes" "${as_json[@]}" -d '{"top":[7]}'
is "$(votes)" "$stands" 'what was voted stands'
send POST "$url/ratings" "$(rating "$ours")"
is "$code $(field .waiting)" '201 1' 'a spot of the walk is rated'
refuses 400 walk.not_its_point "another walk's is not" POST "$url/ratings" "${as_json[@]}" -d "$(rating "$theirs")"
refuses 400 walk.not_its_point 'nor is its round closed there' POST "$url/ratings/close" "${as_json[@]}" \
    -d "{\"round\":\"spot\",\"observation\":\"$theirs\"}"
finish
