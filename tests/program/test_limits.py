"""Limits on connections and idle time: what the daemon rejects, and with which reason."""

import time
import unittest

from harness import SLOW, ProgramTest


class Connections(ProgramTest):
    def test_more_than_allowed_are_refused(self):
        harkd = self.start(config="max_connections = 2\n")
        inside = [self.greeted(harkd) for _ in range(2)]
        outside = self.connect(harkd)
        outside.expect_match(rb"421 too many connections.*")
        outside.eof()
        harkd.wait_record("refused", peer=outside.name)
        for client in inside:
            client.send(b"hello\n")
            client.expect(b"250 ok #1")
        inside[0].half_close()
        inside[0].eof()
        harkd.wait_closed(inside[0])
        client = self.greeted(harkd)
        client.send(b"in at last\n")
        client.expect(b"250 ok #1")

    def test_a_device_that_expects_no_text_gets_none(self):
        for replies in ("none", "ack"):
            with self.subTest(replies):
                harkd = self.start(config=f'max_connections = 1\nreplies = "{replies}"\n')
                self.connect(harkd)
                harkd.wait_record("connected")
                outside = self.connect(harkd)
                outside.eof()
                harkd.wait_record("refused", peer=outside.name, reason="too many connections")

    def test_refusal_does_not_wait_for_the_peer(self):
        harkd = self.start(config="max_connections = 1\n")
        self.greeted(harkd)
        begin = time.monotonic()
        for _ in range(20):
            client = self.connect(harkd)
            client.send(b"unheard\n")
            client.expect_match(rb"421 too many connections.*")
        self.assertLess(time.monotonic() - begin, 10 * SLOW)
        self.assertEqual(harkd.messages(), [])


class Idle(ProgramTest):
    def test_idle_client_is_disconnected(self):
        harkd = self.start(config="idle_timeout = 1\n")
        begin = time.monotonic()
        client = self.greeted(harkd)
        client.expect_match(rb"421 .*idle.*")
        client.eof()
        self.assertGreaterEqual(time.monotonic() - begin, 0.95)
        self.assertEqual(harkd.wait_closed(client)["reason"], "idle")

    def test_input_restarts_it(self):
        harkd = self.start(config="idle_timeout = 2\n")
        client = self.greeted(harkd)
        for number in range(1, 5):
            time.sleep(0.7)
            client.send(b"awake\n")
            client.expect(b"250 ok #%d" % number)
        client.expect_match(rb"421 .*idle.*")
        self.assertEqual(harkd.wait_closed(client)["messages"], 4)

    def test_is_unlimited_by_default(self):
        client = self.greeted(self.start())
        client.silent(1)


if __name__ == "__main__":
    unittest.main()
