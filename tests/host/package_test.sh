#!/usr/bin/env bash
# The package's life: installed in a chroot and on a running host, reinstalled, upgraded, downgraded,
# removed, purged.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

DEB=$(release_deb)
TIMER=jts-hot-storage-sample.timer
METRICS=jts-hot-storage-metrics.service

# --- installed where no systemd runs -------------------------------------------------------------
group_exists_in_root() { grep '^jts-operators:' "$HOST_ROOT/etc/group"; }
unit_is_enabled_in_root() {
    [[ -L $HOST_ROOT/etc/systemd/system/multi-user.target.wants/$UNIT ]]
}
timer_is_enabled_in_root() {
    [[ -L $HOST_ROOT/etc/systemd/system/timers.target.wants/$TIMER ]]
}
dropin_folder_is_private_to_root() {
    equal "root:root 755" "$(stat -c '%U:%G %a' "$HOST_ROOT/etc/jts-hot-storage/layout.d")"
}

prepare_host "$DEB"
check "installing in a chroot creates the group jts-operators" group_exists_in_root
check "installing in a chroot enables the unit" unit_is_enabled_in_root
check "installing in a chroot enables the timer" timer_is_enabled_in_root
check "the folder of drop-ins is empty and root's" dropin_folder_is_private_to_root

boot_host chrooted
check "a host that was installed in a chroot starts the service by itself" \
    on_host chrooted systemctl is-active "$UNIT"
stop_host chrooted

# --- installed on a running host -----------------------------------------------------------------
service_is_active_and_enabled() {
    local unit
    for unit in "$UNIT" "$TIMER"; do
        equal "active enabled" "$(on_host host systemctl is-active "$unit") $(
            on_host host systemctl is-enabled "$unit")"
    done
}
no_unit_failed() { equal "" "$(on_host host systemctl --failed --no-legend --plain)"; }
anybody_may_read() { on_host_as host nobody "${CALL[@]}" Plan 'asa{sv}' 0 0 >/dev/null; }
catalog_knows_our_messages() {
    on_host host journalctl --list-catalog | grep -i 'hot storage'
}
reinstall() { apt_on host install --reinstall "/root/$(basename -- "$DEB")"; }
reinstalling_restarts_the_daemon() {
    local before after
    before=$(main_pid host)
    reinstall
    after=$(main_pid host)
    [[ $before != "$after" && $after != 0 ]]
}
disabled_stays_disabled() {
    local unit
    for unit in "$UNIT" "$TIMER"; do
        on_host host systemctl disable "$unit"
        reinstall
        fails_with disabled on_host host systemctl is-enabled "$unit"
        on_host host systemctl enable "$unit"
    done
    on_host host systemctl disable --now "$TIMER"
    reinstall
    fails_with inactive on_host host systemctl is-active "$TIMER"
    on_host host systemctl enable --now "$TIMER"
}

# repacked VERSION: the same files as the package of another version.
repacked() {
    local dir=$RUN_DIR/repacked
    rm -rf -- "$dir"
    dpkg-deb --raw-extract "$DEB" "$dir"
    sed -i "s/^Version: .*/Version: $1/" "$dir/DEBIAN/control"
    dpkg-deb --root-owner-group --build "$dir" "$RUN_DIR/root/root/$1.deb" >/dev/null
}

unpack_host "$RUN_DIR/root"
cp -- "$DEB" "$RUN_DIR/root/root/"
repacked 0.0.1
repacked 999
boot_host host "$RUN_DIR/root"
check "apt installs it, with its dependencies, on a running host" \
    apt_on host install "/root/$(basename -- "$DEB")"
check "the service and the timer run, and nothing had to be enabled" service_is_active_and_enabled
check "the group exists" on_host host getent group jts-operators
check "a user without any right may read at once" anybody_may_read
check "no unit failed" no_unit_failed
check "the journal's catalog explains our messages" catalog_knows_our_messages
check "installing over a running daemon restarts it" reinstalling_restarts_the_daemon
check "a disabled unit stays disabled over an upgrade" disabled_stays_disabled

# --- upgraded and downgraded -------------------------------------------------------------------------
DROP_IN=/etc/jts-hot-storage/layout.d/10-local.json
# What is the administrator's, and what was done before, as every version must find it.
kept() {
    on_host host cat "$DROP_IN"
    on_host_as host alice jts-storage --json changes
    on_host host find /data -printf '%p %u:%g %m %i\n'
}
# replaced_by VERSION OPTION…: while the daemon runs.
replaced_by() {
    local pid before
    pid=$(main_pid host)
    before=$(kept)
    apt_on host install "${@:2}" "/root/$1.deb"
    equal "$1" "$(on_host host dpkg-query -Wf '${Version}' jts-hot-storage)"
    [[ $(main_pid host) != "$pid" ]]
    service_is_active_and_enabled
    equal "$before" "$(kept)"
    on_host_as host alice jts-storage validate --quiet redis
}

add_users_here() {
    on_host host useradd --groups jts-operators alice
    on_host host sh -c "echo '{ \"format\": 1, \"services\": { \"redis\": { \"planned_bytes\": 1048576 } } }' >$DROP_IN"
    on_host_as host alice jts-storage provision --yes redis
}
check "an operator sets a service up" add_users_here
check "upgraded while the daemon runs, nothing is lost" replaced_by 999
check "downgraded below what it was, nothing is lost" replaced_by 0.0.1 --allow-downgrades

# --- removed and purged --------------------------------------------------------------------------
daemon_is_gone() {
    fails_with "" on_host host pidof jts-hot-storaged
    fails_with "" on_host host systemctl cat "$UNIT"
    fails_with inactive on_host host systemctl is-active "$TIMER"
    fails_with "" on_host host systemctl cat "$METRICS"
}
data_stays() {
    equal "$before_removal" "$(on_host host find /data -printf '%p %U:%G %m %i\n')"
    on_host host getent passwd redis
}
nothing_is_left() {
    local path
    for path in /var/lib/jts-hot-storage /run/jts-hot-storage /etc/jts-hot-storage \
        "/etc/systemd/system/multi-user.target.wants/$UNIT" \
        "/etc/systemd/system/timers.target.wants/$TIMER" "/var/lib/systemd/timers/stamp-$TIMER"; do
        on_host host test ! -e "$path" -a ! -L "$path" || { echo "$path is still there"; return 1; }
    done
    fails_with "no packages found" on_host host dpkg-query -W jts-hot-storage
}

before_removal=$(on_host host find /data -printf '%p %U:%G %m %i\n')
check "apt removes it" apt_on host remove jts-hot-storage
check "removing stops the daemon and the timer" daemon_is_gone
check "removing keeps the administrator's drop-ins" \
    on_host host test -e "$DROP_IN"
check "apt purges it" apt_on host purge jts-hot-storage
check "purging leaves nothing of it" nothing_is_left
check "accounts and data stay as they are" data_stays
check "the group outlives the package, since files may belong to it" \
    on_host host getent group jts-operators
check "no unit failed after all this" no_unit_failed

finish host
