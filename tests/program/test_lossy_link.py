"""A link that loses packets, and a slow one with a short queue: TCP retransmits, and nothing is
lost, duplicated or out of order.

The daemon and the peers run in a network namespace whose loopback interface is such a link.
"""

import re
import shutil
import subprocess
import unittest

from client import Client
from harness import HARKD, SLOW, WAIT, ProgramTest
from networks import Namespace, require_namespaces, run

HARK = HARKD.parents[1] / "tools" / "hark"
CLIENTS = 8
LINES = 300  # of each client, all at once
STEPS = 10  # of each client, in lock-step


class LossyLinkTest(ProgramTest):
    def setUp(self):
        super().setUp()
        require_namespaces()
        self.home = Namespace()
        self.addCleanup(self.home.close)
        # Packets as small as on a cable.
        self.home.ip("link", "set", "lo", "mtu", "1500", "gso_max_segs", "1")

    def nft(self, *words):
        done = subprocess.run([*self.home.wrapper, "nft", *words], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def lose(self, percent):
        """From now on, `percent` of the packets are lost, in both directions."""
        if shutil.which("nft") is None:
            self.skipTest("nft is missing")
        self.nft("add", "table", "inet", "line")
        self.nft("add", "chain", "inet", "line", "in", "{ type filter hook input priority 0; }")
        self.nft("add", "rule", "inet", "line", "in", "meta", "l4proto", "tcp", "numgen", "random",
                 "mod", "100", "<", str(percent), "counter", "drop")

    def lost(self):
        return int(re.search(r"counter packets (\d+)", self.nft("list", "ruleset")).group(1))

    def join(self, harkd):
        client = self.home.call(lambda: Client(harkd.port))
        self.addCleanup(client.close)
        return client.greeted()

    def check_conversations(self):
        harkd = self.start(wrapper=self.home.wrapper)
        clients = [self.join(harkd) for _ in range(CLIENTS)]
        for step in range(1, STEPS + 1):
            for client in clients:
                client.send(b"step %d\n" % step)
            for client in clients:
                client.expect(b"250 ok #%d" % step)
        numbers = range(STEPS + 1, STEPS + LINES + 1)
        for client in clients:
            client.send(b"".join(b"step %d %s\n" % (number, b"x" * 100) for number in numbers))
            client.half_close()
        for client in clients:
            client.expect(*(b"250 ok #%d" % number for number in numbers))
            client.eof()
            closed = harkd.wait_closed(client)
            self.assertEqual((closed["reason"], closed["messages"]), ("eof", STEPS + LINES))
            texts = [record["text"] for record in harkd.messages(client)]
            self.assertEqual([text.split()[1] for text in texts],
                             [str(number) for number in range(1, STEPS + LINES + 1)])
        return harkd


class Losses(LossyLinkTest):
    def test_each_message_once_and_in_order(self):
        self.lose(5)
        self.check_conversations()
        self.assertGreater(self.lost(), 10)

    def test_hark_send(self):
        self.lose(5)
        harkd = self.start(wrapper=self.home.wrapper)
        lines = [f"line {number} " + "y" * 80 for number in range(2000)]
        sent = subprocess.run([*self.home.wrapper, HARK, "send", "--port", str(harkd.port)],
                              input="\n".join(lines) + "\n", capture_output=True, text=True,
                              timeout=WAIT * SLOW, check=False)
        self.assertEqual((sent.returncode, sent.stderr), (0, ""))
        self.assertEqual([record["text"] for record in harkd.messages()], lines)
        self.assertGreater(self.lost(), 0)


class Narrow(LossyLinkTest):
    def test_a_slow_line(self):
        # The conversations take about a second at this rate, and the queue is short.
        self.home.call(lambda: run("tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate",
                                   "4mbit", "burst", "16kb", "latency", "50ms"))
        self.check_conversations()


if __name__ == "__main__":
    unittest.main()
