"""Adds up the replies that one client got."""

import re

REPLY = re.compile(rb"25([01]) ok(?: #(\d+)(?:-(\d+))?(, kept as bytes|, some kept as bytes)?)?")


class Account:
    """What the replies to one client add up to."""

    def __init__(self):
        self.answered = 0  # messages 1 to this one
        self.empty = 0
        self.kept = []  # ranges that a 251 speaks for
        self.clean = []  # ranges that a 250 speaks for

    def take(self, line):
        found = REPLY.fullmatch(line)
        assert found, line
        digit, first, last, words = found.groups()
        if first is None:
            assert digit == b"0", line
            self.empty += 1
            return
        first, last = int(first), int(last or first)
        assert first == self.answered + 1 and last >= first, f"{line!r} after {self.answered}"
        assert (digit == b"1") == bool(words), line
        if words:
            assert words.startswith(b", some") == (last > first), line
        self.answered = last
        (self.kept if digit == b"1" else self.clean).append(range(first, last + 1))
