"""A thousand calls that no caller should make. Each must be answered with an error that is the
caller's fault; prints how many of which. Needs nothing but busctl and Python's standard library."""

import collections
import itertools
import subprocess
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


CALLERS_FAULT = ("InvalidArgs", "UnknownMethod", "Invalid argument", "Access denied", "not known")


def main():
    outcomes = collections.Counter()
    for call in itertools.islice(itertools.cycle(list(calls())), 1000):
        done = subprocess.run(["busctl", "call", *TARGET, *call], capture_output=True, text=True)
        outcome = done.stderr.strip()[:60] if done.returncode else "answered"
        outcomes[outcome] += 1
        if done.returncode == 0 or "Connection" in done.stderr or "Timeout" in done.stderr:
            sys.exit(f"{[word[:40] for word in call]}: {outcome}")
    for outcome, count in outcomes.most_common():
        print(count, outcome)


main()
