#!/usr/bin/env bash
# run.sh: `make run`. Starts the registry and the walker, paired, on a demo to look at.
#
# The demo is made once (tools/demo.sh) and kept in DEMO_DIR, build/demo when not given;
# a later run goes on with what stands there. Both servers end with Ctrl-C, or by
# themselves after RUN_SECONDS. Exit 0: ended as asked; 1: something failed, and a
# sentence said what. REGISTRY_PORT and WALKER_PORT stand for 8470 and 8480. Speaks
# Danish when LYGTE_LANG or the locale does. It touches nothing outside DEMO_DIR.
set -euo pipefail
cd "$(dirname "$0")/.."

export BIN=${BIN:-build/bin} DEMO_PASSWORD=lygte-demo
DEMO_DIR=${DEMO_DIR:-${BUILD:-build}/demo}
RUN_SECONDS=${RUN_SECONDS:-}
registry_port=${REGISTRY_PORT:-8470}
walker_port=${WALKER_PORT:-8480}
export REGISTRY_URL=http://127.0.0.1:$registry_port
walker_url=http://127.0.0.1:$walker_port
running=() # what this script has started; each leads a process group of its own

# say DANISH ENGLISH
language=${LYGTE_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}}
say() { case $language in da*) printf '%s\n' "$1" ;; *) printf '%s\n' "$2" ;; esac; }

fail() {
    say "$1" "$2" >&2
    exit 1
}

# Starts COMMAND... in the background, out of reach of the terminal's Ctrl-C, so that
# things end in the order of end_all.
launch() {
    set -m
    "$@" </dev/null 8<&- &
    set +m
    running=("$!" "${running[@]}")
}

# Ends what was started, the last first, and waits for it.
end_all() {
    local pid
    trap '' INT TERM HUP
    for pid in "${running[@]}"; do
        kill -- "-$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    running=()
}

stop() {
    echo
    end_all
    [ -e "$DEMO_DIR/made" ] || say 'Stoppet, før demoen var lavet færdig.' \
        'Stopped before the demo was made.'
    [ ! -e "$DEMO_DIR/made" ] || say "Begge er stoppet. Demoen er gemt i $DEMO_DIR." \
        "Both have stopped. The demo is kept in $DEMO_DIR."
    exit 0
}
trap end_all EXIT
trap stop INT TERM HUP

check_numbers() {
    case $RUN_SECONDS in *[!0-9]*) fail \
        "RUN_SECONDS er ikke et tal: der står \"$RUN_SECONDS\": skriv hele sekunder, fx 20" \
        "RUN_SECONDS is not a number: it says \"$RUN_SECONDS\": write whole seconds, say 20" ;;
    esac
}

# free_port NUMBER VARIABLE OTHER
free_port() {
    ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || fail \
        "Port $1 er optaget: et andet program, måske en tidligere make run, bruger den: stop det, eller vælg en anden med $2=$3 make run" \
        "Port $1 is taken: another program, perhaps an earlier make run, uses it: end it, or choose another with $2=$3 make run"
}

# serve NAME URL OPTION...: starts BIN/NAME, its words in DEMO_DIR/NAME.log, and comes
# back when it answers.
serve() {
    local name=$1 url=$2
    shift 2
    launch "$BIN/$name" --data "$DEMO_DIR/$name" serve --listen "${url#http://}" "$@" \
        >"$DEMO_DIR/$name.log" 2>&1
    for _ in {1..100}; do
        ! curl -fs -o /dev/null "$url/healthz" || return 0
        kill -0 "${running[0]}" 2>/dev/null || died "$name" 1
        sleep 0.1
    done
    fail "$name svarer ikke: den er startet, men tav i ti sekunder: se $DEMO_DIR/$name.log" \
        "$name does not answer: it started, but was silent for ten seconds: see $DEMO_DIR/$name.log"
}

# died NAME STATUS
died() {
    tail -n 3 "$DEMO_DIR/$1.log" >&2
    fail "$1 er stoppet af sig selv (kode $2): dens sidste ord står herover: hele loggen er $DEMO_DIR/$1.log" \
        "$1 ended by itself (status $2): its last words stand above: the whole log is $DEMO_DIR/$1.log"
}

