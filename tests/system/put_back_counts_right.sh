#!/usr/bin/env bash
# A tablet whose database was put back in place has taken a new origin, and what it had
# written is carried. Nothing of that waits for ever or is lost, no count runs wild at a hub,
# and a walk that was wiped and is asked for again comes back with its carried points.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
# shellcheck source=tests/support/hub.sh
. "$(dirname "$0")/../support/hub.sh"
status_of() { at a status --json | jq -c "$1"; }

start_registry || exit 1
for device in hub a; do pair_at "$device"; done
forgotten=$(registry walk new --title 'Glemt' --area Vest | tail -n 1)
carried=$(registry walk new --title 'Båret' --area Vest | tail -n 1)
for device in hub a; do at "$device" sync >/dev/null; done
registry backup "$tmp/backup" >/dev/null
start_hub_at || exit 1
pair_with_hub a
at a sync >/dev/null
sqlite3 "$tmp/a/lygte.db" ".backup '$tmp/old.db'"
lost=$(at a add --walk "$forgotten" --category BEL01 --note 'glemt af kopien' | tail -n 1)
at a sync >/dev/null
rm -f "$tmp/a"/lygte.db*
cp "$tmp/old.db" "$tmp/a/lygte.db"
inside=$(at a add --walk "$carried" --category STI01 --note 'båret' | tail -n 1)
at a sync >/dev/null 2>&1
at a add --walk "$carried" --category STI01 --note 'skrevet siden' >/dev/null
run at a sync
is "$status $(sql "$tmp/a" "SELECT group_concat(carried) FROM record WHERE carried IS NOT NULL")" \
    '0 observation.note' 'what was shut out is carried home'

# ---- nothing waits that cannot be sent

is "$(status_of '[.all_confirmed, .points.made == .points.verified]')" '[true,true]' \
    'what the copy had forgotten came back, and is as confirmed as the rest'
run at a show "$lost" --json
is "$status $(jq -r .note <<<"$out")" '0 glemt af kopien' 'it can be read'
is "$(sql "$tmp/a" "SELECT count(*) FROM own_origin w JOIN record r ON r.origin = w.origin AND r.seq > w.last")" 1 \
    'under the origin that is no longer ours'

# ---- who holds it brings it back, as all that others wrote

stop registry
registry_data=$tmp/restored
registry restore "$tmp/backup" >/dev/null
start_registry || exit 1
run at a sync
is "$status $(registry list --format json | jq -r '[.issues[].observation.note] | sort | join("|")')" \
    '0 båret|glemt af kopien|skrevet siden' 'a registry from before all that gets it back too'
run at a wipe --walk "$forgotten"
is "$status $(sql "$tmp/a" "SELECT count(*) FROM record WHERE body LIKE '%glemt af kopien%'")" '0 0' \
    'and its walk can be wiped'
at hub sync >/dev/null

# ---- a hub alone

stop registry
at a add --walk "$carried" --category STI02 --note 'kun hos huben' >/dev/null
at a sync >/dev/null 2>&1
made=$(status_of .records.made)
run at a status
like "$out" "Carried by the hub[^:]*: $made points" 'of a retired origin no more is carried than it wrote'
run at hub hub code --json
run at b pair "$(jq -r .text <<<"$out")" --name 'Tablet b'
is "$(sql "$tmp/b" "SELECT count(*) FROM pulled WHERE subject = '$inside'")" 1 \
    'whom a hub hands a carried point can let it go again as any other'
start_registry || exit 1
at hub sync >/dev/null
at a sync >/dev/null

# ---- wiped, and asked for again

run at a wipe --walk "$carried"
is "$status" 0 'a walk with carried points can be wiped'
at a sync >/dev/null
at a fetch --walk "$carried" >/dev/null
at a sync >/dev/null
is "$(sql "$tmp/a" "SELECT group_concat(note, '|') FROM (SELECT note FROM observation WHERE walk = '$carried' ORDER BY note)")" \
    'båret|kun hos huben|skrevet siden' 'asked for again, all its points are back'
for device in hub a; do at "$device" doctor --rebuild >/dev/null 2>&1 || echo "$device"; done >"$tmp/unwell"
is "$(<"$tmp/unwell")" '' 'every doctor is content'
finish
