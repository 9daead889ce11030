#!/usr/bin/env bash
# Whom the register shuts out a hub shuts out too, once it has heard the signed word: it hands on
# that word and nothing of the group, and the tablet says so where it meets the hub alone.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
# shellcheck source=tests/support/hub.sh
. "$(dirname "$0")/../support/hub.sh"

at_hub() { # METHOD PATH CURL-ARGUMENTS...: with the tablet's token
    curl -sk -X "$1" -H "Authorization: Bearer $(<"$tmp/a/hub.token")" -o "$tmp/got" \
        -w '%{http_code}' "${@:3}" "$hub_url$2"
}
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
note a 'før tyveriet'
for device in a b hub; do at "$device" sync >/dev/null; done
run registry device list --json
device=$(jq -r '.devices[] | select(.name == "a") | .id' <<<"$out")
registry device revoke "$device" >/dev/null
at hub sync >/dev/null
note b 'efter tyveriet'
at b sync >/dev/null

# ---- the hub alone in reach
stop registry
is "$(at_hub GET '/api/v1/records?after=') $(grep -c 'tyveriet' "$tmp/got")" '200 0' 'the hub hands it nothing of the group'
is "$(grep '^\["' "$tmp/got" | grep -vc 'origin\.')" 0 'only who may write what'
is "$(at_hub POST /api/v1/receipts -H 'Content-Type: application/json' -d '{}')" 403 'every other door is shut'
cursor=$(sql "$tmp/a" 'SELECT pulled FROM hub')
complains 1 hub 'its sync says so in the words of the register' at a sync
like "$err" 'shut out: the register says so itself' 'and not in those of a hub that was set up anew'
is "$(sql "$tmp/a" 'SELECT pulled FROM hub')" "$cursor" 'where it had read to stays'
is "$(notes a)" 'før tyveriet' 'of its own nothing is gone: a hub does not know the epoch'
complains 1 register 'nothing new is kept' at a add --walk "$walk" --category REN01

# ---- the register alone in reach
start_registry || exit 1
stop hub
complains 1 Lygte 'the register says it too' at a sync
is "$(notes a)" '' 'and what it has proven to hold is gone'
start_hub_at || exit 1

# ---- a hub that has not heard, and takes all
pair_at c
pair_with_hub c
at hub sync >/dev/null
run at c sync
is "$status" 0 'a third tablet is let in, and has nothing to send'
run registry device list --json
registry device revoke "$(jq -r '.devices[] | select(.name == "c") | .id' <<<"$out")" >/dev/null
complains 1 Lygte 'no yes of a hub outweighs the word of the register' at c sync

# ---- let in again
pair_at a
at hub sync >/dev/null
run at a sync
is "$status $err" '0 ' 'paired anew it syncs with both'
is "$(notes a)" 'efter tyveriet|før tyveriet' 'and has missed nothing'
finish
