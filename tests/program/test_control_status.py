"""hark status: for people, and for machines."""

import json
import os
import stat
import subprocess
import unittest

from client import WAIT
from controlling import ControlTest
from fake_control import STATUS
from openmetrics import parse
from screen import width

# Debian's own: another python3 on the path lacks its packages.
PYTHON = "/usr/bin/python3"
READ = """
import json, sys
from prometheus_client import openmetrics, parser
from prometheus_client.openmetrics import parser as strict
text = sys.stdin.read()
print(json.dumps([{family.name: family.type
                   for family in strict.text_string_to_metric_families(text)},
                  {sample.name: sample.value
                   for family in parser.text_string_to_metric_families(text)
                   for sample in family.samples}]))
"""


def columns(text):
    return sum(width(character) for character in text)


class ForPeople(ControlTest):
    def test_complete_status(self):
        self.serve().status["slowed"] = 1
        status, output, errors = self.run_hark("status")
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(output.splitlines(), [
            "harkd 0.1.0, run 5f3a9c01, process 4711, up 1d02h",
            "Listening    [::]:8765, 127.0.0.1:9000",
            "Connections  3 now, 1024 at most; 345 in all, 2 refused, 1 of another protocol; "
            "1 slowed down now",
            "Limits       connections 1000, connections_per_address 50, messages_per_second 100; "
            "exempt 127.0.0.0/8, ::1",
            "Refusals     not allowed 1, too many connections from this address 1",
            "Messages     123456; 12/s in the last second, 3.2/s in the last minute",
            "Bytes        9876543; 2.0KiB/s in the last second, 100B/s in the last minute; "
            "12 discarded",
            "Charsets     utf-8 123000, gb18030 450, bytes 6",
            "Resources    12MiB of at most 450MiB, 3.5s of processor time",
            "Rounds       median 12us, 99 % within 1.5ms, longest 310ms, in the last minute",
            "Followers    1; 7 records dropped, since they were too slow",
            "Log          accepts records",
            "",
            "Log                                 State     Waiting    Size  Pauses  Paused  Reason",
            "journal                             clear           0      0B       0      0s",
            "file:/var/log/harkd/messages.jsonl  refusing       17  4.0KiB       2   1m02s  "
            "for 12s: No space left on device"])

    def test_listeners_that_differ(self):
        server = self.serve()
        server.status["listening"][0].update(charset="big5", telnet=False)
        server.status["listening"].append(
            {"address": "192.0.2.1:\x1b[2J", "framing": "length", "charset": "auto", "replies": "ack",
             "telnet": True, "record_connections": "used"})
        server.status["unused_connections"] = 40
        self.assertEqual(self.run_hark("status")[1].splitlines()[1:5], [
            "Listening    [::]:8765 (charset big5, telnet false)",
            "             127.0.0.1:9000",
            "             192.0.2.1:\\x1b[2J (framing length, replies ack, record_connections used)",
            "Connections  3 now, 1024 at most; 345 in all, 2 refused, 1 of another protocol, "
            "40 that sent nothing"])

    def test_without_limits(self):
        server = self.serve()
        server.status["refusals"] = {}
        for name, limit in server.status["limits"].items():
            if name != "exempt":
                server.status["limits"][name] = 0 * limit
        output = self.run_hark("status")[1]
        for words in ("Limits", "Refusals", "slowed", "exempt"):
            self.assertNotIn(words, output)

    def test_an_older_daemon(self):
        server = self.serve()
        for name in ("listening", "unused_connections", "limits", "refusals", "slowed",
                     "memory_limit"):
            del server.status[name]
        output = self.run_hark("status")[1]
        self.assertIn("Listening    [::]:8765, 127.0.0.1:9000\n", output)
        self.assertIn("Resources    12MiB, 3.5s of processor time\n", output)
        self.assertNotIn("Limits", output)
        families = parse(self.run_hark("status", "--openmetrics")[1])
        self.assertNotIn("harkd_memory_limit_bytes", families)

    def test_a_log_that_is_not_accepting(self):
        self.serve().status["accepting"] = False
        self.assertIn("Log          accepts no records: nothing is read from clients\n",
                      self.run_hark("status")[1])

    def test_columns_are_aligned_in_chinese(self):
        server = self.serve()
        server.status["sinks"][1]["name"] = "file:/var/log/日志.jsonl"
        for charset, encoding in (("UTF-8", "utf-8"), ("GBK", "gbk")):
            with self.subTest(charset=charset):
                self.locale("zh_CN", charset)
                status, output, errors = self.run_hark("status", encoding=encoding)
                self.assertEqual((status, errors), (0, ""))
                lines = output.splitlines()
                facts = lines[1:lines.index("")]
                self.assertEqual(len(facts), 11)
                begins = {columns(line) - columns(line.partition("  ")[2].lstrip())
                          for line in facts}
                self.assertEqual(len(begins), 1, output)
                journal, file = (line.partition(state)[0] for line, state in
                                 zip(lines[-2:], ("畅通", "拒绝")))
                self.assertEqual(columns(journal), columns(file), output)

    def test_untrusted_text_is_escaped(self):
        server = self.serve()
        server.status["sinks"][1]["reason"] = "\x1b[2Jgone\u202e"
        server.status["version"] = "1\n2"
        _, output, _ = self.run_hark("status")
        self.assertIn("\\x1b[2Jgone\\u202e", output)
        self.assertIn("harkd 1\\n2,", output)


