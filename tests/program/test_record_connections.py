"""Listeners that load balancers and port monitors visit: which connections are recorded."""

import time
import unittest

from client import Client
from controlled import ControlledTest

CONFIG = """
[[listener]]
address = "127.0.0.1:0"
record_connections = "%s"
"""


class RecordConnections(ControlledTest):
    def start_with(self, which, settings=""):
        return self.start(listen=(), config=CONFIG % which + settings)

    def visit(self, harkd, leave):
        """A connection that sends nothing."""
        client = self.greeted(harkd)
        leave(client)
        client.close()

    def counts(self, harkd):
        return len(harkd.records("connected")), len(harkd.records("closed"))

    def converse(self, harkd):
        """A connection that sends a message, after a while."""
        client = self.greeted(harkd)
        time.sleep(0.3)  # which must show in `seconds`
        client.send(b"up\n")
        client.expect(b"250 ok #1")
        client.half_close()
        client.eof()
        client.close()
        harkd.wait_messages(client, 1)
        return client

    def wait_gone(self, harkd):
        harkd.wait_for(lambda: self.status(harkd)["connections"] == 0, what="all to be gone")

    def test_used_means_with_a_byte(self):
        harkd = self.start_with("used")
        for leave in (Client.half_close, Client.reset, Client.close):
            self.visit(harkd, leave)
        self.wait_gone(harkd)
        self.assertEqual(self.counts(harkd), (0, 0))
        self.assertEqual(self.status(harkd)["unused_connections"], 3)
        self.assertEqual(self.status(harkd)["connections_total"], 3)

        client = self.converse(harkd)
        closed = harkd.wait_closed(client)
        self.assertEqual(self.counts(harkd), (1, 1))
        # `connected` has the time of the first byte; `seconds` counts from the accept.
        connected = harkd.wait_record("connected", peer=client.name)
        message = harkd.messages(client)[0]
        self.assertLessEqual(connected["time"], message["time"])
        self.assertEqual([r["event"] for r in harkd.records() if r.get("peer") == client.name],
                         ["connected", "message", "closed"])
        self.assertGreaterEqual(closed["seconds"], 0.3)
        self.assertEqual(self.status(harkd)["unused_connections"], 3)

    def test_used_by_half_a_message(self):
        harkd = self.start_with("used")
        client = self.greeted(harkd)
        client.send(b"x")
        harkd.wait_record("connected", peer=client.name)
        client.reset()
        harkd.wait_closed(client)

    def test_none(self):
        harkd = self.start_with("none")
        self.visit(harkd, Client.half_close)
        self.converse(harkd)
        self.wait_gone(harkd)
        self.assertEqual(self.counts(harkd), (0, 0))
        self.assertEqual([r["text"] for r in harkd.messages()], ["up"])

    def test_all(self):
        harkd = self.start_with("all")
        self.visit(harkd, Client.half_close)
        self.converse(harkd)
        harkd.wait_for(lambda: self.counts(harkd) == (2, 2), what="the records")
        self.assertEqual(self.status(harkd)["unused_connections"], 0)

    def test_refusals_and_probes_are_always_recorded(self):
        for which in ("used", "none"):
            with self.subTest(which):
                harkd = self.start(listen=(), config="max_connections = 1\n" + CONFIG % which)
                client = self.greeted(harkd)
                refused = self.connect(harkd)
                refused.expect_match(rb"421 .*")
                harkd.wait_record("refused", peer=refused.name)
                client.send(b"SSH-2.0-x\r\n")
                client.expect_match(rb"421 .*")
                harkd.wait_record("probe", peer=client.name)


if __name__ == "__main__":
    unittest.main()
