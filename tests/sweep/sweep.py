#!/usr/bin/env python3
"""Runs operations of the engine again and again, each time with one system call that kills the
process or fails, lets the next start recover, and compares the tree with what it was before and with
what it is after an undisturbed run. Needs root and strace; run it in namespaces of its own:

    unshare --mount --propagation private --pid --fork --kill-child --mount-proc \\
        tests/sweep/sweep.py KIND [--step N] --subject PROGRAM …

KIND: kill, double-kill, errno, double-errno, accounts, control. --step: every Nth point; 1 = all,
which JTS_LONG=1 sets. Ends with 1 where any state is neither the one nor the other, and where the call
of a point was not made, so that nothing was tried."""

import argparse
import collections
import json
import os
import re
import sys

import world

CHANGING = ("mkdir mkdirat fchown fchownat fchmod fchmodat fsetxattr fremovexattr unlink unlinkat "
            "rename renameat renameat2 link linkat write pwrite64 ftruncate fallocate fdatasync "
            "fsync syncfs").split()
READING = "openat newfstatat statx fstat getdents64 read pread64 fgetxattr fcntl fstatfs".split()
ERRNOS = "ENOSPC EIO EDQUOT EMFILE ENOMEM EROFS EINTR".split()
READING_ERRNOS = "EIO EMFILE ENOMEM EINTR".split()

TRIES = 10  # of a point
RUNS = 3  # that are counted

Point = collections.namedtuple("Point", "call number fault")


def said_undone(answer):
    """An error that says that nothing stands."""
    return "error" in answer and not answer["error"].endswith((".Partial", ".RecoveryPending"))


class Scenario:
    """`arrange` makes the host; `operation` are the subject's arguments.

    strace numbers the calls of each thread by themselves: of those that have the same number a point
    meets the first alone. `on_one_thread`: no thread is to be had, and so each call is met. `varies`:
    which thread walks what is another in each run, so that a point may not be met; each is met in the
    same on one thread."""

    def __init__(self, name, arrange, operation=None, on_one_thread=False, varies=False):
        self.varies = varies
        self.name, self.arrange, self._operation = name, arrange, operation
        self.always_failing = ["clone,clone3:error=EAGAIN"] if on_one_thread else []
        self.change_id = None

    def operation(self):
        return ["rollback", self.change_id] if self._operation == "rollback" else ["provision"]


