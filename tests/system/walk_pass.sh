#!/usr/bin/env bash
# A phone joins a walk by a QR code, and may write about that walk and about nothing else;
# what it says twice comes in once; a pass that is over or taken back is good for nothing,
# and one that came in the clear is good only in the clear.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

walker_data=$tmp/hub
walk=$(walker walk new --title 'Aftenens vandring' | tail -n 1)
other=$(walker walk new --title 'En anden' | tail -n 1)
walker walk begin "$walk" >/dev/null
mine=$(walker add --walk "$other" --category BEL01 --note 'Andetsteds' | tail -n 1)
ours=$(walker add --walk "$walk" --category BEL01 --note 'Lederens punkt' | tail -n 1)
make_photo "$tmp/a.jpg" phone
sha=$(hash_of "$tmp/a.jpg")

complains 1 hub 'without a hub there is no pass' walker pass "$walk"
start_hub
run walker pass "$walk" --json
join=$(jq -r .url <<<"$out")
plain_join=$(jq -r .plain_url <<<"$out")
tls=${join%/join*} plain=${plain_join%/join*}
hours=$((($(date -d "$(jq -r .pass.until <<<"$out")" +%s) - $(date +%s)) / 3600))
ok 'it is good until a noon, eight hours away or more' test "$hours" -ge 7 -a "$hours" -le 32
is "$(sql "$tmp/hub" "SELECT count(*) FROM walk_pass WHERE hash = '${join##*=}'")" 0 \
    'what the code carries is kept hashed'

# ---- in

phone=(-k -b "$tmp/jar" -c "$tmp/jar")
ask GET "$tls/api/v1/me" "${phone[@]}"
is "$(field .as)" nobody 'without a pass a phone is nobody'
refuses 401 pass.needed 'and sees no walk' GET "$tls/api/v1/walks/$walk" "${phone[@]}"
ask GET "$join" "${phone[@]}"
is "$code $(header Location)" "303 /#/walk/$walk" 'opening the address lets it in'
like "$(header Set-Cookie)" 'HttpOnly; SameSite=Strict; Secure' 'by a cookie no script sees'
ask GET "$tls/api/v1/me" "${phone[@]}"
is "$(field '"\(.as) \(.pass.walk) \(.secure) \(.gate_m)"')" "pass $walk true 15" 'it knows what it is for'
ask GET "$join" "${phone[@]}"
is "$code $(header Location)|$(header Set-Cookie) $(sql "$tmp/hub" 'SELECT count(*) FROM pass_phone')" \
    "303 /#/walk/$walk| 1" 'the same phone that scans it again is one phone'
refuses 403 pass.unknown 'a phone that is in is told of a made-up pass' GET "$tls/join?pass=00" "${phone[@]}"
refuses 403 pass.unknown 'a made-up pass lets nobody in' GET "$tls/join?pass=$(printf '0%.0s' {1..64})" -k

# ---- what it may

at=$tls/api/v1
ask GET "$at/walks" "${phone[@]}"
is "$(field '[.walks[].id] | join(" ")')" "$walk" 'it sees its walk and no other'
ask GET "$at/walks/$walk/observations" "${phone[@]}"
is "$(field '.observations[].note')" 'Lederens punkt' 'and the points of it'
point=$(new_id)
send PUT "$at/observations/$point" "{\"walk\":\"$walk\",\"category\":\"STI01\",\"note\":\"Glat\",\"ago_ms\":60000,\"role\":\"police\",\"organisation\":\"Politiet\"}" \
    "${phone[@]}" -H 'Lygte-Waiting: 3'
is "$code $(field '"\(.role) \(.organisation)"')" '201 participant ' \
    "a point is kept, as a participant's, whatever the phone says"
send PUT "$at/observations/$point" "{\"walk\":\"$walk\",\"category\":\"STI01\"}" "${phone[@]}"
is "$code" 200 'the same point again is harmless'
is "$(field '.stood')" null 'without a position it stands nowhere'
seen=$(field .seen) op=$(new_id)
edit="{\"op\":\"$op\",\"seen\":$seen,\"note\":\"Meget glat\"}"
for _ in 1 2; do send PATCH "$at/observations/$point" "$edit" "${phone[@]}"; done
is "$code $(sql "$tmp/hub" "SELECT count(*) FROM record WHERE subject = '$point' AND kind = 'observation.edit'")" \
    '200 1' 'an edit said twice is written once'
