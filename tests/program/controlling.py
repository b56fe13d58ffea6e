"""Shared by the tests of the commands that use the control socket."""

import json
import subprocess

from client import WAIT
from fake_control import FakeControl
from running import HarkTest
from terminal import HARK


class ControlTest(HarkTest):
    def setUp(self):
        super().setUp()
        self.environment["TZ"] = "UTC"
        self.path = self.folder / "control"

    def serve(self):
        server = FakeControl(self.path)
        self.addCleanup(server.close)
        return server

    def run_hark(self, *arguments, encoding="utf-8", **options):
        """(exit status, standard output, standard error)"""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        done = subprocess.run([HARK, "--control", self.path, *arguments],
                              stdin=subprocess.DEVNULL, env=self.environment,
                              timeout=WAIT, check=False, **options)
        return (done.returncode, (done.stdout or b"").decode(encoding),
                (done.stderr or b"").decode(encoding))

    def objects(self, *arguments):
        """The output with --json, one object per line."""
        status, output, errors = self.run_hark("--json", *arguments)
        self.assertEqual((status, errors), (0, ""))
        return [json.loads(line) for line in output.splitlines()]

    def begin(self, *arguments, **options):
        """hark, running without a terminal."""
        return self.start_hark("--control", self.path, *arguments, **options)

    def sit_down(self, *arguments, **options):
        """A person at a terminal running hark."""
        return self.seat("--control", str(self.path), *arguments, **options)
