#!/usr/bin/env bash
# T31, T30: a change is whole or undone on a real host: the daemon is killed in the middle of one, the
# next start finishes it; an operator lists and takes back changes.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

FILES=60000
prepare_host "$(release_deb)"
boot_host host

# change_member ID MEMBER, of `jts-storage changes`
change_member() {
    on_host host jts-storage --json changes | python3 -c '
import json, sys
print(next(c for c in json.load(sys.stdin)["changes"] if c["change_id"] == sys.argv[1])[sys.argv[2]])' "$@"
}
last_change() {
    on_host host jts-storage --json changes | python3 -c '
import json, sys
print(json.load(sys.stdin)["changes"][-1][sys.argv[1]])' "$1"
}
id_of() { python3 -c 'import json, sys; print(json.loads(sys.argv[1])["change_id"])' "$1"; }
health() { on_host host busctl get-property org.jts.HotStorage1 /org/jts/HotStorage1 org.jts.HotStorage1 Health; }

first=$(id_of "$(provision_as host alice)")
records_are_roots_alone() {
    equal "$(printf '%s\n' '700 root /var/lib/jts-hot-storage' '700 root /var/lib/jts-hot-storage/changes' \
        "400 root /var/lib/jts-hot-storage/changes/$first")" \
        "$(on_host host stat -c '%a %U %n' /var/lib/jts-hot-storage /var/lib/jts-hot-storage/changes \
            "/var/lib/jts-hot-storage/changes/$first")"
}
is_listed() {
    on_host_as host bob jts-storage changes
    equal succeeded "$(change_member "$first" outcome)"
    equal "$(on_host host id -u alice)" "$(change_member "$first" caller_uid)"
}
bob_may_rehearse_and_not_roll_back() {
    on_host_as host bob jts-storage rollback --dry-run "$first"
    fails_with "did not grant" on_host_as host bob jts-storage rollback --yes "$first"
    on_host host test -d /data/jts/hot/redis/data
}

# A tmpfs for the files, which another account owns.
grow_foreign_tree() {
    on_host host mount -t tmpfs -o nr_inodes=2M,mode=0750,uid=kafka,gid=kafka tmpfs /data/jts/hot/kafka/data
    on_host host bash -c "
        cd /data/jts/hot/kafka/data
        for d in \$(seq $((FILES / 1000))); do
            mkdir \$d && (cd \$d && seq 1000 | xargs touch)
        done
        chown -R mongodb:mongodb ."
}
owned_by_kafka() { on_host host find /data/jts/hot/kafka/data -mindepth 1 -user kafka | wc -l; }
is_killed_in_the_middle() {
    local before call
    grow_foreign_tree
    before=$(main_pid host)
    on_host_as host alice jts-storage provision --yes >"$RUN_DIR/answer" 2>&1 &
    call=$!
    while [[ ! -e $RUN_DIR/killed ]]; do
        if on_host host find /data/jts/hot/kafka/data -mindepth 2 -user kafka -print -quit | grep -q .; then
            on_host host bash -c "kill -KILL $before"
            touch "$RUN_DIR/killed"
        fi
    done
    local status=0
    wait "$call" || status=$?
    cat "$RUN_DIR/answer"
    echo "exit $status, $(owned_by_kafka) of $((FILES + FILES / 1000)) given when it was killed"
    equal 5 "$status"
    grep -q "jts-storage changes" "$RUN_DIR/answer"
}
is_finished_by_the_next_start() {
    local tries
    for ((tries = 0; tries < 300; tries++)); do
        [[ $(health) == *recovering* ]] || break
        sleep 0.1
    done
    equal recovered "$(last_change outcome)"
    equal "$((FILES + FILES / 1000))" "$(owned_by_kafka)"
    on_host host jts-storage plan --exit-code
    equal 's "ok"' "$(health)"
}
entries_are_given_back() {
    local id
    id=$(last_change change_id)
    on_host host runuser -u kafka -- sh -c 'echo more >>/data/jts/hot/kafka/data/1/1; rm /data/jts/hot/kafka/data/1/2'
    local report
    report=$(on_host_as host alice jts-storage --json rollback --yes "$id" 2>/dev/null)
    # Of the entries that were being given when the daemon was killed, it cannot tell; all others
    # come back, and with them the mode of their directory.
    python3 - "$report" "$(owned_by_kafka)" "$((FILES + FILES / 1000))" <<'PYTHON'
import json, sys
report, left, total = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
print(f"{report['restored']} of {total} given back, {left} left and named")
assert report["restored"] - 1 + left == total - 1, "one was removed"
assert 1 <= left <= 2 * 4096, "more than two batches"
assert {left["reason"].split(":")[0] for left in report["not_restored"]} == {"touched", "gone"}
PYTHON
    equal kafka "$(on_host host stat -c %U /data/jts/hot/kafka/data/1/1)"
    on_host_as host alice jts-storage changes
}
a_rollback_is_rolled_back() {
    on_host_as host alice jts-storage rollback --yes "$(last_change change_id)"
    on_host host jts-storage plan --exit-code
}
first_is_taken_back() {
    on_host host umount /data/jts/hot/kafka/data
    on_host_as host alice jts-storage --json rollback --yes "$first"
    on_host host test ! -e /data/jts
    on_host host getent passwd redis kafka
}
unknown_change_is_not_found() {
    local status=0
    on_host host jts-storage rollback --yes 0123456789abcdef0123456789abcdef || status=$?
    equal 7 "$status"
}

check "records are root's alone" records_are_roots_alone
check "everybody may list changes" is_listed
check "everybody may rehearse a rollback, and only who is allowed may make it" \
    bob_may_rehearse_and_not_roll_back
check "T31: a kill in the middle of a change tells the caller where to look" is_killed_in_the_middle
check "T31: the next start finishes the change" is_finished_by_the_next_start
check "a rollback gives back what nobody touched" entries_are_given_back
check "a rollback can itself be rolled back" a_rollback_is_rolled_back
check "T30: the first change can be taken back, and accounts stay" first_is_taken_back
check "an unknown change is not found" unknown_change_is_not_found
finish host
