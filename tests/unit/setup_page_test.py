"""docs/hot-storage-setup.md and docs/layout.md have the services, owners, modes, directories and planned
sizes that layout.json has; and what the guide calls are commands and options that jts-storage(1) has.
Run with the source tree's path."""

import json
import pathlib
import re
import sys

SOURCE = pathlib.Path(sys.argv[1])


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

    man = read("docs/man/jts-storage.1.scd")
    synopsis = re.search(r"# SYNOPSIS\n(.*?)\n# ", man, re.DOTALL).group(1)
    commands = set(re.findall(r"\.\.\.\] \*(\w+)[ \w]*\*", synopsis))
    options = set(re.findall(r"\*(--[a-z-]+)\*", man))
    calls = re.findall(r"jts-storage ([a-z]+)((?: [^`\n|>;,)#]*)?)", guide)
    for command, rest in calls:
        if command not in commands:
            yield f"docs/hot-storage-setup.md: there is no command {command}"
        for option in re.findall(r"--[a-z-]+", rest):
            if option not in options:
                yield f"docs/hot-storage-setup.md: {command} has no {option}"
    if len(calls) < 20 or len(commands) < 9:
        yield f"only {len(calls)} calls of {len(commands)} commands were found"


found = list(problems())
for problem in found:
    print(problem)
print(f"{len(found)} problems")
sys.exit(1 if found else 0)
