#!/usr/bin/env bash
# Completion in Debian's bash, zsh and fish, as they load it from the package: what each offers for a
# line, with the service there, masked, and frozen.
set -euo pipefail
# shellcheck source=driver.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/driver.sh"
isolate "$@"

SHELLS=(bash zsh fish)
unpack_host "$RUN_DIR/root" bash-completion zsh fish
install_deb "$RUN_DIR/root" "$(release_deb)" >"$RUN_DIR/apt.log" 2>&1
add_users "$RUN_DIR/root"
boot_host host "$RUN_DIR/root"
check "bash-completion, zsh and fish install beside it" apt_on host install bash-completion zsh fish

# --- asking the shells ---------------------------------------------------------------------------
# ask_SHELL LINE: what is offered at its end and whatever else is printed, candidates one a line, with
# a tab before the description. As alice.

# The words are split as readline does, at "=" too.
ask_bash() {
    # shellcheck disable=SC2016  # expanded by the host's bash
    on_host_as host alice bash -c '
        source /usr/share/bash-completion/bash_completion
        _completion_loader jts-storage
        completion=$(complete -p jts-storage)
        completion=${completion#* -F }
        COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMP_KEY=9
        read -ra COMP_WORDS <<<"${1//=/ = }"
        if [[ $1 == *" " ]]; then COMP_WORDS+=(""); fi
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        "${completion% *}" jts-storage "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
        ((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"' bash "$1" 2>&1
}
# An interactive shell on a terminal of its own, where ^D lists. Its prompt says that the terminal is no
# longer the line discipline's, to which ^D means something else. Both marks stand otherwise in the
# commands that print them, since the terminal echoes these.
ask_zsh() {
    # shellcheck disable=SC2016  # expanded by zsh
    on_host_as host alice timeout 30 env TERM=dumb zsh -f -c '
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell "unset zle_bracketed_paste; setopt no_prompt_sp no_beep; LISTMAX=1000
            stty columns 200; autoload -Uz compinit; compinit; PS1=rea\dy:"
        zpty -r -m shell output "*ready:*"
        zpty -w -n shell "$1"$'\''\C-d\C-u'\''
        zpty -w shell "print fin\ished"
        zpty -r -m shell output "*finished*"
        print -r -- "$output"' zsh "$1" 2>&1 | tr -d '\r' |
        sed -E '/jts-storage |^finished$/d; s/ +$//; s/ +-- +/\t/'
}
# fish 4 lists options too that merely resemble the line's last word; itself it offers them only where none
# begins with it.
ask_fish() {
    # shellcheck disable=SC2016  # expanded by fish
    on_host_as host alice fish -c 'complete -C $argv[1]' -- "$1" 2>&1 |
        awk -v word="${1##* }" '!/^-/ || index($0, word) == 1'
}

# offered SHELL LINE: the candidates alone, sorted, on one line: of a path its last part, of an option
# with its value the value.
offered() {
    "ask_$1" "$2" | cut -f 1 | tr -s ' ' '\n' | sed -E 's/^--[a-z]+=(.)/\1/; s/=$//; s,.*/,,' | sort -u |
        paste -s -d ' '
}
# offer LINE CANDIDATES: exactly these, in each shell.
offer() {
    local shell
    for shell in "${SHELLS[@]}"; do
        equal "$shell: $2" "$shell: $(offered "$shell" "$1")" || { echo "for '$1'"; return 1; }
    done
}

# --- what the client knows -----------------------------------------------------------------------
COMMANDS="alerts changes forecast history job layout metrics monitor plan provision rollback sample status usage validate"
commands_are_offered() {
    offer "jts-storage " "$COMMANDS"
    offer "jts-storage prov" provision
    offer "jts-storage job " "cancel list show wait"
    offer "jts-storage -q layout " "check show"
    offer "jts-storage status " ""
}
options_are_offered() {
    local everywhere="--bytes --color --help --host --json --no-ask-password --no-legend --quiet --si"
    everywhere+=" --timeout --version -H -h -q"
    offer "jts-storage -" "$everywhere"
    offer "jts-storage changes -" "$everywhere"
    offer "jts-storage provision kafka --d" --dry-run
    offer "jts-storage plan --exit" --exit-code
    offer "jts-storage usage --f" "--fresh --full-speed"
    offer "jts-storage plan --dry" ""
}
values_are_offered() {
    offer "jts-storage --json=" "pretty short"
    offer "jts-storage usage --json=p" pretty
    offer "jts-storage --color=" "always auto never"
    offer "jts-storage plan --color a" "always auto"
    offer "jts-storage --timeout=" ""
    offer "jts-storage history --since " ""
}
files_are_offered() {
    offer "jts-storage layout check /usr/share/jts-hot-storage/lay" "layout.json layout.schema.json"
    offer "jts-storage layout check a.json /usr/share/jts-hot-storage/layout.s" layout.schema.json
}

check "commands" commands_are_offered
check "options, everywhere and a command's own" options_are_offered
check "values of options" values_are_offered
check "files, for layout check" files_are_offered

# --- what the service knows ----------------------------------------------------------------------
services_are_offered() {
    local all command
    all=$(on_host host jts-storage --json layout show |
        python3 -c 'import json, sys; print(*sorted(json.load(sys.stdin)["layout"]["services"]))')
    for command in plan provision validate usage history; do offer "jts-storage $command " "$all"; done
    offer "jts-storage plan kaf" kafka
    offer "jts-storage --host=elsewhere plan kaf" ""
    offer "jts-storage --color always --json=pretty plan --exit-code kafka redis " \
        "$(sed 's/ kafka//; s/ redis//' <<<"$all")"
}
# ids_are_offered LINE LIST…: the ids that the client lists, the latest first, with the columns
# described in awk; once one is given no other.
ids_are_offered() {
    local line=$1 description=$2 shell listed ids
    shift 2
    listed=$(on_host host jts-storage --no-legend "$@" | tac)
    ids=$(cut -d ' ' -f 1 <<<"$listed")
    equal "$ids" "$(ask_bash "$line")"
    for shell in zsh fish; do
        equal "$(awk -F '  +' "{ print \$1 \"\t\" $description }" <<<"$listed" |
            sed -E 's/T(..:..):..Z/ \1 UTC/')" "$("ask_$shell" "$line")"
    done
    offer "$line${ids:0:8}" "$(grep "^${ids:0:8}" <<<"$ids")"
    offer "$line${ids:0:32} " ""
    printf '%s\n' "$listed"
}
count() { on_host_as host alice "${CALL[@]}" GetUsage 'asa{sv}' 0 2 max_age t 0 wait t 0 2>&1 || true; }

check "service names, those that are given already not again" services_are_offered
provision_as host alice >/dev/null 2>&1
on_host host chmod 0777 /data/jts/hot/kafka
provision_as host alice >/dev/null 2>&1
id=$(on_host host jts-storage --no-legend changes | cut -d ' ' -f 1 | tail -n 1)
on_host_as host alice jts-storage -q rollback --yes "$id" >/dev/null
# shellcheck disable=SC2016  # these are awk's columns
check "changes, for rollback" \
    ids_are_offered "jts-storage rollback " '$3 " " $6 " " $2' changes
# A call that does not wait leaves its job behind, for ten minutes after its end.
check "a call leaves a job" grep -o 'job/[0-9a-f]*' <<<"$(count)"
check "another call leaves another" grep -o 'job/[0-9a-f]*' <<<"$(count)"
for command in show wait cancel; do
    # shellcheck disable=SC2016  # likewise
    check "jobs, for job $command" \
        ids_are_offered "jts-storage job $command " '$2 " " $3 " " $8' job list
done

# --- without the service -------------------------------------------------------------------------
# not_offered_within SECONDS LINE: nothing is, and nothing is printed, in each shell.
not_offered_within() {
    local shell start took
    for shell in "${SHELLS[@]}"; do
        start=$(date +%s%N)
        equal "" "$("ask_$shell" "$2")"
        took=$((($(date +%s%N) - start) / 1000000))
        echo "$shell: $took ms, its start included"
        ((took < $1 * 1000))
    done
}
what_the_client_knows_is_offered() {
    offer "jts-storage " "$COMMANDS"
    offer "jts-storage plan --exit" --exit-code
}

on_host host systemctl mask --quiet --runtime --now "$UNIT"
check "masked: commands and options still" what_the_client_knows_is_offered
for line in "plan " "rollback " "job show "; do
    check "masked: silence after '$line'" not_offered_within 2 "jts-storage $line"
done
on_host host systemctl unmask --quiet --runtime "$UNIT"
on_host host systemctl start "$UNIT"
on_host host systemctl kill --signal STOP "$UNIT"
check "frozen: commands and options still" what_the_client_knows_is_offered
for line in "plan " "rollback " "job show "; do
    check "frozen: silence after '$line', and no long wait" not_offered_within 5 "jts-storage $line"
done

finish host
