"""Shared by the tests of restarts in place."""

import os
import shutil
import signal
import subprocess

from controlled import SLOW, WAIT, ControlledTest
from harness import HARKD
from terminal import HARK
from varlink import Varlink, VarlinkError

__all__ = ["HARKD", "SLOW", "WAIT", "Program", "RestartTest", "VarlinkError", "restart",
           "restarts", "wait_restarts"]


def restart(harkd):
    """Restarts the daemon; returns the record."""
    before = len(harkd.records("restarted"))
    harkd.send_signal(signal.SIGUSR2)
    return harkd.wait_for(lambda: harkd.records("restarted")[before:], what="the restart")[0]


def restarts(harkd):
    """How often it has restarted, by its status; -1 while it is being replaced."""
    try:
        with Varlink(harkd.control) as varlink:
            return varlink.call("org.harkd.Status")["restarts"]
    except (AssertionError, OSError):
        return -1


def wait_restarts(harkd, count):
    """Waits for restart number `count`, of which the log may have no record yet."""
    harkd.wait_for(lambda: restarts(harkd) == count, what=f"restart {count}")


class Program:
    """A harkd on disk that can be replaced, as a package upgrade does."""

    def __init__(self, folder):
        folder.mkdir(exist_ok=True)
        self.path = folder / "harkd"
        shutil.copy2(HARKD, self.path)

    def wrapper(self, name=None):
        """A wrapper that starts it, by this name, in place of the build's program."""
        return ["sh", "-c", 'name=$1; shift 2; exec "$name" "$@"', "sh", str(name or self.path)]

    def replace(self, content, mode=0o755):
        """Replaces it by a script, by bytes, or, if None, by the build's program."""
        new = self.path.with_suffix(".new")
        if content is None:
            shutil.copy2(HARKD, new)
        else:
            new.write_bytes(content if isinstance(content, bytes) else content.encode())
            new.chmod(mode)
        os.rename(new, self.path)


class RestartTest(ControlledTest):
    def restart(self, harkd):
        """Restarts the daemon; returns the record."""
        return restart(harkd)

    def wait_refused(self, harkd, words):
        """The diagnostic of a restart that was refused."""
        def find():
            return [record for record in harkd.records("diagnostic")
                    if record["text"].startswith("restart refused") and words in record["text"]]
        return harkd.wait_for(find, what=f"a refusal that says {words!r}")[0]

    def hark(self, harkd, *arguments):
        """(exit status, standard output, standard error) of the client."""
        done = subprocess.run([HARK, "--control", harkd.control, *arguments],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env={**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""},
                              timeout=WAIT, check=False)
        return done.returncode, done.stdout, done.stderr

    def restart_unseen(self, harkd, count=1):
        """Restarts the daemon when the log may not have a record of it yet."""
        for _ in range(count):
            before = self.status(harkd)["restarts"]
            self.assertEqual(self.hark(harkd, "restart")[::2], (0, ""))
            wait_restarts(harkd, before + 1)
