"""Reloads that change the log: nothing acknowledged is lost."""

import os
import re
import threading
import unittest

from configured import LISTEN, change_config, log_line, start_configured
from fake_journal import FakeJournal, require_namespaces
from harness import WAIT, Client, LogReader, ProgramTest

WORKERS = 8
SWITCHES = 10


def messages(path):
    return [r for r in LogReader(path, whole=True).read() if r["event"] == "message"]


class LockStep(threading.Thread):
    """One client that sends one message after another until told to stop."""

    def __init__(self, port, number, stop):
        super().__init__(daemon=True)
        self._client = Client(port).greeted()
        self._number, self._stop_event = number, stop
        self.acknowledged = []
        self.failure = None

    def run(self):
        try:
            while not self._stop_event.is_set():
                turn = len(self.acknowledged) + 1
                text = f"{self._number}-{turn}"
                self._client.send(text.encode() + b"\n")
                self._client.expect(b"250 ok #%d" % turn)
                self.acknowledged.append(text)
        except (AssertionError, OSError) as problem:
            self.failure = problem
        finally:
            self._client.close()


class AnotherFile(ProgramTest):
    def start_on(self, path):
        config = LISTEN + log_line(f"file:{path}")
        return start_configured(self, config, path).wait_listening()

    def switch(self, harkd, path):
        """Returns when `path` is the log."""
        harkd.log = LogReader(path)
        change_config(harkd, LISTEN + log_line(f"file:{path}"))
        harkd.wait_record("reloaded")

    def test_under_load(self):
        paths = [self.folder / "a.jsonl", self.folder / "b.jsonl"]
        harkd = self.start_on(paths[0])
        stop = threading.Event()
        workers = [LockStep(harkd.port, number, stop) for number in range(WORKERS)]
        for worker in workers:
            worker.start()
        try:
            for turn in range(1, SWITCHES + 1):
                before = [len(worker.acknowledged) for worker in workers]
                harkd.wait_for(lambda old=before: all(
                    len(worker.acknowledged) > count or worker.failure
                    for worker, count in zip(workers, old)), what="everybody's turn")
                self.switch(harkd, paths[turn % 2])
        finally:
            stop.set()
            for worker in workers:
                worker.join(WAIT)
        self.assertEqual([worker.failure for worker in workers], [None] * WORKERS)
        self.assertEqual(harkd.stop(), 0)
        acknowledged = sorted(text for worker in workers for text in worker.acknowledged)
        self.assertGreaterEqual(len(acknowledged), WORKERS * SWITCHES)
        # When a worker ends, all its messages are acknowledged, so there are no others.
        self.assertEqual(sorted(r["text"] for path in paths for r in messages(path)),
                         acknowledged)

    def test_away_from_a_full_disk(self):
        full, other = self.folder / "full.jsonl", self.folder / "other.jsonl"
        harkd = self.start_on(full)
        client = self.greeted(harkd)
        # The limit applies to every file, and the other one must stay below it.
        client.send(b"filler\n" * 200)
        client.expect(*(b"250 ok #%d" % number for number in range(1, 201)))
        harkd.limit_log(0)
        client.send(b"precious\n")
        client.wait_arrived()
        harkd.wait_read(client)
        client.silent(0.5)
        self.switch(harkd, other)
        client.expect(b"250 ok #201")
        self.assertEqual([r["text"] for r in messages(other)], ["precious"])
        self.assertEqual({r["text"] for r in messages(full)}, {"filler"})
        client.send(b"next\n")
        client.expect(b"250 ok #202")


