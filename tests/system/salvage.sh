#!/usr/bin/env bash
# A damaged database: put aside, never deleted; its records are saved one by one; capture
# goes on at once in a new file, and a sentence says so. Two hundred pages overwritten at
# random, and a server that has the file open.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

registry police key --make "$tmp/police.key" <<<'fire ord ingen venter' >/dev/null
start_registry
pair
walk=$(walker walk new --title 'Før skaden' | tail -n 1)
make_photo "$tmp/a.jpg" 'a photo that stays'
walker add --walk "$walk" --category BEL01 --note 'sendt før skaden' --photo "$tmp/a.jpg" >/dev/null
walker add --walk "$walk" --category OPH08 --police-only --note 'forseglet' --photo "$tmp/a.jpg" >/dev/null
walker sync >/dev/null
start_walker
long=$(head -c 900 /dev/zero | tr '\0' x)
node - "$walker_url" "$walk" "$long" <<'JS'
const [url, walk, long] = process.argv.slice(2)
const { randomUUID } = require("crypto")
;(async () => {
    for (let n = 0; n < 400; n++)
        await fetch(`${url}/api/v1/observations/${randomUUID()}`, { method: "PUT",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ walk, category: "BEL02", note: `nummer ${n} ${long}` }) })
})()
JS
made=$(sql "$walker_data" 'SELECT count(*) FROM observation WHERE founded = 1')
is "$made" 401 'four hundred and one points are kept'
old=$(sql "$walker_data" 'SELECT lower(hex(origin)) FROM self')
stop walker
sql "$walker_data" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null

# ---- two hundred pages

pages=$(($(stat -c %s "$walker_data/lygte.db") / 4096))
is "$((pages > 400))" 1 "the file has more than four hundred pages ($pages)"
cp -a "$walker_data" "$tmp/whole"
damage() { # FOLDER SEED
    perl -e 'srand($ARGV[1]); open(my $f, "+<", $ARGV[0]) or die;
        my $pages = (-s $f) / 4096;
        for (1 .. 200) { seek($f, 4096 * (1 + int(rand($pages - 1))), 0);
            print $f join("", map { chr(int(rand(256))) } 1 .. 4096) }' "$1/lygte.db" "$2"
}
damage "$walker_data" 1
run walker add --walk "$walk" --category STI01 --note 'efter skaden'
again=$status
[ "$again" = 0 ] || run walker add --walk "$walk" --category STI01 --note 'efter skaden'
[ "$status" = 0 ] || run walker add --category STI01 --note 'efter skaden'
is "$status" 0 "a point is kept, at the latest when it is tried again (first try: $again)"
aside=$(echo "$walker_data"/damaged-*)
ok 'the old database is put aside' test -s "$aside/lygte.db" -a -s "$aside/origin.key"
run walker status
like "$err" 'was damaged: [0-9]+ records were saved' 'a sentence says so'
saved=$(sql "$walker_data" "SELECT count(*) FROM record WHERE origin = x'$old'")
all=$(sql "$tmp/whole" 'SELECT seq FROM self')
ok "more than half of the records are there ($saved of $all)" test "$saved" -gt $((all / 2))
sqlite3 "$tmp/whole/lygte.db" "ATTACH '$walker_data/lygte.db' AS now;
    SELECT count(*) FROM now.record n WHERE n.origin = x'$old' AND NOT EXISTS (SELECT 1 FROM record r
        WHERE r.hash = n.hash AND r.head = n.head AND r.body IS n.body)" >"$tmp/foreign"
is "$(<"$tmp/foreign")" 0 'each of them is what was written, to the byte'
ok 'the new origin is another one' test "$(sql "$walker_data" 'SELECT lower(hex(origin)) FROM self')" != "$old"
run walker doctor --rebuild
like "$status $out" '^0 .*was damaged' 'doctor is content with the new one, and remembers'
photo=$(hash_of "$tmp/a.jpg")
is "$(sql "$walker_data" "SELECT count(*) FROM blob WHERE sha256 = '$photo'")" 1 'the photo is still known'
is "$(sql "$walker_data" "SELECT count(*) FROM blob WHERE type = 'sealed' AND cleared = 1")" 1 \
    'so is the box of a sealed one, and not held back: nobody could look it through'

# ---- home

pair
sql "$walker_data" 'UPDATE blob SET cleared = 1'
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'paired again, all that was saved comes home'
lost=$(sql "$walker_data" "SELECT value FROM setting WHERE name = 'salvage.lost'")
run registry device list --json
is "$(jq -c '.devices[0].salvaged | [.kept > 100, .lost]' <<<"$out")" "[true,$lost]" \
    'the registry was told that its database was salvaged, and what was not found'
run registry device list
like "$out" "was damaged and made anew .* $lost were not found" 'in words too'
missing=$(sqlite3 "$walker_data/lygte.db" "ATTACH '$registry_data/lygte.db' AS home;
    SELECT count(*) FROM record r WHERE NOT EXISTS (SELECT 1 FROM home.record h WHERE h.hash = r.hash)")
is "$missing" 0 'the registry has every one of them'
ok 'doctor is content there' registry doctor --rebuild

# ---- no database at all any more, and a server that goes on

rm -rf "$walker_data"
cp -a "$tmp/whole" "$walker_data"
start_walker
head -c 4096 /dev/urandom | dd of="$walker_data/lygte.db" conv=notrunc bs=4096 2>/dev/null
for ((n = 0; n < 8; n++)); do
    send PUT "$walker_url/api/v1/observations/$(new_id)" "{\"walk\":\"$walk\",\"category\":\"BEL03\"}"
    [ "$code" = 201 ] && [ -e "$(echo "$walker_data"/damaged-*)" ] && break
done
is "$code" 201 'a running page keeps the next point'
stop walker
run walker list --json
ok 'and a start on a file without a head finds the points' \
    test "$(sql "$walker_data" 'SELECT count(*) FROM observation WHERE founded = 1')" -gt 100
ok 'doctor is content' walker doctor --rebuild
finish
