"""hark on a terminal: how a conversation ends, and what remains on the screen."""

import signal
import stat
import unittest

from talking import TalkTest
from terminal import HARK, Person

UP, DOWN = "\x1b[A", "\x1b[B"


class Leaving(TalkTest):
    def left(self, person, status):
        self.assertEqual(person.wait(), status, person.story())
        self.assertEqual(person.modes(), person.modes_before, "the terminal is not as it was")
        return person.screen.text()

    def test_bye_in_any_case(self):
        harkd = self.start()
        for word in ("bye", "BYE", " Bye "):
            person = self.talk_to(harkd)
            self.assertTrue(person.is_raw())
            person.type("one\r" + word + "\r")
            rows = self.left(person, 0)
            self.assertEqual(rows[1:], ["hark> one", ("hark> " + word).rstrip(), "250 ok #1",
                                        "221 bye, 1 message"])
            harkd.wait_record("closed", reason="bye", conn=harkd.records("connected")[-1]["conn"])

    def test_escaped_bye_is_a_message(self):
        harkd = self.start()
        person = self.talk_to(harkd)
        person.type("\\bye\rbye bye\r")
        person.wait_text("250 ok #2", "hark>")
        self.assertEqual([record["text"] for record in harkd.messages()], ["bye", "bye bye"])

    def test_ctrl_d(self):
        person = self.talk_to(self.start())
        person.type("ab\x02\x04\x04")  # first on the b, then on an empty line
        person.wait_text("hark> a")
        person.type("\x7f\x04")
        self.assertEqual(self.left(person, 0)[1:], ["221 bye, 0 messages"])

    def test_quit(self):
        person = self.talk_to(self.start())
        person.type("/quit\r")
        self.assertEqual(self.left(person, 0)[1:], ["hark> /quit", "221 bye, 0 messages"])

    def test_ctrl_c_clears_then_leaves(self):
        person = self.talk_to(self.start())
        person.type("something")
        person.wait_text("hark> something")
        person.type("\x03")
        person.wait_for(lambda screen: screen.text()[-1] == "hark>"
                        and screen.cursor() == (6, 1), "an empty line")
        person.type("\x03")
        self.assertEqual(self.left(person, 130)[1:], [])

    def test_signals_restore_the_terminal(self):
        harkd = self.start()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            person = self.talk_to(harkd)
            person.type("half a line")
            person.wait_text("hark> half a line")
            person.send_signal(number)
            self.assertEqual(self.left(person, 128 + number)[1:], [])

    def test_daemon_that_stops(self):
        harkd = self.start()
        person = self.talk_to(harkd)
        person.type("half a line")
        person.wait_text("hark> half a line")
        harkd.stop()
        rows = self.left(person, 1)
        self.assertTrue(rows[1].startswith("421 "), rows)
        self.assertRegex(rows[2], "^hark: refused: ")

    def test_nobody_there(self):
        server = self.serve()
        server.close()
        rows = self.left(self.sit_down(server.port), 3)
        self.assertEqual(len(rows), 1)
        self.assertRegex(rows[0], r"^hark: cannot connect to 127\.0\.0\.1:\d+: .*refused")

    def test_server_that_closes_at_once(self):
        server = self.serve()
        person = self.sit_down(server.port)
        server.accept().hang_up()
        self.assertEqual(self.left(person, 3), [f"hark: 127.0.0.1:{server.port} closed the connection"])

    def test_lost_with_lines_unacknowledged(self):
        server = self.serve()
        person = self.sit_down(server.port)
        server.accept().send(b"220 ready\r\n")
        person.wait_text("220 ready", "hark>")
        person.type("one\rtwo\r三\r")
        for _ in range(3):
            server.line()
        server.send(b"250 ok #1\r\n")
        person.wait_text("250 ok #1", "hark>")
        server.hang_up()
        self.assertEqual(self.left(person, 3)[-4:],
                         [f"hark: 127.0.0.1:{server.port} closed the connection",
                          "hark: 2 lines were not acknowledged:", "hark:     two",
                          "hark:     三"])

    def test_server_that_never_speaks(self):
        server = self.serve()
        person = self.sit_down(server.port)
        server.accept()
        person.wait_text("hark>")
        person.type("hello\r")
        self.assertEqual(server.line(), b"hello")
        person.type("bye\r")
        # It may take `bye` for a message, and a person is not kept waiting for an answer.
        self.assertEqual(server.rest(), b"")
        self.assertEqual(self.left(person, 0), ["hark> hello", "hark> bye"])

    def test_server_that_speaks_of_other_things(self):
        server = self.serve()
        person = self.sit_down(server.port)
        server.accept().send(b"welcome\n")
        person.wait_text("welcome", "hark>")
        person.type("bye\r")
        self.assertEqual(server.line(), b"bye")
        self.assertEqual(self.left(person, 0), ["welcome", "hark> bye"])

    def test_daemon_that_does_not_answer(self):
        server = self.serve()
        person = self.sit_down(server.port)
        server.accept().send(b"220 ready\r\n")
        person.wait_text("220 ready", "hark>")
        person.type("hello\rbye\r")
        self.assertEqual(self.left(person, 3)[-3:],
                         ["hark: no answer", "hark: 1 line was not acknowledged:",
                          "hark:     hello"])

    def test_ctrl_c_while_leaving(self):
        server = self.serve()
        person = self.sit_down(server.port)
        server.accept().send(b"220 ready\r\n")
        person.wait_text("220 ready", "hark>")
        person.type("bye\r")
        person.wait_text("220 ready", "hark> bye")
        person.type("\x03")
        self.left(person, 130)


