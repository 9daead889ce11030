#!/usr/bin/env bash
# A restore that fails, or is killed in the middle, leaves no register that serves what was
# erased since the backup, and is in the way of no later restore; nor on a device.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

# What SQLite leaves when it is killed in a transaction: FILE, changed, and its journal.
cat >"$tmp/killed.py" <<'PY'
import os, sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
for one in ("PRAGMA journal_mode=DELETE", "PRAGMA cache_size=1", "BEGIN",
            "UPDATE record SET head = head || ' '", "UPDATE setting SET value = value || ' '",
            "CREATE TABLE more AS SELECT randomblob(500000) AS b"):
    c.execute(one).fetchall()
os._exit(0)
PY
marks() { grep -raoF -e 'HEMMELIGT-ORD' "$1" | wc -l; }

start_registry
pair
walk=$(walker walk new --title 'To aftener' | tail -n 1)
point=$(walker add --walk "$walk" --category BEP01 --note 'HEMMELIGT-ORD' | tail -n 1)
walker sync >/dev/null
run registry backup "$tmp/backups/early"
walker backup "$tmp/early.backup" >/dev/null
walker add --walk "$walk" --category BEL01 --note 'senere' >/dev/null
walker sync >/dev/null
run registry backup "$tmp/backups/one"
is "$status" 0 'a backup'
walker backup "$tmp/tablet.backup" >/dev/null
run registry erase "$point" --text --reason request
run registry backup "$tmp/backups/two"
is "$status" 0 'and one after an erasure, whose file lies beside them'
stop registry
mv "$registry_data" "$tmp/lost"
none() { # CLAIM
    is "$(find "$registry_data" -name '*.db' 2>/dev/null; registry list 2>&1 | grep -c 'no data of Lygte')" 1 "$1"
}

# ---- it fails
mkdir "$tmp/folder"
complains 1 "$tmp/folder" 'a file of erasures that cannot be read ends the restore' \
    registry restore "$tmp/backups/one" --erasures "$tmp/folder"
none 'there is no register then'

# ---- it is killed: no file may become larger than 40 KiB
(ulimit -c 0 -f 40; registry restore "$tmp/backups/one") >/dev/null 2>&1
ok 'a restore is killed while it copies' test -s "$registry_data/restoring.db"
ok 'there is no register then either' test ! -e "$registry_data/lygte.db"
complains 1 "$registry_data" 'nor does a new one begin in its place' \
    timeout 20 "$BIN/registry" serve --data "$registry_data" --listen 127.0.0.1:0
# ... or in the middle of a transaction of SQLite's
cp "$tmp/backups/early/lygte.db" "$registry_data/restoring.db"
python3 "$tmp/killed.py" "$registry_data/restoring.db"
ok 'with a journal that belongs to another backup' test -s "$registry_data/restoring.db-journal"
run registry restore "$tmp/backups/one" --json
is "$status" 0 'the next restore goes through'
is "$(find "$registry_data" -name 'restoring*')" '' 'and leaves nothing of the one before'
is "$(sql "$registry_data" "SELECT group_concat(note) FROM observation WHERE note <> ''")" senere \
    'what was erased is erased'
is "$(marks "$registry_data")" 0 'in every byte of it'
ok 'doctor is content' registry doctor --rebuild

# ---- on a device
walker_data=$tmp/second
mkdir "$walker_data"
cp "$tmp/early.backup" "$walker_data/restoring.db"
python3 "$tmp/killed.py" "$walker_data/restoring.db"
ok 'a restore was killed there' test -s "$walker_data/restoring.db-journal"
run walker restore "$tmp/tablet.backup"
is "$status" 0 'the next one goes through'
is "$(walker list --json | jq -c '[.observations[].note] | sort')" '["HEMMELIGT-ORD","senere"]' 'with all that is in it'
is "$(find "$walker_data" -name 'restoring*')" '' 'and leaves nothing of the one before'
ok 'doctor is content there' walker doctor --rebuild
finish
