"""Listeners that send acknowledgement bytes, or nothing: what a stop, a limit and an operator do
there.

The full disk is a limit on the size of the daemon's files, set from outside while it runs.
"""

import signal
import unittest

from client import receive_all
from controlled import ControlledTest, VarlinkError
from records import LogReader

ACK, NAK = b"\x06", b"\x15"
CONFIG = """
[[listener]]
address = "127.0.0.1:0"
replies = "ack"
"""


class FullDisk(ControlledTest):
    """A stop while the log still refuses: one NAK for each message that is in no sink, in order,
    and nothing for a message that some sink has."""

    def begin(self, *arguments, config=CONFIG, stored=ACK):
        """A daemon, and a client whose first message is in the log."""
        harkd = self.start(*arguments, listen=(), config=config)
        client = self.connect(harkd)
        client.send(b"1\n")
        self.assertEqual(client.receive(), stored)
        return harkd, client

    def length_of_a_line(self, harkd):
        """The length of a message's record in the log."""
        lines = harkd.log.path.read_bytes().splitlines(keepends=True)
        return next(len(line) for line in lines if b'"text":"1"' in line)

    def fill(self, harkd, client, room):
        """Sends three more messages; the first file has room for `room` of them."""
        # The first write that fails is cut short, in the middle of a line.
        harkd.limit_log(room * self.length_of_a_line(harkd) + 20)
        client.send(b"2\n3\n4\n")
        harkd.wait_read(client)
        return harkd, client

    def one_log(self, room):
        return self.fill(*self.begin(), room)

    def own_words(self):
        config = CONFIG + 'ack = "stored\\n"\nnak = "again\\n"\n'
        return self.fill(*self.begin(config=config, stored=b"stored\n"), 0)

    def two_logs(self, room, name):
        """Two log files: the second is long, and already over the limit that the first has not
        reached."""
        harkd, client = self.begin()
        client.close()
        harkd.stop()
        other = self.folder / name
        lines = harkd.log.path.read_bytes()
        other.write_bytes(lines * (1 + 4096 // len(lines)))
        harkd, client = self.begin("--log", f"file:{other}")
        second = LogReader(other)
        self.fill(harkd, client, room)
        return harkd, client, second

    def test_stop(self):
        none, one = self.one_log(0), self.one_log(1)
        own = self.own_words()
        some, every = self.two_logs(2, "some"), self.two_logs(3, "every")
        cases = [("none", none, NAK * 3, ["1"]), ("one", one, ACK + NAK * 2, ["1", "2"]),
                 ("own words", own, b"again\n" * 3, ["1"]),
                 ("some in one of two", some, NAK, ["1", "2", "3"]),
                 ("all in one of two", every, b"", ["1", "2", "3", "4"])]
        for _, case, _, _ in cases:
            case[0].send_signal(signal.SIGTERM)
        for name, (harkd, client, *second), answer, texts in cases:
            with self.subTest(name):
                # Without a NAK, the exit status need not report a failure, either.
                self.assertIn(harkd.wait(), (1,) if answer else (0, 1))
                self.assertEqual(receive_all(client.socket), answer)
                self.assertEqual([r["text"] for r in harkd.messages()], texts)
                for log in second:
                    self.assertEqual([r for r in log.read() if r["event"] == "message"], [])


class Operators(ControlledTest):
    """An operator's words would be taken for something else, so they are not sent."""

    def test_not_said_with_the_reason(self):
        config = "quiet_ms = 60000\n" + CONFIG + CONFIG.replace('"ack"', '"none"')
        harkd = self.start(listen=(), config=config)
        clients = [self.connect(harkd, listener) for listener in (0, 1)]
        for client in clients:
            with self.subTest(client.server_port):
                with self.assertRaises(VarlinkError) as caught:
                    self.ask(harkd, "Say", client=self.number_of(harkd, client), text="hello")
                self.assertEqual(caught.exception.name, "org.harkd.NotSaid")
                self.assertTrue(caught.exception.parameters["reason"])
        missed = self.ask(harkd, "Broadcast", text="hello")
        self.assertEqual((missed["clients"], missed["missed_count"]), (0, 2))
        for client in clients:
            client.send(b"tail")
        for client in clients:
            harkd.wait_read(client)
            self.ask(harkd, "Kick", client=self.number_of(harkd, client), reason="reason")
        self.assertEqual(clients[0].receive(), ACK)
        for client in clients:
            client.eof()
            self.assertEqual(harkd.wait_messages(client, 1)[0]["end"], "kicked")


class Silent(ControlledTest):
    def test_no_farewell_at_a_stop_or_at_a_limit(self):
        harkd = self.start(listen=(), config="max_connections = 2\n" + CONFIG
                           + CONFIG.replace('"ack"', '"none"'))
        clients = [self.connect(harkd, listener) for listener in (0, 1)]
        for client in clients:
            harkd.wait_record("connected", peer=client.name)
        refused = self.connect(harkd, 1)
        harkd.wait_record("refused", peer=refused.name)
        refused.eof()
        for client in clients:
            client.send(b"tail")
            harkd.wait_read(client)
        harkd.send_signal(signal.SIGTERM)
        self.assertEqual(clients[0].receive(), ACK)
        for client in clients:
            client.eof()
            client.close()
        self.assertEqual(harkd.wait(), 0)

    def test_probes_are_recorded_and_not_told(self):
        harkd = self.start(listen=(), config=CONFIG)
        client = self.connect(harkd)
        client.send(b"GET / HTTP/1.1\r\n\r\n")
        client.eof()
        harkd.wait_record("probe", peer=client.name)


if __name__ == "__main__":
    unittest.main()
