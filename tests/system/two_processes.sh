#!/usr/bin/env bash
# Several processes on one folder: verbs add, import and list while `walker serve` takes
# points from the page, and the registry's verbs work while it serves. Everything is
# there, numbers are unique, and nobody is told that the folder is taken.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

each=${EACH:-15}
walk=$(walker walk new --title 'Many hands')
walker walk begin "$walk" >/dev/null
start_walker || exit 1

# ---- four processes and the page at once -----------------------------------------------

adds() { # NAME
    for ((n = 0; n < each; n++)); do
        walker add --walk "$walk" --category BEL01 --note "verb $1 $n" 2>>"$tmp/troubles" \
            || echo failed
    done
}
puts() { # NAME
    for ((n = 0; n < each * 3; n++)); do
        curl -sS -m 30 -o /dev/null -w '%{http_code}\n' -X PUT \
            -H 'Content-Type: application/json' \
            -d "{\"walk\":\"$walk\",\"category\":\"REN01\",\"note\":\"page $1 $n\"}" \
            "$walker_url/api/v1/observations/$(new_id)" 2>>"$tmp/troubles"
    done
}
photos() {
    mkdir "$tmp/photos"
    for ((n = 0; n < each; n++)); do make_photo "$tmp/photos/$n.jpg" "one of many: $n"; done
    walker import "$tmp/photos" --walk "$walk" --json 2>>"$tmp/troubles"
}
reads() {
    for ((n = 0; n < each; n++)); do
        walker list --json 2>>"$tmp/troubles" | jq -e '.observations | length' >/dev/null ||
            echo unreadable
    done
}
working=()
for name in 1 2 3 4; do adds "$name" >"$tmp/adds.$name" & working+=($!); done
for name in 1 2; do puts "$name" >"$tmp/puts.$name" & working+=($!); done
photos >"$tmp/imported" & working+=($!)
reads >"$tmp/read" & working+=($!)
started+=("${working[@]}")
wait "${working[@]}"

is "$(<"$tmp/troubles")" '' \
    'four processes add, one imports, one lists, two use the page: no trouble'
is "$(cat "$tmp"/adds.* | sort -u | wc -l)" $((4 * each)) \
    "$((4 * each)) points were added by verbs"
is "$(cat "$tmp"/puts.* | sort | uniq -c | xargs)" "$((6 * each)) 201" \
    "$((6 * each)) by the page"
is "$(jq -c 'map(.verdict) | unique' "$tmp/imported")" '["kept"]' "$each by import"
is "$(<"$tmp/read")" '' 'whoever read, read a whole list'

run walker list --json
total=$((11 * each))
is "$(jq '.observations | length' <<<"$out")" "$total" "all $total are there"
is "$(jq -r '.observations[].id' <<<"$out" | sort | comm -13 - <(cat "$tmp"/adds.* | sort) | wc -l)" 0 \
    'under the ids the verbs gave'
is "$(jq -r '.observations[].note' <<<"$out" | grep -v '^$' | sort | uniq -d | wc -l)" 0 \
    'each once'
is "$(jq -c '.observations | map(.number) | sort' <<<"$out")" \
    "$(seq "$total" | jq -sc .)" "numbers run from 1 to $total without a gap or a twin"
ask GET "$walker_url/api/v1/walks/$walk/observations"
is "$(field '.observations | length')" "$total" 'the page shows them all'

# ---- another walk has numbers of its own -----------------------------------------------

second=$(walker walk new --title 'Another walk')
point=$(walker add --walk "$second" --category BEL01)
ask GET "$walker_url/api/v1/observations/$point"
is "$code $(field .number)" '200 1' \
    'another walk begins with number 1, and the page knows it at once'
run walker edit "$point" --note 'said by a verb'
send PATCH "$walker_url/api/v1/observations/$point" '{"severity":2}'
run walker show "$point" --json
is "$(jq -c '[.note, .severity, .conflicts // null]' <<<"$out")" '["said by a verb",2,null]' \
    'an edit by a verb and one by the page stand side by side'
ok 'doctor is content while it serves' walker doctor --rebuild

# ---- the registry's verbs while it serves ----------------------------------------------

registry walk new --title 'A plan' >/dev/null
start_registry || exit 1
pair
walker sync >/dev/null &
syncing=$!
five() { # COMMAND...
    for _ in 1 2 3 4 5; do "$@" 2>>"$tmp/troubles" || echo failed; done
}
five registry list --format csv >"$tmp/lists" & listing=$!
five registry walk new --title 'One of five' >"$tmp/plans" & planning=$!
started+=("$syncing" "$listing" "$planning")
wait "$syncing"
is $? 0 'a sync while verbs work at the registry'
wait "$listing" "$planning"
is "$(grep -h failed "$tmp/lists" "$tmp/plans"; cat "$tmp/troubles")" '' \
    'and they at it: no trouble'
run registry list --json
is "$(jq '.issues | length' <<<"$out")" $((total + 1)) 'every point has its issue'
is "$(jq -r '.issues[].number' <<<"$out" | sort | uniq -d | wc -l)" 0 'with a number of its own'
run registry walk list --json
is "$(jq '.walks | length' <<<"$out")" 8 'every plan is there, and both walks'
run walker sync
ok 'doctor is content with the registry' registry doctor --rebuild

# ---- two syncs at once -----------------------------------------------------------------

for name in 5 6; do
    make_photo "$tmp/more-$name.jpg" "one more: $name"
    walker add --walk "$second" --category BEL01 --photo "$tmp/more-$name.jpg" >/dev/null
done
walker sync >/dev/null 2>"$tmp/first" &
first=$!
started+=("$first")
walker sync >/dev/null 2>"$tmp/second"
second_status=$?
wait "$first"
first_status=$?
like "$first_status $second_status" '^(0 0|0 1|1 0)$' \
    'of two syncs at once one does it; the other may say that one is running'
run walker status --json
is "$(jq .all_confirmed <<<"$out")" true 'and all is confirmed'

finish
