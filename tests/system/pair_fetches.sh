#!/usr/bin/env bash
# Who pairs at the office has the plans in the field: pairing fetches what there is and sends
# nothing, by the verb and from the page; a link that breaks then leaves the pairing.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry
plan=$(registry walk new --title 'Planlagt tur' | tail -n 1)
plans() { run walker walk list --json && jq -r '[.[].title] | sort | join(", ")' <<<"$out"; }
sent() { sql "$registry_data" "SELECT count(*) FROM record WHERE kind = 'observation.note'"; }
walk=$(walker walk new --title 'Egen tur' | tail -n 1)
walker add --walk "$walk" --category BEL01 >/dev/null
code() { run registry device code --json && jq -r .code <<<"$out"; }

run walker pair "$registry_url" "$(code)" --no-fetch --json
is "$status $(jq -c '[.paired, .fetched]' <<<"$out")" '0 [true,false]' 'pairing can leave the rest for later'
is "$(plans)" 'Egen tur' 'then no plan is here'
run walker sync --fetch --json
is "$status $(jq -c .fetched <<<"$out")" '0 true' 'a sync that only fetches'
is "$(plans)" 'Egen tur, Planlagt tur' 'brings the plan'
is "$(sent)" 0 'and sends nothing'
complains 2 '--watch' 'fetching and watching exclude each other' walker sync --fetch --watch

walker_data=$tmp/second
run walker pair "$registry_url" "$(code)" --json
is "$status $(jq -c '[.paired, .fetched]' <<<"$out")" '0 [true,true]' 'pairing fetches'
is "$(plans)" 'Planlagt tur' 'so the plan is there before the first walk'
is "$(sql "$walker_data" "SELECT id FROM walk")" "$plan" 'under its own id'

walker_data=$tmp/third
start_walker
send POST "$walker_url/api/v1/pair" "{\"url\":\"$registry_url\",\"code\":\"$(code)\",\"name\":\"Tablet 3\"}"
is "$code $(field .paired)" '200 true' 'the page pairs'
for _ in $(seq 100); do
    ask GET "$walker_url/api/v1/walks"
    [ "$(field '.walks | length')" = 0 ] || break
    sleep 0.1
done
is "$(field '.walks[0].title')" 'Planlagt tur' 'and has the plan a moment later'
stop walker

# ---- the link breaks behind the answer

walker_data=$tmp/fourth
key=$(code)
stop registry
complains 1 '' 'no registry, no pairing' walker pair "$registry_url" "$key"
run walker sync --fetch
is "$status" 1 'who is not paired has nothing to fetch from'
finish
