#!/usr/bin/env python3
"""tests/alone.py BUILD: checks that every source of the programs compiles alone.

A build compiles all sources of a room as one unit, so a source can get away with using what only
another one includes. BUILD is a directory configured by meson; nothing is written to it. Prints the
compiler's messages for the sources that do not compile.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

INCLUDE = re.compile(r'^#include *[<"]([^">]+)', re.MULTILINE)


def commands(build):
    """Yields (folder, command) for each source: the command of the file that includes it, without
    output."""
    for entry in json.loads((build / "compile_commands.json").read_text()):
        if entry["file"].startswith(("tests/", "bench/")):
            continue
        folder = pathlib.Path(entry["directory"])
        words = shlex.split(entry["command"])
        if words[0].endswith("ccache"):
            del words[0]
        options = words[:words.index("-MD")]
        for source in INCLUDE.findall((folder / entry["file"]).read_text()):
            yield folder, [*options, "-fsyntax-only", source]


def trouble(job):
    folder, command = job
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def main():
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = [text for text in pool.map(trouble, commands(pathlib.Path(sys.argv[1]))) if text]
    print("".join(wrong), end="")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
