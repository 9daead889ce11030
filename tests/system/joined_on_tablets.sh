#!/usr/bin/env bash
# A tablet hears which case is shown for a joined one: its point is mended when that one is, is
# no open point of last time then, and is its own again when the two are parted. A department
# keeps the case that was joined into one only the police may see.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

first=$tmp/first second=$tmp/second
add() { walker add --walk "$1" --category "${3:-BEL01}" --note "$2" --at 57.0406,9.9712,4 | tail -n 1; }
start_registry
walker_data=$first
pair
old=$(walker walk new --title 'I forfjor' --area 'Aalborg Øst' --start 2024-11-20T19:00:00+01:00 | tail -n 1)
stays=$(add "$old" kept) joined=$(add "$old" joined)
newer=$(walker walk new --title 'I fjor' --area 'Aalborg Øst' --start 2025-11-20T19:00:00+01:00 | tail -n 1)
add "$newer" fjor >/dev/null
for walk in "$old" "$newer"; do
    walker walk end "$walk" >/dev/null
    walker walk close "$walk" >/dev/null
done
walker sync >/dev/null
login koordinator coordinator; desk=$cookie

join() { # KEPT JOINED; the merge's id in $merge
    case_of "$1"
    local shown=$id
    case_of "$2"
    run registry merge "$shown" "$id" --json
    merge=$(sql "$registry_data" 'SELECT id FROM issue_merge ORDER BY tick DESC LIMIT 1')
}

# ---- joined before the tablet asks for the first time

join "$stays" "$joined"
is "$status" 0 'two cases of an old walk are one'
walker_data=$second
pair
tonight=$(walker walk new --title 'I aften' --area 'Aalborg Øst' --start 2026-11-20T19:00:00+01:00 | tail -n 1)
run walker sync
start_walker
became() { # mended, planned, waiting, refused of the old walk
    ask GET "$walker_url/api/v1/walks"
    field '[.walks[] | select(.title == "I forfjor") | .outcome] | map("\(.mended) \(.planned) \(.waiting) \(.refused)") | first'
}
last() { # notes of last time's points near tonight's walk
    ask GET "$walker_url/api/v1/walks/$tonight/last"
    jq -r '[.points[].note] | sort | join(" ")' <<<"$body"
}
is "$status $(sql "$second" 'SELECT count(*) FROM issue_merge WHERE live = 1') $(became)" '0 1 0 0 2 0' \
    'the tablet has the merge with the cases it is about, and both wait'
is "$(last)" 'fjor joined kept' 'both are open points of last time'

# ---- the shown one is done

becomes "$stays" triaged sent accepted planned "done"
case_of "$joined"
is "$(sql "$registry_data" "SELECT state FROM issue WHERE id = '$id'")" open 'of the joined one nobody says anything'
walker sync >/dev/null
is "$(became)" '2 0 0 0' 'done, both points are mended'
is "$(last)" fjor 'and neither is an open point of last time'

# ---- parted again

run registry merge --undo "$merge"
is "$status" 0 'the merge is taken back'
walker sync >/dev/null
is "$(became)" '1 0 1 0' 'then the joined one waits for itself again'
is "$(last)" 'fjor joined' 'and is an open point of last time'

# ---- joined while the tablet has both, and the shown one withheld afterwards

join "$stays" "$joined"
walker sync >/dev/null
is "$(became)" '2 0 0 0' 'joined once more it is mended again'
walker_data=$first
walker edit "$stays" --category OPH08 >/dev/null
walker sync >/dev/null
walker_data=$second
walker sync >/dev/null
is "$(sql "$second" "SELECT count(*) FROM record WHERE subject = '$stays'") $(last)" '0 fjor joined' \
    'where the shown one became the police'"'"'s, the joined one stands for itself'
stop walker

# ---- a department's list

case_of "$stays"
number=$(sql "$registry_data" "SELECT number FROM issue WHERE id = '$id'")
case_of "$joined"
other=$(sql "$registry_data" "SELECT number FROM issue WHERE id = '$id'")
list() { # COOKIE [QUERY]: numbers
    ask GET "$registry_url/api/v1/issues?closed=1${2:-}" -H "Cookie: $1"
    jq -r '[.issues[].number] | sort | join(" ")' <<<"$body"
}
like " $(list "$desk") " " $number " 'the coordinator is shown the kept case'
ok 'and not the joined one beside it' test -z "$(list "$desk" | grep -ow -- "$other")"
party=$(sql "$registry_data" "SELECT party FROM issue WHERE number = '$other'")
is "$(list "$desk" "&party=$party" | grep -cw -- "$other")" 0 'also where it looks at one party'
login andre department "$party"
is "$(list "$cookie" | grep -cw -- "$other") $(list "$cookie" | grep -cw -- "$number")" '1 0' \
    'the department that it lies with has the joined one in its list, and not the police'"'"'s'
for walker_data in "$first" "$second"; do ok 'doctor is content' walker doctor --rebuild; done
ok 'and at the registry' registry doctor --rebuild
finish
