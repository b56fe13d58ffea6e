"""Queries the status and the clients in a tight loop, in a separate process, so that it does not
slow down the test's clients:

    asking.py PATH

When its standard input ends, prints how many queries were answered.
"""

import select
import subprocess
import sys

from varlink import Varlink


class Asking:
    """A process that asks until the test ends."""

    def __init__(self, test, harkd):
        self._process = subprocess.Popen([sys.executable, __file__, str(harkd.control)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        test.addCleanup(self._end)
        assert self._process.stdout.readline() == b"asking\n", "it has ended"

    def answered(self):
        """Ends the queries; returns how many were answered."""
        self._process.stdin.close()
        return int(self._process.stdout.readline())

    def _end(self):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


def main(path):
    count = 0
    with Varlink(path) as varlink:
        while not select.select([sys.stdin], [], [], 0)[0]:
            varlink.begin("org.harkd.Status")
            varlink.begin("org.harkd.Clients")
            varlink.reply()
            varlink.reply()
            count += 1
            if count == 1:
                print("asking", flush=True)
    print(count, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
