#!/usr/bin/env bash
# Photos that only the police may read: sealed in memory on the device, each a box of its
# own, kept and sent like every photo and looked into by nobody; they are in receipts,
# doctor, stick, backup, wipe, erasure and retention, and the key file alone opens them.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
secret='fire ord ingen venter'
make_photo "$tmp/a.jpg" 'manden ved tunnelen'
make_photo "$tmp/b.jpg" 'hans blaa varevogn'
in_memory() { # PID: what stands in its writable memory, where this machine lets one look
    perl -e 'my $pid = shift; open(my $maps, "<", "/proc/$pid/maps"); open(my $mem, "<", "/proc/$pid/mem");
        while (<$maps>) { my ($from, $to) = /^([0-9a-f]+)-([0-9a-f]+) rw/ or next;
            my ($at, $n) = (hex $from, hex($to) - hex($from)); next if $n > 1 << 28;
            sysseek($mem, $at, 0); my $left = $n;
            while ($left > 0) { my $got = sysread($mem, my $bytes, $left > 1 << 20 ? 1 << 20 : $left); last unless $got;
                print $bytes; $left -= $got } }' "$1"
}
clear_in() { grep -rlaE 'manden ved tunnelen|hans blaa varevogn' "$@" | wc -l; }
is "$(clear_in "$tmp/a.jpg" "$tmp/b.jpg")" 2 'the search finds photos that lie in the clear'

run registry police key --make "$tmp/police.key" <<<"$secret"
start_registry || exit 1
run registry device code --json
run walker pair "$registry_url" "$(jq -r .code <<<"$out")" --name 'Tablet 1'
walk=$(walker walk new --title 'Vestbyen')
run walker add --walk "$walk" --category OPH08 --police-only --note 'to fotos' \
    --photo "$tmp/a.jpg" --photo "$tmp/b.jpg"
point=$out
is "$status $(sql "$walker_data" "SELECT count(*) FROM blob WHERE type = 'sealed' AND cleared = 1")" '0 2' \
    'a point with two photos is sealed, and none is held back'
ok 'each is a file named by the hash of its box' test "$(
    cd "$walker_data/photos" && for f in */*.box; do sha256sum "$f"; done |
        while read -r hash file; do [ "$hash.box" = "${file##*/}" ] && echo yes; done | wc -l)" = 2
is "$(find "$walker_data/derived" -type f | wc -l)" 0 'and has no small copies'
printf 'ingen fotografi her' >"$tmp/c.jpg"
run walker add --walk "$walk" --category OPH08 --police-only --note x --photo "$tmp/c.jpg"
is "$status $(sql "$walker_data" 'SELECT count(*) FROM sealed')" '1 1' 'what is no photo is refused, and no point made'

start_walker || exit 1
id=$(new_id)
send PUT "$walker_url/api/v1/sealed/$id" "{\"walk\":\"$walk\",\"note\":\"fra siden\"}"
put_photo() { # DEED FILE
    ask PUT "$walker_url/api/v1/sealed/$id/photos/$1" -H 'Content-Type: image/jpeg' --data-binary "@$2"
}
deed=$(new_id)
put_photo "$deed" "$tmp/a.jpg"
is "$code $(field .photos)" '201 1' 'a photo from the page is sealed in memory'
put_photo "$deed" "$tmp/a.jpg"
is "$code $(field .photos)" '200 1' 'the same deed again is once'
put_photo "$(new_id)" "$tmp/c.jpg"
is "$code" 422 'what is no photo is refused from the page too'
ask PUT "$walker_url/api/v1/sealed/$id/photos/$deed" -H 'Content-Type: image/jpeg' -H 'Transfer-Encoding: chunked' \
    --data-binary "@$tmp/a.jpg"
is "$code" 200 'without a length declared it is read all the same'
{ cat "$tmp/a.jpg" && head -c 67108864 /dev/zero; } >"$tmp/large.jpg"
put_photo "$(new_id)" "$tmp/large.jpg"
is "$code" 413 'over 64 MiB it is refused before it is read'
ask PUT "$walker_url/api/v1/sealed/$id/photos/$(new_id)" -H 'Content-Type: image/jpeg' -H 'Transfer-Encoding: chunked' \
    --data-binary "@$tmp/large.jpg"
is "$code $(sql "$walker_data" 'SELECT count(*) FROM sealed_photo')" '413 3' 'or as soon as it is'
refuses 404 observation.unknown 'of a point that is not here' PUT "$walker_url/api/v1/sealed/$(new_id)/photos/$(new_id)" \
    -H 'Content-Type: image/jpeg' --data-binary "@$tmp/a.jpg"

