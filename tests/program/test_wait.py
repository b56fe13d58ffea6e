"""hark wait, and what hark tail does when it is told where to end."""

import json
import select
import unittest

from client import WAIT
from controlling import ControlTest
from fake_control import HangUp, make_record
from restarting import RestartTest
from running import HarkTest
from terminal import wait_until


class WithADaemon(HarkTest, RestartTest):
    def setUp(self):
        super().setUp()
        self.environment["TZ"] = "UTC0"
        self.harkd = self.start()
        self.client = self.greeted(self.harkd)
        self.sent = 0

    def send(self, text):
        self.client.send(text + b"\n")
        self.sent += 1
        self.client.expect(b"250 ok #%d" % self.sent)

    def begin(self, *arguments):
        """hark, following."""
        process = self.start_hark("--control", self.harkd.control, *arguments)
        self.harkd.wait_for(lambda: self.status(self.harkd)["tails"] == 1, what="the tail")
        return process

    def ended(self, process):
        output, errors = process.communicate(timeout=WAIT)
        return process.returncode, output.decode(), errors.decode()

    def test_until_it_comes(self):
        self.send(b"READY")
        process = self.begin("wait", "--text", "ready", "--peer", "127.0.0.1", "--timeout", "60")
        self.send(b"not yet")
        self.assertIsNone(process.poll())
        self.send(b"it is Ready now")
        self.send(b"ready again")
        status, output, errors = self.ended(process)
        self.assertEqual((status, errors), (0, ""))
        self.assertTrue(output.endswith(f"{self.client.name} #3: it is Ready now\n"), output)
        self.assertEqual(output.count("\n"), 1)

    def test_a_message_in_parts(self):
        text = b"x" * 1500 + b"READY" + b"y" * 1500
        process = self.begin("--json", "wait", "--grep", "xREADYy")
        tail = self.start_hark("--control", self.harkd.control, "--json", "tail", "--count", "1")
        self.harkd.wait_for(lambda: self.status(self.harkd)["tails"] == 2, what="both")
        # The boundary between two parts is in the word.
        for before in range(1020, 1025):
            if process.poll() is not None:
                break
            self.send(b"x" * before + b"READY" + b"y" * 1500)
        for each in (process, tail):
            status, output, errors = self.ended(each)
            self.assertEqual((status, errors), (0, ""))
            record = json.loads(output)
            self.assertIn("xREADYy", record["text"])
            self.assertEqual(record["bytes"], len(record["text"]))
            self.assertNotIn("part", record)
            self.assertNotIn("more", record)
        self.assertGreater(len(text), 1024)

    def test_the_time_is_over(self):
        self.assertEqual(self.ended(self.begin("wait", "--text", "READY", "--timeout", "0.5")),
                         (3, "", "hark: timeout: the message has not come\n"))
        for arguments, status in (((), 0), (("--grep", "READY"), 1)):
            process = self.begin("tail", "--timeout", "0.5", *arguments)
            self.assertEqual(self.ended(process), (status, "", ""))

    def test_tail_with_a_pattern_and_a_count(self):
        process = self.begin("tail", "--grep", "^[ab]", "--count", "2", "--format", "%n %x")
        for text in (b"a1", b"c", b"b2", b"a3"):
            self.send(text)
        self.assertEqual(self.ended(process), (0, "1 a1\n3 b2\n", ""))
        process = self.begin("tail", "--grep", "^[ab]", "-v", "--count", "1", "--fields", "seq,text")
        for text in (b"a", b"c"):
            self.send(text)
        self.assertEqual(self.ended(process), (0, "6\tc\n", ""))

    def restarted(self, process):
        self.restart(self.harkd)
        for wanted in ("the daemon closed the connection", "waiting for the daemon",
                       "connected again"):
            self.assertTrue(select.select([process.stderr], [], [], WAIT)[0], wanted)
            self.assertEqual(process.stderr.readline().decode(), f"hark: {wanted}\n")
        self.harkd.wait_for(lambda: self.status(self.harkd)["tails"] == 1, what="the tail")

    def test_a_restart_while_nothing_comes(self):
        process = self.start_hark("--control", self.harkd.control, "wait", "--text", "READY",
                                  bufsize=0)
        self.harkd.wait_for(lambda: self.status(self.harkd)["tails"] == 1, what="the tail")
        self.restarted(process)
        self.send(b"READY")
        self.assertEqual(self.ended(process)[0], 0)
        # What was seen before the restart still counts.
        process = self.start_hark("--control", self.harkd.control, "wait", "--count", "2", bufsize=0)
        self.harkd.wait_for(lambda: self.status(self.harkd)["tails"] == 1, what="the tail")
        self.send(b"one")
        self.assertTrue(process.stdout.readline())
        self.restarted(process)
        self.send(b"two")
        self.assertEqual(self.ended(process)[0], 0)

    def test_a_message_that_is_completed_after_a_restart(self):
        self.harkd = self.start("--framing", "line")
        self.client = self.greeted(self.harkd)
        wait, tail = (self.start_hark("--control", self.harkd.control, *arguments, bufsize=0)
                      for arguments in (("wait", "--grep", "^HEADx+TAIL$", "--format", "%x"),
                                        ("tail", "--count", "1", "--format", "%x")))
        self.harkd.wait_for(lambda: self.status(self.harkd)["tails"] == 2, what="both")
        self.client.send(b"HEAD" + b"x" * 1500)
        self.harkd.wait_for(self.harkd.messages, what="a part")
        self.restart(self.harkd)
        self.harkd.wait_for(lambda: self.status(self.harkd)["tails"] == 2, what="both again")
        self.client.send(b"TAIL\n")
        for process in (wait, tail):
            status, output, _ = self.ended(process)
            self.assertEqual((status, output), (0, "HEAD" + "x" * 1500 + "TAIL\n"))

    def test_bad_options(self):
        for arguments in (("--grep", "("), ("--count", "0"), ("-v",), ("--format", "%Z"),
                          ("--fields", "nothing"), ("word",)):
            with self.subTest(arguments=arguments):
                process = self.start_hark("--control", self.harkd.control, "wait", *arguments)
                self.assertEqual(self.ended(process)[0], 2)


