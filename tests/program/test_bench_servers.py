"""hark bench against servers that are slow, refuse, stay silent, or die."""

import signal
import socket
import subprocess
import time
import unittest

from fake_control import FakeControl
from loading import BenchTest
from sending import FLAT_KIB, HARK, memory_kib
from terminal import Person


class Stalls(BenchTest):
    STALL_S = 0.5

    def stalling(self):
        """A server that stalls once for STALL_S, when the first client has sent 10 lines."""
        stalled = []

        def behave(client, lines):
            if client == 0 and lines >= 10 and not stalled:
                stalled.append(True)
                time.sleep(self.STALL_S)  # the stall itself
        return self.fake(behave=behave)

    def test_at_a_rate_a_stall_delays_all_messages_due_in_it(self):
        for arguments in ((), ("-P", 1)):
            with self.subTest(arguments):
                result = self.measure(self.stalling().port, "-R", 200, "-n", 300, "-c", 4,
                                      *arguments)
                self.assertEqual(result["messages"]["acknowledged"], 300)
                # Messages due in the first 400 ms have waited at least 100 ms, whether sent or not.
                self.assertGreaterEqual(self.slower_than(result, 0.1), 75)
                self.assertGreaterEqual(self.slower_than(result, 0.4), 15)
                self.assertGreaterEqual(result["latency"]["p99"], 0.45)
                self.assertGreaterEqual(result["latency"]["p90"], 0.3)

    def test_in_a_closed_loop_a_stall_delays_only_messages_sent(self):
        result = self.measure(self.stalling().port, "-n", 300, "-c", 1)
        self.assertGreaterEqual(result["latency"]["max"], self.STALL_S)
        self.assertLess(self.slower_than(result, 0.45), 4)


class Overload(BenchTest):
    def test_an_excessive_rate_is_reported_and_costs_no_memory(self):
        # A server that reads a little at a time and acknowledges that.
        server = self.fake(behave=lambda client, lines: time.sleep(0.01))
        process = self.begin_bench(server.port, "-R", 5_000_000, "-d", 1, "-c", 5, "--timeout", 60)
        most = 0
        while process.poll() is None:
            try:
                most = max(most, memory_kib(process))
            except (AttributeError, FileNotFoundError, ProcessLookupError):
                break  # it has just ended
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                pass
        status, output, errors = self.finish(process)
        self.assertEqual((status, errors), (0, ""))
        self.assertRegex(output, r"the server kept up with \d+ of 5000000 a second; "
                                 r"\d+ were due and not sent")
        self.assertGreater(most, 0)
        self.assertLess(most, 16 * 1024 + FLAT_KIB)


