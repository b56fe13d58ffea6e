"""Messages without a terminator: the quiet time, typing, scanners, lock-step clients."""

import time
import unittest

from harness import SLOW, ProgramTest


class Quiet(ProgramTest):
    def test_ends_a_message_of_a_chunk_peer(self):
        harkd = self.start()
        client = self.greeted(harkd)
        begin = time.monotonic()
        client.send(b"hello")
        client.expect(b"250 ok #1")
        self.assertGreaterEqual(time.monotonic() - begin, 0.095)
        record = harkd.wait_messages(client, 1)[0]
        self.assertEqual((record["text"], record["end"], record["bytes"]), ("hello", "quiet", 5))

    def test_is_thirty_times_as_long_for_a_line_peer(self):
        harkd = self.start(config="quiet_ms = 40\n")
        client = self.greeted(harkd)
        client.send(b"first\n")
        client.expect(b"250 ok #1")
        begin = time.monotonic()
        client.send(b"second")
        client.expect(b"250 ok #2")
        self.assertGreaterEqual(time.monotonic() - begin, 1.19)
        self.assertEqual(harkd.wait_messages(client, 2)[1]["end"], "quiet")

    def test_is_ten_times_as_long_while_typing(self):
        harkd = self.start(config="quiet_ms = 150\n")
        client = self.greeted(harkd)
        for character in "hé你o":
            client.send(character.encode())
            time.sleep(0.3)  # a slow typist, longer than one quiet time
        begin = time.monotonic()
        client.send(b"!")
        client.expect(b"250 ok #1")
        self.assertGreaterEqual(time.monotonic() - begin, 1.49)
        record = harkd.wait_messages(client, 1)[0]
        self.assertEqual((record["text"], record["end"]), ("hé你o!", "quiet"))

    def test_typed_line_is_one_message(self):
        harkd = self.start(config="quiet_ms = 150\n")
        client = self.greeted(harkd)
        for character in "hello\n":
            client.send(character.encode())
            time.sleep(0.2)
        client.expect(b"250 ok #1")
        record = harkd.wait_messages(client, 1)[0]
        self.assertEqual((record["text"], record["end"]), ("hello", "lf"))

    def test_is_half_after_two_whole_tails(self):
        quiet = 1.0 * SLOW
        harkd = self.start(config=f"quiet_ms = {int(quiet * 1000)}\n")
        client = self.greeted(harkd)
        took = []
        for number in range(1, 4):
            begin = time.monotonic()
            client.send(b"chunk")
            client.expect(b"250 ok #%d" % number)
            took.append(time.monotonic() - begin)
        self.assertGreaterEqual(min(took[:2]), 0.99 * quiet)
        self.assertGreaterEqual(took[2], 0.49 * quiet)
        self.assertLess(took[2], 0.95 * quiet)

    def test_restarts_with_every_byte(self):
        harkd = self.start(config="quiet_ms = 1000\n")
        client = self.greeted(harkd)
        for part in (b"one ", b"two ", b"three"):
            client.send(part)
            time.sleep(0.4)
        client.expect(b"250 ok #1")
        self.assertEqual(harkd.wait_messages(client, 1)[0]["text"], "one two three")


class LateTerminator(ProgramTest):
    def late(self, terminator):
        harkd = self.start(config="quiet_ms = 200\n")
        client = self.greeted(harkd)
        client.send(b"hello")
        client.expect(b"250 ok #1")
        for byte in terminator:
            client.send(bytes([byte]))
            harkd.wait_read(client)
        client.send(b"next\n")
        client.expect(b"250 ok #2")
        records = harkd.wait_messages(client, 2)
        self.assertEqual([(r["text"], r["end"]) for r in records],
                         [("hello", "quiet"), ("next", "lf")])

    def test_line_feed_belongs_to_the_tail(self):
        self.late(b"\n")

    def test_carriage_return_line_feed_belongs_to_the_tail(self):
        self.late(b"\r\n")

    def test_nul_belongs_to_the_tail(self):
        self.late(b"\0")

    def test_followed_by_text(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"hello")
        client.expect(b"250 ok #1")
        client.send(b"\nworld\n\n")
        client.expect(b"250 ok #2", b"250 ok")
        self.assertEqual([r["text"] for r in harkd.wait_messages(client, 2)], ["hello", "world"])

    def test_300_ms_after_the_text(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"hello")
        time.sleep(0.3)
        client.send(b"\n")
        client.expect(b"250 ok #1")
        client.silent(0.5)
        record = harkd.wait_messages(client, 1)[0]
        self.assertEqual((record["text"], record["end"]), ("hello", "quiet"))


