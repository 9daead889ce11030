#!/usr/bin/env bash
# One photo file that is gone, or one record that the disk has spoilt, holds up nothing else:
# the stick is written without it and says so, and --watch says so once and goes on.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_watch() {
    "$BIN/walker" --data "$walker_data" sync --watch >"$tmp/watch.out" 2>"$tmp/watch.log" &
    watch_pid=$!
    started+=("$watch_pid")
}

# Waits for notes at the registry, in the order of their categories.
await_notes() { # NOTES
    local waited
    for ((waited = 0; waited < 200; waited++)); do
        notes=$(sql "$registry_data" "SELECT COALESCE(group_concat(note, ' '), '') FROM
            (SELECT note FROM observation WHERE founded = 1 ORDER BY category)")
        [ "$notes" != "$1" ] || return 0
        sleep 0.1
    done
}

await_said() { # TEXT
    local waited
    for ((waited = 0; waited < 200; waited++)); do
        ! grep -q "$1" "$tmp/watch.log" || return 0
        sleep 0.1
    done
}

start_registry
pair
walk=$(walker walk new --title 'Et foto for lidt' | tail -n 1)
make_photo "$tmp/lost.jpg" 'væk'
make_photo "$tmp/short.jpg" 'afkortet'
make_photo "$tmp/kept.jpg" 'her'
walker add --walk "$walk" --category BEL01 --note et --photo "$tmp/lost.jpg" >/dev/null
walker add --walk "$walk" --category BEL02 --note to --photo "$tmp/short.jpg" >/dev/null
walker add --walk "$walk" --category BEL03 --note tre --photo "$tmp/kept.jpg" >/dev/null
lost=$(hash_of "$tmp/lost.jpg") short=$(hash_of "$tmp/short.jpg")
rm "$walker_data/photos/${lost:0:2}/$lost.jpg"
truncate -s -5 "$walker_data/photos/${short:0:2}/$short.jpg"

# ---- the stick

complains 1 '(2 ' 'a stick without two photos says how many are left out' walker stick "$tmp/walk.lygte"
run walker stick "$tmp/again.lygte" --json
is "$status $(jq -c '[.records > 3, .photos, .left_out]' <<<"$out")" '1 [true,1,2]' 'and so does its JSON'
start_walker
ask GET "$walker_url/api/v1/stick"
is "$code $(header Lygte-Left-Out)" '200 2' 'the page is told as well'
stop walker
registry_data=$tmp/by_stick run registry unstick "$tmp/walk.lygte" --json
is "$status $(jq -c '[.photos, .refused]' <<<"$out")" '0 [1,0]' 'what is on it is whole'

# ---- watching

start_watch
await_said "$lost\|$short"
await_notes 'et to tre'
is "$notes" 'et to tre' 'all points are home'
is "$(sql "$registry_data" "SELECT count(*) FROM blob WHERE state IN ('stored', 'verified')")" 1 'and the photo that is there'
walker add --walk "$walk" --category BEL04 --note fire >/dev/null
await_notes 'et to tre fire'
walker add --walk "$walk" --category BEL05 --note fem >/dev/null
await_notes 'et to tre fire fem'
is "$notes" 'et to tre fire fem' 'the watch goes on: later points go home'
ok 'it is still there' kill -0 "$watch_pid"
is "$(grep -c "$lost\|$short" "$tmp/watch.log")" 1 'and has said what is wrong once'
stop watch
walker add --walk "$walk" --category BEL06 --note ramt >/dev/null
sql "$walker_data" "UPDATE record SET body = replace(body, 'ramt', 'rapt') WHERE body LIKE '%ramt%'"
start_watch
await_said 'has spoilt it'
walker add --walk "$walk" --category BEL07 --note syv >/dev/null
await_notes 'et to tre fire fem syv'
is "$notes" 'et to tre fire fem syv' 'beside a spoilt record too'
ok 'and it is still there' kill -0 "$watch_pid"
stop watch
finish
