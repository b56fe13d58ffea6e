"""Whatever bytes arrive, they can be recovered from the record, even with Python's codecs, which do
not use the C library's tables."""

import base64
import json
import random
import unittest

from client import receive_all
from harness import ProgramTest

# The charset of a listener, and Python's name for what it records.
MULTIBYTE = {
    "auto": None, "utf-8": "utf-8", "gb18030": "gb18030", "big5": "big5", "big5-hkscs": "big5hkscs",
    "shift_jis": "shift_jis", "cp932": "cp932", "euc-jp": "euc_jp", "euc-kr": "euc_kr",
    "cp949": "cp949", "gbk": "gbk", "johab": "johab"}
SINGLE_BYTE = {
    "windows-1251": "cp1251", "windows-1252": "cp1252", "windows-1255": "cp1255",
    "windows-1258": "cp1258", "koi8-r": "koi8_r", "koi8-u": "koi8_u", "iso-8859-7": "iso8859-7",
    "iso-8859-15": "iso8859-15", "tis-620": "tis_620", "macintosh": "mac_roman"}
CODECS = {**MULTIBYTE, **SINGLE_BYTE}
# Bytes that end a message, or belong to telnet.
EXCLUDED = b"\x00\n\r\xff"
CONFIG = 'framing = "line"\ndetect_probes = false\n' + "".join(
    f'[[listener]]\naddress = "127.0.0.1:0"\ncharset = "{charset}"\n' for charset in CODECS)
RANDOM_MESSAGES = 2000


def all_codes(charset):
    """All codes of one byte, of two, or after EUC-JP's 8F, between letters: a blank at the end
    could be trimmed."""
    usable = [bytes([byte]) for byte in range(0x100) if byte not in EXCLUDED]
    if charset in SINGLE_BYTE:
        return [b"x" + byte + b"z" for byte in usable]
    codes = [first + second for first in usable if first >= b"\x80" for second in usable]
    if charset == "euc-jp":
        codes += [b"\x8f" + code for code in codes if code[1] >= 0x80]
    return [b"x" + code + b"z" for code in codes]


def random_messages(charset):
    source = random.Random(charset)
    usable = [byte for byte in range(0x100) if byte not in EXCLUDED]
    high = [byte for byte in usable if byte >= 0x80]
    messages = []
    for _ in range(RANDOM_MESSAGES):
        share = source.random()
        messages.append(b"x" + bytes(source.choice(high if source.random() < share else usable)
                                     for _ in range(source.randrange(1, 40))) + b"z")
    return messages


class Bytes(ProgramTest):
    def check(self, make):
        """`make` gives the messages for a charset."""
        harkd = self.start(config=CONFIG, listen=())
        sent = []  # by connection number, from 1; ports may be reused
        for index, charset in enumerate(CODECS):
            messages = make(charset)
            client = self.greeted(harkd, listener=index)
            client.send(b"".join(message + b"\n" for message in messages) + b"bye\n")
            last = receive_all(client.socket).splitlines()[-1]
            self.assertEqual(last, b"221 bye, %d messages" % len(messages))
            sent.append((charset, messages))
        faults = []
        count = 0
        for line in harkd.log.path.read_bytes().splitlines():
            record = json.loads(line)
            if record["event"] != "message":
                continue
            charset, messages = sent[record["conn"] - 1]
            message = messages[record["seq"] - 1]
            count += 1
            if fault := self.fault(record, charset, message):
                faults.append((charset, message.hex(), record, fault))
        self.assertEqual(count, sum(len(messages) for _, messages in sent))
        self.assertEqual(faults[:10], [], f"{len(faults)} faults")

    @staticmethod
    def fault(record, listener, message):
        """What is wrong with the record; None: nothing."""
        charset = record["charset"]
        expected = {"auto": ("utf-8", "gb18030", "bytes")}.get(listener, (listener, "utf-8", "bytes"))
        if charset not in expected:
            return "another charset"
        if record["bytes"] != len(message):
            return "another length"
        if "raw" in record:
            return None if base64.b64decode(record["raw"]) == message else "other bytes"
        if charset == "bytes":
            return "no raw"
        codec = CODECS[charset]
        try:
            if record["text"].encode(codec) != message:
                return "encoded to other bytes"
            if message.decode(codec) != record["text"]:
                return "decoded to another text"
        except UnicodeError as error:
            return str(error)
        return None

    def test_all_codes(self):
        self.check(all_codes)

    def test_random_messages(self):
        self.check(random_messages)


if __name__ == "__main__":
    unittest.main()
