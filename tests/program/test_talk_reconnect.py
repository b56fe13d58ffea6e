"""hark --reconnect: servers that die and come back."""

import re
import signal
import unittest

from talking import TalkTest
from terminal import wait_until


class Reconnect(TalkTest):
    def test_daemon_that_dies_and_returns(self):
        harkd = self.start()
        person = self.talk_to(harkd, "--reconnect", columns=160)
        person.type("one\r")
        person.wait_text("250 ok #1", "hark>")
        # While stopped, it takes the line but cannot acknowledge it.
        harkd.send_signal(signal.SIGSTOP)
        person.type("two\rtypi")
        person.wait_text("hark> two", "hark> typi")
        harkd.stop(signal.SIGKILL)
        person.wait_for(lambda screen: "trying again" in screen.text()[-2]
                        and screen.text()[-1] == "hark> typi", "the loss to be said")
        person.type("ng\rhalf")
        person.wait_text("hark> typing", "hark> half")
        again = self.start(listen=(f"127.0.0.1:{harkd.port}",))
        person.wait_text("250 ok #1", "250 ok #2", "hark> half")
        shown = "\n".join(person.screen.text())
        self.assertIn("hark: connected again; 2 lines that were not acknowledged are sent again",
                      shown)
        self.assertEqual([record["text"] for record in again.messages()], ["two", "typing"])
        person.type("\x15bye\r")
        self.assertEqual(person.wait(), 0)

    def test_only_unacknowledged_lines_are_resent(self):
        server = self.serve()
        person = self.sit_down(server.port, "--reconnect")
        server.accept().send(b"220 ready\r\n")
        person.type("".join(f"line {number}\r" for number in range(1, 8)))
        for number in range(1, 8):
            self.assertEqual(server.line(), b"line %d" % number)
        server.send(b"250 ok #1\r\n250 ok #2-4\r\n251 ok #5, kept as bytes\r\n")
        person.wait_for(lambda screen: "251 ok" in "\n".join(screen.text()), "the answers")
        server.hang_up()
        server.accept()
        self.assertEqual(server.line(), b"line 6")
        self.assertEqual(server.line(), b"line 7")
        # Numbers start again.
        server.send(b"250 ok #1\r\n")
        person.wait_text("250 ok #1", "hark>")
        server.hang_up()
        server.accept()
        self.assertEqual(server.line(), b"line 7")
        person.wait_for(lambda screen: "1 line that" in "\n".join(screen.text()), "one line")

    def test_backoff_grows_and_is_bounded(self):
        """A server that hangs up at once is not retried endlessly."""
        server = self.serve()
        person = self.sit_down(server.port, "--reconnect")
        for _ in range(4):
            server.accept().hang_up()
        person.wait_for(lambda screen: screen.text().count("hark>") == 1
                        and "in 4.0 s" in screen.text()[-2], "the fourth delay")
        delays = re.findall(r"trying again in ([0-9.]+) s", "\n".join(person.screen.text()))
        self.assertEqual(delays, ["0.5", "1.0", "2.0", "4.0"])
        person.type("\x03")
        self.assertEqual(person.wait(), 130)

    def test_nobody_there_at_first(self):
        server = self.serve()
        port = server.port
        server.close()
        person = self.sit_down(port, "--reconnect")
        person.wait_for(lambda screen: screen.text() and "cannot connect" in screen.text()[0],
                        "the trouble")
        person.type("early\r")
        person.wait_text("hark> early", "hark>")
        server = self.serve(port)
        server.accept()
        self.assertEqual(server.line(), b"early")

    def test_leaving_without_a_connection(self):
        server = self.serve()
        person = self.sit_down(server.port, "--reconnect")
        server.accept().send(b"220 ready\r\n")
        person.wait_text("220 ready", "hark>")
        port = server.port
        server.close()
        person.wait_for(lambda screen: "trying again" in "\n".join(screen.text()), "the loss")
        person.type("lost\r\x04")
        self.assertEqual(person.wait(), 3)
        self.assertEqual(person.screen.text()[-2:], ["hark: 1 line was not acknowledged:",
                                                     "hark:     lost"], port)

    def test_without_a_terminal(self):
        harkd = self.start()
        process = self.pipe(harkd.port, "--reconnect")
        process.stdin.write(b"one\n")
        process.stdin.flush()
        harkd.wait_for(lambda: harkd.messages(), what="the first message")
        harkd.stop(signal.SIGKILL)
        process.stdin.write("二\n".encode())
        process.stdin.close()
        again = self.start(listen=(f"127.0.0.1:{harkd.port}",))
        wait_until(lambda: process.poll() is not None, "the end")
        self.assertEqual(process.returncode, 0)
        self.assertEqual([record["text"] for record in again.messages()][-1], "二")


if __name__ == "__main__":
    unittest.main()
