#!/usr/bin/env bash
# The release package as it is now, installed on the root that this tier's hosts boot from.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"
use_build_machine

deb=$(build_package)
prepare_host "$deb"
