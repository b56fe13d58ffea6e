"""hark talk with a listener of each kind, by a person and through a pipe."""

import signal
import unittest

from client import WAIT
from talking import TalkTest

BYTES = "hark: this listener acknowledges each line with a byte, \\x06"
SILENT = "hark: no answer, not even a greeting: this listener may have replies = \"none\""


class ListenerTest(TalkTest):
    def texts(self, harkd):
        return [record["text"] for record in harkd.messages()]


class Bytes(ListenerTest):
    def test_a_person(self):
        harkd = self.listen(replies="ack")
        person = self.sit_down(harkd.port)
        person.wait_text("hark>")
        person.type("one\r")
        person.wait_text("hark> one", BYTES, "\\x06", "hark>")
        person.type("\rtwo\r")
        person.wait_text("\\x06\\x06", "hark>")
        person.type("/status\r")
        person.wait_for(lambda screen: screen.text()[-2].endswith("lines sent: 2, acknowledged: 2"),
                        "both to be acknowledged")
        person.type("bye\r")
        self.assertEqual(person.wait(), 0)
        self.assertEqual(harkd.wait_record("closed")["reason"], "eof")
        self.assertEqual(self.texts(harkd), ["one", "two"])

    def test_a_pipe(self):
        harkd = self.listen(replies="ack")
        status, output, errors = self.run_pipe(harkd.port, b"GET / HTTP/1.1\n\none\n\n\ntwo\n")
        self.assertEqual((status, errors), (0, BYTES + "\n"))
        self.assertEqual(output.replace(b"\n", b""), b"\\x06" * 7)
        self.assertEqual(self.texts(harkd), ["GET / HTTP/1.1", "one", "two"])

    def test_not_acknowledged(self):
        harkd = self.listen(replies="ack")
        process = self.pipe(harkd.port)
        process.stdin.write(b"one\n\n")
        process.stdin.flush()
        harkd.wait_record("message")
        harkd.limit_log(0)
        process.stdin.write(b"two\n")
        process.stdin.close()
        process.stdin = None
        harkd.wait_for(lambda: "does not take records" in harkd.stderr(), what="the pause")
        self.assertEqual(harkd.stop(), 1)
        self.assertEqual(process.wait(WAIT), 1)
        self.assertEqual(process.stderr.read().decode(),
                         BYTES + "\nhark: refused: the listener sent NAK\n"
                         "hark: 1 line was not acknowledged:\nhark:     two\n")

    def test_sent_again_after_a_restart(self):
        harkd = self.listen(replies="ack")
        process = self.pipe(harkd.port, "--reconnect")
        process.stdin.write(b"one\n\n")
        process.stdin.flush()
        harkd.wait_record("message")
        harkd.wait_for(lambda: process.stdout.read(4) == b"\\x06", what="the answer")
        harkd.stop(signal.SIGKILL)
        process.stdin.write(b"two\n")
        process.stdin.close()
        process.stdin = None
        again = self.start(listen=(), config='[[listener]]\nreplies = "ack"\n'
                                             f'address = "127.0.0.1:{harkd.port}"\n')
        self.assertEqual(process.wait(WAIT), 0)
        self.assertEqual(self.texts(again), ["two"])


class Silent(ListenerTest):
    def test_a_person_is_told(self):
        harkd = self.listen(replies="none")
        person = self.sit_down(harkd.port, columns=100)
        person.wait_text("hark>")
        person.type("one\r")
        person.wait_text("hark> one", SILENT, "hark>")
        person.type("two\rbye\r")
        self.assertEqual(person.wait(), 0)
        harkd.wait_record("closed")
        self.assertEqual(self.texts(harkd), ["one", "two"])

    def test_a_pipe(self):
        harkd = self.listen(replies="none")
        status, output, errors = self.run_pipe(harkd.port, b"one\n")
        self.assertEqual((status, output), (3, b""))
        self.assertEqual(errors, SILENT + "\nhark: 1 line was not acknowledged:\nhark:     one\n")
        self.assertEqual(self.texts(harkd), ["one"])


class NoGreeting(ListenerTest):
    def test_a_person(self):
        harkd = self.listen(greeting="")
        person = self.sit_down(harkd.port)
        person.wait_text("hark>")
        person.type("one\rbye\r")
        self.assertEqual(person.wait(), 0)
        self.assertEqual(person.screen.text(), ["hark> one", "hark> bye", "250 ok #1",
                                                "221 bye, 1 message"])

    def test_a_pipe(self):
        harkd = self.listen(greeting="")
        status, output, errors = self.run_pipe(harkd.port, b"one\ntwo\n")
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(output, b"250 ok #1\n250 ok #2\n221 bye, 2 messages\n")

    def test_nothing_to_say(self):
        harkd = self.listen(greeting="")
        self.assertEqual(self.run_pipe(harkd.port, b""), (0, b"", ""))
        self.assertEqual(self.texts(harkd), [])


class Chunks(ListenerTest):
    def test_a_person(self):
        harkd = self.listen(framing="chunk")
        person = self.talk_to(harkd)
        for number, text in enumerate(("one", "two", "bye bye"), 1):
            person.type(text + "\r")
            person.wait_text(f"250 ok #{number}", "hark>")
        person.type("bye\r")
        self.assertEqual(person.wait(), 0)
        self.assertEqual(self.texts(harkd), ["one", "two", "bye bye"])

    def test_one_line_from_a_pipe(self):
        """The bye that follows it is not part of it."""
        harkd = self.listen(framing="chunk")
        status, output, errors = self.run_pipe(harkd.port, b"one\n")
        self.assertEqual((status, errors), (0, ""))
        self.assertTrue(output.endswith(b"250 ok #1\n221 bye, 1 message\n"), output)
        self.assertEqual(self.texts(harkd), ["one"])


if __name__ == "__main__":
    unittest.main()
