#!/usr/bin/env bash
# What is given away carries only what is meant. exiftool finds place, time, direction and
# description in a shared copy, and no more; serial numbers, owners, maker notes and the
# camera's own small picture are not among its bytes. Departments and viewers get shared
# copies and no originals.
# shellcheck source=tests/support/system.sh disable=SC2016
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}

# A photo as a camera writes it: turned, with everything a camera knows of its owner.
"$draw" --scene lamp_out --at 57.0406,9.9712 --direction 40 --size 640x480 \
    --time 2026-11-19T19:42:00+01:00 -o "$tmp/bare.jpg"
"$draw" --scene bin --at 57.0406,9.9712 --direction 40 --size 160x120 \
    --time 2026-11-19T19:42:00+01:00 -o "$tmp/thumb.jpg"
secrets=(-Make=Kamerafabrik -Model=GEHEIM-7 -SerialNumber=SN-4711-0815 -OwnerName=Ejer-Ejersen
    -LensSerialNumber=LSN-99 -Artist=Kunstner -Copyright=Ret -Software=App-1.2
    '-UserComment=kommentar-i-exif' -XMP-dc:Creator=Skaber -XMP-dc:Description=beskrivelse
    -IPTC:By-line=Byline '-Comment=kommentar-segment' -ImageUniqueID=unik-0001)
exiftool -q -overwrite_original "${secrets[@]}" "-ThumbnailImage<=$tmp/thumb.jpg" "$tmp/bare.jpg"
cp "$tmp/bare.jpg" "$tmp/turned.jpg"
exiftool -q -overwrite_original -n -Orientation=6 -ImageUniqueID=unik-0002 "$tmp/turned.jpg"
exiftool -q -b -ThumbnailImage "$tmp/bare.jpg" >"$tmp/inside.jpg"

walk=$(walker walk new --title 'Delt' | tail -n 1)
for one in bare turned; do
    walker add --walk "$walk" --category BEL01 --note 'Mørkt ved åen' --at 57.05,9.9,5 \
        --photo "$tmp/$one.jpg" >/dev/null
done
start_registry || exit 1
pair
run walker sync
is "$status" 0 'two photos come home'
cookies=()
for who in 'afdeling department LYS' 'gaest viewer' 'koordinator coordinator'; do
    # shellcheck disable=SC2086  # three words
    login $who
    cookies+=("$cookie")
done

# ---- who gets what -----------------------------------------------------------------------

bare=$registry_url/api/v1/photos/$(hash_of "$tmp/bare.jpg")
turned=$registry_url/api/v1/photos/$(hash_of "$tmp/turned.jpg")
for i in 0 1; do
    refuses 403 photo.original "$([ $i = 0 ] && echo a department || echo a viewer) gets no original" \
        GET "$bare/original" -H "Cookie: ${cookies[$i]}"
done
ask GET "$bare/original" -H "Cookie: ${cookies[2]}"
is "$code $(sha256sum <"$tmp/body" | cut -c 1-64)" "200 $(hash_of "$tmp/bare.jpg")" \
    'a coordinator gets it as it is'
ask GET "$bare/shared" -H "Cookie: ${cookies[1]}"
is "$code $(header Content-Type)" '200 image/jpeg' 'a viewer gets the shared copy'
cp "$tmp/body" "$tmp/shared-bare.jpg"
ask GET "$turned/shared" -H "Cookie: ${cookies[0]}"
cp "$tmp/body" "$tmp/shared-turned.jpg"
refuses 404 photo.unknown 'a photo that is none' GET \
    "$registry_url/api/v1/photos/$(printf '0%.0s' {1..64})/shared" -H "Cookie: ${cookies[0]}"

# ---- what is in it -------------------------------------------------------------------------

tags() { exiftool -G0 -s -j "$1" | jq -r '.[0] | keys[]' |
    grep -vE '^(SourceFile|ExifTool:|File:|Composite:)' | sort | tr '\n' ' '; }
