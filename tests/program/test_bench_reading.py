"""A small run of the benchmark suite's log readers: every program runs, and all find the same."""

import subprocess
import sys
import unittest
from pathlib import Path

from logs import HARK, JOURNAL_REMOTE, LogTest

sys.path.append(str(Path(__file__).resolve().parents[2] / "bench"))

# pylint: disable=wrong-import-position
import reading

MESSAGES = 3000


class Reading(LogTest):
    def test_each_family(self):
        if not JOURNAL_REMOTE.exists():
            self.skipTest("systemd-journal-remote is missing")
        logs = reading.Logs(self.folder, HARK)
        for family in reading.FAMILIES:
            with self.subTest(family=family):
                results = reading.measure(family, logs, 1, {"messages": MESSAGES})
                self.assertIn(reading.HARK, results)
                for result in results.values():
                    for metric in ("seconds", "cpu_s", "read_mib"):
                        self.assertGreater(result["runs"][0][metric], 0)

    def test_all_print_as_much(self):
        if not JOURNAL_REMOTE.exists():
            self.skipTest("systemd-journal-remote is missing")
        logs = reading.Logs(self.folder, HARK)
        for family, count in (("reading-word", 1), ("reading-whole", MESSAGES),
                              ("reading-entries", MESSAGES)):
            for name, command in reading.commands(family, logs, MESSAGES).items():
                if name == "lnav":
                    continue  # it counts lines of the screen
                with self.subTest(family=family, name=name):
                    done = subprocess.run(list(map(str, command)), capture_output=True, check=False)
                    self.assertEqual(done.stdout.count(b"\n"), count)


if __name__ == "__main__":
    unittest.main()
