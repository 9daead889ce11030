#!/usr/bin/env bash
# A tablet that meets the register by sticks alone: when the register was restored from a backup,
# what it confirmed before counts no more, and the next stick brings it all again. An old stick
# takes nobody back, not even to an epoch in which nothing was confirmed here.
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

# ---- a stick that was still out while the register was restored, and the tablet paired again

epoch() { sql "$1" "SELECT epoch FROM $2"; }
start_registry || exit 1
walker_data=$tmp/out
pair 'Tablet 2'
walker sync --fetch >/dev/null
registry backup "$tmp/again" >/dev/null
walker add --walk "$walk" --category BEL01 --note 'paa pinden' --at 57.05,9.92 >/dev/null
walker stick "$tmp/late" >/dev/null
registry unstick "$tmp/late" >/dev/null
stop registry
mv "$registry_data" "$tmp/lost_again"
registry restore "$tmp/again" >/dev/null
start_registry || exit 1
pair 'Tablet 2'
walker unstick "$tmp/late" >/dev/null 2>&1
is "$(epoch "$walker_data" peer)" "$(epoch "$registry_data" self)" \
    'a stick from before takes no tablet back to an epoch in which nothing had been confirmed to it'
is "$(walker status --json | jq .all_confirmed)" false 'nor does it confirm what the register has no more'
refused=$(walker wipe --walk "$walk" --offline 2>&1)
like "$refused" 'not confirmed' 'and the last copy stays'
walker sync >/dev/null
is "$(registry list --format csv | grep -c 'paa pinden')" 1 'until it is home'

# ---- a word of the register by an origin that the tablet never met
point=$(walker add --walk "$walk" --category BEL01 --note 'MARKOER-SLETTET' --at 57.05,9.92 | tail -n 1)
there_and_back
restored() { # COPY: the register is, from a backup of now
    registry backup "$tmp/$1" >/dev/null
    mv "$registry_data" "$tmp/lost.$1"
    registry restore "$tmp/$1" >/dev/null
}
restored second
registry erase "$point" --text --reason request >/dev/null
restored third
there_and_back
is "$status $err" '0 ' 'after two restores nothing on the stick is refused'
run grep -rlac MARKOER-SLETTET "$walker_data"
is "$out" '' 'what was erased between them is erased here too'
sqlite3 "$tmp/stick" "UPDATE feed SET text = replace(text, 'request', 'requesx')"
complains 1 '1 ' 'a word that is not as it was signed is refused aloud' walker unstick "$tmp/stick"
finish
