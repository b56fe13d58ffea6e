"""hark log: messages in parts of which some are missing, far apart, or among very many others."""

import json
import re
import time
import unittest

from log_maker import line_of
from logs import LogTest


def record(second, conn, event="message", **more):
    """The line of a record."""
    return line_of({"time": f"2026-11-22T10:{second // 60:02d}:{second % 60:02d}.000000Z",
                    "run": "5f3a9c01", "event": event, "conn": conn,
                    "peer": f"192.0.2.1:{conn % 60000 + 1}"} | more)


def message(second, conn, seq, text, *, part=0, more=False):
    """The line of a message, or of a part of it."""
    rest = {"seq": seq} | ({"part": part} if part else {}) | ({"more": True} if more else {})
    return record(second, conn, **rest, text=text, charset="utf-8", bytes=len(text),
                  end="full" if more else "lf")


def closed(second, conn):
    return record(second, conn, "closed", reason="bye", messages=1, bytes=7, seconds=1.5)


# Messages with missing parts, and what other clients say meanwhile.
MISSING = [message(0, 2, 1, "m0"),
           message(1, 1, 1, "one", part=1, more=True),
           message(2, 2, 2, "m1"),
           message(3, 1, 1, "three ", part=3, more=True),
           message(4, 1, 1, "four", part=4),
           message(5, 1, 2, "next", part=1, more=True),
           message(6, 2, 3, "m2"),
           closed(7, 1),
           message(8, 2, 4, "m3"),
           message(9, 3, 1, "last", part=1, more=True),
           message(10, 2, 5, "m4")]
GIVEN = ["m0", "m1", "one", "three four", "m2", "next", "m3", "m4", "last"]


