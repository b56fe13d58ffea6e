"""hark log: the form, order and amount of its output, and its exit status."""

import json
import unittest

from client import WAIT
from logs import LINES, MESSAGES, LogTest

FIRST, SECOND, THIRD, FOURTH = LINES[2:6]


class Output(LogTest):
    def both(self, *arguments):
        """The output, the same from a file, a journal, and standard input."""
        path = self.write(*LINES)
        shown = self.log("--file", path, *arguments)
        self.assertEqual(self.log("--file", self.journal(LINES), *arguments), shown)
        with path.open("rb") as stdin:
            process = self.begin("--file", "-", *arguments, stdin=stdin)
        output, errors = process.communicate(timeout=WAIT)
        self.assertEqual((process.returncode, output.decode(), errors.decode()), shown)
        return shown

    def test_format(self):
        for text, expected in (
                ("%t %p %x", "2026-11-22 10:00:02.123 192.0.2.7:51324 你好"),
                ("%T|%s", "2026-11-22T10:00:02.123456Z|1795341602.123456"),
                ("%r:%c:%n %e", "5f3a9c01:1:1 message"),
                ("%a,%C,%b,%E,%h", "192.0.2.7,gb18030,4,lf,c4e3bac3"),
                ("100%% [%l%k]", "100% []"),
                (r"a\tb\\", "a\tb\\")):
            with self.subTest(text=text):
                self.assertEqual(self.both("--format", text, "--count", "1"), (0, expected + "\n", ""))
        self.assertEqual(self.both("--format", "%a %h %x", "-n", "1"),
                         (0, "2001:db8::7 61ff a\ufffd\n", ""))
        self.assertEqual(self.both("--format", "%x", "-n", "3")[1].splitlines()[0],
                         r"a\x1b[31m\nb\u202e\x00")
        early = self.write(LINES[2].replace(b"2026-11-22T10:00:02.123456", b"1969-12-31T23:59:58.250000"))
        self.assertEqual(self.shown("--file", early, "--format", "%s"), ["-1.750000"])
        for wrong, letter in (("%Z", "%Z"), ("%x %", "%"), ("%你", "%你")):
            status, output, errors = self.log("--file", self.write(), "--format", wrong)
            self.assertEqual((status, output), (2, ""))
            self.assertIn(f'hark: --format: unknown letter "{letter}"', errors)

    def test_fields(self):
        self.assertEqual(self.both("--fields", "text,seq", "--count", "1"), (0, "你好\t1\n", ""))
        status, output, errors = self.both("--json", "--fields", "text,seq,raw")
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(json.loads(output.splitlines()[0]), {"seq": 1, "text": "你好"})
        self.assertEqual(json.loads(output.splitlines()[3])["raw"], "Yf8=")
        self.assertEqual(self.log("--file", self.write(), "--fields", "text,nothing")[0], 2)

    def test_how_many_and_in_which_order(self):
        for arguments, expected in ((("--count", "2"), MESSAGES[:2]),
                                    (("--reverse",), MESSAGES[::-1]),
                                    (("--reverse", "-n", "2"), MESSAGES[:1:-1]),
                                    (("--reverse", "--count", "1"), MESSAGES[3:]),
                                    (("-n", "3", "--count", "2"), MESSAGES[1:3]),
                                    (("-n", "9"), MESSAGES), (("--count", "9"), MESSAGES)):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.both(*arguments),
                                 (0, "".join(f"{line}\n" for line in expected), ""))

    def test_matches(self):
        self.assertEqual(self.both("--grep", "nothing"), (1, "", ""))
        self.assertEqual(self.both("--grep", "disk|你", "-v")[:2],
                         (0, f"{MESSAGES[1]}\n{MESSAGES[3]}\n"))
        self.assertEqual(self.both("--grep", "", "-v"), (1, "", ""))
        self.assertEqual(self.both("--since", "2030-01-01"), (0, "", ""))

    def test_timeout(self):
        path = self.write(*LINES)
        for arguments, status in (((), 0), (("--grep", "Disk"), 0), (("--grep", "nothing"), 1)):
            process = self.begin("-f", "--file", path, "--timeout", "0.3", *arguments)
            self.assertEqual(process.wait(WAIT), status)
            self.assertEqual(process.stderr.read(), b"")
        process = self.begin("-f", "--file", path, "--count", "4")
        self.assertEqual(process.wait(WAIT), 0)
        self.assertEqual(process.stdout.read().decode().splitlines(), MESSAGES)

    def test_what_does_not_go_together(self):
        for arguments in (("-v",), ("-f", "--reverse"), ("-f", "--summary"), ("--count", "0"),
                          ("--count", "x"), ("-f", "--file", "other")):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.log("--file", self.write(), *arguments)[0], 2)
        journal = self.journal(LINES)
        self.assertEqual(self.log("--file", self.write(), "--file", journal)[0], 2)

    def test_times_of_people(self):
        path = self.write(*LINES)
        for time in ("Sun 2026-11-22 10:00:04", "2026-11-22 18:00:04 Asia/Shanghai",
                     "2026-11-22 10:00:04 UTC"):
            with self.subTest(time=time):
                self.assertEqual(self.shown("--file", path, "--since", time), MESSAGES[2:])
        for time in ("2 hours ago", "yesterday 10:00", "today 9:00 UTC"):
            with self.subTest(time=time):
                self.assertEqual(self.log("--file", path, "--since", time)[0], 0)


