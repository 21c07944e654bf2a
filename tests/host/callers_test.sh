#!/usr/bin/env bash
# Who may do what, with the real polkit: operators, strangers, system services; and what callers
# cannot break: bad calls by the thousand, polkitd killed under a call.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

prepare_host "$(release_deb)"
boot_host host

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# --- strangers -----------------------------------------------------------------------------------
bob_reads() {
    on_host_as host bob "${CALL[@]}" GetLayout 'a{sv}' 0 >/dev/null
    on_host_as host bob "${CALL[@]}" Plan 'asa{sv}' 0 0 >/dev/null
    on_host_as host bob jts-storage status
    on_host_as host bob jts-storage plan >/dev/null
}
bob_is_refused_at_once() {
    local start
    start=$(milliseconds)
    fails_with "Access denied" on_host_as host bob "${CALL[@]}" Provision 'asa{sv}' 0 0
    echo "$(($(milliseconds) - start)) ms"
}
bob_is_never_prompted() {
    # No agent and no terminal: a prompt would wait for its time-out.
    fails_with "InteractiveAuthorizationRequired" on_host_as host bob \
        env SYSTEMD_LOG_LEVEL=debug busctl --allow-interactive-authorization=no call \
        "${CALL[@]:2}" Provision 'asa{sv}' 0 0
}
client_says_not_authorised() {
    local status=0
    on_host_as host bob jts-storage --no-ask-password provision --yes || status=$?
    equal 4 "$status"
}
nothing_was_made() { on_host host test ! -e /data; }

check "a user outside the group may read" bob_reads
check "a user outside the group is refused every change" bob_is_refused_at_once
check "where prompts are not allowed none appears" bob_is_never_prompted
check "the client ends with 4 for want of authorisation" client_says_not_authorised
check "nothing was made for whoever was refused" nothing_was_made

# --- system services -----------------------------------------------------------------------------
service_as() {
    on_host host systemd-run --quiet --wait --pipe -p User="$1" "${CALL[@]}" Provision 'asa{sv}' \
        1 redis 0
}
check "a system service whose User= is no member is refused" fails_with "Access denied" \
    service_as bob
check "a system service whose User= is a member may provision" service_as alice
check "it got what it asked for" on_host host test -d /data/jts/hot/redis/data
check "and no more than that" on_host host test ! -e /data/jts/hot/kafka

# --- what callers cannot break -------------------------------------------------------------------
DAEMON=$(main_pid host)
same_daemon_answers() {
    equal "$DAEMON" "$(main_pid host)"
    on_host_as host bob "${CALL[@]}" GetLayout 'a{sv}' 0 >/dev/null
}
thousand_bad_calls() {
    python3 "$SOURCE_DIR/tests/host/bad_calls.py" script | on_host_as host bob bash -s >"$RUN_DIR/answers"
    python3 "$SOURCE_DIR/tests/host/bad_calls.py" judge <"$RUN_DIR/answers"
}
polkitd_dies_under_a_call() {
    local call
    on_host_as host alice "${CALL[@]}" Plan 'asa{sv}' 0 0 >/dev/null
    on_host host systemctl kill --signal STOP polkit.service
    on_host_as host alice "${CALL[@]}" Provision 'asa{sv}' 1 kafka 0 &
    call=$!
    sleep 0.3
    on_host host systemctl kill --signal KILL polkit.service
    if wait "$call"; then
        echo "a call was granted by nobody"
        return 1
    fi
    on_host host test ! -e /data/jts/hot/kafka
}

check "1,000 bad calls are all refused" thousand_bad_calls
check "the daemon is the same process, and answers" same_daemon_answers
check "T25: polkitd killed under a call means denied" polkitd_dies_under_a_call
check "T25: the daemon is the same process, and answers" same_daemon_answers
check "T25: the next polkitd serves the next call" service_as alice

finish host
