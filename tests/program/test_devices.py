"""Devices that cannot be changed: what they send, and what the daemon must make of it.

The sessions are in sessions_*.py. Each is played whole; where its framing promises the same result,
also cut in two at each place and byte by byte; and with its first message across the end of the
daemon's buffer. Several are played at a time, since they mostly wait.
"""

import concurrent.futures
import shutil
import tempfile
import unittest
from pathlib import Path

import sessions_auto
import sessions_charset
import sessions_frames
import sessions_telnet
from device_player import BUFFER, behind_pad, byte_by_byte, every_cut, play, whole

MODULES = (sessions_auto, sessions_charset, sessions_telnet, sessions_frames)
AT_A_TIME = 6


def ways(make):
    """How a session is played: a name, and for each device its session and its way to cut."""
    session = make("")
    cuts = every_cut(session) if session.cuts else []
    yield "whole, and cut in two", [(session, cut) for cut in (whole, *cuts)]
    if session.bytewise:
        yield "byte by byte", [(session, byte_by_byte)]
    if not session.across:
        return
    # Each byte of the first message, and each of the next few, is the last one in the buffer once.
    size = len(session.messages[0].bytes())
    across = [make("x" * ((BUFFER - before) // session.unit))
              for before in range(0, size + 4, session.unit)]
    yield "across the end of the buffer", [(one, whole) for one in across]
    if session.bytewise and session.across_bytewise:
        yield "across the end of the buffer, byte by byte", [(one, behind_pad) for one in across]


def play_all(folder, make):
    """Plays a session in all ways. Returns pairs of a way and its problem, or None."""
    outcomes = []
    for name, plays in ways(make):
        problem = None
        try:
            play(folder, plays)
        except (AssertionError, OSError) as failure:
            problem = failure
        outcomes.append((name, problem))
    return outcomes


class Sessions(unittest.TestCase):
    """The tests are made from the sessions, below."""

    @classmethod
    def setUpClass(cls):
        folder = Path(tempfile.mkdtemp(prefix="hark-test-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        pool = concurrent.futures.ThreadPoolExecutor(AT_A_TIME)
        cls.addClassCleanup(pool.shutdown, cancel_futures=True)
        cls.outcomes = {make: pool.submit(play_all, folder, make)
                        for module in MODULES for make in module.SESSIONS}


def test_of(make):
    def test(self):
        for way, problem in self.outcomes[make].result():
            with self.subTest(way):
                if problem is not None:
                    raise problem
    return test


for each_module in MODULES:
    for each in each_module.SESSIONS:
        setattr(Sessions, f"test_{each.__name__}", test_of(each))


if __name__ == "__main__":
    unittest.main()
