# shellcheck shell=bash
# What the benchmarks on a host begin with: the package on throwaway hosts (tests/host/driver.sh),
# and our tools and the least daemon of sdbus-c++ on them. tests/bench/run has built all of it.

# shellcheck source=../host/driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../host/driver.sh"

# shellcheck disable=SC2034  # for those who source this file
RATIOS=("$SOURCE_DIR/tests/bench/ratios.py")

# put_on HOST FILE PATH MODE: a file of this machine onto a host.
put_on() {
    on_host "$1" sh -c "cat >'$3' && chmod $4 '$3'" <"$2"
}

# equip_host HOST TOOL…: bench_TOOL into /usr/bin, and the daemon is called by nobody else.
equip_host() {
    local tool
    on_host "$1" systemctl stop jts-hot-storage-sample.timer
    for tool in "${@:2}"; do
        put_on "$1" "$BUILD_DIR/bench/tests/bench/bench_$tool" "/usr/bin/bench_$tool" 0755
    done
}

# let_own HOST NAME: root may take that name on the host's bus.
let_own() {
    on_host "$1" sh -c "cat >'/etc/dbus-1/system.d/$2.conf'" <<END
<busconfig>
  <policy user="root"><allow own="$2"/></policy>
  <policy context="default"><allow send_destination="$2"/></policy>
</busconfig>
END
    on_host "$1" busctl --quiet call org.freedesktop.DBus /org/freedesktop/DBus \
        org.freedesktop.DBus ReloadConfig
}

# start_echo HOST: the least daemon, running as org.jts.Bench.Echo.
start_echo() {
    equip_host "$1" echo
    let_own "$1" org.jts.Bench.Echo
    on_host "$1" systemd-run --quiet --unit bench-echo --property Type=dbus \
        --property BusName=org.jts.Bench.Echo /usr/bin/bench_echo org.jts.Bench.Echo
}

# box_echo HOST: the same program in the sandbox of our unit, as org.jts.Bench.Boxed, started by who calls it:
# what the sandbox alone costs.
box_echo() {
    let_own "$1" org.jts.Bench.Boxed
    on_host "$1" sh -ec 'sed -e "s|^BusName=.*|BusName=org.jts.Bench.Boxed|" \
            -e "s|^ExecStart=.*|ExecStart=/usr/bin/bench_echo org.jts.Bench.Boxed|" \
            -e "s|^\(State\|Runtime\)Directory=.*|\1Directory=bench-boxed|" \
            /lib/systemd/system/jts-hot-storage.service >/etc/systemd/system/bench-boxed.service
        printf "[D-BUS Service]\nName=org.jts.Bench.Boxed\nExec=/bin/false\nUser=root\nSystemdService=%s\n" \
            bench-boxed.service >/usr/share/dbus-1/system-services/org.jts.Bench.Boxed.service
        systemctl daemon-reload
        busctl --quiet call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus ReloadConfig'
}

# boot_measured HOST: a provisioned host, with the least daemon beside ours and what calls both.
boot_measured() {
    prepare_host "$(release_deb)"
    boot_host "$1"
    equip_host "$1" call
    start_echo "$1"
    box_echo "$1"
    provision_as "$1" alice >/dev/null 2>&1
}
