# Completion of jts-storage(1) for fish. tests/unit/completion_test.py holds its commands, options and
# their descriptions against the client's --help.

# What the service says, or nothing: no question, no error, no long wait. With --host nothing: what is here
# is not what is there, and a login would take too long.
function __jts_storage_ask
    string match -q -r -- '^(-H|--host)' (commandline -opc); and return
    command jts-storage --no-ask-password --timeout=2 --quiet --no-legend $argv 2>/dev/null
end

# The layout names the source of each value, by pointers such as "/services/redis/mode".
function __jts_storage_services
    set -l given (__jts_storage_words)
    for service in (__jts_storage_ask --json layout show |
            command grep -o '"/services/[a-z0-9_]*/[a-z_]*":' | cut -d / -f 3 | sort -u)
        contains -- $service $given; or echo $service
    end
end

# Columns are two spaces apart. The latest first.
function __jts_storage_changes
    __jts_storage_ask changes | awk -F '  +' '{
        print $1 "\t" $3 " " $6 " " substr($2, 1, 10) " " substr($2, 12, 5) " UTC" }' | tac
end
function __jts_storage_jobs
    __jts_storage_ask job list | awk -F '  +' '{
        print $1 "\t" $2 " " $3 " " substr($8, 1, 10) " " substr($8, 12, 5) " UTC" }' | tac
end

# What stands before the cursor without options: a command, perhaps one of job's or layout's, and
# arguments.
function __jts_storage_words
    set -l value_follows no
    for word in (commandline -opc | tail -n +2)
        if test $value_follows = yes
            set value_follows no
            continue
        end
        switch $word
            case --color --timeout -H --host --since --until --textfile --top
                set value_follows yes
            case '-*'
            case '*'
                printf '%s\n' $word
        end
    end
end

# Whether exactly one of these stands before the cursor.
function __jts_storage_at
    set -l words (__jts_storage_words)
    contains -- "$words" $argv
end

# Whether one of these does, perhaps with arguments.
function __jts_storage_in
    set -l words (__jts_storage_words)
    contains -- "$words[1]" $argv; or contains -- "$words[1..2]" $argv
end

complete -c jts-storage -f

# Everywhere.
complete -c jts-storage -s h -l help -d "Show this, or a command's help"
complete -c jts-storage -l json -a 'short pretty' -d 'JSON instead of text, on one line or indented'
complete -c jts-storage -l color -x -a 'auto always never' \
    -d 'auto (on terminals without NO_COLOR), always, never'
complete -c jts-storage -l timeout -x -d 'Give up on an answer after so many seconds'
complete -c jts-storage -l no-ask-password -d 'Fail rather than have polkit ask for a password'
complete -c jts-storage -s H -l host -x -a '(__fish_print_hostnames)' \
    -d 'Work on another host, over ssh; may be repeated'
complete -c jts-storage -l no-legend -d 'Tables without headings'
complete -c jts-storage -l bytes -d 'Sizes in bytes'
complete -c jts-storage -l si -d 'Sizes in powers of 1000 instead of 1024'
complete -c jts-storage -s q -l quiet -d 'Nothing on stderr but errors and refusals'
complete -c jts-storage -l version -d "Show the client's version"

# Commands.
complete -c jts-storage -n '__jts_storage_at ""' -a status \
    -d "Show the service's version, base, layout and health"
complete -c jts-storage -n '__jts_storage_at ""' -a plan -d 'Show what provision would change'
complete -c jts-storage -n '__jts_storage_at ""' -a provision \
    -d 'Make accounts and directories what the layout says'
complete -c jts-storage -n '__jts_storage_at ""' -a changes -d 'List the changes that were made'
complete -c jts-storage -n '__jts_storage_at ""' -a rollback -d 'Take a change back'
complete -c jts-storage -n '__jts_storage_at ""' -a validate \
    -d 'Check that the host is as the layout says'
complete -c jts-storage -n '__jts_storage_at ""' -a usage \
    -d 'Show how full services and file systems are'
complete -c jts-storage -n '__jts_storage_at ""' -a sample \
    -d 'Count anew and write the counts down'
