#!/usr/bin/env bash
# A photo whose pixels do not decode is kept byte for byte and comes home: its point says
# by a sentence that it cannot be shown, on the device and at the desk, and nothing waits for
# it. One that is cut short is still refused.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}

# A whole frame, half of the coded data: $2 makes it a photo of its own.
make_broken() { # FILE MINUTE
    "$draw" --scene bin --at 57.0409,9.9722 --direction 10 --size 640x480 \
        --time "2026-11-19T19:$2:00+01:00" -o "$tmp/whole.jpg" >/dev/null
    head -c $(($(stat -c %s "$tmp/whole.jpg") / 2)) "$tmp/whole.jpg" >"$1"
    printf '\xff\xd9' >>"$1"
}

# ---- on the command line -----------------------------------------------------------------

make_broken "$tmp/broken.jpg" 10
head -c -2 "$tmp/broken.jpg" >"$tmp/cut.jpg"
make_photo "$tmp/good.jpg" 'a good one beside it'
sha=$(hash_of "$tmp/broken.jpg")
run walker import --json "$tmp/broken.jpg" "$tmp/cut.jpg" "$tmp/good.jpg"
is "$status $(jq -r 'map(.verdict) | join(" ")' <<<"$out")" '1 kept refused kept' \
    'the damaged photo is kept, the one cut short refused, the good one kept'
like "$(jq -r '.[0].reason' <<<"$out")" 'broken.jpg cannot be shown: .+: .+' 'import says that it cannot be shown'
run walker import "$tmp/broken.jpg" --data "$tmp/danish"
LYGTE_LANG=da run walker list --data "$tmp/danish"
like "$out" "${sha:0:12} kan ikke vises: .+: .+" 'list says so, in Danish'
run walker list
like "$out" "${sha:0:12} cannot be shown: .+: .+" 'and in English'
is "$(hash_of "$walker_data/photos/${sha:0:2}/$sha.jpg")" "$sha" 'it lies here byte for byte'
is "$(find "$walker_data/derived" -type f | wc -l)" 2 'only the good one has small pictures'
point=$(sql "$walker_data" "SELECT observation FROM photo WHERE sha256 = '$sha'")
run walker show "$point"
like "$out" 'cannot be shown: .+: .+' 'show says so'
run walker show "$point" --json
is "$(jq -r '.photos[0] | "\(.width)x\(.height) \(.unshown)"' <<<"$out")" '640x480 damaged' \
    'with what the photo says of itself'
run walker status
like "$status $out" '^0 .*cannot be shown: 1' 'status counts it'
run walker doctor --json
is "$status $(jq -c '[.findings[] | select(.name == "'"$sha"'") | .key, .damage]' <<<"$out")" \
    '0 ["unshown.damaged",false]' 'doctor tells it, and calls nothing damaged that is stored'
run walker import --json "$tmp/broken.jpg"
is "$(jq -r '.[0].verdict' <<<"$out")" already 'a second import keeps it no second time'

# ---- from the page -----------------------------------------------------------------------

walker_options=(--open)
start_walker || exit 1
api=$walker_url/api/v1
make_broken "$tmp/page.jpg" 20
page=$(hash_of "$tmp/page.jpg")
ask PUT "$api/observations/$point/photos/$page" -H 'Content-Type: image/jpeg' \
    --data-binary "@$tmp/page.jpg"
is "$code $(field .photo.width)" '201 640' 'the page may hand over one as well'
ask PUT "$api/observations/$point/photos/$(hash_of "$tmp/cut.jpg")" -H 'Content-Type: image/jpeg' \
    --data-binary "@$tmp/cut.jpg"
is "$code $(field .key)" '422 picture.truncated' 'not one that is cut short'
is "$(find "$walker_data/photos" "$walker_data/tmp" -type f | wc -l)" 3 'of which nothing stays'
refuses 422 unshown.damaged 'its small picture is refused with the sentence' GET "$api/photos/$page/320"
ask GET "$api/observations/$point"
is "$(field '[.photos[] | "\(.state) \(.unshown)"] | sort | join(", ")')" 'held damaged, waiting damaged' \
    'the point says so, and that it is held back until somebody has said what is on it'
refuses 422 picture.damaged 'it cannot be covered, because nobody can see what on it' \
    POST "$api/photos/$page/cover" -H 'Content-Type: application/json' \
    --data '{"burns":[{"x1":0,"y1":0,"x2":9,"y2":9}]}'
is "$(hash_of "$walker_data/photos/${page:0:2}/$page.jpg")" "$page" 'and stays as it is'
send PATCH "$api/photos/$page" '{"cleared":true}'
is "$code" 200 'it may be declared clear'
ask GET "$api/photos/$page/original"
is "$code $(sha256sum <"$tmp/body" | cut -c 1-64)" "200 $page" 'its original is given'

# ---- home --------------------------------------------------------------------------------

start_registry || exit 1
pair
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'sync sends the originals and ends with all confirmed'
is "$(hash_of "$registry_data/photos/${sha:0:2}/$sha.jpg")" "$sha" 'the registry has it byte for byte'
login koordinator coordinator
for _ in $(seq 100); do
    [ "$(sql "$registry_data" 'SELECT count(*) FROM blob WHERE small = 0')" != 0 ] || break
    sleep 0.1
done
walk=$(sql "$walker_data" 'SELECT id FROM walk')
ask GET "$registry_url/api/v1/walks/$walk/observations" -b "$cookie"
is "$(field '[.observations[].photos[] | .unshown // "shown"] | sort | join(" ")')" 'damaged damaged shown' \
    'and says the same of it at the desk'
refuses 422 unshown.damaged 'by the same sentence' GET "$registry_url/api/v1/photos/$sha/1600" -b "$cookie"
run registry doctor --json
is "$status $(jq -c '[.findings[] | select(.key == "unshown.damaged")] | length' <<<"$out")" '0 2' \
    'its doctor tells both'

finish
