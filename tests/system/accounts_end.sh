#!/usr/bin/env bash
# Whoever loses the password or the account is out at once, wherever he is signed in; the
# last one who can sort cases is not removed by mistake; what was done by an account stays.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry || exit 1
api=$registry_url/api/v1
enter() { # NAME PASSWORD: logs in, the session stands in $cookie
    send POST "$api/session" "{\"name\":\"$1\",\"password\":\"$2\"}"
    cookie=$(header Set-Cookie)
    cookie=${cookie%%;*}
}
give() { # NAME PASSWORD
    registry user password "$1" --password-stdin <<<"$2"
}
who() { # COOKIE
    ask GET "$api/session" -H "Cookie: $1"
    echo "$code $(field '.name // .key')"
}

login karin coordinator
karin=$cookie
login mads coordinator
mads=$cookie
enter mads a-long-password-1
mads_too=$cookie
send POST "$api/walks" '{"title":"Planlagt af Mads"}' -H "Cookie: $mads"
is "$code $(who "$karin") $(who "$mads") $(who "$mads_too")" '201 200 karin 200 mads 200 mads' \
    'two coordinators, one of them signed in twice'

complains 2 --password-stdin 'a password is never a word of the command line' \
    registry user password mads
complains 1 8 'a short one is refused' give mads kort
complains 1 mads 'none too' registry user password mads --password-stdin </dev/null
complains 1 nobody 'and one for nobody' give nobody another-password-2
is "$(who "$mads")" '200 mads' 'which ends nothing'
run give mads another-password-2
is "$status $(tail -n 1 <<<"$out")" '0 mads' 'another password, the name alone on the last line'
is "$(who "$mads") $(who "$mads_too") $(who "$karin")" \
    '401 account.no_session 401 account.no_session 200 karin' 'both of his sessions have ended, no other'
enter mads a-long-password-1
is "$code $(field .key)" '401 account.wrong' 'the old password opens nothing'
enter mads another-password-2
mads=$cookie
is "$code $(who "$mads")" '200 200 mads' 'the new one does'

complains 1 nobody 'nobody cannot be removed' registry user remove nobody
run registry user remove mads --json
is "$status $(jq -c . <<<"$out")" '0 {"name":"mads","done":"remove","sessions_ended":1}' 'an account is removed'
is "$(who "$mads")" '401 account.no_session' 'and is out at once'
enter mads another-password-2
is "$code $(field .key)" '401 account.wrong' 'and gets in no more'
registry user add mads --role viewer --password-stdin <<<'a-third-password-3' >/dev/null
is "$(who "$mads")" '401 account.no_session' 'nor as the next one of that name'
ask GET "$api/walks" -H "Cookie: $karin"
is "$(field '.walks[0].title')" 'Planlagt af Mads' 'the walk he planned stays'
registry user add sara --role viewer --password-stdin <<<'a-fourth-password' >/dev/null
enter sara a-fourth-password
sara=$cookie
registry backup "$tmp/backups/one" >/dev/null
ask DELETE "$api/session" -H "Cookie: $sara"
is "$code $(who "$sara")" '204 401 account.no_session' 'she signs out after a backup'
stop registry
mv "$registry_data" "$tmp/lost"
run registry restore "$tmp/backups/one"
like "$out" 'registry user list' 'a restore says that accounts are those of the backup'
start_registry || exit 1
api=$registry_url/api/v1
is "$status $(who "$sara") $(who "$karin")" '0 401 account.no_session 401 account.no_session' \
    'and opens no session again'
enter karin a-long-password-1
karin=$cookie
registry user remove sara >/dev/null

complains 1 --last 'the last who can sort cases stays' registry user remove karin
is "$(who "$karin")" '200 karin' 'and is still signed in'
run registry user remove mads
is "$status" 0 'a viewer may always go'
run registry user remove karin --last
is "$status $(who "$karin") $(registry user list)" '0 401 account.no_session ' 'the last one goes where that is said'
finish
