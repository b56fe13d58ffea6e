"""Shared by the tests of the daemon's control socket."""

import contextlib

from harness import SLOW, WAIT, ProgramTest
from varlink import Varlink, VarlinkError

__all__ = ["SLOW", "WAIT", "ControlledTest", "Varlink", "VarlinkError"]


class ControlledTest(ProgramTest):
    def control(self, harkd):
        """A connection to the control socket."""
        varlink = Varlink(harkd.control)
        self.addCleanup(varlink.close)
        return varlink

    def ask(self, harkd, method, **parameters):
        """Calls one of the daemon's methods on a connection of its own."""
        with Varlink(harkd.control) as varlink:
            return varlink.call(f"org.harkd.{method}", **parameters)

    def status(self, harkd):
        return self.ask(harkd, "Status")

    @contextlib.contextmanager
    def refused(self, error, **parameters):
        with self.assertRaises(VarlinkError) as caught:
            yield
        self.assertEqual((caught.exception.name, caught.exception.parameters),
                         (error, parameters))

    def number_of(self, harkd, client):
        """The daemon's number of a client."""
        return harkd.wait_record("connected", peer=client.name)["conn"]
