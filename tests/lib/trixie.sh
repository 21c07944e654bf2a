# shellcheck shell=bash
# The same sources against Debian 13's compiler and libraries (sdbus-c++ 2): its unit and bus tiers, and
# the package that the host tier installs on its hosts. Everything happens in a root of its own, in
# the run's folder and mount namespace.

# make_trixie_root PACKAGE,… TARBALL
make_trixie_root() {
    mmdebstrap --quiet --variant=minbase --include="$1" --format=tar trixie "$2"
}

# in_trixie COMMANDS: by bash, in the source folder there.
in_trixie() {
    local root=$RUN_DIR/trixie base packages
    packages=$(IFS=,; echo "${PACKAGES_BUILD[*]},${PACKAGES_TESTS[*]}")
    base=$(cached trixie make_trixie_root "$packages")
    mkdir -p "$root/src" "$root/ccache" "$BUILD_DIR"
    tar -C "$root" -xf "$base"
    # The root itself too, since the bus tier makes its own mounts private, from `/` down.
    mount --bind "$root" "$root"
    mount --rbind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    mount --bind "$SOURCE_DIR" "$root/src"
    mount --bind "$CCACHE_DIR" "$root/ccache"
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 CCACHE_DIR=/ccache \
        CCACHE_SLOPPINESS="$CCACHE_SLOPPINESS" CMAKE_BUILD_PARALLEL_LEVEL="$CMAKE_BUILD_PARALLEL_LEVEL" \
        chroot "$root" bash -euxc "cd /src; $1" </dev/null
    umount -R "$root"
    rm -rf --one-file-system -- "$root"
}

run_trixie() {
    in_trixie '
        cmake --preset trixie
        cmake --build --preset trixie
        ctest --preset trixie -L "^(unit|bus)$" --no-tests=error'
}

# The package of that Debian, below build/trixie-release. Runs in one clone take turns.
build_trixie_package() {
    exec {TRIXIE_LOCK}>"$BUILD_DIR/trixie-release.lock"
    flock "$TRIXIE_LOCK"
    in_trixie '
        rm -f build/trixie-release/*.deb
        cmake --preset release -B build/trixie-release
        cmake --build build/trixie-release
        cd build/trixie-release
        cpack -G DEB'
}
