"""docs/security.md keeps its word: each threat has a test that carries its number, and each file that
it names is there. Run with the source tree's path."""

import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
page = (source / "docs/security.md").read_text()

tested = set()
for file in (source / "tests").rglob("*.cpp"):
    for name in re.findall(r"^TEST(?:_F|_P)?\((\w+,\s*\w+)\)", file.read_text(), re.MULTILINE):
        tested.update(re.findall(r"T\d\d", name))
for file in (source / "tests/host").glob("*_test.sh"):
    for name in re.findall(r'check "([^"]*)"', file.read_text()):
        tested.update(re.findall(r"T\d\d(?=:)", name))
sweeps = (source / "tests/sweep/CMakeLists.txt").read_text()
tested.update(re.findall(r"^jts_sweep\((T\d\d)_", sweeps, re.MULTILINE))

problems = []
rows = re.findall(r"^\| (T\d\d) \|(.*)\|$", page, re.MULTILINE)
for number, text in rows:
    if number not in tested:
        problems.append(f"{number} has no test that carries its number")
    files = re.findall(r"`([^`]+)`", text.rsplit("|", 1)[-1])
    if not files:
        problems.append(f"{number} names no file that defends")
    problems += [f"{number} names {name}, which is not there"
                 for name in files if not (source / name).exists()]
listed = {number for number, _ in rows}
problems += [f"{number} has a test, and no row" for number in sorted(tested - listed)]

if not rows:
    problems.append("docs/security.md has no table of threats")
for problem in problems:
    print(problem)
print(f"{len(rows)} threats, {len(problems)} problems")
sys.exit(1 if problems else 0)
