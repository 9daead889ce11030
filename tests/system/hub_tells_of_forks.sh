#!/usr/bin/env bash
# A tablet gives a hub a point, is put back in place from a copy that has forgotten it, and writes on
# at the register. There its place is taken: the hub, the last to hold it, calls it confirmed to
# nobody, and says what is wrong.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
# shellcheck source=tests/support/hub.sh
. "$(dirname "$0")/../support/hub.sh"
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'

start_registry || exit 1
for device in hub a b; do pair_at "$device"; done
run registry walk new --title Kildeparken --start 2026-11-30T18:00:00Z
walk=$(tail -n 1 <<<"$out")
for device in hub a b; do at "$device" sync >/dev/null; done
note() { at "$1" add --walk "$walk" --category BEL01 --note "$2" --at 57.05,9.92 >/dev/null; }
home() { registry list --walk "$walk" --format csv | grep -c "$1"; }
origin=$(sql "$tmp/a" 'SELECT hex(origin) FROM self')
confirmed() { # SEQ: is that record of a's confirmed to the hub?
    sql "$tmp/hub" "SELECT count(*) FROM receipt_run t JOIN peer p ON p.registry = t.registry
        AND p.epoch = t.epoch WHERE hex(t.origin) = '$origin' AND t.first <= $1 AND t.last >= $1"
}

start_hub_at || exit 1
for device in a b; do pair_with_hub "$device"; done
note a 'foer kopien'
at a sync >/dev/null
mkdir "$tmp/old"
sqlite3 "$tmp/a/lygte.db" ".backup '$tmp/old/lygte.db'"
stop registry
note a 'kun paa hubben'
at a sync >/dev/null 2>&1
note b 'en andens'
at b sync >/dev/null 2>&1
upto=$(sql "$tmp/hub" "SELECT max(seq) FROM record WHERE hex(origin) = '$origin'")
last=$(sql "$tmp/old" "SELECT seq FROM self")
kill "$hub_pid"
rm -f "$tmp"/a/lygte.db*
cp "$tmp/old/lygte.db" "$tmp/a/lygte.db"
for n in 1 2 3; do note a "efter kopien $n"; done
start_registry || exit 1
at a sync >/dev/null 2>&1
is "$(home 'efter kopien') $(home 'kun paa hubben')" '3 0' 'put back from a copy, a tablet has written on at the register'

run at hub sync
is "$status $(home 'kun paa hubben') $(home 'en andens')" '1 0 1' \
    'what it had given a hub is refused there; what others gave is brought home'
is "$(confirmed "$last") $(confirmed "$upto") $((upto > last))" '1 0 1' \
    'the hub holds for confirmed what both have, and not what it was refused'
like "$err" 'has something else from 1 of the tablets.*erase nothing here' 'and says what is wrong, and what to do'
if [[ $err == *'let them in'* ]]; then failed 'not that anybody is to be let in' "$err"; else passed 'not that anybody is to be let in'; fi
run at hub status --json
is "$(jq '.carries.records_confirmed < .carries.records' <<<"$out")" true 'its status counts it as not confirmed'
finish
