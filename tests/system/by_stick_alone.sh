#!/usr/bin/env bash
# A tablet that meets the register by sticks alone: when the register was restored from a backup,
# what it confirmed before counts no more, and the next stick brings it all again. An old stick
# takes nobody back.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry || exit 1
pair
run registry walk new --title Kildeparken --start 2026-11-30T18:00:00Z
walk=$(tail -n 1 <<<"$out")
walker sync >/dev/null
registry backup "$tmp/backup" >/dev/null
walker add --walk "$walk" --category BEL01 --note 'efter kopien' --at 57.05,9.92 >/dev/null
there_and_back() {
    walker stick "$tmp/stick" >/dev/null
    registry unstick "$tmp/stick" >/dev/null
    run walker unstick "$tmp/stick"
}
there_and_back
is "$status $(walker status --json | jq .records.verified)" '0 2' 'a stick brings a point home, and its receipt'
cp "$tmp/stick" "$tmp/old"
stop registry
mv "$registry_data" "$tmp/lost"
registry restore "$tmp/backup" >/dev/null
is "$(registry list --format csv | grep -c 'efter kopien')" 0 'the register is restored from a backup that has not the point'
there_and_back
is "$(walker status --json | jq '.records.verified < .records.made')" true 'the next stick tells the tablet that it is not there'
refused=$(walker wipe --walk "$walk" --offline 2>&1)
like "$refused" 'not confirmed' 'and nothing of it may go'
run walker unstick "$tmp/old"
is "$(walker status --json | jq '.records.verified < .records.made')" true 'an old stick confirms nothing'
there_and_back
is "$status $(walker status --json | jq '.records.verified == .records.made') $(registry list --format csv | grep -c 'efter kopien')" \
    '0 true 1' 'the one after it brings the point, and its receipt'
finish
