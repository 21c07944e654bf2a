# shellcheck shell=bash
# What every script of this project shares: where things are, and how it speaks.
#
# Sourced by scripts that have set -euo pipefail. Everything that outlives a run lies in the build
# folder or in CACHE, which all clones share.

shopt -s inherit_errexit

SOURCE_DIR=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD_DIR=$SOURCE_DIR/build
CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/jts-hot-storage
export LC_ALL=C.UTF-8
umask 022

say() { printf '==> %s\n' "$*" >&2; }

die() {
    printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
    exit 1
}

# quoted COMMAND…: as one would type it.
quoted() {
    local word line=
    for word in "$@"; do
        [[ $word =~ ^[A-Za-z0-9_./:=@,+-]+$ ]] || word="'$word'"
        line+=" $word"
    done
    printf '%s\n' "${line# }"
}

# shown COMMAND…: runs it, after printing it.
shown() {
    printf '$ %s\n' "$(quoted "$@")" >&2
    "$@"
}

# timed WHAT COMMAND…: runs it and says how long it took. Not to be called where errexit is off.
timed() {
    local what=$1 start=$SECONDS
    shift
    "$@"
    say "$what: $((SECONDS - start)) s"
}

require_root() {
    ((EUID == 0)) || die "must run as root: it installs packages and boots throwaway hosts"
}

# What is compiled is shared by all clones, whatever folder they lie in, and takes the cores that are
# there: Ninja by itself starts more compilers than cores.
use_build_machine() {
    export CCACHE_DIR=$CACHE/ccache CCACHE_BASEDIR=$SOURCE_DIR CCACHE_NOHASHDIR=true
    export CCACHE_SLOPPINESS=pch_defines,time_macros
    mkdir -p "$CCACHE_DIR"
    export CMAKE_BUILD_PARALLEL_LEVEL
    CMAKE_BUILD_PARALLEL_LEVEL=$(nproc)
}

# build_package: the release package, afresh; prints the path of the .deb. Runs in one clone take
# turns.
build_package() (
    mkdir -p "$BUILD_DIR"
    exec {lock}>"$BUILD_DIR/release.lock"
    flock "$lock"
    rm -f -- "$BUILD_DIR"/release/jts-hot-storage_*.deb
    cd -- "$SOURCE_DIR" || exit
    cmake --workflow --preset package >&2
    printf '%s\n' "$BUILD_DIR"/release/jts-hot-storage_*.deb
)
