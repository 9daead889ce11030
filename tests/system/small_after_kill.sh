#!/usr/bin/env bash
# A photo is kept before its small pictures are made. Killed in between, nothing is lost: the
# next start makes them, what somebody looks at before the rest; a sync makes what it sends;
# taps do not wait for them; and an erased photo leaves none behind.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
real=${LYGTE_PICTURE:-$BIN/../libexec/lygte-picture}

# The helper as it is, but that decoding waits while the file $tmp/hold is there, and each
# one decoded is written down, in order.
cat >"$tmp/helper" <<EOF
#!/bin/sh
if [ "\$1" = read ]; then
    echo \$\$ >>'$tmp/helpers'
    while [ -e '$tmp/hold' ]; do sleep 0.05; done
    sha256sum </proc/self/fd/0 | cut -c 1-64 >>'$tmp/decoded'
fi
exec '$real' "\$@"
EOF
chmod +x "$tmp/helper"
export LYGTE_PICTURE=$tmp/helper
touch "$tmp/hold" "$tmp/decoded"

small() { find "$walker_data/derived" -name '*.jpg' 2>/dev/null | wc -l; }
wait_for() { # SECONDS COMMAND...
    local i
    for i in $(seq $(($1 * 10))); do
        "${@:2}" && return
        sleep 0.1
    done
    echo "# waited $i times for ${*:2}"
    return 1
}
small_are() { [ "$(small)" = "$1" ]; }

# ---- killed in the middle of an import ---------------------------------------------------

mkdir "$tmp/photos"
for n in 1 2 3; do make_photo "$tmp/photos/$n.jpg" "kept, and then killed, $n"; done
"$BIN/walker" --data "$walker_data" import "$tmp/photos" >/dev/null 2>&1 &
import=$!
kept() { [ "$(sql "$walker_data" 'SELECT count(*) FROM photo' 2>/dev/null)" = "$1" ]; }
ok 'three photos are kept while no small picture can be made' wait_for 20 kept 3
is "$(small)" 0 'and there is none'
kill -KILL "$import"
wait "$import" 2>/dev/null
xargs kill -KILL <"$tmp/helpers" 2>/dev/null # the real one dies with it
is "$(sql "$walker_data" 'SELECT count(*) FROM blob WHERE small = 0')" 3 'killed there, the three are still wanted'
ok 'doctor finds everything whole' walker doctor

# ---- taps do not wait --------------------------------------------------------------------

walker_options=(--open)
start_walker || exit 1
api=$walker_url/api/v1
first=$(sql "$walker_data" 'SELECT sha256 FROM blob ORDER BY made_ms LIMIT 1')
walk=$(sql "$walker_data" 'SELECT id FROM walk')
asking=()
for n in 1 2 3 4 5 6; do
    curl -sS -m 60 -o "$tmp/asked-$n" -w '%{http_code} %{content_type}' "$api/photos/$first/320" \
        >"$tmp/asked-$n.code" 2>/dev/null &
    asking+=($!)
done
sleep 0.5
began=$(date +%s%N)
id=$(new_id)
send PUT "$api/observations/$id" "{\"walk\":\"$walk\",\"category\":\"BEL01\"}"
took=$((($(date +%s%N) - began) / 1000000))
is "$code" 201 'a tap is kept while six requests wait for a small picture'
[ "$took" -lt 3000 ]
is $? 0 "at once ($took ms)"
ask PUT "$api/observations/$id/photos/$(hash_of "$tmp/photos/1.jpg")" -H 'Content-Type: image/jpeg' \
    --data-binary "@$tmp/photos/1.jpg"
is "$code" 201 'and so is a photo'
is "$(small)" 0 'still without any small picture'
rm "$tmp/hold"
for n in "${asking[@]}"; do wait "$n"; done
is "$(sort -u "$tmp"/asked-*.code)" '200 image/jpeg' 'all six got theirs when it was made'
is "$(head -n 1 "$tmp/decoded")" "$first" 'it was made first, though it was the oldest'
ok 'the others follow by themselves' wait_for 40 small_are 6
is "$(find "$walker_data/derived" -name '*.new.*')" '' 'what the killed helpers left half made is gone'
wanted() { [ "$(sql "$walker_data" 'SELECT count(*) FROM blob WHERE small = 0')" = 0 ]; }
ok 'and none is wanted any more' wait_for 10 wanted
stop walker

# ---- a sync makes what it sends ----------------------------------------------------------

start_registry || exit 1
pair
rm -f "$walker_data"/derived/*/*
sql "$walker_data" 'UPDATE blob SET small = 0'
: >"$tmp/decoded"
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'a sync of photos without small pictures goes through'
is "$(small)" 6 'it has made them'

# ---- erased meanwhile --------------------------------------------------------------------

touch "$tmp/hold"
make_photo "$tmp/gone.jpg" 'the one that is covered while it is made small'
start_walker || exit 1
api=$walker_url/api/v1
gone=$(hash_of "$tmp/gone.jpg")
ask PUT "$api/observations/$id/photos/$gone" -H 'Content-Type: image/jpeg' --data-binary "@$tmp/gone.jpg"
beside() { find "$walker_data/derived" -name "$gone*" | grep -q .; }
ok 'a photo is being made small' wait_for 10 beside
send POST "$api/photos/$gone/cover" '{"burns":[{"x1":1,"y1":1,"x2":20,"y2":20}]}'
is "$code" 201 'while it is covered'
rm "$tmp/hold"
new=$(field .photo.sha256)
made() { [ -s "$walker_data/derived/${new:0:2}/$new.320.jpg" ]; }
ok 'the new one gets its small pictures' wait_for 20 made
sleep 0.5
is "$(find "$walker_data" -name "$gone*")" '' 'the old one has left none'

finish
