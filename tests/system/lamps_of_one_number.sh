#!/usr/bin/env bash
# Streets count their masts each from 1: lamps that share a number are all kept, from one
# file and from two, keep their ids in tomorrow's file, and are each answered for.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

count() { sql "$walker_data" "SELECT count(*) FROM place WHERE kind = 'lamp'"; }
ids() { sql "$walker_data" "SELECT group_concat(id, ' ') FROM (SELECT id FROM place WHERE street IS $1 ORDER BY number, lat)"; }
row() { printf '%s;%s;%s;%s\n' "$@"; } # NUMBER STREET LAT LON
header='nummer;vej;lat;lon'

# ---- kept

# Two streets 380 m apart, and a third that meets the first at a corner, 20 m off.
{
    echo "$header"
    for i in 0 1 2 3 4; do
        row $((i + 1)) Nordgade "57.0$((4000 + i * 30))" 9.9700
        row $((i + 1)) Sydgade "57.0$((4000 + i * 30))" 9.9763
    done
    row 1 Tværgade 57.04000 9.97033
} >"$tmp/gader.csv"
run walker places add "$tmp/gader.csv" --json
is "$status $(jq -c . <<<"$out") $(count)" '0 {"kept":11,"refused":0} 11' 'each lamp of each street is taken in'
nord=$(ids "'Nordgade'") syd=$(ids "'Sydgade'")
{ echo "$header" && sed 1d "$tmp/gader.csv" | tac | sed '/Sydgade/s/9.9763/9.97634/'; } >"$tmp/turned" && mv "$tmp/turned" "$tmp/gader.csv"
run walker places add "$tmp/gader.csv"
is "$(count) $(ids "'Nordgade'") $(ids "'Sydgade'")" "11 $nord $syd" \
    'in another order, and measured anew, they have the ids they had'
{ echo 'nummer;lat;lon' && printf '%s\n' '7;57.060;9.97' '7;57.061;9.97' '7;57.061;9.97' '8;57.062;9.97'; } >"$tmp/sti.csv"
run walker places add "$tmp/sti.csv"
is "$(count)" 14 'without a street they are told apart by where they stand'
sti=$(ids NULL)
run walker places add "$tmp/sti.csv"
is "$(count) $(ids NULL)" "14 $sti" 'the same again tomorrow'
{ echo 'nummer;lat;lon' && printf '%s\n' '7;57.070;9.97' '8;57.0621;9.97'; } >"$tmp/skov.csv"
run walker places add "$tmp/skov.csv"
run walker places list --json
is "$(jq -r '[.[] | "\(.file) \(.lamps)"] | sort | join(", ")' <<<"$out")" 'gader.csv 11, skov.csv 2, sti.csv 2' \
    'another file takes no lamp from the first but one that stands in both'

# ---- answered for

walk=$(walker walk new --title Lamper | tail -n 1)
walker walk begin "$walk" >/dev/null
start_walker
url=$walker_url/api/v1
look() { # LAT,LON WANTED-NEXT...
    local here="lat=${1%,*}&lon=${1#*,}"
    ask GET "$url/walks/$walk/lamp-run?$here"
    seen=$(field '"\(.next.number) \(.next.street)"')
    send PUT "$url/lamp-looks/$(new_id)?$here" "{\"walk\":\"$walk\",\"lamp\":\"$(field .next.id)\",\"answer\":\"lit\"}"
}
look 57.04,9.9700
is "$seen" '1 Nordgade' 'of two on a corner the one at hand is asked for'
look 57.04,9.97033
is "$seen" '1 Tværgade' 'and then the other'
look 57.04,9.9763
is "$seen" '1 Sydgade' 'an answer on one street is none on the other'
look 57.0403,9.9763
is "$seen $(field '"\(.done) \(.next.number)"')" '2 Sydgade 4 3' 'and they are counted as lamps'
send PUT "$url/lamp-looks/$(new_id)?lat=57.04&lon=9.97" \
    "{\"walk\":\"$walk\",\"number\":\"1\",\"at\":{\"lat\":57.04005,\"lon\":9.97002},\"answer\":\"lit\"}"
is "$code $(field .done)" '201 4' 'and one that is said some metres off is the lamp there'
# ---- numbers that are numbers

lamp() { printf '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"mastenr":%s},"geometry":{"type":"Point","coordinates":[9.98,%s]}}]}' "$@"; }
lamp 1851040417 57.080 >"$tmp/ten.geojson"
lamp 9007199254740991 57.081 >"$tmp/sixteen.geojson"
for file in ten sixteen; do walker places add "$tmp/$file.geojson" >/dev/null; done
is "$(sql "$walker_data" "SELECT group_concat(number, ' ') FROM (SELECT number FROM place WHERE lat > 570790000 ORDER BY lat)")" \
    '1851040417 9007199254740991' 'a GeoJSON number of ten digits, or of sixteen, is kept whole'
finish
