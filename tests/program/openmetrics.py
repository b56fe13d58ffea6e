"""A strict parser for the parts of OpenMetrics 1.0 text that harkd's state uses."""

import re

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*\Z")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"')
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?\Z", re.IGNORECASE)
SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)\Z")
SUFFIXES = {"gauge": ("",), "counter": ("_total",), "summary": ("", "_count", "_sum")}
ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}


def _labels(text):
    labels, at = {}, 0
    while text and at <= len(text):
        found = LABEL.match(text, at)
        assert found, f"no label: {text[at:]!r}"
        name, value = found.groups()
        assert name not in labels, f"a label twice: {name}"
        labels[name] = re.sub(r"\\.", lambda escape: ESCAPES[escape.group()], value)
        at = found.end()
        if at == len(text):
            break
        assert text[at] == ",", f"no comma: {text[at:]!r}"
        at += 1
    return labels


def parse(text):
    """{family: {"type", "unit", "help", "samples": [(name, labels, value)]}}; AssertionError if the
    text is invalid."""
    assert text.endswith("# EOF\n"), "no end"
    families, current, seen = {}, None, set()
    for line in text[:-len("# EOF\n")].split("\n")[:-1]:
        if line.startswith("#"):
            match = re.match(r"# (TYPE|UNIT|HELP) (\S+) (.+)\Z", line)
            assert match, f"no description: {line!r}"
            what, name, value = match.groups()
            assert NAME.match(name), name
            if current is None or current["name"] != name:
                assert name not in families, f"a family in two places: {name}"
                current = families[name] = {"name": name, "type": None, "unit": "", "help": None,
                                            "samples": []}
            assert not current["samples"], f"a description behind a sample: {line!r}"
            key = what.lower()
            assert not current[key], f"twice: {line!r}"
            assert key != "unit" or name.endswith("_" + value), f"not the unit: {line!r}"
            assert key != "type" or value in SUFFIXES, f"an unknown type: {line!r}"
            current[key] = value
            continue
        match = SAMPLE.match(line)
        assert match, f"no sample: {line!r}"
        name, labels, value = match.group(1), _labels(match.group(2) or ""), match.group(3)
        assert current and name.startswith(current["name"]), f"a sample of no family: {line!r}"
        suffix = name[len(current["name"]):]
        assert suffix in SUFFIXES[current["type"]], f"not a sample of its type: {line!r}"
        assert NUMBER.match(value), f"no number: {line!r}"
        number = float(value)
        assert current["type"] != "counter" or number >= 0, f"a negative counter: {line!r}"
        if current["type"] == "summary" and not suffix:
            assert 0 <= float(labels["quantile"]) <= 1, f"no quantile: {line!r}"
        key = (name, tuple(sorted(labels.items())))
        assert key not in seen, f"a sample twice: {line!r}"
        seen.add(key)
        current["samples"].append((name, labels, number))
    for family in families.values():
        assert family["type"] and family["help"], f"not described: {family['name']}"
    # A family must not look like another family's sample.
    for name, family in families.items():
        for suffix in ("_total", "_count", "_sum", "_created"):
            assert name + suffix not in families, f"{name} and {name + suffix}"
    return families
