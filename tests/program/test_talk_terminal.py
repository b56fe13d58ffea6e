"""hark on a terminal: the screen while the user types and the server sends."""

import select
import signal
import unittest

from harness import SLOW
from talking import TalkTest
from terminal import wait_until

LEFT, RIGHT = "\x1b[D", "\x1b[C"
HOME, END, DELETE = "\x1b[H", "\x1b[F", "\x1b[3~"
BACKSPACE = "\x7f"


class Editing(TalkTest):
    def setUp(self):
        super().setUp()
        self.harkd = self.start()

    def said(self):
        return [record["text"] for record in self.harkd.messages()]

    def test_a_line_is_sent_and_answered(self):
        person = self.talk_to(self.harkd)
        person.type("hello")
        person.wait_text("hark> hello")
        self.assertEqual(person.screen.cursor()[0], len("hark> hello"))
        person.type("\r")
        person.wait_text("hark> hello", "250 ok #1", "hark>")
        self.assertEqual(self.said(), ["hello"])

    def test_keys_move_and_change(self):
        person = self.talk_to(self.harkd)
        for keys, line, column in (
                ("hello world", "hello world", 11), (LEFT * 5, "hello world", 6),
                (BACKSPACE, "helloworld", 5), (DELETE, "helloorld", 5), (HOME, "helloorld", 0),
                ("X", "Xhelloorld", 1), (END, "Xhelloorld", 10), ("\x1bb", "Xhelloorld", 0),
                (RIGHT * 2, "Xhelloorld", 2), ("\x0b", "Xh", 2), ("\x19", "Xhelloorld", 10),
                ("\x15", "", 0), ("one two", "one two", 7), ("\x17", "one ", 4),
                # Split within its sequence, and an unknown one.
                ("\x1b", "one ", 4), ("[D", "one ", 3), ("\x1b[99;9X", "one ", 3),
                ("\x16\x18\x1b[200~", "one ", 3)):
            person.type(keys)
            row = ("hark> " + line).rstrip()
            person.wait_for(lambda screen, row=row, at=column + 6: screen.text()[-1] == row
                            and screen.cursor() == (at, 1), f"{line!r} after {keys!r}")

    def test_full_width_and_combining_characters(self):
        person = self.talk_to(self.harkd)
        person.type("你好世界")
        person.wait_for(lambda screen: screen.cursor() == (14, 1), "the cursor behind eight cells")
        person.type(LEFT * 2 + BACKSPACE)
        person.wait_for(lambda screen: screen.text()[-1] == "hark> 你世界"
                        and screen.cursor() == (8, 1), "一 character of two cells gone")
        person.type("e\u0301x" + LEFT)
        person.wait_for(lambda screen: screen.text()[-1] == "hark> 你e\u0301x世界"
                        and screen.cursor() == (9, 1), "an accent that takes no cell")
        # Moves over both parts of é at once, which Delete then removes.
        person.type(LEFT)
        person.wait_for(lambda screen: screen.cursor() == (8, 1), "the cursor before é")
        person.type(DELETE + "\r")
        person.wait_text("hark> 你x世界", "250 ok #1", "hark>")
        self.assertEqual(self.said(), ["你x世界"])

    def test_a_character_in_pieces(self):
        person = self.talk_to(self.harkd)
        for byte in "你".encode():
            person.type_bytes(bytes([byte]))
            # An incomplete character blocks nothing: output from the daemon is still shown.
            person.look(0.05)
        person.type("\r")
        person.wait_text("hark> 你", "250 ok #1", "hark>")
        self.assertEqual(self.said(), ["你"])

    def test_an_incomplete_character_blocks_nothing(self):
        server = self.serve()
        person = self.sit_down(server.port)
        server.accept().send(b"welcome\n")
        person.wait_text("welcome", "hark>")
        person.type_bytes("a你".encode()[:2])
        person.wait_text("welcome", "hark> a")
        server.send(b"still here\n")
        person.wait_text("welcome", "still here", "hark> a")
        person.type_bytes("你".encode()[1:] + b"\r")
        self.assertEqual(server.line(), "a你".encode())

    def test_a_line_longer_than_the_screen_is_wide(self):
        person = self.talk_to(self.harkd, columns=40, rows=10)
        text = "".join(chr(ord("a") + at % 26) for at in range(100))
        person.type(text)
        drawn = "hark> " + text
        rows = [drawn[:40], drawn[40:80], drawn[80:]]
        person.wait_text(*rows)
        self.assertEqual(person.screen.cursor()[0], 26)
        person.type(HOME + RIGHT * 34)
        person.wait_for(lambda screen: screen.cursor()[0] == 0, "the cursor in the second row")
        person.type(BACKSPACE)
        text = text[:33] + text[34:]
        drawn = "hark> " + text
        person.wait_text(drawn[:40], drawn[40:80], drawn[80:])
        person.type(END + BACKSPACE * 65)
        person.wait_for(lambda screen: screen.text()[-1] == drawn[:40], "one row that is full")
        person.type(BACKSPACE)
        person.wait_for(lambda screen: screen.text()[-1] == drawn[:39], "one row")
        self.assertEqual(len([row for row in person.screen.text() if "hark>" in row]), 1)

    def test_wide_characters_at_the_edge(self):
        person = self.talk_to(self.harkd, columns=45, rows=10)
        person.type("中" * 30)
        # The twentieth would start in the last column.
        person.wait_text("hark> " + "中" * 19, "中" * 11)
        person.type("\r")
        person.wait_text("250 ok #1", "hark>")
        self.assertEqual(self.said(), ["中" * 30])

    def test_a_line_longer_than_the_screen_is_high(self):
        person = self.talk_to(self.harkd, columns=40, rows=5)
        person.type("".join(f"{number:04}" for number in range(100)))
        person.wait_for(lambda screen: screen.text()[-1].endswith("0099"), "the end of the line")
        person.type(HOME)
        person.wait_for(lambda screen: screen.text()[0] == "hark> 00000001000200030004000500060007"
                        "00", "the beginning of the line")
        self.assertEqual(person.screen.cursor(), (6, 0))
        person.type("\r")
        person.wait_text("250 ok #1", "hark>")

    def test_a_line_that_is_full(self):
        person = self.talk_to(self.harkd)
        for _ in range(17):
            person.type("x" * 1024)
            person.look(0.02)
        person.wait_for(lambda _: b"the line is full" in person.output, "it to be said")
        person.type("\r")
        person.wait_text("250 ok #1", "hark>")
        self.assertEqual(sum(record["bytes"] for record in self.harkd.messages()), 16 * 1024)
        self.assertEqual(person.output.count(b"the line is full"), 1)

    def test_typed_controls_are_shown(self):
        person = self.talk_to(self.harkd)
        person.type("a\tb\u202ec")
        person.wait_text("hark> a\\tb\\u202ec")
        person.type("\r")
        person.wait_text("250 ok #1", "hark>")
        self.assertEqual(self.said(), ["a\tb\u202ec"])

    def test_undecodable_bytes(self):
        person = self.talk_to(self.harkd)
        person.type_bytes(b"a\xff\xe4b\r")
        person.wait_text("hark> a\ufffd\ufffdb", "250 ok #1", "hark>")

    def test_clear_screen(self):
        person = self.talk_to(self.harkd)
        person.type("half a line\x0c")
        person.wait_for(lambda screen: screen.text() == ["hark> half a line"], "one row")
        self.assertEqual(person.screen.cursor(), (17, 0))


