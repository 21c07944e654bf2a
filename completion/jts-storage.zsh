#compdef jts-storage
# Completion of jts-storage(1) for zsh. tests/unit/completion_test.py holds its commands, options and
# their descriptions against the client's --help.

# What the service says, or nothing: no question, no error, no long wait. With --host nothing: what is here
# is not what is there, and a login would take too long.
_jts_storage_ask() {
    (( ${words[(I)(-H*|--host*)]} )) && return
    jts-storage --no-ask-password --timeout=2 --quiet --no-legend "$@" 2>/dev/null
}

# The layout names the source of each value, by pointers such as "/services/redis/mode".
_jts_storage_services() {
    local -a services=(${(f)"$(_jts_storage_ask --json layout show |
        grep -o '"/services/[a-z0-9_]*/[a-z_]*":' | cut -d / -f 3 | sort -u)"})
    local -a given=(${words[1,CURRENT-1]})
    services=(${services:|given})
    compadd "$@" -a services
}

# Columns are two spaces apart. The latest first, each on a line of its own: _describe would join those
# that have the same description.
_jts_storage_changes() {
    local -a expl lines=(${(f)"$(_jts_storage_ask changes | awk -F '  +' '{
        print $1 " -- " $3 " " $6 " " substr($2, 1, 10) " " substr($2, 12, 5) " UTC" }' | tac)"})
    local -a ids=(${lines%% *})
    _wanted -V changes expl change compadd -l -d lines -a ids
}
_jts_storage_jobs() {
    local -a expl lines=(${(f)"$(_jts_storage_ask job list | awk -F '  +' '{
        print $1 " -- " $2 " " $3 " " substr($8, 1, 10) " " substr($8, 12, 5) " UTC" }' | tac)"})
    local -a ids=(${lines%% *})
    _wanted -V jobs expl job compadd -l -d lines -a ids
}

_jts-storage() {
    # What stands before the cursor: a command, perhaps one of job's or layout's.
    local at word value_follows
    for word in ${words[2,CURRENT-1]}; do
        if [[ -n $value_follows ]]; then
            value_follows=
        elif [[ $word == (--(color|timeout|host|since|until|textfile|top)|-H) ]]; then
            value_follows=yes
        elif [[ $word != -* && $at == (|job|layout) ]]; then
            at+=${at:+ }$word
        fi
    done

    local -a commands options arguments=('*: :')
    case $at in
        '')
            commands=(
                "status:Show the service's version, base, layout and health"
                'plan:Show what provision would change'
                'provision:Make accounts and directories what the layout says'
                'changes:List the changes that were made'
                'rollback:Take a change back'
                'validate:Check that the host is as the layout says'
                'usage:Show how full services and file systems are'
                'sample:Count anew and write the counts down'
                'history:Show what was counted over time'
                'forecast:Show how fast services grow and when full'
                'alerts:Show what needs somebody to look at it'
                'monitor:Show alerts, changes and samples as they come'
                'metrics:Show usage, health and alerts for Prometheus'
                'job:See, await or cancel calls that take long'
                'layout:Show or check the layout'
            )
            arguments=('1:command:{ _describe -t commands command commands }')
            ;;
        plan)
            options=('--exit-code[Exit with 1 where there are changes]')
            arguments=('1: :' '*:service:_jts_storage_services')
            ;;
        provision)
            options=(
                '--dry-run[Only show what would change, as plan does]'
                '(-y --yes)'{-y,--yes}'[Do not ask; needed without a terminal]'
            )
            arguments=('1: :' '*:service:_jts_storage_services')
            ;;
        rollback)
            options=(
                '--dry-run[Only say what would be done]'
                '(-y --yes)'{-y,--yes}'[Do not ask; needed without a terminal]'
            )
            arguments=('1: :' '2:change:_jts_storage_changes' '*: :')
            ;;
        validate)
            options=(
                '--write-probe[Try to write in each directory, as its service]'
                '--all[List the checks that passed, too]'
            )
            arguments=('1: :' '*:service:_jts_storage_services')
            ;;
        usage)
            options=(
                '--fresh[Count anew, also where a count is recent]'
                '--full-speed[Do not leave the disk to others]'
                '--top=[Name the N largest and fastest-growing directories]:number: '
                '--exit-code[Exit with 1 where a level is not ok]'
                '--watch[Show it again every 3 s, until Ctrl-C]'
            )
            arguments=('1: :' '*:service:_jts_storage_services')
            ;;
        forecast)
            arguments=('1: :' '*:service:_jts_storage_services')
            ;;
        alerts)
            options=('--exit-code[Exit with 1 where an alert stands]')
            ;;
        history)
            options=(
                '--since=[From this time on (36h, 7d, 2026-01-31)]:time: '
                '--until=[To this time, in the same forms]:time: '
                '--csv[Every point, as comma-separated values]'
            )
            arguments=('1: :' '*:service:_jts_storage_services')
            ;;
        metrics)
            options=('--textfile=[Write them to this file, for node_exporter, in one step]:file:_files')
            arguments=('1: :')
            ;;
        job)
            commands=(
                'list:List calls that take long'
                'show:Show one of them'
                'wait:Wait for its end and show its result'
                'cancel:Stop it'
            )
            arguments=('1: :' '2:command:{ _describe -t commands command commands }')
            ;;
        'job show' | 'job wait' | 'job cancel')
            arguments=('1: :' '2: :' '3:job:_jts_storage_jobs' '*: :')
            ;;
        layout)
            commands=(
                'show:Show the layout in force, and which file set what'
                'check:Check layout files; needs no service'
            )
            arguments=('1: :' '2:command:{ _describe -t commands command commands }')
            ;;
        'layout check')
            arguments=('1: :' '2: :' '*:layout file:_files')
            ;;
    esac

    # Everywhere.
    options+=(
        '(- *)'{-h,--help}"[Show this, or a command's help]"
        '--json=-[JSON instead of text, on one line or indented]::form:(short pretty)'
        '--color=[auto (on terminals without NO_COLOR), always, never]:when:(auto always never)'
        '--timeout=[Give up on an answer after so many seconds]:seconds: '
        '--no-ask-password[Fail rather than have polkit ask for a password]'
        '*-H+[Work on another host, over ssh; may be repeated]:host:_hosts'
        '*--host=[Work on another host, over ssh; may be repeated]:host:_hosts'
        '--no-legend[Tables without headings]'
        '(--si)--bytes[Sizes in bytes]'
        '(--bytes)--si[Sizes in powers of 1000 instead of 1024]'
        '(-q --quiet)'{-q,--quiet}'[Nothing on stderr but errors and refusals]'
        "(- *)--version[Show the client's version]"
    )
    _arguments -s -S $options $arguments
}

_jts-storage "$@"
