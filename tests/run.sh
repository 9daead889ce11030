#!/usr/bin/env bash
# tests/run.sh [PART...]: runs tests and counts every claim they make.
#
#   house    the arrows between the rooms
#   unit     tests/unit/*.c: cmocka programs, ASan and UBSan on
#   system   tests/system/*.sh: whole programs, ASan and UBSan on
#   browser  tests/browser/*.mjs: Chromium against the programs as people get them
#   long     tests/long/*.sh, clang: builds with clang, arm64: crossed and emulated
#
# Without parts: house unit system browser. Everything speaks TAP on stdout: "ok N -
# claim", "not ok N - claim", "ok N - claim # skip why" (or "# skip why" for a whole
# group), and the plan "1..N", first or last. No plan, another number of claims than
# planned, a crash or the time limit count as one failure more. The last line alone is
# "N passed, N failed" (", N skipped"); the exit status is 1 if any failed or none passed.
#
# A browser test that fails is shown whole and run once more when the others are done, alone,
# because Chromium beside two programs on two busy cores now and then draws later than anybody
# waits; it counts as it comes out then, and is named at the end. No other part gets a second try.
set -u
cd "$(dirname "$0")/.." || exit 1

root=$PWD
build=${BUILD:-build}
[[ $build = /* ]] || build=$root/$build
work=$(mktemp -d "${TMPDIR:-/tmp}/lygte-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
: >"$work/counts"
: >"$work/skips"
: >"$work/again"
# Each test is a process group of its own; Ctrl-C must reach them all.
end_all() {
    sed 's/^/-/' "$work/groups" 2>/dev/null | xargs -r kill -TERM -- 2>/dev/null
    exit 130
}
trap end_all INT TERM

shared=${LYGTE_SHARED:-$root/../shared}
export LYGTE_SHARED=$shared
export CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=strict_string_checks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export BIN=$build/san/bin LYGTE_PICTURE=$build/san/libexec/lygte-picture
# The same as people get them, without sanitizers, for what those would hide.
export PLAIN_BIN=$build/bin LYGTE_PICTURE_PLAIN=$build/libexec/lygte-picture
export LYGTE_PLANTED_PLAIN=$build/tests/unit/picture_planted
CHROMIUM=$(command -v chromium || true)
export CHROMIUM

# Reads TAP; prints "passed failed skipped" of it, and the skipped claims into a file.
# What it finds wrong with the TAP itself goes to stderr, which is shown.
judge() { # LABEL STATUS OUTPUT
    awk -v label="$1" -v status="$2" -v skips="$work/skips" '
        function skip(claim, why) {
            skipped++
            sub(/^[ \t:-]+/, "", why)
            printf "%s: %s%s%s\n", label, claim, claim != "" && why != "" ? ": " : "",
                why >>skips
        }
        function wrong(what) { failed++; print "not ok: " what >"/dev/stderr" }
        /^skipped: / { said = substr($0, 10) }
        /^1\.\.[0-9]+/ {
            planned = 1
            plan = substr($1, 4) + 0
            if (plan == 0 && match(tolower($0), /# *skip/))
                skip("", substr($0, RSTART + RLENGTH))
        }
        /^(not )?ok( |$)/ {
            seen++
            claim = $0
            sub(/^(not )?ok *[0-9]* *-? */, "", claim)
            if (match(tolower(claim), /# *skip[a-z]*:?/)) {
                # cmocka writes "not ok N # SKIP name" and leaves the reason to us.
                why = substr(claim, RSTART + RLENGTH)
                claim = substr(claim, 1, RSTART - 1)
                sub(/[ \t]+$/, "", claim)
                if (claim == "") { claim = why; sub(/^ */, "", claim); why = said }
                skip(claim, why)
                said = ""
            } else if (/^not/) failed++
            else passed++
        }
        /^# *[Ss][Kk][Ii][Pp]/ { sub(/^# *[Ss][Kk][Ii][Pp][a-zA-Z]*/, ""); skip("", $0) }
        END {
            if (status == 124 || status == 137) wrong("ended at its time limit")
            else if (!planned) wrong("no plan (1..N), exit status " status)
            else if (seen != plan)
                wrong(seen + 0 " claims of the " plan " planned, exit status " status)
            else if (status != 0 && !failed) wrong("exit status " status)
            print passed + 0, failed + 0, skipped + 0
        }' "$3"
}

