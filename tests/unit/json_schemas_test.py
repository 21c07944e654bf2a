"""Holds the schemas of `jts-storage --json` against documents with one thing wrong each: what the host
tier checks the client's output with (tests/lib/check_json.py) must be able to fail. Each member must
be described, and each command that has a schema be in the man page. Run with the source tree's path."""

import copy
import json
import pathlib
import re
import sys

SOURCE = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(SOURCE / "tests/lib"))

from check_json import check  # noqa: E402

CHANGE = {"kind": "set-owner-below", "service": "redis", "subject": "/data/jts/hot/redis/data",
          "current": "foreign", "desired": "redis:redis", "entries": 2, "examples": ["/data/x"]}
PLAN = {"schema": 1, "digest": "0" * 64, "changes": [CHANGE]}
CANCELLED = {"schema": 1, "job_id": "0" * 32, "state": "cancelled", "result": {}}
DONE = {"schema": 1, "job_id": "0" * 32, "state": "succeeded",
        "result": {"digest": "0" * 64, "changes": [CHANGE]}}
HISTORY = {"schema": 1, "points": [{"service": "", "time": 1, "used_bytes": 2, "apparent_bytes": 0,
                                   "inodes": 3}]}
ALERT = {"subject": "usage.redis", "severity": "warning", "since": 1, "value": 81.5, "threshold": 80.0,
         "message": "redis is 81.5 % full"}
ALERTS = {"schema": 1, "alerts": [ALERT]}
RAISED = {"schema": 1, "event": "alert-raised", "time": 1, "alert": ALERT}
FORECAST = {"schema": 1, "filesystems": [], "services": {"redis": {
    "used_bytes": 1, "planned_bytes": 2, "sampled_at": 3, "growth_bytes_per_day": -1.5, "growth_low": -2.0,
    "growth_high": 1.0}}}

USAGE = {"schema": 1, "filesystems": [], "services": {"redis": {
    "path": "/b/redis", "mount_point": "/b", "used_bytes": 1, "apparent_bytes": 1, "inodes": 1,
    "planned_bytes": 0, "percent_of_plan": 0.0, "level": "ok", "method": "scan", "sampled_at": 1,
    "incomplete": False, "mounts_skipped": 0, "top_incomplete": False,
    "top_directories": [{"path": "/b/redis/x", "used_bytes": 1, "growth_bytes_per_day": -1.5}]}}}

# Command, a document that is right, where it is changed, to what (... removes), an error's beginning.
WRONG = [
    ("plan", PLAN, ["schema"], 2, "/schema: 1 was expected"),
    ("plan", PLAN, ["digest"], ..., ": 'digest' is a required property"),
    ("plan", PLAN, ["more"], 1, ": Additional properties"),
    ("plan", PLAN, ["changes", 0, "more"], 1, "/changes/0: Additional properties"),
    ("plan", PLAN, ["changes", 0, "kind"], "delete", "/changes/0/kind: 'delete' is not one of"),
    ("plan", PLAN, ["changes", 0, "entries"], "2", "/changes/0/entries: '2' is not of type"),
    ("plan", PLAN, ["changes", 0, "subject"], ..., "/changes/0: 'subject' is a required"),
    ("history", HISTORY, ["points", 0, "time"], -1, "/points/0/time: -1 is less than"),
    ("history", HISTORY, ["points", 0, "inodes"], ..., "/points/0: 'inodes' is a required"),
    ("alerts", ALERTS, ["alerts", 0, "severity"], "ok", "/alerts/0/severity: 'ok' is not one of"),
    ("alerts", ALERTS, ["alerts", 0, "subject"], "redis", "/alerts/0/subject: 'redis' does not match"),
    ("monitor", RAISED, ["event"], "alert", "/event: 'alert' is not one of"),
    ("monitor", RAISED, ["alert", "since"], ..., "/alert: 'since' is a required"),
    ("forecast", FORECAST, ["services", "redis", "full_at"], "soon", "/services/redis/full_at: 'soon' is not"),
    ("usage", USAGE, ["services", "redis", "top_directories", 0, "used_bytes"], ...,
     "/services/redis/top_directories/0: 'used_bytes' is a required"),
    ("usage", USAGE, ["services", "redis", "top_directories", 0, "growth_bytes_per_day"], "1",
     "/services/redis/top_directories/0/growth_bytes_per_day: '1' is not of type"),
    ("job-wait", DONE, ["result", "changes", 0, "more"], 1, "/result/changes/0: Additional"),
    ("job-wait", CANCELLED, ["result", "more"], 1, "/result: "),
    ("job-wait", CANCELLED, ["state"], "running", "/state: 'running' is not one of"),
]


def changed(document, place, value):
    document = copy.deepcopy(document)
    inner = document
    for part in place[:-1]:
        inner = inner[part]
    if value is ...:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return document


def undescribed(schema, at=""):
    """The members that neither say what they are nor refer to one that does."""
    found = []
    if isinstance(schema, dict):
        members = schema.get("properties", {})
        found += [f"{at}/properties/{name}" for name, member in members.items()
                  if not {"description", "$ref"} & set(member)]
    parts = schema.items() if isinstance(schema, dict) else enumerate(schema)
    return found + [line for key, part in parts if isinstance(part, (dict, list))
                    for line in undescribed(part, f"{at}/{key}")]


def main():
    problems = []
    for command, document, place, value, expected in WRONG:
        path = SOURCE / f"schemas/{command}.schema.json"
        problems += [f"{command}: a right document: {line}" for line in check(path, document)]
        errors = check(path, changed(document, place, value))
        if not any(error.startswith(expected) for error in errors):
            problems.append(f"{command}: {place} = {value!r} is not '{expected}…', but {errors}")

    page = (SOURCE / "docs/man/jts-storage.1.scd").read_text(encoding="utf-8")
    section = re.search(r"^# JSON\n(.*?)^# ", page, re.MULTILINE | re.DOTALL).group(1)
    paged = set(re.findall(r"^\*([a-z ]+)\*$", section, re.MULTILINE))
    schemas = sorted((SOURCE / "schemas").glob("*.schema.json"))
    for path in schemas:
        schema = json.loads(path.read_text(encoding="utf-8"))
        problems += [f"{path.name}{line}: no description" for line in undescribed(schema)]
        title = re.fullmatch(r"jts-storage ([a-z ]+) --json", schema["title"]).group(1)
        if title.replace(" ", "-") + ".schema.json" != path.name:
            problems.append(f"{path.name} has the title of {title}")
        if title not in paged:
            problems.append(f"{path.name}: jts-storage(1) says nothing of it under JSON")
        paged.discard(title)
    problems += [f"{command}: jts-storage(1) has it under JSON, and it has no schema"
                 for command in sorted(paged)]

    for problem in problems:
        print(problem)
    print(f"{len(schemas)} schemas, {len(WRONG)} wrong documents, {len(problems)} problems")
    return 1 if problems or not schemas else 0


sys.exit(main())
