"""hark send at a terminal: replies, and the progress bar."""

import unittest

from sending import HARK, SendTest, agree
from terminal import Person


class Terminal(SendTest):
    def person(self, command):
        person = Person("sh", "-c", command, environment=self.environment)
        self.addCleanup(person.close)
        return person

    def command(self, port, *arguments):
        return " ".join([f"exec {HARK} --host 127.0.0.1 --port {port} send", *arguments])

    def test_replies_are_shown(self):
        person = self.person(self.command(self.start().port, "hello"))
        self.assertEqual(person.wait(), 0)
        self.assertRegex("\n".join(person.screen.text()),
                         "^220 .*\n250 ok #1\n221 bye, 1 message$")

    def test_quiet(self):
        person = self.person(self.command(self.start().port, "--quiet", "hello"))
        self.assertEqual(person.wait(), 0)
        self.assertEqual(person.output, b"")

    def test_no_bar_if_it_finishes_at_once(self):
        path = self.folder / "lines"
        path.write_text("one\ntwo\n")
        person = self.person(self.command(self.start().port, f"< {path}"))
        self.assertEqual(person.wait(), 0)
        self.assertEqual(person.output, b"")

    def test_progress(self):
        server = self.serve()
        path = self.folder / "lines"
        path.write_text("line\n" * 20)
        person = self.person(self.command(server.port, "--window 10", f"< {path}"))
        agree(server.accept(), b"line", b"line")
        person.wait_for(lambda screen: any("12 sent, 2 acknowledged" in row
                                           for row in screen.text()), "the bar")
        server.send(b"250 ok #3-7\r\n")
        person.wait_for(lambda screen: any("17 sent, 7 acknowledged" in row and row.startswith("[")
                                           for row in screen.text()), "the bar further on")
        # Messages meanwhile appear above it.
        server.send(b"who are you?\r\n")
        person.wait_for(lambda screen: len(screen.text()) == 2 and "17 sent" in screen.text()[1]
                        and screen.text()[0] == "hark: not a reply from harkd: who are you?",
                        "a line above the bar")
        server.send(b"250 ok #8-17\r\n")
        self.assertEqual([server.line() for _ in range(18)], [b"line"] * 18)
        server.send(b"250 ok #18-20\r\n221 bye\r\n")
        self.assertEqual(person.wait(), 0)
        self.assertEqual([row for row in person.screen.text() if row.strip()],
                         ["hark: not a reply from harkd: who are you?"])

    def test_no_bar_on_a_terminal_that_cannot_erase(self):
        self.environment["TERM"] = "dumb"
        server = self.serve()
        path = self.folder / "lines"
        path.write_text("line\n" * 20)
        person = self.person(self.command(server.port, "--timeout 1.5", f"< {path}"))
        server.accept()
        self.assertEqual(person.wait(), 3)
        self.assertNotIn(b"\x1b", person.output)
        self.assertNotIn(b"sent,", person.output)

    def test_lines_typed_and_ctrl_c(self):
        server = self.serve()
        person = self.person(self.command(server.port))
        server.accept()
        person.type("one\r")
        self.assertEqual(server.line(), b"one")
        person.type("\x03")
        self.assertEqual(person.wait(), 130)
        self.assertTrue(any("interrupted; not acknowledged: lines 1" in row
                            for row in person.screen.text()), person.story())


if __name__ == "__main__":
    unittest.main()
