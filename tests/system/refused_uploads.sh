#!/usr/bin/env bash
# A proxy that refuses every photo: what is begun is taken back each time, so that the program
# which tries again all evening does not run out of descriptors.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry
node tests/support/refused_uploads.mjs "${registry_url##*:}" >"$tmp/proxy" &
started+=("$!")
for _ in $(seq 100); do
    [ ! -s "$tmp/proxy" ] || break
    sleep 0.1
done
registry_url=http://127.0.0.1:$(head -n 1 "$tmp/proxy")
pair
walk=$(walker walk new --title 'Vandring' | tail -n 1)
for n in 1 2 3 4 5 6 7 8; do
    make_photo "$tmp/$n.jpg" "foto-$n"
    walker add --walk "$walk" --category BEL01 --photo "$tmp/$n.jpg" >/dev/null
done
watch() {
    "$BIN/walker" --data "$walker_data" sync --watch >"$tmp/watch.out" 2>"$tmp/watch.log" &
    watch_pid=$!
    started+=("$watch_pid")
}
refused() { grep -c refused "$tmp/proxy"; }
round() { # waits until another photo is refused
    local before waited
    before=$(refused)
    "$@"
    for ((waited = 0; waited < 200; waited++)); do
        [ "$(refused)" -le "$before" ] || return 0
        sleep 0.1
    done
    return 1
}
open_at_rest() { # between two rounds there are the fewest
    for _ in $(seq 15); do
        find "/proc/$watch_pid/fd" -mindepth 1 | wc -l
        sleep 0.1
    done | sort -n | head -n 1
}
round watch
is $? 0 'a photo is refused'
before=$(open_at_rest)
for n in 1 2 3 4; do round walker add --walk "$walk" --category BEL01 --note "$n" >/dev/null || failed "round $n"; done
ok 'the program lives' kill -0 "$watch_pid"
after=$(open_at_rest)
ok "it holds no more descriptors after further rounds than before ($before, $after)" [ "$after" -le $((before + 2)) ]
run walker status --json
is "$(jq -c '[.photos.made, .photos.verified]' <<<"$out")" '[8,0]' 'the photos wait'
finish
