#!/usr/bin/env bash
# Hundreds of broken photos among good ones, through walker import: no crash, no hang, a
# sentence for each that is refused and for each that is kept and cannot be shown, all good
# ones kept, nothing left behind. FILES=10000
# is the long form (tests/long/mutated_photos.sh); SEED=n makes one run again.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
draw=${draw:-$root/build/tools/draw_photo}
files=${FILES:-500}
seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
echo "# SEED=$seed FILES=$files"
# As people get it: a sanitized helper takes ten times as long for each of the files.
walker() { "${PLAIN_BIN:-$BIN}/walker" --data "$walker_data" "$@"; }
export LYGTE_PICTURE=${LYGTE_PICTURE_PLAIN:-${LYGTE_PICTURE:-$BIN/../libexec/lygte-picture}}

mkdir "$tmp/photos" "$tmp/bases"
"$draw" --scene bin --at 57.0409,9.9722 --direction 10 --size 160x120 \
    --time 2026-11-19T19:52:00+01:00 -o "$tmp/bases/a.jpg" >/dev/null
vips copy "$tmp/bases/a.jpg" "$tmp/bases/b.jpg[interlace,Q=60]"
vips copy "$tmp/bases/a.jpg" "$tmp/bases/c.png"
vips colourspace "$tmp/bases/a.jpg" "$tmp/bases/d.png[palette]" b-w
perl "$root/tests/support/mutate.pl" "$tmp/photos" "$files" "$seed" "$tmp"/bases/*
for n in $(seq 1 20); do make_photo "$tmp/photos/good-$n.jpg" "hel nr. $n af $seed"; done

began=$SECONDS
run walker import --json "$tmp/photos"
took=$((SECONDS - began))
is "$status" 1 'import ends with 1, because some were refused'
is "$(jq length <<<"$out")" $((files + 20)) 'every file has a verdict'
is "$(jq '[.[] | select((.file | test("good-")) and .verdict == "kept")] | length' <<<"$out")" 20 \
    'all good photos are kept'
is "$(jq -r '.[] | select(.verdict == "refused" and (.reason | test("[^:]+: .+: .+") | not)) | .reason' \
    <<<"$out" | head -n 3)" '' 'every refusal is a sentence of three parts'
is "$(jq -r '.[] | select(.verdict != "already") | .reason // ""' <<<"$out" |
    grep -E 'made the photo helper stop|makes no sense|did not start|takes too long' | head -n 3)" '' \
    'the helper never crashed, babbled or came to its limit of time'
stay=$(jq '[.[] | select(.verdict == "kept")] | length' <<<"$out")
already=$(jq '[.[] | select(.verdict == "already")] | length' <<<"$out")
unshown=$(jq '[.[] | select(.verdict == "kept" and (.reason // "" | test("cannot be shown: .+: .+")))] | length' <<<"$out")
[ "$unshown" -gt 0 ]
is $? 0 'some were kept that cannot be shown, each with the sentence'
is "$(find "$walker_data/photos" -type f | wc -l) $(find "$walker_data/derived" -type f | wc -l)" \
    "$stay $((2 * (stay - unshown)))" \
    "$stay were kept ($already twice), $unshown cannot be shown, the others have both small pictures"
is "$(sql "$walker_data" 'SELECT small, count(*) FROM blob GROUP BY small')" \
    "$(printf '1|%s\n2|%s' $((stay - unshown)) "$unshown")" 'and none is still wanted'
grep -o 'no small pictures.*' <<<"$err" | head -n 3 | sed 's/^/# /'
is "$(find "$walker_data/tmp" -type f; find "$walker_data/derived" -name '*.new.*')" '' \
    'nothing half made is left behind'
is "$(walker list --json 2>/dev/null | jq '.observations // . | length')" "$stay" 'a point for each'
run walker doctor
is "$status" 0 'all that was kept is whole'
echo "# $files files in $took s"

finish
