"""hark log --since and --until: it reads little, and finds what it should, whatever clocks did."""

import gzip
import json
import os
import re
import subprocess
import unittest
from pathlib import Path

from client import WAIT
from log_maker import line_of
from logs import HARK, JOURNAL_REMOTE, LogTest, export, fields_of
from sending import wait_until
from test_log_rotated import message


class Times(LogTest):
    FILES = 40
    RECORDS = 1500

    def setUp(self):
        super().setUp()
        self.path = self.folder / "messages.jsonl"

    def make(self, is_packed):
        """A log of many files, with a record a second."""
        for file in range(self.FILES):
            data = b"".join(message(file * self.RECORDS + i, file * self.RECORDS + i, "x" * 100)
                            for i in range(self.RECORDS))
            number = self.FILES - 1 - file
            suffix = f".{number}" if number else ""
            if number > 1 and is_packed:
                (self.folder / f"messages.jsonl{suffix}.gz").write_bytes(gzip.compress(data, 1))
            else:
                (self.folder / f"messages.jsonl{suffix}").write_bytes(data)

    def read_bytes(self, *arguments):
        """How many bytes hark reads, and what it prints. The pipe is too small for all of it, so
        hark still waits when its counters are read."""
        process = self.begin("--file", self.path, *arguments, pipesize=4096)
        def sleeps():
            state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
            return state == "S"
        wait_until(sleeps, "its end")
        counts = dict(line.split(": ")
                      for line in Path(f"/proc/{process.pid}/io").read_text().splitlines())
        output, errors = process.communicate(timeout=WAIT)
        self.assertEqual((process.returncode, errors), (0, b""))
        return int(counts["rchar"]), output.decode().splitlines()

    def test_a_minute_in_forty_files(self):
        for is_packed in (False, True):
            for file in self.folder.glob("messages.jsonl*"):
                file.unlink()
            self.make(is_packed)
            for minute in (3, 600, 990, 998):
                with self.subTest(is_packed=is_packed, minute=minute):
                    day, hour = 22 + minute // 1440, minute // 60 % 24
                    at = f"2026-11-{day} {hour:02}:{minute % 60:02}:"
                    size, lines = self.read_bytes("--since", at + "00", "--until", at + "59")
                    self.assertEqual([line.split("#")[1].split(":")[0] for line in lines],
                                     [str(number) for number in range(minute * 60, minute * 60 + 60)])
                    self.assertLess(size, 4 * 1024 * 1024)

    def test_clocks_that_were_set_back(self):
        """By an hour or by seconds, far from the time that is looked for."""
        for back in (3600, 60, 30_000):
            seconds, lines = 0, []
            for number in range(60_000):
                seconds += 1
                if number in (20_000, 40_000):
                    seconds -= back
                lines.append((seconds, message(number, seconds, "y" * 60)))
            for split in (None, 39_000):
                for file in self.folder.glob("messages.jsonl*"):
                    file.unlink()
                if split is not None:
                    self.write(*(line for _, line in lines[:split]), name="messages.jsonl.1")
                self.write(*(line for _, line in lines[split or 0:]))
                for since in (19_990, 20_000 - back // 2, 39_990 - back):
                    until = since + 100
                    with self.subTest(back=back, split=split, since=since):
                        expected = [line for time, line in lines if since <= time <= until]
                        status, output, errors = self.log_bytes(
                            "--json", "--file", self.path,
                            f"--since=@{1795305600 + since}", f"--until=@{1795305600 + until}")
                        self.assertEqual((status, errors), (0, b""))
                        self.assertEqual(len(output.splitlines()), len(expected))
                        self.assertEqual(output, b"".join(expected))

    def shown_numbers(self, since, until):
        status, output, errors = self.log_bytes(
            "--file", self.path, "--format", "%n",
            f"--since=@{1795305600 + since}", f"--until=@{1795305600 + until}")
        self.assertEqual((status, errors), (0, b""))
        return list(map(int, output.split()))

    def test_a_clock_that_was_wrong_for_a_while(self):
        """It is corrected later, so everything around it is in order."""
        for wrong in (range(41_000, 42_000), range(10_000, 11_000)):
            moved = {number: 30_000 + number - wrong.start for number in wrong}
            times = [moved.get(number, number) for number in range(60_000)]
            self.write(*(message(number, time, "y" * 60) for number, time in enumerate(times)))
            expected = [number for number, time in enumerate(times) if 30_100 <= time <= 30_200]
            self.assertEqual(len(expected), 202)
            self.assertEqual(self.shown_numbers(30_100, 30_200), expected)

    def test_long_stretches_of_nothing_of_ours(self):
        """After a power failure there may be NULs, any number of them."""
        for hole in (b"\0" * 3_000_000, b"x" * 3_000_000, b"something else\n" * 200_000):
            for place in (5_000, 50_000):
                lines = [message(number, number, "y" * 60) for number in range(60_000)]
                lines.insert(place, hole + b"\n")
                self.write(*lines)
                for since in (4_900, 49_950):
                    with self.subTest(hole=hole[:4], place=place, since=since):
                        _, output, _ = self.log_bytes(
                            "--file", self.path, "--format", "%n",
                            f"--since=@{1795305600 + since}", f"--until=@{1795305600 + since + 100}")
                        self.assertEqual(list(map(int, output.split())),
                                         list(range(since, since + 101)))

    def test_more_files_than_descriptors_at_first(self):
        self.write(message(0, 5000))
        for number in range(1, 200):
            self.write(message(0, 5000 - number), name=f"messages.jsonl.{number}")
        status = subprocess.run(
            ["bash", "-c", f'ulimit -Sn 64 && "{HARK}" log --file "{self.path}" --format %s'],
            env=self.environment, capture_output=True, check=True, timeout=WAIT)
        self.assertEqual(len(status.stdout.splitlines()), 200)

    def test_a_message_that_goes_on_after_the_time(self):
        """Its time is that of its last byte."""
        def part(second, number, **more):
            record = json.loads(message(1, second, "half"))
            return line_of({**record, "conn": 9, "text": f"half {number}", "part": number, **more})
        lines = [message(number, number, "y" * 60) for number in range(20_000)]
        lines[10_000:10_000] = [part(10_000, 1, more=True)]
        lines[13_000:13_000] = [part(13_000, 2)]
        self.write(*lines)
        begin = ("--file", self.path, "--format", "%x", "--grep", "half", f"--since=@{1795305600 + 9000}")
        for more in ((), ("-n", "5")):
            self.assertEqual(self.log(*begin, f"--until=@{1795305600 + 10_100}", *more)[:2], (1, ""))
            self.assertEqual(self.log(*begin, f"--until=@{1795305600 + 13_100}", *more)[:2],
                             (0, "half 1half 2\n"))

    def test_a_clock_that_is_wrong_at_the_beginning_of_a_compressed_file(self):
        times = [90_000] * 5 + list(range(20_000))
        data = b"".join(message(number, time, os.urandom(60).hex())
                        for number, time in enumerate(times))
        (self.folder / "messages.jsonl.1.gz").write_bytes(gzip.compress(data, 1))
        self.write(message(30_000, 30_000, "z"))
        self.assertGreater((self.folder / "messages.jsonl.1.gz").stat().st_size, 1024 * 1024)
        self.assertEqual(self.shown_numbers(5000, 5100), list(range(5005, 5106)))

    def test_a_clock_that_was_set_back_at_a_rotation(self):
        """The time when a file was last written to says how far it goes."""
        for number, seconds in ((2, range(3600, 23_600)), (1, range(20_000, 40_000))):
            data = b"".join(message(second, second, os.urandom(60).hex()) for second in seconds)
            path = self.folder / f"messages.jsonl.{number}.gz"
            path.write_bytes(gzip.compress(data, 1))
            os.utime(path, (1795305600 + seconds[-1],) * 2)
        self.write(message(40_000, 40_000, "z"))
        self.assertEqual(self.shown_numbers(22_000, 22_100), list(range(22_000, 22_101)) * 2)

    def test_a_clock_that_was_set_back_between_two_journals(self):
        """As with journald, which then begins a new file."""
        if not JOURNAL_REMOTE.exists():
            self.skipTest("systemd-journal-remote is missing")
        files = []
        number = 0
        for seconds in (range(60), range(30, 90)):
            data = b""
            for second in seconds:
                number += 1
                # The clock of the boot only goes forward.
                data += re.sub(rb"__MONOTONIC_TIMESTAMP=[0-9]+",
                               b"__MONOTONIC_TIMESTAMP=%d" % (number * 1_000_000),
                               export([fields_of(message(number, second, "x"))]))
            source, path = self.folder / "export", self.folder / f"{number}.journal"
            source.write_bytes(data)
            subprocess.run([JOURNAL_REMOTE, "-o", path, source], timeout=WAIT, capture_output=True,
                           check=True)
            files += ["--file", path]
        wanted = (*files, "--since", "2026-11-22 00:00:40", "--format", "%n")
        expected = [str(number) for number in (*range(41, 61), *range(71, 121))]
        self.assertEqual(self.shown(*wanted), expected)
        self.assertEqual(self.shown(*wanted, "--reverse"), expected[::-1])
        self.assertEqual(self.shown(*wanted, "-n", "60"), expected[-60:])


if __name__ == "__main__":
    unittest.main()
