#!/usr/bin/env bash
# What each command prints with --json is what its schema says, and every member of it is described:
# on an empty host, a provisioned one, with damage, refusals, changes, jobs and broken files.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

FILES=100000
BASE=/data/jts/hot
DROP_IN=/etc/jts-hot-storage/layout.d/90-test.json
prepare_host "$(release_deb)"
boot_host host

# The schemas that are installed, held against the output by the machine that runs the tests: a host
# has no python.
mkdir "$RUN_DIR/schemas"
on_host host tar -C /usr/share/jts-hot-storage/schemas -c . | tar -C "$RUN_DIR/schemas" -x
fits() { python3 -B "$SOURCE_DIR/tests/lib/check_json.py" "$RUN_DIR/schemas/$1.schema.json"; }

# prints STATUS SCHEMA USER ARGUMENT…: the command ends so, and what it prints fits; it stays in
# $RUN_DIR/json.
prints() {
    local expected=$1 schema=$2 user=$3 status=0
    shift 3
    on_host_as host "$user" jts-storage --json "$@" >"$RUN_DIR/json" 2>"$RUN_DIR/remarks" || status=$?
    cut -c 1-300 "$RUN_DIR/json"
    equal "$expected" "$status" || { cat "$RUN_DIR/remarks"; return 1; }
    fits "$schema" <"$RUN_DIR/json"
}
# has EXPRESSION: of the document `d` that was printed last; without it the situation was another.
has() {
    python3 -c 'import json, sys; d = json.load(sys.stdin); sys.exit(not eval(sys.argv[1]))' "$1" \
        <"$RUN_DIR/json" || { echo "not so: $1"; return 1; }
}
# document EXPRESSION: a value of the document that was printed last.
document() {
    python3 -c 'import json, sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1" <"$RUN_DIR/json"
}

every_command_has_one() {
    local name
    for name in status plan provision changes rollback validate usage sample history forecast alerts monitor job-{list,show,wait,cancel} \
        layout-{show,check}; do
        test -s "$RUN_DIR/schemas/$name.schema.json"
    done
    equal 18 "$(find "$RUN_DIR/schemas" -type f | wc -l)"
}
check "a schema for each command is installed" every_command_has_one

# --- an empty host -------------------------------------------------------------------------------
empty_host() {
    prints 0 status bob status
    has 'd["health"] == "unprovisioned"'
    prints 0 plan bob plan
    has '{c["kind"] for c in d["changes"]} == {"create-group", "create-user", "create-directory"}'
    prints 0 plan alice provision --dry-run redis
    prints 0 changes bob changes
    has 'd["changes"] == []'
    prints 1 validate bob validate
    has 'not d["ok"] and {"pass", "fail", "skip"} <= {f["result"] for f in d["findings"]}'
    prints 0 usage bob usage
    has 'd["services"]["redis"]["used_bytes"] == 0'
    prints 0 forecast bob forecast
    has 'd["services"]["redis"]["used_bytes"] == 0 and d["filesystems"]'
    prints 0 alerts bob alerts
    has 'd["alerts"] == []'
    prints 0 job-list bob job list
    has 'd["jobs"] == []'
    prints 0 layout-show bob layout show
    has 'd["sources"]["/base"] and d["layout"]["services"]["kafka"]["directories"]'
    prints 0 layout-check bob layout check
    has 'd["rejected"] == []'
}
check "an empty host" empty_host

