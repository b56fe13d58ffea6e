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
        self.assertEqual([text for text in wanted if text not in counts][:5], [], "lost")
        self.assertEqual([text for text, count in counts.items() if count > 1][:5], [], "doubled")

    def test_nothing_is_lost_while_journald_restarts_and_stands_still(self):
        self.start()
        idle = LockStep(self, "idle", IDLE)
        load = Load(self, "load", CLIENTS, COUNT)
        outages = []

        def disturb(share, *commands, pause=0.0):
            load.wait_answered(load.total * share // 100, LONG)
            began = time.monotonic()
            self.run_inside("systemctl", *commands[0])
            if pause:
                time.sleep(pause)
                self.run_inside("systemctl", *commands[1])
            outages.append((began, time.monotonic()))
            self.assertLess(load.answered, load.total, "the flood was over too soon")

        kill = ("kill", "--kill-whom=main", "systemd-journald.service", "--signal")
        disturb(15, ("restart", "systemd-journald.service"))
        disturb(35, (*kill, "STOP"), (*kill, "CONT"), pause=3.0)
        disturb(60, ("restart", "systemd-journald.service"))
        load.join(LONG)
        idle.stop()
        self.assertIsNone(idle.error)
        self.assertEqual(load.answered, load.total)
        self.assert_once(self.texts(timeout=LONG), load.acknowledged() + idle.texts)

        # Whoever asked while the log was up, and got the answer before it went down.
        calm = sorted(wait for when, wait in idle.waits
                      if not any(when < end and when + wait > begin for begin, end in outages))
        self.assertGreater(len(calm), 2 * IDLE)
        p99 = calm[len(calm) * 99 // 100]
        print(f"note: {len(calm)} round trips beside the flood: p50 {calm[len(calm) // 2] * 1e3:.1f}"
              f" ms, p99 {p99 * 1e3:.1f} ms, worst {calm[-1] * 1e3:.0f} ms")
        self.assertLess(calm[len(calm) // 2], 0.5)
        self.assertEqual(self.show("NRestarts"), "0")

    def test_a_record_too_big_for_a_datagram_arrives(self):
        self.start()
        self.greeted()
        value = "x" * 100_000
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
