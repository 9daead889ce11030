#!/bin/bash
# run.sh: the benches, one after another, and one table at the end. Nothing here passes
# or fails by time; a program that breaks ends it. See README.
#
#     BIN=build/bin bash tests/bench/run.sh [save] [photo] [start] [static] [sync]
#
# ROUNDS=5 how often each; ROWS=2000 saves a round; REST=5 seconds before memory is read;
# PULL=3s how long wrk pulls; CARD_US=2000 how much longer a memory card syncs. Everything lies in BUILD/bench (a disk, not a tmpfs).
set -euo pipefail
cd "$(dirname "$0")/../.."

BIN=$(realpath "${BIN:-build/bin}")
OUT=$(dirname "$BIN")
HERE=$OUT/tests/bench
WORK=$OUT/bench
ROUNDS=${ROUNDS:-5}
ROWS=${ROWS:-2000}
REST=${REST:-5}
PULL=${PULL:-3s}
CARD_US=${CARD_US:-2000}
begun=()

says() { printf 'bench: %s\n' "$*" >&2; }

# Ends what was begun here, by its number.
end_begun() {
    local pid
    for pid in "${begun[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    begun=()
}
trap end_begun EXIT

# A free port above 20000.
port() {
    local at
    while :; do
        at=$((20000 + RANDOM % 40000))
        (exec 3<>"/dev/tcp/127.0.0.1/$at") 2>/dev/null || break
    done
    echo "$at"
}

wait_for() { # PORT
    local i
    for i in $(seq 500); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
            return
        fi
        sleep 0.01
    done
    says "nothing answers on port $1 after $i tries"
    exit 1
}

rm -rf "$WORK"
mkdir -p "$WORK"
[ $# -gt 0 ] || set -- save photo start static big sync
for job in "$@"; do
    says "$job"
    case $job in
    save)
        "$HERE/save" "$WORK/save" "$ROUNDS" "$ROWS"
        "$HERE/save" "$WORK/save-card" "$ROUNDS" $((ROWS / 4)) "$CARD_US"
        ;;
    photo) . tests/bench/photo.sh ;;
    start) . tests/bench/start.sh ;;
    static)
        [ -d "$WORK/points" ] || "$HERE/points" "$WORK/points" 1000 >/dev/null
        . tests/bench/static.sh
        ;;
    big) . tests/bench/big.sh ;;
    sync) ;; # has tables of its own, below
    *)
        says "$job: no such bench: save photo start static big sync"
        exit 2
        ;;
    esac
done >"$WORK/samples"

echo "commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)," \
    "$(date -u +%Y-%m-%d), $(nproc) cores $(sed -n 's/^model name.*: //p' /proc/cpuinfo |
        head -n 1), load $(cut -d' ' -f1-3 /proc/loadavg)"
awk -f tests/bench/table.awk tests/bench/aims "$WORK/samples"
case " $* " in *' sync '*) ROUNDS=${SYNC_ROUNDS:-3} bash tests/bench/sync/run.sh ;; esac