# --- a provisioned one ---------------------------------------------------------------------------
provisioned_host() {
    prints 0 provision alice provision --yes
    has 'd["applied"] > 20 and d["change_id"]'
    document 'd["change_id"]' >"$RUN_DIR/first"
    prints 0 provision alice provision --yes
    has 'd["applied"] == 0 and d["change_id"] == ""'
    prints 0 status bob status
    has 'd["health"] == "ok"'
    prints 0 plan bob plan
    has 'd["changes"] == []'
    prints 0 validate alice validate --write-probe
    has 'any("latency_usec" in f for f in d["findings"])'
    prints 0 changes bob changes
    prints 0 usage alice usage --fresh
    has '"top_directories" not in d["services"]["kafka"]'
    on_host host runuser -u kafka -- mkdir "$BASE/kafka/data/topic"
    prints 0 usage alice usage --fresh --top 3
    has 'd["services"]["kafka"]["top_directories"][0]["path"] == "/data/jts/hot/kafka/data/topic"'
    prints 0 sample alice sample
    has 'd["services"] > 5 and not d["incomplete"]'
    prints 0 history bob history --since 1h
    has '{"", "redis"} <= {p["service"] for p in d["points"]}'
    prints 0 history bob history --since 1h redis
    has '{p["service"] for p in d["points"]} == {"redis"}'
}
check "a provisioned host" provisioned_host

# --- damage and refusals -------------------------------------------------------------------------
damage() {
    on_host host bash -c "
        cd $BASE
        touch /data/jts/outside && ln /data/jts/outside redis/data/link
        mkdir redis/data/foreign && touch redis/data/foreign/{1..30} redis/data/\$'a\\nb\\xff'
        chmod 0777 kafka && chown bob:bob kafka/logs
        rmdir clickhouse/tmp && ln -s /etc clickhouse/tmp
        ln -s /etc/passwd kafka/data/out && chown -h kafka:kafka kafka/data/out
        mkdir stray"
}
on_damage() {
    prints 0 plan bob plan
    has '{"set-mode", "set-owner", "set-owner-below"} <= {c["kind"] for c in d["changes"]}'
    has 'not any("examples" in c for c in d["changes"])'
    prints 0 plan alice plan
    has 'any(len(c.get("examples", [])) == 20 and c["entries"] > 30 for c in d["changes"])'
    prints 1 validate bob validate
    prints 1 validate alice validate
    has 'any("examples" in f and f["entries"] for f in d["findings"])'
    has '{"base.unmanaged", "below.links_out"} <= {f["check"] for f in d["findings"] if f["result"] == "warn"}'
    prints 0 status bob status
    prints 0 provision alice provision --yes
    has '{r["reason"].split(":")[0] for r in d["refused"]} == {"hard-link", "symlink"}'
    document 'd["change_id"]' >"$RUN_DIR/second"
}
damage
check "damage, what is seen of it by whom, and what is refused" on_damage

# --- rollbacks -----------------------------------------------------------------------------------
rollbacks() {
    on_host host sh -c "echo more >>$BASE/redis/data/foreign/1; rm $BASE/redis/data/foreign/2"
    prints 0 rollback bob rollback --dry-run "$(<"$RUN_DIR/second")"
    prints 0 rollback alice rollback --dry-run "$(<"$RUN_DIR/second")"
    has 'd["restored"] > 20 and d["change_id"] == ""'
    prints 0 rollback alice rollback --yes "$(<"$RUN_DIR/second")"
    has '{r["reason"].split(":")[0] for r in d["not_restored"]} == {"touched", "gone"}'
    prints 0 rollback alice rollback --dry-run "$(<"$RUN_DIR/first")"
    has '"redis" in d["kept"] and any(r["reason"].startswith("not-empty") for r in d["not_restored"])'
    prints 0 changes bob changes
    has 'd["changes"][-1]["operation"] == "rollback" and d["changes"][-2]["rolled_back_by"]'
}
check "rollbacks, with what they leave" rollbacks

