"""Ten thousand scans through a full disk, a stalled journal, and two restarts: every code that made
a beep is in the log.

An ACK is a promise about a message of its own connection: the Nth ACK is about the Nth message. So
the messages of a connection in the log must be the first ones that were sent on it, and at least as
many as were acknowledged. A code that was sent again may be in the log again.
"""

import signal
import threading
import unittest

from fake_journal import FakeJournal, require_namespaces
from harness import WAIT, LogReader, ProgramTest
from scanner import Scanner

SCANNERS = 40
SCANS = 250  # by each scanner
CONFIG = """
quiet_ms = 20
replies = "ack"
[[listener]]
address = "127.0.0.1:0"
[[listener]]
address = "127.0.0.1:0"
framing = "delimited"
begin = "\\u0002"
end = "\\u0003"
"""
FRAMES = (lambda code: b"%s\r" % code, lambda code: b"\x02%s\x03" % code)


class JournalReader(threading.Thread):
    """A journald that can stall."""

    def __init__(self, journal):
        super().__init__(daemon=True)
        self._journal = journal
        self._going_on, self._over = threading.Event(), threading.Event()
        self.go_on()

    def run(self):
        while not self._over.wait(0.002):
            self._going_on.wait()
            self._journal.read()

    def stand_still(self):
        self._going_on.clear()

    def go_on(self):
        self._going_on.set()

    def end(self):
        self.go_on()
        self._over.set()
        self.join()


class Scanners(ProgramTest):
    @classmethod
    def setUpClass(cls):
        require_namespaces()

    def begin(self, *arguments, **options):
        """The next daemon, in the place of the last one."""
        self.harkd = self.start(*arguments, folder=self.folder, listen=(), config=CONFIG,
                                **options)

    def wait_beeps(self, count):
        self.harkd.wait_for(lambda: sum(len(one.beeped) for one in self.scanners) >= count
                            or any(one.failure for one in self.scanners),
                            3 * WAIT, f"{count} beeps")
        self.assertEqual([one.failure for one in self.scanners if one.failure], [])

    def wait_for_second_tries(self):
        self.harkd.wait_for(lambda: all(one.attempt > 0 or len(one.beeped) == SCANS
                                       for one in self.scanners),
                            what="every scanner to try again")

    def start_scanners(self):
        self.scanners = []
        for number in range(SCANNERS):
            codes = [b"%02d-%04d" % (number, scan) for scan in range(SCANS)]
            kind = number % len(FRAMES)
            self.scanners.append(Scanner(number, codes, FRAMES[kind],
                                         lambda kind=kind: self.harkd.port_of(kind)))
        for one in self.scanners:
            one.start()
            self.addCleanup(setattr, one, "cancelled", True)

    def stop(self, status):
        self.harkd.send_signal(signal.SIGTERM)
        self.assertEqual(self.harkd.wait(), status)

    def test_what_beeped_is_in_the_log(self):
        journal = FakeJournal(self.folder).open()
        self.addCleanup(journal.close)
        self.begin()
        self.start_scanners()

        # A disk that is full for a while, then one that stays full until the stop.
        self.wait_beeps(1000)
        self.harkd.limit_log(0)
        self.wait_for_second_tries()
        self.harkd.limit_log(None)
        self.wait_beeps(2500)
        self.harkd.limit_log(0)
        self.wait_for_second_tries()  # so that there is something to refuse
        self.stop(1)

        # From now on, the journal is a sink as well.
        reader = JournalReader(journal)
        reader.start()
        self.addCleanup(reader.end)
        self.begin("--log", "journal", wrapper=journal.wrapper)
        self.wait_beeps(5000)
        reader.stand_still()
        self.wait_for_second_tries()
        reader.go_on()
        self.wait_beeps(7500)
        self.stop(0)

        self.begin("--log", "journal", wrapper=journal.wrapper)
        self.wait_beeps(SCANNERS * SCANS)
        for one in self.scanners:
            one.join(WAIT)
        self.stop(0)
        reader.end()
        self.check(journal)

    def check(self, journal):
        log = LogReader(self.harkd.log.path, whole=True).read()
        recorded, in_journal = {}, {}
        for record in log:
            if record["event"] == "message":
                recorded.setdefault(record["peer"], []).append(record["text"].encode())
        for entry in journal.events("message"):
            in_journal.setdefault(entry["HARK_PEER"].decode(), []).append(entry["HARK_TEXT"])
        runs = list(dict.fromkeys(record["run"] for record in log))
        first_run = {record["peer"] for record in log
                     if record["event"] == "connected" and record["run"] == runs[0]}
        self.assertEqual(len(runs), 3)
        self.assertTrue(any(record.get("sink") == "journal" for record in log
                            if record["event"] == "paused"))

        naks = 0
        for one in self.scanners:
            self.assertEqual(len(one.beeped), SCANS)
            for conversation in one.conversations:
                peer, sent, acks = conversation.peer, conversation.sent, conversation.acks
                naks += conversation.naks
                stored = recorded.get(peer, [])
                self.assertEqual(stored, sent[:len(stored)], peer)
                self.assertGreaterEqual(len(stored), acks, peer)
                self.assertLessEqual(len(stored) + conversation.naks, len(sent), peer)
                if peer not in first_run:
                    self.assertEqual(in_journal.get(peer, []), stored, peer)
        everything = {text for texts in recorded.values() for text in texts}
        beeped = {code for one in self.scanners for code in one.beeped}
        self.assertEqual(beeped - everything, set())
        self.assertGreater(naks, 0)
        self.assertGreater(sum(map(len, recorded.values())), len(beeped), "nothing was sent again")


if __name__ == "__main__":
    unittest.main()
