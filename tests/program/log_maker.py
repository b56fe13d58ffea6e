"""Makes logs as harkd writes them in bad times: messages in parts, several runs, clocks that are
set back, text that needs escapes, lines from other programs, invalid lines, and torn ends."""

import base64
import datetime
import json

WORDS = ["error", "Disk", "full", "kettle", "skipped", "停止", "系统", "状态", 'quo"te', "back\\slash",
         "tab\tbed", "\x1b[31m", "é°", "a/b", "\u202e", "\u200b", "ZWJ\u200d", "needle", "NEEDLE",
         "{1,2}", "x" * 50, "", "😀", "end."]
START = datetime.datetime(2026, 11, 22, 10, tzinfo=datetime.timezone.utc)
# As docs/protocol.md says: what is not safe to show is escaped.
UNSAFE = [*range(0x20), *range(0x7F, 0xA0), 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), 0x2060,
          *range(0x2066, 0x206A), 0xFEFF, 0xFFFD]
SHORT = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
ESCAPES = {code: SHORT.get(code, f"\\u{code:04x}") for code in UNSAFE} | {
    ord('"'): '\\"', ord("\\"): "\\\\"}


def line_of(record):
    """The line that harkd writes for a record."""
    members = []
    for key, value in record.items():
        if isinstance(value, str):
            value = '"' + value.translate(ESCAPES) + '"'
        elif value is True:
            value = "true"
        members.append(f'"{key}":{value}')
    return ("{" + ",".join(members) + "}\n").encode()


class LogMaker:
    """A growing log."""

    def __init__(self, random, *, lossy=True, steady=False, step=1.0):
        self.random = random
        self.steady = steady  # the clock is never set back, and harkd is the only writer
        self.lossy = lossy  # also makes what should not happen: missing parts
        self.step = step    # seconds between records, on average
        self.clock = START
        self.run = 1
        self.numbers = {}

    def now(self):
        """The time of the next record."""
        self.clock += datetime.timedelta(seconds=self.random.random() * 2 * self.step)
        return self.clock.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def set_back(self, seconds):
        self.clock -= datetime.timedelta(seconds=seconds)

    def text(self):
        count = self.random.choice([1, 2, 4, 8, 60])
        words = [word for word in WORDS if word or not self.steady]
        return " ".join(self.random.choice(words) for _ in range(count))

    def message(self):
        """The lines of one message, in parts or not, as functions that make them when they are
        due."""
        conn = self.random.randrange(1, 6)
        self.numbers[conn] = self.numbers.get(conn, 0) + 1
        # A run of text in one charset, with a character cut out at times.
        charset = self.random.choice(["utf-8", "utf-8", "gb18030"])
        text = self.text()
        if charset == "gb18030":
            text = "".join(c for c in text if c.isascii() or "\u4e00" <= c <= "\u9fff")
        if self.steady and not text:
            text = "something"  # a journal would keep this
        count = self.random.choice([1, 1, 1, 2, 3, 7])
        count = min(count, len(text)) or 1
        cuts = sorted(self.random.sample(range(1, len(text)), count - 1)) if count > 1 else []
        lost = self.random.randint(1, count) if self.lossy and self.random.random() < 0.05 else 0
        pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)])]
        for number, piece in enumerate(pieces, 1):
            if number == lost:
                continue
            yield conn, self.numbers[conn], number, count, piece, charset

    def part(self, conn, seq, number, count, piece, charset):
        data = piece.encode(charset)
        record = {"time": self.now(), "run": f"{self.run:08x}", "event": "message", "conn": conn,
                  "peer": f"192.0.2.{conn}:5000{conn}" if conn < 5 else "[2001:db8::7]:40112",
                  "seq": seq}
        if count > 1:
            record["part"] = number
        if number < count:
            record["more"] = True
        record["text"] = piece
        record["charset"] = "utf-8" if data.isascii() else charset
        record["bytes"] = len(data)
        if self.random.random() < 0.1:
            record |= {"text": piece + "\ufffd", "charset": "bytes", "bytes": len(data) + 1,
                       "raw": base64.b64encode(data + b"\xff").decode()}
        record["end"] = "full" if number < count else "lf"
        return record

    def foreign(self, record):
        """The same record, written by another program."""
        record = record | {"host": {"name": "web", "text": ["needle"]}}
        names = list(record)
        self.random.shuffle(names)
        shuffled = {name: record[name] for name in names}
        return json.dumps(shuffled, ensure_ascii=self.random.random() < 0.5).encode() + b"\n"

    def wrong(self):
        return self.random.choice([
            b"nonsense\n", b'{"time":"2026-11-22T10:00:00.000000Z"}\n', b"[1,2]\n", b"\xff\xfe\n",
            b'{"time":"yesterday","run":"1","event":"message","text":"needle"}\n',
            b'{"time":"2026-11-22T10:00:00.000000Z","run":"5f3a9c01","event":"mess\n'])

    def lines(self, count):
        """About `count` lines."""
        lines, due = [], []
        while len(lines) < count or due:
            chance = self.random.random()
            if due and chance < 0.6:
                # Parts of several messages are interleaved; those of one connection stay in order.
                place = self.random.randrange(len(due))
                record = self.part(*due[place].pop(0))
                if not due[place]:
                    del due[place]
                is_foreign = not self.steady and self.random.random() < 0.1
                lines.append(self.foreign(record) if is_foreign else line_of(record))
            elif len(due) < 4 and len(lines) < count:
                parts = list(self.message())
                if parts and all(parts[0][0] != other[0][0] for other in due):
                    due.append(parts)
            if chance < 0.02:
                lines += [] if self.steady else [self.wrong()]
            elif chance < 0.04 and all(parts[0][0] != 1 for parts in due):
                record = {"time": self.now(), "run": f"{self.run:08x}", "event": "closed", "conn": 1,
                          "peer": "192.0.2.1:50001", "reason": "bye", "messages": 1, "bytes": 7,
                          "seconds": 1.5}
                lines.append(line_of(record))
            elif chance > 0.995 and not self.steady:
                self.set_back(self.random.choice([1, 60, 3600]) * self.step)
            elif chance > 0.99 and self.lossy:
                due.clear()  # it crashed, or had nothing left to say
                self.run += 1
                self.numbers.clear()
        return lines
