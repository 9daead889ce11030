#!/usr/bin/env bash
# Over a network that costs by the byte points, thumbnails and previews go home, and the
# originals wait for Wi-Fi: told by the setting, by NetworkManager, or by what the
# interface is. On Wi-Fi the next sync sends them.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

# A picture with details, so that it has a preview of its own.
DRAW=${BIN%/bin}/tools/draw_photo
[ -x "$DRAW" ] || DRAW=$root/build/tools/draw_photo
photo() { # FILE TEXT
    if [ -x "$DRAW" ]; then
        "$DRAW" --scene lamp_out --at 57.0325,9.9912 --direction 45 --time 2026-11-19T18:42:10Z \
            --size 2400x1800 -o "$1" && return
    fi
    make_photo "$1" "$2"
}

at_registry() { sql "$registry_data" "$1"; }
small() { find "$registry_data/derived" -name "*.$1.jpg" 2>/dev/null | wc -l; }

start_registry
pair
walk=$(walker walk new --title 'På mobilnettet' | tail -n 1)
walker walk begin "$walk" >/dev/null
walker set hold off
photo "$tmp/a.jpg" one
walker add --category BEL01 --photo "$tmp/a.jpg" >/dev/null

# ---- the setting ------------------------------------------------------------------------

complains 1 metered 'only auto, on and off can be set' walker set metered perhaps
walker set metered on
run walker sync
is "$status" 0 'everything that may go has gone: exit 0'
like "$out" 'Waiting for Wi-Fi: 1 of the photos' 'and it says how many originals wait'
is "$(at_registry 'SELECT count(*) FROM observation')" 1 'the point is there'
is "$(small 320) $(small 1600)" '1 1' 'its thumbnail and preview are there'
is "$(at_registry 'SELECT count(*) FROM blob')" 0 'the original is not'
run walker status --json
is "$(jq -c '[.metered, .wifi_waiting, .all_confirmed]' <<<"$out")" '[true,1,false]' \
    'status says so, and calls nothing confirmed that is not'
LYGTE_LANG=da run walker status
like "$out" 'Venter på Wi-Fi: 1 ' 'in Danish too'

start_walker
ask GET "$walker_url/api/v1/status"
is "$(field '"\(.wifi_waiting) \(.wifi_bytes > 1000)"')" '1 true' 'the page knows how much it is'
send POST "$walker_url/api/v1/sync" '{"anyway":true}'
under_way() { sql "$walker_data" 'SELECT count(*) FROM sync_state WHERE running <> 0'; }
for ((waited = 0; waited < 600; waited++)); do
    [ "$(at_registry 'SELECT count(*) FROM blob') $(under_way)" != '1 0' ] || break
    sleep 0.05
done
is "$code $(at_registry 'SELECT count(*) FROM blob')" '202 1' 'sent anyway, when somebody says so'
stop walker
cat "$tmp/a.jpg" >"$tmp/b.jpg" && printf x >>"$tmp/b.jpg"
walker add --category BEL01 --photo "$tmp/b.jpg" >/dev/null
run walker sync --json
is "$(jq -c .wifi_waiting <<<"$out")" 1 'the next one waits again: it was for that time'
run walker sync --anyway --json
is "$(jq -c '[.wifi_waiting, .all_confirmed]' <<<"$out")" '[0,true]' 'the verb can say so too'

walker set metered auto
run walker sync --json
is "$(jq -c '[.wifi_waiting, .all_confirmed]' <<<"$out")" '[0,true]' \
    'over loopback nothing costs: the original goes'

# ---- what the interface is --------------------------------------------------------------

# Two namespaces joined by a cable whose end at the device is called like a modem. The
# registry listens at the other end, with TLS.
home=lygtem$$h away=lygtem$$a
lay_cable() {
    ip netns add "$home" && ip netns add "$away" &&
        ip -n "$away" link add wwan0 type veth peer name far0 netns "$home" &&
        ip -n "$away" address add 10.214.78.2/24 dev wwan0 &&
        ip -n "$away" link set wwan0 up && ip -n "$home" link set far0 up &&
        ip -n "$home" address add 10.214.78.1/24 dev far0
}
take_cable() {
    ip netns delete "$home" 2>/dev/null
    ip netns delete "$away" 2>/dev/null
}
trap 'take_cable; leave' EXIT

if [ "$(id -u)" != 0 ] || ! lay_cable 2>/dev/null; then
    skip 'an interface that is called like a modem' 'network namespaces are not permitted here'
    finish
    exit
fi
away_walker() { ip netns exec "$away" "$BIN/walker" --data "$walker_data" "$@"; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=registry \
    -addext subjectAltName=IP:10.214.78.1 -keyout "$tmp/key.pem" -out "$tmp/cert.pem" 2>/dev/null
export LYGTE_CA=$tmp/cert.pem
registry_data=$tmp/far walker_data=$tmp/device
far_log=$(new_log registry)
ip netns exec "$home" "$BIN/registry" --data "$registry_data" serve --listen 10.214.78.1:28471 \
    --tls-cert "$tmp/cert.pem" --tls-key "$tmp/key.pem" --host 10.214.78.1 >"$far_log" 2>&1 &
far_pid=$!
started+=("$far_pid")
await_address "$far_log" "$far_pid"
run registry device code --json
away_walker pair "$address" "$(jq -r .code <<<"$out")" --name 'Tablet 2' >/dev/null
away_walker walk begin "$(away_walker walk new --title 'På mobilnettet igen' | tail -n 1)" >/dev/null
away_walker set hold off
away_walker add --category BEL01 --photo "$tmp/a.jpg" >/dev/null
waits() { away_walker sync --json 2>&1 | jq -c .wifi_waiting; }
PATH_BEFORE=$PATH
mkdir "$tmp/nm"
nmcli_says() {
    printf '#!/bin/sh\necho "%s"\n' "$1" >"$tmp/nm/nmcli"
    chmod +x "$tmp/nm/nmcli"
    export PATH=$tmp/nm:$PATH_BEFORE
}

nmcli_says unknown
is "$(waits)" 1 'over wwan0 the original waits'
nmcli_says 'yes (guessed)'
is "$(waits)" 1 'where NetworkManager guesses that it costs, too'
printf '#!/bin/sh\nsleep 30\n' >"$tmp/nm/nmcli"
began=$SECONDS
is "$(waits)" 1 'a NetworkManager that does not answer is not waited for'
ok 'longer than a few seconds' test $((SECONDS - began)) -lt 20
nmcli_says no
is "$(waits)" 0 'but where NetworkManager was told that it costs nothing, it goes'
is "$(at_registry 'SELECT count(*) FROM blob')" 1 'and is there'
stop far
finish
