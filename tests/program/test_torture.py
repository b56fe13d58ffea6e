"""Eight clients send everything difficult at once, for some seconds; then the books are checked.

The input depends on SEED alone; only the interleaving of threads varies.
"""

import os
import random
import re
import threading
import time
import unittest

from account import Account
from harness import SLOW, WAIT, Client, ProgramTest

SEED = 8765
WORKERS = 8
SECONDS = 5
TELNET = re.compile(rb"\xff[\xfb-\xfe].", re.DOTALL)

PIECES = (
    b"\n", b"\r\n", b"\r", b"\0", b"\0\0\0", b"\r\0", b"\n\0", b"\n\n\n",
    b"\xff\xff", b"\xff\xfd\x06", b"\xff\xfb\n", b"\xff\xf4", b"\xff\xfa\x18\0\xff\xf0", b"\xff",
    "系统".encode("gbk"), "系统".encode(), "停止状态".encode("gbk"), "é°".encode(), "😀".encode(),
    "中".encode()[:2], b"\x80", b"\x81", b"\x81\x30\x81\x30", b"\x84\x31\x95\x33", b"\xef\xbb\xbf",
    b"abc", b"a line\n", b"two\nlines\n", b"bye bye\n", b"\\bye\n", b"\\\\bye\n",
    b'"\\\x7f\x01\x1b',
    "\u202e\u2028\u0085".encode(), b"x" * 1023, b"x" * 1024, "中".encode() * 341 + b"ab",
    "中".encode("gbk") * 600, b"\x81" * 1500,
)
ENDS = ("bye", "half-close", "half-close", "close", "reset")


class Worker(threading.Thread):
    def __init__(self, port, number, end):
        super().__init__(daemon=True)
        self._port, self._end = port, end
        self._random = random.Random(f"{SEED}.{number}")
        self.heard = []  # (peer, everything it received, how it ended)
        self.failure = None

    def run(self):
        try:
            while time.monotonic() < self._end:
                self._converse()
        except (AssertionError, OSError) as problem:
            self.failure = problem

    def _converse(self):
        client = Client(self._port, receive_buffer=self._random.choice((0, 0, 2048)))
        try:
            for _ in range(self._random.randrange(1, 12)):
                self._send_split(client)
            how = self._random.choice(ENDS)
            if how == "reset":
                client.reset()
            elif how != "close":
                self._read_to_the_end(client, how)
        finally:
            client.close()

    def _send_split(self, client):
        data = b"".join(self._random.choices(PIECES, k=self._random.randrange(1, 6)))
        if self._random.random() < 0.05:
            data *= self._random.randrange(2, 60)
        while data:
            count = self._random.choice((len(data), self._random.randrange(1, len(data) + 1)))
            client.send(data[:count])
            data = data[count:]
            if self._random.random() < 0.3:
                time.sleep(self._random.choice((0.001, 0.018, 0.02, 0.022, 0.05)))

    def _read_to_the_end(self, client, how):
        if how == "bye":
            # Ends any telnet command and the line.
            client.send(b"\xff\xf0\nbye\n")
        else:
            client.half_close()
        received = b""
        while data := client.socket.recv(65536):
            received += data
        self.heard.append((client.name, received, how))


class Torture(ProgramTest):
    def test_the_books_balance(self):
        print(f"seed {SEED}")
        harkd = self.start(config="quiet_ms = 20\n")
        descriptors = len(os.listdir(f"/proc/{harkd.pid}/fd"))
        end = time.monotonic() + SECONDS
        workers = [Worker(harkd.port, number, end) for number in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(SECONDS + 2 * WAIT)
        self.assertEqual([worker.failure for worker in workers], [None] * WORKERS)
        harkd.wait_for(lambda: len(harkd.records("closed")) == len(harkd.records("connected")),
                       what="all to be closed")
        self.rests(harkd, descriptors)
        self.assertEqual(harkd.stop(), 0)
        self.check_books(harkd, [heard for worker in workers for heard in worker.heard])
        self.assertEqual(harkd.records("diagnostic")[:-1], [])  # the last one is the summary

    def rests(self, harkd, descriptors):
        """Checks that no connection is left, and that the daemon is idle."""
        harkd.wait_for(lambda: len(os.listdir(f"/proc/{harkd.pid}/fd")) == descriptors,
                       what="the descriptors to be given back")
        before = harkd.cpu_seconds()
        time.sleep(1)
        self.assertLess(harkd.cpu_seconds() - before, 0.1 * SLOW)

    def check_books(self, harkd, heard):
        numbers, closed = {}, {}
        for record in harkd.records():
            if record["event"] == "message":
                seqs = numbers.setdefault(record["peer"], [])
                if not record.get("more"):
                    seqs.append(record["seq"])
            elif record["event"] == "closed":
                closed.setdefault(record["peer"], []).append(record)
        checked = 0
        for peer, received, how in heard:
            if len(closed[peer]) > 1:
                continue  # the port was used twice: the records cannot be told apart
            with self.subTest(f"seed {SEED}, {peer}"):
                lines = TELNET.sub(b"", received).split(b"\r\n")
                self.assertEqual(lines.pop(), b"")
                self.assertRegex(lines.pop(0), rb"^220 ")
                count = closed[peer][0]["messages"]
                self.assertIn(closed[peer][0]["reason"], ("bye", "eof"))
                if how == "bye":
                    self.assertEqual(closed[peer][0]["reason"], "bye")
                if closed[peer][0]["reason"] == "bye":
                    bye = b"221 bye, 1 message" if count == 1 else b"221 bye, %d messages" % count
                    self.assertEqual(lines.pop(), bye)
                account = Account()
                for line in lines:
                    account.take(line)
                self.assertEqual(account.answered, count)
                self.assertEqual(numbers.get(peer, []), list(range(1, count + 1)))
                checked += 1
        self.assertGreater(checked, 50)


if __name__ == "__main__":
    unittest.main()
