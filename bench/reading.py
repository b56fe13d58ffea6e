"""How fast `hark log` reads files, beside GNU grep, jq and lnav, and a journal, beside journalctl.

All files are in memory, all programs run on one processor, in turn, and their output goes into a pipe
that is read as fast as it comes.
"""

import datetime
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from processor import processors
from subjects import ROOT

sys.path[:0] = [str(ROOT / "tests/program")]

# pylint: disable=wrong-import-position
from logs import JOURNAL_REMOTE, export, fields_of

HARK, JOURNALCTL = "hark-log", "journalctl"
SUBJECTS = {
    HARK: {"title": "hark log", "kind": "harkd", "answers": True},
    "grep": {"title": "GNU grep", "kind": "peer", "answers": True},
    "jq": {"title": "jq", "kind": "peer", "answers": True},
    "lnav": {"title": "lnav", "kind": "peer", "answers": True},
    JOURNALCTL: {"title": "journalctl", "kind": "peer", "answers": True}}
FAMILIES = ("reading-word", "reading-whole", "reading-entries", "reading-index", "reading-minute")
RARE = "XYZZYQ"  # in one record of all
WORDS = ("error warning disk full backup finished user logged in temperature sensor reading value ok "
         "timeout connection pump 停止 系统 启动").split()
START = datetime.datetime(2026, 11, 22, 10, tzinfo=datetime.timezone.utc)
FILES = 40
LIMIT_S = 600


def lines(count):
    """Messages as harkd records them, from several devices, about a thousand a second."""
    rng = random.Random(1)
    stamp = int(START.timestamp()) * 1_000_000
    second, text_of_second = 0, ""
    for number in range(1, count + 1):
        stamp += rng.randrange(2000)
        if stamp // 1_000_000 != second:
            second = stamp // 1_000_000
            text_of_second = datetime.datetime.fromtimestamp(
                second, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
        text = " ".join(rng.choices(WORDS, k=rng.randrange(3, 16)))
        if number == count * 2 // 3:
            text += " " + RARE
        conn = rng.randrange(1, 60)
        yield (f'{{"time":"{text_of_second}.{stamp % 1_000_000:06}Z","run":"5f3a9c01",'
               f'"event":"message","conn":{conn},"peer":"192.0.2.{conn}:{50000 + conn}",'
               f'"seq":{number},"text":"{text}","charset":"utf-8","bytes":{len(text.encode())},'
               '"end":"lf"}\n').encode()


class Logs:
    """What is read, in a folder of its own."""

    def __init__(self, folder, hark):
        self.folder = Path(folder)
        self.hark = hark
        self.made = {}

    def file(self, count):
        """One large file."""
        if "file" not in self.made:
            path = self.folder / "messages.jsonl"
            with path.open("wb") as file:
                file.writelines(lines(count))
            self.made["file"] = path
        return self.made["file"]

    def rotated(self, count):
        """The same, in many files."""
        if "rotated" not in self.made:
            whole = self.file(count).read_bytes().splitlines(keepends=True)
            folder = self.folder / "rotated"
            folder.mkdir()
            each = len(whole) // FILES + 1
            for number in range(FILES):
                suffix = f".{FILES - 1 - number}" if number < FILES - 1 else ""
                (folder / f"messages.jsonl{suffix}").write_bytes(
                    b"".join(whole[number * each:(number + 1) * each]))
            self.made["rotated"] = folder / "messages.jsonl"
        return self.made["rotated"]

    def journal(self, count):
        """Journal files with the records, and as many entries of another program."""
        if "journal" not in self.made:
            folder = self.folder / "journal"
            folder.mkdir()
            entries = []
            for line in lines(count):
                stamp, fields = fields_of(line)
                text = dict(fields)["HARK_TEXT"]
                fields[0] = ("MESSAGE", text)
                entries += [(stamp, fields), (stamp + 1, [
                    ("MESSAGE", f"session {stamp} opened for {text}"), ("PRIORITY", "6"),
                    ("SYSLOG_IDENTIFIER", "sshd"), ("_PID", str(stamp % 30000))])]
            source = self.folder / "export"
            source.write_bytes(export(entries))
            subprocess.run([JOURNAL_REMOTE, "-o", folder / "harkd.journal", source], check=True,
                           capture_output=True, timeout=LIMIT_S)
            source.unlink()
            self.made["journal"] = sorted(folder.glob("*.journal"))
        return self.made["journal"]


def commands(family, logs, count):
    """{subject: command}"""
    hark = [logs.hark, "log"]
    if family == "reading-word":
        file = logs.file(count)
        return {HARK: [*hark, "--file", file, "--grep", RARE], "grep": ["grep", RARE, file],
                "jq": ["jq", "-c", f'select(.text | contains("{RARE}"))', file],
                "lnav": ["lnav", "-n", "-c", f":filter-in {RARE}", file]}
    if family == "reading-whole":
        file = logs.file(count)
        shown = '.time + " " + .peer + " #" + (.seq | tostring) + ": " + .text'
        # lnav takes minutes to print that much.
        return {HARK: [*hark, "--file", file], "jq": ["jq", "-r", shown, file]}
    if family == "reading-minute":
        since = START + datetime.timedelta(seconds=count / 1000 / 2)
        until = since + datetime.timedelta(seconds=1)
        return {HARK: [*hark, "--file", logs.rotated(count), "--since", since.isoformat(),
                       "--until", until.isoformat()]}
    files = logs.journal(count)
    ours = [argument for file in files for argument in ("--file", file)]
    theirs = [JOURNALCTL, "-q", "--output=cat", *(f"--file={file}" for file in files)]
    if family == "reading-entries":
        return {HARK: [*hark, *ours], JOURNALCTL: [*theirs, "--identifier=harkd"]}
    return {HARK: [*hark, *ours, "--grep", RARE], JOURNALCTL: [*theirs, "--grep", RARE]}


def run_once(command, scratch):
    """Seconds, processor seconds, and MiB read, of one run."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC0", "HOME": str(scratch),
                   "TERM": "dumb"}
    processor = processors()[0]
    begun = time.monotonic()
    # pylint: disable=subprocess-popen-preexec-fn
    with subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, env=environment,
                          preexec_fn=lambda: os.sched_setaffinity(0, {processor})) as process:
        size = sum(map(len, iter(lambda: process.stdout.read(1 << 20), b"")))
        # As a zombie, it still has its counters.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        took = time.monotonic() - begun
        read = dict(line.split(": ") for line in
                    Path(f"/proc/{process.pid}/io").read_text(encoding="ascii").splitlines())
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0 or size == 0:
        raise AssertionError(f"{command[0]}: status {process.returncode}, {size} bytes printed")
    return {"seconds": took, "cpu_s": used.ru_utime + used.ru_stime,
            "read_mib": int(read["rchar"]) / 2**20}


def measure(family, logs, runs, parameters):
    """{subject: {"runs": [...]}}, each beside the others."""
    wanted = commands(family, logs, parameters["messages"])
    results = {name: [] for name, command in wanted.items()
               if shutil.which(str(command[0])) or Path(command[0]).exists()}
    for number in range(-1, runs):
        for name in results:
            figures = run_once(wanted[name], logs.folder)
            if number >= 0:  # the first brings the files into memory
                results[name].append(figures)
    return {name: {"runs": measured} for name, measured in results.items()}
