"""The console as a log: when it goes away, when it was never there."""

import os
import signal
import subprocess
import unittest

from harness import HARKD, LogReader, ProgramTest


class GoneBesideAFile(ProgramTest):
    def start_gone(self):
        """A daemon whose console has gone after its first message."""
        reader, writer = os.pipe()
        harkd = self.start(sinks=("console",), output=writer)
        os.close(writer)
        client = self.greeted(harkd)
        client.send(b"one\n")
        client.expect(b"250 ok #1")
        os.close(reader)
        client.send(b"two\n")
        client.expect(b"250 ok #2")
        return harkd, client

    def test_is_told_and_is_no_pause(self):
        harkd, client = self.start_gone()
        record = harkd.wait_record("diagnostic")
        self.assertIn("console", record["text"])
        client.send(b"three\n")
        client.expect(b"250 ok #3")
        self.assertEqual(harkd.stop(), 0)
        self.assertEqual([r["text"] for r in harkd.messages(client)], ["one", "two", "three"])
        self.assertEqual(harkd.records("paused"), [])
        self.assertEqual(harkd.records("resumed"), [])
        self.assertEqual(
            len([r for r in harkd.records("diagnostic") if "console" in r["text"]]), 1)

    def test_before_the_first_record(self):
        reader, writer = os.pipe()
        os.close(reader)
        harkd = self.start(sinks=("console",), output=writer)
        os.close(writer)
        client = self.greeted(harkd)
        client.send(b"one\n")
        client.expect(b"250 ok #1")
        harkd.wait_record("diagnostic")
        self.assertEqual(harkd.stop(), 0)
        self.assertEqual(harkd.records("paused"), [])

    def test_reload_afterwards(self):
        harkd, client = self.start_gone()
        harkd.send_signal(signal.SIGHUP)
        # Taken or refused, for the console that the command line wants is no more: it goes on.
        client.send(b"three\n")
        client.expect(b"250 ok #3")
        self.assertEqual([r["text"] for r in harkd.wait_messages(client, 3)],
                         ["one", "two", "three"])


class StandardDescriptorsClosed(ProgramTest):
    """What the daemon opens first must not become its standard error."""

    def test_nothing_but_records_in_the_file(self):
        # The harness looks after this one from its first record on.
        harkd = self.start()
        harkd.stop()
        path = self.folder / "bare.jsonl"
        harkd.log = LogReader(path)
        harkd.process = subprocess.Popen(
            [HARKD, "--config", "/dev/null", "--listen", "127.0.0.1:0", "--log", f"file:{path}",
             "--control", ""],
            preexec_fn=lambda: os.closerange(0, 3))
        harkd.stopped = False
        harkd.addresses = [harkd.wait_record("listening")["address"]]
        client = self.greeted(harkd)
        client.send(b"before\n")
        client.expect(b"250 ok #1")
        # No record of the long line fits, but a line about the trouble would.
        harkd.limit_log(600)
        client.send(b"x" * 1000 + b"\n")
        harkd.wait_read(client)
        client.silent(0.3)
        for descriptor in range(3):
            self.assertNotEqual(os.readlink(f"/proc/{harkd.pid}/fd/{descriptor}"), str(path))
        before = path.read_bytes()
        self.assertTrue(before.endswith(b"}\n"), before[-300:])
        harkd.limit_log(None)
        client.expect(b"250 ok #2")
        harkd.wait_record("resumed")
        self.assertEqual(harkd.stop(), 0)
        lines = path.read_bytes().splitlines()
        self.assertEqual([line for line in lines if not line.startswith(b'{"time":"')], [])
        self.assertEqual([len(r["text"]) for r in harkd.messages(client)], [6, 1000])


if __name__ == "__main__":
    unittest.main()
