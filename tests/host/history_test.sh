#!/usr/bin/env bash
# What is counted over time, on a real host: by the package's timer, over kills and restarts, with a
# history that is damaged, another version's, or has no room.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

SAMPLE=jts-hot-storage-sample
STATE=/var/lib/jts-hot-storage
prepare_host "$(release_deb)"
boot_host host
# Each sample here is one of this test's.
on_host host systemctl stop $SAMPLE.timer

# points [SERVICE]: how many there are.
points() {
    on_host_as host bob jts-storage --no-legend history --csv --since 1d "${1-redis}" 2>/dev/null | wc -l
}
# await COUNT: until there are so many.
await() {
    local tries
    for ((tries = 0; tries < 300; tries++)); do
        (($(points) >= $1)) && return
        sleep 0.1
    done
    echo "$(points) points, not $1"
    on_host host systemctl status --no-pager "$SAMPLE.timer" "$SAMPLE.service"
    return 1
}
run_unit() {
    on_host host systemctl start $SAMPLE.service && return
    on_host host journalctl --no-pager --lines 5 --unit $SAMPLE.service
    return 1
}

timer_is_enabled_and_runs() {
    equal enabled "$(on_host host systemctl is-enabled $SAMPLE.timer)"
    on_host host systemctl start $SAMPLE.timer
    on_host host systemctl list-timers --no-pager $SAMPLE.timer | grep $SAMPLE.service
    on_host host systemctl stop $SAMPLE.timer
}
unit_writes_a_point_of_each_series() {
    local before
    before=$(points)
    run_unit
    equal $((before + 1)) "$(points)"
    equal $((before + 1)) "$(points '')"
    equal success "$(on_host host systemctl show --value --property Result $SAMPLE.service)"
}
history_is_roots_alone() {
    equal "600 root $STATE/history.db" "$(on_host host stat -c '%a %U %n' $STATE/history.db)"
    equal "" "$(on_host host find $STATE -name 'history.db?*')"
}
history_follows_what_is_there() {
    on_host host runuser -u redis -- dd if=/dev/zero of=/data/jts/hot/redis/data/dump bs=1M count=8 status=none
    run_unit
    on_host_as host bob jts-storage --bytes history redis
    local csv
    csv=$(on_host_as host bob jts-storage --no-legend history --csv redis | tail -n 2 | cut -d , -f 3)
    (($(tail -n 1 <<<"$csv") - $(head -n 1 <<<"$csv") >= 8 << 20))
    on_host host rm /data/jts/hot/redis/data/dump
}
who_may_do_what() {
    fails_with "did not grant" on_host_as host bob jts-storage sample
    on_host_as host alice jts-storage sample
    on_host_as host bob jts-storage history
}
timer_samples_by_itself() {
    local before
    before=$(points)
    on_host host sh -c "mkdir -p /run/systemd/system/$SAMPLE.timer.d
        printf '[Timer]\nOnCalendar=\nOnCalendar=*:*:0/2\nRandomizedDelaySec=0\nAccuracySec=1ms\n' \
            >/run/systemd/system/$SAMPLE.timer.d/often.conf
        systemctl daemon-reload; systemctl restart $SAMPLE.timer"
    await $((before + 2))
    on_host host sh -c "rm -r /run/systemd/system/$SAMPLE.timer.d
        systemctl daemon-reload; systemctl stop $SAMPLE.timer"
}
# As at the next boot of a host that was off for an hour.
what_was_missed_is_made_up_for_once() {
    local before
    on_host host sh -c "mkdir -p /run/systemd/system/$SAMPLE.timer.d
        printf '[Timer]\nOnCalendar=\nOnCalendar=weekly\nRandomizedDelaySec=0\n' \
            >/run/systemd/system/$SAMPLE.timer.d/seldom.conf
        touch -d '20 days ago' /var/lib/systemd/timers/stamp-$SAMPLE.timer
        systemctl daemon-reload"
    before=$(points)
    on_host host systemctl start $SAMPLE.timer
    await $((before + 1))
    on_host host sh -c "rm -r /run/systemd/system/$SAMPLE.timer.d
        systemctl daemon-reload; systemctl stop $SAMPLE.timer"
    equal $((before + 1)) "$(points)"
}
kills_and_restarts_lose_nothing() {
    local before pid i
    before=$(points)
    for i in {1..5}; do
        run_unit
        pid=$(main_pid host)
        on_host host bash -c "kill -KILL $pid"
        # Who calls one that is dying is told that it went away.
        while [[ $(main_pid host) == "$pid" ]]; do sleep 0.1; done
        equal $((before + i)) "$(points)"
    done
    on_host host systemctl stop "$UNIT"
    equal $((before + 5)) "$(points)"
    run_unit
    equal $((before + 6)) "$(points)"
}