# DEMO_DIR is ours when it is new, empty, or bears the mark of an earlier run. What an
# interrupted run left half made is made anew; the drawn photos are kept.
claim_folder() {
    mkdir -p "$DEMO_DIR"
    DEMO_DIR=$(cd "$DEMO_DIR" && pwd)
    export DEMO_DIR
    if [ ! -e "$DEMO_DIR/lygte-demo" ] && [ -n "$(ls -A "$DEMO_DIR")" ]; then
        fail "$DEMO_DIR er ikke en demo: der ligger allerede noget andet: vælg en tom mappe med DEMO_DIR=MAPPE" \
            "$DEMO_DIR is not a demo: something else lies there: choose an empty folder with DEMO_DIR=FOLDER"
    fi
    : >"$DEMO_DIR/lygte-demo"
    exec 8<"$DEMO_DIR/lygte-demo"
    flock -n 8 || fail \
        "Demoen i $DEMO_DIR er i brug: en anden make run har den åben: stop den, eller vælg en anden mappe med DEMO_DIR=MAPPE" \
        "The demo in $DEMO_DIR is in use: another make run has it open: end that, or choose another folder with DEMO_DIR=FOLDER"
    [ -e "$DEMO_DIR/made" ] || rm -rf "$DEMO_DIR/registry" "$DEMO_DIR/walker"
}

make_demo() {
    say "Laver en demo i $DEMO_DIR: tegner fotos, planlægger en vandring (et halvt minut, kun første gang) ..." \
        "Making a demo in $DEMO_DIR: drawing photos, planning a walk (half a minute, the first time only) ..."
    launch tools/demo.sh photos
    tools/demo.sh registry
    wait "${running[0]}"
    running=()
    serve registry "$REGISTRY_URL"
    tools/demo.sh walker
    echo "$REGISTRY_URL" >"$DEMO_DIR/made"
}

# The device knows its registry by address: on another port it is paired again.
reuse_demo() {
    say "Går videre med demoen i $DEMO_DIR." "Going on with the demo in $DEMO_DIR."
    serve registry "$REGISTRY_URL"
    if [ "$(cat "$DEMO_DIR/made")" != "$REGISTRY_URL" ]; then
        tools/demo.sh pair
        echo "$REGISTRY_URL" >"$DEMO_DIR/made"
    fi
}

tell() {
    local waiting
    waiting=$("$BIN/walker" --data "$DEMO_DIR/walker" status --json |
        jq '.photos.made - .photos.verified')
    say "
  Walker, feltappen        $walker_url/
  Registry, registret      $REGISTRY_URL/
                           log ind som  koordinator  med adgangskoden  $DEMO_PASSWORD
" "
  Walker, the field app    $walker_url/
  Registry, the register   $REGISTRY_URL/
                           sign in as  koordinator  with the password  $DEMO_PASSWORD
"
    [ "$waiting" = 0 ] || say \
        "  På tabletten venter nye punkter og $waiting fotos: tryk på Send, og se dem komme ind i registret." \
        "  New points and $waiting photos wait on the tablet: press Send, and see them arrive in the register."
    if [ -n "$RUN_SECONDS" ]; then
        say "  Stopper af sig selv om $RUN_SECONDS sekunder; Ctrl-C stopper begge før." \
            "  Ends by itself in $RUN_SECONDS seconds; Ctrl-C ends both before."
    else
        say '  Ctrl-C stopper begge.' '  Ctrl-C ends both.'
    fi
}

# Until the time is up, or one of the servers ends.
stand_by() {
    local ended='' status=0
    [ -z "$RUN_SECONDS" ] || launch sleep "$RUN_SECONDS"
    wait -n -p ended "${running[@]}" 2>/dev/null || status=$?
    case $ended in
    "$registry") died registry "$status" ;;
    "$walker") died walker "$status" ;;
    esac
    stop
}

check_numbers
free_port "$registry_port" REGISTRY_PORT 9470
free_port "$walker_port" WALKER_PORT 9480
claim_folder
if [ -e "$DEMO_DIR/made" ]; then reuse_demo; else make_demo; fi
registry=${running[0]}
serve walker "$walker_url" --open
walker=${running[0]}
tell
stand_by
