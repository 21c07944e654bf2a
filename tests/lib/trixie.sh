# shellcheck shell=bash
# The trixie tier: the same sources against Debian 13's compiler and libraries (sdbus-c++ 2).

# make_trixie_root PACKAGE,… TARBALL
make_trixie_root() {
    mmdebstrap --quiet --variant=minbase --include="$1" --format=tar trixie "$2"
}

run_trixie() {
    local root=$RUN_DIR/trixie base packages
    packages=$(IFS=,; echo "${PACKAGES_BUILD[*]},${PACKAGES_TESTS[*]}")
    base=$(cached trixie make_trixie_root "$packages")
    mkdir -p "$root/src" "$root/ccache" "$BUILD_DIR/trixie"
    tar -C "$root" -xf "$base"
    # The mounts are this run's namespace's alone.
    # The root itself too, since the bus tier makes its own mounts private, from `/` down.
    mount --bind "$root" "$root"
    mount --rbind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    mount --bind "$SOURCE_DIR" "$root/src"
    mount --bind "$CCACHE_DIR" "$root/ccache"
    # shellcheck disable=SC2016  # nproc is asked in there
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 CCACHE_DIR=/ccache \
        CCACHE_SLOPPINESS="$CCACHE_SLOPPINESS" \
        chroot "$root" bash -euxc '
            cd /src
            cmake --preset trixie
            cmake --build --preset trixie -j "$(nproc)"
            ctest --preset trixie -L "^(unit|bus)$" --no-tests=error' </dev/null
    umount -R "$root"
}
