#!/usr/bin/env bash
# Damage done by hand: each kind is found by Validate under its id, and repaired by Provision or
# declared beyond it. Debian's redis-server on the tree: unit.sandbox warns, its fix is put in place
# as printed, the service starts, the check passes.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

BASE=/data/jts/hot
unpack_host "$RUN_DIR/root" acl redis-server
install_deb "$RUN_DIR/root" "$(release_deb)" >"$RUN_DIR/apt.log" 2>&1
add_users "$RUN_DIR/root"
boot_host host "$RUN_DIR/root"
apt_on host install acl

validate() { on_host_as host alice jts-storage --json validate "$@" || true; }
# complaints JSON RESULT: `check subject` of each finding with that result.
complaints() {
    python3 -c '
import json, sys
for finding in json.loads(sys.argv[1])["findings"]:
    if finding["result"] == sys.argv[2]:
        print(finding["check"], finding["subject"])' "$1" "$2"
}
fails() { complaints "$(validate)" fail; }
failed() { python3 -c 'import json, sys; print(json.loads(sys.argv[1])["failed"])' "$1"; }

provisioned_host_is_right() {
    provision_as host alice >/dev/null 2>&1
    local report
    report=$(validate)
    equal 0 "$(failed "$report")"
    python3 -c 'import json, sys; r = json.loads(sys.argv[1]); print(r["passed"], "passed,", r["warnings"], "warnings,", r["failed"], "failed,", r["skipped"], "skipped")' "$report"
}
check "a freshly provisioned host fails nothing" provisioned_host_is_right

# repaired "CHECK SUBJECT" COMMAND…: the damage is found as that, and gone after Provision.
repaired() {
    local finding=$1
    shift
    on_host host "$@"
    grep -qxF -- "$finding" <<<"$(fails)" || { echo "found instead:"; fails; return 1; }
    provision_as host alice >/dev/null 2>&1
    equal "" "$(fails)"
    echo "$finding"
}
# beyond "CHECK SUBJECT" RESULT UNDO COMMAND…: found, not repaired by Provision, which says why.
beyond() {
    local finding=$1 result=$2 undo=$3 report
    shift 3
    on_host host "$@"
    provision_as host alice >"$RUN_DIR/answer" 2>&1 || true
    report=$(validate)
    grep -qxF -- "$finding" <<<"$(complaints "$report" "$result")" ||
        { echo "found instead:"; complaints "$report" fail; complaints "$report" warn; return 1; }
    python3 -c '
import json, sys
check, subject = sys.argv[2].split(" ", 1)
for f in json.loads(sys.argv[1])["findings"]:
    if f["check"] == check and f["subject"] == subject and f["result"] != "pass":
        print(check, subject + ":", f["message"] + "; fix:", f["fix"] or "none")' "$report" "$finding"
    on_host host sh -c "$undo"
}

check "1: a mode too wide" repaired "directory.mode $BASE/redis" chmod 0777 $BASE/redis
check "2: an owner" repaired "directory.owner $BASE/kafka/data" chown root:root $BASE/kafka/data
check "3: a directory gone" repaired "directory.exists $BASE/mongodb/logs" rmdir $BASE/mongodb/logs
check "4: an ACL left over" repaired "directory.acl $BASE/redis/data" \
    setfacl -m u:bob:rwx $BASE/redis/data
check "5: foreign files below" repaired "below.owner $BASE/clickhouse/data" \
    sh -c "mkdir -p $BASE/clickhouse/data/parts/a && touch $BASE/clickhouse/data/parts/a/file"
check "6: an account gone" repaired "user.exists mongodb" \
    sh -c 'userdel mongodb 2>/dev/null; true'
check "7: a group gone" repaired "group.exists docker" groupdel docker
check "8: set-user-ID on a directory" repaired "directory.mode $BASE/redis/logs" \
    chmod 4755 $BASE/redis/logs
check "9: a symlink in a directory's place is refused" \
    beyond "directory.type $BASE/kafka/logs" fail \
    "rm $BASE/kafka/logs && install -d -o kafka -g kafka -m 0755 $BASE/kafka/logs" \
    sh -c "rmdir $BASE/kafka/logs && ln -s /etc $BASE/kafka/logs"
check "10: a hard link to a file elsewhere is refused" \
    beyond "below.refused $BASE/redis/data" fail "rm $BASE/redis/data/link" \
    sh -c "touch /data/jts/outside; ln /data/jts/outside $BASE/redis/data/link"
check "11: a link that leaves its service is a warning" \
    beyond "below.links_out $BASE/postgresql/data" warn "rm $BASE/postgresql/data/out" \
    sh -c "ln -s /etc/shadow $BASE/postgresql/data/out; chown -h postgres:postgres $BASE/postgresql/data/out"
check "12: a directory of nobody's service is a warning" \
    beyond "base.unmanaged $BASE" warn "rmdir $BASE/stray" mkdir $BASE/stray