refuses 400 pass.no_operation 'a deed without a name is refused' PATCH "$at/observations/$point" "${phone[@]}" \
    -H 'Content-Type: application/json' --data '{"note":"x"}'
send POST "$at/observations/$ours/witness" "{\"op\":\"$(new_id)\"}" "${phone[@]}"
is "$code $(field .witnesses)" '200 1' 'it may bear witness'
ask PUT "$at/observations/$point/photos/$sha" "${phone[@]}" -H 'Content-Type: image/jpeg' --data-binary "@$tmp/a.jpg"
is "$code" 201 'it may add a photo'
ask GET "$at/photos/$sha/320" "${phone[@]}"
is "$code" 404 'which is held back until somebody has looked it through'
send PATCH "$at/observations/$point" "{\"op\":\"$(new_id)\",\"withdrawn\":true}" "${phone[@]}"
is "$code $(field .withdrawn)" '200 true' 'it may undo a point'
is "$(sql "$tmp/hub" 'SELECT waiting FROM pass_phone')" 3 'the hub knows how much it still has'

run walker url --json
key=$(jq -r .url <<<"$out") page=${key%%/\?*}
curl -sS -o /dev/null -c "$tmp/owner" "$key"
send PUT "$page/api/v1/observations/$ours/draft" '{"note":"halvt skrevet"}' -b "$tmp/owner"
typed() { # URL CURL-OPTION...
    ask GET "$1/walks/$walk/observations" "${@:2}"
    grep -c 'halvt skrevet' <<<"$body"
    ask GET "$1/observations/$ours" "${@:2}"
    grep -c 'halvt skrevet' <<<"$body"
}
is "$(typed "$page/api/v1" -b "$tmp/owner" | xargs) $(typed "$at" "${phone[@]}" | xargs)" '1 1 0 0' \
    'what is being typed at the hub is told to its page and to no phone'
fixes=$(for ((i = 12; i >= 0; i--)); do
    echo "{\"lat\":57.04$((70 - i)),\"lon\":9.97,\"accuracy_m\":5,\"at\":\"$(date -u -d "-$((i * 10)) sec" +%FT%TZ)\"}"
done | jq -sc '{fixes: .}')
send POST "$page/api/v1/walks/$walk/track" "$fixes" -b "$tmp/owner"
send PUT "$at/observations/$(new_id)" "{\"walk\":\"$walk\",\"category\":\"BEL01\",\"ago_ms\":60000}" "${phone[@]}"
like "$code $(field '.stood | "\(.source) \(.accuracy_m) \(.lat * 10000 | round)"')" '^201 track null 57046[4-9]$' \
    'a point without a place stands where the hub was then, how exactly is not known'

walker walk close "$walk" >/dev/null
is "$(sql "$tmp/hub" "SELECT json_extract(body, '$.passes[0].waiting') FROM record WHERE kind = 'walk.close'")" 3 \
    'closing the walk names the pass that has not handed everything over'

# ---- what it may not

refuses 404 walk.unknown 'no other walk' GET "$at/walks/$other" "${phone[@]}"
refuses 404 observation.unknown 'no point of another walk' GET "$at/observations/$mine" "${phone[@]}"
refuses 404 walk.unknown 'no new point there' PUT "$at/observations/$(new_id)" "${phone[@]}" \
    -H 'Content-Type: application/json' --data "{\"walk\":\"$other\",\"category\":\"BEL01\"}"
for forbidden in "POST /walks" "POST /walks/$walk/end" "PUT /observations/$point/draft" "POST /sync" \
    "POST /walks/$walk/passes" "POST /hub/code" "PATCH /photos/$sha"; do
    refuses 401 pass.needed "not $forbidden" "${forbidden% *}" "$at${forbidden#* }" "${phone[@]}" \
        -H 'Content-Type: application/json' --data '{}'
done
refuses 401 pass.needed 'nor where the hub is' GET "$at/position" "${phone[@]}"
refuses 401 pass.needed 'not GET /status' GET "$at/status" "${phone[@]}"
ask POST "$at/pair" "${phone[@]}" -H 'Content-Type: application/json' --data '{"url":"http://127.0.0.1:1","code":"ABCDE-12345"}'
is "$code" 401 'not pairing the hub with somebody else'
ask POST "$at/observations/$ours/witness" "${phone[@]}" -H 'Origin: https://elsewhere.example' \
    -H 'Content-Type: application/json' --data "{\"op\":\"$(new_id)\"}"
is "$code" 403 "not from another page"

