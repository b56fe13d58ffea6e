"""hark send with misbehaving servers."""

import re
import signal
import socket
import struct
import subprocess
import threading
import unittest

from client import SLOW
from sending import FLAT_KIB, WAIT, SendTest, agree, memory_kib


class Silent(SendTest):
    def test_never_speaks(self):
        server = self.serve()
        process = self.begin(server.port, "--timeout", "0.3", "one", "two")
        server.accept()
        self.assertEqual(self.finish(process),
                         (3, "", f"hark: 127.0.0.1:{server.port} acknowledged nothing for 0.3 s; "
                                 "not acknowledged: messages 1; messages after 1 were not sent\n"
                                 "hark: it has sent nothing, not even a greeting: its listener may "
                                 "have replies = \"none\"\n"))
        self.assertEqual(server.rest(), b"one\n")

    def test_greets_and_says_no_more(self):
        server = self.serve()
        process = self.begin(server.port, "--timeout", "0.3", "one")
        server.accept().send(b"220 ready\r\n")
        status, _, errors = self.finish(process)
        self.assertEqual(status, 3)
        self.assertIn("not acknowledged: messages 1\nhark: its log may be paused, or", errors)
        self.assertEqual(server.rest(), b"one\n")

    def test_answers_with_something_else(self):
        server = self.serve()
        process = self.begin(server.port, "--timeout", "0.3", "one")
        server.accept().send(b"+\x1b[2J\xff")
        status, _, errors = self.finish(process)
        self.assertEqual(status, 3)
        self.assertTrue(errors.endswith("hark: what it sent is not a reply that hark knows: "
                                        "+\\x1b[2J\ufffd\n"), errors)

    def test_input_that_has_ended_is_no_unsent_line(self):
        server = self.serve()
        process = self.begin(server.port, "--timeout", "0.3")
        server.accept()
        _, _, errors = self.finish(process, b"one\n\n")
        self.assertIn("0.3 s; not acknowledged: lines 1\n", errors)

    def test_sends_no_greeting_but_replies(self):
        server = self.serve()
        process = self.begin(server.port, "one")
        server.accept()
        self.assertEqual(server.line(), b"one")
        server.send(b"250 ok #1\r\n")
        self.assertEqual(server.line(), b"bye")
        server.hang_up()
        self.assertEqual(self.finish(process), (0, "", ""))

    def test_does_not_answer_bye(self):
        server = self.serve()
        process = self.begin(server.port, "one")
        server.accept().send(b"250 ok #1\r\n")
        self.assertEqual(self.finish(process), (0, "", ""))

    def test_stops_answering(self):
        server = self.serve()
        process = self.begin(server.port, "--timeout", "0.3", "--window", "4")
        server.accept()
        process.stdin.write(b"1\n\n3\n4\n5\n6\n7\n")
        process.stdin.flush()
        agree(server, second=b"3")
        for text in (b"4", b"5", b"6", b"7"):
            self.assertEqual(server.line(), text)
        server.send(b"250 ok #4\r\n")
        status, _, errors = self.ended(process)
        self.assertEqual(status, 3)
        self.assertIn("0.3 s; not acknowledged: lines 4, 6-7; lines after 7 were not sent\n",
                      errors)

    def test_reads_everything_and_acknowledges_nothing(self):
        server = self.serve()
        process = self.begin_endless(server.port, "--timeout", "0.5")
        agree(server.accept(), b"y", b"y")
        reader = threading.Thread(target=server.rest, daemon=True)
        reader.start()
        self.addCleanup(reader.join)
        status, _, errors = self.finish(process)
        self.assertEqual(status, 3)
        self.assertIn("; not acknowledged: lines 3-65538; lines after 65538 were not sent\n", errors)

    def test_never_reads(self):
        server = self.serve()
        line = "x" * 1000
        process = self.begin_endless(server.port, "--timeout", "1", line=line)
        agree(server.accept(), line.encode(), line.encode())
        status, _, errors = self.finish(process)
        self.assertEqual(status, 3)
        self.assertRegex(errors, r"; not acknowledged: lines 3-\d+; lines after \d+ were not sent\n$")

    def test_slow_input_is_not_a_timeout(self):
        server = self.serve()
        process = self.begin(server.port, "--timeout", "0.2")
        server.accept()
        for number in range(1, 4):
            with self.assertRaises(subprocess.TimeoutExpired):
                process.wait(0.3)  # longer than the timeout, with nothing to be acknowledged
            process.stdin.write(b"x\n")
            process.stdin.flush()
            self.assertEqual(server.line(), b"x")
            server.send(b"250 ok #%d\r\n" % number)
        process.stdin.close()
        process.stdin = None
        self.assertEqual(server.line(), b"bye")
        server.hang_up()
        self.assertEqual(self.finish(process), (0, "", ""))


