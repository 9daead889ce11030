#!/usr/bin/env bash
# A hub whose doors could not be opened anew, after this machine got another address, tries
# again: they open by themselves once what was wrong has been put right.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

net=lygtehd$$
trap 'ip netns delete "$net" 2>/dev/null; leave' EXIT
lay() {
    ip netns add "$net" && ip -n "$net" link set lo up &&
        ip -n "$net" link add near0 type veth peer name far0 &&
        ip -n "$net" address add 10.214.79.2/24 dev near0 &&
        ip -n "$net" link set near0 up && ip -n "$net" link set far0 up
}
if [ "$(id -u)" != 0 ] || ! lay 2>/dev/null; then
    skip 'the doors of a hub come back' 'network namespaces are not permitted here'
    finish
    exit
fi
within() { ip netns exec "$net" "$@"; }
door() { # SECONDS WANTED: is the door what is wanted within that time?
    local is
    for ((i = 0; i < $1 * 10; i++)); do
        is=$(within curl -sk -o "$tmp/door" -w '%{http_code}' --max-time 2 https://10.214.79.2:28472/healthz)
        [ "$is" != "$2" ] || return 0
        sleep 0.1
    done
    echo "# the door says $is"
    return 1
}
log=$(new_log hub)
ip netns exec "$net" "$BIN/walker" --data "$walker_data" serve --hub --listen 0.0.0.0:28472 --page 127.0.0.1:28473 >"$log" 2>&1 &
started+=("$!")
ok 'the door is open' door 10 200
mv "$walker_data/tls" "$walker_data/tls.away"
: >"$walker_data/tls"
ip -n "$net" address add 10.214.79.3/24 dev near0
ok 'with another address and no room for a new certificate it is closed' door 20 000
like "$(<"$log")" 'not every door is open' 'which the log says'
rm "$walker_data/tls"
mv "$walker_data/tls.away" "$walker_data/tls"
ok 'put right, it opens again by itself' door 20 200

# ---- with a page that listens, and a door whose address is gone

kill -TERM "${started[-1]}"
wait "${started[-1]}"
log=$(new_log hub)
ip netns exec "$net" "$BIN/walker" --data "$walker_data" serve --hub --listen 0.0.0.0:28472 --hub-http 10.214.79.3:28474 --page 127.0.0.1:28473 >"$log" 2>&1 &
started+=("$!")
ok 'the doors are open' door 10 200
key=$(within "$BIN/walker" --data "$walker_data" url | sed 's/.*key=//')
within curl -sk -o /dev/null -c "$tmp/jar" "https://10.214.79.2:28472/?key=$key"
within curl -skN -b "$tmp/jar" https://10.214.79.2:28472/api/v1/events >"$tmp/events" 2>&1 &
started+=("$!")
for _ in $(seq 50); do
    [ ! -s "$tmp/events" ] || break
    sleep 0.1
done
like "$(<"$tmp/events")" 'event: all' 'a page listens by the door'
ip -n "$net" address del 10.214.79.3/24 dev near0
for _ in $(seq 100); do
    ! grep -q 'not every door is open' "$log" || break
    sleep 0.1
done
like "$(<"$log")" 'not every door is open' 'one door cannot be opened anew when its address is gone'
ok 'the other one is open, and the hub lives, though a page listened' door 10 200
within curl -skN -b "$tmp/jar" https://10.214.79.2:28472/api/v1/events >"$tmp/events" 2>&1 &
listener=$!
started+=("$listener")
failures() { grep -c 'not every door is open' "$log"; }
before=$(failures)
for _ in $(seq 300); do
    [ "$(failures)" -lt $((before + 2)) ] || break
    sleep 0.1
done
ok 'the bad one is tried again' test "$(failures)" -ge $((before + 2))
ok 'and stays open while the bad one is tried again' kill -0 "$listener"
within curl -s -o "$tmp/page" -w '%{http_code}' http://127.0.0.1:28473/healthz >"$tmp/code"
is "$(<"$tmp/code")" 200 'and the page of the hub itself was there all the time'
finish
