#!/usr/bin/env bash
# The client on another host's service, over ssh.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

DEB=$(release_deb)
unpack_host "$RUN_DIR/root" openssh-server openssh-client
install_deb "$RUN_DIR/root" "$DEB" >/dev/null
add_users "$RUN_DIR/root"
boot_host host "$RUN_DIR/root"
apt_on host install --no-install-recommends openssh-server openssh-client

# bob comes with a key of his own, and is alice there.
let_bob_in() {
    on_host_as host bob sh -c 'mkdir -m 0700 ~/.ssh && ssh-keygen -q -N "" -f ~/.ssh/id_ed25519 -t ed25519 &&
        printf "StrictHostKeyChecking accept-new\nLogLevel ERROR\nBatchMode yes\n" >~/.ssh/config'
    on_host host sh -c '
        for user in alice bob; do
            install -d -m 0700 -o $user -g $user /home/$user/.ssh
            install -m 0600 -o $user -g $user /home/bob/.ssh/id_ed25519.pub /home/$user/.ssh/authorized_keys
        done'
}
check "bob may log in" let_bob_in

as_bob() { on_host_as host bob env HOME=/home/bob "$@"; }
exit_of() {
    local status=0
    "$@" || status=$?
    echo "exit $status"
}

status_is_the_other_hosts() { as_bob jts-storage -H alice@127.0.0.1 status | grep -E '^health +unprovisioned$'; }
polkit_sees_the_user_there() {
    as_bob jts-storage -H alice@127.0.0.1 provision --yes redis
    on_host host test -d /data/jts/hot/redis
    equal "1 exit 4" "$(exit_of as_bob jts-storage -H 127.0.0.1 provision --yes kafka 2>&1 |
        grep -cE '^jts-storage: 127.0.0.1: ') exit 4"
    equal "exit 4" "$(exit_of as_bob jts-storage -H 127.0.0.1 provision --yes kafka 2>/dev/null)"
}
several_in_turn() {
    local both
    both=$(as_bob jts-storage -H alice@127.0.0.1 -H 127.0.0.1 usage redis)
    echo "$both"
    equal "alice@127.0.0.1: 127.0.0.1:" "$(grep ':$' <<<"$both" | xargs)"
    as_bob jts-storage --json -H alice@127.0.0.1 -H 127.0.0.1 usage >"$RUN_DIR/json"
    equal "2" "$(grep -c '"host"' "$RUN_DIR/json")"
    # Each is a document of its own, and fits the schema.
    head -n 1 "$RUN_DIR/json" | python3 -B "$SOURCE_DIR/tests/lib/check_json.py" \
        "$SOURCE_DIR/schemas/usage.schema.json"
}
a_host_that_is_not_there_is_exit_5() {
    local answer
    answer=$(exit_of as_bob jts-storage -H nobody@127.0.0.1 status 2>&1)
    echo "$answer"
    [[ $answer == *"jts-storage: nobody@127.0.0.1: "*"ssh nobody@127.0.0.1 systemd-stdio-bridge"*"exit 5" ]]
}
check "the status is the other host's" status_is_the_other_hosts
check "polkit there sees the user there" polkit_sees_the_user_there
check "several hosts are asked in their turn" several_in_turn
check "a host that lets nobody in: exit 5, and what to try" a_host_that_is_not_there_is_exit_5
finish host
