#!/usr/bin/env bash
# Whatever somebody may not see is neither counted nor named for them: a walk's points, what of it
# is home, the n of n of its closing and what came after, for viewer and department.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry || exit 1
pair
make_photo "$tmp/secret.jpg" 'politiets'
walk=$(walker walk new --title 'Vestbyen' | tail -n 1)
walker walk begin "$walk" >/dev/null
add() { walker add --walk "$walk" --category "$1" "${@:2}" | tail -n 1; }
add BEL01 >/dev/null
add REN01 >/dev/null
secret=$(add OPH08 --note 'hemmeligt' --photo "$tmp/secret.jpg")
walker walk close "$walk" >/dev/null
late=$(add OPH08 --note 'hemmeligt efter')
after=$(add BEL01)
walker edit "$secret" --severity 3 >/dev/null
walker sync >/dev/null

counts() { # sets $got for who logged in last
    ask GET "$registry_url/api/v1/walks/$walk" -H "Cookie: $cookie"
    got=$(field '[.points, .photos, .home.points, .home.photos, .closing.points, .closing.points_here,
        .closing.photos, .closing.photos_here, .closing.later] | map(tostring) | join(" ")')
}
login koordinator coordinator
counts
is "$got" '5 1 5 1 3 3 1 1 3' 'who sees all has all of it counted'
is "$(field '.closing.after | sort == (["'"$late"'", "'"$after"'"] | sort)')" true 'and what came after named'
login gaest viewer
counts
is "$got" '3 0 3 0 2 2 0 0 1' 'for a viewer nothing counts what the police alone may read'
is "$(field '.closing.after == ["'"$after"'"]')" true 'nor names it'
login lys department LYS
counts
is "$got" '2 0 2 0 1 1 0 0 1' 'for a department its own points are the walk'
login bl department BL
counts
is "$got" '1 0 1 0 1 1 0 0 0' 'for each department'
is "$(field '.closing | [.complete, .after] | tostring')" '[true,[]]' 'and complete is said of all'
walker withdraw "$late" >/dev/null
walker sync >/dev/null
login gaest2 viewer
counts
is "$got" '3 0 3 0 2 2 0 0 1' 'one that was taken back says no more of itself'
finish
