"""What is measured: the floor, harkd, and what one would take instead.

A subject says how it is started, how it is talked to, and what is found afterwards of what it was
told.
"""

import dataclasses
import mmap
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# Where floor and generator are; the tests have others.
PROGRAMS = Path(os.environ.get("HARK_BENCH_PROGRAMS", ROOT / "build/bench"))
PLAIN_HARKD = ROOT / "build/daemon/harkd"


@dataclasses.dataclass
class Place:
    """Where a server lives: a folder of its own, and a port of the loopback."""

    folder: Path
    port: int

    @property
    def output(self):
        return self.folder / "output"


def count_lines(place):
    return count(place, rb"\n")


def count(place, pattern):
    """How often it is in the output."""
    if not place.output.stat().st_size:
        return 0
    with place.output.open("rb") as file, \
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return len(re.findall(pattern, data))


@dataclasses.dataclass(frozen=True)
class Subject:
    id: str
    title: str
    kind: str  # floor, harkd, peer
    command: Callable  # of a place: the command; what it prints goes to the output if `prints`
    program: str = ""
    version: str = ""
    answers: bool = True
    protocol: str = "lines"
    greets: bool = False
    ends: bool = False  # it closes after the bye
    prints: bool = False
    environment: dict = dataclasses.field(default_factory=dict)
    recorded: Callable = count_lines  # of a place: how many messages

    def summary(self):
        return {"title": self.title, "kind": self.kind, "answers": self.answers}


def floor():
    return Subject("floor", "bare loop", "floor",
                   lambda place: [PROGRAMS / "floor", str(place.port), place.output])


def harkd(identifier, title, program, log, **more):
    def command(place):
        config = place.folder / "harkd.toml"
        config.write_text("", encoding="utf-8")
        return [program, "--config", config, "--control", place.folder / "control",
                "--listen", f"127.0.0.1:{place.port}", "--log", log(place)]

    version = subprocess.run([program, "--version"], capture_output=True, text=True,
                             check=True).stdout.split()[-1]
    return Subject(identifier, title, "harkd", command, "harkd", version, greets=True, ends=True,
                   **more)


def file_log(place):
    return f"file:{place.output}"


def count_messages(place):
    return count(place, rb'"event":"message"')


def harkd_file(program):
    return harkd("harkd-file", "harkd, file", program, file_log, recorded=count_messages)


def harkds(packaged):
    """`packaged`: the program of the Debian package, which is what users have."""
    plain = harkd("harkd-plain", "harkd, file, without the package's options", PLAIN_HARKD,
                  file_log, recorded=count_messages)
    # Its lines for people have ` #17: ` and no payload has a number sign.
    console = harkd("harkd-console", "harkd, console", packaged, lambda place: "console",
                    prints=True, recorded=lambda place: count(place, rb" #\d"))
    return [harkd_file(packaged), plain, console]


def asyncio_server():
    return Subject("asyncio", "Python asyncio", "peer",
                   lambda place: [sys.executable, HERE / "asyncio_server.py", str(place.port),
                                  place.output],
                   program="python", version=sys.version.split()[0])
