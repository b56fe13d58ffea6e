"""The benchmark report for results that are complete, partial, or exactly at the targets."""

import copy
import json
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

from bench_results import SUBJECTS, load, whole_run
from harness import ROOT, WAIT

sys.path.insert(0, str(ROOT / "bench"))

# pylint: disable=wrong-import-position
import numbers_shown
import report
import report_charts
import report_tables
import targets
from measured import Results

DOCUMENT = "Above.\n" + "".join(f"<!-- measured: {name} -->\nold\n<!-- end -->\nBelow {name}.\n"
                                for name in report_tables.BLOCKS)


class ReportTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.document = Path(folder.name) / "benchmarks.md"
        self.document.write_text(DOCUMENT, encoding="utf-8")
        self.results = whole_run()

    def write(self):
        report.write(self.results, self.document)
        return self.document.read_text(encoding="utf-8")

    def charts(self):
        return {path.stem: path.read_text(encoding="utf-8")
                for path in (self.document.parent / "charts").glob("*")}

    def block(self, name):
        return re.search(rf"<!-- measured: {name} -->\n(.*?)<!-- end -->", self.write(), re.S)[1]

    def rows(self, name):
        """The cells of the block's tables."""
        return [[cell.strip() for cell in line.strip("|").split("|")]
                for line in self.block(name).splitlines() if line.startswith("|")]

    def targets(self):
        return targets.targets(Results(self.results))


