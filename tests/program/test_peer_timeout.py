"""Peers whose machine or network is gone are closed in time; those that merely do not read stay.

The daemon and the peers run in network namespaces that are linked by cables of the kernel.
"""

import time
import unittest

from account import Account
from client import Client
from controlled import SLOW, ControlledTest
from networks import Namespace, require_namespaces

TIMEOUT = 2
CONFIG = f"peer_timeout = {TIMEOUT}\n"


class PeerTimeoutTest(ControlledTest):
    def setUp(self):
        super().setUp()
        require_namespaces()
        self.home = self.namespace()

    def namespace(self):
        namespace = Namespace()
        self.addCleanup(namespace.close)
        return namespace

    def away(self, number):
        """A machine that is linked to the daemon's."""
        namespace = self.namespace()
        namespace.cable = self.home.link(namespace, f"10.9.{number}.1/24", f"10.9.{number}.2/24")
        namespace.number = number
        return namespace

    def start_at_home(self, config=CONFIG):
        return self.start(config=config, listen=("0.0.0.0:0",), wrapper=self.home.wrapper)

    def join(self, harkd, namespace, **options):
        host = "127.0.0.1" if namespace is self.home else f"10.9.{namespace.number}.1"
        client = namespace.call(lambda: Client(harkd.port, host, **options))
        self.addCleanup(client.close)
        return client.greeted()

    def close_window(self, harkd, client, count):
        client.send(b"a\n" * count)
        harkd.wait_messages(client, count)

    def goes_in_time(self, harkd, client, begin):
        closed = harkd.wait_closed(client)
        taken = time.monotonic() - begin
        self.assertEqual(closed["reason"], "timeout")
        self.assertLess(taken, 1.25 * TIMEOUT + 1 * SLOW)
        return closed


class Gone(PeerTimeoutTest):
    def break_cable(self, namespace):
        namespace.ip("link", "set", namespace.cable, "down")

    def lose_address(self, namespace):
        namespace.ip("address", "flush", "dev", namespace.cable)

    def lose_answers(self, namespace):
        namespace.ip("route", "add", "blackhole", f"10.9.{namespace.number}.1/32")

    def test_whatever_they_did_last(self):
        harkd = self.start_at_home()
        ways = (self.break_cable, self.lose_address, self.lose_answers)
        places = [self.away(number) for number in range(len(ways))]
        witness = self.join(harkd, self.home)
        idle, halfway, owed = ([self.join(harkd, place) for place in places] for _ in range(3))
        for client in halfway:
            client.send(b"half a mess")
            client.wait_arrived()
        for way, place in zip(ways, places):
            way(place)
        begin = time.monotonic()
        for client in owed:
            self.ask(harkd, "Say", client=self.number_of(harkd, client), text="anybody there?")
        for client in idle + owed:
            self.goes_in_time(harkd, client, begin)
        for client in halfway:
            self.assertEqual(self.goes_in_time(harkd, client, begin)["messages"], 1)
            message = harkd.messages(client)[0]
            # It may have become a message after the quiet time.
            self.assertEqual(message["text"], "half a mess")
            self.assertIn(message["end"], ("quiet", "reset"))
        witness.send(b"still here\n")
        witness.expect(b"250 ok #1")

    def test_replies_wait(self):
        harkd = self.start_at_home()
        place = self.away(1)
        full, blocked = (self.join(harkd, place, receive_buffer=2048) for _ in range(2))
        # The first client's replies fit into the kernel's buffer, the second's do not.
        self.close_window(harkd, full, 500)
        self.close_window(harkd, blocked, 20_000)
        self.break_cable(place)
        # The kernel probes the closed window at ever longer intervals.
        for client in (full, blocked):
            closed = harkd.wait_record("closed", peer=client.name)
            self.assertEqual(closed["reason"], "timeout")

    def test_in_the_middle_of_replies(self):
        harkd = self.start_at_home()
        place = self.away(1)
        client = self.join(harkd, place)
        client.send(b"first\n")
        client.expect(b"250 ok #1")
        harkd.limit_log(0)
        client.send(b"a\n" * 20_000)
        client.wait_arrived()
        harkd.wait_for(lambda: not self.status(harkd)["accepting"], what="the pause")
        self.break_cable(place)
        begin = time.monotonic()
        harkd.limit_log(None)
        self.assertEqual(self.goes_in_time(harkd, client, begin)["messages"], 20_001)


class Alive(PeerTimeoutTest):
    def test_peers_that_do_not_read(self):
        harkd = self.start_at_home()
        place = self.away(1)
        counts = {}
        for where in (self.home, place):
            for count in (500, 20_000):
                client = self.join(harkd, where, receive_buffer=2048)
                self.close_window(harkd, client, count)
                counts[client] = count
        idle = self.join(harkd, place)
        time.sleep(3 * TIMEOUT + 0.5)
        self.assertEqual(harkd.records("closed"), [])
        idle.send(b"hello\n")
        idle.expect(b"250 ok #1")
        for client, count in counts.items():
            client.half_close()
            account = Account()
            for line in client.rest():
                account.take(line)
            self.assertEqual(account.answered, count)
            self.assertEqual(harkd.wait_closed(client)["reason"], "eof")


if __name__ == "__main__":
    unittest.main()
