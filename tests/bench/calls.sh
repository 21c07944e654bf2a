#!/usr/bin/env bash
# What calls cost on a host, against a bare sdbus-c++ echo, the same in our unit's sandbox and, for who is not root, against polkit's
# own round trip; and a cached GetUsage while the tree is walked without end, politely and at full speed,
# against the same when it is quiet.
set -euo pipefail
# shellcheck source=on_a_host.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/on_a_host.sh"
isolate "$@"

FILES=200000

boot_measured calls

on_host calls bench_call 15 400 echo boxed property usage | sed 's/^/root: /'
on_host_as calls alice bench_call 9 40 polkit usage | sed 's/^/alice: /'

on_host calls mount -t tmpfs -o nr_inodes=0,mode=0755 tmpfs /data/jts/hot/backup/staging
on_host calls bash -euc "cd /data/jts/hot/backup/staging
    for ((i = 0; i < $FILES / 500; i++)); do mkdir \$i; (cd \$i && eval ': >'{1..500}';:'); done"
# walk_without_end PRIORITY: one more root's call than a walk lasts, again and again, until the file is there.
walk_without_end() {
    # shellcheck disable=SC2016  # expanded on the host
    on_host calls bash -uc 'walks=0
        until [[ -e /run/enough ]]; do
            busctl --quiet call org.jts.HotStorage1 /org/jts/HotStorage1 org.jts.HotStorage1 \
                GetUsage "asa{sv}" 0 2 priority s "$1" max_age t 0 && ((walks++))
        done
        echo "$walks walks meanwhile" >&2' bash "$1"
}
# calls_during PRIORITY: the bare echo, too, which tells what is the machine's.
calls_during() {
    local walker quiet loaded
    on_host calls rm -f /run/enough
    quiet=$(on_host calls bench_call 1 8000 echo usage)
    walk_without_end "$1" &
    walker=$!
    sleep 1
    loaded=$(on_host calls bench_call 1 8000 echo usage)
    on_host calls touch /run/enough
    wait "$walker"
    python3 -c '
import json, sys
priority = sys.argv[1]
quiet, loaded = map(json.loads, sys.argv[2:])
print(json.dumps({f"{kind}_during_{priority}_walks": {
    "p50_usec": loaded[kind]["p50_usec"], "p99_usec": loaded[kind]["p99_usec"],
    "quiet_p50_usec": quiet[kind]["p50_usec"], "quiet_p99_usec": quiet[kind]["p99_usec"],
    "p99_ratio": round(loaded[kind]["p99_usec"] / quiet[kind]["p99_usec"], 3)}
    for kind in ("echo", "usage")}))' "$1" "$quiet" "$loaded"
}
calls_during idle
calls_during full
