"""Accounts for the replies that one client received."""

import re

REPLY = re.compile(rb"25([01]) ok(?: #(\d+)(?:-(\d+))?(, kept as bytes|, some kept as bytes)?)?")


class Account:
    """The messages that the replies to one client account for."""

    def __init__(self):
        self.answered = 0  # all messages up to this one
        self.empty = 0
        self.kept = []  # ranges acknowledged by a 251
        self.clean = []  # ranges acknowledged by a 250

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
