"""Peers that read late or never still find every message acknowledged, once."""

import re
import threading
import time
import unittest

from account import Account
from harness import ProgramTest

TELNET = re.compile(rb"\xff[\xfb-\xfe].", re.DOTALL)


class LongAfterTheEnd(ProgramTest):
    COUNT = 300_000

    def finish(self, client, last_words):
        client.send(b"a\n" * self.COUNT)
        if last_words:
            client.send(last_words)
        else:
            client.half_close()

    def test_everything_is_answered(self):
        harkd = self.start()
        leaving, closing = (self.connect(harkd, receive_buffer=2048) for _ in range(2))
        senders = [threading.Thread(target=self.finish, args=(client, words), daemon=True)
                   for client, words in ((leaving, b"bye\n"), (closing, b""))]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        # Longer than the daemon waits for a peer after its farewell.
        time.sleep(4)
        for client, last in ((leaving, [b"221 bye, %d messages" % self.COUNT]), (closing, [])):
            lines = client.greeted().rest()
            self.assertEqual(lines[len(lines) - len(last):], last)
            account = Account()
            for line in lines[:len(lines) - len(last)]:
                account.take(line)
            self.assertEqual(account.answered, self.COUNT)
        for client, reason in ((leaving, "bye"), (closing, "eof")):
            closed = harkd.wait_closed(client)
            self.assertEqual((closed["reason"], closed["messages"]), (reason, self.COUNT))


class TelnetBetweenBursts(ProgramTest):
    """A chunk peer's replies wait for its tail, and negotiation is answered in between."""

    BURSTS = 1200
    LINES = 12

    def account_for(self, negotiation):
        harkd = self.start(config="quiet_ms = 400\n")
        client = self.connect(harkd, receive_buffer=2048)
        client.send(b"\xff\xfb\x1fxyz")  # shows that it speaks telnet
        harkd.wait_messages(client, 1)  # ended by the quiet time: a chunk peer
        for _ in range(self.BURSTS):
            client.send(negotiation + b"a\n" * self.LINES + b"tail")
            harkd.wait_read(client)
        client.half_close()
        received = bytearray()
        while data := client.receive():
            received += data
        answers = TELNET.findall(received)
        self.assertTrue(answers)
        self.assertLessEqual(len(answers), self.BURSTS + 1)
        lines = TELNET.sub(b"", received).split(b"\r\n")
        self.assertEqual(lines.pop(), b"")
        self.assertRegex(lines[0], rb"^220 ")
        account = Account()
        for line in lines[1:]:
            account.take(bytes(line))
        recorded = [r["seq"] for r in harkd.messages(client)]
        self.assertGreaterEqual(len(recorded), self.BURSTS * self.LINES)
        self.assertEqual(recorded, list(range(1, len(recorded) + 1)))
        self.assertEqual(account.answered, len(recorded))
        self.assertLess(len(account.clean), len(recorded), "nothing was merged")

    def test_will_echo(self):
        self.account_for(b"\xff\xfb\x01")

    def test_do_an_option_that_is_a_line_feed(self):
        self.account_for(b"\xff\xfd\x0a")


if __name__ == "__main__":
    unittest.main()
