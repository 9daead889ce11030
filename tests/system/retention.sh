#!/usr/bin/env bash
# Photos go when their time is over: so many days after every case that shows them is
# closed, on every copy, and a record in the log says so. Without a setting nothing goes.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

for n in 1 2 3; do make_photo "$tmp/photo-$n.jpg" "behold-$n"; done
walker walk new --title 'Opbevaring' >/dev/null
for n in 1 2 3; do walker add --category BEL01 --photo "$tmp/photo-$n.jpg" >/dev/null; done
start_registry || exit 1
pair
run walker sync
is "$status" 0 'three points with photos come home'
login koordinator coordinator

# A day in the registry's life: faketime moves its clock for one command.
later() { # DAYS COMMAND...
    local days=$1
    shift
    if [ "$BIN" = "${PLAIN_BIN:-$BIN}" ] && command -v faketime >/dev/null; then
        faketime -f "+${days}d" "$@"
    else # sanitized programs do not take a preload: the cases become older instead
        sql "$registry_data" "UPDATE issue SET changed_ms = changed_ms - $days * 86400000"
        "$@"
        sql "$registry_data" "UPDATE issue SET changed_ms = changed_ms + $days * 86400000"
    fi
}

close() { # N: the case of the nth photo
    ask GET "$registry_url/api/v1/issues?closed=1" -H "Cookie: $cookie"
    local id head
    id=$(jq -r --arg sha "$(hash_of "$tmp/photo-$1.jpg")" \
        '.issues[] | select(.observation.photos[0].sha256 == $sha) | .id' <<<"$body")
    for state in triaged no_action; do
        ask GET "$registry_url/api/v1/issues/$id" -H "Cookie: $cookie"
        head=$(field .head)
        send PATCH "$registry_url/api/v1/issues/$id" "{\"state\":\"$state\",\"why\":\"ja\"}" \
            -H "Cookie: $cookie" -H "If-Match: \"$head\""
    done
}

close 1
is "$code $(field .state)" '200 no_action' 'a case is closed'
there() { for n in 1 2 3; do grep -rlaF "behold-$n" "$1" >/dev/null && printf %s "$n"; done; }
run later 400 "$BIN/registry" --data "$registry_data" retain --json
is "$status $(jq -c '[.ended, .unnamed]' <<<"$out") $(there "$registry_data")" '0 [0,0] 123' \
    'without a setting nothing goes, however old'
complains 1 'soon' 'days that are none' registry retain --ended soon
run registry retain --ended 90 --json
is "$(jq -c .ended <<<"$out") $(there "$registry_data")" '0 123' 'nothing goes before its time'
run later 91 "$BIN/registry" --data "$registry_data" retain --dry-run --json
is "$(jq -c '[.ended, .records, .dry_run]' <<<"$out") $(there "$registry_data")" \
    '[1,0,true] 123' 'a dry run counts, and touches nothing'
days() { sql "$registry_data" "SELECT value FROM setting WHERE name = 'retention_days_ended'"; }
run later 91 "$BIN/registry" --data "$registry_data" retain --dry-run --ended 300 --json
is "$(jq -c .ended <<<"$out") $(days)" '0 90' 'days that are tried in one are counted by, and not kept'
run later 31 "$BIN/registry" --data "$registry_data" retain --dry-run --ended 30 --json
is "$(jq -c .ended <<<"$out") $(days)" '1 90' 'so that the server does not erase by them tonight'
complains 1 'soon' 'one of two that is no number' registry retain --ended 30 --sealed soon
is "$(days)" 90 'and neither is kept'
run later 91 "$BIN/registry" --data "$registry_data" retain --json
is "$(jq -c '[.ended, .records]' <<<"$out") $(there "$registry_data")" '[1,1] 23' \
    'the photo of the closed case goes, those of open ones stay'
is "$(sql "$registry_data" "SELECT reason || ' ' || role FROM erasure")" 'retention registry' \
    'a record proves it'
