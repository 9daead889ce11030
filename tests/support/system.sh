# shellcheck shell=bash
# system.sh: the ground the whole-program tests stand on. A test sources it, says aloud
# what it does from top to bottom, and ends with `finish`.
#
# It gives: a folder $tmp that goes when the test goes, a registry and a walker on free
# loopback ports, verbs and requests whose outcome stands in variables, and claims in
# TAP. It ends only what it started, by process id. Sentences are in English unless a
# test asks for Danish; every complaint of a sanitizer is one failed claim at the end.
set -u

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BIN=${BIN:-$root/build/bin}
LYGTE_SHARED=${LYGTE_SHARED:-$root/../shared}
export LYGTE_SHARED LYGTE_LANG=en TZ=UTC
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}exitcode=99
unset LYGTE_DATA LYGTE_SYNC http_proxy HTTP_PROXY all_proxy ALL_PROXY

tmp=$(mktemp -d "${TMPDIR:-/tmp}/lygte-system.XXXXXX")
walker_data=$tmp/walker
registry_data=$tmp/registry
registry_options=()
walker_options=(--open)
claims=0
started=()

leave() {
    local pid
    for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null; done
    wait
    rm -rf "$tmp"
}
trap leave EXIT
trap 'exit 130' INT TERM

# ---- claims ----------------------------------------------------------------------------

passed() { # CLAIM
    claims=$((claims + 1))
    echo "ok $claims - $1"
}

failed() { # CLAIM WHAT-WAS-SEEN...
    claims=$((claims + 1))
    echo "not ok $claims - $1"
    shift
    printf '%s\n' "$@" | head -c 3000 | sed 's/^/#   /'
}

skip() { # CLAIM WHY
    claims=$((claims + 1))
    echo "ok $claims - $1 # skip $2"
}

skip_all() { # WHY
    echo "1..0 # skip $1"
    exit 0
}

is() { # GOT WANTED CLAIM
    if [ "$1" = "$2" ]; then passed "$3"; else failed "$3" "got:    $1" "wanted: $2"; fi
}

like() { # TEXT EXTENDED-REGEX CLAIM
    if [[ $1 =~ $2 ]]; then passed "$3"; else failed "$3" "got:    $1" "wanted: $2"; fi
}

ok() { # CLAIM COMMAND...
    local claim=$1 seen
    shift
    if seen=$("$@" 2>&1); then passed "$claim"; else failed "$claim" "$* failed" "$seen"; fi
}

