#!/usr/bin/env bash
# Lighthouse 12 at the walker's page as people get it, on a throttled phone: accessibility
# and best practices 100, performance 95 or more. Its packages are large and installed here
# only, from tests/long/lighthouse/package-lock.json.
# shellcheck source=tests/support/system.sh
BIN=$(cd "$(dirname "$0")/../.." && pwd)/build/bin
export BIN
. "$(dirname "$0")/../support/system.sh"

room=$root/tests/long/lighthouse
[ -d "$room/node_modules/lighthouse" ] ||
    (cd "$room" && PUPPETEER_SKIP_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund \
        --omit-lockfile-registry-resolved) >"$tmp/npm.log" 2>&1 ||
    skip_all "lighthouse cannot be installed here: $(tail -n 1 "$tmp/npm.log")"
walk=$(walker walk new --title 'Søndergårds Allé' | tail -n 1)
walker walk begin "$walk" >/dev/null
for code in BEL01 BEP01 STI01 POS; do walker add --category "$code" --at 57.04,9.97,5 >/dev/null; done
start_walker || exit 1
node "$room/ask.mjs" "$walker_url/#/walk/$walk"