class WithTheDaemon(ControlTest):
    def test_what_it_says(self):
        harkd = self.start(listen=(), config="""
            [[listener]]
            address = "127.0.0.1:0"
            [[listener]]
            address = "127.0.0.1:0"
            framing = "counted"
            charset = "gb18030"
            replies = "none"
            record_connections = "used"
            """)
        self.path = harkd.control
        self.connect(harkd, listener=1).close()
        harkd.wait_for(lambda: ", 1 that sent nothing\n" in self.run_hark("status")[1],
                       what="the client that was not recorded")
        self.assertEqual(self.run_hark("status")[1].splitlines()[1:3], [
            f"Listening    {harkd.addresses[0]}",
            f"             {harkd.addresses[1]} (framing counted, charset gb18030, replies none, "
            "record_connections used)"])
        self.connect(harkd, listener=1).send(b"2 ab")
        harkd.wait_record("message")
        self.assertRegex(self.run_hark("clients")[1].splitlines()[1],
                         r"  gb18030  counted  none +0$")

    def test_limits(self):
        harkd = self.start(config="""
            [limits]
            connections_per_address = 2
            messages_per_second = 1
            exempt = ["192.0.2.1"]
            """)
        self.path = harkd.control
        client = self.connect(harkd)
        client.send(b"message\n" * 600)  # enough for ten minutes
        harkd.wait_for(lambda: "; 1 slowed down now\n" in self.run_hark("status")[1],
                       what="a client over the rate")
        self.connect(harkd)
        self.assertIn(b"421 too many connections from this address",
                      self.connect(harkd).rest())
        lines = self.run_hark("status")[1].splitlines()
        self.assertIn("Limits       connections_per_address 2, messages_per_second 1; "
                      "exempt 192.0.2.1", lines)
        self.assertIn("Refusals     too many connections from this address 1", lines)
        self.assertTrue(self.run_hark("clients")[1].splitlines()[1].endswith("  limited"))
        [total] = self.objects("clients", "--by-address")
        self.assertEqual((total["address"], total["clients"], total["limited"]),
                         ("127.0.0.1", 2, 1))


