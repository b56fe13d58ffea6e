"""Runs generator.cpp, the client side of a measurement, on the other processor."""

import contextlib
import json
import selectors
import subprocess
import time

from processor import processors

PATIENCE_S = 100  # for any of its output


class GeneratorError(Exception):
    """The server failed to do its work, or to do it in time."""


class Generator:
    """Connected once constructed, until the context is left. `values`: see generator.cpp."""

    def __init__(self, program, **values):
        command = [program, *(f"{name}={value}" for name, value in values.items())]
        self._process = subprocess.Popen(
            ["taskset", "--cpu-list", str(processors()[1]), *command], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._input = b""
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
        """Starts the load; returns the start time, as time.monotonic()."""
        began = time.monotonic()
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        return began

    def result(self):
        """The measurements, once it has finished."""
        return json.loads(self._line())

    def _line(self):
        end = time.monotonic() + PATIENCE_S
        output = self._process.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while not self._input.endswith(b"\n"):
                if not selector.select(max(0, end - time.monotonic())):
                    raise GeneratorError("takes too long")
                data = output.read1()
                if not data:
                    raise GeneratorError(self._process.stderr.read().decode().strip()
                                         or f"status {self._process.wait()}")
                self._input += data
        line, self._input = self._input, b""
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
