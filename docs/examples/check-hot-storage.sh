#!/bin/sh
# Is the hot storage as its layout says, and is there room? For monitors that understand Nagios plugins:
# one line, and exit status 0 (all is well), 1 (a service or a file system fills up) or 2 (something is
# wrong, or the service cannot be asked). Any account may run it; needs busctl and jq, not jts-storage.
#
# Usage: check-hot-storage.sh [SERVICE…]
set -u

name=org.jts.HotStorage1
forever=18446744073709551615

end() {
    case $1 in 0) word=OK ;; 1) word=WARNING ;; *) word=CRITICAL ;; esac
    printf 'HOT STORAGE %s: %s\n' "$word" "$2"
    exit "$1"
}

# call METHOD SERVICE…: its answer as JSON. It waits as long as it takes: monitors have their limits.
call() {
    method=$1
    shift
    busctl --json=short --timeout=infinity call "$name" /org/jts/HotStorage1 "$name" "$method" \
        'asa{sv}' "$#" "$@" 1 wait t "$forever" 2>&1
}

report=$(call Validate "$@") || end 2 "Validate: $report"
usage=$(call GetUsage "$@") || end 2 "GetUsage: $usage"

# Values of a{sv} carry their types: {"failed": {"type": "u", "data": 0}}.
failed=$(printf '%s' "$report" | jq -r '.data[0].failed.data') || end 2 "no answer that jq can read"
first=$(printf '%s' "$report" | jq -r '
    [.data[0].findings.data[] | map_values(.data) | select(.result == "fail")][0]
    | if . then "\(.check) \(.subject): \(.message)" else "" end')
# Whatever is not at level ok, the worst first.
levels=$(printf '%s' "$usage" | jq -r '
    [(.data[0] | to_entries[] | {what: .key, level: .value.level.data}),
     (.data[1][] | {what: .mount_point.data, level: .level.data})]
    | map(select(.level != "ok")) | sort_by(.level != "critical")
    | map("\(.what) is at level \(.level)") | join(", ")')

[ "$failed" -eq 0 ] || end 2 "failed checks: $failed, the first: $first"
case $levels in
    '') end 0 "$(printf '%s' "$report" | jq -r '.data[0].passed.data') checks passed" ;;
    *critical*) end 2 "$levels" ;;
    *) end 1 "$levels" ;;
esac
