#!/bin/sh
# need.sh GROUP...: installs from Debian and npm what a group of make targets needs.
#
# Works on a fresh Debian 12, as root or with sudo, by dash alone. It says what it
# installs, installs only what is missing, asks apt for news at most once, and when
# nothing is missing ends in a few milliseconds: a stamp in the build folder remembers
# the state of dpkg and of this file for which a group was seen complete.
# It removes nothing itself; apt takes libcurl4-openssl-dev away for the GnuTLS flavour.
set -eu
cd "$(dirname "$0")/.."

build=${BUILD:-build}
packages=''
want_node=''
need_arm64=''

libraries='libcjson-dev libcurl4-gnutls-dev libexif-dev libexpat1-dev libgnutls28-dev
    libjpeg62-turbo-dev libmicrohttpd-dev libqrencode-dev libseccomp-dev libsodium-dev
    libsqlite3-dev nettle-dev zlib1g-dev'

say() { printf 'need.sh: %s\n' "$*"; }
die() { printf 'need.sh: %s\n' "$*" >&2; exit 1; }

# The Debian packages of a group.
group() {
    case $1 in
    make) echo make ;;
    build) echo make gcc libc6-dev binutils pkg-config ca-certificates libstb-dev "$libraries" ;;
    run) echo curl jq ;;
    test) echo libcmocka-dev gpsd curl faketime iproute2 jq sqlite3 chromium fonts-dejavu-core \
        libimage-exiftool-perl libvips-tools openssl procps unzip ;;
    lint) echo clang clang-tidy clang-format cppcheck shellcheck ;;
    clang) echo clang ;;
    fuzz) echo clang libclang-rt-14-dev ;;
    bench) echo curl ffmpeg imagemagick iproute2 libimage-exiftool-perl libvips-tools nginx-light openssl rsync wrk ;;
    pg) echo postgresql-15 ;;
    arm64) echo crossbuild-essential-arm64 qemu-user-static libcmocka-dev libcmocka-dev:arm64
        for library in $libraries; do echo "$library $library:arm64"; done ;;
    *) die "$1: no such group: make build run test lint clang fuzz bench pg arm64" ;;
    esac
}

# Changes whenever a package, this file or the lock file of npm does.
state() {
    stat -c '%i %Y %s' /var/lib/dpkg/status tools/need.sh package-lock.json 2>/dev/null || true
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Prints those of the packages that are not installed. A name without an architecture
# means this machine's own.
missing() {
    dpkg-query -W -f '${Package}:${Architecture} ${db:Status-Status}\n' "$@" \
        2>/dev/null >"$build/.need.seen" || true
    for package in "$@"; do
        case $package in *:*) full=$package ;; *) full=$package:$native ;; esac
        grep -qxE "(${full}|${package%%:*}:all) installed" "$build/.need.seen" ||
            echo "$package"
    done
    rm -f "$build/.need.seen"
}

node_is_new() {
    command -v node >/dev/null && command -v npm >/dev/null &&
        [ "$(node -p 'parseInt(process.versions.node)')" -ge 18 ]
}

apt_install() {
    say "installing for $groups: $*"
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        die "not root, and there is no sudo: install these as root, then go on: $*"
    if [ -n "$need_arm64" ] && ! dpkg --print-foreign-architectures | grep -qx arm64; then
        as_root dpkg --add-architecture arm64
    fi
    as_root apt-get -q -o DPkg::Lock::Timeout=300 update >"$build/need.log" 2>&1 ||
        say "apt-get update failed, trying with the lists there are ($build/need.log)"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 install "$@" >>"$build/need.log" 2>&1 || {
        tail -n 20 "$build/need.log" >&2
        die "apt-get could not install: $*"
    }
}

# node_modules as the lock file says; a copy of that file inside tells which it is.
npm_install() {
    cmp -s package-lock.json node_modules/.lygte-lock && return
    say 'installing from npm: what package-lock.json says'
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
    export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD
    command=ci
    [ -f package-lock.json ] || command=install
    npm "$command" --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved \
        >"$build/npm.log" 2>&1 || {
        tail -n 20 "$build/npm.log" >&2
        die "npm $command failed: see $build/npm.log"
    }
    cp package-lock.json node_modules/.lygte-lock
}

[ $# -gt 0 ] || die 'usage: need.sh GROUP...'
groups=''
for name in "$@"; do
    if [ "$name" = build ] && [ ! -d node_modules ]; then
        rm -f "$build/.need-build"
    fi
    [ "$(cat "$build/.need-$name" 2>/dev/null)" != "$(state)" ] || continue
    list=$(group "$name")
    groups="$groups${groups:+ }$name"
    packages="$packages $list"
    case $name in build) want_node=yes ;; arm64) need_arm64=yes ;; esac
done
[ -n "$groups" ] || exit 0

command -v dpkg-query >/dev/null || die "this is not Debian: install the like of:$packages"
mkdir -p "$build"
native=$(dpkg --print-architecture)
[ -z "$want_node" ] || node_is_new || packages="$packages nodejs npm"
# Packages are words; splitting them is meant.
# shellcheck disable=SC2046,SC2086
packages=$(printf '%s\n' $packages | sort -u)
# shellcheck disable=SC2086
absent=$(missing $packages)
# shellcheck disable=SC2086
[ -z "$absent" ] || apt_install $absent
if [ -n "$want_node" ]; then
    node_is_new || die "node $(node --version) is too old: 18 or newer is needed"
    # Two builds at once must not both fill node_modules.
    exec 9<package.json
    flock 9
    npm_install
    exec 9<&-
fi
for name in $groups; do
    state >"$build/.need-$name"
done
