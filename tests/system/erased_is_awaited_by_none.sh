#!/usr/bin/env bash
# Photos that went on purpose are not waited for: the walk is home with those that are left, for who
# sees less, too, and no list that goes out counts or names them.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

for n in gone left secret; do make_photo "$tmp/$n.jpg" "foto-$n"; done
walk=$(walker walk new --title 'Aften' | tail -n 1)
walker walk begin "$walk" >/dev/null
add() { walker add --walk "$walk" --category "$1" "${@:3}" --photo "$tmp/$2.jpg" | tail -n 1; }
gone=$(add BEL01 gone) secret=$(add OPH08 secret)
add BEL01 left >/dev/null
walker walk close "$walk" >/dev/null
start_registry
pair
walker sync >/dev/null
login gaest viewer
viewer=$cookie
login koordinator coordinator
home() { # COOKIE: "photos home.photos home.verified of closing, complete"
    ask GET "$registry_url/api/v1/walks/$walk" -H "Cookie: $1"
    field '[.photos, .home.photos, .home.verified, .closing.photos, .closing.photos_here, .closing.complete] | map(tostring) | join(" ")'
}
is "$(home "$cookie") / $(home "$viewer")" '3 3 3 3 3 true / 2 2 2 2 2 true' 'all photos are home'

becomes "$gone" triaged no_action
registry retain --ended 30 >/dev/null
sql "$registry_data" 'UPDATE issue SET changed_ms = changed_ms - 31 * 86400000'
registry retain >/dev/null
is "$(home "$cookie") / $(home "$viewer")" '2 2 2 3 3 true / 1 1 1 2 2 true' 'one whose time is over is not still coming'
hash=$(hash_of "$tmp/gone.jpg")
for form in csv-rfc4180 csv geojson; do
    run registry list --state no_action --format "$form"
    is "$status $(grep -c BEL01 <<<"$out") $(grep -c "$hash" <<<"$out")" '0 1 0' "nor named in $form"
done
run registry list --state no_action --format csv-rfc4180
is "$(python3 -c 'import csv, sys; print([(r["photo_count"], r["photos"]) for r in csv.DictReader(sys.stdin)])' <<<"$out")" \
    "[('0', '')]" 'nor counted'
registry erase "$secret" --photos --reason request >/dev/null
is "$(home "$cookie") / $(home "$viewer" | cut -d" " -f1-3)" '1 1 1 3 3 true / 1 1 1' 'one that was erased changes nothing for who never saw it'
finish