class Suspended(TalkTest):
    """Under a shell with job control, which reads a line between its commands."""

    def suspend(self, *script):
        self.server = self.serve()
        text = "; ".join(["set -m", '"$0" --host 127.0.0.1 --port "$1"', "echo stopped", "read -r _",
                          *script])
        person = Person("bash", "-c", text, HARK, str(self.server.port),
                        environment=self.environment)
        self.addCleanup(person.close)
        self.server.accept().send(b"one\n")
        person.wait_text("one", "hark>")
        person.type("typed")
        person.wait_text("one", "hark> typed")
        person.type("\x1a")
        person.wait_output("stopped")
        self.assertFalse(person.is_raw())
        return person

    def test_ctrl_z_and_back(self):
        person = self.suspend("fg >/dev/null", "echo left $?")
        self.server.send(b"two\n")
        person.type("\n")
        person.wait_for(lambda screen: screen.text()[-2:] == ["two", "hark> typed"],
                        "what came meanwhile, and the line")
        self.assertTrue(person.is_raw())
        person.type(" on\r")
        self.assertEqual(self.server.line(), b"typed on")
        person.type("\x03")
        person.wait_output("left 130")
        self.assertEqual(person.wait(), 0)

    def test_in_the_background(self):
        """It waits there for the foreground, and does not touch the terminal."""
        person = self.suspend("bg", "echo in the background", "read -r _", "fg >/dev/null",
                              "echo left $?")
        person.type("\n")
        person.wait_output("in the background")
        self.server.send(b"two\n")
        person.type("\n")
        person.wait_for(lambda screen: screen.text()[-2:] == ["two", "hark> typed"],
                        "what came meanwhile, and the line")
        person.type("\x03")
        person.wait_for(lambda screen: screen.text()[-1] == "hark>", "an empty line")
        person.type("\x03")
        person.wait_output("left 130")

    def test_ended_in_the_background(self):
        person = self.suspend("pid=$(jobs -p %1)", "kill %1",
                              "while kill -0 $pid 2>/dev/null; do sleep 0.02; done",
                              "echo it is gone")
        person.type("\n")
        person.wait_output("it is gone")
        self.assertEqual(person.wait(), 0)
        self.assertFalse(person.is_raw())


class History(TalkTest):
    def history(self):
        return (self.state / "hark" / "history").read_text(encoding="utf-8").splitlines()

    def test_kept_over_two_runs(self):
        harkd = self.start()
        person = self.talk_to(harkd)
        person.type("first\r你好\r你好\rthird\rhalf")
        person.wait_text("250 ok #4", "hark> half")
        person.type(UP + UP)
        person.wait_text("250 ok #4", "hark> 你好")
        person.type(UP + UP)
        person.wait_text("250 ok #4", "hark> first")
        person.type(DOWN * 3)
        person.wait_text("250 ok #4", "hark> half")
        person.type("\x03\x04")
        person.wait()
        self.assertEqual(self.history(), ["first", "你好", "third"])
        self.assertEqual(stat.S_IMODE((self.state / "hark" / "history").stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE((self.state / "hark").stat().st_mode), 0o700)

        person = self.talk_to(harkd)
        person.type(UP * 2)
        person.wait_text("hark> 你好")
        person.type("\r" + UP)
        person.wait_text("hark> 你好", "250 ok #1", "hark> 你好")
        # Searches for what has been typed.
        person.type("\x15irs\x12")
        person.wait_text("250 ok #1", "hark> first")

    def test_bounded(self):
        folder = self.state / "hark"
        folder.mkdir(parents=True)
        (folder / "history").write_text("".join(f"line {number}\n" for number in range(5000)))
        harkd = self.start()
        person = self.talk_to(harkd)
        person.type(UP * 1200)
        person.wait_text("hark> line 4000")
        self.assertEqual(len(self.history()), 1000)

    def test_kept_when_killed(self):
        person = self.talk_to(self.start())
        person.type("remembered\r")
        person.wait_text("250 ok #1", "hark>")
        person.send_signal(signal.SIGKILL)
        person.wait()
        self.assertEqual(self.history(), ["remembered"])

    def test_without_a_place_to_keep_it(self):
        self.state.write_text("not a folder")
        person = self.talk_to(self.start())
        person.type("one\r")
        person.wait_text("250 ok #1", "hark>")
        person.type(UP)
        person.wait_text("250 ok #1", "hark> one")


if __name__ == "__main__":
    unittest.main()
