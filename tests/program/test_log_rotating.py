"""hark log with a log that is rotated while it is followed, and with messages in parts."""

import gzip
import json
import os
import unittest

from log_maker import line_of
from logs import LINES, MESSAGES, LogTest
from test_log_rotated import message

FIRST, SECOND, THIRD, FOURTH = LINES[2:6]


class Followed(LogTest):
    def test_the_last_lines_are_in_a_rotated_file(self):
        (self.folder / "messages.jsonl.2.gz").write_bytes(gzip.compress(FIRST * 8 + SECOND * 6))
        self.write(THIRD, THIRD, name="messages.jsonl.1")
        path = self.write(FOURTH)
        _, lines = self.follow(path)
        self.assertEqual(lines.take(10), [MESSAGES[0]] + [MESSAGES[1]] * 6 + [MESSAGES[2]] * 2
                         + [MESSAGES[3]])
        self.append(path, FIRST)
        self.assertEqual(lines.take(1), MESSAGES[:1])

    def test_a_rotation_that_compresses(self):
        path = self.write(FIRST)
        _, lines = self.follow(path)
        self.assertEqual(lines.take(1), MESSAGES[:1])
        old = path.rename(self.folder / "messages.jsonl.1")
        self.append(old, SECOND)
        packed = gzip.compress(old.read_bytes())
        old.with_suffix(".1.gz").write_bytes(packed)
        old.unlink()
        path.write_bytes(THIRD)
        self.assertEqual(lines.take(2), MESSAGES[1:3])

    def test_two_rotations_while_it_was_stopped(self):
        path = self.write(FIRST)
        process, lines = self.follow(path)
        self.assertEqual(lines.take(1), MESSAGES[:1])
        os.kill(process.pid, 19)
        old = path.rename(self.folder / "messages.jsonl.1")
        (self.folder / "messages.jsonl.2.gz").write_bytes(gzip.compress(old.read_bytes()))
        old.unlink()
        old.write_bytes(SECOND)
        path.write_bytes(THIRD)
        os.kill(process.pid, 18)
        self.assertEqual(lines.take(2), MESSAGES[1:3])

    def test_rotations_while_it_was_stopped_and_nothing_matched(self):
        """Even if times do not increase, and if rotation copies or compresses."""
        for how in ("rename", "copy", "compress"):
            with self.subTest(how=how):
                for file in self.folder.glob("messages.jsonl*"):
                    file.unlink()
                path = self.write(message(1, 10, "before"))
                process, lines = self.follow(path, "-n", "all", "--grep", "wanted|ready")
                self.append(path, message(2, 11, "ready"))
                self.assertIn("ready", lines.take(1)[0])
                os.kill(process.pid, 19)
                self.append(path, message(3, 12, "wanted"))
                self.rotate(path, how, 2)
                path.write_bytes(message(4, 12, "wanted"))
                self.rotate(path, how, 1)
                path.write_bytes(message(5, 3, "wanted"))
                os.kill(process.pid, 18)
                shown = lines.take(3)
                self.assertEqual([int(line.rsplit(" ", 1)[1]) for line in shown], [3, 4, 5])
                self.append(path, message(6, 4, "wanted"))
                self.assertTrue(lines.take(1)[0].endswith("wanted 6"))
                process.terminate()

    def test_an_empty_file_that_was_rotated_while_it_was_stopped(self):
        for how in ("rename", "copy", "compress"):
            for older in (False, True):
                with self.subTest(how=how, older=older):
                    for file in self.folder.glob("messages.jsonl*"):
                        file.unlink()
                    if older:
                        self.write(message(1, 10, "old"), name="messages.jsonl.3")
                    path = self.write()
                    process, lines = self.follow(path, "-n", "all")
                    if older:
                        self.assertIn("old", lines.take(1)[0])
                    self.wait_asleep(process, path)
                    os.kill(process.pid, 19)
                    self.append(path, message(3, 12))
                    self.rotate(path, how, 2)
                    path.write_bytes(message(4, 12))
                    self.rotate(path, how, 1)
                    path.write_bytes(message(5, 3))
                    os.kill(process.pid, 18)
                    shown = lines.take(3)
                    self.assertEqual([int(line.rsplit(" ", 1)[1]) for line in shown], [3, 4, 5])
                    self.append(path, message(6, 4))
                    self.assertTrue(lines.take(1)[0].endswith(" 6"))
                    process.terminate()

    def test_empty_files_before_the_one_that_is_followed(self):
        """They say nothing about what was there before."""
        self.write(message(1, 10, "old"), name="messages.jsonl.3")
        self.write(name="messages.jsonl.2")
        self.write(name="messages.jsonl.1")
        path = self.write()
        process, lines = self.follow(path, "-n", "all")
        self.assertIn("old", lines.take(1)[0])
        self.wait_asleep(process, path)
        self.append(path, message(2, 11))
        self.assertTrue(lines.take(1)[0].endswith(" 2"))

    def rotate(self, path, how, number):
        old = self.folder / f"messages.jsonl.{number}"
        if how == "rename":
            path.rename(old)
            return
        data = path.read_bytes()
        if how == "copy":
            old.write_bytes(data)
        else:
            old.with_suffix(f".{number}.gz").write_bytes(gzip.compress(data))
        os.truncate(path, 0)

    def test_copytruncate(self):
        path = self.write(FIRST)
        process, lines = self.follow(path)
        self.assertEqual(lines.take(1), MESSAGES[:1])
        os.kill(process.pid, 19)
        self.append(path, SECOND)  # not seen before it is copied
        (self.folder / "messages.jsonl.1").write_bytes(path.read_bytes())
        os.truncate(path, 0)
        # As long as before, and longer.
        self.append(path, message(1, 3), message(2, 4), message(3, 5))
        os.kill(process.pid, 18)
        shown = lines.take(4)
        self.assertEqual(shown[0], MESSAGES[1])
        self.assertEqual([line.rsplit(" ", 1)[1] for line in shown[1:]], ["1", "2", "3"])


