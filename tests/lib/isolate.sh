# shellcheck shell=bash
# A run that leaves nothing behind.
#
# `isolate "$@"` runs the calling script once more, in a mount and a PID namespace of its own: when
# the namespace's first process ends, by whatever signal, the kernel ends every process in there and
# its mounts are gone. What is left are files and control groups; both carry the run's id. The run
# holds a lock on its folder; a folder whose lock is free was left by a run that was killed, and the
# next run removes it.

RUNS=$CACHE/runs

# isolate ARGUMENT…: returns only inside the namespaces, with RUN_DIR set to a folder for the run.
isolate() {
    local self
    self=$(realpath -- "$0")
    if [[ ${JTS_ISOLATED:-} == "$self" ]]; then
        RUN_DIR=$JTS_RUN_DIR
        # Tests that need a folder below which only root writes make theirs here.
        mount -t tmpfs -o mode=0755 tmpfs /srv
        return 0
    fi
    require_root
    remove_leftover_runs
    begin_run
    trap end_run EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    # In the background, since bash runs a trap only between commands; so it must be told that
    # SIGINT is not to be ignored. When this script is killed, unshare is, and with it the namespace.
    JTS_ISOLATED=$self JTS_RUN_DIR=$RUN_DIR setpriv --pdeathsig KILL \
        env --default-signal=INT,QUIT \
        unshare --mount --pid --fork --kill-child --mount-proc -- "$self" "$@" <&0 &
    ISOLATED_PID=$!
    wait "$ISOLATED_PID" && exit 0 || exit $?
}

begin_run() {
    mkdir -p "$RUNS"
    RUN_DIR=$(mktemp -d "$RUNS/XXXXXXXX")
    exec {RUN_LOCK}>"$RUN_DIR/lock"
    flock "$RUN_LOCK"
}

end_run() {
    if [[ -n ${ISOLATED_PID:-} && -e /proc/$ISOLATED_PID ]]; then
        # The namespace's first process is the one to kill: once unshare has seen it end, every
        # other process in there has ended too.
        # Without stderr, since bash would report the kill as if it were somebody's mistake.
        {
            read -ra first <"/proc/$ISOLATED_PID/task/$ISOLATED_PID/children" || first=()
            kill -KILL "${first[@]:-$ISOLATED_PID}" || true
            wait "$ISOLATED_PID" || true
        } 2>/dev/null
    fi
    remove_run "$RUN_DIR"
}

remove_leftover_runs() {
    local dir
    for dir in "$RUNS"/*/; do
        [[ -d $dir ]] || continue
        # A run makes its folder a moment before it locks it: leave very young ones alone.
        if [[ ! -e $dir/lock ]]; then
            find "$dir" -maxdepth 0 -mmin +1 -exec rmdir {} \;
        elif flock --nonblock "$dir/lock" true; then
            say "removing what an interrupted run left: $dir"
            remove_run "${dir%/}"
        fi
    done
}

remove_run() {
    remove_cgroups "$(basename -- "$1")"
    rm -rf --one-file-system -- "$1"
}

# --- control groups ------------------------------------------------------------------------------
# Hosts that shared one would see each other's services. Every hierarchy gets its own group for each
# host: the many of version 1, or the one of version 2.

cgroup_hierarchies() {
    if [[ -e /sys/fs/cgroup/cgroup.procs ]]; then
        echo /sys/fs/cgroup
    else
        local procs
        for procs in /sys/fs/cgroup/*/cgroup.procs; do
            [[ -e $procs ]] && dirname -- "$procs"
        done
    fi
}

# enter_cgroup RUN NAME: the calling process, and what it starts, into a new group in each hierarchy.
enter_cgroup() {
    local hierarchy group file
    for hierarchy in $(cgroup_hierarchies); do
        group=$hierarchy/jts-hot-storage.$1.$2
        mkdir -p "$group"
        # Version 1 refuses processes in a cpuset that has no processors yet.
        for file in cpuset.cpus cpuset.mems; do
            if [[ -e $hierarchy/$file && -e $group/$file ]]; then
                cat "$hierarchy/$file" >"$group/$file"
            fi
        done
        echo "$BASHPID" >"$group/cgroup.procs"
    done
}

# remove_cgroups RUN [NAME]: the groups of one host, or of all hosts of a run.
remove_cgroups() {
    local hierarchy group
    for hierarchy in $(cgroup_hierarchies); do
        for group in "$hierarchy/jts-hot-storage.$1."${2:-*}; do
            [[ ! -d $group ]] || remove_cgroup "$group"
        done
    done
}

# A group is busy for a moment after its last process was killed.
remove_cgroup() {
    local tries
    for ((tries = 0; tries < 50; ++tries)); do
        find "$1" -depth -type d -exec rmdir {} + 2>/dev/null && return
        sleep 0.1
    done
    find "$1" -depth -type d -exec rmdir {} +
}
