"""Replies that have not been sent by the time of a restart: each message is answered once, however
late its peer reads."""

import threading
import time
import unittest

from account import Account
from client import receive_all
from restarting import SLOW, RestartTest

LISTENER = '[[listener]]\naddress = "127.0.0.1:0"\n'
COUNT = 15_000


class NotReading(RestartTest):
    def flood(self, harkd, client, line=b"a\n", restarts=4):
        """Sends lines without reading, with restarts meanwhile."""
        sender = threading.Thread(target=client.send, args=(line * COUNT,), daemon=True)
        sender.start()
        for _ in range(restarts):
            self.restart(harkd)
        sender.join()
        harkd.wait_read(client)
        self.restart(harkd)

    def check_account(self, lines, answered):
        account = Account()
        for line in lines:
            account.take(line)
        self.assertEqual(account.answered, answered)
        return account

    def test_lines(self):
        harkd = self.start()
        client = self.connect(harkd, receive_buffer=2048)
        self.flood(harkd, client)
        client.send(b"bye\n")
        harkd.wait_read(client)
        self.restart(harkd)
        lines = client.greeted().rest()
        client.close()
        self.assertEqual(lines.pop(), b"221 bye, %d messages" % COUNT)
        self.check_account(lines, COUNT)
        self.assertEqual([record["seq"] for record in harkd.messages(client)],
                         list(range(1, COUNT + 1)))
        self.assertEqual(harkd.wait_closed(client)["reason"], "bye")

    def test_a_range_goes_on(self):
        harkd = self.start()
        client = self.connect(harkd, receive_buffer=2048)
        self.flood(harkd, client, restarts=1)
        # The last reply that waits is a range, which absorbs what comes.
        for number in range(1, 4):
            client.send(b"\xff\n")
            harkd.wait_messages(client, COUNT + number)
            self.restart(harkd)
        client.half_close()
        lines = client.greeted().rest()
        account = self.check_account(lines, COUNT + 3)
        self.assertRegex(lines[-1], rb"251 ok #\d+-%d, some kept as bytes" % (COUNT + 3))
        self.assertEqual(len(account.kept), 1)

    def test_acknowledgements(self):
        harkd = self.start(listen=(), config=LISTENER + 'replies = "ack"\nack = "stored;"\n')
        client = self.connect(harkd, receive_buffer=2048)
        self.flood(harkd, client, restarts=2)
        client.half_close()
        self.assertEqual(receive_all(client.socket), b"stored;" * COUNT)

    def test_none(self):
        harkd = self.start(listen=(), config=LISTENER + 'replies = "none"\n')
        client = self.connect(harkd)
        self.flood(harkd, client, restarts=2)
        client.half_close()
        self.assertEqual(receive_all(client.socket), b"")
        self.assertEqual(harkd.wait_closed(client)["messages"], COUNT)


