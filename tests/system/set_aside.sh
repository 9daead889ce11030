#!/usr/bin/env bash
# Lines that are rightly signed and that a program of today cannot read: too long, or a head
# that is not JSON as we read it or not of the form we know. They are held aside, byte for
# byte, in the runs; the sender hears of it, the desk sees whose and why, a hub hands them
# on, and a program that can read them takes them in. Wrong ones are refused as ever.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
sha() { sha256sum | cut -d ' ' -f 1; }
hash_of_line() { jq -j '.[0]' "$1" | sha; }

start_registry
pair
walk=$(walker walk new --title 'Lagt til side' --area 'Aalborg Øst' | tail -n 1)
point=$(walker add --walk "$walk" --category BEL01 --at 57.0406,9.9712,4 | tail -n 1)
run walker stick "$tmp/stick.lygte"
walker sync >/dev/null
IFS='|' read -r seq tick arrival head < <(sql "$walker_data" 'SELECT seq, tick, arrival, lower(hex(head)) FROM self')
own=$(sql "$walker_data" 'SELECT lower(hex(origin)) FROM self')
key=$(sql "$walker_data" "SELECT lower(hex(key)) FROM origin WHERE lower(hex(origin)) = '$own'")

# make N HOW: the line after the last one, in $tmp/line.N; it is what the next one follows.
make() {
    node "$root/tests/support/signed_line.mjs" "$walker_data" $((seq + $1)) "$head" $((tick + $1)) "$2" "$point" \
        >"$tmp/line.$1"
    head=$(hash_of_line "$tmp/line.$1")
}
bring() { # FILE...
    { echo "{\"origin\":\"$own\",\"key\":\"$key\"}"; cat "$@"; } >"$tmp/batch"
    ask POST "${to:-$registry_url}/api/v1/records" -k -H "Authorization: Bearer ${token:-$(<"$walker_data/token")}" \
        -H 'Content-Type: application/x-ndjson' --data-binary @"$tmp/batch"
}
runs() { field ".origins[] | select(.origin == \"$own\") | [.runs[][:2] | join(\"-\")] | join(\" \")"; }
told() { field "[.aside[] | select(.origin == \"$own\") | \"\\(.seq - $seq) \\(.reason)\"] | join(\", \")"; }

# ---- at the registry ---------------------------------------------------------------------------

