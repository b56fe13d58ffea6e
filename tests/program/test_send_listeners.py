"""hark send with a listener of each kind: what is a message, and what is a reply."""

import json
import socket
import threading
import unittest

from sending import SendTest

ALOUD = r"hark: \S+ records each read as one message \(framing = \"chunk\"\)"


class ListenerTest(SendTest):
    def texts(self, harkd):
        """The texts of the messages, with their parts joined, once the conversation is over."""
        harkd.wait_record("closed")
        texts = {}
        for record in harkd.messages():
            texts[record["seq"]] = texts.get(record["seq"], "") + record["text"]
        return list(texts.values())


class Chunks(ListenerTest):
    def test_messages_stay_apart(self):
        for count in range(1, 8):
            with self.subTest(count=count):
                harkd = self.listen(framing="chunk")
                sent = [f"message {number}" for number in range(count)]
                status, output, errors = self.send(harkd.port, *sent)
                self.assertEqual((status, output), (0, ""))
                self.assertEqual(self.texts(harkd), sent)
                # The reply to the third message reveals the framing; that matters only if more
                # messages follow.
                self.assertRegex(errors, "^" + ALOUD + ".*\n$" if count > 3 else "^$")

    def test_from_a_file(self):
        harkd = self.listen(framing="chunk")
        sent = [f"line {number}" for number in range(500)]
        status, _, errors = self.send(harkd.port, "--quiet", text="\n".join(sent).encode())
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(self.texts(harkd), sent)

    def test_any_text(self):
        """Empty messages, those that would end the conversation, long ones and requests."""
        sent = ["GET / HTTP/1.1", "", "bye", "\\bye", "x" * 5000, "你好", " ", "y" * 1024, "a\rb"]
        for first in range(len(sent)):
            with self.subTest(first=sent[first][:20]):
                harkd = self.listen(framing="chunk")
                turned = sent[first:] + sent[:first]
                status, _, errors = self.send(harkd.port, "--quiet", "--", *turned)
                self.assertEqual((status, errors), (0, ""))
                self.assertEqual(self.texts(harkd), [text for text in turned if text])

    def test_a_message_of_which_nothing_is_left(self):
        harkd = self.listen(framing="chunk")
        status, _, errors = self.send(harkd.port, "--quiet", text=b"one\n\r\r\nthree\nfour\n")
        self.assertEqual((status, errors), (1, "hark: not stored, lines 2: it was treated as an "
                                               "empty line\n"))
        self.assertEqual(self.texts(harkd), ["one", "three", "four"])

    def test_json(self):
        harkd = self.listen(framing="chunk")
        status, output, errors = self.send(harkd.port, "--json", "a", "b", "c", "d")
        self.assertEqual((status, errors), (0, ""))
        replies = [json.loads(line) for line in output.splitlines()]
        self.assertEqual([each.get("framing") for each in replies],
                         [None, None, None, "chunk", None, None])

    def test_longer_than_a_read(self):
        """It cannot be one message there, and hark says so."""
        harkd = self.listen(framing="chunk")
        status, _, errors = self.send(harkd.port, "x" * 100_000)
        self.assertEqual(status, 1)
        self.assertRegex(errors, r"^hark: \S+ recorded \d+ messages for the 1 sent: ")

    def test_a_window_of_one_does_not_ask(self):
        harkd = self.listen(framing="auto")
        status, output, _ = self.send(harkd.port, "--window", "1", "--verbose", *"abcdef")
        self.assertEqual(status, 0)
        self.assertNotIn("250 ok\n", output)

    def test_two_messages_do_not_ask(self):
        harkd = self.listen(framing="auto")
        self.assertNotIn("250 ok\n", self.send(harkd.port, "--verbose", "a", "b")[1])


