#!/usr/bin/env bash
# A lost tablet is shut out: what it had sent counts, what comes later waits for a person,
# and the tablet itself locks and lets go of what is proven to be home, on the registry's
# signed word alone.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

notes() { # what the registry shows
    run registry list --format geojson
    jq -r '[.features[].properties.note] | sort | join("|")' <<<"$out"
}

registry police key --make "$tmp/police.key" <<<'fire ord ingen venter' >/dev/null
start_registry
pair 'Tablet 1'
walk=$(walker walk new --title 'Før tyveriet' | tail -n 1)
make_photo "$tmp/a.jpg" 'hjemme'
walker add --walk "$walk" --category BEL01 --note 'sendt' --photo "$tmp/a.jpg" >/dev/null
walker add --walk "$walk" --category OPH08 --police-only --note 'forseglet' --photo "$tmp/a.jpg" >/dev/null
run walker sync
is "$status" 0 'a point is home before the tablet is lost'
make_photo "$tmp/b.jpg" 'ikke hjemme'
walker add --walk "$walk" --category STI01 --note 'ikke sendt' --photo "$tmp/b.jpg" >/dev/null
run registry device list --json
device=$(jq -r '.devices[0].id // .[0].id' <<<"$out")
run registry device revoke "$device"
is "$status" 0 'the tablet is shut out'
run registry device revoke "$device"
is "$status" 0 'twice is once'
is "$(sql "$registry_data" "SELECT count(*) FROM record WHERE kind = 'origin.revoke'")" 1 'and recorded once'

# ---- on a word alone nothing happens
token=$(cat "$walker_data/token")
ask POST "$registry_url/api/v1/records" -H "Authorization: Bearer $token" -H 'Content-Type: application/x-ndjson' -d ''
is "$code" 403 'its token sends nothing any more'
ask GET "$registry_url/api/v1/records?after=" -H "Authorization: Bearer $token"
is "$code $(grep -c '^\["' <<<"$body") $(grep -vc 'origin\.' <<<"$(grep '^\["' <<<"$body")")" "200 $(sql "$registry_data" "SELECT count(*) FROM record WHERE kind IN ('origin.hello', 'origin.admit', 'origin.revoke') AND origin = (SELECT origin FROM self)") 0" \
    'it still reads who may write what, and nothing else'
run walker add --walk "$walk" --category REN01 --note 'før den hørte det'
is "$status" 0 'until it has heard the signed word it goes on keeping points'

run walker sync
is "$status" 1 'its next contact tells it'
like "$err" 'shut out.*stick' 'with a sentence that says what to do'
run walker list --json
is "$(jq -r '[.observations[].note] | sort | join("|")' <<<"$out")" 'før den hørte det|ikke sendt' \
    'what is verified is gone from it, what is not sent is still there to read'
is "$(find "$walker_data" -name "*$(hash_of "$tmp/a.jpg")*" | wc -l)" 0 'and so is the photo'
is "$(find "$walker_data" -name '*.box' | wc -l) $(sql "$walker_data" 'SELECT count(*) FROM sealed')" '0 0' \
    'so is what was sealed for the police'
complains 1 'register' 'keeping something new' walker add --walk "$walk" --category REN01

# ---- brought home all the same
run walker stick "$tmp/walk.lygte"
is "$status" 0 'what is left goes on a stick'
run registry unstick "$tmp/walk.lygte"
is "$status" 0 'and is taken in whole'
is "$(find "$registry_data/photos" -name "*$(hash_of "$tmp/b.jpg")*" | wc -l)" 1 \
    'a photo with it, of which only what waits speaks'
is "$(sql "$registry_data" "SELECT count(*) FROM record WHERE reason = 'revoked'" | sed 's/^[1-9].*/some/')" some \
    'the registry holds it, without effect'
is "$(notes)" 'sendt' 'and shows what was sent before'
ok 'doctor is content' registry doctor --rebuild
like "$(registry doctor)" 'revoked' 'and tells of it'

run walker pair "$registry_url" "$(registry device code | tail -n 1)"
is "$status" 0 'the tablet is found again, and a person pairs it'
run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'it sends again'
is "$(notes)" 'før den hørte det|ikke sendt|sendt' 'and all it kept meanwhile counts now'
run walker add --walk "$walk" --category REN01 --note 'igen'
is "$status" 0 'it keeps points again'
ok 'doctor is content at the registry' registry doctor --rebuild
ok 'and on the tablet' walker doctor --rebuild

# ---- a copy is shut out, and not the tablet it was copied from
cp -a "$walker_data" "$tmp/copy"
copy() { LYGTE_MACHINE=copy "$BIN/walker" --data "$tmp/copy" "$@"; }
copy walk new --title 'På kopien' >/dev/null
copy pair "$registry_url" "$(registry device code | tail -n 1)" --name Kopi >/dev/null
run registry device list --json
run registry device revoke "$(jq -r '.devices[] | select(.name == "Kopi") | .id' <<<"$out")"
is "$status" 0 'a copy of its folder is paired, and shut out again'
run copy sync
like "$status $err" '^1 .*shut out' 'the copy hears of it'
walker add --walk "$walk" --category BEL02 --note 'på originalen' >/dev/null
run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'the tablet it was copied from goes on'
is "$(notes)" 'før den hørte det|igen|ikke sendt|på originalen|sendt' 'and all it keeps counts'

