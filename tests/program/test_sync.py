"""`sync = true`: a reply waits for the disk, and nobody else waits for that reply."""

import re
import signal
import threading
import time
import unittest

from harness import SLOW, WAIT, Client, LogReader, ProgramTest

BURST = 20
WORKERS = 8
LAST_NUMBER = re.compile(rb"#(?:\d+-)?(\d+)")


class Worker(threading.Thread):
    """Sends bursts of numbered lines, each when the previous one is acknowledged, until the end."""

    def __init__(self, port, stop):
        super().__init__(daemon=True)
        self._client = Client(port).greeted()
        self._stop_event = stop
        self.name_in_records = self._client.name
        self.acknowledged = 0
        self.failure = None

    def run(self):
        try:
            while not self._stop_event.is_set():
                end = self.acknowledged + BURST
                self._client.send(b"".join(b"%d\n" % number for number
                                           in range(self.acknowledged + 1, end + 1)))
                while self.acknowledged < end:
                    self.acknowledged = int(LAST_NUMBER.search(self._client.reply()).group(1))
        except (AssertionError, OSError) as problem:
            self.failure = problem
        finally:
            self._client.close()


class Sync(ProgramTest):
    def start_workers(self):
        harkd = self.start(config="sync = true\n")
        stop = threading.Event()
        self.addCleanup(stop.set)
        workers = [Worker(harkd.port, stop) for _ in range(WORKERS)]
        for worker in workers:
            worker.start()
        return harkd, workers, stop

    def wait_turns(self, harkd, workers, count):
        """Waits until each worker has had `count` more bursts acknowledged."""
        goals = [worker.acknowledged + count * BURST for worker in workers]
        harkd.wait_for(lambda: all(worker.acknowledged >= goal or worker.failure
                                   for worker, goal in zip(workers, goals)), what="answers")

    def texts(self, paths):
        texts = {}
        for path in paths:
            for record in LogReader(path, whole=True).read():
                if record["event"] == "message":
                    texts.setdefault(record["peer"], []).append(int(record["text"]))
        return texts

    def test_rotation_under_load(self):
        harkd, workers, stop = self.start_workers()
        path = harkd.log.path
        paths = []
        for turn in range(1, 6):
            self.wait_turns(harkd, workers, 2)
            paths.append(path.rename(f"{path}.{turn}"))
            harkd.log = LogReader(path)
            harkd.send_signal(signal.SIGHUP)
            harkd.wait_record("reloaded")
        self.wait_turns(harkd, workers, 2)
        stop.set()
        for worker in workers:
            worker.join(WAIT)
        self.assertEqual([worker.failure for worker in workers], [None] * WORKERS)
        # The disk is idle, and nobody waits for it.
        took = []
        for _ in range(5):
            begin = time.monotonic()
            self.greeted(harkd)
            took.append(time.monotonic() - begin)
        self.assertLess(sorted(took)[2], 0.2 * SLOW, took)
        self.assertEqual(harkd.stop(), 0)
        texts = self.texts([*paths, path])
        for worker in workers:
            self.assertEqual(texts[worker.name_in_records],
                             list(range(1, worker.acknowledged + 1)))

    def test_killed_under_load(self):
        harkd, workers, _ = self.start_workers()
        self.wait_turns(harkd, workers, 5)
        harkd.kill()
        harkd.stopped = True
        for worker in workers:
            worker.join(WAIT)
        texts = self.texts([harkd.log.path])
        for worker in workers:
            recorded = texts[worker.name_in_records]
            self.assertEqual(recorded, list(range(1, len(recorded) + 1)))
            self.assertGreaterEqual(len(recorded), worker.acknowledged)
            self.assertGreaterEqual(worker.acknowledged, 5 * BURST)


if __name__ == "__main__":
    unittest.main()
