#!/usr/bin/env bash
# A device that thinks it is noon in 1971 tells nobody on a lamp run that it is day, nor that
# the lamps are off on purpose; one that knows the time tells both.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"
library=$(find /usr/lib -name libfaketime.so.1 2>/dev/null | head -n 1)
[ -n "$library" ] || skip_all 'faketime is not installed'
# What sets the time goes before a sanitizer cannot: the programs as people get them.
BIN=${PLAIN_BIN:-$BIN}
if nm -D "$BIN/walker" 2>/dev/null | grep -q __asan; then skip_all 'only sanitized programs are built'; fi

# As `run` of the lamps: what it says of the hour, when the machine thinks it is TIME.
told_at() { # TIME
    LD_PRELOAD=$library FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME="@$1" start_walker
    ask GET "$walker_url/api/v1/walks/$walk/lamp-run?lat=57.04&lon=9.9187"
    told=$(field '"\(.next.number) \(.daylight) \(.off_on_purpose)"')
    stop walker
}

printf 'nummer;lat;lon\n0400;57.0401;9.9187\n' >"$tmp/lamper.csv"
walker places add "$tmp/lamper.csv" >/dev/null
walker set lamps_off 00:00-24:00
walk=$(walker walk new --title 'Lygter' | tail -n 1)
noon=$(date -u -d '+1 year' +%Y)-06-21
told_at "$noon 10:00:00"
is "$told" '0400 true true' 'at noon in June it is day, and the lamps are off by their hours'
told_at '1971-06-21 10:00:00'
is "$told" '0400 false false' 'a clock that thinks it is 1971 says nothing of either'
finish
