#!/usr/bin/env bash
# The real gpsd, fed by UDP with captures: a fixed, a lost, a drifting and a clock-jumping
# one, the summer-time night, and gpsd's own. Track, distance and positions come out as
# an independent reading of the same NMEA says (tests/support/gps_capture.mjs).
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
command -v gpsd >/dev/null || skip_all 'gpsd is not installed'

capture() { node "$root/tests/support/gps_capture.mjs" "$@"; }
HZ=400

free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }

start_gpsd() {
    gpsd_port=$(free_port)
    feed_port=$(free_port)
    gpsd -N -n -S "$gpsd_port" "udp://127.0.0.1:$feed_port" >"$tmp/gpsd.out" 2>&1 &
    gpsd_pid=$!
    started+=("$gpsd_pid")
    export LYGTE_GPSD=127.0.0.1:$gpsd_port
}

position() { ask GET "$walker_url/api/v1/position"; }

# Asks until the answer's filter is true, at most 8 s.
await() { # URL FILTER
    local i
    for ((i = 0; i < 80; i++)); do
        ask GET "$1"
        jq -e "$2" <<<"$body" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    return 1
}

# A walk of its own for each capture, played into gpsd.
walk_with() { # NAME FILE
    send POST "$walker_url/api/v1/walks" "{\"title\":\"$1\"}"
    walk=$(field .id)
    send POST "$walker_url/api/v1/walks/$walk/begin" '{}'
    capture send "$2" "$feed_port" "$HZ"
    fixes=$(capture read "$2" | jq .fixes)
    await "$walker_url/api/v1/walks/$walk/track" ".geometry.coordinates | flatten(1) | length >= $fixes"
    send POST "$walker_url/api/v1/walks/$walk/end" '{}'
    ask GET "$walker_url/api/v1/walks/$walk/track"
    cp "$tmp/body" "$tmp/track.json"
}

