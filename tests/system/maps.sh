#!/usr/bin/env bash
# Maps the user brings: MBTiles of PNG, JPEG and WebP, served the right way up and to be
# kept by browsers; and every broken one gets a sentence and costs nobody anything.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

png=89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082
jpeg=ffd8ffe000104a46494600010100000100010000ffd9
webp=52494646240000005745425056503820
gzip=1f8b0800000000000003
# zoom 15 of Aalborg: column 17286, row from the north 10030; from the south 32767 - 10030.
X=17286 Y=10030
ROW=$((32767 - Y))

make_map() { # FILE FORMAT TILE-HEX [NAME]
    sqlite3 "$1" "CREATE TABLE metadata (name TEXT, value TEXT);
        CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);
        CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);
        INSERT INTO metadata VALUES ('name', '${4:-Aalborg}'), ('format', '$2'), ('attribution', '© os');
        INSERT INTO tiles VALUES (15, $X, $ROW, X'$3'), (15, $X, $((ROW + 1)), NULL), (14, $((X / 2)), $((16383 - Y / 2)), X'$3');"
}

add() { run walker map add "$1" --data "$walker_data"; }

mkdir -p "$tmp/m/en mappe med æøå"
make_map "$tmp/m/en mappe med æøå/Kort over byen.mbtiles" png "$png" 'Aalborg Øst, 2026'
add "$tmp/m/en mappe med æøå/Kort over byen.mbtiles"
is "$status" 0 'a PNG map is taken in, from a folder and by a name with spaces'
id=$(tail -n 1 <<<"$out")
make_map "$tmp/m/jpeg.mbtiles" jpg "$jpeg"
add "$tmp/m/jpeg.mbtiles"
is "$status" 0 'a JPEG map too'
make_map "$tmp/m/webp.mbtiles" png "$webp" # what it says of itself is wrong
add "$tmp/m/webp.mbtiles"
is "$status" 0 'a WebP map too'

run script -qec "LYGTE_METER_MS=0 LYGTE_LANG=da '$BIN/walker' map add '$tmp/m/jpeg.mbtiles' --data '$walker_data'" /dev/null
like "$out" '0 af 1 MB' 'at a terminal it says how far it is'
run walker map add "$tmp/m/jpeg.mbtiles" --data "$walker_data"
is "$err" '' 'and nowhere else'

start_walker
ask GET "$walker_url/api/v1/maps"
is "$(field '[.maps[].format] | sort | join(" ")')" 'jpeg png webp' 'their formats are what the tiles are'
is "$(field '.maps[] | select(.format == "png") | .name')" 'Aalborg Øst, 2026' 'with the name of the metadata'
is "$(field '.maps[] | select(.format == "png") | .bounds | map(. * 100 | floor) | join(" ")')" \
    '990 5704 992 5705' 'and bounds worked out from the tiles'
ask GET "$walker_url/api/v1/maps/$id/15/$X/$Y"
is "$code $(header Content-Type) $(xxd -p "$tmp/body" | tr -d '\n')" "200 image/png $png" \
    'a tile comes byte for byte, rows turned from south to north'
like "$(header Cache-Control)" 'max-age=31536000, immutable' 'to be kept for ever'
ask GET "$walker_url/api/v1/maps/$id/15/$X/$((Y - 1))"
is "$code" 204 'an empty tile is nothing'
ask GET "$walker_url/api/v1/maps/$id/15/99999999/$Y"
is "$code" 204 'a tile off the world is nothing'
refuses 404 map.unknown 'a map that is not here' GET "$walker_url/api/v1/maps/000000000000/15/$X/$Y"
refuses 404 map.unknown 'a tile that is no number' GET "$walker_url/api/v1/maps/$id/15/x/$Y"

# ---- broken ones -----------------------------------------------------------------------

