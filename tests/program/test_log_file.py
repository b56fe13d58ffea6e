"""The JSON Lines file: how it is opened, rotated and repaired."""

import os
import signal
import subprocess
import time
import unittest

from client import WAIT
from harness import HARKD, SLOW, LogReader, ProgramTest


class Opening(ProgramTest):
    def test_mode(self):
        old = os.umask(0)
        self.addCleanup(os.umask, old)
        harkd = self.start()
        self.assertEqual(harkd.log.path.stat().st_mode & 0o7777, 0o640)

    def refused(self, path):
        done = subprocess.run(
            [HARKD, "--config", "/dev/null", "--listen", "127.0.0.1:0", "--log", f"file:{path}",
             "--control", ""],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=20 * SLOW, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(str(path), done.stderr.decode())

    def test_refuses_a_device(self):
        self.refused("/dev/full")

    def test_refuses_a_directory(self):
        self.refused(self.folder)

    def test_refuses_a_fifo(self):
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        self.refused(fifo)

    def test_refuses_what_cannot_be_opened(self):
        self.refused(self.folder / "no" / "such" / "folder" / "log")

    def test_appends_with_a_new_run(self):
        first = self.start(folder=self.folder)
        first.stop()
        second = self.start(folder=self.folder)
        self.assertNotEqual(first.records()[0]["run"], second.records()[0]["run"])
        whole = LogReader(second.log.path, whole=True)
        self.assertEqual(len({record["run"] for record in whole.read()}), 2)

    def test_removes_a_torn_line_of_the_previous_run(self):
        path = self.folder / "hark.jsonl"
        self.start(folder=self.folder).stop()
        before = path.read_bytes()
        with path.open("ab") as file:
            file.write(b'{"time":"2026-11')
        harkd = self.start(folder=self.folder)
        after = path.read_bytes()
        self.assertTrue(after.startswith(before))
        self.assertNotIn(b'{"time":"2026-11{', after)
        harkd.wait_record("diagnostic")
        client = self.greeted(harkd)
        client.send(b"hello\n")
        client.expect(b"250 ok #1")

    def test_file_with_only_a_torn_line(self):
        path = self.folder / "hark.jsonl"
        path.write_bytes(b'{"time":"2026-11' + b"x" * 10_000)
        harkd = self.start(folder=self.folder)
        harkd.wait_record("diagnostic")
        self.assertNotIn(b"xxx", path.read_bytes())


class Sinks(ProgramTest):
    def test_two_files_get_the_same_records(self):
        other = self.folder / "other.jsonl"
        harkd = self.start(sinks=(f"file:{other}",))
        client = self.greeted(harkd)
        client.send(b"one\ntwo\n")
        client.expect(b"250 ok #1", b"250 ok #2")
        harkd.stop()
        self.assertEqual(other.read_bytes(), harkd.log.path.read_bytes())

    def test_from_the_configuration(self):
        # Options take precedence, so start without the harness's own sink.
        path = self.folder / "configured.jsonl"
        config = self.folder / "harkd.toml"
        config.write_text(f'listen = ["127.0.0.1:0"]\nlog = ["file:{path}"]\n', encoding="utf-8")
        reader = LogReader(path)
        process = subprocess.Popen(
            [HARKD, "--config", config, "--control", ""],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        end = time.monotonic() + WAIT
        while not [r for r in reader.read() if r["event"] == "listening"]:
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        process.terminate()
        self.assertEqual(process.wait(20 * SLOW), 0)

    def test_sync(self):
        harkd = self.start(config="sync = true\n")
        client = self.greeted(harkd)
        for number in range(1, 21):
            client.send(b"to the disk\n")
            client.expect(b"250 ok #%d" % number)
        client.send(b"burst\n" * 100)
        client.expect(*(b"250 ok #%d" % number for number in range(21, 121)))
        self.assertEqual(len(harkd.wait_messages(client, 120)), 120)


class Rotation(ProgramTest):
    def test_reload_reopens_the_file(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"before\n")
        client.expect(b"250 ok #1")
        old = harkd.log.path.rename(harkd.folder / "hark.jsonl.1")
        harkd.log = LogReader(harkd.log.path)
        harkd.send_signal(signal.SIGHUP)
        harkd.wait_record("reloaded")
        client.send(b"after\n")
        client.expect(b"250 ok #2")
        self.assertEqual([r["text"] for r in harkd.wait_messages(client, 1)], ["after"])
        self.assertIn(b'"before"', old.read_bytes())
        self.assertNotIn(b'"after"', old.read_bytes())

    def test_a_refused_reload_reopens_the_file(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"before\n")
        client.expect(b"250 ok #1")
        harkd.log.path.rename(harkd.folder / "hark.jsonl.1")
        harkd.log = LogReader(harkd.log.path)
        harkd.config_path.write_text("no configuration\n", encoding="utf-8")
        harkd.send_signal(signal.SIGHUP)
        harkd.wait_for(harkd.log.path.exists, what="a new file")
        client.send(b"after\n")
        client.expect(b"250 ok #2")
        self.assertEqual([r["text"] for r in harkd.wait_messages(client, 1)], ["after"])

    def test_under_load_loses_nothing(self):
        harkd = self.start()
        client = self.greeted(harkd)
        path = harkd.log.path
        files, number = [], 0
        for turn in range(4):
            if turn:
                files.append(path.rename(f"{path}.{turn}"))
                harkd.log = LogReader(path)
                harkd.send_signal(signal.SIGHUP)
            burst = range(number + 1, number + 2_001)
            client.send(b"".join(b"%d\n" % index for index in burst))
            client.expect(*(b"250 ok #%d" % index for index in burst))
            number = burst[-1]
            if turn:
                harkd.wait_record("reloaded")
        seen = []
        for file in [*files, path]:
            seen += [int(r["text"]) for r in LogReader(file, whole=True).read()
                     if r["event"] == "message"]
        self.assertEqual(seen, list(range(1, number + 1)))


if __name__ == "__main__":
    unittest.main()