# Half of a photo has come, and its sender hangs on: it is in memory and in no file, also none
# that has no name any more.
exec 3<>"/dev/tcp/127.0.0.1/$walker_port"
{
    printf 'PUT /api/v1/sealed/%s/photos/%s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n' "$id" "$(new_id)" "$walker_port"
    printf 'Content-Type: image/jpeg\r\nContent-Length: 400000\r\n\r\n'
    cat "$tmp/b.jpg"
    head -c 200000 /dev/zero
} >&3
sleep 1
mapfile -t open_files < <(find "/proc/$walker_pid/fd" -lname '/*' ! -lname '/dev/*' ! -lname '/proc/*')
is "$(clear_in "$walker_data") $(grep -laE 'hans blaa varevogn' "${open_files[@]}" 2>/dev/null | wc -l) $(find "$walker_data/tmp" -type f | wc -l)" \
    '0 0 0' 'a photo that is coming is in no file, named or not'
if head -c 0 "/proc/$walker_pid/mem" 2>/dev/null; then
    ok 'though the program has it' grep -qaE 'hans blaa varevogn' <(in_memory "$walker_pid")
else
    skip 'though the program has it' 'the memory of another process cannot be looked at here'
fi
exec 3>&-
sleep 1
is "$(sql "$walker_data" 'SELECT count(*) FROM sealed_photo')" 3 'cut off, it is nothing'
ask GET "$walker_url/healthz"
is "$code" 200 'and the program goes on'
one=$(sql "$walker_data" 'SELECT sha256 FROM blob ORDER BY sha256 LIMIT 1')
for size in 320 1600 original; do
    ask GET "$walker_url/api/v1/photos/$one/$size"
    is "$code" 404 "the device shows no $size of a box"
done
run walker status --json
is "$(jq -c '[.photos.made, .points_waiting, .held_back]' <<<"$out" 2>/dev/null)" '[3,2,0]' \
    'status counts them among what has not gone home'
stop walker

