"""Restarts while something waits for a time: it is recorded once, at the moment it would have
been."""

import time
import unittest

from restarting import SLOW, RestartTest

QUIET = 0.25 * SLOW


class Tails(RestartTest):
    def start_quiet(self, more="", quiet=QUIET):
        return self.start(config=f"quiet_ms = {int(quiet * 1000)}\n{more}")

    def send_and_restart(self, harkd, client, data, times=1):
        """Returns the time just before it was sent."""
        sent = time.monotonic()
        client.send(data)
        harkd.wait_read(client)
        for _ in range(times):
            self.restart(harkd)
        return sent

    def check_once(self, harkd, client, *expected):
        """Checks that these are the client's messages, by text and end, and that there are no
        others."""
        records = harkd.wait_messages(client, len(expected))
        self.assertEqual([(record["text"], record["end"]) for record in records], list(expected))
        client.half_close()
        client.eof()
        self.assertEqual(harkd.wait_closed(client)["messages"], len(expected))

    def test_its_deadline_stays(self):
        harkd = self.start_quiet(quiet=0.8 * SLOW)
        client = self.greeted(harkd)
        sent = self.send_and_restart(harkd, client, b"tail", times=2)
        time.sleep(0.5 * SLOW)
        self.restart(harkd)
        client.expect(b"250 ok #1")
        took = time.monotonic() - sent
        self.assertGreaterEqual(took, 0.79 * SLOW)
        # The quiet time did not begin again at the last restart.
        self.assertLess(took, 1.2 * SLOW)
        self.check_once(harkd, client, ("tail", "quiet"))

    def test_of_a_line_peer(self):
        harkd = self.start_quiet(quiet=0.03 * SLOW)
        client = self.greeted(harkd)
        client.send(b"first\n")
        client.expect(b"250 ok #1")
        sent = self.send_and_restart(harkd, client, b"tail")
        client.expect(b"250 ok #2")
        self.assertGreaterEqual(time.monotonic() - sent, 30 * 0.03 * SLOW * 0.95)
        self.check_once(harkd, client, ("first", "lf"), ("tail", "quiet"))

    def test_of_one_who_types(self):
        harkd = self.start_quiet(quiet=0.1 * SLOW)
        client = self.greeted(harkd)
        for character in "hé你":
            sent = self.send_and_restart(harkd, client, character.encode())
        client.expect(b"250 ok #1")
        self.assertGreaterEqual(time.monotonic() - sent, 10 * 0.1 * SLOW * 0.95)
        self.check_once(harkd, client, ("hé你", "quiet"))

    def test_half_once_two_came_whole(self):
        harkd = self.start_quiet(quiet=0.6 * SLOW)
        client = self.greeted(harkd)
        for number in (1, 2):
            client.send(b"tail")
            client.expect(b"250 ok #%d" % number)
        sent = self.send_and_restart(harkd, client, b"tail")
        client.expect(b"250 ok #3")
        self.assertLess(time.monotonic() - sent, 0.55 * SLOW)
        self.check_once(harkd, client, *[("tail", "quiet")] * 3)

    def test_its_late_terminator(self):
        harkd = self.start_quiet(quiet=0.1)
        client = self.greeted(harkd)
        client.send(b"tail")
        client.expect(b"250 ok #1")
        self.restart(harkd)
        client.send(b"\r")
        harkd.wait_read(client)
        self.restart(harkd)
        client.send(b"\nnext\n")
        client.expect(b"250 ok #2")
        self.check_once(harkd, client, ("tail", "quiet"), ("next", "lf"))

    def test_a_carriage_return_that_may_be_an_end(self):
        harkd = self.start_quiet()
        client = self.greeted(harkd)
        self.send_and_restart(harkd, client, b"4006381333931\r")
        client.expect(b"250 ok #1")
        # It counts as a scanner by now: no quiet time is needed.
        self.send_and_restart(harkd, client, b"5901234123457\r")
        client.expect(b"250 ok #2")
        client.send(b"\nA\rB\r")
        client.expect(b"250 ok #3", b"250 ok #4")
        self.check_once(harkd, client, ("4006381333931", "cr"), ("5901234123457", "cr"),
                        ("A", "cr"), ("B", "cr"))

    def test_replies_that_wait_for_it(self):
        harkd = self.start_quiet()
        client = self.greeted(harkd)
        client.send(b"first")
        client.expect(b"250 ok #1")
        self.send_and_restart(harkd, client, b"one\ntwo\nthree", times=2)
        # All replies of a burst still come at once.
        self.assertEqual(client.receive(), b"250 ok #2\r\n250 ok #3\r\n250 ok #4\r\n")
        self.check_once(harkd, client, ("first", "quiet"), ("one", "lf"), ("two", "lf"),
                        ("three", "quiet"))

    def test_a_stray_between_frames(self):
        harkd = self.start(listen=(), config=f"""quiet_ms = {int(QUIET * 1000)}
            [[listener]]
            address = "127.0.0.1:0"
            framing = "delimited"
            begin = "\\u0002"
            end = "\\u0003"
            """)
        client = self.greeted(harkd)
        self.send_and_restart(harkd, client, b"stray")
        client.expect(b"250 ok #1")
        self.send_and_restart(harkd, client, b"\x02in\x03")
        client.expect(b"250 ok #2")
        self.check_once(harkd, client, ("stray", "stray"), ("in", "delimiter"))

    def test_bytes_that_may_begin_a_probe(self):
        harkd = self.start_quiet(quiet=2 * SLOW)
        probe, text, silent = (self.greeted(harkd) for _ in range(3))
        for client in (probe, text, silent):
            client.send(b"GET /x")
            harkd.wait_read(client)
        self.restart(harkd)
        probe.send(b" HTTP/1.1\r\n\r\n")
        probe.expect_match(rb"421 .+")
        record = harkd.wait_record("probe", peer=probe.name)
        self.assertIn("GET /x HTTP/1.1", " ".join(map(str, record.values())))
        text.send(b" is text\n")
        text.expect(b"250 ok #1")
        silent.expect(b"250 ok #1")
        self.check_once(harkd, text, ("GET /x is text", "lf"))
        self.check_once(harkd, silent, ("GET /x", "quiet"))

    def test_half_a_negotiation(self):
        harkd = self.start_quiet(quiet=2 * SLOW)
        client = self.greeted(harkd)
        client.send(b"\xff\xfd\x06on\n")
        self.assertEqual(client.socket.recv(3), b"\xff\xfc\x06")
        client.expect(b"250 ok #1")
        client.send(b"tw\xff")
        harkd.wait_read(client)
        self.restart(harkd)
        client.send(b"\xfd")
        harkd.wait_read(client)
        self.restart(harkd)
        client.send(b"\x18o\n")
        self.assertEqual(client.socket.recv(3), b"\xff\xfc\x18")
        client.expect(b"250 ok #2")
        self.check_once(harkd, client, ("on", "lf"), ("two", "lf"))


class Timeouts(RestartTest):
    def test_count_from_before(self):
        harkd = self.start(config=f"idle_timeout = {SLOW}\npartial_timeout = {SLOW}\n"
                                  'framing = "line"\n')
        idle, half = self.greeted(harkd), self.greeted(harkd)
        for client in (idle, half):
            client.send(b"hello\n")
            client.expect(b"250 ok #1")
        began = time.monotonic()
        half.send(b"half")
        harkd.wait_read(half)
        time.sleep(0.6 * SLOW)
        self.restart(harkd)
        half.expect(b"250 ok #2")
        idle.expect_match(rb"421 .*idle.*")
        took = time.monotonic() - began
        self.assertGreaterEqual(took, 0.98 * SLOW)
        self.assertLess(took, 1.5 * SLOW)
        record = harkd.messages(half)[1]
        self.assertEqual((record["text"], record["end"]), ("half", "timeout"))


if __name__ == "__main__":
    unittest.main()
