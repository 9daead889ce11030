#!/usr/bin/env bash
# What people and machines hand over by mistake is refused in a clear sentence, in Danish
# and in English, with exit status 1 (or 2 for a wrong command line), and costs nothing
# that was good: photos, categories, positions, notes, text that is not UTF-8, databases
# of a newer version, pairing codes, a registry that is not there.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

# ---- photos ----------------------------------------------------------------------------

bad=$tmp/bad
mkdir "$bad"
make_photo "$bad/a-good.jpg" 'the first good one'
make_photo "$bad/z-good.jpg" 'the last good one'
make_photo "$tmp/whole.jpg" 'the one that is cut short'
head -c 150 "$tmp/whole.jpg" >"$bad/cut.jpg"
make_huge_photo "$bad/huge.jpg" 'one that claims to be enormous'
echo 'Dear diary, this is not a photo.' >"$bad/text.jpg"
printf '\0\0\0\x18ftypheic\0\0\0\0mif1heic and the rest of it' >"$bad/phone.heic"
: >"$bad/empty.jpg"

run walker import "$bad"
is "$status" 1 'a folder with five bad photos among two good ones: import ends with 1'
run walker list --json
is "$(jq '.observations | length' <<<"$out")" 2 'and keeps the two good ones'
is "$(find "$walker_data/photos" -type f | wc -l)" 2 'and leaves nothing of the others'
is "$(find "$walker_data/tmp" -type f ! -name '*.lock' | wc -l)" 0 'not even half a file'

# Each file alone: its sentence on stdout, in both languages.
import_refuses() { # FILE CLAIM
    local danish english
    LYGTE_LANG=da run walker import "$bad/$1"
    danish=$(grep -F "$1" <<<"$out")
    run walker import "$bad/$1"
    english=$(grep -F "$1" <<<"$out")
    if [ "$status" = 1 ] && [ "$danish" != "$english" ] && is_sentence "$danish" &&
        is_sentence "$english"; then
        passed "$2"
    else
        failed "$2" "status $status" "$danish" "$english"
    fi
}
import_refuses cut.jpg 'a JPEG whose end is missing gets a sentence that names the file'
import_refuses huge.jpg 'so does one that says it is 60000 x 60000'
import_refuses text.jpg 'so does a text that calls itself .jpg'
import_refuses phone.heic 'so does HEIC'
import_refuses empty.jpg 'so does an empty file'
run walker import "$bad" --json
is "$(jq -c 'map(.verdict) | sort' <<<"$out")" \
    '["already","already","refused","refused","refused","refused","refused"]' \
    'import --json tells each file by its verdict'
is "$(jq '[.[] | select(.verdict == "refused") | .reason | length > 30] | all' <<<"$out")" \
    true 'and says why'
latin=$'k\xe6r.jpg' # as a stick of long ago has it
cp "$bad/text.jpg" "$bad/$latin"
run walker import "$bad" --json
is "$(iconv -f UTF-8 -t UTF-8 <<<"$out" 2>&1 | jq -c 'map(select(.file | contains("k\ufffdr.jpg")) | .verdict)')" \
    '["refused"]' 'a name that is no UTF-8 leaves JSON that is'
rm "$bad/$latin"
run walker import "$tmp/not-there.jpg"
like "$status $out$err" '^1 .*not-there.jpg' 'a photo that is not there is named'

# ---- what a point may say --------------------------------------------------------------

walk=$(walker walk list --json | jq -r '.[0].id')
point=$(walker list --json | jq -r '.observations[0].id')
made() { sql "$walker_data" 'SELECT count(*) FROM record'; }
before=$(made)
complains 1 QQQ99 'an unknown category is refused' \
    walker add --walk "$walk" --category QQQ99
complains 1 QQQ99 'in an edit too' walker edit "$point" --category QQQ99
complains 1 91 'a latitude of 91 is outside the world' \
    walker add --walk "$walk" --category BEL01 --at 91,9.9
complains 1 181 'so is a longitude of 181' \
    walker add --walk "$walk" --category BEL01 --at 57.0,181
complains 1 0,0 '0,0 is no position' walker add --walk "$walk" --category BEL01 --at 0,0
complains 1 nan 'nan is no position' walker add --walk "$walk" --category BEL01 --at nan,nan
complains 1 middle 'words are no position' \
    walker edit "$point" --thing 'in the middle of the square'
complains 1 severity 'severity is 0 to 4' \
    walker add --walk "$walk" --category BEL01 --severity 5
complains 1 severity 'in an edit too' walker edit "$point" --severity 17
complains 1 note 'a note of 100,000 characters is too long' \
    walker add --walk "$walk" --category BEL01 --note "$(head -c 100000 /dev/zero | tr '\0' x)"
complains 1 note 'one of 4,001 too' \
    walker edit "$point" --note "$(head -c 4001 /dev/zero | tr '\0' x)"
complains 2 UTF-8 'a note that is not UTF-8 is a wrong command line' \
    walker add --walk "$walk" --category BEL01 --note $'l\xf8gtep\xe6l'
complains 1 cut.jpg 'a point with a photo that cannot be kept is not made without it' \
    walker add --walk "$walk" --category BEL01 --photo "$bad/a-good.jpg" --photo "$bad/cut.jpg"
complains 1 ffffff 'a point that is not here' walker show ffffffff
is "$(made)" "$before" 'none of all this wrote anything'
run walker add --walk "$walk" --category BEL01 --note "$(head -c 4000 /dev/zero | tr '\0' x)"
is "$status" 0 'a note of exactly 4,000 characters is kept'

# ---- folders that are not what they should be ------------------------------------------

