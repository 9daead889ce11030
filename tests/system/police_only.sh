#!/usr/bin/env bash
# What only the police may read: the key is made once, its public half comes with the
# pairing, a point is sealed on the device, comes home sealed, and is opened by the key
# file alone. No file of walker or registry holds a word of it, and no other device gets it.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
words='en blaa varevogn ved tunnelen'
secret='fire ord ingen venter'

run registry police key --make "$tmp/police.key" <<<'kort'
is "$status" 1 'a short passphrase makes no key'
run registry police key --make "$tmp/police.key" --json <<<"$secret"
is "$status $(stat -c %a "$tmp/police.key")" '0 600' 'the key is made, in a file of its own'
fingerprint=$(jq -r .fingerprint <<<"$out")
run registry police key --make "$tmp/again.key" <<<"$secret"
is "$status" 1 'a second one is not made by mistake'
start_registry || exit 1
run registry device code --json
run walker pair "$registry_url" "$(jq -r .code <<<"$out")" --name 'Tablet 1'
like "$out" "$fingerprint" 'pairing shows the fingerprint, to be compared'

walk=$(walker walk new --title 'Vestbyen')
run walker add --walk "$walk" --category OPH08 --police-only --note "$words" --at 57.0401,9.9701
is "$status" 0 'a point is sealed on the device'
start_walker || exit 1
id=$(new_id)
send PUT "$walker_url/api/v1/sealed/$id" \
    "{\"walk\":\"$walk\",\"note\":\"$words igen\",\"stood\":{\"lat\":57.0402,\"lon\":9.9702}}"
is "$code $(field '.withheld')" '201 true' 'and from the page'
send PUT "$walker_url/api/v1/sealed/$id" "{\"walk\":\"$walk\",\"note\":\"$words igen\"}"
is "$code" 200 'a retry is once'
ask GET "$walker_url/api/v1/walks/$walk"
is "$(field .withheld)" 2 'the walk says how many are withheld'
ask GET "$walker_url/api/v1/walks/$walk/observations"
is "$code $(field '.observations | arrays | length')" '200 0' 'and shows nothing of them'
run walker sync
is "$status" 0 'they go home'
other=$tmp/other
run registry device code --json
"$BIN/walker" --data "$other" pair "$registry_url" "$(jq -r .code <<<"$out")" --name 'Tablet 2' >/dev/null
"$BIN/walker" --data "$other" sync >/dev/null
is "$(sql "$other" "SELECT count(*) FROM record WHERE kind = 'observation.seal'")" 0 \
    'no other device gets them'
run registry list --format json
is "$status $(jq -c '.issues | arrays | length' <<<"$out")" '0 0' 'no list has them'

run registry unseal --key "$tmp/police.key" --json <<<"$secret"
is "$status $(jq -r '[.[].point.note] | sort | join("|")' <<<"$out")" "0 $words|$words igen" \
    'the key file and its passphrase open them'
run registry unseal --key "$tmp/police.key" <<<'fire helt andre ord'
is "$status" 1 'another passphrase does not'
stop walker
stop registry
is "$(grep -ral 'varevogn' "$walker_data" "$registry_data" "$other" | wc -l)" 0 \
    'no file of any of them holds a word of it'
run registry doctor --rebuild
is "$status" 0 'it all folds to the same again'
finish
