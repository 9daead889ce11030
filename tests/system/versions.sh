#!/usr/bin/env bash
# A walker of a later version, a registry of today, and back: what today's programs do not
# know is held, receipted and handed on byte for byte, and takes effect after an update; a
# newer database is refused untouched; another protocol is told, and holds nothing up.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}

"$draw" --scene hedge --at 57.0406,9.9712 --direction 40 --time 2026-11-19T19:42:00+01:00 --size 640x480 \
    -o "$tmp/a.jpg"
"$draw" --scene bin --at 57.0406,9.9712 --direction 10 --time 2026-11-19T19:52:00+01:00 --size 640x480 --seed 7 \
    -o "$tmp/b.jpg"
start_registry
first=$tmp/first second=$tmp/second
walker_data=$first
pair
walk=$(walker walk new --title 'Med næste udgave' --area 'Aalborg Øst' | tail -n 1)
smell=$(walker add --walk "$walk" --category REN01 --note 'som i dag' --at 57.0406,9.9712,4 | tail -n 1)
walker add --walk "$walk" --category BEL01 --photo "$tmp/a.jpg" >/dev/null

# ---- the tablet had the next version for an evening, and is back --------------------------

note_id=$(new_id)
note=$(sql "$first" "SELECT body FROM record WHERE kind = 'observation.note' AND subject = '$smell'" |
    jq -c 'del(.salt) + {note: "lugter", scent: {of: "røg", strength: 3}}')
{
    jq -nc --arg id "$note_id" --argjson body "$note" '{kind: "observation.note", subject: $id, body: $body}'
    jq -nc --arg id "$note_id" '{kind: "observation.scent", subject: $id, body: {of: "æbler"}, reason: "kind"}'
    jq -nc --arg id "$smell" \
        '{kind: "observation.edit", subject: $id, body: {note: ["to", "sprog"]}, reason: "body"}'
    jq -nc --arg id "$(new_id)" '{kind: "weather.seen", subject: $id, body: {}, reason: "kind"}'
} >"$tmp/wishes"
IFS='|' read -ra numbers < <(sql "$first" 'SELECT seq, tick, arrival, lower(hex(head)) FROM self')
node "$root/tests/support/next_version.mjs" "$first" "$tmp/wishes" "${numbers[@]}" | sqlite3 "$first/lygte.db"
later="json_extract(head, '\$.v') = 2"
texts() { sql "$1" "SELECT head, body, hex(sig) FROM record WHERE $later ${2:-} ORDER BY seq" | sha256sum; }
reasons() { sql "$1" "SELECT group_concat(kind || ' ' || COALESCE(reason, 'applied'), ', ')
    FROM (SELECT kind, reason FROM record WHERE $later ${2:-} ORDER BY seq)"; }
written=$(texts "$first")
all='observation.note applied, observation.scent kind, observation.edit body, weather.seen kind'
newer() { jq -c '[.ok, (.findings[] | select(.key == "check.newer") | .name)]' <<<"$out"; }

run walker doctor --rebuild --json
is "$status $(newer)" '0 [true,"3"]' 'doctor is content and counts what waits for a newer program'
is "$(reasons "$first")" "$all" 'opened and made anew, each is what it was'
is "$(sql "$first" "SELECT note FROM observation WHERE id = '$note_id'")" lugter \
    'a known kind with a field more has its effect'

# ---- on a stick ----------------------------------------------------------------------------

run registry backup "$tmp/empty"
run "$BIN/registry" --data "$tmp/apart" restore "$tmp/empty"
run walker stick "$tmp/stick.lygte"
run "$BIN/registry" --data "$tmp/apart" unstick "$tmp/stick.lygte" --json
is "$status $(texts "$tmp/apart") $(reasons "$tmp/apart")" "0 $written $all" \
    'a registry of today holds them from a stick'

# ---- today's registry ----------------------------------------------------------------------

sql "$first" "SELECT json_array(head, body, lower(hex(sig))) FROM record
    WHERE origin = (SELECT origin FROM self) ORDER BY seq" >"$tmp/batch"
own=$(sql "$first" 'SELECT lower(hex(origin)) FROM self')
last=$(sql "$first" 'SELECT seq FROM self')
ask POST "$registry_url/api/v1/records" -H "Authorization: Bearer $(<"$first/token")" \
    -H 'Content-Type: application/x-ndjson' --data-binary @"$tmp/batch"
is "$code $(field '[.new, (.refused | length), (.origins[0].runs[0][:2] | join("-"))] | join(" ")')" \
    "200 $last 0 1-$last" 'all of it is held and in the receipt'
is "$(field "[.unapplied[] | select(.origin == \"$own\") | .seq - $last, .reason] | join(\" \")")" \
    '-2 kind -1 body 0 kind' 'and what has no effect is told'
run walker sync
is "$status" 0 'a sync ends with all confirmed'
is "$(texts "$registry_data") $(reasons "$registry_data")" "$written $all" 'the registry holds the very bytes'
run registry doctor --rebuild --json
is "$status $(newer)" '0 [true,"3"]' 'its doctor counts them and makes the same tables'
LYGTE_LANG=da run registry doctor
like "$out" '3 hændelser er gemt.*nyere udgave' 'and says what to do'
is "$(registry list --format geojson | jq -c '[.features[].properties.note | values | select(. != "")] | sort')" \
    '["lugter","som i dag"]' 'the point of the next version is an issue'

walker_data=$second
pair
walker walk new --title 'Bagefter' --area 'Aalborg Øst' >/dev/null
run walker sync
points="AND subject IN ('$note_id', '$smell')"
is "$status $(texts "$second" "$points")" "0 $(texts "$registry_data" "$points")" \
    'a tablet of today that walks there gets the very bytes too'
is "$(reasons "$second" "$points")" "${all%, *}" 'held like at the registry'
ok 'its doctor is content' walker doctor --rebuild

run registry backup "$tmp/backup"
run "$BIN/registry" --data "$tmp/restored" restore "$tmp/backup"
is "$status $(texts "$tmp/restored") $(reasons "$tmp/restored")" "0 $written $all" \
    'a backup has them, and gives them back'

# ---- updated ------------------------------------------------------------------------------

# As a program would have left it that did not know observation.note yet.
forget() { # FOLDER
    sql "$1" "UPDATE record SET reason = 'kind' WHERE kind = 'observation.note' AND reason IS NULL;
        UPDATE self SET fold_version = 1; DELETE FROM setting WHERE name = 'followed.fold';"
}
walker_data=$first
late=$(walker add --walk "$walk" --category STI01 --note 'forud for sin tid' | tail -n 1)
stop registry
sql "$registry_data" "ATTACH '$first/lygte.db' AS tablet; BEGIN IMMEDIATE;
    UPDATE self SET arrival = arrival + 1;
    INSERT INTO record (arrival, origin, seq, hash, tick, kind, subject, head, body, sig)
        SELECT (SELECT arrival FROM main.self), origin, seq, hash, tick, kind, subject, head, body, sig
        FROM tablet.record WHERE subject = '$late';
    UPDATE held_run SET last = last + 1 WHERE origin = x'$own'; COMMIT;"
forget "$registry_data"
start_registry
is "$(sql "$registry_data" "SELECT count(*) FROM record WHERE kind = 'observation.note' AND reason IS NOT NULL")" 0 \
    'updated, the registry applies what it could only hold'
is "$(sql "$registry_data" "SELECT state FROM issue WHERE observation = '$late'")" open \
    'and opens the case of a point that came before it was understood'
is "$(sql "$registry_data" 'SELECT count(*) FROM issue') $(reasons "$registry_data")" "4 $all" \
    'once each; what is still unknown waits on'
ok 'doctor is content' registry doctor --rebuild
forget "$first"
run walker sync
is "$status $(sql "$first" "SELECT note FROM observation WHERE id = '$late'")" '0 forud for sin tid' \
    'the tablet is updated the same way, and all is confirmed'
ok 'its doctor is content' walker doctor --rebuild

# ---- a newer database --------------------------------------------------------------------

stop registry
now=$(sql "$first" 'PRAGMA user_version')
for program in walker registry; do
    data=${program}_data
    sql "${!data}" "PRAGMA user_version = $((now + 1)); PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
    before=$(hash_of "${!data}/lygte.db")
    complains 1 "$((now + 1))" "$program names the version of a newer database" "$program" doctor
    complains 1 "${!data}/lygte.db" 'and where it lies, also when it is to serve' "$program" serve \
        --listen 127.0.0.1:0
    is "$(hash_of "${!data}/lygte.db")" "$before" 'it is untouched'
    sql "${!data}" "PRAGMA user_version = $now"
done

# ---- another protocol ---------------------------------------------------------------------

start_registry
speak() { # MIN MAX [LINE...]
    stop wire
    node "$root/tests/support/other_wire.mjs" "$registry_url" "$@" >"$tmp/wire.$1" &
    wire_pid=$!
    started+=("$wire_pid")
    await_address "$tmp/wire.$1" "$wire_pid"
    sql "$first" "UPDATE peer SET url = '$address'"
}
confirmed() { walker status --json | jq -c '[.records.made == .records.verified, .photos.verified]'; }
speak 7 9
walker add --walk "$walk" --category REN02 --photo "$tmp/b.jpg" >/dev/null
run walker sync --json
is "$status $(jq -c '[.all_confirmed, .photos.verified, .protocol_fits]' <<<"$out")" '0 [true,2,false]' \
    'to a registry of a later protocol all goes home, and the report says that it is one'
like "$err" 'protocol 7' 'a sentence has its number'
is "$(sql "$first" "SELECT error FROM sync_state")" sync.protocol_newer 'and the page has it too'
is "$(confirmed)" '[true,2]' 'records and photos went home all the same'
walker add --walk "$walk" --category BEL02 >/dev/null
"$BIN/walker" --data "$first" sync --watch >"$tmp/watch" 2>&1 &
watch_pid=$!
started+=("$watch_pid")
for ((n = 0; n < 200; n++)); do
    grep -q 'protocol 7' "$tmp/watch" && break
    sleep 0.05
done
like "$(<"$tmp/watch")" 'protocol 7' '--watch says it'
for ((n = 0; n < 200; n++)); do [ "$(confirmed)" != '[true,2]' ] || break; sleep 0.1; done
is "$(confirmed)" '[true,2]' 'and sends what is new'
ok 'and goes on' kill -0 "$watch_pid"
stop watch
speak 0 0
run walker sync
like "$status $err" "^0 .*$address" 'one of an earlier protocol is told, when there is nothing to send'

# ---- a feed that says more than is understood ------------------------------------------------

speak 1 1 '{"weather":{"of":"regn"}}' '"ord"' 7
registry walk new --title 'Efter en linje fra fremtiden' >/dev/null
run walker sync --json
is "$status $(jq -c '[.all_confirmed, .passed_over, .protocol_fits]' <<<"$out")" '0 [true,6,true]' \
    'lines of a kind that is not known are passed over and counted, in both questions of a pull'
is "$(walker walk list --json | jq '[.[] | select(.title == "Efter en linje fra fremtiden")] | length')" 1 \
    'what comes after them is taken'
run walker sync --json
is "$status $(jq .passed_over <<<"$out")" '0 0' 'once told, nothing more is said'
sql "$first" "UPDATE setting SET value = '0' WHERE name = 'pull.passed_over'"
LYGTE_LANG=da run walker sync
like "$status $out" '^0 .*Sprunget over: [1-9][0-9]* linjer' 'a version that knows other lines asks for all of it again'
speak 1 1 '{"weather"'
registry walk new --title 'Efter en halv linje' >/dev/null
run walker sync
is "$status" 1 'a line that is no JSON ends the sync'
photo=$(sha256sum "$tmp/b.jpg" | cut -c1-64)
covered="{\"covered\":\"$photo\"}"
speak 1 1 "$covered" "$covered" '{"weather"'
run walker sync
is "$status $(hash_of "$first/photos/${photo:0:2}/$photo.jpg")" "1 $photo" \
    'nor does a photo go that was named twice before such a line: nothing of the answer holds'
stop wire
sql "$first" "UPDATE peer SET url = '$registry_url'"
run walker sync
is "$status" 0 'within the range nothing is said'

# ---- a pull without an end

export ENDLESS=1
speak 1 1
complains 1 '(cursor)' 'a registry that always has one more cursor keeps no sync going' walker sync
finish
