#!/usr/bin/env bash
# What does not follow what is held, comes without its body, or is not what was signed is
# never taken for held; and it holds up nothing that comes after it.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry
pair
walk=$(walker walk new --title 'To kæder' | tail -n 1)
walker add --walk "$walk" --category BEL01 --note 'før' >/dev/null
walker sync >/dev/null

# ---- a database put back goes home by stick

mkdir "$tmp/old"
sqlite3 "$walker_data/lygte.db" ".backup '$tmp/old/lygte.db'"
walker add --walk "$walk" --category STI01 --note 'glemt' >/dev/null
walker sync >/dev/null
rm -f "$walker_data"/lygte.db*
cp "$tmp/old/lygte.db" "$walker_data/"
walker add --walk "$walk" --category REN01 --note 'anden kæde' >/dev/null
walker add --walk "$walk" --category REN02 --note 'efter den' >/dev/null
walker stick "$tmp/walk.lygte" >/dev/null
run registry unstick "$tmp/walk.lygte" --json
is "$status $(jq -c '[.records, .refused]' <<<"$out")" '1 [0,2]' \
    'what does not follow what is held is refused with all that follows it'
run walker unstick "$tmp/walk.lygte"
run walker status --json
is "$(jq -c '[.all_confirmed, .records.made - .records.verified]' <<<"$out")" '[false,2]' \
    'and no receipt bridges the fork'
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'the next sync brings it home as its own'
is "$(sql "$registry_data" "SELECT group_concat(note, ' / ') FROM (SELECT note FROM observation
    WHERE founded = 1 ORDER BY category)")" 'før / anden kæde / efter den / glemt' 'with all points'

# ---- a stick without the words of an erasure

point=$(walker add --walk "$walk" --category BEL03 --note 'MARKOER-KROPPEN' | tail -n 1)
walker sync >/dev/null
registry erase "$point" --text --reason request >/dev/null
walker add --walk "$walk" --category BEL04 >/dev/null
rm -f "$tmp/walk.lygte"
walker stick "$tmp/walk.lygte" >/dev/null
registry unstick "$tmp/walk.lygte" >/dev/null
sqlite3 "$tmp/walk.lygte" "UPDATE feed SET text = json_set(text, '\$[1]', NULL)
    WHERE json_type(text) = 'array' AND json_extract(json_extract(text, '\$[0]'), '\$.kind') = 'erase'"
run walker unstick "$tmp/walk.lygte" --json
is "$(jq .refused <<<"$out")" 1 'an erasure without its body is not taken from a stick'
walker sync >/dev/null
run grep -rlac MARKOER-KROPPEN "$walker_data"
is "$out" '' 'and the true one still erases'

# ---- an origin with two words

liar=$walker_data
walker_data=$tmp/second
pair
walk=$(walker walk new --title 'Den anden' | tail -n 1)
walker add --walk "$walk" --category BEL01 >/dev/null
walker stick "$tmp/second.lygte" >/dev/null
registry unstick "$tmp/second.lygte" >/dev/null
says() { node "$root/tests/support/says.mjs" "$liar" "$@"; }
word() { says 500 50 clock.fix '{ORIGIN}:b' '{"boot":"b","utc_minus_mono_ms":1,"source":"set"}'; }
word >"$tmp/word"
ask POST "$registry_url/api/v1/records" -H "Authorization: Bearer $(<"$liar/token")" \
    -H 'Content-Type: application/x-ndjson' --data-binary "@$tmp/word"
is "$code $(jq .new <<<"$body")" '200 1' 'one word goes to the register'
for line in "$(says)" "$(word)"; do
    sqlite3 "$tmp/second.lygte" "INSERT INTO feed (text) VALUES ('$line')"
done
walker unstick "$tmp/second.lygte" >/dev/null
make_photo "$tmp/b.jpg" 'en ny'
walker add --walk "$walk" --category BEL01 --photo "$tmp/b.jpg" >/dev/null
run walker sync
like "$status $err" '^1 .*:500 ' 'and the other by stick: the sync says what it left out'
run walker sync --json
is "$status $(jq -c '[.all_confirmed, .photos.verified]' <<<"$out")" '0 [true,1]' \
    'and goes on, also with photos'

# ---- a signature that a disk has spoilt at the register

registry party add XX --da X --en X --kind owner >/dev/null
sql "$registry_data" "UPDATE record SET sig = CAST(substr(sig, 1, 63) || x'ff' AS BLOB)
    WHERE kind = 'party.set' AND arrival = (SELECT max(arrival) FROM record WHERE kind = 'party.set')"
registry party add YY --da Y --en Y --kind owner >/dev/null
walker add --walk "$walk" --category BEL02 >/dev/null
run walker sync
like "$status $err" '^1 .*left out' 'a record that fails its signature is left out, and told'
is "$(sql "$walker_data" "SELECT group_concat(code) FROM party WHERE code IN ('XX', 'YY')")" YY \
    'and what comes after it is there'
run walker sync
is "$status" 0 'once'
finish
