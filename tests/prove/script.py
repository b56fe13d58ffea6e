"""A conversation with a real harkd under strace that is always the same, except that a system call
may fail."""

import collections
import contextlib
import random
import re
import signal
import subprocess
import time

from client import Client
from configured import ConfiguredHarkd
from model import KINDS, Conversation
from nats_servers import free_ports
from reader import Log, compare
from varlink import Varlink

DESCRIPTORS = ("EMFILE", "ENFILE", "ENOMEM")
ERRORS = {
    "accept4": (*DESCRIPTORS, "ENOBUFS", "ECONNABORTED", "EINTR", "EAGAIN", "EPROTO"),
    "recvfrom": ("EINTR", "EAGAIN", "ENOMEM", "ENOBUFS", "EIO", "ECONNRESET"),
    "sendto": ("EINTR", "EAGAIN", "ENOMEM", "ENOBUFS", "EIO", "EPIPE"),
    "write": ("EINTR", "EAGAIN", "ENOMEM", "ENOSPC", "EIO"),
    "read": ("EINTR", "EAGAIN", "ENOMEM", "EIO"),
    "io_submit": ("EAGAIN", "EINTR", "ENOMEM", "EIO"),
    "io_getevents": ("EINTR",),
    "fdatasync": ("EIO", "ENOSPC", "EINTR"),
    "ftruncate": ("EIO", "ENOSPC", "EINTR"),
    "newfstatat": ("EIO", "ENOMEM"),
    "openat": (*DESCRIPTORS, "ENOSPC", "EIO"),
    "flock": ("ENOLCK",),
    "epoll_ctl": ("ENOMEM", "ENOSPC"),
    "epoll_wait": ("EINTR",),
    "setsockopt": ("ENOMEM", "ENOBUFS"),
    "getsockname": ("ENOBUFS",),
    "shutdown": ("ENOBUFS",),
    "inotify_add_watch": ("ENOSPC", "ENOMEM"),
    "poll": ("EINTR", "ENOMEM"),
}
# Calls around a restart in place. Those of the dynamic linker are left out: it can only end the
# process.
RESTART_ERRORS = {
    "execve": ("ENOMEM", "EAGAIN", "EACCES"),
    "clone": ("EAGAIN", "ENOMEM"),
    "clone3": ("EAGAIN", "ENOMEM"),
    "pipe2": DESCRIPTORS,
    "memfd_create": DESCRIPTORS,
    "epoll_create1": ("ENOMEM",),
    "signalfd4": ("ENOMEM",),
    "eventfd2": ("ENOMEM",),
    "inotify_init1": DESCRIPTORS,
    "io_setup": ("EAGAIN", "ENOMEM"),
    **{call: ERRORS[call] for call in ("accept4", "recvfrom", "sendto", "write", "io_submit",
                                       "epoll_ctl", "epoll_wait")},
}
# Without these the new program cannot begin: connections end, and nothing else may be lost.
MAY_END = ("epoll_create1", "epoll_ctl", "signalfd4", "eventfd2")
PATIENCE_S = 15
READY = "attached"


class Violation(Exception):
    """What must not happen."""


class Speaker:
    """A client that makes another connection when it loses one, and then goes on with new messages."""

    def __init__(self, script, number):
        self.script, self.number = script, number
        self.client = self.conversation = None
        self.count = 0

    def connect(self):
        end = time.monotonic() + PATIENCE_S
        while True:
            self.count += 1
            self.client = Client(self.script.port)
            self.conversation = Conversation(KINDS[0], self.number, self.count)
            self.conversation.port = self.client.port
            self.script.conversations.append(self.conversation)
            with contextlib.suppress(OSError):
                if self.client.receive().startswith(b"220"):
                    return
            self.client.close()
            if time.monotonic() > end:
                raise Violation("no client is accepted any more")
            time.sleep(0.05)

    def say(self, count):
        """Sends `count` messages at once; returns when they are answered."""
        for _ in range(5):
            if not self.client:
                self.connect()
            with contextlib.suppress(ConnectionError):
                self.client.send(b"".join(self.conversation.next_text(self.script.dice)
                                          for _ in range(count)))
                if self._hear():
                    return
            self.client.close()
            self.client = None
        raise Violation("one connection after another is lost")

    def _hear(self):
        self.client.socket.settimeout(PATIENCE_S)
        while self.conversation.waiting():
            try:
                data = self.client.receive()
            except TimeoutError:
                raise Violation(f"{self.conversation.key}: {self.conversation.answered} of "
                                f"{len(self.conversation.sent)} are answered") from None
            if not data:
                return False
            self.conversation.take(data)
        return True

    def leave(self, how):
        if self.client:
            how(self.client)
            self.client.close()


