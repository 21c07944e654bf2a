# shellcheck shell=bash
# Throwaway Debian hosts with systemd as PID 1, D-Bus and polkit, on which the package is installed
# as a stranger would install it.
#
#   isolate "$@"                      first, so that no host outlives the script
#   prepare_host DEB                  the root that hosts boot from, with the package installed
#   boot_host NAME [ROOT]             a host of that name; every change in it is thrown away
#   on_host NAME COMMAND…             as root
#   on_host_as NAME USER COMMAND…     as a user without a login session
#   stop_host NAME
#
# Other software: `unpack_host DIR PACKAGE…` makes a root whose apt cache holds the packages, so that
# `on_host NAME apt-get install -y …` takes seconds and needs no network.

# The Debian that hosts run, and that the package is built on: 12, which this machine runs, or with
# JTS_SUITE=trixie 13, in a root of its own.
SUITE=${JTS_SUITE:-bookworm}
HOST_DIR=$BUILD_DIR/host-$SUITE
HOST_ROOT=$HOST_DIR/root
declare -A HOST_PID=() HOST_NSPAWN=()

# --- roots ---------------------------------------------------------------------------------------

# make_host_base SUITE PACKAGE,… TARBALL: a minimal Debian with systemd, named as it is booted. The packages
# are in its apt cache.
make_host_base() {
    # shellcheck disable=SC2016  # expanded by mmdebstrap
    mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv \
        --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
        --aptopt='Acquire::GzipIndexes "true"' --dpkgopt=force-unsafe-io \
        --customize-hook="chroot \"\$1\" apt-get -qq install -y --download-only ${2//,/ }" \
        --customize-hook='rm "$1/etc/hostname"' \
        --skip=cleanup/apt/lists,cleanup/apt/cache \
        --format=tar "$1" "$3"
}

# host_base [PACKAGE…]: prints the path of the tarball.
host_base() {
    local -n runtime=PACKAGES_RUNTIME_$SUITE
    local packages=("${runtime[@]}" "$@")
    cached "host-$SUITE" make_host_base "$SUITE" "$(IFS=,; echo "${packages[*]}")"
}

# unpack_host DIR [PACKAGE…]
unpack_host() {
    local dir=$1 base
    shift
    base=$(host_base "$@")
    rm -rf --one-file-system -- "$dir"
    mkdir -p "$dir"
    # Extended attributes hold ping's capabilities and the like.
    tar -C "$dir" --xattrs --xattrs-include='*' -xf "$base"
}

# install_deb ROOT DEB: by apt, in a chroot without a running systemd; so the package's dependencies
# are what brings dbus and polkit onto the host.
install_deb() {
    local root=$1 deb=$2
    cp -- "$deb" "$root/root/"
    in_chroot "$root" apt-get -qq install -y "/root/$(basename -- "$deb")" ||
        { in_chroot "$root" apt-get -qq update &&
            in_chroot "$root" apt-get -qq install -y "/root/$(basename -- "$deb")"; }
}

in_chroot() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive \
        chroot "$@" </dev/null
}

# What is in a package, whenever it was built: its control files (with a digest of each installed
# file) and the mode, owner and name of each.
deb_digest() {
    {
        dpkg-deb --ctrl-tarfile "$1" | tar -xO
        dpkg-deb --contents "$1" | awk '{ print $1, $2, $6, $7, $8 }'
    } | sha256sum
}

# prepare_host DEB: HOST_ROOT with the package, an operator `alice` and a stranger `bob`; kept in the
# build folder and made anew only for another package. Locked until the script ends.
prepare_host() {
    local deb=$1 digest
    digest=$({ deb_digest "$deb"; declare -f make_host_base; } | sha256sum)
    mkdir -p "$HOST_DIR"
    exec {HOST_LOCK}>"$HOST_DIR/lock"
    flock --shared "$HOST_LOCK"
    host_root_holds "$digest" && return
    flock "$HOST_LOCK"
    # An `if`, for errexit to hold in make_host_root.
    if ! host_root_holds "$digest"; then make_host_root "$deb" "$digest"; fi
    flock --shared "$HOST_LOCK"
}

host_root_holds() {
    [[ -e $HOST_DIR/stamp && $(<"$HOST_DIR/stamp") == "$1" ]]
}

make_host_root() {
    local deb=$1 digest=$2 log=$HOST_DIR/install.log
    rm -f -- "$HOST_DIR/stamp"
    say "installing $(basename -- "$deb") on a fresh Debian"
    unpack_host "$HOST_ROOT"
    install_deb "$HOST_ROOT" "$deb" >"$log" 2>&1 || { cat "$log" >&2; die "apt failed"; }
    add_users "$HOST_ROOT"
    printf '%s' "$digest" >"$HOST_DIR/stamp"
}

add_users() {
    in_chroot "$1" useradd --create-home --shell /bin/bash --groups jts-operators alice
    in_chroot "$1" useradd --create-home --shell /bin/bash bob
}

# --- running hosts -------------------------------------------------------------------------------

# boot_host NAME [ROOT]: returns once the host has started all its services.
boot_host() {
    local name=$1 root=${2:-$HOST_ROOT}
    (
        enter_cgroup "$(basename -- "$RUN_DIR")" "$name"
        # The systemd of later Debians does not start on control groups of version 1.
        [[ $SUITE == bookworm ]] || export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
        exec systemd-nspawn --quiet --register=no --keep-unit --directory="$root" \
            --volatile=overlay --boot --machine="$name" --link-journal=no --resolv-conf=off \
            --private-network --console=pipe
    ) </dev/null >"$RUN_DIR/$name.log" 2>&1 &
    HOST_NSPAWN[$name]=$!
    await_host "$name" || { cat "$RUN_DIR/$name.log" >&2; die "host $name did not start"; }
}

await_host() {
    local name=$1 deadline=$((SECONDS + 60)) state pid
    while ((SECONDS < deadline)) && [[ -e /proc/${HOST_NSPAWN[$name]} ]]; do
        pid=$(children_of "${HOST_NSPAWN[$name]}")
        HOST_PID[$name]=${pid%% *}
        if [[ -n $pid ]]; then
            state=$(on_host "$name" systemctl is-system-running --wait 2>/dev/null) || true
            case $state in
                running) return 0 ;;
                degraded) on_host "$name" systemctl --failed >&2; return 1 ;;
            esac
        fi
        sleep 0.1
    done
    return 1
}

children_of() {
    cat "/proc/$1/task/$1/children" 2>/dev/null || true
}

on_host() {
    local name=$1
    shift
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive nsenter --target "${HOST_PID[$name]}" --all -- "$@"
}

on_host_as() {
    local name=$1 user=$2
    shift 2
    on_host "$name" runuser -u "$user" -- "$@"
}

# stop_host NAME: what was in it is lost anyway, so there is nothing to shut down.
stop_host() {
    kill -KILL "${HOST_PID[$1]}"
    wait "${HOST_NSPAWN[$1]}" || true
    remove_cgroups "$(basename -- "$RUN_DIR")" "$1"
    unset "HOST_PID[$1]" "HOST_NSPAWN[$1]"
}
