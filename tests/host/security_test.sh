#!/usr/bin/env bash
# T44: the sandbox is as tight as promised, inside a real host. And what the daemon costs at rest.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

# exposure_at_most TENTHS UNIT
exposure_at_most() {
    on_host host systemd-analyze security --no-pager --threshold="$1" "$2" | tail -n 1
}

process_status() { on_host host cat "/proc/$(main_pid host)/status"; }

# CAP_CHOWN (0), CAP_DAC_OVERRIDE (1) and CAP_FOWNER (3). Debian 13's systemd has its own be inheritable, as
# far as a unit's bounding set goes; without new privileges no program gets any by that.
has_only_its_three_capabilities() {
    local inheritable=b
    [[ $SUITE != bookworm ]] || inheritable=0
    equal "$(printf '%s\n' "CapInh: 000000000000000$inheritable" 'CapPrm: 000000000000000b' \
        'CapEff: 000000000000000b' 'CapBnd: 000000000000000b' 'CapAmb: 0000000000000000')" \
        "$(process_status | awk '/^Cap/ { print $1, $2 }')"
}
gains_no_privileges_and_is_filtered() {
    equal "$(printf '%s\n' 'NoNewPrivs: 1' 'Seccomp: 2')" \
        "$(process_status | awk '/^(NoNewPrivs|Seccomp):/ { print $1, $2 }')"
}
# No mount of its own makes a part of /usr writable, the program least of all.
cannot_write_its_program() {
    # shellcheck disable=SC2016  # awk's
    equal "/usr ro" "$(on_host host awk '$5 ~ "^/usr(/|$)" { print $5, substr($6, 1, 2) }' \
        "/proc/$(main_pid host)/mountinfo")"
}
# Once it has used what it uses every five minutes, and its threads have gone: most of it are pages of
# libraries.
memory_at_rest() {
    local kib
    on_host host systemctl start jts-hot-storage-sample.service
    sleep 5
    # shellcheck disable=SC2016  # awk's
    kib=$(on_host host awk '/^Pss:/ { print $2 }' "/proc/$(main_pid host)/smaps_rollup")
    echo "PSS $kib KiB, $(process_status | awk '/^Threads/ { print $2 }') threads"
    ((kib <= 8 * 1024))
}
# The same request by root, who only has to queue for it, shows that it is the policy that refuses.
request_name_as() {
    on_host_as host "$1" busctl call org.freedesktop.DBus / org.freedesktop.DBus RequestName su \
        org.jts.HotStorage1 0
}
only_root_may_own_the_name() {
    request_name_as root
    fails_with "Access denied" request_name_as nobody
}

prepare_host "$(release_deb)"
boot_host host

check "T44: exposure of the service that the bus faces is at most 1.3" \
    exposure_at_most 13 jts-hot-storage.service
check "T44: exposure of the unit that creates accounts is at most 1.1" \
    exposure_at_most 11 jts-hot-storage-accounts.service
check "T44: exposure of its instance for one service is at most 1.1" \
    exposure_at_most 11 jts-hot-storage-accounts@redis.service
check "T44: exposure of the unit that probes as an account is at most 1.1" \
    exposure_at_most 11 jts-hot-storage-probe@redis.service
check "T44: exposure of the unit that has the tree counted is at most 0.8" \
    exposure_at_most 8 jts-hot-storage-sample.service
check "T44: exposure of the unit that writes the metrics is at most 0.8" \
    exposure_at_most 8 jts-hot-storage-metrics.service
check "the running daemon has three capabilities and no more" has_only_its_three_capabilities
check "the running daemon is under NoNewPrivileges and a system call filter" \
    gains_no_privileges_and_is_filtered
check "the running daemon may write nowhere in /usr, nor to its own program" cannot_write_its_program
check "the daemon at rest takes at most 8 MiB" memory_at_rest
check "T26: nobody but root may own the bus name" only_root_may_own_the_name

finish host
