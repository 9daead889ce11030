#!/usr/bin/env bash
# Two tablets from one copied card: neither overwrites the other, nothing comes twice.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry
pair 'Tablet 1'
first=$walker_data
walk=$(walker walk new --title 'Fælles start' | tail -n 1)
walker add --walk "$walk" --category BEL01 --note 'før kopien' >/dev/null
cp -a "$first" "$tmp/second"

walker add --walk "$walk" --category STI01 --note 'kun på den første' >/dev/null
walker_data=$tmp/second
walker add --walk "$walk" --category REN01 --note 'kun på kopien' >/dev/null
run walker sync
is "$status" 1 'the copy does not send as the first one'
like "$err" 'pair' 'it says that it must be paired itself'
pair 'Tablet 2'
run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'paired, the copy brings home what it holds'
walker_data=$first
run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'and so does the first one'

run registry list --format geojson
is "$(jq -r '[.features[].properties.note] | sort | join(", ")' <<<"$out")" \
    'før kopien, kun på den første, kun på kopien' 'each point is there exactly once'
is "$(sql "$registry_data" 'SELECT count(*) FROM (SELECT 1 FROM record GROUP BY origin, seq HAVING count(*) > 1)')" 0 \
    'no place in any log is taken twice'
# ---- copied before it was ever paired
walker_data=$tmp/unpaired
walk=$(walker walk new --title 'Før parring' | tail -n 1)
walker add --walk "$walk" --category BEL02 --note 'skrevet før parring og kopi' >/dev/null
cp -a "$tmp/unpaired" "$tmp/moved"
walker_data=$tmp/moved
pair 'Tablet 3'
run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'a folder copied before pairing brings home what the old origin wrote'
run registry list --format geojson
is "$(jq '[.features[] | select(.properties.category == "BEL02")] | length' <<<"$out")" 1 'its point is there'

for walker_data in "$first" "$tmp/second"; do ok 'doctor is content' walker doctor --rebuild; done
ok 'also at the registry' registry doctor --rebuild
finish
