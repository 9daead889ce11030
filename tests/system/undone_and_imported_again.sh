#!/usr/bin/env bash
# A photo whose point was undone by mistake and that is imported again: nobody is told that all
# is well, nothing comes back by itself, and the sentence says how it does.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

walk=$(walker walk new --title 'Vestbyen')
make_photo "$tmp/a.jpg" 'undone by mistake'
import() { run walker import --walk "$walk" "$tmp/a.jpg" --json; }
standing() { walker list --walk "$walk" --json | jq -r '[.observations[].id] | join(" ")'; }
import
point=$(jq -r '.[0].id' <<<"$out")
walker withdraw "$point" >/dev/null
complains_of() { jq -r '.[0].reason' <<<"$out"; }
import
is "$status $(jq -r '.[0].verdict' <<<"$out")" '1 refused' 'the photo of a point that was undone is not taken'
like "$(complains_of)" "walker withdraw $point --undo" 'its line says what brings the point back'
ok 'in a sentence' is_sentence "$(complains_of)"
is "$(standing)" '' 'nothing came back by itself'
walker withdraw "$point" --undo >/dev/null
import
is "$status $(jq -r '.[0] | .verdict + " " + .id' <<<"$out")" "0 already $point" 'brought back, it is here already'

other=$(walker add --walk "$walk" --category BEL01 | tail -n 1)
walker withdraw "$point" --into "$other" >/dev/null
import
is "$status $(jq -r '.[0].verdict' <<<"$out")" '0 already' 'so is that of a point joined with another'
walker withdraw "$point" --undo >/dev/null
walker withdraw "$point" >/dev/null
stands=$(walker add --walk "$walk" --category REN01 --photo "$tmp/a.jpg" | tail -n 1)
import
is "$status $(jq -r '.[0].id' <<<"$out")" "0 $stands" 'and that of a second point, which stands'
finish