# ---- words erased while their tablet was out
point=$(sql "$registry_data" "SELECT id FROM observation WHERE note = 'sendt'")
walker witness "$point" >/dev/null
walker sync >/dev/null
run registry device list --json
registry device revoke "$(jq -r '.devices[] | select(.name != "Kopi") | .id' <<<"$out")" >/dev/null
run walker sync
like "$status $err" '^1 .*shut out' 'a tablet that has nothing to send hears of it all the same'
is "$(sql "$walker_data" "SELECT count(*) FROM observation WHERE id = '$point'")" 0 'shut out again, it lets go of what is home'
registry erase "$point" --text --reason request >/dev/null
walker pair "$registry_url" "$(registry device code | tail -n 1)" >/dev/null
run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'paired anew it is content'
is "$(sql "$walker_data" "SELECT founded, category, note IS NULL, witnesses FROM observation WHERE id = '$point'")" '1|BEL01|1|1' \
    'and has its point back, but for the words'
ok 'doctor is content' walker doctor --rebuild

# ---- shut out by a registry that came back from a backup which knows less
registry backup "$tmp/older" >/dev/null
walker add --walk "$walk" --category REN02 --note 'efter kopien' >/dev/null
run walker sync
is "$status" 0 'a point is home after the backup'
stop registry
rm -r "$registry_data"
registry restore "$tmp/older" >/dev/null
start_registry
run registry device list --json
registry device revoke "$(jq -r '.devices[] | select(.name != "Kopi" and (.revoked | not)) | .id' <<<"$out")" >/dev/null
walker add --walk "$walk" --category REN02 --note 'noget at sende' >/dev/null # so it does not greet first
run walker sync
like "$status $err" '^1 .*shut out' 'before it has heard of the restored registry it is shut out there'
run walker list --json
is "$(jq '[.observations[] | select(.note == "efter kopien")] | length' <<<"$out")" 1 \
    'it keeps what only the lost registry had confirmed'
walker pair "$registry_url" "$(registry device code | tail -n 1)" >/dev/null
run walker sync --json
is "$status $(jq -r .all_confirmed <<<"$out") $(notes | grep -c 'efter kopien')" '0 true 1' 'and brings it home when it is paired anew'

# ---- the refusal itself is lost, with the body that it refused
node "$root/tests/support/lost_refusals.mjs" "${registry_url##*:}" >"$tmp/relay" & relay=$!
started+=("$relay")
until [ -s "$tmp/relay" ] || ! kill -0 "$relay"; do sleep 0.05; done
walker_data=$tmp/unheard
"$BIN/walker" --data "$walker_data" pair "http://127.0.0.1:$(cat "$tmp/relay")" "$(registry device code | tail -n 1)" --name Uhørt >/dev/null
walk=$(walker walk new --title 'Uhørt' | tail -n 1)
walker add --walk "$walk" --category BEL01 --note 'ikke sendt' >/dev/null
run registry device list --json
registry device revoke "$(jq -r '.devices[] | select(.name == "Uhørt") | .id' <<<"$out")" >/dev/null
kill -USR1 "$relay"
run walker sync
like "$status $err" '^1 .*shut out' 'where a cut body is all that it hears of a refusal, it asks and is told'

# ---- accepted by a person, where no pairing can be: what comes by stick only
walker_data=$tmp/shelf
walk=$(walker walk new --title 'Fra hylden' | tail -n 1)
pair
walker add --walk "$walk" --category BEL01 --note 'i tide' >/dev/null
walker sync >/dev/null
origin=$(sql "$walker_data" 'SELECT lower(hex(origin)) FROM self')
walker add --walk "$walk" --category BEL01 --note 'for sent' >/dev/null
run registry device list --json
registry device revoke "$(jq -r '.devices[0].id' <<<"$out")" >/dev/null
walker stick "$tmp/shelf.lygte" >/dev/null
registry unstick "$tmp/shelf.lygte" >/dev/null
idle() { sql "$registry_data" "SELECT count(*) FROM record WHERE origin = x'$origin' AND reason = 'revoked'"; }
ok 'what it wrote before it heard waits without effect' test "$(idle)" -gt 0
is "$(registry device list --json | jq "[.care[] | select(.origin == \"$origin\")][0].refused > 0")" true \
    'the desk says so'
run registry device admit "$origin" --name 'Fra hylden'
is "$status $(idle)" '0 0' 'a person admits it, and it counts'
like "$(notes)" 'for sent' 'with its point'

# ---- and shut out once more

listed=$(registry device list --json | jq -r '.devices[0].id')
is "$(registry device list --json | jq '.devices[0].revoked')" false 'it is listed as one that may write'
token=$(cat "$walker_data/token")
ask POST "$registry_url/api/v1/records" -H "Authorization: Bearer $token" -H 'Content-Type: application/x-ndjson' -d ''
is "$code" 403 'though by its old token it sends nothing'
run registry device revoke "$listed"
is "$status $(registry device list --json | jq '.devices[0].revoked')" '0 true' 'it is shut out again'
walker add --walk "$walk" --category BEL01 --note 'lukket ude igen' >/dev/null
walker stick "$tmp/shelf.lygte" >/dev/null
registry unstick "$tmp/shelf.lygte" >/dev/null
is "$(notes | grep -c 'lukket ude igen') $(notes | grep -c 'for sent')" '0 1' \
    'and what it writes then is without effect, while what came before stays'

finish
