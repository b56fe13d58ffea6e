"""What operators are told of the sink nats:STREAM: status, metrics, and warnings about servers and
streams that keep less than they should; and what a pause costs."""

import os
import subprocess
import time
import unittest

import openmetrics
from harness import SLOW, WAIT
from nats_lies import silent
from nats_sink import SINK, NatsSinkTest
from nats_stream import Stream
from nats_stub import NatsStub
from terminal import HARK

ENGLISH = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "", "TZ": "UTC"}
CAUTIONS = (  # the server, the stream, and what is said
    ({"version": "2.9.10"}, {}, "at least once"),
    ({"version": "2.10.22"}, {}, "2.10.23"),
    ({}, {"duplicate_window": 1_000_000_000}, "duplicate_window"),
    ({"version": "2.10.23"}, {}, ""),
    ({"version": "2.14.0-RC.1"}, {}, ""),
)


class StatusTest(NatsSinkTest):
    def serve(self, stream=None, **info):
        stub = NatsStub(Stream(**(stream or {})), **info)
        self.addCleanup(stub.close)
        return stub

    def hark(self, harkd, *arguments):
        done = subprocess.run([HARK, "--control", harkd.control, *arguments], env=ENGLISH,
                              capture_output=True, text=True, timeout=WAIT, check=True)
        return done.stdout


class Cautions(StatusTest):
    def test_once_at_the_start(self):
        for info, config, words in CAUTIONS:
            with self.subTest(**info, **config):
                stub = self.serve(config, **info)
                harkd = self.start_sink(stub)
                client = self.greeted(harkd)
                self.send_counted(client, 1)
                stub.drop()
                self.send_counted(client, 1, start=2)
                self.finish(harkd, client)
                said = [record["text"] for record in harkd.records("diagnostic")
                        if record["level"] == "warning"]
                self.assertEqual(len(said), 1 if words else 0, said)
                self.assertIn(words, "".join(said))


class Status(StatusTest):
    def setUp(self):
        super().setUp()
        self.stub = self.serve()
        self.harkd = self.start_sink(self.stub)
        self.client = self.greeted(self.harkd)
        self.send_counted(self.client, 3)

    def stream(self):
        return self.sink(self.harkd)["stream"]

    def metrics(self):
        families = openmetrics.parse(self.hark(self.harkd, "status", "--openmetrics"))
        return {name: family["samples"] for name, family in families.items()}

    def test_all_is_well(self):
        stream = self.stream()
        self.assertEqual((stream["server"], stream["version"], stream["leader"]),
                         (self.stub.address, "2.10.27", "s1"))
        self.assertEqual((stream["replicas"], stream["missing"], stream["reconnects"],
                          stream["retries"]), (3, [], 0, 0))
        self.assertEqual(stream["sequence"], self.stub.stream.last_seq)
        self.assertEqual(stream["batches"], self.stub.stream.last_seq)
        self.assertGreater(stream["latency"], 0)
        self.assertLess(stream["latency"], 1)
        text = self.hark(self.harkd, "status")
        for words in (SINK, self.stub.address, "s1"):
            self.assertIn(words, text)
        for name in ("stream_connected", "stream_missing_replicas", "stream_batches",
                     "stream_acknowledgement_seconds", "stream_reconnects"):
            self.assertTrue([one for one in self.metrics() if one.endswith(name)], name)

    def test_what_is_missing(self):
        self.stub.stream.cluster["replicas"][1].update(current=False, offline=True)
        self.stub.drop()
        self.send_counted(self.client, 1, start=4)
        stream = self.stream()
        self.assertEqual((stream["missing"], stream["reconnects"]), (["s3"], 1))
        self.assertRegex(self.hark(self.harkd, "status"), "2 of 3")

    def test_no_leader(self):
        del self.stub.stream.cluster["leader"]
        self.stub.always("publish", silent).always("get", silent)
        self.stub.drop()
        self.client.send(b"message 4\n")
        self.wait_sink(self.harkd, state="refusing", reason="leader")
        self.assertRegex(self.hark(self.harkd, "status"), "(?i)leader")
        self.stub.honest()
        self.client.expect(b"250 ok #4")


class Pause(StatusTest):
    def test_a_flood_is_bounded(self):
        stub = self.serve()
        harkd = self.start_sink(stub, file=False)
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        stub.always("publish", silent)
        memory = harkd.rss_kib()
        sent, line = 0, b"x" * 999 + b"\n"
        client.socket.setblocking(False)
        end = time.monotonic() + 2
        while time.monotonic() < end:  # until all buffers are full, and beyond
            try:
                sent += client.socket.send(line[sent % len(line):] + line * 10)
            except BlockingIOError:
                time.sleep(0.01)
        client.socket.settimeout(WAIT)
        self.assertLess(harkd.rss_kib() - memory, 20_000 * SLOW)
        status = self.status(harkd)
        self.assertLess(status["memory"], status["memory_limit"])
        stub.always("publish", None)
        client.send(line[sent % len(line):] if sent % len(line) else b"")
        wanted, answered = -(-sent // len(line)) + 1, 1
        while answered < wanted:
            answered = int(client.expect_match(rb"250 ok #(?:\d+-)?(\d+)").group(1))


if __name__ == "__main__":
    unittest.main()
