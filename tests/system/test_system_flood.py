"""Many messages while the journal comes and goes: none is lost, none is there twice."""

import collections
import time
import unittest

from load import LockStep, Load
from service_test import CONFIG, WAIT, ServiceTest

CLIENTS, COUNT = 50, 4_000
IDLE = 100
LONG = 180  # for all of it, on a busy machine


class Flood(ServiceTest):
    def assert_once(self, texts, wanted):
        """The journal has each wanted text once, and what else it has was sent, once too."""
        counts = collections.Counter(texts)
        lost = [text.split()[0] for text in wanted if text not in counts]
        self.assertEqual(lost[:50], [], f"{len(lost)} of {len(wanted)} lost")
        self.assertEqual([text for text, count in counts.items() if count > 1][:5], [], "doubled")

    def test_nothing_is_lost_while_journald_restarts_and_stands_still(self):
        self.start()
        idle = LockStep(self, "idle", IDLE)
        began = time.monotonic()
        load = Load(self, "load", CLIENTS, COUNT)
        outages = []

        def disturb(share, *commands, pause=0.0):
            load.wait_answered(load.total * share // 100, LONG)
            down = time.monotonic()
            self.run_inside("systemctl", *commands[0])
            if pause:
                time.sleep(pause)
                self.run_inside("systemctl", *commands[1])
            outages.append((down, time.monotonic()))
            self.assertLess(load.answered, load.total, "the flood was over too soon")

        kill = ("kill", "--kill-whom=main", "systemd-journald.service", "--signal")
        disturb(15, ("restart", "systemd-journald.service"))
        disturb(35, (*kill, "STOP"), (*kill, "CONT"), pause=3.0)
        disturb(60, ("restart", "systemd-journald.service"))
        load.join(LONG)
        flooded = time.monotonic()
        idle.stop()
        self.assertIsNone(idle.error)
        self.assertEqual(load.answered, load.total)
        self.assert_once(self.texts(timeout=LONG), load.acknowledged() + idle.texts)

        # Whoever asked beside the flood while the log was up, and was answered before it went down.
        calm = sorted(wait for when, wait in idle.waits if when < flooded and
                      not any(when < end and when + wait > begin for begin, end in outages))
        self.assertGreaterEqual(len(calm), 2 * IDLE)
        p50, p99 = calm[len(calm) // 2], calm[len(calm) * 99 // 100]
        took = flooded - began
        print(f"\nnote: {load.total} messages in {took:.1f} s with 3 outages; beside them"
              f" {len(calm)} round trips: p50 {p50 * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms")
        self.assertLess(p50, 2)
        self.assertEqual(self.show("NRestarts"), "0")

    def test_a_record_too_big_for_a_datagram_arrives(self):
        self.start()
        self.greeted()
        # Twice in the entry, and more than the kernel lets an ordinary process send at once.
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
