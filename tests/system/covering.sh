#!/usr/bin/env bash
# A photo that is covered is gone: its bytes, small ones and parts, on the device, at the
# registry, from sticks, and on a device that comes back weeks later with the same photo.
# A photo taken in the page goes nowhere before it is covered or declared clear.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}

# Every file that holds the marked bytes, or is named by the photo's hash.
traces() { # MARK HASH FOLDER...
    local mark=$1 hash=$2
    shift 2
    { grep -rlaF "$mark" "$@"; find "$@" -name "$hash*"; } 2>/dev/null | sort -u
}

# A photo of 640 x 480 with a mark in a comment, as maker notes have serial numbers.
marked() { # FILE SEED MARK
    local length=$((${#3} + 2))
    "$draw" --scene bin --at 57.0409,9.9722 --direction 10 --size 640x480 --seed "$2" \
        --time 2026-11-19T19:52:00+01:00 -o "$tmp/plain.jpg"
    { printf '\xff\xd8\xff\xfe%b%s' "$(printf '\\x%02x\\x%02x' 0 "$length")" "$3"
        tail -c +3 "$tmp/plain.jpg"; } >"$1"
}

walk=$(walker walk new --title 'Dækket' | tail -n 1)
start_registry || exit 1
pair
start_walker || exit 1
api=$walker_url/api/v1

# ---- held back -----------------------------------------------------------------------

marked "$tmp/page.jpg" 1 ansigt-paa-gaden
page=$(hash_of "$tmp/page.jpg")
point=$(new_id)
send PUT "$api/observations/$point" "{\"walk\":\"$walk\",\"category\":\"BEL01\"}"
ask PUT "$api/observations/$point/photos/$page" -H 'Content-Type: image/jpeg' \
    --data-binary "@$tmp/page.jpg"
is "$code" 201 'a photo from the page is kept'
run walker sync
run walker status --json
is "$(jq -r '[.held_back, .all_confirmed] | join(" ")' <<<"$out")" '1 false' \
    'and held back: status counts it, and not all is confirmed'
is "$(traces ansigt-paa-gaden "$page" "$registry_data")" '' \
    'no byte, no preview and no thumbnail of it left by wire'
run walker stick "$tmp/held.lygte" --json
is "$(jq -r .photos <<<"$out")$(traces ansigt-paa-gaden "$page" "$tmp/held.lygte")" 0 \
    'nor by stick'

# ---- covered before it was sent --------------------------------------------------------

send POST "$api/photos/$page/cover" '{"burns":[{"x1":10,"y1":10,"x2":200,"y2":150}]}'
new=$(field .photo.sha256)
is "$code $(field '.observation.photos | map(.sha256) | join(" ")')" "201 $new" \
    'covering gives a new photo in its place'
is "$(field '[.photo.width, .photo.height, .observation.photos[0].at.lat] | join(" ")')" \
    '640 480 57.0409' 'of the same size and place'
is "$(traces ansigt-paa-gaden "$page" "$walker_data")" '' \
    'the old one is gone from the device, to the last byte'
run walker sync
is "$status $(walker status --json | jq -r '[.held_back, .all_confirmed] | join(" ")')" \
    '0 0 true' 'the new one is looked through: it is sent and confirmed'
is "$(find "$registry_data/photos" -name "$new*" | wc -l)" 1 'and stands at the registry'
refuses 410 photo.covered 'covering the old one again says so' POST "$api/photos/$page/cover" \
    -H 'Content-Type: application/json' --data-binary '{"burns":[{"x1":1,"y1":1,"x2":9,"y2":9}]}'
run walker import "$tmp/page.jpg"
like "$status $out" '^1 refused .*page.jpg: .*covered' 'importing the old file is refused: covered'
refuses 400 picture.untouched 'burns beside the photo are refused' POST "$api/photos/$new/cover" \
    -H 'Content-Type: application/json' --data-binary '{"burns":[{"x1":700,"y1":1,"x2":900,"y2":9}]}'

# ---- covered after it was sent, by two devices -------------------------------------------

marked "$tmp/sent.jpg" 2 nummerplade-AB12345
sent=$(hash_of "$tmp/sent.jpg")
run walker import "$tmp/sent.jpg"
run walker sync
b() { "$BIN/walker" --data "$tmp/b" "$@"; }
run registry device code --json
b pair "$registry_url" "$(jq -r .code <<<"$out")" --name 'Tablet 2' >/dev/null 2>&1
b walk new --title 'En anden tur' >/dev/null
b import "$tmp/sent.jpg" >/dev/null
run b sync
is "$status" 0 'two devices have sent the same photo'
walker stick "$tmp/none.lygte" >/dev/null
cp -r "$tmp/b" "$tmp/c" # a third, as a stick has it: bytes outside of everybody's reach
b add --category STI01 >/dev/null
run b stick "$tmp/late.lygte"
run walker cover "${sent:0:12}" --box 300,200,120,80 --json
covered=$(jq -r .new <<<"$out")
like "$covered" '^[0-9a-f]{64}$' 'walker cover takes the beginning of a hash'
run walker sync
is "$status $(traces AB12345 "$sent" "$walker_data" "$registry_data")" '0 ' \
    'it is gone on the device and at the registry'
run b sync
is "$(traces AB12345 "$sent" "$tmp/b")" '' \
    'and from the device that comes back later, from another walk'
run b status --json
is "$(jq -r .all_confirmed <<<"$out")" true 'which counts it as settled'
is "$(sql "$tmp/b" "SELECT count(*) FROM erased_blob")" 0 'the record of the covering is of a walk it does not see'
run b import "$tmp/sent.jpg"
like "$status $out" '^1 refused .*sent.jpg: .*erased, or covered' 'the old file is refused there all the same'
run registry doctor
is "$status" 0 'the registry is whole'
run b doctor
is "$status" 0 'and so are the devices'
run walker doctor --rebuild
is "$status" 0 'a rebuild makes the same tables'

# ---- covered elsewhere, and here only what a kill had left of it ---------------------------

marked "$tmp/orphan.jpg" 9 ingen-raekke
orphan=$(hash_of "$tmp/orphan.jpg")
run walker import "$tmp/orphan.jpg"
run walker sync
for folder in photos derived; do mkdir -p "$tmp/b/$folder/${orphan:0:2}"; done
cp "$tmp/orphan.jpg" "$tmp/b/photos/${orphan:0:2}/$orphan.jpg"
cp "$tmp/orphan.jpg" "$tmp/b/derived/${orphan:0:2}/$orphan.320.jpg.new.4711"
run walker cover "${orphan:0:12}" --box 10,10,50,50
run walker sync
run b sync
is "$status $(traces ingen-raekke "$orphan" "$tmp/b")" '0 ' 'goes too, though no row of the device names it'

# ---- looked through --------------------------------------------------------------------

for n in 3 4 5; do
    marked "$tmp/grid-$n.jpg" "$n" "klar-$n"
    ask PUT "$api/observations/$point/photos/$(hash_of "$tmp/grid-$n.jpg")" \
        -H 'Content-Type: image/jpeg' --data-binary "@$tmp/grid-$n.jpg"
done
gone=$(hash_of /dev/null)
send POST "$api/photos/clear" "{\"photos\":[\"$gone\"]}"
is "$code $(field .key)" '404 photo.unknown' 'of a grid that is gone that is said'
send POST "$api/photos/clear" "{\"photos\":[\"$(hash_of "$tmp/grid-3.jpg")\",\"$gone\",\"$(hash_of "$tmp/grid-4.jpg")\"]}"
is "$code $(field .cleared) $(walker status --json | jq -r .held_back)" '200 2 1' \
    'a grid of photos is declared clear at once, also when one of them is gone'
run walker clear --walk "$walk" --json
is "$(jq -r .cleared <<<"$out") $(walker status --json | jq -r .held_back)" '1 0' \
    'walker clear --walk takes the rest'
run walker set hold off
marked "$tmp/free.jpg" 6 fri
ask PUT "$api/observations/$point/photos/$(hash_of "$tmp/free.jpg")" \
    -H 'Content-Type: image/jpeg' --data-binary "@$tmp/free.jpg"
is "$(walker status --json | jq -r .held_back)" 0 'with hold off a photo goes at once'

walker sync >/dev/null
registry erase "$point" --photos --reason request >/dev/null
walker sync >/dev/null
send POST "$api/photos/$(hash_of "$tmp/free.jpg")/cover" '{"burns":[{"x1":1,"y1":1,"x2":9,"y2":9}]}'
is "$code $(field .key)" '410 photo.erased' 'what was erased is not covered any more, and that is said'

finish
