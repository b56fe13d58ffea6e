"""Shared by the tests of hark: its environment, and how to start it, with and without a
terminal."""

import os
import signal
import subprocess

from harness import HARKD, ProgramTest
from terminal import HARK, Person, make_locale

TRANSLATION = HARKD.parents[1] / "po" / "zh_CN" / "LC_MESSAGES" / "hark.mo"


def default_signals():
    # In a script's background job, SIGINT is ignored, and children would inherit that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class HarkTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("LC_", "LANG")) and name != "NO_COLOR"}
        self.environment.update(TERM="xterm-256color", LC_ALL="C.UTF-8")

    def locale(self, language, charset):
        """Makes hark run in this locale, or skips the test."""
        trouble = make_locale(self.folder, language, charset)
        if trouble:
            self.skipTest(trouble)
        self.environment.update(LOCPATH=str(self.folder), LC_ALL=f"{language}.{charset}")

    def chinese(self, charset):
        """Makes the programs run in Chinese, or skips the test."""
        if not TRANSLATION.exists():
            self.skipTest("the translations are not built: ninja -C BUILD translations")
        self.locale("zh_CN", charset)

    def start_hark(self, *arguments, **options):
        """hark, running without a terminal, by default without input; ended with the test."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                   "stderr": subprocess.PIPE, "preexec_fn": default_signals, **options}
        process = subprocess.Popen([HARK, *arguments], env=self.environment, **options)

        def end():
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream and not stream.closed:
                    try:
                        stream.close()
                    except BrokenPipeError:
                        pass
        self.addCleanup(end)
        return process

    def seat(self, *arguments, **options):
        """A person at a terminal running hark."""
        person = Person(HARK, *arguments, environment=self.environment, **options)
        self.addCleanup(person.close)
        return person
