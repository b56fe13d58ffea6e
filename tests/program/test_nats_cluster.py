"""The sink nats:STREAM on three servers that have accidents: what is acknowledged is stored, once
(before 2.10: at least once), and in order; nothing is acknowledged without a quorum."""

import tempfile
import unittest
from pathlib import Path

from nats_accidents import Chaos
from nats_programs import nats_programs


class Cluster(unittest.TestCase):
    def start(self, program, **options):
        folder = tempfile.TemporaryDirectory(prefix="hark-nats-")
        self.addCleanup(folder.cleanup)
        # Leaves processor time to others.
        chaos = Chaos(Path(folder.name), senders=20, pace=0.005, program=program, **options)
        self.addCleanup(chaos.end)
        return chaos.start()

    def test_accidents(self):
        if not nats_programs():
            self.skipTest("nats-server is missing")
        for program in nats_programs()[:1]:
            chaos = self.start(program)
            chaos.stop_follower(1)
            chaos.step_down()
            chaos.restart_harkd()
            chaos.two_down(3)
            chaos.kill_harkd()
            acknowledged, stored, twice = chaos.finish()
            self.assertGreater(acknowledged, 1000)
            self.assertGreaterEqual(stored, acknowledged)
            if chaos.nats.exactly_once:
                self.assertEqual(twice, 0)


if __name__ == "__main__":
    unittest.main()
