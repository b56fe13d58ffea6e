"""The measuring tools: the generator drives harkd and the bare loop, and nothing is lost.

Nothing is timed here. Skipped if the bench programs are not built.
"""

import os
import sys
import tempfile
import unittest
from pathlib import Path

from harness import HARKD, ROOT

PROGRAMS = HARKD.parents[1] / "bench"
os.environ["HARK_BENCH_PROGRAMS"] = str(PROGRAMS)
sys.path.append(str(ROOT / "bench"))

# pylint: disable=wrong-import-position
import measures
import processor
import secured
from generator import Generator, GeneratorError
from server import Server, ServerError
from subjects import asyncio_server, floor, harkd_file, harkd_limits
from workloads import workloads

MESSAGES = 1000


def both(*more):
    return floor(), harkd_file(HARKD), *more


@unittest.skipIf(PROGRAMS is None, "the generator is not built")
class BenchSuite(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name

    def measure(self, how, subject, **parameters):
        """Checks that every message was stored."""
        with Server(subject, self.scratch) as server:
            figures = how(server, {"messages": MESSAGES, "bytes": 64, **parameters})
            server.check()
        return figures

    def test_pipelined(self):
        for subject in both(asyncio_server()):
            # Numbers that do not divide each other: the last batches are smaller.
            figures = self.measure(measures.ingest, subject, connections=7, depth=64)
            self.assertGreater(figures["cpu_us"], 0)
            self.assertGreater(figures["messages_per_s"], 0)

    def test_one_connection(self):
        for subject in both():
            self.measure(measures.ingest, subject, connections=1, depth=10, bytes=2)

    def test_every_text(self):
        for text in ("ascii", "utf-8", "gbk", "undecodable"):
            for subject in both():
                self.measure(measures.ingest, subject, connections=3, depth=16, text=text)

    def test_charsets(self):
        """The generator's messages have the charset they should."""
        for text, charset in (("ascii", "utf-8"), ("utf-8", "utf-8"), ("gbk", "gb18030"),
                              ("undecodable", "bytes")):
            with self.subTest(text), Server(harkd_file(HARKD), self.scratch) as server:
                measures.ingest(server, {"messages": 64, "bytes": 64, "text": text})
                output = server.place.output.read_text(encoding="utf-8")
                self.assertEqual(output.count(f'"charset":"{charset}","bytes":63,'), 64)

    def test_lock_step(self):
        for subject in both(asyncio_server()):
            figures = self.measure(measures.round_trip, subject, connections=5)
            self.assertLessEqual(figures["min_us"], figures["p50_us"])
            self.assertLessEqual(figures["p50_us"], figures["p99_us"])

    def test_sessions(self):
        for subject in both(asyncio_server()):
            self.measure(measures.sessions, subject, connections=3, messages=100)

    def test_flood(self):
        for subject in both():
            for size in (2, 64):
                self.measure(measures.fairness, subject, connections=10, flood=size)

    def test_attacks(self):
        limited = ("addresses", "flood")
        for kind, attackers in (("storm", 3), ("addresses", 3), ("resets", 3), ("loris", 20),
                                ("unread", 4), ("flood", 2)):
            for subject in both(*([harkd_limits(HARKD)] if kind in limited else [])):
                figures = self.measure(measures.attack, subject, connections=5, attack=kind,
                                       attackers=attackers)
                self.assertGreater(figures["attacks_per_s"], 0)

    def test_tls(self):
        tls = secured.Certificates(Path(self.scratch) / "certificates")
        plain, with_names, beside = secured.harkds(HARKD, tls)
        self.measure(measures.ingest, plain, connections=3, depth=16)
        self.measure(measures.round_trip, plain, connections=5)
        self.measure(measures.fairness, plain, connections=5, flood=64)
        self.measure(measures.idle, with_names, connections=70)
        figures = self.measure(measures.handshakes, plain, connections=3, messages=20)
        self.assertGreater(figures["handshakes_per_s"], 0)
        figures = self.measure(measures.storm, beside, connections=3, storm=2)
        self.assertGreater(figures["handshakes_per_s"], 0)

    def test_with_idle_connections(self):
        for subject in both():
            figures = self.measure(measures.scaling, subject, connections=2, idle=100, depth=8)
            self.assertGreater(figures["bytes_total"], 100 * 1024)

    def test_start(self):
        self.assertGreater(measures.start(harkd_file(HARKD), self.scratch)["ready_ms"], 0)

    def test_loss_is_detected(self):
        with Server(floor(), self.scratch) as server:
            measures.ingest(server, {"messages": MESSAGES, "bytes": 64})
            server.sent += 1
            with self.assertRaises(ServerError):
                server.check()

    def test_a_refusal_is_an_error(self):
        with Server(harkd_file(HARKD), self.scratch) as server, \
                measures.generator(server, text="ascii", messages=MESSAGES) as client:
            server.stop()
            with self.assertRaises((GeneratorError, BrokenPipeError)):
                client.go()
                client.result()

    def test_not_there(self):
        with self.assertRaises(GeneratorError):
            Generator(measures.GENERATOR, port=1)

    def test_processor_seconds_measure_usage(self):
        before = processor.processor_seconds(os.getpid())
        while processor.processor_seconds(os.getpid()) < before + 0.01:
            pass
        self.assertGreater(processor.anonymous_bytes(os.getpid()), 1 << 20)

    def test_workload_names_are_unique(self):
        names = [one.id for one in workloads()]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual([one.family for one in workloads("journal")], ["journal"])


if __name__ == "__main__":
    unittest.main()
