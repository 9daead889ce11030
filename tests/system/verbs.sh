#!/usr/bin/env bash
# Every verb of walker and registry once, as a person and as a program use them: words
# and --json, help, wrong usage, tails of ids, options before and after, lists in every
# form, users and what each of them sees, and a device that is shut out.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

# The last run's output is JSON of which this is true.
says() { # FILTER CLAIM
    if [ "$status" = 0 ] && jq -e "$1" <<<"$out" >/dev/null 2>&1; then
        passed "$2"
    else
        failed "$2" "status $status" "$out" "$err" "wanted: $1"
    fi
}

# ---- help and wrong usage --------------------------------------------------------------

for program in walker registry; do
    run "$BIN/$program" --version
    like "$status $out" "^0 $program [0-9]+\.[0-9]+\.[0-9]+\$" "$program --version"
    run "$BIN/$program" --help
    verbs=$(sed -n "s/^  $program \([a-z]*\( [a-z]\{3,\}\)\?\).*/\1/p" <<<"$out")
    is "$status $(grep -cE '^      [^ ]+ .+' <<<"$out")" "0 $(wc -l <<<"$verbs")" \
        "$program --help has a line of words for each of its $(wc -l <<<"$verbs") verbs"
    english=$out
    LYGTE_LANG=da run "$BIN/$program" --help
    is "$(comm -12 <(grep '^      ' <<<"$english" | sort) <(grep '^      ' <<<"$out" | sort))" '' \
        'and in Danish other words for each'
    unhelped=
    while read -r verb; do
        # shellcheck disable=SC2086
        run "$BIN/$program" $verb --help
        [[ $status = 0 && $out == *"$program $verb"* ]] || unhelped+="$verb "
    done <<<"$verbs"
    is "$unhelped" '' "each verb of $program knows --help"
    complains 2 "$program --help" "$program alone is wrong usage" "$BIN/$program"
    complains 2 dance 'an unknown verb too' "$BIN/$program" dance
    complains 2 --sideways 'an unknown option too' "$BIN/$program" list --sideways
    complains 2 --rebuild "an option of another verb too" "$BIN/$program" list --rebuild
    complains 2 --data 'an option without its value too' "$BIN/$program" list --data
    complains 2 --json 'a value for an option that takes none' "$BIN/$program" list --json=yes
    complains 2 more 'a word too many' "$BIN/$program" list more
done
complains 2 ID 'a verb without what it is about' walker show
complains 2 --title 'walk new without a title' walker walk new
complains 2 --category 'add without a category' walker add
complains 2 --role 'user add without a role' registry user add kim
complains 2 --password-stdin 'user add without saying where the password comes from' \
    registry user add kim --role viewer
complains 2 0.0.0.0 'walker serves only this device' walker serve --listen 0.0.0.0:0
complains 2 0.0.0.0 'the registry serves others only with TLS' registry serve --listen 0.0.0.0:0
for none in 8470 :8470 here:8470 127.0.0.1:70000; do
    complains 1 "$none" "the registry says that $none is no address" registry serve --listen "$none"
    complains 1 "$none" 'and so does walker' walker serve --listen "$none"
done
for program in walker registry; do
    "$BIN/$program" --data "$tmp/here.$program" serve --listen localhost:0 >"$tmp/here.log" 2>&1 &
    started+=("$!")
    for ((n = 0; n < 500; n++)); do ! grep -q 'http://' "$tmp/here.log" || break; sleep 0.02; done
    like "$(<"$tmp/here.log")" 'http://localhost:[1-9]' "$program: localhost is this machine"
    kill "$!"
    wait "$!" 2>/dev/null
done
for one in a b; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$one" \
        -keyout "$tmp/$one.key" -out "$tmp/$one.pem" 2>/dev/null
done
serve_tls() { # CERT KEY
    timeout 20 "$BIN/registry" --data "$registry_data" serve --listen 127.0.0.1:0 --tls-cert "$tmp/$1" --tls-key "$tmp/$2"
}
complains 1 "$tmp/a.key" 'with a key that is its own' serve_tls b.pem a.key
complains 1 "$tmp/b.pem" 'and can be read' serve_tls b.pem b.pem

# ---- walker: walks and points ----------------------------------------------------------

