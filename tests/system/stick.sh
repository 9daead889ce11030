#!/usr/bin/env bash
# A walk goes home on a USB stick, and the receipts come back the same way.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}

walker_data=$tmp/walker
stick=$tmp/walk.lygte
"$draw" --scene lamp_out --at 57.0406,9.9712 --direction 40 --time 2026-11-19T19:42:00+01:00 \
    --size 640x480 -o "$tmp/a.jpg"
"$draw" --scene bin --at 57.0409,9.9722 --direction 10 --time 2026-11-19T19:52:00+01:00 \
    --size 640x480 --seed 7 -o "$tmp/b.jpg"

start_registry
pair 'Tablet 1'
stop registry
walker walk new --title 'Uden net' >/dev/null
walker add --category BEL01 --note 'Æblegade' --photo "$tmp/a.jpg" >/dev/null
walker add --category REN01 --photo "$tmp/b.jpg" >/dev/null

run walker stick "$stick" --json
is "$status $(jq -r '.photos' <<<"$out")" '0 2' 'walker stick puts both photos on'
is "$(ls "$tmp"/walk.lygte*)" "$stick" 'the file appears whole, with nothing beside it'
run registry unstick "$stick" --json
is "$status $(jq -c '[.photos, .refused, .receipts]' <<<"$out")" '0 [2,0,true]' \
    'registry unstick takes them in and writes receipts'
run registry list --format geojson
is "$(jq -c '[.features[].properties.category] | sort' <<<"$out")" '["BEL01","REN01"]' \
    'both points are issues at the registry'
run walker unstick "$stick" --json
is "$status $(jq -r .all_confirmed <<<"$out")" '0 true' 'after walker unstick all is confirmed'
run walker status --json
is "$(jq -c '[.records.made == .records.verified, .photos.verified]' <<<"$out")" '[true,2]' \
    'status says so'

run registry unstick "$stick" --json
is "$(jq -c '[.records, .photos, .refused]' <<<"$out")" '[0,0,0]' \
    'the same stick again brings nothing twice'
walker add --category STI01 >/dev/null
run walker stick "$stick.1" --json
is "$(jq -c '[.records, .photos]' <<<"$out")" '[1,0]' 'the next stick holds only what is new'

# ---- from the page

start_walker
curl -sS -o "$tmp/page.lygte" "$walker_url/api/v1/stick"
is "$(sqlite3 "$tmp/page.lygte" 'SELECT count(*) > 0 FROM line')" 1 'the page gives the same file as a download'
home() { ask POST "$walker_url/api/v1/stick" -H 'Content-Type: application/octet-stream' --data-binary "@$1"; }
home "$tmp/page.lygte"
is "$code $(field .key)" '400 stick.no_receipts' 'a stick that was at no registry has nothing to bring home'
ok 'and the sentence names no path' test "$(field .title | grep -c "$tmp")" = 0
run registry unstick "$tmp/page.lygte"
home "$tmp/page.lygte"
is "$code $(field .all_confirmed)" '200 true' 'one that was there confirms everything'
head -c 5000 /dev/urandom >"$tmp/noise.lygte"
home "$tmp/noise.lygte"
is "$code $(field .key)" '400 stick.not_ours' 'noise is no stick'
stop walker
LYGTE_LEAST_MB=99999999 start_walker
home "$tmp/page.lygte"
is "$code $(field .key)" '507 disk.low' 'on a full disk it is not even begun'
is "$(find "$walker_data/tmp" -type f | wc -l)" 0 'nothing of them is left behind'
stop walker
walker add --category STI01 >/dev/null
walker stick "$stick.2" >/dev/null

# ---- bad sticks

complains 1 "$tmp/none" 'a stick that is not there' walker unstick "$tmp/none"
echo 'not a database at all' >"$tmp/text.lygte"
complains 1 "$tmp/text.lygte" 'a text file is no stick' registry unstick "$tmp/text.lygte"
cp "$stick.2" "$tmp/view.lygte"
sqlite3 "$tmp/view.lygte" 'CREATE VIEW v AS SELECT 1' 2>/dev/null
complains 1 "$tmp/view.lygte" 'a stick with a view in it is refused' \
    registry unstick "$tmp/view.lygte"
