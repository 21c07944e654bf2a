"""Holds the shells' completions against the client's --help: each has every command with every option
of its own, and no other; zsh's and fish's describe them as the client does. Run with the source tree's
path and the client's."""

import pathlib
import re
import shlex
import sys

SOURCE, CLIENT = pathlib.Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, str(SOURCE / "tests" / "lib"))
from client_help import GLOBAL, Tables, from_help  # noqa: E402


def read(name):
    return (SOURCE / "completion" / name).read_text(encoding="utf-8")


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
    expected, problems = from_help(CLIENT), []
    for shell, tables in (("bash", from_bash()), ("zsh", from_zsh()), ("fish", from_fish())):
        problems += differences(shell, "commands", expected.commands, tables.commands)
        problems += differences(shell, "options", expected.options, tables.options)
    print(*problems, sep="\n")
    counts = [sum(map(len, table.values())) for table in (expected.commands, expected.options)]
    print(f"{counts[0]} commands, {counts[1]} options, {len(problems)} problems")
    return 1 if problems or 0 in counts else 0


sys.exit(main())
