"""hark log with logs that were rotated and compressed: which files it reads, and what it does with
damaged ones."""

import datetime
import gzip
import lzma
import os
import subprocess
import unittest

from client import WAIT
from log_maker import line_of
from logs import LINES, MESSAGES, LogTest
from sending import memory_kib, wait_until

FIRST, SECOND, THIRD, FOURTH = LINES[2:6]


def message(number, seconds, text="hello"):
    """A line; `seconds` after midnight."""
    time = datetime.datetime(2026, 11, 22) + datetime.timedelta(seconds=seconds)
    return line_of({"time": time.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "run": "5f3a9c01",
                    "event": "message", "conn": 1, "peer": "192.0.2.7:51324", "seq": number,
                    "text": f"{text} {number}", "charset": "utf-8", "bytes": len(text) + 2,
                    "end": "lf"})


class Rotated(LogTest):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "messages.jsonl"

    def kin(self, suffix, *lines):
        return self.write(*lines, name=f"messages.jsonl{suffix}")

    def packed(self, suffix, *lines):
        data = b"".join(lines)
        if suffix.endswith(".zst"):
            data = subprocess.run(["zstd", "-cq"], input=data, capture_output=True, check=True).stdout
        else:
            data = (gzip if suffix.endswith(".gz") else lzma).compress(data)
        return self.kin(suffix, data)

    def test_numbers_and_dates(self):
        self.kin("", FOURTH)
        for suffixes in ((".2.gz", ".1"), (".12.xz", ".9.zst"), ("-20261121.gz", "-20261122"),
                         ("-2026112109", "-2026112110.xz"),
                         ("-20261122-1795341599", "-20261122-1795341600.gz"), (".1", "-20200101")):
            with self.subTest(suffixes=suffixes):
                files = [(self.packed if suffix[-1].isalpha() or suffix.endswith(".zst") else self.kin)(
                    suffix, line) for suffix, line in zip(suffixes, (FIRST, SECOND))]
                self.assertEqual(self.shown("--file", self.path),
                                 [*MESSAGES[:2], MESSAGES[3]])
                for file in files:
                    file.unlink()

    def test_other_names_are_no_kin(self):
        self.kin("", FIRST)
        for suffix in (".bak", ".1.bz2", ".gz", "-2026", "2", ".1.gz.1", ".1a", "-20261122-",
                       "-20261122x", ".1~"):
            self.kin(suffix, SECOND)
        self.write(SECOND, name="messages.json.1")
        self.assertEqual(self.shown("--file", self.path), MESSAGES[:1])

    def test_what_is_being_compressed_is_read_once(self):
        self.kin("", THIRD)
        self.kin(".1", SECOND)
        self.kin(".1.gz", gzip.compress(SECOND)[:10])
        self.assertEqual(self.shown("--file", self.path), MESSAGES[1:3])

    def test_several_files_as_they_are(self):
        self.kin(".1", FIRST)
        self.kin("", SECOND)
        other = self.packed("x.gz", THIRD)
        self.assertEqual(self.shown("--file", other, "--file", self.path),
                         [MESSAGES[2], MESSAGES[1]])
        self.assertEqual(self.shown("--file", self.path, "--file", other, "-n", "1"), MESSAGES[2:3])
        done = self.begin("--file", self.path, "--file", "-", stdin=subprocess.PIPE)
        output, _ = done.communicate(gzip.compress(FOURTH), timeout=WAIT)
        self.assertEqual(output.decode().splitlines(), [MESSAGES[1], MESSAGES[3]])

    def test_the_name_is_gone_but_its_kin_is_there(self):
        self.kin(".1", FIRST)
        self.assertEqual(self.shown("--file", self.path), MESSAGES[:1])

    def test_damaged_files_are_named_and_the_rest_is_shown(self):
        self.kin("", FOURTH)
        many = b"".join(message(number, number, os.urandom(20).hex()) for number in range(5000))
        for suffix, packed in ((".1.gz", gzip.compress(many)), (".1.xz", lzma.compress(many))):
            for damage in ("cut", "changed", "not compressed", "empty", "garbage behind it"):
                data = {"cut": packed[:len(packed) * 3 // 4],
                        "changed": packed[:-1000] + os.urandom(1000), "not compressed": many,
                        "empty": b"", "garbage behind it": packed + b"garbage"}[damage]
                file = self.kin(suffix, data)
                with self.subTest(suffix=suffix, damage=damage):
                    status, output, errors = self.log("--file", self.path)
                    self.assertEqual(status, 1)
                    self.assertIn(f"hark: {file} is damaged", errors)
                    self.assertEqual(output.splitlines()[-1], MESSAGES[3])
                    whole = damage in ("cut", "changed", "garbage behind it")
                    self.assertEqual(output.count("\n") > 1000, whole)
                file.unlink()

    def test_what_is_packed_in_pieces_and_padded(self):
        self.kin("", FOURTH)
        zstd = subprocess.run(["zstd", "-cq"], input=THIRD, capture_output=True, check=True).stdout
        for number, data in ((3, gzip.compress(FIRST) + gzip.compress(b"") + b"\0" * 100),
                             (2, lzma.compress(SECOND) + b"\0" * 4), (1, zstd + zstd + b"\0" * 9)):
            suffix = {3: "gz", 2: "xz", 1: "zst"}[number]
            self.kin(f".{number}.{suffix}", data)
        self.assertEqual(self.shown("--file", self.path),
                         [*MESSAGES[:3], MESSAGES[2], MESSAGES[3]])

    def test_a_compressed_file_that_is_named(self):
        """Alone, beside its kin, and beside others."""
        self.kin("", FOURTH)
        for suffix, data in ((".2.gz", gzip.compress(FIRST + SECOND)), (".1.xz", lzma.compress(THIRD))):
            self.kin(suffix, data)
        self.assertEqual(self.shown("--file", self.folder / "messages.jsonl.2.gz"), MESSAGES[:2])
        self.assertEqual(self.shown("--file", self.folder / "messages.jsonl.2.gz", "-n", "1"),
                         MESSAGES[1:2])
        self.assertEqual(self.shown("--file", self.folder / "messages.jsonl.1.xz"), MESSAGES[2:3])
        # Its own kin.
        self.kin(".1.xz.1", FIRST)
        self.assertEqual(self.shown("--file", self.folder / "messages.jsonl.1.xz"),
                         [MESSAGES[0], MESSAGES[2]])

    def test_zstd_with_a_frame_to_skip(self):
        packed = b"\x53\x2a\x4d\x18\4\0\0\0size" + subprocess.run(
            ["zstd", "-cq"], input=FIRST, capture_output=True, check=True).stdout
        self.kin("", packed)
        self.assertEqual(self.shown("--file", self.path), MESSAGES[:1])

    def test_what_takes_too_much_memory(self):
        for tool, suffix in ((["zstd", "-cq", "--ultra", "-22", "--long=30"], "zst"),
                             (["xz", "-c", "--lzma2=dict=256MiB"], "xz")):
            data = subprocess.run(tool, input=FIRST * 10, capture_output=True, check=True).stdout
            self.kin(f".1.{suffix}", data)
            self.kin("", SECOND)
            status, output, errors = self.log("--file", self.path)
            self.assertEqual((status, output), (1, MESSAGES[1] + "\n"))
            self.assertEqual(errors, f"hark: cannot read {self.path}.1.{suffix}: it takes more than "
                                     "128 MiB of memory to decompress\n")
            (self.folder / f"messages.jsonl.1.{suffix}").unlink()

    def test_unreadable_kin(self):
        if os.geteuid() == 0:
            (self.folder / "messages.jsonl.1").mkdir()
            reason = "Is a directory"
        else:
            self.kin(".1", FIRST).chmod(0)
            reason = "Permission denied"
        self.kin("", SECOND)
        self.assertEqual(self.log("--file", self.path),
                         (1, MESSAGES[1] + "\n", f"hark: cannot read {self.path}.1: {reason}\n"))

    def test_a_bomb(self):
        """A decompression bomb takes no memory, and nothing of it is printed."""
        self.kin("", FIRST)
        small = self.begin("--file", self.path, "-f")
        wait_until(small.stdout.readline, "a line")
        base = memory_kib(small)
        with gzip.open(self.folder / "messages.jsonl.1.gz", "wb", compresslevel=1) as file:
            for _ in range(100):
                file.write(b"\0" * 1024 * 1024)
        for arguments in ((), ("-n", "5"), ("--reverse",), ("--since", "2026-11-22")):
            process = self.begin("--file", self.path, *arguments)
            peak = 0
            while process.poll() is None:
                try:
                    peak = max(peak, memory_kib(process))
                except (FileNotFoundError, ProcessLookupError, AttributeError):
                    break
            self.assertEqual(process.wait(WAIT), 0)
            self.assertEqual(process.stdout.read().decode(), MESSAGES[0] + "\n")
            self.assertLess(peak, base + 16 * 1024)


if __name__ == "__main__":
    unittest.main()
