"""hark log --nats and a server that counts wrong, falls silent, or has what harkd never wrote."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from configured import log_line
from harness import SLOW, WAIT, ProgramTest
from nats_lies import stored_request
from nats_sink import SINK, SUBJECT, nats_table
from nats_stub import NatsStub
from terminal import HARK

ENGLISH = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}
CREATE, NEXT = "$JS.API.CONSUMER.CREATE.", "$JS.API.CONSUMER.MSG.NEXT."
TIMED_OUT = "408 Request Timeout"


def record(number):
    return json.dumps({"time": "2026-01-01T00:00:00.000000Z", "run": "5f3a9c01", "event": "message",
                       "conn": 1, "peer": "127.0.0.1:1", "seq": number, "text": f"message {number}",
                       "charset": "utf-8", "bytes": 9, "end": "lf"}).encode()


class HostileLog(ProgramTest):
    def setUp(self):
        super().setUp()
        self.stub = NatsStub()
        self.addCleanup(self.stub.close)
        self.config = Path(tempfile.mkdtemp(dir=self.folder)) / "harkd.toml"
        self.config.write_text(log_line(SINK) + nats_table(self.stub), encoding="utf-8")
        self.consumers = []  # what was asked for
        self.stub.always("publish", self.serve)

    def serve(self, session, request):
        if request.subject.startswith(CREATE):
            self.consumers.append(json.loads(request.payload)["config"])
            session.answer(request, self.consumer(self.consumers[-1]))
        elif request.subject.startswith(NEXT):
            self.deliver(session, request)

    def consumer(self, _):
        return {"name": f"c{len(self.consumers)}", "num_pending": 1}

    def deliver(self, session, request):
        session.message(request.reply, status=TIMED_OUT)

    def give(self, session, seq, payload, pending):
        reply = f"$JS.ACK.HARK.c{len(self.consumers)}.1.{seq}.1.1700000000000000000.{pending}"
        session.send(f"MSG {SUBJECT} 1 {reply} {len(payload)}\r\n".encode() + payload + b"\r\n")

    def start(self, *options):
        process = subprocess.Popen([HARK, "log", "--nats", "--config", self.config, *options],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENGLISH)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def log(self, *options):
        process = self.start(*options)
        output, errors = process.communicate(timeout=WAIT)
        return process.returncode, output, errors

    def test_what_was_to_come_and_does_not_is_no_end(self):
        status, output, errors = self.log("--json")
        self.assertEqual((status, output), (1, b""), errors)
        self.assertIn(b"does not answer", errors)

    def test_what_was_removed_meanwhile_is_an_end(self):
        self.consumer = lambda _: {"name": f"c{len(self.consumers)}",
                                   "num_pending": 1 if len(self.consumers) == 1 else 0}
        self.assertEqual(self.log("--json"), (0, b"", b""))

    def test_sections_without_a_message_are_not_waited_for(self):
        self.stub.stream.store(stored_request("hark.site8", {}, b"", b""))
        self.stub.stream.last_seq = 10_000
        self.consumer = lambda _: {"name": f"c{len(self.consumers)}", "num_pending": 0}
        self.start("-n", "5", "-f")
        self.stub.wait("five sections", lambda: len(self.consumers) >= 5, timeout=4 * SLOW)

    def test_a_stream_that_was_made_again_is_followed(self):
        def deliver(session, request):
            if len(self.consumers) == 1:
                self.give(session, 1000, record(1) + b"\n", 0)
                self.stub.stream.last_seq = 0
                session.message(request.reply, status="409 Consumer Deleted")
        self.deliver = deliver
        self.stub.stream.last_seq = 1000
        self.start("--since", "2026-01-01", "-f")
        self.stub.wait("another consumer", lambda: len(self.consumers) >= 2)
        self.assertEqual(self.consumers[-1]["deliver_policy"], "by_start_time")

    def test_payloads_that_are_no_records(self):
        payloads = [b"\x1b[31mred\x07\n", b"\x00" * 1000, b"{" * 1_000_000, b"[" * 100_000 + b"\n",
                    record(1), record(2)[:40] + b"\n", b"\n\n\n", b"x" * 4_000_000 + b"\n",
                    json.dumps({"text": "\x1b]0;owned\x07\u202e", "event": "message"}).encode(), b"",
                    record(3)[:-1] + b"\n" + record(4) + b"\n"]

        def deliver(session, _):
            for seq, payload in enumerate(payloads, 1):
                self.give(session, seq, payload, len(payloads) - seq)
        self.deliver = deliver
        for options in ((), ("--events",), ("-n", "5"), ("--grep", "owned")):
            self.stub.stream.last_seq = len(payloads)
            status, output, errors = self.log(*options)
            self.assertEqual(status, 1 if "--grep" in options else 0, errors)
            for bad in (b"\x1b", b"\x07", b"\x00", "\u202e".encode()):
                self.assertNotIn(bad, output + errors)
            if not options:
                self.assertIn(b"message 1", output)
                self.assertIn(b"message 4", output)


if __name__ == "__main__":
    unittest.main()
