#!/usr/bin/env bash
# Alerts and forecasts on a real host: raised by the package's unit, in the journal with its catalog's text,
# on the bus for anybody who listens, and over restarts.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

SAMPLE=jts-hot-storage-sample
STATE=/var/lib/jts-hot-storage
DUMP=/data/jts/hot/redis/data/dump
DROP_IN=/etc/jts-hot-storage/layout.d/90-test.json
RAISED=e36f1b08c5a74d0f8f2c94a7d1506b3e
CLEARED=8a40c2d7b9e14f8f9a35d1c06e7b4f12
prepare_host "$(release_deb)"
boot_host host
# Each sample here is one of this test's.
on_host host systemctl stop $SAMPLE.timer
on_host host tar -C /usr/share/jts-hot-storage/schemas -c . | tar -C "$RUN_DIR" -x
fits() { python3 -B "$SOURCE_DIR/tests/lib/check_json.py" "$RUN_DIR/$1.schema.json"; }

# layout PLANNED DAYS: what is in the host's memory is not what is tested.
layout() {
    on_host host tee $DROP_IN >/dev/null <<END
{ "format": 1,
  "filesystem_thresholds": { "warning_percent": 100, "critical_percent": 100,
      "warning_days_left": 0, "critical_days_left": 0 },
  "services": { "redis": { "planned_bytes": $1, "thresholds": { "warning_days_left": $2, "critical_days_left": 0,
      "warning_bytes": 8000000, "critical_bytes": 16000000 } } } }
END
}
# sample_with MEBIBYTES
sample_with() {
    on_host host runuser -u redis -- dd if=/dev/zero of=$DUMP bs=1M count="$1" status=none
    on_host host systemctl start $SAMPLE.service
}
alerts() { on_host_as host bob jts-storage --no-legend alerts | awk '{ print $1, $3 }'; }
health() { on_host host busctl get-property org.jts.HotStorage1 /org/jts/HotStorage1 org.jts.HotStorage1 Health; }
# journal ID: the entries' messages.
journal() {
    on_host host journalctl --sync
    on_host host journalctl --no-pager --output cat MESSAGE_ID="$1"
}

