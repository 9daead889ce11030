#!/usr/bin/env bash
# Requests that are not meant for us, not from us, or not what they claim, at both
# programs: foreign Host and Origin, forms, oversized and broken bodies, wrong methods and
# paths, points and photos that cannot be. Each gets the right status and a problem+json
# in Danish and in English, and nothing is written.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

walk=$(walker walk new --title 'A walk that nobody changes')
registry walk new --title 'A plan that nobody changes' >/dev/null
registry_options=(--host Register.Example.dk)
start_registry || exit 1
start_walker || exit 1
login kim coordinator
made() {
    sql "$walker_data" 'SELECT count(*) FROM record'
    sql "$registry_data" 'SELECT count(*) FROM record'
}
before=$(made)
json=(-H 'Content-Type: application/json')
deep=$(printf '[%.0s' {1..10000})$(printf ']%.0s' {1..10000})

# ---- the same at both ------------------------------------------------------------------

guarded() { # NAME URL [CURL-OPTION...]: /api/v1/walks, where a good POST would make one
    local name=$1 url=$2/api/v1/walks base=$2
    shift 2
    local post=(POST "$url" "$@")
    refuses 403 http.foreign_host "$name: a foreign Host" GET "$url" "$@" \
        -H 'Host: evil.example'
    refuses 403 http.foreign_host "$name: a Host that only begins like ours" \
        GET "$url" "$@" -H 'Host: 127.0.0.1.evil.example'
    refuses 403 http.foreign_origin "$name: a foreign Origin" \
        "${post[@]}" "${json[@]}" -d '{"title":"x"}' -H 'Origin: http://evil.example'
    refuses 403 http.foreign_origin "$name: our Origin on another port" \
        "${post[@]}" "${json[@]}" -d '{"title":"x"}' -H 'Origin: http://127.0.0.1:1'
    refuses 403 http.foreign_origin "$name: Origin null" \
        "${post[@]}" "${json[@]}" -d '{"title":"x"}' -H 'Origin: null'
    refuses 403 http.foreign_origin "$name: Sec-Fetch-Site cross-site" \
        "${post[@]}" "${json[@]}" -d '{"title":"x"}' -H 'Sec-Fetch-Site: cross-site'
    refuses 415 http.type "$name: a form" "${post[@]}" -d 'title=x'
    refuses 415 http.type "$name: plain text, as a form can send" \
        "${post[@]}" -H 'Content-Type: text/plain' -d '{"title":"x"}'
    refuses 415 http.type "$name: a form with files" "${post[@]}" -F title=x
    refuses 415 http.type "$name: no Content-Type" "${post[@]}" -H 'Content-Type:' \
        -d '{"title":"x"}'
    head -c 200000 /dev/zero | tr '\0' ' ' >"$tmp/large"
    refuses 413 http.too_large "$name: a body over the limit" \
        "${post[@]}" "${json[@]}" --data-binary @"$tmp/large"
    refuses 413 http.too_large "$name: one that does not say how long it is" \
        "${post[@]}" "${json[@]}" -H 'Transfer-Encoding: chunked' --data-binary @"$tmp/large"
    refuses 400 json.cut_short "$name: JSON that ends too early" "${post[@]}" "${json[@]}" \
        -d '{"title":"x"'
    refuses 400 json.bad_value "$name: what is no JSON" "${post[@]}" "${json[@]}" -d 'title: x'
    refuses 400 json.trailing "$name: more after the end" "${post[@]}" "${json[@]}" \
        -d '{"title":"x"}{}'
    refuses 400 json.duplicate_name "$name: a name that stands twice" \
        "${post[@]}" "${json[@]}" -d '{"title":"x","title":"y"}'
    refuses 400 json.too_deep "$name: JSON nested 10,000 deep" "${post[@]}" "${json[@]}" \
        -d "$deep"
    refuses 400 json.not_utf8 "$name: text that is not UTF-8" \
        "${post[@]}" "${json[@]}" --data-binary $'{"title":"l\xf8gtep\xe6l"}'
    refuses 400 json.null_character "$name: a null character" \
        "${post[@]}" "${json[@]}" -d '{"title":"a\u0000b"}'
    refuses 400 field.whole_not_object "$name: a list where an object is wanted" \
        "${post[@]}" "${json[@]}" -d '[]'
    refuses 400 field.missing "$name: a walk without a title" "${post[@]}" "${json[@]}" -d '{}'
    refuses 400 field.unknown "$name: a member nobody knows" \
        "${post[@]}" "${json[@]}" -d '{"title":"x","tittle":"y"}'
    refuses 400 field.not_text "$name: a number for a title" "${post[@]}" "${json[@]}" \
        -d '{"title":7}'
    refuses 400 field.too_long "$name: a title of 121 letters" \
        "${post[@]}" "${json[@]}" -d "{\"title\":\"$(printf 'x%.0s' {1..121})\"}"
    refuses 405 http.method "$name: a method that is not for this path" DELETE "$url" "$@"
    is "$(header Allow)" 'GET, POST' "$name: with the ones that are (Allow)"
    refuses 404 http.no_such_place "$name: an unknown path" GET "$base/api/v1/nothing" "$@"
    refuses 404 http.no_such_place "$name: a path that climbs" \
        GET "$base/a/../../../etc/passwd" --path-as-is "$@"
    refuses 404 http.no_such_place "$name: one that climbs in disguise" \
        GET "$base/a/%2e%2e/%2e%2e%2fetc%2fpasswd" --path-as-is "$@"
    ask GET "$base/api/v1/%ff" "$@"
    is "$code $(iconv -f UTF-8 -t UTF-8 "$tmp/body" 2>/dev/null | jq -r .key)" '404 http.no_such_place' \
        "$name: of a path that is no UTF-8 the problem is"
    ask GET "$url" "$@"
    is "$code" 200 "$name: after all that it still answers"
    is "$(header Access-Control-Allow-Origin)" '' "$name: and lets no other page read it"
}
guarded walker "$walker_url"
for name in register.example.dk REGISTER.EXAMPLE.DK:443; do # browsers write it small
    ask GET "$registry_url/api/v1/session" -H "Cookie: $cookie" -H "Host: $name"
    is "$code" 200 "the name given with --host is ours, written as $name"
