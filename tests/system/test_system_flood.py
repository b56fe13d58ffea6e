"""Many messages while the journal comes and goes: none is lost, none is there twice."""

import collections
import threading
import time
import unittest

from load import LockStep, Load
from service_test import CONFIG, WAIT, ServiceTest, wait_for

CLIENTS, COUNT = 50, 4_000
IDLE = 100
LONG = 180  # seconds for all of it, on a busy machine


class Flood(ServiceTest):
    def assert_once(self, texts, wanted):
        """Checks that the journal has each wanted text, and no text twice."""
        counts = collections.Counter(texts)
        lost = [text.split()[0] for text in wanted if text not in counts]
        self.assertEqual(lost[:50], [], f"{len(lost)} of {len(wanted)} lost")
        self.assertEqual([text for text, count in counts.items() if count > 1][:5], [], "doubled")

    def outage(self, *commands, pause=0.0):
        """Begins an outage; self.outages gets its begin and end. Newer versions of journald read
        what is waiting before they stop, so a restart can take long in a flood."""
        def happen():
            began = time.monotonic()
            self.run_inside("systemctl", *commands[0], timeout=LONG)
            if pause:
                time.sleep(pause)
                self.run_inside("systemctl", *commands[1])
            self.outages.append((began, time.monotonic()))

        thread = threading.Thread(target=happen)
        self.addCleanup(thread.join)
        thread.start()
        return thread

    def flood(self, name, *disturbances):
        """Sends half of the messages; each disturbance is the percentage that is answered when it
        begins, and an outage's arguments."""
        load = Load(self, name, CLIENTS, COUNT // 2)
        for share, commands, pause in disturbances:
            load.wait_answered(load.total * share // 100, LONG)
            self.assertLess(load.answered, load.total, "the flood was over too soon")
            self.outage(*commands, pause=pause).join(0 if not pause else None)
        load.join(LONG)
        self.assertEqual(load.answered, load.total)
        return load.acknowledged()

    def test_nothing_is_lost_while_journald_restarts_and_stands_still(self):
        journald = "systemd-journald.service"
        restart = ("restart", journald)
        kill = ("kill", "--kill-whom=main", journald, "--signal")
        self.outages, sent, processes = [], [], [self.show("MainPID", journald)]
        self.start()
        idle = LockStep(self, "idle", IDLE)
        began = time.monotonic()
        for name, disturbances in (
                ("first", [(30, (restart,), 0)]),
                ("second", [(20, ((*kill, "STOP"), (*kill, "CONT")), 3), (60, (restart,), 0)])):
            sent += self.flood(name, *disturbances)
            wait_for(lambda: self.show("MainPID", journald) not in ("0", processes[-1]),
                     "a new journald", LONG)
            processes.append(self.show("MainPID", journald))
        flooded = time.monotonic()
        idle.stop()
        self.assertIsNone(idle.error)
        wait_for(lambda: len(self.outages) == 3, "the end of the outages")
        self.assert_once(self.texts(timeout=LONG), sent + idle.texts)

        # The waits beside the flood that began while the log was up, and ended before it went down.
        calm = sorted(wait for when, wait in idle.waits if when < flooded and
                      not any(when < end and when + wait > begin for begin, end in self.outages))
        self.assertGreaterEqual(len(calm), 2 * IDLE)
        p50, p99 = calm[len(calm) // 2], calm[len(calm) * 99 // 100]
        took = flooded - began
        print(f"\nnote: {len(sent)} messages in {took:.1f} s with 3 outages; beside them"
              f" {len(calm)} round trips: p50 {p50 * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms")
        self.assertLess(p50, 2)
        self.assertEqual(self.show("NRestarts"), "0")

    def test_a_record_too_big_for_a_datagram_arrives(self):
        self.start()
        self.greeted()
        # It is in the entry twice, and is more than the kernel lets an ordinary process send at
        # once.
        value = "x" * 300_000
        self.configure(f'framing = "{value}"\n')
        self.run_inside("systemctl", "reload", "harkd")
        entry = self.wait_entry(HARK_EVENT="diagnostic", SYSLOG_IDENTIFIER="harkd")
        self.assertIn(f"{CONFIG}:1:", entry["MESSAGE"])
        self.assertIn(value, entry["MESSAGE"])
        self.greeted()

    def test_a_log_that_is_away_for_long_answers_nobody(self):
        """What the kernel holds for journald is bounded; beyond it nothing is acknowledged."""
        self.start()
        kill = ("systemctl", "kill", "--kill-whom=main", "systemd-journald.service", "--signal")
        self.run_inside(*kill, "STOP")
        self.addCleanup(self.run_inside, *kill, "CONT")
        load = Load(self, "held", 4, 5_000)
        before = -1
        end = time.monotonic() + WAIT
        while before != load.answered:  # until a second brings no answer
            self.assertLess(time.monotonic(), end)
            before = load.answered
            time.sleep(1)
        self.assertLess(load.answered, load.total)
        self.run_inside(*kill, "CONT")
        load.join(LONG)
        self.assertEqual(load.answered, load.total)
        self.assert_once(self.texts(timeout=LONG), load.acknowledged())
        self.wait_entry(HARK_EVENT="resumed")


if __name__ == "__main__":
    unittest.main()
