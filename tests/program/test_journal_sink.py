"""The journal as the log: each record once, whether journald reads, pauses, ends or starts late."""

import signal
import time
import unittest

from fake_journal import FakeJournal, require_namespaces
from harness import SLOW, ProgramTest


class JournalSink(ProgramTest):
    @classmethod
    def setUpClass(cls):
        require_namespaces()

    def journal(self):
        journal = FakeJournal(self.folder)
        self.addCleanup(journal.close)
        return journal

    def start_with(self, journal, **options):
        return self.start("--log", "journal", wrapper=journal.wrapper, **options)

    def wait_texts(self, harkd, journal, expected):
        harkd.wait_for(lambda: len(journal.texts()) >= len(expected), what="entries")
        self.assertEqual(journal.texts(), expected)

    def test_the_same_record_as_in_the_file(self):
        journal = self.journal().open()
        harkd = self.start_with(journal)
        client = self.greeted(harkd)
        client.send("你好\n".encode("gb18030") + b"a\xfe\x1b[2J\n")
        client.expect(b"250 ok #1", b"251 ok #2, kept as bytes")
        client.close()
        harkd.wait_closed(client)
        harkd.wait_for(lambda: journal.events("closed"), what="the last entry")
        for record, entry in zip(harkd.records(), journal.read(), strict=True):
            fields = {name[5:].lower(): value.decode() for name, value in entry.items()
                      if name.startswith("HARK_")}
            self.assertEqual(fields, {name: "true" if value is True else
                                      f"{value:.3f}" if isinstance(value, float) else str(value)
                                      for name, value in record.items()})
        first, second = journal.events("message")
        self.assertEqual(first["MESSAGE"], f"{client.name} #1: 你好".encode())
        self.assertEqual(second["MESSAGE"],
                         f"{client.name} #2: a\ufffd\\x1b[2J (kept as bytes)".encode())
        self.assertEqual(first["PRIORITY"], b"5")
        self.assertEqual(first["SYSLOG_IDENTIFIER"], b"harkd")

    def test_absent_at_the_start(self):
        journal = self.journal()
        harkd = self.start_with(journal)
        client = self.greeted(harkd)
        client.send(b"early\n")
        harkd.wait_record("paused", sink="journal")
        client.silent(0.5)
        journal.open()
        client.expect(b"250 ok #1")
        self.wait_texts(harkd, journal, ["early"])
        self.assertEqual(len(journal.events("paused")), 1)
        harkd.wait_record("resumed", sink="journal")

    def test_slower_than_the_clients(self):
        journal = self.journal().open()
        harkd = self.start_with(journal)
        client = self.greeted(harkd)
        count = 20_000
        expected = [f"message {number}" for number in range(count)]
        memory = harkd.rss_kib()
        client.socket.setblocking(False)
        data = "".join(f"{text}\n" for text in expected).encode()
        sent = 0
        end = time.monotonic() + 60 * SLOW
        # journald reads a little now and then, and then nothing for a while.
        quiet_until = time.monotonic() + 2
        while len(journal.entries) < count and time.monotonic() < end:
            try:
                sent += client.socket.send(data[sent:sent + 65536])
            except BlockingIOError:
                pass
            if time.monotonic() > quiet_until:
                journal.read()
        self.assertLess(harkd.rss_kib() - memory, 4096 * SLOW)
        self.wait_texts(harkd, journal, expected)
        client.socket.settimeout(20 * SLOW)
        harkd.wait_record("resumed", sink="journal")
        self.assertEqual(harkd.wait_record("paused", sink="journal")["reason"],
                         "its reader is slow")

    def test_a_new_socket_replaces_the_old(self):
        journal = self.journal().open()
        harkd = self.start_with(journal)
        client = self.greeted(harkd)
        for round_number in range(1, 6):
            client.send(b"message %d\n" % round_number)
            client.expect(b"250 ok #%d" % round_number)
            journal.read()
            journal.close()
            journal.open()
        self.wait_texts(harkd, journal, [f"message {number}" for number in range(1, 6)])

    def test_gone_for_a_while(self):
        journal = self.journal().open()
        harkd = self.start_with(journal)
        client = self.greeted(harkd)
        client.send(b"one\n")
        client.expect(b"250 ok #1")
        journal.read()
        journal.close()
        client.send(b"two\nthree\n")
        harkd.wait_record("paused", sink="journal")
        client.silent(0.5)
        journal.open()
        client.expect(b"250 ok #2", b"250 ok #3")
        self.wait_texts(harkd, journal, ["one", "two", "three"])
        self.assertEqual(harkd.wait_record("paused", sink="journal")["reason"],
                         "Connection refused")

    def test_a_large_record_arrives_as_a_file(self):
        journal = self.journal().open()
        harkd = self.start_with(journal)
        harkd.config_path.write_text('log = "' + "x" * 100_000 + '"\n', encoding="ascii")
        harkd.send_signal(signal.SIGHUP)
        entry = harkd.wait_for(lambda: journal.events("diagnostic"), what="the diagnostic")[0]
        self.assertIn(b"x" * 100_000, entry["HARK_TEXT"])
        self.assertEqual(entry["PRIORITY"], b"3")
        self.assertEqual(journal.as_file, 1)

    def test_a_stop_while_it_is_gone_is_reported(self):
        journal = self.journal().open()
        harkd = self.start_with(journal)
        client = self.greeted(harkd)
        harkd.wait_for(lambda: journal.events("connected"), what="the first entry")
        journal.close()
        client.send(b"lost\n")
        harkd.wait_record("paused", sink="journal")
        self.assertEqual(harkd.stop(), 1)
        client.expect(b"451 not stored #1: Connection refused")
        client.expect(b"421 shutting down")


if __name__ == "__main__":
    unittest.main()