run walker walk new --title 'Vestbyen' --area 'Vesterkær' --purpose 'Lys' --mode bicycle \
    --start 2026-11-28T16:00:00+01:00 --json
says '.id | length == 36' 'walk new --json gives an id'
walk=$(jq -r .id <<<"$out")
run walker walk list --json
says ".[0] | .id == \"$walk\" and .state == \"planned\" and .mode == \"bicycle\"" \
    'walk list --json'
run walker walk list
like "$out" ' 2026-11-28 16:00 .*Vestbyen' 'walk list in words, in local time'
run walker walk begin "${walk: -6}" --json
says '.done == "begin"' 'walk begin by a tail of its id'
run walker walk show "$walk" --json
says '.state == "begun" and .starts == "2026-11-28T15:00:00.000Z" or
    .starts == "2026-11-28T15:00:00Z"' 'walk show --json'
run walker walk show "$walk"
like "$out" ' 2026-11-28 16:00 .*Vestbyen' 'walk show in words, in local time'
complains 1 x2026 'a start that is no time' walker walk new --title x --start x2026
complains 1 title 'a title of spaces alone, that nobody could tap' walker walk new --title '   '

make_photo "$tmp/photo.jpg" 'the photo of a verb'
exiftool -q -overwrite_original -GPSLatitude=57.05 -GPSLatitudeRef=N -GPSLongitude=9.93 \
    -GPSLongitudeRef=E "$tmp/photo.jpg"
run walker add --category BEL01 --note 'Lygten er slukket' --severity 3 --at 57.0481,9.9187,12 \
    --urgency B --agree 4/5 --json
says '.id | length == 36' 'add --json gives an id'
point=$(jq -r .id <<<"$out")
run walker add --category=REN01 --walk="$walk" --photo "$tmp/photo.jpg"
is "$status ${#out}" '0 36' 'add gives the id alone, --name=value is an option too'
with_photo=$out
run "$BIN/walker" --category OPH08 --json --note '-- it begins with dashes' --data \
    "$walker_data" add
says .id 'options may stand before the verb'
hidden=$(jq -r .id <<<"$out")
run walker add --category BEL02 --strength
good=$out
run walker show "${good: -8}" --json
says '.severity == 0 and .strength == true' 'add --strength notes a good place'
run walker show "${point: -7}" --json
says '.note == "Lygten er slukket" and .severity == 3 and .urgency == "B" and .agree == 4
    and .agree_of == 5 and .stood.lat == 57.0481 and .stood.lon == 9.9187
    and .stood.accuracy_m == 12' 'show by a tail of the id says all that was said'
run walker show "$with_photo" --json
says '.stood.lat == 57.05 and .stood.lon == 9.93 and (.photos | length) == 1' \
    'a point without --at stands where its photo was taken'
local=$(TZ=CET-1CEST,M3.5.0,M10.5.0/3 date -d "$(walker show "$point" --json | jq -r .at)" '+%F %H:%M')
run walker show "$point"
like "$out" "$local.*Lygten er slukket" 'show in words, in local time'
complains 1 "${point: -5}" 'a tail of five is too short' walker show "${point: -5}"

run walker edit "$point" --note 'Two lamps are out' --severity 4 --thing 57.0482,9.9188 \
    --measure 'New bulbs' --affected 'older children' --json
says ".id == \"$point\"" 'edit --json'
run walker show "$point" --json
says '.note == "Two lamps are out" and .severity == 4 and .measure == "New bulbs"
    and .affected == "older children" and .thing.lat == 57.0482 and .stood.lat == 57.0481' \
    'what was edited stands; where the group stood is untouched'
complains 2 --note 'an edit of nothing is wrong usage' walker edit "$point"
complains 1 NOPE 'nor to a party nobody knows' walker edit "$point" --party NOPE
complains 1 nonsense 'nor to touch whom nobody knows' walker edit "$point" --affected 'older nonsense'
complains 1 QQQ99 'nor to a category nobody knows' walker edit "$point" --category QQQ99
run walker edit "$point" --party BL --affected \
    "$(sed -n 's/^export const AFFECTED = \[\(.*\)\];/\1/p' "$root/assets/shared/words.js" | tr -d '",') evening"