class AwayFromABlockedConsole(ProgramTest):
    COUNT = 400

    def start_on_console(self):
        reader, writer = os.pipe()
        path = self.folder / "late.jsonl"
        harkd = start_configured(self, LISTEN + log_line("console"), path, output=writer)
        os.close(writer)
        shown = b""
        while not (found := re.search(rb"listening on 127\.0\.0\.1:(\d+)\n", shown)):
            data = os.read(reader, 65536)
            self.assertTrue(data, harkd.story())
            shown += data
        harkd.addresses = [f"127.0.0.1:{int(found.group(1))}"]
        return harkd, reader, path

    def replies(self, client):
        """What arrives until there is silence for a while."""
        lines = []
        client.socket.settimeout(1)
        try:
            while True:
                lines.append(client.reply())
        except TimeoutError:
            return lines
        finally:
            client.socket.settimeout(WAIT)

    def test_no_reply_without_a_record(self):
        harkd, reader, path = self.start_on_console()
        self.addCleanup(os.close, reader)
        os.set_blocking(reader, False)
        shown = bytearray()

        def on_console():
            try:
                while data := os.read(reader, 65536):
                    shown.extend(data)
            except BlockingIOError:
                pass
            return [int(number) for number in re.findall(rb"<(\d+)> x+\n", bytes(shown))]

        def recorded():
            texts = [r["text"] for r in messages(path)] if path.exists() else []
            return {int(text[1:].partition(">")[0]) for text in texts}.union(on_console())

        client = self.greeted(harkd)
        everything = range(1, self.COUNT + 1)
        client.send(b"".join(b"<%d> %s\n" % (number, b"x" * 500) for number in everything))
        replies = self.replies(client)
        self.assertLess(len(replies), self.COUNT, "the console was to block")
        change_config(harkd, LISTEN + log_line(f"file:{path}"))
        replies += self.replies(client)
        self.assertEqual(replies, [b"250 ok #%d" % number for number in everything[:len(replies)]])
        self.assertEqual(set(everything[:len(replies)]) - recorded(), set())
        # Accepted or refused: now that the pipe is read, it continues in both cases.
        harkd.wait_for(lambda: recorded() == set(everything), what="all messages")
        client.expect(*(b"250 ok #%d" % number for number in everything[len(replies):]))
        if not harkd.records("reloaded"):
            self.assertEqual(on_console(), list(everything))
            self.assertIn(b"reload refused", bytes(shown))


class AwayFromAStuckJournal(ProgramTest):
    def start_on_journal(self):
        """A daemon with a message that the journal, now gone, has not taken; and its client."""
        require_namespaces()
        journal = FakeJournal(self.folder).open()
        self.addCleanup(journal.close)
        path = self.folder / "late.jsonl"
        harkd = start_configured(self, LISTEN + log_line("journal"), path, wrapper=journal.wrapper)
        harkd.wait_for(lambda: journal.events("listening"), what="the first entry")
        harkd.addresses = [journal.events("listening")[0]["HARK_ADDRESS"].decode()]
        client = self.greeted(harkd)
        client.send(b"stored\n")
        client.expect(b"250 ok #1")
        journal.close()
        client.send("held 你好\n".encode())
        harkd.wait_for(lambda: b"reading is paused" in harkd.stderr_path.read_bytes(),
                       what="the pause")
        return harkd, client, journal, path

    def test_to_a_file(self):
        harkd, client, _, path = self.start_on_journal()
        client.send(b"unread\n")
        client.silent(0.3)
        change_config(harkd, LISTEN + log_line(f"file:{path}"))
        client.expect(b"250 ok #2", b"250 ok #3")
        self.assertEqual([(r["seq"], r["text"]) for r in messages(path)],
                         [(2, "held 你好"), (3, "unread")])
        records = [record["event"] for record in harkd.records()]
        self.assertEqual(records[:2], ["message", "paused"])
        runs = {record["run"] for record in harkd.records()}
        self.assertEqual(len(runs), 1)
        self.assertEqual(harkd.stop(), 0)

    def test_to_a_log_that_cannot_take_over(self):
        harkd, client, journal, _ = self.start_on_journal()
        change_config(harkd, LISTEN + log_line("console"))
        harkd.wait_for(lambda: b"harkd: reload refused: journal still holds"
                       in harkd.stderr_path.read_bytes(), what="the refusal")
        client.silent(0.3)
        journal.open()
        client.expect(b"250 ok #2")


class PathWithANewline(ProgramTest):
    def test_is_one_line_on_the_console(self):
        path = self.folder / "first\nharkd: forged.jsonl"
        path.write_bytes(b'{"half a line')  # is removed, and reported
        reader, writer = os.pipe()
        harkd = start_configured(self, LISTEN + log_line("console", f"file:{path}"), path,
                                 output=writer)
        os.close(writer)
        harkd.wait_listening()
        client = self.greeted(harkd)
        client.send(b"before\n")
        client.expect(b"250 ok #1")
        harkd.limit_log(0)
        client.send(b"held up\n")
        client.silent(0.3)
        harkd.limit_log(None)
        client.expect(b"250 ok #2")
        harkd.wait_record("resumed")
        self.assertEqual(harkd.stop(), 0)
        with open(reader, "rb") as stream:
            shown = stream.read().decode()
        self.assertNotIn("\nharkd: forged", shown)
        # The torn line, the pause and its end.
        self.assertGreaterEqual(shown.count("first\\nharkd: forged.jsonl"), 3, shown)


if __name__ == "__main__":
    unittest.main()
