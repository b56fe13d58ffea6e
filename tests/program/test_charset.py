"""Detecting UTF-8, GB18030 or neither, and what the log shows."""

import base64
import unittest

from harness import ProgramTest

UTF8_TEXTS = ("你好，世界", "Grüße, señor", "emoji 🌍 and €", "é", "12 °C", "系统已停止", "ﬀ 中 a é 🌍")
GBK_TEXTS = ("你好，世界", "系统已停止", "温度：25℃", "abc中文def", "再见")
# Two bytes each, also valid as UTF-8.
AMBIGUOUS = ("系统", "停止", "状态")


class Split(ProgramTest):
    """A message that arrives in two reads is decoded as if it had arrived in one."""

    def split_everywhere(self, texts, charset, name):
        harkd = self.start("--framing", "line")
        halves = []
        for text in texts:
            data = text.encode(charset)
            halves += [(text, data[:at], data[at:] + b"\n") for at in range(1, len(data))]
        clients = [self.greeted(harkd) for _ in halves]
        for client, (_, first, _) in zip(clients, halves):
            client.send(first)
        harkd.wait_read(*clients)
        for client, (_, _, second) in zip(clients, halves):
            client.send(second)
        for client, (text, first, _) in zip(clients, halves):
            client.expect(b"250 ok #1")
            record = harkd.wait_messages(client, 1)[0]
            self.assertEqual((record["text"], record["charset"]), (text, name), first)

    def test_utf8_at_every_byte(self):
        self.split_everywhere(UTF8_TEXTS, "utf-8", "utf-8")

    def test_gbk_at_every_byte(self):
        self.split_everywhere(GBK_TEXTS, "gbk", "gb18030")

    def test_gb18030_of_four_bytes_at_every_byte(self):
        self.split_everywhere(("a㐂b", "中ü€🌍"), "gb18030", "gb18030")

    def around_1024(self, text, charset, name):
        harkd = self.start("--framing", "line")
        client = self.greeted(harkd)
        data = text.encode(charset)
        for number, at in enumerate(range(len(data) + 1), 1):
            filled = "x" * (1024 - at) + text
            client.send(filled.encode(charset) + b"\n")
            client.expect(b"250 ok #%d" % number)
            records = [r for r in harkd.wait_messages(client, number) if r["seq"] == number]
            self.assertEqual("".join(r["text"] for r in records), filled)
            self.assertTrue(all("raw" not in r for r in records))
            self.assertIn(name, {r["charset"] for r in records})

    def test_utf8_around_1024(self):
        self.around_1024("é你🌍好", "utf-8", "utf-8")

    def test_gbk_around_1024(self):
        self.around_1024("你好世界", "gbk", "gb18030")


class Decision(ProgramTest):
    def check(self, messages, *arguments, answers=()):
        """(bytes, text, charset) of the messages of one connection. `answers`: the first replies,
        if they are not 250."""
        harkd = self.start(*arguments)
        client = self.greeted(harkd)
        for number, (data, _, _) in enumerate(messages, 1):
            client.send(data + b"\n")
            client.expect(answers[number - 1].encode() if number <= len(answers)
                          else b"250 ok #%d" % number)
        records = harkd.wait_messages(client, len(messages))
        self.assertEqual([(r["text"], r["charset"]) for r in records],
                         [(text, charset) for _, text, charset in messages])

    def test_one_connection_may_mix(self):
        texts = ["你好", "世界", "ASCII", "再见，朋友"]
        mixed = []
        for text in texts:
            is_ascii = text.isascii()
            mixed += [(text.encode("gbk"), text, "utf-8" if is_ascii else "gb18030"),
                      (text.encode("utf-8"), text, "utf-8")]
        self.check(mixed)

    def test_with_nothing_proved_what_it_looks_like_decides(self):
        self.check([(text.encode("gbk"), text, "gb18030") for text in AMBIGUOUS])
        letters = ("é", "°", "да", "25°C", "µm", "½", "Grüße", "Ελλάδα", "שלום", "Երևան")
        self.check([(text.encode(), text, "utf-8") for text in letters])

    def test_what_is_cut_off_in_its_last_character_is_utf8(self):
        self.check([("温度".encode() + b"\xe6\x8a", "温度\ufffd\ufffd", "utf-8"),
                    ("é".encode(), "é", "utf-8")], answers=["251 ok #1, kept as bytes"])

    def test_the_last_unambiguous_message_decides(self):
        hello = "你好"
        both = [(text.encode("gbk"), text) for text in AMBIGUOUS]
        as_gbk = [(data, text, "gb18030") for data, text in both]
        as_utf8 = [(data, data.decode("utf-8"), "utf-8") for data, _ in both]
        self.check([(hello.encode("gbk"), hello, "gb18030"), *as_gbk,
                    (hello.encode("utf-8"), hello, "utf-8"), *as_utf8,
                    (hello.encode("gbk"), hello, "gb18030"), *as_gbk])

    def test_ambiguous_characters_are_utf8_until_gbk_is_certain(self):
        letters = [(text.encode(), text, "utf-8") for text in ("é", "°", "20 °C", "ÄÖÜß")]
        as_gbk = [(data, data.decode("gbk"), "gb18030") for data, _, _ in letters]
        self.check([*letters, ("再见".encode("gbk"), "再见", "gb18030"), *as_gbk])

    def test_detection_is_per_connection(self):
        harkd = self.start()
        first, second = self.greeted(harkd), self.greeted(harkd)
        first.send("你好".encode("gbk") + b"\n")
        first.expect(b"250 ok #1")
        second.send("é".encode() + b"\n")
        second.expect(b"250 ok #1")
        self.assertEqual(harkd.wait_messages(second, 1)[0]["text"], "é")

    def test_gb18030_listener(self):
        self.check([("é".encode(), "é".encode().decode("gbk"), "gb18030"),
                    ("系统".encode("gbk"), "系统", "gb18030")], "--charset", "gb18030")

    def test_utf8_listener_keeps_gbk_as_bytes(self):
        harkd = self.start("--charset", "utf-8")
        client = self.greeted(harkd)
        data = "你好".encode("gbk")
        client.send(data + b"\n")
        client.expect(b"251 ok #1, kept as bytes")
        record = harkd.wait_messages(client, 1)[0]
        self.assertEqual((record["charset"], base64.b64decode(record["raw"])), ("bytes", data))

    def one(self, data, mark=b""):
        """What is recorded of a message after `mark`, which is not part of it."""
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(mark + data + b"\n")
        client.expect(b"250 ok #1")
        record = harkd.wait_messages(client, 1)[0]
        self.assertEqual(record["bytes"], len(data))
        if "raw" in record:
            self.assertEqual(base64.b64decode(record["raw"]), data)
        return record["text"], record["charset"], "raw" in record

    def test_byte_order_mark_is_no_text(self):
        self.assertEqual(self.one("héllo".encode(), b"\xef\xbb\xbf"), ("héllo", "utf-8", False))

    def test_euro_of_windows(self):
        # 0x80 is not GB18030 and would not survive a round trip through the text.
        text, charset, raw = self.one(b"5 \x80 " + "好的".encode("gbk"))
        self.assertEqual((text, charset, raw), ("5 € 好的", "gb18030", True))


