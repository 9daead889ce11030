#!/usr/bin/env bash
# A tablet that the register let in again meets a hub that has heard only that it was shut out: it
# is told what is so, not to scan the code again, and misses nothing of what the group said meanwhile.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
# shellcheck source=tests/support/hub.sh
. "$(dirname "$0")/../support/hub.sh"

note() { at "$1" add --walk "$walk" --category BEL01 --note "$2" --at 57.05,9.92 >/dev/null; }
notes() { at "$1" list --walk "$walk" --json | jq -r '[.observations[].note] | sort | join("|")'; }

start_registry || exit 1
for device in hub a b; do pair_at "$device"; done
run registry walk new --title Kildeparken --start 2026-11-30T18:00:00Z
walk=$(tail -n 1 <<<"$out")
for device in hub a b; do at "$device" sync >/dev/null; done
start_hub_at || exit 1
pair_with_hub a
pair_with_hub b
for device in a b; do at "$device" sync >/dev/null; done

# ---- what the group says while it is out
stop registry
note b 'mens den var ude'
at b sync >/dev/null 2>&1
start_registry || exit 1
run registry device list --json
registry device revoke "$(jq -r '.devices[] | select(.name == "a") | .id' <<<"$out")" >/dev/null
at hub sync --fetch >/dev/null
pair_at a
stop registry

# ---- the hub has not heard that it is in again
complains 1 hub 'the hub alone is in reach, and takes nothing' at a sync
like "$err" "The hub $hub_url .*let in again.*sync with the register" \
    'it says why, by the address where the hub has no name, and what helps'
stop hub
start_registry || exit 1
at hub sync --fetch >/dev/null
stop registry
start_hub_at || exit 1

# ---- now it has
run at a sync
is "$status $err" '0 ' 'with the word of the register the hub carries for it again'
is "$(notes a)" 'mens den var ude' 'and what was said meanwhile comes'
note a 'inde igen'
at a sync >/dev/null 2>&1
at b sync >/dev/null 2>&1
is "$(notes b)" 'inde igen|mens den var ude' 'as its own goes to the others'
finish