class ServerSpeaks(TalkTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.person = self.sit_down(self.server.port, columns=60, rows=12)
        self.server.accept()
        self.person.wait_text("hark>")

    def test_above_the_line_being_typed(self):
        self.person.type("half a li" + LEFT * 2)
        self.person.wait_for(lambda screen: screen.cursor() == (13, 0), "the cursor")
        for number in range(3):
            self.server.send(f"line {number}\r\n".encode())
            self.person.wait_for(
                lambda screen, n=number: screen.text() == [*(f"line {i}" for i in range(n + 1)),
                                                           "hark> half a li"]
                and screen.cursor() == (13, n + 1), f"line {number} above the prompt")
        self.person.type(END + "ne\r")
        self.assertEqual(self.server.line(), b"half a line")

    def test_above_several_rows(self):
        self.person.type("中" * 40 + HOME)
        rows = ["hark> " + "中" * 27, "中" * 13]
        self.person.wait_for(lambda screen: screen.text() == rows
                             and screen.cursor() == (6, 0), "two rows")
        for number in range(20):
            self.server.send(f"line {number}\n".encode())
        self.person.wait_text("line 18", "line 19", *rows)
        self.assertEqual(self.person.screen.cursor(), (6, 10))
        self.assertEqual(self.person.screen.all_text(),
                         [*(f"line {number}" for number in range(20)), *rows])

    def test_a_long_line(self):
        self.person.type("typed")
        self.server.send(b"x" * 130 + b"\n")
        self.person.wait_text("x" * 60, "x" * 60, "x" * 10, "hark> typed")

    def test_unterminated_line(self):
        self.server.send(b"login: ")
        self.person.wait_text("login:", "hark>")
        self.server.send(b"\nwelcome\n")
        self.person.wait_text("login:", "welcome", "hark>")

    def test_hostile_text(self):
        self.server.send(b"\x1b[2J\x1b]0;title\x07 \x9b31m \xe2\x80\xae \xef\xbb\xbf \x00 \b\rback"
                         b" \xc2\x85 \xe4\xbd\xa0\r\n")
        self.person.wait_text("\\x1b[2J\\x1b]0;title\\x07 \\x9b31m \\u202e \\ufeff \\x00 "
                              "\\x08\\rbac", "k \\u0085 你", "hark>")

    def test_gbk_from_the_server(self):
        self.server.send("你好".encode("gbk") + b"\r\n" + "世界".encode() + b"\n\xff\xfe\n")
        self.person.wait_text("你好", "世界", "\\xff\\xfe", "hark>")

    def resize(self, columns, rows):
        """Waits until hark has drawn for the new size."""
        written = len(self.person.output)
        self.person.resize(columns, rows)
        self.person.wait_for(lambda _: len(self.person.output) > written, "a new prompt")

    def test_resize(self):
        """Whatever the width, nothing above the prompt is lost, and there is exactly one prompt."""
        lines = ["first"]
        self.server.send(b"first\n")
        text = "0123456789" * 9
        self.person.type(text)
        drawn = "hark> " + text
        self.person.wait_text("first", drawn[:60], drawn[60:])
        for columns, rows in ((40, 12), (100, 12), (25, 12), (60, 20), (30, 14), (200, 24)):
            self.resize(columns, rows)
            lines.append(f"{columns} columns")
            self.server.send(lines[-1].encode() + b"\n")
            expected = [drawn[at:at + columns] for at in range(0, len(drawn), columns)]
            self.person.wait_for(lambda screen, expected=expected:
                                 screen.text()[-len(expected) - 1:] == [lines[-1], *expected],
                                 f"{columns} columns")
            self.assertEqual(self.person.screen.all_text(), [*lines, *expected])
            self.assertEqual(self.person.screen.cursor()[0], len(drawn) % columns)
        self.person.type("\r")
        self.assertEqual(self.server.line().decode(), text)

    def test_resize_of_full_rows_and_wide_characters(self):
        lines = ["first"]
        self.server.send(b"first\n")
        text = "中" * 27 + "a"  # with the prompt: a row and one character
        self.person.type(text + LEFT)
        self.person.wait_text("first", "hark> " + "中" * 27, "a")
        for columns in (59, 31, 58, 60, 120):
            self.resize(columns, 12)
            lines.append(f"{columns} columns")
            self.server.send(lines[-1].encode() + b"\n")
            self.person.wait_for(
                lambda screen: "".join(screen.all_text()) == "".join(lines) + "hark> " + text,
                f"one prompt in {columns} columns")

    def test_flood(self):
        """The prompt stays, memory stays constant, and Ctrl-C works."""
        chunk = b"".join(b"flood %d\n" % number for number in range(2000))
        self.person.type("typed")
        self.person.wait_text("hark> typed")
        sent = peak = 0
        self.server.socket.setblocking(False)
        while sent < 2 * 1024 * 1024:
            try:
                sent += self.server.socket.send(chunk)
            except BlockingIOError:
                self.person.look(0.05)
                peak = max(peak, self._rss_kib())
        self.assertLess(peak, 40 * 1024 * (8 if SLOW > 1 else 1))
        self.person.wait_for(lambda screen: screen.text()[-1:] == ["hark> typed"], "the prompt")
        self.person.type("\x03")
        self.person.wait_for(lambda screen: screen.text()[-1:] == ["hark>"], "an empty line")
        self.person.type("\x03")
        self.assertEqual(self.person.wait(), 130)

    def test_terminal_that_is_stopped(self):
        """hark waits with it, reads no more from the server, and can be ended."""
        self.server.socket.setblocking(False)
        while select.select([], [self.server.socket], [], 0.5 * SLOW)[1]:
            self.server.socket.send(b"flood\n" * 5000)
        self.assertLess(self._rss_kib(), 40 * 1024 * (8 if SLOW > 1 else 1))
        self.person.send_signal(signal.SIGTERM)
        wait_until(lambda: self.person.process.poll() is not None, "the end")
        self.assertEqual(self.person.process.returncode, 128 + signal.SIGTERM)

    def _rss_kib(self):
        with open(f"/proc/{self.person.process.pid}/status", encoding="ascii") as status:
            return int(next(line for line in status if line.startswith("VmRSS")).split()[1])


if __name__ == "__main__":
    unittest.main()
