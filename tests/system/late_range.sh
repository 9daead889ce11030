#!/usr/bin/env bash
# A range that is still on its way when the photo's last byte comes in cannot write into the
# photo later: while a connection has a part of it in hand there is no photo yet. And a range
# that calls the photo larger than it is makes it no larger.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry
pair
token=$(<"$walker_data/token")

base64_of() { printf '%s' "$1" | base64 -w 0; }

# The photo to send: $photo, of $bytes bytes, named $sha.
begin() { # NAME
    photo=$tmp/$1.jpg
    make_photo "$photo" "$1"
    head -c 20000 /dev/urandom >>"$photo"
    bytes=$(stat -c %s "$photo")
    sha=$(hash_of "$photo")
}

# The head of a range, a line each; without START it is the whole photo.
range_heads() { # LENGTH [START [TOTAL]]
    local about
    about="sha256 $(base64_of "$sha")"
    [ -z "${2:-}" ] ||
        about+=",start $(base64_of "$2"),total $(base64_of "${3:-$bytes}")"
    printf '%s\n' "Authorization: Bearer $token" 'Tus-Resumable: 1.0.0' \
        "Upload-Length: $1" "Upload-Metadata: $about" \
        'Content-Type: application/offset+octet-stream'
}

send_range() { # LENGTH [START [TOTAL]]
    range_heads "$@" >"$tmp/heads"
    tail -c +$((${2:-0} + 1)) "$photo" | head -c "$1" >"$tmp/range"
    ask POST "$registry_url/api/v1/uploads" -H "@$tmp/heads" --data-binary "@$tmp/range"
}

# A connection that says it brings a range, and brings nothing yet: $late.
begin_late() { # LENGTH START
    local place=${registry_url#http://} waited
    exec {late}<>"/dev/tcp/${place%:*}/${place##*:}"
    {
        printf 'POST /api/v1/uploads HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n' "$place" "$1"
        range_heads "$@" | sed 's/$/\r/'
        printf '\r\n'
    } >&"$late"
    for ((waited = 0; waited < 500; waited++)); do
        look
        [ "$(field '.photos[0].busy')" != true ] || return 0
        sleep 0.01
    done
}

look() {
    send POST "$registry_url/api/v1/photos/missing" \
        "{\"photos\":[{\"sha256\":\"$sha\",\"bytes\":$bytes}]}" -H "Authorization: Bearer $token"
    state=$(field '.photos[0].state')
}

await_state() { # STATE
    local waited
    for ((waited = 0; waited < 500; waited++)); do
        look
        [ "$state" != "$1" ] || return 0
        sleep 0.02
    done
}

at_registry() { hash_of "$registry_data/photos/${sha:0:2}/$sha.jpg" 2>/dev/null; }

begin 'late zeros'
send_range $((bytes - 1)) 0
begin_late $((bytes - 101)) 100
send_range 1 $((bytes - 1))
is "$code $(header Lygte-State)" '201 ' 'the last byte is taken while a range is still on its way: no photo yet'
look
is "$state $(field '.photos[0].busy')" 'offset true' 'and whoever asks hears that it is busy'
is "$(at_registry)" '' 'nothing has its name'
head -c $((bytes - 101)) /dev/zero >&"$late"
head -n 1 <&"$late" >"$tmp/answer"
exec {late}>&-
like "$(<"$tmp/answer")" '^HTTP/1.1 460' 'the late range brought other bytes: they are not that photo'
look
is "$state" unknown 'the upload is thrown away'
send_range "$bytes"
await_state verified
is "$state $(at_registry)" "verified $sha" 'sent again it is what its name says'

begin 'late and gone'
send_range $((bytes - 1)) 0
begin_late $((bytes - 101)) 100
send_range 1 $((bytes - 1))
exec {late}>&-
await_state verified
is "$state $(at_registry)" "verified $sha" 'a late range that never comes: the photo is made when its connection is gone'

begin 'larger than it is'
send_range 10 0 $((bytes + 5000))
send_range "$bytes"
is "$code $(header Lygte-State)" '201 stored' 'a photo of which a range was sent as of a larger one is taken'
await_state verified
is "$state $(at_registry)" "verified $sha" 'and is not larger than it is'
begin 'larger, and in ranges'
send_range 10 0 $((bytes + 5000))
send_range $((bytes - 10)) 10
is "$code $(header Lygte-State) $(at_registry)" "201 stored $sha" 'also when it came in ranges'
ok 'doctor is content' registry doctor
finish