complains 1 "$tmp/nowhere" 'a folder without data' walker list --data "$tmp/nowhere"
[ ! -e "$tmp/nowhere" ]
is $? 0 'reading does not make it'
registry walk new --title 'A plan' >/dev/null
complains 1 "$registry_data" "the other program's folder" walker list --data "$registry_data"

# PRAGMA user_version=99, and the bytes of the file as they are then.
sum_of() { sha256sum "$1/lygte.db"; }
newer() { # PROGRAM FOLDER
    local before claim="$1 refuses a database of a newer version and names it"
    cp -r "$2" "$2.newer"
    sql "$2.newer" 'PRAGMA user_version=99' >/dev/null
    before=$(sum_of "$2.newer")
    complains 1 "$2.newer" "$claim" "$BIN/$1" list --data "$2.newer"
    complains 1 "$2.newer" "$1 serve does too" "$BIN/$1" serve --data "$2.newer" \
        --listen 127.0.0.1:0
    is "$(sum_of "$2.newer")" "$before" 'and leaves it unchanged byte for byte'
}
newer walker "$walker_data"
newer registry "$registry_data"
mkdir "$tmp/garbage"
head -c 8192 /dev/urandom >"$tmp/garbage/lygte.db"
before=$(sum_of "$tmp/garbage")
run walker list --data "$tmp/garbage"
is "$status" 0 'on a device, a file that is no database does not stand in the way'
is "$(sha256sum <"$tmp"/garbage/damaged-*/lygte.db | cut -d' ' -f1)" "${before%% *}" \
    'it is put aside as it is'
mkdir "$tmp/garbage-registry"
head -c 8192 /dev/urandom >"$tmp/garbage-registry/lygte.db"
before=$(sum_of "$tmp/garbage-registry")
complains 1 lygte.db 'at the registry it is refused' registry user list --data "$tmp/garbage-registry"
is "$(sum_of "$tmp/garbage-registry")" "$before" 'and left as it is'

# ---- pairing ---------------------------------------------------------------------------

complains 1 'http://127.0.0.1:9' 'pairing with a registry that is not there' \
    walker pair http://127.0.0.1:9 ABCDE-12345
complains 1 'http://example.org' 'plain HTTP to somewhere else is refused before it is tried' \
    walker pair http://example.org ABCDE-12345
complains 1 'ftp://x' 'an address that is none' walker pair ftp://x ABCDE-12345
start_registry || exit 1
code_made() { registry device code --json | jq -r .code; }
used=$(code_made)
run "$BIN/walker" --data "$tmp/other" pair "$registry_url" "$used" --name Other
is "$status" 0 'another device pairs'

# The registry's own words arrive whole.
complains 1 "" 'a code that another device has used' walker pair "$registry_url" "$used"
like "$err" 'another device has used the code.*ask for a new one' \
    'is told in the words of the registry'
expired=$(code_made)
sql "$registry_data" 'UPDATE pair_code SET expires_ms = 1000 WHERE paired_key IS NULL'
complains 1 "" 'a code that is too old' walker pair "$registry_url" "$expired"
like "$err" 'fifteen minutes.*ask for a new one' 'is told in the words of the registry'
complains 1 "" 'a code that never was' walker pair "$registry_url" 00000-00000
like "$err" 'no such code.*ask for a new one' 'is told in the words of the registry'
LYGTE_LANG=da run walker pair "$registry_url" 00000-00000
danish=$(jq -r '."pair.unknown"' "$root/assets/i18n/da/device.json")
like "$err" "${danish##*: }" 'in Danish too, to the last word'

# The device that is not paired still has everything.
run walker status --json
is "$(jq -c '[.paired, .records.verified]' <<<"$out")" '[false,0]' 'the device is not paired'
complains 1 "" 'sync of a device that is not paired' walker sync

stop registry
start_registry || exit 1
key=$(printf '%064d' 7)
wrong=("$registry_url/api/v1/pair" -H 'Content-Type: application/json'
    --data "{\"code\":\"ZZZZZZZZZZ\",\"key\":\"$key\",\"name\":\"x\"}")
codes=
for ((n = 0; n < 10; n++)); do
    ask POST "${wrong[@]}"
    codes+="$code "
done
is "$codes" '403 403 403 403 403 403 403 403 403 403 ' 'ten wrong codes in a minute are refused'
refuses 429 pair.too_many 'then the registry takes none for a while' POST "${wrong[@]}"
like "$(header Retry-After)" '^[0-9]+$' 'and when to come again (Retry-After)'
ask POST "$registry_url/api/v1/pair" -H 'Content-Type: application/json' \
    --data "{\"code\":\"$(code_made)\",\"key\":\"$key\",\"name\":\"x\"}"
is "$code" 429 'not even the right code then'

# ---- a registry that is not there ------------------------------------------------------

stop registry
start_registry || exit 1
pair
stop registry
complains 1 "$registry_url" 'sync with a registry that does not answer' walker sync
run walker status --json
is "$(jq -c '[.paired, .all_confirmed, .records.verified, .photos.verified]' <<<"$out")" \
    '[true,false,0,0]' 'everything is still waiting'
run walker list --json
is "$(jq '.observations | length' <<<"$out")" 3 'and everything is there'
start_registry || exit 1
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'when it is there again, all goes home'
stop registry

# A program that is no registry, on the same address.
walker_port=$registry_port
start_walker || exit 1
complains 1 "$walker_url" 'another program at the address of the registry' walker sync
stop walker
rm -rf "$registry_data"
start_registry || exit 1
complains 1 "$registry_url" 'another registry at the address of ours' walker sync
is "$(sql "$registry_data" 'SELECT count(*) FROM observation')" 0 'nothing was sent there'

finish