class Trouble(BenchTest):
    def test_nobody_there(self):
        server = self.serve()
        server.close()
        self.assertEqual(self.bench(server.port, "-n", 5),
                         (3, "", f"hark: cannot connect to 127.0.0.1:{server.port}: "
                                 f"127.0.0.1:{server.port}: Connection refused\n"))

    def test_no_such_host(self):
        status, output, errors = self.bench(1, "-n", 5, host="no-such-host.invalid")
        self.assertEqual((status, output), (3, ""))
        self.assertRegex(errors, "^hark: cannot find no-such-host.invalid: ")

    def test_all_refused(self):
        server = self.fake(refuse=10)
        self.assertEqual(self.bench(server.port, "-n", 5, "-c", 3),
                         (1, "", f"hark: 127.0.0.1:{server.port} ended the connection: "
                                 "too many connections\n"))

    def test_some_refused(self):
        server = self.fake(refuse=2)
        result = self.measure(server.port, "-n", 50, "-c", 5, status=1,
                              errors=".* ended the connection: too many connections\n")
        self.assertEqual(result["connections"],
                         {"opened": 3, "unreachable": 0, "refused": 2, "lost": 0})
        self.assertEqual(result["messages"]["acknowledged"], 50)
        self.assertEqual(sum(server.lines), 50)

    def test_refused_while_it_runs(self):
        server = self.fake(behave=lambda client, lines:
                           b"421 idle\r\n" if client == 1 and lines >= 5 else None)
        for arguments in ((), ("-R", 1000)):
            with self.subTest(arguments):
                result = self.measure(server.port, "-n", 60, "-c", 3, *arguments, status=1,
                                      errors=".* ended the connection: idle\n")
                self.assertEqual(result["connections"]["refused"], 1)
                server = self.fake(behave=server.behave)

    def test_not_stored(self):
        server = self.fake(behave=lambda client, lines:
                           b"451 not stored #3: disk full\r\n" if lines == 3 else None)
        result = self.measure(server.port, "-n", 10, "-c", 1, status=1,
                              errors="hark: not stored: disk full\n")
        self.assertEqual(result["messages"]["not_stored"], 1)
        self.assertEqual(result["messages"]["acknowledged"], 9)

    def test_lost(self):
        for how, complaint in (("close", "closed the connection"),
                               ("reset", "is lost: Connection reset by peer")):
            for arguments in ((), ("-R", 1000)):
                with self.subTest(how=how, arguments=arguments):
                    server = self.fake(behave=lambda client, lines, how=how:
                                       how if client == 1 and lines >= 5 else None)
                    result = self.measure(server.port, "-n", 60, "-c", 3, *arguments, status=3,
                                          errors=f".*{complaint}\n")
                    self.assertEqual(result["connections"]["lost"], 1)
                    self.assertGreaterEqual(result["messages"]["unacknowledged"], 1)

    def test_all_lost(self):
        server = self.fake(behave=lambda client, lines: "close")
        result = self.measure(server.port, "-d", 100, "-c", 3, status=3,
                              errors=".*closed the connection\n")
        self.assertEqual(result["connections"]["lost"], 3)
        self.assertEqual(result["messages"]["acknowledged"], 0)
        self.assertEqual(result["latency"]["p99"], 0)

    def test_an_interrupted_run_is_measured_up_to_its_end(self):
        for behave, count in ((lambda client, lines: "close" if lines >= 10 else None, 30),
                              (lambda client, lines: b"", 3)):
            for arguments in (("-d", 100), ("-n", 100_000)):
                with self.subTest(arguments=arguments, count=count):
                    began = time.monotonic()
                    result = self.measure(self.fake(behave=behave).port, "-R", 500, "-c", 3,
                                          "--timeout", 1, *arguments, status=3, errors=(
                                              "(.* (closed the connection|is lost: .*|"
                                              "acknowledged nothing for 1 s)\n)+"))
                    self.assertLess(result["seconds"], time.monotonic() - began)
                    messages = result["messages"]
                    self.assertGreaterEqual(messages["sent"], count)
                    self.assertAlmostEqual(messages["sent"] + messages["unsent"],
                                           500 * result["seconds"], delta=2)

    def test_all_lost_before_it_begins(self):
        control = FakeControl(self.folder / "control")
        self.addCleanup(control.close)
        for arguments in (("-n", 5), ("-n", 5, "-R", 100), ("-d", 100), ("-d", 100, "-R", 100)):
            with self.subTest(arguments):
                server = self.fake()
                control.handle("Status", lambda _, server=server: self.cut_off(server, control))
                result = self.measure(server.port, "-c", 3, *arguments, control=control.path,
                                      status=3, errors=".*closed the connection\n")
                self.assertEqual((result["connections"]["opened"], result["connections"]["lost"]),
                                 (3, 3))
                self.assertEqual(result["messages"]["sent"], 0)

    @staticmethod
    def cut_off(server, control):
        """Returns the status after closing all connections."""
        for client in server.clients:
            try:
                client.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # closed by the first query already
        return [control.status]

    def test_silent(self):
        server = self.fake(behave=lambda client, lines: b"")
        for arguments in (("-d", 100), ("-n", 6, "-R", 1000), ("-n", 3)):
            with self.subTest(arguments):
                result = self.measure(server.port, "-c", 3, "--timeout", 0.3, *arguments, status=3,
                                      errors=".* acknowledged nothing for 0.3 s\n")
                self.assertGreaterEqual(result["messages"]["unacknowledged"], 3)

    def test_never_accepts(self):
        server = self.serve()
        result = self.measure(server.port, "-c", 2, "--timeout", 1.3, status=3,
                              errors=".* acknowledged nothing for 1.3 s\n")
        self.assertEqual(result["connections"]["opened"], 2)

    def test_sends_no_greeting(self):
        server = self.fake(greeting=b"")
        result = self.measure(server.port, "-n", 100, "-c", 10)
        self.assertEqual(result["messages"]["acknowledged"], 100)
        self.assertEqual((sum(server.lines), server.byes), (100, 10))

    def test_sends_lines_that_are_not_replies(self):
        server = self.fake(behave=lambda client, lines: (
            b"* operator: hello\r\nwho are you\r\n250 ok\r\n250 ok #0\r\n250 ok #7-9\r\n"
            b"250 ok #%d-18446744073709551615\r\n" % lines))
        result = self.measure(server.port, "-n", 5, "-c", 1)
        self.assertEqual(result["messages"]["acknowledged"], 5)

    def test_leaves_out_a_reply(self):
        server = self.fake(behave=lambda client, lines: b"250 ok #4\r\n" if lines == 4 else b"")
        result = self.measure(server.port, "-n", 4, "-c", 1, "-P", 4, status=3,
                              errors=".* skipped acknowledgements\n")
        self.assertEqual(result["messages"]["unacknowledged"], 3)

    def test_does_not_answer_bye(self):
        server = self.serve()
        process = self.begin_bench(server.port, "-n", 1, "-c", 1)
        server.accept().send(b"220 here\r\n")
        server.line()
        server.send(b"250 ok #1\r\n")
        self.assertEqual(server.line(), b"bye")
        self.assertEqual(self.finish(process)[0], 0)

    def test_interrupted_while_the_server_is_silent(self):
        server = self.serve()
        process = self.begin_bench(server.port, "-d", 100, "-c", 1)
        server.accept().send(b"220 here\r\n")
        server.line()
        process.send_signal(signal.SIGINT)
        status, output, errors = self.finish(process)
        self.assertEqual((status, errors), (130, "hark: interrupted\n"))
        self.assertIn("1 messages not acknowledged", output)

    def test_interrupted_before_it_begins(self):
        server = self.serve()
        process = self.begin_bench(server.port, "-d", 100, "-c", 1)
        server.accept()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(self.finish(process), (143, "", "hark: interrupted\n"))