complete -c jts-storage -n '__jts_storage_at ""' -a history -d 'Show what was counted over time'
complete -c jts-storage -n '__jts_storage_at ""' -a forecast \
    -d 'Show how fast services grow and when full'
complete -c jts-storage -n '__jts_storage_at ""' -a alerts \
    -d 'Show what needs somebody to look at it'
complete -c jts-storage -n '__jts_storage_at ""' -a monitor \
    -d 'Show alerts, changes and samples as they come'
complete -c jts-storage -n '__jts_storage_at ""' -a metrics \
    -d 'Show usage, health and alerts for Prometheus'
complete -c jts-storage -n '__jts_storage_at ""' -a job \
    -d 'See, await or cancel calls that take long'
complete -c jts-storage -n '__jts_storage_at ""' -a layout -d 'Show or check the layout'
complete -c jts-storage -n '__jts_storage_at job' -a list -d 'List calls that take long'
complete -c jts-storage -n '__jts_storage_at job' -a show -d 'Show one of them'
complete -c jts-storage -n '__jts_storage_at job' -a wait \
    -d 'Wait for its end and show its result'
complete -c jts-storage -n '__jts_storage_at job' -a cancel -d 'Stop it'
complete -c jts-storage -n '__jts_storage_at layout' -a show \
    -d 'Show the layout in force, and which file set what'
complete -c jts-storage -n '__jts_storage_at layout' -a check \
    -d 'Check layout files; needs no service'

# Their options.
complete -c jts-storage -n '__jts_storage_in plan' -l exit-code \
    -d 'Exit with 1 where there are changes'
complete -c jts-storage -n '__jts_storage_in provision' -l dry-run \
    -d 'Only show what would change, as plan does'
complete -c jts-storage -n '__jts_storage_in provision' -s y -l yes \
    -d 'Do not ask; needed without a terminal'
complete -c jts-storage -n '__jts_storage_in rollback' -l dry-run -d 'Only say what would be done'
complete -c jts-storage -n '__jts_storage_in rollback' -s y -l yes \
    -d 'Do not ask; needed without a terminal'
complete -c jts-storage -n '__jts_storage_in validate' -l write-probe \
    -d 'Try to write in each directory, as its service'
complete -c jts-storage -n '__jts_storage_in validate' -l all -d 'List the checks that passed, too'
complete -c jts-storage -n '__jts_storage_in usage' -l fresh \
    -d 'Count anew, also where a count is recent'
complete -c jts-storage -n '__jts_storage_in usage' -l full-speed \
    -d 'Do not leave the disk to others'
complete -c jts-storage -n '__jts_storage_in usage' -l top -x \
    -d 'Name the N largest and fastest-growing directories'
complete -c jts-storage -n '__jts_storage_in usage' -l exit-code \
    -d 'Exit with 1 where a level is not ok'
complete -c jts-storage -n '__jts_storage_in usage' -l watch \
    -d 'Show it again every 3 s, until Ctrl-C'
complete -c jts-storage -n '__jts_storage_in alerts' -l exit-code \
    -d 'Exit with 1 where an alert stands'
complete -c jts-storage -n '__jts_storage_in history' -l since -x \
    -d 'From this time on (36h, 7d, 2026-01-31)'
complete -c jts-storage -n '__jts_storage_in history' -l until -x \
    -d 'To this time, in the same forms'
complete -c jts-storage -n '__jts_storage_in history' -l csv \
    -d 'Every point, as comma-separated values'
complete -c jts-storage -n '__jts_storage_in metrics' -l textfile -r -F \
    -d 'Write them to this file, for node_exporter, in one step'

# Their arguments.
complete -c jts-storage -n '__jts_storage_in plan provision validate usage history forecast' \
    -a '(__jts_storage_services)'
complete -c jts-storage -n '__jts_storage_at rollback' -k -a '(__jts_storage_changes)'
complete -c jts-storage -n '__jts_storage_at "job show" "job wait" "job cancel"' -k \
    -a '(__jts_storage_jobs)'
complete -c jts-storage -n '__jts_storage_in "layout check"' -F
