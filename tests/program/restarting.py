"""Shared by the tests of restarts in place."""

import signal

from controlled import SLOW, WAIT, ControlledTest
from varlink import Varlink, VarlinkError

__all__ = ["SLOW", "WAIT", "RestartTest", "restart", "restarts", "wait_restarts"]


def restart(harkd):
    """Restarts it; returns the record."""
    before = len(harkd.records("restarted"))
    harkd.send_signal(signal.SIGUSR2)
    return harkd.wait_for(lambda: harkd.records("restarted")[before:], what="the restart")[0]


def restarts(harkd):
    """How often it has restarted, by its status; -1 while it changes."""
    try:
        with Varlink(harkd.control) as varlink:
            return varlink.call("org.harkd.Status")["restarts"]
    except (AssertionError, OSError):
        return -1


def wait_restarts(harkd, count):
    """Waits for the restart of that number, of which the log may have no record yet."""
    harkd.wait_for(lambda: restarts(harkd) == count, what=f"restart {count}")


class RestartTest(ControlledTest):
    def restart(self, harkd):
        """Restarts it; returns the record."""
        return restart(harkd)

    def wait_refused(self, harkd, words):
        """The diagnostic of a restart that was refused."""
        def find():
            return [record for record in harkd.records("diagnostic")
                    if record["text"].startswith("restart refused") and words in record["text"]]
        return harkd.wait_for(find, what=f"a refusal that says {words!r}")[0]
