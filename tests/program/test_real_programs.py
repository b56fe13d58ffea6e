"""Programs that people and machines really send with: telnet clients, loggers, and syslog daemons.

A program that is not installed is skipped.
"""

import logging
import logging.handlers
import socket
import subprocess
import unittest

from harness import WAIT, ProgramTest
from syslog_daemons import COUNTED, LISTENER, SILENT, SyslogDaemons, needs
from terminal import Person

TYPED = ("hello", "温度 25°")


class RealPrograms(ProgramTest):
    def texts(self, harkd):
        return [record["text"] for record in harkd.messages()]

    def run_with(self, harkd, *command, text=b""):
        """Runs a program until it ends; returns what it wrote."""
        done = subprocess.run(command, input=text, capture_output=True, timeout=WAIT, check=False)
        harkd.wait_record("closed")
        return done.stdout


class Pipes(RealPrograms):
    """Text from a pipe, one line a message, up to `bye` or to its end."""

    def converse(self, *command):
        """`command`: PORT stands for the port."""
        for last, farewell in (("bye\n", rb"221 bye, 2 messages\r\n"), ("", b"")):
            harkd = self.start()
            text = "".join(f"{line}\n" for line in TYPED) + last
            words = [str(harkd.port) if word == "PORT" else word for word in command]
            shown = self.run_with(harkd, *words, text=text.encode())
            self.assertRegex(shown, rb"\A220 .*\r\n250 ok #1\r\n250 ok #2\r\n" + farewell + rb"\Z")
            self.assertEqual(self.texts(harkd), list(TYPED))

    @needs("busybox")
    def test_busybox_nc(self):
        self.converse("busybox", "nc", "127.0.0.1", "PORT")

    @needs("plink")
    def test_plink_raw(self):
        self.converse("plink", "-batch", "-raw", "-P", "PORT", "127.0.0.1")