a_week_of_flapping_is_one_raise() {
    local mebibytes
    for mebibytes in 1 9 10 9 10 9 10; do sample_with $mebibytes; done
    equal "warning usage.redis" "$(alerts)"
    equal 's "degraded"' "$(health)"
    equal 1 "$(journal $RAISED | wc -l)"
    sample_with 20
    equal "critical usage.redis" "$(alerts)"
    equal 's "critical"' "$(health)"
    sample_with 1
    equal "" "$(alerts)"
    equal 's "ok"' "$(health)"
    equal 2 "$(journal $RAISED | wc -l)"
    equal 2 "$(journal $CLEARED | wc -l)"
}
the_journal_explains_it() {
    on_host host journalctl --no-pager --catalog --priority crit MESSAGE_ID=$RAISED | tee "$RUN_DIR/told"
    grep -F "The alert usage.redis was raised as critical" "$RUN_DIR/told"
    equal 1 "$(on_host host journalctl --no-pager --output cat JTS_SUBJECT=usage.redis JTS_SEVERITY=critical MESSAGE_ID=$RAISED | wc -l)"
}
restarts_and_kills_raise_nothing_again() {
    local raised pid
    sample_with 10
    raised=$(journal $RAISED | wc -l)
    on_host host systemctl restart "$UNIT"
    equal "warning usage.redis" "$(alerts)"
    sample_with 10
    pid=$(main_pid host)
    on_host host bash -c "kill -KILL $pid"
    sample_with 10
    equal "warning usage.redis" "$(alerts)"
    equal "$raised" "$(journal $RAISED | wc -l)"
    equal "600 root" "$(on_host host stat -c '%a %U' $STATE/alerts.json)"
}
findings_by_exit_status() {
    on_host_as host bob jts-storage alerts --exit-code && return 1
    on_host_as host bob jts-storage --json alerts | tee "$RUN_DIR/json"
    fits alerts <"$RUN_DIR/json"
    on_host_as host bob jts-storage --json status | fits status
}
anybody_may_listen() {
    local tries listener
    on_host_as host bob timeout 60 jts-storage --json monitor >"$RUN_DIR/lines" 2>"$RUN_DIR/ready" &
    listener=$!
    for ((tries = 0; tries < 100; tries++)); do
        [[ -s $RUN_DIR/ready ]] && break
        sleep 0.1
    done
    sample_with 1
    on_host host chmod 0700 /data/jts/hot/kafka
    provision_as host alice >/dev/null 2>&1
    for ((tries = 0; tries < 100; tries++)); do
        (($(wc -l <"$RUN_DIR/lines") >= 3)) && break
        sleep 0.1
    done
    kill "$listener"
    wait "$listener" || true
    cut -c 1-200 "$RUN_DIR/lines"
    equal "alert-cleared change-applied usage-sampled" \
        "$(python3 -c 'import json, sys; print(*sorted(json.loads(l)["event"] for l in sys.stdin))' <"$RUN_DIR/lines")"
    local line
    while read -r line; do fits monitor <<<"$line"; done <"$RUN_DIR/lines"
}
drift_is_told() {
    on_host host chmod 0777 /data/jts/hot/kafka
    sample_with 1
    equal "warning drift.kafka" "$(alerts)"
    provision_as host alice >/dev/null 2>&1
    sample_with 1
    equal "" "$(alerts)"
}
# Nine days, an hour apart, of a gigabyte a day, written into the history while the service is stopped.
a_history_foretells() {
    on_host host systemctl stop "$UNIT"
    on_host host cat $STATE/history.db >"$RUN_DIR/history.db"
    python3 - "$RUN_DIR/history.db" <<'END'
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1])
now = int(time.time() * 1e6)
(series,) = db.execute("SELECT id FROM series WHERE service = 'redis'").fetchone()
db.execute("DELETE FROM points WHERE series = ?", (series,))
for hour in range(9 * 24, 0, -1):
    used = 50_000_000_000 - hour * 1_000_000_000 // 24
    db.execute("INSERT INTO points VALUES (?, ?, ?, ?, 4)", (series, now - hour * 3_600_000_000, used, used))
db.execute("PRAGMA journal_mode=DELETE")
db.commit()
END
    on_host host sh -c "cat >$STATE/history.db" <"$RUN_DIR/history.db"
    layout 53000000000 7
    sample_with 1
    on_host_as host bob jts-storage --si forecast redis
    on_host_as host bob jts-storage --si usage redis
    on_host_as host bob jts-storage --json forecast redis | tee "$RUN_DIR/json"
    fits forecast <"$RUN_DIR/json"
    python3 -c 'import json, sys, time
redis = json.load(sys.stdin)["services"]["redis"]
days = (redis["full_at"] / 1e6 - time.time()) / 86400
assert abs(redis["growth_bytes_per_day"] - 1e9) < 1e7 and 2.5 < days < 3.5, (redis, days)' <"$RUN_DIR/json"
    equal "warning growth.redis" "$(alerts)"
    on_host host busctl get-property org.jts.HotStorage1 /org/jts/HotStorage1/service/redis \
        org.jts.HotStorage1.Service GrowthBytesPerDay FullAt
}
growth_stops_with_a_larger_plan() {
    layout 90000000000 7
    sample_with 1
    equal "" "$(alerts)"
}

nothing_of_it_was_an_error() {
    on_host host journalctl --sync
    equal "" "$(on_host host journalctl --no-pager --output cat --priority err --unit "$UNIT" | grep -v '^critical: ')"
}

layout 60000000000 7
provision_as host alice >/dev/null 2>&1
check "flapping around a level is one raise, and each severity is told once" a_week_of_flapping_is_one_raise
check "the journal has it with what it means" the_journal_explains_it
check "restarts and kills raise nothing again" restarts_and_kills_raise_nothing_again
check "alerts are findings where that is asked for, and their JSON fits" findings_by_exit_status
check "anybody may listen: alerts, changes, samples, a line each" anybody_may_listen
check "drift is told until it is put right" drift_is_told
check "a history foretells when the plan is full, and that is an alert" a_history_foretells
check "a larger plan clears it" growth_stops_with_a_larger_plan
check "nothing of it was an error" nothing_of_it_was_an_error
finish host
