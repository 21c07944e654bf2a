# shellcheck shell=bash
# Completion of jts-storage(1) for bash, loaded by bash-completion. The tables are held against the
# client's --help by tests/unit/completion_test.py.

# What the service says, or nothing: no question, no error, no long wait.
_jts_storage_ask() {
    jts-storage --no-ask-password --timeout=2 --quiet --no-legend "$@" 2>/dev/null
}

# The layout names the source of each value, by pointers such as "/services/redis/mode".
_jts_storage_services() {
    _jts_storage_ask --json layout show | command grep -o '"/services/[a-z0-9_]*/[a-z_]*":' |
        cut -d / -f 3 | sort -u
}

# The first column of what the command lists, the latest first.
_jts_storage_ids() {
    _jts_storage_ask "$@" | cut -d ' ' -f 1 | tac
}

_jts_storage() {
    local -A commands=(
        [jts-storage]='status plan provision changes rollback validate usage sample history
            forecast alerts monitor metrics job layout'
        [job]='list show wait cancel'
        [layout]='show check'
    )
    local -A options=(
        [jts-storage]='-h --help --json --color --timeout --no-ask-password -H --host --no-legend
            --bytes --si -q --quiet --version'
        [plan]='--exit-code'
        [provision]='--dry-run -y --yes'
        [rollback]='--dry-run -y --yes'
        [validate]='--write-probe --all'
        [usage]='--fresh --full-speed --top --exit-code --watch'
        [history]='--since --until --csv'
        [alerts]='--exit-code'
        [metrics]='--textfile'
    )
    local cur prev words cword split
    _init_completion -s || return

    # What stands before the cursor: a command, which may have commands of its own, and arguments.
    local at=jts-storage word i
    local -a arguments=()
    local elsewhere=
    for ((i = 1; i < cword; i++)); do
        word=${words[i]}
        [[ $word == -H* || $word == --host* ]] && elsewhere=yes
        if [[ $word =~ ^(--color|--timeout|-H|--host|--since|--until|--textfile|--top)$ ]]; then
            ((++i))
        elif [[ $word != -* && ${commands[$at]-} ]]; then
            [[ $at == jts-storage ]] && at=$word || at+=" $word"
        elif [[ $word != -* ]]; then
            arguments+=("$word")
        fi
    done

    local values=
    if [[ $prev == --json && $split == true ]]; then
        values='short pretty'
    elif [[ $prev == --color ]]; then
        values='auto always never'
    elif [[ $prev == -H || $prev == --host ]]; then
        _known_hosts_real -- "$cur"
        return
    elif [[ $prev == --textfile ]]; then
        _filedir
        return
    elif [[ $prev =~ ^--(timeout|since|until|top)$ || $split == true ]]; then
        return
    elif [[ $cur == -* ]]; then
        values="${options[jts-storage]} ${options[$at]-}"
    elif [[ ${commands[$at]-} ]]; then
        values=${commands[$at]}
    elif [[ $elsewhere && $at != 'layout check' ]]; then
        return # what is here is not what is there, and a login would take too long
    else
        case $at in
            plan | provision | validate | usage | history | forecast)
                for word in $(_jts_storage_services); do
                    [[ " ${arguments[*]} " == *" $word "* ]] || values+=" $word"
                done
                ;;
            rollback)
                ((${#arguments[@]})) || values=$(_jts_storage_ids changes)
                compopt -o nosort 2>/dev/null
                ;;
            'job show' | 'job wait' | 'job cancel')
                ((${#arguments[@]})) || values=$(_jts_storage_ids job list)
                compopt -o nosort 2>/dev/null
                ;;
            'layout check')
                _filedir
                return
                ;;
        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur")
}
complete -F _jts_storage jts-storage
