#!/usr/bin/env bash
# A full disk: what does not fit is refused with a sentence (exit 1, 507), what was
# answered before is there, smaller files of the same import are kept, and with room
# again everything goes on. On a tmpfs of 6 MB in a mount namespace of its own; then, on a
# larger one, the reserve of 4 MB that keeps points when photos are refused already, and a
# sync that a full disk does not stop.
if [ -z "${IN_OWN_MOUNTS:-}" ]; then
    if unshare -m true 2>/dev/null; then
        exec unshare -m env IN_OWN_MOUNTS=1 bash "$0"
    elif unshare -rm true 2>/dev/null; then
        exec unshare -rm env IN_OWN_MOUNTS=1 bash "$0"
    fi
    echo '1..0 # skip no mount namespace can be had here'
    exit 0
fi
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

disk=$tmp/disk
mkdir "$disk"
mount -t tmpfs -o size=6m none "$disk" 2>/dev/null || skip_all 'no tmpfs can be mounted here'
small=$disk
trap 'umount -l "$small" "$tmp/larger" 2>/dev/null; leave' EXIT
# On a disk this small photos would not be taken at all.
export LYGTE_LEAST_MB=0
walker_data=$disk/walker
registry_data=$disk/registry

# For the many: a sanitized one takes several times as long for each point.
plain() { "${PLAIN_BIN:-$BIN}/walker" --data "$walker_data" "$@"; }

# Leaves no byte free, or gives all back.
fill() { dd if=/dev/zero of="$disk/filler" bs=4096 2>/dev/null; }
empty() { rm -f "$disk/filler"; }

# A photo of N times 64 KB, by comments that no decoder minds.
make_large_photo() { # FILE TIMES
    make_photo "$tmp/small.jpg" "a large one, $2 times 64 KB"
    perl -0777 -pe 'BEGIN { $more = ("\xff\xfe\xff\xff" . "x" x 65533) x shift }
        s/^\xff\xd8/\xff\xd8$more/' "$2" "$tmp/small.jpg" >"$1"
}

# ---- an import with one photo too many -------------------------------------------------

mkdir "$tmp/photos"
make_photo "$tmp/photos/a.jpg" 'small, before the large one'
make_large_photo "$tmp/photos/b.jpg" 110
make_photo "$tmp/photos/c.jpg" 'small, after the large one'
run walker import "$tmp/photos"
is "$status" 1 'an import with a photo of 7 MB ends with 1 on a disk of 6 MB'
words=$(grep -F b.jpg <<<"$out")
is_sentence "$words" && [[ $words == *'no room'* ]]
is $? 0 'it says that there is no room for that one'
LYGTE_LANG=da run walker import "$tmp/photos/b.jpg"
like "$out" 'b.jpg.*plads' 'in Danish too'
run walker list --json
is "$(jq '.observations | length' <<<"$out")" 2 'both others are kept'
is "$(find "$walker_data/tmp" -type f ! -name '*.lock' | wc -l)" 0 \
    'nothing is left of the large one'

# ---- verbs ------------------------------------------------------------------------------

run walker walk list --json
walk=$(jq -r '.[0].id' <<<"$out")
fill
note=$(head -c 3500 /dev/zero | tr '\0' x)
# The database has a little room of its own left; that is used up first.
added=0
while run plain add --walk "$walk" --category BEL01 --note "$note" && [ "$status" = 0 ]; do
    added=$((added + 1))
    [ "$added" -lt 3000 ] || break
done
complains 1 lygte.db 'on a full disk add ends with 1 and says that there is no room' \
    walker add --walk "$walk" --category BEL01 --note "$note"
make_photo "$tmp/late.jpg" 'one that comes when the disk is full'
run walker import "$tmp/late.jpg"
is "$status" 1 'import ends with 1'
like "$out$err" 'no room' 'and says so'
empty
run walker list --json
is "$status $(jq '.observations | length' <<<"$out")" "0 $((added + 2))" \
    'with room again all that was kept is there'

# ---- the page --------------------------------------------------------------------------