refused() { # KEYWORD CLAIM FILE
    complains 1 "$1" "$2" "$BIN/walker" map add "$3" --data "$walker_data"
}
head -c 20000 /dev/urandom >"$tmp/m/random.mbtiles"
refused 'random.mbtiles' 'a file that is no database' "$tmp/m/random.mbtiles"
: >"$tmp/m/empty.mbtiles"
refused 'empty.mbtiles' 'an empty file' "$tmp/m/empty.mbtiles"
refused 'nowhere.mbtiles' 'a file that is not there' "$tmp/m/nowhere.mbtiles"
sqlite3 "$tmp/m/other.mbtiles" 'CREATE TABLE notes (t TEXT); INSERT INTO notes VALUES (randomblob(2000))'
refused 'other.mbtiles' 'another database' "$tmp/m/other.mbtiles"
make_map "$tmp/m/none.mbtiles" png "$png"
sqlite3 "$tmp/m/none.mbtiles" 'DELETE FROM tiles'
refused 'none.mbtiles' 'a map without tiles' "$tmp/m/none.mbtiles"
make_map "$tmp/m/null.mbtiles" png "$png"
sqlite3 "$tmp/m/null.mbtiles" 'UPDATE tiles SET tile_data = NULL'
refused 'null.mbtiles' 'a map of null tiles' "$tmp/m/null.mbtiles"
make_map "$tmp/m/vector.mbtiles" pbf "$gzip"
refused 'vector.mbtiles' 'a vector map' "$tmp/m/vector.mbtiles"
make_map "$tmp/m/gif.mbtiles" gif 474946383961
refused 'gif.mbtiles' 'another picture format' "$tmp/m/gif.mbtiles"
make_map "$tmp/m/deep.mbtiles" png "$png"
sqlite3 "$tmp/m/deep.mbtiles" 'UPDATE tiles SET zoom_level = 40 WHERE zoom_level = 15'
refused 'deep.mbtiles' 'zoom levels nobody has' "$tmp/m/deep.mbtiles"
make_map "$tmp/m/hurt.mbtiles" png "$png"
sqlite3 "$tmp/m/hurt.mbtiles" "INSERT INTO tiles SELECT 15, value, 5, randomblob(3000) FROM generate_series(1, 200)" 2>/dev/null ||
    for ((i = 0; i < 40; i++)); do sqlite3 "$tmp/m/hurt.mbtiles" "INSERT INTO tiles VALUES (15, $i, 5, randomblob(3000))"; done
dd if=/dev/urandom of="$tmp/m/hurt.mbtiles" bs=4096 seek=4 count=6 conv=notrunc 2>/dev/null
refused 'hurt.mbtiles' 'a damaged map' "$tmp/m/hurt.mbtiles"
sqlite3 "$tmp/m/endless.mbtiles" "CREATE TABLE metadata (name TEXT, value TEXT);
    CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n)
    SELECT 15 AS zoom_level, i AS tile_column, i AS tile_row, NULL AS tile_data FROM n"
refused 'endless.mbtiles' 'a view that never ends' "$tmp/m/endless.mbtiles"
make_map "$tmp/m/bare.mbtiles" png "$png"
sqlite3 "$tmp/m/bare.mbtiles" 'DROP TABLE metadata'
add "$tmp/m/bare.mbtiles"
is "$status" 0 'a map without metadata is taken in'
like "$out" 'says nothing of itself' 'with a sentence'
run walker map list --data "$walker_data" --json
is "$(jq length <<<"$out")" 4 'four maps are here, and none of the broken'
is "$(find "$walker_data/maps" -type f | wc -l)" 4 'nor a file of theirs'
run walker map drop "$id" --data "$walker_data"
ask GET "$walker_url/api/v1/maps"
is "$(field '.maps | length')" 3 'a map that is dropped is gone'
make_map "$tmp/m/one.mbtiles" png "$png" 'Samme navn'
make_map "$tmp/m/two.mbtiles" jpg "$jpeg" 'Samme navn'
add "$tmp/m/one.mbtiles"
one=$(tail -n 1 <<<"$out")
add "$tmp/m/two.mbtiles"
complains 1 'Samme navn' 'of two maps of one name none goes' walker map drop 'Samme navn'
run walker map drop "${one: -6}"
is "$status $(walker map list --json | jq -c --arg id "$one" '[length, any(.[]; .id == $id)]')" '0 [4,false]' \
    'one goes by a tail of its id'
run walker map drop 'Samme navn'
is "$status $(walker map list --json | jq length)" '0 3' 'then the other by its name'
run walker map add "$tmp/m/nowhere.mbtiles"
like "$err" 'No such file' 'a file that is not there is told in words'
# ---- a copy that was cut off

parts() { find "$walker_data/tmp" "$walker_data/maps" -name '*part*' | wc -l; }

head -c 60000000 /dev/urandom >"$tmp/m/cut"
make_map "$tmp/m/cut.mbtiles" png "$png"
sqlite3 "$tmp/m/cut.mbtiles" "INSERT INTO tiles VALUES (13, 1, 1, readfile('$tmp/m/cut'))"
"$BIN/walker" --data "$walker_data" map add "$tmp/m/cut.mbtiles" >/dev/null 2>&1 &
cut_pid=$! # of the program itself, not of a shell around it
for ((i = 0; i < 400; i++)); do
    [ -n "$(find "$walker_data/tmp" "$walker_data/maps" -name '*part*' -size +64k 2>/dev/null)" ] && break
    sleep 0.01
done
kill -KILL "$cut_pid" 2>/dev/null
{ wait "$cut_pid"; } 2>/dev/null
is "$(parts)" 1 'a copy is cut off in the middle'
walker map list >/dev/null
is "$(parts)" 0 'with the next start it is gone'

finish
