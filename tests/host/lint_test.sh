#!/usr/bin/env bash
# What Debian's own checker thinks of the package.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

DEB=$(release_deb)
check "lintian finds neither errors nor warnings" \
    lintian --fail-on error,warning "$DEB"
# shellcheck disable=SC2119  # there is no host whose journal could help
finish
