"""hark when standard input or output is not a terminal."""

import json
import os
import signal
import socket
import subprocess
import unittest

from client import WAIT
from talking import TalkTest
from terminal import HARK, wait_until


class Piped(TalkTest):
    def test_lines_are_sent_and_replies_printed(self):
        harkd = self.start()
        status, output, errors = self.run_pipe(harkd.port, "hello\n\n你好\r\nno end".encode())
        lines = output.decode().split("\n")
        self.assertRegex(lines[0], "^220 ")
        self.assertEqual(lines[1:], ["250 ok #1", "250 ok", "250 ok #2", "250 ok #3",
                                     "221 bye, 3 messages", ""])
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual([record["text"] for record in harkd.messages()],
                         ["hello", "你好", "no end"])

    def test_no_input(self):
        status, output, errors = self.run_pipe(self.start().port, b"")
        self.assertEqual((status, errors), (0, ""))
        self.assertTrue(output.endswith(b"\n221 bye, 0 messages\n"), output)

    def test_bye_leaves(self):
        harkd = self.start()
        status, output, _ = self.run_pipe(harkd.port, b"one\n Bye\ntwo\n")
        self.assertEqual(status, 0)
        self.assertTrue(output.endswith(b"250 ok #1\n221 bye, 1 message\n"), output)
        self.assertEqual([record["text"] for record in harkd.messages()], ["one"])

    def test_bye_leaves_although_the_input_continues(self):
        process = self.pipe(self.start().port)
        process.stdin.write(b"bye\n")
        process.stdin.flush()
        self.assertEqual(process.wait(WAIT), 0)

    def test_json(self):
        status, output, _ = self.run_pipe(self.start().port, b"one\n\ntwo\n", "--json")
        self.assertEqual(status, 0)
        objects = [json.loads(line) for line in output.splitlines()]
        self.assertEqual([each["code"] for each in objects], [220, 250, 250, 250, 221])
        self.assertEqual(objects[3], {"code": 250, "text": "ok #2", "first": 2, "last": 2})

    def test_bytes_pass_unchanged(self):
        harkd = self.start()
        lines = ["你好".encode("gbk"), b"\xff\xfe\xf4", b"a\0b", b"\\bye", b"x\xff\xf4y", b"\r",
                 b"last"]
        status, output, _ = self.run_pipe(harkd.port, b"\n".join(lines) + b"\n")
        self.assertEqual(status, 0, output)
        self.assertEqual([record["text"] for record in harkd.messages()][:1], ["你好"])
        self.assertEqual([record["text"] for record in harkd.messages()][2:5], ["a", "b", "bye"])
        self.assertEqual(harkd.messages()[-1]["text"], "last")
        self.assertEqual(harkd.messages()[1]["bytes"], 3)

    def test_a_line_that_would_be_taken_for_telnet(self):
        harkd = self.start()
        status, _, errors = self.run_pipe(harkd.port, b"one\na\xff\xfd\x06b\n\xff\xfd\n")
        self.assertEqual((status, errors.splitlines()[0]), (
            2, "hark: line 2: not sent, harkd would mistake bytes in it for telnet (FF FB or FF FD)"))
        self.assertEqual([record["bytes"] for record in harkd.messages()], [3, 2])

    def test_many_lines(self):
        harkd = self.start()
        count = 50000
        text = b"".join(b"line %d\n" % number for number in range(1, count + 1))
        path = self.folder / "input"
        path.write_bytes(text)
        with path.open("rb") as file:
            process = self.pipe(harkd.port, stdin=file)
            output, errors = process.communicate(timeout=WAIT)
        self.assertEqual((process.returncode, errors), (0, b""))
        self.assertIn(b"221 bye, %d messages\n" % count, output)
        self.assertEqual([record["text"] for record in harkd.messages()],
                         [f"line {number}" for number in range(1, count + 1)])

    def test_a_line_of_a_megabyte(self):
        harkd = self.start()
        status, _, errors = self.run_pipe(harkd.port, b"x" * 1000000 + b"\nnext\n")
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(harkd.messages()[-1]["text"], "next")
        self.assertEqual(sum(record["bytes"] for record in harkd.messages()), 1000004)

    def test_escaped_as_shown_text(self):
        server = self.serve()
        process = self.pipe(server.port)
        server.accept().send(b"\x1b[31m\x07 \xe4\xbd\xa0 \xff\xff\r\nunfinished")
        server.hang_up()
        output, errors = process.stdout.read(), process.stderr.read()
        process.wait(WAIT)
        self.assertEqual(output.decode(), "\\x1b[31m\\x07 你 \\xff\\xff\nunfinished\n")
        self.assertEqual(process.returncode, 3)
        self.assertEqual(errors.decode(),
                         f"hark: 127.0.0.1:{server.port} closed the connection\n")

    def test_an_unterminated_prompt_is_shown(self):
        server = self.serve()
        process = self.pipe(server.port)
        server.accept().send(b"login: ")
        self.assertEqual(os.read(process.stdout.fileno(), 100), b"login: ")
        server.send(b"ok\n")
        self.assertEqual(os.read(process.stdout.fileno(), 100), b"ok\n")


