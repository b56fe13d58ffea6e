"""The console as a log: read, not read, closed, missing."""

import os
import signal
import subprocess
import unittest

from harness import HARKD, SLOW, LogReader, ProgramTest


class OnPipe(ProgramTest):
    """The console as a pipe, as under a supervisor, next to a file."""

    def start_on_pipe(self):
        """A daemon, and the reading end of its console."""
        reader, writer = os.pipe()
        harkd = self.start(sinks=("console",), output=writer)
        os.close(writer)
        return harkd, reader


class Console(OnPipe):
    def test_shows_the_messages(self):
        harkd, reader = self.start_on_pipe()
        self.addCleanup(os.close, reader)
        client = self.greeted(harkd)
        client.send("你好\x1b[2J\n".encode())
        client.expect(b"250 ok #1")
        shown = os.read(reader, 65536)
        self.assertIn("你好".encode(), shown)
        self.assertIn(client.name.encode(), shown)
        self.assertNotIn(b"\x1b", shown)

    def test_an_unread_console_is_a_pause(self):
        harkd, reader = self.start_on_pipe()
        count = 300
        client = self.greeted(harkd)
        text = b"x" * 500
        client.send(b"".join(b"<%d> %s\n" % (number, text) for number in range(count)))
        got = []
        client.socket.settimeout(1)
        try:
            while True:
                got.append(client.reply())
        except TimeoutError:
            pass
        client.socket.settimeout(20 * SLOW)
        self.assertLess(len(got), count)
        # Once drained, it continues.
        shown = bytearray()
        os.set_blocking(reader, False)
        def drain():
            try:
                while data := os.read(reader, 65536):
                    shown.extend(data)
            except BlockingIOError:
                pass
            return shown.count(text) == count
        harkd.wait_for(drain, what="all messages on the console")
        records = harkd.wait_messages(client, count)
        self.assertEqual(len(records), count)
        self.assertEqual([shown.count(b"<%d> x" % number) for number in range(count)], [1] * count)
        os.set_blocking(reader, True)
        os.close(reader)


class GoneBesideAFile(OnPipe):
    def start_gone(self):
        """A daemon whose console was closed after its first message."""
        harkd, reader = self.start_on_pipe()
        client = self.greeted(harkd)
        client.send(b"one\n")
        client.expect(b"250 ok #1")
        os.close(reader)
        client.send(b"two\n")
        client.expect(b"250 ok #2")
        return harkd, client

    def test_is_reported_and_is_not_a_pause(self):
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
        # Accepted or refused (the console from the command line no longer exists), the daemon
        # continues.
        client.send(b"three\n")
        client.expect(b"250 ok #3")
        self.assertEqual([r["text"] for r in harkd.wait_messages(client, 3)],
                         ["one", "two", "three"])


class StandardDescriptorsClosed(ProgramTest):
    """The daemon's first open must not become its standard error."""

    def test_the_file_has_only_records(self):
        # The harness reads this log from the first record on.
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
        # The long line does not fit, but a line about the problem would.
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
