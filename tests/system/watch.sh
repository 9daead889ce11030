#!/usr/bin/env bash
# `walker sync --watch` needs nobody: it waits for the registry, sends what comes, and
# stops with a sentence only when a person must act.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

confirmed() { # N: waits until n records are confirmed
    local waited
    for ((waited = 0; waited < 300; waited++)); do
        [ "$(walker status --json | jq '.all_confirmed and .records.made >= '"$1")" = true ] && return 0
        sleep 0.1
    done
    return 1
}

start_registry
pair 'Tablet 1'
stop registry
walker walk new --title 'Alene hjem' >/dev/null
walker add --category BEL01 >/dev/null

walker sync --watch >"$tmp/watch.out" 2>"$tmp/watch.log" &
watch_pid=$!
started+=("$watch_pid")
for ((i = 0; i < 200; i++)); do grep -q 'does not answer' "$tmp/watch.log" && break; sleep 0.1; done
like "$(cat "$tmp/watch.log")" 'does not answer' 'without a registry it says so and goes on'
ok 'it is still there' kill -0 "$watch_pid"
start_registry
ok 'when the registry comes, everything goes by itself' confirmed 3
walker add --category STI01 >/dev/null
ok 'a new point goes within seconds, with nobody asking' confirmed 4

run registry device list --json
device=$(jq -r '.devices[0].id // .[0].id' <<<"$out")
run registry device revoke "$device"
walker add --category REN01 >/dev/null
for ((i = 0; i < 200; i++)); do kill -0 "$watch_pid" 2>/dev/null || break; sleep 0.1; done
wait "$watch_pid"
is "$?" 1 'a revoked device stops, with exit 1'
like "$(tail -n 1 "$tmp/watch.log")" ': .+: ' 'and a sentence'
run walker list --json
is "$(jq -r "[.observations[].category] | join(\"|\")" <<<"$out")" REN01 'what was not home is still on the device'

walker sync --watch >/dev/null 2>&1 &
again=$!
wait "$again"
is "$?" 1 'started again it says so at once'
finish
