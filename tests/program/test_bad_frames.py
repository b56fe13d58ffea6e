"""Frames that are invalid, too long, or never complete: what is recorded, and what the peer is
told."""

import signal
import struct
import unittest

from harness import ProgramTest
from wire import wire_of

COUNTED = 'framing = "counted"\nmax_message = 2000\n'
LENGTH = 'framing = "length"\nlength_bytes = 2\nmax_message = 2000\n'
STX_ETX = 'framing = "delimited"\nbegin = "\\u0002"\nend = "\\u0003"\n'

# Data that does not begin with a valid count.
BAD_COUNTS = (b"gamma is not counted", b" a", b"05 alpha", b"00 ", b"1234567890 a", b"-1 a",
              b"5\talpha", b"2001 a", b"999999999 a", b"<13>1 - w1 app", b"\xff\xfd\x06")


class FrameTest(ProgramTest):
    def start_with(self, settings, top=""):
        """A daemon whose one listener has these settings."""
        listener = '[[listener]]\naddress = "127.0.0.1:0"\n'
        return self.start(listen=(), config=top + listener + settings)

    def received(self, harkd, client):
        """The bytes and the end of each message, in parts or not."""
        parts = {}
        for record in harkd.messages(client):
            parts.setdefault(record["seq"], []).append(record)
        return [(b"".join(map(wire_of, message)), message[-1]["end"])
                for message in parts.values()]

    def closed(self, harkd, client):
        record = harkd.wait_closed(client)
        return record["reason"], record.get("discarded", 0)


class Headers(FrameTest):
    def check(self, settings, good, bad):
        """Sends a good frame, followed by bad bytes in the same read."""
        harkd = self.start_with(settings)
        for data in bad:
            with self.subTest(data[:20]):
                client = self.greeted(harkd)
                client.send(good + data)
                client.expect(b"250 ok #1", b"421 bad frame")
                client.eof()
                client.close()
                self.assertEqual(self.closed(harkd, client), ("frame", 0))
                self.assertEqual(self.received(harkd, client)[1:], [(data, "frame")])

    def test_counts(self):
        self.check(COUNTED, b"5 alpha", (*BAD_COUNTS, b"2001 " + b"x" * 3000))

    def test_lengths(self):
        self.check(LENGTH, b"\0\5alpha", (struct.pack(">H", 2001), b"\xff\xff" + b"y" * 2500))

    def test_the_longest_is_good(self):
        for settings, header in ((COUNTED, b"2000 "), (LENGTH, struct.pack(">H", 2000))):
            harkd = self.start_with(settings)
            client = self.greeted(harkd)
            client.send(header + b"z" * 2000)
            client.expect(b"250 ok #1")
            self.assertEqual(len(harkd.wait_messages(client, 1)), 2)

    def test_cut_at_each_byte(self):
        # The message is what was read by then; all that comes later is discarded.
        harkd = self.start_with(COUNTED)
        data = b"2 ok01 bad, and more"
        bad_from = 4
        for place in range(1, len(data)):
            client = self.greeted(harkd)
            client.send(data[:place])
            harkd.wait_read(client)
            client.send(data[place:])
            client.expect(b"250 ok #1", b"421 bad frame")
            client.eof()
            client.close()
            reason, discarded = self.closed(harkd, client)
            (_, _), (text, end) = self.received(harkd, client)
            # "01" is invalid as soon as its second digit is there.
            known = place if place > bad_from + 1 else len(data)
            self.assertEqual((reason, end, text, discarded),
                             ("frame", "frame", data[bad_from:known], len(data) - known), place)

    def test_behind_one_peers_bad_frame_others_go_on(self):
        harkd = self.start_with(COUNTED)
        other, client = self.greeted(harkd), self.greeted(harkd)
        client.send(b"x")
        client.expect(b"421 bad frame")
        other.send(b"2 ok")
        other.expect(b"250 ok #1")

    def test_acknowledges_none(self):
        harkd = self.start_with(COUNTED + 'replies = "ack"\n')
        client = self.connect(harkd)
        client.send(b"2 ok0 x")
        client.half_close()
        self.assertEqual(client.receive(), b"\6\6")  # the empty one, too
        client.eof()
        self.assertEqual(self.closed(harkd, client), ("frame", 0))


