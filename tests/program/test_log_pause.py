"""A paused log: nothing is acknowledged, nothing is lost, and waiting costs nothing.

The full disk is a limit on the size of the daemon's files, set from outside while it runs: one
write returns short, and the next one fails.
"""

import time
import unittest

from harness import SLOW, ProgramTest, join_parts


class FullDisk(ProgramTest):
    def start_full(self, room=40, **options):
        """A daemon whose log is full, and the client whose message did not fit."""
        harkd = self.start(**options)
        client = self.greeted(harkd)
        client.send(b"before\n")
        client.expect(b"250 ok #1")
        harkd.limit_log(room)
        return harkd, client

    def test_nothing_is_acknowledged_until_it_is_recorded(self):
        harkd, client = self.start_full()
        for number in range(2, 12):
            client.send(b"message %d\n" % number)
        client.silent(1.5)
        self.assertEqual(len(harkd.messages()), 1)
        harkd.wait_for(harkd.log.ends_whole, what="half a line to be taken back")
        harkd.limit_log(None)
        raised = time.monotonic()
        client.expect_match(rb"250 ok #2(-\d+)?")
        self.assertLess(time.monotonic() - raised, 5 * SLOW)
        records = harkd.wait_messages(client, 11)
        self.assertEqual([r["text"] for r in records],
                         ["before", *(f"message {number}" for number in range(2, 12))])
        harkd.wait_record("paused")
        harkd.wait_record("resumed")
        self.assertEqual([r["event"] for r in harkd.records()
                          if r["event"] in ("paused", "resumed")], ["paused", "resumed"])

    def test_room_of_any_size(self):
        # The failing write can end anywhere within a line.
        harkd = self.start()
        client = self.greeted(harkd)
        harkd.wait_record("connected", peer=client.name)
        for number, room in enumerate((0, 1, 150, 500), 1):
            harkd.limit_log(room)
            burst = b"".join(b"%d.%d\n" % (number, part) for part in range(5))
            client.send(burst)
            harkd.wait_read(client)
            harkd.wait_for(harkd.log.ends_whole, what="half a line to be taken back")
            harkd.limit_log(None)
            client.expect(*(b"250 ok #%d" % (number * 5 + part - 4) for part in range(5)))
            harkd.wait_for(lambda n=number: len(harkd.records("resumed")) == n, what="resumed")
            harkd.wait_for(lambda times=number: len(harkd.records("resumed")) == times,
                           what="the end of the pause")
        self.assertEqual([r["text"] for r in harkd.wait_messages(client, 20)],
                         [f"{number}.{part}" for number in range(1, 5) for part in range(5)])

    def test_flood_during_the_pause_is_bounded_and_complete(self):
        harkd, client = self.start_full()
        client.send(b"x\n")
        harkd.wait_read(client)
        memory = harkd.rss_kib()
        line = b"x" * 999 + b"\n"
        sent = 0
        client.socket.setblocking(False)
        try:
            while sent < 20_000_000:
                sent += client.socket.send(line * 10)
        except BlockingIOError:
            pass  # the kernel's buffers are full: back-pressure
        client.socket.settimeout(20 * SLOW)
        self.assertLess(sent, 20_000_000)
        self.assertLess(harkd.rss_kib() - memory, 4096 * SLOW)
        harkd.limit_log(None)
        client.send(line[sent % len(line):])
        count = sent // len(line) + 1
        records = harkd.wait_messages(client, count + 2)
        self.assertEqual({r["text"] for r in records[2:]}, {"x" * 999})
        self.assertEqual([r["seq"] for r in records], list(range(1, count + 3)))

    def test_in_the_middle_of_a_message(self):
        quiet = 1.0 * SLOW
        harkd = self.start(config=f"quiet_ms = {int(quiet * 1000)}\n")
        client, other = self.greeted(harkd), self.greeted(harkd)
        other.send(b"a line peer\n")
        other.expect(b"250 ok #1")
        client.send(b"hel")
        harkd.wait_read(client)
        harkd.limit_log(40)
        other.send(b"the last straw\n")
        harkd.wait_read(other)
        client.send(b"lo")
        # Longer than the quiet time, which must not elapse while the daemon is not reading.
        time.sleep(1.5 * quiet)
        harkd.limit_log(None)
        client.expect(b"250 ok #1")
        self.assertEqual(join_parts(harkd.wait_messages(client, 1)), {1: "hello"})

    def test_peers_that_leave_during_the_pause_cost_nothing(self):
        harkd = self.start()
        client = self.greeted(harkd)
        others = [self.greeted(harkd) for _ in range(20)]
        for other in others:
            harkd.wait_record("connected", peer=other.name)
        harkd.limit_log(40)
        client.send(b"full\n" * 5)
        harkd.wait_read(client)
        for number, other in enumerate(others):
            other.send(b"last words %d" % number)
            if number % 2:
                other.reset()
            else:
                other.close()
        before = harkd.cpu_seconds()
        time.sleep(1)
        self.assertLess(harkd.cpu_seconds() - before, 0.3)
        harkd.limit_log(None)
        for number, other in enumerate(others):
            self.assertEqual(harkd.wait_messages(other, 1)[0]["text"], f"last words {number}")
            self.assertEqual(harkd.wait_closed(other)["messages"], 1)

    def test_peers_that_connect_during_the_pause_are_served_afterwards(self):
        harkd, client = self.start_full()
        client.send(b"full\n" * 5)
        harkd.wait_read(client)
        late = self.connect(harkd)
        late.send(b"late\n")
        time.sleep(0.3)
        self.assertEqual(harkd.messages(late), [])
        harkd.limit_log(None)
        late.greeted().expect(b"250 ok #1")
        self.assertEqual(harkd.wait_messages(late, 1)[0]["text"], "late")

    def test_stop_reports_messages_not_stored(self):
        harkd, client = self.start_full()
        client.send(b"two\nthree\nfour\n")
        harkd.wait_read(client)
        self.assertEqual(harkd.stop(), 1)
        unstored = []
        lines = client.rest()
        for line in lines:
            if line.startswith(b"451"):
                self.assertRegex(line, rb"^451 not stored #\d+(-\d+)?: .+")
                numbers = line.split(b"#")[1].split(b":")[0].split(b"-")
                unstored += range(int(numbers[0]), int(numbers[-1]) + 1)
        self.assertEqual(unstored, [2, 3, 4], lines)
        self.assertFalse([line for line in lines if line.startswith(b"25")])
        self.assertEqual([r["text"] for r in harkd.messages()], ["before"])


if __name__ == "__main__":
    unittest.main()