is "$status" 0 'all that the page offers, and once wrote, is known'
run walker show "$point"
for said in 'Urgency +B' 'Agreeing +4/5' 'Affected +children, older people, disabled' 'Suggestion +New bulbs' 'Responsible +BL  [A-Z]'; do
    like "$out" "$said" "show says in words what was said ($said)"
done
run walker edit "$point" --party '' --affected 'older children'
is "$status" 0 'a party is taken back'
run walker show "$point"
like "$out" 'The spot .*57\.0482, 9\.9188.*\(typed in\)' 'show says in words whence a place is'
sql "$walker_data" "UPDATE observation SET conflicts = '{\"affected\":[{\"value\":\"older night\",
    \"at\":1795368120000,\"by\":\"participant\",\"organisation\":\"\"},{\"value\":null,
    \"at\":1795368120000,\"by\":\"x\",\"organisation\":\"y\"}]}' WHERE id = '$point'"
LYGTE_LANG=da run walker show "$point"
like "$out" 'Berørte: ældre, folk ude om aftenen \(deltager, 2026-11-22 18:22\)' \
    'and what was said in two ways'
like "$out" 'Berørte: intet \(x, y, 2026-11-22 18:22\)' 'each with who and when'
run walker witness "$point" --json
says ".id == \"$point\"" witness
run walker show "$point" --json
says '.witnesses == 1' 'is counted'
run walker withdraw "$good" --json
says ".id == \"$good\"" withdraw
run walker list --json
says '.observations | length == 3' 'takes the point out of the list'
run walker withdraw "$good" --undo
run walker list --json
says '.observations | length == 4' 'and --undo brings it back'

run walker import "$tmp/photo.jpg" --walk "$walk" --json
says '.[0].verdict == "already"' 'import knows the photo of a point'
run walker walk end "$walk"
is "$status" 0 'walk end in words'
run walker walk close "$walk" --json
says '.done == "close"' 'walk close'

# ---- walker: lists ---------------------------------------------------------------------

complains 2 'table csv' 'a form no list has' walker list --format odt
bom=$'\xef\xbb\xbf'
rows() { # FORMAT
    run walker list --format "$1"
}
rows table
is "$(wc -l <<<"$out")" 4 'list: a line for each point'
like "$out" "$local .*Two lamps are out" 'in local time'
rows json
says '.observations | map(.number) == [1,2,3,4]' 'list --format json: in their order'
rows csv
is "$(head -c 3 <<<"$out") $(grep -c ';' <<<"$out")" "$bom 5" \
    'list --format csv: as Danish Excel wants it, with BOM and semicolons'
rows csv-rfc4180
like "$(sed -n 2p <<<"$out")" ',57\.048' \
    'list --format csv-rfc4180: commas, and points in numbers'
rows geojson
says '.type == "FeatureCollection" and (.features | length) == 4 and
    (.features[0].geometry.coordinates == [9.9188,57.0482])' \
    'list --format geojson: where the thing is'
run walker list --format json
whole=$out
run walker list --format json -o -
is "$out" "$whole" '-o - is stdout'
echo 'an older list' >"$tmp/list.json"
ln "$tmp/list.json" "$tmp/older"
run walker list --format json -o "$tmp/list.json"
is "$status $(cat "$tmp/list.json")" "0 $whole" '-o FILE has the same'
is "$(tail -n 1 <<<"$out")" "$tmp/list.json" 'and its name stands alone on the last line'
run walker list --format table -o "$tmp/table" --json
says ".file == \"$tmp/table\" and .rows == 4" 'a table too can be a file, and --json says so'
is "$(wc -l <"$tmp/table")" 4 'of as many lines'
is "$(cat "$tmp/older")" 'an older list' 'the file came whole in the place of the old one'
complains 1 "$tmp/no-folder" 'a list that cannot be written' \
    walker list --format json -o "$tmp/no-folder/list.json"
walker list --format csv >/dev/full 2>/dev/null
is $? 1 'nor to a stdout that is full'

