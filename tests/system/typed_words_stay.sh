#!/usr/bin/env bash
# What somebody was typing about another's point, when the point became the police's and had to
# leave the device: it is sent as that device's edit all the same, and a hub hands it to nobody.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
# shellcheck source=tests/support/hub.sh
. "$(dirname "$0")/../support/hub.sh"

typed='et vidne så noget'
with_words() { sql "$1" "SELECT count(*) FROM record WHERE body LIKE '%$typed%'"; }

start_registry || exit 1
for device in hub a b; do pair_at "$device"; done
run registry walk new --title Kildeparken --start 2026-11-30T18:00:00Z
walk=$(tail -n 1 <<<"$out")
for device in hub a b; do at "$device" sync >/dev/null; done
point=$(at a add --walk "$walk" --category BEL01 --note 'af a' --at 57.05,9.92 | tail -n 1)
at a sync >/dev/null
at hub sync >/dev/null
walker_data=$tmp/hub
start_walker || exit 1
send PUT "$walker_url/api/v1/observations/$point/draft" "{\"note\":\"$typed\"}"
is "$code" 204 'somebody types about a point of another tablet'
stop walker
at a edit "$point" --category OPH08 >/dev/null
at a sync >/dev/null

run at hub sync
is "$status $(at hub list --walk "$walk" --json | jq '.observations | length')" '0 0' 'the point becomes the police'"'"'s, and leaves the device'
is "$(sql "$tmp/hub" 'SELECT count(*) FROM draft') $(with_words "$tmp/hub")" '0 1' 'what was typed is a record of that device'
is "$(sql "$registry_data" "SELECT note FROM observation WHERE id = '$point'")" "$typed" 'and the register has it, with the point'
is "$(at hub status --json | jq .all_confirmed)" true 'confirmed'

# ---- the device is a hub
start_hub_at || exit 1
pair_with_hub b
curl -sk -H "Authorization: Bearer $(<"$tmp/b/hub.token")" "$hub_url/api/v1/records?after=" -o "$tmp/got"
is "$(grep -c "$typed" "$tmp/got") $(grep -c "{\"drop\":\"$point\"}" "$tmp/got")" '0 1' 'no other tablet is handed it'
ok 'doctor is content' at hub doctor --rebuild
finish
