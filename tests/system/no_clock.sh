#!/usr/bin/env bash
# A Pi without a clock thinks it is 1971, when no certificate is good yet: it syncs all the
# same with the registry whose key it saw when it knew the time, and with no other.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
for need in openssl faketime; do
    command -v "$need" >/dev/null || skip_all "$need is not installed"
done
# What sets the time goes before a sanitizer cannot: the programs as people get them.
BIN=${PLAIN_BIN:-$BIN}
[ -z "${LYGTE_PICTURE_PLAIN:-}" ] || export LYGTE_PICTURE=$LYGTE_PICTURE_PLAIN
if nm -D "$BIN/walker" 2>/dev/null | grep -q __asan; then skip_all 'only sanitized programs are built'; fi

certificate() { # NAME: a key and a certificate by the test's own authority
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
        -keyout "$tmp/$1.key" -out "$tmp/$1.csr" 2>/dev/null
    openssl x509 -req -in "$tmp/$1.csr" -CA "$tmp/ca.pem" -CAkey "$tmp/ca.key" -CAcreateserial \
        -days 2 -extfile <(echo subjectAltName=IP:127.0.0.1) -out "$tmp/$1.pem" 2>/dev/null
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca \
    -keyout "$tmp/ca.key" -out "$tmp/ca.pem" 2>/dev/null
certificate registry
certificate other
in_1971() { FAKETIME_DONT_FAKE_MONOTONIC=1 faketime '1971-02-03 04:05:06' "$BIN/walker" --data "$walker_data" "$@"; }

export LYGTE_CA=$tmp/ca.pem
registry_options=(--tls-cert "$tmp/registry.pem" --tls-key "$tmp/registry.key")
start_registry || exit 1
pair
is "$status" 0 'with the time known the certificate is judged in the ordinary way'
walk=$(walker walk new --title 'Uden ur' | tail -1)
in_1971 walk begin "$walk" >/dev/null
in_1971 add --category BEL01 >/dev/null
like "$(walker walk show "$walk" --json | jq -r .begun)" '^1971' 'a walk begun in 1971 says so'
run in_1971 sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'in 1971 the key it saw takes the place of the dates'
now="^$(date -u +%Y-%m-%dT%H)|^$(date -u -d '-1 minute' +%Y-%m-%dT%H)"
like "$(registry walk list --json | jq -r '.walks[0].begun')" "$now" \
    'the registry, whose answer told the time, shows when it really began'
like "$(walker walk show "$walk" --json | jq -r .begun)" "$now" 'so does the device'
stop registry
registry_options=(--tls-cert "$tmp/other.pem" --tls-key "$tmp/other.key")
start_registry || exit 1
run in_1971 sync
is "$status" 1 'another key is refused in 1971, whoever signed it'
like "$err" "$registry_url.*: .*: " 'with a sentence'
run walker sync
is "$status" 0 'when the time is known again the chain is judged, and the new key is remembered'
run in_1971 sync
is "$status" 0 'for the next time'
finish
