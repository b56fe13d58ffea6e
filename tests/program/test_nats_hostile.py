"""The sink nats:STREAM and what is done to it: reloads that fail while a batch is in doubt, passwords
of any bytes, servers that come and go, send without end, or say what no terminal should get."""

import os
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import nats_lies as lies
from configured import ConfiguredHarkd, log_line
from fake_journal import FakeJournal, require_namespaces
from harness import SLOW, WAIT
from nats_sink import SINK, NatsSinkTest, nats_table
from nats_stub import NatsStub
from terminal import HARK
from varlink import VarlinkError

NASTY = "\x1b]0;owned\x07\x1b[31m\r\n\x9b\u202e"


class Hostile(NatsSinkTest):
    def stub(self, **info):
        stub = NatsStub(**info)
        self.addCleanup(stub.close)
        return stub

    def test_a_reload_that_fails_leaves_the_batch_as_it_is(self):
        require_namespaces()
        journal = FakeJournal(self.folder).open()
        self.addCleanup(journal.close)
        stub = self.stub()
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        listen = 'listen = ["127.0.0.1:0"]\n'
        harkd = ConfiguredHarkd(folder, listen + log_line(SINK) + nats_table(stub), folder / "none",
                                wrapper=journal.wrapper)
        self.addCleanup(harkd.end)
        harkd.addresses = harkd.wait_for(lambda: self.listeners(harkd), what="its listeners")
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        stub.always("publish", lies.closes)
        client.send(b"message 2\n")
        stub.wait_seen("publish", 3)
        harkd.config_path.write_text(listen + log_line("journal") + nats_table(stub),
                                     encoding="utf-8")
        with self.assertRaises(VarlinkError) as caught:
            self.ask(harkd, "Reload")
        self.assertIn("no other log can take", str(caught.exception.parameters))
        stub.honest()
        client.expect(b"250 ok #2")
        self.assertTrue(all(one.payload for one in stub.published))
        self.finish(harkd, client)
        texts = [record["text"] for record in stub.stream.records() if record["event"] == "message"]
        self.assertEqual(texts, ["message 1", "message 2"])

    def test_a_password_of_any_bytes(self):
        secret = self.folder / "secret"
        secret.write_bytes(b"caf\xe9\n")
        self.check_refused(self.stub(), "UTF-8", user="hark", password_file=secret)

    def test_a_server_that_closes_whenever_it_is_used(self):
        stub = self.stub()
        harkd = self.start_sink(stub)
        stub.always("info", lies.closes).drop()
        self.wait_sink(harkd, state="refusing", reason="closed the connection")
        before = len(stub.sessions)
        time.sleep(2)
        self.assertLess(len(stub.sessions) - before, 8)
        stub.honest()
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        self.finish(harkd, client)

    def test_pings_without_end_and_nothing_read(self):
        stub = self.stub()
        harkd = self.start_sink(stub)

        def flood(session, _):
            for _ in range(2000):
                session.socket.sendall(b"PING\r\n" * 10_000)
        stub.once("info", flood)
        stub.drop()
        stub.wait("another connection", lambda: len(stub.sessions) > 2, timeout=60 * SLOW)
        status = Path(f"/proc/{harkd.pid}/status").read_text(encoding="ascii")
        peak = int(status.partition("VmHWM:")[2].split()[0])
        self.assertLess(peak, 120 << 10)
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        self.finish(harkd, client)

    def test_nothing_nasty_is_shown(self):
        stub = self.stub(version=f"2.9{NASTY}", server_name=NASTY)
        stub.stream.cluster["leader"] = NASTY
        stub.stream.cluster["replicas"][0] = {"name": NASTY, "current": False}
        harkd = self.start_sink(stub)

        def complain(session, _):
            session.send(b"-ERR 'Permissions Violation \xff\x1b[31m " + b"\xe4" * 300 + b"'\r\n")
        stub.always("publish", lies.both(complain, lies.error(500, 19999, NASTY)))
        client = self.greeted(harkd)
        client.send(b"message 1\n")
        self.wait_sink(harkd, state="refusing")
        for options in ((), ("--openmetrics",), ("--json",)):
            done = subprocess.run([HARK, "--control", harkd.control, "status", *options],
                                  capture_output=True, timeout=WAIT, check=True,
                                  env={**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""})
            self.check_clean(done.stdout)
        stub.honest()
        client.expect(b"250 ok #1")
        self.finish(harkd, client)
        self.check_clean(harkd.stderr().encode("utf-8", "surrogateescape"))

    def check_clean(self, shown):
        for bad in (b"\x1b", b"\x07", b"\r", "\x9b".encode(), "\u202e".encode(), b"\xff"):
            self.assertNotIn(bad, shown)


if __name__ == "__main__":
    unittest.main()
