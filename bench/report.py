#!/usr/bin/env python3
"""Writes docs/benchmarks.md and its charts from the results of the suite.

    report.py [RESULTS]         (build-bench/results.json)

The document is written by hand, except for what is between a line `<!-- measured: NAME -->` and the
next `<!-- end -->`, which is replaced. All figures are from one run; what it did not measure is
reported as not measured. If anything is wrong, nothing is written.
"""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

# pylint: disable=wrong-import-position
from measured import Results
from report_charts import CHARTS, drawn
from report_tables import BLOCKS

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "build-bench/results.json"
DOCUMENT = ROOT / "docs/benchmarks.md"
CHARTS_FOLDER = "charts"  # beside the document

BEGIN = re.compile(r"<!-- measured: (.*?) -->")
END = "<!-- end -->"


class ReportError(Exception):
    """What is wrong with the document or the results, in words for whoever has to fix it."""


def blocks(results, charts):
    """{name: Markdown} for all markers; `charts` are the names of the charts drawn."""
    written = {}
    for name, make in BLOCKS.items():
        images = [f"![{words}]({CHARTS_FOLDER}/{chart}.svg)"
                  for chart, family, _, words in CHARTS if family == name and chart in charts]
        parts = [part for part in (*images, make(results)) if part]
        written[name] = "\n\n".join(parts) or "Not measured in this run."
    return written


def fill(document, contents):
    """The document with new contents between its markers."""
    lines, found, open_since = [], set(), None
    for number, line in enumerate(document.splitlines(), 1):
        marker = BEGIN.fullmatch(line.strip())
        if marker:
            name = marker[1]
            if open_since:
                raise ReportError(f"line {number}: {name!r} begins before the end of the block "
                                  f"of line {open_since}")
            if name not in contents:
                raise ReportError(f"line {number}: unknown block {name!r}; known are "
                                  f"{', '.join(contents)}")
            if name in found:
                raise ReportError(f"line {number}: a second block {name!r}")
            found.add(name)
            open_since = number
            lines += [line, "", contents[name], ""]
        elif line.strip() == END:
            if not open_since:
                raise ReportError(f"line {number}: {END} without a beginning")
            open_since = None
            lines.append(line)
        elif not open_since:
            lines.append(line)
    if open_since:
        raise ReportError(f"line {open_since}: a block without {END}")
    missing = [name for name in contents if name not in found]
    if missing:
        raise ReportError("no block for " + ", ".join(missing) + "; it begins with "
                          f"<!-- measured: {missing[0]} -->")
    return "\n".join(lines) + "\n"


def write(results, document=DOCUMENT):
    """`results` as in results.json; returns the paths written."""
    measured = Results(results)
    charts = drawn(measured)
    try:
        text = fill(document.read_text(encoding="utf-8"), blocks(measured, charts))
    except ReportError as error:
        raise ReportError(f"{document}: {error}") from None
    files = {document.parent / CHARTS_FOLDER / f"{name}.svg": svg for name, svg in charts.items()}
    files[document] = text
    (document.parent / CHARTS_FOLDER).mkdir(exist_ok=True)
    for path, content in files.items():
        path.write_text(content, encoding="utf-8")
    return list(files)


def main(arguments):
    if len(arguments) > 1 or arguments[:1] in (["-h"], ["--help"]):
        sys.exit("usage: report.py [RESULTS]")
    path = Path(arguments[0]) if arguments else RESULTS
    try:
        for written in write(json.loads(path.read_text(encoding="utf-8"))):
            print(written)
    except (OSError, ValueError, ReportError) as error:
        sys.exit(f"report.py: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
