#!/usr/bin/env bash
# Photos as phones really write them come in, keep their place, and come home whole:
# positions as exiftool reads them, 0,0 said to be none, orientation turned upright, an
# impossible GPS date borne, every original byte for byte, and nothing twice.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

photos=$LYGTE_SHARED/data/photos
[ -f "$photos/expected.csv" ] || skip_all "no photos to try at $photos"
fixless=phone-without-fix-portrait.jpg
bad_date=apple-iphone-6.jpg

# "name latitude longitude" of each photo, "- -" for none: as it should be, by name.
expected() {
    awk -F, 'NR > 1 { print $1, ($2 == 0 && $3 == 0) ? "- -" : $2 " " $3 }' \
        "$photos/expected.csv"
}

# The same out of a GeoJSON list, found again by the hash of the photo.
listed() { # GEOJSON
    local file hash
    for file in "$photos"/*.jpg; do
        hash=$(hash_of "$file")
        echo "${file##*/} $(jq -r --arg hash "$hash" '.features[]
            | select(.properties.photos | index($hash))
            | if .geometry then "\(.geometry.coordinates[1]) \(.geometry.coordinates[0])"
              else "- -" end' <<<"$1")"
    done
}

# What differs between the two by more than 0.000001 degrees; says nothing when nothing.
position_differences() { # GEOJSON
    awk 'function near(a, b) {
            return a == "-" || b == "-" ? a == b : (a - b < 0 ? b - a : a - b) <= 0.000001
        }
        NR == FNR { lat[$1] = $2; lon[$1] = $3; n++; next }
        { seen++ }
        NF != 3 || !near($2, lat[$1]) || !near($3, lon[$1]) {
            print $0 ", wanted " lat[$1] " " lon[$1]
        }
        END { if (seen != n || n < 6) print seen + 0 " of " n + 0 " photos" }' \
        <(expected) <(listed "$1")
}

# ---- they come in ----------------------------------------------------------------------

(cd "$photos" && sha256sum -- *) >"$tmp/before"
run walker import "$photos"
is "$status" 0 'walker import takes all six photos'
words=$(grep -F "$fixless" <<<"$out")
like "$words" "$fixless: .{20,}" \
    'of the photo with 0,0 it says in words that it has no position'
LYGTE_LANG=da run walker import "$photos/$fixless" --data "$tmp/danish"
danish=$(grep -F "$fixless" <<<"$out")
[ "${danish##*"$fixless"}" != "${words##*"$fixless"}" ]
is $? 0 'and says it in Danish too'

run walker list --format geojson
is "$(position_differences "$out")" '' \
    'positions are those of expected.csv within 0.000001 degrees, and 0,0 is none'
is "$(jq -r --arg hash "$(hash_of "$photos/$bad_date")" '.features[]
    | select(.properties.photos | index($hash)) | .geometry.coordinates[0]' <<<"$out")" \
    -0.3178917 'the impossible GPS date does not spoil its position'

run walker import "$photos" --json --data "$tmp/machine"
reason_of() {
    jq -r --arg name "/$1" '.[] | select(.file | endswith($name)) | .reason' <<<"$out"
}
is "$(jq -c 'map(.verdict) | unique' <<<"$out")" '["kept"]' 'import --json says kept of each'
like "$(reason_of "$fixless")" '.{20,}' 'and there too that 0,0 is no position'
like "$(reason_of "$bad_date")" '.{20,}' 'and that the GPS date was impossible'
is "$(reason_of htc-desire.jpg)" null 'and nothing of a photo that has nothing to be said of it'

# ---- upright ---------------------------------------------------------------------------

# Mean distance of two pictures of one size, 0 to 255.
distance() {
    vips subtract "$1" "$2" "$tmp/difference.v" && vips abs "$tmp/difference.v" \
        "$tmp/distance.v" && vips avg "$tmp/distance.v"
}

# Another decoder turns the original upright; the preview must be that picture, and not
# that picture upside down.
upright() { # NAME WIDTHxHEIGHT
    local hash preview near far
    hash=$(hash_of "$photos/$1")
    preview=$walker_data/derived/${hash:0:2}/$hash.1600.jpg
    is "$(exiftool -s3 -ImageSize "$preview")" "$2" "the preview of $1 is $2"
    is "$(exiftool -s3 -Orientation "$preview")" '' \
        "and has no orientation left to be turned by"
    if ! command -v vips >/dev/null; then
        skip "the pixels of $1 are upright" 'vips is not installed'
        return
    fi
    vips thumbnail "$photos/$1" "$tmp/wanted.v" "${2%x*}" --height "${2#*x}" --size force
    vips rot "$tmp/wanted.v" "$tmp/turned.v" d180
    near=$(distance "$preview" "$tmp/wanted.v")
    far=$(distance "$preview" "$tmp/turned.v")
    if awk -v near="$near" -v far="$far" 'BEGIN { exit !(near < 4 && far > 3 * near) }'; then
        passed "the pixels of $1 are upright"
    else
        failed "the pixels of $1 are upright" "distance $near, to the turned one $far"
    fi
}
upright apple-iphone-5.jpg 1600x1200
upright "$fixless" 600x800

# ---- again -----------------------------------------------------------------------------

run walker import "$photos" --json
is "$(jq -c 'map(.verdict) | unique' <<<"$out")" '["already"]' \
    'a second import keeps none twice'
run walker list --json
is "$(jq '.observations | length' <<<"$out")" 6 'there is one point for each photo'

# ---- home ------------------------------------------------------------------------------

start_registry || exit 1
pair
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'sync ends with all confirmed'
sent=$(jq .bytes_sent <<<"$out")
total=$(cat "$photos"/*.jpg | wc -c)
[ "$sent" -gt "$total" ]
is $? 0 "it sent the originals ($total bytes) and the rest ($sent bytes in all)"

run registry list --format geojson
is "$(position_differences "$out")" '' 'the registry lists the same positions after sync'

counts() { sql "$registry_data" 'SELECT (SELECT count(*) FROM record),
    (SELECT count(*) FROM observation), (SELECT count(*) FROM issue),
    (SELECT count(*) FROM photo), (SELECT count(*) FROM blob)'; }
before=$(counts)
run walker sync --json
is "$status" 0 'a second sync has nothing to do and does it'
sent=$(jq .bytes_sent <<<"$out")
[ "$sent" -gt 0 ] && [ "$sent" -lt 8000 ]
is $? 0 "it sends nothing twice ($sent bytes)"
is "$(counts)" "$before" 'and the registry has exactly what it had'
run walker status --json
is "$(jq -c '[.all_confirmed, .records.made == .records.verified, .photos.verified]' <<<"$out")" \
    '[true,true,6]' 'status says that all six are confirmed'
run walker status
is "$status" 0 'status says it in words too'

# ---- byte for byte ---------------------------------------------------------------------

is "$(cd "$photos" && sha256sum -- *)" "$(<"$tmp/before")" 'import left the files as they were'
stored() { find "$1/photos" -type f -exec sha256sum {} + | cut -c 1-64 | sort; }
wanted=$(sha256sum "$photos"/*.jpg | cut -c 1-64 | sort)
is "$(stored "$walker_data")" "$wanted" 'the device holds the originals byte for byte'
is "$(stored "$registry_data")" "$wanted" 'the registry holds the originals byte for byte'
ok 'doctor is content with the device' walker doctor
ok 'doctor is content with the registry' registry doctor

finish
