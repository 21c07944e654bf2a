"""The man pages of the layout and of the bus have what the schema and the XML have, and nothing that
they have not: each key, each method and signal with its arguments, each property with its type, each
option that the XML's comments name. The client's page has each check of Validate's. Each page refers to the others. Run with the source tree's path."""

import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

SOURCE = pathlib.Path(sys.argv[1])
PAGES = {path.name.removesuffix(".scd"): path.read_text(encoding="utf-8")
         for path in (SOURCE / "docs/man").glob("*.scd")}
LAYOUT_PAGE = (SOURCE / "docs/layout.md").read_text(encoding="utf-8")


def sections(page):
    """The text below each heading, by the heading."""
    parts = re.split(r"^# (.*)\n", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def terms(text):
    """Lines that begin with a name in bold, and have an indented explanation below."""
    return re.findall(r"^(\*.*)\n\t", text, re.MULTILINE)


def arguments(member, direction):
    found = [f"{arg.get('type')} _{arg.get('name')}_" for arg in member.findall("arg")
             if arg.get("direction", "out") == direction]
    return f"({', '.join(found)})"


def signature(member):
    """A method or signal as the page has it."""
    if member.tag == "signal":
        return f"*{member.get('name')}*{arguments(member, 'out')}"
    out = arguments(member, "out")
    return f"*{member.get('name')}*{arguments(member, 'in')}" + (f" -> {out}" if out != "()" else "")


def bus_problems():
    page = sections(PAGES["org.jts.HotStorage1.5"])
    for path in sorted((SOURCE / "dbus").glob("org.jts.HotStorage1*.xml")):
        interface = ElementTree.parse(path).find("interface")
        name = interface.get("name")
        text = "".join(part for heading, part in page.items() if heading.endswith(name.upper()))
        there = terms(text)
        names = {name for term in there for name in re.findall(r"\*(\w+)\*", term)}
        members = {}
        for member in interface:
            members[member.get("name")] = member
            if member.tag == "property":
                pattern = rf"\*{member.get('name')}\*[^(]*\({member.get('type')}\)"
                if not any(re.search(pattern, term) for term in there):
                    yield f"{name}: no property {member.get('name')} of type {member.get('type')}"
            elif signature(member) not in there:
                yield f"{name}: no {member.tag} {signature(member)}"
        if not members:
            yield f"{path.name} has no members"
        for extra in sorted(names - set(members)):
            yield f"{name} has no {extra}"
        options = "\n".join(re.findall(r"@options:.*?(?=\n *@|\n\n)", path.read_text(), re.DOTALL))
        for option in set(re.findall(r"(\w+) \([a-z]+[,)]", options)):
            if f"_{option}_" not in text:
                yield f"{name}: no option {option}"


def check_problems():
    """Every check by its id, and none that there is not."""
    ids = set(re.findall(r'string_view \w+ = "([a-z_]+\.[a-z_]+)";',
                         (SOURCE / "src/core/validate_checks.hpp").read_text(encoding="utf-8")))
    told = {name for term in terms(sections(PAGES["jts-storage.1"])["CHECKS"])
            for name in re.findall(r"\*([^*]+)\*", term)}
    if not ids:
        yield "there are no checks"
    for one in sorted(ids ^ told):
        yield f"check {one} is {'not explained' if one in ids else 'explained, and there is none'}"


def defaults(schema, objects):
    """Each object's keys with the default that the description names."""
    for name in objects:
        for key, value in schema["$defs"][name]["properties"].items():
            text = value.get("description") or schema["$defs"][key]["description"]
            yield name, key, re.search(r"Default (\w+)\.$", text).group(1)


def layout_problems():
    page = sections(PAGES["jts-hot-storage-layout.5"])
    schema = json.loads((SOURCE / "layout/layout.schema.json").read_text(encoding="utf-8"))
    for heading, keys in (("FORMAT", schema["properties"]),
                          ("SERVICES", schema["$defs"]["service"]["properties"])):
        there = {term.strip("*") for term in terms(page[heading])}
        yield from (f"layout: {heading} has no {key}" for key in sorted(set(keys) - there))
        yield from (f"layout: there is no {key}" for key in sorted(there - set(keys)))
    for key in schema["$defs"]["directory"]["properties"]:
        if f"*{key}*" not in page["DIRECTORIES"]:
            yield f"layout: DIRECTORIES has no {key}"
    both = ("thresholds", "filesystem_thresholds")
    there = dict(re.findall(r"^\*(\w+)\*\n((?:\t.*\n)+)", page["THRESHOLDS"], re.MULTILINE))
    for key in sorted({key for name in both for key in schema["$defs"][name]["properties"]} ^ set(there)):
        yield f"layout: {key} stands in the schema or in THRESHOLDS, not in both"
    for name, key, default in defaults(schema, both):
        if not re.search(rf"(?<![A-Za-z0-9]){default}(?![A-Za-z0-9])", there.get(key, "").partition("Default")[2]):
            yield f"layout: THRESHOLDS lacks {name}'s default of {key}, {default}"
        row = re.search(rf"^\| `{key}` .*", LAYOUT_PAGE, re.MULTILINE)
        cells = row.group().split("|")[3:5] if row else []
        if f"`{default}`" not in "".join(cells[both.index(name):][:1]):
            yield f"docs/layout.md lacks {name}'s default of {key}, {default}"
    for heading, values in (("POLICIES", "policy"), ("BELOW", "below")):
        there = {term.strip("*") for term in terms(page[heading])}
        if there != set(schema["$defs"][values]["enum"]) - {None}:
            yield f"layout: {heading} has {sorted(there)}"


def reference_problems():
    for name, page in PAGES.items():
        for other in sorted(set(PAGES) - {name}):
            stem, section = other.rsplit(".", 1)
            if f"*{stem}*({section})" not in sections(page)["SEE ALSO"]:
                yield f"{name} does not refer to {stem}({section})"


def main():
    problems = [*bus_problems(), *check_problems(), *layout_problems(), *reference_problems()]
    for problem in problems:
        print(problem)
    print(f"{len(PAGES)} pages, {len(problems)} problems")
    return 1 if problems or len(PAGES) < 2 else 0


sys.exit(main())
