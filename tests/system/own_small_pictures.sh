#!/usr/bin/env bash
# Small pictures that a device sends are shown until the registry has made its own from the
# original, which take their place: nobody sees for long what is not in the photo.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}
real=${LYGTE_PICTURE:-$BIN/../libexec/lygte-picture}

# The helper as it is, but that decoding waits while the file $tmp/hold is there.
cat >"$tmp/helper" <<EOF
#!/bin/sh
[ "\$1" != read ] || while [ -e '$tmp/hold' ]; do sleep 0.05; done
exec '$real' "\$@"
EOF
chmod +x "$tmp/helper"
touch "$tmp/hold"

LYGTE_PICTURE=$tmp/helper start_registry || exit 1
pair
owner=$walker_data walker_data=$tmp/second
pair
token=$(<"$walker_data/token")
walker_data=$owner
"$draw" --scene bench --at 57.0406,9.9712 --direction 40 --time 2026-11-19T19:42:00+01:00 \
    --size 2000x1500 -o "$tmp/a.jpg"
make_photo "$tmp/forged.jpg" 'of something else'
sha=$(hash_of "$tmp/a.jpg")
walker walk new --title 'Små billeder' >/dev/null
walker add --category BEL01 --photo "$tmp/a.jpg" >/dev/null

send_forged() {
    for side in 320 1600; do
        printf '%s %s %s\n' "$sha" "$side" "$(stat -c %s "$tmp/forged.jpg")"
        cat "$tmp/forged.jpg"
    done >"$tmp/parcel"
    ask POST "$registry_url/api/v1/previews" -H "Authorization: Bearer $token" \
        -H 'Content-Type: application/octet-stream' --data-binary "@$tmp/parcel"
}
seen() { # what the desk gets: forged, or the size of ours
    local side
    for side in 320 1600; do
        ask GET "$registry_url/api/v1/photos/$sha/$side" -b "$cookie"
        if cmp -s "$tmp/body" "$tmp/forged.jpg"; then printf 'forged '; else
            printf '%s ' "$(exiftool -s3 -ImageSize "$tmp/body")"
        fi
    done
}
state() { sql "$registry_data" "SELECT small FROM blob WHERE sha256 = '$sha'"; }
await_own() {
    local i
    for ((i = 0; i < 2000; i++)); do
        [ "$(state)" != 1 ] || break
        sleep 0.01
    done
    state
}

send_forged
is "$code" 200 "a device sends small pictures of another one's photo"
run walker sync
is "$status" 0 'the photo comes home'
login koordinator coordinator
is "$(seen)$(state)" 'forged forged 0' 'until its own are made the desk sees what was sent'
rm "$tmp/hold"
is "$(await_own) $(seen)" '1 320x240 1600x1200 ' 'they take the place of those, both'
rm "$registry_data/derived/${sha:0:2}/$sha".*
send_forged
is "$code $(seen)" '200 320x240 1600x1200 ' 'sent again they are not taken any more'

# What cannot be shown cannot be forged either.
{ head -c $(($(stat -c %s "$tmp/a.jpg") / 2)) "$tmp/a.jpg"; printf '\xff\xd9'; } >"$tmp/broken.jpg"
walker add --category BEL01 --photo "$tmp/broken.jpg" >/dev/null
whole=$sha sha=$(hash_of "$tmp/broken.jpg")
send_forged
run walker sync
for ((i = 0; i < 2000; i++)); do
    [ "$(state)" != 2 ] || break
    sleep 0.01
done
is "$status $(state) $(find "$registry_data/derived" -name "$sha*")" '0 2 ' 'of a photo that cannot be shown nothing stays'
send_forged
is "$code $(find "$registry_data/derived" -name "$sha*")" '200 ' 'nor is anything taken'
sha=$whole

# A registry that knew only what was sent makes its own at a start.
cp "$tmp/forged.jpg" "$registry_data/derived/${sha:0:2}/$sha.320.jpg"
cp "$tmp/forged.jpg" "$registry_data/derived/${sha:0:2}/$sha.1600.jpg"
stop registry
sql "$registry_data" 'UPDATE blob SET small = 0'
start_registry
is "$(await_own) $(seen)" '1 320x240 1600x1200 ' 'what an older version believed is made anew at a start'

finish
