#!/usr/bin/env bash
# A point that a hub had pulled has become the police's: the hub lets go of it at once, but
# what a tablet wrote of it and nobody has brought home yet stays until the registry has it,
# is handed to no other tablet meanwhile, and goes then.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
at() { "$BIN/walker" --data "$tmp/$1" "${@:2}"; }
held() { sql "$tmp/$1" "SELECT count(*) FROM record WHERE body LIKE '%$2%'"; }

start_registry || exit 1
for device in hub a b; do
    run registry device code --json
    run at "$device" pair "$registry_url" "$(jq -r .code <<<"$out")" --name "$device"
done
walk=$(registry walk new --title 'Tunnelen' --area Vest | tail -n 1)
for device in a b; do at "$device" sync >/dev/null; done
point=$(at b add --walk "$walk" --category BEL01 --note 'slukket lampe' | tail -n 1)
at b sync >/dev/null
at hub sync >/dev/null
walker_data=$tmp/hub
start_hub
for device in a c; do
    run at hub hub code --json
    run at "$device" pair "$(jq -r .text <<<"$out")" --name "Tablet $device"
done
at a sync >/dev/null

stop registry
at a edit "$point" --note 'ord fra tavlen' >/dev/null
run at a sync
is "$(held hub 'ord fra tavlen')" 1 'the hub carries what a tablet wrote of a point of another'

start_registry || exit 1
at b edit "$point" --category OPH08 >/dev/null
at b sync >/dev/null
run at hub sync --fetch
is "$status $(held hub 'slukket lampe') $(held hub 'ord fra tavlen')" '0 0 1' \
    'when the point becomes the police'\''s, the hub keeps only what is not home'
ask GET "$(grep -oE 'https://[0-9.:]+' "$walker_log" | head -n 1)/api/v1/records" -k \
    -H "Authorization: Bearer $(<"$tmp/c/hub.token")"
is "$code $(grep -c 'ord fra tavlen' <<<"$body") $(grep -c "{\"drop\":\"$point\"}" <<<"$body")" '200 0 1' \
    'it hands that to no other tablet, and says that the point must go'
run at hub sync
is "$status $(held registry 'ord fra tavlen') $(held hub 'ord fra tavlen')" '0 1 0' \
    'it is brought home, and then it goes'
is "$(sql "$tmp/hub" "SELECT count(*) FROM record WHERE subject = '$point'")" 0 'with all of that point'
is "$(cat "$tmp"/hub/lygte.db* | grep -ac 'slukket lampe')" 0 'also out of the log of pages'
run at a sync
is "$status $(at a status --json | jq -c .all_confirmed)" '0 true' 'whoever wrote it hears that it is safe'
for device in hub a; do at "$device" doctor --rebuild >/dev/null 2>&1 || echo "$device"; done >"$tmp/unwell"
is "$(<"$tmp/unwell")" '' 'every doctor is content'
finish
