#!/usr/bin/env bash
# Every query of the registry is PREPAREd against a real PostgreSQL 15, with the schema it
# would run on: the .sql files, translated word for word (BLOB, STRICT, INTEGER).
set -u
cd "$(dirname "$0")/../.." || exit 1

n=0
say() { n=$((n + 1)); echo "$1 $n - $2"; }

bin=$(ls -d /usr/lib/postgresql/15/bin 2>/dev/null)
if [ -z "$bin" ]; then
    echo "ok 1 - every registry query is PREPAREd on PostgreSQL # skip no postgresql-15 here"
    echo "1..1"
    exit 0
fi

# Not under TMPDIR: it may be closed to the user postgres.
dir=$(mktemp -d /tmp/lygte-postgres.XXXXXX)
port=$((20000 + RANDOM % 20000))
as_pg() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
finish() {
    as_pg "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1
    rm -rf "$dir"
}
trap finish EXIT
[ "$(id -u)" = 0 ] && chown postgres "$dir"

as_pg "$bin/initdb" -D "$dir/data" -A trust --no-sync -E UTF8 --locale=C.UTF-8 >"$dir/init.log" 2>&1 &&
    as_pg "$bin/pg_ctl" -w -D "$dir/data" -l "$dir/server.log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir -c fsync=off" start >/dev/null 2>&1
pg() { psql -h 127.0.0.1 -p "$port" -U postgres -d postgres -v ON_ERROR_STOP=1 -q "$@"; }
if ! pg -c 'SELECT 1' >/dev/null 2>&1; then
    cat "$dir/init.log"
    say "not ok" "PostgreSQL 15 starts"
    echo "1..$n"
    exit 1
fi
say ok "PostgreSQL 15 starts"

# SQLite's words for PostgreSQL's. STRICT tables hold integers, texts and blobs only.
for f in schema/log/*.sql schema/registry/*.sql schema/fold/*.sql; do
    sed -e 's/\bBLOB\b/BYTEA/g' -e 's/\bINTEGER\b/BIGINT/g' -e 's/) STRICT;/);/' "$f"
done >"$dir/schema.sql"
if pg -f "$dir/schema.sql" >"$dir/out" 2>&1; then
    say ok "the schema is made on PostgreSQL"
else
    sed 's/^/# /' "$dir/out"
    say "not ok" "the schema is made on PostgreSQL"
fi

# Queries are the constants named sql_* ; those of the walker's own tables and of SQLite's
# files (rebuild, migrate) are not the registry's.
node tests/long/queries.mjs core/store/*.c core/store/local/*.c registry/*.c sync/server/*.c >"$dir/queries.json"
total=$(jq length "$dir/queries.json")
bad=0
for i in $(seq 0 $((total - 1))); do
    name=$(jq -r ".[$i].name" "$dir/queries.json")
    jq -r ".[$i].sql" "$dir/queries.json" | sed -E 's/\?([0-9]+)/$\1/g' >"$dir/q.sql"
    { printf 'PREPARE q AS '; cat "$dir/q.sql"; echo ';'; } >"$dir/prepare.sql"
    if ! pg -f "$dir/prepare.sql" >"$dir/out" 2>&1; then
        bad=$((bad + 1))
        echo "# $name"
        sed 's/^/#   /' "$dir/q.sql" "$dir/out"
    fi
done
if [ "$bad" = 0 ] && [ "$total" -gt 60 ]; then
    say ok "each of $total registry queries is PREPAREd on PostgreSQL"
else
    say "not ok" "each of $total registry queries is PREPAREd on PostgreSQL ($bad are not)"
fi
echo "1..$n"
[ "$bad" = 0 ]