# --- jobs ----------------------------------------------------------------------------------------
# A tmpfs for the tree, since what a host keeps in memory holds fewer inodes.
grow_tree() {
    on_host host mount -t tmpfs -o nr_inodes=1M,mode=0755,uid=kafka,gid=kafka tmpfs $BASE/kafka/data
    on_host host runuser -u kafka -- bash -c "
        cd $BASE/kafka/data
        for d in \$(seq $((FILES / 1000))); do
            mkdir \$d && (cd \$d && seq 1000 | xargs touch)
        done"
}
# begin METHOD ARGUMENT…: the id of its job.
begin() {
    local answer
    answer=$(on_host_as host alice "${CALL[@]}" "$@" 2>&1) || true
    [[ $answer =~ /job/([0-9a-f]{32})\  ]] || { echo "no job: $answer"; return 1; }
    printf '%s\n' "${BASH_REMATCH[1]}"
}
a_running_job() {
    local job
    job=$(begin GetUsage 'asa{sv}' 0 2 max_age t 0 wait t 0)
    prints 0 job-list bob job list
    has "any(j['state'] == 'running' and j['job_id'] == '$job' for j in d['jobs'])"
    prints 0 job-show bob job show "$job"
    prints 0 job-wait alice job wait "$job"
    has "d['result']['services']['kafka']['inodes'] > $FILES"
}
# One of each kind; a rollback of what the Provision before it has done.
jobs_results() {
    local call
    on_host host chmod 0700 $BASE/mongodb
    prints 0 job-wait alice job wait "$(begin Sample 'a{sv}' 1 wait t 0)"
    has 'd["result"]["sampled_at"] > 0'
    for call in Plan Validate Provision; do
        prints 0 job-wait alice job wait "$(begin $call 'asa{sv}' 0 1 wait t 0)"
    done
    has 'd["result"]["applied"] > 0'
    prints 0 job-wait alice job wait \
        "$(begin Rollback 'sa{sv}' "$(document 'd["result"]["change_id"]')" 1 wait t 0)"
    has 'd["result"]["restored"] > 0'
}
a_cancelled_job() {
    local job
    job=$(begin GetUsage 'asa{sv}' 0 2 max_age t 0 wait t 0)
    prints 0 job-cancel alice job cancel "$job"
    prints 0 job-show bob job show "$job"
    has 'd["state"] == "cancelled"'
    prints 3 job-wait alice job wait "$job"
    has 'd["state"] == "cancelled" and d["result"] == {}'
}
grow_tree
check "a job that runs, and its result" a_running_job
check "the result of each kind of job" jobs_results
check "a job that is cancelled" a_cancelled_job

# --- broken files --------------------------------------------------------------------------------
a_rejected_file() {
    on_host host sh -c "echo '{ \"format\": 1, \"services\": { \"redis\": { \"mode\": \"9999\" }, \"x y\": {} } }' >$DROP_IN"
    prints 2 layout-check bob layout check
    has 'd["rejected"][0]["pointer"] == "/services/redis/mode"'
    prints 0 layout-show bob layout show
    prints 0 status bob status
    has 'd["health"] == "critical"'
    prints 1 validate bob validate
    has '"layout.rejected" in {f["check"] for f in d["findings"] if f["result"] == "fail"}'
    on_host host rm "$DROP_IN"
    prints 2 layout-check bob layout check /etc/hostname
}
a_drop_in() {
    on_host host tee "$DROP_IN" >/dev/null <<<'{ "format": 1, "expected_mount": "/", "services": {
        "redis": { "planned_bytes": null, "acl": ["user:bob:r-x"], "directories": { "logs": null } } } }'
    prints 0 layout-show bob layout show
    has 'd["layout"]["expected_mount"] == "/" and d["layout"]["services"]["redis"]["acl"]'
    prints 1 validate bob validate
    has '"directory.acl" in {f["check"] for f in d["findings"] if f["result"] == "fail"}'
    prints 0 usage bob usage redis
    has 'd["services"]["redis"]["planned_bytes"] == 0'
    on_host host rm "$DROP_IN"
}
a_damaged_record() {
    on_host host sh -c "printf damage | dd conv=notrunc bs=1 seek=12 of=/var/lib/jts-hot-storage/changes/$(<"$RUN_DIR/first")" 2>/dev/null
    prints 0 changes bob changes
    has "any(c['change_id'] == '$(<"$RUN_DIR/first")' and c['operation'] == '' for c in d['changes'])"
    prints 1 validate alice validate
    has '"changes.records" in {f["check"] for f in d["findings"] if f["result"] == "warn"}'
}
check "a layout file that is rejected" a_rejected_file
check "a drop-in with values of other kinds" a_drop_in
check "a record of a change that is damaged" a_damaged_record

finish host
