"""Stopping and reloading."""

import os
import select
import signal
import time
import unittest

from account import Account
from harness import SLOW, ProgramTest


class Stop(ProgramTest):
    def test_orderly(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            harkd = self.start()
            client, idle = self.greeted(harkd), self.greeted(harkd)
            client.send(b"one\n")
            client.expect(b"250 ok #1")
            client.send(b"tail")
            harkd.wait_read(client)
            self.assertEqual(harkd.stop(number), 0)
            client.expect(b"250 ok #2")
            client.expect_match(rb"421 .*shutting down.*")
            client.eof()
            idle.expect_match(rb"421 .*shutting down.*")
            idle.eof()
            self.assertEqual([(r["text"], r["end"]) for r in harkd.messages(client)],
                             [("one", "lf"), ("tail", "shutdown")])
            self.assertEqual({r["reason"] for r in harkd.records("closed")}, {"shutdown"})
            self.assertEqual(len(harkd.records("closed")), 2)
            self.assertEqual(len(harkd.records("stopping")), 1)

    def test_reads_once_more(self):
        # Input sent before the stop counts, even if the daemon had not woken to read it.
        harkd = self.start()
        client = self.greeted(harkd)
        os.kill(harkd.pid, signal.SIGSTOP)
        client.send(b"one\ntwo\n")
        harkd.send_signal(signal.SIGTERM)
        os.kill(harkd.pid, signal.SIGCONT)
        self.assertEqual(harkd.wait(), 0)
        client.expect(b"250 ok #1", b"250 ok #2")
        client.expect_match(rb"421 .+")
        self.assertEqual([r["text"] for r in harkd.messages(client)], ["one", "two"])

    def test_pending_tail_of_a_chunk_peer_is_answered(self):
        harkd = self.start(config="quiet_ms = 60000\n")
        client = self.greeted(harkd)
        client.send("再见".encode())
        harkd.wait_read(client)
        self.assertEqual(harkd.stop(), 0)
        client.expect(b"250 ok #1")
        client.expect_match(rb"421 .+")
        record = harkd.messages(client)[0]
        self.assertEqual((record["text"], record["end"]), ("再见", "shutdown"))

    def test_under_load(self):
        harkd = self.start()
        clients = [self.greeted(harkd) for _ in range(20)]
        for client in clients:
            client.socket.setblocking(False)
        flood = (b"a line of the flood, " * 10 + b"\n") * 20
        begin = time.monotonic()
        stopped = None
        while harkd.process.poll() is None:
            _, writable, _ = select.select([], [c.socket for c in clients], [], 0.05)
            for one in writable:
                try:
                    one.send(flood)
                except (BlockingIOError, ConnectionError):
                    pass
            if stopped is None and time.monotonic() - begin > 0.1:
                harkd.send_signal(signal.SIGTERM)
                stopped = time.monotonic()
            if stopped is not None:
                self.assertLess(time.monotonic() - stopped, 10 * SLOW)
        self.assertEqual(harkd.wait(), 0)
        recorded = {client.name: 0 for client in clients}
        for record in harkd.messages():
            recorded[record["peer"]] += 1
            self.assertEqual(record["seq"], recorded[record["peer"]])
        for client in clients:
            client.socket.settimeout(20 * SLOW)
            account = Account()
            for line in client.rest():
                if line.startswith(b"25"):
                    account.take(line)
            # What was acknowledged is in the log.
            self.assertLessEqual(account.answered, recorded[client.name])
        self.assertEqual(len(harkd.records("closed")), len(clients))

    def test_with_a_peer_that_never_reads(self):
        harkd = self.start()
        client = self.connect(harkd, receive_buffer=4096)
        client.send(b"x\n" * 50_000)
        harkd.wait_messages(client, 50_000)
        self.assertEqual(harkd.stop(), 0)


class Reload(ProgramTest):
    def test_applies_the_new_configuration(self):
        harkd = self.start(config='greeting = "old"\n')
        early = self.connect(harkd)
        early.expect(b"220 old")
        harkd.config_path.write_text('greeting = "new"\n')
        harkd.send_signal(signal.SIGHUP)
        harkd.wait_record("reloaded")
        self.connect(harkd).expect(b"220 new")
        early.send(b"still here\n")
        early.expect(b"250 ok #1")

    def test_refuses_a_bad_configuration_completely(self):
        harkd = self.start(config='greeting = "old"\n')
        harkd.config_path.write_text('greeting = "new"\nquiet_ms = "soon"\n')
        harkd.send_signal(signal.SIGHUP)
        record = harkd.wait_record("diagnostic")
        self.assertIn(f"{harkd.config_path}:2:", record["text"])
        client = self.connect(harkd)
        client.expect(b"220 old")
        client.send(b"hello\n")
        client.expect(b"250 ok #1")
        self.assertEqual(harkd.records("reloaded"), [])
        # A good one afterwards is applied.
        harkd.config_path.write_text('greeting = "new"\n')
        harkd.send_signal(signal.SIGHUP)
        harkd.wait_record("reloaded")
        self.connect(harkd).expect(b"220 new")

    def test_keeps_the_same_run_and_connections(self):
        harkd = self.start()
        client = self.greeted(harkd)
        for number in range(1, 6):
            client.send(b"hello\n")
            client.expect(b"250 ok #%d" % number)
            harkd.send_signal(signal.SIGHUP)
            harkd.wait_for(lambda n=number: len(harkd.records("reloaded")) == n, what="a reload")
        self.assertEqual(len({r["run"] for r in harkd.records()}), 1)


if __name__ == "__main__":
    unittest.main()
