"""hark top, in a pseudo-terminal."""

import signal
import unittest

from controlling import ControlTest
from fake_control import Error, make_client
from screen import width
from terminal import HARK, Person, wait_until

BLOCKS = "▁▂▃▄▅▆▇█"


class Top(ControlTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.server.handle("Status", self.status)

    def status(self, _):
        """A second later with each call; one client sends 50 messages in that time."""
        status = self.server.status
        status["uptime"] += 1
        status["cpu"] += 0.25
        status["message_rate"]["second"] = 20.0 if status["uptime"] % 2 > 1 else 10.0
        self.server.clients[-1]["messages"] += 50
        self.server.clients[-1]["bytes"] += 4096
        return [status]

    def watch(self, **options):
        """A person who has seen the second sample."""
        person = self.sit_down("top", **options)
        person.wait_for(lambda _: len(self.server.parameters("Status")) >= 3, "the third answer")
        return person

    def check_left(self, person):
        self.assertFalse(person.screen.is_alternate())
        self.assertTrue(person.screen.shows_cursor)
        self.assertEqual(person.modes(), person.modes_before)

    def check_fits(self, person, columns, rows):
        """Each row is in place, none has scrolled, and none is wider than the screen."""
        text = person.screen.text()
        self.assertLessEqual(len(text), rows)
        self.assertEqual(person.screen.scrolled, [])
        for line in text:
            self.assertLessEqual(sum(map(width, line)), columns)

    def test_contents(self):
        person = self.watch()
        person.wait_for(lambda screen: "processor 25 %" in "".join(screen.text()), "the processor")
        text = person.screen.text()
        self.assertEqual(len(text), 24)
        self.check_fits(person, 80, 24)
        self.assertTrue(person.screen.is_alternate())
        self.assertFalse(person.screen.shows_cursor)
        self.assertEqual(text[0], "harkd 0.1.0, run 5f3a9c01, up 1d02h; 3 clients, 2 refused")
        self.assertRegex(text[1], "^Messages +[12]0/s  .*█")
        self.assertRegex(text[2], "^Bytes +2.0KiB/s  █+$")
        self.assertEqual(text[3], "Log journal: clear; 0 records wait, 0 pauses")
        self.assertTrue(text[4].startswith("Log file:/var/log/harkd/messages.jsonl: refusing: "
                                           "No space left on device"), text[4])
        self.assertEqual(text[5], "Memory 12MiB, processor 25 %, 1 followers")
        self.assertEqual(text[6], "Rounds: median 12us, 99 % within 1.5ms, longest 310ms")
        self.assertRegex(text[7], "^ID  Peer +Messages/s  Bytes/s  Messages +Bytes  Idle  Unread  Rate$")
        self.assertRegex(text[8], "^17  192.0.2.17:40017 +50 +4.0KiB ")
        self.assertRegex(text[9], "^ 1  192.0.2.1:40001 +0 +0B +10 ")
        self.assertEqual(text[-1], "q quits, s sorts (by messages a second), p pauses")
        self.assertEqual(person.screen.style_of("refusing"), "31")
        person.type("q")
        self.assertEqual(person.wait(), 0)
        self.check_left(person)
        self.assertEqual(person.screen.text(), [])

    def test_ways_out(self):
        for way, status in (("q", 0), ("Q", 0), ("\x03", 130), (signal.SIGTERM, 143),
                            (signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGQUIT, 131)):
            with self.subTest(way=way):
                person = self.sit_down("top")
                person.wait_for(lambda screen: screen.is_alternate() and screen.text())
                if isinstance(way, str):
                    person.type(way)
                else:
                    person.send_signal(way)
                self.assertEqual(person.wait(), status)
                self.check_left(person)

    def test_keys(self):
        person = self.watch()
        orders = ("bytes a second", "messages", "bytes", "unread replies", "idle time", "number",
                  "messages a second")
        for order in orders:
            person.type("s")
            person.wait_for(lambda screen, order=order: screen.text()[-1]
                            == f"q quits, s sorts (by {order}), p pauses", order)
        # Sequences of other keys contain letters.
        person.type("\x1b[A\x1bOq\x1b[15~x")
        person.type("sssss")
        person.wait_for(lambda screen: "(by idle time)" in screen.text()[-1])
        person.type("s\x0c")
        person.wait_for(lambda screen: "(by number)" in screen.text()[-1]
                        and screen.text()[8].startswith(" 1  "), "the first number first")
        self.assertIsNone(person.process.poll())

    def test_pause(self):
        person = self.watch()
        person.type("p")
        person.wait_for(lambda screen: screen.text()[-1].endswith("paused, p resumes"))
        before = person.screen.text()
        asked = len(self.server.parameters("Status"))
        person.wait_for(lambda _: len(self.server.parameters("Status")) >= asked + 2)
        self.assertEqual(person.screen.text(), before)
        person.type("p")
        person.wait_for(lambda screen: screen.text()[8] != before[8], "new figures")

    def test_sizes(self):
        for columns, rows in ((80, 24), (40, 10), (200, 50), (20, 5), (10, 3), (80, 2), (1, 1),
                              (5, 40)):
            with self.subTest(columns=columns, rows=rows):
                person = self.sit_down("top", columns=columns, rows=rows)
                person.wait_for(lambda screen: screen.text() and len(screen.text()) >= rows - 1)
                self.check_fits(person, columns, rows)
                self.assertEqual(person.screen.text()[0],
                                 "harkd 0.1.0, run 5f3a9c01, up 1d02h; 3 clients, 2 refused"
                                 [:columns].rstrip())
                if rows >= 5:
                    self.assertIn("Log file:/var/log/harkd/messages.jsonl: refusing"[:columns].rstrip(),
                                  [line[:48] for line in person.screen.text()])
                if rows > 1:
                    self.assertEqual(person.screen.text()[-1], "q quits, s sorts (by messages a "
                                     "second), p pauses"[:columns].rstrip())
                person.type("q")
                self.assertEqual(person.wait(), 0)

    def test_resize_while_it_runs(self):
        person = self.watch()
        for columns, rows in ((40, 10), (120, 30), (10, 4), (80, 24), (30, 24), (80, 5)):
            person.resize(columns, rows)
            person.wait_for(lambda screen, columns=columns, rows=rows:
                            len(screen.text()) == rows and screen.text()[-1]
                            == "q quits, s sorts (by messages a second), p pauses"[:columns]
                            .rstrip() and screen.text()[0].startswith("harkd 0.1."),
                            f"{columns}x{rows}")
            self.check_fits(person, columns, rows)

    def test_wide_characters(self):
        self.server.clients = [make_client(1, peer="中文" * 30)]
        self.server.status["sinks"][1]["reason"] = "磁盘" * 40
        for columns in (80, 79, 33):
            with self.subTest(columns=columns):
                person = self.sit_down("top", columns=columns)
                person.wait_for(lambda screen: "中文中文" in "".join(screen.text()))
                self.check_fits(person, columns, 24)
                person.type("q")
                self.assertEqual(person.wait(), 0)

    def test_chinese(self):
        for charset in ("UTF-8", "GBK"):
            with self.subTest(charset=charset):
                self.locale("zh_CN", charset)
                person = self.sit_down("top", charset=charset)
                person.wait_for(lambda screen: "排序" in "".join(screen.text()))
                person.wait_for(lambda screen: "█" in screen.text()[1] or "#" in screen.text()[1])
                # GBK has the block characters, but each is two columns wide.
                self.assertEqual(any(block in screen_row for block in BLOCKS
                                     for screen_row in person.screen.text()[1:3]),
                                 charset == "UTF-8")
                self.check_fits(person, 80, 24)
                person.type("q")
                self.assertEqual(person.wait(), 0)

    def test_no_colour(self):
        self.environment["NO_COLOR"] = "1"
        person = self.watch()
        person.wait_for(lambda screen: "refusing" in "".join(screen.text()), "the sinks")
        self.assertNotIn(b"m", b"".join(piece[:3] for piece in person.output.split(b"\x1b[")[1:]
                                        if not piece.startswith(b"0m")))
        self.assertEqual(person.screen.style_of("refusing"), "")

    def test_hostile_text(self):
        self.server.status["version"] = "\x1b[2J"
        self.server.clients = [make_client(1, peer="\x1b]0;x\x07\u202e")]
        person = self.sit_down("top")
        person.wait_for(lambda screen: "\\x1b]0;x\\x07\\u202e" in "".join(screen.text()))
        self.assertIn("harkd \\x1b[2J,", person.screen.text()[0])

    def test_daemon_that_goes_and_returns(self):
        person = self.watch()
        self.server.close()
        person.wait_for(lambda screen: screen.text()[-1].endswith("; trying again"))
        self.assertEqual(person.screen.text()[0].partition(",")[0], "harkd 0.1.0")
        person.type("s")
        person.wait_for(lambda screen: screen.text()[8:9] != [], "the clients still there")
        self.server.open()
        person.wait_for(lambda screen: "(by bytes a second)" in screen.text()[-1])
        self.server.close()
        person.wait_for(lambda screen: screen.text()[-1].endswith("; trying again"))
        person.type("q")
        self.assertEqual(person.wait(), 0)
        self.check_left(person)

    def test_another_run(self):
        person = self.watch()
        self.server.status.update(run="5f3a9c02", uptime=0.0, cpu=0.0)
        self.server.clients = [make_client(1, messages=7)]
        person.wait_for(lambda screen: "run 5f3a9c02" in screen.text()[0])
        self.check_fits(person, 80, 24)
        self.assertRegex(person.screen.text()[8], "^ 1  192.0.2.1:40001 +(0|50) ")

    def test_no_daemon(self):
        self.server.close()
        person = self.sit_down("top")
        self.assertEqual(person.wait(), 3)
        self.assertNotIn(b"\x1b[", person.output)
        self.assertIn(b"Connection refused", person.output)
        self.check_left(person)

    def test_a_daemon_that_refuses(self):
        self.server.handle("Status", lambda _: [Error("org.varlink.service.PermissionDenied")])
        person = self.sit_down("top")
        self.assertEqual(person.wait(), 1)
        self.assertNotIn(b"\x1b[", person.output)

    def test_a_daemon_that_stops_answering(self):
        """Keys still work."""
        person = self.watch()
        self.server.handle("Status", lambda _: [])
        asked = len(self.server.parameters("Status"))
        wait_until(lambda: len(self.server.parameters("Status")) > asked, "the question")
        person.type("s")
        person.wait_for(lambda screen: "(by bytes a second)" in screen.text()[-1])
        person.type("q")
        self.assertEqual(person.wait(), 0)
        self.check_left(person)

    def test_stopped_and_continued(self):
        """Under a shell with job control, which reads a line between its commands."""
        script = 'set -m; "$0" --control "$1" top; echo stopped; read -r _; fg >/dev/null; echo $?'
        person = Person("bash", "-c", script, HARK, str(self.path), environment=self.environment)
        self.addCleanup(person.close)
        person.wait_for(lambda screen: screen.is_alternate() and screen.text())
        person.type("\x1a")
        person.wait_for(lambda screen: screen.text()[-1:] == ["stopped"])
        self.assertFalse(person.screen.is_alternate())
        self.assertTrue(person.screen.shows_cursor)
        self.assertFalse(person.is_raw())
        person.type("\n")
        person.wait_for(lambda screen: screen.is_alternate() and len(screen.text()) == 24)
        self.assertTrue(person.is_raw())
        person.type("q")
        person.wait_for(lambda screen: screen.text()[-1:] == ["0"])
        self.assertEqual(person.wait(), 0)
        self.check_left(person)

    def test_many_clients(self):
        self.server.clients = [make_client(number) for number in range(1, 8001)]
        person = self.sit_down("top")
        person.wait_for(lambda screen: screen.text()[-1:]
                        and screen.text()[-1].endswith("; of the first 5000 clients"))
        self.check_fits(person, 80, 24)


if __name__ == "__main__":
    unittest.main()
