#!/usr/bin/env bash
# A phone out of reach when the walk ends may hold points that nobody has heard of: closing
# counts it, one heard shortly before is not counted, and n of n is still n of n.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

walker_data=$tmp/hub
start_hub
closing() { # FIELDS
    run walker walk show "$walk" --json
    jq -c ".closing | $1" <<<"$out"
}
join() { # WALK PHONE...
    run walker pass "$1" --json
    local at phone
    at=$(jq -r .url <<<"$out") pass=$(jq -r .pass.id <<<"$out")
    for phone in "${@:2}"; do ask GET "$at" -k -c "$tmp/$phone" -b "$tmp/$phone"; done
}
heard_ago() { # SECONDS: the phone that came in last
    sql "$tmp/hub" "UPDATE pass_phone SET seen_ms = seen_ms - $1 * 1000 WHERE rowid = (SELECT max(rowid) FROM pass_phone)"
}

walk=$(walker walk new --title 'Aften' | tail -n 1)
join "$walk" tried
sql "$tmp/hub" "UPDATE walk_pass SET boot = '', made_ms = 1, until_ms = 2"
heard_ago 86400
walker walk begin "$walk" >/dev/null
join "$walk" here
join "$walk" first
heard_ago 900
join "$walk" second third
heard_ago 700
walker walk end "$walk" >/dev/null
walker walk close "$walk" >/dev/null
is "$(closing '[.complete, .waiting, .silent]')" '[true,0,2]' \
    'two phones of two passes were silent; the third was heard, and yesterday'\''s try does not count'
is "$(closing '[.passes[] | select(.id == "'"$pass"'") | .phones, .waiting, .silent]')" '[2,0,1]' \
    'the pass is named, and how many of its phones'
run walker walk show "$walk"
like "$out" 'ten minutes when the walk ended.*: 2\.' 'and it is told'
finish
