#!/usr/bin/env bash
# A hub brings home whatever its tablets gave it: also what one writes by another origin since its
# folder was put back, and what one wrote that nobody has let in. And it is given no more than
# that: what a tablet has read at the register is not sent to it, nor to the register again.
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

# ---- read at the register --------------------------------------------------------------

for n in 1 2 3 4 5 6 7 8; do note b "punkt $n af b"; done
at b sync >/dev/null
at a sync >/dev/null
start_hub_at || exit 1
pair_with_hub a
at a sync >/dev/null
run at a sync --json
sent=$(jq .bytes_sent <<<"$out")
[ "$sent" -lt 3000 ]
is "$?" 0 "a sync with nothing new sends nothing of what was read ($sent bytes)"
is "$(sql "$tmp/hub" "SELECT count(*) FROM record WHERE body LIKE '%punkt%'")" 0 'the hub is not given it either'

# ---- an origin of its own since it was put back -------------------------------------------

mkdir "$tmp/old"
sqlite3 "$tmp/a/lygte.db" ".backup '$tmp/old/lygte.db'"
note a 'glemt af kopien'
at a sync >/dev/null
rm -f "$tmp"/a/lygte.db*
cp "$tmp/old/lygte.db" "$tmp/a/lygte.db"
note a 'efter kopien'
run at a sync
is "$status $(home 'glemt af kopien') $(home 'efter kopien')" '0 1 1' 'a folder that was put back goes on by another origin'
stop registry
note a 'kun over hubben'
run at a sync
is "$status" 1 'with the hub alone in reach nothing is confirmed'
start_registry || exit 1
run at hub sync
run at hub sync
is "$status $(home 'kun over hubben')" '0 1' 'and the hub brings it home'

pair_with_hub b
mkdir "$tmp/older"
sqlite3 "$tmp/b/lygte.db" ".backup '$tmp/older/lygte.db'"
note b 'glemt af b'
at b sync >/dev/null
rm -f "$tmp"/b/lygte.db*
cp "$tmp/older/lygte.db" "$tmp/b/lygte.db"
note b 'efter kopien af b'
at b sync >/dev/null 2>&1
stop registry
note b 'venter paa hubben'
at b sync >/dev/null 2>&1
waits() { sql "$tmp/hub" 'SELECT count(*) FROM stranger'; }
ok 'of an origin that the hub has not heard of they wait there' test "$(waits)" -gt 0
start_registry || exit 1
at hub sync --fetch >/dev/null
is "$(waits) $(home 'venter paa hubben')" '0 0' 'a hub that only fetches hears of it, and lets them in'
at hub sync >/dev/null
is "$(home 'venter paa hubben')" 1 'its next sync brings them home'

# ---- whom nobody has let in ----------------------------------------------------------------

pair_with_hub c
note_c() { at c add --category BEL01 --note "$1" --at 57.05,9.92 >/dev/null; }
at c walk new --title 'En fremmed tablet' >/dev/null
note_c 'ord fra en fremmed'
run at c sync
is "$status" 1 'a tablet that knows the hub alone is not confirmed'
like "$err" 'safe at the hub.*admit it at the register' 'and told where its words are, and what to do'
run at hub sync
is "$status" 1 'the hub tells that somebody waits'
like "$err" 'ask the coordinator to let them in' 'and who can help'
run registry doctor
like "$out" 'waits with 3 records' 'so the register knows of it'
stranger=$(grep -oE '^[0-9a-f]{32} waits' <<<"$out" | cut -c 1-32)
waiting=$(sql "$registry_data" 'SELECT count(*) FROM stranger')
run at hub sync
is "$(sql "$registry_data" 'SELECT count(*) FROM stranger')" "$waiting" 'told again it waits once'
note_c 'mere fra den fremmede'
at c sync >/dev/null 2>&1
run at hub sync
is "$(sql "$registry_data" 'SELECT count(*) FROM stranger')" $((waiting + 1)) 'what came since is told, too'
run at hub stick "$tmp/stick"
is "$(jq .records <(at hub stick "$tmp/stick2" --json))" 4 'a stick of the hub has it as well'
run registry device admit "$stranger" --name 'Tablet C'
is "$status $(registry list --format csv | grep -c fremmed)" '0 2' 'let in, its points are at the register'
run at hub sync
run at hub sync
is "$status" 0 'and nobody waits at the hub any more'
listed=$(registry device list --json | jq -r '.devices[] | select(.name == "Tablet C") | .id')
registry device revoke "$listed" >/dev/null
note_c 'efter at den er lukket ude'
at c sync >/dev/null 2>&1
at hub sync >/dev/null 2>&1
is "$(registry list --format csv | grep -c 'lukket ude')" 0 'it is listed by its name, and can be shut out'

# ---- restored elsewhere ---------------------------------------------------------------------

pair_with_hub b
at b sync >/dev/null
at b backup "$tmp/b.of_hub" >/dev/null
at restored restore "$tmp/b.of_hub" >/dev/null
pair_at restored
run at restored sync
is "$status" 0 'a tablet that knew a hub and was restored syncs with the register'
run at restored status
is "$status" 0 'tells how far it is'
pair_with_hub restored
run at restored sync
is "$status" 0 'and learns to know the hub again'

# ---- the register restored meanwhile ----------------------------------------------------------

registry backup "$tmp/register.backup" >/dev/null
at a sync >/dev/null 2>&1
note a 'efter registrets kopi'
at a sync >/dev/null
is "$(home 'efter registrets kopi')" 1 'a point is at the register, and confirmed'
stop registry
mv "$registry_data" "$tmp/lost"
registry restore "$tmp/register.backup" >/dev/null
is "$(home 'efter registrets kopi')" 0 'which then is restored from a backup without it'
start_registry || exit 1
at hub sync >/dev/null 2>&1
stop registry
at a sync >/dev/null 2>&1
is "$(sql "$tmp/a" 'SELECT epoch FROM peer')" "$(sql "$registry_data" 'SELECT epoch FROM self')" \
    'a tablet hears of it by the hub'
is "$(home 'efter registrets kopi') $(at a status --json | jq '.records.verified == .records.made')" '1 true' \
    'which has brought the point again, and says so'
finish
