#!/usr/bin/env bash
# docs/examples as they are installed: the monitor's check, and the drop-in on Debian's redis-server.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

BASE=/data/jts/hot
EXAMPLES=/usr/share/doc/jts-hot-storage/examples
PACKAGES=(jq redis-server)
unpack_host "$RUN_DIR/root" "${PACKAGES[@]}"
install_deb "$RUN_DIR/root" "$(release_deb)" >"$RUN_DIR/apt.log" 2>&1
add_users "$RUN_DIR/root"
boot_host host "$RUN_DIR/root"
apt_on host install "${PACKAGES[@]}"
on_host host systemctl stop redis-server

provision() { provision_as host alice >/dev/null 2>&1; }

# --- check-hot-storage.sh ------------------------------------------------------------------------
# says STATUS TEXT SERVICE…: the check, as bob, prints one line that begins so, and exits so.
says() {
    local wanted=$1 text=$2 status=0 answer
    answer=$(on_host_as host bob "$EXAMPLES/check-hot-storage.sh" "${@:3}" 2>&1) || status=$?
    printf '%s\n' "$answer"
    equal "$wanted" "$status"
    equal 1 "$(wc -l <<<"$answer")"
    [[ $answer == "HOT STORAGE $text"* ]] || { echo "expected: HOT STORAGE $text"; return 1; }
}
damaged() {
    on_host host chmod 0777 $BASE/redis
    says 2 "CRITICAL: failed checks: 1, the first: directory.mode $BASE/redis: " redis
    says 0 "OK: " kafka
    provision
    says 0 "OK: " redis
}
# fills PERCENT STATUS TEXT: redis with so much of a plan of 10 MB.
fills() {
    on_host host runuser -u redis -- fallocate -l "$(($1 * 100000))" $BASE/redis/data/full
    # What bob is shown may be a minute old; what root had counted anew is what he is shown.
    on_host host jts-storage --quiet usage --fresh redis >/dev/null
    says "$2" "$3" redis
    on_host host rm $BASE/redis/data/full
}
check "check-hot-storage.sh: 2 on an empty host" says 2 "CRITICAL: "
provision
check "check-hot-storage.sh: 0 on one that is provisioned" says 0 "OK: "
check "check-hot-storage.sh: 2 for a wrong mode, and only for its service" damaged
printf '{"format": 1, "services": {"redis": {"planned_bytes": 10000000}}}' |
    on_host host tee /etc/jts-hot-storage/layout.d/50-redis.json >/dev/null
check "check-hot-storage.sh: 0 at 50 percent of a plan" fills 50 0 "OK: "
check "check-hot-storage.sh: 1 at 85 percent" fills 85 1 "WARNING: redis is at level warning"
check "check-hot-storage.sh: 2 at 95 percent" fills 95 2 "CRITICAL: redis is at level critical"
check "check-hot-storage.sh: 2 for a service that is not there" says 2 "CRITICAL: Validate: " nosuch
on_host host systemctl mask --quiet --runtime --now "$UNIT"
check "check-hot-storage.sh: 2 where the helper cannot be reached" says 2 "CRITICAL: Validate: " redis
on_host host systemctl unmask --quiet --runtime "$UNIT"

# --- redis-on-hot-storage.conf -------------------------------------------------------------------
on_host host sed -i "s,^dir .*,dir $BASE/redis/data,; s,^logfile .*,logfile $BASE/redis/logs/redis.log," \
    /etc/redis/redis.conf
on_host host install -D -m 0644 $EXAMPLES/redis-on-hot-storage.conf \
    /etc/systemd/system/redis-server.service.d/hot-storage.conf
# Its Restart=always would try again behind the checks' backs.
printf '[Service]\nRestart=no\n' |
    on_host host tee /etc/systemd/system/redis-server.service.d/once.conf >/dev/null
on_host host systemctl daemon-reload

starts_and_writes() {
    on_host host systemctl start redis-server
    equal OK "$(on_host host redis-cli set price 42)"
    equal OK "$(on_host host redis-cli save)"
    on_host host test -s $BASE/redis/data/dump.rdb
}
refuses_to_start() {
    on_host host systemctl stop redis-server
    on_host host chmod 0777 $BASE/redis
    fails_with "control process exited" on_host host systemctl start redis-server
    equal failed "$(on_host host systemctl is-failed redis-server)"
    on_host host journalctl --no-pager -o cat -u redis-server | grep "directory.mode $BASE/redis:"
}
starts_after_provision() {
    provision
    on_host host systemctl start redis-server
    equal 42 "$(on_host host redis-cli get price)"
}
check "redis-on-hot-storage.conf: Redis starts on a provisioned host" starts_and_writes
check "redis-on-hot-storage.conf: it does not start on a wrong mode" refuses_to_start
check "redis-on-hot-storage.conf: it starts again after provision" starts_after_provision

finish host
