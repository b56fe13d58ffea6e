"""Restarts while the log refuses records, and then a stop: messages that are in no sink are
reported as not stored, once.

The full disk is a limit on the size of the daemon's files, which applies to its state as well.
"""

import re
import signal
import unittest

from client import receive_all
from restarting import RestartTest

LISTENER = '[[listener]]\naddress = "127.0.0.1:0"\n'


class Unstored(RestartTest):
    def fill(self, settings, first):
        """A daemon that has restarted with three messages that it could not store; `first`: what
        the client reads before."""
        harkd = self.start(listen=(), config=LISTENER + settings)
        client = self.connect(harkd)
        # Makes the log larger than the state.
        client.send((b"x" * 1000 + b"\n") * 200)
        received = b""
        while not received.endswith(first):
            received += client.receive()
        harkd.limit_log(20)
        client.send(b"2\n3\n4\n")
        client.wait_arrived()
        harkd.wait_for(lambda: not self.status(harkd)["accepting"], what="the pause")
        self.restart_unseen(harkd, 3)
        harkd.send_signal(signal.SIGTERM)
        received = receive_all(client.socket)
        client.close()
        self.assertEqual(harkd.wait(), 1)
        self.assertEqual(len(harkd.messages()), 200)
        return received

    def test_lines(self):
        lines = self.fill("", b"250 ok #200\r\n").split(b"\r\n")
        self.assertEqual(lines[-2:], [b"421 shutting down", b""])
        unstored = []
        for line in lines[:-2]:
            found = re.fullmatch(rb"451 not stored #(\d+)(?:-(\d+))?: File too large", line)
            self.assertTrue(found, lines)
            unstored += range(int(found[1]), int(found[2] or found[1]) + 1)
        self.assertEqual(unstored, [201, 202, 203])

    def test_acknowledgements(self):
        self.assertEqual(self.fill('replies = "ack"\n', b"\x06" * 200), b"\x15" * 3)

    def test_a_state_that_cannot_be_written(self):
        harkd = self.start()
        client = self.greeted(harkd)
        harkd.limit_log(0)
        status, _, errors = self.hark(harkd, "restart")
        self.assertEqual(status, 1)
        self.assertIn("cannot write the state: File too large", errors)
        client.send(b"hello\n")
        client.silent(0.1)
        harkd.limit_log(None)
        client.expect(b"250 ok #1")
        self.restart_unseen(harkd)


if __name__ == "__main__":
    unittest.main()