run walker set nothing 1
known=${err##*choose one of }
run walker set --help
unnamed=
for key in $known; do grep -q " $key\b" <<<"$out" || unnamed+="$key "; done
is "$(wc -w <<<"$known") $unnamed" '7 ' 'set --help names every key that can be set'
run walker set role council --json
says '.set == "role"' 'set --json'
complains 1 participant 'a role is a word, never a name' walker set role 'Hanne Jensen'
walker set role participant
run walker set hold off
is "$status" 0 'set hold off'
complains 1 maybe 'set of what it cannot be' walker set hold maybe
complains 1 colour 'set of what is not known' walker set colour red
run walker url --json
says '.url | test("^http://127.0.0.1:[0-9]+/\\?key=[0-9a-f]{64}$")' 'url --json'
run walker status --json
says '.paired == false and .all_confirmed == false and .photos.made == 1' 'status --json'
is "$(jq -c '[keys[] | select(IN("records", "photos", "points_waiting", "held_back", "aside",
    "typed", "unshown", "metered", "wifi_waiting", "all_confirmed", "paired", "space", "sync"))]
    | length' <<<"$out")" 13 'it has all that the page is told'
run walker doctor --rebuild --json
says '.ok and .damaged == 0 and .photos == 1' 'doctor --rebuild --json'

run env LYGTE_DATA="$walker_data" "$BIN/walker" list --json
says '.observations | length == 4' 'LYGTE_DATA is the folder when --data is not'
run env XDG_DATA_HOME="$tmp/home" "$BIN/walker" walk new --title 'At home'
is "$status $(test -f "$tmp/home/lygte-walker/lygte.db" && echo there)" '0 there' \
    'else it is lygte-walker in the folder for data'

# ---- registry: what is set up ----------------------------------------------------------

complains 1 "$registry_data" 'a registry that is not there yet' registry list
# The password comes on stdin: its first line.
add_with() { # PASSWORD NAME ROLE [PARTY]
    registry user add "$2" --role "$3" ${4:+--party "$4"} --password-stdin --json <<<"$1"
}
complains 1 8 'a short password is refused' add_with 'seven77' kim viewer
complains 1 kim 'a department without a party too' add_with 'a-long-password-1' kim department
complains 1 QQQ 'a party nobody knows too' add_with 'a-long-password-1' kim department QQQ
complains 1 king 'a role nobody has too' add_with 'a-long-password-1' kim king
run registry user list --json
says '.users == []' 'and adds nobody'
for role in admin coordinator police viewer; do
    add_with 'a-long-password-1' "$role" "$role" >/dev/null
done
run add_with 'a-long-password-1' lights department LYS
says '.name == "lights" and .party == "LYS"' 'user add --json'
complains 1 lights 'a name that is taken' add_with 'a-long-password-1' lights viewer
run registry user list --json
says '.users | map(.name) == ["admin","coordinator","lights","police","viewer"]' \
    'user list --json'
run registry user list
like "$out" 'lights +department +LYS' 'user list in words'
is "$(cat "$registry_data"/lygte.db* | grep -ac 'a-long-password')" 0 'no password is kept'

run registry party add LAUG --da 'Prøvelauget' --en 'Test guild' --kind council \
    --mail laug@example.org --phone 00000000 --json
says '.code == "LAUG" and .mail == "laug@example.org"' 'party add --json'
run registry party list --json
says '.parties | map(.code) | index("LAUG") and index("LYS")' 'party list --json'
run registry party list
like "$out" 'LAUG.*Test guild' 'party list in words'
LYGTE_LANG=da run registry party list
like "$out" 'LAUG.*Prøvelauget' 'and in Danish'
complains 1 laug 'a code that is none' registry party add laug --da x --en x --kind council
complains 2 --en 'party add without its English name' registry party add LAUG9 --da x

areas=$LYGTE_SHARED/data/areas/aalborg-parishes.geojson
if [ -f "$areas" ]; then
    run registry area import "$areas" --json
    says '.new == 57 and .same == 0' 'area import takes 57 areas'
    run registry area import "$areas" --json
    says '.new == 0 and .same == 57' 'a second time none is new'
    run registry area list
    is "$(wc -l <<<"$out")" 57 'area list in words'
    like "$out" '[ØøÅåÆæ]' 'with Danish letters'
    run registry area list --json
    says '.type == "FeatureCollection" and (.features | length) == 57' \
        'area list --json is GeoJSON'
