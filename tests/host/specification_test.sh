#!/usr/bin/env bash
# An unprivileged Provision leaves what the specification's own commands leave, line by line; and a
# host that those commands set up is adopted as it stands.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

DEB=$(release_deb)

tree() { on_host "$1" find /data -printf '%p %y %u:%g %m\n' | sort; }

# All names in the accounts databases; shadow's too, so that half an account shows.
account_names() {
    # shellcheck disable=SC2016  # awk's
    on_host "$1" awk -F: '{ print FILENAME, $1 }' /etc/passwd /etc/group /etc/shadow /etc/gshadow |
        sort
}

# What an account is: ids are the system's choice, so of them only that they are system ids.
accounts() {
    # shellcheck disable=SC2016  # expanded on the host
    on_host "$1" bash -euc '
        for user in postgres clickhouse kafka mongodb redis; do
            IFS=: read -r name _ uid gid _ home shell < <(getent passwd "$user")
            hash=$(getent shadow "$user" | cut -d : -f 2)
            echo "user $name groups=$(id -Gn "$user") home=$home shell=$shell" \
                "locked=$([[ $hash == [!*]* ]] && echo yes || echo no)" \
                "system=$( ((uid > 0 && uid < 1000 && gid > 0 && gid < 1000)) && echo yes || echo no)"
        done
        for group in postgres clickhouse kafka mongodb redis docker; do
            IFS=: read -r name _ gid members < <(getent group "$group")
            echo "group $name members=$members system=$( ((gid > 0 && gid < 1000)) && echo yes)"
        done'
}

prepare_host "$DEB"
boot_host provisioned
unpack_host "$RUN_DIR/root"
cp -- "$DEB" "$RUN_DIR/root/root/"
boot_host typed "$RUN_DIR/root"

names_provisioned=$(account_names provisioned)
names_typed=$(account_names typed)
answer=$(provision_as provisioned alice)
on_host typed bash -s <"$SOURCE_DIR/tests/host/specification.sh" >"$RUN_DIR/typed.out"

new_names() { comm -13 <(printf '%s\n' "$1") <(printf '%s\n' "$2"); }
same_tree() { equal "$(tree typed)" "$(tree provisioned)"; }
same_accounts() { equal "$(accounts typed)" "$(accounts provisioned)"; }
same_new_names() {
    equal "$(new_names "$names_typed" "$(account_names typed)")" \
        "$(new_names "$names_provisioned" "$(account_names provisioned)")"
}

tree provisioned
accounts provisioned
check "an operator's Provision on an empty host applies changes" test "$(applied "$answer")" -gt 0
check "directories, owners, groups and modes are the specification's" same_tree
check "accounts and groups are the specification's" same_accounts
check "no other account or group came into being, and none by halves" same_new_names

# nothing_moves HOST USER: Provision applies nothing and touches neither an inode nor a database.
databases() { on_host "$1" stat -c '%n %Z %i' /etc/passwd /etc/group /etc/shadow /etc/gshadow; }
nothing_moves() {
    local before
    before=$(change_times "$1"; databases "$1")
    equal 0 "$(applied "$(provision_as "$1" "$2")")"
    equal "$before" "$(change_times "$1"; databases "$1")"
}

check "Provision again applies nothing and moves no ctime" nothing_moves provisioned alice

apt_on typed install "/root/$(basename -- "$DEB")"
on_host typed useradd --groups jts-operators alice
check "a host that the specification's commands set up is adopted as it stands" \
    nothing_moves typed alice

finish provisioned typed
