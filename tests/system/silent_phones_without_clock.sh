#!/usr/bin/env bash
# A hub that did not know the time heard its phones in 1971 and wrote the walk's end in 1971. Closing
# holds those against each other, also when it has learnt meanwhile when the walk really was.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
command -v faketime >/dev/null || skip_all 'faketime is not installed'
# What sets the time goes before a sanitizer cannot: the programs as people get them.
BIN=${PLAIN_BIN:-$BIN}
[ -z "${LYGTE_PICTURE_PLAIN:-}" ] || export LYGTE_PICTURE=$LYGTE_PICTURE_PLAIN
if nm -D "$BIN/walker" 2>/dev/null | grep -q __asan; then skip_all 'only sanitized programs are built'; fi

mkdir "$tmp/then"
cat >"$tmp/then/walker" <<END
#!/bin/sh
FAKETIME_DONT_FAKE_MONOTONIC=1 exec faketime '1971-02-03 18:00:00' "$BIN/walker" "\$@"
END
chmod +x "$tmp/then/walker"
then_walker() { BIN=$tmp/then walker "$@"; }
join() { # PHONE
    local at
    at=$(then_walker pass "$walk" --json | jq -r .url)
    ask GET "$at" -k -c "$tmp/$1" -b "$tmp/$1"
}

start_registry || exit 1
pair
walk=$(then_walker walk new --title 'Aften' | tail -n 1)
then_walker walk begin "$walk" >/dev/null
BIN=$tmp/then start_hub
join home
join gone
sql "$walker_data" "UPDATE pass_phone SET seen_ms = seen_ms - 900000 WHERE rowid = (SELECT max(rowid) FROM pass_phone)"
like "$(sql "$walker_data" "SELECT group_concat(date(seen_ms / 1000, 'unixepoch')) FROM pass_phone")" '^1971-02-03,1971-02-03$' \
    'two phones are heard in 1971'
then_walker walk end "$walk" >/dev/null
stop walker

# ---- the day after: the machine was off, and knows the time
then_walker sync >/dev/null
sql "$walker_data" "UPDATE walk_pass SET boot = ''"
like "$(walker walk show "$walk" --json | jq -r '.begun, .ended' | cut -c1-4 | sort -u | tr '\n' ' ')" \
    "^$(date -u +%Y) $" 'the walk has its real hours'
walker walk close "$walk" >/dev/null
run walker walk show "$walk" --json
is "$(jq -c '.closing | [.complete, .silent]' <<<"$out")" '[true,1]' \
    'the one heard until the end is not silent; the one gone a quarter of an hour is, and its pass was no try'
finish
