"""Whatever a peer sends, the output of both programs contains no control characters but line ends.

The text goes through every sink, over the control socket, and through each command of hark that
shows messages. HARK_TEXT and HARK_RAW of the journal's entries hold it exactly, and are not shown.
"""

import json
import re
import subprocess
import unittest

from controlled import ControlledTest
from fake_journal import FakeJournal, require_namespaces
from harness import WAIT
from terminal import HARK

UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069"
                    "\u200b\u2060\ufeff]")
# What must stay as it is.
WORD = "字👩\u200d💻e\u0301"
HOSTILE = (
    *(f"<{chr(code)}>".encode() for code in range(0x20)), b"<\x7f>",
    *(f"<{chr(code)}>".encode() for code in (*range(0x80, 0xa0), 0x200b, 0x200e, 0x200f,
                                             *range(0x2028, 0x202f), 0x2060,
                                             *range(0x2066, 0x206a), 0xfeff)),
    b"\x1b[2J\x1b]0;title\x07\x1bP$q\x1b\\\x9b31m", b"\x1b]52;c;aGFyaw==\x1b\\", b"a\rb\x08\x08c",
    b'"},{"event":"closed"}', b"2026-11-22 10:00:00.000 192.0.2.7:1 connected", b"%s%n%x%%",
    b"\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xff\xfe", b"\xe4\xb8", b"\x80\x81\xfe\xff" * 300,
    b"\x1b" * 5000, "\u202e".encode() * 700, "字".encode("gbk") + b"\x1b[2J", WORD.encode(),
)


class HostileText(ControlledTest):
    @classmethod
    def setUpClass(cls):
        require_namespaces()

    def hark(self, *arguments):
        done = subprocess.run([HARK, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                              env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}, timeout=WAIT,
                              check=False)
        self.clean(done.stderr)
        return done.stdout

    def clean(self, output, lines_end=b"\n"):
        """Checks each line; returns the text."""
        for line in output.split(lines_end):
            found = UNSAFE.search(line.decode("utf-8"))
            self.assertIsNone(found, line[:500])
        return output.decode()

    def wait_messages(self, harkd, journal, client, count):
        """Waits for messages, and reads the journal meanwhile."""
        def all_are_there():
            records = harkd.messages()
            whole = [record for record in records
                     if record["peer"] == client.name and not record.get("more")]
            return len(journal.texts()) >= len(records) and len(whole) >= count
        harkd.wait_for(all_are_there, what=f"{count} messages")

    def send_all(self, harkd, journal):
        """Sends each text as a line, and with a length, so that no byte ends it."""
        clients = [self.greeted(harkd, listener=listener) for listener in (0, 1)]
        for text in HOSTILE:
            clients[0].send(text + b"\n")
            clients[1].send(len(text).to_bytes(4, "big") + text)
        count = len(HOSTILE)
        clients[0].half_close()
        for client in clients:
            self.wait_messages(harkd, journal, client, count)
        journal.read()
        return clients[1]

    def test_every_output(self):
        journal = FakeJournal(self.folder).open()
        self.addCleanup(journal.close)
        console = self.folder / "console"
        with console.open("wb") as output:
            harkd = self.start(
                config='[[listener]]\naddress = "127.0.0.1:0"\nframing = "line"\n[[listener]]\n'
                       'address = "127.0.0.1:0"\nframing = "length"\n', listen=(),
                sinks=("console", "journal"), wrapper=journal.wrapper, output=output)
        client = self.send_all(harkd, journal)
        control = ("--control", str(harkd.control))
        log = str(harkd.log.path)

        for name in ("status", "clients"):
            self.clean(self.hark(*control, name))
            self.clean(self.hark(*control, "--json", name))
        tail = subprocess.Popen([HARK, *control, "tail", "--events"],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                env={"LC_ALL": "C.UTF-8"})
        self.addCleanup(tail.stdout.close)
        self.addCleanup(tail.wait)
        self.addCleanup(tail.kill)
        harkd.wait_for(lambda: self.status(harkd)["tails"] == 1, what="tail")
        for text in HOSTILE:
            client.send(len(text).to_bytes(4, "big") + text)
        self.wait_messages(harkd, journal, client, 2 * len(HOSTILE))
        # The text with WORD is the last one.
        shown = []
        while not shown or WORD.encode() not in shown[-1]:
            shown.append(tail.stdout.readline())
        self.clean(b"".join(shown))

        harkd.stop()
        for options in ((), ("--events",), ("--grep", "<"), ("--json",)):
            shown = self.clean(self.hark("log", "--file", log, *options))
            self.assertTrue(shown.endswith("\n"), options)
        self.assertIn(WORD, self.clean(self.hark("log", "--file", log)))
        self.assertIn(WORD, self.clean(console.read_bytes()))
        for line in self.clean(harkd.log.path.read_bytes()).splitlines():
            json.loads(line)
        for entry in journal.read():
            self.clean(entry["MESSAGE"], lines_end=b"\0no end")
        exact = [entry["HARK_TEXT"].decode() for entry in journal.events("message")]
        self.assertEqual(exact, [record["text"] for record in harkd.messages()])


if __name__ == "__main__":
    unittest.main()
