#!/usr/bin/env bash
# Two cases that were joined are one, also for what comes after: a shown case whose point is
# withdrawn hides nobody's report, and photos stay as long as the case that shows them is open.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

for n in a b c k j x y z; do make_photo "$tmp/$n.jpg" "foto-$n"; done
walk=$(walker walk new --title 'Aften' | tail -n 1)
add() { walker add --walk "$walk" --category BEL01 --note "$1" --at 57.04,9.97,4 --photo "$tmp/$1.jpg" | tail -n 1; }
a=$(add a) b=$(add b)
start_registry
pair
walker sync >/dev/null
login koordinator coordinator
join() { # KEPT JOINED
    case_of "$1"
    local first=$id
    case_of "$2"
    run registry merge "$first" "$id"
}
shown() { run registry list --format json && jq -c '[.issues[].observation.note] | sort' <<<"$out"; }
has() { grep -rlaF "foto-$1" "$registry_data" | wc -l; }

# ---- the shown one goes

join "$a" "$b"
is "$(shown)" '["a"]' 'of two joined cases one is shown'
walker withdraw "$a" >/dev/null
walker sync >/dev/null
is "$(shown)" '["b"]' 'when its point is withdrawn the other one waits for somebody again'
walker withdraw "$a" --undo >/dev/null
walker sync >/dev/null
is "$(shown)" '["a"]' 'and is joined again when the point comes back'

# ---- photos

c=$(add c) k=$(add k) j=$(add j)
walker sync >/dev/null
case_of "$b"
run registry merge --undo "$(jq -r '.issues[0].merged.joined[0].merge' <<<"$body")"
is "$status" 0 'a merge can be taken back'
join "$c" "$b"
becomes "$b" triaged duplicate
join "$k" "$j"
becomes "$k" triaged no_action
run registry retain --ended 90
sql "$registry_data" 'UPDATE issue SET changed_ms = changed_ms - 91 * 86400000'
run registry retain
is "$status $(has b) $(has c)" '0 1 1' 'a photo stays while the case that shows it is open, whatever its own says'
is "$(has k) $(has j)" '0 0' 'and goes with the shown one, though its own was never closed'

# ---- into what is closed

x=$(add x) y=$(add y) z=$(add z)
walker sync >/dev/null
becomes "$x" cancelled
walker withdraw "$z" >/dev/null
walker sync >/dev/null
for closed in "$x" "$z"; do
    join "$closed" "$y"
    like "$status $err" '^1 .*cancelled' 'nothing is joined into a case that is cancelled, where nobody would see it'
done
is "$(shown | grep -c '"y"')" 1 'it waits as it did'
join "$y" "$x"
is "$status" 0 'the other way it goes'
finish
