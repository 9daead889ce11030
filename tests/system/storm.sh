#!/usr/bin/env bash
# Twenty rounds of the storm (tests/storm/storm.mjs) and what it left behind: after every
# way sync can be broken nothing is lost, doubled or lied about. The programs as people get
# them, when they are built: they are quicker, so more is under way when the blow comes.
# ROUNDS, SEED and FROM as for `make storm`; without SEED the clock chooses, and says so.
set -u
cd "$(dirname "$0")/../.." || exit 1

for need in node sqlite3; do
    if ! command -v "$need" >/dev/null; then
        echo "1..0 # skip $need is not installed"
        exit 0
    fi
done
if [ -x "${PLAIN_BIN:-}/walker" ]; then
    BIN=$PLAIN_BIN
    export LYGTE_PICTURE=${LYGTE_PICTURE_PLAIN:-}
fi
export BIN=${BIN:-$PWD/build/bin} ROUNDS=${ROUNDS:-20}
export DRAW_PHOTO=${DRAW_PHOTO:-${BUILD:-build}/tools/draw_photo}
exec node tests/storm/storm.mjs
