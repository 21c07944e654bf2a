"""coverage.py SOURCE_DIR FOLDER…: reads what llvm-cov exports in lcov's form on standard input, and
prints for each file below the folders of the sources how many lines can run, how many did, and which
did not; then the same for each folder, and in all.

A source file that is in no program at all is named too: its lines were not even counted."""

import itertools
import os
import pathlib
import sys


def counts_of(text):
    """{file: {line: how often it ran}}; a file may be told of more than once."""
    files, lines = {}, {}
    for record in text:
        kind, _, value = record.rstrip("\n").partition(":")
        if kind == "SF":
            lines = files.setdefault(pathlib.Path(os.path.normpath(value)), {})
        elif kind == "DA":
            number, count = (int(part) for part in value.split(",")[:2])
            lines[number] = max(lines.get(number, 0), count)
    return files


def spans(numbers, counted):
    """`3, 7-9`: what lies between two lines that did not run is one span, where no line there did."""
    place = {number: index for index, number in enumerate(sorted(counted))}
    spans_of = []
    for _, group in itertools.groupby(enumerate(sorted(numbers)), lambda pair: place[pair[1]] - pair[0]):
        span = [number for _, number in group]
        spans_of.append(str(span[0]) if len(span) == 1 else f"{span[0]}-{span[-1]}")
    return ", ".join(spans_of)


def line(name, total, run, rest=""):
    share = 100 * run / total if total else 100
    return f"{name:<42} {total:>6} {run:>6} {share:>6.1f} %  {rest}".rstrip()


def main():
    source, folders = pathlib.Path(sys.argv[1]), sys.argv[2:]
    files = counts_of(sys.stdin)
    print(f"{'file':<42} {'lines':>6} {'run':>6} {'share':>8}  not run")
    sums = {}
    for folder in folders:
        of_folder = {path: lines for path, lines in files.items() if source / folder in path.parents}
        for path, lines in sorted(of_folder.items()):
            missed = [number for number, count in lines.items() if count == 0]
            print(line(str(path.relative_to(source)), len(lines), len(lines) - len(missed), spans(missed, lines)))
        for path in sorted((source / folder).glob("*.cpp")):
            if path not in files:
                print(f"{str(path.relative_to(source)):<42} in no program")
        sums[folder] = (sum(map(len, of_folder.values())),
                        sum(count > 0 for lines in of_folder.values() for count in lines.values()))
    print()
    for folder, (total, run) in sums.items():
        print(line(folder, total, run))
    print(line("in all", *(sum(column) for column in zip(*sums.values()))))


if __name__ == "__main__":
    main()
