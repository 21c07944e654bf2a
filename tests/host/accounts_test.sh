#!/usr/bin/env bash
# Accounts that go: each user and each group of the layout is deleted in turn, and Provision repairs.
# No account ever receives an id that owned another's tree.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

prepare_host "$(release_deb)"
boot_host host
USERS=(clickhouse kafka mongodb postgres redis)

# Each entry of the tree with its numeric owners.
numeric_tree() { on_host host find /data -printf '%p %U:%G %m\n' | sort; }
ids() {
    # shellcheck disable=SC2016  # expanded on the host
    on_host host sh -c 'for name in clickhouse kafka mongodb postgres redis; do
        getent passwd $name | cut -d : -f 1,3,4; done; getent group docker | cut -d : -f 1,3'
}
foreign_entries() {
    on_host host find /data/jts/hot -nouser -o -nogroup
}

answer=$(provision_as host alice)
check "an empty host is provisioned" test "$(applied "$answer")" -gt 0
TREE=$(numeric_tree)
IDS=$(ids)
printf '%s\n' "$IDS"

# repaired NAME…: after Provision everything is as it was, ids and tree.
repaired() {
    local answer
    answer=$(provision_as host alice)
    test "$(applied "$answer")" -gt 0
    equal "$IDS" "$(ids)"
    equal "$TREE" "$(numeric_tree)"
    equal "" "$(foreign_entries)"
    equal 0 "$(applied "$(provision_as host alice)")"
}

for user in "${USERS[@]}"; do
    on_host host userdel "$user"
    check "userdel $user: Provision gives it back its id and its tree" repaired
done
# The other groups go with their user.
on_host host groupdel docker
check "groupdel docker: Provision gives it back its id and its tree" repaired

# The old ids are free again, and the next account that is made would like to have them.
on_host host sh -c 'userdel redis; groupdel docker'
check "userdel redis with groupdel docker: neither receives the other's id" repaired

all_gone() {
    # shellcheck disable=SC2016  # expanded on the host
    on_host host sh -c 'for name in clickhouse kafka mongodb postgres redis; do userdel $name; done
        groupdel docker'
}
all_gone
check "all accounts gone at once: each gets back its own id" repaired

# Only redis is asked for while the tree of kafka is nobody's: redis must not get kafka's id.
redis_alone_is_repaired() {
    local kafka_uid
    kafka_uid=$(awk -F: '$1 == "kafka" { print $2 }' <<<"$IDS")
    on_host_as host alice jts-storage provision --yes redis
    [[ $(on_host host id -u redis) != "$kafka_uid" ]]
}
on_host host sh -c 'userdel kafka; userdel redis; rm -rf /data/jts/hot/redis'
check "one service alone: a new account's id is nobody else's old one" redis_alone_is_repaired

finish host
