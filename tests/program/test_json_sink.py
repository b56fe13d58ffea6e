"""JSON Lines on standard output as a log: what is on it, a slow reader, one that goes, a reload."""

import json
import os
import re
import unittest

from configured import LISTEN, change_config, log_line, start_configured
from harness import ProgramTest, run_harkd


class JsonSink(ProgramTest):
    def start_on_pipe(self):
        """A daemon, and the end of the pipe that its standard output is read from."""
        reader, writer = self.pipe()
        harkd = self.start(sinks=("json",), output=writer)
        os.close(writer)
        return harkd, reader

    def pipe(self):
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        return reader, writer

    def read_until(self, harkd, reader, enough):
        shown = bytearray()

        def has_enough():
            try:
                while data := os.read(reader, 65536):
                    shown.extend(data)
            except BlockingIOError:
                pass
            return enough(shown)
        harkd.wait_for(has_enough, what="the records on standard output")
        return bytes(shown)

    def test_the_lines_are_those_of_a_file(self):
        harkd, reader = self.start_on_pipe()
        self.addCleanup(os.close, reader)
        client = self.greeted(harkd)
        client.send("你好\x1b[2J\n".encode() + "停止\n".encode("gbk") + b"\xff\n")
        harkd.wait_messages(client, 3)
        self.assertEqual(harkd.stop(), 0)
        lines = harkd.log.path.read_bytes()
        self.assertEqual(self.read_until(harkd, reader, lambda shown: len(shown) >= len(lines)),
                         lines)

    def test_that_nobody_reads_is_a_pause(self):
        harkd, reader = self.start_on_pipe()
        self.addCleanup(os.close, reader)
        client = self.greeted(harkd)
        count, text = 300, b"x" * 500
        client.send((text + b"\n") * count)
        harkd.wait_for(lambda: harkd.records("paused"), what="the pause")
        self.assertEqual(harkd.records("paused")[0]["sink"], "json")
        shown = self.read_until(harkd, reader, lambda shown: shown.count(text) == count)
        records = [json.loads(line) for line in shown.splitlines() if b'"message"' in line]
        self.assertEqual([record["seq"] for record in records], list(range(1, count + 1)))
        self.assertEqual(len(harkd.wait_messages(client, count)), count)

    def test_one_that_is_gone_is_dropped(self):
        harkd, reader = self.start_on_pipe()
        client = self.greeted(harkd)
        os.close(reader)
        client.send(b"one\n")
        client.expect(b"250 ok #1")
        self.assertEqual(harkd.wait_record("diagnostic")["text"],
                         "json is gone (Broken pipe) and gets no more records")
        client.send(b"two\n")
        client.expect(b"250 ok #2")
        self.assertEqual(harkd.stop(), 0)
        self.assertEqual(harkd.records("paused"), [])

    def test_a_reload_makes_it_of_the_console(self):
        path = self.folder / "log.jsonl"
        reader, writer = self.pipe()
        self.addCleanup(os.close, reader)
        harkd = start_configured(self, LISTEN + log_line(f"file:{path}", "console"), path,
                                 output=writer).wait_listening()
        os.close(writer)
        client = self.greeted(harkd)
        client.send(b"before\n")
        client.expect(b"250 ok #1")
        change_config(harkd, LISTEN + log_line(f"file:{path}", "json"))
        harkd.wait_record("reloaded")
        client.send(b"behind\n")
        client.expect(b"250 ok #2")
        self.assertEqual(harkd.stop(), 0)
        lines = path.read_bytes()
        shown = self.read_until(harkd, reader, lambda shown: shown.endswith(lines[-100:]))
        for_people, for_programs = re.split(rb"(?m)^(?={)", shown, maxsplit=1)
        self.assertTrue(for_people.endswith(b"#1: before\n"), for_people)
        self.assertTrue(lines.endswith(for_programs))
        self.assertIn(b'"text":"behind"', for_programs)

    def test_it_and_the_console_are_one_output(self):
        done = run_harkd("--check-config", "--config", "/dev/null", "--log", "console", "--log",
                         "json")
        self.assertEqual((done.returncode, done.stderr), (
            2, b"harkd: --log: console and json are both standard output: expected one of them\n"))


if __name__ == "__main__":
    unittest.main()
