#!/usr/bin/env bash
# From exec to the name, against the least daemon of sdbus-c++; and from a call that starts the
# service to its answer, against snapper's daemon on the same host, and against the least daemon in our
# unit's sandbox, which tells what of it is the sandbox's.
set -euo pipefail
# shellcheck source=on_a_host.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/on_a_host.sh"
isolate "$@"

ROUNDS=15

unpack_host "$RUN_DIR/root" snapper
install_deb "$RUN_DIR/root" "$(release_deb)" >/dev/null 2>&1
in_chroot "$RUN_DIR/root" apt-get -qq install -y snapper >/dev/null 2>&1
boot_host start "$RUN_DIR/root"
equip_host start call start echo
let_own start org.jts.Bench.Echo
box_echo start

# activated KIND UNIT: microseconds of a call that has to start the unit.
activated() {
    on_host start systemctl stop "$2"
    on_host start systemctl reset-failed  # what is started often would be refused
    on_host start bench_call 1 1 "$1" | python3 -c "
import json, sys
print(json.load(sys.stdin)['$1']['p50_usec'])"
}

pairs=$(mktemp -d -p "$RUN_DIR")
for ((round = 0; round < ROUNDS; round++)); do
    ours=$(activated layout "$UNIT")
    snapper=$(activated snapper snapperd.service)
    boxed=$(activated boxed bench-boxed.service)
    echo "$ours $snapper" >>"$pairs/snapper"
    echo "$ours $boxed" >>"$pairs/boxed"
done
for peer in snapper boxed; do
    "${RATIOS[@]}" "activation_to_$peer" usec "$peer" <"$pairs/$peer"
done

on_host start systemctl stop "$UNIT"
on_host start bench_start 25 org.jts.HotStorage1 /usr/libexec/jts-hot-storaged \
    org.jts.Bench.Echo /usr/bin/bench_echo org.jts.Bench.Echo
