"""hark on a terminal: local commands, colours, JSON."""

import json
import unittest

from talking import TalkTest


class LocalCommands(TalkTest):
    def test_help(self):
        person = self.talk_to(self.start())
        person.type("/help\r")
        person.wait_for(lambda screen: screen.text()[-1] == "hark>"
                        and "hark> /help" in screen.text(), "help and the prompt")
        shown = "\n".join(person.screen.text())
        for word in ("/help", "/status", "/reconnect", "/quit", "bye", "Ctrl-D", "Ctrl-C"):
            self.assertIn(word, shown)
        self.assertNotIn("250", shown)

    def test_anything_else_is_sent_unchanged(self):
        harkd = self.start()
        person = self.talk_to(harkd)
        lines = ["/helpme", "/etc/passwd", "/", "//help", "/help me", " /help", "/HELP"]
        for number, line in enumerate(lines, 1):
            person.type(line + "\r")
            person.wait_text(f"hark> {line}", f"250 ok #{number}", "hark>")
        self.assertEqual([record["text"] for record in harkd.messages()], lines)

    def test_status(self):
        person = self.talk_to(self.start())
        person.type("one\rtwo\r")
        person.wait_text("250 ok #2", "hark>")
        person.type("/status \r")
        person.wait_for(lambda screen: screen.text()[-1] == "hark>"
                        and "lines sent: 2, acknowledged: 2" in screen.text()[-2], "the state")
        self.assertIn("127.0.0.1:", person.screen.text()[-2])

    def test_reconnect(self):
        server = self.serve()
        person = self.sit_down(server.port)
        server.accept().send(b"220 ready\r\n")
        person.wait_text("220 ready", "hark>")
        person.type("one\r")
        self.assertEqual(server.line(), b"one")
        person.type("/reconnect\r")
        self.assertEqual(server.rest(), b"")
        server.accept()
        self.assertEqual(server.line(), b"one")
        person.wait_for(lambda screen: "sent again" in " ".join(screen.text()), "it to be said")

    def test_empty_lines(self):
        harkd = self.start()
        person = self.talk_to(harkd)
        person.type("\r")
        person.wait_text("hark>", "250 ok", "hark>")
        person.type("one\r")
        person.wait_text("hark> one", "250 ok #1", "hark>")

    def test_first_line_like_a_probe(self):
        harkd = self.start()
        person = self.talk_to(harkd)
        person.type("GET / HTTP/1.1\r")
        person.wait_text("250 ok #1", "hark>")
        self.assertEqual(harkd.messages()[-1]["text"], "GET / HTTP/1.1")

    def test_paste_of_many_lines(self):
        harkd = self.start()
        person = self.talk_to(harkd)
        lines = [f"line {number} 中文" for number in range(300)]
        for at in range(0, len(lines), 20):
            person.type("".join(line + "\r" for line in lines[at:at + 20]))
            person.look()
        person.wait_text("250 ok #300", "hark>")
        self.assertEqual([record["text"] for record in harkd.messages()], lines)


class Colours(TalkTest):
    REPLIES = (b"220 ready\r\n250 ok #1\r\n451 not stored #2: full\r\n* operator: hello\r\n"
               b"* something\r\nplain\r\n")

    def show(self):
        server = self.serve()
        person = self.sit_down(server.port)
        server.accept().send(self.REPLIES)
        person.wait_text("220 ready", "250 ok #1", "451 not stored #2: full", "* operator: hello",
                         "* something", "plain", "hark>")
        return person

    def test_on_a_terminal(self):
        screen = self.show().screen
        for text, style in (("220 ready", "32"), ("250 ok #1", "32"), ("451 not stored", "31"),
                            ("* operator: hello", "1"), ("* something", ""), ("plain", ""),
                            ("hark>", "")):
            self.assertEqual(screen.style_of(text), style, text)

    def test_not_if_unwanted(self):
        self.environment["NO_COLOR"] = "1"
        self.assertNotRegex(self.show().output, rb"\x1b\[[0-9;]*m")

    def test_dumb_terminal(self):
        """It echoes by itself and cannot move its cursor: no prompt."""
        self.environment["TERM"] = "dumb"
        server = self.serve()
        person = self.sit_down(server.port)
        server.accept().send(self.REPLIES)
        person.wait_text("plain")
        self.assertNotIn(b"\x1b", person.output)
        self.assertNotIn(b"hark>", person.output)
        self.assertFalse(person.is_raw())
        person.type("hello\n")
        self.assertEqual(server.line(), b"hello")
        person.type("\x03")
        self.assertEqual(person.wait(), 130)


class Json(TalkTest):
    def test_each_reply_is_an_object(self):
        self.environment["NO_COLOR"] = "1"
        server = self.serve()
        person = self.sit_down(server.port, "--json", columns=200)
        server.accept().send("220 ready\r\n250 ok #3-5\r\n\x1b[m 你\r\n".encode())
        person.wait_for(lambda screen: len(screen.text()) == 4, "three lines and the prompt")
        objects = [json.loads(row) for row in person.screen.text()[:3]]
        self.assertEqual(objects, [{"code": 220, "text": "ready"},
                                   {"code": 250, "text": "ok #3-5", "first": 3, "last": 5},
                                   {"text": "\x1b[m 你"}])


if __name__ == "__main__":
    unittest.main()
