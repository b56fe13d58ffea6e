"""Runs a subject on the first processor."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from processor import anonymous_bytes, family, processor_seconds, processors
from subjects import Place

PATIENCE_S = 15


class ServerError(Exception):
    """The server does not start, or has lost something."""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


class Server:
    """Listening once constructed. `sent` counts the messages sent to it; the sender must add to
    it."""

    def __init__(self, subject, scratch):
        self.subject = subject
        self.sent = 0
        self.makes_more = False  # whether it stores more messages than `sent`
        self.place = Place(Path(tempfile.mkdtemp(dir=scratch)), free_port())
        (self.place.folder / "output").touch()
        command = ["taskset", "--cpu-list", str(processors()[0]), *subject.command(self.place)]
        with self.place.output.open("ab") as output, self.errors.open("ab") as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stderr=errors,
                stdout=output if subject.prints else errors,
                env={**os.environ, **subject.environment})
        try:
            self._wait_until_listening()
        except BaseException:
            self.stop()
            raise

    @property
    def errors(self):
        return self.place.folder / "errors"

    @property
    def pid(self):
        return self._process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _wait_until_listening(self):
        end = time.monotonic() + PATIENCE_S
        while True:
            if self._process.poll() is not None or time.monotonic() > end:
                raise ServerError(f"{self.subject.id} does not start: {self._last_words()}")
            try:
                socket.create_connection(("127.0.0.1", self.place.port), 1).close()
                return
            except OSError:
                time.sleep(0.005)

    def _last_words(self):
        return (self.errors.read_text(errors="replace").strip().splitlines() or ["no reason given"]
                )[-1]

    def processor_seconds(self):
        return processor_seconds(self.pid)

    def anonymous_bytes(self):
        return anonymous_bytes(self.pid)

    def wait_until_written(self, size, patience):
        """For servers that do not acknowledge; returns the time of completion."""
        end = time.monotonic() + patience
        while self.place.output.stat().st_size < size:
            if time.monotonic() > end or self._process.poll() is not None:
                raise ServerError(f"{self.subject.id} has written"
                                  f" {self.place.output.stat().st_size} of {size} bytes")
            time.sleep(0.001)
        return time.monotonic()

    def check(self):
        """Checks that it has stored every message."""
        if self._process.poll() is not None:
            raise ServerError(f"{self.subject.id} has ended: {self._last_words()}")
        recorded = self.subject.recorded(self.place)
        if recorded < self.sent or (recorded > self.sent and not self.makes_more):
            raise ServerError(f"{self.subject.id} has kept {recorded} of {self.sent} messages")

    def stop(self):
        """Ends the server and all its descendants, and deletes its files."""
        if self._process.poll() is None:
            for pid in reversed(family(self.pid)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.place.folder, ignore_errors=True)
