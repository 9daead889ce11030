#!/usr/bin/env bash
# What a tablet had to carry home inside other records, because its folder was put back in
# place, is as private as it was: its covering tells others the photo that went and no more,
# and the group of a hub is shown no verdict and no track of it.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}
at() { "$BIN/walker" --data "$tmp/$1" "${@:2}"; }
carried() { sql "$tmp/$1" "SELECT group_concat(carried, ' ') FROM (SELECT carried FROM record WHERE carried IS NOT NULL ORDER BY carried)"; }

"$draw" --scene hedge --at 57.0406,9.9712 --direction 40 --seed 1 --time 2026-11-19T19:42:00+01:00 \
    --size 640x480 -o "$tmp/a.jpg"
photo=$(hash_of "$tmp/a.jpg")
start_registry || exit 1
for device in hub a b; do
    run registry device code --json
    run at "$device" pair "$registry_url" "$(jq -r .code <<<"$out")" --name "$device"
done
walk=$(registry walk new --title 'Hemmelig tur' --area Vest | tail -n 1)
for device in a b hub; do at "$device" sync >/dev/null; done
secret=$(at a add --walk "$walk" --category OPH08 --note 'kun politiet' --photo "$tmp/a.jpg" | tail -n 1)
open=$(at a add --walk "$walk" --category BEL01 --note 'slukket' | tail -n 1)
at a clear --walk "$walk" >/dev/null
at a sync >/dev/null
sqlite3 "$tmp/a/lygte.db" ".backup '$tmp/old.db'"
at a add --walk "$walk" --category BEP01 --note 'glemt af kopien' >/dev/null
at a sync >/dev/null

# ---- put back in place, then the photo is covered and the lamp looked at

rm -f "$tmp/a"/lygte.db*
cp "$tmp/old.db" "$tmp/a/lygte.db"
at a cover "$photo" --box 10,10,50,50 >/dev/null
at a verdict "$open" fixed --walk "$walk" >/dev/null
run at a sync
at a clear --walk "$walk" >/dev/null
run at a sync
is "$status $(carried a)" '0 photo.cover verdict.give' 'both go home inside other records'
is "$(sql "$registry_data" "SELECT count(*) FROM record WHERE carried IS NOT NULL AND reason IS NULL")" 2 \
    'and have their effect at the registry'

# ---- another tablet asks the registry

run at b sync
is "$status $(carried b) $(sql "$tmp/b" "SELECT count(*) FROM record WHERE subject = '$secret'")" '0  0' \
    'another tablet is told no carried record, nor which point it was of'
is "$(sql "$tmp/b" "SELECT note FROM observation WHERE walk = '$walk' AND note IS NOT NULL ORDER BY note")" \
    $'glemt af kopien\nslukket' 'only the points that all may see'
token=$(<"$tmp/b/token")
ask GET "$registry_url/api/v1/records" -H "Authorization: Bearer $token"
is "$code $(grep -c "\"covered\":\"$photo\"" <<<"$body") $(grep -c "$secret" <<<"$body")" '200 1 0' \
    'of the covering it hears the photo that went'
at b stick "$tmp/stick.lygte" >/dev/null
run registry unstick "$tmp/stick.lygte"
is "$status $(sqlite3 "$tmp/stick.lygte" "SELECT count(*) FROM feed WHERE text LIKE '%$secret%'")" '0 0' \
    'and a stick takes home nothing of it'

# ---- and a hub

at hub sync >/dev/null
walker_data=$tmp/hub
start_hub
for device in a b; do
    run at hub hub code --json
    run at "$device" pair "$(jq -r .text <<<"$out")" --name "Tablet $device"
done
stop registry
at a sync >/dev/null 2>&1
is "$(carried hub)" 'photo.cover verdict.give' 'the hub carries them'
at b sync >/dev/null 2>&1
is "$(carried b) $(sql "$tmp/b" "SELECT count(*) FROM record WHERE subject = '$secret'")" ' 0' \
    'and hands neither verdict nor covering to the group'
finish
