#!/usr/bin/env python3
"""tests/arrows.py ARROWS: checks that every include follows an arrow of the build.

ARROWS is written by meson: each line is a room, followed by the rooms that it uses. A room's
sources may include headers of their own room and of the rooms that it uses; sources outside all
rooms (a program's own folder) may include anything.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)


def main():
    lines = pathlib.Path(sys.argv[1]).read_text().splitlines()
    uses = {room: set(used) | {room} for room, *used in map(str.split, filter(None, lines))}
    wrong = []
    for room, allowed in uses.items():
        needed = {room}
        for source in sorted((ROOT / room).glob("*.[ch]pp")):
            for header in INCLUDE.findall(source.read_text()):
                folder = header.rpartition("/")[0]
                needed.add(folder)
                if folder not in allowed:
                    wrong.append(f"{source.relative_to(ROOT)}: {room} does not use {folder}")
        wrong += [f"{room}/meson.build: {used} is not used" for used in sorted(allowed - needed)]
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
