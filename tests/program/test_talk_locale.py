"""hark on terminals with various charsets."""

import unittest

from talking import TalkTest

LEFT, UP, BACKSPACE = "\x1b[D", "\x1b[A", "\x7f"


class Charsets(TalkTest):
    def chinese(self, charset):
        self.locale("zh_CN", charset)
        server = self.serve()
        person = self.sit_down(server.port, charset=charset, columns=40, rows=10)
        server.accept().send("欢迎\n".encode())
        person.wait_text("欢迎", "hark>")

        person.type("你好世界" + LEFT + BACKSPACE)
        person.wait_for(lambda screen: screen.text()[-1] == "hark> 你好界"
                        and screen.cursor() == (10, 1), "世 gone, and the cursor before 界")
        server.send("收到\n".encode())
        person.wait_for(lambda screen: screen.text() == ["欢迎", "收到", "hark> 你好界"]
                        and screen.cursor() == (10, 2), "收到 above the prompt")
        person.resize(30, 10)
        person.type("中" * 12)
        person.wait_text("收到", "hark> 你好" + "中" * 10, "中中界")
        self.assertEqual(person.screen.cursor(), (4, 3))
        person.type("\r")
        # On the wire it is UTF-8, whatever the terminal uses.
        self.assertEqual(server.line().decode(), "你好" + "中" * 12 + "界")

        # Each byte of a character in a separate read.
        for byte in "码".encode(person.encoding):
            person.type_bytes(bytes([byte]))
            person.look(0.02)
        person.type("\r")
        self.assertEqual(server.line().decode(), "码")
        person.type("bye\r")
        self.assertEqual(server.line(), b"bye")
        server.hang_up()
        self.assertEqual(person.wait(), 0)
        return person

    def test_utf_8(self):
        self.chinese("UTF-8")

    def test_gbk(self):
        person = self.chinese("GBK")
        self.assertIn("欢迎".encode("gbk"), person.output)

    def test_characters_missing_from_the_charset(self):
        self.locale("zh_CN", "GBK")
        server = self.serve()
        person = self.sit_down(server.port, charset="GBK")
        server.accept().send("😀 é 한 你\n".encode())
        person.wait_text("\\U0001f600 é \\ud55c 你", "hark>")

    def test_one_byte_charset(self):
        self.locale("en_US", "ISO-8859-1")
        server = self.serve()
        person = self.sit_down(server.port, charset="ISO-8859-1")
        server.accept().send("né 你\n".encode())
        person.wait_text("né \\u4f60", "hark>")
        person.type("café\r")
        self.assertEqual(server.line().decode(), "café")

    def test_history_from_another_charset(self):
        """The file is UTF-8, and characters missing from the terminal's charset are escaped."""
        harkd = self.start()
        person = self.talk_to(harkd)
        person.type("你好 😀\r\x04")
        person.wait()
        self.locale("zh_CN", "GBK")
        person = self.talk_to(harkd, charset="GBK")
        person.type(UP)
        person.wait_text("hark> 你好 \\U0001f600")
        person.type(BACKSPACE + "!\r")
        person.wait_text("hark> 你好 !", "250 ok #1", "hark>")
        self.assertEqual(harkd.messages()[-1]["text"], "你好 !")

    def test_own_messages_in_chinese(self):
        for charset in ("UTF-8", "GBK"):
            self.locale("zh_CN", charset)
            person = self.talk_to(self.start(), charset=charset)
            person.type("/help\r")
            person.wait_for(lambda screen: "  /help               显示本帮助" in screen.text(),
                            f"help in {charset}")
            person.type("\x04")
            self.assertEqual(person.wait(), 0)

    def test_no_locale_at_all(self):
        self.environment["LC_ALL"] = "C"
        harkd = self.start()
        person = self.talk_to(harkd)
        person.type("你好" + LEFT + "x\r")
        person.wait_text("hark> 你x好", "250 ok #1", "hark>")
        self.assertEqual(harkd.messages()[-1]["text"], "你x好")


if __name__ == "__main__":
    unittest.main()
