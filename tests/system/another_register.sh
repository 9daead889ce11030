#!/usr/bin/env bash
# A tablet that moves to another register takes its own words along and nobody else's: what it
# read at the first one stays on it, and whom the first one let in is nobody at the second. The
# hub of the first is forgotten, and what the first one erased holds nothing up.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
# shellcheck source=tests/support/hub.sh
. "$(dirname "$0")/../support/hub.sh"

start_registry || exit 1
first=$registry_data
for device in hub a b; do pair_at "$device"; done
run registry walk new --title Kildeparken --start 2026-11-30T18:00:00Z
walk=$(tail -n 1 <<<"$out")
for device in hub a b; do at "$device" sync >/dev/null; done
at b add --walk "$walk" --category BEL --note 'kun hos A' --at 57.05,9.92 >/dev/null
gone=$(at a add --walk "$walk" --category BEL --note 'skal slettes' --at 57.05,9.91 | tail -n 1)
at b sync >/dev/null
at a sync >/dev/null
start_hub_at || exit 1
pair_with_hub a
at a sync >/dev/null
run registry erase "$gone" --all --reason request
at a sync >/dev/null
stop registry
registry_data=$tmp/second registry_port=0
start_registry || exit 1
pair_at a
own=$(at a walk new --title 'Hos B' | tail -n 1)
at a add --walk "$own" --category BEL --note 'kun hos B' --at 57.05,9.91 >/dev/null
run at a sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'all that is its own is confirmed by the second register'
is "$(registry list --format csv | grep -c 'kun hos B')" 1 'which has the new point'
is "$(sql "$registry_data" "SELECT (SELECT count(*) FROM record WHERE body LIKE '%kun hos A%')
    + (SELECT count(*) FROM stranger WHERE line LIKE '%kun hos A%')")" 0 'and nothing that another tablet told the first'
is "$(sql "$registry_data" 'SELECT count(*) FROM stranger')" 0 'nobody waits there'
is "$(sql "$tmp/hub" "SELECT count(*) FROM record WHERE body LIKE '%kun hos B%'")" 0 'the hub of the first is given nothing'
is "$(sql "$tmp/a" 'SELECT count(*) FROM hub')" 0 'and is known no more'
is "$(sql "$tmp/a" "SELECT count(*) FROM admission WHERE role = 'device'")" 1 'whom the first let in is let in no more, but itself by the second'
like "$(at a walk list)" Kildeparken 'what was read at the first stays to be read'
run at a doctor --rebuild
is "$status" 0 'all is whole'
is "$(sql "$first" "SELECT count(*) FROM record WHERE body LIKE '%kun hos B%'")" 0 'and the first register knows nothing of the second'
finish