class Documents(ReportTest):
    def test_only_blocks_are_replaced(self):
        text = self.write()
        self.assertTrue(text.startswith("Above.\n<!-- measured: figures -->\n\n| What |"))
        self.assertNotIn("old", text)
        for name in report_tables.BLOCKS:
            self.assertIn(f"\n<!-- end -->\nBelow {name}.\n", text)

    def test_the_same_results_give_the_same_files(self):
        before = self.write(), self.charts()
        self.assertEqual((self.write(), self.charts()), before)

    def test_the_project_s_document_has_every_block(self):
        report.fill(report.DOCUMENT.read_text(encoding="utf-8"),
                    dict.fromkeys(report_tables.BLOCKS, ""))

    def refused(self, document, complaint):
        self.document.write_text(document, encoding="utf-8")
        with self.assertRaisesRegex(report.ReportError, complaint):
            self.write()
        self.assertEqual(self.document.read_text(encoding="utf-8"), document)
        self.assertEqual(self.charts(), {})

    def test_wrong_markers_are_refused(self):
        begin, end = "<!-- measured: idle -->", "<!-- end -->"
        self.refused(DOCUMENT.replace(begin, "", 1), "line 28: <!-- end --> without a beginning")
        self.refused(DOCUMENT.replace(begin, "<!-- measured: idel -->"),
                     "line 26: unknown block 'idel'; known are figures, ")
        self.refused(DOCUMENT.replace(f"{begin}\nold\n{end}\n", ""), "no block for idle; ")
        self.refused(DOCUMENT + f"{begin}\n{end}\n", "line 70: a second block 'idle'")
        self.refused(DOCUMENT + begin, "a second block")
        self.refused(DOCUMENT.replace(end, "", 1),
                     "line 6: 'machine' begins before the end of the block of line 2")
        self.refused("".join(DOCUMENT.rsplit(end, 1)), "line 66: a block without <!-- end -->")

    def test_the_program_reports_errors(self):
        path = self.document.parent / "results.json"
        path.write_text("{", encoding="utf-8")
        done = subprocess.run([sys.executable, ROOT / "bench/report.py", path],
                              capture_output=True, timeout=WAIT, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertRegex(done.stderr, rb"^report\.py: [^\n]+\n$")


class Partial(ReportTest):
    def test_missing_results_are_reported_as_not_measured(self):
        self.results = {}
        text = self.write()
        self.assertEqual(text.count("Not measured in this run."), len(report_tables.BLOCKS) - 1)
        self.assertEqual(self.charts(), {})
        self.assertEqual([row[0] for row in self.rows("figures")[2:]],
                         ["Exposure, by `systemd-analyze security`"])

    def test_any_workload_may_be_missing(self):
        whole = self.results
        for number, one in enumerate(whole["workloads"]):
            with self.subTest(one["title"]):
                self.results = copy.deepcopy(whole)
                del self.results["workloads"][number]
                self.write()
                self.results["workloads"] = [one]
                self.write()

    def test_any_subject_and_metric_may_be_missing(self):
        whole = json.dumps(self.results)
        for name in SUBJECTS:
            with self.subTest(name):
                self.results = json.loads(whole)
                for one in self.results["workloads"]:
                    one["results"].pop(name, None)
                self.write()
        for metric in sorted(set(re.findall(r'"(\w+)": [\d.]+[,}]', whole))):
            with self.subTest(metric):
                self.results = json.loads(whole.replace(f'"{metric}"', '"other"'))
                self.write()

    def test_a_subject_without_a_description_is_a_peer(self):
        self.results["subjects"] = {}
        self.assertIn("| harkd-file |", self.block("ingest"))

    def test_zeros_are_never_divisors(self):
        zeros = re.sub(r'("\w+_\w+": )[\d.]+', r"\g<1>0", json.dumps(self.results["workloads"]))
        self.results["workloads"] = json.loads(zeros)
        self.write()
        self.assertEqual([row[1:] for row in self.rows("sessions")[2:]],
                         2 * [["0.00", "0.00–0.00", "–", "0.00"]])


class Figures(ReportTest):
    def test_results_at_the_targets_are_met(self):
        self.assertEqual(len(self.targets()), 21)
        for target in self.targets():
            self.assertTrue(target.met, target)

    def test_results_just_past_a_target_are_shown_as_missed(self):
        text = json.dumps(self.results)
        for before, after, shown in (
                (r'"cpu_us": 0\.84,', '"cpu_us": 0.8401,', "1.0501 ×"),
                (r'"p50_us": 440', '"p50_us": 440.4', "1.101 ×"),
                (r'"messages_per_s": 78000, "cpu_us": 1,', '"messages_per_s": 77990, "cpu_us": 1,',
                 "1.2998 ×"),
                (r'"messages_per_s": 80000,', '"messages_per_s": 79900,', "19.98 ×"),
                (r'"p50_us": 4000', '"p50_us": 4002', "2.001 ×"),
                (r'"lost": 0', '"lost": 1', "1"),
                (r'"bytes_per_connection": 1331', '"bytes_per_connection": 1331.2',
                 "1,331.2 bytes"),
                (r'"p99_us": 4999', '"p99_us": 5000', "5.00 ms"),
                (r'"cpu_us": 1\.2,', '"cpu_us": 1.1999,', "0.50004 ×"),
                (r'"bytes_per_connection": 21780', '"bytes_per_connection": 21780.4',
                 "20,480.4 bytes"),
                (r'"p99_us": 2100', '"p99_us": 2100.1', "3.0001 ×"),
                (r'"ready_ms": 20\.0', '"ready_ms": 20.01', "20.01 ms")):
            with self.subTest(after):
                changed, count = re.subn(before, after, text, count=1)
                self.assertEqual(count, 1)
                self.results = json.loads(changed)
                self.assertIn(shown, [re.split(r"[(]| ?, with", target.measured)[0].strip()
                                      for target in self.targets() if not target.met])

    def test_a_single_round_trip_also_shows_its_fastest_run(self):
        median, fastest = [target for target in self.targets() if "1 connection" in target.what]
        self.assertEqual(median.measured, "1.10 × (23.0 µs : 21.0 µs)")
        self.assertEqual(fastest.measured, "1.10 × (22.0 µs : 20.0 µs)")

    def test_the_most_idle_connections_count(self):
        self.assertIn("1,331 bytes, with 19,000 of them", self.block("figures"))

    def test_verdicts_are_in_the_table(self):
        self.assertEqual({row[3] for row in self.rows("figures")[2:]}, {"yes"})
        self.results["workloads"] = [load(50, 64, 0.8, 1.1, 9)]
        self.assertEqual([row[3] for row in self.rows("figures")[2:]], ["**no**", "yes", "yes"])


class Tables(ReportTest):
    def test_medians_spreads_and_ratios(self):
        self.assertEqual(self.rows("ingest")[:5], [
            ["Server", "CPU, µs", "min–max", "× floor", "messages/s"],
            ["---", "---:", "---:", "---:", "---:"],
            ["bare loop", "0.80", "0.40–2.40", "1.00×", "1,250,000"],
            ["**harkd, file**", "0.84", "0.42–2.52", "1.05×", "1,190,000"],
            ["rsyslog <imptcp> †", "3.36", "1.68–10.1", "4.20×", "298,000"]])
        self.assertEqual(self.rows("ingest")[5:], [
            ["CPU: × floor (µs)", "1 connections, 64 bytes"], ["---", "---:"],
            ["bare loop", "1.00"], ["**harkd, file**", "2.20× (2.20)"],
            ["rsyslog <imptcp> †", "4.00× (4.00)"]])
        self.assertIn("the widest spread is 200.0%: ", self.block("ingest"))

    def test_the_journal_has_its_own_baseline(self):
        rows = self.rows("journal")
        self.assertEqual(rows[0][3], "× loop")
        self.assertEqual(rows[3], ["**harkd, journal**", "78,000", "78,000–78,000", "1.30×", "1.00",
                                   "0.33×", "0"])

    def test_attacks_beside_the_floor_and_beside_none(self):
        rows = self.rows("attacks")
        self.assertEqual(rows[0][1:], ["bare loop, ms", "**harkd, file**, ms"])
        self.assertEqual(rows[2:], [
            ["attacks-none", "0.50", "0.60 (1.20× floor)"],
            ["attacks-storm", "1.00 (2.00× none)", "1.50 (1.50× floor, 2.50× none)"]])

    def test_tls_is_one_block_with_four_tables(self):
        block = self.block("tls")
        self.assertEqual(re.findall(r"^(\w.*):$", block, re.M),
                         ["Messages", "Handshakes", "Round trips beside handshakes",
                          "0 handshakes", "50 handshakes", "Memory"])
        self.assertIn(["rsyslog, OpenSSL †", "1.20", "1.20–1.20", "2.00×", "800,000"],
                      self.rows("tls"))

    def test_numbers_are_as_long_as_they_need_to_be(self):
        for value, shown in ((0, "0.00"), (0.012345, "0.012"), (0.0996, "0.10"), (0.5, "0.50"),
                             (9.994, "9.99"), (9.996, "10.0"), (99.94, "99.9"), (99.96, "100"),
                             (12345.6, "12,346"), (None, "–")):
            self.assertEqual(numbers_shown.plain(value), shown)
        for value, shown in ((999.6, "1,000"), (103127, "103,000"), (1254999, "1,250,000")):
            self.assertEqual(numbers_shown.rounded(value), shown)


class Charts(ReportTest):
    def test_each_is_well_formed_and_has_a_text_alternative(self):
        self.write()
        charts = self.charts()
        self.assertEqual(set(charts), {name for name, *_ in report_charts.CHARTS})
        for name, svg in charts.items():
            with self.subTest(name):
                root = xml.etree.ElementTree.fromstring(svg)
                space = "{http://www.w3.org/2000/svg}"
                self.assertEqual(root.tag, f"{space}svg")
                self.assertRegex(root.find(f"{space}desc").text, "harkd, file|hark log")
                self.assertTrue(root.find(f"{space}title").text)
                self.assertIn("prefers-color-scheme:dark", root.find(f"{space}style").text)
                self.assertNotRegex(svg, r"nan|inf\b|e[+-]\d")
                height = float(root.get("height"))
                for text in root.iter(f"{space}text"):
                    self.assertTrue(0 < float(text.get("x")) < 800, text.attrib)
                    self.assertTrue(0 < float(text.get("y")) < height, text.attrib)

    def test_each_is_shown_in_its_block(self):
        self.assertIn("![CPU per message, server by server](charts/cpu.svg)\n\n|", self.block("ingest"))
        self.assertEqual(self.write().count("](charts/"), len(report_charts.CHARTS))

    def test_bars_are_sorted_and_the_longest_one_is_cut_off(self):
        self.results["workloads"] = [load(50, 64, 0.8, 1.0, 40)]
        self.write()
        words = " ".join(xml.etree.ElementTree.fromstring(self.charts()["cpu"]).itertext())
        self.assertRegex(words, r"bare loop 0\.80 µs, harkd, file 1\.00 µs, rsyslog <imptcp> 40\.0")
        self.assertEqual(self.charts()["cpu"].count('class="line gap"'), 2)

    def test_high_values_do_not_flatten_the_others(self):
        self.write()
        self.assertNotIn("all axes are logarithmic", self.charts()["scaling"])
        for one in self.results["workloads"]:
            if one["family"] == "scaling":
                one["results"]["rsyslog-imptcp"] = {"runs": [{"cpu_us": 9}]}
        self.write()
        self.assertIn("all axes are logarithmic", self.charts()["scaling"])


if __name__ == "__main__":
    unittest.main()
