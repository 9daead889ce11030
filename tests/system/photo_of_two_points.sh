#!/usr/bin/env bash
# A photo that two points name is seen by whoever may see one of them, and what is said of it is
# what that one says: a department, a viewer and a tablet each get it by the point they may see.
# shellcheck source=tests/support/system.sh disable=SC2016
. "$(dirname "$0")/../support/system.sh"

"${draw:-$root/build/tools/draw_photo}" --scene bin --no-gps --size 320x240 --time 2026-11-19T19:42:00+01:00 -o "$tmp/both.jpg"
"${draw:-$root/build/tools/draw_photo}" --scene lamp_out --no-gps --size 320x240 --time 2026-11-19T19:42:00+01:00 -o "$tmp/one.jpg"
walk=$(walker walk new --title 'Vestbyen' | tail -n 1)
walker add --walk "$walk" --category OPH08 --note 'HEMMELIGT' --photo "$tmp/both.jpg" >/dev/null
walker add --walk "$walk" --category BEL01 --note 'LAMPEN' --photo "$tmp/both.jpg" >/dev/null
walker add --walk "$walk" --category REN01 --note 'SPANDEN' --photo "$tmp/both.jpg" >/dev/null
walker add --walk "$walk" --category OPH08 --note 'ALENE' --photo "$tmp/one.jpg" >/dev/null
start_registry || exit 1
pair
walker sync >/dev/null
by_three=$registry_url/api/v1/photos/$(hash_of "$tmp/both.jpg") by_police=$registry_url/api/v1/photos/$(hash_of "$tmp/one.jpg")
told() { # COOKIE: what the shared copy says
    ask GET "$by_three/shared" -H "Cookie: $1"
    exiftool -b -ImageDescription "$tmp/body"
}
login koordinator coordinator
like "$(told "$cookie")" 'HEMMELIGT$' 'who sees all is told of the first point'
login lys department LYS
like "$(told "$cookie")" 'LAMPEN$' 'a department sees it by its own point, and is told of that alone'
login bl department BL
like "$(told "$cookie")" 'SPANDEN$' 'so is another by another point'
login gaest viewer
like "$(told "$cookie")" 'LAMPEN$' 'a viewer is told of the first that is not the police'"'"'s'
ask GET "$by_three/320" -H "Cookie: $cookie"
is "$code" 200 'and sees it small'
refuses 404 photo.unknown 'what the police alone may see is not there' GET "$by_police/320" -H "Cookie: $cookie"

token=$(<"$walker_data/token")
ask GET "$by_police/320" -H "Authorization: Bearer $token"
is "$code" 200 'a tablet gets what it wrote itself'
run registry device code --json
other=$tmp/other
"$BIN/walker" --data "$other" pair "$registry_url" "$(jq -r .code <<<"$out")" --name 'Tablet 2' >/dev/null
token=$(<"$other/token")
ask GET "$by_three/320" -H "Authorization: Bearer $token"
is "$code" 200 'another one sees the photo by a point that is not the police'"'"'s'
refuses 404 photo.unknown 'and no other' GET "$by_police/320" -H "Authorization: Bearer $token"
finish