class NeverWhole(FrameTest):
    """partial_timeout ends a frame that stays incomplete."""

    TOP = "partial_timeout = 1\n"

    def test_counts_and_lengths(self):
        # Text without its end, and headers without theirs.
        cases = [(COUNTED, b"5 alp", b"alp"), (COUNTED, b"12", b"12"),
                 (LENGTH, b"\0\5alp", b"alp"),
                 (LENGTH, b"\0", b"\0"), (COUNTED, b"1500 " + b"w" * 1400, b"w" * 1400)]
        harkds = [self.start_with(settings, self.TOP) for settings, _, _ in cases]
        clients = [self.greeted(harkd) for harkd in harkds]
        for client, (_, data, _) in zip(clients, cases):
            client.send(data)
        for harkd, client, (_, data, text) in zip(harkds, clients, cases):
            with self.subTest(data[:20]):
                client.expect(b"421 bad frame")
                client.eof()
                client.close()
                self.assertEqual(self.closed(harkd, client), ("frame", 0))
                self.assertEqual(self.received(harkd, client), [(text, "frame")])

    def test_delimiters(self):
        # The rest of such a frame is outside of frames; neither gets an ACK.
        harkd = self.start_with(STX_ETX + 'replies = "ack"\n', self.TOP)
        client = self.connect(harkd)
        client.send(b"\2half")
        harkd.wait_messages(client, 1)
        client.send(b"rest\3\2whole\3")
        harkd.wait_messages(client, 3)
        client.half_close()
        self.assertEqual(client.receive(), b"\6")
        client.eof()
        self.assertEqual(self.received(harkd, client), [(b"half", "timeout"), (b"rest\3", "stray"),
                                                        (b"whole", "delimiter")])

    def test_lines(self):
        harkd = self.start_with('framing = "line"\nreplies = "ack"\n', self.TOP)
        client = self.connect(harkd)
        client.send(b"half")
        harkd.wait_messages(client, 1)
        client.send(b"\nwhole\n")
        client.half_close()
        # The line end belongs to the half frame, and gets no ACK, either.
        self.assertEqual(client.receive(), b"\6")
        client.eof()
        self.assertEqual(self.received(harkd, client), [(b"half", "timeout"), (b"whole", "lf")])


class Ends(FrameTest):
    def test_reset_flushes_what_has_come(self):
        cases = [(COUNTED, b"5 alp", b"alp"), (COUNTED, b"12", b"12"), (STX_ETX, b"\2alp", b"alp"),
                 (LENGTH, b"\0\5alp", b"alp")]
        for settings, data, text in cases:
            with self.subTest(data):
                harkd = self.start_with(settings)
                client = self.greeted(harkd)
                client.send(data)
                harkd.wait_read(client)
                client.reset()
                self.assertEqual(self.closed(harkd, client), ("reset", 0))
                self.assertEqual(self.received(harkd, client), [(text, "reset")])

    def test_a_stop_flushes_it_too(self):
        harkd = self.start_with(COUNTED)
        client = self.greeted(harkd)
        client.send(b"2 ok5 alp")
        client.expect(b"250 ok #1")
        harkd.send_signal(signal.SIGTERM)
        client.expect(b"250 ok #2", b"421 shutting down")
        client.eof()
        client.close()
        self.assertEqual(harkd.wait(), 0)
        self.assertEqual(self.received(harkd, client), [(b"ok", "counted"), (b"alp", "shutdown")])


if __name__ == "__main__":
    unittest.main()