meant='EXIF:DateTimeOriginal EXIF:GPSHPositioningError EXIF:GPSImgDirection EXIF:GPSLatitude'
meant+=' EXIF:GPSLatitudeRef EXIF:GPSLongitude EXIF:GPSLongitudeRef EXIF:GPSVersionID'
meant+=' EXIF:ImageDescription EXIF:OffsetTimeOriginal '
for one in bare turned; do
    copy=$tmp/shared-$one.jpg
    is "$(tags "$copy")" "$meant" "exiftool finds the tags meant and no more ($one)"
    is "$(exiftool -n -p '$GPSLatitude $GPSLongitude $GPSImgDirection $DateTimeOriginal $OffsetTimeOriginal' "$copy")" \
        '57.0406 9.9712 40 2026:11:19 19:42:00 +01:00' "with what they should say ($one)"
    like "$(exiftool -p '$ImageDescription' "$copy")" 'Mørkt ved åen$' "and the description ($one)"
    is "$(grep -aoE 'GEHEIM|SN-4711|Ejersen|LSN-99|Kunstner|kommentar|Skaber|beskrivelse|Byline|unik|Kamerafabrik|App-1' \
        "$copy" | sort -u)" '' "no serial number, owner or comment is among its bytes ($one)"
    is "$(perl -0777 -ne 'BEGIN { local $/; open F, "<", shift; $t = substr(<F>, 200, 64) }
        print index($_, $t)' "$tmp/inside.jpg" "$copy")" -1 "nor the camera's small picture ($one)"
done
is "$(exiftool -n -p '$ImageWidth $ImageHeight' "$tmp/shared-turned.jpg")" '480 640' \
    'a turned photo stands upright, without a tag that says so'
is "$(vips copy "$tmp/bare.jpg" "$tmp/a.ppm" && vips copy "$tmp/shared-bare.jpg" "$tmp/b.ppm" &&
    cmp <(tail -c 921600 "$tmp/a.ppm") <(tail -c 921600 "$tmp/b.ppm") && echo same)" same 'the pixels of one that lies upright are the very same'

# ---- kept nowhere ----------------------------------------------------------------------------

run registry doctor
is "$status $(find "$registry_data" -name '*shared*')" '0 ' 'no shared copy stays in the registry'
words=$(exiftool -b -ImageDescription "$tmp/shared-turned.jpg")
run registry erase "$(sql "$registry_data" "SELECT observation FROM photo WHERE sha256 = '$(hash_of "$tmp/turned.jpg")'")" \
    --text --reason request --json
is "$status $(jq -r .pending <<<"$out")" '0 0' 'the words of a point are erased'
ask GET "$turned/shared" -H "Cookie: ${cookies[0]}"
cp "$tmp/body" "$tmp/shared-erased.jpg"
is "$code $(exiftool -b -ImageDescription "$tmp/shared-erased.jpg")" "200 ${words%%:*}" 'a copy given away since tells only the category'
run registry erase "$(sql "$registry_data" "SELECT observation FROM photo WHERE sha256 = '$(hash_of "$tmp/bare.jpg")'")" \
    --text --reason request --json
is "$status $(grep -rlaF -e "${words##*: }" "$registry_data")" '0 ' 'and no file of the registry has them when the last point is'

# What versions before this one kept goes at a start.
old=$(echo "$registry_data"/derived/*/"$(hash_of "$tmp/bare.jpg")".320.jpg)
old=${old%.320.jpg}.shared.0123456789abcdef.jpg
cp "$tmp/shared-bare.jpg" "$old"
stop registry
start_registry
for ((i = 0; i < 500; i++)); do [ -e "$old" ] || break; sleep 0.01; done
is "$(grep -rlaF -e "${words##*: }" "$registry_data")" '' 'copies that were kept once go when the registry starts'

finish
