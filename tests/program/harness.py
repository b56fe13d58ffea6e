"""Starts the real harkd, and talks to it as other programs do.

Every test has its own folder and its own daemon, on a port that the kernel picks. The daemon's
actions are read from its JSON Lines log, and the format of every line is checked on the way. Tests
wait for conditions; a timeout only limits how long a failing test takes.

HARK_BUILD  the build directory; default: `build` in the repository
HARK_SLOW   set for a build with sanitizers: everything may take three times as long
"""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from client import SLOW, WAIT, Client
from records import LogReader, join_parts

ROOT = Path(__file__).resolve().parents[2]
HARKD = Path(os.environ.get("HARK_BUILD", ROOT / "build")).absolute() / "daemon" / "harkd"

__all__ = ["HARKD", "ROOT", "SLOW", "WAIT", "Client", "Harkd", "LogReader", "ProgramTest",
           "join_parts", "run_harkd"]


def run_harkd(*arguments):
    """Runs harkd until it exits by itself."""
    # Without a control socket, which might be that of a real daemon; the test's arguments win.
    control = () if "--control" in arguments else ("--control", "")
    return subprocess.run([HARKD, *control, *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=WAIT, check=False)


class Harkd:
    """A running daemon. `sinks` are additional ones; `log` is read by the tests; `wrapper` is the
    start of a command that finally executes the daemon."""

    def __init__(self, folder, *arguments, config="", listen=("127.0.0.1:0",), sinks=(),
                 log="hark.jsonl", output=subprocess.DEVNULL, wrapper=()):
        words = []
        for address in listen:
            words += ["--listen", address]
        for sink in [f"file:{folder / log}", *sinks]:
            words += ["--log", sink]
        streams = {} if output == subprocess.DEVNULL else {"stdout": output, "stderr": output}
        self.begin(folder, config, folder / log, *words, *arguments, wrapper=wrapper, **streams)
        count = len(listen) or config.count("[[listener]]") or 1
        try:
            self.wait_for(lambda: len(self.records("listening")) >= count)
        except BaseException:
            self.kill()
            raise
        self.addresses = [record["address"] for record in self.records("listening")]

    def begin(self, folder, config, log, *arguments, wrapper=(), **options):
        """Starts it in `folder` without waiting; the tests read the log at path `log`. Its output
        goes to a file by default."""
        self.folder = folder
        self.config_path = folder / "harkd.toml"
        self.config_path.write_text(config, encoding="utf-8")
        self.log = LogReader(log)
        self.control = folder / "control"
        self.stderr_path = folder / "stderr"
        self.addresses = []
        with self.stderr_path.open("wb") as stderr:
            streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": stderr}
            self.process = subprocess.Popen([*wrapper, HARKD, "--config", self.config_path,
                                             "--control", self.control, *arguments],
                                            **{**streams, **options})
        self.stopped = False

    @property
    def pid(self):
        return self.process.pid

    @property
    def port(self):
        return self.port_of(0)

    def port_of(self, listener):
        return int(self.addresses[listener].rpartition(":")[2])

    # --- Records ---

    def records(self, event=None):
        return [record for record in self.log.read() if event in (None, record["event"])]

    def messages(self, client=None):
        """Message records, of one client or of all."""
        return [record for record in self.records("message")
                if client is None or record["peer"] == client.name]

    def wait_for(self, predicate, timeout=WAIT, what="a condition", pause=0.01):
        """Polls until `predicate()` is true, and returns its value."""
        end = time.monotonic() + timeout
        while True:
            gone = self.process.poll() is not None
            result = predicate()
            if result:
                return result
            if gone or time.monotonic() > end:
                raise AssertionError(f"waited in vain for {what}; {self.story()}")
            time.sleep(pause)

    def wait_record(self, event, **fields):
        """The first record of this event with these fields."""
        def find():
            for record in self.records(event):
                if all(record.get(name) == value for name, value in fields.items()):
                    return record
            return None
        return self.wait_for(find, what=f"{event} {fields}")

    def wait_messages(self, client, count):
        """The records of a client's messages, once `count` messages are complete."""
        def find():
            found = self.messages(client)
            whole = sum(1 for record in found if not record.get("more"))
            return found if whole >= count else None
        return self.wait_for(find, what=f"{count} messages of {client.name}")

    def wait_closed(self, client):
        return self.wait_record("closed", peer=client.name)

    def stderr(self):
        return self.stderr_path.read_text(encoding="utf-8", errors="replace")

    def story(self):
        """What happened last, for the message of a failed test."""
        last = "\n  ".join(json.dumps(record, ensure_ascii=False)[:400]
                           for record in self.log.read()[-12:])
        return (f"exit status {self.process.poll()}, last records:\n  {last}\n"
                f"stderr: {self.stderr()[-2000:]}")

    # --- Resources ---

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_kib(self):
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))

    def unread(self, client):
        """How many bytes from the client the daemon has not read yet."""
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            if not os.path.exists(table):
                continue
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                local, remote = (int(field.rpartition(":")[2], 16) for field in fields[1:3])
                if local == client.server_port and remote == client.port:
                    return int(fields[4].partition(":")[2], 16)
        return 0

    def wait_read(self, *clients):
        """Waits until the daemon has read everything that these clients sent."""
        for client in clients:
            self.wait_for(lambda one=client: self.unread(one) == 0, what="the daemon to read")

    def limit_log(self, room):
        """Simulates a full disk: the log can grow by `room` bytes. None: no limit."""
        size = resource.RLIM_INFINITY if room is None else self.log.path.stat().st_size + room
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def send_signal(self, number):
        self.process.send_signal(number)

    # --- The end ---

    def wait(self, timeout=WAIT):
        """The exit status, once it has exited."""
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"does not end; {self.story()}") from None
        self.stopped = True
        if self.log.path.exists():
            self.records()
            assert self.log.ends_whole(), "the log ends in half a line"
        return status

    def stop(self, number=signal.SIGTERM):
        self.send_signal(number)
        return self.wait()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def end(self):
        """After a test: if the daemon still runs, it must stop in an orderly way."""
        try:
            if not self.stopped:
                assert self.process.poll() is None, f"died; {self.story()}"
                status = self.stop()
                assert status == 0, f"exit status {status}; {self.story()}"
        finally:
            self.kill()


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="hark-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def start(self, *arguments, folder=None, **options):
        """A daemon; by default in its own folder."""
        folder = folder or Path(tempfile.mkdtemp(dir=self.folder))
        harkd = Harkd(folder, *arguments, **options)
        self.addCleanup(harkd.end)
        return harkd

    def connect(self, harkd, listener=0, host="127.0.0.1", **options):
        """A client, before its greeting."""
        client = Client(harkd.port_of(listener), host, **options)
        self.addCleanup(client.close)
        return client

    def greeted(self, harkd, **options):
        """A client that has read its greeting."""
        return self.connect(harkd, **options).greeted()
