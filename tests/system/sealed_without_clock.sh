#!/usr/bin/env bash
# A device that never learns the time says 1971: what it sealed for the police is kept as long as
# what came home on the same day.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
command -v faketime >/dev/null || skip_all 'faketime is not installed'
# What sets the time goes before a sanitizer cannot: the programs as people get them.
BIN=${PLAIN_BIN:-$BIN}
[ -z "${LYGTE_PICTURE_PLAIN:-}" ] || export LYGTE_PICTURE=$LYGTE_PICTURE_PLAIN
if nm -D "$BIN/walker" 2>/dev/null | grep -q __asan; then skip_all 'only sanitized programs are built'; fi

registry police key --make "$tmp/police.key" <<<'a long secret word' >/dev/null
start_registry || exit 1
pair
run registry walk new --title Kildeparken --start 2026-11-30T18:00:00Z
walk=$(tail -n 1 <<<"$out")
walker sync >/dev/null
make_photo "$tmp/photo.jpg" 'kun politiet'
FAKETIME_DONT_FAKE_MONOTONIC=1 faketime '1971-02-03 04:05:06' "$BIN/walker" --data "$walker_data" \
    add --walk "$walk" --category OPH08 --police-only --note x --photo "$tmp/photo.jpg" >/dev/null
run walker sync
sealed() { sql "$registry_data" "SELECT count(*) FROM blob WHERE type = 'sealed'"; }
is "$(sealed) $(sql "$registry_data" 'SELECT max(at_ms) < 100000000000 FROM sealed')" '1 1' 'a sealed photo comes from 1971'
run registry retain --sealed 365 --json
is "$(jq .sealed <<<"$out") $(sealed)" '0 1' 'a year has not gone by since it came'
sql "$registry_data" 'UPDATE blob SET made_ms = made_ms - 366 * 86400000'
run registry retain --sealed 365 --json
is "$(jq .sealed <<<"$out") $(sealed)" '1 0' 'when it has, it goes'
finish