class Relay(threading.Thread):
    """Relays between one client and harkd; what the client says, byte by byte."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.server = socket.create_connection(("127.0.0.1", port))
        self.server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.start()

    def run(self):
        client, _ = self.listener.accept()
        back = threading.Thread(target=self.copy, args=(self.server, client, 65536), daemon=True)
        back.start()
        self.copy(client, self.server, 1)
        back.join()
        for each in (client, self.server, self.listener):
            each.close()

    @staticmethod
    def copy(source, sink, size):
        try:
            while data := source.recv(size):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Cut(ListenerTest):
    def test_byte_by_byte(self):
        """A listener with framing line is recognized, however its input is cut."""
        harkd = self.listen(framing="line")
        relay = Relay(harkd.port)
        self.addCleanup(relay.join)
        sent = [f"message {number}" for number in range(50)]
        self.assertEqual(self.send(relay.port, *sent), (0, "", ""))
        self.assertEqual(self.texts(harkd), sent)


class Bytes(ListenerTest):
    def test_each_is_acknowledged(self):
        for framing in ("auto", "line", "chunk"):
            with self.subTest(framing=framing):
                harkd = self.listen(replies="ack", framing=framing)
                sent = ["GET / HTTP/1.1", "two", "", "bye", "x" * 5000]
                self.assertEqual(self.send(harkd.port, *sent), (0, "", ""))
                self.assertEqual(self.texts(harkd), [text for text in sent if text])
                # `bye` would have been a message.
                self.assertEqual(harkd.wait_record("closed")["reason"], "eof")

    def test_what_is_printed(self):
        harkd = self.listen(replies="ack")
        self.assertEqual(self.send(harkd.port, "--verbose", "a", "b"), (0, "ACK\nACK\n", ""))
        self.assertEqual(self.send(harkd.port, "--json", "a", "b")[1],
                         '{"text":"\\u0006","first":1,"last":1}\n'
                         '{"text":"\\u0006","first":2,"last":2}\n')

    def test_refused(self):
        harkd = self.listen(replies="ack")
        process = self.begin(harkd.port)
        process.stdin.write(b"one\n")
        process.stdin.flush()
        harkd.wait_record("message")
        harkd.limit_log(0)
        process.stdin.write(b"two\nthree\n")
        process.stdin.flush()
        harkd.wait_for(lambda: "does not take records" in harkd.stderr(), what="the pause")
        self.assertEqual(harkd.stop(), 1)
        status, _, errors = self.ended(process)
        self.assertRegex(errors, r"^hark: not stored, lines 2: the listener sent NAK\n"
                                 r"hark: \S+ closed the connection; ")
        self.assertEqual(status, 3)

    def test_bytes_that_hark_does_not_know(self):
        harkd = self.listen(replies="ack", ack="OK")
        status, output, errors = self.send(harkd.port, "--timeout", "0.5", "a", "b")
        self.assertEqual((status, output), (3, ""))
        self.assertRegex(errors, r"^hark: \S+ acknowledged nothing for 0.5 s; not acknowledged: "
                                 r"messages 1; messages after 1 were not sent\n"
                                 r"hark: what it sent is not a reply that hark knows: OK\n$")

    def test_no_input(self):
        harkd = self.listen(replies="ack")
        self.assertEqual(self.send(harkd.port), (0, "", ""))
        self.assertEqual(self.texts(harkd), [])


class Silent(ListenerTest):
    def test_no_replies(self):
        harkd = self.listen(replies="none")
        status, output, errors = self.send(harkd.port, "--timeout", "0.5", "a")
        self.assertEqual((status, output), (3, ""))
        self.assertRegex(errors, r"^hark: \S+ acknowledged nothing for 0.5 s; not acknowledged: "
                                 r"messages 1\nhark: it has sent nothing, not even a greeting: "
                                 r"its listener may have replies = \"none\"\n$")
        self.assertEqual(self.texts(harkd), ["a"])

    def test_no_greeting(self):
        harkd = self.listen(greeting="")
        self.assertEqual(self.send(harkd.port, *"abcdef"), (0, "", ""))
        self.assertEqual(self.texts(harkd), list("abcdef"))
        self.assertEqual(harkd.wait_record("closed")["reason"], "bye")


class Frames(ListenerTest):
    def refused(self, text, **settings):
        harkd = self.listen(**settings)
        status, _, errors = self.send(harkd.port, "--timeout", "0.5", text)
        self.assertEqual(status, 1)
        self.assertRegex(errors, r"^hark: \S+ ended the connection: bad frame; not acknowledged: "
                                 r"messages 1\nhark: its listener has framing = .*, which hark "
                                 r"send does not support: use one with framing auto, line or "
                                 r"chunk\n$")

    def unanswered(self, text, **settings):
        harkd = self.listen(**settings)
        status, _, errors = self.send(harkd.port, "--timeout", "0.5", text)
        self.assertEqual(status, 3)
        self.assertRegex(errors, r"^hark: \S+ acknowledged nothing for 0.5 s; not acknowledged: "
                                 r"messages 1\nhark: its log may be paused, or its listener may "
                                 r"have framing = .*, which hark send does not support\n$")

    def test_counted(self):
        self.refused("hello", framing="counted")

    def test_length(self):
        self.refused("hello", framing="length")
        self.unanswered("a", framing="length")

    def test_delimited(self):
        self.unanswered("hello", framing="delimited", end="\u0003")

    def test_frames_made_by_hand(self):
        """Messages that are frames already can be sent, even several."""
        harkd = self.listen(framing="counted")
        self.assertEqual(self.send(harkd.port, "--quiet", "3 one", "3 two", "5 three", "4 four"),
                         (0, "", ""))
        # The last thing that harkd gets is `bye`, which is not a frame.
        self.assertEqual(self.texts(harkd)[:4], ["one", "two", "three", "four"])
        harkd = self.listen(framing="delimited", begin="\u0002", end="\u0003")
        self.assertEqual(self.send(harkd.port, "--quiet", text=b"\2a\3\n\2b\3\n\2c\3\n\2d\3\n"),
                         (0, "", ""))
        self.assertEqual(self.texts(harkd)[:4], ["a", "b", "c", "d"])


if __name__ == "__main__":
    unittest.main()
