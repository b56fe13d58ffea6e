"""What the clients of a run are, what they have sent, and what they were told."""

import dataclasses
import re
from collections.abc import Callable

CHINESE = ("停止状态", "阀门开", "压力正常", "温度过高", "你好", "系统启动完成")
RUSSIAN = ("насос", "давление", "дверь открыта", "уровень")
MIXED = (*CHINESE, "grün", "😀", "level 61 %", "ok", "é°", "уровень")
ODD = "\ufffd"  # in the log, in place of a byte that is not text
ASCII = ("level 61 %", "ok", "door open", "{}", "\"quoted\\\"", "T=21.5")
# A byte that is invalid in this charset, and does not form a character with a comma after it.
NO_TEXT = {"utf-8": b"\xff", "gb18030": b"\xff", "cp1251": b"\x98"}
REPLY = re.compile(rb"(250|251) ok #(\d+)(?:-(\d+))?(?:, kept as bytes|, some kept as bytes)?")
UNSTORED = re.compile(rb"451 not stored #(\d+)(?:-(\d+))?: .*")


def ended(end):
    return lambda data: data + end


def counted(data):
    return b"%d %s" % (len(data), data)


def sized(data):
    return len(data).to_bytes(2, "big") + data


def bare(data):
    return data


@dataclasses.dataclass(frozen=True)
class Kind:
    """Clients of one listener. `whole`: each message is one write, and the next one waits for its
    answer."""

    name: str
    listener: str  # its settings
    charset: str
    frame: Callable[[bytes], bytes]
    words: tuple = MIXED
    begin: bytes = b""  # sent first
    answer: str = "text"  # "ack", "none"
    whole: bool = False
    tls: bool = False
    longest: int = 6000


STX = 'framing = "delimited"\nbegin = "\\u0002"\nend = "\\u0003"'
LENGTH = 'framing = "length"\nlength_bytes = 2\ncharset = "windows-1251"'
KINDS = (
    Kind("auto LF UTF-8", "", "utf-8", ended(b"\n")),
    Kind("auto CRLF GBK", "", "gb18030", ended(b"\r\n"), CHINESE),
    Kind("auto NUL UTF-8", "", "utf-8", ended(b"\0")),
    Kind("auto UTF-16 with a mark", "", "utf-16le", ended(b"\n\0"), begin=b"\xff\xfe"),
    Kind("auto without an end", "", "utf-8", bare, whole=True, longest=900),
    Kind("auto CR", "", "gb18030", ended(b"\r"), CHINESE, whole=True, longest=900),
    Kind("line GBK", 'framing = "line"\ncharset = "gb18030"', "gb18030", ended(b"\n"), CHINESE),
    Kind("line UTF-16", 'framing = "line"\ncharset = "utf-16be"', "utf-16be", ended(b"\0\n")),
    Kind("chunk", 'framing = "chunk"', "utf-8", bare, whole=True, longest=900),
    Kind("delimited", STX, "utf-8", lambda data: b"\x02" + data + b"\x03"),
    Kind("counted GBK", 'framing = "counted"\ncharset = "gb18030"', "gb18030", counted, CHINESE),
    Kind("length windows-1251", LENGTH, "cp1251", sized, RUSSIAN),
    Kind("line ACK", 'framing = "line"\nreplies = "ack"', "utf-8", ended(b"\r\n"), answer="ack"),
    Kind("line without answers", 'framing = "line"\nreplies = "none"', "utf-8", ended(b"\n"),
         answer="none"),
    Kind("TLS line", 'framing = "line"\ntls = true', "utf-8", ended(b"\n"), tls=True),
    Kind("TLS counted", 'framing = "counted"\ntls = true', "utf-8", counted, tls=True),
)
LISTENERS = tuple(dict.fromkeys(kind.listener for kind in KINDS))


def reads_as_utf8(data):
    """Whether a decoder that does not know the charset would take `data` for UTF-8, or for the
    beginning of UTF-8."""
    try:
        data.decode("utf-8")
        return True
    except UnicodeDecodeError as problem:
        return problem.reason == "unexpected end of data"


class Conversation:
    """One connection: what was sent on it, and what came back. Each text begins with `key` and its
    number."""

    def __init__(self, kind, client, number):
        self.kind = kind
        self.key = f"k{client}x{number}m"
        self.sent = []  # texts
        self.answers = []  # (first, last, whether some are kept as bytes)
        self.answered = 0
        self.unstored = set()
        self.end = ""  # the last line that was not an answer, or why it ended
        self.violations = []
        self.quiet = False  # gone, or never reads: its answers are not counted
        self.over = False
        self.port = 0
        self._received = b""

    def next_text(self, dice):
        """Makes the next message, and counts it as sent. Returns its bytes."""
        charset = self.kind.charset
        size = dice.choice((0, 1, 2, 3, 8)) if dice.random() < 0.97 else dice.randrange(400)
        words = dice.choice((self.kind.words, ASCII))
        number = len(self.sent) + 1
        while True:
            text = f"{self.key}{number} {' '.join(dice.choices(words, k=size))}".rstrip()
            data = text.encode(charset)
            if len(data) > self.kind.longest:
                size //= 2
            elif charset == "gb18030" and not self.kind.listener and not data.isascii() and (
                    reads_as_utf8(data) or len(data) > 1000):
                # As documented, the charset may be guessed wrong if all of a part is ambiguous.
                size //= 2
            else:
                break
        if number > 1 and charset in NO_TEXT and dice.random() < 0.03:
            text = f"{self.key}{number} {ODD}, a byte that is no text"
            data = text.encode("ascii", "replace").replace(b"?", NO_TEXT[charset])
        self.sent.append(text)
        return self.kind.frame(data)

    def waiting(self):
        return len(self.sent) - self.answered

    def take(self, data):
        """Takes what was received."""
        if self.kind.answer == "ack":
            self._take_bytes(data)
            return
        *lines, self._received = (self._received + data).split(b"\r\n")
        for line in lines:
            self._take_line(line)

    def _take_bytes(self, data):
        for byte in data:
            self.answered += 1
            if byte == 0x15:
                self.unstored.add(self.answered)
            elif byte != 0x06:
                self.violations.append(f"{self.key}: {data!r} in place of an ACK")
        self._check_count(data)

    def _take_line(self, line):
        stored = REPLY.fullmatch(line)
        found = stored or UNSTORED.fullmatch(line)
        if not found:
            if line[:3] not in (b"220", b"221", b"421") and not line.startswith(b"* "):
                self.violations.append(f"{self.key}: {line!r}")
            if line[:3] in (b"221", b"421"):
                self.end = line.decode("ascii")
            return
        groups = found.groups()[1:] if stored else found.groups()
        first, last = int(groups[0]), int(groups[1] or groups[0])
        if first != self.answered + 1 or last < first:
            self.violations.append(f"{self.key}: {line!r} after {self.answered} answers")
        if stored:
            self.answers.append((first, last, stored[1] == b"251"))
        else:
            self.unstored.update(range(first, last + 1))
        self.answered = last
        self._check_count(line)

    def _check_count(self, line):
        if self.answered > len(self.sent):
            self.violations.append(f"{self.key}: {line!r}, but {len(self.sent)} were sent")