make 1 large
make 2 twice
make 3 word
make 4 good
bring "$tmp"/line.[1-4]
is "$code $(field '[.new, .already, (.refused | length)] | join(" ")')" '200 4 0 0' 'rightly signed, each is held'
is "$(runs)" "1-$((seq + 4))" 'the runs go over them without a hole'
is "$(field "(.origins[] | select(.origin == \"$own\").upto[0]) - $seq")" 4 'up to the last one of the batch'
three='1 large, 2 form, 3 form'
is "$(told)" "$three" 'and the answer tells which are aside, and why'
bring "$tmp"/line.[1-4]
is "$(field '[.new, .already] | join(" ")') $(told)" "0 4 $three" 'sent again they are once'
for n in 1 2 3; do sql "$registry_data" "SELECT line FROM aside WHERE seq = $((seq + n))"; done >"$tmp/kept"
is "$(sha <"$tmp/kept")" "$(cat "$tmp"/line.[1-3] | sha)" 'what is kept are the very bytes'
is "$(sql "$registry_data" "SELECT count(*) FROM record WHERE lower(hex(origin)) = '$own' AND seq > $seq")" 1 \
    'none of them is in the log'

bodiless() { jq -c '[.[0], null, .[2]]' "$1"; }
held=$head
for wrong in 'forged record.bad_signature' 'altered record.body_differs' 'unread json.bad_value'; do
    make 5 "${wrong% *}"
    bring "$tmp/line.5"
    is "$(field '[.refused[].key] | join(" ")') $(runs) $(told)" "${wrong#* } 1-$((seq + 4)) $three" \
        "one that is ${wrong% *} is refused, and its origin stays where it was"
    head=$held
done
make 5 large
bodiless "$tmp/line.5" >"$tmp/line.6"
bring "$tmp/line.6"
is "$(field '.new')" 0 'one whose body was left out on the way is not held for good'
mv "$tmp/line.1" "$tmp/line.first"
make 1 large
bring "$tmp/line.1"
is "$(field '.refused[0] | [.key, .status] | join(" ")')" 'record.forked 409' 'another one at the same place is a fork'
mv "$tmp/line.first" "$tmp/line.1"

run registry device list --json
is "$(jq -c "[.care[] | select(.origin == \"$own\") | .name, .missing, .aside_large, .aside_form]" <<<"$out")" \
    '["Tablet 1",0,1,2]' 'the desk knows whose they are, how many, and why; nothing is missing'
LYGTE_LANG=da run registry device list
like "$out" 'Tablet 1.*: 1 hændelser er lagt til side.*længere' 'and says it'
like "$out" 'Tablet 1.*: 2 hændelser er lagt til side.*måde' 'for either reason'
run registry doctor --rebuild --json
is "$status $(jq -c '[.ok, ([.findings[].key] | sort)]' <<<"$out")" '0 [true,["check.aside_form","check.aside_large","check.newer"]]' \
    'doctor tells them, finds no gap, and makes the same tables'

# ---- at their sender -----------------------------------------------------------------------------

# What its own, later program has in its log.
for n in 1 2 3 4; do
    printf "INSERT INTO record (arrival, origin, seq, hash, tick, kind, subject, head, body, sig, reason)
        SELECT %s, x'%s', %s, x'%s', %s, 'observation.scent', '%s', json_extract(line, '\$[0]'),
        json_extract(line, '\$[1]'), x'%s', 'kind' FROM (SELECT CAST(readfile('%s') AS TEXT) AS line);\n" $((arrival + n)) \
        "$own" $((seq + n)) "$(hash_of_line "$tmp/line.$n")" $((tick + n)) "$point" "$(jq -r '.[2]' "$tmp/line.$n")" \
        "$tmp/line.$n"
done >"$tmp/log.sql"
echo "UPDATE self SET seq = seq + 4, tick = tick + 4, arrival = arrival + 4, head = x'$held';" >>"$tmp/log.sql"
sqlite3 "$walker_data/lygte.db" <"$tmp/log.sql"
run registry unstick "$tmp/stick.lygte"
run walker unstick "$tmp/stick.lygte"
standing() { walker status --json | jq -c '[.aside, .all_confirmed, .records.made - .records.verified]'; }
is "$status $(standing)" '0 [3,false,0]' 'a stick brings the word: confirmed, but aside, so not all is well'
LYGTE_LANG=da run walker status
like "$out" 'Lagt til side: 3 .*Ikke alt' 'status says so'
walker add --walk "$walk" --category REN01 >/dev/null
run walker sync --json
is "$status $(jq -c '[.aside, .all_confirmed, .records.made - .records.verified]' <<<"$out")" '0 [3,false,0]' \
    'a sync ends well, sends none of them again, and tells'
LYGTE_LANG=da run walker sync
like "$out" 'Lagt til side: 3 ' 'in words too'
run walker wipe --walk "$walk"
is "$status $(sql "$walker_data" "SELECT count(*) FROM record WHERE subject = '$point' AND body IS NULL")" '1 0' \
    'what the registry cannot read is not wiped here'

# ---- a program that can read one of them ----------------------------------------------------------

# As the program before would have left it: a good line, set aside.
stop registry
sql "$registry_data" "INSERT INTO aside SELECT origin, seq, hash, NULL, json_array(head, body, lower(hex(sig))), 'form', 0
    FROM record WHERE lower(hex(origin)) = '$own' AND seq = $((seq + 4));
    DELETE FROM record WHERE lower(hex(origin)) = '$own' AND seq = $((seq + 4));
    UPDATE self SET fold_version = 1"
start_registry
is "$(sql "$registry_data" "SELECT (SELECT count(*) FROM aside), (SELECT count(*) FROM record WHERE seq = $((seq + 4))
    AND lower(hex(origin)) = '$own')")" '3|1' 'updated, the registry takes in what it can read now'
sql "$registry_data" "DELETE FROM aside WHERE seq = $((seq + 2))"
walker add --walk "$walk" --category REN02 >/dev/null
run walker sync
is "$status $(standing)" '0 [2,false,0]' 'what is no longer aside is no longer told as such'

# ---- by a hub ------------------------------------------------------------------------------------

other=$tmp/other
walker_data=$other
pair
walker walk new --title 'Ved navet' >/dev/null
IFS='|' read -r seq tick arrival head < <(sql "$other" 'SELECT seq, tick, arrival, lower(hex(head)) FROM self')
own=$(sql "$other" 'SELECT lower(hex(origin)) FROM self')
key=$(sql "$other" "SELECT lower(hex(key)) FROM origin WHERE lower(hex(origin)) = '$own'")
make 1 large
make 2 twice
sql "$other" "SELECT json_array(head, body, lower(hex(sig))) FROM record
    WHERE lower(hex(origin)) = '$own' ORDER BY seq" >"$tmp/before"
walker_data=$tmp/hub
pair
walker sync >/dev/null
hub_log=$(new_log hub)
"$BIN/walker" --data "$tmp/hub" serve --hub --listen 127.0.0.1:0 --page 127.0.0.1:0 >"$hub_log" 2>&1 &
hub_pid=$!
started+=("$hub_pid")
for ((n = 0; n < 2000; n++)); do
    to=$(grep -oE 'https://[0-9.]+:[0-9]+' "$hub_log" | head -n 1)
    [ -z "$to" ] || break
    sleep 0.01
done
run walker hub code --json
send POST "$to/api/v1/pair" "{\"code\":\"$(jq -r .code <<<"$out")\",\"name\":\"B\",\"key\":\"$key\"}" -k
token=$(field .token)
bring "$tmp/before" "$tmp/line.1" "$tmp/line.2"
is "$code $(runs) $(told)" "200 1-$((seq + 2)) 1 large, 2 form" 'a hub holds them for a tablet'
run walker stick "$tmp/hub.lygte"
is "$status $(sqlite3 "$tmp/hub.lygte" "SELECT text FROM line WHERE text LIKE '[ %'" | sha)" \
    "0 $(cat "$tmp/line.1" "$tmp/line.2" | sha)" 'its stick has them too'
run walker sync
is "$status" 0 'and brings them to the registry'
is "$(sql "$registry_data" "SELECT line FROM aside WHERE lower(hex(origin)) = '$own' ORDER BY seq" | sha)" \
    "$(cat "$tmp/line.1" "$tmp/line.2" | sha)" 'the very bytes'
is "$(sql "$registry_data" "SELECT max(last), count(*) FROM held_run WHERE lower(hex(origin)) = '$own'")" \
    "$((seq + 2))|1" 'in one run'
send POST "$to/api/v1/receipts" "{\"origins\":[\"$own\"],\"photos\":[]}" -k -H "Authorization: Bearer $token"
is "$(field '.receipts[0].text | fromjson | [.aside[].reason] | join(" ")')" 'large form' \
    'and has the signed word of the registry for the tablet: aside there too'
stop hub
finish
