#!/usr/bin/env bash
# What Debian's own checker thinks of the package, and mandoc of its man pages.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

DEB=$(release_deb)
check "lintian finds neither errors nor warnings" \
    lintian --fail-on error,warning "$DEB"

# scdoc writes a paragraph's mark after each heading and before each list item, whatever the source
# looks like; mandoc skips them, and says so. Anything else is the page's own.
SCDOCS_OWN='WARNING: skipping paragraph macro: PP (empty|after SH)$'
pages_are_clean() {
    local pages said
    dpkg-deb -x "$DEB" "$RUN_DIR/package"
    find "$RUN_DIR/package/usr/share/man" -name '*.gz' -exec gunzip {} +
    mapfile -t pages < <(find "$RUN_DIR/package/usr/share/man" -type f | sort)
    equal "$(find "$SOURCE_DIR/docs/man" -name '*.scd' | wc -l)" "${#pages[@]}"
    # mandoc fails where it warns, and it always does.
    said=$(mandoc -T lint -W warning "${pages[@]}" || true)
    grep -qE "$SCDOCS_OWN" <<<"$said"
    equal "" "$(grep -vE "$SCDOCS_OWN" <<<"$said" || true)"
}
check "mandoc finds nothing in the man pages" pages_are_clean

# shellcheck disable=SC2119  # there is no host whose journal could help
finish
