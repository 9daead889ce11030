#!/usr/bin/env bash
# An evening from its plan to its closing, by the verbs: route from a file, groups and
# attendance without names, a pause, answers that never leave the device loose, votes, the
# n of n of a closed walk, what came later; and next year's re-walk.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

show() { walker walk show "$walk" --json; }
said() { jq -r "$1" <<<"$(show)"; }

cat >"$tmp/route.gpx" <<'GPX'
<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="57.0400" lon="9.9700"><ele>1</ele></trkpt>
<trkpt lat='57.0410' lon='9.9710'/><trkpt lon="9.9730" lat="57.0420"></trkpt>
</trkseg></trk></gpx>
GPX
echo '{"type":"Point","coordinates":[9.97,57.04]}' >"$tmp/point.geojson"
walk=$(walker walk new --title 'Vestbyen' --area 'Vestbyen' --start 2026-11-20T18:00:00Z)
run walker walk edit "$walk" --route "$tmp/route.gpx" --weather 'rain wind' --light dark \
    --group A=council/resident --group B --briefed --data-text
is "$status $(said '[.route[1][0], .weather, .groups[0].leader_role, .briefed] | join(" ")')" \
    '0 570410000 rain wind council true' 'a route, groups by role and the weather stand in the walk'
complains 1 'resident' 'a name is no role' walker walk attend "$walk" 'Jens=1'
complains 1 'GeoJSON' 'a file that is no route is refused' walker walk edit "$walk" --route "$BIN/walker"
run walker walk edit "$walk" --route "$tmp/point.geojson"
like "$status $err" '1 .*no line' 'a point is no line'

walker add --walk "$walk" --category BEL01 --at 57.0401,9.9701 --note 'known before' >/dev/null
ok 'it begins' walker walk begin "$walk"
walker walk attend "$walk" resident=5@A police=1@B council=2@B >/dev/null
is "$(said '[.attendance[] | "\(.group)\(.role)\(.n)"] | join(" ")')" \
    'Aresident5 Bpolice1 Bcouncil2' 'who came is numbers by role and group'
walker walk pause "$walk" >/dev/null
is "$(said '"\(.state) \(.paused)"')" 'begun true' 'a pause'
walker walk resume "$walk" >/dev/null
run walker add --walk "$walk" --category REN01 --at 57.0411,9.9711 --note 'bil AB 12 345'
is "$status" 0 'a note with a number plate is kept'
like "$err" 'AB 12 345' 'and warned about'
second=$out
third=$(walker add --walk "$walk" --category BEL01 --at 57.0401,9.9701)
walker withdraw "$third" --into "$second" >/dev/null
is "$(walker show "$third" --json | jq -r '"\(.withdrawn) \(.into)"')" "true $second" \
    'a duplicate is joined into the other'
complains 1 ': l' 'which is not joined into the duplicate: both would be gone' \
    walker withdraw "$second" --into "$third"
fourth=$(walker add --walk "$walk" --category BEL | tail -n 1)
walker withdraw "$fourth" --into "$third" >/dev/null
is "$(walker show "$fourth" --json | jq -r .into)" "$second" 'a third one is joined into the one that stands'
fifth=$(walker add --walk "$walk" --category BEL | tail -n 1)
sixth=$(walker add --walk "$walk" --category BEL | tail -n 1)
walker withdraw "$fifth" >/dev/null
complains 1 ': l' 'nor into one that somebody took back' walker withdraw "$sixth" --into "$fifth"
is "$(walker show "$sixth" --json | jq -r .withdrawn)" false 'and stays'
walker withdraw "$sixth" >/dev/null

for slip in 1 2 3; do
    walker walk rate "$walk" --round before --role resident --unsafe $((slip + 2)) --slip "n$slip" >/dev/null
done
walker walk rate "$walk" --round before --role police --unsafe 2 >/dev/null
run walker walk tally "$walk" --round before --json
is "$(jq -c '[.answers, .waiting, .rows]' <<<"$out")" '[0,4,[]]' 'an open round shows its number alone'
run walker walk tally "$walk" --round before --close --json
is "$(jq -c '[.answers, .waiting, [.rows[].role]]' <<<"$out")" '[4,0,["other"]]' \
    'a closed one shows its table, and one police officer in no row of their own'
for slip in 1 2 3; do
    walker walk rate "$walk" --round after --role resident --unsafe 2 --slip "n$slip" >/dev/null
done
walker walk vote "$walk" --top "$second" --best "$second" --star "$second=4" >/dev/null
is "$(said .votes.best)" "$second" 'the votes stand'
first=$(walker add --walk "$walk" --category BEP01 | tail -n 1)
walker walk vote "$walk" --best "$first" --star "$first=2" >/dev/null
is "$(said '.votes | "\(.best) \(.top[0]) \(.stars | tojson)"')" "$first $second {\"$second\":4,\"$first\":2}" \
    'and what is not named stays when more is voted'
elsewhere=$(walker add --walk "$(walker walk new --title 'En anden' | tail -n 1)" --category BEL01 | tail -n 1)
complains 1 'Vestbyen: ' 'no vote for a point of another walk' walker walk vote "$walk" --top "$elsewhere"
complains 1 'Vestbyen: ' 'nor is it a spot of this one' \
    walker walk rate "$walk" --spot "$elsewhere" --role resident --unsafe 3
walker withdraw "$first" >/dev/null
ok 'closing closes the open round, and fills a stick' \
    walker walk close "$walk" --stick "$tmp/walk.lygte"
is "$(said '[.state, .closing.complete, .closing.points, .closing.points_here] | join(" ")')" \
    'closed true 2 2' 'a closed walk has its n of n'
is "$(sql "$walker_data" 'SELECT count(*) FROM answer')" 0 'no loose answer is left'
is "$(sql "$walker_data" "SELECT count(*) FROM record WHERE body LIKE '%\"n1\"%'")" 0 \
    'no slip is in any record'
is "$(sql "$walker_data" "SELECT paired FROM rating WHERE round = 'after'")" 3 \
    'before and after are paired'
walker add --walk "$walk" --category STI01 >/dev/null
is "$(said '[.closing.complete, .closing.points, .closing.later] | join(" ")')" 'true 2 1' \
    'what comes later is told as later'
ok 'it can be opened again the same evening' walker walk reopen "$walk"

next=$(walker walk new --title 'Vestbyen igen' --area 'Vestbyen' --start "$(date -u -d '180 days' +%FT%TZ)")
walker walk edit "$next" --route "$tmp/route.gpx" >/dev/null
run walker walk last "$next" --json
is "$(jq length <<<"$out") $(jq -r '.[1].id' <<<"$out")" "2 $second" \
    'last time'"'"'s points come in order along the route'
ok 'a verdict is kept' walker verdict --walk "$next" "$second" fixed
ok 'the acute page is noted' walker acute --walk "$next" --called 112
complains 1 'verdict' 'a verdict is one of three words' walker verdict --walk "$next" "$second" mended
run walker doctor --rebuild
is "$status" 0 'it all folds to the same again'
finish