class Script:
    """The conversation, and a daemon whose `call` fails."""

    def __init__(self, folder, inject=None, mode="sync"):
        self.folder, self.inject, self.mode = folder, inject, mode
        self.errors = RESTART_ERRORS if mode == "restart" else ERRORS
        self.dice = random.Random(1)
        self.conversations = []
        self.port = free_ports(1)[0]
        self.path = folder / "log"
        config = (f'listen = ["127.0.0.1:{self.port}"]\nlog = ["file:{self.path}"]\n'
                  f"sync = {str(mode != 'write').lower()}\ncore_dumps = true\n")
        self.harkd = ConfiguredHarkd(folder, config, self.path)
        self.harkd.wait_listening()
        self.trace = folder / "trace"
        self.strace = None

    def attach(self):
        inject = [f"-einject={self.inject}"] if self.inject else []
        said = self.folder / "strace"
        with said.open("wb") as file:
            self.strace = subprocess.Popen(["strace", "-f", "-o", self.trace, "-e",
                                            "trace=" + ",".join(self.errors), *inject, "-p",
                                            str(self.harkd.pid)], stderr=file)
        self.harkd.wait_for(lambda: READY in said.read_text() or self.strace.poll() is not None,
                            what="strace to attach")
        if self.strace.poll() is not None:
            raise PermissionError(said.read_text())

    def run(self):
        """Returns the violations."""
        violations = []
        try:
            self.attach()
            self._talk()
            self._stop()
        except PermissionError:
            raise
        except (Violation, AssertionError, OSError) as problem:
            if not self._may_end():
                violations.append(f"{problem}"[:600])
        finally:
            self.harkd.kill()
            if self.strace:
                self.strace.wait()
        old = self.path.with_name("log.1")
        log = Log("file", [path.read_bytes() for path in (old, self.path) if path.exists()])
        if self.harkd.process.returncode != 0:
            log.torn = {0, 1}
        return violations + compare([log], self.conversations)[1]

    def _may_end(self):
        return self.mode == "restart" and self.harkd.process.poll() == 1 and self.inject and \
            self.inject.split(":")[0] in MAY_END

    def _talk(self):
        first, second, third = (Speaker(self, number) for number in range(1, 4))
        first.say(3)
        second.say(1)
        first.say(1)
        with contextlib.suppress(AssertionError, OSError), Varlink(self.harkd.control) as varlink:
            varlink.socket.settimeout(2)
            varlink.call("org.harkd.Status")
        if self.mode == "restart":
            self._restart()
        else:
            self._full_disk(second)
            self._rotate()
        first.say(2)
        third.say(20)
        third.leave(Client.half_close)
        second.leave(Client.reset)
        first.say(1)

    def _full_disk(self, speaker):
        self.harkd.log.path = self.path
        self.harkd.limit_log(60)
        if not speaker.client:
            speaker.connect()
        speaker.client.send(speaker.conversation.next_text(self.dice))
        time.sleep(0.05)
        self.harkd.limit_log(None)
        speaker.say(1)

    def _restart(self):
        """Restarts the daemon, which may be refused."""
        said = self.harkd.log
        self.harkd.send_signal(signal.SIGUSR2)
        self.harkd.wait_for(lambda: [record for record in said.read() if record["event"] == "restarted"
                                     or "restart refused" in record.get("text", "")],
                            PATIENCE_S, "the restart")

    def _rotate(self):
        inode = self.path.stat().st_ino
        self.path.rename(self.path.with_name("log.1"))
        self.harkd.send_signal(signal.SIGHUP)
        end = time.monotonic() + PATIENCE_S
        while not self.path.exists() or self.path.stat().st_ino == inode:
            if self.harkd.process.poll() is not None or time.monotonic() > end:
                raise Violation(f"no new log: {self.harkd.stderr()}")
            time.sleep(0.01)

    def _stop(self):
        if self.harkd.process.poll() is not None:
            raise Violation(f"died: {self.harkd.process.poll()}, {self.harkd.stderr()}")
        self.harkd.send_signal(signal.SIGTERM)
        try:
            status = self.harkd.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise Violation("does not stop") from None
        refused = any(one.unstored for one in self.conversations)
        if status and not (status == 1 and refused):
            raise Violation(f"exit status {status}: {self.harkd.stderr()}")

    def counts(self):
        """How often the daemon made each call."""
        found = re.findall(rf"^{self.harkd.pid} +(\w+)\(", self.trace.read_text(errors="replace"),
                           re.MULTILINE)
        return collections.Counter(found)

    def failed(self):
        return "(INJECTED)" in self.trace.read_text(errors="replace")