# ---- in the clear

open=(-b "$tmp/open" -c "$tmp/open")
ask GET "$plain_join" "${open[@]}"
is "$code" 303 'a phone without the authority comes in by the plain door'
ask GET "$plain/api/v1/walks/$walk" "${open[@]}"
is "$code" 200 'and may do the same'
stolen=$(awk '/lygte_pass/ { print $7 }' "$tmp/open")
ask GET "$at/walks/$walk" -k -H "Cookie: lygte_pass=$stolen"
is "$code" 401 'a cookie that went in the clear is not taken by the other door'
owner=$(awk '/lygte_walker/ { print $7 }' "$tmp/owner")
ask GET "$plain/api/v1/walks/$walk" -H "Cookie: lygte_walker=$owner"
is "$code" 401 "the owner's key is good for nothing in the clear"
run walker url --json
key=$(jq -r .url <<<"$out") key=${key##*=}
refuses 403 key.not_here 'and cannot be opened there' GET "$plain/?key=$key"
ask GET "$tls/?key=$key" -k
like "$code $(header Set-Cookie)" '^303 lygte_walker_tls=.*Secure' 'by the TLS door it can'
ask POST "$plain/api/v1/pair" -H 'Content-Type: application/json' --data "{\"code\":\"ABCDE-12345\",\"name\":\"x\",\"key\":\"$sha\"}"
is "$code" 401 'and no tablet pairs there'

# ---- photos of the group

# What a phone gets of a photo: thumbnail, preview, original; by the TLS door, then in the clear.
seen_by_phones() { # SHA256
    local size
    for size in 320 1600 original; do
        ask GET "$at/photos/$1/$size" "${phone[@]}"
        printf '%s ' "$code"
    done
    for size in 320 1600 original; do
        ask GET "$plain/api/v1/photos/$1/$size" "${open[@]}"
        printf '%s ' "$code"
    done
}
group_photo() { # POINT TEXT
    make_photo "$tmp/group.jpg" "$2"
    group=$(hash_of "$tmp/group.jpg")
    ask PUT "$page/api/v1/observations/$1/photos/$group" -b "$tmp/owner" -H 'Content-Type: image/jpeg' \
        --data-binary "@$tmp/group.jpg"
}
group_photo "$ours" 'of the group, on the hub itself'
is "$code $(field '.observation.photos[0].state')" '201 held' "a photo taken on the hub's own page is held back"
ask GET "$page/api/v1/photos/$group/1600" -b "$tmp/owner"
is "$code" 200 'who looks it through sees it there'
is "$(seen_by_phones "$group")" '404 404 404 404 404 404 ' \
    'no phone sees it, nor its preview or thumbnail, by either door'
ask GET "$at/walks/$walk/observations" "${phone[@]}"
is "$(field ".observations[] | select(.id == \"$ours\") | .photos | map(.state) | join(\" \")")" held \
    'the list tells that it is there, and held back'
send PATCH "$page/api/v1/photos/$group" '{"cleared":true}' -b "$tmp/owner"
is "$code $(seen_by_phones "$group")" '200 200 200 404 200 200 404 ' \
    'declared clear, phones see it small, the original never'
police=$(new_id)
send PUT "$page/api/v1/observations/$police" "{\"walk\":\"$walk\",\"category\":\"OPH08\"}" -b "$tmp/owner"
group_photo "$police" 'of what only the police may see'
send PATCH "$page/api/v1/photos/$group" '{"cleared":true}' -b "$tmp/owner"
is "$code $(seen_by_phones "$group")" '200 404 404 404 404 404 404 ' \
    'what only the police may see they do not see'

# ---- what only the police may see

seen_near() { # CURL-OPTION...
    ask GET "$at/near?walk=$walk&lat=57.0401&lon=9.9701" "$@"
    field '[.near[].observation.note] | sort | join(", ")'
}
for one in "$other BEL01 Andetsteds" "$walk BEL02 Vores" "$walk OPH08 Politiets"; do
    read -r of category note <<<"$one"
    secret=$(walker add --walk "$of" --category "$category" --note "$note" --at 57.0401,9.9701 | tail -n 1)
done
run walker url --json
key=$(jq -r .url <<<"$out")
ask GET "$tls/?key=${key##*=}" -k -c "$tmp/tls_owner"
is "$(seen_near -k -b "$tmp/tls_owner")" 'Andetsteds, Politiets, Vores' 'the group sees all that is near'
is "$(seen_near "${phone[@]}")" 'Vores' "a phone neither the police's nor another walk's"
for id in "$secret" "${secret: -12}"; do
    refuses 404 observation.unknown 'it does not open it' GET "$at/observations/$id" "${phone[@]}"
done
refuses 404 observation.unknown 'nor speaks of it by a part of its name' POST "$at/observations/${secret: -12}/witness" \
    "${phone[@]}" -H 'Content-Type: application/json' --data "{\"op\":\"$(new_id)\"}"
refuses 404 observation.unknown 'nor joins a point with it' PATCH "$at/observations/$ours" "${phone[@]}" \
    -H 'Content-Type: application/json' --data "{\"op\":\"$(new_id)\",\"withdrawn\":true,\"into\":\"$secret\"}"
refuses 404 observation.unknown 'nor hears how safe it feels there' GET \
    "$at/walks/$walk/ratings?round=spot&observation=$secret" "${phone[@]}"

crime=$(new_id) turn=$(new_id)
send PUT "$at/observations/$crime" "{\"walk\":\"$walk\",\"category\":\"OPH\"}" "${phone[@]}"
for _ in 1 2; do
    send PATCH "$at/observations/$crime" "{\"op\":\"$turn\",\"category\":\"OPH08\"}" "${phone[@]}"
    is "$code $body" '204 ' 'what a phone makes the police'"'"'s is kept, and not told back'
done
send PATCH "$at/observations/$crime" "{\"op\":\"$(new_id)\",\"note\":\"En bil uden plader\"}" "${phone[@]}"
is "$code $body $(walker show "$crime" --json | jq -r .note)" '204  En bil uden plader' 'what it says there later too'
make_photo "$tmp/crime.jpg" crime
crime_photo=$(hash_of "$tmp/crime.jpg")
ask PUT "$at/observations/$crime/photos/$crime_photo" "${phone[@]}" -H 'Content-Type: image/jpeg' \
    --data-binary "@$tmp/crime.jpg"
is "$code $(field '"\(.photo.sha256) \(.observation)"')" "201 $crime_photo null" 'and its photo'
send PUT "$at/acute/$(new_id)" "{\"walk\":\"$walk\",\"observation\":\"$crime\",\"called\":\"112\"}" "${phone[@]}"
is "$code" 201 'and that somebody was called'
send PUT "$at/observations/$crime" "{\"walk\":\"$walk\",\"category\":\"OPH\"}" "${phone[@]}"
is "$code $body" '204 ' 'the first tap said again is harmless'
for change in '"category":"BEL01"' '"settle":{"category":"'"$(printf '0%.0s' {1..64})"'"}'; do
    refuses 409 pass.police_only 'no phone takes it back from the police' PATCH "$at/observations/$crime" "${phone[@]}" \
        -H 'Content-Type: application/json' --data "{\"op\":\"$(new_id)\",$change}"
done
refuses 404 observation.unknown 'nor reads it' GET "$at/observations/$crime" "${phone[@]}"

# ---- the end of it

run walker pass list --json
is "$(jq -c '.passes[] | [.phones, .waiting, .good]' <<<"$out")" '[2,3,true]' 'the leader sees who is in'
sql "$tmp/hub" "UPDATE walk_pass SET boot = '', until_ms = 1"
refuses 401 pass.needed 'a pass of yesterday is over' GET "$at/walks/$walk" "${phone[@]}"
refuses 403 pass.over 'and lets nobody in any more' GET "$join" -k
run walker pass "$walk" --json
ask GET "$(jq -r .url <<<"$out")" "${phone[@]}"
ask GET "$at/walks/$walk" "${phone[@]}"
is "$code" 200 'a new one does'
run walker pass revoke "$(jq -r .pass.id <<<"$out")"
ask GET "$at/walks/$walk" "${phone[@]}"
is "$status $code" '0 401' 'until it is taken back'
like "$(walker pass "$walk")" '█' 'the code is drawn in the terminal'
walker walk begin "$other" >/dev/null
run walker pass --json
is "$(jq -r .pass.walk <<<"$out")" "$other" 'where no walk is named the code is for the one under way'
like "$err" 'En anden' 'which is said'
walker walk end "$other" >/dev/null
walker walk new --title 'Næste år' --start "$(date -u -d '1 year' +%Y-%m-%dT%H:%M:%SZ)" >/dev/null
complains 1 'walk list' 'never for one that has ended, nor for the last of the season' walker pass
finish
