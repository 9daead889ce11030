# shellcheck shell=bash disable=SC2154
# What tests with a hub share: devices by name, each in a folder of its own, and the hub among
# them. Comes after system.sh.

at() { "$BIN/walker" --data "$tmp/$1" "${@:2}"; }

# Pairs that device with the registry that runs.
pair_at() { # DEVICE
    run registry device code --json
    run at "$1" pair "$registry_url" "$(jq -r .code <<<"$out")" --name "$1"
    [ "$status" = 0 ] || echo "# pairing $1 failed: $err"
}

# The device called hub, with its door for tablets; sets hub_pid and hub_url, and keeps its port.
start_hub_at() {
    local log waited
    log=$(new_log hub)
    "$BIN/walker" --data "$tmp/hub" serve --hub --listen "127.0.0.1:${hub_port:-0}" \
        --page 127.0.0.1:0 >"$log" 2>&1 &
    hub_pid=$!
    started+=("$hub_pid")
    for ((waited = 0; waited < 2000; waited++)); do
        hub_url=$(grep -oE 'https://[0-9.]+:[0-9]+' "$log" | head -n 1)
        [ -z "$hub_url" ] || break
        kill -0 "$hub_pid" 2>/dev/null || { echo "# $(<"$log")"; return 1; }
        sleep 0.01
    done
    hub_port=${hub_url##*:}
    export hub_pid hub_url
}

pair_with_hub() { # DEVICE
    run at hub hub code --json
    run at "$1" pair "$(jq -r .text <<<"$out")" --name "$1"
    [ "$status" = 0 ] || echo "# pairing $1 with the hub failed: $err"
}