class Scanner(ProgramTest):
    def test_terminates_with_carriage_return(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"4006381333931\r")
        client.expect(b"250 ok #1")
        client.send(b"5901234123457\r")
        client.expect(b"250 ok #2")
        client.send(b"A\rB\r")
        client.expect(b"250 ok #3", b"250 ok #4")
        records = harkd.wait_messages(client, 4)
        self.assertEqual([(r["text"], r["end"], r["bytes"]) for r in records],
                         [("4006381333931", "cr", 13), ("5901234123457", "cr", 13),
                          ("A", "cr", 1), ("B", "cr", 1)])

    def test_line_peers_keep_their_carriage_returns(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"first\n")
        client.expect(b"250 ok #1")
        client.send(b"a\rb\n")
        client.expect(b"250 ok #2")
        self.assertEqual(harkd.wait_messages(client, 2)[1]["text"], "a\rb")


class LockStep(ProgramTest):
    """recv(1024), print, input, send without a terminator, repeat: the client of many tutorials."""

    def converse(self, texts, charset):
        harkd = self.start(config="quiet_ms = 30\n")
        client = self.connect(harkd)
        self.assertRegex(client.receive(), rb"^220 [^\r\n]*\r\n$")
        for number, text in enumerate(texts, 1):
            client.send(text.encode(charset))
            # One recv returns the complete reply and nothing else.
            self.assertEqual(client.receive(), b"250 ok #%d\r\n" % number)
        client.send(b"bye")
        self.assertEqual(client.receive(), b"221 bye, %d messages\r\n" % len(texts))
        self.assertEqual(client.receive(), b"")
        records = harkd.wait_messages(client, len(texts))
        self.assertEqual([r["text"] for r in records], list(texts))
        self.assertEqual({r["end"] for r in records}, {"quiet"})
        return records

    def test_utf8(self):
        records = self.converse(("你好", "系统已停止", "x", "今天的状态如何？", "ok"), "utf-8")
        self.assertEqual({r["charset"] for r in records}, {"utf-8"})

    def test_gbk(self):
        records = self.converse(("你好", "系统", "停止", "状态", "再见，世界"), "gbk")
        self.assertEqual({r["charset"] for r in records}, {"gb18030"})

    def test_several_lines_get_their_replies_together(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"first")
        self.assertEqual(client.receive(), b"250 ok #1\r\n")
        client.send(b"one\ntwo\nthree")
        # All replies of the burst arrive together, after its tail was taken.
        self.assertEqual(client.receive(), b"250 ok #2\r\n250 ok #3\r\n250 ok #4\r\n")
        self.assertEqual([r["text"] for r in harkd.wait_messages(client, 4)],
                         ["first", "one", "two", "three"])

    def test_replies_of_a_line_peer_never_wait(self):
        harkd = self.start(config="quiet_ms = 60000\n")
        client = self.greeted(harkd)
        client.send(b"first\n")
        client.expect(b"250 ok #1")
        client.send(b"one\ntwo\nthr")
        client.expect(b"250 ok #2", b"250 ok #3")
        client.send(b"ee\n")
        client.expect(b"250 ok #4")
        self.assertEqual(harkd.wait_messages(client, 4)[3]["text"], "three")


if __name__ == "__main__":
    unittest.main()
