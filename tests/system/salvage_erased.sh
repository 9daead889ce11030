#!/usr/bin/env bash
# What is erased is nowhere, also not in a database that was put aside when it was damaged;
# one that held nothing more than the new one is not kept; what only the write-ahead log
# held is saved too.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry
pair
walk=$(walker walk new --title 'Før skaden' | tail -n 1)
secret=$(walker add --walk "$walk" --category BEL01 --note 'HemmeligSkrift om en nabo' | tail -n 1)
padding=$(head -c 700 /dev/zero | tr '\0' x)
for ((n = 0; n < 120; n++)); do # the program as people get it is quicker
    "${PLAIN_BIN:-$BIN}/walker" --data "$walker_data" add --walk "$walk" --category BEL02 \
        --note "nummer $n $padding" >/dev/null
done
walker sync >/dev/null
cp -a "$walker_data" "$tmp/whole"
page_of() { sqlite3 "$1/lygte.db" "SELECT rootpage FROM sqlite_master WHERE name = '$2'"; }
spoil() { # FOLDER PAGE: of the file, counted from 1
    head -c 4096 /dev/urandom | dd of="$1/lygte.db" bs=4096 seek=$(($2 - 1)) conv=notrunc 2>/dev/null
}

# ---- nothing lost: nothing kept

spoil "$walker_data" "$(page_of "$walker_data" observation_walk)"
walker list --walk "$walk" >/dev/null 2>&1 # meets it
run walker status
like "$err" 'was damaged: all [0-9]+ records were saved, so the old one is not kept' \
    'when all is saved a sentence says so'
is "$(echo "$walker_data"/damaged-*)" "$walker_data/damaged-*" 'and the old database is not kept'
is "$(sql "$walker_data" 'SELECT count(*) FROM observation WHERE founded = 1')" 121 'all points are there'
ok 'doctor is content' walker doctor --rebuild

# ---- something lost: kept, until an erasure

rm -rf "$walker_data"
cp -a "$tmp/whole" "$walker_data"
leaf=$(perl -e 'open(my $f, "<", $ARGV[0]); binmode $f; local $/; my $d = <$f>;
    print int(index($d, "\"note\":\"nummer 77 ") / 4096) + 1' "$walker_data/lygte.db")
spoil "$walker_data" "$leaf"
spoil "$walker_data" "$(page_of "$walker_data" observation_walk)"
walker list --walk "$walk" >/dev/null 2>&1
run walker status
like "$err" ' [1-9][0-9]* were not found, and the old one is kept' 'when something is lost the old one is kept'
aside=$(echo "$walker_data"/damaged-*)
ok 'with the words that stood in it' grep -q HemmeligSkrift "$aside/lygte.db"
pair
later=$(walker add --walk "$walk" --category STI01 --note 'skrevet efter skaden' | tail -n 1)
run walker sync
is "$status" 0 'paired again, it syncs'
registry erase "$later" --all --reason wrong >/dev/null
run walker sync
ok 'an erasure of what was written after the damage leaves it' test -s "$aside/lygte.db"
registry erase "$secret" --all --reason request >/dev/null
run walker sync
is "$status" 0 'an erasure reaches the device'
is "$(grep -rl HemmeligSkrift "$walker_data" "$registry_data" || true)" '' \
    'the words are nowhere: not in a file of the device, not in one of the register'
ok 'what was put aside is gone' test ! -e "$aside"
run walker doctor
like "$status $out" '^0 .*has been removed since, because it might hold' 'and doctor says why'

# ---- the newest, in the log alone

rm -rf "$walker_data"
cp -a "$tmp/whole" "$walker_data"
start_walker
sql "$walker_data" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
for ((n = 0; n < 5; n++)); do
    send PUT "$walker_url/api/v1/observations/$(new_id)" \
        "{\"walk\":\"$walk\",\"category\":\"BEL03\",\"note\":\"nyeste $n\"}"
done
stop walker KILL
ok 'the newest points stand in the log' grep -q 'nyeste 4' "$walker_data/lygte.db-wal"
head -c 4096 /dev/urandom | dd of="$walker_data/lygte.db" conv=notrunc bs=4096 2>/dev/null
run walker list --json
is "$(sql "$walker_data" "SELECT count(*) FROM observation WHERE note LIKE 'nyeste %'")" 5 \
    'a file without a head loses none of them'
ok 'doctor is content' walker doctor --rebuild
finish
