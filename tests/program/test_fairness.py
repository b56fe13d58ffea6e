"""Clients that flood leave room for one that waits for each of its answers."""

import unittest

from flooders import Flooders
from harness import ProgramTest

ANSWERS = 10  # a client that has to wait for the end of the flood gets one


class Fairness(ProgramTest):
    def lock_step_beside(self, count):
        harkd = self.start()
        try:
            client = self.greeted(harkd)
            flooders = Flooders(self, harkd, count)
            number = 0
            while not flooders.done():
                number += 1
                client.send(b"hello\n")
                client.expect(b"250 ok #%d" % number)
            self.assertGreaterEqual(number, ANSWERS)
        finally:
            # Its log is too long to be read.
            harkd.kill()
            harkd.stopped = True

    def test_one_flooder(self):
        self.lock_step_beside(1)

    def test_eight_flooders(self):
        self.lock_step_beside(8)


if __name__ == "__main__":
    unittest.main()
