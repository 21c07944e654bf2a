"""docs/hot-storage-setup.md and docs/layout.md have the services, owners, modes, directories and planned
sizes that layout.json has; and what the guide calls are commands of jts-storage(1), each with options of
its own. Run with the source tree's path and the client's."""

import json
import pathlib
import re
import sys

SOURCE, CLIENT = pathlib.Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, str(SOURCE / "tests" / "lib"))
from client_help import GLOBAL, from_help  # noqa: E402


def read(path):
    return (SOURCE / path).read_text(encoding="utf-8")


def gigabytes(count):
    return f"{count // 10**9} GB" if count % 10**9 == 0 else f"{count} bytes"


def rows(services):
    """Each service's cells, as both pages have them; with the plan in bytes."""
    for name, service in services.items():
        group = service.get("group", service["owner"])
        yield ([name, f"{service['owner']}:{group}", service.get("mode", "0750")],
               " ".join(service["directories"]), service["planned_bytes"],
               service.get("policy", "exact"), service.get("below", "owner-and-group"))


def table(page, heading):
    """The lines of the table with this heading, without both of its first."""
    match = re.search(rf"^\| {re.escape(heading)}.*\n\| -.*\n((?:\|.*\n)+)", page, re.MULTILINE)
    return match.group(1).splitlines() if match else []


def line(*cells):
    return "| " + " | ".join(cells) + " |"


def problems():
    text = re.sub(r"^\s*//.*$", "", read("layout/layout.json"), flags=re.MULTILINE)
    services = list(rows(json.loads(text)["services"]))
    total = sum(row[2] for row in services)
    guide = read("docs/hot-storage-setup.md")

    expected = {
        "docs/hot-storage-setup.md":
            [line(*head, directories, gigabytes(plan), str(plan))
             for head, directories, plan, _, _ in services]
            + [f"| all | | | | {gigabytes(total)} | {total} |"],
        "docs/layout.md":
            [line(*head, policy, directories, gigabytes(plan), below)
             for head, directories, plan, policy, below in services]}
    for path, wanted in expected.items():
        found = table(read(path), "service | owner:group")
        for each in wanted:
            if each not in found:
                yield f"{path} lacks: {each}"
        for each in found:
            if each not in wanted:
                yield f"{path} has: {each}"

    known = from_help(CLIENT)
    calls = re.findall(r"jts-storage ((?:-[^ ]+ )*)([a-z]+)((?: [^`\n|>;,)#]*)?)", guide)
    for before, command, rest in calls:
        where = f"docs/hot-storage-setup.md: jts-storage {command}{rest}".rstrip()
        if command not in known.commands[GLOBAL]:
            yield f"{where}: there is no command {command}"
            continue
        at = command
        if command in known.commands:  # a group of commands
            inner = (rest.split() or [""])[0]
            if inner not in known.commands[command]:
                yield f"{where}: {command} has no command {inner}"
            at = f"{command} {inner}"
        options = known.options[GLOBAL].keys() | known.options.get(at, {}).keys()
        for option in re.findall(r"(?<![\w-])--?[a-zA-Z][a-z-]*", before + rest):
            if option not in options:
                yield f"{where}: there is no {option}"
    if len(calls) < 20:
        yield f"only {len(calls)} calls were found"


found = list(problems())
for problem in found:
    print(problem)
print(f"{len(found)} problems")
sys.exit(1 if found else 0)