class Whole(LogTest):
    def parts(self, count, size, *, last=True):
        lines = []
        for part in range(1, count + 1):
            record = {"time": f"2026-11-22T10:00:00.{part:06}Z", "run": "5f3a9c01",
                      "event": "message", "conn": 1, "peer": "192.0.2.7:51324", "seq": 1,
                      "part": part}
            if part < count or not last:
                record["more"] = True
            lines.append(line_of(record | {"text": "x" * size, "charset": "utf-8", "bytes": size,
                                           "end": "full"}))
        return lines

    def test_a_long_message_comes_in_pieces_that_say_so(self):
        path = self.write(*self.parts(2500, 1000))
        status, output, errors = self.log_bytes("--json", "--file", path)
        self.assertEqual((status, errors), (0, b""))
        pieces = [json.loads(line) for line in output.splitlines()]
        self.assertEqual([piece.get("part") for piece in pieces], [1, 1050, 2099])
        self.assertEqual([piece.get("more") for piece in pieces], [True, True, None])
        self.assertEqual(sum(piece["bytes"] for piece in pieces), 2_500_000)
        shown = self.shown("--file", path)
        self.assertIn("#1 part 1050: xxx", shown[1])
        self.assertTrue(all(len(piece["text"]) < 1024 * 1024 + 1001 for piece in pieces))

    def test_what_is_not_whole(self):
        lines = self.parts(5, 3)
        for kept, shown in ((lines[:3], "#1 part 1: xxxxxxxxx"), (lines[2:], "#1 part 3: xxxxxxxxx"),
                            (lines[1:2], "#1 part 2: xxx"), (lines, "#1: " + "x" * 15)):
            with self.subTest(shown=shown):
                self.assertEqual(self.shown("--file", self.write(*kept))[0].split(" ", 3)[3], shown)


if __name__ == "__main__":
    unittest.main()