class Parts(LogTest):
    def texts(self, path, *arguments):
        return self.shown("--format", "%x", "--file", path, *arguments)

    def test_parts_are_missing(self):
        path = self.write(*MISSING)
        self.assertEqual(self.texts(path), GIVEN)
        self.assertEqual(self.texts(path, "--reverse"), GIVEN[::-1])
        for count in range(1, len(GIVEN) + 2):
            with self.subTest(count=count):
                self.assertEqual(self.texts(path, "-n", str(count)), GIVEN[-count:])
                self.assertEqual(self.texts(path, "-n", str(count), "--reverse"),
                                 GIVEN[-count:][::-1])
                self.assertEqual(self.texts(path, "--count", str(count)), GIVEN[:count])

    def test_the_order_is_the_same_whatever_is_searched(self):
        path = self.write(*MISSING)
        for pattern, found in (("one|m1|three", GIVEN[1:4]), ("next|m3", GIVEN[5:7]),
                               ("m[34]|last", GIVEN[6:]), ("e", ["one", "three four", "next"])):
            with self.subTest(pattern=pattern):
                self.assertEqual(self.texts(path, "--grep", pattern), found)
                self.assertEqual(self.texts(path, "--grep", pattern, "-n", "9"), found)

    def test_following_shows_what_remains_once_it_is_certain(self):
        path = self.write(*MISSING[:2])
        process, lines = self.follow(path, "-n", "1", "--format", "%x")
        self.assertEqual(lines.take(1), ["m0"])
        self.append(path, *MISSING[2:6])
        self.assertEqual(lines.take(3), ["m1", "one", "three four"])
        self.append(path, *MISSING[6:8])
        self.assertEqual(lines.take(2), ["m2", "next"])
        process.terminate()
        process.wait()

    def test_parts_far_apart(self):
        others = [message(2 + i // 1000, 2, i, f"o{i} " + "x" * 900) for i in range(6000)]
        path = self.write(message(0, 1, 1, "one ", part=1, more=True),
                          message(1, 1, 1, "two ", part=2, more=True), *others[:3000],
                          message(6, 1, 1, "three ", part=3, more=True), *others[3000:],
                          message(9, 1, 1, "four", part=4), message(10, 2, 9000, "end"))
        forward = self.texts(path)
        self.assertEqual(len(forward), 6002)
        self.assertEqual(forward[-2:], ["one two three four", "end"])
        backward = self.texts(path, "--reverse")
        pieces = [text for text in backward if not text.startswith("o")
                  or text.startswith("one")]
        self.assertEqual("".join(pieces[::-1]), "one two three fourend")
        self.assertEqual(len(backward), 6000 + len(pieces))
        for count in (1, 2, 3, 2000, 5000, 6002):
            with self.subTest(count=count):
                self.assertEqual(len(self.texts(path, "-n", str(count))), count)

    def test_a_slow_one_is_whole_wherever_reading_begins(self):
        others = [message(2 + i // 1000, 2, i + 1, f"o{i} " + "x" * 900) for i in range(3000)]
        lines = [message(0, 1, 1, "HEAD ", part=1, more=True), *others[:1500],
                 message(6, 1, 1, "MID ", part=2, more=True), *others[1500:],
                 message(9, 1, 1, "TAIL", part=3)]
        journal = self.journal(line for line in lines)
        for path in (self.write(*lines), journal):
            for arguments in (("-n", "1"), ("--grep", "HEAD.*TAIL", "--reverse"),
                              ("--client", "1", "--reverse"),
                              ("--client", "1", "--since", "2026-11-22 10:00:09")):
                with self.subTest(path=path.name, arguments=arguments):
                    self.assertEqual(self.texts(path, *arguments), ["HEAD MID TAIL"])

    def test_what_has_no_end_is_shown_before_a_time(self):
        filler = [message(1 + i // 1000, 2, i + 1, "x" * 200) for i in range(40_000)]
        until = ("--grep", "HEAD", "--until", "2026-11-22 10:00:09")
        path = self.write(*filler[:5000], message(6, 1, 1, "HEAD", part=1, more=True),
                          *filler[5000:])
        for arguments in ((), ("-n", "1"), ("--reverse",)):
            self.assertEqual(self.texts(path, *until, *arguments), ["HEAD"])
        # But not if it is completed later.
        self.append(path, message(50, 1, 1, "TAIL", part=2))
        for arguments in ((), ("-n", "1"), ("--reverse",)):
            self.assertEqual(self.log("--file", path, *until, *arguments), (1, "", ""))
        # Also in the next file.
        path.rename(self.folder / "messages.jsonl.1")
        self.write(message(51, 2, 50_000, "other"))
        self.assertEqual(self.log("--file", path, *until), (1, "", ""))

    def test_a_long_one_backwards(self):
        """Each byte is shown once, in pieces or not."""
        count = 1500
        path = self.write(*(message(part // 100, 1, 1, f"<{part}>" + "x" * 1015, part=part,
                                    more=part < count) for part in range(1, count + 1)))
        for arguments in ((), ("--reverse",)):
            pieces = self.texts(path, *arguments)
            numbers = [int(number) for piece in pieces[::-1 if arguments else 1]
                       for number in re.findall("<([0-9]+)>", piece)]
            self.assertEqual(numbers, list(range(1, count + 1)))

    def test_following_shows_what_another_daemon_ends(self):
        path = self.write(message(0, 2, 1, "wanted 1"),
                          message(1, 1, 1, "wanted 2", part=1, more=True))
        process, lines = self.follow(path, "-n", "all", "--grep", "wanted", "--format", "%x")
        self.assertEqual(lines.take(1), ["wanted 1"])
        self.append(path, record(9, 0, "listening", run="6f3a9c01", address="[::]:8765"),
                    message(10, 1, 1, "other").replace(b"5f3a9c01", b"6f3a9c01"))
        self.assertEqual(lines.take(1), ["wanted 2"])
        process.terminate()
        process.wait()

    def test_very_many_at_once(self):
        count = 10_000
        path = self.write(*(message(part, conn, 1, f"<{conn}.{part}>", part=part, more=part < 3)
                            for part in (1, 2, 3) for conn in range(1, count + 1)))
        began = time.monotonic()
        status, output, errors = self.log("--json", "--file", path)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual((status, errors), (0, ""))
        shown = [json.loads(line)["text"] for line in output.splitlines()]
        expected = [f"<{conn}.1><{conn}.2><{conn}.3>" for conn in range(1, count + 1)]
        self.assertTrue(shown == expected, len(shown))  # assertEqual is slow to diff long lists


if __name__ == "__main__":
    unittest.main()
