#!/usr/bin/env bash
# Nothing of a point goes by itself while its screen is open in a page (records.md 2): nobody
# hears of a slip of the finger before it is corrected. Who asks for a sync has it sent.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

at_home() { # POINT: as the registry has it
    sql "$registry_data" "SELECT count(*) FROM record WHERE subject = '$1'"
}
comes() { # COMMAND...: true within half a minute
    local waited
    for ((waited = 0; waited < 300; waited++)); do
        ! "$@" || return 0
        sleep 0.1
    done
    return 1
}
has() { [ "$(at_home "$1")" -ge "$2" ]; }
screen() { # POINT PAGE true|false
    send PUT "$walker_url/api/v1/observations/$1/screen" "{\"page\":\"$2\",\"open\":$3}"
}
tap() { # POINT CATEGORY [MORE]: kept by a page that opens its screen
    send PUT "$walker_url/api/v1/observations/$1" \
        "{\"walk\":\"$walk\",\"category\":\"$2\",\"page\":\"side1\"${3:-}}"
}

start_registry
pair
walk=$(walker walk new --title 'Skærmen er åben' | tail -n 1)
walker walk begin "$walk" >/dev/null
start_walker
walker sync --watch >"$tmp/watch.out" 2>"$tmp/watch.log" &
watch_pid=$!
started+=("$watch_pid")

before=$(walker add --walk "$walk" --category BEL01 | tail -n 1)
ok 'a point that no page shows goes at once' comes has "$before" 1

# ---- a slip of the finger
slip=$(new_id)
tap "$slip" BEP
is "$code" 201 'a tap keeps the point and tells that its screen opens'
sleep 5
is "$(at_home "$slip")" 0 'while the screen is open nothing of it goes'
send PATCH "$walker_url/api/v1/observations/$slip" '{"category":"REN01"}'
screen "$slip" side1 false
is "$code" 204 'the screen is closed'
ok 'and the point goes, within seconds' comes has "$slip" 2

# ---- a point that has gone already
make_photo "$tmp/lampe.jpg" lampe
screen "$slip" side1 true
walker edit "$slip" --note 'Der ligger glasskår' >/dev/null
walker add --walk "$walk" --category POS --photo "$tmp/lampe.jpg" >/dev/null
send PUT "$walker_url/api/v1/observations/$slip/screen" '{"page":"side2","open":true}'
screen "$slip" side1 false
sleep 5
is "$(at_home "$slip")" 2 'an edit waits as long as any page shows the point'
screen "$slip" side2 false
ok 'and goes when the last one is closed' comes has "$slip" 3

# ---- somebody asks
asked=$(new_id)
tap "$asked" BEL
stop watch
run walker sync
is "$status $(at_home "$asked")" '0 1' 'who asks for a sync has all of it sent'
is "$(sql "$walker_data" 'SELECT count(*) FROM open_point')" 0 'and the point is held back no more'

# ---- somebody fills a stick
make_photo "$tmp/hul.jpg" hul
stick=$(walker add --walk "$walk" --category BEL01 --photo "$tmp/hul.jpg" | tail -n 1)
screen "$stick" side1 true
is "$(sql "$walker_data" 'SELECT count(*) FROM open_point')" 1 'a point with a photo, its screen open'
run walker stick "$tmp/walk.lygte" --json
is "$status $(jq -c '[.photos, .left_out]' <<<"$out")" '0 [1,0]' 'who fills a stick has its photo on it'
ask GET "$walker_url/api/v1/stick"
is "$code $(sqlite3 "$tmp/body" "SELECT sha256 FROM photo")" "200 $(hash_of "$tmp/hul.jpg")" 'and who takes one from the page'
screen "$stick" side1 false

# ---- what a page may say
old=$(new_id)
tap "$old" BEL ',"ago_ms":600000'
is "$(sql "$walker_data" 'SELECT count(*) FROM open_point')" 0 \
    'a tap of ten minutes ago, handed over now, opens no screen'
refuses 400 field.not_id 'a point without an id' PUT "$walker_url/api/v1/observations/abc/screen" \
    -H 'Content-Type: application/json' --data-binary '{"page":"side1","open":true}'
refuses 400 field.missing 'a page without a name' PUT "$walker_url/api/v1/observations/$old/screen" \
    -H 'Content-Type: application/json' --data-binary '{"open":true}'
finish
