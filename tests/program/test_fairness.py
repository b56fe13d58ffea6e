"""Flooding clients do not starve one that waits for each of its replies."""

import os
import threading
import time
import unittest

from flooders import Flooders
from harness import ProgramTest

ANSWERS = 10  # with only one, a client would have waited for the end of the flood


class Fairness(ProgramTest):
    def lock_step_beside(self, count):
        harkd = self.start()
        try:
            client = self.greeted(harkd)
            flooders = Flooders(self, harkd, count)
            number = 0
            while not flooders.done():
                number += 1
                client.send(b"hello\n")
                client.expect(b"250 ok #%d" % number)
            self.assertGreaterEqual(number, ANSWERS)
        finally:
            # Its log is too long to read.
            harkd.kill()
            harkd.stopped = True

    def test_one_flooder(self):
        self.lock_step_beside(1)

    def test_eight_flooders(self):
        self.lock_step_beside(8)


class SlowLog(ProgramTest):
    """The log is slower than the clients: each still gets its turn."""

    BLOCK = b"a\n" * 4096

    def setUp(self):
        super().setUp()
        self.over = threading.Event()
        self.threads = []
        self.addCleanup(self.end)

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def run_beside(self, work, *arguments):
        thread = threading.Thread(target=work, args=arguments)
        self.threads.append(thread)
        thread.start()

    def read_slowly(self, reader):
        """About a megabyte per second."""
        while not self.over.is_set() and os.read(reader, 16384):
            time.sleep(0.016)
        os.close(reader)

    def flood(self, flooders):
        while not self.over.is_set():
            for one in flooders:
                try:
                    one.socket.send(self.BLOCK)
                except BlockingIOError:
                    pass
                try:
                    one.socket.recv(65536)
                except BlockingIOError:
                    pass
            time.sleep(0.001)

    def start_flooded(self, count):
        reader, writer = os.pipe()
        harkd = self.start(sinks=("console",), output=writer)
        os.close(writer)
        self.run_beside(self.read_slowly, reader)
        # Connected before the flood: the test is about who is read.
        quiet = [self.greeted(harkd) for _ in range(20)]
        flooders = [self.greeted(harkd) for _ in range(count)]
        for one in flooders:
            one.socket.setblocking(False)
        self.run_beside(self.flood, flooders)
        time.sleep(0.5)  # by now, the log is full
        return harkd, quiet

    def leave(self, harkd):
        harkd.kill()
        harkd.stopped = True

    def test_a_client_that_sends_little_is_answered(self):
        harkd, quiet = self.start_flooded(8)
        try:
            for number in range(1, 4):
                for one in quiet:
                    one.send(b"hello\n")
                for one in quiet:
                    one.expect(b"250 ok #%d" % number)
        finally:
            self.leave(harkd)

    def test_messages_sent_before_a_stop_are_recorded(self):
        harkd, quiet = self.start_flooded(4)
        for one in quiet:
            one.send(b"in time\n")
        harkd.send_signal(15)
        for one in quiet:
            one.expect(b"250 ok #1")
            one.expect(b"421 shutting down")
        self.over.set()
        harkd.wait()


if __name__ == "__main__":
    unittest.main()