check "13: a parent that users may write to makes the base unsafe" \
    beyond "base.safe /data/jts" fail "chmod 0755 /data/jts" chmod 0777 /data/jts
check "14: an account with a usable password is a conflict" \
    beyond "user.account redis" fail "usermod -p '!' redis" usermod -p '$6$x' redis
check "15: a broken drop-in" \
    beyond "layout.rejected /etc/jts-hot-storage/layout.d/90-bad.json" fail \
    "rm /etc/jts-hot-storage/layout.d/90-bad.json" \
    sh -c "mkdir -p /etc/jts-hot-storage/layout.d; echo '{' >/etc/jts-hot-storage/layout.d/90-bad.json"
check "16: a file system inside that is full" \
    beyond "filesystem.space $BASE/backup/staging" fail "umount $BASE/backup/staging" \
    sh -c "mount -t tmpfs -o size=1M,mode=0755 tmpfs $BASE/backup/staging; dd if=/dev/zero of=$BASE/backup/staging/full bs=1M count=2 2>/dev/null; true"
check "after all of it nothing fails" equal "" "$(fails)"

# --- unit.sandbox --------------------------------------------------------------------------------
check "Debian's redis-server installs beside it" apt_on host install redis-server
redis_on_the_tree() {
    on_host host systemctl stop redis-server
    on_host host sed -i "s,^dir .*,dir $BASE/redis/data,; s,^logfile .*,logfile $BASE/redis/logs/redis.log," /etc/redis/redis.conf
    fails_with "" on_host host systemctl start redis-server
    on_host host systemctl reset-failed redis-server
}
sandbox_warns_and_its_fix_helps() {
    local fix path
    fix=$(validate redis | python3 -c '
import json, sys
for f in json.load(sys.stdin)["findings"]:
    if f["check"] == "unit.sandbox" and f["result"] == "warn": print(f["fix"])')
    printf '%s\n' "$fix"
    path=$(sed -n '1s/^# //p' <<<"$fix")
    on_host host mkdir -p "$(dirname "$path")"
    printf '%s\n' "$fix" | on_host host tee "$path" >/dev/null
    on_host host systemctl daemon-reload
    on_host host systemctl start redis-server
    equal PONG "$(on_host host redis-cli ping)"
    on_host host redis-cli set price 42 >/dev/null
    on_host host redis-cli save >/dev/null
    on_host host test -s $BASE/redis/data/dump.rdb
    equal "" "$(complaints "$(validate redis)" warn | grep unit.sandbox || true)"
}
check "pointed at the tree it does not start: its sandbox forbids it" redis_on_the_tree
check "unit.sandbox warns; its fix, put in place as printed, lets the service start and write" \
    sandbox_warns_and_its_fix_helps

# --- the write probe -----------------------------------------------------------------------------
probe() {
    validate --write-probe redis | python3 -c '
import json, sys
for f in json.load(sys.stdin)["findings"]:
    if f["check"] == "probe.write": print(f["result"], f["subject"], f["actual"], f.get("latency_usec", ""))'
}
probe_passes() {
    local answer
    answer=$(probe)
    printf '%s\n' "$answer"
    ! grep -v ^pass <<<"$answer"
    on_host host sh -c "! find $BASE/redis -name '*probe*' | grep ."
}
probe_finds() {
    local answer
    answer=$(probe)
    printf '%s\n' "$answer"
    grep -q -- "$1" <<<"$answer"
}
check "the write probe passes beside the running server and leaves nothing" probe_passes
on_host host systemctl stop redis-server
on_host host sh -c "mount -t tmpfs -o size=64k,mode=0755,uid=redis,gid=redis tmpfs $BASE/redis/logs; dd if=/dev/zero of=$BASE/redis/logs/full bs=4k count=20 2>/dev/null; true"
check "T35: a full file system is a finding of its own" probe_finds "fail $BASE/redis/logs ENOSPC"
on_host host mount -o remount,ro $BASE/redis/logs
check "T35: a read-only mount is a finding of its own" probe_finds "fail $BASE/redis/logs EROFS"
on_host host umount $BASE/redis/logs
on_host host sh -c "rm -r $BASE/redis/logs && runuser -u redis -- mkfifo $BASE/redis/logs"
check "T35: a FIFO in a directory's place stalls nothing" probe_finds "fail $BASE/redis/logs ENOTDIR"
on_host host rm $BASE/redis/logs
provision_as host alice >/dev/null 2>&1
install_probe_stopper host
on_host host systemd-run --quiet --unit hostile -p User=redis /usr/local/bin/stop-probes
# One that was faster than its account is tried again.
stopped_probe_is_found() {
    local try
    for ((try = 0; try < 20; try++)); do
        if probe_finds "fail $BASE/redis/data ETIMEDOUT"; then return; fi
    done
    return 1
}
check "T35: a probe that its account stops ends as such" stopped_probe_is_found

finish host
