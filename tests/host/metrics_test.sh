#!/usr/bin/env bash
# What Prometheus gets to see: Debian's own, with its node_exporter, on a host whose services have grown
# for days; with the rules and the dashboard of the package.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

SAMPLE=jts-hot-storage-sample
METRICS=jts-hot-storage-metrics
STATE=/var/lib/jts-hot-storage
FOLDER=/var/lib/prometheus/node-exporter
FILE=$FOLDER/jts-hot-storage.prom
DOC=/usr/share/doc/jts-hot-storage
PACKAGES=(curl prometheus prometheus-node-exporter)

unpack_host "$RUN_DIR/root" "${PACKAGES[@]}"
install_deb "$RUN_DIR/root" "$(release_deb)" >"$RUN_DIR/apt.log" 2>&1
add_users "$RUN_DIR/root"
boot_host host "$RUN_DIR/root"

on_host_bash() { on_host host bash -euc "$1" bash "${@:2}"; }
# run_unit NAME
run_unit() {
    on_host host systemctl start "$1.service" && return
    on_host host journalctl --no-pager --lines 5 --unit "$1.service"
    return 1
}
property() { on_host host systemctl show --value --property "$1" "$2.service"; }
# The end of a sample starts it; whoever starts it again meanwhile waits for that run.
publish() { run_unit $METRICS; }
names_in() { on_host host find "$1" -mindepth 1 -printf '%m %u %g %f\n'; }

# --- the scene -------------------------------------------------------------------------------------
# On a file system of its own, redis has 95 percent of its plan.
scene() {
    on_host host systemctl stop $SAMPLE.timer
    on_host_bash 'mkdir /data && mount -t tmpfs -o mode=0755,size=1G tmpfs /data
        cat >/etc/jts-hot-storage/layout.d/50-redis.json' \
        <<<'{"format": 1, "services": {"redis": {"planned_bytes": 100000000}}}'
    provision_as host alice >/dev/null 2>&1
    on_host host runuser -u redis -- fallocate -l 95000000 /data/jts/hot/redis/data/dump
}
# Twelve days in which redis, and its file system with it, grew to where they are.
has_grown_for_days() {
    on_host host systemctl stop "$UNIT"
    on_host host cat $STATE/history.db >"$RUN_DIR/history.db"
    python3 - "$RUN_DIR/history.db" <<'END'
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
for service in ("redis", ""):
    series, time, used, apparent, inodes = database.execute(
        "SELECT series, max(time), used, apparent, inodes FROM points JOIN series ON id = series"
        " WHERE service = ?", (service,)).fetchone()
    database.executemany("INSERT INTO points VALUES (?, ?, ?, ?, ?)", (
        (series, time - hours * 3600_000_000, used - hours * 200_000, apparent, inodes)
        for hours in range(1, 12 * 24)))
database.commit()
END
    on_host_bash "cat >$STATE/history.db" <"$RUN_DIR/history.db"
}

