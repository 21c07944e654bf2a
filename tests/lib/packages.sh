# shellcheck shell=bash disable=SC2034  # the lists are for those who source this file
# The Debian packages that each piece of work needs, and how they get onto the machine.

PACKAGES_BUILD=(
    ccache cmake dpkg-dev file g++ libacl1-dev libcli11-dev libmd-dev libsdbus-c++-bin
    libsdbus-c++-dev libsmartcols-dev libspdlog-dev libsqlitecpp-dev libsystemd-dev ninja-build
    nlohmann-json3-dev pkg-config scdoc zlib1g-dev
)
# Unit, sys and bus tiers: the frameworks, and the real programs that the tests run or compare with.
PACKAGES_TESTS=(
    acl attr dbus e2fsprogs libcap2-bin libgmock-dev libgtest-dev librapidcheck-dev polkitd python3
    python3-jsonschema strace
)
PACKAGES_HOST=(mmdebstrap systemd-container tmux)
PACKAGES_LINT=(lintian mandoc)
# The benchmarks' file systems, the peers that we are measured against, and what measures them. duc is
# the one without a window, which counts alike.
PACKAGES_BENCH=(btrfs-progs duc-nox fio gdu ncdu time xfsprogs)
# libFuzzer comes with clang's run-time libraries.
PACKAGES_FUZZ=(clang libclang-rt-14-dev)
# The compiler whose counts survive a kill, its run-time library and the readers of its counts.
PACKAGES_COVERAGE=(acl clang libclang-rt-14-dev llvm-14)
# What the package depends on; fetched into a host's apt cache, so that installing takes seconds.
PACKAGES_RUNTIME_bookworm=(dbus polkitd libsdbus-c++1 libsmartcols1 libspdlog1.10 libmd0 libacl1
    libsqlite3-0)
PACKAGES_RUNTIME_trixie=(dbus polkitd libsdbus-c++2 libsmartcols1 libspdlog1.15 libmd0 libacl1
    libsqlite3-0)

package_is_installed() {
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# install_packages NAME…: those that are missing, and nothing else.
install_packages() {
    local name missing=()
    for name in "$@"; do
        package_is_installed "$name" || missing+=("$name")
    done
    ((${#missing[@]})) || return 0
    require_root
    say "installing ${missing[*]}"
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600)
    "${apt[@]}" update
    "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null </dev/null
}
