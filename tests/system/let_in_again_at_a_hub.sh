#!/usr/bin/env bash
# A tablet that the register let in again meets a hub that has heard only that it was shut out: it
# brings that hub the register's word, and misses nothing of what the group said meanwhile.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
# shellcheck source=tests/support/hub.sh
. "$(dirname "$0")/../support/hub.sh"

note() { at "$1" add --walk "$walk" --category BEL01 --note "$2" --at 57.05,9.92 >/dev/null; }
notes() { at "$1" list --walk "$walk" --json | jq -r '[.observations[].note] | sort | join("|")'; }
at_hub() { # PATH CURL-ARGUMENTS...: with the tablet's token
    curl -sk -H "Authorization: Bearer $(<"$tmp/a/hub.token")" -D "$tmp/head" "$hub_url$1" "${@:2}"
}
says() { at_hub /api/v1/rights -H 'Content-Type: application/x-ndjson' --data-binary @"$1"; } # FILE
cursor() { grep -i '^lygte-cursor:' "$tmp/head" | tr -d '\r' | cut -d' ' -f2; }

start_registry || exit 1
for device in hub a b; do pair_at "$device"; done
run registry walk new --title Kildeparken --start 2026-11-30T18:00:00Z
walk=$(tail -n 1 <<<"$out")
for device in hub a b; do at "$device" sync >/dev/null; done
start_hub_at || exit 1
pair_with_hub a
pair_with_hub b
for device in a b; do at "$device" sync >/dev/null; done
stop registry
note b 'mens den var ude'
at b sync >/dev/null 2>&1
start_registry || exit 1
run registry device list --json
registry device revoke "$(jq -r '.devices[] | select(.name == "a") | .id' <<<"$out")" >/dev/null
at hub sync --fetch >/dev/null
stop registry

# ---- shut out
at_hub '/api/v1/records?after=' >"$tmp/rights"
is "$(says "$tmp/rights")" '{"admitted":false}' 'nobody comes in by the word of before'
before=$(sql "$tmp/a" 'SELECT pulled FROM hub')
at_hub "/api/v1/records?after=$before" >/dev/null
given=$(cursor)
like "$given" "^$before\.[0-9]+$" 'the cursor it is given remembers how far the group had come'

# ---- let in again; the hub does not believe it, because it knows no such registry
start_registry || exit 1
pair_at a
stop registry
sql "$tmp/hub" "UPDATE admission SET role = 'device' WHERE role = 'registry'"
complains 1 hub 'a hub that cannot tell takes nothing' at a sync
like "$err" "The hub $hub_url .*let in again.*sync with the register" \
    'the tablet says why, by the address where the hub has no name, and what helps'
is "$(sql "$tmp/a" 'SELECT pulled FROM hub' | cut -d. -f1,2)" "$before" 'and has passed over nothing'
sql "$tmp/hub" "UPDATE admission SET role = 'registry' WHERE name IS NULL AND role = 'device'"

# ---- a hub that can
run at a sync
is "$status $err" '0 ' 'the hub takes the word of the register from the tablet itself'
is "$(notes a)" 'mens den var ude' 'and what was said meanwhile comes'
like "$(at_hub "/api/v1/records?after=$given")" 'mens den var ude' 'also by the cursor of the time outside'
note a 'inde igen'
at a sync >/dev/null 2>&1
at b sync >/dev/null 2>&1
is "$(notes b)" 'inde igen|mens den var ude' 'as its own goes to the others'
finish
