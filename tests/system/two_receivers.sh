#!/usr/bin/env bash
# A receiver without a fix beside one that has it takes neither its position nor its track;
# and a gpsd with an IPv6 address is found.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

# A gpsd that says what comes on its stdin to all who listen, and prints where it is.
mkfifo "$tmp/gpsd.in"
# shellcheck disable=SC2016 # it is JavaScript
node -e '
    const all = new Set();
    const server = require("net").createServer((one) => { all.add(one); one.on("error", () => {}).resume(); });
    server.on("listening", () => { const { family, address, port } = server.address();
        console.log(family === "IPv6" ? `[${address}]:${port}` : `${address}:${port}`); });
    server.on("error", () => server.listen(0, "127.0.0.1"));
    server.listen(0, "::1");
    require("readline").createInterface({ input: process.stdin })
        .on("line", (line) => all.forEach((one) => one.write(`${line}\n`))).on("close", () => process.exit());' \
    <"$tmp/gpsd.in" >"$tmp/gpsd.at" &
started+=("$!")
exec 7>"$tmp/gpsd.in"
for ((i = 0; i < 400; i++)); do [ -s "$tmp/gpsd.at" ] && break; sleep 0.05; done
LYGTE_GPSD=$(<"$tmp/gpsd.at")
export LYGTE_GPSD

says() { # DEVICE MODE REST
    printf '{"class":"TPV","device":"%s","mode":%s%s}\n' "$1" "$2" "${3:-}" >&7
}
fixed() { # DEVICE SECOND METRES
    says "$1" 3 ",\"time\":\"$(date -u -d "@$((now + $2))" +%FT%T.000Z)\",\"lat\":57.0$((50000 + $2 * 2)),\"lon\":9.92,\"eph\":$3"
}
fix_is() { # WORD METRES
    for ((i = 0; i < 100; i++)); do
        ask GET "$walker_url/api/v1/position"
        [ "$(field '"\(.fix) \(.accuracy_m)"')" = "$*" ] && return 0
        sleep 0.1
    done
    return 1
}

now=$(date +%s)
walk=$(walker walk new --title Kildeparken | tail -n 1)
walker walk begin "$walk" >/dev/null
start_walker || exit 1
ok "gpsd is found at ${LYGTE_GPSD%:*}" fix_is none null
fixed /dev/ttyACM0 0 4
ok 'one of two receivers has a fix' fix_is 3d 4
seen=
for second in {1..20}; do
    fixed /dev/ttyACM0 "$second" 4
    says /dev/serial0 1
    fixed /dev/serial1 "$second" 5
    sleep 0.1
    ask GET "$walker_url/api/v1/position"
    seen+="$(field '"\(.fix) \(.accuracy_m)"')|"
done
is "$(tr '|' '\n' <<<"$seen" | sort -u | xargs)" '3d 4' 'it keeps it, whatever the others say'
says /dev/ttyACM0 1
fixed /dev/serial1 21 5
ok 'when it loses it, another with a fix is followed' fix_is 3d 5
says /dev/serial1 1
ok 'when none has one, it is lost' fix_is none 5
stop walker
run walker walk track "$walk"
is "$(jq -c '[.geometry.coordinates[] | length]' <<<"$out")" '[22]' 'the track is one line of what was followed'
finish
