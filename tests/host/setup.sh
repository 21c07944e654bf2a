#!/usr/bin/env bash
# The release package as it is now, installed on the root that this tier's hosts boot from.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
# shellcheck source=../lib/trixie.sh
source "$SOURCE_DIR/tests/lib/trixie.sh"
isolate "$@"
use_build_machine

case $SUITE in
    bookworm) build_package ;;
    trixie) build_trixie_package ;;
    *) die "JTS_SUITE=$SUITE: there is bookworm, and trixie" ;;
esac
prepare_host "$(release_deb)"
