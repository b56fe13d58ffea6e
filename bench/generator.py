"""Runs generator.cpp, which talks to a server on the other processor."""

import contextlib
import json
import selectors
import subprocess
import time

from processor import processors

PATIENCE_S = 100  # for anything that it says


class GeneratorError(Exception):
    """The server did not do what it has to, or not in time."""


class Generator:
    """Has its connections once it is made, and keeps them until it is left. `values`: see
    generator.cpp."""

    def __init__(self, program, **values):
        command = [program, *(f"{name}={value}" for name, value in values.items())]
        self._process = subprocess.Popen(
            ["taskset", "--cpu-list", str(processors()[1]), *command], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._heard = b""
        try:
            self._line()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def go(self):
        """Begins; returns when that was, of time.monotonic()."""
        began = time.monotonic()
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        return began

    def result(self):
        """What it has seen, once it is through."""
        return json.loads(self._line())

    def _line(self):
        end = time.monotonic() + PATIENCE_S
        output = self._process.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while not self._heard.endswith(b"\n"):
                if not selector.select(max(0, end - time.monotonic())):
                    raise GeneratorError("takes too long")
                data = output.read1()
                if not data:
                    raise GeneratorError(self._process.stderr.read().decode().strip()
                                         or f"status {self._process.wait()}")
                self._heard += data
        line, self._heard = self._heard, b""
        return line

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._process.stderr.close()
