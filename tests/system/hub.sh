#!/usr/bin/env bash
# A hub on the walk's own network carries what the tablets have to the registry, and the
# registry's receipts come home through it. TLS by the walk's own authority: the right
# pinned key passes, any other is refused with a sentence.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
# shellcheck source=tests/support/hub.sh
. "$(dirname "$0")/../support/hub.sh"
draw=${draw:-$root/build/tools/draw_photo}
command -v openssl >/dev/null || skip_all 'openssl is not installed'

status_of() { at "$1" status --json; }

# A registry with a certificate nobody trusts, known by its key.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=registry \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$tmp/r.key" -out "$tmp/r.pem" 2>/dev/null
registry_options=(--tls-cert "$tmp/r.pem" --tls-key "$tmp/r.key")
registry_pin=sha256//$(openssl x509 -in "$tmp/r.pem" -pubkey -noout |
    openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64)
start_registry || exit 1
like "$(cat "$tmp"/registry.*.log)" "${registry_pin//+/[+]}" 'a registry with TLS says by which key it is known'
run registry doctor
like "$out" "$tmp/r.pem is good until" 'its doctor says when the certificate ends'
for device in hub a b; do
    run registry device code --json
    run at "$device" pair "$registry_url" "$(jq -r .code <<<"$out")" --name "$device" --pin "$registry_pin"
done
is "$status" 0 'tablets and hub know the registry by its key'
run registry walk new --title 'Æblegade' --start 2026-11-22T18:00:00Z
walk=$(tail -n 1 <<<"$out")
for device in a b hub; do at "$device" sync >/dev/null; done
stop registry

# ---- TLS and pairing

complains 1 'hub' 'without a hub no code is made' at hub hub code
complains 2 '--open' 'a hub with --open is refused' at hub serve --hub --open
start_hub_at || exit 1
run at hub hub code --json
pin=$(jq -r .pin <<<"$out") typed=$(jq -r .code <<<"$out")
is "$(stat -c %a "$tmp"/hub/tls/*.key | sort -u)" 600 'its keys are files of mode 0600'
real=sha256//$(openssl s_client -connect "${hub_url#https://}" </dev/null 2>/dev/null |
    openssl x509 -pubkey -noout | openssl pkey -pubin -outform DER |
    openssl dgst -sha256 -binary | base64)
is "$pin" "$real" 'the pin is the SHA-256 of the public key (SPKI), as openssl works it out'
run at hub doctor
like "$out" 'tls/server.pem is good until 20[0-9-]+:' 'doctor says when its certificate ends'
curl -sSk "$hub_url/hub/ca.crt" -o "$tmp/ca.der" -D "$tmp/head"
like "$(header Content-Type)" '^application/x-x509-ca-cert' 'phones get the authority as a certificate'
openssl x509 -inform DER -in "$tmp/ca.der" -out "$tmp/ca.pem"
ask GET "$hub_url/healthz" --cacert "$tmp/ca.pem"
is "$code" 200 'who trusts the authority needs no pin'
ask GET "$hub_url/healthz" --cacert "$tmp/ca.pem" -H 'Host: elsewhere.example'
is "$code" 403 'a foreign Host is refused'

complains 1 "$hub_url" 'no pin and an authority of its own is refused' \
    at a pair "$hub_url" "$typed"
complains 1 "$hub_url" 'a wrong pin is refused' \
    at a pair "$hub_url" "$typed" --pin "sha256//$(head -c 32 /dev/zero | base64)"
complains 1 sha256// 'a pin that is none is refused' at a pair "$hub_url" "$typed" --pin md5//x
run at a pair "$hub_url" "$typed" --pin "$pin" --name 'Tablet A'
is "$status" 0 'the right pin passes'
run at hub hub code --json
run at b pair "$(jq -r .text <<<"$out")" --name 'Tablet B' --json
is "$status $(jq -r .hub <<<"$out")" '0 true' "what the QR code says is enough"
like "$(at hub hub code)" '█' 'the code is drawn in the terminal'

# ---- carried

"$draw" --scene bin --at 57.0409,9.9722 --direction 10 --time 2026-11-22T19:52:00+01:00 \
    --size 640x480 --seed 7 -o "$tmp/a.jpg"
point=$(at a add --walk "$walk" --category BEL01 --note 'Lampen er gået ud' --photo "$tmp/a.jpg" | tail -n 1)
complains 1 hub 'without the registry it is carried, and not confirmed' at a sync
is "$(status_of a | jq -c '[.all_confirmed, .records.verified < .records.made, .carried.records, .carried.photos]')" \
    "[false,true,$(status_of a | jq .records.made),1]" 'status says what the hub carries, and confirms nothing'
is "$(at hub list --walk "$walk" --json | jq -r '.observations[].note')" 'Lampen er gået ud' \
    'the hub shows the point'
walker_data=$tmp/a
start_walker || exit 1
ask GET "$walker_url/api/v1/observations/$point"
is "$(field '[.sent, .photos[0].state] | join(" ")')" 'carried carried' 'the page of the tablet says so too'
ask GET "$walker_url/api/v1/status"
is "$(field .carried.photos)" 1 'in its status as well'
stop walker
at b sync >/dev/null 2>&1
is "$(at b list --walk "$walk" --json | jq -r '.observations[].note')" 'Lampen er gået ud' \
    'and the other tablet has it too'