# The last claim of a test: nothing it started was complained of by a sanitizer.
finish() {
    local seen
    stop walker
    stop registry
    seen=$(grep -hE 'Sanitizer|runtime error:' "$tmp"/*.log "$tmp/complaints" 2>/dev/null)
    is "$seen" '' 'no sanitizer complained'
    echo "1..$claims"
}

# ---- verbs -----------------------------------------------------------------------------

# Runs a command; its outcome stands in $status, $out and $err.
run() { # COMMAND...
    out=$("$@" 2>"$tmp/err")
    status=$?
    err=$(<"$tmp/err")
    grep -E 'Sanitizer|runtime error:' "$tmp/err" >>"$tmp/complaints"
    [ "$status" != 99 ] || echo "Sanitizer exit of $*" >>"$tmp/complaints"
}

walker() { "$BIN/walker" --data "$walker_data" "$@"; }
registry() { "$BIN/registry" --data "$registry_data" "$@"; }

# What, why and what to do (a bare key has no such parts), and nothing left to fill in.
is_sentence() { # TEXT
    [[ $1 =~ [^:]+:\ .+:\ .+ ]] && ! [[ $1 =~ \{[1-4]\} ]]
}

# A verb that is refused: the exit status, and one sentence on stderr, in Danish and in
# English, that names what it is about.
complains() { # STATUS ABOUT CLAIM COMMAND...
    local wanted=$1 about=$2 claim=$3 danish
    shift 3
    LYGTE_LANG=da run "$@"
    danish=$err
    run "$@"
    if [ "$status" = "$wanted" ] && [ "$danish" != "$err" ] && [[ $err == *"$about"* ]] &&
        [[ $danish == *"$about"* ]] && is_sentence "${err#*: }" &&
        is_sentence "${danish#*: }"; then
        passed "$claim"
    else
        failed "$claim" "status $status, wanted $wanted" "da: $danish" "en: $err" \
            "wanted in both: $about"
    fi
}

# ---- programs that serve ----------------------------------------------------------------

# Waits for the address a program prints; sets $address.
await_address() { # LOG PID
    local waited
    for ((waited = 0; waited < 2000; waited++)); do
        address=$(grep -oE 'https?://[0-9.]+:[0-9]+' "$1" | head -n 1)
        [ -z "$address" ] || return 0
        kill -0 "$2" 2>/dev/null || break
        sleep 0.01
    done
    echo "# did not start: $(<"$1")"
    return 1
}

# A log for each start, so that none is lost.
new_log() { mktemp "$tmp/$1.XXXXXX.log"; }

# With the options in the array registry_options; sets registry_url, registry_pid.
start_registry() {
    local registry_log
    registry_log=$(new_log registry)
    "$BIN/registry" serve --data "$registry_data" --listen "127.0.0.1:${registry_port:-0}" \
        "${registry_options[@]}" >"$registry_log" 2>&1 &
    registry_pid=$!
    started+=("$registry_pid")
    await_address "$registry_log" "$registry_pid" || return
    registry_url=$address
    registry_port=${address##*:}
}

# With the options in the array walker_options; sets walker_url, walker_pid, walker_log.
start_walker() {
    walker_log=$(new_log walker)
    "$BIN/walker" serve --data "$walker_data" --listen "127.0.0.1:${walker_port:-0}" \
        "${walker_options[@]}" >"$walker_log" 2>&1 &
    walker_pid=$!
    started+=("$walker_pid")
    await_address "$walker_log" "$walker_pid" || return
    export walker_url=$address
    walker_port=${address##*:}
}

# A hub with both its doors; its page is elsewhere.
start_hub() {
    local waited
    walker_log=$(new_log hub)
    "$BIN/walker" --data "$walker_data" serve --hub --listen 127.0.0.1:0 --hub-http 127.0.0.1:0 \
        --page 127.0.0.1:0 >"$walker_log" 2>&1 &
    walker_pid=$!
    started+=("$walker_pid")
    for ((waited = 0; waited < 1000; waited++)); do
        [ "$(grep -c 'http' "$walker_log")" -lt 4 ] || break
        sleep 0.01
    done
}

# Ends a program as a person would; it may already be gone.
stop() { # walker|registry [SIGNAL]
    local -n pid=$1_pid
    local one kept=()
    [ -n "${pid:-}" ] || return 0
    kill "-${2:-TERM}" "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    for one in "${started[@]}"; do [ "$one" = "$pid" ] || kept+=("$one"); done
    started=("${kept[@]}")
    pid=
}

# A paired walker: makes a code at the registry and uses it.
pair() {
    run registry device code --json
    run walker pair "$registry_url" "$(jq -r .code <<<"$out")" --name 'Tablet 1'
    [ "$status" = 0 ] || echo "# pairing failed: $err"
}

# ---- requests ---------------------------------------------------------------------------

# The answer stands in $code and $body, its head in $tmp/head.
ask() { # METHOD URL [CURL-OPTION...]
    local how=(-X "$1")
    [ "$1" != HEAD ] || how=(--head)
    : >"$tmp/body"
    code=$(curl -sS -m 60 -o "$tmp/body" -D "$tmp/head" -w '%{http_code}' "${how[@]}" \
        "${@:3}" "$2" 2>"$tmp/curl")
    body=$(tr -d '\0' <"$tmp/body")
}

send() { # METHOD URL JSON [CURL-OPTION...]
    ask "$1" "$2" -H 'Content-Type: application/json' --data-binary "$3" "${@:4}"
}

# A field of the last JSON answer.
field() { jq -r "$1" <<<"$body"; }

# A header of the last answer.
header() { # NAME
    tr -d '\r' <"$tmp/head" | sed -n "s/^$1: //Ip" | tail -n 1
}

# A request that is refused: status, key and a sentence in both languages (RFC 9457).
refuses() { # STATUS KEY CLAIM METHOD URL [CURL-OPTION...]
    local wanted="$1 $2 $1 application/problem+json" claim=$3 language seen both=()
    for language in da en; do
        ask "$4" "$5" -H "Accept-Language: $language" "${@:6}"
        seen="$code $(field '"\(.key) \(.status)"' 2>/dev/null) $(header Content-Type)"
        both+=("$(field '"\(.title): \(.detail)"' 2>/dev/null)")
        if [ "${seen%%;*}" != "$wanted" ] || ! is_sentence "${both[-1]}"; then
            failed "$claim" "$language: $seen" "wanted: $wanted" "$body" "$(<"$tmp/curl")"
            return
        fi
    done
    if [ "${both[0]}" = "${both[1]}" ]; then
        failed "$claim" 'the same words in both languages' "${both[0]}"
    else
        passed "$claim"
    fi
}

# A user of the registry, logged in; the cookie stands in $cookie.
login() { # NAME ROLE [PARTY]
    echo 'a-long-password-1' | registry user add "$1" --role "$2" ${3:+--party "$3"} \
        --password-stdin >/dev/null
    send POST "$registry_url/api/v1/session" \
        "{\"name\":\"$1\",\"password\":\"a-long-password-1\"}"
    cookie=$(header Set-Cookie)
    cookie=${cookie%%;*}
}

# ---- cases ------------------------------------------------------------------------------
# By the session in $desk, or else the one in $cookie.

case_of() { # POINT: its case's id in $id, its newest head in $head
    ask GET "$registry_url/api/v1/issues?closed=1&joined=1" -H "Cookie: ${desk:-$cookie}"
    id=$(jq -r --arg o "$1" '.issues[] | select(.observation.id == $o) | .id' <<<"$body")
    head=$(jq -r --arg o "$1" '.issues[] | select(.observation.id == $o) | .head' <<<"$body")
}
becomes() { # POINT STATE...
    local state
    for state in "${@:2}"; do
        case_of "$1"
        send PATCH "$registry_url/api/v1/issues/$id" "{\"state\":\"$state\",\"why\":\"samme\"}" \
            -H "Cookie: ${desk:-$cookie}" -H "If-Match: \"$head\""
    done
}

# ---- photos and ids ---------------------------------------------------------------------

# A JPEG of 64 x 48 grey pixels that no other has, by a comment of its own.
make_photo() { # FILE TEXT
    local length=$((${#2} + 2))
    {
        printf '\xff\xd8\xff\xfe%b%s' \
            "$(printf '\\x%02x\\x%02x' $((length >> 8)) $((length & 255)))" "$2"
        base64 -d <<<'/9j/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZG
NywtQFdBRkxOUlNSMj5aYVpQYEpRUk//wAALCAAwAEABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAU
EAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AJAAAAAAAAAAAAAAAA//2Q==' | tail -c +3
    } >"$1"
}

# The same photo, larger by so many segments of 64 KiB; the text comes first.
make_large_photo() { # FILE TEXT SEGMENTS
    local n
    make_photo "$1.small" "$2"
    {
        head -c $((${#2} + 6)) "$1.small"
        for ((n = 0; n < $3; n++)); do
            printf '\xff\xfe\xff\xff'
            head -c 65533 /dev/zero | tr '\0' x
        done
        tail -c +$((${#2} + 7)) "$1.small"
    } >"$1"
    rm "$1.small"
}

# The same photo with a header that claims 60000 x 60000 pixels.
make_huge_photo() { # FILE TEXT
    make_photo "$1" "$2"
    perl -0777 -pi -e 's/(\xff\xc0\x00\x0b\x08)..../$1\xea\x60\xea\x60/s or die' "$1"
}

hash_of() { sha256sum "$1" | cut -c 1-64; }

new_id() { cat /proc/sys/kernel/random/uuid; }

# A question to a database beside the programs.
sql() { # FOLDER STATEMENT
    sqlite3 -batch -noheader -cmd '.timeout 10000' "$1/lygte.db" "$2"
}
