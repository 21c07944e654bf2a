#!/usr/bin/env bash
# Provision on an empty host, called over the bus by an operator, against the specification's commands
# run by bash as root: each on a host that was booted for it alone. Our time has the daemon's start,
# polkit's and the accounts unit's in it. Then once more with nothing to do.
set -euo pipefail
# shellcheck source=on_a_host.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/on_a_host.sh"
isolate "$@"

ROUNDS=5

prepare_host "$(release_deb)"

# spent HOST COMMAND…: milliseconds that a command takes on a host, as bash there sees it.
spent() {
    # shellcheck disable=SC2016  # expanded on the host
    on_host "$1" bash -euc 'before=$EPOCHREALTIME
        "$@" >/dev/null 2>&1
        after=$EPOCHREALTIME
        echo $(((${after/./} - ${before/./}) / 1000))' bash "${@:2}"
}

PROVISION=(runuser -u alice -- "${CALL[@]}" Provision 'asa{sv}' 0 0)

boot_host last
equip_host last call
for ((round = 0; round < ROUNDS; round++)); do
    boot_host ours
    on_host ours systemctl stop "$UNIT"
    ours=$(spent ours "${PROVISION[@]}")
    again=$(spent ours "${PROVISION[@]}")
    stop_host ours
    boot_host theirs
    put_on theirs "$SOURCE_DIR/tests/host/specification.sh" /root/specification.sh 0755
    theirs=$(spent theirs bash /root/specification.sh)
    their_again=$(spent theirs bash /root/specification.sh)
    stop_host theirs
    printf '%s %s\n' "$ours" "$theirs" >>"$RUN_DIR/first"
    printf '%s %s\n' "$again" "$their_again" >>"$RUN_DIR/again"
done
"${RATIOS[@]}" provision msec commands <"$RUN_DIR/first"
"${RATIOS[@]}" provision_again msec commands <"$RUN_DIR/again"

provision_as last alice >/dev/null 2>&1
on_host last bench_call 9 20 provision | sed 's/^/root, nothing to do: /'