class Summary(LogTest):
    def test_table(self):
        path = self.write(*LINES)
        lines = self.shown("--file", path, "--summary")
        self.assertEqual([line.split() for line in lines[:4]], [
            ["address", "first", "last", "messages", "bytes", "charset"],
            ["192.0.2.7", "2026-11-22", "10:00:02", "2026-11-22", "10:00:03", "2", "17B", "gb18030",
             "utf-8"],
            ["2001:db8::7", "2026-11-22", "10:00:04", "2026-11-22", "10:00:05", "2", "11B", "bytes",
             "utf-8"],
            ["all", "2026-11-22", "10:00:02", "2026-11-22", "10:00:05", "4", "28B", "bytes",
             "gb18030", "utf-8"]])
        self.assertEqual(lines[-1], "2026-11-22 10:00:02 - 2026-11-22 10:00:05")
        self.assertEqual(self.shown("--file", path, "--summary", "--grep", "disk")[1].split()[0],
                         "2001:db8::7")
        self.assertEqual(self.log("--file", path, "--summary", "--grep", "nothing")[0], 1)

    def test_json(self):
        objects = [json.loads(line)
                   for line in self.shown("--json", "--summary", "--file", self.write(*LINES))]
        self.assertEqual(objects[0], {
            "address": "192.0.2.7", "first": "2026-11-22T10:00:02.123456Z",
            "last": "2026-11-22T10:00:03.123456Z", "messages": 2, "bytes": 17,
            "charsets": ["gb18030", "utf-8"]})
        self.assertEqual((objects[-1]["summary"], objects[-1]["messages"]), ("all", 4))

    def test_graph_on_a_terminal(self):
        lines = []
        for second in range(60):
            time = f"2026-11-22T10:00:{second:02}".encode()
            count = 10 if second == 30 else 1
            lines += [FIRST.replace(b"2026-11-22T10:00:02", time)] * count
        person = self.seat("log", "--summary", "--file", self.write(*lines), columns=41,
                           charset="UTF-8")
        self.assertEqual(person.wait(), 0)
        shown = person.output.decode().splitlines()
        graph = shown[-2]
        self.assertEqual(len(graph), 30)
        self.assertEqual(graph[15], "█")
        self.assertEqual(graph.count("█"), 1)
        self.assertTrue(all("▁" <= bar <= "█" for bar in graph))
        # GBK has such blocks, but two columns wide.
        self.locale("zh_CN", "GBK")
        person = self.seat("log", "--summary", "--file", self.write(*lines), columns=41,
                           charset="GBK")
        self.assertEqual(person.wait(), 0)
        self.assertNotIn("█", person.output.decode("gbk"))
        self.assertIn("192.0.2.7", person.output.decode("gbk"))


if __name__ == "__main__":
    unittest.main()
