"""Stopping just when a paused log is accepting again."""

import time
import unittest

from account import Account
from configured import wait_asleep
from harness import SLOW, ProgramTest

CLIENTS = 50
FLOODERS = 5
FLOOD_LINES = 8000  # slightly less than one read by the daemon


class StopWhileParked(ProgramTest):
    def park(self):
        """A daemon on a full disk, and clients that all have pending input."""
        harkd = self.start()
        clients = [self.greeted(harkd) for _ in range(CLIENTS)]
        for client in clients:
            harkd.wait_record("connected", peer=client.name)
        harkd.limit_log(0)
        for client in clients[:FLOODERS]:
            client.send(b"a\n" * FLOOD_LINES)
            client.wait_arrived()
        wait_asleep(harkd)
        for client in clients:
            client.send(b"zz\n")
            client.wait_arrived()
        wait_asleep(harkd)
        return harkd, clients

    def test_stops_in_time_and_loses_nothing(self):
        harkd, clients = self.park()
        self.assertTrue(all(harkd.unread(client) > 0 for client in clients))
        # At once, so that the stop itself discovers that the disk has room again.
        harkd.limit_log(None)
        begin = time.monotonic()
        self.assertEqual(harkd.stop(), 0)
        self.assertLess(time.monotonic() - begin, 5 * SLOW)
        texts = {client.name: [] for client in clients}
        for record in harkd.messages():
            texts[record["peer"]].append(record["text"])
        for number, client in enumerate(clients):
            flood = ["a"] * FLOOD_LINES if number < FLOODERS else []
            self.assertEqual(texts[client.name], flood + ["zz"], f"client {number}")
            lines = client.rest()
            account = Account()
            for line in lines[:-1]:
                account.take(line)
            self.assertEqual(account.answered, len(flood) + 1, f"client {number}")
            self.assertRegex(lines[-1], rb"^421 .*shutting down")
        self.assertEqual(len(harkd.records("closed")), CLIENTS)
        self.assertEqual({r["discarded"] for r in harkd.records("closed") if "discarded" in r}
                         - {0}, set())


if __name__ == "__main__":
    unittest.main()
