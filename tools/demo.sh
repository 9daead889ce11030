#!/usr/bin/env bash
# demo.sh STEP: makes the demo that `make run` shows. Called by tools/run.sh.
#
#   demo.sh photos     draws the sample photos, as many at once as there are cores
#   demo.sh registry   users, area and a planned walk, in DEMO_DIR/registry
#   demo.sh walker     pairs, walks, sends; then a few points more that still wait
#   demo.sh pair       tells the device a new address of the registry
#
# Wants BIN, DEMO_DIR and, for the last two, REGISTRY_URL. What is shown is data in
# tools/demo; everything is made by the programs people use, nothing is written past
# them. Nobody in it is real. It starts no servers and asks nobody anything.
set -euo pipefail
cd "$(dirname "$0")/.."

data=tools/demo
tools=${BUILD:-build}/tools
registry=("$BIN/registry" --data "$DEMO_DIR/registry")
walker=("$BIN/walker" --data "$DEMO_DIR/walker")

# The second the walk began: the latest evening that is over, dark in Denmark (19 h in
# winter, 23 h in summer). Kept, so that photos drawn once stay true.
evening() {
    local now hour
    if [ ! -s "$DEMO_DIR/evening" ]; then
        now=$(date +%s)
        case $(date -u +%m) in 04 | 05 | 06 | 07 | 08 | 09) hour=21 ;; *) hour=18 ;; esac
        echo $(((now - 3600 - hour * 3600) / 86400 * 86400 + hour * 3600)) \
            >"$DEMO_DIR/evening"
    fi
    cat "$DEMO_DIR/evening"
}

# rfc3339 SECONDS
rfc3339() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }

photo() { echo "$DEMO_DIR/photos/$1.jpg"; }

photos() {
    local begun scene at direction minute
    begun=$(evening)
    mkdir -p "$DEMO_DIR/photos"
    jq -r '.[] | select(.scene) | [.scene, .at, .direction, .minute] | @tsv' \
        "$data/points.json" | while IFS=$'\t' read -r scene at direction minute; do
        [ -s "$(photo "$scene")" ] || printf '%s\0' --scene "$scene" --at "$at" \
            --direction "$direction" --time "$(rfc3339 $((begun + 60 * minute + minute)))" \
            --seed "$minute" --size 1600x1200 -o "$(photo "$scene")"
    done | xargs -0 -r -n 14 -P "$(nproc)" "$tools/draw_photo"
}

# field NAME of the walk
field() { jq -r --arg name "$1" '.[$name]' "$data/walk.json"; }

registry() {
    local name role
    while read -r name role; do
        "${registry[@]}" user add "$name" --role "$role" --password-stdin \
            <<<"$DEMO_PASSWORD" >/dev/null
    done <<<$'koordinator coordinator\nadministrator admin'
    "${registry[@]}" area import "$data/area.geojson" >/dev/null
    "${registry[@]}" walk new --title "$(field title)" --area "$(field area)" \
        --mode "$(field mode)" --start "$(rfc3339 "$(evening)")" >/dev/null
}

pair() {
    local code
    code=$("${registry[@]}" device code --json | jq -r .code)
    "${walker[@]}" pair "$REGISTRY_URL" "$code" --name "$(field device)" >/dev/null
}

# point JSON: a point as somebody on the walk makes it. A photo brings its own time and
# place; what was only told about afterwards is typed in.
point() {
    local id said=()
    of() { jq -r --arg name "$1" '.[$name] // ""' <<<"$2"; }
    if [ -n "$(of scene "$1")" ]; then
        id=$("${walker[@]}" import --json --walk "$walk" "$(photo "$(of scene "$1")")" |
            jq -r '.[0].id')
        said=(--category "$(of category "$1")")
    else
        id=$("${walker[@]}" add --walk "$walk" --category "$(of category "$1")" \
            --at "$(of at "$1")" | tail -n 1)
    fi
    said+=(--severity "$(of severity "$1")" --note "$(of note "$1")")
    [ -z "$(of urgency "$1")" ] || said+=(--urgency "$(of urgency "$1")")
    [ -z "$(of affected "$1")" ] || said+=(--affected "$(of affected "$1")")
    "${walker[@]}" edit "$id" "${said[@]}" >/dev/null
    for ((i = $(jq '.witnesses // 0' <<<"$1"); i > 0; i--)); do
        "${walker[@]}" witness "$id" >/dev/null
    done
}

# points true|false: those that wait, or those that do not
points() {
    local line
    while read -r line; do
        point "$line"
    done < <(jq -c --argjson waiting "$1" '.[] | select((.waiting // false) == $waiting)' \
        "$data/points.json")
}

walker() {
    "${walker[@]}" set organisation "$(field organisation)" >/dev/null
    pair
    "${walker[@]}" sync >/dev/null
    walk=$("${walker[@]}" walk list --json | jq -r '.[0].id')
    "${walker[@]}" walk begin "$walk" >/dev/null
    points false
    "${walker[@]}" sync >/dev/null
    points true
}

case ${1:-} in
photos | registry | walker | pair) "$1" ;;
*)
    echo 'demo.sh: no such step: photos registry walker pair' >&2
    exit 2
    ;;
esac
