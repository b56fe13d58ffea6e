"""Messages of about 1024 bytes and far more: parts of one message, and one reply."""

import base64
import unittest

from harness import SLOW, ProgramTest, join_parts

SIZE = 1024


class Borders(ProgramTest):
    def check_parts(self, records, text, charset="utf-8"):
        self.assertEqual("".join(r["text"] for r in records), text)
        self.assertEqual({r["seq"] for r in records}, {records[0]["seq"]})
        self.assertEqual([r["part"] for r in records], list(range(1, len(records) + 1)))
        self.assertEqual([bool(r.get("more")) for r in records],
                         [True] * (len(records) - 1) + [False])
        self.assertEqual({r["end"] for r in records[:-1]}, {"full"})
        self.assertEqual({r["charset"] for r in records}, {charset})
        self.assertTrue(all("raw" not in r and r["bytes"] <= SIZE for r in records))

    def test_1024_bytes_are_one_record(self):
        harkd = self.start()
        for terminator in (b"\n", b"\r\n", b"\0"):
            client = self.greeted(harkd)
            client.send(b"x" * SIZE + terminator)
            client.expect(b"250 ok #1")
            records = harkd.wait_messages(client, 1)
            self.assertEqual([(r["text"], r["bytes"]) for r in records], [("x" * SIZE, SIZE)])
            self.assertNotIn("part", records[0])
            self.assertNotIn("more", records[0])
            client.send(b"next\n")
            client.expect(b"250 ok #2")

    def test_one_byte_more_is_two_parts_of_one_message(self):
        harkd = self.start()
        client = self.greeted(harkd)
        text = "0123456789abcdef" * 64 + "!"
        client.send(text.encode() + b"\n")
        client.expect(b"250 ok #1")
        records = harkd.wait_messages(client, 1)
        self.check_parts(records, text)
        self.assertEqual(len(records), 2)
        self.assertEqual(sum(r["bytes"] for r in records), SIZE + 1)
        client.send(b"next\n")
        client.expect(b"250 ok #2")

    def test_lengths_around_the_border_arrive_whole(self):
        harkd = self.start()
        client = self.greeted(harkd)
        texts = ["y" * length for length in (1020, 1023, 1024, 1025, 1026, 2047, 2048, 2049)]
        for number, text in enumerate(texts, 1):
            client.send(text.encode() + b"\r\n")
            client.expect(b"250 ok #%d" % number)
        joined = join_parts(harkd.wait_messages(client, len(texts)))
        self.assertEqual([joined[seq] for seq in sorted(joined)], texts)

    def test_text_after_a_long_message_in_the_same_burst(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"a" * 3000 + b"\nshort\n" + b"b" * 3000 + b"\n")
        client.expect(b"250 ok #1", b"250 ok #2", b"250 ok #3")
        self.assertEqual(join_parts(harkd.wait_messages(client, 3)),
                         {1: "a" * 3000, 2: "short", 3: "b" * 3000})

    def test_characters_are_never_split(self):
        harkd = self.start()
        client = self.greeted(harkd)
        for number, shift in enumerate(range(8), 1):
            text = "x" * shift + "aé你🌍" * 400
            client.send(text.encode() + b"\n")
            client.expect(b"250 ok #%d" % number)
            records = harkd.wait_messages(client, number)
            self.check_parts([r for r in records if r["seq"] == number], text)

    def test_gbk_characters_are_never_split(self):
        harkd = self.start()
        client = self.greeted(harkd)
        for number, shift in enumerate(range(4), 1):
            text = "x" * shift + "你好，世界a" * 300
            client.send(text.encode("gbk") + b"\n")
            client.expect(b"250 ok #%d" % number)
            records = harkd.wait_messages(client, number)
            self.check_parts([r for r in records if r["seq"] == number], text, "gb18030")

    def test_long_tail_of_a_lock_step_client(self):
        harkd = self.start()
        client = self.greeted(harkd)
        text = "今天" * 500
        client.send(text.encode())
        self.assertEqual(client.receive(), b"250 ok #1\r\n")
        records = harkd.wait_messages(client, 1)
        self.check_parts(records, text)
        self.assertEqual(records[-1]["end"], "quiet")

    def test_a_long_bye_is_a_message(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"x" * SIZE + b"bye\n")
        client.expect(b"250 ok #1")
        client.send(b"bye\n")
        client.expect_match(rb"221 bye, 1 message")


class Endless(ProgramTest):
    def test_ten_megabytes_without_an_end(self):
        harkd = self.start()
        client = self.greeted(harkd)
        text = "".join(f"{number:07} " for number in range(10_000_000 // 8))
        memory = harkd.rss_kib()
        client.send(text.encode())
        client.half_close()
        client.expect(b"250 ok #1")
        client.eof()
        # A daemon that rescans the whole message with every read would need minutes.
        self.assertLess(harkd.cpu_seconds(), 5 * SLOW)
        self.assertLess(harkd.rss_kib() - memory, 4096 * SLOW)
        harkd.wait_record("closed", peer=client.name)
        records = harkd.wait_messages(client, 1)
        self.assertEqual("".join(r["text"] for r in records), text)
        self.assertEqual([r["part"] for r in records], list(range(1, len(records) + 1)))
        self.assertEqual(records[-1]["end"], "eof")

    def test_bytes_of_no_charset(self):
        # There is no character boundary anywhere: parts must be cut all the same.
        harkd = self.start()
        client = self.greeted(harkd)
        data = b"\x81(" * 50_000
        client.send(data)
        client.half_close()
        client.expect(b"251 ok #1, kept as bytes")
        client.eof()
        records = harkd.wait_messages(client, 1)
        self.assertEqual(b"".join(base64.b64decode(r["raw"]) for r in records), data)


if __name__ == "__main__":
    unittest.main()
