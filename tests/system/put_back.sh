#!/usr/bin/env bash
# The database of a tablet is put back in place from an old copy, under its own key: its
# next points claim places that are taken. Nothing is lost, nothing comes twice, and nobody
# types a code at night.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

mark=MARKOER-BAARET
put_back() { # FOLDER: the database alone, as a file manager would
    rm -f "$walker_data"/lygte.db*
    cp "$1/lygte.db" "$walker_data/lygte.db"
}
notes() {
    run registry list --format geojson
    jq -r '[.features[].properties.note] | sort | join("|")' <<<"$out"
}

start_registry
pair 'Tablet 1'
walk=$(walker walk new --title 'Lagt tilbage' | tail -n 1)
walker add --walk "$walk" --category BEL01 --note 'før kopien' >/dev/null
run walker sync
is "$status" 0 'the first point is home'
mkdir "$tmp/old"
sqlite3 "$walker_data/lygte.db" ".backup '$tmp/old/lygte.db'"
walker add --walk "$walk" --category STI01 --note 'glemt af kopien' >/dev/null
walker add --walk "$walk" --category STI02 --note 'også glemt' >/dev/null
run walker sync
is "$status" 0 'two more are home'
put_back "$tmp/old"
point=$(walker add --walk "$walk" --category REN01 --severity 1 --note "$mark" | tail -n 1)
walker edit "$point" --note "$mark igen" >/dev/null
walker_options=(--open)
start_walker
registry backup "$tmp/first" >/dev/null
run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'put back in place, it sends all the same, with its old pairing'
is "$(notes)" "$mark igen|før kopien|glemt af kopien|også glemt" 'everything is there, once'
is "$(sql "$walker_data" "SELECT count(*) FROM record WHERE kind = 'origin.carry'")" 2 'what was shut out is carried'
run registry list --format geojson
is "$(jq '[.features[].properties.number] | unique | length' <<<"$out")" 4 'each point has one case'
is "$(sql "$registry_data" 'SELECT count(*) FROM device')" 1 'it is one device still'
send PUT "$walker_url/api/v1/observations/$(new_id)" "{\"walk\":\"$walk\",\"category\":\"REN02\"}"
is "$code" 201 'the page, which had the folder open all the time, writes on under the new one'
run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'it goes on under its new origin'
ok 'doctor is content at the registry' registry doctor --rebuild
ok 'and on the tablet' walker doctor --rebuild

# ---- put back again, with nothing new: noticed when it writes
sqlite3 "$walker_data/lygte.db" ".backup '$tmp/old/lygte.db'" 
run walker add --walk "$walk" --category BEP01 --note 'tredje gang' 
run walker sync
put_back "$tmp/old"
walker add --walk "$walk" --category BEP02 --note 'fjerde gang' >/dev/null
run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'a second time is no other'
is "$(notes | grep -o 'gang' | wc -l)" 2 'both points are home'

# ---- what is carried is erased like anything else
run registry erase "$point" --text --reason request --json
is "$status $(jq -r .pending <<<"$out")" '0 0' 'the words of a carried point are erased'
walker sync >/dev/null
is "$(grep -rlac "$mark" "$registry_data" "$walker_data" | wc -l)" 0 'and nothing is left of them on either side'
for side in "$registry_data" "$walker_data"; do
    is "$(sql "$side" "SELECT founded, category, severity, note IS NULL FROM observation WHERE id = '$point'")" \
        '1|REN01|1|1' "but the point itself stays (${side##*/})"
done
walker edit "$point" --note 'uden navn' >/dev/null
run walker sync --json
is "$status $(notes | grep -c 'uden navn')" '0 1' 'and can be written on'
run registry erase "$point" --all --reason request --json
is "$status $(jq -r .pending <<<"$out")" '0 0' 'a second erasure takes the new words too'
walker sync >/dev/null
is "$(grep -rlac "$mark" "$registry_data" "$walker_data" | wc -l)" 0 'and nothing is left of it on either side'
run registry list --format geojson
is "$(jq '.features | length' <<<"$out")" 7 'all points stay, also the erased one'
ok 'doctor is content' registry doctor --rebuild
ok 'on both sides' walker doctor --rebuild

# ---- a registry that knows nothing of it yet: what the tablet had emptied is taken in so
stop registry
rm -r "$registry_data"
registry restore "$tmp/first" >/dev/null
start_registry
run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'to a registry from before all that everything comes home again'
is "$(sql "$registry_data" "SELECT founded, category, note IS NULL FROM observation WHERE id = '$point'")" '1|REN01|1' \
    'the carried and erased point with it'
ok 'doctor is content' registry doctor --rebuild

# ---- a renewal needs both: the token, and the old key's word
token=$(cat "$walker_data/token")
ask POST "$registry_url/api/v1/pair/renew" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
    -d "{\"key\":\"$(printf 'ab%.0s' {1..32})\",\"sig\":\"$(printf '00%.0s' {1..64})\"}"
is "$code" 403 'a token without the signature changes nothing'
ask POST "$registry_url/api/v1/pair/renew" -H 'Content-Type: application/json' -d '{}'
is "$code" 401 'nor the other way round'
finish