else
    skip 'area import takes 57 areas' "no areas to try at $areas"
fi
echo '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Middle"},
    "geometry":{"type":"Polygon","coordinates":
    [[[9.91,57.04],[9.925,57.04],[9.925,57.049],[9.91,57.049],[9.91,57.04]]]}}]}' >"$tmp/area.geojson"
run registry area import "$tmp/area.geojson"
is "$status" 0 'area import in words'
echo '{"type":"Feature"}' >"$tmp/bad.geojson"
complains 1 GeoJSON 'a file that has no areas' registry area import "$tmp/bad.geojson"

run registry walk new --title 'Planned at the registry' --start 2026-12-01T18:00:00+01:00 --json
says '.state == "planned"' 'walk new --json'
run registry walk list --json
says '.walks | map(.title) == ["Planned at the registry"]' 'walk list --json'
run registry walk list
like "$out" '2026-12-01 18:00.*Planned at the registry' 'walk list in words, in local time'
LYGTE_LANG=da run registry walk list
like "$out" 'planlagt .*Planned at the registry' 'and its state in words'

# ---- home ------------------------------------------------------------------------------

start_registry || exit 1
run registry device code
like "$(tail -n 1 <<<"$out")" '^[0-9A-Z]{5}-[0-9A-Z]{5}$' \
    'device code: the code alone on the last line'
run walker pair "$registry_url" "$(tail -n 1 <<<"$out")" --name 'Tablet 1' --json
says '.paired' 'pair --json'
run walker sync --json
says '.all_confirmed and .records.made == .records.verified' 'sync --json'
run walker sync
is "$status" 0 'sync in words'
run walker walk list --json
says 'map(.title) | index("Planned at the registry")' 'the plan has come to the device'
run registry device list --json
says '.devices | length == 1 and .[0].name == "Tablet 1" and .[0].revoked == false' \
    'device list --json'
device=$(jq -r '.devices[0].id' <<<"$out")
run registry device list
like "$out" 'Tablet 1' 'device list in words'

run registry list --json
says '.issues | map(.category) == ["BEL01","REN01","OPH08","BEL02"]' \
    'list --json: an issue of each point'
run registry list
is "$(head -c 3 <<<"$out") $(wc -l <<<"$out")" "$bom 5" \
    'list: CSV for Danish Excel when nothing is said'
run registry list --party LYS --format json
says '.issues | map(.category) == ["BEL01","BEL02"]' 'list --party'
run registry list --walk "${walk: -8}" --format geojson
says '.features | length == 4' 'list --walk by a tail'
run registry list --area Middle --format json
says '.issues | length == 1' 'list --area'
run registry area list
run registry list --area "$(sed -n 's/^\([^ ]*\)  Middle$/\1/p' <<<"$out" | tail -c 9)" --format json
says '.issues | length == 1' 'by a tail of its id too'
run registry list --state 'done' --format csv-rfc4180
is "$status $(wc -l <<<"$out")" '0 1' 'list --state with none: only the heading'
run registry list --format geojson -o "$tmp/issues.geojson" --json
says '.rows == 4' 'list -o FILE --json says how many'
is "$(jq '.features | length' "$tmp/issues.geojson")" 4 'and the file has them'
mkfifo "$tmp/pipe"
timeout 20 cat "$tmp/pipe" >"$tmp/poured" &
run timeout 20 "$BIN/registry" --data "$registry_data" list --format geojson -o "$tmp/pipe"
is "$status $(stat -c %F "$tmp/pipe")" '0 fifo' 'a pipe stays one (and /dev/null, for who is root)'
wait "$!"
is "$(jq '.features | length' "$tmp/poured")" 4 'and takes the list'
complains 1 "$tmp/pipe" 'a backup is no stream' walker backup "$tmp/pipe"
complains 1 QQQ 'a party nobody knows' registry list --party QQQ
complains 1 Atlantis 'an area nobody knows' registry list --area Atlantis
complains 1 lost 'a state no issue can have' registry list --state lost
run registry doctor --json
says '.ok and .photos == 1' 'doctor --json'

# ---- what each of them sees ------------------------------------------------------------