at a edit "$point" --note 'Helt mørkt her' >/dev/null
at b edit "$point" --note 'Lampen blinker' >/dev/null
for device in a b a; do at "$device" sync >/dev/null 2>&1; done
for device in hub a b; do
    is "$(at "$device" show "$point" --json | jq -c '[.conflicts.note[].value] | sort')" \
        '["Helt mørkt her","Lampen blinker"]' "the same point edited on both is a conflict on $device"
done

# ---- a hub killed in the middle

"$draw" --scene lamp_out --no-gps --time 2026-11-22T19:55:00+01:00 --size 2400x1800 --seed 9 -o "$tmp/big.jpg"
at b add --walk "$walk" --category TUN01 --photo "$tmp/big.jpg" >/dev/null
at b sync >/dev/null 2>&1 &
sync_pid=$!
sleep 0.15
kill -KILL "$hub_pid" 2>/dev/null
{ wait "$hub_pid" "$sync_pid"; } 2>/dev/null
start_hub_at || exit 1
at b sync >/dev/null 2>&1
is "$(status_of b | jq -c .carried.photos)" 1 'a hub killed in the middle loses nothing: the next sync carries it'

# ---- home

start_registry || exit 1
run at hub sync --json
is "$status $(jq -c '[.all_confirmed, .uncarried]' <<<"$out")" '0 [true,0]' 'the hub brings it to the registry'
is "$(status_of hub | jq -c '.carries | [.tablets, .records == .records_confirmed, .photos, .photos_confirmed]')" \
    '[2,true,2,2]' 'and knows that all it carries is confirmed'
run registry list --format geojson
is "$(jq '.features | length' <<<"$out")" 2 'both points are at the registry'
stop registry
for device in a b; do
    run at "$device" sync
    is "$status" 0 "the registry's receipts come to $device through the hub"
    is "$(status_of "$device" | jq -c '[.all_confirmed, .photos.verified]')" '[true,1]' \
        "$device is told that all is verified, with the registry out of reach"
done
sqlite3 "$tmp/hub/lygte.db" "UPDATE carried_receipt SET text = replace(text, '\"runs\"', '\"runs\" ')"
sqlite3 "$tmp/a/lygte.db" 'DELETE FROM receipt_run WHERE registry IN (SELECT registry FROM peer)'
run at a sync
is "$status $(status_of a | jq .all_confirmed)" '1 false' 'receipts that a hub has changed are not believed'
token=$(cat "$tmp/a/hub.token")
for wrong in '{}' '{"origins":["x"],"photos":[]}' '{"origins":[],"photos":[17]}' '[]'; do
    ask POST "$hub_url/api/v1/receipts" -k -H "Authorization: Bearer $token" -H 'Content-Type: application/json' --data "$wrong"
    is "$code" 400 "a question for receipts that is $wrong"
done

# A photo of the hub's own page, which nobody has looked through.
held=$(sqlite3 "$tmp/hub/lygte.db" 'SELECT sha256 FROM blob ORDER BY sha256 LIMIT 1')
for cleared in 0 1; do
    sqlite3 "$tmp/hub/lygte.db" "UPDATE blob SET cleared = $cleared WHERE sha256 = '$held'"
    ask GET "$hub_url/api/v1/photos/$held/320" -k -H "Authorization: Bearer $token"
    codes+="$code "
done
is "$codes" '404 200 ' 'a tablet gets no thumbnail from the hub that is held back, and gets it when it is clear'

# ---- by stick, when the hub has no network either

at a add --walk "$walk" --category REN01 >/dev/null
at a sync >/dev/null 2>&1
run at hub stick "$tmp/hub.lygte"
run registry unstick "$tmp/hub.lygte"
run registry list --format geojson
is "$(jq '.features | length' <<<"$out")" 3 "a hub's stick has its tablets' points too"
run at hub unstick "$tmp/hub.lygte"
run at a sync
is "$status $(status_of a | jq .all_confirmed)" '0 true' 'and the receipts go the same way back, through the hub'

# ---- strangers, and the shut out

run at hub hub code --json
run at c pair "$(jq -r .text <<<"$out")" --name 'Never seen'
at c walk new --title 'Fremmed' >/dev/null
at c add --category REN01 >/dev/null
run at c sync
is "$status" 1 'a tablet the registry has not admitted is not told that it is carried'
is "$(status_of hub | jq -c '[.carries.unadmitted]')" '[1]' 'and the hub says so'
run at hub hub list --json
run at hub hub revoke "$(jq -r '.devices[] | select(.name == "Tablet B") | .id' <<<"$out")"
complains 1 hub 'a tablet that is shut out is told' at b sync

# ---- a tablet that knows the hub alone

run at hub hub code --json
at c pair "$(jq -r .text <<<"$out")" --name 'Tablet C' >/dev/null
at c add --walk "$walk" --category REN01 >/dev/null
walker_data=$tmp/c
start_walker || exit 1
ask GET "$walker_url/api/v1/about"
is "$(field '"\(.paired) \(.carrier | length > 0)"')" 'false true' 'a tablet that knows a hub alone says who carries for it'
send POST "$walker_url/api/v1/sync" '{}'
is "$code" 202 'and its page can send'
stop walker
for ((i = 0; i < 100; i++)); do [ "$(status_of c | jq .sync.running)" = true ] || break; sleep 0.1; done
sqlite3 "$tmp/a/lygte.db" 'DELETE FROM peer'
complains 1 hub 'asked for proof where there is a hub alone, it has none and says so' \
    "$BIN/walker-sync" sync --prove --data "$tmp/a"

finish
