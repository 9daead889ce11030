#!/usr/bin/env bash
# Other people's tus: tus-js-client brings photos to our registry, goes on where it was
# cut and is refused politely; `walker sync` brings photos to @tus/server, also over a
# connection that breaks. What came is compared byte for byte.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

command -v node >/dev/null || skip_all 'there is no node here'
for package in tus-js-client @tus/server @tus/file-store; do
    [ -d "$root/node_modules/$package" ] || skip_all "$package is not installed: npm ci"
done
support=$root/tests/support

make_photo "$tmp/grey.jpg" 'the base of large photos'

# ---- their client, our registry ---------------------------------------------------------

node "$support/tus_photos.mjs" "$tmp/grey.jpg" "$tmp/theirs" 700000 900000 900000 400000 500000
start_registry --name 'For everybody' || exit 1
while read -r line; do
    case $line in
    'ok - '*) passed "${line#ok - }" ;;
    'not ok - '*) failed "${line#not ok - }" 'see below' ;;
    *) echo "$line" ;;
    esac
done < <(node "$support/tus_registry.mjs" "$registry_url" \
    "$(registry device code --json | jq -r .code)" "$tmp/theirs" 2>&1)
is "$claims" 9 'tus-js-client made all its claims'
for photo in "$tmp"/theirs/*.jpg; do
    sha=$(hash_of "$photo")
    same=$(hash_of "$registry_data/photos/${sha:0:2}/$sha.jpg" 2>/dev/null)
    is "$same" "$sha" "photo ${photo##*/} of tus-js-client is there byte for byte"
done
is "$(find "$registry_data/uploads" -type f | wc -l)" 0 'nothing of an upload is left over'
ok 'doctor is content' registry doctor
stop registry

# ---- our client, their server -----------------------------------------------------------

# More photos than connections go whole, fewer in ranges; one is larger than both.
comes_through() { # CLAIM-BEGINNING MODE SIZE...
    local claim=$1 mode=$2 photo sha came=0 all=0 place=$tmp/home.$claims
    shift 2
    walker_data=$tmp/walker.$claims
    node "$support/tus_photos.mjs" "$tmp/grey.jpg" "$place.photos" "$@"
    run walker import "$place.photos"
    is "$status" 0 "$claim: the photos are imported"
    mkdir -p "$place"
    : >"$place.out"
    node "$support/tus_home.mjs" "$place" "$mode" >"$place.out" 2>"$place.err" &
    home_pid=$!
    started+=("$home_pid")
    await_address "$place.out" "$home_pid" || { failed "$claim: @tus/server starts"; return; }
    run walker pair "$address" 7K2MQ-4XWTB --name 'Tablet 1'
    is "$status" 0 "$claim: a walker is paired"
    run walker sync --json
    if [ "$mode" = cut ]; then
        is "$(cat "$place.err")" cut "$claim: a connection was broken"
        [ "$status" = 0 ] || run walker sync --json
    fi
    is "$status $(jq -c '[.photos.made, .photos.verified]' <<<"$out")" "0 [$#,$#]" \
        "$claim: walker sync ends with all $# confirmed"
    for photo in "$place.photos"/*.jpg; do
        sha=$(hash_of "$photo")
        all=$((all + 1))
        [ "$(hash_of "$place/$sha" 2>/dev/null)" = "$sha" ] && came=$((came + 1))
    done
    is "$came" "$all" "$claim: all came byte for byte"
    stop home
}
comes_through 'nine small photos to @tus/server' whole \
    90000 90000 90000 90000 90000 90000 90000 90000 90000
comes_through 'two photos in ranges to @tus/server' whole 1700000 600000
comes_through 'a photo of 5 MB to @tus/server' whole 5000000
comes_through 'over a connection that breaks' cut 1700000 1500000
finish
