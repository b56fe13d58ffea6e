"""What timeouts may and may not do to an incomplete message."""

import time
import unittest

from harness import SLOW, ProgramTest


class LineFraming(ProgramTest):
    def test_quiet_after_a_possible_probe(self):
        harkd = self.start("--framing", "line", config="quiet_ms = 50\n")
        for first, rest, text in ((b"\x16", b"def\n", "\x16def"),
                                  (b"\x16\x03", b"def\n", "\x16\x03def"),
                                  (b"G", b"def\n", "Gdef"),
                                  (b"\0abc", b"def\n", "abcdef")):
            with self.subTest(first):
                client = self.greeted(harkd)
                client.send(first)
                harkd.wait_read(client)
                time.sleep(0.3)  # quiet_ms several times
                self.assertEqual(harkd.messages(client), [])
                client.send(rest)
                if first[:1] == b"\0":
                    client.expect(b"250 ok")
                client.expect(b"250 ok #1")
                client.half_close()
                client.eof()
                self.assertEqual([(r["text"], r["end"]) for r in harkd.wait_messages(client, 1)],
                                 [(text, "lf")])


class PartialTimeout(ProgramTest):
    WANTED = 3

    def test_holds_while_bytes_keep_coming(self):
        harkd = self.start("--framing", "line", config="partial_timeout = 0.5\n")
        client = self.greeted(harkd)
        begin = time.monotonic()
        sent = 0
        while len(harkd.messages(client)) < self.WANTED:
            client.send(b"x")
            sent += 1
            self.assertLess(time.monotonic() - begin, 6 * SLOW, harkd.story())
            time.sleep(0.05)
        took = time.monotonic() - begin
        client.half_close()
        client.expect(*(b"250 ok #%d" % number for number in range(1, self.WANTED + 1)))
        harkd.wait_closed(client)
        records = harkd.messages(client)
        self.assertEqual([r["end"] for r in records[:self.WANTED]], ["timeout"] * self.WANTED)
        self.assertGreaterEqual(took, 0.45 * self.WANTED)
        self.assertEqual("".join(r["text"] for r in records), "x" * sent)

    def test_holds_in_a_flood_without_an_end(self):
        # When the time is up, there is always something left to read.
        harkd = self.start("--framing", "line", config="partial_timeout = 0.05\n")
        client = self.greeted(harkd)
        block = b"x" * 1_000_000
        for _ in range(100):
            client.send(block)
        client.half_close()
        answers = client.rest()
        harkd.wait_closed(client)
        ends = [r["end"] for r in harkd.messages(client) if not r.get("more")]
        self.assertEqual(len(answers), len(ends))
        self.assertIn("timeout", ends)
        self.assertEqual(sum(r["bytes"] for r in harkd.messages(client)), 100 * len(block))


if __name__ == "__main__":
    unittest.main()