class Servers(TalkTest):
    def test_that_never_speaks(self):
        """Nothing is acknowledged, which is reported after a bounded time."""
        server = self.serve()
        process = self.pipe(server.port)
        process.stdin.write(b"hello\n")
        process.stdin.close()
        server.accept()
        self.assertEqual(server.rest(), b"hello\n")
        self.assertEqual(process.wait(WAIT), 3)
        self.assertEqual(process.stderr.read(), b"hark: no answer, not even a greeting: this listener "
                         b"may have replies = \"none\"\nhark: 1 line was not acknowledged:\nhark:     hello\n")

    def test_that_closes_at_once(self):
        server = self.serve()
        process = self.pipe(server.port)
        server.accept().hang_up()
        self.assertEqual(process.wait(WAIT), 3)
        self.assertEqual(process.stderr.read().decode(),
                         f"hark: 127.0.0.1:{server.port} closed the connection\n")

    def test_that_refuses(self):
        server = self.serve()
        process = self.pipe(server.port)
        server.accept().send(b"421 too many connections\r\n")
        server.hang_up()
        self.assertEqual(process.wait(WAIT), 1)
        self.assertEqual(process.stdout.read(), b"421 too many connections\n")
        self.assertEqual(process.stderr.read(), b"hark: refused: too many connections\n")

    def test_that_refuses_with_hostile_text(self):
        server = self.serve()
        process = self.pipe(server.port)
        server.accept().send("421 \x1b[2J你\u202e".encode() + b"\xff\r\n")
        server.hang_up()
        self.assertEqual(process.wait(WAIT), 1)
        self.assertEqual(process.stderr.read().decode(),
                         "hark: refused: \\x1b[2J你\\u202e\\xff\n")

    def test_nobody_there(self):
        server = self.serve()
        server.close()
        status, output, errors = self.run_pipe(server.port, b"hello\n")
        self.assertEqual((status, output), (3, b""))
        self.assertEqual(errors.count("\n"), 1)
        self.assertIn("refused", errors)

    def test_that_sends_endlessly(self):
        """If its output is not read, memory stays constant, and a signal ends it."""
        server = self.serve()
        process = self.pipe(server.port)
        server.accept().socket.settimeout(1)
        sent = 0
        try:
            while sent < 200 * 1024 * 1024:
                sent += server.socket.send(b"flood " * 10000)
        except TimeoutError:
            pass
        self.assertLess(sent, 50 * 1024 * 1024)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(WAIT), 130)

    def test_with_greeting_that_resets(self):
        server = self.serve()
        process = self.pipe(server.port)
        server.accept().send(b"220 ready\r\n")
        process.stdin.write(b"one\n")
        process.stdin.flush()
        self.assertEqual(server.line(), b"one")
        server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        server.hang_up()
        self.assertEqual(process.wait(WAIT), 3)
        self.assertRegex(process.stderr.read().decode(),
                         "^hark: the connection to .* is lost: .*reset.*\n"
                         "hark: 1 line was not acknowledged:\n"
                         "hark:     one\n$")


class Streams(TalkTest):
    def test_input_closed(self):
        harkd = self.start()
        done = subprocess.run(["sh", "-c", '"$0" --host 127.0.0.1 --port "$1" <&-', HARK,
                               str(harkd.port)], env=self.environment, capture_output=True,
                              timeout=WAIT, check=False)
        self.assertIn(b"221 bye", done.stdout)
        self.assertEqual(done.stderr.count(b"\n"), 1)
        self.assertEqual(done.returncode, 2)

    def test_output_that_cannot_be_written(self):
        harkd = self.start()
        for redirection, reason in ((">&-", b"Bad file descriptor"),
                                    (">/dev/full", b"No space left")):
            done = subprocess.run(["sh", "-c", '"$0" --host 127.0.0.1 --port "$1" ' + redirection,
                                   HARK, str(harkd.port)], env=self.environment,
                                  stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                  timeout=WAIT, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(reason, done.stderr)
            self.assertEqual(done.stderr.count(b"\n"), 1)

    def test_output_whose_reader_has_exited(self):
        process = self.pipe(self.start().port)
        process.stdout.close()
        self.assertEqual(process.wait(WAIT), 1)
        self.assertRegex(process.stderr.read(), b"^hark: [^\n]*Broken pipe\n$")

    def test_output_to_a_file(self):
        path = self.folder / "output"
        path.write_bytes(b"before\n")
        with path.open("ab") as file:
            process = self.pipe(self.start().port, stdout=file)
            process.communicate(b"one\n", timeout=WAIT)
        self.assertRegex(path.read_bytes(), b"^before\n220 [^\n]*\n250 ok #1\n221 [^\n]*\n$")

    def test_signals(self):
        harkd = self.start()
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.pipe(harkd.port)
            process.stdout.read(4)
            process.send_signal(number)
            self.assertEqual(process.wait(WAIT), 128 + number)
            self.assertEqual(process.stderr.read(), b"")

    def test_terminal_on_one_side_only(self):
        """Typed on a terminal, in its charset; printed to a pipe, in UTF-8."""
        self.locale("zh_CN", "GBK")
        harkd = self.start()
        master, slave = os.openpty()
        self.addCleanup(os.close, master)
        process = self.pipe(harkd.port, stdin=slave)
        os.close(slave)
        wait_until(lambda: harkd.records("connected"), "the connection")
        # As UTF-8 it would be different text.
        os.write(master, "系统 停止\n\x04".encode("gbk"))
        output, errors = process.communicate(timeout=WAIT)
        self.assertEqual((process.returncode, errors), (0, b""))
        self.assertNotIn(b"hark>", output)
        self.assertEqual(harkd.messages()[0]["text"], "系统 停止")
        self.assertEqual(harkd.messages()[0]["charset"], "utf-8")


if __name__ == "__main__":
    unittest.main()
