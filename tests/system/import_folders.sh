#!/usr/bin/env bash
# Of a folder every photo comes in or is told of: however deep it lies, whatever it is called,
# and by links that lead back, which end.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

import() { run timeout 60 "$BIN/walker" --data "$walker_data" import --json "$@"; }
verdicts() { jq -c 'map((.file | sub(".*/"; "")) + " " + .verdict)' <<<"$out"; }

deep=$tmp/deep$(printf '/%.0s'{1..40} | sed 's,/,/d,g')
mkdir -p "$deep"
make_photo "$deep/below.jpg" 'forty folders down'
make_photo "$tmp/deep/top.jpg" 'at the top'
import "$tmp/deep"
is "$status $(verdicts)" '0 ["below.jpg kept","top.jpg kept"]' 'a photo forty folders down is kept'

long=$(printf 'x%.0s' {1..240})
mkdir "$tmp/long"
make_photo "$tmp/long/a.jpg" 'beside what is too long'
(cd "$tmp/long" && for ((i = 0; i < 18; i++)); do mkdir "$long" && cd -P "$long" || exit 1; done)
import "$tmp/long"
is "$status $(jq -c 'map(.verdict)' <<<"$out")" '1 ["kept","refused"]' 'a folder whose path is too long is refused, and costs no other'
ok 'with a sentence' is_sentence "$(jq -r '.[1].reason' <<<"$out")"

mkdir "$tmp/links" "$tmp/elsewhere"
make_photo "$tmp/links/a.jpg" 'among links'
make_photo "$tmp/elsewhere/b.jpg" 'behind a link'
ln -s . "$tmp/links/back"
ln -s . "$tmp/links/again"
ln -s ../links "$tmp/links/other"
ln -s ../elsewhere "$tmp/links/out"
ln -s ../links "$tmp/elsewhere/home"
import "$tmp/links"
is "$status $(verdicts)" '0 ["a.jpg kept","b.jpg kept"]' 'links that lead back end, and each photo is told of once'
import "$tmp/links" "$tmp/links"
is "$(jq -c 'map(.verdict) | unique, length' <<<"$out" | paste -sd ' ')" '["already"] 4' 'a folder named twice is gone through twice'

mkdir -p "$tmp/names/.trash"
for name in one.jfif two three.bak .hidden.jpg .trash/four.jpg; do make_photo "$tmp/names/$name" "$name"; done
echo 'shopping' >"$tmp/names/list"
echo 'no photo' >"$tmp/names/five.JFIF"
import "$tmp/names"
is "$status $(verdicts)" '1 ["five.JFIF refused","one.jfif kept","three.bak kept","two kept"]' \
    'what is a photo by its bytes is taken, whatever it is called; what hides is left alone'
import "$tmp/names/.trash/four.jpg" "$tmp/names/.trash"
is "$status $(verdicts)" '0 ["four.jpg kept","four.jpg already"]' 'unless it is named'
finish
