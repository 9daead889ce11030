#!/usr/bin/env bash
# The lamps along a route are counted alike whether it was drawn with two places or with a
# hundred, however many other lamps stand around.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

# 101 lamps 50 m apart along five kilometres going north; two thousand stand around its start.
{
    echo 'nummer;lat;lon'
    awk 'BEGIN {
        for (i = 0; i <= 100; i++) printf "V%d;%.7f;9.97\n", i, 57.04 + i * 50 / 111195
        for (i = 0; i < 2000; i++) printf "F%d;%.7f;%.7f\n", i, 57.04 + i % 50 / 5000, 9.972 + int(i / 50) / 5000
    }'
} >"$tmp/lamper.csv"
walker places add "$tmp/lamper.csv" >/dev/null
walk=$(walker walk new --title Lang | tail -n 1)
start_walker
url=$walker_url/api/v1
along() { # PARTS
    send PATCH "$url/walks/$walk" "{\"route\":$(jq -nc "[range(0; $1 + 1) | [57.04 + . * 5000 / 111195 / $1, 9.97]]")}"
    ask GET "$url/walks/$walk/lamp-run"
}
along 1
is "$code $(field .of)" '200 101' 'a leg of five kilometres is looked along to its end'
along 100
is "$code $(field .of)" '200 101' 'and has as many as in a hundred parts'
send PATCH "$url/walks/$walk" '{"route":[[57.04,9.97],[-33.9,151.2]]}'
ask GET "$url/walks/$walk/lamp-run"
is "$code $(field .of)" '200 null' 'a route nobody walks has no count'
finish