api=$registry_url/api/v1
enter() { # NAME: logs in, sets $me
    send POST "$api/session" "{\"name\":\"$1\",\"password\":\"a-long-password-1\"}"
    cookie=$(header Set-Cookie)
    me=(-H "Cookie: ${cookie%%;*}")
}
seen() { ask GET "$api/issues" "${me[@]}"; field '[.issues[].category] | sort | join(" ")'; }
points_seen() {
    ask GET "$api/walks/$walk/observations" "${me[@]}"
    field '[.observations[].category] | sort | join(" ")'
}

enter coordinator
is "$code $(field .role)" '200 coordinator' 'a coordinator logs in'
like "$cookie" '^lygte_registry=.*HttpOnly.*SameSite=Strict' 'with a cookie no script can read'
is "$(seen)" 'BEL01 BEL02 OPH08 REN01' 'and sees every issue'
is "$(points_seen)" 'BEL01 BEL02 OPH08 REN01' 'and every point'
ask GET "$api/issues?party=LYS" "${me[@]}"
is "$(field '[.issues[].category] | join(" ")')" 'BEL01 BEL02' 'also those of one party'
issue=$(field '.issues[0].id')
for none in 'state=nonsense lists.unknown_state' 'party=QQQ party.unknown' 'walk=0123456789 walk.unknown' 'area=Atlantis area.unknown'; do
    ask GET "$api/issues?${none% *}" "${me[@]}"
    is "$(field .key)" "${none#* }" "those of ${none% *} are not none, but asked wrongly"
done
send POST "$api/walks" '{"title":"  "}' "${me[@]}"
is "$code $(field .key)" '400 walk.blank_title' 'a walk is not planned without a name'
complains 1 title 'nor by the verb' registry walk new --title ' ' --start 2026-11-28T16:00:00+01:00
ask GET "$api/issues?party=LYS&walk=${walk: -8}" "${me[@]}"
is "$(field '.issues | length')" 2 'a walk by a tail'
head=$(field '.issues[0].head')
change() { # BODY HEAD
    send PATCH "$api/issues/$issue" "$1" "${me[@]}" -H "If-Match: \"$2\""
}
change '{"state":"triaged"}' "$head"
is "$code $(field .state)" '200 triaged' 'and moves an issue on'
change '{"party":"BL"}' "$head"
is "$code $(field .key)" '412 issue.changed' 'but not over what somebody did meanwhile'
ask GET "$api/issues?party=LYS" "${me[@]}"
head=$(field '.issues[0].head')
change '{"state":"confirmed"}' "$head"
is "$code $(field .key)" '409 issue.not_allowed' 'nor where it cannot go from here'
change '{"state":"no_action"}' "$head"
is "$code $(field .key)" '400 issue.why_missing' 'nor to a state that says nothing without a reason'
change '{"party":"BL","why":"Masten er deres"}' "$head"
is "$code $(field .key)" '400 issue.why_alone' 'a reason that would be kept nowhere is not taken'
sha=$(hash_of "$tmp/photo.jpg")
ask GET "$api/photos/$sha/original" "${me[@]}"
is "$code $(hash_of "$tmp/body")" "200 $sha" 'the original of a photo, byte for byte'
ask GET "$registry_url/lists/issues.csv" "${me[@]}"
like "$code $(header Content-Disposition)" '200 .*issues.csv' 'a list to take away'

enter police
is "$(seen)" 'BEL01 BEL02 OPH08 REN01' 'the police see what is theirs alone'
enter viewer
is "$(seen)" 'BEL01 BEL02 REN01' 'a viewer does not'
is "$(points_seen)" 'BEL01 BEL02 REN01' 'nor its point'
ask GET "$registry_url/lists/issues.json" "${me[@]}"
is "$(grep -c "$hidden" <<<"$body")" 0 'nor in a list to take away'
change '{"state":"sent"}' "$head"
is "$code $(field .key)" '403 account.not_allowed' 'and changes nothing'
enter lights
is "$(seen)" 'BEL01 BEL02' 'a department sees its own issues'
is "$(points_seen)" 'BEL01 BEL02' 'and their points'
ask GET "$api/issues?party=BL" "${me[@]}"
is "$(field '.issues | length')" 0 "and none where it asks for another party's"
refuses 404 photo.unknown 'a photo of another party is not there for it' \
    GET "$api/photos/$sha/original" "${me[@]}"
