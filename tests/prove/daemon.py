"""The real harkd of a run, its configuration, and the logs that it writes to."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from certificates import certificates
from fake_journal import FakeJournal
from model import LISTENERS
from nats_servers import Nats
from nats_sink import nats_table
from reader import Log
from tls_clients import tls_setting
from varlink import Varlink, VarlinkError

FIRST_PORT = 21000
START_S = 30


class Deleted:
    """A log file that no longer has a name. Once `size` is known, anything written after it is lost
    without an excuse."""

    def __init__(self, path):
        self.file = path.open("rb")
        self.size = None

    def is_noticed(self):
        """harkd must know by now."""
        self.size = os.fstat(self.file.fileno()).st_size


class FileSink:
    """A log file, and what has become of it."""

    def __init__(self, path, sync):
        self.path = Path(path)
        self.log = Log(f"file {self.path.name}", writes_again=sync)
        self.moved = []  # open files: renamed, or what was in one before it was truncated
        self.deleted = []  # Deleted

    def setting(self):
        return f"file:{self.path}"

    def writer_dies(self, pid):
        """The files of the process that dies may end in half a line, which the next process cuts
        off only if the file is still at its path."""
        open_files = []
        for name in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                open_files.append(name.stat())
        self.log.torn |= {number for number, file in enumerate(self.moved)
                          if any(os.path.samestat(os.fstat(file.fileno()), one) for one in open_files)}

    def finish(self):
        def content(file, size=None):
            file.seek(0)
            data = file.read(size)
            file.close()
            return data
        self.log.parts = [content(file) for file in self.moved]
        self.log.parts.append(self.path.read_bytes())
        self.log.gone += [content(one.file, one.size) for one in self.deleted]
        return self.log


class PipeSink:
    """Standard output, with one pipe per process; its reader can be slow."""

    def __init__(self):
        self.log = Log("json")
        self.output = None
        self.pipes = {}  # what was read, by pipe
        self.slow = False

    def setting(self):
        return "json"

    def open(self):
        """Makes a pipe for a new process; returns its writing end."""
        reading, self.output = os.pipe()
        os.set_blocking(reading, False)
        self.pipes[reading] = b""
        return self.output

    def started(self):
        os.close(self.output)

    def writer_dies(self, _):
        self.log.torn.add(len(self.pipes) - 1)

    def read(self):
        for pipe in list(self.pipes):
            while not self.slow:
                try:
                    data = os.read(pipe, 1 << 20)
                except BlockingIOError:
                    break
                if not data:
                    break
                self.pipes[pipe] += data

    def finish(self):
        self.slow = False
        self.read()
        self.log.parts = list(self.pipes.values())
        for pipe in self.pipes:
            os.close(pipe)
        return self.log


class JournalSink:
    """journald's socket, which is read unless it stalls or is gone."""

    def __init__(self, folder):
        self.journal = FakeJournal(folder).open()
        self.log = Log("journal")
        self.slow = False

    def setting(self):
        return "journal"

    def read(self):
        if not self.slow:
            self.journal.read()

    def finish(self):
        self.slow = False
        self.journal.read()
        self.journal.close()
        for entry in self.journal.entries:
            record = {"time": "-", "run": entry["HARK_RUN"].decode(),
                      "event": entry["HARK_EVENT"].decode()}
            for name, key, kind in (("HARK_CONN", "conn", int), ("HARK_SEQ", "seq", int),
                                    ("HARK_PART", "part", int), ("HARK_TEXT", "text", bytes.decode),
                                    ("HARK_MORE", "more", bool), ("HARK_END", "end", bytes.decode),
                                    ("HARK_REASON", "reason", bytes.decode),
                                    ("HARK_PEER", "peer", bytes.decode)):
                if name in entry:
                    record[key] = kind(entry[name])
            if record["event"] == "diagnostic":
                record["text"] = entry["MESSAGE"].decode()
            self.log.records.append(record)
        return self.log


class NatsSink:
    """A stream on one server."""

    def __init__(self, folder):
        self.nats = Nats(folder, 1).start()
        self.nats.create_stream()
        self.log = Log("nats", maybe_twice=not self.nats.exactly_once)

    def setting(self):
        return "nats:HARK"

    def table(self):
        return nats_table(self.nats, replicas=1)

    def finish(self):
        with self.nats.client() as client:
            self.log.parts = [message.payload for message in client.each_message("HARK")]
        self.nats.end()
        return self.log


class Daemon:
    """harkd, which can be killed and started again at the same address."""

    def __init__(self, program, folder, host, sinks, settings, wrapper=()):
        self.program, self.folder, self.host, self.sinks = program, folder, host, sinks
        self.wrapper = [*wrapper, *(sinks[0].journal.wrapper
                                    if isinstance(sinks[0], JournalSink) else ())]
        self.control = folder / "control"
        self.config = folder / "harkd.toml"
        self.config.write_text(self._config(settings), encoding="utf-8")
        self.stderr = folder / "stderr"
        self.process = None
        self.down = asyncio.Lock()  # held by faults that may end or stop the process

    def _config(self, settings):
        names = ", ".join(f'"{sink.setting()}"' for sink in self.sinks)
        text = f"log = [{names}]\n{settings}"
        for number, listener in enumerate(LISTENERS):
            listener = listener.replace("tls = true", tls_setting(certificates().server).rstrip())
            text += f'[[listener]]\naddress = "{self.host}:{FIRST_PORT + number}"\n{listener}\n'
        return text + "".join(sink.table() for sink in self.sinks if isinstance(sink, NatsSink))

    async def start(self):
        """Starts it as a supervisor does, again and again if it exits, until it listens."""
        end = time.monotonic() + START_S
        pipe = next((sink for sink in self.sinks if isinstance(sink, PipeSink)), None)
        while True:
            with self.stderr.open("ab") as stderr:
                self.process = subprocess.Popen(
                    [*self.wrapper, self.program, "--config", self.config, "--control", self.control],
                    stdin=subprocess.DEVNULL, stdout=pipe.open() if pipe else subprocess.DEVNULL,
                    stderr=stderr)
            if pipe:
                pipe.started()
            while self.process.poll() is None:
                if await self.status():
                    return
                assert time.monotonic() < end, f"does not start: {self.errors()}"
                await asyncio.sleep(0.02)
            assert time.monotonic() < end, f"does not start: {self.errors()}"
            await asyncio.sleep(0.1)

    def errors(self):
        return self.stderr.read_text(encoding="utf-8", errors="replace")[-2000:]

    async def ask(self, method, **parameters):
        """The reply from the control socket; None if there is none."""
        def call():
            with Varlink(self.control) as varlink:
                return varlink.call(f"org.harkd.{method}", **parameters)
        try:
            return await asyncio.to_thread(call)
        except (AssertionError, OSError, VarlinkError):
            return None

    async def status(self):
        return await self.ask("Status")

    def signal(self, number):
        self.process.send_signal(number)

    async def kill(self):
        self.process.kill()
        await asyncio.to_thread(self.process.wait)

    async def stop(self, seconds=30):
        """Its exit status; None: it did not stop in time."""
        self.signal(signal.SIGTERM)
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            await asyncio.sleep(0.01)
        return self.process.poll()

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
