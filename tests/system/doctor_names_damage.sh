#!/usr/bin/env bash
# What is damaged on the disk is found and named: a photo cut short, gone or with one bit
# turned, a record that is not what was signed, a folded row that says something else.
# doctor ends with 1 then, and with 0 when all is whole again.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

# ---- a device and a registry with three photos -----------------------------------------

for n in 1 2 3; do make_photo "$tmp/photo-$n.jpg" "doctor, photo $n of three"; done
run walker import "$tmp"/photo-*.jpg
start_registry || exit 1
pair
run walker sync
is "$status" 0 'three photos come home'
ok 'doctor finds the registry whole' registry doctor
ok 'doctor finds the device whole' walker doctor
ok 'doctor finds the registry whole while it serves' registry doctor --rebuild
stop registry

photo_of() { # FOLDER N
    local hash
    hash=$(hash_of "$tmp/photo-$2.jpg")
    echo "$1/photos/${hash:0:2}/$hash.jpg"
}

# doctor says which of one kind of thing is damaged, in its JSON form.
damaged() { # KIND
    jq -r --arg kind "$1" '.findings[] | select(.damage and .kind == $kind) | .name' <<<"$out"
}

# ---- the registry's photos -------------------------------------------------------------

cut=$(photo_of "$registry_data" 1)
cp "$cut" "$tmp/kept-1"
truncate -s -20 "$cut"
complains 1 "$(basename "$cut")" 'a photo cut short: doctor ends with 1 and names the file' \
    registry doctor
run registry doctor --json
is "$status $(damaged photo)" "1 $(hash_of "$tmp/photo-1.jpg")" 'and names it alone in --json'
is "$(jq -c '[.ok, .damaged]' <<<"$out")" '[false,1]' 'which counts one damage'
is "$(sql "$registry_data" "SELECT state FROM blob
    WHERE sha256 = '$(hash_of "$tmp/photo-1.jpg")'")" stored 'it is no longer called verified'
cp "$tmp/kept-1" "$cut"
ok 'with its bytes back, doctor is content again' registry doctor

gone=$(photo_of "$registry_data" 2)
mv "$gone" "$tmp/kept-2"
complains 1 "$(basename "$gone")" \
    'a photo that is gone: doctor ends with 1 and names the file' \
    registry doctor
rm -f "$cut"
run registry doctor --json
is "$(damaged photo)" "$({ hash_of "$tmp/photo-1.jpg"; hash_of "$tmp/photo-2.jpg"; } | sort)" \
    'two that are gone are both named'
cp "$tmp/kept-1" "$cut"
cp "$tmp/kept-2" "$gone"
ok 'with both back, doctor is content again' registry doctor

# ---- the device's photos ---------------------------------------------------------------

turned=$(photo_of "$walker_data" 3)
size=$(stat -c %s "$turned")
cp "$turned" "$tmp/kept-3"
byte=$(od -An -tu1 -j 40 -N 1 "$turned")
printf '%b' "$(printf '\\x%02x' $((byte ^ 1)))" |
    dd of="$turned" bs=1 seek=40 conv=notrunc status=none
is "$(stat -c %s "$turned")" "$size" 'one bit of a photo on the device turns, its size stays'
complains 1 "$(basename "$turned")" 'doctor ends with 1 and names the file' walker doctor
cp "$tmp/kept-3" "$turned"
ok 'with the bit turned back, doctor is content again' walker doctor

# ---- the fold --------------------------------------------------------------------------

observation=$(sql "$walker_data" 'SELECT id FROM observation LIMIT 1')
tamper_and_rebuild() {
    sql "$walker_data" "UPDATE observation SET note = 'never said' WHERE id = '$observation'"
    walker doctor --rebuild
}
complains 1 observation 'a folded row that nobody wrote: doctor --rebuild names the table' \
    tamper_and_rebuild
ok 'and has made it anew from the records' walker doctor --rebuild
run walker show "$observation" --json
is "$(jq -r '.note // ""' <<<"$out")" '' 'what was never said is not said any more'

sql "$registry_data" "UPDATE issue SET party = 'KOO2'"
run registry doctor --rebuild --json
is "$status $(damaged fold)" '1 issue' 'the same at the registry, in --json'
ok 'and once only' registry doctor --rebuild

# ---- records ---------------------------------------------------------------------------

# origin:seq of a record with a body about a photo.
place=$(sql "$walker_data" "SELECT lower(hex(origin)) || ':' || seq FROM record
    WHERE kind = 'photo.attach' ORDER BY seq LIMIT 1")
at="lower(hex(origin)) || ':' || seq = '$place'"
body_before=$(sql "$walker_data" "SELECT hex(body) FROM record WHERE $at")
sql "$walker_data" "UPDATE record SET body = replace(body, '64', '65') WHERE $at"
complains 1 "$place" 'a record whose body was changed is named by origin and number' \
    walker doctor
sql "$walker_data" "UPDATE record SET body = CAST(x'$body_before' AS TEXT) WHERE $at"
ok 'with its body back, doctor is content' walker doctor
sql "$walker_data" "UPDATE record SET sig = zeroblob(64) WHERE $at"
run walker doctor --json
is "$status $(damaged record)" "1 $place" 'so is one whose signature was changed'
last=$(sql "$walker_data" 'SELECT max(r.seq) FROM record r JOIN self s ON s.origin = r.origin')
sql "$walker_data" "DELETE FROM record WHERE seq = $last AND origin = (SELECT origin FROM self)"
run walker doctor --json
like "$(damaged record)" ":$last\$" 'and one that was cut off the end of the chain'

finish
