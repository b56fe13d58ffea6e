"""hark bench with the real daemon: its results match the log."""

import collections
import json
import signal
import time
import unittest
from pathlib import Path

from loading import BenchTest, facts


class Counts(BenchTest):
    def test_everything_sent_is_in_the_log(self):
        harkd = self.start()
        result = self.measure(harkd.port, "-n", 5000, "-c", 20, "-s", 40, control=harkd.control)
        self.assertEqual(result["messages"], {
            "sent": 5000, "acknowledged": 5000, "not_stored": 0, "unacknowledged": 0, "unsent": 0,
            "warmup": 0})
        self.assertEqual(result["connections"],
                         {"opened": 20, "unreachable": 0, "refused": 0, "lost": 0})
        messages = harkd.messages()
        self.assertEqual(len(messages), 5000)
        self.assertEqual({(each["bytes"], each["charset"], each["end"]) for each in messages},
                         {(40, "utf-8", "lf")})
        self.assertGreater(len({each["text"] for each in messages}), 300)
        # All of them ended normally.
        harkd.wait_for(lambda: len(harkd.records("closed")) == 20)
        self.assertEqual({each["reason"] for each in harkd.records("closed")}, {"bye"})

    def test_by_duration_too(self):
        harkd = self.start()
        for arguments in (("-d", "50ms"), ("-d", "0.01", "-P", 50), ("-d", 0.2, "-R", 2000),
                          ("-d", 0.2, "-R", 2000, "-P", 1), ("-n", 100, "-R", 1000),
                          ("-d", 0.02, "-R", 400000, "-c", 2)):
            with self.subTest(arguments):
                before = len(harkd.messages())
                result = self.measure(harkd.port, *arguments)
                sent = result["messages"]["sent"]
                self.assertGreater(sent, 0)
                self.assertEqual(result["messages"]["acknowledged"], sent)
                self.assertEqual(len(harkd.messages()) - before, sent)

    def test_warmup_is_recorded_but_not_counted(self):
        harkd = self.start()
        for arguments in (("-R", 500), ("--framing", "none")):
            with self.subTest(arguments):
                before = len(harkd.messages())
                messages = self.measure(harkd.port, "-n", 50, "--warmup", "100ms", "-c", 5,
                                        *arguments, control=harkd.control)["messages"]
                self.assertEqual((messages["sent"], messages["acknowledged"]), (50, 50))
                self.assertGreater(messages["warmup"], 0)
                self.assertEqual(len(harkd.messages()) - before, 50 + messages["warmup"])

    def test_at_a_rate_each_message_is_due_once(self):
        result = self.measure(self.start().port, "-R", 1000, "-d", 0.5, "-c", 7)
        self.assertEqual(result["messages"]["sent"] + result["messages"]["unsent"], 500)
        self.assertIn("delay", result)

    def test_at_a_rate_a_count_takes_the_time_it_implies(self):
        port = self.start().port
        self.assertGreaterEqual(self.measure(port, "-R", 20, "-n", 4, "-c", 1)["seconds"], 0.2)
        began = time.monotonic()
        seconds = self.measure(port, "-R", 0.001, "-d", 0.2, "-c", 1)["seconds"]
        self.assertGreaterEqual(seconds, 0.2)
        self.assertLess(seconds, time.monotonic() - began)

    def test_at_a_rate_messages_due_at_the_end_are_sent(self):
        harkd = self.start()
        for _ in range(5):
            messages = self.measure(harkd.port, "-R", 100_000, "-d", 0.02, "-c", 20)["messages"]
            self.assertEqual((messages["sent"], messages["unsent"]), (2000, 0))


