#!/usr/bin/env bash
# arrows.sh: do the rooms include only what they may, and the programs need only what
# they may? The tables here say what the drawing in README shows; a new arrow is a decision, not a fix.
# Prints every fault, one a line; exit 1 when there was one.
set -u
cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build}
faults=0

# room | rooms its files may include ("core" alone is all of core, for what stands above)
rooms='
core/base        | core/base
core/store       | core/base core/store core/store/local
core/store/local | core/base core/store core/store/local
core/web         | core/base core/web
core/web/late    | core/base
core/picture     | core/base core/picture
sync             | core sync
sync/client      | core sync sync/client
sync/server      | core sync sync/server
lists            | core/base core/store core/store/local lists
walker           | core sync sync/server lists walker
registry         | core sync sync/server lists registry
tools            | core/base tools
'

# header of a library | rooms that may name it; headers not here are free to all
headers='
sqlite3.h        | core/store
expat.h          | core/store
microhttpd.h     | core/web
curl/            | sync/client registry
gnutls/          | core/web core/web/late
nettle/          | core/base
dlfcn.h          | core/web/late
sodium.h         | core/base registry
zlib.h           | core/base core/web sync sync/client sync/server lists tools
jpeglib.h        | core/picture tools
libexif/         | core/picture tools
seccomp.h        | core/picture
stb              | core/picture
cairo            | lists
pango/           | lists
xlsxwriter.h     | lists
qrencode.h       | lists
libpq-fe.h       | registry
openssl/         | -
'

# program | libraries it may need directly, besides libc, libm and the loader
needs='
bin/walker            | cjson nettle sodium z sqlite3 expat
bin/registry          | cjson gnutls nettle sodium z sqlite3 microhttpd curl-gnutls pq
bin/walker-sync       | cjson gnutls nettle sodium z sqlite3 curl-gnutls
bin/lygte-lists       | cjson nettle sodium z sqlite3 cairo pangocairo-1.0 pango-1.0 gobject-2.0 glib-2.0 xlsxwriter qrencode
libexec/lygte-picture | jpeg exif seccomp
'

# program | libraries that must not even come along with others
# (libcrypto comes along to walker-sync: Debian's GnuTLS libcurl links libssh2, which links it.)
strangers='
bin/walker            | curl-gnutls pq cairo crypto ssl gnutls microhttpd
bin/walker-sync       | ssl pq cairo microhttpd
bin/lygte-lists       | curl-gnutls crypto ssl pq microhttpd
libexec/lygte-picture | curl-gnutls crypto ssl pq cairo sqlite3 gnutls microhttpd
'

fault() {
    echo "arrows: $*"
    faults=$((faults + 1))
}

names() { # TABLE: what stands left of the bars
    awk -F'|' '{ gsub(/ /, "", $1) } $1 != "" { print $1 }' <<<"$1"
}

row() { # TABLE NAME: what stands right of the bar
    awk -F'|' -v name="$2" '{ gsub(/ /, "", $1) } $1 == name { print $2 }' <<<"$1"
}

has() { # WORD WORDS...
    local word=$1
    shift
    [[ " $* " == *" $word "* ]]
}

# One "room file kind included" a line, of every source in a room. A quoted name counts
# from the repository's root.
includes() {
    local room
    names "$rooms" | while read -r room; do
        find "$room" -maxdepth 1 -name '*.[ch]' -print0 2>/dev/null |
            xargs -0 -r grep -HoE '^[ \t]*#[ \t]*include[ \t]*["<][^">]+' |
            sed -nE 's/^([^:]+):[^"<]*(["<])(.*)$/'"${room//\//\\/}"' \1 \2 \3/p'
    done
}

check_quoted() { # ROOM FILE INCLUDED
    local target=${3%/*} allowed
    [ -e "$3" ] || {
        fault "$2: includes \"$3\", which is not there (names count from the root)"
        return
    }
    read -ra allowed <<<"$(row "$rooms" "$1")"
    has "$target" "${allowed[@]}" && return
    [[ $target == core/* ]] && has core "${allowed[@]}" && return
    fault "$2: $1 may not include \"$3\""
}

check_library() { # ROOM FILE INCLUDED
    local name allowed
    while IFS='|' read -r name allowed; do
        name=${name// /}
        [[ -n $name && $3 == "$name"* ]] || continue
        # Rooms are words; splitting them is meant.
        # shellcheck disable=SC2086
        has "$1" $allowed || fault "$2: $1 may not include <$3>"
    done <<<"$headers"
}

check_needs() { # PROGRAM WORDS...
    local program=$1 name
    shift
    while read -r name; do
        has "$name" "$@" c m "" || fault "$program: may not need lib$name"
    done < <(readelf -d "$build/$program" |
        sed -nE 's/.*\(NEEDED\).*\[(lib)?([^]]*)\]/\2/p' | sed -E 's/\.so.*//' |
        grep -v '^ld-linux')
}

check_strangers() { # PROGRAM WORDS...
    local program=$1 name along
    shift
    along=$(ldd "$build/$program" | sed -nE 's/^[ \t]*lib([^ ]*)\.so.*/\1/p')
    for name in "$@"; do
        ! grep -qxF "$name" <<<"$along" || fault "$program: lib$name comes along"
    done
}

files=0
while read -r room file kind included; do
    files=$((files + 1))
    if [ "$kind" = '"' ]; then
        check_quoted "$room" "$file" "$included"
    else
        check_library "$room" "$file" "$included"
    fi
done < <(includes)

programs=0
while read -r program; do
    [ -e "$build/$program" ] || continue
    programs=$((programs + 1))
    # shellcheck disable=SC2046
    check_needs "$program" $(row "$needs" "$program")
    # shellcheck disable=SC2046
    check_strangers "$program" $(row "$strangers" "$program")
done < <(names "$needs")

echo "arrows: $files includes and $programs programs seen, $faults against the table"
[ "$faults" = 0 ] && [ "$files" != 0 ]
