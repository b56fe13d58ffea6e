"""The clients of test_torture.py, with one restart after another meanwhile; then the books are
checked."""

import time
import unittest

import test_torture
from restarting import RestartTest

SECONDS = 4


class Torture(test_torture.Torture, RestartTest):
    def test_the_books_balance(self):
        harkd = self.start(config="quiet_ms = 20\n")
        end = time.monotonic() + SECONDS
        workers = [test_torture.Worker(harkd.port, number, end)
                   for number in range(test_torture.WORKERS)]
        for worker in workers:
            worker.start()
        count = 0
        while time.monotonic() < end:
            self.restart(harkd)
            count += 1
        for worker in workers:
            worker.join()
        self.assertEqual([worker.failure for worker in workers], [None] * len(workers))
        harkd.wait_for(lambda: len(harkd.records("closed")) == len(harkd.records("connected")),
                       what="all to be closed")
        self.assertEqual(self.status(harkd)["restarts"], count)
        self.assertEqual(harkd.stop(), 0)
        self.check_books(harkd, [heard for worker in workers for heard in worker.heard])
        self.assertEqual(harkd.records("diagnostic")[:-1], [])  # the last one is the summary
        print(f"note: {count} restarts, {len(harkd.records('connected'))} connections, "
              f"{len(harkd.messages())} records of messages")


if __name__ == "__main__":
    unittest.main()
