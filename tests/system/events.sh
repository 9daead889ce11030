#!/usr/bin/env bash
# Pages are told what happens as it happens, by server-sent events: what this program
# does and what others do to the same folder; nothing is missed by who comes back, and
# who listens cannot take the server with him.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

follow() { # FILE FIRST-WORDS URL [CURL-OPTION...]: in the background; sets $listener
    curl -sN -m 60 -o "$1" "${@:4}" "$3/api/v1/events" 2>/dev/null &
    listener=$!
    started+=("$listener")
    told "$1" "$2"
}
leave_off() { # [LISTENER]
    kill "${1:-$listener}"
    wait "${1:-$listener}" 2>/dev/null
}

told() { # FILE TEXT: within twenty seconds
    local waited
    for ((waited = 0; waited < 1000; waited++)); do
        grep -q -- "$2" "$1" 2>/dev/null && return 0
        kill -0 "$listener" 2>/dev/null || return 1
        sleep 0.02
    done
    return 1
}

start_registry
pair
start_walker
walk=$(walker walk new --title 'Hele byen' | tail -n 1)
walker walk begin "$walk" >/dev/null
walker set hold off
login anna coordinator

follow "$tmp/device" 'event: all' "$walker_url"
ok 'a page that comes is told to ask for everything' grep -q 'event: all' "$tmp/device"
page=$listener
follow "$tmp/desk" 'event: all' "$registry_url" -H "Cookie: $cookie"
make_photo "$tmp/a.jpg" one
point=$(walker add --category BEL01 --photo "$tmp/a.jpg" | tail -n 1)
ok 'a point made by another program is told by its walk and id' \
    told "$tmp/device" "{\"walk\":\"$walk\",\"observations\":\[\"$point\"\]}"
walker walk rate "$walk" --round after --role resident --unsafe 3 >/dev/null
ok 'and that somebody has answered, though an answer is no record' told "$tmp/device" '^event: answers'
is "$(grep -A1 '^event: answers' "$tmp/device" | sed -n 's/^data: //p')" '{}' 'not who, nor what'
run walker sync
is "$status" 0 'the walk comes home'
ok 'the page hears that the point is confirmed' \
    told "$tmp/device" "{\"id\":\"$point\",\"sent\":\"verified\"}"
ok 'and that the photo is' told "$tmp/device" \
    "\"sha256\":\"$(hash_of "$tmp/a.jpg")\",\"observation\":\"$point\",\"state\":\"verified\""
ok 'and that all is' told "$tmp/device" '^data: .*"all_confirmed":true.*"running":false'
ok 'the desk hears of the walk' told "$tmp/desk" "{\"walk\":\"$walk\",\"observations\":null}"
ok 'of the photo' told "$tmp/desk" 'event: photos'
ok 'of the case' told "$tmp/desk" 'event: issues'
is "$(grep -c "$point" "$tmp/desk")" 0 'but no id of a point: who may see it is judged later'

# ---- coming back ------------------------------------------------------------------------

last=$(sed -n 's/^id: //p' "$tmp/device" | tail -n 1)
follow "$tmp/other" 'event: all' "$walker_url"
leave_off "$page"
second=$(walker add --category STI01 | tail -n 1)
told "$tmp/other" "$second"
follow "$tmp/back" "$second" "$walker_url" -H "Last-Event-ID: $last"
ok 'who comes back with the last id gets what was missed' grep -q "$second" "$tmp/back"
is "$(grep -c 'event: all' "$tmp/back")" 0 'and nothing else'
leave_off
follow "$tmp/strange" 'event: all' "$walker_url" -H 'Last-Event-ID: 0123-9'
ok 'an id of another run begins anew' grep -q 'event: all' "$tmp/strange"
leave_off

# ---- bounds -----------------------------------------------------------------------------

refuses 401 account.no_session 'nobody listens at the desk without a session' \
    GET "$registry_url/api/v1/events"
# Who left may be missed a moment later only: whoever is sent away meanwhile comes again.
crowd=()
for n in {1..31}; do
    for _ in {1..50}; do follow "$tmp/crowd.$n" 'event: all' "$walker_url" && break; sleep 0.1; done
    crowd+=("$listener")
done
refuses 429 events.full 'the thirty-third is sent away' GET "$walker_url/api/v1/events"
ask GET "$walker_url/api/v1/status"
is "$code" 200 'and the others are answered'
kill "${crowd[@]}" 2>/dev/null
before=$(date +%s%N)
stop walker
stop registry
ok 'both end at once with listeners there' test $((($(date +%s%N) - before) / 1000000)) -lt 5000
finish
