#!/usr/bin/env bash
# Debian's own PostgreSQL and Redis. Their packages are installed after ours, on accounts that we
# made; and before, where the servers then run on the provisioned tree: started, written to,
# provisioned again, restarted.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

DEB=$(release_deb)
BASE=/data/jts/hot
PACKAGES=(postgresql redis-server)

# The packages' own default servers stay away: those under test run on the tree.
without_default_servers() {
    mkdir -p "$1/etc/postgresql-common" "$1/etc/systemd/system"
    echo "create_main_cluster = false" >"$1/etc/postgresql-common/createcluster.conf"
    ln -sf /dev/null "$1/etc/systemd/system/redis-server.service"
}

# make_database_host PACKAGE,… TARBALL: a host that has the databases and not our package.
make_database_host() {
    local root=$RUN_DIR/making
    unpack_host "$root" "${PACKAGES[@]}"
    without_default_servers "$root"
    in_chroot "$root" apt-get -qq install -y "${PACKAGES[@]}" >/dev/null
    tar -C "$root" --xattrs --xattrs-include='*' -cf "$2" .
    rm -rf --one-file-system -- "$root"
}

applies_nothing() {
    local before
    before=$(change_times "$1")
    equal 0 "$(applied "$(provision_as "$1" alice)")"
    # Running servers write their own files; what must not move are the declared directories.
    equal "$(declared <<<"$before")" "$(change_times "$1" | declared)"
}
declared() { grep -E ' /data(/jts(/hot(/[a-z]+(/[a-z]+)?)?)?)?$' || true; }

# --- PostgreSQL ----------------------------------------------------------------------------------
pg_as() { on_host "$1" runuser -u postgres -- "${@:2}"; }
initdb() { pg_as "$1" "$PG_BIN/initdb" --no-sync -D "$BASE/postgresql/data"; }
pg_ctl() {
    pg_as "$1" "$PG_BIN/pg_ctl" -s -w -D "$BASE/postgresql/data" -l "$BASE/postgresql/logs/log" \
        -o "-k $BASE/postgresql/config -c listen_addresses=" "$2"
}
sql() { pg_as "$1" psql -X -qtA -h "$BASE/postgresql/config" -d postgres -c "$2"; }

postgresql_is_written_to() {
    initdb "$1" >/dev/null
    pg_ctl "$1" start
    sql "$1" 'CREATE TABLE trade (id int); INSERT INTO trade SELECT generate_series(1, 1000)'
    equal 1000 "$(sql "$1" 'SELECT count(*) FROM trade')"
}
postgresql_restarts() {
    pg_ctl "$1" restart
    equal 1000 "$(sql "$1" 'SELECT count(*) FROM trade')"
}

# --- Redis ---------------------------------------------------------------------------------------
redis_cli() { on_host "$1" runuser -u redis -- redis-cli -s "$BASE/redis/data/redis.sock" "${@:2}"; }
redis_start() {
    on_host "$1" runuser -u redis -- redis-server --port 0 --dir "$BASE/redis/data" \
        --unixsocket "$BASE/redis/data/redis.sock" --daemonize yes --appendonly yes \
        --logfile "$BASE/redis/logs/log" >/dev/null
    until redis_cli "$1" ping >/dev/null 2>&1; do sleep 0.1; done
}
redis_is_written_to() {
    redis_start "$1"
    redis_cli "$1" set price 42
    equal 42 "$(redis_cli "$1" get price)"
}
redis_restarts() {
    redis_cli "$1" shutdown save || true
    redis_start "$1"
    equal 42 "$(redis_cli "$1" get price)"
}

shell_of() { on_host "$1" getent passwd "$2" | cut -d : -f 7; }
provisions() { test "$(applied "$(provision_as "$1" alice)")" -gt 0; }

unpack_host "$RUN_DIR/after" "${PACKAGES[@]}"
without_default_servers "$RUN_DIR/after"
install_deb "$RUN_DIR/after" "$DEB" >"$RUN_DIR/apt.log" 2>&1
add_users "$RUN_DIR/after"
boot_host after "$RUN_DIR/after"
check "ours first: an empty host is provisioned" provisions after
check "ours first: the databases' packages install on the accounts that we made" \
    apt_on after install "${PACKAGES[@]}"
check "ours first: these accounts stay as they are" equal /bin/false "$(shell_of after postgres)"
check "ours first: Provision after that changes nothing" applies_nothing after
stop_host after

mkdir "$RUN_DIR/before"
tar -C "$RUN_DIR/before" --xattrs --xattrs-include='*' \
    -xf "$(cached "databases-$SUITE" make_database_host "$(IFS=,; echo "${PACKAGES[*]}")")"
# Each Debian has its own version of PostgreSQL.
PG_BIN=$(cd "$RUN_DIR/before" && printf '/%s' usr/lib/postgresql/*/bin)
install_deb "$RUN_DIR/before" "$DEB" >"$RUN_DIR/apt.log" 2>&1
add_users "$RUN_DIR/before"
boot_host before "$RUN_DIR/before"
check "theirs first: a host that has the databases is provisioned" provisions before
check "theirs first: Debian's postgres account is adopted as it is" \
    equal /bin/bash "$(shell_of before postgres)"
check "initdb in postgresql/data; PostgreSQL starts on it and is written to" \
    postgresql_is_written_to before
check "Redis starts on redis/data and is written to" redis_is_written_to before
check "Provision beside the running servers changes nothing" applies_nothing before
check "PostgreSQL restarts with its data" postgresql_restarts before
check "Redis restarts with its data" redis_restarts before

finish before
