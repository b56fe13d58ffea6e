"""Restarts while a log has stalled, or is slow: what it has not taken yet is in it once afterwards,
and is answered once."""

import json
import os
import threading
import unittest
from pathlib import Path

from fake_journal import FakeJournal, require_namespaces, unshare
from records import LogReader
from restarting import SLOW, RestartTest
from test_sync import Worker

# A file system of 256 KiB on the first argument; then the rest.
SMALL_DISK = 'mount -t tmpfs -o size=256k tmpfs "$0" && exec "$@"'


class PausedLog(RestartTest):
    def converse(self, harkd, clients, pause, resume, texts):
        """Sends messages before, during and after a stall of the log, with restarts in between.
        `texts`: returns those that the log has."""
        for client in clients:
            client.send(b"before\n")
            client.expect(b"250 ok #1")
        pause()
        for client in clients:
            client.send(b"\n" + b"x" * 100 + b"\nha")
            client.wait_arrived()
        harkd.wait_for(lambda: not self.status(harkd)["accepting"], what="the pause")
        self.restart_unseen(harkd)
        status = self.status(harkd)
        self.assertFalse(status["accepting"])
        for client in clients:
            client.send(b"lf\nafter")
        self.restart_unseen(harkd, 2)
        # There may have been room for the first ones.
        clients[-1].silent(0.1)
        late = self.connect(harkd)
        resume()
        late.greeted().close()
        for client in clients:
            # Replies from the pause may have been merged.
            numbers, empty = [], 0
            while 3 not in numbers:
                found = client.expect_match(rb"250 ok(?: #(\d+)(?:-(\d+))?)?")
                if found[1] is None:
                    empty += 1
                else:
                    numbers += range(int(found[1]), int(found[2] or found[1]) + 1)
            self.assertEqual((numbers, empty), ([2, 3], 1))
            client.send(b"wards\n")
            client.expect(b"250 ok #4")
            client.send(b"bye\n")
            client.expect(b"221 bye, 4 messages")
            client.close()
        expected = ["before", "x" * 100, "half", "afterwards"]
        for client in clients:
            self.assertEqual(texts(client), expected)
        self.restart_unseen(harkd)
        def clear():
            sinks = {sink["name"]: sink for sink in self.status(harkd)["sinks"]}
            return sinks if {sink["state"] for sink in sinks.values()} == {"clear"} else None
        # A sink with `sync` may still be syncing.
        return harkd.wait_for(clear, what="the sinks to be clear")


class FullDisk(PausedLog):
    @classmethod
    def setUpClass(cls):
        require_namespaces()

    def begin(self, config=""):
        disk = self.folder / "disk"
        disk.mkdir(exist_ok=True)
        harkd = self.start(sinks=(f"file:{disk}/log.jsonl",), config=config,
                           wrapper=[*unshare(), "sh", "-c", SMALL_DISK, str(disk)])
        self.disk = Path(f"/proc/{harkd.pid}/root{disk}")
        return harkd

    def fill(self):
        with (self.disk / "ballast").open("wb", buffering=0) as ballast:
            try:
                while ballast.write(b"x" * 4096):
                    pass
            except OSError:
                pass

    def texts(self, client):
        records = LogReader(self.disk / "log.jsonl", whole=True).read()
        return [record["text"] for record in records
                if record["event"] == "message" and record["peer"] == client.name]

    def test_one_client_and_many(self):
        for sync in ("", "sync = true\n"):
            with self.subTest(sync):
                harkd = self.begin(sync)
                # More than fits into the rest of a page.
                clients = [self.greeted(harkd) for _ in range(30)]
                sinks = self.converse(harkd, clients, self.fill,
                                      (self.disk / "ballast").unlink, self.texts)
                paused = sinks[f"file:{self.folder}/disk/log.jsonl"]
                self.assertGreaterEqual(paused["pauses"], 1)
                self.assertGreater(paused["paused_seconds"], 0)
                events = [record["event"] for record in harkd.records()
                          if record["event"] in ("paused", "resumed")]
                self.assertEqual(events, ["paused", "resumed"])
                harkd.stop()


class ReadJournal(FakeJournal):
    """A journal that is read all the time once begin() was called."""

    def __init__(self, folder):
        super().__init__(folder)
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.reader = threading.Thread(target=self.read_on, daemon=True)

    def read(self):
        with self.lock:
            return list(super().read())

    def read_on(self):
        while not self.ended.wait(0.005):
            self.read()

    def begin(self):
        self.open()
        self.reader.start()

    def end(self):
        self.ended.set()
        if self.reader.is_alive():
            self.reader.join()


