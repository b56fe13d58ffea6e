"""Shared by the tests of `hark log`: how to run it, and journal files, made from journalctl's
export format like those of other machines."""

import datetime
import json
import os
import queue
import subprocess
import threading
from pathlib import Path

from client import WAIT
from running import HarkTest
from terminal import HARK, wait_until

JOURNAL_REMOTE = Path("/usr/lib/systemd/systemd-journal-remote")

# One record of every event, with text that would be harmful if shown unescaped.
HEAD = '{"time":"2026-11-22T10:00:%02d.123456Z","run":"5f3a9c01","event":'
RESTS = [
    '"listening","address":"[::]:8765"}',
    '"connected","conn":1,"peer":"192.0.2.7:51324","listener":"[::]:8765"}',
    '"message","conn":1,"peer":"192.0.2.7:51324","seq":1,"text":"你好","charset":"gb18030",'
    '"bytes":4,"end":"lf"}',
    '"message","conn":1,"peer":"192.0.2.7:51324","seq":2,"text":"a\\u001b[31m\\nb\\u202e\\u0000",'
    '"charset":"utf-8","bytes":13,"end":"nul"}',
    '"message","conn":2,"peer":"[2001:db8::7]:40112","seq":1,'
    '"text":"Disk full","charset":"utf-8","bytes":9,"end":"lf"}',
    '"message","conn":2,"peer":"[2001:db8::7]:40112","seq":2,"text":"a\\ufffd",'
    '"charset":"bytes","bytes":2,"raw":"Yf8=","end":"eof"}',
    '"probe","conn":3,"peer":"192.0.2.9:1","text":"GET / HTTP/1.0\\r\\n","charset":"utf-8",'
    '"bytes":16}',
    '"closed","conn":1,"peer":"192.0.2.7:51324","reason":"bye","messages":2,"bytes":17,'
    '"discarded":3,"seconds":6.200}',
    '"refused","peer":"192.0.2.10:2","reason":"too many connections"}',
    '"paused","sink":"file:/x","reason":"No space left on device"}',
    '"resumed","sink":"file:/x","seconds":1.500}',
    '"reloaded"}',
    '"diagnostic","level":"warning","text":"careful\\u009b"}',
    '"stopping","reason":"SIGTERM"}',
]
LINES = [(HEAD % second + rest + "\n").encode() for second, rest in enumerate(RESTS)]
SHOWN = [  # in UTC
    "2026-11-22 10:00:00.123 listening on [::]:8765",
    "2026-11-22 10:00:01.123 192.0.2.7:51324 connected to [::]:8765",
    "2026-11-22 10:00:02.123 192.0.2.7:51324 #1: 你好",
    "2026-11-22 10:00:03.123 192.0.2.7:51324 #2: a\\x1b[31m\\nb\\u202e\\x00",
    "2026-11-22 10:00:04.123 [2001:db8::7]:40112 #1: Disk full",
    "2026-11-22 10:00:05.123 [2001:db8::7]:40112 #2: a\ufffd (kept as bytes)",
    "2026-11-22 10:00:06.123 192.0.2.9:1 is no client of ours: GET / HTTP/1.0\\r\\n",
    "2026-11-22 10:00:07.123 192.0.2.7:51324 closed (bye): 2 messages, 17 bytes, 6.2 s, "
    "3 bytes discarded",
    "2026-11-22 10:00:08.123 192.0.2.10:2 refused: too many connections",
    "2026-11-22 10:00:09.123 file:/x does not take records: No space left on device; "
    "reading is paused",
    "2026-11-22 10:00:10.123 file:/x takes records again, after 1.5 s",
    "2026-11-22 10:00:11.123 configuration reloaded",
    "2026-11-22 10:00:12.123 warning: careful\\u009b",
    "2026-11-22 10:00:13.123 stopping: SIGTERM",
]
MESSAGES = SHOWN[2:6]


