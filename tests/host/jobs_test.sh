#!/usr/bin/env bash
# A count of half a million files as a job: begun at once, shared, watched, cancelled; the service
# answers others meanwhile, and tells strangers nothing.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

FILES=500000
prepare_host "$(release_deb)"
boot_host host
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
applied_by_alice() { provision_as host alice >/dev/null 2>&1; }
check "the host is provisioned" applied_by_alice

# A tmpfs for the tree, since what a host keeps in memory holds fewer inodes.
grow_tree() {
    on_host host mount -t tmpfs -o nr_inodes=2M,mode=0755,uid=kafka,gid=kafka tmpfs /data/jts/hot/kafka/data
    on_host host runuser -u kafka -- python3 -c "
import os
os.chdir('/data/jts/hot/kafka/data')
for d in range($FILES // 1000):
    os.mkdir(f'secret-{d}')
    at = os.open(f'secret-{d}', os.O_PATH)
    for f in range(1000):
        os.close(os.open(f'secret-{f}', os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=at))
    os.close(at)" || on_host host runuser -u kafka -- bash -c "
        cd /data/jts/hot/kafka/data
        for d in \$(seq $((FILES / 1000))); do
            mkdir secret-\$d && (cd secret-\$d && seq -f secret-%.0f 1000 | xargs touch)
        done"
}
grow_tree 2>/dev/null

count_call() { on_host_as host "$1" "${CALL[@]}" GetUsage 'asa{sv}' 0 2 max_age t 0 wait t 0 2>&1 || true; }
# begin USER: the path of a job that counts.
begin() {
    local answer
    answer=$(count_call "$1")
    [[ $answer =~ (/org/jts/HotStorage1/job/[0-9a-f]{32})\ has\ not\ ended ]] ||
        { echo "no job: $answer"; return 1; }
    printf '%s\n' "${BASH_REMATCH[1]}"
}
of_job() { on_host host busctl get-property org.jts.HotStorage1 "$1" org.jts.HotStorage1.Job "$2"; }
job_call() { on_host_as host "$1" busctl --timeout=60 call org.jts.HotStorage1 "$2" org.jts.HotStorage1.Job "${@:3}"; }

begins_at_once_and_moves() {
    local start job before after
    start=$(milliseconds)
    job=$(begin alice)
    echo "answered after $(($(milliseconds) - start)) ms"
    equal 's "GetUsage"' "$(of_job "$job" Kind)"
    on_host_as host bob busctl introspect org.jts.HotStorage1 "$job" org.jts.HotStorage1.Job
    before=$(of_job "$job" ItemsDone)
    after=$before
    while [[ $after == "$before" && $(of_job "$job" State) == 's "running"' ]]; do
        after=$(of_job "$job" ItemsDone)
    done
    echo "items: $before, then $after"
    [[ $after != "$before" ]]
    job_call alice "$job" Cancel
}
is_cancelled_quickly() {
    local job start
    job=$(begin alice)
    sleep 0.1
    start=$(milliseconds)
    job_call alice "$job" Cancel
    echo "$(($(milliseconds) - start)) ms, busctl's own start included"
    equal 's "cancelled"' "$(of_job "$job" State)"
}
two_share_one_walk() {
    local first second one two
    first=$(begin alice)
    second=$(begin alice)
    [[ $first != "$second" ]]
    one=$(job_call alice "$first" Wait t 18446744073709551615 | grep -o '"sampled_at" t [0-9]*' | sort -u)
    two=$(job_call alice "$second" Wait t 18446744073709551615 | grep -o '"sampled_at" t [0-9]*' | sort -u)
    echo "$one"
    equal "$one" "$two"
}
others_are_answered_meanwhile() {
    local job start slowest=0 took i
    job=$(begin alice)
    for i in 1 2 3 4 5; do
        start=$(milliseconds)
        on_host_as host bob "${CALL[@]}" GetLayout 'a{sv}' 0 >/dev/null
        took=$(($(milliseconds) - start))
        if ((took > slowest)); then slowest=$took; fi
    done
    echo "slowest of five calls $slowest ms, busctl's own start included; then $(of_job "$job" State)"
    job_call alice "$job" Cancel
}
strangers_learn_nothing() {
    local job
    on_host host timeout 5 busctl monitor --match "type='signal',sender='org.jts.HotStorage1'" \
        >"$RUN_DIR/seen" 2>/dev/null &
    on_host_as host bob timeout 5 dbus-monitor --system "type='signal',sender='org.jts.HotStorage1'" >"$RUN_DIR/signals" 2>/dev/null &
    sleep 0.5
    job=$(begin alice)
    fails_with "Access denied" job_call bob "$job" Wait t 0
    fails_with "Access denied" job_call bob "$job" Cancel
    job_call alice "$job" Wait t 18446744073709551615 >/dev/null
    wait || true
    grep -q Finished "$RUN_DIR/signals"
    grep -o 'Member=[A-Za-z]*' "$RUN_DIR/seen" | sort | uniq -c
    echo "$(grep -c PropertiesChanged "$RUN_DIR/signals") PropertiesChanged, one Finished, no name"
    ! grep -q secret "$RUN_DIR/signals" "$RUN_DIR/seen"
}
equals_du() {
    local counted expected
    counted=$(on_host_as host alice jts-storage --json usage --fresh kafka)
    expected=$(on_host host du -s -x -B1 /data/jts/hot/kafka/data | cut -f 1)
    equal "$((expected + $(on_host host du -s -x -B1 /data/jts/hot/kafka | cut -f 1)))" \
        "$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["services"]["kafka"]["used_bytes"])' "$counted")"
    echo "$counted" | cut -c 1-200
}

top_is_for_operators() {
    local top path status=0
    path=/data/jts/hot/kafka/data/secret-7
    on_host host runuser -u kafka -- dd if=/dev/zero of=$path/secret-large bs=1M count=3 status=none
    top=$(on_host_as host alice jts-storage --bytes --no-legend usage --fresh --top 3 kafka | tail -n 3)
    echo "$top"
    equal "3145728 $path" "$(head -n 1 <<<"$top" | awk '{ print $1, $4 }')"
    equal "$(on_host host du -s -x -B1 $path | cut -f 1)" 3145728
    on_host_as host bob jts-storage usage --top 3 kafka >"$RUN_DIR/top" 2>&1 || status=$?
    cat "$RUN_DIR/top"
    equal 4 "$status"
    grep -q org.jts.hotstorage1.probe "$RUN_DIR/top"
    on_host_as host bob jts-storage --json usage kafka >>"$RUN_DIR/top"
    ! grep -q secret "$RUN_DIR/top"
}

check "a call that does not wait names its job at once, and the job moves" begins_at_once_and_moves
check "Cancel ends it" is_cancelled_quickly
check "two calls share one walk" two_share_one_walk
check "others are answered meanwhile" others_are_answered_meanwhile
check "T21: a stranger's Wait and Cancel are refused, and nothing public carries a name" strangers_learn_nothing
check "the count is what du counts" equals_du
check "usage --top names the largest directories to an operator, and none to anybody else" top_is_for_operators
check "at rest again: threads of the daemon" on_host host sh -c "sleep 4; grep Threads /proc/$(main_pid host)/status"

finish host
