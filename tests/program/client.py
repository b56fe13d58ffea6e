"""A TCP client that knows no more about the daemon than a script would."""

import fcntl
import os
import re
import socket
import struct
import termios
import time

SLOW = 3 if os.environ.get("HARK_SLOW") else 1
WAIT = 20 * SLOW


def receive_all(connection):
    """Everything up to the end, which may be a reset."""
    received = b""
    try:
        while data := connection.recv(65536):
            received += data
    except ConnectionResetError:
        pass
    return received


class Client:
    """A plain TCP client. If it times out, the test fails. `source`: its own address."""

    def __init__(self, port, host="127.0.0.1", receive_buffer=0, source=None):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            self.socket.bind((source, 0))
        self.socket.settimeout(WAIT)
        self.socket.connect((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.server_port = port
        own, self.port = self.socket.getsockname()[:2]
        # As in the records.
        self.name = f"[{own}]:{self.port}" if family == socket.AF_INET6 else f"{own}:{self.port}"
        self._received = b""

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        """The result of one recv; empty at the end of the stream."""
        return self.socket.recv(1024)

    def reply(self):
        """One line without its CRLF."""
        while b"\n" not in self._received:
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                raise TimeoutError(f"no reply; before it {self._received!r}") from None
            if not data:
                raise AssertionError(f"the end in place of a reply; before it {self._received!r}")
            self._received += data
        line, _, self._received = self._received.partition(b"\n")
        assert line.endswith(b"\r"), f"no CRLF: {line!r}"
        assert len(line) + 1 < 512, f"too long: {line!r}"
        return line[:-1]

    def expect(self, *lines):
        for line in lines:
            got = self.reply()
            assert got == line, f"{got!r} in place of {line!r}"

    def expect_match(self, pattern):
        got = self.reply()
        found = re.fullmatch(pattern, got)
        assert found, f"{got!r} does not match {pattern!r}"
        return found

    def greeted(self):
        self.expect_match(rb"220 .*")
        return self

    def silent(self, seconds):
        """Checks that nothing arrives for this long."""
        self.socket.settimeout(seconds)
        try:
            data = self._received or self.socket.recv(1024)
            raise AssertionError(f"not silent: {data!r}")
        except TimeoutError:
            pass
        finally:
            self.socket.settimeout(WAIT)

    def eof(self):
        """Checks that the stream ends in an orderly way, with nothing before the end."""
        rest = self._received + self.socket.recv(1024)
        assert rest == b"", f"{rest!r} in place of the end"

    def rest(self):
        """All lines up to the end, which may be a reset."""
        return (self._received + receive_all(self.socket)).split(b"\r\n")[:-1]

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def wait_arrived(self):
        """Waits until the other side's kernel has everything that was sent."""
        end = time.monotonic() + WAIT
        while True:
            waiting = fcntl.ioctl(self.socket, termios.TIOCOUTQ, struct.pack("i", 0))
            if struct.unpack("i", waiting) == (0,):
                return
            assert time.monotonic() < end, "what was sent does not arrive"
            time.sleep(0.005)

    def close(self):
        self.socket.close()
