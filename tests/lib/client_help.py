"""What the client's --help lists: each command with its options, as tables that tests hold documents and
completions against."""

import re
import subprocess

GLOBAL = ""  # the command line before any command


class Tables:
    """What follows each command (GLOBAL, "plan", "job show"): name to description; in bash None."""

    def __init__(self):
        self.commands, self.options = {}, {}

    def add(self, table, at, name, description):
        if name in table.setdefault(at, {}):
            raise ValueError(f"{name} is there twice after '{at}'")
        table[at][name] = description


def help_of(client, at):
    return subprocess.run([client, *at.split(), "--help"], check=True, capture_output=True,
                          text=True).stdout


def section(text, title):
    """The lines of a section, each as what it lists and its description."""
    found = re.search(rf"^{title}:\n((?:  .*\n)+)", text, re.MULTILINE)
    return re.findall(r"^ +(.*?)  +(.*)$", found[1], re.MULTILINE) if found else []


def from_help(client):
    """Each command's help, from the top down. Help's own option is repeated everywhere."""
    tables, left = Tables(), [GLOBAL]
    while left:
        at = left.pop()
        text = help_of(client, at)
        for spelling, description in section(text, "Options"):
            for option in re.findall(r"(?:^|, )(--?[A-Za-z-]+)", spelling):
                if at == GLOBAL or option not in tables.options[GLOBAL]:
                    tables.add(tables.options, at, option, description)
        for name in dict.fromkeys(line.split()[0] for line, _ in section(text, "Commands")):
            inner = f"{at} {name}".strip()
            tables.add(tables.commands, at, name, help_of(client, inner).split("\n\n")[1])
            left.append(inner)
    return tables
