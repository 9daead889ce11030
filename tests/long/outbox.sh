#!/usr/bin/env bash
# A hundred thousand records in one outbox: walker-sync stays within 20 MiB while it
# brings them home, and so does the registry; in the programs as people get them, because
# a sanitizer's memory is its own. OUTBOX=N for another number.
# shellcheck source=tests/support/system.sh
BIN=$(cd "$(dirname "$0")/../.." && pwd)/build/bin
export BIN
. "$(dirname "$0")/../support/system.sh"
points=${OUTBOX:-100000}
fill=${BIN%/bin}/tests/bench/points
[ -x "$fill" ] || MAKEFLAGS='' make -C "$root" --no-print-directory "$fill" >/dev/null ||
    skip_all 'tests/bench/points could not be built'

export LYGTE_MACHINE=outbox
"$fill" "$walker_data" "$points" bare >/dev/null
start_registry
pair
sync_began=$SECONDS
"$BIN/walker-sync" sync --data "$walker_data" --json >"$tmp/out" 2>"$tmp/err" &
sync_pid=$!
started+=("$sync_pid")
most=0
while kill -0 "$sync_pid" 2>/dev/null; do
    now=$(awk '/VmHWM/ {print $2}' "/proc/$sync_pid/status" 2>/dev/null)
    [ "${now:-0}" -le "$most" ] || most=$now
    sleep 0.05
done
wait "$sync_pid"
is "$?" 0 "$points points come home"
is "$(jq '.records.verified >= '"$points" "$tmp/out")" true 'every record is confirmed'
is "$(sql "$registry_data" 'SELECT count(*) FROM observation')" "$points" \
    'and folded at the registry'
echo "# $((SECONDS - sync_began)) s; walker-sync $most kB at its most"
ok 'walker-sync took at most 20 MiB' test "$most" -gt 1000 -a "$most" -le 20480
most=$(awk '/VmHWM/ {print $2}' "/proc/$registry_pid/status")
echo "# registry $most kB at its most"
ok 'the registry as well' test "$most" -le 20480
finish