class WithAFakeDaemon(ControlTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.replies = []

    def begin_wait(self, *replies):
        self.server.handle("Tail", lambda _: iter(replies))
        process = self.begin("wait", "--text", "READY")
        output, errors = process.communicate(timeout=WAIT)
        return process.returncode, output.decode(), errors.decode()

    def test_dropped_records(self):
        status, output, errors = self.begin_wait({"dropped": 3, "record": make_record(9, "READY")})
        self.assertEqual((status, output), (3, ""))
        self.assertEqual(errors, "hark: the message may have been missed: hark could not keep up\n")

    def test_a_pattern_that_takes_too_long(self):
        record = make_record(9, "a" * 64 + "b")
        self.server.handle("Tail", lambda _: iter([{"record": record},
                                                   {"record": make_record(10, "aa")}]))
        process = self.begin("wait", "--grep", "^(a+)+$")
        output, errors = process.communicate(timeout=WAIT)
        self.assertEqual((process.returncode, output), (3, b""))
        self.assertEqual(errors.decode(), "hark: the message may have been missed: one arrived that "
                                          "the pattern takes too long to match\n")
        process = self.begin("tail", "--grep", "^(a+)+$", "--count", "1")
        output, errors = process.communicate(timeout=WAIT)
        self.assertEqual((process.returncode, output.count(b"\n")), (0, 1))
        self.assertEqual(errors.decode(), "hark: 1 record was left out: the pattern would take too "
                                          "long on it\n")

    def test_nothing_is_recorded_between_the_count_and_the_stream(self):
        """Both calls are made before either is answered."""
        self.assertEqual(self.begin_wait({"record": make_record(9, "READY")})[0], 0)
        self.assertEqual(self.server.together, [["org.harkd.Status", "org.harkd.Tail"]])

    def test_a_gap(self):
        self.server.handle("Tail", lambda _: iter([HangUp()]))
        process = self.begin("wait", "--text", "READY")
        wait_until(lambda: len(self.server.parameters("Tail")) > 0, "the call")
        self.server.status["messages"] += 1
        output, errors = process.communicate(timeout=WAIT)
        self.assertEqual((process.returncode, output), (3, b""))
        self.assertIn("the message may have been missed: the connection was lost, and messages have "
                      "been recorded meanwhile\n", errors.decode())

    def test_a_part_is_missing_after_a_gap(self):
        parts = [{"record": make_record(9, text, part=part, more=part < 3)}
                 for part, text in ((1, "RE"), (3, "DY"))]
        calls = iter(([parts[0], HangUp()], [parts[1]]))
        self.server.handle("Tail", lambda _: iter(next(calls)))
        process = self.begin("wait", "--grep", "READY")
        output, errors = process.communicate(timeout=WAIT)
        self.assertEqual((process.returncode, output), (3, b""))
        self.assertIn("the message may have been missed: the connection was lost", errors.decode())

    def test_nobody_there(self):
        self.server.close()
        process = self.begin("wait", "--text", "READY")
        self.assertEqual(process.wait(WAIT), 3)


if __name__ == "__main__":
    unittest.main()
