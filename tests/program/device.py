"""What a device does on the wire, and what must be recorded of it, as data for device_player.py.

A session is a function of `pad`, ASCII text that it puts into its first message to move the rest of
that message to the end of the daemon's buffer. Its steps, in order:

    b"..."              is sent, in one piece or in several; the daemon reads each by itself
    answers(...)        these lines must come now, and no others before them
    acks(b"...")        so must these bytes
    silence(N)          N quiet times without a byte, which the daemon must notice
    pause(N, below=M)   N quiet times, which it must not notice: it would after M
    HALF_CLOSE          the device closes its side, as it does after the last step anyway
"""

import dataclasses
import re
from typing import Any

from client import Client


HALF_CLOSE = object()


@dataclasses.dataclass(frozen=True)
class Answers:
    lines: tuple[Any, ...]  # str, or a compiled pattern
    within: float | None  # quiet times, if it matters


@dataclasses.dataclass(frozen=True)
class Acks:
    data: bytes


@dataclasses.dataclass(frozen=True)
class Pause:
    times: float
    below: float | None  # None: must be noticed


def answers(*lines, within=None):
    return Answers(lines, within)


def ok(*numbers, within=None):
    """`250 ok #1` for 1, `250 ok` for 0."""
    lines = (f"250 ok #{number}" if number else "250 ok" for number in numbers)
    return Answers(tuple(lines), within)


def acks(data):
    return Acks(data)


def silence(times):
    return Pause(times, None)


def pause(times, below):
    return Pause(times, below)


@dataclasses.dataclass(frozen=True)
class Message:
    """A message that must be recorded."""
    text: str | None  # None: any reading of its bytes will do
    end: str
    charset: str = "utf-8"
    wire: bytes | None = None  # default: the text in its charset

    def bytes(self):
        return self.text.encode(self.charset) if self.wire is None else self.wire


@dataclasses.dataclass(frozen=True)
class Session:
    steps: tuple[Any, ...]
    messages: tuple[Message, ...]
    listener: dict[str, Any] = dataclasses.field(default_factory=dict)
    quiet_ms: int = 30
    # Ways to send it that must make no difference: cut in two at each place, byte by byte, and
    # with its first message across the end of the daemon's buffer.
    cuts: bool = True
    bytewise: bool = True
    across: bool = True
    across_bytewise: bool = True
    unit: int = 1  # bytes per character of the pad
    telnet: bytes = b""  # the telnet commands that it must get in reply, in order
    closed: dict[str, Any] = dataclasses.field(default_factory=dict)


def kept(number):
    return f"251 ok #{number}, kept as bytes"


class Device(Client):
    """A client that plays a session, and keeps what it receives, except the greeting."""

    NEGOTIATION = re.compile(rb"\xff[\xfb-\xfe].", re.DOTALL)

    def __init__(self, port):
        super().__init__(port)
        self.sent = 0
        self.got = b""
        self.checked = 0  # lines that were as expected
        self.closing = False
        self.gone = False
        self.known = False  # the daemon has listed it

    def send(self, data):
        super().send(data)
        self.sent += len(data)

    def half_close(self):
        if not self.closing and not self.gone:
            super().half_close()
        self.closing = True

    def read_more(self):
        data = self.socket.recv(65536)
        self.gone = not data
        self.got += data

    def negotiation(self):
        return b"".join(self.NEGOTIATION.findall(self.got))

    def lines(self):
        text = self.NEGOTIATION.sub(b"", self.got)
        return [line.decode() for line in text.split(b"\r\n")[:-1]]

    def expect_lines(self, lines):
        while len(self.lines()) < self.checked + len(lines) and not self.gone:
            try:
                self.read_more()
            except TimeoutError:
                break
        came = self.lines()[self.checked:]
        good = len(came) == len(lines) and all(
            line == one if isinstance(line, str) else line.fullmatch(one)
            for line, one in zip(lines, came))
        assert good, f"answered {came} in place of {list(lines)}"
        self.checked += len(lines)

    def expect_acks(self, data):
        while len(self.got) < self.checked + len(data) and not self.gone:
            try:
                self.read_more()
            except TimeoutError:
                break
        came = self.got[self.checked:]
        assert came == data, f"answered {came} in place of {data}"
        self.checked += len(data)

    def read_to_the_end(self):
        while not self.gone:
            self.read_more()
