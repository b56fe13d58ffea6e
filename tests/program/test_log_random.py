"""hark log reads random logs as a slow and independent parser does."""

import gzip
import json
import lzma
import os
import random
import re
import subprocess
import unittest
from collections import Counter

import log_oracle
from log_maker import LogMaker
from logs import HARK, LogTest, WAIT

ROUNDS = int(os.environ.get("HARK_TEST_ROUNDS", "6"))
PATTERNS = ["needle", "NEEDLE", "Disk", 'quo"te', r"back\\slash", "停止", "tle", r"\{1,2\}", "^err",
            "full.*停", "kettle|skipped", "a/b", "😀", r"e{1,2}dle", r"\t", "é", "no such thing",
            "end\\.$"]


def chosen(records, options):
    """The records that -n, --reverse and --count leave, in their order."""
    if "-n" in options:
        records = records[-int(options[1]):]
    if "--reverse" in options:
        records = records[::-1]
    return records[:5] if "--count" in options else records


class RandomLogs(LogTest):
    def compress(self, path, how):
        """Replaces a file by a compressed one."""
        data = path.read_bytes()
        if how == "gz":
            half = len(data) // 2  # two members, as `cat a.gz b.gz` makes them
            packed = gzip.compress(data[:half]) + gzip.compress(data[half:])
        elif how == "xz":
            packed = lzma.compress(data)
        else:
            packed = subprocess.run(["zstd", "-cq", path], capture_output=True, check=True).stdout
        target = path.with_name(f"{path.name}.{how}")
        target.write_bytes(packed)
        path.unlink()
        return target

    def rotated(self, rng, lines):
        """The lines as a log that was rotated: its files, oldest first."""
        path = self.folder / "messages.jsonl"
        cuts = sorted(rng.randrange(len(lines) + 1) for _ in range(3))
        pieces = [lines[a:b] for a, b in zip([0, *cuts], [*cuts, len(lines)])]
        dated = rng.random() < 0.5
        files = []
        for number, piece in zip((3, 2, 1), pieces):
            suffix = f"-2026112{3 - number}" if dated else f".{number}"
            file = self.folder / f"messages.jsonl{suffix}"
            file.write_bytes(b"".join(piece))
            if number > 1 or rng.random() < 0.5:
                file = self.compress(file, rng.choice(["gz", "xz", "zst"]))
            files.append(file)
        torn = rng.choice([b"", b'{"time":"2026-11', b"\0" * 4096])
        path.write_bytes(b"".join(pieces[3]) + torn)
        return [*files, path]

    def query(self, rng, times):
        """Options, and the selection that they mean."""
        options, selection = [], {}
        if rng.random() < 0.5:
            pattern = rng.choice(PATTERNS)
            flags = 0 if re.search("[A-Z]", pattern) else re.IGNORECASE
            options += ["--grep", pattern]
            selection["grep"] = re.compile(pattern, flags)
            if rng.random() < 0.2:
                options.append("-v")
                selection["invert"] = True
        for name in ("since", "until"):
            if rng.random() < 0.4:
                selection[name] = rng.choice(times)
        if selection.get("since", "") > selection.get("until", "~"):
            selection["since"], selection["until"] = selection["until"], selection["since"]
        options += [f"--{name}={selection[name]}" for name in ("since", "until")
                    if name in selection]
        if rng.random() < 0.2:
            selection["peer"] = rng.choice(["192.0.2.2", "192.0.2.3:50003", "[2001:db8::7]:40112"])
            options += ["--peer", selection["peer"]]
        if rng.random() < 0.1:
            selection["client"] = 4
            options += ["--client", "4"]
        if "grep" not in selection and rng.random() < 0.3:
            selection["events"] = True
            options.append("--events")
        return options, selection

    def printed(self, *arguments, status=None, stdin=subprocess.DEVNULL):
        done = subprocess.run([HARK, "log", "--json", *arguments], stdin=stdin,
                              capture_output=True, env=self.environment, timeout=WAIT, check=False)
        if status is not None:
            self.assertEqual(done.returncode, status, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()

    def same(self, found, expected):
        """Compares records; shows only where they begin to differ."""
        for number, (one, other) in enumerate(zip(found, expected)):
            self.assertEqual(one, other, f"record {number}")
        self.assertEqual(len(found), len(expected))

    def same_set(self, found, expected, options):
        """Incomplete messages may be in another place, if the log shows only late that they are
        over."""
        one, other = (Counter(json.dumps(record, sort_keys=True) for record in records)
                      for records in (found, expected))
        count = min(int(options[1]), len(expected)) if "-n" in options else len(expected)
        self.assertEqual(list(one - other), [])
        self.assertEqual(len(found), count)

    def check(self, files, rng, lossy):
        data = b"".join(log_oracle.content(file) for file in files)
        records, wrong = log_oracle.records_of(data)
        whole = log_oracle.joined(records)
        found, errors = self.printed("--events", "--file", files[-1], status=0)
        self.same(found, whole)
        self.assertIn(f"{wrong} record" if wrong else "", errors)
        times = [record["time"] for record in records]
        for _ in range(25):
            options, selection = self.query(rng, times)
            expected = log_oracle.selected(whole, **selection)
            status = 1 if "grep" in selection and not expected else 0
            more = rng.choice([[], [], ["-n", "7"], ["--reverse"], ["--count", "5"],
                               ["-n", "9", "--reverse"]])
            with self.subTest(options=options, more=more):
                found, _ = self.printed(*options, *more, "--file", files[-1], status=status)
                if lossy and more and "--count" not in more:
                    self.same_set(found, expected, more)
                else:
                    self.same(found, chosen(expected, more))

    def test_files(self):
        for round_ in range(ROUNDS):
            seed = random.randrange(2 ** 32)
            with self.subTest(round=round_, seed=seed):
                rng = random.Random(seed)
                lossy = round_ % 2 == 0
                for file in self.folder.glob("messages.jsonl*"):
                    file.unlink()
                maker = LogMaker(rng, lossy=lossy)
                self.check(self.rotated(rng, maker.lines(rng.choice([3, 60, 900]))), rng, lossy)

    def test_a_journal(self):
        rng = random.Random(11)
        lines = LogMaker(rng, lossy=False, steady=True, step=0.1).lines(5000)
        path = self.journal(lines)
        records, wrong = log_oracle.records_of(b"".join(lines))
        self.assertEqual(wrong, 0)
        whole = log_oracle.joined(records, one_writer=False)
        times = [record["time"] for record in records]
        for more in ([], ["-n", "3"], ["-n", "4000"], ["--reverse"], ["-n", "3000", "--reverse"],
                     ["--count", "5"]):
            for _ in range(4):
                options, selection = self.query(rng, times)
                expected = chosen(log_oracle.selected(whole, **selection), more)
                with self.subTest(options=options, more=more):
                    found, _ = self.printed(*options, *more, "--file", path)
                    self.same(found, expected)

    def test_standard_input(self):
        rng = random.Random(7)
        path = self.folder / "log"
        path.write_bytes(b"".join(LogMaker(rng).lines(500)))
        whole = log_oracle.joined(log_oracle.records_of(path.read_bytes())[0])
        expected = log_oracle.selected(whole, grep=re.compile("needle", re.IGNORECASE))
        options = ["--file", "-", "--grep", "needle"]
        packed = self.compress(path, "zst")
        path.write_bytes(log_oracle.content(packed))
        for file in (path, packed):
            for more in ([], ["-n", "3"], ["--reverse"]):
                with self.subTest(file=file.name, more=more), file.open("rb") as stdin:
                    found, _ = self.printed(*options, *more, stdin=stdin, status=0)
                wanted = expected[-3:] if "-n" in more else expected[::-1 if more else 1]
                self.same(found, wanted)


if __name__ == "__main__":
    unittest.main()
