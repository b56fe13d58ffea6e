"""journald's end of its native protocol, and a mount namespace in which the daemon finds it."""

import os
import socket
import struct
import subprocess
import unittest

# In a private /run, mounts the first argument as journald's folder, then runs the rest.
SCRIPT = """
mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal &&
mount --bind "$0" /run/systemd/journal && exec "$@"
"""


def unshare():
    return ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]


def require_namespaces():
    if subprocess.run([*unshare(), "true"], capture_output=True, check=False).returncode != 0:
        raise unittest.SkipTest("namespaces are forbidden here")


def parse_entry(data):
    """The fields of an entry as bytes; AssertionError if the entry is malformed."""
    fields = {}
    while data:
        line, end, rest = data.partition(b"\n")
        assert end, f"cut short: {data!r}"
        name, equals, value = line.partition(b"=")
        if not equals:
            size = struct.unpack("<Q", rest[:8])[0]
            value, rest = rest[8:8 + size], rest[8 + size:]
            assert rest[:1] == b"\n", f"a field has no end: {data!r}"
            rest = rest[1:]
        assert name not in fields, f"a field twice: {data!r}"
        fields[name.decode()] = value
        data = rest
    return fields


class FakeJournal:
    """Listens from open() to close(); a daemon started with `wrapper` sends to it."""

    def __init__(self, folder):
        self.folder = folder / "journal"
        self.folder.mkdir()
        self.wrapper = [*unshare(), "sh", "-c", SCRIPT, str(self.folder)]
        self.socket = None
        self.entries = []
        self.as_file = 0

    def open(self):
        path = self.folder / "socket"
        path.unlink(missing_ok=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        path.chmod(0o666)
        self.socket.setblocking(False)
        return self

    def close(self):
        if self.socket is not None:
            self.socket.close()

    def read(self):
        """All entries so far."""
        while True:
            try:
                data, fds, _, _ = socket.recv_fds(self.socket, 1 << 20, 1)
            except BlockingIOError:
                return self.entries
            for fd in fds:
                assert not data, "a file, and bytes with it"
                with os.fdopen(fd, "rb") as file:
                    data = os.pread(file.fileno(), os.fstat(fd).st_size, 0)
                self.as_file += 1
            self.entries.append(parse_entry(data))

    def events(self, event):
        return [entry for entry in self.read() if entry["HARK_EVENT"] == event.encode()]

    def texts(self):
        """The texts of all messages so far."""
        return [entry["HARK_TEXT"].decode() for entry in self.events("message")]
