#!/usr/bin/env bash
# An upload that is cut at nine tenths goes on at nine tenths: counted by a relay between
# device and registry, at most one range is sent twice, whether the connection breaks or the
# device is killed. The next sync also comes home when the registry has not yet seen that
# the connection broke, and so calls its ranges busy.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

command -v node >/dev/null || skip_all 'there is no node here'
RANGE=524288    # sync/client/transfer.c
OVERHEAD=120000 # heads, records, small pictures, questions, of two runs
relay_port=0

start_relay() { # MOST [LINGER]
    local waited
    said=$(mktemp "$tmp/relay.XXXXXX")
    node "$root/tests/support/relay.mjs" "${registry_url##*:}" "$relay_port" "$@" >"$said" &
    relay_pid=$!
    started+=("$relay_pid")
    for ((waited = 0; waited < 500; waited++)); do
        relay_port=$(head -n 1 "$said")
        [ -z "$relay_port" ] || return 0
        sleep 0.02
    done
    return 1
}

# Its door is shut; what it carried stands in $carried. It may linger.
stop_relay() {
    local waited
    kill "$relay_pid"
    for ((waited = 0; waited < 500; waited++)); do
        carried=$(sed -n 2p "$said")
        [ -z "$carried" ] || return 0
        sleep 0.02
    done
    return 1
}

# A device of its own with a photo of BYTES, paired through a relay.
begin() { # BYTES
    walker_data=$tmp/walker.$claims
    mkdir -p "$tmp/photos.$claims"
    node "$root/tests/support/tus_photos.mjs" "$tmp/grey.jpg" "$tmp/photos.$claims" "$1"
    walker import "$tmp/photos.$claims" >/dev/null
    relay_port=0
    start_relay 0
    run registry device code --json
    walker pair "http://127.0.0.1:$relay_port" "$(jq -r .code <<<"$out")" >/dev/null
    stop_relay
}

goes_on() { # CLAIM BYTES HOW
    local bytes=$2 first
    begin "$bytes"
    case $3 in
    connection) start_relay $((bytes * 9 / 10)); walker sync >/dev/null 2>&1 ;;
    device)
        start_relay 0
        "$BIN/walker-sync" sync --data "$walker_data" >/dev/null 2>&1 &
        sync_pid=$!
        started+=("$sync_pid")
        await_held $((bytes * 5 / 10))
        stop sync KILL ;;
    esac
    stop_relay
    first=$carried
    ok "$1: part of it is there ($first of $bytes bytes were carried)" test "$first" -gt 1000000
    start_relay 0
    run walker sync --json
    stop_relay
    is "$(jq .all_confirmed <<<"$out") $err" 'true ' "$1: the next sync brings it home"
    ok "$1: $((first + carried - bytes)) bytes more than the photo were carried: at most one range" \
        test $((first + carried)) -le $((bytes + RANGE + OVERHEAD))
}

is_busy_no_longer() { # CLAIM BYTES HELD-MS
    begin "$2"
    start_relay $(($2 * 5 / 10)) "$3"
    walker sync >/dev/null 2>&1
    stop_relay
    start_relay 0
    run walker sync --json
    stop_relay
    is "$status $(jq .all_confirmed <<<"$out") $err" '0 true ' "$1"
    ok "$1: $((carried - $2 / 2)) bytes beyond the other half" \
        test "$carried" -le $(($2 / 2 + RANGE + OVERHEAD))
}

await_held() { # BYTES in part files
    local waited
    for ((waited = 0; waited < 2000; waited++)); do
        held=$(sql "$registry_data" 'SELECT COALESCE(sum(held), 0) FROM upload')
        [ "$held" -lt "$1" ] || return 0
        sleep 0.005
    done
}

make_photo "$tmp/grey.jpg" 'the base of a large photo'
start_registry
goes_on 'a connection that breaks at nine tenths' 20000000 connection
goes_on 'a device that is killed' 40000000 device
is_busy_no_longer 'ranges that the registry still holds for a dead connection are waited for' 20000000 1500
is_busy_no_longer 'also longer than a device waits for anything else' 20000000 35000
finish
