#!/usr/bin/env bash
# What a program that was killed left of a photo in tmp goes when the folder is opened next,
# so that an erasure finds nothing; what a living one writes is left alone.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

mark=MARKOER-HALV
make_large_photo "$tmp/large.jpg" "$mark" 48
photo=$(hash_of "$tmp/large.jpg")
left() { grep -rlac "$mark" "$walker_data/tmp" | wc -l; }

walk=$(walker walk new --title 'Halvt' | tail -n 1)
point=$(walker add --walk "$walk" --category BEL01 | tail -n 1)
start_walker || exit 1
slowly() {
    curl -sS -o "$tmp/answer" -w '%{http_code}' --limit-rate 1M -X PUT -H 'Content-Type: image/jpeg' --data-binary "@$tmp/large.jpg" \
        "$walker_url/api/v1/observations/$point/photos/$photo" >"$tmp/code" 2>/dev/null
}
begun() { for ((n = 0; n < 500 && $(left) == 0; n++)); do sleep 0.01; done; }

slowly &
begun
is "$(left)" 1 'a photo is on its way'
run walker status
is "$status $(left)" '0 1' 'another program opens the folder and lets it be'
wait $!
is "$(<"$tmp/code") $(left)" '201 0' 'it is kept'
walker withdraw "$point" >/dev/null
point=$(walker add --walk "$walk" --category BEL02 | tail -n 1)
sed -i "s/$mark/MARKOER-ANDEN/" "$tmp/large.jpg"
mark=MARKOER-ANDEN
photo=$(hash_of "$tmp/large.jpg")
slowly &
begun
stop walker KILL
wait
is "$(left)" 1 'killed in the middle of another, half of it is left'
run walker status
is "$status $(left)" '0 0' 'whoever opens the folder next takes it away'
ok 'doctor is content' walker doctor --rebuild
finish