run walker walk close "$walk"
run walker stick "$tmp/walk.lygte"
run registry unstick "$tmp/walk.lygte" --json
is "$status $(sql "$registry_data" "SELECT count(*) FROM blob WHERE type = 'sealed'")" '0 3' 'a stick carries them'
sql "$registry_data" "DELETE FROM blob"
rm -f "$registry_data"/photos/*/*.box
run walker sync
is "$status $(sql "$registry_data" "SELECT count(*) FROM blob WHERE type = 'sealed' AND state = 'verified'")" '0 3' \
    'so does the wire, and each is proven'
# Its record may come later than a box, or by another hand.
head -c 5000 /dev/urandom >"$tmp/box"
bring() { # [METADATA]: the box as tus, all at once
    ask POST "$registry_url/api/v1/uploads" -H "Authorization: Bearer $(<"$walker_data/token")" -H 'Tus-Resumable: 1.0.0' \
        -H "Upload-Length: 5000" -H 'Content-Type: application/offset+octet-stream' --data-binary "@$tmp/box" \
        -H "Upload-Metadata: sha256 $(hash_of "$tmp/box" | tr -d '\n' | base64 -w 0)$1"
}
bring ''
is "$code" 422 'bytes that are no photo, and no record or sender calls them a box, are refused'
bring ",type $(printf sealed | base64)"
is "$code $(sql "$registry_data" "SELECT type FROM blob WHERE sha256 = '$(hash_of "$tmp/box")'")" '201 sealed' \
    'called a box by their sender they are taken, before any record of it'
run registry retain --unnamed 1 --json
sql "$registry_data" 'UPDATE blob SET made_ms = made_ms - 2 * 86400000'
run registry retain --json
sql "$registry_data" 'UPDATE blob SET made_ms = made_ms + 2 * 86400000'
is "$(jq -c '[.sealed, .unnamed]' <<<"$out")" '[0,1]' 'and go when none ever came'
run walker status --json
is "$(jq -c .all_confirmed <<<"$out")" true 'the device has a receipt for all of it'
is "$(find "$registry_data/derived" -type f | wc -l)" 0 'the registry makes no small copies'
run registry doctor --rebuild
is "$status" 0 'its doctor is content'
run walker doctor --rebuild
is "$status" 0 "and so is the device's"

run registry unseal --key "$tmp/police.key" --json <<<"$secret"
is "$status $(jq -c '[.[] | [.point.note, (.photos | length)]] | sort' <<<"$out")" '0 [["fra siden",1],["to fotos",2]]' \
    'the key file opens the texts and names the photos'
run registry unseal --key "$tmp/police.key" --photo "${one:0:12}" -o "$tmp/one.jpg" <<<"$secret"
is "$status $(stat -c %a "$tmp/one.jpg")" '0 600' 'one photo is written where -o says, for its owner alone'
like "$(hash_of "$tmp/a.jpg") $(hash_of "$tmp/b.jpg")" "$(hash_of "$tmp/one.jpg")" 'byte for byte as it was taken'
run registry unseal --key "$tmp/police.key" --photo "${one:0:12}" -o "$tmp/one.jpg" <<<"$secret"
is "$status" 1 'and not over a file that is there'
run registry unseal --key "$tmp/police.key" --folder "$tmp/all" --json <<<"$secret"
is "$status $(sha256sum "$tmp/all"/*.jpg | cut -c1-64 | sort -u | tr '\n' ' ')" \
    "0 $(sha256sum "$tmp/a.jpg" "$tmp/b.jpg" | cut -c1-64 | sort -u | tr '\n' ' ')" 'or all of them into a folder'
run registry police key --make "$tmp/other.key" --replace <<<"$secret"
run registry unseal --key "$tmp/other.key" --photo "$one" -o "$tmp/no.jpg" <<<"$secret"
is "$status $(test -e "$tmp/no.jpg"; echo $?)" '1 1' 'another key opens none'

login koordinator coordinator
ask GET "$registry_url/api/v1/walks/$walk" -H "Cookie: $cookie"
is "$(jq -c '[.withheld, .closing.photos_here, .closing.photos, .closing.complete]' <<<"$body")" '[2,3,3,true]' \
    'the closed walk counts them among its n of n, and says how many points are withheld'
for path in sealed "sealed/photos/$one" "photos/$one/320" "photos/$one/original" "photos/$one/shared"; do
    ask GET "$registry_url/api/v1/$path" -H "Cookie: $cookie"
    like "$code" '^40[34]$' "a coordinator gets no $path"
done
login politi police
ask GET "$registry_url/api/v1/sealed/photos/$one" -H "Cookie: $cookie"
is "$code $(sha256sum <"$tmp/body" | cut -c1-64)" "200 $one" 'the police get the box, shut as it is'

run registry backup "$tmp/backup"
is "$status $(find "$tmp/backup" -name '*.box' | wc -l)" '0 3' 'a backup has them'
is "$(clear_in "$walker_data" "$registry_data" "$tmp/backup" "$tmp/walk.lygte")" 0 \
    'no file of device, registry, backup or stick holds a piece of a clear photo'

run walker backup "$tmp/tablet.backup" --json
run "$BIN/walker" --data "$tmp/again" restore "$tmp/tablet.backup" --json
is "$status $(find "$tmp/again/photos" -name '*.box' | wc -l) $(clear_in "$tmp/tablet.backup" "$tmp/again")" '0 3 0' \
    "the tablet's own backup too, shut as they are"
run walker wipe --walk "$walk"
is "$status $(find "$walker_data/photos" -name '*.box' | wc -l)" '0 0' 'wiping takes them off the device'
is "$(sql "$walker_data" 'SELECT (SELECT count(*) FROM sealed) + (SELECT count(*) FROM sealed_photo)')" 0 \
    'with all that told of them'
run registry erase "$id" --photos --reason police --json
is "$status $(jq -c '[.photos, .pending]' <<<"$out") $(find "$registry_data/photos" -name '*.box' | wc -l)" '0 [1,0] 2' \
    "a police-only point's photo is erased like any"
run registry retain --sealed 30 --unnamed 1 --json
is "$(jq -c '[.sealed, .unnamed]' <<<"$out")" '[0,0]' 'retention keeps them while the days have not passed'
sql "$registry_data" 'UPDATE sealed SET at_ms = at_ms - 31 * 86400000'
sql "$registry_data" "UPDATE blob SET made_ms = made_ms - 31 * 86400000 WHERE type = 'sealed'"
run registry retain --json
sql "$registry_data" 'UPDATE sealed SET at_ms = at_ms + 31 * 86400000'
is "$(jq -c '[.sealed, .unnamed]' <<<"$out") $(find "$registry_data/photos" -name '*.box' | wc -l)" '[2,0] 0' \
    'and lets them go after that'
run registry doctor --rebuild
is "$status" 0 'the doctor is content in the end'
ok 'the point itself is still there' test -n "$point"
finish
