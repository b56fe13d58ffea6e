"""hark log --nats, on real servers."""

import json
import os
import subprocess
import unittest

from harness import WAIT
from nats_sink import SUBJECT, NatsSinkTest
from nats_servers import NatsTest
from terminal import HARK

ENGLISH = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}


class StreamLog(NatsTest, NatsSinkTest):
    def setUp(self):
        super().setUp()
        self.nats.create_stream()
        self.harkd = self.start_sink(self.nats, replicas=1)

    def log(self, *options, status=0):
        done = subprocess.run([HARK, "log", "--nats", "--config", self.harkd.config_path, *options],
                              capture_output=True, text=True, timeout=WAIT, env=ENGLISH, check=False)
        self.assertEqual((done.returncode, done.stderr if status == 0 else ""), (status, ""),
                         done.stderr)
        return done.stdout.splitlines() if status == 0 else done.stderr

    def texts(self, *options, **more):
        return [json.loads(line)["text"] for line in self.log("--json", *options, **more)]

    def send(self, count, start=1, client=None):
        client = client or self.greeted(self.harkd)
        for number in range(start, start + count):
            client.send(b"message %d\n" % number)
            client.expect(b"250 ok #%d" % number)
        return client

    def wanted(self, first, last):
        return [f"message {number}" for number in range(first, last + 1)]

    def test_what_the_file_has(self):
        client = self.greeted(self.harkd)
        client.send("你好 \\ \"x\"\x07\n".encode() + b"x" * 3000 + b"\n\xff\xfe\n")
        self.harkd.wait_for(lambda: len(self.harkd.messages()) >= 3, what="three messages")
        self.assertEqual(self.log("--events", "--json"),
                         subprocess.run([HARK, "log", "--file", self.harkd.folder / "hark.jsonl", "--events", "--json"],
                                        capture_output=True, text=True, timeout=WAIT, env=ENGLISH,
                                        check=True).stdout.splitlines())

    def test_filters(self):
        self.send(200)
        self.assertEqual(self.texts(), self.wanted(1, 200))
        self.assertEqual(self.texts("-n", "3"), self.wanted(198, 200))
        self.assertEqual(self.texts("-n", "150"), self.wanted(51, 200))
        self.assertEqual(self.texts("--count", "2"), self.wanted(1, 2))
        self.assertEqual(self.texts("--reverse", "-n", "2"), self.wanted(199, 200)[::-1])
        self.assertEqual(self.texts("--grep", "message 19[0-9]$"), self.wanted(190, 199))
        self.assertEqual(self.texts("--since", "1 hour ago"), self.wanted(1, 200))
        self.assertEqual(self.texts("--until", "2020-01-01"), [])
        self.assertEqual(self.texts("--subject", "hark.>"), self.wanted(1, 200))
        self.assertEqual(self.texts("--subject", "hark.site8"), [])
        self.log("--grep", "nothing of the kind", status=1)

    def test_follow(self):
        client = self.send(20)
        with subprocess.Popen([HARK, "log", "--nats", "--config", self.harkd.config_path, "--json", "-f"],
                              stdout=subprocess.PIPE, text=True, env=ENGLISH) as follower:
            self.addCleanup(follower.kill)
            shown = [json.loads(follower.stdout.readline())["text"] for _ in range(10)]
            self.assertEqual(shown, self.wanted(11, 20))
            self.send(5, 21, client)
            shown = [json.loads(follower.stdout.readline())["text"] for _ in range(5)]
            self.assertEqual(shown, self.wanted(21, 25))
            # A server that comes back, with what it has on disk.
            self.nats.servers[0].restart()
            self.send(5, 26, client)
            shown = [json.loads(follower.stdout.readline())["text"] for _ in range(5)]
            self.assertEqual(shown, self.wanted(26, 30))
            follower.terminate()

    def test_several_sites(self):
        self.send(3)
        other = self.start_sink(self.nats, replicas=1, subject="hark.site8")
        client = self.greeted(other)
        client.send(b"from site 8\n")
        client.expect(b"250 ok #1")
        self.assertEqual(self.texts(), self.wanted(1, 3))
        self.assertEqual(self.texts("--subject", "hark.>"), [*self.wanted(1, 3), "from site 8"])

    def test_a_batch_that_was_stored_twice_is_shown_once(self):
        self.send(2)
        last = self.nats.messages()[-1]
        with self.nats.client() as client:
            client.store(SUBJECT, last.payload, {"Hark-Run": last.headers["Hark-Run"],
                                                 "Hark-First": last.headers["Hark-First"],
                                                 "Hark-Last": last.headers["Hark-Last"]})
        self.assertEqual(self.texts(), self.wanted(1, 2))

    def test_mistakes(self):
        self.assertIn("--nats and --file cannot be combined", self.log("--file", "x", status=2))
        self.assertIn("invalid subject", self.log("--subject", "a b", status=2))
        self.nats.servers[0].stop()
        try:
            self.assertIn("Connection refused", self.log(status=1))
        finally:
            self.nats.servers[0].start()
        with self.nats.client() as client:
            client.delete_stream("HARK")
        self.assertIn("stream not found", self.log(status=1))
        path = self.folder / "none.toml"
        path.write_text('log = "console"\n', encoding="utf-8")
        done = subprocess.run([HARK, "log", "--nats", "--config", path], capture_output=True,
                              text=True, timeout=WAIT, env=ENGLISH, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("does not log to a stream", done.stderr)
        done = subprocess.run([HARK, "log", "--config", path], capture_output=True, text=True,
                              timeout=WAIT, env=ENGLISH, check=False)
        self.assertEqual(done.returncode, 2)
        self.nats.create_stream()


if __name__ == "__main__":
    unittest.main()
