#!/usr/bin/env bash
# A registry came back from an older backup. A tablet that had wiped a walk brings its heads
# alone; whoever still has the words may bring them afterwards, in whatever order.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry
pair
registry backup "$tmp/backup" >/dev/null
walk=$(walker walk new --title 'To aftener' | tail -n 1)
point=$(walker add --walk "$walk" --category BEP01 --note 'uvurderlig' | tail -n 1)
erased=$(walker add --walk "$walk" --category BEP02 --note 'skal væk' | tail -n 1)
walker stick "$tmp/stick.lygte" >/dev/null
walker sync >/dev/null
registry erase "$erased" --text --reason request >/dev/null
walker sync >/dev/null
walker walk end "$walk" >/dev/null
walker walk close "$walk" >/dev/null
walker sync >/dev/null
run walker wipe --walk "$walk"
is "$status" 0 'a walk is wiped, because the registry has it'
walker sync >/dev/null
stop registry
rm -r "$registry_data"
registry restore "$tmp/backup" >/dev/null
start_registry
run walker sync
is "$status $(sql "$registry_data" "SELECT count(*) FROM record WHERE subject = '$point' AND body IS NULL")" '0 1' \
    'the heads of the wiped walk come home'
walker_data=$tmp/second
pair
walker walk new --title 'Den anden' --area Vest >/dev/null
walker sync >/dev/null
run registry unstick "$tmp/stick.lygte" --json
is "$status" 0 'then a stick from before the wipe is read'
is "$(sql "$registry_data" "SELECT note, category FROM observation WHERE id = '$point'")" 'uvurderlig|BEP01' \
    'the words are there again'
is "$(sql "$registry_data" "SELECT count(*) FROM issue WHERE observation = '$point' AND founded = 1")" 1 \
    'with their case'
is "$(sql "$registry_data" "SELECT COALESCE(note, '-') FROM observation WHERE id = '$erased'")" - \
    'but what was erased stays so'
is "$(grep -rlaF 'skal væk' "$registry_data" | wc -l)" 0 'to the last byte'
records=$(sql "$registry_data" 'SELECT count(*) FROM record')
run registry unstick "$tmp/stick.lygte" --json
is "$status $(jq -c '[.records, .refused]' <<<"$out") $(sql "$registry_data" 'SELECT count(*) FROM record')" \
    "0 [0,0] $records" 'read once more it is there already'
walker_data=$tmp/walker
run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'the tablet that had wiped it goes on'
is "$(sql "$walker_data" "SELECT count(*) FROM record WHERE subject = '$point' AND body IS NOT NULL")" 0 \
    'and does not take back what it let go'
is "$(sql "$registry_data" "SELECT count(*) FROM record WHERE subject = '$point' AND body IS NULL")" 0 \
    'nothing of the point counts as lost with the backup'
ok 'doctor is content' registry doctor --rebuild

# ---- by stick: the word that it is gone stands behind the head --------------------------------

walker_data=$tmp/third registry_data=$tmp/third_registry
stop registry
start_registry
pair
registry backup "$tmp/third_backup" >/dev/null
walk=$(walker walk new --title 'På stik' | tail -n 1)
walker add --walk "$walk" --category BEP01 --note 'uvurderlig' >/dev/null
walker sync >/dev/null
run walker wipe --walk "$walk"
is "$status" 0 'a walk is wiped'
stop registry
cp -r "$registry_data" "$tmp/whole"
rm -r "$registry_data"
registry restore "$tmp/third_backup" >/dev/null
walker stick "$tmp/news.lygte" >/dev/null # nothing is on it, and home it brings the new epoch
registry unstick "$tmp/news.lygte" >/dev/null
walker unstick "$tmp/news.lygte" >/dev/null
walker stick "$tmp/heads.lygte" >/dev/null
run registry unstick "$tmp/heads.lygte" --json
is "$status $(jq -c '[.refused, .why]' <<<"$out")" '0 [0,null]' 'a stick with heads alone is read to the end'
is "$(sql "$registry_data" "SELECT count(*) > 0 FROM record WHERE kind = 'observation.note' AND body IS NULL")" 1 \
    'and they are held'
walker unstick "$tmp/heads.lygte" >/dev/null
is "$(walker status --json | jq -r .all_confirmed)" true 'and confirmed'

# ---- by stick, to a registry that has the words ------------------------------------------------

registry_data=$tmp/whole
sql "$registry_data" "DELETE FROM gone"
sqlite3 "$tmp/heads.lygte" "DELETE FROM line WHERE text LIKE '%origin.gone%'"
run registry unstick "$tmp/heads.lygte" --json
is "$status $(jq -c '[.records, .refused, .why]' <<<"$out")" '0 [0,0,null]' \
    'to a head of what it holds it says that it has it'
is "$(sql "$registry_data" "SELECT note FROM observation WHERE note = 'uvurderlig'")" 'uvurderlig' 'with its words'
finish
