#!/usr/bin/env bash
# A tree as an archive unpacked by root leaves it: 100,000 files of root's, some with two names
# inside; one with a second name outside the tree, whose name inside a racer keeps renaming.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

prepare_host "$(release_deb)"
boot_host host
DATA=/data/jts/hot/clickhouse/data
OUTSIDE=/data/outside

provision_as host alice >/dev/null
# shellcheck disable=SC2016  # expanded on the host
on_host host bash -euc '
    for dir in {1..100}; do
        mkdir "$0/$dir"
        (cd "$0/$dir" && touch {1..1000})
    done
    for dir in {1..50}; do ln "$0/$dir/1" "$0/$dir/second-name"; done
    echo secret >"$1"
    ln "$1" "$0/1/leads-out"' "$DATA" "$OUTSIDE"

owners() { on_host host find "$DATA" -mindepth 1 ! -user clickhouse -printf '%u:%g %p\n'; }
refused() {
    python3 -c '
import json, sys
for refusal in json.loads(sys.argv[1])["refused"]:
    print(refusal["reason"].split(":")[0], refusal["subject"])' "$1"
}
entries() {
    python3 -c '
import json, sys
print(sum(change.get("entries", 0) for change in json.loads(sys.argv[1])["changes"]))' "$1"
}

is_given() {
    local answer
    answer=$(provision_as host alice)
    # Directories, files, and each second name.
    equal "$((100 + 100000 + 50))" "$(entries "$answer")"
    equal "hard-link $DATA/1/leads-out" "$(refused "$answer")"
    equal "root:root $DATA/1/leads-out" "$(owners)"
    equal "root root" "$(on_host host stat -c '%U %G' "$OUTSIDE")"
}
without_probe_there_are_no_names() {
    # What bob may see of the same tree: the plan is his to read, the names are not.
    on_host host chown root:root "$DATA/2/2"
    [[ $(on_host_as host bob "${CALL[@]}" Plan 'asa{sv}' 0 0) != *"$DATA/"* ]]
    [[ $(on_host_as host alice "${CALL[@]}" Plan 'asa{sv}' 0 0) == *"$DATA/2/2"* ]]
}
withstands_a_racer() {
    local racer pass
    # The service's own account shows one name of the outside file under two names in turn.
    # shellcheck disable=SC2016  # Perl's
    on_host_as host clickhouse timeout 60 perl -e '
        chdir $ARGV[0] or die; my ($one, $two) = ("1/leads-out", "99/leads-out");
        rename $one, $two and rename $two, $one until -e $ARGV[1]' "$DATA" /tmp/stop &
    racer=$!
    for pass in {1..8}; do
        # Something foreign, so that every pass walks to change.
        on_host host chown root:root "$DATA/50/$pass"
        on_host_as host alice "${CALL[@]}" Provision 'asa{sv}' 1 clickhouse 0 >/dev/null
        equal "root root" "$(on_host host stat -c '%U %G' "$OUTSIDE")"
    done
    on_host host touch /tmp/stop
    wait "$racer"
}
naive_control_is_led_out() {
    on_host host sh -c "chown -R clickhouse:clickhouse $DATA"
    equal "clickhouse clickhouse" "$(on_host host stat -c '%U %G' "$OUTSIDE")"
}

check "100,000 files of root's, some with two names, are given to their service; the one that leads \
out is refused and named" is_given
check "names inside the tree are for operators" without_probe_there_are_no_names
check "T03: a racer that renames the name inside gains nothing in 8 passes" withstands_a_racer
check "T03: the specification's chown -R gives the file outside away" naive_control_is_led_out

finish host