complains 1 "$stick.2" 'a stick without receipts says so' walker unstick "$stick.2"

cp "$stick" "$tmp/forged.lygte"
sqlite3 "$tmp/forged.lygte" "UPDATE receipt SET text = replace(text, '\"runs\"', '\"runs\" ')"
complains 1 "$tmp/forged.lygte" 'receipts whose signature fails are not believed' \
    walker unstick "$tmp/forged.lygte"

if command -v node >/dev/null; then
    cp "$stick" "$tmp/keys.lygte"
    node "$root/tests/support/many_keys.mjs" 5000 | sqlite3 "$tmp/keys.lygte"
    run walker unstick "$tmp/keys.lygte" --json
    is "$status $(jq .refused <<<"$out")" '1 905' 'of five thousand keys beside the one of the registry the first are taken'
else
    skip 'of five thousand keys beside the one of the registry the first are taken' 'node is not installed'
fi

cp "$stick.2" "$tmp/bent.lygte"
sqlite3 "$tmp/bent.lygte" "UPDATE line SET text = replace(text, 'STI01', 'STI02')"
run registry unstick "$tmp/bent.lygte" --json
is "$status $(jq -c '[.records, .refused]' <<<"$out")" '1 [0,1]' 'a changed record is refused alone'
run registry unstick "$stick.2" --json
is "$status $(jq -c '[.records, .refused]' <<<"$out")" '0 [1,0]' 'and taken when it comes right'

# ---- photos that waited for Wi-Fi, when the records are home already

start_registry
walker sync >/dev/null
walker set metered on >/dev/null
"$draw" --scene bin --at 57.0409,9.9722 --direction 10 --time 2026-11-19T19:52:00+01:00 \
    --size 640x480 --seed 8 -o "$tmp/c.jpg"
walker add --category REN01 --photo "$tmp/c.jpg" >/dev/null
walker sync >/dev/null
stop registry
run walker stick "$tmp/photos.lygte" --json
is "$status $(jq -c '[.records, .photos]' <<<"$out")" '0 [0,1]' 'a stick may hold a photo alone'
run registry unstick "$tmp/photos.lygte" --json
is "$status $(jq -c '[.photos, .receipts]' <<<"$out")" '0 [1,true]' 'the registry takes it in'
run walker unstick "$tmp/photos.lygte" --json
is "$status $(jq -c '[.confirmed, .all_confirmed]' <<<"$out")" '0 [1,true]' 'and its receipt comes home'
walker stick "$tmp/nothing.lygte" >/dev/null
registry unstick "$tmp/nothing.lygte" >/dev/null
run walker unstick "$tmp/nothing.lygte" --json
is "$status $(jq -c .all_confirmed <<<"$out")" '0 true' 'a stick with nothing on it was at the registry all the same'

registry_data=$tmp/other
registry party add XX --da X --en X --kind owner >/dev/null
run registry unstick "$stick" --json
is "$(jq -c '[.records, .photos, .refused, .waiting > 0]' <<<"$out")" '[0,2,0,true]' \
    'a registry that never paired the device lets its records and photos wait'
is "$(sql "$registry_data" 'SELECT count(*) FROM observation')" 0 'none of them counts'
run registry doctor --json
is "$status $(jq -c '[.findings[] | select(.kind == "stranger") | .key]' <<<"$out")" \
    '0 ["check.stranger"]' 'doctor tells who waits'
complains 1 "$tmp/nowhere/stick" 'a stick that is not there is said to be that, not the tablet to be broken' walker stick "$tmp/nowhere/stick"
complains 1 "$tmp/nowhere/copy" 'and so is a backup onto it' walker backup "$tmp/nowhere/copy"
complains 1 'registry police key --make' 'where no police key was made, that is how' registry police key
finish