run walker sync
is "$status $(there "$walker_data")" '0 23' 'it goes on the device at its next sync'
ask GET "$registry_url/api/v1/issues?closed=1" -H "Cookie: $cookie"
is "$(jq -r '[.issues[].observation.photos[0].state] | sort | join(" ")' <<<"$body")" \
    'erased verified verified' 'the case says that its photo was erased'

# ---- photos no point names: what waits for them keeps them

for n in held aside nobody; do
    make_photo "$tmp/$n.jpg" "ingen-$n"
    ask POST "$registry_url/api/v1/uploads" -H "Authorization: Bearer $(<"$walker_data/token")" \
        -H 'Tus-Resumable: 1.0.0' -H 'Content-Type: application/offset+octet-stream' \
        -H "Upload-Length: $(stat -c %s "$tmp/$n.jpg")" \
        -H "Upload-Metadata: sha256 $(hash_of "$tmp/$n.jpg" | tr -d '\n' | base64 -w 0)" --data-binary "@$tmp/$n.jpg"
done
is "$code $(sql "$registry_data" 'SELECT count(*) FROM blob')" '201 5' 'three photos come that no point names'
IFS='|' read -r seq tick head < <(sql "$walker_data" 'SELECT seq, tick, lower(hex(head)) FROM self')
sign() { # N HOW PHOTO
    node "$root/tests/support/signed_line.mjs" "$walker_data" $((seq + $1)) "$head" $((tick + $1)) "$2" "$(new_id)" \
        "$(hash_of "$tmp/$3.jpg")" >"$tmp/line.$1"
    head=$(jq -j '.[0]' "$tmp/line.$1" | sha256sum | cut -d ' ' -f 1)
}
sign 1 good held # of a kind of tomorrow
sign 2 word aside
ask POST "$registry_url/api/v1/records" -H "Authorization: Bearer $(<"$walker_data/token")" \
    -H 'Content-Type: application/x-ndjson' --data-binary @<(cat "$tmp"/line.[12])
is "$code $(field '"\(.new) \([.unapplied, .aside | length])"')" '200 2 [1,1]' 'two are named by a record held without effect, and by a line set aside'
unnamed() { for n in held aside nobody; do grep -rlaF "ingen-$n" "$registry_data/photos" >/dev/null && printf '%s ' "$n"; done; }
sql "$registry_data" 'UPDATE blob SET made_ms = made_ms - 2 * 86400000'
run registry retain --unnamed 1 --json
is "$status $(jq -c .unnamed <<<"$out") $(unnamed)" '0 1 held aside ' 'only the one that nobody names goes'

# ---- points that were taken back before they came home: no case of theirs will ever be closed

undone='' joined=''
for n in undone joined; do
    make_photo "$tmp/$n.jpg" "taget-$n"
    run walker add --category BEL01 --photo "$tmp/$n.jpg"
    printf -v "$n" %s "$out"
done
run walker withdraw "$undone"
run walker withdraw "$joined" --into "$(walker list --json | jq -r --arg sha "$(hash_of "$tmp/photo-2.jpg")" \
    '.observations[] | select(any(.photos[]; .sha256 == $sha)) | .id')"
run walker sync
taken() { for n in undone joined; do grep -rlaF "taget-$n" "$registry_data" >/dev/null && printf '%s ' "$n"; done; }
run registry retain --json
is "$status $(jq -c .ended <<<"$out") $(taken)" '0 0 undone joined ' 'photos of points that were taken back stay as long as others'
sql "$registry_data" "UPDATE blob SET made_ms = made_ms - 91 * 86400000"
run registry retain --json
is "$(jq -c .ended <<<"$out") $(taken)" '1 joined ' \
    'then go, also where no case was ever opened; one that was joined waits for the other case'
close 2
run later 91 "$BIN/registry" --data "$registry_data" retain --json
is "$(jq -c .ended <<<"$out") $(taken)" '2 ' 'and goes with that one'
run registry doctor --rebuild
is "$status" 0 'all is whole'

finish
