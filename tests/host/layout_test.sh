#!/usr/bin/env bash
# Drop-ins on a living host: one adds a service, one changes a value, one takes a service out of
# management; data stays. A broken one stops changes, not reads.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

prepare_host "$(release_deb)"
boot_host host
DROP_INS=/etc/jts-hot-storage/layout.d
BASE=/data/jts/hot

drop_in() { on_host host sh -c "cat >'$DROP_INS/$1'"; }
as_alice() { on_host_as host alice jts-storage "$@"; }
services() {
    as_alice --json layout show |
        python3 -c 'import json, sys; print(*json.load(sys.stdin)["layout"]["services"])'
}
kinds() {
    as_alice --json plan | python3 -c '
import json, sys
for change in json.load(sys.stdin)["changes"]: print(change["kind"], change["subject"])'
}

provision_as host alice >/dev/null
on_host host sh -c "echo precious >$BASE/redis/data/dump.rdb && chown redis:redis $BASE/redis/data/dump.rdb"

# --- one that adds a service ---------------------------------------------------------------------
adds_a_service() {
    equal "$(printf '%s\n' 'create-group questdb' 'create-user questdb' \
        "create-directory $BASE/questdb" "create-directory $BASE/questdb/data")" "$(kinds)"
    equal 4 "$(applied "$(provision_as host alice)")"
    equal "questdb:questdb 750" "$(on_host host stat -c '%U:%G %a' $BASE/questdb)"
}
drop_in 10-questdb.json <<'END'
// one more database
{ "format": 1, "services": { "questdb": { "owner": "questdb", "directories": { "data": {} } } } }
END
check "a drop-in that adds a service: planned, then made" adds_a_service

# --- one that changes a value --------------------------------------------------------------------
changes_a_value() {
    equal "set-mode $BASE/kafka" "$(kinds)"
    equal 1 "$(applied "$(provision_as host alice)")"
    equal 700 "$(on_host host stat -c %a $BASE/kafka)"
    as_alice --json layout show | python3 -c '
import json, sys
sources = json.load(sys.stdin)["sources"]
assert sources["/services/kafka/mode"] == "/etc/jts-hot-storage/layout.d/20-kafka.json", sources'
}
drop_in 20-kafka.json <<'END'
{ "format": 1, "services": { "kafka": { "mode": "0700" } } }
END
check "a drop-in that changes a value: planned, made, and named as the value's source" \
    changes_a_value

# --- one that takes a service out of management --------------------------------------------------
leaves_the_data() {
    local before
    before=$(change_times host)
    equal "" "$(kinds)"
    equal 0 "$(applied "$(provision_as host alice)")"
    equal "$before" "$(change_times host)"
    equal precious "$(on_host host cat $BASE/redis/data/dump.rdb)"
    [[ " $(services) " != *" redis "* ]]
}
out_of_management_is_unknown() {
    local status=0
    as_alice plan redis || status=$?
    equal 7 "$status"
}
drop_in 30-without-redis.json <<'END'
{ "format": 1, "services": { "redis": null } }
END
check "a drop-in that takes a service out of management: its data stays untouched" leaves_the_data
check "a service out of management is not found" out_of_management_is_unknown

# --- broken ones ---------------------------------------------------------------------------------
# rejected FILE POINTER: changes are refused with both, reads go on, and redis stays removed.
rejected() {
    local before status=0
    before=$(change_times host)
    fails_with "$DROP_INS/$1" as_alice provision --yes
    fails_with "$2" as_alice provision --yes
    as_alice layout check || status=$?
    equal 2 "$status"
    equal "$before" "$(change_times host)"
    as_alice plan >/dev/null
    as_alice status | grep -i critical
    [[ " $(services) " != *" redis "* ]]
    on_host host rm "$DROP_INS/$1"
    equal 0 "$(applied "$(provision_as host alice)")"
}
drop_in 40-mode.json <<<'{ "format": 1, "services": { "kafka": { "mode": "9999" } } }'
check "a drop-in with a bad value: changes stop, with file and pointer" \
    rejected 40-mode.json /services/kafka/mode
drop_in 40-syntax.json <<<'{ "format": 1, "services": '
check "a drop-in that is no JSON: changes stop" rejected 40-syntax.json line
drop_in 40-unknown.json <<<'{ "format": 1, "services": { "kafka": { "moed": "0750" } } }'
check "a drop-in with an unknown key: changes stop, with file and pointer" \
    rejected 40-unknown.json /services/kafka/moed
drop_in 40-foreign.json <<<'{ "format": 1 }'
on_host host chown bob "$DROP_INS/40-foreign.json"
check "T43: a drop-in of somebody else's: changes stop" rejected 40-foreign.json "has owner"
drop_in 40-writable.json <<<'{ "format": 1 }'
on_host host chmod 0666 "$DROP_INS/40-writable.json"
check "T43: a drop-in that others may write: changes stop" rejected 40-writable.json "mode 0666"

finish host