# Distance within 3 % (or 8 m), number of stretches, and every place of ours one of theirs.
agrees() { # NAME STRETCHES
    local seen
    # shellcheck disable=SC2016 # it is JavaScript
    seen=$(node -e '
        const { readFileSync } = require("fs");
        const track = JSON.parse(readFileSync(process.argv[1])), ours = track.geometry.coordinates;
        const theirs = JSON.parse(process.argv[2]), wrong = [];
        const key = (lat, lon) => `${lat.toFixed(5)},${lon.toFixed(5)}`;
        const near = new Set();
        for (const [lat, lon] of theirs.places) for (const a of [-1, 0, 1]) for (const b of [-1, 0, 1])
            near.add(key(lat + a * 1e-5, lon + b * 1e-5));
        const flat = ours.flat();
        if (ours.length !== Number(process.argv[3])) wrong.push(`${ours.length} stretches`);
        const strange = flat.filter(([lon, lat]) => !near.has(key(lat, lon)));
        if (strange.length) wrong.push(`${strange.length} places nobody sent`);
        if (flat.length < theirs.fixes * 0.97 || flat.length > theirs.fixes + ours.length)
            wrong.push(`${flat.length} of ${theirs.fixes} fixes`);
        const [m, n] = [track.properties.metres, theirs.metres];
        if (process.argv[4] !== "still" && Math.abs(m - n) > Math.max(8 * ours.length, 0.03 * n))
            wrong.push(`${m} m, they say ${n.toFixed(1)}`);
        if (process.argv[4] === "still" && m !== 0) wrong.push(`${m} m standing still`);
        console.log(wrong.join("; "));' "$tmp/track.json" "$(capture read "$3")" "$2" "${4:-}")
    is "$seen" '' "$1"
}

start_gpsd
start_walker
await "$walker_url/api/v1/position" '.fix == "none"'
is "$(field .fix)" none 'a gpsd without a receiver has no fix'
is "$(field '.gate_m')" 15 'the gate is 15 m until it is set'

for kind in fixed lost drifting clock dst; do capture make "$kind" "$tmp/$kind.nmea"; done

walk_with fixed "$tmp/fixed.nmea"
agrees 'fixed: 321 fixes round a square, 400 m' 1 "$tmp/fixed.nmea"
is "$(field .properties.lost)" false 'and nothing was lost'
await "$walker_url/api/v1/position" '.lat'
wanted=$(capture read "$tmp/fixed.nmea" | jq -c '.last | map(. * 1e5 | round)')
is "$(jq -c '[.lat, .lon] | map(. * 1e5 | round)' <<<"$body")" "$wanted" \
    'the position is the last one sent'
is "$(jq '.accuracy_m > 4 and .accuracy_m < 6' <<<"$body")" true \
    'its accuracy is what the receiver says of itself'

walk_with lost "$tmp/lost.nmea"
agrees 'lost: eighty seconds without a fix split the line and count nothing' 2 "$tmp/lost.nmea"
is "$(field .properties.lost)" true 'and it is shown as lost'

walk_with drifting "$tmp/drifting.nmea"
agrees 'drifting: seven minutes of standing still are 0 m' 1 "$tmp/drifting.nmea" still

walk_with clock "$tmp/clock.nmea"
agrees 'clock: a receiver that jumps an hour and back splits the line, no more' 3 "$tmp/clock.nmea"
is "$(sql "$walker_data" "SELECT count(*) FROM record WHERE kind = 'clock.fix'")" 0 \
    'and nobody takes his time from it'

walk_with dst "$tmp/dst.nmea"
agrees 'the summer-time night is a minute like others' 1 "$tmp/dst.nmea"

# A lost fix is shown as lost, and where it was last.
# shellcheck disable=SC2016 # NMEA begins so
printf '%s\r\n' '$GPRMC,183600.00,V,,,,,,,211126,,,N*73' '$GPGGA,183600.00,,,,,0,00,99.99,,,,,,*6B' \
    >"$tmp/none.nmea"
capture send "$tmp/none.nmea" "$feed_port" 50
await "$walker_url/api/v1/position" '.fix == "none"'
is "$(field '.fix, (.lat > 57), (.age_s >= 0)' | paste -sd ' ')" 'none true true' \
    'a lost fix is shown as lost, with the age of the last one'

# The records are the truth: folded anew they say the same, and none is too large.
run walker doctor --rebuild --json
is "$status" 0 'the track folds anew to the same'
is "$(sql "$walker_data" "SELECT max(length(body)) <= 4096 FROM record WHERE kind = 'track.append'")" \
    1 'no record of a track is over 4 KiB'

# kill -9 in the middle of a minute loses two seconds at most.
send POST "$walker_url/api/v1/walks" '{"title":"killed"}'
walk=$(field .id)
send POST "$walker_url/api/v1/walks/$walk/begin" '{}'
head -c 4200 "$tmp/fixed.nmea" >"$tmp/part.nmea"
capture send "$tmp/part.nmea" "$feed_port" 8
last=$(capture read "$tmp/part.nmea" | jq -c '.last | map(. * 1e5 | round)')
await "$walker_url/api/v1/position" "([.lat, .lon] | map(. * 1e5 | round)) == $last"
stop walker KILL
start_walker
ask GET "$walker_url/api/v1/walks/$walk/track"
sent=$(capture read "$tmp/part.nmea" | jq .fixes)
fixes_kept=$(jq '.geometry.coordinates | flatten(1) | length' <<<"$body")
is "$((fixes_kept > 0 && sent - fixes_kept <= 18))" 1 "killed in the middle: $fixes_kept of $sent fixes are kept (8 a second)"

# A clock that cannot be trusted takes the satellites' time: five seconds of them, live.
# shellcheck disable=SC2016 # it is JavaScript
node -e '
    const two = (n) => String(n).padStart(2, "0"), rows = [], from = Date.now() + 2 * 86400000;
    const sum = (b) => `$${b}*${[...b].reduce((x, c) => x ^ c.charCodeAt(0), 0).toString(16).toUpperCase().padStart(2, "0")}`;
    for (let i = 0; i < 7; i++) {
        const t = new Date(from + i * 1000), hms = `${two(t.getUTCHours())}${two(t.getUTCMinutes())}${two(t.getUTCSeconds())}.00`;
        const dmy = `${two(t.getUTCDate())}${two(t.getUTCMonth() + 1)}${two(t.getUTCFullYear() % 100)}`;
        rows.push([`GPRMC,${hms},A,5702.880000,N,00955.122000,E,0.0,0.0,${dmy},,,A`,
            `GPGGA,${hms},5702.880000,N,00955.122000,E,1,08,1.1,12.0,M,40.0,M,,`].map(sum).join("\r\n"));
    }
    console.log(rows.join("\n\n"));' >"$tmp/live.nmea"
ask GET "$walker_url/api/v1/position"
before=$(field .clock)
send PUT "$walker_url/api/v1/observations/$(new_id)" "{\"walk\":\"$walk\",\"category\":\"REN01\"}"
capture send "$tmp/live.nmea" "$feed_port" 1
ask GET "$walker_url/api/v1/position"
if [ "$before" = ntp ]; then
    is "$(field .clock)" ntp 'a clock kept by NTP stays'
else
    is "$(field .clock)" gnss "a clock that was only $before is told by the satellites"
    ask GET "$walker_url/api/v1/about"
    is "$(($(date -d "$(field .time)" +%s) - $(date +%s) > 172000))" 1 'and it is two days later than the machine believed'
    is "$(sql "$walker_data" "SELECT count(*) FROM record WHERE kind = 'clock.fix'")" 1 \
        'what was written before is dated anew, once'
fi

# gpsd goes away and comes back.
stop gpsd
await "$walker_url/api/v1/position" '.fix == "off"'
is "$(field .fix)" off 'without gpsd the position is off'

if [ -r "$LYGTE_SHARED/data/gps/foretrex-201.log" ]; then
    start_gpsd
    stop walker
    start_walker
    await "$walker_url/api/v1/position" '.fix == "none"'
    grep '^\$' "$LYGTE_SHARED/data/gps/foretrex-201.log" | awk '/GPRMC/ && n++ {print ""} {print}' >"$tmp/foretrex.nmea"
    capture send "$tmp/foretrex.nmea" "$feed_port" 20
    await "$walker_url/api/v1/position" '.lat'
    is "$(jq -c '[.lat, .lon] | map(. * 1e3 | round)' <<<"$body")" \
        "$(grep -o '"lat":[0-9.]*,"lon":[0-9.]*' "$LYGTE_SHARED/data/gps/foretrex-201.log.chk" | tail -n 1 |
            jq -Rc 'capture("lat\":(?<a>[0-9.]+),\"lon\":(?<b>[0-9.]+)") | [.a, .b] | map(tonumber * 1e3 | round)')" \
        "gpsd's own Danish capture gives the place its .chk says"
else
    skip "gpsd's own Danish capture" 'no ../shared/data'
fi
stop gpsd
finish