done
guarded registry "$registry_url" -H "Cookie: $cookie"

# ---- points that cannot be -------------------------------------------------------------

observations=$walker_url/api/v1/observations
put() { # STATUS KEY CLAIM MEMBERS
    refuses "$1" "$2" "$3" PUT "$observations/$(new_id)" "${json[@]}" \
        --data-binary "{\"walk\":\"$walk\",$4}"
}
put 400 category.unknown 'an unknown category' '"category":"QQQ99"'
put 400 affected.unknown 'that touches nobody knows whom' '"category":"BEL01","affected":"ghosts"'
put 400 field.missing 'no category' '"note":"x"'
put 400 geo.outside_world 'a latitude of 90.1' '"category":"BEL01","stood":{"lat":90.1,"lon":9}'
put 400 geo.outside_world 'a longitude of -180.1' \
    '"category":"BEL01","stood":{"lat":57,"lon":-180.1}'
put 400 geo.outside_world 'a latitude in words' \
    '"category":"BEL01","thing":{"lat":"57","lon":9}'
put 400 geo.zero '0,0' '"category":"BEL01","stood":{"lat":0,"lon":0}'
put 400 field.out_of_range 'a severity of 5' '"category":"BEL01","severity":5'
put 400 field.too_long 'a note of 4,001 letters' \
    "\"category\":\"BEL01\",\"note\":\"$(printf 'x%.0s' {1..4001})\""
printf '{"walk":"%s","category":"BEL01","note":"%s"}' "$walk" \
    "$(head -c 1048576 /dev/zero | tr '\0' x)" >"$tmp/megabyte"
refuses 413 http.too_large 'a note of 1 MB' \
    PUT "$observations/$(new_id)" "${json[@]}" --data-binary @"$tmp/megabyte"
refuses 400 field.not_id 'an id that is none' PUT "$observations/seven" "${json[@]}" \
    -d "{\"walk\":\"$walk\",\"category\":\"BEL01\"}"
refuses 404 walk.unknown 'a walk that is not here' PUT "$observations/$(new_id)" "${json[@]}" \
    -d "{\"walk\":\"$(new_id)\",\"category\":\"BEL01\"}"
refuses 404 observation.unknown 'a point that is not here' GET "$observations/$(new_id)"
is "$(made)" "$before" 'nothing of all this was written anywhere'

# ---- edits and photos that cannot be ---------------------------------------------------

point=$(new_id)
send PUT "$observations/$point" \
    "{\"walk\":\"$walk\",\"category\":\"BEL01\",\"note\":\"A lamp\"}"
is "$code" 201 'a good point is kept'
send PUT "$observations/$point" \
    "{\"walk\":\"$walk\",\"category\":\"BEL01\",\"note\":\"A lamp\"}"