class Mixes(BenchTest):
    def kinds(self, harkd):
        """How many connections sent each kind of message; each must send only one kind."""
        by_peer = collections.defaultdict(set)
        for each in harkd.messages():
            by_peer[each["peer"]].add((each["charset"], each["end"]))
        self.assertEqual({len(kinds) for kinds in by_peer.values()}, {1})
        return collections.Counter(kinds.pop() for kinds in by_peer.values())

    def test_charsets_are_recognized(self):
        harkd = self.start()
        self.measure(harkd.port, "-n", 400, "-c", 10, "-R", 4000, "--charset",
                     "ascii=4,chinese=3,gbk=2,undecodable")
        # Both ASCII and Chinese are UTF-8.
        self.assertEqual(self.kinds(harkd), {("utf-8", "lf"): 7, ("gb18030", "lf"): 2,
                                             ("bytes", "lf"): 1})
        texts = [each["text"] for each in harkd.messages() if each["charset"] == "gb18030"]
        self.assertTrue(all("\u4e00" <= letter <= "\u9fff" for text in texts for letter in text))

    def test_every_charset_in_every_size(self):
        harkd = self.start()
        for size in (3, 4, 5, 64, 1024, 1025, 5000):
            with self.subTest(size):
                before = len(harkd.messages())
                result = self.measure(harkd.port, "-c", 4, "-n", 40, "-R", 2000, "-s", size,
                                      "--charset", "ascii,chinese,gbk,undecodable")
                self.assertEqual(result["messages"]["acknowledged"], 40)
                new = harkd.messages()[before:]
                self.assertEqual(sum(each["bytes"] for each in new), 40 * size)
                charsets = collections.Counter(each["charset"] for each in new
                                               if not each.get("part", 0) > 1)
                self.assertEqual(charsets, {"utf-8": 20, "gb18030": 10, "bytes": 10})

    def test_messages_that_the_kernel_splits_arrive_whole(self):
        harkd = self.start()
        size = 1 << 20
        self.measure(harkd.port, "-c", 1, "-n", 5, "-P", 5, "-s", size)
        texts = collections.defaultdict(str)
        for each in harkd.messages():
            texts[each["seq"]] += each["text"]
        self.assertEqual([len(texts[number]) for number in range(1, 6)], [size] * 5)
        self.assertEqual(len(set(texts.values())), 5)

    def test_framings(self):
        harkd = self.start()
        self.measure(harkd.port, "-c", 8, "-n", 80, "-R", 400, "--framing", "lf,crlf,nul,none",
                     "--charset", "gbk,undecodable")
        self.assertEqual(self.kinds(harkd), {
            (charset, end): 1 for charset in ("gb18030", "bytes")
            for end in ("lf", "nul", "quiet")} | {("gb18030", "lf"): 2, ("bytes", "lf"): 2})

    def test_without_terminators_one_message_waits_for_its_reply(self):
        harkd = self.start()
        result = self.measure(harkd.port, "-c", 3, "-n", 12, "-P", 4, "--framing", "none")
        self.assertEqual(len(harkd.messages()), 12)
        self.assertEqual({each["end"] for each in harkd.messages()}, {"quiet"})
        # The daemon waits for more input.
        self.assertGreaterEqual(result["latency"]["min"], 0.045)


class Daemon(BenchTest):
    def test_processor_time_and_memory(self):
        harkd = self.start()
        for warmup in (0, 0.1):
            daemon = self.measure(harkd.port, "-n", 1000, "--warmup", warmup, "-R", 1000,
                                  control=harkd.control)["daemon"]
            self.assertGreaterEqual(daemon["messages"], 1000 if warmup == 0 else 500)
            self.assertGreater(daemon["cpu"], 0)
            self.assertGreater(daemon["memory"], 100_000)

    def test_a_missing_control_socket_is_not_a_failure(self):
        daemon = self.measure(self.start().port, "-n", 10)["daemon"]
        self.assertEqual(list(daemon), ["unknown"])
        self.assertIn("no control", daemon["unknown"])

    def test_control_socket_of_another_daemon(self):
        other = self.start()
        daemon = self.measure(self.start().port, "-n", 10, control=other.control)["daemon"]
        self.assertEqual(daemon, {"unknown": "the control socket belongs to another daemon"})

    def test_for_people(self):
        harkd = self.start()
        status, output, errors = self.bench(harkd.port, "-n", 200, "-R", 1000,
                                            control=harkd.control)
        self.assertEqual((status, errors), (0, ""))
        said = facts(output)
        self.assertEqual(list(said), ["Server", "Load", "Messages", "Throughput", "Rate", "Errors",
                                      "Daemon", "Generator"])
        self.assertRegex(said["Server"], rf"^127\.0\.0\.1:{harkd.port}, harkd \d")
        self.assertRegex(said["Messages"], r"^200 sent, 200 acknowledged, in \d+\.\ds$")
        self.assertRegex(said["Rate"], r"^the server kept up with \d+ of 1000 a second$")
        self.assertRegex(said["Daemon"],
                         r"^\d+\.\d\dus of processor time a message .*, .* of memory$")
        self.assertRegex(output, r"\n +min +p50 +p90 +p99 +p99\.9 +p99\.99 +max\nLatency +\d")
        self.assertRegex(output, r"\n *From +to +Messages +%\n"
                                 r"( *\S+ +\S+ +\d+ +[\d.]+( +█+)?\n| *\.\.\.\n)+\Z")


