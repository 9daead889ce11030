#!/usr/bin/env bash
# Two groups are out, each with its own tablet, and hear of each other by the register. What
# a tablet keeps without being told where, its points and its track, is of its own walk.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

# As much of gpsd as tells the same place three times a second; its port comes on stdout.
receiver() {
    node -e '
        const fix = () => JSON.stringify({ class: "TPV", mode: 3, time: new Date().toISOString(),
            lat: 57.05, lon: 9.92, eph: 4 }) + "\n";
        const server = require("net").createServer((socket) => {
            const timer = setInterval(() => socket.write(fix()), 300);
            socket.on("error", () => null).on("close", () => clearInterval(timer));
        }).listen(0, "127.0.0.1", () => console.log(server.address().port));' >"$tmp/port" &
    started+=("$!")
    until [ -s "$tmp/port" ]; do sleep 0.05; done
    LYGTE_GPSD=127.0.0.1:$(<"$tmp/port")
}
fixes_of() { # WALK
    sql "$walker_data" "SELECT (SELECT count(*) FROM track WHERE walk = '$1')
        + (SELECT count(*) FROM track_draft WHERE walk = '$1')"
}

start_registry
ours=$(registry walk new --title 'Vestbyen' --start 2026-11-30T18:00:00Z | tail -n 1)
theirs=$(registry walk new --title 'Kærby' --start 2026-11-30T18:00:00Z | tail -n 1)
group_a=$tmp/a group_b=$tmp/b
for walker_data in "$group_a" "$group_b"; do pair; done

walker_data=$group_a
walker walk begin "$ours" >/dev/null
walker_data=$group_b
sleep 1
walker walk begin "$theirs" >/dev/null
run walker sync
walker_data=$group_a
run walker sync
is "$(walker walk show "$theirs" --json | jq -r .state)" begun 'a tablet hears that the other group has begun'
point=$(walker add --category BEL01 | tail -n 1)
is "$(sql "$walker_data" "SELECT walk FROM observation WHERE id = '$point'")" "$ours" \
    'a point is of its own walk all the same'

export LYGTE_GPSD
receiver
start_walker
for ((i = 0; i < 100; i++)); do
    [ "$(fixes_of "$ours")$(fixes_of "$theirs")" = 00 ] || break
    sleep 0.1
done
ok 'where it goes is its own walk'"'"'s track' test "$(fixes_of "$ours")" -gt 0
is "$(fixes_of "$theirs")" 0 'and in nobody else'"'"'s'
ask GET "$walker_url/api/v1/walks"
is "$(field "[.walks[] | select(.state == \"begun\") | {(.id): .here}] | add | .\"$ours\", .\"$theirs\"" | paste -sd ' ')" \
    'true false' 'its page hears which of the two is under way here'
walker walk end "$ours" >/dev/null
before=$(fixes_of "$ours")
sleep 4
is "$(fixes_of "$theirs")" 0 'its way home is in neither'
ok 'nor goes on in its own' test "$(fixes_of "$ours")" -le $((before + 1))
finish
