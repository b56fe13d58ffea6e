"""What the tests of the commands over the control socket share."""

import json
import os
import subprocess

from client import WAIT
from fake_control import FakeControl
from harness import ProgramTest
from terminal import HARK, Person, make_locale


class ControlTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("LC_", "LANG")) and name != "NO_COLOR"}
        self.environment.update(TERM="xterm-256color", LC_ALL="C.UTF-8", TZ="UTC")
        self.path = self.folder / "control"

    def serve(self):
        server = FakeControl(self.path)
        self.addCleanup(server.close)
        return server

    def locale(self, language, charset):
        """Runs hark in this locale, or skips the test."""
        trouble = make_locale(self.folder, language, charset)
        if trouble:
            self.skipTest(trouble)
        self.environment.update(LOCPATH=str(self.folder), LC_ALL=f"{language}.{charset}")

    def run_hark(self, *arguments, encoding="utf-8", **options):
        """(exit status, standard output, standard error)"""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        done = subprocess.run([HARK, "--control", self.path, *arguments],
                              stdin=subprocess.DEVNULL, env=self.environment,
                              timeout=WAIT, check=False, **options)
        return (done.returncode, (done.stdout or b"").decode(encoding),
                (done.stderr or b"").decode(encoding))

    def objects(self, *arguments):
        """What it prints with --json, one object a line."""
        status, output, errors = self.run_hark("--json", *arguments)
        self.assertEqual((status, errors), (0, ""))
        return [json.loads(line) for line in output.splitlines()]

    def begin(self, *arguments, **options):
        """hark, off a terminal, that goes on."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                   "stderr": subprocess.PIPE, **options}
        process = subprocess.Popen([HARK, "--control", self.path, *arguments],
                                   env=self.environment, **options)
        def end():
            process.kill()
            process.wait()
            for stream in (process.stdout, process.stderr):
                if stream and not stream.closed:
                    stream.close()
        self.addCleanup(end)
        return process

    def sit_down(self, *arguments, **options):
        """A person at a terminal with hark on it."""
        person = Person(HARK, "--control", str(self.path), *arguments,
                        environment=self.environment, **options)
        self.addCleanup(person.close)
        return person
