"""A person at a terminal: starts a program in a pseudo-terminal, types, and looks at the screen."""

import fcntl
import os
import select
import shutil
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path

from client import WAIT
from harness import HARKD
from screen import Screen

HARK = HARKD.parents[1] / "tools" / "hark"
CHARMAPS = Path("/usr/share/i18n/charmaps")
ENCODINGS = {"UTF-8": "utf-8", "GBK": "gbk", "ISO-8859-1": "latin-1"}


def make_locale(folder, language, charset):
    """Compiles a locale into `folder`; returns the reason if that fails."""
    if not shutil.which("localedef"):
        return "there is no localedef"
    if not (CHARMAPS / f"{charset}.gz").exists():
        return "there are no charmaps: the package locales is missing"
    name = f"{language}.{charset}"
    subprocess.run(["localedef", "--no-archive", "-i", language, "-f", charset, folder / name],
                   stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return None if (folder / name / "LC_CTYPE").exists() else f"cannot make the locale {name}"


def wait_until(predicate, what, story=lambda: ""):
    end = time.monotonic() + WAIT
    while not (result := predicate()):
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}; {story()}")
        time.sleep(0.01)
    return result


class Person:
    """A program in its own pseudo-terminal, as the controlling terminal."""

    def __init__(self, *command, columns=80, rows=24, charset="UTF-8", environment=None):
        self.encoding = ENCODINGS[charset]
        self.screen = Screen(columns, rows, self.encoding)
        self.output = b""
        self.master, slave = os.openpty()
        self._set_size(columns, rows)
        self.modes_before = termios.tcgetattr(slave)
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment,
            preexec_fn=self._take_terminal)
        self.slave = slave  # kept open: its modes are checked after the end

    @staticmethod
    def _take_terminal():
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def _set_size(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    # --- What the person does ---

    def type(self, text):
        self.type_bytes(text.encode(self.encoding))

    def type_bytes(self, data):
        os.write(self.master, data)

    def resize(self, columns, rows):
        self.look()
        self.screen.resize(columns, rows)
        self._set_size(columns, rows)

    # --- What the person sees ---

    def look(self, timeout=0.0):
        """Reads what the program has written so far; False if there was nothing."""
        seen = False
        while select.select([self.master], [], [], 0 if seen else timeout)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                break
            if not data:
                break
            seen = True
            self.output += data
            self.screen.feed(data)
        return seen

    def wait_for(self, predicate, what="the screen"):
        """Reads until `predicate(screen)` is true."""
        end = time.monotonic() + WAIT
        while True:
            self.look(0.02)
            if predicate(self.screen):
                return
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {what}; {self.story()}")

    def wait_text(self, *rows):
        """Waits until these are the screen's last rows."""
        self.wait_for(lambda screen: screen.text()[-len(rows):] == list(rows), f"{rows}")

    def wait_output(self, text):
        self.wait_for(lambda _: text.encode(self.encoding) in self.output, repr(text))

    def story(self):
        return (f"exit status {self.process.poll()}, cursor {self.screen.cursor()}, screen:\n  "
                + "\n  ".join(self.screen.text()))

    def modes(self):
        return termios.tcgetattr(self.slave)

    def is_raw(self):
        return not self.modes()[3] & termios.ICANON

    # --- The end ---

    def wait(self):
        """The exit status, once the program has exited."""
        def ended():
            self.look()
            return self.process.poll() is not None
        wait_until(ended, "the end", self.story)
        self.look()
        return self.process.returncode

    def send_signal(self, number):
        self.process.send_signal(number)

    def close(self):
        """Ends the program and everything it has started on its terminal."""
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text(errors="replace").rpartition(")")[2].split()
                if int(fields[3]) == self.process.pid and self.process.pid != int(stat.parent.name):
                    os.kill(int(stat.parent.name), signal.SIGKILL)
            except (OSError, IndexError):
                pass  # it has just ended
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)
