"""A log file that somebody deletes, replaces, renames, truncates or locks while harkd writes to it."""

import fcntl
import json
import os
import time
import unittest

from controlled import ControlledTest
from harness import SLOW
from records import LogReader


class Replaced(ControlledTest):
    CONFIG = ""

    def setUp(self):
        super().setUp()
        self.harkd = self.start(config=self.CONFIG)
        self.path = self.harkd.log.path
        # What the test has read so far belongs to another file.
        self.addCleanup(lambda: setattr(self.harkd, "log", LogReader(self.path)))
        self.client = self.greeted(self.harkd)
        self.number = 0
        self.send(3)

    def send(self, count=1):
        for _ in range(count):
            self.number += 1
            self.client.send(b"message %d\n" % self.number)
            self.client.expect(b"250 ok #%d" % self.number)

    def records(self, path=None):
        lines = (path or self.path).read_bytes().splitlines(keepends=True)
        self.assertTrue(all(line.endswith(b"\n") for line in lines))
        return [json.loads(line) for line in lines]

    def texts(self, path=None):
        return [record["text"] for record in self.records(path) if record["event"] == "message"]

    def wait_new_file(self, inode):
        begin = time.monotonic()
        self.harkd.wait_for(lambda: self.path.exists() and self.path.stat().st_ino != inode and
                            self.path.stat().st_size, what="a new file")
        self.assertLess(time.monotonic() - begin, 1.5 * SLOW)

    def wait_said(self, words):
        said = self.harkd.wait_for(
            lambda: [record["text"] for record in self.records()
                     if record["event"] == "diagnostic" and words in record["text"]],
            what=words)
        return said[0]

    def test_deleted(self):
        old = self.path.open("rb")
        self.addCleanup(old.close)
        last = json.loads(self.path.read_bytes().splitlines()[-1])
        inode = self.path.stat().st_ino
        self.path.unlink()
        # No client has to send anything for that.
        self.wait_new_file(inode)
        said = self.wait_said("was deleted or replaced")
        self.assertIn(f"run {last['run']}, conn 1, seq 3", said)
        self.assertIn(f"file:{self.path}", said)
        self.send(2)
        self.assertEqual(self.texts(), ["message 4", "message 5"])
        self.assertEqual(len(old.read().splitlines()), 5)

    def test_replaced(self):
        other = self.path.with_name("other")
        other.write_bytes(b"")
        inode = self.path.stat().st_ino
        os.replace(other, self.path)
        self.harkd.wait_for(lambda: self.path.stat().st_size, what="a record in the new file")
        self.assertNotEqual(self.path.stat().st_ino, inode)
        self.assertIn("conn 1, seq 3", self.wait_said("was deleted or replaced"))
        self.send(1)
        self.assertEqual(self.texts(), ["message 4"])

    def test_renamed_and_nobody_says_so(self):
        inode = self.path.stat().st_ino
        old = self.path.rename(self.path.with_name("hark.jsonl.1"))
        self.send(1)
        self.wait_new_file(inode)
        self.wait_said("was renamed")
        self.send(1)
        self.assertEqual(self.texts(old) + self.texts(), [f"message {n}" for n in range(1, 6)])

    def test_truncated(self):
        os.truncate(self.path, 0)
        self.send(2)
        self.assertEqual(self.texts(), ["message 4", "message 5"])

    def test_locked_by_another(self):
        other = self.path.with_name("other")
        with other.open("wb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            os.replace(other, self.path)
            sink = self.harkd.wait_for(self.refusing, what="a pause")
            self.assertIn("has locked it", sink["reason"])
            self.client.send(b"message 4\n")
            self.client.silent(0.3)
        self.client.expect(b"250 ok #4")
        self.assertEqual(self.texts(), ["message 4"])
        events = [record["event"] for record in self.records()]
        self.assertIn("resumed", events)

    def test_its_folder_is_gone_and_comes_back(self):
        folder = self.path.parent
        away = folder.with_name("away")
        inode = self.path.stat().st_ino
        self.path.unlink()
        folder.rename(away)
        self.client.send(b"message 4\n")
        self.harkd.wait_for(lambda: not folder.exists(), what="nothing")
        away.rename(folder)
        self.client.expect(b"250 ok #4")
        self.number = 4
        self.wait_new_file(inode)
        self.send(1)
        self.assertEqual(self.texts()[-1], "message 5")

    def refusing(self):
        status = self.status(self.harkd)
        return next((sink for sink in status["sinks"] if sink["state"] == "refusing"), None)


class ReplacedWithSync(Replaced):
    """Records of a deleted file that the disk has not confirmed are written again before they are
    acknowledged."""

    CONFIG = "sync = true\n"


if __name__ == "__main__":
    unittest.main()
