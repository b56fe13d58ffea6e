"""hark tail."""

import json
import queue
import re
import select
import signal
import socket
import subprocess
import unittest
from pathlib import Path

from client import WAIT
from controlling import ControlTest
from fake_control import Error, HangUp, make_record
from terminal import wait_until


class Tail(ControlTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.records = queue.Queue()
        self.server.handle("Tail", self.follow)

    def follow(self, _):
        """Yields the replies that the test puts into the queue."""
        while True:
            reply = self.records.get()
            yield reply
            if isinstance(reply, (HangUp, Error)):
                return

    def put(self, *records):
        for record in records:
            self.records.put({"record": record})

    def setup_tail(self, *arguments, **options):
        process = self.begin(*arguments, **options)
        self.addCleanup(self.records.put, HangUp())
        wait_until(lambda: self.server.parameters("Tail"), "the call")
        return process

    @staticmethod
    def lines(process, count):
        found = []
        while len(found) < count:
            assert select.select([process.stdout], [], [], WAIT)[0], f"only {found}"
            line = process.stdout.readline()
            assert line, f"only {found}"
            found.append(line.decode().rstrip("\n"))
        return found

    def test_records_as_hark_log_shows_them(self):
        process = self.setup_tail("tail", bufsize=0)
        self.put(make_record(1), make_record(2, "你好\x1b[2J"))
        self.records.put({"record": {"time": "2026-11-22T10:00:00.000003Z", "run": "5f3a9c01",
                                     "event": "connected", "conn": 18, "peer": "[::1]:40"}})
        self.assertEqual(self.lines(process, 3), [
            "2026-11-22 10:00:00.000 192.0.2.7:51324 #1: hello",
            "2026-11-22 10:00:00.000 192.0.2.7:51324 #2: 你好\\x1b[2J",
            "2026-11-22 10:00:00.000 [::1]:40 connected"])
        self.assertEqual(self.server.calls[0], {"method": "org.harkd.Tail", "more": True})
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(WAIT), 130)
        self.assertEqual(process.stderr.read(), b"")

    def test_json(self):
        process = self.setup_tail("--json", "tail", bufsize=0)
        records = [make_record(1), make_record(2, "a\u202eb你")]
        self.put(*records)
        self.records.put({"dropped": 5, "record": make_record(8)})
        lines = self.lines(process, 4)
        self.assertEqual([json.loads(line) for line in lines],
                         [*records, {"dropped": 5}, make_record(8)])
        self.assertIn("a\\u202eb你", lines[1])

    def test_dropped(self):
        process = self.setup_tail("tail", bufsize=0)
        self.records.put({"dropped": 1})
        self.records.put({"dropped": 500, "record": make_record(3)})
        lines = self.lines(process, 3)
        self.assertEqual(lines[:2], ["1 record was not shown: hark could not keep up",
                                     "500 records were not shown: hark could not keep up"])
        self.assertTrue(lines[2].endswith("#3: hello"))

    def test_criteria(self):
        process = self.setup_tail("tail", "--client", "17", "--peer", "192.0.2.0/24", "--text",
                                  "错误", "--events")
        asked = self.server.parameters("Tail")[0]
        self.assertEqual({key: asked[key] for key in ("client", "peer", "text")},
                         {"client": 17, "peer": "192.0.2.0/24", "text": "错误"})
        self.assertLessEqual({"message", "connected", "closed", "paused", "diagnostic"},
                             set(asked["events"]))
        self.assertIsNone(process.poll())

    def test_bad_criteria(self):
        for arguments, complaint in ((("--client", "x"), 'invalid client "x"'),
                                     (("--client", "0"), 'invalid client "0"'),
                                     (("--peer", "192.0.2"), '--peer: invalid address "192.0.2"'),
                                     (("--text", b"\xff"), "not valid in the locale's charset")):
            with self.subTest(arguments=arguments):
                status, _, errors = self.run_hark("tail", *arguments)
                self.assertEqual(status, 2)
                self.assertIn(complaint, errors)
        self.assertEqual(self.server.calls, [])

    def test_refused(self):
        self.server.handle("Tail", lambda _: [Error("org.harkd.TooMany", limit=64)])
        self.assertEqual(self.run_hark("tail"),
                         (1, "", "hark: limit of 64 reached\n"))

    def test_no_records(self):
        for reply in ({"record": 5}, {"record": {}}, {"dropped": "many"}, {"dropped": -1},
                      {"record": {**make_record(1), "seq": "one"}}, b"{\0", b"\xff\0"):
            with self.subTest(reply=reply):
                self.server.handle("Tail", lambda _, reply=reply: [reply, reply])
                status, output, errors = self.run_hark("tail")
                self.assertEqual((status, output), (3, ""))
                self.assertIn("hark: not a valid reply from harkd: ", errors)

    def test_follows_across_a_restart(self):
        process = self.setup_tail("tail", bufsize=0)
        self.put(make_record(1))
        self.lines(process, 1)
        self.server.close()
        self.records.put(HangUp())
        self.assertEqual(process.stderr.readline(), b"hark: the daemon closed the connection\n")
        self.assertEqual(process.stderr.readline(), b"hark: waiting for the daemon\n")
        self.records = queue.Queue()
        self.server.open()
        wait_until(lambda: len(self.server.parameters("Tail")) == 2, "another call")
        self.put(make_record(2, run="5f3a9c02"))
        self.assertRegex(self.lines(process, 1)[0], "#2: hello$")
        self.assertEqual(process.stderr.readline(),
                         b"hark: connected again; what was recorded in between is not shown\n")
        self.assertIsNone(process.poll())

    def test_a_daemon_that_always_hangs_up(self):
        """It is retried with growing delays, which is reported once."""
        self.server.handle("Tail", lambda _: [HangUp()])
        process = self.begin("tail")
        wait_until(lambda: len(self.server.calls) >= 4, "the fourth call")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(WAIT), 128 + signal.SIGTERM)
        self.assertLess(len(self.server.calls), 8)
        self.assertEqual(process.stderr.read(),
                         b"hark: the daemon closed the connection\nhark: waiting for the daemon\n")

    def test_a_daemon_that_is_too_busy_at_first(self):
        """Once it has replied, it is waited for like any other."""
        self.server.close()
        self.path.unlink()
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(str(self.path))
        listener.listen(0)
        crowd = self.fill()
        process = self.begin("tail")
        self.wait_waits(process, 5)
        for _ in range(len(crowd)):
            listener.accept()[0].close()
        let_in, _ = listener.accept()
        self.addCleanup(let_in.close)
        self.assertIn(b"org.harkd.Tail", let_in.recv(65536))
        # Its backlog is full again: there is nothing new to report.
        self.fill()
        let_in.close()
        self.assertEqual(process.stderr.readline(), b"hark: the daemon closed the connection\n")
        self.assertEqual(process.stderr.readline(), b"hark: waiting for the daemon\n")
        self.wait_waits(process, 5)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(WAIT), 128 + signal.SIGTERM)
        self.assertEqual(process.stderr.read(), b"")

    def wait_waits(self, process, count):
        """Waits until it has slept this often: in between, it has tried to connect."""
        def waits():
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
            return int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", status, re.MULTILINE)[1])
        first = waits()
        wait_until(lambda: waits() >= first + count, "another try")

    def fill(self):
        """Connections that were not accepted, as many as fit into the backlog."""
        crowd = []
        while True:
            one = socket.socket(socket.AF_UNIX)
            self.addCleanup(one.close)
            one.setblocking(False)
            try:
                one.connect(str(self.path))
            except BlockingIOError:
                return crowd
            crowd.append(one)

    def test_no_daemon_at_first(self):
        self.server.close()
        status, _, errors = self.run_hark("tail")
        self.assertEqual(status, 3)
        self.assertIn("Connection refused", errors)

    def test_a_pipe_that_nobody_reads(self):
        """It exits quietly, even if no record comes."""
        for with_record in (True, False):
            with self.subTest(with_record=with_record):
                self.records = queue.Queue()
                process = self.setup_tail("tail")
                process.stdout.close()
                if with_record:
                    self.put(make_record(1))
                self.assertEqual(process.wait(WAIT), 0)
                self.assertEqual(process.stderr.read(), b"")
                self.records.put(HangUp())

    def test_a_slow_reader(self):
        """What it does not read stays with the daemon."""
        sent = []
        def flood(_):
            for number in range(200000):
                sent.append(number)
                yield {"record": make_record(number, "x" * 500)}
        self.server.handle("Tail", flood)
        process = self.begin("tail")
        def stuck():
            before = len(sent)
            # There is no condition to wait for: nothing more must happen.
            select.select([], [], [], 0.5)
            return before > 0 and len(sent) == before
        wait_until(stuck, "the flood to stand still")
        self.assertLess(len(sent), 20000)
        self.assertLess(self.rss_kib(process), 40 * 1024 * 8)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(WAIT), 130)

    @staticmethod
    def rss_kib(process):
        with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))

    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            process = self.setup_tail("tail", stdout=full)
            self.put(make_record(1), make_record(2))
            self.assertEqual(process.wait(WAIT), 1)
        self.assertEqual(process.stderr.read(),
                         b"hark: cannot write to standard output: No space left on device\n")

    def test_in_gbk(self):
        self.locale("zh_CN", "GBK")
        process = self.setup_tail("tail", "--text", "错误".encode("gbk"), bufsize=0)
        self.put(make_record(1, "有错误🎉"), make_record(2))
        line = process.stdout.readline().decode("gbk")
        self.assertTrue(line.endswith("#1: 有错误\\U0001f389\n"), line)
        self.assertEqual(self.server.parameters("Tail"), [{"text": "错误"}])

    def test_colour_on_a_terminal(self):
        for no_colour in ("", "1"):
            with self.subTest(no_colour=no_colour):
                self.records = queue.Queue()
                self.environment["NO_COLOR"] = no_colour
                person = self.sit_down("tail")
                self.put(make_record(1), make_record(2))
                person.wait_for(lambda screen: "#1: hello" in "".join(screen.text()))
                self.assertEqual(b"\x1b[36m192.0.2.7:51324\x1b[0m" in person.output, not no_colour)
                person.type("\x03")
                self.assertEqual(person.wait(), 130)
                self.records.put(HangUp())


if __name__ == "__main__":
    unittest.main()
