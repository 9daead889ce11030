#!/usr/bin/env bash
# A backup, a restore or a stick that was killed leaves half a file under a name nobody looks
# at, with all that is erased later in it: the next one takes it away, and nothing of others.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

mark=HEMMELIGT-FOTO
make_large_photo "$tmp/large.jpg" "$mark" 96
left() { find "$@" -name '*.new.*' | wc -l; }
# No file may become larger than so many KiB: the kernel ends the program.
killed() { # KIB COMMAND...
    (ulimit -c 0 -f "$1"; "${@:2}") >/dev/null 2>&1
}

start_registry || exit 1
pair
walk=$(walker walk new --title 'Halvt' | tail -n 1)
point=$(walker add --walk "$walk" --category BEL01 --photo "$tmp/large.jpg" | tail -n 1)

# ---- a stick and a device's backup
killed 4000 walker stick "$tmp/walk.lygte"
killed 4000 walker backup "$tmp/device.backup"
ok 'a stick and a backup of a device are killed' test "$(left "$tmp")" -ge 2
sleep 60 &
living=$!
started+=("$living")
touch "$tmp/walk.lygte.new.$living" "$tmp/other.lygte.new.4194303" "$tmp/walk.lygte.new.notes"
run walker stick "$tmp/walk.lygte"
is "$status" 0 'the next stick'
run walker backup "$tmp/device.backup"
is "$status" 0 'and the next backup'
is "$(cd "$tmp" && find . -name '*.new.*' | sort | tr '\n' ' ')" \
    "./other.lygte.new.4194303 ./walk.lygte.new.$living ./walk.lygte.new.notes " \
    'take away what was left of theirs, not what somebody writes, nor what is called otherwise'
kill "$living"
rm "$tmp"/*.new.*

# ---- the registry's
run walker sync
is "$status" 0 'the photo comes home'
killed 40 registry backup "$tmp/backups/one"
is "$(find "$tmp/backups" -name 'lygte.db.new.*' ! -name '*-journal' | wc -l)" 1 'a backup is killed in the database'
killed 4000 registry backup "$tmp/backups/one"
is "$(cd "$tmp/backups/one" && find . -name '*.new.*' | cut -c 1-9 | sort | tr '\n' ' ')" './lygte.d ./photos/ ' \
    'and one in a photo, which has taken away what was left of the first'
run registry backup "$tmp/backups/one"
is "$status $(left "$tmp/backups")" '0 0' 'the next one is whole, and alone'
stop registry
mv "$registry_data" "$tmp/lost"
killed 4000 registry restore "$tmp/backups/one"
is "$(left "$registry_data")" 1 'a restore is killed in a photo'
run registry restore "$tmp/backups/one"
is "$status $(left "$registry_data")" '0 0' 'the next one leaves nothing of it'
run registry erase "$point" --all --reason request
run registry backup "$tmp/backups/one"
is "$status $(grep -rlaF "$mark" "$registry_data" "$tmp/backups" | wc -l)" '0 0' \
    'so that what is erased is in no byte of register and backup'
finish