def fields_of(line):
    """The journal fields of a record."""
    pairs = json.loads(line, object_pairs_hook=list, parse_int=str, parse_float=str)
    time = datetime.datetime.fromisoformat(dict(pairs)["time"].replace("Z", "+00:00"))
    stamp = int(time.timestamp()) * 1_000_000 + time.microsecond
    fields = [("MESSAGE", "what journalctl shows"), ("PRIORITY", "5"),
              ("SYSLOG_IDENTIFIER", "harkd")]
    fields += [(f"HARK_{key.upper()}", "true" if value is True else value) for key, value in pairs]
    return stamp, fields


def export(entries):
    """journalctl's export format (https://systemd.io/JOURNAL_EXPORT_FORMATS/)."""
    boot = 1_795_000_000_000_000  # the monotonic clock orders the entries of several files
    data = bytearray()
    for stamp, fields in entries:
        data += (f"__REALTIME_TIMESTAMP={stamp}\n__MONOTONIC_TIMESTAMP={stamp - boot}\n"
                 "_BOOT_ID=0123456789abcdef0123456789abcdef\n").encode()
        for name, value in fields:
            value = value if isinstance(value, bytes) else value.encode()
            data += name.encode() + b"\n" + len(value).to_bytes(8, "little") + value + b"\n"
        data += b"\n"
    return bytes(data)


class Lines:
    """The output of a process, line by line."""

    def __init__(self, stream):
        self._lines = queue.Queue()
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream):
        for line in stream:
            self._lines.put(line.decode().rstrip("\n"))

    def take(self, count):
        """The next lines; AssertionError if they do not arrive."""
        try:
            return [self._lines.get(timeout=WAIT) for _ in range(count)]
        except queue.Empty:
            raise AssertionError("a line does not come") from None

    def empty(self):
        return self._lines.empty()

    def join(self):
        self._thread.join(WAIT)


class LogTest(HarkTest):
    def setUp(self):
        super().setUp()
        self.environment["TZ"] = "UTC0"

    def write(self, *lines, name="messages.jsonl"):
        path = self.folder / name
        path.write_bytes(b"".join(lines))
        return path

    def append(self, path, *lines):
        with path.open("ab") as file:
            file.write(b"".join(lines))

    def journal(self, lines, more=(), name="harkd.journal"):
        """A journal file with the records in these lines, and additional entries: (stamp,
        fields)."""
        if not JOURNAL_REMOTE.exists():
            self.skipTest("systemd-journal-remote is missing")
        path = self.folder / name
        path.unlink(missing_ok=True)
        entries = sorted([*map(fields_of, lines), *more], key=lambda entry: entry[0])
        (self.folder / "export").write_bytes(export(entries))
        subprocess.run([JOURNAL_REMOTE, "-o", path, self.folder / "export"], timeout=WAIT,
                       capture_output=True, check=True)
        return path

    def log(self, *arguments):
        """hark log's (exit status, standard output, standard error), as text."""
        status, output, errors = self.log_bytes(*arguments)
        return status, output.decode(), errors.decode()

    def log_bytes(self, *arguments):
        done = subprocess.run([HARK, "log", *arguments], stdin=subprocess.DEVNULL,
                              capture_output=True, env=self.environment, timeout=WAIT, check=False)
        return done.returncode, done.stdout, done.stderr

    def shown(self, *arguments):
        """The lines shown, if there is no error."""
        status, output, errors = self.log(*arguments)
        self.assertEqual((status, errors), (0, ""))
        return output.splitlines()

    def begin(self, *arguments, **options):
        """hark log, running."""
        return self.start_hark("log", *arguments, **options)

    def wait_asleep(self, process, path):
        """Waits until it has read the file and waits for more."""
        def is_asleep():
            try:
                opened = [os.readlink(link) for link in Path(f"/proc/{process.pid}/fd").iterdir()]
            except FileNotFoundError:
                return False  # closed since it was listed
            state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
            return str(path) in opened and state == "S"
        wait_until(is_asleep, "the process to wait")

    def follow(self, path, *arguments):
        """hark log --follow of this file, and the lines that it prints."""
        process = self.begin("--follow", "--file", path, *arguments)
        lines = Lines(process.stdout)
        self.addCleanup(lines.join)
        self.addCleanup(process.kill)
        return process, lines


__all__ = ["HARK", "JOURNAL_REMOTE", "LINES", "MESSAGES", "SHOWN", "WAIT", "LogTest", "export",
           "fields_of"]
