"""Clients of every kind that talk to a daemon in lock-step while it restarts.

Each text names its client, so the log tells who sent it, whatever port it came from.
"""

import asyncio
import dataclasses
import random
import socket
from collections.abc import Callable

from account import Account
from client import WAIT

WORDS = ("系统", "停止", "状态", "你好", "阀门 开", "level", "61 %", "ok")


@dataclasses.dataclass(frozen=True)
class Kind:
    listener: str  # its settings
    charset: str
    frame: Callable[[bytes], bytes]
    begin: bytes = b""  # sent first
    answer: str = "text"  # "text", "ack" or "none"
    whole: bool = False  # sends each message in one piece
    slow: bool = False  # and sends few


def ended(end):
    return lambda data: data + end


def as_it_is(data):
    return data


KINDS = (
    Kind("", "utf-8", ended(b"\n")),
    Kind("", "gb18030", ended(b"\r\n")),
    Kind("", "utf-8", ended(b"\0")),
    Kind("", "utf-16le", ended(b"\n\0"), begin=b"\xff\xfe"),
    Kind("", "utf-8", ended(b"\n"), begin=b"\xff\xfd\x06"),
    Kind("", "utf-8", as_it_is, whole=True, slow=True),
    Kind('framing = "line"', "gb18030", ended(b"\n")),
    Kind('framing = "chunk"', "utf-8", as_it_is, whole=True),
    Kind('framing = "delimited"\nbegin = "\\u0002"\nend = "\\u0003"', "utf-8",
         lambda data: b"\x02" + data + b"\x03"),
    Kind('framing = "delimited"\nend = "AAB"', "utf-8", ended(b"AAB")),
    Kind('framing = "counted"', "gb18030", lambda data: b"%d %s" % (len(data), data)),
    Kind('framing = "length"\nlength_bytes = 2', "utf-8",
         lambda data: len(data).to_bytes(2, "big") + data),
    Kind('replies = "ack"\nframing = "line"', "utf-8", ended(b"\r\n"), answer="ack"),
    Kind('replies = "none"\nframing = "line"', "gb18030", ended(b"\n"), answer="none"),
    Kind('charset = "big5"\nframing = "line"', "utf-8", ended(b"\n")),
)
LISTENERS = tuple(dict.fromkeys(kind.listener for kind in KINDS))
CONFIG = "".join(f'[[listener]]\naddress = "127.0.0.1:0"\n{settings}\n' for settings in LISTENERS)


class LoadClient:
    """One conversation. `failure` says what was wrong."""

    def __init__(self, harkd, number, kind=None):
        self.kind = kind or KINDS[number % len(KINDS)]
        self.number = number
        self.port = harkd.port_of(LISTENERS.index(self.kind.listener))
        self.random = random.Random(number)
        self.sent = []
        self.answered = 0
        self.failure = None

    async def connect(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.kind.answer == "text":
            line = await self.line()
            assert line.startswith(b"220 "), line
        if self.kind.begin:
            self.writer.write(self.kind.begin)
        if self.kind.begin[:1] == b"\xff" and self.kind.begin[1:2] == b"\xfd":
            assert await self.read(self.reader.readexactly(3)) == b"\xff\xfc\x06"
        return self

    async def read(self, what):
        return await asyncio.wait_for(what, WAIT)

    async def line(self):
        line = await self.read(self.reader.readline())
        assert line.endswith(b"\r\n"), f"the end, after {line!r}"
        return line[:-2]

    def next_text(self):
        """The next text; ASCII only for the Big5 listener, whose charset lacks some of WORDS."""
        words = "" if "big5" in self.kind.listener else " ".join(
            self.random.choices(WORDS, k=self.random.randrange(4)))
        return f"client {self.number} message {len(self.sent) + 1} {words}".rstrip()

    async def send(self):
        """Sends one message in two pieces, which may cut a character or a terminator in half; the
        first message in one piece, since only a line peer may take its time."""
        text = self.next_text()
        data = self.kind.frame(text.encode(self.kind.charset))
        self.sent.append(text)
        whole = self.kind.whole or len(self.sent) == 1
        cut = len(data) if whole else self.random.randrange(len(data) + 1)
        self.writer.write(data[:cut])
        if cut < len(data):
            await asyncio.sleep(self.random.random() * 0.03)
            self.writer.write(data[cut:])
        await self.writer.drain()

    async def answer(self):
        number = self.answered + 1
        if self.kind.answer == "ack":
            assert await self.read(self.reader.readexactly(1)) == b"\x06"
        elif self.kind.answer == "text":
            line = await self.line()
            assert line in (b"250 ok #%d" % number, b"251 ok #%d, kept as bytes" % number), line
        self.answered = number

    async def converse(self, goes_on):
        """Sends messages in lock-step until goes_on() is false, and then reads to the end of the
        connection."""
        try:
            while goes_on():
                await self.send()
                await self.answer()
                await asyncio.sleep(self.random.random() * 0.05 * (4 if self.kind.slow else 1))
            self.writer.write_eof()
            rest = await self.read(self.reader.read())
            assert rest == b"", rest
        except (AssertionError, OSError, TimeoutError, asyncio.IncompleteReadError) as problem:
            self.failure = f"{self.kind}: {problem!r} at message {len(self.sent)}"
        finally:
            self.writer.close()

    async def last_words(self):
        """Sends two messages at once, or one if two would become one, and reads nothing."""
        for _ in range(1 if self.kind.whole else 2):
            text = self.next_text()
            self.sent.append(text)
            self.writer.write(self.kind.frame(text.encode(self.kind.charset)))
        await self.writer.drain()
        self.writer.close()

    async def flood(self, goes_on):
        """Sends until goes_on() is false, and reads only then."""
        try:
            while goes_on():
                await self.send()
                await asyncio.sleep(0.002)
            self.writer.write_eof()
            lines = (await self.read(self.reader.read())).split(b"\r\n")
            account = Account()
            assert lines.pop() == b""
            for line in lines:
                account.take(line)
            self.answered = account.answered
            assert self.answered == len(self.sent), f"{self.answered} of {len(self.sent)}"
        except (AssertionError, OSError, TimeoutError) as problem:
            self.failure = f"flood: {problem!r}"
        finally:
            self.writer.close()
