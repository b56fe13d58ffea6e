"""Clients that send two-byte lines as fast as the daemon takes them, and read their replies.

They run in a separate process, so that they do not slow down the test's clients. How much they send
is fixed, so that the daemon's log stays bounded even if something goes wrong:

    flooders.py PORT COUNT

Prints "flooding" once every flooder has sent something, and "answered" when all of it is
acknowledged. Exits then, or when its standard input ends.
"""

import select
import socket
import subprocess
import sys

MESSAGES = 4_000_000  # by all flooders together: half a gigabyte of log
BLOCK = b"a\n" * (1 << 16)


class Flooders:
    """Flooders that end with the test."""

    def __init__(self, test, harkd, count):
        self._process = subprocess.Popen([sys.executable, __file__, str(harkd.port), str(count)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        test.addCleanup(self._end)
        assert self._process.stdout.readline() == b"flooding\n", "the flooders have ended"

    def done(self):
        ready, _, _ = select.select([self._process.stdout], [], [], 0)
        if not ready:
            return False
        assert self._process.stdout.readline() == b"answered\n", "the flooders were cut off"
        return True

    def _end(self):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


def main(port, count):
    sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
    for one in sockets:
        one.setblocking(False)
    share = 2 * MESSAGES // count
    left = {one: share for one in sockets}
    reading = set(sockets)
    begun = False
    while reading:
        readable, writable, _ = select.select([sys.stdin, *reading], list(left), [])
        if sys.stdin in readable:
            return
        for one in readable:
            if not one.recv(1 << 18):
                reading.discard(one)
        for one in writable:
            try:
                left[one] -= one.send(BLOCK[:left[one]])
            except BlockingIOError:
                continue
            if left[one] == 0:
                del left[one]
                one.shutdown(socket.SHUT_WR)
        if not begun and all(left.get(one, 0) < share for one in sockets):
            begun = True
            print("flooding", flush=True)
    print("answered", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