class Undecodable(ProgramTest):
    def test_bytes_are_kept(self):
        harkd = self.start()
        client = self.greeted(harkd)
        cases = ((b"\x81", "\ufffd"), (b"caf\x81", "caf\ufffd"), (b"\xc3(", "\ufffd("),
                 ("你".encode() + b" \x81", None), (b"a\xfe", "a\ufffd"))
        for number, (data, text) in enumerate(cases, 1):
            client.send(data + b"\n")
            client.expect(b"251 ok #%d, kept as bytes" % number)
            record = harkd.wait_messages(client, number)[-1]
            self.assertEqual((record["charset"], record["bytes"]), ("bytes", len(data)))
            self.assertEqual(base64.b64decode(record["raw"]), data)
            self.assertIn("\ufffd", record["text"])
            if text is not None:
                self.assertEqual(record["text"], text)

    def test_only_the_message_concerned_is_marked(self):
        client = self.greeted(self.start())
        client.send(b"one\n\x81\ntwo\n")
        client.expect(b"250 ok #1", b"251 ok #2, kept as bytes", b"250 ok #3")

    def test_255_after_telnet_s_doubling(self):
        harkd = self.start()
        for negotiation, raw in ((b"", "Yf//"), (b"\xff\xfb\x18", "Yf8=")):
            client = self.greeted(harkd)
            client.send(negotiation + b"a\xff\xff\n")
            client.expect_match(rb"(\xff\xfe\x18)?251 ok #1, kept as bytes")
            record = harkd.wait_messages(client, 1)[0]
            self.assertEqual((record["charset"], record["raw"]), ("bytes", raw))


class Shown(ProgramTest):
    UNSAFE = [*range(0x01, 0x0A), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0x200B,
              0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F), 0x2060,
              *range(0x2066, 0x206A), 0xFEFF]

    def lines_of(self, texts):
        harkd = self.start()
        client = self.greeted(harkd)
        for number, text in enumerate(texts, 1):
            client.send(text.encode() + b"\n")
            client.expect(b"250 ok #%d" % number)
        self.assertEqual([r["text"] for r in harkd.wait_messages(client, len(texts))], texts)
        return harkd.log.path.read_text(encoding="utf-8")

    def test_controls_are_escaped(self):
        # After 中, so that the message is unambiguously UTF-8.
        log = self.lines_of([f"中{chr(code)}x" for code in self.UNSAFE])
        shown = {ord(character) for character in log}
        self.assertEqual(shown & set(self.UNSAFE), set())

    def test_everything_else_is_unchanged(self):
        texts = ["中文从不转义", "👨\u200d👩\u200d👧", "\u200cمی\u200cخواهم", 'quote " and \\ back', "é°€"]
        log = self.lines_of(texts)
        for text in texts:
            self.assertIn(text.replace("\\", "\\\\").replace('"', '\\"'), log)


if __name__ == "__main__":
    unittest.main()
