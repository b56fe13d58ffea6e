"""No control client, active or idle, costs the daemon much or its peers anything.

Memory and times have generous bounds; counts must be exact.
"""

import select
import socket
import threading
import time
import unittest

from asking import Asking
from controlled import SLOW, WAIT, ControlledTest, Varlink, VarlinkError

PLACES = 64
TAILS = 32
GROWTH_KIB = 40 << 10 if SLOW == 1 else 200 << 10
FLOOD = 300_000 // SLOW
LOCK_STEP = 300


class Load(ControlledTest):
    def round_trips(self, client, first=1):
        """The sorted times until replies arrive."""
        times = []
        for number in range(first, first + LOCK_STEP):
            began = time.monotonic()
            client.send(b"hello\n")
            client.expect(b"250 ok #%d" % number)
            times.append(time.monotonic() - began)
        return sorted(times)

    def tell(self, alone, beside):
        shown = [f"{times[len(times) * part // 100] * 1e6:.0f}"
                 for times in (alone, beside) for part in (50, 99)]
        print(f"\nnote: {self.id().rpartition('.')[2]}: p50, p99 in us: "
              f"{shown[0]}, {shown[1]} alone; {shown[2]}, {shown[3]} beside them")

    def flood(self, harkd, count, text=b"x" * 60 + b"\n"):
        """Sends `count` messages and reads their replies; returns the client."""
        client = self.greeted(harkd)
        sender = threading.Thread(
            target=lambda: [client.send(text * 1000) for _ in range(count // 1000)], daemon=True)
        sender.start()
        data = b""
        while b"#%d\r\n" % count not in data and not data.endswith(b"-%d\r\n" % count):
            data = data[-100:] + client.socket.recv(1 << 18)
        sender.join()
        return client

    def drain(self, tail, total):
        """Reads until records and dropped records add up to `total`. Returns (records, dropped)."""
        records = dropped = 0
        while records + dropped < total:
            parameters = tail.reply()
            if "record" in parameters:
                records += 1
            else:
                dropped += parameters["dropped"]
        self.assertEqual(records + dropped, total)
        tail.silent()
        return records, dropped

    def test_a_gigabyte_of_braces(self):
        harkd = self.start()
        before = harkd.rss_kib()
        varlink = self.control(harkd)
        braces = b"{" * (1 << 20)
        sent = 0
        with self.assertRaises((BrokenPipeError, ConnectionResetError)):
            for _ in range(1024):
                sent += varlink.socket.send(braces)
        self.assertLess(sent, 8 << 20)
        self.assertLess(harkd.rss_kib() - before, GROWTH_KIB)
        # Terminated calls, in large numbers: each costs its client the connection.
        for _ in range(200):
            with Varlink(harkd.control) as hasty:
                hasty.send(b"{" * 60_000 + b"\0")
                with self.assertRaises(VarlinkError):
                    hasty.reply()
        self.assertLess(harkd.rss_kib() - before, GROWTH_KIB)

    def test_a_call_with_very_many_members(self):
        harkd = self.start()
        members = b",".join(b'"%x":0' % number for number in range(6000))
        call = b'{"method":"org.harkd.Status","parameters":{' + members + b"}}\0"
        with Varlink(harkd.control) as varlink:
            varlink.send(call)
            with self.refused("org.varlink.service.InvalidParameter", parameter="method"):
                varlink.reply()

    def test_a_thousand_connections(self):
        harkd = self.start()
        client = self.greeted(harkd)
        before = harkd.rss_kib()
        first = self.control(harkd)
        crowd = []
        for number in range(1000):
            crowd.append(Varlink(harkd.control))
            self.addCleanup(crowd[-1].close)
            # The first one makes calls now and then, so it is never idle for longest. All earlier
            # connections must have been accepted first, which a reply to the last one shows.
            if number % 20 == 0:
                self.assertEqual(crowd[-1].call("org.harkd.Status")["pid"], harkd.pid)
                self.assertEqual(first.call("org.harkd.Status")["pid"], harkd.pid)
        poller = select.poll()
        for one in crowd:
            poller.register(one.socket, select.POLLIN)
        harkd.wait_for(lambda: len(poller.poll(0)) == 1000 - (PLACES - 1), what="the places")
        self.assertEqual(crowd[-1].call("org.harkd.Status")["pid"], harkd.pid)
        self.assertEqual(first.call("org.harkd.Status")["pid"], harkd.pid)
        self.assertLess(harkd.rss_kib() - before, GROWTH_KIB)
        client.send(b"hello\n")
        client.expect(b"250 ok #1")

    def test_a_thousand_tails(self):
        harkd = self.start()
        tails = [self.control(harkd).tail() for _ in range(TAILS)]
        for _ in range(1000 - TAILS):
            with Varlink(harkd.control) as one_more:
                one_more.begin("org.harkd.Tail", more=True)
                with self.refused("org.harkd.TooMany", limit=TAILS):
                    one_more.reply()
        client = self.greeted(harkd)
        client.send(b"hello\n")
        for tail in tails:
            self.assertEqual(tail.reply()["record"]["text"], "hello")
        tails[0].close()
        harkd.wait_for(lambda: self.status(harkd)["tails"] == TAILS - 1)
        self.control(harkd).tail()

    def test_a_stalled_follower_in_a_flood(self):
        harkd = self.start()
        still = self.control(harkd).tail()
        reader = self.control(harkd).tail()
        heard = []
        listening = threading.Thread(target=lambda: heard.append(self.drain(reader, FLOOD)))
        listening.start()
        self.flood(harkd, 10_000 // SLOW // 1000 * 1000)
        before = harkd.rss_kib()
        self.flood(harkd, FLOOD - 10_000 // SLOW // 1000 * 1000)
        self.assertLess(harkd.rss_kib() - before, GROWTH_KIB)
        listening.join(WAIT)
        self.assertEqual(len(heard), 1, "a reader waits for what is not told")
        records, dropped = self.drain(still, FLOOD)
        self.assertGreater(records, 100)
        self.assertGreater(dropped, FLOOD // 2)
        self.assertEqual(self.status(harkd)["tail_dropped"], dropped + heard[0][1])
        # From now on it reads, and misses nothing.
        client = self.greeted(harkd)
        client.send(b"afterwards\n")
        self.assertEqual(still.reply()["record"]["text"], "afterwards")

    def test_round_trips_with_unread_tails(self):
        harkd = self.start()
        client = self.greeted(harkd)
        alone = self.round_trips(client)
        for _ in range(TAILS):
            self.control(harkd).tail()
        self.flood(harkd, 20_000)
        beside = self.round_trips(client, LOCK_STEP + 1)
        self.tell(alone, beside)
        self.assertLess(beside[LOCK_STEP // 2], 5 * alone[LOCK_STEP // 2] + 0.002 * SLOW)

    def test_round_trips_with_endless_queries(self):
        harkd = self.start()
        client = self.greeted(harkd)
        crowd = []
        for _ in range(2000 // SLOW):
            one = socket.create_connection(("127.0.0.1", harkd.port))
            self.addCleanup(one.close)
            crowd.append(one)
        harkd.wait_for(lambda: self.status(harkd)["connections"] == len(crowd) + 1)
        alone = self.round_trips(client)
        asking = Asking(self, harkd)
        beside = self.round_trips(client, LOCK_STEP + 1)
        self.assertGreater(asking.answered(), 0)
        self.tell(alone, beside)
        self.assertLess(beside[LOCK_STEP // 2], 5 * alone[LOCK_STEP // 2] + 0.01 * SLOW)


if __name__ == "__main__":
    unittest.main()
