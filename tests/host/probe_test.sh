#!/usr/bin/env bash
# The write probe in its unit: it runs as every account of the layout, leaves nothing behind, and
# what a hostile account can do to it is keep it from answering (T35).
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

prepare_host "$(release_deb)"
boot_host host
BASE=/data/jts/hot
PROGRAM=/usr/libexec/jts-hot-storage-probe
REDIS=jts-hot-storage-probe@redis.service

# Not on the host's overlay, which has files without a name on some kernels only.
on_host host sh -c 'mkdir /data && mount -t tmpfs -o mode=0755 tmpfs /data'
on_host host sh -c 'cat >/etc/jts-hot-storage/layout.d/10-dash.json' <<'END'
{ "format": 1, "services": { "dash": { "owner": "dash-db", "directories": { "data": {} } } } }
END
provision_as host alice >/dev/null 2>&1

start_probe() { on_host host systemctl start "jts-hot-storage-probe@$1.service"; }
# found ACCOUNT: its answer, a line for each directory: service/directory error
found() {
    on_host host cat "/run/jts-hot-storage/jts-hot-storage-probe@$1.service" | python3 -c '
import json, sys
for result in json.load(sys.stdin)["results"]:
    assert result["error"] or result["latency_usec"] > 0, result
    print(result["service"] + "/" + result["directory"], result["error"] or "written")'
}
probed() { start_probe "$1" && found "$1"; }
property() { on_host host systemctl show --value --property "$1" "$REDIS"; }

# --- what it does --------------------------------------------------------------------------------
every_account_can_write() {
    equal "$(printf '%s\n' 'clickhouse/ written' 'clickhouse/data written' \
        'clickhouse/logs written' 'clickhouse/tmp written')" "$(probed clickhouse)"
    equal "$(printf '%s\n' 'postgresql/ written' 'postgresql/config written' \
        'postgresql/data written' 'postgresql/logs written')" "$(probed postgres)"
    equal "$(printf '%s\n' 'kafka/ written' 'kafka/data written' 'kafka/logs written')" \
        "$(probed kafka)"
    equal 4 "$(probed mongodb | grep -c ' written$')"
    equal "$(printf '%s\n' 'redis/ written' 'redis/data written' 'redis/logs written')" \
        "$(probed redis)"
}
dash_can_write() {
    equal "$(printf '%s\n' 'dash/ written' 'dash/data written')" "$(probed dash-db)"
}
nothing_changed_below() {
    local before
    before=$(change_times host)
    start_probe redis
    equal "$before" "$(change_times host)"
}
read_only_is_found() {
    on_host host sh -c "mount -t tmpfs tmpfs $BASE/redis/data &&
        chown redis:redis $BASE/redis/data && mount -o remount,ro $BASE/redis/data"
    equal "$(printf '%s\n' 'redis/ written' 'redis/data EROFS' 'redis/logs written')" \
        "$(probed redis)"
    on_host host umount "$BASE/redis/data"
}
# Stopping a unit removes what its account shares, where the unit asks for that.
shared_memory_outlives_it() {
    on_host_as host redis ipcmk --shmem 4096
    on_host_as host redis touch /dev/shm/redis
    start_probe redis
    on_host host ipcs --shmems | grep -w redis
    on_host host test -e /dev/shm/redis
}
root_is_not_probed() {
    fails_with "" start_probe root
    fails_with "" on_host host test -s /run/jts-hot-storage/jts-hot-storage-probe@root.service
}

check "it starts as every account of the layout, and each can write in its directories" \
    every_account_can_write
check "it starts as an account with a dash in its name" dash_can_write
check "it leaves no trace in the tree" nothing_changed_below
check "it sees the real tree: a mount that is read-only" read_only_is_found
check "what the account's own programs share is left alone" shared_memory_outlives_it
check "it is not for root" root_is_not_probed

# --- T35: a hostile account ----------------------------------------------------------------------
install_probe_stopper host
start_stopping() {
    on_host host systemd-run --quiet --unit hostile -p User=redis /usr/local/bin/stop-probes
}
stop_stopping() { on_host host systemctl stop hostile.service; }

state_of() { on_host host sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null; }
# Prints the process id of a probe that has been stopped: one that was faster is started again.
stopped_probe() {
    local try pid
    for ((try = 0; try < 50; try++)); do
        on_host host systemctl start --no-block "$REDIS"
        sleep 0.2
        pid=$(property MainPID)
        if [[ $pid != 0 && $(state_of "$pid") == T ]]; then
            echo "$pid"
            return
        fi
    done
    echo "no probe could be stopped in $try tries" >&2
    return 1
}

# What reading memory, descriptors and environment asks for is what ptrace asks for.
look_into() { on_host_as host redis sh -c "ls /proc/$1/fd && cat /proc/$1/environ"; }
write_into() { on_host_as host redis sh -c ": >>/proc/$1/mem"; }
account_cannot_look_into_it() {
    equal "$PROGRAM" "$(on_host host readlink "/proc/$PROBE/exe")"
    look_into "$(on_host host systemctl show --value --property MainPID hostile.service)" >/dev/null
    fails_with "Permission denied" look_into "$PROBE"
    fails_with "Permission denied" write_into "$PROBE"
    equal T "$(state_of "$PROBE")"
}
account_cannot_read_its_program_or_answer() {
    fails_with "Permission denied" on_host_as host redis cat "$PROGRAM"
    fails_with "Permission denied" on_host_as host redis cat "/run/jts-hot-storage/$REDIS"
}
it_times_out() {
    while [[ $(property ActiveState) == *activating ]] && ((SECONDS - STOPPED < 30)); do
        sleep 0.2
    done
    echo "after $((SECONDS - STOPPED)) s"
    ((SECONDS - STOPPED < 15))
    equal "failed timeout" "$(property ActiveState) $(property Result)"
    on_host host test ! -s "/run/jts-hot-storage/$REDIS"
}
a_killed_one_has_failed() {
    local pid
    pid=$(stopped_probe)
    on_host_as host redis sh -c "kill -KILL $pid"
    while [[ $(property ActiveState) == activating ]]; do sleep 0.1; done
    equal "failed signal" "$(property ActiveState) $(property Result)"
}
it_works_again() { equal 3 "$(probed redis | grep -c ' written$')"; }

start_stopping
PROBE=$(stopped_probe)
STOPPED=$SECONDS
check "T35: the account cannot look into a probe that it has stopped, nor trace it" \
    account_cannot_look_into_it
check "T35: the account can read neither the program nor the answer" \
    account_cannot_read_its_program_or_answer
check "T35: a probe that its account has stopped ends when its time is over" it_times_out
check "T35: a probe that its account kills has failed" a_killed_one_has_failed
stop_stopping
check "T35: once the account lets it, it works again" it_works_again

finish host
