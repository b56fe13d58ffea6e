"""A harkd started by a service manager: with a socket for notifications, and with listening sockets
opened for it. The test acts as the manager."""

import fcntl
import os
import socket
import time

from harness import WAIT, Harkd, ProgramTest

FIRST_FD = 3


class Manager:
    """Receives a daemon's notifications."""

    def __init__(self, path):
        self.path = str(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(WAIT)

    def receive(self):
        """Waits for the next message."""
        return self.socket.recv(4096).decode()

    def receive_any(self, *beginnings):
        """The next message with one of these prefixes."""
        end = time.monotonic() + WAIT
        heard = []
        while time.monotonic() < end:
            heard.append(self.receive())
            if heard[-1].startswith(beginnings):
                return heard[-1]
        raise AssertionError(f"{heard} in place of {beginnings}")

    def expect_order(self, *beginnings):
        """Expects these messages in this order, with no others of their kinds between; status
        messages are ignored."""
        for beginning in beginnings:
            got = self.receive_any("READY", "RELOADING", "STOPPING")
            assert got.startswith(beginning), f"{got!r} in place of {beginning}"

    def wait_status(self, *words):
        """Waits for a status that contains all of these words."""
        while True:
            got = self.receive_any("STATUS=")
            if all(word in got for word in words):
                return got

    def fill(self):
        """Fills the queue, as if others had, without reading. Returns how many messages that
        took."""
        count = 0
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
            other.connect(self.path)
            other.setblocking(False)
            while True:
                try:
                    other.send(b"full")
                    count += 1
                except BlockingIOError:
                    return count

    def close(self):
        self.socket.close()


def into_place(sockets, names, variables, further):
    """What a service manager does between fork and exec."""
    def run():
        if sockets:
            high = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 50) for one in sockets]
            for number, one in enumerate(high, FIRST_FD):
                os.dup2(one, number)
            os.environ["LISTEN_PID"] = str(os.getpid())
            os.environ["LISTEN_FDS"] = str(len(sockets))
            if names:
                os.environ["LISTEN_FDNAMES"] = ":".join(names)
        os.environ.update(variables)
        if "WATCHDOG_USEC" in variables:
            os.environ["WATCHDOG_PID"] = str(os.getpid())
        if further:
            further()
    return run


class ServiceHarkd(Harkd):
    """`sockets` are passed from descriptor 3 on; `further` is called in the child process;
    `wrapper` is the start of a command that finally executes the daemon."""

    def __init__(self, folder, *arguments, config="", sockets=(), names=(), further=None,
                 log="hark.jsonl", wrapper=(), **variables):
        self.begin(folder, config, folder / log, "--log", f"file:{folder / log}", *arguments,
                   close_fds=False, wrapper=wrapper, preexec_fn=into_place(sockets, names, variables, further))

    def wait_listening(self, count=1):
        self.wait_for(lambda: len(self.records("listening")) >= count, what="listeners")
        self.addresses = [record["address"] for record in self.records("listening")]
        assert len(self.addresses) == count, self.addresses
        return self


class ServiceTest(ProgramTest):
    def manager(self):
        manager = Manager(self.folder / "notify")
        self.addCleanup(manager.close)
        return manager

    def start_service(self, *arguments, folder=None, **options):
        """A daemon, without waiting for it."""
        harkd = ServiceHarkd(folder or self.folder, *arguments, **options)
        self.addCleanup(harkd.end)
        return harkd

    def start_notifying(self, manager, *arguments, **options):
        """A daemon that has notified `manager` that it is ready."""
        harkd = self.start_service(*arguments, "--listen", "127.0.0.1:0",
                                   NOTIFY_SOCKET=manager.path, **options)
        manager.expect_order("READY=1")
        return harkd.wait_listening()
