"""check_json.py SCHEMA: holds the JSON on standard input against a schema, and against those of its
folder that it refers to; prints each error with its JSON pointer, and nothing else.

The schemas let members be added. Here they do not: what is printed and not described is an error."""

import json
import pathlib
import sys

import jsonschema


def bundled(schema, name):
    """The schema as a part of one that has all of the folder as its $defs, and where each object that
    has properties has no others."""
    if isinstance(schema, list):
        return [bundled(element, name) for element in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: bundled(value, name) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        copy.setdefault("additionalProperties", False)
    if isinstance(schema.get("$ref"), str):
        file, place = schema["$ref"].split("#")
        copy["$ref"] = f"#/$defs/{file or name}{place}"
    return copy


def validator(path):
    schemas = {}
    for file in path.parent.glob("*.schema.json"):
        schema = json.loads(file.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        schemas[file.name] = bundled(schema, file.name)
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{path.name}", "$defs": schemas})


def lines(error, above=()):
    """Of alternatives, why each of them is none."""
    at = (*above, *error.relative_path)
    if error.context:
        return [line for each in error.context for line in lines(each, at)]
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in at)
    return [f"{pointer}: {error.message}"]


def check(path, document):
    errors = validator(path).iter_errors(document)
    return sorted(line for error in errors for line in lines(error))


def main():
    wrong = check(pathlib.Path(sys.argv[1]), json.load(sys.stdin))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
