"""Holds the shells' completions against the client's --help: each has every command with every option
of its own, and no other; zsh's and fish's describe them as the client does. Run with the source tree's
path and the client's."""

import pathlib
import re
import shlex
import subprocess
import sys

SOURCE, CLIENT = pathlib.Path(sys.argv[1]), sys.argv[2]
GLOBAL = ""  # the command line before any command


class Tables:
    """What follows each command (GLOBAL, "plan", "job show"): name to description; in bash None."""

    def __init__(self):
        self.commands, self.options = {}, {}

    def add(self, table, at, name, description):
        if name in table.setdefault(at, {}):
            raise ValueError(f"{name} is there twice after '{at}'")
        table[at][name] = description


def read(name):
    return (SOURCE / "completion" / name).read_text(encoding="utf-8")


def help_of(at):
    return subprocess.run([CLIENT, *at.split(), "--help"], check=True, capture_output=True, text=True).stdout


def section(text, title):
    """The lines of a section, each as what it lists and its description."""
    found = re.search(rf"^{title}:\n((?:  .*\n)+)", text, re.MULTILINE)
    return re.findall(r"^ +(.*?)  +(.*)$", found[1], re.MULTILINE) if found else []


def from_help():
    """Each command's help, from the top down. Help's own option is repeated everywhere."""
    tables, left = Tables(), [GLOBAL]
    while left:
        at = left.pop()
        text = help_of(at)
        for spelling, description in section(text, "Options"):
            for option in re.findall(r"(?:^|, )(--?[A-Za-z-]+)", spelling):
                if at == GLOBAL or option not in tables.options[GLOBAL]:
                    tables.add(tables.options, at, option, description)
        for name in dict.fromkeys(line.split()[0] for line, _ in section(text, "Commands")):
            inner = f"{at} {name}".strip()
            tables.add(tables.commands, at, name, help_of(inner).split("\n\n")[1])
            left.append(inner)
    return tables


def from_bash():
    tables = Tables()
    for kind in ("commands", "options"):
        table = re.search(rf"^    local -A {kind}=\(\n(.*?)^    \)", read("jts-storage.bash"), re.M | re.S)[1]
        for at, names in re.findall(r"\['?(.*?)'?\]='(.*?)'", table, re.S):
            for name in names.split():
                tables.add(getattr(tables, kind), at.replace("jts-storage", GLOBAL), name, None)
    return tables


def from_zsh():
    """A line for each, in the branches of the case; what follows the case is for all."""
    tables, at = Tables(), []
    for line in read("jts-storage.zsh").splitlines():
        branch = re.fullmatch(r" {8}([a-z' |]+)\)", line)
        command = re.fullmatch(r" +(['\"])([a-z]+):(.*)\1", line)
        option = re.search(
            r"['\"](?:\(.*?\))?\*?'?(-[A-Za-z-]+|\{[a-z,-]+\})(?:\+|=-?)?['\"]?\[(.*?)\]", line)
        if branch:
            at = [place or GLOBAL for place in shlex.split(branch[1].replace(" | ", " "))]
        elif line == "    esac":
            at = [GLOBAL]
        for each in at:
            if command:
                tables.add(tables.commands, each, command[2], command[3])
            elif option:
                for name in option[1].strip("{}").split(","):
                    tables.add(tables.options, each, name, option[2])
    return tables


def from_fish():
    tables = Tables()
    for line in re.findall(r"^complete .*", read("jts-storage.fish").replace("\\\n", " "), re.MULTILINE):
        words = shlex.split(line)[1:]
        flags = {"-s": [], "-l": [], "-a": [], "-d": [None], "-n": ["everywhere"], "-c": []}
        while words:
            flag = words.pop(0)
            if flag in flags:
                flags[flag] = [words.pop(0)]
        options = ["-" + name for name in flags["-s"]] + ["--" + name for name in flags["-l"]]
        condition, *places = shlex.split(flags["-n"][0])
        for at in places if condition != "everywhere" else [GLOBAL]:
            for option in options:
                tables.add(tables.options, at, option, flags["-d"][0])
            if not options and flags["-d"][0]:
                tables.add(tables.commands, at, flags["-a"][0], flags["-d"][0])
    return tables


def differences(shell, kind, expected, actual):
    for at in sorted(expected.keys() | actual.keys()):
        wanted, found = expected.get(at, {}), actual.get(at, {})
        where = f"{shell}, after '{f'jts-storage {at}'.strip()}'"
        yield from (f"{where}: no {name}" for name in wanted.keys() - found.keys())
        yield from (f"{where}: {name}, which --help has not" for name in found.keys() - wanted.keys())
        for name in wanted.keys() & found.keys():
            if found[name] not in (None, wanted[name]):
                yield f"{where}: {name} is '{found[name]}', in --help '{wanted[name]}'"


def main():
    expected, problems = from_help(), []
    for shell, tables in (("bash", from_bash()), ("zsh", from_zsh()), ("fish", from_fish())):
        problems += differences(shell, "commands", expected.commands, tables.commands)
        problems += differences(shell, "options", expected.options, tables.options)
    print(*problems, sep="\n")
    counts = [sum(map(len, table.values())) for table in (expected.commands, expected.options)]
    print(f"{counts[0]} commands, {counts[1]} options, {len(problems)} problems")
    return 1 if problems or 0 in counts else 0


sys.exit(main())
