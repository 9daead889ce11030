#!/usr/bin/env bash
# A registry came back from an older backup, and cannot carry out an erasure that a tablet
# offers, because its disk has spoilt what the erasure names: it takes in nothing of it, and
# the tablet offers it until it is done.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

mark=MARKOER-SLETTET
make_photo "$tmp/a.jpg" "$mark-foto"
start_registry
pair
walk=$(walker walk new --title 'Aften' | tail -n 1)
point=$(walker add --walk "$walk" --category BEL01 --note "$mark-1" --photo "$tmp/a.jpg" | tail -n 1)
for n in 2 3; do walker edit "$point" --note "$mark-$n" >/dev/null; done
walker sync >/dev/null
registry backup "$tmp/backup" >/dev/null
run registry erase "$point" --all --reason request
run walker sync
is "$status" 0 'the tablet holds an erasure'
stop registry
rm -r "$registry_data"
registry restore "$tmp/backup" >/dev/null
spoil() { sql "$registry_data" "UPDATE record SET body = replace(body, '$1', '$2') WHERE body LIKE '%$1%'"; }
spoil "$mark-2" "$mark-x"
start_registry
walker sync >/dev/null
done_or_nothing() { # the same words: all that the erasure names, or nothing of it
    sql "$registry_data" "SELECT (SELECT count(*) FROM record WHERE kind = 'erase'),
        (SELECT count(*) FROM erasure), (SELECT count(*) FROM record WHERE body LIKE '%$mark%') IN (0, 3),
        (SELECT count(*) FROM record WHERE body LIKE '%$mark%') > 0"
}
like "$(done_or_nothing)" '^(0\|0\|1\|1|1\|1\|1\|0)$' 'an erasure is held and carried out, or not held'
spoil "$mark-x" "$mark-2"
walker sync >/dev/null
is "$(done_or_nothing)" '1|1|1|0' 'and is offered again until it is'
is "$(grep -rlaF "$mark" "$registry_data" | wc -l)" 0 'then nothing is left of what it names'
ok 'doctor is content' registry doctor --rebuild
finish