# --- histories that cannot be used -----------------------------------------------------------------
everything_else_works() {
    on_host_as host bob jts-storage usage redis
    on_host_as host bob jts-storage plan --exit-code
}
a_damaged_one_is_set_aside_and_told() {
    on_host host sh -c "head -c 30000 /dev/urandom >$STATE/history.db"
    everything_else_works
    run_unit
    equal 1 "$(points)"
    local aside
    aside=$(on_host host sh -c "cd $STATE && ls -d history.db.damaged-*")
    equal 30000 "$(on_host host stat -c %s "$STATE/$aside")"
    on_host host journalctl --sync
    on_host host journalctl --no-pager --catalog --priority err MESSAGE_ID=c2b7d0a95e3f4d0c8a4b1f63e9d27a58 |
        tee "$RUN_DIR/told"
    grep -F "set aside as $STATE/$aside" "$RUN_DIR/told"
    grep -F "failing drive" "$RUN_DIR/told"
}
# user_version stands at byte 60.
a_newer_versions_is_left_alone() {
    local before
    on_host host sh -c "printf '\\0\\0\\0\\2' | dd of=$STATE/history.db bs=1 seek=60 conv=notrunc status=none"
    before=$(on_host host sha256sum $STATE/history.db)
    fails_with "has format 2" on_host_as host alice jts-storage sample
    fails_with "has format 2" on_host_as host bob jts-storage history redis
    everything_else_works
    equal "$before" "$(on_host host sha256sum $STATE/history.db)"
    on_host host sh -c "printf '\\0\\0\\0\\1' | dd of=$STATE/history.db bs=1 seek=60 conv=notrunc status=none"
    equal 1 "$(points)"
}
a_full_disk_is_told_and_loses_nothing() {
    on_host host sh -c "mount -t tmpfs -o size=512k,mode=0700 tmpfs $STATE && systemctl restart $UNIT"
    run_unit
    on_host host sh -c "cat /dev/zero >$STATE/filler" 2>/dev/null || true
    fails_with "no room" on_host_as host alice jts-storage sample
    everything_else_works
    equal 1 "$(points)"
    on_host host rm $STATE/filler
    run_unit
    equal 2 "$(points)"
    on_host host sh -c "systemctl stop $UNIT && umount $STATE"
    equal 1 "$(points)"
}

provision_as host alice >/dev/null
check "the timer is enabled and knows its unit" timer_is_enabled_and_runs
check "the unit writes a point of each series" unit_writes_a_point_of_each_series
check "the history is one file, root's alone" history_is_roots_alone
check "what grows is seen to grow" history_follows_what_is_there
check "everybody may look, and only who is allowed may sample" who_may_do_what
check "the timer samples by itself" timer_samples_by_itself
check "what a host missed while it was off is made up for once" what_was_missed_is_made_up_for_once
check "T31: kills and restarts of the service lose nothing" kills_and_restarts_lose_nothing
check "a damaged history is set aside and told in the journal" a_damaged_one_is_set_aside_and_told
check "a newer version's history is left alone" a_newer_versions_is_left_alone
check "T23: a full disk is told and loses nothing" a_full_disk_is_told_and_loses_nothing
finish host