class ForMachines(ControlTest):
    def test_json_has_the_keys_of_the_reply(self):
        self.serve()
        self.assertEqual(self.objects("status"), [STATUS])

    def test_json_escapes_unsafe_text(self):
        self.serve().status["run"] = "a\x1b\u202e你"
        self.assertIn('"run":"a\\u001b\\u202e你"', self.run_hark("--json", "status")[1])

    def test_openmetrics(self):
        self.serve().status.update(unused_connections=40, proxy_local=7, slowed=1)
        status, output, errors = self.run_hark("status", "--openmetrics")
        self.assertEqual((status, errors), (0, ""))
        families = parse(output)
        for name, family in families.items():
            self.assertTrue(name.startswith("harkd_"), name)
            self.assertTrue(family["samples"], name)

        def value(name, **labels):
            found = [value for family in families.values()
                     for sample, its, value in family["samples"]
                     if sample == name and its == labels]
            self.assertEqual(len(found), 1, name)
            return found[0]
        self.assertEqual(value("harkd_build_info", version="0.1.0", run="5f3a9c01"), 1)
        self.assertEqual(value("harkd_uptime_seconds"), 93784.5)
        self.assertEqual(value("harkd_messages_total"), 123456)
        self.assertEqual(value("harkd_charset_messages_total", charset="gb18030"), 450)
        self.assertEqual(value("harkd_received_bytes_total"), 9876543)
        self.assertEqual(value("harkd_connections"), 3)
        self.assertEqual(value("harkd_unused_connections_total"), 40)
        self.assertEqual(value("harkd_proxy_local_connections_total"), 7)
        self.assertEqual(value("harkd_refused_connections_total"), 2)
        self.assertEqual(value("harkd_refusals_total", reason="not allowed"), 1)
        self.assertEqual(value("harkd_slowed_connections"), 1)
        self.assertEqual(value("harkd_limit", limit="connections_per_address"), 50)
        self.assertEqual(value("harkd_limit", limit="bytes_per_second"), 0)
        self.assertEqual(value("harkd_memory_limit_bytes"), 450 * 1024 * 1024)
        self.assertEqual(value("harkd_accepting"), 1)
        log = STATUS["sinks"][1]["name"]
        self.assertEqual(value("harkd_log_state", log=log, state="refusing"), 1)
        self.assertEqual(value("harkd_log_state", log=log, state="clear"), 0)
        self.assertEqual(value("harkd_log_paused_seconds_total", log=log), 61.5)
        self.assertEqual(value("harkd_round_seconds", quantile="0.99"), 0.0015)
        self.assertEqual(value("harkd_tail_dropped_records_total"), 7)

    def test_openmetrics_with_unusual_names(self):
        server = self.serve()
        name = 'file:/a"b\\c\nd'
        server.status["sinks"][0]["name"] = name
        server.status["sinks"].append(server.status["sinks"][0])
        server.status["charsets"] = {}
        families = parse(self.run_hark("status", "--openmetrics")[1])
        logs = [labels["log"] for _, labels, _ in families["harkd_log_pauses"]["samples"]]
        self.assertEqual(logs, [name, STATUS["sinks"][1]["name"]])

    def test_prometheus_can_parse_openmetrics(self):
        try:
            subprocess.run([PYTHON, "-c", "import prometheus_client"], capture_output=True,
                           check=True)
        except (OSError, subprocess.CalledProcessError):
            self.skipTest("python3-prometheus-client is missing")
        self.serve()
        output = self.run_hark("status", "--openmetrics")[1]
        done = subprocess.run([PYTHON, "-c", READ], input=output, capture_output=True, text=True,
                              timeout=WAIT, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        families, samples = json.loads(done.stdout)
        self.assertEqual(families, {name: family["type"]
                                    for name, family in parse(output).items()})
        self.assertEqual(samples["harkd_messages_total"], 123456)

    def test_a_file_is_replaced_atomically(self):
        self.serve()
        path = self.folder / "harkd.prom"
        path.write_text("old")
        with path.open() as reader:
            self.assertEqual(self.run_hark("status", "--openmetrics", "--output", path),
                             (0, "", ""))
            self.assertEqual(reader.read(), "old")
        parse(path.read_text())
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o644 & ~self.umask())
        self.run_hark("--json", "status", "--output", path)
        self.assertEqual(json.loads(path.read_text()), STATUS)
        self.assertEqual(sorted(os.listdir(self.folder)), ["control", "harkd.prom"])

    @staticmethod
    def umask():
        mask = os.umask(0)
        os.umask(mask)
        return mask

    def test_a_file_that_cannot_be_written(self):
        self.serve()
        path = self.folder / "none" / "harkd.prom"
        self.assertEqual(self.run_hark("status", "--output", path),
                         (1, "", f"hark: cannot write {path}: No such file or directory\n"))
        folder = self.folder / "folder"
        folder.mkdir()
        status, _, errors = self.run_hark("status", "--output", folder)
        self.assertEqual((status, errors), (1, f"hark: cannot write {folder}: Is a directory\n"))
        self.assertEqual(sorted(os.listdir(self.folder)), ["control", "folder"])

    def test_without_a_daemon_the_file_is_kept(self):
        path = self.folder / "harkd.prom"
        path.write_text("old")
        self.assertEqual(self.run_hark("status", "--openmetrics", "--output", path)[0], 3)
        self.assertEqual(path.read_text(), "old")

    def test_formats_are_exclusive(self):
        self.serve()
        self.assertEqual(self.run_hark("--json", "status", "--openmetrics"),
                         (2, "", "hark: --json and --openmetrics cannot be combined\n"
                                 "hark: try: hark status --help\n"))


if __name__ == "__main__":
    unittest.main()
