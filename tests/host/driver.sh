# shellcheck shell=bash disable=SC2034  # some names are for the tests alone
# What every host test begins with: the package, its hosts (tests/lib/host.sh), and checks.

# shellcheck source=../lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/common.sh"
# shellcheck source=../lib/packages.sh
source "$SOURCE_DIR/tests/lib/packages.sh"
# shellcheck source=../lib/cache.sh
source "$SOURCE_DIR/tests/lib/cache.sh"
# shellcheck source=../lib/isolate.sh
source "$SOURCE_DIR/tests/lib/isolate.sh"
# shellcheck source=../lib/host.sh
source "$SOURCE_DIR/tests/lib/host.sh"

FAILED_CHECKS=0
UNIT=jts-hot-storage.service
CALL=(busctl call org.jts.HotStorage1 /org/jts/HotStorage1 org.jts.HotStorage1)

# The package that setup.sh built for the Debian that hosts run.
release_deb() {
    local dir=$BUILD_DIR/release
    [[ $SUITE == bookworm ]] || dir=$BUILD_DIR/$SUITE-release
    local debs=("$dir"/jts-hot-storage_*.deb)
    [[ -e ${debs[0]} ]] || die "no package in $dir: run tests/host/setup.sh"
    printf '%s\n' "${debs[0]}"
}

# check SENTENCE COMMAND…: the sentence holds if the command succeeds. Functions run with errexit,
# in a subshell; so hosts are booted outside of checks.
check() {
    local sentence=$1 status output
    shift
    set +e
    output=$(set -e; "$@" 2>&1)
    status=$?
    set -e
    if ((status == 0)); then
        printf 'ok      %s\n' "$sentence"
    else
        printf 'FAILED  %s\n' "$sentence"
        FAILED_CHECKS=$((FAILED_CHECKS + 1))
    fi
    [[ -z $output ]] || printf '%s\n' "$output" | sed 's/^/        /'
}

# equal EXPECTED ACTUAL: says where they differ.
equal() {
    diff -u --label expected <(printf '%s\n' "$1") --label actual <(printf '%s\n' "$2")
}

# fails_with TEXT COMMAND…: the command fails, and says so.
fails_with() {
    local text=$1 answer
    shift
    if answer=$("$@" 2>&1); then
        printf 'this should have failed: %s\n%s\n' "$*" "$answer"
        return 1
    fi
    [[ $answer == *"$text"* ]] || { printf 'expected "%s", got: %s\n' "$text" "$answer"; return 1; }
}

# finish [HOST…]: the last line of a test. The hosts' journals are shown where a check failed.
finish() {
    ((FAILED_CHECKS == 0)) && return
    local name
    for name in "$@"; do
        say "journal of $name"
        on_host "$name" journalctl --no-pager --lines 100 --unit 'jts-hot-storage*' >&2 || true
    done
    die "$FAILED_CHECKS checks failed"
}

# --- questions to a host -------------------------------------------------------------------------

# apt_on HOST ARGUMENT…: what apt prints is shown only where it fails.
apt_on() {
    local output
    output=$(on_host "$1" apt-get -qq -y -o Dpkg::Use-Pty=0 "${@:2}" 2>&1) ||
        { printf '%s\n' "$output"; return 1; }
}

main_pid() { on_host "$1" systemctl show --value --property MainPID "$UNIT"; }

# provision_as HOST USER: Provision's answer as JSON.
provision_as() { on_host_as "$1" "$2" jts-storage --json provision --yes; }

# applied JSON: how many changes it says were made.
applied() { python3 -c 'import json, sys; print(json.loads(sys.argv[1])["applied"])' "$1"; }

# Every inode of the tree with the time of its last change.
change_times() { on_host "$1" find /data -printf '%C@ %i %p\n' | sort -k 3; }

# --- a hostile account ---------------------------------------------------------------------------

# install_probe_stopper HOST: /usr/local/bin/stop-probes, which stops every write probe of the account
# that runs it, as soon as it sees one.
install_probe_stopper() {
    on_host "$1" sh -c 'cat >/usr/local/bin/stop-probes && chmod 0755 /usr/local/bin/stop-probes' <<'END'
#!/bin/bash
exec 2>/dev/null
while :; do
    for comm in /proc/[0-9]*/comm; do
        read -r name <"$comm"
        if [[ $name == jts-hot-storage ]]; then kill -STOP "${comm//[!0-9]/}"; fi
    done
done
END
}
