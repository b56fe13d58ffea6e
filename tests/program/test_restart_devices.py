"""Restarts in the middle of what devices send: the sessions of test_devices.py, with a restart at
every place of every step, are answered and recorded as if there had been none.

HARK_LONG  set to play all sessions, not only those whose unfinished state differs
"""

import concurrent.futures
import os
import shutil
import tempfile
import unittest
from pathlib import Path

import sessions_auto as auto
import sessions_charset as charset
import sessions_frames as frames
import sessions_telnet as telnet
from device_player import Player, every_cut, play, whole
from restarting import restart
from varlink import Varlink

AT_A_TIME = 4
# A restart must not count as a pause in a session.
LEAST_QUIET_MS = 100
SESSIONS = (auto.lines_with_crlf, auto.cr_and_lf_apart, auto.nul_ends, auto.scanner, auto.chunks,
            auto.tail_at_the_end, charset.cyrillic, charset.gateway, charset.utf16le_with_mark,
            charset.wide_utf8, telnet.ctrl_c, telnet.negotiates, telnet.half_a_command,
            frames.stx_etx, frames.mllp, frames.begin_inside_a_frame, frames.overlapping_end,
            frames.octet_counted, frames.length_of_two_bytes_little, frames.ack_scanner)
if os.environ.get("HARK_LONG"):
    # The session that types would wait 300 quiet times.
    SESSIONS = [make for module in (auto, charset, telnet, frames) for make in module.SESSIONS
                if make is not auto.typing]


class RestartingPlayer(Player):
    """Each device cuts at a different place, so one restart per step covers all places."""

    def on_turn(self, turn):
        if all(piece is None for piece in turn):
            return
        restart(self.harkd)
        self.control.close()
        self.control = Varlink(self.harkd.control)


def outcome_of(folder, make):
    session = make("")
    cuts = every_cut(session) if session.cuts else []
    try:
        play(folder, [(session, cut) for cut in (whole, *cuts)], RestartingPlayer, LEAST_QUIET_MS)
    except (AssertionError, OSError) as failure:
        return failure
    return None


class Sessions(unittest.TestCase):
    """The tests are made from the sessions, below."""

    @classmethod
    def setUpClass(cls):
        folder = Path(tempfile.mkdtemp(prefix="hark-test-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        pool = concurrent.futures.ThreadPoolExecutor(AT_A_TIME)
        cls.addClassCleanup(pool.shutdown, cancel_futures=True)
        cls.outcomes = {make: pool.submit(outcome_of, folder, make) for make in SESSIONS}


def test_of(make):
    def test(self):
        problem = self.outcomes[make].result()
        if problem is not None:
            raise problem
    return test


for each in SESSIONS:
    setattr(Sessions, f"test_{each.__name__}", test_of(each))


if __name__ == "__main__":
    unittest.main()
