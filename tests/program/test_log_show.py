"""hark log: its output, from a file of JSON Lines and from a journal file alike."""

import json
import os
import re
import signal
import subprocess
import unittest
from pathlib import Path

import log_oracle
from logs import HARK, LINES, MESSAGES, SHOWN, WAIT, LogTest
from sending import FLAT_KIB, memory_kib, wait_until


class Show(LogTest):
    def both(self, *arguments, lines=LINES):
        """The output, which must be the same for both sources."""
        from_file = self.log("--file", self.write(*lines), *arguments)
        from_journal = self.log("--file", self.journal(lines), *arguments)
        self.assertEqual(from_file, from_journal)
        status, output, errors = from_file
        self.assertEqual((status, errors), (int("--grep" in arguments and not output), ""))
        return output.splitlines()

    def test_messages(self):
        self.assertEqual(self.both(), MESSAGES)

    def test_events(self):
        self.assertEqual(self.both("--events"), SHOWN)

    def test_json_is_what_harkd_wrote(self):
        for path in (self.write(*LINES), self.journal(LINES)):
            with self.subTest(path=path.name):
                self.assertEqual(self.log_bytes("--json", "--events", "--file", path),
                                 (0, b"".join(LINES), b""))
                self.assertEqual(self.log_bytes("--file", path, "--json"),
                                 (0, b"".join(LINES[2:6]), b""))

    def test_a_real_daemons_log(self):
        harkd = self.start()
        client = self.connect(harkd).greeted()
        client.send("hello\n你好\n".encode() + "停止\n".encode("gbk") + b"\x1b\x00a\xff\xff\n"
                    + b"x" * 3000 + b"\n")
        harkd.wait_messages(client, 6)
        client.send(b"bye\n")
        harkd.wait_closed(client)
        probe = self.connect(harkd).greeted()
        probe.send(b"GET / HTTP/1.1\r\n\r\n")
        harkd.wait_closed(probe)
        harkd.send_signal(signal.SIGHUP)
        harkd.wait_record("reloaded")
        self.assertEqual(harkd.stop(), 0)
        content = harkd.log.path.read_bytes()
        journal = self.journal(content.splitlines(keepends=True))
        whole = log_oracle.joined(log_oracle.records_of(content)[0])
        for path in (harkd.log.path, journal):
            with self.subTest(path=path.name):
                status, output, errors = self.log_bytes("--json", "--events", "--file", path)
                self.assertEqual((status, errors), (0, b""))
                self.assertEqual([json.loads(line) for line in output.splitlines()], whole)
        self.assertEqual(self.shown("--file", journal), self.shown("--file", harkd.log.path))

    def test_filters(self):
        for arguments, expected in (
                (("--client", "2"), MESSAGES[2:]),
                (("--client", "5f3a9c01:1"), MESSAGES[:2]),
                (("--client", "5f3a9c02:1"), []),
                (("--peer", "192.0.2.7"), MESSAGES[:2]),
                (("--peer", "192.0.2.7:51324"), MESSAGES[:2]),
                (("--peer", "192.0.2.7:51325"), []),
                (("--peer", "2001:db8::/32"), MESSAGES[2:]),
                (("--peer", "[2001:0db8::7]:40112"), MESSAGES[2:]),
                (("--grep", "disk"), MESSAGES[2:3]),
                (("--grep", "DISK"), []),
                (("--grep", "^你.$"), MESSAGES[:1]),
                (("--since", "2026-11-22 10:00:04"), MESSAGES[2:]),
                (("--until", "2026-11-22T10:00:03.123456Z"), MESSAGES[:2]),
                (("--since", "2026-11-22T18:00:03+08:00", "--until", "2026-11-22 10:00:05"),
                 MESSAGES[1:3]),
                (("--since", "-1s", "--peer", "192.0.2.77"), []),
                (("--events", "--grep", "^closed", "--client", "1"), SHOWN[7:8]),
                (("--events", "--peer", "192.0.2.0/28"),
                 [*SHOWN[1:4], *SHOWN[6:9]]),
                (("-n", "2"), MESSAGES[2:]),
                (("-n", "0"), []),
                (("-n", "99"), MESSAGES),
                (("-n1", "--peer", "192.0.2.7"), MESSAGES[1:2]),
                (("-n", "3", "--events"), SHOWN[-3:]),
                (("-n", "3", "--since", "2026-11-22 10:00:05"), MESSAGES[3:]),
                (("-n", "1", "--until", "2026-11-22 10:00:04"), MESSAGES[1:2])):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.both(*arguments), expected)

    def test_local_time(self):
        self.environment["TZ"] = "CST-8"
        path = self.write(*LINES)
        self.assertEqual(self.shown("--file", path, "-n1")[0][:23], "2026-11-22 18:00:05.123")
        self.assertEqual(len(self.shown("--file", path, "--since", "2026-11-22 18:00:04")), 2)

    def test_damaged_lines_are_left_out_and_reported_once(self):
        path = self.write(LINES[2], b"nonsense\n", b"\n", b'{"time":"x"}\n', b"x" * 3_000_000 + b"\n",
                          LINES[3], LINES[4][:50])
        self.assertEqual(self.log("--file", path), (0, "".join(f"{line}\n" for line in MESSAGES[:2]),
                                                    "hark: 5 records were left out: they are "
                                                    "damaged or not from harkd\n"))
        self.assertEqual(self.log("--file", path, "-n", "1")[:2], (0, MESSAGES[1] + "\n"))
        self.assertEqual(self.log("--file", path, "-n", "2")[2],
                         "hark: 5 records were left out: they are damaged or not from harkd\n")
        # Complete except for its LF, as an editor may leave it.
        path = self.write(LINES[2], LINES[3][:-1])
        self.assertEqual(self.shown("--file", path), MESSAGES[:2])

    def test_other_entries_in_a_journal(self):
        stamp = 1795341602_500000
        journal = self.journal(LINES, more=[
            (stamp, [("SYSLOG_IDENTIFIER", "sshd"), ("MESSAGE", "x"), ("HARK_RUN", "5f3a9c01"),
                     ("HARK_EVENT", "message")]),
            (stamp, [("SYSLOG_IDENTIFIER", "harkd"), ("MESSAGE", "said on standard error")]),
            (stamp, [("SYSLOG_IDENTIFIER", "harkd"), ("MESSAGE", "forged"),
                     ("HARK_RUN", "5f3a9c01"), ("HARK_EVENT", "message"), ("HARK_CONN", "1,\"x\":2"),
                     ("HARK_TIME", "2026-11-22T10:00:02.500000Z")])])
        self.assertEqual(self.log("--file", journal, "--events"),
                         (0, "".join(f"{line}\n" for line in SHOWN),
                          "hark: 1 record was left out: it is damaged or not from harkd\n"))

    def test_long_texts_in_a_journal(self):
        """The journal stores them compressed."""
        texts = ["short needle one", "x" * 900, f"{'left ' * 300}needle two", f"{'y' * 12_000} needle three"]
        lines = [LINES[2].replace("你好".encode(), text.encode()) for text in texts]
        other = [(1795341602_500000, [("SYSLOG_IDENTIFIER", "sshd"),
                                      ("MESSAGE", f"{'a needle ' * 300_000}")])]
        journal = self.journal(lines, more=other)
        self.assertEqual(journal.read_bytes().count(b"x" * 900), 0)
        for pattern in ("needle", "NEEDLE", "needle (one|two)", "needle t", "x{5}", "."):
            with self.subTest(pattern=pattern):
                flags = 0 if pattern.isupper() else re.IGNORECASE
                found = [line.rpartition(": ")[2] for line in
                         self.log("--file", journal, "--grep", pattern)[1].splitlines()]
                self.assertEqual(found, [text for text in texts if re.search(pattern, text, flags)])

    def test_a_pattern_that_never_ends(self):
        line = LINES[2].replace("你好".encode(), b"a" * 64 + b"b")
        self.assertEqual(self.log("--file", self.write(line, LINES[3]), "--grep", "^(a+)+$"),
                         (1, "", "hark: 1 record was left out: the pattern would take too long on "
                                 "it\n"))
        # The same when the file is read twice.
        self.assertEqual(self.log("--file", self.write(line, LINES[3]), "--grep", "^(a+)+$", "-n", "1")[2],
                         "hark: 1 record was left out: the pattern would take too long on it\n")

    def test_bad_options(self):
        for arguments, complaint in ((("--since", "x"), '--since: invalid time "x"'),
                                     (("--client", "x"), '--client: invalid connection "x"'),
                                     (("--peer", "x"), '--peer: invalid address "x"'),
                                     (("--grep", "a(b"), "--grep: invalid pattern, at character 4: "
                                                         "missing closing parenthesis"),
                                     (("-n", "x"), '--lines: invalid count "x"'),
                                     (("-x",), "no such option: -x"),
                                     (("--since", "now", "--until", "-1h"),
                                      "--since must not be after --until")):
            with self.subTest(arguments=arguments):
                status, output, errors = self.log("--file", self.write(), *arguments)
                self.assertEqual((status, output), (2, ""))
                self.assertTrue(errors.startswith(f"hark: {complaint}"), errors)
                self.assertTrue(errors.endswith("hark: try: hark log --help\n"))
        self.assertIn("yesterday", self.log("--since", "x")[2])

    def test_files_that_cannot_be_read(self):
        missing = self.folder / "missing\x1b"
        self.assertEqual(self.log("--file", missing),
                         (1, "", f"hark: cannot read {self.folder}/missing\\x1b: "
                                 "No such file or directory\n"))
        self.assertEqual(self.log("--file", self.folder)[::2],
                         (1, f"hark: cannot read {self.folder}: Is a directory\n"))
        self.assertEqual(self.log("--file", "/dev/null"),
                         (1, "", "hark: cannot read /dev/null: not a regular file\n"))
        broken = self.write(b"LPKSHHRH and nothing that a journal has", name="broken.journal")
        self.assertEqual(self.log("--file", broken),
                         (1, "", f"hark: cannot read {broken}: it is not a valid journal file\n"))
        self.assertEqual(self.shown("--file", self.write()), [])

    def test_corrupt_journal_files(self):
        whole = self.journal(LINES).read_bytes()
        unknown_flags = whole[:12] + b"\xff" * 4 + whole[16:]
        for damaged, reason in (
                (whole[:len(whole) // 2], "it is not a valid journal file"),
                (unknown_flags, "it is not a valid journal file, or from a newer systemd")):
            path = self.write(damaged, name="damaged.journal")
            self.assertEqual(self.log("--file", path),
                             (1, "", f"hark: cannot read {path}: {reason}\n"))

    def test_a_journal_whose_end_is_missing(self):
        """As after a power failure."""
        path = self.journal(LINES * 20)
        whole = path.read_bytes()
        end = int.from_bytes(whole[136:144], "little")
        path.write_bytes(whole[:end - 8000] + bytes(len(whole) - end + 8000))
        said = f"hark: {path} is damaged: what can be read of it is shown\n"
        status, output, errors = self.log("--file", path)
        self.assertEqual((status, errors), (1, said))
        shown = output.splitlines()
        self.assertGreater(len(shown), 40)
        for arguments, expected in ((("-n", "3"), shown[-3:]), (("--reverse",), shown[::-1]),
                                    (("-n", "2", "--grep", "Disk"),
                                     [line for line in shown if "Disk" in line][-2:])):
            status, output, errors = self.log("--file", path, *arguments)
            self.assertEqual((status, output.splitlines(), errors), (1, expected, said))
        # Damage in the middle.
        middle = whole.index(b"HARK_TEXT=Disk") - 64
        path.write_bytes(whole[:middle] + bytes(64) + whole[middle + 64:])
        self.assertEqual(self.log("--file", path)[::2], (1, said))

    def test_a_journal_with_a_lost_page(self):
        """libsystemd's index leads no further than the damage, but the rest is shown, too."""
        path = self.journal(LINES * 20)
        whole = path.read_bytes()
        end = int.from_bytes(whole[136:144], "little")
        table = int.from_bytes(whole[104:112], "little")
        said = f"hark: {path} is damaged: what can be read of it is shown\n"

        def log(*arguments):
            status, output, errors = self.log(*arguments)
            self.assertEqual((status, errors[:len(said)]), (1, said))
            return output.splitlines()

        everything = len(self.shown("--file", path))
        buckets = next(place for place in range(table, table + 1 << 20, 16)
                       if any(whole[place:place + 16]))
        for place in (buckets, *range(end - 40_000, end - 8000, 4096)):
            with self.subTest(place=place):
                size = 16 if place == buckets else 4096
                path.write_bytes(whole[:place] + bytes(size) + whole[place + size:])
                shown = log("--file", path)
                self.assertGreater(len(shown), everything - 30)
                self.assertEqual(log("--file", path, "--reverse"), shown[::-1])
                self.assertEqual(log("--file", path, "-n", "1000"), shown)
                self.assertEqual(log("--file", path, "-n", "1000", "--reverse"), shown[::-1])
                self.assertEqual(log("--file", path, "--grep", "Disk"),
                                 [line for line in shown if "Disk" in line])
        good = self.journal(LINES, name="good.journal")
        both = ("--file", path, "--file", good)
        self.assertEqual(log(*both, "--reverse")[::-1], log(*both))

    def test_a_long_damaged_journal(self):
        """It is read backwards in sections, the last ones of which may be intact."""
        path = self.journal(LINES * 2000)
        whole = path.read_bytes()
        everything = self.shown("--file", path)
        said = f"hark: {path} is damaged: what can be read of it is shown\n"
        end = int.from_bytes(whole[136:144], "little")
        for tenths in (6, 7):
            place = end * tenths // 10
            path.write_bytes(whole[:place] + bytes(4096) + whole[place + 4096:])
            with self.subTest(tenths=tenths):
                for count in ("1", "10"):
                    self.assertEqual(self.log("--file", path, "-n", count)[1].splitlines(),
                                     everything[-int(count):])
                for arguments in ((), ("--since", "2026-11-22T00:00:00Z")):
                    status, output, errors = self.log("--file", path, "-n", "1000000", *arguments)
                    self.assertEqual((status, errors[:len(said)]), (1, said))
                    self.assertGreater(len(output.splitlines()), len(everything) - 100)

    def test_one_of_several_journals_is_damaged(self):
        good = self.journal(LINES, name="good.journal")
        bad = self.write(good.read_bytes()[:5000], name="bad.journal")
        said = f"hark: cannot read {bad}: it is not a valid journal file\n"
        for files in ((good, bad), (bad, good)):
            arguments = [word for file in files for word in ("--file", file)]
            status, output, errors = self.log(*arguments)
            self.assertEqual((status, output.splitlines(), errors), (1, MESSAGES, said))
        self.assertEqual(self.log("--file", bad, "--file", bad)[:2], (1, ""))

    def test_a_journal_on_standard_input(self):
        with self.journal(LINES).open("rb") as file:
            done = subprocess.run([HARK, "log", "--file", "-"], stdin=file, capture_output=True,
                                  env=self.environment, timeout=WAIT, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr.decode()),
                         (1, b"", "hark: cannot read standard input: it is a journal file; name it "
                                  "with --file\n"))

    def test_none_of_those_that_match(self):
        path = self.write(*LINES)
        self.write(*LINES[:5], name="messages.jsonl.1")
        for arguments in ((), ("--reverse",)):
            for pattern, status in (("Disk", 0), ("nothing", 1)):
                self.assertEqual(self.log("--file", path, "-n", "0", "--grep", pattern, *arguments),
                                 (status, "", ""))

    def test_the_reader_exits(self):
        path = self.write(*LINES * 3000)
        done = subprocess.run(["bash", "-c", '"$0" log --file "$1" | head -1; echo ${PIPESTATUS[0]}',
                               HARK, path], capture_output=True, env=self.environment, timeout=WAIT,
                              check=True)
        self.assertEqual(done.stdout.decode().splitlines(), [MESSAGES[0], "0"])
        self.assertEqual(done.stderr, b"")

    def test_a_reader_that_goes_before_the_last_of_it(self):
        process = self.begin("--file", self.write(*LINES * 100), pipesize=4096)
        self.wait_blocked(process)
        process.stdout.close()
        self.assertEqual(process.wait(WAIT), 0)
        self.assertEqual(process.stderr.read(), b"")

    def test_the_last_of_it_cannot_be_written(self):
        ours, theirs = os.openpty()
        process = self.begin("--file", self.write(*LINES * 200), stdout=theirs)
        os.close(theirs)
        self.wait_blocked(process)
        os.close(ours)
        self.assertEqual(process.wait(WAIT), 1)
        self.assertEqual(process.stderr.read(),
                         b"hark: cannot write to standard output: Input/output error\n")

    def wait_blocked(self, process):
        """Waits until it sleeps with its file open: its output is full, and waits for a reader."""
        def sleeps():
            opened = {os.path.realpath(link) for link in Path(f"/proc/{process.pid}/fd").iterdir()}
            state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
            return str(self.folder / "messages.jsonl") in opened and state == "S"
        wait_until(sleeps, "the output to be full")

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([HARK, "log", "--file", self.write(*LINES)], stdout=full,
                                  stderr=subprocess.PIPE, env=self.environment, timeout=WAIT,
                                  check=False)
        self.assertEqual((done.returncode, done.stderr),
                         (1, b"hark: cannot write to standard output: No space left on device\n"))

    def test_a_stalled_reader_costs_no_memory(self):
        path = self.write(*LINES * 20_000)
        small = self.begin("--file", self.write(*LINES, name="small"), "-f")
        wait_until(lambda: small.stdout.readline(), "a line")
        base = memory_kib(small)
        large = self.begin("--file", path)
        for _ in range(10_000):
            self.assertTrue(large.stdout.readline())
        self.assertLess(memory_kib(large), base + FLAT_KIB)
        rest = large.stdout.read().splitlines()
        self.assertEqual(len(rest), 70_000)
        self.assertEqual(large.wait(WAIT), 0)
        followed = self.begin("--file", path, "-n", "3", "-f")
        for message in MESSAGES[1:]:
            self.assertEqual(followed.stdout.readline().decode().rstrip("\n"), message)
        self.assertLess(memory_kib(followed), base + FLAT_KIB)


class Terminal(LogTest):
    def at_terminal(self, *arguments, charset="UTF-8"):
        return self.seat("log", *arguments, columns=100, charset=charset)

    def test_colour(self):
        path = self.write(*LINES)
        person = self.at_terminal("--events", "--file", path)
        self.assertEqual(person.wait(), 0)
        self.assertIn("\x1b[36m192.0.2.7:51324\x1b[0m #1: 你好\r\n".encode(), person.output)
        self.assertIn(b"a\\x1b[31m\\nb\\u202e\\x00\r\n", person.output)
        for refusal in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            with self.subTest(refusal=refusal):
                self.environment.update(refusal)
                person = self.at_terminal("--events", "--file", path)
                self.assertEqual(person.wait(), 0)
                self.assertNotIn(b"\x1b", person.output)
                self.assertEqual(person.output.decode().splitlines(), SHOWN)
                self.environment["NO_COLOR"] = ""
        self.environment["TERM"] = "xterm-256color"
        person = self.at_terminal("--json", "--file", path)
        self.assertEqual(person.wait(), 0)
        self.assertNotIn(b"\x1b", person.output)

    def test_ctrl_c(self):
        person = self.at_terminal("-f", "--file", self.write(*LINES))
        person.wait_output("#2: a\ufffd")
        person.type("\x03")
        self.assertEqual(person.wait(), 130)

    def test_the_terminals_charset(self):
        self.locale("zh_CN", "GBK")
        path = self.write(*LINES)
        status, output, errors = self.log_bytes("--file", path)
        self.assertEqual((status, errors), (0, b""))
        self.assertEqual(output.decode("gbk").splitlines()[0], MESSAGES[0])
        self.assertIn("a\\ufffd", output.decode("gbk"))
        self.assertEqual(self.log_bytes("--file", path, "--grep", "你".encode("gbk"))[1],
                         (MESSAGES[0] + "\n").encode("gbk"))
        self.assertEqual(self.log_bytes("--file", path, "--json")[1], b"".join(LINES[2:6]))
        status, _, errors = self.log_bytes("--file", path, "--grep", b"\xff\xff")
        self.assertEqual(status, 2)
        person = self.at_terminal("--file", path, charset="GBK")
        self.assertEqual(person.wait(), 0)
        self.assertIn("你好".encode("gbk"), person.output)


if __name__ == "__main__":
    unittest.main()
