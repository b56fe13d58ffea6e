"""hark send with the daemon: what arrives, and what is reported."""

import json
import signal
import unittest

from client import SLOW
from sending import FLAT_KIB, SendTest, memory_kib, wait_until


class Messages(SendTest):
    def texts(self, harkd):
        harkd.wait_record("closed")
        return [record["text"] for record in harkd.messages()]

    def test_each_argument_is_a_message(self):
        harkd = self.start()
        self.assertEqual(self.send(harkd.port, "hello", "你好", "two\nlines\n", ""), (0, "", ""))
        self.assertEqual(self.texts(harkd), ["hello", "你好", "two", "lines"])

    def test_each_line_of_input_is_a_message(self):
        harkd = self.start()
        status = self.send(harkd.port, text="one\n\n你好\r\n \n\r\nno end".encode())
        self.assertEqual(status, (0, "", ""))
        self.assertEqual(self.texts(harkd), ["one", "你好", " ", "no end"])

    def test_a_dash_alone_is_standard_input(self):
        harkd = self.start()
        self.assertEqual(self.send(harkd.port, "-", text=b"one\ntwo\n"), (0, "", ""))
        self.assertEqual(self.texts(harkd), ["one", "two"])
        self.assertEqual(self.send(harkd.port, "-", "a dash"), (0, "", ""))
        harkd.wait_record("closed", conn=2)
        self.assertEqual([record["text"] for record in harkd.messages()][2:], ["-", "a dash"])

    def test_says_bye(self):
        harkd = self.start()
        self.assertEqual(self.send(harkd.port)[0], 0)
        self.assertEqual(harkd.wait_record("closed")["reason"], "bye")
        self.assertEqual(harkd.messages(), [])

    def test_any_text_arrives_unchanged(self):
        texts = ["bye", "BYE ", "\\bye", "\\\\bye", "bye bye", "GET / HTTP/1.1", "a\tb\rc", "[a,b]",
                 "++", "--", "--json", " ", "\\", "220 ready", "\ufeffx", "x" * 5000, "码" * 700]
        for first in range(len(texts)):
            with self.subTest(first=texts[first][:20]):
                harkd = self.start()
                sent = texts[first:] + texts[:first]
                self.assertEqual(self.send(harkd.port, "--", *sent), (0, "", ""))
                harkd.wait_record("closed")
                got = {}
                for record in harkd.messages():
                    got[record["seq"]] = got.get(record["seq"], "") + record["text"]
                expected = [text.removeprefix("\ufeff") for text in sent]
                self.assertEqual(list(got.values()), expected)
                harkd.stop()

    def test_any_bytes_arrive_unchanged(self):
        harkd = self.start()
        lines = ["你好".encode("gbk"), b"\xff", b"x\xff\xf4y", b"\xff\xfa\xff\xf0", b"\xfe\xff"]
        status, output, errors = self.send(harkd.port, "--verbose", text=b"\n".join(lines))
        self.assertEqual((status, errors), (0, ""))
        self.assertRegex(output, "251 ok")
        harkd.wait_record("closed")
        self.assertEqual([record["bytes"] for record in harkd.messages()],
                         [len(line) for line in lines])
        self.assertEqual(harkd.messages()[0]["text"], "你好")

    def test_a_single_request_of_another_protocol(self):
        for text in ("GET / HTTP/1.1", "SSH-2.0-OpenSSH", "\x16\x03\x01"):
            with self.subTest(text=text):
                harkd = self.start()
                self.assertEqual(self.send(harkd.port, text), (0, "", ""))
                self.assertEqual(self.texts(harkd), [text])

    def test_lines_that_cannot_be_sent(self):
        harkd = self.start()
        text = b"one\n" + b"x" * (1 << 20) + b"y\ntw\0o\nthree\n"
        status, output, errors = self.send(harkd.port, text=text)
        self.assertEqual((status, output), (2, ""))
        self.assertEqual(errors, "hark: line 2: not sent, it is longer than 1 MiB\n"
                                 "hark: line 3: not sent, it contains a NUL\n")
        self.assertEqual(self.texts(harkd), ["one", "three"])

    def test_lines_that_would_be_taken_for_telnet(self):
        harkd = self.start()
        lines = [b"\xff\xfd0", b"a\xff\xfd\x06b", b"\xff\xfb\x18", "ÿý\x06".encode(), b"\xff\xff"]
        status, output, errors = self.send(harkd.port, text=b"\n".join(lines))
        self.assertEqual((status, output), (2, ""))
        error = "not sent, harkd would mistake bytes in it for telnet (FF FB or FF FD)\n"
        self.assertEqual(errors, f"hark: line 2: {error}hark: line 3: {error}")
        harkd.wait_record("closed", discarded=0)
        self.assertEqual([record["bytes"] for record in harkd.messages()], [3, 5, 2])

    def test_a_slow_pipe(self):
        harkd = self.start()
        process = self.begin(harkd.port)
        for number in range(1, 4):
            process.stdin.write(b"%d\n" % number)
            process.stdin.flush()
            harkd.wait_for(lambda: len(harkd.messages()) == number, what="the message")
            process.stdin.write(b"half ")
            process.stdin.flush()
        self.assertEqual(self.finish(process), (0, "", ""))
        self.assertEqual(self.texts(harkd), ["1", "half 2", "half 3", "half "])


