#!/bin/bash
# sync/run.sh: bringing home against tus, PouchDB and rsync, in the same run, one after the
# other in each round; ratios, both ends' memory, bytes on the wire. Called by
# tests/bench/run.sh or by hand; `README` beside it tells how to read it.
#
#     BIN=build/bin bash tests/bench/sync/run.sh [loopback] [badlink]
#
# ROUNDS=3 how often each; PEERS="lygte tus rsync pouch" who; LINKEMU a ready linkemu.
# Everything lies in BUILD/bench-sync (a disk, not a tmpfs; 4 GB). Nothing here passes or
# fails by time: the exit status is 1 only when something broke.
set -euo pipefail
cd "$(dirname "$0")/../../.."

BIN=$(realpath "${BIN:-build/bin}")
OUT=$(dirname "$BIN")
BUILD=${BUILD:-build}
SHARED=${LYGTE_SHARED:-$PWD/../shared}
WORK=$OUT/bench-sync
ROUNDS=${ROUNDS:-3}
HERE=tests/bench/sync
export BIN DRAW=$BUILD/tools/draw_photo POUCH=$WORK/npm BARE=$BUILD/tests/bench/bare
# A walker's folder is copied for each run: it must not take itself for a copied device.
export LYGTE_MACHINE=bench

says() { printf 'bench: sync: %s\n' "$*" >&2; }
skipped() { printf 'skipped: sync: %s\n' "$*"; }

command -v node >/dev/null || { skipped 'there is no node'; exit 0; }
for package in tus-js-client @tus/server @tus/file-store; do
    [ -d "node_modules/$package" ] || { skipped "$package is not installed: npm ci"; exit 0; }
done
[ -x "$DRAW" ] || MAKEFLAGS='' make --no-print-directory "$DRAW" >&2
[ -x "$BARE" ] || MAKEFLAGS='' make --no-print-directory "$BARE" >&2
mkdir -p "$WORK"

# What is brought home is made once for each build of the walker.
made=$(sha256sum "$BIN/walker" | cut -c 1-16)
[ "$(cat "$WORK/made" 2>/dev/null)" = "$made" ] || rm -rf "$WORK/walk" "$WORK/evening"
echo "$made" >"$WORK/made"

# The peers that are here; the others are named as missing.
peers() {
    local list='lygte bare tus'
    if rsync --fsync --version >/dev/null 2>&1; then
        list+=' rsync'
    else
        skipped 'rsync: 3.2.4 or later is not installed' >&2
    fi
    if [ -d "$POUCH/node_modules/express-pouchdb" ] || {
        mkdir -p "$POUCH"
        cp $HERE/peers/package.json "$POUCH/"
        says 'installing PouchDB'
        (cd "$POUCH" && timeout 300 npm install --no-audit --no-fund >npm.log 2>&1)
    }; then
        list+=' pouch'
    else
        skipped 'PouchDB: npm could not install it' >&2
    fi
    echo "$list"
}

# A network namespace of its own: its loopback carries this run's bytes alone.
alone() {
    if [ "$(id -u)" = 0 ]; then unshare -n "$@"; else unshare -rn "$@"; fi
}

loopback() {
    PEERS=${PEERS:-$(peers)}
    export PEERS
    says "loopback: $PEERS"
    node $HERE/data.mjs "$WORK/walk" 1000 200
    if [[ $PEERS == *pouch* ]] && [ ! -d "$WORK/walk/pouch" ]; then
        node $HERE/peers/pouch_client.cjs fill "$WORK/walk/pouch.making" \
            "$WORK/walk/observations.json" "$WORK"/walk/photos/*.jpg
        mv "$WORK/walk/pouch.making" "$WORK/walk/pouch"
    fi
    alone true 2>/dev/null || { skipped 'loopback: no network namespaces here'; return; }
    alone sh -c 'ip link set lo up; exec "$@"' sh \
        node $HERE/loopback.mjs "$WORK/walk" "$WORK/run" "$ROUNDS"
}

badlink() {
    local emulator=${LINKEMU:-$WORK/linkemu}
    [ "$(id -u)" = 0 ] || { skipped 'bad link: wants root (TUN, network namespaces)'; return; }
    [ -c /dev/net/tun ] || { skipped 'bad link: there is no /dev/net/tun'; return; }
    if [ ! -x "$emulator" ]; then
        [ -f "$SHARED/tools/linkemu.c" ] ||
            { skipped "bad link: $SHARED/tools/linkemu.c is not here"; return; }
        "${CC:-cc}" -O2 -o "$emulator" "$SHARED/tools/linkemu.c"
    fi
    node $HERE/data.mjs "$WORK/evening" 100 2
    says 'bad link: lygte tus'
    PEERS='lygte tus' node $HERE/badlink.mjs "$WORK/evening" "$WORK/run" "$ROUNDS" "$emulator"
}

[ $# -gt 0 ] || set -- loopback badlink
for job in "$@"; do
    case $job in
    loopback | badlink) "$job" ;;
    *) says "$job: no such bench: loopback badlink"; exit 2 ;;
    esac
done
