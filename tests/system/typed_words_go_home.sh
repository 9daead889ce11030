#!/usr/bin/env bash
# Words somebody typed when the power went are sent, also when the program is back within the
# minute in which a page might still be typing, or with a clock that is behind; and until they
# are, nothing says that all is confirmed.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry || exit 1
pair
walk=$(walker walk new --title Kildeparken | tail -n 1)
walker walk begin "$walk" >/dev/null
point=$(walker add --walk "$walk" --category BEL01 | tail -n 1)

types() { # WORDS: and the power goes
    start_walker || exit 1
    send PUT "$walker_url/api/v1/observations/$point/draft" "{\"note\":\"$1\"}"
    stop walker KILL
}
said_at() { # MS: when it was typed, from now
    sqlite3 "$walker_data/lygte.db" "UPDATE draft SET saved_ms = saved_ms + $1"
}
note_of() { sql "$1" "SELECT COALESCE(note, '') FROM observation WHERE id = '$point'"; }
becomes_a_note() { # WORDS
    local waited
    for ((waited = 0; waited < 300; waited++)); do
        [ "$(note_of "$walker_data")" = "$1" ] && return 0
        sleep 0.1
    done
    return 1
}
goes_home() { # WORDS
    run walker sync --json
    is "$status $(jq -c '[.typed, .all_confirmed]' <<<"$out") $(note_of "$registry_data")" \
        "0 [0,true] $1" "the register has: $1"
}

types 'et barn falder her'
start_walker || exit 1
run walker sync --json
is "$status $(jq -c '[.typed, .all_confirmed]' <<<"$out")" '0 [1,false]' 'what may still be typed is not sent, and not all is confirmed'
is "$(note_of "$walker_data")" '' 'it is not taken from whoever types'
is "$(walker status --json | jq -c '[.typed, .all_confirmed, .points_waiting]')" '[1,false,1]' 'status counts it'
like "$(walker status)" 'Typed, but not kept yet: words about 1 of the points' 'and says so'
like "$(LYGTE_LANG=da walker status)" 'Skrevet, men ikke gemt endnu: ord om 1 af punkterne' 'in Danish too'
said_at -60000
ok 'a minute later they are kept, by the program that runs' becomes_a_note 'et barn falder her'
goes_home 'et barn falder her'
stop walker

types 'sagt af et ur en halv time foran'
said_at 1800000
goes_home 'sagt af et ur en halv time foran'

types 'skrevet før gangen blev lukket'
said_at 1800000
walker walk end "$walk" >/dev/null
walker walk close "$walk" >/dev/null
is "$(note_of "$walker_data")" 'skrevet før gangen blev lukket' 'a walk that is closed has what was typed on it'
goes_home 'skrevet før gangen blev lukket'
run walker wipe --walk "$walk"
is "$status" 0 'and can be wiped'
finish
