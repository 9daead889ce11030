#!/usr/bin/env bash
# A restored register believes no photo before it has read it: what its backup had lost or spoilt
# the device sends again. A backup that is killed names no photo it has not.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

for n in hel rotten lost; do make_photo "$tmp/$n.jpg" "foto-$n"; done
make_large_photo "$tmp/big.jpg" 'stor' 300
hel=$(hash_of "$tmp/hel.jpg") rotten=$(hash_of "$tmp/rotten.jpg") lost=$(hash_of "$tmp/lost.jpg")
big=$(hash_of "$tmp/big.jpg")
copy() { echo "$1/photos/${2:0:2}/$2.jpg"; } # FOLDER SHA256
is_whole() { [ "$(hash_of "$(copy "$1" "$2")")" = "$2" ]; }

start_registry
pair
walk=$(walker walk new --title 'Aften' | tail -n 1)
walker walk begin "$walk" >/dev/null
for n in hel rotten lost; do
    walker add --walk "$walk" --category BEL01 --note $n --photo "$tmp/$n.jpg" >/dev/null
done
walker sync >/dev/null
run registry backup "$tmp/b/one"
like "$status $out" '^0 .*3.* 3 ' 'a backup of three photos'

# ---- the next one is killed while it copies a photo (no file over 8 MiB)
walker add --walk "$walk" --category BEL02 --note stor --photo "$tmp/big.jpg" >/dev/null
walker walk end "$walk" >/dev/null; walker walk close "$walk" >/dev/null
run walker sync
is "$status" 0 'a fourth photo is home'
(ulimit -c 0 -f 8192; registry backup "$tmp/b/one") >/dev/null 2>&1
ok 'the large one is not in the backup' test ! -e "$(copy "$tmp/b/one" "$big")"
is "$(sqlite3 "$tmp/b/one/lygte.db" 'SELECT count(*) FROM blob')" 3 'nor does its database speak of it'

# ---- two copies are bad
spoil() { sed -i 's/foto-rotten/foto-rettet/' "$(copy "$tmp/b/one" "$rotten")"; }
spoil
run registry backup "$tmp/b/one" --check --json
is "$status $(jq -c '[.photos, .copied, .missing]' <<<"$out")" '0 [4,2,0]' \
    'a backup that is told to reads what stands there, and copies the bad one anew'
ok 'it is whole then' is_whole "$tmp/b/one" "$rotten"
mv "$(copy "$registry_data" "$hel")" "$tmp/aside"
mv "$(copy "$tmp/b/one" "$hel")" "$tmp/aside2"
run registry backup "$tmp/b/one"
like "$status $out" '^1 .*1 .*doctor' 'a backup without a photo that was nowhere does not call itself whole'
mv "$tmp/aside" "$(copy "$registry_data" "$hel")"
mv "$tmp/aside2" "$(copy "$tmp/b/one" "$hel")"
spoil
rm "$(copy "$tmp/b/one" "$lost")"
stop registry
mv "$registry_data" "$tmp/gone"
run registry restore "$tmp/b/one" --json
is "$status $(jq -c '[.photos, .missing]' <<<"$out")" '1 [4,1]' 'it is restored without the lost one'
is "$(sql "$registry_data" "SELECT count(*) FROM blob WHERE state = 'verified'")" 0 'no photo counts as read'

# ---- the device has them still
start_registry
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'all of it is confirmed, in one sync'
for n in "$hel" "$rotten" "$lost" "$big"; do
    ok "photo ${n:0:6} is whole" is_whole "$registry_data" "$n"
done
run walker wipe --walk "$walk"
is "$status" 0 'and only now may it go'
ok 'doctor is content' registry doctor --rebuild
finish