class StoppedJournal(PausedLog):
    @classmethod
    def setUpClass(cls):
        require_namespaces()

    def begin(self):
        journal = ReadJournal(self.folder).open()
        self.addCleanup(journal.close)
        self.addCleanup(journal.end)
        return journal, self.start("--log", "journal", wrapper=journal.wrapper)

    def texts_in(self, journal):
        def texts(client):
            return [entry["HARK_TEXT"].decode() for entry in journal.events("message")
                    if entry["HARK_PEER"] == client.name.encode()]
        return texts

    def test_that_is_gone(self):
        journal, harkd = self.begin()
        clients = [self.greeted(harkd) for _ in range(5)]

        def pause():
            harkd.wait_for(lambda: len(journal.texts()) == len(clients), what="the first")
            journal.close()
        self.converse(harkd, clients, pause, journal.begin, self.texts_in(journal))
        self.assertEqual(harkd.wait_record("paused", sink="journal")["reason"],
                         "Connection refused")
        self.assertEqual(len(harkd.wait_for(lambda: harkd.records("resumed"), what="resumed")), 1)

    def test_that_does_not_read(self):
        journal, harkd = self.begin()
        client = self.greeted(harkd)
        count = 2000
        sender = threading.Thread(target=client.send, daemon=True, args=(
            b"".join(b"message %d\n" % number for number in range(count)),))
        sender.start()
        harkd.wait_for(lambda: not self.status(harkd)["accepting"], what="the pause")
        self.restart_unseen(harkd, 2)
        expected = [f"message {number}" for number in range(count)]
        harkd.wait_for(lambda: len(journal.texts()) >= count, what="all entries")
        self.assertEqual(journal.texts(), expected)
        sender.join()
        client.half_close()
        self.assertIn(b"%d" % count, client.rest()[-1])
        self.assertEqual(len(journal.events("restarted")), 2)


class Outputs(PausedLog):
    def test_that_nobody_reads(self):
        for sink in ("json", "console"):
            reader, writer = os.pipe()
            harkd = self.start(sinks=(sink,), output=writer)
            os.close(writer)
            client = self.greeted(harkd)
            count = 400
            client.send(b"".join(b"%d %s\n" % (number, b"x" * 400) for number in range(count)))
            harkd.wait_for(lambda: not self.status(harkd)["accepting"], what="the pause")
            self.restart_unseen(harkd, 2)
            shown = bytearray()
            while shown.count(b"x" * 400) < count:
                shown += os.read(reader, 65536)
            client.half_close()
            self.assertIn(b"%d" % count, client.rest()[-1])
            harkd.wait_closed(client)
            harkd.stop()
            while data := os.read(reader, 65536):
                shown += data
            os.close(reader)
            lines = shown.decode().splitlines()
            if sink == "json":
                records = [json.loads(line) for line in lines]
                self.assertEqual(records, harkd.records())
                lines = [record["text"] for record in records if record["event"] == "message"]
            numbers = [int(line.split(" " + "x" * 400)[0].split()[-1]) for line in lines
                       if "x" * 400 in line]
            self.assertEqual(numbers, list(range(count)), sink)


class Synced(RestartTest):
    def test_under_load(self):
        harkd = self.start(config="sync = true\n")
        stop = threading.Event()
        self.addCleanup(stop.set)
        workers = [Worker(harkd.port, stop) for _ in range(4)]
        for worker in workers:
            worker.start()
        for _ in range(5):
            before = [worker.acknowledged for worker in workers]
            self.restart(harkd)
            harkd.wait_for(lambda then=before: all(
                worker.failure or worker.acknowledged > earlier
                for worker, earlier in zip(workers, then)), what="answers")
        stop.set()
        for worker in workers:
            worker.join(10 * SLOW)
            self.assertIsNone(worker.failure)
            harkd.wait_record("closed", peer=worker.name_in_records)
            texts = [int(record["text"]) for record in harkd.messages()
                     if record["peer"] == worker.name_in_records]
            self.assertEqual(texts, list(range(1, len(texts) + 1)))
            self.assertGreaterEqual(len(texts), worker.acknowledged)


if __name__ == "__main__":
    unittest.main()