class Ends(BenchTest):
    def test_ctrl_c_shows_the_results_so_far(self):
        harkd = self.start()
        began = time.monotonic()
        process = self.begin_bench(harkd.port, "--json", "-d", 100, "-R", 500, "-c", 5)
        harkd.wait_for(lambda: len(harkd.messages()) > 100)
        process.send_signal(signal.SIGINT)
        status, output, errors = self.finish(process)
        self.assertEqual((status, errors), (130, "hark: interrupted\n"))
        took = time.monotonic() - began
        result = json.loads(output)
        self.check(result, 130)
        messages = result["messages"]
        self.assertGreater(messages["acknowledged"], 0)
        # What a slow machine does not acknowledge within a second may or may not be in the log.
        recorded = len(harkd.messages())
        self.assertGreaterEqual(recorded, messages["acknowledged"])
        self.assertLessEqual(recorded, messages["sent"])
        # Measurement stops here, but replies to messages in flight are awaited for a second.
        self.assertLess(result["seconds"], took)
        due = messages["sent"] + messages["unsent"]
        self.assertLessEqual(due, 500 * result["seconds"] + 1)
        self.assertGreater(due, 500 * (result["seconds"] - 2))

    def test_a_second_signal_waits_for_nobody(self):
        harkd = self.start()
        process = self.begin_bench(harkd.port, "--json", "-d", 100, "-R", 500, "-c", 5,
                                   control=harkd.control)
        harkd.wait_for(lambda: len(harkd.messages()) > 100)
        harkd.send_signal(signal.SIGSTOP)
        status = Path(f"/proc/{harkd.pid}/stat")
        harkd.wait_for(lambda: status.read_text().rpartition(") ")[2].startswith("T"))
        try:
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGTERM)
            status, output, errors = self.finish(process)
        finally:
            harkd.send_signal(signal.SIGCONT)
        # The kernel decides which signal is delivered first.
        self.assertIn(status, (130, 143))
        self.assertEqual(errors, "hark: interrupted\n")
        result = json.loads(output)
        self.assertGreater(result["seconds"], 0.1)
        self.assertGreater(result["message_rate"], 0)
        self.assertGreater(result["generator"]["cpu"], 0)
        self.assertEqual(result["daemon"], {"unknown": "there was no time to ask the daemon"})

    def test_the_farewell_is_not_part_of_a_message(self):
        harkd = self.start("--framing", "line")
        status, _, errors = self.bench(harkd.port, "-c", 2, "-d", 1, "--framing", "none",
                                       "--timeout", 1)
        self.assertEqual(status, 3, errors)
        harkd.wait_for(lambda: len(harkd.records("closed")) == 2)
        self.assertEqual([(each["bytes"], each["end"]) for each in harkd.messages()],
                         [(64, "eof")] * 2)

    def test_too_many_connections(self):
        harkd = self.start(config="max_connections = 4\n")
        result = self.measure(
            harkd.port, "-c", 6, "-n", 60, status=1,
            errors=rf"hark: 127.0.0.1:{harkd.port} ended the connection: too many connections\n")
        self.assertEqual(result["connections"],
                         {"opened": 4, "unreachable": 0, "refused": 2, "lost": 0})
        self.assertEqual(result["messages"]["acknowledged"], 60)
        self.assertEqual(len(harkd.messages()), 60)

    def test_the_daemon_stops(self):
        harkd = self.start()
        process = self.begin_bench(harkd.port, "--json", "-d", 100, "-R", 500, "-c", 5)
        harkd.wait_for(lambda: len(harkd.messages()) > 100)
        self.assertEqual(harkd.stop(), 0)
        status, output, errors = self.finish(process)
        self.assertEqual(status, 1)
        self.assertIn("ended the connection: shutting down", errors)
        result = json.loads(output)
        self.check(result, 1)
        self.assertEqual(result["connections"]["refused"], 5)
        self.assertLessEqual(result["messages"]["acknowledged"], len(harkd.messages()))

    def test_the_log_is_full_until_the_daemon_stops(self):
        harkd = self.start()
        process = self.begin_bench(harkd.port, "--json", "-d", 100, "-R", 500, "-c", 5)
        harkd.wait_for(lambda: len(harkd.messages()) > 100)
        harkd.limit_log(0)
        harkd.wait_for(lambda: "does not take records" in harkd.stderr())
        harkd.send_signal(signal.SIGTERM)
        self.assertEqual(harkd.wait(), 1)
        status, output, errors = self.finish(process)
        self.assertEqual(status, 1)
        self.assertIn("hark: not stored: ", errors)
        result = json.loads(output)
        self.check(result, 1)
        self.assertGreater(result["messages"]["not_stored"], 0)
        self.assertEqual(result["messages"]["acknowledged"], len(harkd.messages()))

    def test_the_daemon_dies(self):
        harkd = self.start()
        process = self.begin_bench(harkd.port, "--json", "-d", 100, "-R", 500, "-c", 5)
        harkd.wait_for(lambda: len(harkd.messages()) > 100)
        harkd.kill()
        harkd.stopped = True
        status, output, errors = self.finish(process)
        self.assertEqual(status, 3)
        self.assertRegex(errors, "closed the connection|is lost")
        self.assertEqual(json.loads(output)["connections"]["lost"], 5)

    def test_a_thousand_connections(self):
        harkd = self.start()
        result = self.measure(harkd.port, "-c", 1000, "-n", 3000)
        self.assertEqual(result["connections"]["opened"], 1000)
        self.assertEqual(len(harkd.messages()), 3000)
        self.assertLess(len(harkd.records("refused")), 1)


if __name__ == "__main__":
    unittest.main()
