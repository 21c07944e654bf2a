#!/usr/bin/env bash
# Each exit status of the client, brought about by what really happens on a host.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

prepare_host "$(release_deb)"
boot_host host

# exits STATUS USER ARGUMENT…: shows what the person would see.
exits() {
    local expected=$1 user=$2 status=0
    shift 2
    on_host_as host "$user" jts-storage "$@" || status=$?
    equal "exit $expected" "exit $status"
}

check "0: done" exits 0 alice provision --yes redis
check "0: nothing is wrong" exits 0 bob validate --quiet redis

on_host host chmod 0777 /data/jts/hot/redis
check "1: validate finds something" exits 1 bob validate redis
check "1: plan finds something, and was asked for it" exits 1 bob plan --exit-code redis

check "2: an option that is none" exits 2 bob plan --frobnicate
on_host host sh -c 'echo "{ \"format\": 2 }" >/tmp/wrong.json'
check "2: a layout file that is wrong" exits 2 bob layout check /tmp/wrong.json

id=$(on_host_as host alice jts-storage --no-legend changes | head -n 1 | cut -d ' ' -f 1)
damage_the_record() {
    on_host host sh -c "printf X | dd of=/var/lib/jts-hot-storage/changes/$id bs=1 seek=100 conv=notrunc status=none"
}
damage_the_record
check "3: what was asked for fails" exits 3 alice rollback --yes "$id"

check "4: not authorised" exits 4 bob provision --yes --no-ask-password redis

on_host host systemctl mask --runtime --now --quiet jts-hot-storage.service
check "5: the service cannot be reached" exits 5 bob status
on_host host systemctl unmask --runtime --quiet jts-hot-storage.service
on_host host systemctl start jts-hot-storage.service

# Another program, such as passwd, is at the accounts databases.
hold_accounts() {
    on_host host perl -e '
        use Fcntl; open(my $lock, "+>", "/etc/.pwd.lock") or die;
        my $all = pack("s s l! l! i", F_WRLCK, 0, 0, 0, 0);
        fcntl($lock, F_SETLK, $all) or die "$!";
        open(my $ready, ">", "/tmp/held"); print $ready $$; close($ready); sleep 300' &
    local deadline=$((SECONDS + 30))
    until on_host host test -s /tmp/held; do ((SECONDS < deadline)) || die "no lock"; sleep 0.1; done
}
hold_accounts
check "6: somebody holds the accounts databases" exits 6 alice provision --yes kafka
on_host host bash -c 'kill $(</tmp/held)'

check "7: no such service" exits 7 bob plan oracle
check "7: no such change" exits 7 alice rollback --yes 00000000000000000000000000000000
check "7: no such job" exits 7 bob job show 00000000000000000000000000000000

signal_daemon() { on_host host bash -c "kill -s $1 $(main_pid host)"; }
signal_daemon STOP
check "8: no answer in time" exits 8 bob --timeout=1 status
signal_daemon CONT

finish host
