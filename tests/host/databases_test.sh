#!/usr/bin/env bash
# Debian's own PostgreSQL and Redis on the provisioned tree: started, written to, provisioned again,
# restarted; their packages installed before ours and after.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

DEB=$(release_deb)
BASE=/data/jts/hot
PG_BIN=/usr/lib/postgresql/15/bin
PACKAGES=(postgresql redis-server)

# The packages' own default servers stay away: those under test run on the tree.
without_default_servers() {
    on_host "$1" sh -c 'mkdir -p /etc/postgresql-common &&
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf &&
        ln -sf /dev/null /etc/systemd/system/redis-server.service'
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

servers_run_on_the_tree() {
    check "$1: initdb in postgresql/data; PostgreSQL starts on it and is written to" \
        postgresql_is_written_to "$1"
    check "$1: Redis starts on redis/data and is written to" redis_is_written_to "$1"
    check "$1: Provision beside the running servers changes nothing" applies_nothing "$1"
    check "$1: PostgreSQL restarts with its data" postgresql_restarts "$1"
    check "$1: Redis restarts with its data" redis_restarts "$1"
}

shell_of() { on_host "$1" getent passwd "$2" | cut -d : -f 7; }
# Debian's own accounts are there before ours: adopted, with their own shell and home.
postgres_is_adopted() { equal /bin/bash "$(shell_of "$1" postgres)"; }
provisions() { test "$(applied "$(provision_as "$1" alice)")" -gt 0; }

unpack_host "$RUN_DIR/root" "${PACKAGES[@]}"
cp -- "$DEB" "$RUN_DIR/root/root/"

boot_host after "$RUN_DIR/root"
without_default_servers after
apt_on after install "/root/$(basename -- "$DEB")"
on_host after useradd --groups jts-operators alice
check "after: an empty host is provisioned" provisions after
check "after: the databases' packages install on accounts that we made" \
    apt_on after install "${PACKAGES[@]}"
servers_run_on_the_tree after
stop_host after

boot_host before "$RUN_DIR/root"
without_default_servers before
apt_on before install "${PACKAGES[@]}"
apt_on before install "/root/$(basename -- "$DEB")"
on_host before useradd --groups jts-operators alice
check "before: a host that has the databases' packages is provisioned" provisions before
check "before: the package's postgres account is adopted as it is" postgres_is_adopted before
servers_run_on_the_tree before

finish before