# Runs one test program and prints "passed failed skipped". Ends what it leaves running.
run_one() { # LABEL SECONDS OUTPUT COMMAND...
    local label=$1 limit=$2 out=$3 own status
    shift 3
    own=$(mktemp -d "$work/XXXXXX") # short: Chromium has a socket in it (sun_path, 108 bytes)
    TMPDIR=$own timeout -k 10 "$limit" "$@" >"$out" 2>&1 </dev/null &
    local group=$!
    echo "$group" >>"$work/groups"
    wait "$group"
    status=$?
    kill -TERM -- "-$group" 2>/dev/null
    rm -rf "$own"
    judge "$label" "$status" "$out" 2>"$out.wrong"
}

# Runs one test and tells what came of it. Where AGAIN names a file, one that failed is written
# there in place of being counted.
one() { # LABEL SECONDS COMMAND...
    local label=$1 limit=$2 out counts began=$SECONDS
    out=$work/${label//\//.}
    shift 2
    counts=$(run_one "$label" "$limit" "$out" "$@")
    if [ "${AGAIN:-}" ] && [[ $counts != *' 0 '* ]]; then
        sed -i 's/^not ok/then not ok/' "$out"
        report "$label, to be run again" '' $((SECONDS - began)) "$out" "$counts"
        echo "$label" >>"$AGAIN"
    else
        report "$label" "$counts" $((SECONDS - began)) "$out" "$counts"
    fi
}

report() { # LABEL COUNTED SECONDS OUTPUT COUNTS
    local passed failed skipped text
    read -r passed failed skipped <<<"$5"
    {
        flock 9
        echo "$2" >>"$work/counts"
        text="$1: $passed ok"
        [ "$failed" = 0 ] || text+=", $failed NOT OK"
        [ "$skipped" = 0 ] || text+=", $skipped skipped"
        echo "$text ($3 s)"
        if [ "$failed" != 0 ]; then
            tail -n 400 "$4" | sed 's/^/    /'
            sed 's/^/    /' "$4.wrong"
        fi
    } 9>"$work/lock"
}

# A claim this script makes itself: COMMAND succeeds.
claim() { # LABEL SECONDS TEXT COMMAND...
    local label=$1 limit=$2 text=$3
    shift 3
    # The text is expanded by the inner bash.
    # shellcheck disable=SC2016
    one "$label" "$limit" env CLAIM="$text" bash -c \
        'if "$@"; then echo "ok 1 - $CLAIM"; else echo "not ok 1 - $CLAIM"; fi; echo 1..1' \
        claim "$@"
}

skip() { # LABEL WHY
    echo "$1: $2" >>"$work/skips"
    echo "0 0 1" >>"$work/counts"
    echo "skipped: $1: $2"
}

# Runs many, some at a time: LABEL is the file's name, COMMAND {} the file.
many() { # PART JOBS SECONDS FILE... -- COMMAND...
    local part=$1 jobs=$2 limit=$3 files=() file name
    shift 3
    while [ "$1" != -- ]; do
        files+=("$1")
        shift
    done
    shift
    for file in "${files[@]}"; do
        while (($(jobs -rp | wc -l) >= jobs)); do wait -n; done
        name=${file##*/}
        name=${name%.*}
        one "$part/$name" "$limit" "${@//\{\}/$name}" &
    done
    wait
}

build_with() { # COMMAND-LINE VARIABLES...
    MAKEFLAGS='' make --no-print-directory -j"$(nproc)" "$@" programs tests
}

run_clang() {
    claim clang/build 1800 'everything compiles with clang without a warning' \
        build_with CC=clang
}

run_arm64() {
    local units=(tests/unit/*.c) emulator
    if ! sh tools/need.sh build arm64; then
        skip arm64 'the cross compiler or its libraries cannot be installed here'
        return
    fi
    claim arm64/build 1800 'everything cross-compiles for arm64' build_with ARCH=arm64
    # Without binfmt_misc an emulated program cannot start another: the helper gets a
    # starter of this machine. LYGTE_EMULATED tells tests that there is no seccomp.
    emulator=$(command -v qemu-aarch64-static)
    printf '#!/bin/sh\nexec %s %s "$@"\n' "$emulator" \
        "$build/arm64/libexec/lygte-picture" >"$work/lygte-picture"
    chmod +x "$work/lygte-picture"
    LYGTE_EMULATED=1 LYGTE_PICTURE=$work/lygte-picture LYGTE_PICTURE_PLAIN='' many arm64 \
        "$(nproc)" 900 "${units[@]}" -- "$emulator" "$build/arm64/tests/unit/{}"
    skip arm64/system 'emulated programs cannot start one another here (no binfmt_misc)'
    skip arm64/browser 'Chromium is not emulated'
}

# Whole programs, as many at a time as there are processors where each test may have a network
# of its own (a port that one gives up for a moment is taken by none of the others); else one.
run_system() {
    local jobs=1 own=()
    if unshare -n ip link set lo up 2>/dev/null; then
        jobs=$(nproc)
        # The inner shell expands it.
        # shellcheck disable=SC2016
        own=(unshare -n sh -c 'ip link set lo up && exec "$@"' own)
    fi
    many system "${SYSTEM_JOBS:-$jobs}" 600 tests/system/*.sh -- \
        "${own[@]}" bash "tests/system/{}.sh"
}

# Two at a time: they wait more than they work. What fails there has another try, alone.
run_browser() { # FILE...
    local failed plain=(env BIN="$build/bin" LYGTE_PICTURE="$build/libexec/lygte-picture")
    AGAIN=$work/again many browser "${BROWSER_JOBS:-2}" 600 "$@" -- "${plain[@]}" node "tests/browser/{}.mjs"
    mapfile -t failed <"$work/again"
    many browser 1 600 "${failed[@]}" -- "${plain[@]}" node "tests/browser/{}.mjs"
}

run_part() {
    case $1 in
    house) claim house/arrows 60 'includes and libraries follow the arrows' \
        bash tools/arrows.sh ;;
    unit) many unit "$(nproc)" 120 tests/unit/*.c -- "$build/san/tests/unit/{}" ;;
    system) run_system ;;
    browser) run_browser tests/browser/*.mjs ;;
    long) many long 1 3600 tests/long/*.sh -- bash "tests/long/{}.sh" ;;
    clang) run_clang ;;
    arm64) run_arm64 ;;
    *)
        echo "tests/run.sh: $1: no such part: house unit system browser long clang" \
            "arm64" >&2
        exit 2
        ;;
    esac
}

export -f build_with
shopt -s nullglob
[ $# -gt 0 ] || set -- house unit system browser
for part in "$@"; do run_part "$part"; done

if [ -s "$work/skips" ]; then
    echo 'Skipped:'
    sed 's/^/    /' "$work/skips"
fi
if [ -s "$work/again" ]; then
    echo 'Failed once, and were run again (what they said stands above):'
    sed 's/^/    /' "$work/again"
fi
awk '{ passed += $1; failed += $2; skipped += $3 }
    END {
        printf "%d passed, %d failed", passed, failed
        if (skipped) printf ", %d skipped", skipped
        print ""
        exit failed > 0 || passed == 0
    }' "$work/counts"