class Ending(SendTest):
    def test_closes_at_once(self):
        server = self.serve()
        process = self.begin(server.port)
        server.accept().hang_up()
        status, output, errors = self.ended(process)
        self.assertEqual((status, output), (3, ""))
        self.assertEqual(errors, f"hark: 127.0.0.1:{server.port} closed the connection; "
                                 "nothing was sent\n")

    def test_closes_in_between(self):
        server = self.serve()
        process = self.begin(server.port, "a", "b", "c", "d", "e")
        agree(server.accept(), b"a", b"b")
        self.assertEqual([server.line() for _ in range(3)], [b"c", b"d", b"e"])
        server.send(b"250 ok #3\r\n250 ok #")
        server.hang_up()
        status, _, errors = self.finish(process)
        self.assertEqual(status, 3)
        self.assertTrue(errors.endswith("closed the connection; not acknowledged: messages 4-5\n"),
                        errors)

    def test_half_closes(self):
        server = self.serve()
        process = self.begin(server.port)
        server.accept()
        process.stdin.write(b"a\n")
        process.stdin.flush()
        self.assertEqual(server.line(), b"a")
        server.socket.shutdown(socket.SHUT_WR)
        status, _, errors = self.ended(process)
        self.assertEqual(status, 3)
        self.assertIn("closed the connection; not acknowledged: lines 1", errors)

    def test_resets(self):
        server = self.serve()
        process = self.begin(server.port, "a", "b")
        server.accept()
        server.line()
        server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        server.hang_up()
        status, _, errors = self.finish(process)
        self.assertEqual(status, 3)
        self.assertRegex(errors, r"^hark: the connection to \S+ is lost: Connection reset by peer; "
                                 r"not acknowledged: messages 1; messages after 1 were not sent\n$")

    def test_refuses_instead_of_a_greeting(self):
        server = self.serve()
        process = self.begin(server.port, "a")
        server.accept().send(b"421 too many connections\r\n")
        server.hang_up()
        self.assertEqual(self.finish(process),
                         (1, "", f"hark: 127.0.0.1:{server.port} ended the connection: "
                                 "too many connections; not acknowledged: messages 1\n"))

    def test_the_farewell_is_read_although_sending_fails(self):
        server = self.serve()
        process = self.begin_endless(server.port)
        agree(server.accept(), b"y", b"y")
        self.assertEqual(server.line(), b"y")
        server.send(b"421 kicked\r\n")
        server.hang_up()  # with much unread input: a reset
        status, _, errors = self.finish(process)
        self.assertEqual(status, 1)
        self.assertIn("ended the connection: kicked; not acknowledged: lines 3-", errors)

    def test_messages_not_stored_are_reported_exactly(self):
        server = self.serve()
        process = self.begin(server.port)
        process.stdin.write(b"1\n\n3\n4\n5\n6\n")
        process.stdin.flush()
        agree(server.accept(), second=b"3")
        for text in (b"4", b"5", b"6"):
            self.assertEqual(server.line(), text)
        server.send(b"451 not stored #3-4: disk full\r\n421 shutting down\r\n")
        status, _, errors = self.ended(process)
        self.assertEqual(status, 1)
        self.assertRegex(errors, r"^hark: not stored, lines 4-5: disk full\n"
                                 r"hark: \S+ ended the connection: shutting down; "
                                 r"not acknowledged: lines 6; lines after 6 were not sent\n$")