ask GET "$registry_url/lists/issues.rfc4180.csv" "${me[@]}"
is "$(wc -l <<<"$body")" 3 'its list has its own alone'
ask DELETE "$api/session" "${me[@]}"
is "$code" 204 'it logs out'
refuses 401 account.no_session 'and is nobody then' GET "$api/issues" "${me[@]}"

# ---- said again

again=$(walker walk new --title 'To gange' | tail -1)
walker walk begin "$again" >/dev/null
times() { walker walk show "$again" --json | jq -c '[.state, .ended, .closed]'; }
walker walk end "$again" >/dev/null
first=$(times)
sleep 1.1
run walker walk end "$again"
is "$status $(times)" "0 $first" 'ending a walk again moves no time'
walker walk close "$again" >/dev/null
first=$(times)
sleep 1.1
walker walk close "$again" >/dev/null
run walker walk end "$again"
is "$status $(times)" "0 $first" 'closing it again moves none either, and ending it opens nothing'
complains 2 strength 'a safe spot has no severity' walker add --category BEL01 --severity 3 --strength
good=$(walker add --walk "$walk" --category POS02 | tail -n 1)
run walker show "$good" --json
says '.severity == 0 and .strength == true' 'a line of what works is a good place without --strength'
good=$(walker add --walk "$walk" --category ANDET | tail -n 1)
walker edit "$good" --category POS01 >/dev/null
run walker show "$good" --json
says '.severity == 0 and .strength == true' 'as is a point that becomes one'
walker edit "$good" --category BEL01 >/dev/null
run walker show "$good" --json
says '.severity == null and .strength == false' 'and put right to what is out it is one no more'
walker sync >/dev/null

# ---- shut out --------------------------------------------------------------------------

run registry device revoke "${device: -6}" --json
says '.revoked and .name == "Tablet 1"' 'device revoke by a tail of the id'
run registry device list
is "$status" 0 'device list says so in words'
walker add --category BEL01 --walk "$walk" >/dev/null
complains 1 '' 'the device that was shut out gets a sentence' walker sync
LYGTE_LANG=da run walker sync
like "$err" 'lukket ude.*koordinatoren' 'that says what to do'
run walker status --json
says '.all_confirmed == false and .points_waiting == 1' 'what has not gone home is kept'
complains 1 nobody 'a device nobody knows' registry device revoke nobody-here

# ---- an area by its name

printf '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Øst for Søen"},"geometry":{"type":"Polygon","coordinates":[[[9.9,57],[9.91,57],[9.91,57.01],[9.9,57]]]}}]}' >"$tmp/east.geojson"
registry area import "$tmp/east.geojson" >/dev/null
planned=$(registry walk new --title Nord --area ' øst FOR søen ' --start 2026-12-08T19:00:00+01:00 | tail -n 1)
area_of() { registry walk list --json | jq -r ".walks[] | select(.id == \"$planned\") | .area"; }
is "$(area_of)" 'Øst for Søen' 'a walk has the area as it is called, however it was written'
registry walk edit "$planned" --area 'Et helt andet sted ' >/dev/null
is "$(area_of)" 'Et helt andet sted' 'one that nobody drew is taken as it is written'

# ---- a party that stands is changed, not written anew

registry party add VEJ2 --da Vej --en Roads --kind department --mail vej@example.dk --phone 99313131 >/dev/null
registry party add VEJ2 --da Vejafdelingen >/dev/null
party() { registry party list --json | jq -c '.parties[] | select(.code == "VEJ2") | [.da, .en, .kind, .mail, .phone]'; }
is "$(party)" '["Vejafdelingen","Roads","department","vej@example.dk","99313131"]' 'what is not given stays as it was'
registry party add VEJ2 --phone - >/dev/null
is "$(party)" '["Vejafdelingen","Roads","department","vej@example.dk",null]' 'a dash empties'
complains 1 '@' 'a mail is an address' registry party add VEJ2 --mail 'ring i stedet'
complains 2 '--en' 'a new one is named in both languages' registry party add NY9 --da Ny --kind owner
is "$(party)" '["Vejafdelingen","Roads","department","vej@example.dk",null]' 'and nothing of that is kept'

finish
