"""A thousand calls that no caller should make: `script` prints a shell script that makes them, for a
host that has no Python; `judge` reads what it printed and fails unless every call was refused."""

import collections
import itertools
import shlex
import sys

TARGET = ["org.jts.HotStorage1", "/org/jts/HotStorage1", "org.jts.HotStorage1"]
LONG = "x" * 100_000  # execve takes at most 128 KiB in one argument
METHODS = {"Plan": "as", "Provision": "as", "GetLayout": ""}
OPTIONS = [
    ["1", "nonsense", "s", "x"],
    ["1", "plan_digest", "u", "7"],
    ["1", "plan_digest", "s", "not a digest"],
    ["1", "plan_digest", "as", "1", "x"],
    ["1", LONG, "s", "x"],
    ["1", "x", "s", LONG],
    ["1", "", "s", ""],
    ["1", "x", "v", "v", "v", "s", "deep"],
    ["2", "plan_digest", "s", "0" * 64, "force", "b", "true"],
]
SERVICES = [["1", bad] for bad in ("../etc", "Redis", "", "a b", "x" * 32, LONG, "-r", "ré", "a\nb")]
WRONG = [["s", "redis"], ["as", "0"], ["a{sv}", "0"], ["u", "1"], ["asas", "0", "0"]]


def calls():
    for method, signature in METHODS.items():
        for options in OPTIONS:
            given = ["0"] if signature else []
            yield [method, signature + "a{sv}", *given, *options]
        if signature:
            for services in SERVICES:
                yield [method, "asa{sv}", *services, "0"]
        for wrong in WRONG:
            if wrong[0] != signature + "a{sv}":
                yield [method, *wrong]
    yield ["Nothing"]




def script():
    """A shell script that makes the calls, and prints each one's number, exit status and error."""
    for number, call in enumerate(itertools.islice(itertools.cycle(list(calls())), 1000)):
        print(f"answer=$(busctl -- call {shlex.join(TARGET + call)} 2>&1)")
        print(f"printf '%s %s %s\\n' {number} $? \"${{answer:0:80}}\"")


def judge():
    """Every call was answered by the service, with an error."""
    outcomes = collections.Counter()
    for line in sys.stdin:
        number, status, *text = line.rstrip("\n").split(" ", 2)
        if not number.isdigit():
            continue  # the rest of an error's text
        answer = text[0] if text else ""
        if status == "0" or any(word in answer for word in GONE):
            sys.exit(f"call {number} ended with {status}: {answer}")
        outcomes[answer[:50]] += 1
    for outcome, count in outcomes.most_common():
        print(count, outcome)
    if outcomes.total() != 1000:
        sys.exit(f"{outcomes.total()} of 1000 calls were answered")


GONE = ("Connection", "timed out", "Timeout", "not provided", "disconnect", "No such file")
{"script": script, "judge": judge}[sys.argv[1]]()
