# shellcheck shell=bash
# start.sh: from exec to the last byte of the first answer, and memory at rest after it.
# walker answers with the list of 1,000 points, the two hellos with one word.
# Read by run.sh, which gives WORK, OUT, HERE, BIN, ROUNDS, REST and port().

list=/api/v1/walks/$("$HERE/points" "$WORK/points" 1000)/observations

first() { # WHO ROUND PORT PATH PROGRAM...
    local who=$1 round=$2 figures
    shift 2
    figures=$("$HERE/first" "$1" "$2" "$REST" "${@:3}")
    awk -v who="$who" -v round="$round" '{
        printf "start ms %s %d %s\n", who, round, $1
        printf "start rss-MiB %s %d %.2f\n", who, round, $3 / 1024
        printf "start pss-MiB %s %d %.2f\n", who, round, $4 / 1024 }' <<<"$figures"
}

# As on every evening but the first: at the same door, in a folder that was served before.
door=$(port)
"$HERE/first" "$door" "$list" 0 \
    "$BIN/walker" --data "$WORK/points" serve --open --listen "127.0.0.1:$door" >/dev/null

for round in $(seq "$ROUNDS"); do
    first ours "$round" "$door" "$list" \
        "$BIN/walker" --data "$WORK/points" serve --open --listen "127.0.0.1:$door"
    at=$(port)
    first hello "$round" "$at" / "$HERE/hello" "$at" 2
    at=$(port)
    first node "$round" "$at" / node tests/bench/hello.mjs "$at"
done
