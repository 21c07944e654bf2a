#!/usr/bin/env bash
# The client at a terminal, as a person sees it: tables at 80 and at 40 columns, the question of
# provision, polkit's question for a password, Ctrl-C during a long job; and another host over ssh.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

prepare_host "$(release_deb)"
boot_host host

# --- a terminal ----------------------------------------------------------------------------------
TERMINALS=$RUN_DIR/terminals
mkdir "$TERMINALS"
# The one that was opened last; each is a server of its own, since one that ends still holds its name.
terminal() { tmux -S "$(find "$TERMINALS" -type s -printf '%T@ %p\n' | sort -n | tail -1 | cut -d ' ' -f 2)" "$@"; }

# open_terminal COLUMNS USER COMMAND…: what the user sees of the command, which runs on the host.
# Ctrl-C is for the command alone: what is around it has to outlive it.
open_terminal() {
    local columns=$1 user=$2
    shift 2
    terminal kill-server 2>/dev/null || true
    tmux -S "$(mktemp -u "$TERMINALS/XXXXXX")" -f /dev/null new-session -d -x "$columns" -y 100 \
        "trap '' INT; $(quoted env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=screen LANG=C.UTF-8 \
            nsenter --target "${HOST_PID[host]}" --all -- \
            setpriv --reuid "$user" --regid "$user" --init-groups -- env --default-signal=INT "$@"
        ); echo \"exit \$?\"; exec sleep infinity"
}
screen() { terminal capture-pane -p | sed -e 's/ *$//' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'; }
type_in() { terminal send-keys "$@"; }

# await TEXT: until it is on the screen, which is shown where it never comes.
await() {
    local deadline=$((SECONDS + 30))
    while ((SECONDS < deadline)); do
        [[ $(screen 2>/dev/null) == *"$1"* ]] && return
        sleep 0.1
    done
    printf 'never on the screen: %s\n' "$1"
    screen
    return 1
}

# --- provision asks, polkit asks -----------------------------------------------------------------
# Nobody is in Debian's group of administrators, so that polkit asks for root's password.
on_host host sh -c 'echo root:sesame | chpasswd'

answer_to_bobs_plan() {
    open_terminal 80 bob jts-storage provision redis
    await '[y/N]'
    type_in "$1" Enter
}
declining_changes_nothing() {
    answer_to_bobs_plan n
    await 'exit 3'
    screen
    on_host host test ! -e /data/jts/hot/redis
}
a_wrong_password_is_exit_4() {
    answer_to_bobs_plan y
    await 'Password:'
    type_in wrong Enter
    await 'exit 4'
    screen
    on_host host test ! -e /data/jts/hot/redis
}
the_password_provisions() {
    answer_to_bobs_plan y
    await 'Password:'
    type_in sesame Enter
    await 'exit 0'
    screen
    screen | grep -q 'AUTHENTICATION COMPLETE'
    on_host host test -d /data/jts/hot/redis
}
no_agent_is_left() { fails_with "" on_host host pidof pkttyagent; }
members_are_not_asked() {
    open_terminal 80 alice jts-storage provision --yes kafka
    await 'exit 0'
    fails_with "" grep Password <(screen)
}
no_prompt_where_none_is_wanted() {
    open_terminal 80 bob jts-storage provision --yes --no-ask-password mongodb
    await 'exit 4'
    screen
    fails_with "" grep Password <(screen)
}
check "the question is answered with no: nothing is changed, exit 3" declining_changes_nothing
check "polkit's question is answered wrongly: exit 4" a_wrong_password_is_exit_4
check "polkit's question is answered: the change is made" the_password_provisions
check "the agent ends with the command" no_agent_is_left
check "who needs no password is not asked" members_are_not_asked
check "--no-ask-password at a terminal: exit 4 at once" no_prompt_where_none_is_wanted

# --- tables --------------------------------------------------------------------------------------
on_host host chmod 0777 /data/jts/hot/kafka

shows_at() {
    local columns=$1
    shift
    open_terminal "$columns" alice "$@"
    await 'exit '
    screen
}
at_120_in_a_table() {
    shows_at 120 jts-storage validate kafka
    screen | grep -qE '^RESULT +CHECK'
    screen | grep -qE '^✗ fail +directory.mode +kafka'
}
in_blocks_at() {
    shows_at "$1" jts-storage validate kafka
    screen | grep -qxF '✗ fail'
    screen | grep -qE '^  check +directory.mode$'
}
usage_at_80() {
    shows_at 80 jts-storage usage redis kafka
    screen | grep -qE '^SERVICE +USED'
}
usage_at_40() {
    shows_at 40 jts-storage usage redis kafka
    screen | grep -qE '^SERVICE +USED +% +LEVEL'
}
piped_it_is_whole() {
    open_terminal 40 alice sh -c 'jts-storage validate | cat >/tmp/piped'
    await 'exit 0'
    on_host host grep -E '^fail +directory.mode +kafka +/data/jts/hot/kafka ' /tmp/piped
    fails_with "" on_host host grep -P '\x1b|✗' /tmp/piped
}
check "validate at 120 columns is a table" at_120_in_a_table
check "validate at 80 columns is in blocks" in_blocks_at 80
check "validate at 40 columns is in blocks" in_blocks_at 40
check "usage at 80 columns is a table" usage_at_80
check "usage at 40 columns is a table of what matters most" usage_at_40
check "what is piped is plain and whole, however narrow the terminal" piped_it_is_whole

# --- Ctrl-C --------------------------------------------------------------------------------------
FILES=400000
grow_tree() {
    on_host host mount -t tmpfs -o nr_inodes=2M,mode=0755,uid=kafka,gid=kafka tmpfs /data/jts/hot/kafka/data
    on_host host bash -c "
        cd /data/jts/hot/kafka/data
        for d in \$(seq $((FILES / 1000))); do
            mkdir \$d && (cd \$d && seq 1000 | xargs touch)
        done"
}
grow_tree

# On a fast machine, what is to be interrupted would be over before somebody sees how far it is.
slow_the_service_down() {
    local pid
    pid=$(main_pid host)
    on_host host systemd-run --quiet --unit slow-down --property "ExecStopPost=bash -c 'kill -CONT $pid'" \
        bash -c "while kill -STOP $pid; do sleep 0.05; kill -CONT $pid; sleep 0.01; done"
}
ctrl_c_undoes_the_change() {
    open_terminal 80 alice jts-storage provision --yes kafka
    await ' left'
    screen
    type_in C-c
    await 'exit 3'
    screen
    screen | grep -q 'cancelling job'
    screen | xargs | grep -q 'what it had changed was undone'
    # All were root's before, and are again.
    equal "" "$(on_host host find /data/jts/hot/kafka/data -mindepth 1 ! -uid 0 -print -quit)"
}
ctrl_c_ends_a_count() {
    open_terminal 40 alice jts-storage usage --fresh kafka
    await ' items'
    screen
    type_in C-c
    await 'exit 3'
    screen
}
ctrl_c_at_the_password_leaves_nothing() {
    open_terminal 80 bob jts-storage provision --yes mongodb
    await 'Password:'
    type_in C-c
    await 'exit '
    screen
    fails_with "" on_host host pidof pkttyagent jts-storage
    on_host host test ! -e /data/jts/hot/mongodb
}
slow_the_service_down
check "Ctrl-C during a long change undoes it, and says so" ctrl_c_undoes_the_change
check "Ctrl-C during a count ends it" ctrl_c_ends_a_count
on_host host systemctl stop slow-down
check "Ctrl-C at the password ends client and agent, and nothing is changed" \
    ctrl_c_at_the_password_leaves_nothing

terminal kill-server || true
finish host
