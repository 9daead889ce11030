#!/usr/bin/env bash
# What people have said lies in files that their owner alone may read, also where the folder
# was there before and is open to all: databases, photos, keys, and backups of them.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

umask 022
mkdir "$walker_data" "$registry_data" "$tmp/backups" "$tmp/backups/one"
others() { find "$@" -type f -perm /077 ! -name '*.lock' | sort; }

make_photo "$tmp/photo.jpg" 'for nobody else'
walk=$(walker walk new --title 'Kun for os' | tail -n 1)
start_registry || exit 1
start_walker || exit 1
pair
walker add --walk "$walk" --category BEL01 --note 'Ikke for alle' --photo "$tmp/photo.jpg" >/dev/null
run walker sync
is "$status" 0 'a walk comes home'
is "$(find "$walker_data" "$registry_data" -maxdepth 0 -perm 755 | wc -l)" 2 'both folders are open to all'
is "$(others "$walker_data" "$registry_data")" '' 'and nothing in them, journals neither'
run registry backup "$tmp/backups/one"
is "$status $(others "$tmp/backups/one")" '0 ' 'nor in a backup'
run walker backup "$tmp/backups/device"
is "$status $(stat -c %a "$tmp/backups/device")" '0 600' 'nor in that of a device'
run registry list -o "$tmp/list.csv"
is "$status $(stat -c %a "$tmp/list.csv")" '0 644' 'a list is for others'
finish
