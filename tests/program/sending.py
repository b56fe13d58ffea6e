"""Shared by the tests of `hark send`: how to run it, and servers that reply automatically."""

import re
import subprocess
import threading
from pathlib import Path

from client import SLOW, WAIT
from talking import TalkTest
from terminal import HARK, wait_until


class Acknowledger(threading.Thread):
    """Reads all input from one client of a server, and acknowledges every line, many at a time.
    Empty lines have no numbers, as with harkd."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server
        self.lines = 0
        self.start()

    def run(self):
        try:
            self.server.accept()
            rest = b""
            while data := self.server.socket.recv(1 << 20):
                empty = data.count(b"\n\n") + (rest.endswith(b"\n") and data.startswith(b"\n"))
                count = data.count(b"\n") - empty
                ends = (rest + data).endswith(b"\nbye\n")
                rest = data[-8:]
                count -= ends
                if count:
                    first, self.lines = self.lines + 1, self.lines + count
                    self.server.send(b"250 ok #%d-%d\r\n" % (first, self.lines))
                self.server.send(b"250 ok\r\n" * empty)
                if ends:
                    self.server.send(b"221 bye\r\n")
                    break
        except OSError:
            pass
        self.server.hang_up()


def agree(server, first=b"1", second=b"2"):
    """Replies as a listener with framing auto or line would, until hark sends without waiting."""
    assert server.line() == first
    server.send(b"250 ok #1\r\n")
    assert [server.line(), server.line()] == [second, b""]
    server.send(b"250 ok #2\r\n250 ok\r\n")


class SendTest(TalkTest):
    def begin(self, port, *arguments, host="127.0.0.1", command=("send",), **options):
        """hark send, running; by default its standard input is a pipe."""
        return self.start_hark("--host", host, "--port", str(port), *command, *arguments,
                               **{"stdin": subprocess.PIPE, **options})

    def begin_endless(self, port, *arguments, line="y"):
        """hark send with an endless input of the same line."""
        endless = subprocess.Popen(["yes", line], stdout=subprocess.PIPE)
        self.addCleanup(endless.wait)
        self.addCleanup(endless.kill)
        with endless.stdout:
            return self.begin(port, *arguments, stdin=endless.stdout)

    def finish(self, process, text=None):
        """(exit status, standard output, standard error)"""
        output, errors = process.communicate(text, timeout=WAIT)
        return process.returncode, (output or b"").decode(), (errors or b"").decode()

    def ended(self, process):
        """The same for a process that exits although its input continues."""
        process.wait(WAIT)
        return self.finish(process)

    def send(self, port, *arguments, text=b"", **options):
        return self.finish(self.begin(port, *arguments, **options), text)

    def wait_errors(self, process, pattern):
        """Reads standard error up to a line that matches."""
        while line := process.stderr.readline().decode():
            if re.search(pattern, line):
                return line
        raise AssertionError(f"no line matches {pattern!r}")

    def acknowledge(self):
        """A server that acknowledges everything: (its port, its thread)."""
        server = self.serve()
        thread = Acknowledger(server)
        self.addCleanup(thread.join, WAIT)
        return server.port, thread


# Tolerance for memory that should be constant; sanitizers keep freed memory for a while.
FLAT_KIB = 1024 if SLOW == 1 else 512 * 1024


def memory_kib(process):
    """The peak memory of a process."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1))


__all__ = ["FLAT_KIB", "HARK", "WAIT", "Acknowledger", "SendTest", "agree", "memory_kib", "wait_until"]
