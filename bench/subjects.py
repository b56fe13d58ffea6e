"""The servers under test: the floor, harkd, and the alternatives.

A subject defines how to start it, how to talk to it, and how to count what it has recorded.
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
# Where floor and generator are; the tests set another folder.
PROGRAMS = Path(os.environ.get("HARK_BENCH_PROGRAMS", ROOT / "build/bench"))
PLAIN_HARKD = ROOT / "build/daemon/harkd"


@dataclasses.dataclass
class Place:
    """The environment of a server: its own folder, and a port on loopback."""

    folder: Path
    port: int

    @property
    def output(self):
        return self.folder / "output"


def count_lines(place):
    return count(place, rb"\n")


def count(place, pattern):
    """How often the pattern occurs in the output."""
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
    command: Callable  # from a place, makes the command; if `prints`, its output is the result
    program: str = ""
    version: str = ""
    answers: bool = True
    protocol: str = "lines"
    greets: bool = False
    ends: bool = False  # closes after the bye
    prints: bool = False
    environment: dict = dataclasses.field(default_factory=dict)
    client: dict = dataclasses.field(default_factory=dict)  # for the generator, with TLS
    recorded: Callable = count_lines  # from a place, counts the messages

    def summary(self):
        return {"title": self.title, "kind": self.kind, "answers": self.answers}


def floor():
    return Subject("floor", "bare loop", "floor",
                   lambda place: [PROGRAMS / "floor", str(place.port), place.output])


def floor_sync():
    return Subject("floor-sync", "one fdatasync a message", "floor",
                   lambda place: [PROGRAMS / "floor", str(place.port), place.output, "sync"])


# Limits for strangers; the measured clients are at 127.0.0.1.
LIMITS = """[limits]
exempt = ["127.0.0.1"]
messages_per_second = 1000
new_connections_per_second = 10
"""


def harkd(identifier, title, program, log, settings="", **more):
    def command(place):
        config = place.folder / "harkd.toml"
        config.write_text(settings, encoding="utf-8")
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


def harkd_sync(program):
    return harkd("harkd-sync", "harkd, file, sync", program, file_log, "sync = true\n",
                 recorded=count_messages)


def harkd_limits(program):
    return harkd("harkd-limits", "harkd, file, with limits", program, file_log, LIMITS,
                 recorded=count_messages)


def harkds(packaged):
    """`packaged`: the program in the Debian package, which users run."""
    plain = harkd("harkd-plain", "harkd, file, without the package's options", PLAIN_HARKD,
                  file_log, recorded=count_messages)
    # Its console lines contain ` #17: `, and no payload contains a number sign.
    console = harkd("harkd-console", "harkd, console", packaged, lambda place: "console",
                    prints=True, recorded=lambda place: count(place, rb" #\d"))
    return [harkd_file(packaged), harkd_limits(packaged), harkd_sync(packaged), plain, console]


def asyncio_server():
    return Subject("asyncio", "Python asyncio", "peer",
                   lambda place: [sys.executable, HERE / "asyncio_server.py", str(place.port),
                                  place.output],
                   program="python", version=sys.version.split()[0])