is "$code" 200 'asked again under its id it is there already'
before=$(made)
edit() { # STATUS KEY CLAIM BODY
    refuses "$1" "$2" "$3" PATCH "$observations/$point" "${json[@]}" -d "$4"
}
edit 400 category.unknown 'an edit to an unknown category' '{"category":"QQQ99"}'
edit 400 party.unknown 'an edit to an unknown party' '{"party":"NOPE"}'
edit 400 affected.unknown 'an edit to touch nobody knows whom' '{"affected":"older nonsense"}'
edit 400 field.out_of_range 'an edit to a severity of 17' '{"severity":17}'
edit 400 geo.outside_world 'an edit to a place outside the world' \
    '{"thing":{"lat":91,"lon":9,"source":"map"}}'
edit 400 field.unknown 'an edit of what nobody knows' '{"colour":"red"}'
edit 400 field.whole_not_object 'an edit that is a list' '[1]'

make_photo "$tmp/photo.jpg" 'a good photo'
head -c 150 "$tmp/photo.jpg" >"$tmp/cut.jpg"
make_huge_photo "$tmp/huge.jpg" 'one that claims to be enormous'
echo 'not a photo' >"$tmp/text.jpg"
photo() { # STATUS KEY CLAIM FILE [NAME]
    refuses "$1" "$2" "$3" PUT "$observations/$point/photos/${5:-$(hash_of "$4")}" \
        -H 'Content-Type: image/jpeg' --data-binary @"$4"
}
photo 422 picture.truncated 'a photo whose end is missing' "$tmp/cut.jpg"
photo 413 picture.too_many_pixels 'one that says it is 60000 x 60000' "$tmp/huge.jpg"
photo 422 picture.not_a_photo 'a text as a photo' "$tmp/text.jpg"
photo 460 photo.hash_differs 'a photo under another name than its own' \
    "$tmp/photo.jpg" "$(hash_of "$tmp/cut.jpg")"
photo 400 field.not_sha256 'a photo under a name that is no hash' "$tmp/photo.jpg" photo.jpg
refuses 415 http.type 'a photo that does not say what it is' \
    PUT "$observations/$point/photos/$(hash_of "$tmp/photo.jpg")" \
    --data-binary @"$tmp/photo.jpg"
refuses 404 observation.unknown 'a photo of a point that is not here' \
    PUT "$observations/$(new_id)/photos/$(hash_of "$tmp/photo.jpg")" \
    -H 'Content-Type: image/jpeg' --data-binary @"$tmp/photo.jpg"
is "$(made)" "$before" 'nothing of this was written'
is "$(find "$walker_data/photos" "$walker_data/tmp" -type f ! -name '*.lock' | wc -l)" 0 \
    'no photo and no half photo is left'
ask GET "$observations/$point"
is "$(field '[.note, .category, (.photos | length)] | join(" ")')" 'A lamp BEL01 0' \
    'the good point is as it was'
ask PUT "$observations/$point/photos/$(printf '%064d' 0)" -H 'Content-Type: image/jpeg' \
    --data-binary @"$tmp/photo.jpg"
is "$code $(field .photo.sha256)" "201 $(hash_of "$tmp/photo.jpg")" \
    'a good photo is kept, also when the page cannot hash it'

# ---- who may come in -------------------------------------------------------------------

refuses 401 account.no_session 'registry: nobody is logged in' GET "$registry_url/api/v1/walks"
refuses 401 account.wrong 'registry: a wrong password' POST "$registry_url/api/v1/session" \
    "${json[@]}" -d '{"name":"kim","password":"not the right one"}'
refuses 401 account.wrong 'registry: a name nobody has, in the same words' \
    POST "$registry_url/api/v1/session" "${json[@]}" \
    -d '{"name":"nobody","password":"not the right one"}'
refuses 401 device.unknown_token 'registry: a token nobody has' GET \
    "$registry_url/api/v1/records" \
    -H "Authorization: Bearer $(printf '%064d' 0)"
stop walker
walker_options=()
stop registry
registry_options=(--behind-proxy)
start_registry || exit 1
login sikker viewer
like "$(header Set-Cookie)" '; Secure$' 'registry: a session that came over HTTPS goes nowhere else'
start_walker || exit 1
refuses 401 key.needed 'walker: no key' GET "$walker_url/api/v1/walks"
refuses 403 key.unknown 'walker: a key that is none' GET "$walker_url/?key=$(printf '%064d' 0)"
key=$(grep -oE 'key=[0-9a-f]{64}' "$walker_log" | cut -c 5-)
ask GET "$walker_url/?key=$key"
cookie=$(header Set-Cookie)
is "$code" 303 'walker: the printed key opens the page'
ask GET "$walker_url/api/v1/walks" -H "Cookie: ${cookie%%;*}"
is "$code $(field '.walks | length')" '200 1' 'walker: and becomes a cookie'
refuses 403 key.unknown 'walker: the key works once' GET "$walker_url/?key=$key"

finish
