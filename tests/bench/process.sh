#!/usr/bin/env bash
# The daemon's memory and wakeups when idle, and its memory after 10,000 calls, against the least
# daemon of sdbus-c++ beside it.
set -euo pipefail
# shellcheck source=on_a_host.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/on_a_host.sh"
isolate "$@"

IDLE_SECONDS=30

boot_measured process
on_host process systemctl restart "$UNIT"
on_host process bench_call 1 1 echo layout >/dev/null

pid_of() { on_host process systemctl show --value --property MainPID "$1"; }
ours=$(pid_of "$UNIT")
theirs=$(pid_of bench-echo.service)

# pss PID: KiB
pss() { on_host process awk '/^Pss:/ { print $2 }' "/proc/$1/smaps_rollup"; }

# wakeups PID: how often its threads have been woken since they began.
wakeups() {
    on_host process sh -c "cat /proc/$1/task/*/status" |
        awk '/^(non)?voluntary_ctxt_switches:/ { sum += $2 } END { print sum }'
}

# What follows a start is over before anything is counted.
sleep 5
before=$(wakeups "$ours") their_before=$(wakeups "$theirs")
sleep "$IDLE_SECONDS"
printf '{"wakeups_in_%s_s": {"ours": %s, "echo": %s}}\n' "$IDLE_SECONDS" \
    $(($(wakeups "$ours") - before)) $(($(wakeups "$theirs") - their_before))
printf '{"idle_pss_kib": {"ours": %s, "echo": %s}}\n' "$(pss "$ours")" "$(pss "$theirs")"
on_host process bench_call 1 2500 echo property usage layout >/dev/null
on_host process bench_call 1 2500 usage >/dev/null
printf '{"pss_kib_after_10000_calls": {"ours": %s, "echo": %s}}\n' "$(pss "$ours")" \
    "$(pss "$theirs")"
