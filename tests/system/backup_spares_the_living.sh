#!/usr/bin/env bash
# A backup is never written over what somebody lives on: the own folder, another register's, a
# device's database. Nobody lives on a backup either. And a folder that was copied by hand while the register ran is restored
# with its newest words.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry || exit 1
pair
walk=$(walker walk new --title 'Levende' | tail -n 1)
walker add --walk "$walk" --category BEL01 --note 'Det foerste' >/dev/null
walker sync >/dev/null
registry --data "$tmp/other" user add kim --role admin --password-stdin <<<'a-long-password-1' >/dev/null
inodes() { stat -c %i "$registry_data/lygte.db" "$tmp/other/lygte.db" "$walker_data/lygte.db"; }
before=$(inodes)
complains 1 "$registry_data" 'the own folder' registry backup "$registry_data"
complains 1 "$tmp/other" 'and that of another register' registry backup "$tmp/other"
complains 1 "$walker_data/lygte.db" "a device's own database" walker backup "$walker_data/lygte.db"
cd "$walker_data" || exit 1
complains 1 lygte.db 'also by its bare name' walker backup lygte.db
cd "$root" || exit 1
is "$(inodes)" "$before" 'stay what they were'
run registry backup "$tmp/backups/one"
run registry backup "$tmp/backups/one"
is "$status" 0 'a backup is made again where one is'

# ---- nor is it opened as a register itself: it would be no backup any more
sums() { (cd "$tmp/backups/one" && find . -type f -exec sha256sum {} + | sort); }
before=$(sums)
complains 1 "$tmp/backups/one" 'a backup is not looked at where it lies' registry --data "$tmp/backups/one" doctor
complains 1 "$tmp/backups/one" 'nor is it listed' registry --data "$tmp/backups/one" list --format json
is "$(sums)" "$before" 'no file of it is changed, and none is new'
run registry --data "$tmp/looked" restore "$tmp/backups/one"
run registry --data "$tmp/looked" doctor
is "$status" 0 'restored elsewhere, as it says, it can be'
run registry backup "$tmp/backups/one"
is "$status" 0 'and the next backup goes there as ever'

# ---- copied by hand, under way
walker add --walk "$walk" --category BEL02 --note 'Det nyeste' >/dev/null
walker sync >/dev/null
is "$(cd "$registry_data" && grep -la 'Det nyeste' lygte.db lygte.db-wal)" lygte.db-wal \
    'the newest words are not in the database itself'
cp -r "$registry_data" "$tmp/copied"
stop registry
mv "$registry_data" "$tmp/lost"
run registry restore "$tmp/copied"
is "$status $(registry list --format json | jq -c '[.issues[].observation.note] | sort')" \
    '0 ["Det foerste","Det nyeste"]' 'a restore has them too'
ok 'doctor is content' registry doctor --rebuild
finish