# --- the file --------------------------------------------------------------------------------------
without_node_exporter_nothing_is_written() {
    run_unit $SAMPLE
    publish
    on_host_bash "[[ ! -e $FOLDER ]]"
}
wait_for_the_file() {
    until on_host host test -e $FILE; do sleep 0.1; done
}
a_sample_has_the_file_written() {
    run_unit $SAMPLE
    wait_for_the_file
    equal "644 root root ${FILE##*/}" "$(names_in $FOLDER)"
}
promtool_finds_nothing() {
    local text
    for text in "$(on_host host cat $FILE)" "$(on_host_as host bob jts-storage metrics)"; do
        grep -c '^jts_hot_storage_' <<<"$text"
        equal "" "$(on_host host promtool check metrics <<<"$text" 2>&1)"
    done
}
# The room that the unit allows is many times what it needs.
the_file_is_small() {
    local limit size
    limit=$(property LimitFSIZE $METRICS)
    size=$(on_host host stat -c %s $FILE)
    echo "$size bytes for $(on_host host grep -c '^jts_hot_storage_service_inodes' $FILE) services"
    ((size * 20 < limit))
}
a_failed_sample_is_told_and_its_metrics_written() {
    on_host_bash "mount -t tmpfs -o size=512k,mode=0700 tmpfs $STATE
        systemctl restart $UNIT && rm $FILE
        cat /dev/zero >$STATE/filler" 2>/dev/null || true
    fails_with "no room" run_unit $SAMPLE
    equal exit-code "$(property Result $SAMPLE)"
    wait_for_the_file
    equal "644 root root ${FILE##*/}" "$(names_in $FOLDER)"
    publish
    on_host_bash "systemctl stop $UNIT && umount $STATE && systemctl reset-failed"
}
a_full_disk_leaves_the_old_file() {
    local before
    before=$(on_host host cat $FILE)
    on_host_bash "mount -t tmpfs -o size=64k tmpfs $FOLDER && printf '%s\n' \"\$1\" >$FILE
        cat /dev/zero >$FOLDER/filler" "$before" 2>/dev/null || true
    fails_with "No space left on device" publish
    equal "$before" "$(on_host host cat $FILE)"
    equal 2 "$(names_in $FOLDER | wc -l)"
    on_host_bash "umount $FOLDER && systemctl reset-failed"
}
# As jts-hot-storaged(8) has it.
another_folder_is_set_by_a_drop_in() {
    on_host_bash "mkdir -p /srv/textfiles /run/systemd/system/$METRICS.service.d && rm $FILE
        cat >/run/systemd/system/$METRICS.service.d/textfile.conf
        systemctl daemon-reload" <<'END'
[Service]
Environment=TEXTFILE=/srv/textfiles/hot.prom
ReadWritePaths=/srv/textfiles
END
    publish
    equal "644 root root hot.prom" "$(names_in /srv/textfiles)"
    equal "" "$(names_in $FOLDER)"
    on_host_bash "rm -r /run/systemd/system/$METRICS.service.d && systemctl daemon-reload"
    publish
}
# As jts-hot-storaged(8) has it, too.
masked_nothing_is_written() {
    on_host_bash "systemctl mask --runtime --quiet $METRICS.service && rm $FILE"
    run_unit $SAMPLE
    fails_with masked publish
    equal "" "$(names_in $FOLDER)"
    on_host_bash "systemctl unmask --runtime --quiet $METRICS.service"
    publish
}
# The account of Prometheus owns the folder's parent, and so may put a link in its place.
put_link_to() {
    on_host host runuser -u prometheus -- \
        bash -euc "cd ${FOLDER%/*}; mv node-exporter aside; ln -s $1 node-exporter"
}
put_folder_back() {
    on_host host runuser -u prometheus -- bash -euc "cd ${FOLDER%/*}; rm node-exporter; mv aside node-exporter"
    publish
}
a_link_is_not_followed() {
    put_link_to /etc
    fails_with "cannot open $FOLDER: Not a directory" publish
    on_host_bash '[[ ! -e /etc/jts-hot-storage.prom ]]'
    put_folder_back
}
usage_alerts() { on_host_as host bob jts-storage --no-legend alerts | grep -F usage.redis || true; }
a_link_to_itself_costs_the_metrics_alone() {
    local before
    before=$(usage_alerts)
    [[ -n $before ]]
    put_link_to node-exporter
    on_host host truncate -s 10M /data/jts/hot/redis/data/dump
    run_unit $SAMPLE
    equal "" "$(usage_alerts)"
    fails_with "Too many levels of symbolic links" publish
    equal "success exit-code" "$(property Result $SAMPLE) $(property Result $METRICS)"
    on_host host fallocate -l 95000000 /data/jts/hot/redis/data/dump
    run_unit $SAMPLE
    [[ -n $(usage_alerts) ]]
    # The run that this sample asked for ends before the folder comes back.
    fails_with "Too many levels of symbolic links" publish
    put_folder_back
}

