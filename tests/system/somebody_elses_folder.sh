#!/usr/bin/env bash
# A data folder that belongs to somebody else (the program was once started with sudo) is not
# said to be empty: what the disk forbids is told with the folder's name, by all programs.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

stranger=(setpriv --reuid=65534 --regid=65534 --clear-groups env "HOME=$tmp")
[ "$(id -u)" = 0 ] || skip_all 'only root can make a folder of somebody else'
chmod 755 "$tmp"
"${stranger[@]}" test -x "$BIN/walker" || skip_all "$BIN is out of reach for another user"

walker walk new --title 'Vestbyen' >/dev/null
registry walk new --title 'Vestbyen' >/dev/null
chmod 700 "$walker_data" "$registry_data"
refused() { # PROGRAM VERB...
    local folder=$walker_data
    [ "$1" != registry ] || folder=$registry_data
    complains 1 "$folder" "$*" "${stranger[@]}" "$BIN/$1" "${@:2}" --data "$folder"
    like "$err" 'Permission denied' '... says why'
}
refused walker list
refused walker doctor
refused walker walk new --title B
refused walker serve --listen 127.0.0.1:0 --open
refused walker-sync sync
refused registry walk list
refused registry doctor

chmod 755 "$walker_data"
chmod 600 "$walker_data/lygte.db"
refused walker list
complains 1 "$tmp/nowhere" 'a folder that is not there has no data, as before' \
    "$BIN/walker" list --data "$tmp/nowhere"
like "$err" 'no data' '... and says so'
finish
