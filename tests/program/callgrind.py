"""Counts the instructions that the real harkd executes in a scripted conversation.

valgrind's callgrind counts them, so other activity on the machine does not matter. Two other things
would: how much the daemon finds in a round, and the cost of starting, stopping, and doing something
for the first time. So a script sends while the daemon is stopped (`held`): when it continues, it
gets one round of known content. And each figure is the difference of two runs that differ only in
how often the script repeats its step.

Counted are the instructions of the daemon and its libraries, not the kernel's.
"""

import contextlib
import os
import re
import resource
import shutil
import signal
import tempfile
import time
from pathlib import Path

from client import WAIT, Client
from harness import Harkd

# Connect in portions that fit into the backlog of 125.
PORTION = 100
# Under valgrind, with other tests running.
PATIENCE = 3 * WAIT


class Counted:
    """A daemon under callgrind, and its clients."""

    def __init__(self, folder, config=""):
        # Each client is a descriptor here, too; valgrind gives the daemon no more than it has
        # itself.
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self._counts = folder / "callgrind.out"
        self.harkd = Harkd(folder, config=config, wrapper=[
            "valgrind", "--tool=callgrind", f"--callgrind-out-file={self._counts}",
            f"--log-file={folder / 'valgrind.log'}"])
        self.clients = []

    @contextlib.contextmanager
    def held(self):
        """Everything sent in this context is available at once when the daemon continues."""
        status = Path(f"/proc/{self.harkd.pid}/stat")
        end = time.monotonic() + PATIENCE
        os.kill(self.harkd.pid, signal.SIGSTOP)
        while status.read_text(encoding="utf-8").rpartition(") ")[2][0] != "T":
            assert time.monotonic() < end, "the daemon does not stop"
        try:
            yield
        finally:
            os.kill(self.harkd.pid, signal.SIGCONT)

    def connect(self, count):
        """Connects `count` more clients and reads their greetings."""
        new = []
        while len(new) < count:
            with self.held():
                portion = [Client(self.harkd.port)
                           for _ in range(min(PORTION, count - len(new)))]
            for client in portion:
                client.socket.settimeout(PATIENCE)
            self.clients += portion
            new += [client.greeted() for client in portion]
        return new

    def exchange(self, clients, data, replies):
        """All of them send `data` at once, and get this many replies."""
        with self.held():
            for client in clients:
                client.send(data)
        for client in clients:
            for _ in range(replies):
                client.reply()

    def finish(self):
        """Ends the daemon. Returns its instructions and the number of messages recorded."""
        # The stop, too, takes one round, and need not wait for peers that stay connected.
        with self.held():
            self.harkd.send_signal(signal.SIGTERM)
            for client in self.clients:
                client.half_close()
        status = self.harkd.wait(PATIENCE)
        assert status == 0, f"exit status {status}; {self.harkd.story()}"
        total = re.search(r"^totals: (\d+)", self._counts.read_text(encoding="utf-8"), re.MULTILINE)
        whole = sum(1 for record in self.harkd.messages() if not record.get("more"))
        return int(total[1]), whole

    def close(self):
        for client in self.clients:
            client.close()
        self.harkd.kill()


def count(script, repetitions, config=""):
    """Runs script(daemon, repetitions); returns the daemon's instructions and messages."""
    folder = Path(tempfile.mkdtemp(prefix="hark-count-"))
    try:
        daemon = Counted(folder, config)
        try:
            script(daemon, repetitions)
            return daemon.finish()
        finally:
            daemon.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def instructions_a_message(script, fewer, more, config=""):
    """The instructions per message, over the messages that `more` repetitions add to `fewer`."""
    few, few_messages = count(script, fewer, config)
    many, many_messages = count(script, more, config)
    return (many - few) / (many_messages - few_messages)