class Terminal(BenchTest):
    def test_the_progress_bar_is_shown_while_it_runs(self):
        server = self.serve()
        person = Person(HARK, "--host", "127.0.0.1", "--port", str(server.port), "--control",
                        str(self.folder / "none"), "bench", "-c", "1", "-P", "10", "-n", "20",
                        environment=self.environment, rows=60)
        self.addCleanup(person.close)
        server.accept().send(b"220 here\r\n")
        person.wait_for(lambda screen: any("10 sent, 0 acknowledged" in row
                                           for row in screen.text()), "the bar")
        server.send(b"250 ok #1-5\r\n")
        person.wait_for(lambda screen: any("15 sent, 5 acknowledged" in row and row.startswith("[")
                                           and "75 %" in row for row in screen.text()),
                        "the bar further on")
        server.send(b"250 ok #6-15\r\n")
        for _ in range(20):
            server.line()
        server.send(b"250 ok #16-20\r\n")
        self.assertEqual(server.line(), b"bye")
        server.send(b"221 bye\r\n")
        self.assertEqual(person.wait(), 0)
        rows = person.screen.text()
        self.assertTrue(any(row.startswith("Messages") and "20 sent, 20 acknowledged" in row
                            for row in rows), person.story())
        self.assertFalse(any("75 %" in row for row in rows), person.story())


if __name__ == "__main__":
    unittest.main()
