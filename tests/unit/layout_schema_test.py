"""Holds layout.schema.json against the shipped layout and against the examples that read_layout is
held against as well, so that what an editor accepts is what the service accepts."""

import json
import pathlib
import re
import sys

import jsonschema

SOURCE = pathlib.Path(sys.argv[1])


def load(path):
    """The shipped files have comments on lines of their own only."""
    text = (SOURCE / path).read_text(encoding="utf-8")
    return json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))


def main():
    schema = load("layout/layout.schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    is_valid = jsonschema.Draft202012Validator(schema).is_valid
    examples = load("tests/unit/layout_examples.json")

    wrong = [] if is_valid(load("layout/layout.json")) else ["rejected: the shipped layout"]
    for example in examples["accepted"]:
        if not is_valid(example["file"]):
            wrong.append("rejected: " + example["what"])
    for example in examples["rejected"]:
        beyond = example.get("beyond_schema", False)
        if is_valid(example["file"]) != beyond:
            wrong.append(("rejected: " if beyond else "accepted: ") + example["what"])

    print(*wrong, sep="\n")
    counts = [len(examples[kind]) for kind in ("accepted", "rejected")]
    print(f"{counts[0]} accepted and {counts[1]} rejected examples, {len(wrong)} wrong")
    return 1 if wrong or 0 in counts else 0


sys.exit(main())
