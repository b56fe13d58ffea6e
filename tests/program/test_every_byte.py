"""Whatever the charset, the bytes of a message can be recovered from its record, even with a
library other than the daemon's: every pair of bytes, and random strings, through a listener of each
charset.

HARK_SEED picks other random strings.
"""

import json
import os
import random
import re
import struct
import unittest

from harness import Client, LogReader, ProgramTest
from wire import iconv, wire_of

SEED = int(os.environ.get("HARK_SEED", "8765"))
STRINGS = 20_000
LONG_STRINGS = 150
CHARSETS = ("auto", "utf-8", "gb18030", "utf-16le", "utf-16be", "big5", "shift_jis", "euc-kr",
            "windows-1251")
ESCAPED_BYE = re.compile(rb"\\+bye", re.IGNORECASE)
# Pieces of text in various charsets, so that random strings are not all garbage.
WORDS = ("温度", "系统", "é", "°C", "Ёж", "я", "テスト", "温", "한글", "😀", "ÿ", "\\", "~", "a", "OK 1",
         "\n", "\r", "\0", "\ufeff", "許功蓋", "ｱ")
ENCODINGS = ("utf-8", "gbk", "gb18030", "utf-16le", "utf-16be", "big5", "shift_jis", "euc-kr",
             "windows-1251")


def make_pieces():
    pieces = []
    for word in WORDS:
        for encoding in ENCODINGS:
            try:
                pieces.append(word.encode(encoding))
            except UnicodeEncodeError:
                pass
    return pieces


def random_string(source, pieces, most):
    """Random bytes, random text, or a mixture, not empty."""
    kind = source.randrange(3)
    data = b""
    size = source.randrange(1, most + 1)
    while len(data) < size:
        if kind == 0 or (kind == 2 and source.randrange(4) == 0):
            data += source.randbytes(source.randrange(1, 4))
        else:
            data += source.choice(pieces)
    return data[:size]


def encode_with_python(text, charset):
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return None


class EveryByte(ProgramTest):
    def exchange(self, charset, messages):
        """Sends them as frames; returns the messages' records."""
        harkd = self.start(listen=(), config=f"""
            [[listener]]
            address = "127.0.0.1:0"
            framing = "length"
            length_bytes = 2
            charset = "{charset}"
            replies = "none"
            """)
        client = Client(harkd.port)
        self.addCleanup(client.close)
        client.send(b"".join(struct.pack(">H", len(data)) + data for data in messages))
        client.half_close()
        client.eof()
        path = harkd.log.path
        harkd.log = LogReader(path)  # skips what is there: it would check each format
        self.assertEqual(harkd.stop(), 0)
        lines = path.read_bytes().splitlines()
        return [record for record in json.loads(b"[" + b",".join(lines) + b"]")
                if record["event"] == "message"]

    def check(self, charset, messages):
        records = self.exchange(charset, messages)
        wires = {}
        in_one_piece = {}
        for record in records:
            number = record["seq"]
            if "part" in record or "raw" in record:
                data = wire_of(record)
                self.assertEqual(len(data), record["bytes"], record)
                wires[number] = wires.get(number, b"") + data
            else:
                in_one_piece.setdefault(record["charset"], []).append(record)
        for number, data in wires.items():
            self.assertEqual(data, messages[number - 1], f"{charset}, message {number}")
        self.assertEqual(len(wires) + sum(map(len, in_one_piece.values())), len(messages))
        for name, found in in_one_piece.items():
            self.check_encoded(name, [(record, messages[record["seq"] - 1]) for record in found])

    def check_encoded(self, charset, pairs):
        """`pairs` of a record without raw and its message, all in this charset."""
        newline = "\n".encode(charset) if charset.startswith("utf-16") else b"\n"
        text = "".join(record["text"] + "\n" for record, _ in pairs)
        wire = b"".join(data + newline for _, data in pairs)
        # Text alone must be enough with other libraries, too.
        encoders = [encode_with_python]
        if not charset.startswith("utf-"):
            encoders.append(iconv)
        for encode in encoders:
            if encode(text, charset) == wire:
                continue
            for record, data in pairs:
                self.assertEqual(encode(record["text"], charset), data, record)
            self.fail(f"{charset}: together they are encoded otherwise than one by one")

    def test_pairs(self):
        pairs = [struct.pack(">H", number) for number in range(1 << 16)]
        for charset in CHARSETS:
            with self.subTest(charset):
                self.check(charset, pairs)

    def test_random_strings(self):
        pieces = make_pieces()
        for charset in CHARSETS:
            source = random.Random(f"{SEED}.{charset}")
            sizes = [40] * STRINGS + [4000] * LONG_STRINGS
            source.shuffle(sizes)
            strings = [random_string(source, pieces, most) for most in sizes]
            # The backslash of an escaped `bye` and a byte order mark are not part of the text.
            strings = [data for data in strings if not ESCAPED_BYE.match(data)
                       and not data.startswith(b"\xef\xbb\xbf")]
            with self.subTest(f"seed {SEED}, {charset}"):
                self.check(charset, strings)


if __name__ == "__main__":
    unittest.main()
