#!/usr/bin/env bash
# The registry comes back from a backup. A hub, which has its old word on a tablet's photo,
# asks for the new one too, and a tablet that meets nobody but the hub hears it. A hub that has
# not heard of it takes back no tablet that has.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
# shellcheck source=tests/support/hub.sh
. "$(dirname "$0")/../support/hub.sh"
confirmed() { at a status --json | jq -c '[.photos.verified, .all_confirmed]'; }

start_registry || exit 1
for device in hub a; do pair_at "$device"; done
walk=$(registry walk new --title 'Tunnelen' --area Vest | tail -n 1)
for device in hub a; do at "$device" sync >/dev/null; done
run registry backup "$tmp/backup"
start_hub_at || exit 1
pair_with_hub a

make_photo "$tmp/photo.jpg" 'slukket lampe'
stop registry
at a add --walk "$walk" --category BEL01 --photo "$tmp/photo.jpg" >/dev/null
at a sync >/dev/null 2>&1
start_registry || exit 1
at hub sync >/dev/null
stop registry
run at a sync
is "$status $(confirmed)" '0 [1,true]' 'the first receipts come by the hub'

# ---- from before all that

registry_data=$tmp/restored
registry restore "$tmp/backup" >/dev/null
start_registry || exit 1
at a set metered on >/dev/null
at a sync >/dev/null
is "$(confirmed)" '[0,false]' 'the tablet has heard of it, and its photo waits for Wi-Fi'
run at hub sync
is "$status $(sql "$registry_data" "SELECT count(*) FROM blob WHERE state = 'verified'")" '0 1' \
    'the hub brings the photo home once more'
stop registry
run at a sync
is "$status $(confirmed)" '0 [1,true]' 'and hands on the receipt of the new epoch'

# ---- once more, and a tablet hears of it before the hub

start_registry || exit 1
pair_at b
at b sync --fetch >/dev/null
pair_with_hub b
registry backup "$tmp/again" >/dev/null
stop registry
at b add --walk "$walk" --category BEL01 --note 'kun paa hubben' >/dev/null
at b sync >/dev/null 2>&1
start_registry || exit 1
at hub sync >/dev/null
stop registry
registry_data=$tmp/twice
registry restore "$tmp/again" >/dev/null
start_registry || exit 1
pair_at b
stop registry
run at b sync
is "$(sql "$tmp/b" 'SELECT epoch FROM peer')" "$(sql "$registry_data" 'SELECT epoch FROM self')" \
    'a hub that has not heard of it takes back no tablet that has'
is "$(at b status --json | jq .all_confirmed)" false 'and its old receipts confirm nothing there'
finish
