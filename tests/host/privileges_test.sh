#!/usr/bin/env bash
# Each privilege that a unit gives is taken away, that one alone, by a drop-in: a real operation then
# fails; and works again once the drop-in is gone. What nothing misses has no place in a unit.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

# --- operations ------------------------------------------------------------------------------------
# They run on the host as root. Each makes its own scene of a service (and account) that nobody else
# uses, and fails, with the product's words, where the product fails.

provision() { runuser -u alice -- jts-storage provision --yes "$1"; }
starts() {
    systemctl restart "$UNIT" && return
    journalctl --sync
    journalctl --output cat --lines 400 --unit "$UNIT"
    return 1
}
lacks_nothing() {
    systemctl restart "$UNIT"
    ! self_test_lines
}
# What the daemon that was started last misses.
self_test_lines() {
    journalctl --sync
    journalctl --output cat --priority err --grep '^self-test: ' \
        "_SYSTEMD_INVOCATION_ID=$(systemctl show --value --property InvocationID "$UNIT")"
}
makes_directories() {
    rm -rf "/data/jts/hot/$1"
    provision "$1"
}
makes_a_directory_in_a_services() {
    rm -rf "/data/jts/hot/$1/data"
    provision "$1"
}
sets_a_mode() {
    chmod 0777 "/data/jts/hot/$1/data"
    provision "$1"
}
gives_a_file_with_two_names() {
    local file=/data/jts/hot/$1/data/file
    rm -f "$file" "$file.2"
    touch "$file"
    ln "$file" "$file.2"
    provision "$1"
    [[ $(stat -c %U "$file") == "$1" ]]
}
makes_an_account() {
    userdel "$1" || true
    provision "$1"
}
completes_an_account() {
    sed -i "/^$1:/d" /etc/shadow
    provision "$1"
}
# systemd itself keeps such accounts; nss-systemd asks it over a socket.
leaves_a_dynamic_users_name_alone() {
    userdel "$1" 2>/dev/null || true
    systemctl is-active --quiet "dynamic-$1" ||
        systemd-run --quiet --unit "dynamic-$1" -p DynamicUser=yes -p User="$1" sleep infinity
    provision "$1" || true
    ! grep "^$1:" /etc/passwd
}
can_write() {
    runuser -u alice -- jts-storage validate --write-probe "$1" && return
    journalctl --output cat --lines 5 --unit "jts-hot-storage-probe@$1"
    return 1
}
runs() {
    systemctl start "jts-hot-storage-$1.service" && return
    journalctl --sync
    journalctl --output cat --lines 20 --unit "jts-hot-storage-$1.service"
    return 1
}
samples() { runs sample; }
publishes() {
    local folder=/var/lib/prometheus/node-exporter
    mkdir -p $folder
    rm -f $folder/*
    runs metrics
    [[ -s $folder/jts-hot-storage.prom ]]
}
ends_when_the_bus_is_lost() {
    local pid
    systemctl start "$UNIT"
    # It has its name before it has the thread that is to be ended; what answers has both.
    busctl call org.jts.HotStorage1 / org.freedesktop.DBus.Peer Ping
    pid=$(systemctl show --value --property MainPID "$UNIT")
    systemctl kill --signal KILL dbus.service
    for _ in {1..20}; do
        [[ -e /proc/$pid ]] || return 0
        sleep 0.1
    done
    echo "the daemon still runs"
    return 1
}
OPERATIONS=$(declare -p UNIT && declare -f provision starts lacks_nothing self_test_lines \
    makes_directories makes_a_directory_in_a_services sets_a_mode gives_a_file_with_two_names \
    makes_an_account completes_an_account leaves_a_dynamic_users_name_alone can_write runs \
    samples publishes ends_when_the_bus_is_lost)

# --- trials ----------------------------------------------------------------------------------------
# trial NAME UNIT LINES OPERATION WORDS [LOG]: LINES are the drop-in's, with `;` between them; WORDS the
# error's. LOG, where there is one, stands in what the daemon's self-test logs meanwhile.
TRIALS=()
trial() { TRIALS+=("$(IFS=$'\t'; printf '%s' "$*")"); }
DENIED='Operation not permitted'
# without_bind UNIT OPERATION WORDS: Debian 12's libsystemd does not name its end of a connection.
without_bind() { [[ $SUITE == bookworm ]] || trial bind "$1" 'SystemCallFilter=~bind' "$2" "$3"; }

# systemd starts it again and again meanwhile, so that the log of its last start may not be there yet.
trial 'uid 0' daemon 'User=nobody' starts 'self-test: user id 0 is missing'
trial 'CAP_CHOWN' daemon 'CapabilityBoundingSet=~CAP_CHOWN' makes_directories \
    "cannot set owner of /data/jts/hot/s1: $DENIED" 'CAP_CHOWN is missing'
trial 'CAP_FOWNER' daemon 'CapabilityBoundingSet=~CAP_FOWNER' sets_a_mode \
    "cannot set mode of /data/jts/hot/s2/data: $DENIED" 'CAP_FOWNER is missing'
trial 'CAP_DAC_OVERRIDE' daemon 'CapabilityBoundingSet=~CAP_DAC_OVERRIDE' sets_a_mode \
    'Permission denied' 'CAP_DAC_OVERRIDE is missing'
trial 'CAP_DAC_OVERRIDE, but with CAP_DAC_READ_SEARCH' daemon \
    'CapabilityBoundingSet=~CAP_DAC_OVERRIDE;CapabilityBoundingSet=CAP_DAC_READ_SEARCH' \
    makes_a_directory_in_a_services 'cannot create directory /data/jts/hot/s4/data: Permission denied' \
    'CAP_DAC_OVERRIDE is missing'
trial '@chown' daemon 'SystemCallFilter=~@chown' makes_directories \
    "cannot set owner of /data/jts/hot/s5: $DENIED" 'the system call fchownat'
trial '@basic-io' daemon 'SystemCallFilter=~@basic-io' starts 'status=127'
trial '@file-system' daemon 'SystemCallFilter=~@file-system' starts \
    "cannot open shared object file: $DENIED"
trial '@io-event' daemon 'SystemCallFilter=~@io-event' starts '[org.freedesktop.DBus.Error.AccessDenied] Failed to'
trial '@network-io' daemon 'SystemCallFilter=~@network-io' starts "Failed to open bus ($DENIED)"
without_bind daemon starts 'Failed to open bus'
trial '@signal' daemon 'SystemCallFilter=~@signal' sets_a_mode 'jts-storage: the '
trial '@sync' daemon 'SystemCallFilter=~@sync' lacks_nothing 'self-test: ' 'the system call fsync'
trial 'clone' daemon 'SystemCallFilter=~clone' sets_a_mode 'jts-storage: the service'
trial 'clone3' daemon 'SystemCallFilter=~clone3' sets_a_mode 'jts-storage: the service'
trial 'sched_setscheduler' daemon 'SystemCallFilter=~sched_setscheduler' lacks_nothing 'self-test: ' \
    'the system call sched_setscheduler or ioprio_set'
trial 'ioprio_set' daemon 'SystemCallFilter=~ioprio_set' lacks_nothing 'self-test: ' \
    'the system call sched_setscheduler or ioprio_set'
trial 'AF_UNIX' daemon 'RestrictAddressFamilies=none' starts 'Failed to open bus (Address family'
trial 'StateDirectory=' daemon 'StateDirectory=' lacks_nothing 'self-test: ' \
    'write access to /var/lib/jts-hot-storage (Read-only file system) is missing'
trial 'RuntimeDirectory=' daemon 'RuntimeDirectory=' makes_an_account 'Read-only file system' \
    'write access to /run/jts-hot-storage'
trial 'ProtectSystem=full instead of strict' daemon 'ProtectSystem=strict' makes_directories \
    'which this service cannot write'
trial 'ProcSubset=all' daemon 'ProcSubset=pid' gives_a_file_with_two_names hard-link \
    '/proc/sys/fs/protected_hardlinks'
trial 'group root, which sees all processes' daemon 'Group=nogroup' gives_a_file_with_two_names \
    hard-link 'the sight of other processes'

trial 'write to /etc' accounts 'ReadWritePaths=' makes_an_account '/etc/.pwd.lock: Read-only'
trial 'group shadow' accounts 'SupplementaryGroups=' makes_an_account "$DENIED"
trial 'CAP_DAC_READ_SEARCH' accounts 'CapabilityBoundingSet=' makes_an_account 'Permission denied'
trial 'fchown' accounts 'SystemCallFilter=~fchown' completes_an_account \
    "cannot set owner of /etc/shadow: $DENIED"
trial 'fchownat' accounts 'SystemCallFilter=~fchownat' makes_an_account 'Failed to copy permissions'
trial 'pipe2' accounts 'SystemCallFilter=~pipe2' makes_an_account "cannot create a pipe: $DENIED"
trial 'execution of systemd-sysusers' accounts \
    'ExecPaths=;ExecPaths=/usr/libexec/jts-hot-storage-accounts /usr/lib' makes_an_account \
    'cannot start /usr/bin/systemd-sysusers: Permission denied'
trial 'clone' accounts 'SystemCallFilter=~clone' makes_an_account "systemd-sysusers: $DENIED"
trial 'clone3' accounts 'SystemCallFilter=~clone3' makes_an_account "systemd-sysusers: $DENIED"
trial 'wait4' accounts 'SystemCallFilter=~wait4' makes_an_account "cannot wait for systemd-sysusers"
trial 'copy_file_range' accounts 'SystemCallFilter=~copy_file_range' makes_an_account \
    'Failed to backup'
trial '@sync' accounts 'SystemCallFilter=~@sync' completes_an_account 'cannot write to the disk /etc/shadow'
trial '@basic-io' accounts 'SystemCallFilter=~@basic-io' makes_an_account 'unit result exit-code'
trial '@file-system' accounts 'SystemCallFilter=~@file-system' makes_an_account \
    'unit result exit-code'
trial '@signal' accounts 'SystemCallFilter=~@signal' makes_an_account "'sigprocmask"
trial 'AF_UNIX' accounts 'RestrictAddressFamilies=none' leaves_a_dynamic_users_name_alone :x:
trial '@network-io' accounts 'SystemCallFilter=~@network-io' leaves_a_dynamic_users_name_alone :x:
trial '@io-event' accounts 'SystemCallFilter=~@io-event' leaves_a_dynamic_users_name_alone :x:
trial 'timerfd_create' accounts 'SystemCallFilter=~timerfd_create' \
    leaves_a_dynamic_users_name_alone :x:
trial 'timerfd_settime' accounts 'SystemCallFilter=~timerfd_settime' \
    leaves_a_dynamic_users_name_alone :x:

trial 'the account' probe 'User=root' can_write 'this process runs as user 0'
trial 'write to the base' probe 'ReadOnlyPaths=/data' can_write 'Read-only file system'
trial 'ProtectSystem=full instead of strict' probe 'ProtectSystem=strict' can_write \
    'Read-only file system'
trial 'fsync' probe 'SystemCallFilter=~fsync' can_write "cannot write here: $DENIED"
trial 'prctl' probe 'SystemCallFilter=~prctl' can_write 'unit result exit-code'
trial '@basic-io' probe 'SystemCallFilter=~@basic-io' can_write 'unit result exit-code'
trial '@file-system' probe 'SystemCallFilter=~@file-system' can_write 'unit result exit-code'

trial 'uid 0' sample 'User=nobody' samples \
    "org.jts.hotstorage1.sample needs an administrator's password"
trial '@basic-io' sample 'SystemCallFilter=~@basic-io' samples 'exit-code'
trial '@file-system' sample 'SystemCallFilter=~@file-system' samples 'exit-code'
trial '@io-event' sample 'SystemCallFilter=~@io-event' samples 'exit-code'
trial '@network-io' sample 'SystemCallFilter=~@network-io' samples 'exit-code'
without_bind sample samples 'exit-code'
trial 'AF_UNIX' sample 'RestrictAddressFamilies=none' samples 'exit-code'

trial 'uid 0' metrics 'User=nobody' publishes 'Permission denied'
trial "write to the collector's folder" metrics 'ReadWritePaths=' publishes 'Read-only file system'
trial 'a file of some size' metrics 'LimitFSIZE=0' publishes 'XFSZ'
trial '@basic-io' metrics 'SystemCallFilter=~@basic-io' publishes 'exit-code'
trial '@file-system' metrics 'SystemCallFilter=~@file-system' publishes 'exit-code'
trial '@io-event' metrics 'SystemCallFilter=~@io-event' publishes 'exit-code'
trial '@network-io' metrics 'SystemCallFilter=~@network-io' publishes 'exit-code'
without_bind metrics publishes 'exit-code'
trial 'AF_UNIX' metrics 'RestrictAddressFamilies=none' publishes 'exit-code'

# The last one: a bus that has gone takes others with it.
trial 'tgkill' daemon 'SystemCallFilter=~tgkill' ends_when_the_bus_is_lost 'the daemon still runs'

# --- running them ----------------------------------------------------------------------------------
on_host_bash() { on_host host bash -euc "$1" bash "${@:2}"; }
# operate OPERATION SERVICE
operate() { on_host_bash "$OPERATIONS"$'\n"$@"' "$@"; }
says() { operate self_test_lines | grep -F "$1"; }
fails_as_told() {
    fails_with "$3" operate "$1" "$2"
    [[ -z $4 ]] || says "$4"
}

# unit_of UNIT SERVICE: the daemon, a unit of the timer's, or a helper's instance for that service alone.
unit_of() {
    case $1 in
        daemon) echo "$UNIT" ;;
        sample | metrics) echo "jts-hot-storage-$1.service" ;;
        *) echo "jts-hot-storage-$1@$2.service" ;;
    esac
}
# settle: systemd knows the drop-ins as they are, and the daemon starts anew at the next call.
settle() { on_host_bash "systemctl daemon-reload; systemctl stop $UNIT"; }
# put_drop_in UNIT LINES
put_drop_in() {
    # shellcheck disable=SC2016  # expanded on the host
    on_host_bash 'mkdir -p "/run/systemd/system/$1.d"
        { echo "[Service]"; tr ";" "\n" <<<"$2"; } >"/run/systemd/system/$1.d/trial.conf"' "$@"
}

# run_trials NUMBER…: they take from different units, so that one reload does for all.
run_trials() {
    local i name unit lines operation words log
    for i in "$@"; do
        IFS=$'\t' read -r name unit lines operation words log <<<"${TRIALS[i]}"
        put_drop_in "$(unit_of "$unit" "s$i")" "$lines"
    done
    settle
    for i in "$@"; do
        IFS=$'\t' read -r name unit lines operation words log <<<"${TRIALS[i]}"
        check "$unit without $name: $operation fails" fails_as_told "$operation" "s$i" "$words" "$log"
    done
    on_host_bash 'rm -r /run/systemd/system/jts-hot-storage*.d'
    settle
    for i in "$@"; do
        IFS=$'\t' read -r name unit lines operation words log <<<"${TRIALS[i]}"
        check "$unit with $name again: $operation succeeds" silently operate "$operation" "s$i"
    done
}
silently() {
    local output
    output=$("$@" 2>&1) || { printf '%s\n' "$output"; return 1; }
}

# --- the host --------------------------------------------------------------------------------------
# A layout with a service of its own for each trial, since each has helper instances of its own then.
write_layout() {
    local i list=
    for i in "${!TRIALS[@]}"; do
        list+=", \"s$i\": { \"owner\": \"s$i\", \"directories\": { \"data\": {} } }"
    done
    on_host_bash 'cat >/etc/jts-hot-storage/layout.d/10-trials.json' \
        <<<"{ \"format\": 1, \"services\": { ${list#, } } }"
}
# The name service that Debian's systemd recommends; from the apt cache of a host that has it there.
add_nss_systemd() {
    tar -xOf "$(host_base libnss-systemd)" --wildcards \
        './var/cache/apt/archives/libnss-systemd_*.deb' >"$RUN_DIR/libnss-systemd.deb"
    dpkg-deb --fsys-tarfile "$RUN_DIR/libnss-systemd.deb" |
        on_host host tar -C / -x --keep-directory-symlink --wildcards '*/libnss_systemd.so.2'
    on_host host sed -i -E 's/^(passwd|group|shadow|gshadow):.*/\1: files systemd/' /etc/nsswitch.conf
}
# Generators take most of a reload's time, and nothing here is theirs.
without_generators() {
    # shellcheck disable=SC2016  # expanded on the host
    on_host_bash 'mkdir -p /run/systemd/system-generators
        for generator in /lib/systemd/system-generators/*; do
            ln -s /dev/null "/run/systemd/system-generators/${generator##*/}"
        done'
}

prepare_host "$(release_deb)"
boot_host host
without_generators
on_host host systemctl stop jts-hot-storage-sample.timer
add_nss_systemd
# Not on the host's overlay, which has files without a name on some kernels only.
on_host_bash 'mkdir /data && mount -t tmpfs -o mode=0755 tmpfs /data'
write_layout
check "as the units are, the daemon lacks nothing" operate lacks_nothing ""
check "as the units are, everything is provisioned" silently provision_as host alice

helpers=()
for i in "${!TRIALS[@]}"; do
    if [[ ${TRIALS[i]} == *$'\t'@(daemon|sample|metrics)$'\t'* ]]; then run_trials "$i"; else helpers+=("$i"); fi
    # Before the last one, which the helpers' trials would not survive.
    if ((i == ${#TRIALS[@]} - 2)); then run_trials "${helpers[@]}"; fi
done

finish host
