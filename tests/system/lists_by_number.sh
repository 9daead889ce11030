#!/usr/bin/env bash
# Lists are in order of number, also from the year's ten-thousandth case on and after a restore.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

walker walk new --title 'Aften' >/dev/null
start_registry
pair
come() { # N: so many new cases
    for _ in $(seq "$1"); do walker add --category BEL01 >/dev/null; done
    walker sync >/dev/null
}
come 1
sql "$registry_data" 'UPDATE short_number SET last = 9997'
come 4
sql "$registry_data" "INSERT INTO setting (name, value) VALUES ('restores', 'B');
    UPDATE short_number SET last = 41"
come 1
run registry list --format csv-rfc4180
is "$(cut -d, -f1 <<<"$out" | tail -n +2 | cut -c8- | paste -sd' ')" '0001 9998 9999 10000 10001 B0042' \
    'by the number, not by its letters'
finish
