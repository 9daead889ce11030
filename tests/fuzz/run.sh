#!/bin/sh
# run.sh: runs the fuzz targets one after the other, each for SECONDS or RUNS, with its
# committed corpus and dictionary, at the lowest priority. Called by make fuzz.
#
# Inputs that reach new code go to BUILD/fuzz/found/TARGET; one that crashes, hangs or
# breaks a promise goes to BUILD/fuzz/found/TARGET-crash-... and the exit status is 1.
set -eu
cd "$(dirname "$0")/../.."

out=${BUILD:-build}/fuzz
seconds=${FUZZ_SECONDS:-60}
runs=${RUNS:--1}
status=0

# Small and quick: freed memory is poisoned for a megabyte, stacks of malloc are short.
# What is found is seen again without these, with all there is to see.
export ASAN_OPTIONS="${ASAN_OPTIONS:-quarantine_size_mb=1:thread_local_quarantine_size_kb=64:malloc_context_size=2:max_malloc_fill_size=64}"

# Prints a table row: target, executions, seconds, findings.
row() {
    awk -v name="$1" -v found="$2" '
        /^Done [0-9]+ runs in [0-9]+ second/ { n = $2; s = $5 }
        /^stat::number_of_executed_units/ { n = $2 }
        END { printf "| %s | %s | %s | %d |\n", name, n == "" ? "?" : n, s == "" ? "?" : s, found }
    ' "$3"
}

fuzz_one() {
    name=$1
    shift
    mkdir -p "$out/found/$name"
    set -- "$@" "$out/found/$name"
    [ ! -d "tests/fuzz/corpus/$name" ] || set -- "$@" "tests/fuzz/corpus/$name"
    [ ! -f "tests/fuzz/$name.dict" ] || set -- "-dict=tests/fuzz/$name.dict" "$@"
    before=$(find "$out/found" -name "$name-*" | wc -l)
    nice -n 19 "$out/tests/fuzz/$name" -max_total_time="$seconds" -runs="$runs" \
        -timeout=10 -rss_limit_mb=2048 -len_control=100 -print_final_stats=1 -close_fd_mask=1 \
        -artifact_prefix="$out/found/$name-" "$@" >"$out/$name.log" 2>&1 || {
        status=1
        tail -n 40 "$out/$name.log" >&2
    }
    after=$(find "$out/found" -name "$name-*" | wc -l)
    row "$name" $((after - before)) "$out/$name.log"
}

echo '| target | executions | seconds | findings |'
echo '| --- | ---: | ---: | ---: |'
for source in tests/fuzz/fuzz_*.c; do
    name=$(basename "$source" .c)
    [ -z "${TARGET:-}" ] || [ "$TARGET" = "$name" ] || continue
    # What a picture may take of time is measured elsewhere; here sizes are bounded.
    case $name in
    fuzz_json | fuzz_record | fuzz_verb_values) fuzz_one "$name" -max_len=1024 ;;
    fuzz_receive) fuzz_one "$name" -max_len="${MAX_LEN:-640}" ;;
    fuzz_client) fuzz_one "$name" -max_len="${MAX_LEN:-1536}" ;;
    fuzz_area | fuzz_catalogue) fuzz_one "$name" -max_len=4096 ;;
    *) fuzz_one "$name" -max_len=16384 ;;
    esac
done
exit $status
