#!/usr/bin/env bash
# What was joined names no case to somebody who may not see it, and counts none: neither the
# police's nor, to a department, another party's. That one stands for it elsewhere is still said.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

walk=$(walker walk new --title 'Aften' | tail -n 1)
add() { walker add --walk "$walk" --category "$1" --note "$2" | tail -n 1; }
through=$(add OPH08 igennem) secret=$(add OPH08 hemmeligt) bin=$(add REN01 spand)
b=$(add BEL01 b) c=$(add BEL01 c) under=$(add BEL01 under) other=$(add BEL01 anden)
start_registry
pair
walker sync >/dev/null
login koordinator coordinator
desk=$cookie
case_id() { case_of "$1" && printf '%s' "$id"; }
join() { registry merge "$(case_id "$1")" "$(case_id "$2")" >/dev/null; } # KEPT JOINED
of_through=$(case_id "$through") of_secret=$(case_id "$secret") of_bin=$(case_id "$bin")
of_b=$(case_id "$b") of_c=$(case_id "$c") of_under=$(case_id "$under") of_other=$(case_id "$other")
join "$through" "$b"
join "$c" "$through"
join "$secret" "$under"
join "$bin" "$other"

said() { # CASE: what is said of its group, as "into others elsewhere rows"
    ask GET "$registry_url/api/v1/issues/$1" -H "Cookie: $cookie"
    field '.merged // {} | [.into, .others, .elsewhere, (.joined // [] | length)] | map(tostring) | join(" ")'
}
none='null null null 0'
is "$(said "$of_b")" "$of_c 2 false 2" 'a coordinator is told the whole group'
is "$(said "$of_under")" "$of_secret 1 false 1" 'also of the police'
for who in 'gaest viewer' 'lys department LYS'; do
    # shellcheck disable=SC2086
    login $who
    ask GET "$registry_url/api/v1/issues?closed=1&joined=1" -H "Cookie: $cookie"
    is "$(grep -cE "$of_through|$of_secret" <<<"$body")" 0 "$who: no case of the police is named"
    is "$(said "$of_b")" "$of_c 1 false 0" 'nor counted, where a group hangs together by one'
    is "$(said "$of_under")" "$none" 'one that the police have joined stands as itself'
done
is "$(grep -c "$of_bin" <<<"$(said "$of_other")")$(said "$of_other")" '0null 0 true 0' \
    'a department hears that another party has it, not under which id'
login rens department BL
is "$(said "$of_bin")" "$none" 'and whose it is now hears nothing of what it may not see'
login gaest2 viewer
is "$(said "$of_other")" "$of_bin 1 false 1" 'a viewer sees both'
finish