class Hostile(SendTest):
    def flood(self, server, chunk):
        """Sends endlessly to the client that connects."""
        def run():
            try:
                server.accept()
                while True:
                    server.send(chunk)
            except OSError:
                pass
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.addCleanup(thread.join, WAIT)

    def test_floods(self):
        for chunk in (b"x" * 65536, b"\n" * 65536, b"spam and ham\r\n" * 5000, b"\0" * 65536,
                      b"250 ok #999999999\r\n" * 3000):
            with self.subTest(chunk=chunk[:20]):
                server = self.serve()
                self.flood(server, chunk)
                process = self.begin(server.port, "--timeout", str(1 * SLOW), "one")
                status, output, errors = self.finish(process)
                self.assertEqual((status, output), (3, ""))
                self.assertLess(len(errors), 100_000)
                self.assertIn("not acknowledged: messages 1\n", errors)
                server.close()

    def test_floods_of_answers(self):
        """Surplus replies to a message are never ignored."""
        for chunk, errors in ((b"250 ok\r\n" * 8000, r"^hark: not stored, messages 1: it was treated as "
                                                     r"an empty line\n$"),
                              (b"\x06" * 65536, r"^hark: \S+ recorded \d+ messages for the 1 sent"),
                              (b"\x15" * 65536, r"^hark: not stored, messages 1: the listener "
                                                r"sent NAK\n")):
            with self.subTest(chunk=chunk[:20]):
                server = self.serve()
                self.flood(server, chunk)
                process = self.begin(server.port, "one")
                status, output, reported = self.finish(process)
                self.assertEqual((status, output), (1, ""))
                self.assertRegex(reported, errors)
                server.close()

    def test_a_message_that_was_cut(self):
        """Where each read is a message, the server may count more of them than were sent."""
        server = self.serve()
        process = self.begin(server.port, "one", "two")
        self.assertEqual(server.accept().line(), b"one")
        server.send(b"250 ok #1\r\n250 ok #2\r\n")
        self.assertEqual(server.line(), b"two")
        server.send(b"250 ok #3\r\n")
        self.assertEqual(server.line(), b"bye")
        server.send(b"221 bye, 4 messages\r\n")
        status, _, errors = self.finish(process)
        self.assertEqual(status, 1)
        self.assertRegex(errors, r"^hark: \S+ recorded 4 messages for the 2 sent: ")

    def test_floods_in_bounded_memory(self):
        server = self.serve()
        self.flood(server, b"x" * 65536)
        process = self.begin(server.port, "--json", "--timeout", "0", "one")
        process.stdout.read(1 << 20)
        early = memory_kib(process)
        process.stdout.read(30 << 20)
        self.assertLess(memory_kib(process), early + FLAT_KIB)
        process.send_signal(signal.SIGINT)
        process.stdout.close()
        process.stdout = None
        self.assertEqual(self.finish(process)[0], 130)

    def test_unread_output_only_pauses_reading(self):
        # A slow reader holds up the replies, without a timeout and without using memory.
        server = self.serve()
        process = self.begin(server.port, "--verbose", "--timeout", "0.3", "one")
        server.accept()
        server.socket.setblocking(False)
        line = b"* operator: " + b"x" * 300 + b"\r\n"
        sent = 0
        while True:
            try:
                sent += server.socket.send(line)
            except BlockingIOError:
                with self.assertRaises(subprocess.TimeoutExpired):
                    process.wait(0.5)
                break
        server.socket.setblocking(True)
        self.assertLess(memory_kib(process), 16 * 1024 + FLAT_KIB)
        output = []
        reader = threading.Thread(target=lambda: output.append(process.stdout.read()), daemon=True)
        reader.start()
        server.send(b"\r\n250 ok #1\r\n221 bye\r\n")
        self.assertEqual(process.wait(WAIT), 0)
        reader.join(WAIT)
        self.assertTrue(output[0].endswith(b"250 ok #1\n221 bye\n"), output[0][-100:])

    def test_escapes(self):
        server = self.serve()
        process = self.begin(server.port, "--verbose", "one")
        server.accept().send("220 \x1b[2J\x1b]0;title\x07\u202eevil\u200b\r x\x9b\x7f\r\n"
                             .encode())
        server.send(b"* operator: \xd6\xd0\xce\xc4 in GBK\r\n250 ok #1\r\n221 bye\r\n")
        status, output, errors = self.finish(process)
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(output.splitlines(), [
            r"220 \x1b[2J\x1b]0;title\x07\u202eevil\u200b\r x\u009b\x7f",
            "* operator: 中文 in GBK", "250 ok #1", "221 bye"])

    def test_escapes_in_error_messages(self):
        server = self.serve()
        process = self.begin(server.port, "one")
        server.accept().send(b"\x1b[31mwho are you\n421 \x1b]0;evil\x07\r\n")
        status, output, errors = self.finish(process)
        self.assertEqual((status, output), (1, ""))
        self.assertFalse(re.search(r"[\x00-\x09\x0b-\x1f\x7f]", errors), errors)
        self.assertIn(r"not a reply from harkd: \x1b[31mwho are you", errors)
        self.assertIn(r"ended the connection: \x1b]0;evil\x07", errors)

    def test_acknowledges_messages_never_sent(self):
        server = self.serve()
        process = self.begin(server.port, "--timeout", "0.3", "one", "two")
        server.accept().send(b"250 ok #2-18446744073709551615\r\n250 ok #3-4\r\n250 ok #0\r\n")
        status, _, errors = self.finish(process)
        self.assertEqual(status, 3)
        self.assertIn("; not acknowledged: messages 1; messages after 1 were not sent\n", errors)

    def test_replies_in_pieces(self):
        server = self.serve()
        process = self.begin(server.port, "--timeout", "0.5", *("x" for _ in range(17)))
        agree(server.accept(), b"x", b"x")
        server.send(b"250 ok #3")
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(0.3)
        server.send(b"-17\r\n221 bye\r\n")
        self.assertEqual(self.finish(process), (0, "", ""))


if __name__ == "__main__":
    unittest.main()
