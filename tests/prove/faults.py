"""What happens to a daemon while its clients talk to it. Each fault returns once it is over, and
notes its name if it saw that it took effect."""

import asyncio
import contextlib
import fcntl
import os
import resource
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from daemon import Deleted, FileSink, JournalSink, NatsSink, PipeSink

SEEN_S = 10


class Faults:
    """The faults of one run, as coroutines: table() has those that this daemon can have."""

    def __init__(self, world, dice):
        self.world, self.daemon, self.dice = world, world.daemon, dice
        self.files = [sink for sink in self.daemon.sinks if isinstance(sink, FileSink)]
        self.held = {sink: asyncio.Lock() for sink in self.daemon.sinks}
        self.filling, self.limiting = asyncio.Lock(), asyncio.Lock()
        self.pipe, self.journal, self.nats = (
            next((sink for sink in self.daemon.sinks if isinstance(sink, kind)), None)
            for kind in (PipeSink, JournalSink, NatsSink))

    def table(self):
        found = {"killed and started again": self.kill, "stopped and continued": self.freeze,
                 "restarted in place": self.restart, "reloaded": self.reload, "kicked": self.kick}
        if self.files:
            found |= {"rotated": self.rotate, "log renamed": self.rename,
                      "log deleted": self.delete, "log replaced": self.replace,
                      "log truncated": self.truncate, "log at its largest size": self.limit,
                      "log locked by another": self.lock}
            if self.world.mounted:
                found |= {"disk full": self.fill, "log folder read-only": self.cover}
        if self.pipe:
            found["reader of the pipe stalled"] = self.stall
        if self.journal:
            found |= {"journal stalled": self.stall, "journal without its socket": self.unplug}
        if self.nats:
            found |= {"NATS server killed": self.kill_nats, "NATS server stalled": self.stall_nats}
        return found

    async def seen(self, name, predicate, seconds=SEEN_S):
        """Notes the fault once `predicate`, which may be a coroutine, is true. Returns whether it
        was."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.world.over.is_set():
            result = predicate()
            if asyncio.iscoroutine(result):
                result = await result
            if result:
                self.world.note(name)
                return True
            await asyncio.sleep(0.02)
        return False

    async def refuses(self, reason, sink=None):
        """Whether harkd says that this sink, or any, refuses records for this reason."""
        status = await self.daemon.status()
        return status is not None and any(
            one["state"] == "refusing" and reason in one["reason"] and
            (sink is None or one["name"] == sink.setting()) for one in status["sinks"])

    async def waits(self):
        """Whether a pipe or the journal is slow, or gone."""
        status = await self.daemon.status()
        return status is not None and status["sinks"][0]["state"] in ("blocked", "refusing")

    async def is_alone(self):
        """Whether harkd has no NATS server."""
        status = await self.daemon.status()
        return status is not None and "server" not in status["sinks"][0]["stream"]

    def moment(self, most=0.7):
        return asyncio.sleep(self.dice.random() * most)

    def one_file(self):
        """A log file, and the lock that keeps other faults away from it."""
        sink = self.dice.choice(self.files)
        return sink, self.held[sink]

    # --- The process ---

    async def kill(self):
        async with self.daemon.down:
            for sink in (*self.files, *filter(None, [self.pipe])):
                sink.writer_dies(self.daemon.process.pid)
            await self.daemon.kill()
            await self.moment(0.3)
            await self.daemon.start()
        self.world.note("killed and started again")

    async def freeze(self):
        async with self.daemon.down:
            async with self._standing_still():
                self.world.note("stopped and continued")
                await self.moment(0.5)

    @contextlib.asynccontextmanager
    async def _standing_still(self):
        """The process stands still meanwhile, between two system calls. `down` must be held."""
        self.daemon.signal(signal.SIGSTOP)
        stat = Path(f"/proc/{self.daemon.process.pid}/stat")
        while stat.read_text().rpartition(")")[2].split()[0] != "T":
            await asyncio.sleep(0.005)
        yield
        self.daemon.signal(signal.SIGCONT)

    async def restart(self):
        async with self.daemon.down:
            before = await self.daemon.status()
            if not before:
                return
            self.daemon.signal(signal.SIGUSR2)

            async def done():
                status = await self.daemon.status()
                return status and status["restarts"] > before["restarts"]
            # A restart is refused while, say, a log is locked.
            await self.seen("restarted in place", done, 5)

    async def reload(self):
        async with self.daemon.down:
            self.daemon.signal(signal.SIGHUP)  # its record is the evidence

    async def kick(self):
        found = await self.daemon.ask("Clients")
        if found and found["clients"]:
            client = self.dice.choice(found["clients"])["id"]
            if await self.daemon.ask("Kick", client=client, reason="by the prover") is not None:
                self.world.note("kicked")

    # --- Log files ---

    async def rotate(self):
        sink, held = self.one_file()
        async with held, self.daemon.down:
            before = os.stat(sink.path).st_ino
            self._move(sink)
            await self.moment(0.3)
            self.daemon.signal(signal.SIGHUP)
            await self.seen("rotated", lambda: self._is_new(sink, before))

    def _move(self, sink):
        sink.moved.append(sink.path.open("rb"))
        os.rename(sink.path, f"{sink.path}.{len(sink.moved)}")

    def _is_new(self, sink, inode):
        with contextlib.suppress(FileNotFoundError):
            status = os.stat(sink.path)
            return status.st_ino != inode and status.st_size > 0
        return False

    async def rename(self):
        sink, held = self.one_file()
        async with held, self.daemon.down:
            before = os.stat(sink.path).st_ino
            self._move(sink)
            await self.seen("log renamed", lambda: self._is_new(sink, before))

    def _let_go(self, sink):
        deleted = Deleted(sink.path)
        sink.deleted.append(deleted)
        return deleted

    async def delete(self):
        sink, held = self.one_file()
        async with held:
            before = os.stat(sink.path).st_ino
            deleted = self._let_go(sink)
            sink.path.unlink()
            await self.seen("log deleted", lambda: self._is_new(sink, before))
            deleted.is_noticed()

    async def replace(self):
        sink, held = self.one_file()
        async with held:
            before = os.stat(sink.path).st_ino
            deleted = self._let_go(sink)
            other = sink.path.with_name("other")
            other.write_bytes(b"")
            os.replace(other, sink.path)
            await self.seen("log replaced", lambda: self._is_new(sink, before))
            deleted.is_noticed()

    async def lock(self):
        """For a while, the file that takes its place is locked by another program; harkd may be
        restarted meanwhile."""
        sink, held = self.one_file()
        async with held:
            other = sink.path.with_name("other")
            deleted = self._let_go(sink)
            with other.open("wb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                os.replace(other, sink.path)
                await self.seen("log locked by another", lambda: self.refuses("locked", sink), 3)
                deleted.is_noticed()
                # A daemon that was killed could not start while the file is locked.
                if self.dice.random() < 0.5 and not self.daemon.down.locked():
                    await self.restart()
                await self.moment()

    async def truncate(self):
        """What the file had is kept. Not in the middle of a line, which would be torn."""
        sink, held = self.one_file()
        async with held, self.daemon.down:
            async with self._standing_still():
                had = sink.path.read_bytes()
                if not had.endswith(b"\n"):
                    return
                sink.moved.append(tempfile.TemporaryFile())
                sink.moved[-1].write(had)
                os.truncate(sink.path, 0)
            await self.seen("log truncated", lambda: 0 < os.stat(sink.path).st_size)

    async def limit(self):
        sink = self.dice.choice(self.files)
        async with self.limiting:
            pid = self.daemon.process.pid
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                size = os.stat(sink.path).st_size + self.dice.randrange(5000)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
                await self.seen("log at its largest size",
                                lambda: self.refuses("File too large"), 3)
                await self.moment()
                resource.prlimit(pid, resource.RLIMIT_FSIZE,
                                 (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    async def fill(self):
        async with self.filling:
            filler = self.files[0].path.with_name("filler")
            size = 1 << 20
            with filler.open("wb", buffering=0) as file:
                while size > 512:
                    try:
                        file.write(bytes(size))
                    except OSError:
                        size //= 2
            await self.seen("disk full", lambda: self.refuses("No space left"), 3)
            await self.moment()
            filler.unlink()

    async def cover(self):
        """Puts a read-only disk in place of the folder; later, the old one is back with all that it
        had."""
        async with contextlib.AsyncExitStack() as stack:
            for lock in (*self.held.values(), self.filling, self.limiting):
                await stack.enter_async_context(lock)
            folder = self.files[0].path.parent
            done = await asyncio.to_thread(subprocess.run, [
                "mount", "-t", "tmpfs", "-o", "ro,size=4k", "tmpfs", folder], check=False)
            if done.returncode == 0:
                await self.seen("log folder read-only", lambda: self.refuses("Read-only"), 3)
                await self.moment()
                await asyncio.to_thread(subprocess.run, ["umount", folder], check=False)

    # --- Its surroundings ---

    async def stall(self):
        sink = self.pipe or self.journal
        name = "reader of the pipe stalled" if self.pipe else "journal stalled"
        async with self.held[sink]:
            sink.slow = True
            await self.seen(name, self.waits, 3)
            await self.moment()
            sink.slow = False

    async def unplug(self):
        """The socket's queue is empty when it goes, since the daemon stands still."""
        async with self.daemon.down, self.held[self.journal]:
            async with self._standing_still():
                self.journal.journal.read()
                self.journal.slow = True
                self.journal.journal.close()
            await self.seen("journal without its socket", self.waits, 3)
            await self.moment()
            self.journal.journal.open()
            self.journal.slow = False

    async def kill_nats(self):
        async with self.held[self.nats]:
            server = self.nats.nats.servers[0]
            await asyncio.to_thread(server.kill)
            await self.seen("NATS server killed", self.is_alone, 3)
            await self.moment()
            await asyncio.to_thread(server.start)

    async def stall_nats(self):
        async with self.held[self.nats]:
            server = self.nats.nats.servers[0]
            await asyncio.to_thread(server.pause)
            self.world.note("NATS server stalled")
            await self.moment(1.5)
            server.resume()
