#!/usr/bin/env bash
# A department that asks for another party's cases is answered with none: its own are not that
# party's, in no list.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

walker walk new --title 'Aften' >/dev/null
walker add --category BEL01 --note min >/dev/null
walker add --category REN01 --note deres >/dev/null
start_registry
pair
walker sync >/dev/null
login lys department LYS
notes() { ask GET "$registry_url/api/v1/issues$1" -H "Cookie: $cookie" && field '[.issues[].observation.note] | join(" ")'; }
rows() { ask GET "$registry_url/lists/issues.rfc4180.csv$1" -H "Cookie: $cookie" && tail -n +2 <<<"$body" | grep -c .; }
is "$(notes '') $(notes '?party=LYS')" 'min min' 'it has its own cases'
is "$(notes '?party=BL')$(notes '?party=POL') $code" ' 200' 'and none of another party'
is "$(rows '') $(rows '?party=LYS') $(rows '?party=BL')" '1 1 0' 'nor in a list to take away'
login koordinator coordinator
is "$(notes '?party=BL')" deres 'who may choose is answered as before'
finish