class Terminals(RealPrograms):
    """A person at a telnet client, who may press Ctrl-C."""

    def talk(self, *command, ctrl_c=False):
        harkd = self.start()
        words = [str(harkd.port) if word == "PORT" else word for word in command]
        person = Person(*words)
        self.addCleanup(person.close)
        person.wait_output("ready")
        for number, line in enumerate(TYPED, 1):
            person.type(f"{line}\n")
            person.wait_output(f"250 ok #{number}")
            if ctrl_c:
                person.type("\x03")
        person.type("bye\n")
        person.wait_output("221 bye, 2 messages")
        closed = harkd.wait_record("closed")
        self.assertEqual(self.texts(harkd), list(TYPED))
        self.assertEqual({record["end"] for record in harkd.messages()}, {"lf"})
        return closed

    @needs("inetutils-telnet")
    def test_inetutils_telnet(self):
        closed = self.talk("inetutils-telnet", "127.0.0.1", "PORT", ctrl_c=True)
        self.assertEqual(closed["discarded"], 2 * len(b"\xff\xf4\xff\xfd\x06"))

    @needs("busybox")
    def test_busybox_telnet(self):
        # Ctrl-C is for the client itself, as with plink.
        self.talk("busybox", "telnet", "127.0.0.1", "PORT")

    @needs("plink")
    def test_plink_telnet(self):
        closed = self.talk("plink", "-telnet", "-P", "PORT", "127.0.0.1")
        self.assertGreater(closed["discarded"], 0)  # it negotiates at once

    @needs("plink")
    def test_plink_raw(self):
        self.talk("plink", "-raw", "-P", "PORT", "127.0.0.1")

    @needs("expect")
    @needs("telnet")
    def test_expect(self):
        harkd = self.start()
        script = """
            set timeout %d
            proc await {text} { expect $text {} timeout { exit 2 } eof { exit 3 } }
            spawn telnet 127.0.0.1 %d
            await "ready"
            send "hello\\r"
            await "250 ok #1"
            send "\\003"
            send "again\\r"
            await "250 ok #2"
            send "bye\\r"
            await "221 bye, 2 messages"
            expect eof
            """ % (WAIT // 2, harkd.port)
        done = subprocess.run(["expect", "-c", script], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=WAIT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(self.texts(harkd), ["hello", "again"])


class Loggers(RealPrograms):
    """Programs that read no reply. When one closes with replies unread, its own kernel discards
    what it has not sent yet, so a program that sends many lines and exits needs a listener that
    does not reply."""

    LINES = [f"line {number} {'温度' * (number % 40)}" for number in range(200)]

    def log(self, config, *options):
        harkd = self.start(listen=(), config=config + SILENT)
        path = self.folder / "lines"
        path.write_text("\n".join(self.LINES) + "\n", encoding="utf-8")
        self.run_with(harkd, "logger", "--tcp", "-n", "127.0.0.1", "-P", str(harkd.port),
                      "-t", "w1", "-f", str(path), *options)
        records = harkd.messages()
        for record, line in zip(records, self.LINES, strict=True):
            tag = "w1 - - -" if options[-1].startswith("--rfc5424") else "w1:"
            self.assertTrue(record["text"].startswith("<13>"), record)
            self.assertTrue(record["text"].endswith(f" {tag} {line}"), record)
        return {record["end"] for record in records}

    @needs("logger")
    def test_logger_that_counts(self):
        self.assertEqual(self.log(COUNTED, "--octet-count", "--rfc3164"), {"counted"})
        self.assertEqual(self.log(COUNTED, "--octet-count", "--rfc5424=notq"), {"counted"})

    @needs("logger")
    def test_logger(self):
        self.assertEqual(self.log(LISTENER, "--rfc3164"), {"lf"})
        self.assertEqual(self.log(LISTENER, "--rfc5424=notq"), {"lf"})

    @needs("logger")
    def test_logger_that_counts_one_line(self):
        harkd = self.start(listen=(), config=COUNTED)
        self.run_with(harkd, "logger", "--tcp", "-n", "127.0.0.1", "-P", str(harkd.port),
                      "--octet-count", "5 words of one message")
        self.assertRegex(self.texts(harkd)[0], r"^<13>.* 5 words of one message$")

    def test_handler_of_python(self):
        # Each of its messages ends with NUL.
        harkd = self.start()
        handler = logging.handlers.SysLogHandler(("127.0.0.1", harkd.port),
                                                 socktype=socket.SOCK_STREAM)
        self.addCleanup(handler.close)
        logger = logging.Logger("w1")
        logger.addHandler(handler)
        for line in self.LINES:
            logger.warning("%s", line)
        logger.error("a document\nof two lines")
        expected = [*(f"<12>{line}" for line in self.LINES), "<11>a document", "of two lines"]
        harkd.wait_for(lambda: len(self.texts(harkd)) >= len(expected), what="all messages")
        self.assertEqual(self.texts(harkd), expected)
        self.assertEqual([record["end"] for record in harkd.messages()],
                         [*["nul"] * len(self.LINES), "lf", "nul"])


class Daemons(SyslogDaemons):
    """Syslog daemons that forward a file."""

    COUNT = 40_000

    def test_rsyslog_that_counts(self):
        self.assertEqual(self.rsyslog("octet-counted", COUNTED), {"counted"})

    def test_rsyslog(self):
        self.assertEqual(self.rsyslog("traditional", LISTENER), {"lf"})

    # syslog-ng gives up a connection when anything comes back on it.

    def test_syslog_ng(self):
        destination = 'network("127.0.0.1" port({port}) transport("tcp") template("$MSG\\n"))'
        self.assertEqual(self.syslog_ng(destination, LISTENER + SILENT), {"lf"})

    def test_syslog_ng_that_counts(self):
        destination = 'syslog("127.0.0.1" port({port}) transport("tcp"))'
        self.assertEqual(self.syslog_ng(destination, COUNTED + SILENT, "<13>1 "), {"counted"})


if __name__ == "__main__":
    unittest.main()
