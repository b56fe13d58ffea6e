"""Explicit ends of messages: terminators, the end of the stream, timeouts."""

import time
import unittest

from harness import ProgramTest


class Terminators(ProgramTest):
    def check(self, data, expected, *arguments):
        """`data` in one send results in `expected`: (text, end) pairs, and "" for an empty line."""
        harkd = self.start(*arguments)
        client = self.greeted(harkd)
        client.send(data)
        number = 0
        for text, _ in expected:
            number += bool(text)
            client.expect(b"250 ok #%d" % number if text else b"250 ok")
        recorded = [(text, end) for text, end in expected if text]
        self.assertEqual([(r["text"], r["end"]) for r in harkd.wait_messages(client, number)],
                         recorded)
        client.silent(0.2)

    def test_line_feed(self):
        self.check(b"a\nb\n\nc\n", [("a", "lf"), ("b", "lf"), ("", ""), ("c", "lf")])

    def test_carriage_return_line_feed(self):
        self.check(b"a\r\nb\r\n\r\nc\r\n", [("a", "lf"), ("b", "lf"), ("", ""), ("c", "lf")])

    def test_run_of_nul_is_one_terminator(self):
        self.check(b"a\0b\0\0\0c\0", [("a", "nul"), ("b", "nul"), ("c", "nul")])

    def test_carriage_return_inside_is_text(self):
        self.check(b"a\rb\nc\n", [("a\rb", "lf"), ("c", "lf")])

    def test_control_characters_are_text(self):
        self.check(b"a\tb\x1b[0m\n", [("a\tb\x1b[0m", "lf")])

    def test_leading_digits_are_text(self):
        self.check(b"12 hello\n5 a\n", [("12 hello", "lf"), ("5 a", "lf")])

    def test_carriage_return_nul_is_one_terminator(self):
        self.pair(b"\r\0")

    def test_line_feed_nul_is_one_terminator(self):
        self.pair(b"\n\0")

    def pair(self, terminator):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"a" + terminator + b"b" + terminator)
        client.expect(b"250 ok #1", b"250 ok #2")
        records = harkd.wait_messages(client, 2)
        self.assertEqual([(r["text"], r["bytes"]) for r in records], [("a", 1), ("b", 1)])
        self.assertTrue(all(r["end"] in ("lf", "nul") for r in records))
        client.silent(0.2)

    def test_terminators_split_across_reads(self):
        # A listener with line framing, so that the quiet time does not matter.
        harkd = self.start("--framing", "line")
        for terminator in (b"\r\n", b"\r\0", b"\n\0", b"\0\0"):
            client = self.greeted(harkd)
            client.send(b"a" + terminator[:1])
            harkd.wait_read(client)
            client.send(terminator[1:])
            harkd.wait_read(client)
            client.send(b"b\n")
            client.expect(b"250 ok #1", b"250 ok #2")
            self.assertEqual([r["text"] for r in harkd.wait_messages(client, 2)], ["a", "b"])

    def test_message_split_at_every_byte(self):
        harkd = self.start("--framing", "line")
        client = self.greeted(harkd)
        for number in range(1, 4):
            for byte in b"hello\r\n":
                client.send(bytes([byte]))
                harkd.wait_read(client)
            client.expect(b"250 ok #%d" % number)
        self.assertEqual([r["text"] for r in harkd.wait_messages(client, 3)], ["hello"] * 3)


class Ends(ProgramTest):
    def test_half_close_flushes_and_is_answered(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"one\ntwo")
        client.half_close()
        client.expect(b"250 ok #1", b"250 ok #2")
        client.eof()
        self.assertEqual([(r["text"], r["end"]) for r in harkd.wait_messages(client, 2)],
                         [("one", "lf"), ("two", "eof")])
        self.assertEqual(harkd.wait_closed(client)["reason"], "eof")

    def test_reset_loses_no_input(self):
        harkd = self.start()
        for text in (b"one\ntwo", b"one\ntwo\n"):
            client = self.greeted(harkd)
            client.send(text)
            client.reset()
            records = harkd.wait_messages(client, 2)
            self.assertEqual([r["text"] for r in records], ["one", "two"])
            self.assertIn(records[1]["end"], ("lf",) if text[-1:] == b"\n" else ("reset", "eof"))
            closed = harkd.wait_closed(client)
            self.assertEqual((closed["reason"], closed["messages"]), ("reset", 2))

    def test_reset_before_the_greeting_is_read(self):
        harkd = self.start()
        for _ in range(10):
            client = self.connect(harkd)
            client.send(b"hit and run")
            client.reset()
            record = harkd.wait_messages(client, 1)[0]
            self.assertEqual(record["text"], "hit and run")
            self.assertIn(record["end"], ("reset", "eof"))
            self.assertEqual(harkd.wait_closed(client)["reason"], "reset")

    def test_partial_timeout(self):
        harkd = self.start("--framing", "line", config="partial_timeout = 1\n")
        client = self.greeted(harkd)
        begin = time.monotonic()
        client.send(b"never")
        harkd.wait_read(client)
        client.send(b" ended")
        client.expect(b"250 ok #1")
        self.assertGreaterEqual(time.monotonic() - begin, 0.95)
        record = harkd.wait_messages(client, 1)[0]
        self.assertEqual((record["text"], record["end"]), ("never ended", "timeout"))
        client.send(b"next\n")
        client.expect(b"250 ok #2")
        self.assertEqual(harkd.wait_messages(client, 2)[1]["text"], "next")


class Modes(ProgramTest):
    def test_line_waits_for_the_terminator(self):
        harkd = self.start("--framing", "line", config="quiet_ms = 20\n")
        client = self.greeted(harkd)
        client.send(b"hel")
        client.silent(0.5)
        client.send(b"lo\n")
        client.expect(b"250 ok #1")
        record = harkd.wait_messages(client, 1)[0]
        self.assertEqual((record["text"], record["end"]), ("hello", "lf"))

    def test_chunk_takes_each_read_as_a_message(self):
        harkd = self.start("--framing", "chunk")
        client = self.greeted(harkd)
        chunks = (b"plain", b"a\nb", b"trimmed\r\n", b"also\0", "你".encode())
        for number, data in enumerate(chunks, 1):
            client.send(data)
            client.expect(b"250 ok #%d" % number)
        records = harkd.wait_messages(client, 5)
        self.assertEqual([r["text"] for r in records], ["plain", "a\nb", "trimmed", "also", "你"])
        self.assertEqual({r["end"] for r in records}, {"chunk"})
        client.send(b"bye")
        client.expect_match(b"221 bye, 5 messages")

    def test_chunk_of_terminators_is_an_empty_message(self):
        harkd = self.start("--framing", "chunk")
        client = self.greeted(harkd)
        client.send(b"\r\n")
        client.expect(b"250 ok")
        client.send(b"text")
        client.expect(b"250 ok #1")


if __name__ == "__main__":
    unittest.main()