# --- Prometheus ------------------------------------------------------------------------------------
configure_prometheus() {
    on_host_bash 'cat >/etc/prometheus/prometheus.yml; systemctl restart prometheus' <<END
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [$DOC/prometheus/jts-hot-storage.rules.yml]
scrape_configs:
  - job_name: node
    static_configs: [{ targets: ['127.0.0.1:9100'] }]
END
}
ask() { on_host host curl --silent --show-error --get "http://127.0.0.1:9090/api/v1/$1" "${@:2}"; }
# answers EXPRESSION: once Prometheus has data for it, the first of its series.
answers() {
    local tries answer
    for ((tries = 0; tries < 300; tries++)); do
        answer=$(ask query --data-urlencode "query=$1" 2>&1) || true
        if [[ $answer == *'"value":['* ]]; then
            python3 -c 'import json, sys
for each in json.load(sys.stdin)["data"]["result"][:1]: print(each["value"][1], each["metric"])' <<<"$answer"
            return
        fi
        sleep 0.1
    done
    printf 'no data for %s: %s\n' "$1" "$answer"
    return 1
}
expressions() {
    python3 - "$SOURCE_DIR/docs/grafana/jts-hot-storage.json" <<'END'
import json, sys
for panel in json.load(open(sys.argv[1]))["panels"]:
    for target in panel["targets"]:
        print(target["expr"].replace("$instance", ".*"))
END
}
the_file_is_scraped() {
    answers 'jts_hot_storage_service_used_bytes{service="redis"} >= 95e6'
    answers 'jts_hot_storage_service_level{service="redis", level="critical"} == 1'
    answers 'jts_hot_storage_health{state="critical"} == 1'
    answers 'node_textfile_scrape_error == 0'
    # The labels are node_exporter's own, so that the two join.
    answers 'jts_hot_storage_filesystem_used_bytes * on (instance, mountpoint, fstype, device)
        node_filesystem_readonly'
}
every_panel_has_data() {
    local expression
    while read -r expression; do
        answers "$expression"
    done < <(expressions)
    (($(expressions | wc -l) >= 15))
}
an_alert_fires() {
    answers 'ALERTS{alertname="JtsHotStorageAlert", alertstate="firing", subject="usage.redis", severity="critical"}'
}
rules_are_loaded() {
    equal "$(on_host host grep -o 'alert: .*' $DOC/prometheus/jts-hot-storage.rules.yml | cut -d ' ' -f 2)" \
        "$(ask rules | python3 -c 'import json, sys
for group in json.load(sys.stdin)["data"]["groups"]:
    for rule in group["rules"]: print(rule["name"])')"
}

scene
check "where there is no node_exporter the unit succeeds and writes nothing" \
    without_node_exporter_nothing_is_written
check "Debian's Prometheus and node_exporter install beside us" apt_on host install "${PACKAGES[@]}"
has_grown_for_days
check "after a sample the file is there, root's and readable by everybody" a_sample_has_the_file_written
check "promtool finds nothing in the metrics" promtool_finds_nothing
check "the file is far below the unit's limit" the_file_is_small
check "promtool takes the rules" on_host host promtool check rules $DOC/prometheus/jts-hot-storage.rules.yml
check "the rules do what their tests say" \
    on_host host promtool test rules $DOC/prometheus/jts-hot-storage.rules-test.yml
configure_prometheus
check "Prometheus has what the file has" the_file_is_scraped
check "Prometheus has loaded each rule" rules_are_loaded
check "an alert fires where a service is over its level" an_alert_fires
check "Prometheus has data for each panel of the dashboard" every_panel_has_data
check "T23: metrics are written where a sample failed, which stays a failure" \
    a_failed_sample_is_told_and_its_metrics_written
check "T23: a full disk leaves the old file" a_full_disk_leaves_the_old_file
check "another folder is set by a drop-in" another_folder_is_set_by_a_drop_in
check "masked, the unit writes nothing, and samples go on" masked_nothing_is_written
check "T02: no link in the folder's place is followed" a_link_is_not_followed
check "a link to itself in the folder's place costs the metrics, and no sample or alert" \
    a_link_to_itself_costs_the_metrics_alone

finish host
