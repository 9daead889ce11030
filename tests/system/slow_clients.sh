#!/usr/bin/env bash
# Fifty connections that dribble, stall or never end, and somebody who tries codes: each
# costs itself, and a real sync goes on beside them.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry
pair
walk=$(walker walk new --title 'Langsomme naboer' | tail -n 1)
for n in 1 2 3; do
    make_photo "$tmp/$n.jpg" "photo $n"
    walker add --walk "$walk" --category BEL01 --photo "$tmp/$n.jpg" >/dev/null
done
token=$(<"$walker_data/token")

node - "${registry_url##*:}" "$token" >"$tmp/slow.out" <<'JS' &
const net = require("net")
const [port, token] = process.argv.slice(2)
const auth = `Host: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n`
const kinds = [
    s => { s.write("GET /api/v1/about HTT"); return () => s.write("P") },
    s => { s.write(`POST /api/v1/records HTTP/1.1\r\n${auth}Content-Type: application/x-ndjson\r\nContent-Length: 900000\r\n\r\n`)
           return () => s.write("[") },
    s => { s.write(`POST /api/v1/previews HTTP/1.1\r\n${auth}Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n`)
           return () => s.write("4000\r\n" + "x".repeat(16384) + "\r\n") },
    s => { s.write(`GET /api/v1/records HTTP/1.1\r\n${auth}\r\n`); s.pause(); return () => {} },
    s => { s.write(`PATCH /api/v1/uploads/none HTTP/1.1\r\n${auth}`); return () => s.write("X-A: b\r\n") },
]
let open = 0
for (let i = 0; i < 50; i++) {
    const s = net.connect(Number(port), "127.0.0.1", () => {
        open++
        const go = kinds[i % kinds.length](s)
        setInterval(() => s.destroyed || go(), 100)
        if (open === 50) console.log("all fifty")
    })
    s.on("error", () => {})
}
JS
slow=$!
started+=("$slow")
for ((n = 0; n < 200; n++)); do
    [ -s "$tmp/slow.out" ] && break
    sleep 0.05
done
is "$(<"$tmp/slow.out")" 'all fifty' 'fifty slow connections stand'
SECONDS=0
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'a real sync comes home beside them'
ok 'in good time' test "$SECONDS" -lt 25
ask GET "$registry_url/healthz"
is "$code" 200 'and the register answers'

# ---- codes by brute force

seen=''
for n in 0 1 2 3 4 5 6 7 8 9 10 11; do
    send POST "$registry_url/api/v1/pair" "{\"code\":\"AAAAAAAAA$((n % 10))\",\"name\":\"X\",\"key\":\"$(printf '0%.0s' {1..64})\"}"
    seen+="$code "
done
is "$seen" '403 403 403 403 403 403 403 403 403 403 429 429 ' \
    'the eleventh wrong code in a minute is not looked at any more'
like "$(header Retry-After)" '^[1-9][0-9]*$' 'with the seconds to wait'
right=$(registry device code --json | jq -r .code)
send POST "$registry_url/api/v1/pair" "{\"code\":\"$right\",\"name\":\"X\",\"key\":\"$(printf '0%.0s' {1..64})\"}"
is "$code" 429 'not even a right one, for the rest of the minute'
walker add --walk "$walk" --category BEL02 >/dev/null
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'those who are paired do not notice'
for ((n = 0; n < 70; n++)); do
    send POST "$registry_url/api/v1/session" '{"name":"nobody","password":"guess-guess-guess"}'
    [ "$code" = 401 ] || break
done
is "$code $(header Retry-After | grep -c .)" '429 1' 'who tries passwords is told to wait too'
kill "$slow"
wait "$slow" 2>/dev/null
ok 'doctor is content' registry doctor --rebuild
finish
