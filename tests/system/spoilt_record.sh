#!/usr/bin/env bash
# One record that a disk has spoilt stays where it is, and is told; everything else comes
# home, on the device and at the register, and both still open after an update.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry
pair
walk=$(walker walk new --title 'En bit' | tail -n 1)
make_photo "$tmp/a.jpg" 'efter den ramte'
walker add --walk "$walk" --category BEL01 --note 'før' >/dev/null
walker add --walk "$walk" --category BEL02 --note 'ramt' >/dev/null
walker add --walk "$walk" --category BEL03 --note 'efter' --photo "$tmp/a.jpg" >/dev/null
spoil() { sql "$1" "UPDATE record SET body = replace(body, '$2', '$3') WHERE body LIKE '%$2%'"; }
notes() { sql "$registry_data" "SELECT group_concat(note, ' ') FROM (SELECT note FROM observation
    WHERE founded = 1 ORDER BY category)"; }
spoil "$walker_data" ramt rapt
complains 1 "$(sql "$walker_data" "SELECT lower(hex(origin)) || ':' || seq FROM record WHERE body LIKE '%rapt%'")" \
    'a sync says which record was spoilt' walker sync
is "$(notes)" 'før efter' 'all other points are home'
is "$(sql "$registry_data" "SELECT count(*) FROM blob WHERE state IN ('stored', 'verified')")" 1 'and the photo'
run walker status --json
is "$(jq -c '[.all_confirmed, .records.made - .records.verified, .photos.verified]' <<<"$out")" \
    '[false,1,1]' 'only the spoilt one is not confirmed'
walker add --walk "$walk" --category BEL04 --note 'senere' >/dev/null
run walker sync
is "$status $(notes)" '1 før efter senere' 'what is made later comes home too'
complains 1 '(1 ' 'a stick is written without it and says so' walker stick "$tmp/walk.lygte"
is "$(sqlite3 "$tmp/walk.lygte" "SELECT count(*) FROM line WHERE text LIKE '%senere%'")" 1 'with all else'
run walker doctor
like "$status $err" '^1 .*is damaged' 'doctor names it'
sql "$walker_data" 'UPDATE self SET fold_version = 1'
run walker list --json
is "$status $(jq -c '[.observations[].note] | sort' <<<"$out")" '0 ["efter","før","senere"]' \
    'after an update the device still opens, with all others'

# ---- at the register

spoil "$registry_data" senere senest
first=$walker_data
walker_data=$tmp/other
pair
run walker sync
is "$status" 0 'a spoilt record at the register keeps no device from its pull'
run registry doctor
like "$status $err" '^1 .*is damaged' 'doctor names it there'
like "$err" 'asked of its device again' 'and says how it comes again'
is "$(notes)" 'før efter senere' 'what was read while it was whole stays until then'
run registry doctor --json
is "$status $(jq -c '[.findings[] | select(.damage).key]' <<<"$out")" \
    '1 ["check.record_again"]' 'asked twice is asked once'
run walker status --json
is "$(jq -c '[.all_confirmed, .records.made - .records.verified]' <<<"$out")" \
    '[true,0]' 'another device is not asked for it'
stop registry
sql "$registry_data" 'UPDATE self SET fold_version = 1'
start_registry
is "$(notes)" 'før efter' 'after an update the register still opens, with all others'

# ---- and comes again

walker_data=$first
run walker sync
is "$(notes)" 'før efter senere' 'the next sync brings the one the register lost'
run walker status --json
is "$(jq -c '[.all_confirmed, .records.made - .records.verified]' <<<"$out")" \
    '[false,1]' 'and only the one spoilt on the device itself is not confirmed'
ok 'doctor is content at the register' registry doctor --rebuild
is "$(sql "$registry_data" 'SELECT count(*) FROM spoilt')" 0 'nothing is asked for any more'
spoil "$registry_data" efter aften
run registry doctor
complains 1 '(1 ' 'a stick is written' walker stick "$tmp/home.lygte"
ok 'and read' registry unstick "$tmp/home.lygte"
ok 'a stick brings it as well' registry doctor --rebuild
is "$(notes)" 'før efter senere' 'and all is there'
finish
