#!/usr/bin/env bash
# The same sources make the same package, byte for byte: built twice, in folders with other names, the
# second time without the compiler's cache. With JTS_LONG unset the cache may answer for the compiler,
# and what is compared is everything else. CPack writes the builder's umask into a field of the archive
# that dpkg does not read; so both have the same.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"
use_build_machine

DEB=$(release_deb)
COPY=$RUN_DIR/quite/another/folder
mkdir -p "$COPY"
tar -C "$SOURCE_DIR" --exclude=./build --exclude=./.git -c . | tar -C "$COPY" -x
build_the_copy() (
    cd "$COPY"
    [[ -z ${JTS_LONG:-} ]] || export CCACHE_DISABLE=1
    CCACHE_BASEDIR=$COPY cmake --workflow --preset package
)
equal_packages() {
    local built=("$COPY"/build/release/jts-hot-storage_*.deb)
    sha256sum "$DEB" "${built[0]}" | sed 's|  .*/|  |'
    cmp "$DEB" "${built[0]}"
}
build_the_copy >/dev/null
check "two builds, the same bytes" equal_packages
# shellcheck disable=SC2119  # there is no host whose journal could help
finish
