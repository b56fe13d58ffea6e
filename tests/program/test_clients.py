"""Common client programs: nc, ncat, socat, telnet, logger, a shell, and many at once."""

import os
import pty
import re
import select
import shutil
import subprocess
import time
import unittest

from harness import WAIT, ProgramTest


def needs(program):
    return unittest.skipIf(shutil.which(program) is None, f"{program} is not installed")


class Tools(ProgramTest):
    def talk(self, command, text):
        """Runs a client with `text` as its input; returns its output and the messages recorded."""
        harkd = self.start()
        command = [argument.replace("PORT", str(harkd.port)) for argument in command]
        done = subprocess.run(command, input=text, capture_output=True, timeout=WAIT, check=False)
        harkd.wait_record("closed")
        return done.stdout, [r["text"] for r in harkd.messages()]

    def converse(self, command):
        shown, texts = self.talk(command, "hello\n你好\nbye\n".encode())
        self.assertRegex(shown, rb"^220 .*\r\n250 ok #1\r\n250 ok #2\r\n221 bye, 2 messages\r\n$")
        self.assertEqual(texts, ["hello", "你好"])

    def without_bye(self, command):
        shown, texts = self.talk(command, b"hello\nlast words")
        self.assertRegex(shown, rb"^220 .*\r\n250 ok #1\r\n250 ok #2\r\n$")
        self.assertEqual(texts, ["hello", "last words"])

    @needs("nc.openbsd")
    def test_nc(self):
        self.converse(["nc.openbsd", "127.0.0.1", "PORT"])

    @needs("nc.openbsd")
    def test_nc_that_ends_with_its_input(self):
        self.without_bye(["nc.openbsd", "-N", "127.0.0.1", "PORT"])

    @needs("ncat")
    def test_ncat(self):
        self.converse(["ncat", "127.0.0.1", "PORT"])

    @needs("ncat")
    def test_ncat_that_ends_with_its_input(self):
        self.without_bye(["ncat", "127.0.0.1", "PORT"])

    @needs("ncat")
    def test_ncat_that_never_reads(self):
        _, texts = self.talk(["ncat", "--send-only", "127.0.0.1", "PORT"], b"one\ntwo\nthree")
        self.assertEqual(texts, ["one", "two", "three"])

    @needs("socat")
    def test_socat(self):
        self.converse(["socat", "-t", "10", "-", "TCP:127.0.0.1:PORT"])

    @needs("socat")
    def test_socat_that_ends_with_its_input(self):
        self.without_bye(["socat", "-t", "10", "-", "TCP:127.0.0.1:PORT"])

    @needs("bash")
    def test_bash(self):
        script = """exec 3<>/dev/tcp/127.0.0.1/PORT
            IFS= read -r line <&3; printf '%s\\n' "$line"
            for text in hello 你好; do
                printf '%s\\n' "$text" >&3
                IFS= read -r line <&3; printf '%s\\n' "$line"
            done
            printf 'bye\\n' >&3
            cat <&3"""
        self.converse(["bash", "-c", script])

    @needs("logger")
    def test_logger(self):
        for option in ("--rfc3164", "--rfc5424", "--octet-count"):
            with self.subTest(option):
                _, texts = self.talk(["logger", "--tcp", "-n", "127.0.0.1", "-P", "PORT", option,
                                      "a word from logger"], b"")
                self.assertEqual(len(texts), 1)
                self.assertTrue(texts[0].endswith("a word from logger"), texts)
                # The leading count is text, too: framing is never guessed from it.
                self.assertRegex(texts[0], r"^\d+ <" if option == "--octet-count" else r"^<")


class Terminal:
    """A program in its own terminal, and its screen."""

    def __init__(self, command):
        self._main, terminal = pty.openpty()
        self.process = subprocess.Popen(
            command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
            env={**os.environ, "TERM": "dumb"},
            preexec_fn=lambda: os.open(os.ttyname(0), os.O_RDWR))  # becomes the controlling tty
        os.close(terminal)
        self.screen = b""

    def type(self, keys):
        os.write(self._main, keys)

    def wait_for(self, pattern):
        end = time.monotonic() + WAIT
        while not re.search(pattern, self.screen):
            ready, _, _ = select.select([self._main], [], [], max(0, end - time.monotonic()))
            assert ready, f"{pattern!r} does not appear on {self.screen!r}"
            try:
                data = os.read(self._main, 4096)
            except OSError:
                data = b""  # the program has ended
            assert data, f"{pattern!r} did not appear on {self.screen!r}"
            self.screen += data

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._main)


