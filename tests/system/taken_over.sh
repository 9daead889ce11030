#!/usr/bin/env bash
# A second note of the same point, or a second plan of the same walk, that says it is the older
# one: it opens nothing that was withheld and hides nothing that is everybody's.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry
run registry walk new --title 'Politiets punkt' --start 2026-11-22T18:00:00Z
walk=$(tail -n 1 <<<"$out")
pair
walker sync >/dev/null
point=$(walker add --walk "$walk" --category OPH08 --note 'HEMMELIG-TIL-POLITIET' | tail -n 1)
wrong=$(walker add --walk "$walk" --category OPH08 --note 'ALMINDELIG-LAMPE' | tail -n 1)
walker sync >/dev/null
first=$walker_data walker_data=$tmp/other
pair
walker sync >/dev/null

# What the other tablet may see of the walk, from the beginning.
seen() {
    local cursor=""
    : >"$tmp/seen"
    for _ in 1 2 3 4 5; do
        curl -sS -D "$tmp/head" -H "Authorization: Bearer $(<"$walker_data/token")" -o "$tmp/part" \
            "$registry_url/api/v1/records?after=$cursor&$1"
        [ -s "$tmp/part" ] || break
        cat "$tmp/part" >>"$tmp/seen"
        cursor=$(tr -d '\r' <"$tmp/head" | sed -n 's/^Lygte-Cursor: //Ip')
    done
    cat "$tmp/seen"
}
say() { # SEQ KIND SUBJECT BODY
    node "$root/tests/support/says.mjs" "$walker_data" "$1" 1 "$2" "$3" "$4" >"$tmp/line"
    ask POST "$registry_url/api/v1/records" -H "Authorization: Bearer $(<"$walker_data/token")" \
        -H 'Content-Type: application/x-ndjson' --data-binary "@$tmp/line"
}
is "$(seen "walks=$walk" | grep -c HEMMELIG)" 0 'what is the police'"'"'s is withheld from another tablet'
say 700 observation.note "$point" "{\"walk\":\"$walk\",\"category\":\"BEL01\",\"number\":99}"
is "$code $(jq .new <<<"$body")" '200 1' 'an older note of the same point is held'
is "$(seen "walks=$walk" | grep -c HEMMELIG)" 0 'and opens nothing'
is "$(seen "walks=$walk" | grep -c ALMINDELIG)" 0 'nor a point that was noted as theirs by mistake'
second=$walker_data walker_data=$first
walker edit "$wrong" --category BEL01 >/dev/null && walker sync >/dev/null
walker_data=$second
is "$(seen "walks=$walk" | grep -c ALMINDELIG)" 1 'until its tablet has put that right: then it is everybody'"'"'s'
say 800 walk.plan "$walk" '{"title":"Min egen","mode":"foot"}'
is "$code $(jq .new <<<"$body")" '200 1' 'an older plan of the walk is held'
walker_data=$tmp/third
pair
walker sync >/dev/null
like "$(seen '')" 'Politiets punkt' "and the register's own plan still goes to everybody"
finish
