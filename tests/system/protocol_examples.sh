#!/usr/bin/env bash
# The examples of sync/PROTOCOL.md, read from the paper itself, sent to a real registry: its
# answers have the members the paper shows, none more and none less.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

registry police key --make "$tmp/police.key" <<<'korrekt hest batteri hæfteklamme' >/dev/null
registry_options=(--name Lygte)
start_registry
pair
make_photo "$tmp/there.jpg" 'a photo that is there'
make_photo "$tmp/way.jpg" 'a photo that is under way'
walker walk new --title 'Hjemme' >/dev/null
walker add --category BEL01 --photo "$tmp/there.jpg" >/dev/null
run walker sync
is "$status" 0 'one tablet is home'

# ---- another one, with all that an answer can be about -------------------------------------

other=$tmp/other
at_other() { "$BIN/walker" --data "$other" "$@"; }
at_other walk new --title 'Eksempel' >/dev/null
at_other add --category REN01 >/dev/null
stranger=$tmp/stranger
"$BIN/walker" --data "$stranger" walk new --title 'Ukendt' >/dev/null
key_of() { sql "$1" "SELECT lower(hex(key)) FROM origin WHERE origin = (SELECT origin FROM self)"; }
origin_of() { sql "$1" 'SELECT lower(hex(origin)) FROM self'; }
lines_of() { # FOLDER
    echo "{\"origin\":\"$(origin_of "$1")\",\"key\":\"$(key_of "$1")\"}"
    sql "$1" "SELECT json_array(head, body, lower(hex(sig))) FROM record
        WHERE origin = (SELECT origin FROM self) ORDER BY seq"
}
echo "{\"kind\":\"observation.scent\",\"subject\":\"$(new_id)\",\"body\":{},\"reason\":\"kind\"}" >"$tmp/wishes"
IFS='|' read -ra numbers < <(sql "$other" 'SELECT seq, tick, arrival, lower(hex(head)) FROM self')
node "$root/tests/support/next_version.mjs" "$other" "$tmp/wishes" "${numbers[@]}" | sqlite3 "$other/lygte.db"
IFS='|' read -ra numbers < <(sql "$other" 'SELECT seq + 1, lower(hex(head)), tick + 1 FROM self')
{
    lines_of "$other"
    node "$root/tests/support/signed_line.mjs" "$other" "${numbers[@]}" twice
    lines_of "$stranger"
    echo 'no record'
} >"$tmp/batch"

# Paired before, so that half a photo of it is under way: the same code and key once more
# get the same answer.
pair_code=$(registry device code --json | jq -r .code)
send POST "$registry_url/api/v1/pair" \
    "{\"code\":\"$pair_code\",\"name\":\"Tablet 1\",\"key\":\"$(key_of "$other")\"}"
tus=(-H "Authorization: Bearer $(field .token)" -H 'Tus-Resumable: 1.0.0')
way=$(hash_of "$tmp/way.jpg")
ask POST "$registry_url/api/v1/uploads" "${tus[@]}" -H "Upload-Length: $(stat -c %s "$tmp/way.jpg")" \
    -H "Upload-Metadata: sha256 $(printf %s "$way" | base64 -w 0)" \
    -H 'Content-Type: application/offset+octet-stream' --data-binary @<(head -c 50 "$tmp/way.jpg")
is "$code $(header Upload-Offset)" '201 50' 'half a photo of the other is under way'

# ---- the paper -----------------------------------------------------------------------------

there=$(hash_of "$tmp/there.jpg")
jq -n --argjson bytes "$(stat -c %s "$tmp/there.jpg")" --arg there "$there" --arg way "$way" --arg never "$(printf 'ab%.0s' {1..32})" \
    --arg code "$pair_code" --arg key "$(key_of "$other")" --arg origin "$(origin_of "$other")" \
    --arg batch "$tmp/batch" '{
        put: {"7K2MQ-4XWTB": $code, "<public key, 64 hex>": $key, "<32 hex>": $origin, "<64 hex>": $there,
            "<one that is there>": $there, "2366947": $bytes, "<one under way>": $way, "<one that never came>": $never},
        bodies: {"/api/v1/records": $batch}}' >"$tmp/values"
run node "$root/tests/support/examples.mjs" "$root/sync/PROTOCOL.md" "$registry_url" "$tmp/values"
is "$status $(tail -n 1 <<<"$out")" '0 # 5 examples' 'all that the paper marks are sent'
while read -r verdict _ claim; do
    case $verdict in
    ok) passed "$claim" ;;
    not_ok) failed "$claim" "$out" ;;
    esac
done <<<"${out//not ok/not_ok}"
finish