class Telnet(ProgramTest):
    IAC_IP_DO_TIMING_MARK = b"\xff\xf4\xff\xfd\x06"
    WONT_TIMING_MARK = b"\xff\xfc\x06"

    def test_interrupt_is_answered(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"one\n")
        client.expect(b"250 ok #1")
        client.send(self.IAC_IP_DO_TIMING_MARK)
        self.assertEqual(client.receive(), self.WONT_TIMING_MARK)
        client.send(b"two\r\n")
        client.expect(b"250 ok #2")
        self.assertEqual([(r["text"], r["bytes"]) for r in harkd.wait_messages(client, 2)],
                         [("one", 3), ("two", 3)])

    def test_negotiation_is_stripped_even_if_split(self):
        harkd = self.start("--framing", "line")
        client = self.greeted(harkd)
        # WILL NAWS, a window size as subnegotiation with a doubled 255, DO ECHO, NOP.
        data = (b"a\xff\xfb\x1fb\xff\xfa\x1f\x00\x50\xff\xff\x18\xff\xf0c\xff\xfd\x01d\xff\xf1e\n")
        for byte in data:
            client.send(bytes([byte]))
            harkd.wait_read(client)
        # DONT NAWS, WONT ECHO.
        self.assertEqual(client.reply(), b"\xff\xfe\x1f\xff\xfc\x01250 ok #1")
        self.assertEqual(harkd.wait_messages(client, 1)[0]["text"], "abcde")

    def test_endless_subnegotiation_is_bounded(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"\xff\xfb\x18")  # WILL TERMINAL-TYPE: from here on it speaks telnet
        self.assertEqual(client.receive(), b"\xff\xfe\x18")
        client.send(b"\xff\xfa\x18" + b"x" * 100_000 + b"\n")
        # It was no subnegotiation, so all of it is text.
        client.expect(b"251 ok #1, kept as bytes")
        client.send(b"next\n")
        client.expect(b"250 ok #2")
        records = harkd.wait_messages(client, 2)
        self.assertEqual(sum(r["bytes"] for r in records if r["seq"] == 1), 100_003)
        self.assertEqual(records[-1]["text"], "next")

    @needs("telnet")
    def test_program_stays_usable_after_ctrl_c(self):
        harkd = self.start()
        terminal = Terminal(["telnet", "127.0.0.1", str(harkd.port)])
        self.addCleanup(terminal.close)
        terminal.wait_for(rb"220 .*ready")
        terminal.type(b"hello\n")
        terminal.wait_for(rb"250 ok #1")
        terminal.type(b"\x03")
        terminal.type(b"again\n")
        terminal.wait_for(rb"250 ok #2")
        terminal.type(b"bye\n")
        terminal.wait_for(rb"221 bye, 2 messages")
        self.assertEqual([r["text"] for r in harkd.messages()], ["hello", "again"])


class Many(ProgramTest):
    def test_twenty_at_once(self):
        harkd = self.start()
        clients = [self.greeted(harkd) for _ in range(20)]
        for turn in range(1, 6):
            for number, client in enumerate(clients):
                client.send(f"client {number} turn {turn}\n".encode())
            for client in clients:
                client.expect(b"250 ok #%d" % turn)
        for number, client in enumerate(clients):
            self.assertEqual([r["text"] for r in harkd.wait_messages(client, 5)],
                             [f"client {number} turn {turn}" for turn in range(1, 6)])
        self.assertEqual(len({r["conn"] for r in harkd.messages()}), 20)

    def test_a_silent_client_holds_up_nobody(self):
        harkd = self.start()
        self.connect(harkd)
        client = self.greeted(harkd)
        client.send(b"hello\n")
        client.expect(b"250 ok #1")


if __name__ == "__main__":
    unittest.main()