class Sweep:
    def __init__(self, subject, step):
        self.subject, self.step = subject, step
        self.failures, self.points = [], 0
        self.missed = []  # points whose call was not made
        self.unmet = []  # the same, where that may be
        self.always_failing = []  # what fails besides the call that a point names

    # --- hosts ---

    def call(self, *operation):
        ended = world.run(self.subject, *operation)
        if not ended.stdout.strip():
            raise RuntimeError("the subject said nothing: %s" % ended.stderr)
        return json.loads(ended.stdout.splitlines()[-1])

    def good(self, *operation):
        answer = self.call(*operation)
        if "error" in answer:
            raise RuntimeError("%s failed: %s" % (operation, answer))
        return answer

    def empty(self, _):
        world.fresh_host()

    def damaged(self, _):
        world.fresh_host()
        self.good("provision")
        world.damage()

    def repaired(self, scenario):
        self.damaged(scenario)
        scenario.change_id = self.good("provision")["change_id"]

    def stubborn(self, scenario):
        """Its last directory takes no change, so that the rest is undone."""
        self.damaged(scenario)
        logs = world.BASE + "/alpha/logs"
        world.mount(logs, logs, None, world.MS_BIND)
        world.mount(None, logs, None, world.MS_BIND | world.MS_REMOUNT | world.MS_RDONLY)

    def scenarios(self):
        return [Scenario("provision of an empty host", self.empty),
                Scenario("provision of a damaged host", self.damaged, varies=True),
                Scenario("provision of a damaged host on one thread", self.damaged,
                         on_one_thread=True),
                Scenario("rollback", self.repaired, "rollback"),
                Scenario("rollback on one thread", self.repaired, "rollback", on_one_thread=True),
                Scenario("provision that fails and is undone", self.stubborn, on_one_thread=True)]

    # --- points ---

    def traced(self, options, operation):
        # A build with AddressSanitizer cannot look for leaks while it is traced.
        return world.run("strace", "-f", "-qq", "-o", "/run/sweep/trace",
                         "-E", "ASAN_OPTIONS=detect_leaks=0", *options, self.subject, *operation)

    def counts(self, scenario, calls, operation):
        """For each call, how often a thread makes it, and how often before the work begins."""
        scenario.arrange(scenario)
        self.traced(self.injections(calls + ["openat"], scenario.always_failing),
                    operation(scenario))
        made, early, begun = collections.Counter(), {}, False
        with open("/run/sweep/trace", encoding="utf-8", errors="replace") as trace:
            for line in trace:
                found = re.match(r"(\d+) +(\w+)\(", line)
                if not found:
                    continue
                if "/var/lib/jts-hot-storage" in line and not begun:
                    begun, early = True, dict(made)
                made[(found[1], found[2])] += 1
        totals, starts = collections.Counter(), collections.Counter()
        threads = {thread for (thread, call) in made if call in calls}
        if scenario.always_failing and len(threads) > 1:
            raise RuntimeError("%s: %d threads do it" % (scenario.name, len(threads)))
        for (thread, call), count in made.items():
            totals[call] = max(totals[call], count)
            starts[call] = max(starts[call], early.get((thread, call), 0))
        return {call: (starts[call], totals[call]) for call in calls}

    def points_of(self, scenario, faults, operation=Scenario.operation):
        """`faults`: what each kind of call is to suffer."""
        runs = [self.counts(scenario, sorted(faults), operation) for _ in range(RUNS)]
        counts = {call: min((run[call] for run in runs), key=lambda found: found[1])
                  for call in sorted(faults)}
        points = [Point(call, number, fault)
                  for call, (start, total) in counts.items()
                  for fault in faults[call]
                  for number in range(start + 1, total + 1)]
        if not points:
            raise RuntimeError("%s: no point to sweep" % scenario.name)
        return points

    @staticmethod
    def injections(traced, faults):
        """strace's options; it injects into what it traces alone."""
        calls = traced + [fault.split(":")[0] for fault in faults]
        options = ["-e", "trace=" + ",".join(calls)]
        for fault in faults:
            options += ["-e", "inject=" + fault]
        return options

    def injection(self, scenario, point):
        what = "signal=KILL" if point.fault == "KILL" else "error=" + point.fault
        return self.injections([], ["%s:%s:when=%d" % (point.call, what, point.number),
                                    *self.always_failing, *scenario.always_failing])

    def was_met(self, point):
        mark = "+++ killed by SIGKILL" if point.fault == "KILL" else "(INJECTED)"
        of_call = re.compile(r"\+\+\+|\b%s[( ]" % point.call)
        with open("/run/sweep/trace", encoding="utf-8", errors="replace") as trace:
            return any(mark in line and of_call.search(line) for line in trace)

    def disturb(self, scenario, point, operation, arrange=None):
        """What the operation said, if anything. Where no thread came to the point it is arranged and
        tried again."""
        for _ in range(TRIES):
            (arrange or scenario.arrange)(scenario)
            ended = self.traced(self.injection(scenario, point), operation(scenario))
            if self.was_met(point):
                break
        else:
            missed = self.unmet if scenario.varies else self.missed
            missed.append("%s, %s: the call was not made" % (scenario.name, point))
        lines = ended.stdout.splitlines()
        return json.loads(lines[-1]) if lines else None

    # --- judging ---

    def ends_of(self, scenario):
        scenario.arrange(scenario)
        before = world.picture()
        self.call(*scenario.operation())
        return before, world.picture()

    def judge(self, scenario, point, before, after, answer):
        """The word for the state after the next start: before, after, partial or wrong."""
        world.remove_empty_records()  # what a journal that is not written leaves
        recovered = self.call("recover")
        now = world.picture()
        if now == after:
            word = "after"
            if before != after and answer is not None and said_undone(answer):
                return "wrong", "said not to be done, and is: %s" % answer
        elif now == before:
            word = "before"
            if answer is not None and "error" not in answer:
                return "wrong", "said to be done, and is not: %s" % answer
        elif answer is not None and answer.get("refused"):
            word = "refused"  # what could not be looked at is left alone and named
        elif "partial" in recovered.get("outcomes", []):
            word = "partial"
        else:
            differs = sorted(path for path in set(now) | set(after)
                             if now.get(path) != after.get(path))
            return "wrong", "answer %s, recovery %s, differs: %s" % (answer, recovered, differs[:5])
        return word, None

    def can_go_on(self, scenario):
        """Whatever happened, another try works."""
        if scenario.name.endswith("undone"):
            return None
        if scenario.operation()[0] == "provision":
            answer = self.call("provision")
            if "error" in answer:
                return "the next provision fails: %s" % answer
        return world.accounts_fault()

    def sweep(self, scenario, faults):
        before, after = self.ends_of(scenario)
        points = self.points_of(scenario, faults)[::self.step]
        words = collections.Counter()
        for point in points:
            answer = self.disturb(scenario, point, Scenario.operation)
            word, why = self.judge(scenario, point, before, after, answer)
            why = why or self.can_go_on(scenario)
            words["wrong" if why else word] += 1
            if why:
                self.failures.append("%s, %s: %s" % (scenario.name, point, why))
        self.points += len(points)
        print("%s: %d points: %s" % (scenario.name, len(points), dict(words)), flush=True)

    # --- kinds ---

    def kill(self):
        for scenario in self.scenarios():
            self.sweep(scenario, {call: ["KILL"] for call in CHANGING})

    def errno(self):
        faults = {call: ERRNOS for call in CHANGING}
        faults.update({call: READING_ERRNOS for call in READING})
        for scenario in self.scenarios():
            self.sweep(scenario, faults)

    def double_errno(self):
        """What fails before anything was changed leaves a record that cannot be removed."""
        self.always_failing = ["unlinkat:error=EIO"]
        for scenario in self.scenarios()[1:5]:
            self.sweep(scenario, {call: ["EMFILE"] for call in ("openat", "fcntl", "getdents64")})

    def double_kill(self):
        """The first kill in the middle, the second at each call of the recovery."""
        for scenario in self.scenarios()[:5]:
            before, after = self.ends_of(scenario)
            middle = self.points_of(scenario, {"fchownat": ["KILL"], "fchown": ["KILL"]})
            first = middle[len(middle) // 2]
            arrange = scenario.arrange

            def interrupted(same, arrange=arrange, first=first):
                self.disturb(same, first, Scenario.operation, arrange)

            scenario.arrange = interrupted
            points = self.points_of(scenario, {call: ["KILL"] for call in CHANGING},
                                    lambda _: ["recover"])[::self.step]
            words = collections.Counter()
            for point in points:
                self.disturb(scenario, point, lambda _: ["recover"])
                word, why = self.judge(scenario, point, before, after, None)
                words["wrong" if why else word] += 1
                if why:
                    self.failures.append("%s, recovery, %s: %s" % (scenario.name, point, why))
            self.points += len(points)
            print("recovery of a %s: %d points: %s" % (scenario.name, len(points), dict(words)))

    def accounts(self):
        """The program that makes accounts, and systemd-sysusers with it."""
        program = self.accounts_program
        scenario = Scenario("accounts", self.empty)
        calls = CHANGING + ["fchmod"]
        subject, self.subject = self.subject, program
        points = self.points_of(scenario, {call: ["KILL", "ENOSPC", "EIO"] for call in set(calls)},
                                lambda _: [])[::self.step]
        words = collections.Counter()
        for point in points:
            self.subject = program
            self.disturb(scenario, point, lambda _: [])
            self.subject = subject
            words["half made before" if world.accounts_fault() else "whole before"] += 1
            self.call("recover")
            answer = self.call("provision")
            why = world.accounts_fault() or ("error" in answer and answer)
            if why:
                self.failures.append("accounts, %s: %s" % (point, why))
        self.points += len(points)
        print("accounts: %d points: %s, %d not whole after the next run" %
              (len(points), dict(words), len(self.failures)))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["kill", "double-kill", "errno", "double-errno",
                                         "accounts", "control"])
    parser.add_argument("--subject", required=True)
    parser.add_argument("--forgetful", required=True)
    parser.add_argument("--accounts-program", required=True)
    parser.add_argument("--step", type=int)
    parser.add_argument("--sparsity", type=int, default=1, help="multiplies the short form's step")
    arguments = parser.parse_args()
    steps = {"kill": 13, "double-kill": 29, "errno": 151, "double-errno": 11, "accounts": 17,
             "control": 9}
    short_step = steps[arguments.kind] * arguments.sparsity
    step = arguments.step or (1 if os.environ.get("JTS_LONG") else short_step)
    world.prepare_host([arguments.subject, arguments.forgetful])
    is_control = arguments.kind == "control"
    subject = arguments.forgetful if is_control else arguments.subject
    sweep = Sweep("/run/sweep/" + os.path.basename(subject), step)
    sweep.accounts_program = arguments.accounts_program
    getattr(sweep, "kill" if is_control else arguments.kind.replace("-", "_"))()
    for failure in sweep.failures[:20] + sweep.missed[:20]:
        print(failure)
    print("%s: %d points, %d wrong, %d missed; %d of those that vary not met" %
          (arguments.kind, sweep.points - len(sweep.missed) - len(sweep.unmet), len(sweep.failures),
           len(sweep.missed), len(sweep.unmet)))
    is_wrong = not sweep.failures if is_control else bool(sweep.failures)
    return is_wrong or bool(sweep.missed)


if __name__ == "__main__":
    sys.exit(int(main()))