class Replies(SendTest):
    def test_nothing_without_a_terminal(self):
        self.assertEqual(self.send(self.start().port, "x"), (0, "", ""))

    def test_verbose(self):
        status, output, errors = self.send(self.start().port, "--verbose", "x", "y")
        self.assertEqual((status, errors), (0, ""))
        self.assertRegex(output, "^220 .*\n250 ok #1\n250 ok #2\n221 bye, 2 messages\n$")

    def test_json(self):
        status, output, errors = self.send(self.start().port, "--json", "x", "--quiet")
        self.assertEqual((status, errors), (0, ""))
        objects = [json.loads(line) for line in output.splitlines()]
        self.assertEqual([each["code"] for each in objects], [220, 250, 221])
        self.assertEqual(objects[1], {"code": 250, "text": "ok #1", "first": 1, "last": 1})


class Refused(SendTest):
    def test_not_stored(self):
        harkd = self.start()
        process = self.begin(harkd.port)
        process.stdin.write(b"one\n\n")
        process.stdin.flush()
        harkd.wait_record("message")
        harkd.limit_log(0)
        process.stdin.write(b"three\nfour\n")
        process.stdin.flush()
        harkd.wait_for(lambda: "does not take records" in harkd.stderr(), what="the pause")
        self.assertEqual(harkd.stop(), 1)
        status, output, errors = self.ended(process)
        self.assertEqual((status, output), (1, ""))
        self.assertRegex(errors, r"^hark: not stored, lines 3: .+\n"
                                 r"hark: 127\.0\.0\.1:\d+ ended the connection: .+; "
                                 r"lines after 3 were not sent\n$")

    def test_shutting_down(self):
        harkd = self.start()
        process = self.begin(harkd.port)
        process.stdin.write(b"one\n")
        process.stdin.flush()
        harkd.wait_record("message")
        harkd.stop()
        status, _, errors = self.ended(process)
        self.assertEqual(status, 1)
        self.assertRegex(errors, "ended the connection: .*shutting down; lines after 1 were not sent")


class Many(SendTest):
    def numbered(self, harkd, count):
        harkd.wait_record("closed")
        self.assertEqual(len(harkd.messages()), count)
        for number, record in enumerate(harkd.messages(), 1):
            if record["seq"] != number or record["text"] != f"line {number}":
                self.fail(f"{record} in place of {number}")

    def test_a_million_lines_through_a_pipe(self):
        count = 50_000 if SLOW > 1 else 1_000_000
        harkd = self.start()
        process = self.begin(harkd.port)
        text = b"".join(b"line %d\n" % number for number in range(1, count + 1))
        self.assertEqual(self.finish(process, text), (0, "", ""))
        self.numbered(harkd, count)

    def test_a_file(self):
        count = 20_000
        harkd = self.start()
        path = self.folder / "lines"
        path.write_bytes(b"".join(b"line %d\n" % number for number in range(1, count + 1)))
        with path.open("rb") as file:
            self.assertEqual(self.finish(self.begin(harkd.port, stdin=file)), (0, "", ""))
        self.numbered(harkd, count)

    def test_an_endless_pipe_in_bounded_memory(self):
        port, server = self.acknowledge()
        process = self.begin_endless(port)
        step = 1_000_000 // SLOW
        wait_until(lambda: server.lines > step, "the first lines")
        early = memory_kib(process)
        wait_until(lambda: server.lines > 10 * step, "many more lines")
        self.assertLess(memory_kib(process), early + FLAT_KIB)
        process.send_signal(signal.SIGINT)
        status, _, errors = self.finish(process)
        self.assertEqual(status, 130)
        self.assertRegex(errors, r"^hark: interrupted(; not acknowledged: lines \d+-\d+)?; "
                                 r"lines after \d+ were not sent\n$")

    def test_a_temporarily_full_log(self):
        harkd = self.start()
        harkd.limit_log(20_000)
        process = self.begin(harkd.port)
        text = b"".join(b"line %d\n" % number for number in range(1, 2_001))
        process.stdin.write(text)
        process.stdin.close()
        process.stdin = None
        harkd.wait_for(lambda: "does not take records" in harkd.stderr(), what="the pause")
        self.assertIsNone(process.poll())
        harkd.limit_log(None)
        self.assertEqual(self.finish(process), (0, "", ""))
        self.numbered(harkd, 2_000)


if __name__ == "__main__":
    unittest.main()