class Leaving(RestartTest):
    def test_who_has_been_told_goodbye(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"hello\nbye\n")
        client.expect(b"250 ok #1", b"221 bye, 1 message")
        client.eof()
        # We have not closed our side, and go on.
        self.restart(harkd)
        client.send(b"further")
        harkd.wait_read(client)
        client.close()
        closed = harkd.wait_closed(client)
        self.assertEqual((closed["reason"], closed["messages"], closed["discarded"]),
                         ("bye", 1, 7))

    def test_who_never_closes(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"bye\n")
        client.expect(b"221 bye, 0 messages")
        client.eof()
        began = time.monotonic()
        self.restart(harkd)
        self.assertEqual(harkd.wait_closed(client)["reason"], "bye")
        self.assertLess(time.monotonic() - began, 5 * SLOW)

    def test_whose_farewell_waits(self):
        harkd = self.start()
        client = self.connect(harkd, receive_buffer=2048)
        sender = threading.Thread(target=client.send, args=(b"a\n" * COUNT + b"bye\n",),
                                  daemon=True)
        sender.start()
        sender.join()
        harkd.wait_read(client)
        for _ in range(2):
            self.restart(harkd)
        lines = client.greeted().rest()
        self.assertEqual(lines[-1], b"221 bye, %d messages" % COUNT)

    def test_who_is_kicked(self):
        harkd = self.start()
        reading, not_reading = self.greeted(harkd), self.connect(harkd, receive_buffer=2048)
        not_reading.send(b"a\n" * COUNT)
        harkd.wait_read(not_reading)
        reading.send(b"half")
        harkd.wait_read(reading)
        for client in (reading, not_reading):
            self.ask(harkd, "Kick", client=self.number_of(harkd, client), reason="go home")
        self.restart(harkd)
        reading.expect(b"250 ok #1", b"421 kicked: go home")
        reading.close()
        lines = not_reading.greeted().rest()
        not_reading.close()
        self.assertEqual(lines.pop(), b"421 kicked: go home")
        account = Account()
        for line in lines:
            account.take(line)
        self.assertEqual(account.answered, COUNT)
        for client in (reading, not_reading):
            self.assertEqual(harkd.wait_closed(client)["reason"], "kicked")

    def test_who_closes_its_side(self):
        harkd = self.start()
        clients = [self.greeted(harkd) for _ in range(20)]
        for client in clients:
            client.send(b"first\nlast words")
        for client in clients[::2]:
            client.half_close()
        self.restart(harkd)
        for client in clients:
            if client not in clients[::2]:
                client.half_close()
            client.expect(b"250 ok #1", b"250 ok #2")
            client.eof()
            self.assertEqual([record["text"] for record in harkd.messages(client)],
                             ["first", "last words"])
            self.assertEqual(harkd.wait_closed(client)["reason"], "eof")


class Rates(RestartTest):
    def test_one_over_a_rate(self):
        harkd = self.start(config="[limits]\nexempt = []\nmessages_per_second = 100\n")
        client = self.greeted(harkd)
        began = time.monotonic()
        client.send(b"a\n" * 250 + b"tail")
        client.wait_arrived()
        harkd.wait_for(lambda: self.status(harkd)["slowed"] == 1, what="the limit")
        for _ in range(3):
            self.restart(harkd)
        self.assertEqual(self.status(harkd)["slowed"], 1)
        client.half_close()
        lines = client.rest()
        # A restart does not refill the bucket: the first second's worth is there only once.
        self.assertGreater(time.monotonic() - began, 1.4)
        self.assertEqual(lines, [b"250 ok #%d" % number for number in range(1, 252)])
        self.assertEqual([record["text"] for record in harkd.messages(client)],
                         ["a"] * 250 + ["tail"])
        harkd.wait_for(lambda: self.status(harkd)["slowed"] == 0, what="nobody to wait")

    def test_connections_of_an_address_are_counted(self):
        harkd = self.start(config="[limits]\nexempt = []\nconnections_per_address = 2\n"
                                  "connections = 3\n")
        clients = [self.greeted(harkd) for _ in range(2)]
        self.restart(harkd)
        self.connect(harkd).expect_match(rb"421 too many connections.*")
        other = self.greeted(harkd, source="127.0.0.9")
        self.connect(harkd, source="127.0.0.8").expect_match(rb"421 too many connections.*")
        for client in (*clients, other):
            client.close()
            harkd.wait_closed(client)
        self.greeted(harkd)
        self.assertEqual(self.status(harkd)["refused"], 2)
        self.restart(harkd)
        self.assertEqual(sum(self.status(harkd)["refusals"].values()), 2)

    def test_new_connections_a_second(self):
        harkd = self.start(config="[limits]\nexempt = []\nnew_connections_per_second = 5\n")
        clients = [self.greeted(harkd) for _ in range(5)]
        self.restart(harkd)
        refused = 0
        for _ in range(5):
            refused += self.connect(harkd).reply().startswith(b"421")
        self.assertGreaterEqual(refused, 1)
        clients[0].send(b"hello\n")
        clients[0].expect(b"250 ok #1")


if __name__ == "__main__":
    unittest.main()