start_walker || exit 1
point=$(new_id)
wish="{\"walk\":\"$walk\",\"category\":\"BEL02\",\"note\":\"$note\"}"
send PUT "$walker_url/api/v1/observations/$point" "$wish"
is "$code" 201 'with room again a point is kept'
fill
kept=("$point")
for ((n = 0; n < 3000; n++)); do
    next=$(new_id)
    send PUT "$walker_url/api/v1/observations/$next" "$wish"
    [ "$code" = 201 ] || break
    kept+=("$next")
done
is "$code" 507 'when the disk is full the page gets 507'
refuses 507 disk.full 'as a problem in both languages' \
    PUT "$walker_url/api/v1/observations/$(new_id)" \
    -H 'Content-Type: application/json' --data-binary "$wish"
refuses 507 disk.full 'for a photo too' \
    PUT "$walker_url/api/v1/observations/$point/photos/$(hash_of "$tmp/late.jpg")" \
    -H 'Content-Type: image/jpeg' --data-binary @"$tmp/late.jpg"
ask GET "$walker_url/api/v1/observations/$point"
is "$code" 200 'it still shows what is there'
ask GET "$walker_url/api/v1/walks/$walk/observations"
is "$(field '.observations | length')" "$((added + 2 + ${#kept[@]}))" 'all of it'
empty
ask PUT "$walker_url/api/v1/observations/$point/photos/$(hash_of "$tmp/late.jpg")" \
    -H 'Content-Type: image/jpeg' --data-binary @"$tmp/late.jpg"
is "$code" 201 'with room again it goes on without a new start'
send PATCH "$walker_url/api/v1/photos/$(hash_of "$tmp/late.jpg")" '{"cleared":true}'
stop walker
run walker list --json
is "$(jq -r '.observations[].id' <<<"$out" | sort | comm -13 - <(printf '%s\n' "${kept[@]}" | sort))" \
    '' 'every point that was answered with 201 is there'
ok 'doctor is content with the device' walker doctor --rebuild

# ---- the registry -----------------------------------------------------------------------

start_registry || exit 1
pair
fill
run walker sync
is "$status" 1 'a registry whose disk is full takes nothing, and sync ends with 1'
like "$err" '[^:]+: .*: .*' 'in a sentence'
empty
run walker status --json
is "$(jq -c '[.all_confirmed, .records.verified]' <<<"$out")" '[false,0]' \
    'nothing is called confirmed that is not'
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'with room again all comes home'
ok 'doctor is content with the registry' registry doctor --rebuild

stop registry

# ---- the reserve ------------------------------------------------------------------------

unset LYGTE_LEAST_MB
disk=$tmp/larger
mkdir "$disk"
mount -t tmpfs -o size=40m none "$disk"
walker_data=$disk/walker
registry_data=$tmp/roomy
registry_port=0
start_registry || exit 1
walk=$(walker walk new --title 'Næsten fuld' | tail -n 1)
is "$(stat -c %s "$walker_data/reserve")" 4194304 'with room a device puts 4 MB aside'
run walker import "$tmp/late.jpg"
like "$status $out$err" '^1 .*300 MB' 'below 300 MB photos are refused first, with a sentence'
pair
fill
added=0
while run plain add --walk "$walk" --category BEL01 --note "$note" && [ "$status" = 0 ]; do
    added=$((added + 1))
    [ "$added" -lt 60 ] || break
done
is "$added" 60 'on the full disk sixty long points are still kept'
ok 'the reserve was let go for them' test ! -e "$walker_data/reserve"
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'and they are sent from there'
fill # what the reserve has left too
while run plain add --walk "$walk" --category BEL02 --note "$note" && [ "$status" = 0 ]; do
    added=$((added + 1))
    [ "$added" -lt 5000 ] || break
done
fill
run walker add --walk "$walk" --category BEL02 --note "$note"
is "$status" 1 'when that is used up too a point is refused'
run walker sync
like "$status $err" '^(0 |1 .*receipts could be written)' 'the sync goes on all the same, and says what it could not write'
is "$(sql "$registry_data" 'SELECT count(*) FROM observation WHERE founded = 1')" "$added" \
    'every point that was kept is at the registry'
empty
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'with room again the receipts come'
ok 'and 4 MB are put aside anew' test -e "$walker_data/reserve"
ok 'doctor is content' walker doctor --rebuild

finish
