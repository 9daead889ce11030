# shellcheck shell=bash
# big.sh: 5,000 points and 3,000 photos in one walk: the list, is-it-the-same, the track of
# two hours and a tile of a map, each asked over one kept connection, median of ROUNDS asks.
# The limit is a blink: 100 ms at the server.
# Read by run.sh, which gives WORK, HERE, BIN, ROUNDS, port(), wait_for(), begun, ended().

big=$WORK/big
walk=$("$HERE/points" "$big" 5000 many)
sqlite3 "$WORK/map.mbtiles" "CREATE TABLE metadata (name TEXT, value TEXT);
    CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);
    CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);
    WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
    INSERT INTO tiles SELECT 16, 34000 + i / 100, 45000 + i % 100,
        CAST(X'89504E470D0A1A0A' || randomblob(12000) AS BLOB) FROM n;"
map=$("$BIN/walker" map add "$WORK/map.mbtiles" --data "$big" | tail -n 1)
at=$(port)
LYGTE_GPSD=off "$BIN/walker" serve --open --listen "127.0.0.1:$at" --data "$big" >"$WORK/big.log" 2>&1 &
begun+=($!)
wait_for "$at"
url=http://127.0.0.1:$at/api/v1
node -e 'const rows = [];
    for (let i = 0; i < 7200; i++) rows.push({ lat: 57.04 + i * 1.2 / 111195, lon: 9.9187 + Math.sin(i / 300) / 2000,
        accuracy_m: 4, at: new Date(Date.now() - (7200 - i) * 1000).toISOString() });
    for (let i = 0; i < 12; i++) console.log(JSON.stringify({ fixes: rows.slice(i * 600, i * 600 + 600) }));' |
    while read -r fixes; do
        curl -sf -o "$WORK/big.out" -H 'Content-Type: application/json' -d @- "$url/walks/$walk/track" <<<"$fixes"
    done

ask_big() { # JOB PATH
    local round ms
    for round in $(seq "$ROUNDS"); do
        ms=$(curl -s -o "$WORK/big.out" -o "$WORK/big.out" -w '%{time_starttransfer} %{http_code}\n' \
            "$url/$2" "$url/$2" | awk '$2 != 200 { exit 1 } { last = $1 * 1000 } END { print last }') || {
            says "$1: no answer"
            exit 1
        }
        echo "$1 ms ours $round $ms"
    done
}
ask_big big-list "walks/$walk/observations"
ask_big big-near "near?walk=$walk&lat=57.0482&lon=9.9190&accuracy_m=8&category=BEL"
ask_big big-track "walks/$walk/track"
ask_big big-tile "maps/$map/16/34050/$((65535 - 45050))"
end_begun
