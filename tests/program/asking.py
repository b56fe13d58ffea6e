"""One who asks for the status and the clients in a tight loop, in a process of its own, so that it
does not slow down the clients of the test:

    asking.py PATH

Prints how many times it was answered when its standard input ends.
"""

import select
import subprocess
import sys

from varlink import Varlink


class Asking:
    """It is gone when the test is over."""

    def __init__(self, test, harkd):
        self._process = subprocess.Popen([sys.executable, __file__, str(harkd.control)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        test.addCleanup(self._end)
        assert self._process.stdout.readline() == b"asking\n", "it has ended"

    def answered(self):
        """How many times so far; it asks no more."""
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
